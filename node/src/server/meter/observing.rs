//! Where the replica's thread looks for its numbers.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_ledger::quorum::quorum;
use nemcon_ledger::text::Code;

use super::super::condition::{Disk, KINDS, day_bytes_max};
use super::super::worker::Worker;
use super::observed::Observed;

impl Worker {
    /// The state of this node in numbers.
    pub(in crate::server) fn observed(&mut self) -> Observed {
        self.look();
        let (replica, chain) = (&self.replica, self.replica.chain());
        let (height, members) = (chain.height().0, &chain.council().roster().members);
        let connected: BTreeSet<&Code> = replica.connected_members().collect();
        let sealed = replica.sealed_heights();
        let of_member = |code: &Code| {
            let lag = height.saturating_sub(sealed.get(code).map_or(0, |sealed| sealed.0));
            (lag, code == replica.me() || connected.contains(code))
        };
        let mut conditions: BTreeMap<_, _> = KINDS.into_iter().map(|kind| (kind, 0)).collect();
        for told in self.operator.watch.told() {
            *conditions.entry(told.condition.kind()).or_default() += 1;
        }
        Observed {
            height,
            height_of_others: replica.height_of_others().0,
            sealed: replica.sealed_by_all().0.0,
            size: chain.size().0,
            block_time: chain.time(),
            round: replica.round().map_or(0, u64::from),
            pending: replica.waiting().len() as u64,
            members: members.iter().map(|it| (it.code.clone(), of_member(&it.code))).collect(),
            quorum: quorum(members.len()) as u64,
            faults: replica.faults().clone(),
            refused: self.mesh.counters().refusals,
            disk: self.room_on_disk().map(|(free_bytes, _)| Disk {
                free_bytes,
                day_bytes: day_bytes_max(chain.council()),
            }),
            clock_ahead_ms: self.clock_view().map(|clock| clock.ahead_ms),
            conditions,
            is_ready: self.operator.is_ready(),
        }
    }
}
