//! After a fork: more than two thirds lie together, and what is left to honest nodes is to show it.
//!
//! The network heals, and each honest node must stop [rules.md R30] and keep evidence that anybody with the
//! genesis can check: who voted for both, and two sealed tree heads of one size.

use std::path::Path;

use nemcon_disk::storage::Storage as _;
use nemcon_ledger::Rosters;
use nemcon_replica::evidence::{Evidence, Proof};
use nemcon_replica::replica::Halt;

use super::world::World;

/// How long honest nodes may take to find each other and stop.
const FIND_MS: u64 = 120_000;

impl World {
    /// Heals the network if two honest nodes were parted, and says what they do not show of it.
    pub(super) fn heal_fork(&mut self) {
        if !self.monitor.violation().is_some_and(|what| what.starts_with("agreement")) {
            return;
        }
        let fork = self.monitor.admit_fork();
        self.calm();
        self.run_until(self.now + FIND_MS);
        if self.monitor.is_violated() {
            return;
        }
        let mut lacking = (0..self.nodes.len()).filter(|at| self.nodes[*at].is_honest);
        match lacking.find_map(|at| self.lacks_of_fork(at)) {
            Some(what) => self.monitor.violated("fork evidence", &what),
            None => self.monitor.restate(fork),
        }
    }

    fn lacks_of_fork(&self, at: usize) -> Option<String> {
        let code = &self.codes[at];
        let is_fork =
            |halt: &Halt| matches!(halt, Halt::ForkSealed { .. } | Halt::ForkDecided { .. });
        if !self.monitor.halts(at).iter().any(is_fork) {
            return Some(format!("{code} has not stopped"));
        }
        let kept = match self.evidence_of(at) {
            Ok(kept) => kept,
            Err(error) => return Some(format!("{code} keeps evidence that fails: {error}")),
        };
        let has_heads = kept
            .iter()
            .any(|it| matches!(it.proof, Proof::DoubleSeal(..) | Proof::ForkedSeal { .. }));
        (!has_heads).then(|| format!("{code} keeps no two sealed tree heads of one size"))
    }

    /// The evidence on a node's disk, each file verified as `nemcon verify` does.
    fn evidence_of(&self, at: usize) -> Result<Vec<Evidence>, String> {
        let (disk, genesis) = (&self.nodes[at].disk, &self.nodes[at].identity.genesis);
        let dir = Path::new("ledger/evidence");
        let names = disk.names(dir).map_err(|error| error.to_string())?;
        let read = |name: String| {
            let bytes = disk.read(&dir.join(name)).map_err(|error| error.to_string())?;
            let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
            let evidence = Evidence::parse(&text).map_err(|error| error.to_string())?;
            evidence
                .verify(genesis, &Rosters::founding(genesis))
                .map_err(|error| error.to_string())?;
            Ok(evidence)
        };
        names.into_iter().filter(|name| name.ends_with(".evidence")).map(read).collect()
    }
}
