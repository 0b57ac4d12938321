//! What the statements of a block bring about when the block closes.

use std::collections::BTreeSet;

use nemcon_crypto::{Digest, LeafIndex, PublicKey};

use crate::record::membership::NoticeAct;
use crate::record::{Keys, Revision};
use crate::text::Code;

/// What a statement does to a measure when the block closes. What stands later goes first: a withdrawal before a
/// revision, a revision before a close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MeasureAct {
    /// Those that close it.
    Close(BTreeSet<Code>),
    Revise {
        text_hash: Digest,
        leaf: LeafIndex,
        revision: Box<Revision>,
    },
    Withdraw,
}

impl MeasureAct {
    /// What goes first when a block holds several for one measure.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Close(_) => 0,
            Self::Revise { .. } => 1,
            Self::Withdraw => 2,
        }
    }
}

/// What a statement does to its own party when the block closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PartyAct {
    Keys(Box<Keys>),
    Freeze,
    Seal(Box<PublicKey>),
    Notice(NoticeAct),
}
