//! What the statements of a block bring about when the block closes.
//!
//! What it guarantees: of several acts on one measure one order decides. What it does not: nothing acts
//! here; a close of the block does.

use std::collections::BTreeSet;

use nemcon_crypto::{Digest, LeafIndex, PublicKey};

use crate::record::membership::NoticeAct;
use crate::record::{Keys, Revision};
use crate::text::Code;

/// What a statement does to a measure when the block closes.
///
/// The variants stand in rising priority: if one block holds several acts on a measure, the greatest
/// acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MeasureAct {
    /// The members and participants that signed an early close.
    Close(BTreeSet<Code>),
    Revise {
        text_hash: Digest,
        leaf: LeafIndex,
        revision: Box<Revision>,
    },
    Withdraw,
}

impl MeasureAct {
    /// The priority among several acts on one measure; the greatest acts.
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
