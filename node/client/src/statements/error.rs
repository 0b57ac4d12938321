//! Why a statement cannot be built or signed.

use nemcon_crypto::note::NoteError;
use nemcon_crypto::{Digest, PublicKey};
use nemcon_ledger::record::RecordError;
use nemcon_ledger::text::Code;
use nemcon_ledger::text::value::ValueError;

use crate::signer_error::SignerError;

/// Why a statement cannot be built or signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// The text that the node shows has not the hash that the node names.
    #[error("the node's text of measure {measure} hashes to {found}, not to {wanted}: do not sign")]
    TextHash {
        /// The measure's number.
        measure: u64,
        /// The hash of the shown text.
        found: Digest,
        /// The hash that the node names.
        wanted: Digest,
    },
    /// A field of the node's answer is not what the measure's text says.
    #[error("the node gives measure {measure} another {field} than its text: do not sign")]
    Field {
        /// The measure's number.
        measure: u64,
        /// The name of the field.
        field: &'static str,
    },
    /// The measure was tabled in another council.
    #[error("measure {measure} was tabled in council {found}; this is {wanted}")]
    Council {
        /// The measure's number.
        measure: u64,
        /// The digest of the council that the measure names.
        found: Digest,
        /// The digest of the party's council.
        wanted: Digest,
    },
    /// The node's text is no text of a record.
    #[error("the node's text is no record: {0}")]
    Record(#[from] RecordError),
    /// What was to be said is no text of a record.
    #[error("what you would sign is no record: {0}")]
    Own(RecordError),
    /// A word of the node's cannot be in a record.
    #[error("the node's words are no record: {0}")]
    Value(#[from] ValueError),
    /// The signed statement would be no valid note.
    #[error("no note comes of it: {0}")]
    Note(#[from] NoteError),
    /// One that should sign does not.
    #[error("{0}")]
    Signer(#[from] SignerError),
    /// The signer holds no mandate of the member.
    #[error("{by} holds no mandate of {on_behalf} on measure {measure}")]
    NoMandate {
        /// The code of the member that would sign.
        by: Code,
        /// The code of the member whose ballot it would be.
        on_behalf: Code,
        /// The measure's number.
        measure: u64,
    },
    /// The text that the node shows of this incident has not the hash that the node names.
    #[error("the node's text of incident {0} is not the one that it names: do not sign")]
    IncidentText(u64),
    /// A formal declaration is missing, or given where none belongs.
    #[error("{0}")]
    Declaration(&'static str),
    /// The code is of no member or participant.
    #[error("{0} is neither a member nor a participant of this council")]
    UnknownParty(Code),
    /// The participant's seat is vacant, so nobody can sign for it.
    #[error("the seat of {0} is vacant: nobody speaks for it until somebody is appointed")]
    VacantSeat(Code),
    /// A key is none of the party's.
    #[error("the key {key} is no officer key of {code}")]
    NotAnOfficer {
        /// The party's code.
        code: Code,
        /// The public half of the key.
        key: Box<PublicKey>,
    },
    /// A key of the party does not sign statements of this kind.
    #[error("the key {key} does not sign a `{kind}` statement of {code}")]
    NotASigner {
        /// The party's code.
        code: Code,
        /// The statement's kind.
        kind: &'static str,
        /// The public half of the key.
        key: Box<PublicKey>,
    },
    /// Keys that must sign are not on this machine.
    #[error(
        "{code}: there is no key for {}",
        .names.iter().map(|any| any.join(" or ")).collect::<Vec<_>>().join(", nor for ")
    )]
    LacksKeys {
        /// The party's code.
        code: Code,
        /// The names of the lacking keys. Any key of an inner list would do for that list.
        names: Vec<Vec<String>>,
    },
    /// Fewer officer keys are on this machine than must sign.
    #[error("{code}'s statements need {required} officer signatures; there are keys for {found}")]
    TooFewOfficers {
        /// The party's code.
        code: Code,
        /// The number of officers that must sign.
        required: usize,
        /// The number of officer keys on this machine.
        found: usize,
    },
}
