//! All benchmarks by name.

use super::table::Table;
use super::wishes::Wishes;
use super::{burst, growth, idle, journal, latency, ledger, peers, share};
use crate::crash::Failed;

/// One benchmark.
#[derive(Clone, Copy, Debug)]
pub struct Bench {
    /// Its name, for `--only`.
    pub name: &'static str,
    /// What it measures.
    pub about: &'static str,
    run: fn(&Wishes, &mut Table) -> Result<(), Failed>,
}

/// All benchmarks in the order in which they run.
pub const ALL: &[Bench] = &[
    Bench {
        name: "journal",
        about: "batches of 27 records appended, each durable",
        run: journal::run,
    },
    Bench {
        name: "share",
        about: "one node's share of a ballot: taken in, judged, written, indexed",
        run: share::run,
    },
    Bench {
        name: "latency",
        about: "27 nodes: from the last ballot to the decision, and the processor time of a block",
        run: latency::run,
    },
    Bench {
        name: "burst",
        about: "27 nodes: all members' ballots on 185 measures at once, until all are final",
        run: burst::of_27,
    },
    Bench { name: "burst-4", about: "the same at 4 nodes", run: burst::of_4 },
    Bench {
        name: "flood",
        about: "27 nodes: from the last ballot to the decision while a member floods its node",
        run: latency::flood,
    },
    Bench { name: "idle", about: "27 nodes with nothing to do", run: idle::run },
    Bench {
        name: "growth",
        about: "messages and bytes of a decision in councils of 4 to 90, counted in one thread",
        run: growth::run,
    },
    Bench {
        name: "disk",
        about: "journal and index after 10,000 decisions of 27, beside the records' bytes",
        run: ledger::disk,
    },
    Bench {
        name: "ledger",
        about: "a long ledger: start, memory, export, audit, catching up, the cost of a block",
        run: ledger::run,
    },
];

/// Measures other programs, each beside the part of nemcon that does the same.
pub const PEERS: Bench = Bench {
    name: "peers",
    about: "a PyNaCl loop, git log --show-signature, Go's sumdb/tlog (only with --peers)",
    run: peers::run,
};

impl Bench {
    /// Runs the benchmark, and adds what it measured to the table.
    ///
    /// # Errors
    /// [`Failed`] if something did not end within its bound.
    pub fn run(&self, wishes: &Wishes, table: &mut Table) -> Result<(), Failed> {
        (self.run)(wishes, table)
    }
}
