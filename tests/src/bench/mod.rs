//! The benchmark: what the council and its ledger take, each thing beside its limit in the same run.
//!
//! What it guarantees: every measurement stands beside the best that this machine does in the same run, and no
//! timing fails anything. What it does not: figures of two machines are not comparable; their ratios are.

mod burst;
mod child;
mod council;
mod growth;
mod history;
mod idle;
mod journal;
mod latency;
mod ledger;
mod limits;
mod list;
mod log;
mod machine;
mod peers;
mod running;
mod share;
mod statistics;
mod table;
mod wire;
mod wishes;

pub use council::{Signers, charter};
pub use history::{BlockCost, History, Made};
pub use list::{ALL, Bench, PEERS};
pub use statistics::{Ratio, Sample};
pub use table::{Amount, Row, Table, Target, Unit};
pub use wishes::Wishes;
