//! What the address of the metrics may take up.

use nemcon_client::config::NodeConfig;

/// The greatest number of connections.
pub(super) const METRICS_CONNECTIONS_MAX: usize = 8;

/// How many descriptors the address needs.
pub(in crate::server) fn descriptors(config: &NodeConfig) -> usize {
    if config.metrics.is_some() { METRICS_CONNECTIONS_MAX + 2 } else { 0 }
}
