//! Why a statement cannot be built or signed.

use nemcon_crypto::note::NoteError;
use nemcon_crypto::{Digest, PublicKey};
use nemcon_ledger::record::RecordError;
use nemcon_ledger::text::Code;
use nemcon_ledger::text::value::ValueError;

/// Why nothing is signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// The text that is shown is not the one that is numbered so.
    #[error("the node's text of measure {measure} hashes to {found}, not to {wanted}: do not sign")]
    TextHash {
        /// The measure.
        measure: u64,
        /// What the text hashes to.
        found: Digest,
        /// What the node says.
        wanted: Digest,
    },
    /// What the node says beside the text is not what the text says.
    #[error("the node gives measure {measure} another {field} than its text: do not sign")]
    Field {
        /// The measure.
        measure: u64,
        /// Which.
        field: &'static str,
    },
    /// The measure was tabled in another council.
    #[error("measure {measure} was tabled in council {found}; this is {wanted}")]
    Council {
        /// The measure.
        measure: u64,
        /// Where.
        found: Digest,
        /// Where it should have been.
        wanted: Digest,
    },
    /// Not a text of a record.
    #[error("the node's text is no record: {0}")]
    Record(#[from] RecordError),
    /// Not a text of a record.
    #[error("the node's words are no record: {0}")]
    Value(#[from] ValueError),
    /// A note that cannot be.
    #[error("no note comes of it: {0}")]
    Note(#[from] NoteError),
    /// No mandate to speak under.
    #[error("{by} holds no mandate of {on_behalf} on measure {measure}")]
    NoMandate {
        /// Who would sign.
        by: Code,
        /// For whom.
        on_behalf: Code,
        /// On what.
        measure: u64,
    },
    /// What the node shows of an incident is not its text.
    #[error("the node's text of incident {0} is not the one that it names: do not sign")]
    IncidentText(u64),
    /// A declaration is missing or one too many.
    #[error("{0}")]
    Declaration(&'static str),
    /// The code is no party.
    #[error("{0} is neither a member nor a participant of this council")]
    UnknownParty(Code),
    /// Nobody speaks for it.
    #[error("the seat of {0} is vacant: nobody speaks for it until somebody is appointed")]
    VacantSeat(Code),
    /// A key that is not this party's.
    #[error("the key {key} is no officer key of {code}")]
    NotAnOfficer {
        /// Whose it should be.
        code: Code,
        /// The key.
        key: Box<PublicKey>,
    },
    /// A key that does not sign a statement of this kind.
    #[error("the key {key} does not sign a `{kind}` statement of {code}")]
    NotASigner {
        /// Whose it should be.
        code: Code,
        /// The statement's kind.
        kind: &'static str,
        /// The key.
        key: Box<PublicKey>,
    },
    /// Keys that must sign are not here; each list names those of which some are lacking.
    #[error(
        "{code}: there is no key for {}",
        .names.iter().map(|any| any.join(" or ")).collect::<Vec<_>>().join(", nor for ")
    )]
    LacksKeys {
        /// Whose.
        code: Code,
        /// The keys' names.
        names: Vec<Vec<String>>,
    },
    /// Not enough officers.
    #[error("{code}'s statements need {required} officer signatures; there are keys for {found}")]
    TooFewOfficers {
        /// Whose.
        code: Code,
        /// How many it needs.
        required: usize,
        /// How many keys are here.
        found: usize,
    },
}
