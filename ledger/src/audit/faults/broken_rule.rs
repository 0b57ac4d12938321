//! The rule that each fault breaks.

use super::link::LinkFault;
use super::rules::{self, FaultRule};
use super::wrong::{Derivation, Wrong};
use crate::audit::source::FileError;

impl Wrong {
    /// The rule that it breaks, with its stable name.
    pub const fn rule(&self) -> &'static FaultRule {
        match self {
            Self::File(FileError::Missing) => &rules::FILE_MISSING,
            Self::File(FileError::Unreadable(_)) => &rules::FILE_UNREADABLE,
            Self::File(FileError::NotRegular(_)) => &rules::FILE_NOT_REGULAR,
            Self::File(FileError::TooLong { .. }) => &rules::FILE_TOO_LONG,
            Self::GenesisOther(_) => &rules::GENESIS_OTHER,
            Self::GenesisAltered(_) => &rules::GENESIS_ALTERED,
            Self::GenesisNote(_) | Self::GenesisText(_) => &rules::GENESIS_MALFORMED,
            Self::GenesisSignature => &rules::GENESIS_SIGNATURE,
            Self::GenesisUnsigned(_) => &rules::GENESIS_UNSIGNED,
            Self::CheckpointNote(_) | Self::CheckpointText(_) | Self::CheckpointLine => {
                &rules::CHECKPOINT_MALFORMED
            }
            Self::CheckpointOrigin { .. } => &rules::CHECKPOINT_ORIGIN,
            Self::NoBlock(_) | Self::TooLarge(_) => &rules::CHECKPOINT_SIZE,
            Self::CheckpointRoot { .. } | Self::Proof(_) => &rules::CHECKPOINT_ROOT,
            Self::CheckpointSignature { .. } => &rules::CHECKPOINT_SIGNATURE,
            Self::NoLogSignature => &rules::LOG_SIGNATURE_MISSING,
            Self::NotSealed { .. } => &rules::SEALS_MISSING,
            Self::Policy => &rules::POLICY_DIFFERS,
            Self::Keys => &rules::KEYS_DIFFER,
            Self::Bundle(_) | Self::BundleSize { .. } => &rules::BUNDLE_MALFORMED,
            Self::Tile(_) => &rules::TILE_DIFFERS,
            Self::NotInTree => &rules::RECORD_NOT_IN_TREE,
            Self::PublicFile => &rules::PUBLIC_MALFORMED,
            Self::VotesDiffer(_) => &rules::VOTES_DIFFER,
            Self::OutcomeDiffers(_) => &rules::OUTCOME_DIFFERS,
            Self::Lacks(_) => &rules::CERTIFICATE_INCOMPLETE,
            Self::Marking => &rules::CERTIFICATE_MARKING,
            Self::Rewritten(_) => &rules::HISTORY_REWRITTEN,
            Self::Old { .. } => &rules::SEALS_OLD,
            Self::RecordZero => &rules::RECORD_ZERO,
            Self::OpenEnd => &rules::LOG_OPEN_END,
            Self::Malformed { .. } => &rules::RECORD_MALFORMED,
            Self::Misplaced(_) => &rules::RECORD_MISPLACED,
            Self::Refused { .. } => &rules::STATEMENT_REFUSED,
            Self::Order => &rules::STATEMENT_ORDER,
            Self::DerivedFalse { kind: Derivation::Decision, .. } => &rules::DECISION_FALSE,
            Self::DerivedFalse { kind: Derivation::Lapse, .. } => &rules::LAPSE_FALSE,
            Self::DerivedMissing { kind: Derivation::Decision, .. } => &rules::DECISION_MISSING,
            Self::DerivedMissing { kind: Derivation::Lapse, .. } => &rules::LAPSE_MISSING,
            Self::BlockTooLarge => &rules::BLOCK_TOO_LARGE,
            Self::BlockEmpty => &rules::BLOCK_EMPTY,
            Self::BlockTime { .. } => &rules::BLOCK_TIME,
            Self::Header { field, .. } => field.rule().1,
            Self::Rules(_) => &rules::RULES_UNKNOWN,
            Self::Link(fault) => match fault {
                LinkFault::Founded => &rules::PREDECESSOR_NONE,
                LinkFault::NotVerified => &rules::PREDECESSOR_NOT_VERIFIED,
                LinkFault::Size { .. } | LinkFault::Root { .. } => &rules::PREDECESSOR_CHECKPOINT,
                LinkFault::LeftOut { .. } => &rules::PREDECESSOR_LEFT_OUT,
                LinkFault::Unsigned => &rules::PREDECESSOR_UNSIGNED,
            },
        }
    }

    /// The rule in a sentence: of a refused statement the council's own.
    pub fn rule_in_words(&self) -> &'static str {
        match self {
            Self::Refused { refusal, .. } => refusal.law().rule,
            wrong => wrong.rule().rule,
        }
    }
}
