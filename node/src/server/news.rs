//! What is new at the node, for whoever follows it: how far the log goes, and which conditions hold.

use std::sync::Arc;

use nemcon_client::api::ConditionView;

/// The state of the node that its followers compare with what they were told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    /// The number of leaves in the log.
    pub(super) size: u64,
    /// The newest size that all members have sealed.
    pub(super) sealed: u64,
    /// The conditions that are reported now.
    pub(super) conditions: Arc<[ConditionView]>,
}
