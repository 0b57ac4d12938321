//! The benchmark: what the council and its ledger take, each beside its limit in the same run.

mod council;
mod history;
mod usage;

pub use council::{Signers, charter};
pub use history::{BlockCost, History, Made};

/// The number of processors.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
