//! Ballots without a pause: each member that takes part replaces its own, through its own node.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use nemcon_client::acts::cast;
use nemcon_client::api::Answer;
use nemcon_client::session::Party;
use nemcon_crypto::Digest;
use nemcon_ledger::record::Position;

use super::net::in_journal;
use super::{Failed, Net, ensure};

/// Before a node that does not answer is asked again.
const PAUSE: Duration = Duration::from_millis(20);

type Acknowledged = Arc<Mutex<BTreeMap<usize, BTreeSet<Digest>>>>;

/// Submits until it is stopped; remembers which node has acknowledged what.
pub struct Load {
    acknowledged: Acknowledged,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    /// The members at these places begin; the council must have another that never votes.
    pub fn begin(net: &Net, places: &[usize]) -> Self {
        let (acknowledged, stop) = (Acknowledged::default(), Arc::new(AtomicBool::new(false)));
        let mut threads = Vec::new();
        for at in places.iter().copied() {
            let (options, acknowledged, stop) =
                (net.options(at), Arc::clone(&acknowledged), Arc::clone(&stop));
            threads.push(std::thread::spawn(move || {
                // Its node may not answer yet, or never.
                while !stop.load(Ordering::Relaxed) {
                    match options.session().and_then(|session| session.party()) {
                        Ok(party) => submit(at, &party, &acknowledged, &stop),
                        Err(_) => std::thread::sleep(PAUSE),
                    }
                }
            }));
        }
        Self { acknowledged, stop, threads }
    }

    /// How many records all nodes together have acknowledged.
    pub fn count(&self) -> usize {
        let acknowledged = self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
        acknowledged.values().map(BTreeSet::len).sum()
    }

    /// What the node at this place has acknowledged so far.
    pub fn of(&self, at: usize) -> BTreeSet<Digest> {
        let acknowledged = self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
        acknowledged.get(&at).cloned().unwrap_or_default()
    }

    /// Refuses if the journal of this node, which does not run, lacks what it has acknowledged.
    pub fn verify(&self, net: &Net, at: usize) -> Result<usize, Failed> {
        self.verify_in(net, at, &net.ledger(at), &self.of(at))
    }

    /// The same for a ledger elsewhere and what had been acknowledged before some moment.
    pub fn verify_in(
        &self,
        net: &Net,
        at: usize,
        ledger: &std::path::Path,
        acknowledged: &BTreeSet<Digest>,
    ) -> Result<usize, Failed> {
        let held = in_journal(ledger, net.testnet.council())?;
        let lost = acknowledged.difference(&held).count();
        ensure(lost == 0, || {
            format!(
                "{lost} of {} acknowledged records of {} are lost",
                acknowledged.len(),
                net.code(at)
            )
        })?;
        Ok(acknowledged.len())
    }

    /// Ends the load and waits for what is under way.
    pub fn end(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            thread.join().expect("a submitter does not panic");
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.end();
    }
}

fn submit(at: usize, party: &Party, acknowledged: &Acknowledged, stop: &AtomicBool) {
    let positions = [Position::Abstain, Position::InFavour];
    for position in positions.into_iter().cycle() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        match cast(party, 1, position.into()) {
            Ok(Answer::Ordered { text_hash, .. }) => {
                let mut all = acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
                all.entry(at).or_default().insert(text_hash);
            }
            _ => std::thread::sleep(PAUSE),
        }
    }
}
