//! What would follow from statements that nobody has signed yet: the council's own law, run on a copy
//! of the council, beside a copy in which they are not made. Nothing of either stays.
//!
//! ```text
//!                    ┌─ close ─ blocks until nothing waits ─┐
//! council ─ what waits                                      ├─ compared: what follows
//!                    └─ statements ─ close ─ blocks … ──────┘
//! ```

mod difference;

use serde::{Deserialize, Serialize};

use super::room::Wanted;
use super::{Council, Derived, Refusal};
use crate::record::matter::NextRules;
use crate::record::{Body, Position, Statement};
use crate::text::{Code, Label, Time};

/// How many blocks a look ahead takes at most. Members leave one by one in their turn, and what rested
/// on one lapses a block later, 64 measures at a time.
const BLOCKS_AHEAD_MAX: usize = 256;

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
        /// Which measure.
        measure: u64,
        /// The decision's reason.
        reason: String,
    },
    /// A measure ends without a decision.
    Lapsed {
        /// Which measure.
        measure: u64,
        /// The lapse's reason.
        reason: String,
    },
    /// A measure is taken back.
    Withdrawn {
        /// Which measure.
        measure: u64,
    },
    /// All ballots on a measure are in, and it is adopted once all that it is bound to can be.
    WaitsForPackage {
        /// Which measure.
        measure: u64,
    },
    /// All ballots on a measure are in, and it stays blocked until one is replaced or balloting ends.
    Blocked {
        /// Which measure.
        measure: u64,
        /// By what.
        reason: String,
    },
    /// Measures are adopted together or not at all from now on.
    Bound {
        /// Their numbers.
        measures: Vec<u64>,
    },
    /// A measure has another deadline.
    Deadline {
        /// Which measure.
        measure: u64,
        /// The deadline as it stands.
        from: Time,
        /// The new one.
        to: Time,
    },
    /// A ballot on an open measure does not stand any more.
    BallotVoid {
        /// On which measure.
        measure: u64,
        /// Whose.
        code: Code,
        /// What it said.
        position: Position,
    },
    /// A mandate does not stand any more.
    MandateVoid {
        /// On which measure.
        measure: u64,
        /// Whose ballot it was about.
        code: Code,
        /// Who held it.
        holder: Code,
    },
    /// A reservation does not stand any more.
    ReservationLifted {
        /// On which measure.
        measure: u64,
        /// Whose.
        code: Code,
        /// Its sort.
        sort: Label,
    },
    /// Nothing is said for a party any more.
    Frozen {
        /// Which party.
        code: Code,
    },
    /// A party's freeze ends.
    Thawed {
        /// Which party.
        code: Code,
    },
    /// Other officers, or another recovery key, speak for a party; nobody, if its seat is vacant.
    Officers {
        /// Which party.
        code: Code,
    },
    /// A member's node has another node key or seal key.
    NodeKeys {
        /// Whose.
        code: Code,
    },
    /// An entrant may take its seat.
    Admitted {
        /// Who.
        code: Code,
    },
    /// A member takes its seat.
    Enters {
        /// Who.
        code: Code,
    },
    /// A member leaves.
    Leaves {
        /// Who.
        code: Code,
    },
    /// A member's notice that it leaves stands.
    NoticeStands {
        /// Whose.
        code: Code,
    },
    /// A member's notice that it leaves stands no more.
    NoticeFallen {
        /// Whose.
        code: Code,
    },
    /// A member weighs otherwise.
    Weight {
        /// Which member.
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

/// One of the statements would be refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{refusal}")]
pub struct RefusedAt {
    /// Which, from 0.
    pub at: usize,
    /// Why.
    pub refusal: Refusal,
}

/// A copy of the council, and what was derived on the way.
#[derive(Clone)]
struct Ahead {
    council: Council,
    derived: Vec<Derived>,
}

impl Council {
    /// What would follow if these statements were ordered at `time`, one after the other, behind those
    /// that wait. Signatures are not judged: there are none. All else is as the law says.
    ///
    /// # Errors
    /// [`RefusedAt`] if one of them would be refused.
    pub fn foresee(
        &self,
        time: Time,
        waiting: &[&Statement],
        bodies: &[Body],
    ) -> Result<Vec<Consequence>, RefusedAt> {
        let mut without = Ahead::begin(self, time);
        for statement in waiting {
            // What is refused by now does not wait much longer.
            let _ = without.admit(statement);
        }
        let mut with = without.clone();
        for (at, body) in bodies.iter().enumerate() {
            with.rehearse(body).map_err(|refusal| RefusedAt { at, refusal })?;
        }
        Ok(difference::between(&without.settled(), &with.settled()))
    }
}

impl Ahead {
    fn begin(council: &Council, time: Time) -> Self {
        let mut council = council.clone();
        let derived = council.open(time);
        Self { council, derived }
    }

    /// Takes one that nobody has signed.
    fn rehearse(&mut self, body: &Body) -> Result<(), Refusal> {
        self.council.verify_speaker(body)?;
        self.council.verify_thawed(body)?;
        self.admit(&Statement::unsigned(body))
    }

    /// Takes one whose signer was judged; where a block is full, in the next one.
    fn admit(&mut self, statement: &Statement) -> Result<(), Refusal> {
        match self.admit_now(statement) {
            Err(Refusal::QuotaSpent(_) | Refusal::BlockFull) => {
                self.turn();
                self.admit_now(statement)
            }
            result => result,
        }
    }

    fn admit_now(&mut self, statement: &Statement) -> Result<(), Refusal> {
        let wanted = Wanted::of(statement);
        self.council.verify_room(&wanted)?;
        self.council.admit(statement, &wanted)
    }

    /// Ends the block and begins the next one.
    fn turn(&mut self) {
        self.derived.extend(self.council.close());
        let next = Time::from_ms(self.council.time.as_ms() + 1).unwrap_or(self.council.time);
        self.derived.extend(self.council.open(next));
    }

    /// Goes on until nothing waits any more.
    fn settled(mut self) -> Self {
        for _ in 0..BLOCKS_AHEAD_MAX {
            self.turn();
            let council = &self.council;
            let stops = council.rules().is_some_and(|rules: &NextRules| !rules.is_known());
            if stops || council.next_deadline().is_none_or(|due| due > council.time) {
                break;
            }
        }
        self
    }
}
