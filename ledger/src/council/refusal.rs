//! Why the council refuses a statement: typed, with what to do next.

use nemcon_crypto::Digest;

use super::OPEN_PER_PARTY_MAX;
use super::measure::Status;
use crate::record::statement::SignatureFault;
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
    /// It does not follow the last statement for this code on this measure.
    #[error(
        "the statement follows {}; the last one for {code} on measure {measure} is {}",
        none_or(*found),
        none_or(*wanted)
    )]
    WrongAfter {
        /// For whom.
        code: Code,
        /// On what.
        measure: u64,
        /// What it names.
        found: Option<Digest>,
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
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongCouncil { .. } => "wrong-council",
            Self::UnknownParty(_) => "unknown-party",
            Self::Signatures { fault: SignatureFault::Count { .. }, .. } => "wrong-signature-count",
            Self::Signatures { fault: SignatureFault::Signer { .. }, .. } => "wrong-signer",
            Self::Signatures { fault: SignatureFault::Invalid { .. }, .. } => "invalid-signature",
            Self::MayNot { .. } => "may-not",
            Self::AlreadyRecorded => "already-recorded",
            Self::UnknownKind(_) => "unknown-kind",
            Self::WrongRule { .. } => "wrong-rule",
            Self::ClosesTooEarly { .. } => "closes-too-early",
            Self::TooManyOpen(_) => "too-many-open",
            Self::UnknownMeasure(_) => "unknown-measure",
            Self::Mismatch { .. } => "mismatch",
            Self::NotOpenYet { .. } => "not-open-yet",
            Self::PastDeadline { .. } => "past-deadline",
            Self::Ended { .. } => "ended",
            Self::NotEntitled { .. } => "not-entitled",
            Self::NotOwn { .. } => "not-own",
            Self::WrongAfter { .. } => "wrong-after",
            Self::QualifiedNotAllowed(_) => "qualified-not-allowed",
            Self::NothingToRetract { .. } => "nothing-to-retract",
            Self::QuotaSpent(_) => "quota-spent",
            Self::BlockFull => "block-full",
        }
    }

    /// The next step for the person who was refused.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::WrongCouncil { .. } => "Sign with the genesis of this council.",
            Self::UnknownParty(_) => "`nemcon genesis show` lists the parties and their codes.",
            Self::Signatures { fault: SignatureFault::Count { .. }, .. } => {
                "Give exactly as many `--key` files as the member's statements need."
            }
            Self::Signatures { .. } => {
                "Sign the very text with officer keys that the genesis lists for this party."
            }
            Self::MayNot { .. } => "`nemcon genesis show` says who may, under `charter-`.",
            Self::AlreadyRecorded => "Nothing is left to do: what was signed is kept.",
            Self::UnknownKind(_) | Self::WrongRule { .. } => {
                "Take a kind and its rule from `nemcon genesis show`."
            }
            Self::ClosesTooEarly { .. } => "Table it with a later deadline.",
            Self::TooManyOpen(_) => "Withdraw a measure, or wait until one has ended.",
            Self::UnknownMeasure(_) => "`nemcon measure list` gives the numbers.",
            Self::Mismatch { .. } => "Read `nemcon measure show` again and sign what stands there.",
            Self::NotOpenYet { .. } => "Submit it again once balloting is open.",
            Self::PastDeadline { .. } | Self::Ended { .. } => {
                "If it is still wanted, table the measure anew."
            }
            Self::NotEntitled { .. } => "Only the members that the measure lists cast a ballot.",
            Self::NotOwn { .. } => "Each party signs for itself.",
            Self::WrongAfter { .. } => {
                "Prepare it again: another statement for this code came first."
            }
            Self::QualifiedNotAllowed(_) => "Abstain without a declaration, or vote otherwise.",
            Self::NothingToRetract { .. } => "Nothing was signed, so nothing needs retracting.",
            Self::QuotaSpent(_) | Self::BlockFull => "It waits for the next block.",
        }
    }
}
