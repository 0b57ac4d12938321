//! Why bytes are no card, and why a card proves nothing.

use nemcon_crypto::PublicKey;
use nemcon_crypto::note::{NoteError, SIGNATURES_MAX};
use nemcon_ledger::record::roster::OfficersFault;
use nemcon_ledger::text::FieldError;

use super::key_use::{CARD_HEAD, KeyUse};
use crate::signer_error::SignerError;

/// Why bytes are no card, or a card does not prove what it must.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// The text breaks the grammar.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// The first line is another record's.
    #[error("it is no card: the first line of a card is `{CARD_HEAD}`")]
    Kind,
    /// What stands below the text are no signature lines.
    #[error("not a signed note: {0}")]
    Note(#[from] NoteError),
    /// The officers cannot sign for the party.
    #[error(transparent)]
    Officers(#[from] OfficersFault),
    /// More keys than can sign one card.
    #[error("{keys} keys; a card has at most {SIGNATURES_MAX}")]
    Keys {
        /// How many there are.
        keys: usize,
    },
    /// One key stands in two places.
    #[error("{second} is {first} too; each key has one use")]
    KeyTwice {
        /// The first use.
        first: KeyUse,
        /// The second use.
        second: KeyUse,
    },
    /// A signature line that is not of a key of this card, or out of the order of the keys.
    #[error("signature line {line} is not of a key of this card, in the order of its keys")]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// Signatures that the keys did not make over this text.
    #[error("not signed over this text: {}; the card was changed after it was signed", join(.keys))]
    Wrong {
        /// The uses of these keys.
        keys: Vec<KeyUse>,
    },
    /// Keys that have not signed.
    #[error("possession is not proven of {}", join(.keys))]
    Unproven {
        /// The uses of these keys.
        keys: Vec<KeyUse>,
    },
    /// A key does not sign.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The key is not one of the card.
    #[error("the card does not name the key {0}")]
    NotItsKey(Box<PublicKey>),
    /// The key has signed the card already.
    #[error("{0} has signed this card already")]
    Proven(KeyUse),
    /// A signature that no key of the card has made over its text.
    #[error("no key of the card has made this signature over its text")]
    NobodysSignature,
}

fn join(keys: &[KeyUse]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
