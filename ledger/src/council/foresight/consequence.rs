//! What can follow from a statement.

use serde::{Deserialize, Serialize};

use crate::record::Position;
use crate::text::{Code, Label, Time};

/// One thing that would follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Consequence {
    /// A measure is tabled, with this number if nobody else comes first.
    Tabled {
        /// Its number.
        measure: u64,
    },
    /// Measures are adopted together; one, if it is bound to no other.
    Adopted {
        /// Their numbers.
        measures: Vec<u64>,
    },
    /// Balloting ends, and the rule is not met.
    NotAdopted {
        /// The number of the measure.
        measure: u64,
        /// The decision's reason.
        reason: String,
    },
    /// A measure ends without a decision.
    Lapsed {
        /// The number of the measure.
        measure: u64,
        /// The lapse's reason.
        reason: String,
    },
    /// A measure is taken back.
    Withdrawn {
        /// The number of the measure.
        measure: u64,
    },
    /// All ballots on a measure are in, and it is adopted once all that it is bound to can be.
    WaitsForPackage {
        /// The number of the measure.
        measure: u64,
    },
    /// All ballots on a measure are in, and it stays blocked until one is replaced or balloting ends.
    Blocked {
        /// The number of the measure.
        measure: u64,
        /// What blocks the measure, as the decision would say it.
        reason: String,
    },
    /// Measures are adopted together or not at all from now on.
    Bound {
        /// Their numbers.
        measures: Vec<u64>,
    },
    /// A measure has another deadline.
    Deadline {
        /// The number of the measure.
        measure: u64,
        /// The deadline as it stands.
        from: Time,
        /// The new one.
        to: Time,
    },
    /// A ballot on an open measure does not stand any more.
    BallotVoid {
        /// The number of the measure.
        measure: u64,
        /// The member whose ballot it is.
        code: Code,
        /// What it said.
        position: Position,
    },
    /// A mandate does not stand any more.
    MandateVoid {
        /// The number of the measure.
        measure: u64,
        /// Whose ballot it was about.
        code: Code,
        /// Who held it.
        holder: Code,
    },
    /// A reservation does not stand any more.
    ReservationLifted {
        /// The number of the measure.
        measure: u64,
        /// The member that placed the reservation.
        code: Code,
        /// Its sort.
        sort: Label,
    },
    /// Who voted how on a measure may be seen by everybody.
    Released {
        /// The number of the measure.
        measure: u64,
    },
    /// A remark can be read by everybody at once, because the act is public.
    ReadByAll {
        /// The number of the measure.
        measure: u64,
    },
    /// What was adopted is in force no more.
    Annulled {
        /// The number of the measure.
        measure: u64,
    },
    /// Nothing is said for a party any more.
    Frozen {
        /// The code of the party.
        code: Code,
    },
    /// A party's freeze ends.
    Thawed {
        /// The code of the party.
        code: Code,
    },
    /// Other officers, or another recovery key, speak for a party; nobody, if its seat is vacant.
    Officers {
        /// The code of the party.
        code: Code,
    },
    /// A member's node has another node key or seal key.
    NodeKeys {
        /// The member whose node it is.
        code: Code,
    },
    /// An entrant may take its seat.
    Admitted {
        /// The code of the entrant.
        code: Code,
    },
    /// A member takes its seat.
    Enters {
        /// The code of the entrant.
        code: Code,
    },
    /// A member leaves.
    Leaves {
        /// The code of the member.
        code: Code,
    },
    /// A member's notice that it leaves stands.
    NoticeStands {
        /// The member that gave the notice.
        code: Code,
        /// When it leaves without a decision of the others.
        leaves: Option<Time>,
    },
    /// A member's notice that it leaves stands no more.
    NoticeFallen {
        /// The member that gave the notice.
        code: Code,
    },
    /// A member weighs otherwise.
    Weight {
        /// The code of the member.
        code: Code,
        /// What it weighs now.
        from: u64,
        /// What it would weigh.
        to: u64,
    },
    /// The council goes on by other rules.
    Rules {
        /// Their version.
        version: u32,
        /// The first release that knows them.
        release: String,
        /// Whether the release that looks ahead knows them. A node that does not stops there.
        is_known: bool,
    },
}
