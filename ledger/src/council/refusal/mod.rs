//! Why the council refuses a statement: typed, with what to do next.

mod law;

use nemcon_crypto::Digest;

pub use law::{LAWS, Law};

use super::OPEN_PER_PARTY_MAX;
use super::measure::Status;
use crate::record::statement::{ChainKey, SignatureFault};
use crate::text::{Code, Label, Time};

/// A statement that the council's law does not let in. Nothing has changed by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Made in another council.
    #[error("the statement is made in council {found}; this is council {wanted}")]
    WrongCouncil {
        /// The one it names.
        found: Digest,
        /// This one.
        wanted: Digest,
    },
    /// Signed for a code that is no party here.
    #[error("{0} is neither a member nor a participant of this council")]
    UnknownParty(Code),
    /// The signature lines are not the required ones.
    #[error("for {by}: {fault}")]
    Signatures {
        /// Who is said to sign.
        by: Code,
        /// What is wrong.
        fault: SignatureFault,
    },
    /// The charter does not let this party do that.
    #[error("{by} may not {act} a measure under this charter")]
    MayNot {
        /// Who tried.
        by: Code,
        /// `table`, `close`, `withdraw`.
        act: &'static str,
    },
    /// The same text is in the ledger; other signatures do not make it another statement.
    #[error("this very text is already in the ledger")]
    AlreadyRecorded,
    /// The charter has no such kind.
    #[error("the charter knows no kind of measure called {0}")]
    UnknownKind(Label),
    /// The kind is decided by another rule.
    #[error("a measure of kind {kind} is decided by {wanted}, not by {found}")]
    WrongRule {
        /// The kind.
        kind: Label,
        /// The rule that the text names.
        found: Label,
        /// The rule of the charter.
        wanted: Label,
    },
    /// Its deadline has passed already.
    #[error("the measure would close at {closes}; it is {now} already")]
    ClosesTooEarly {
        /// Its deadline.
        closes: Time,
        /// The block's time.
        now: Time,
    },
    /// It has as many measures open as a party may.
    #[error("{0} has {OPEN_PER_PARTY_MAX} measures open, as many as one party may have")]
    TooManyOpen(Code),
    /// No measure has this number.
    #[error("there is no measure {0}")]
    UnknownMeasure(u64),
    /// What it says of the measure is not so.
    #[error("the statement gives measure {measure} the {field} {said:?}; it is {is:?}")]
    Mismatch {
        /// The measure's number.
        measure: u64,
        /// `revision`, `text`, `title` or `rule`.
        field: &'static str,
        /// What the statement says.
        said: String,
        /// What is so.
        is: String,
    },
    /// Balloting has not begun.
    #[error("balloting on measure {measure} opens at {opens}")]
    NotOpenYet {
        /// Which.
        measure: u64,
        /// When.
        opens: Time,
    },
    /// The deadline has passed; the block that says how the measure ended is yet to come.
    #[error("balloting on measure {measure} closed at {closes}")]
    PastDeadline {
        /// Which.
        measure: u64,
        /// When.
        closes: Time,
    },
    /// The measure has ended.
    #[error("measure {measure} is {status}: nothing more can be said on it")]
    Ended {
        /// Which.
        measure: u64,
        /// How.
        status: Status,
    },
    /// Its ballot is not asked for.
    #[error("{code} is not entitled to a ballot on measure {measure}")]
    NotEntitled {
        /// Who.
        code: Code,
        /// On what.
        measure: u64,
    },
    /// A party speaks for another.
    #[error("{by} may not speak for {on_behalf}")]
    NotOwn {
        /// Who signs.
        by: Code,
        /// For whom.
        on_behalf: Code,
    },
    /// It does not follow the last statement in its chain.
    #[error(
        "the statement follows {}; the last one {chain} is {}",
        none_or(*after),
        none_or(*wanted)
    )]
    WrongAfter {
        /// Which chain.
        chain: ChainKey,
        /// What it names.
        after: Option<Digest>,
        /// What stands.
        wanted: Option<Digest>,
    },
    /// This kind knows no qualified abstention.
    #[error("a measure of kind {0} knows no qualified abstention")]
    QualifiedNotAllowed(Label),
    /// There is no ballot to take back.
    #[error("{code} has no ballot on measure {measure} to retract")]
    NothingToRetract {
        /// Who.
        code: Code,
        /// On what.
        measure: u64,
    },
    /// One party's share of a block is used up.
    #[error("{0} has made as many statements as one block takes")]
    QuotaSpent(Code),
    /// The block speaks of as many measures as it may.
    #[error("the block is about as many measures as one block takes")]
    BlockFull,
}

fn none_or(digest: Option<Digest>) -> String {
    digest.map_or_else(|| "nothing".to_owned(), |digest| digest.to_string())
}

impl Refusal {
    /// The law that it breaks.
    pub const fn law(&self) -> &'static Law {
        match self {
            Self::WrongCouncil { .. } => &law::WRONG_COUNCIL,
            Self::UnknownParty(_) => &law::UNKNOWN_PARTY,
            Self::Signatures { fault: SignatureFault::Count { .. }, .. } => {
                &law::WRONG_SIGNATURE_COUNT
            }
            Self::Signatures { fault: SignatureFault::Signer { .. }, .. } => &law::WRONG_SIGNER,
            Self::Signatures { fault: SignatureFault::Invalid { .. }, .. } => {
                &law::INVALID_SIGNATURE
            }
            Self::MayNot { .. } => &law::MAY_NOT,
            Self::AlreadyRecorded => &law::ALREADY_RECORDED,
            Self::UnknownKind(_) => &law::UNKNOWN_KIND,
            Self::WrongRule { .. } => &law::WRONG_RULE,
            Self::ClosesTooEarly { .. } => &law::CLOSES_TOO_EARLY,
            Self::TooManyOpen(_) => &law::TOO_MANY_OPEN,
            Self::UnknownMeasure(_) => &law::UNKNOWN_MEASURE,
            Self::Mismatch { .. } => &law::MISMATCH,
            Self::NotOpenYet { .. } => &law::NOT_OPEN_YET,
            Self::PastDeadline { .. } => &law::PAST_DEADLINE,
            Self::Ended { .. } => &law::ENDED,
            Self::NotEntitled { .. } => &law::NOT_ENTITLED,
            Self::NotOwn { .. } => &law::NOT_OWN,
            Self::WrongAfter { .. } => &law::WRONG_AFTER,
            Self::QualifiedNotAllowed(_) => &law::QUALIFIED_NOT_ALLOWED,
            Self::NothingToRetract { .. } => &law::NOTHING_TO_RETRACT,
            Self::QuotaSpent(_) => &law::QUOTA_SPENT,
            Self::BlockFull => &law::BLOCK_FULL,
        }
    }

    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        self.law().code
    }
}
