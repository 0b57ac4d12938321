//! What a key of a card is for.

use core::fmt;

use nemcon_ledger::text::Label;

/// The first line of every card.
pub const CARD_HEAD: &str = "nemcon/v1 card";

/// What a key of a card is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyUse {
    /// The key of the officer of this label.
    Officer(Label),
    /// The recovery key.
    Recovery,
    /// The node key.
    Node,
    /// The seal key.
    Seal,
}

impl fmt::Display for KeyUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Officer(label) => write!(f, "the key of officer {label}"),
            Self::Recovery => f.write_str("the recovery key"),
            Self::Node => f.write_str("the node key"),
            Self::Seal => f.write_str("the seal key"),
        }
    }
}
