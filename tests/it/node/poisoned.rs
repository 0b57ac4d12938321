//! What a node knows of signatures decides nothing: genuine, forged and outdated records come in any order, and
//! were proven at any time before; a node that knows of them and one that knows nothing say the same.

use core::time::Duration;
use std::collections::BTreeSet;

use nemcon_crypto::note::{SignatureLine, SignedNote};
use nemcon_ledger::Chain;
use nemcon_ledger::council::Proven;
use nemcon_ledger::record::signers::of_officers;
use nemcon_ledger::record::{Body, Genesis, Officer, Statement};
use nemcon_ledger::text::Code;
use nemcon_replica::replica::{Input, Outcome, Rejection};
use nemcon_tests::cluster::Cluster;
use nemcon_tests::fixture::{Ledger, Seat, after_start, code, council_of, officer, sign_for};
use proptest::collection::vec;
use proptest::prelude::*;

/// A node that keeps what it knows, and one that is started anew before every record.
struct Pair {
    me: Code,
    knowing: Cluster,
    forgetful: Cluster,
    /// The chain of both after each block.
    chains: Vec<Chain>,
    /// All records that were offered.
    offered: Vec<Vec<u8>>,
    /// How often the member's officer has had another key.
    changes: usize,
    accepted: usize,
    refused: BTreeSet<&'static str>,
}

/// The key that the first officer has after so many changes.
fn key_after(changes: usize) -> String {
    if changes == 0 { "M1/desk-1".to_owned() } else { format!("M1/desk-1/{changes}") }
}

fn genesis() -> Genesis {
    council_of(&[Seat { weight: 1, threshold: 1, officers: 2 }])
}

impl Pair {
    fn new() -> Self {
        let start = || Cluster::start(genesis(), after_start(Duration::ZERO));
        Self {
            me: code("M1"),
            knowing: start(),
            forgetful: start(),
            chains: vec![Chain::found(genesis())],
            offered: Vec::new(),
            changes: 0,
            accepted: 0,
            refused: BTreeSet::new(),
        }
    }

    fn ledger(&self) -> Ledger {
        Ledger::at(self.knowing.replica(&self.me).chain().clone())
    }

    /// The same text by every key that the officer ever had, by one that it never had, by its colleague, twice, and
    /// under a line that no key made.
    fn variants(&self, body: &Body) -> Vec<Statement> {
        let origin = &genesis().origin;
        let by = |label: &str, officers: &[Officer]| {
            sign_for(body, &of_officers(origin, &self.me, 1, officers), &[label])
        };
        let first = |label: &str| by(label, &[officer("desk-1", label)]);
        let mut variants: Vec<_> = (0..=self.changes + 1).map(|it| first(&key_after(it))).collect();
        variants.push(by("M1/desk-2", &[officer("desk-2", "M1/desk-2")]));
        let genuine = first(&key_after(self.changes));
        let with_lines = |lines: Vec<SignatureLine>| {
            let note = SignedNote::new(genuine.note.text().to_owned(), lines).unwrap();
            Statement { note, ..genuine.clone() }
        };
        let line = &genuine.note.signatures()[0];
        variants.push(with_lines(vec![line.clone(), line.clone()]));
        let mut blob = line.blob().to_vec();
        blob[17] ^= 1;
        let forged = SignatureLine::new(line.name().clone(), line.key_id(), blob).unwrap();
        variants.push(with_lines(vec![forged]));
        variants
    }

    /// Offers a record to both: they say the same, and stand at the same block after it.
    fn offer(&mut self, record: Vec<u8>) {
        self.forgetful.crash(&self.me);
        self.forgetful.boot(&self.me);
        let outcomes = [&mut self.knowing, &mut self.forgetful].map(|cluster| {
            let ticket = cluster.submit_record(&self.me, record.clone());
            cluster.run_ms(1000);
            cluster.outcome(&self.me, ticket).expect("each record is answered").clone()
        });
        assert_eq!(outcomes[0], outcomes[1], "{}", String::from_utf8_lossy(&record));
        let chain = self.knowing.replica(&self.me).chain().clone();
        assert_eq!(chain.snapshot(), self.forgetful.replica(&self.me).chain().snapshot());
        match &outcomes[0] {
            Outcome::Refused(Rejection::Refused(refusal)) => {
                self.refused.insert(refusal.code());
            }
            Outcome::Ordered { .. } => self.accepted += 1,
            _ => {}
        }
        if chain.height() > self.chains.last().unwrap().height() {
            self.chains.push(chain);
        }
        self.offered.push(record);
    }

    /// The one that keeps what it knows learns of records that were proven by an earlier roster.
    fn poison(&mut self, records: &[Vec<u8>], chain: usize) {
        let council = self.chains[chain % self.chains.len()].council();
        let proven: Vec<_> = records.iter().filter_map(|it| Proven::of(council, it)).collect();
        self.knowing.step(&self.me, Input::Proven(proven));
    }

    /// The officer gets another key; the recovery key says so, also where the member is frozen.
    fn change_key(&mut self) {
        let key = key_after(self.changes + 1);
        let officers = vec![officer("desk-1", &key), officer("desk-2", "M1/desk-2")];
        let ledger = self.ledger();
        let change = ledger.sign_as(&ledger.keys("M1", 1, officers, None), &["M1/recovery", &key]);
        let before = self.accepted;
        self.offer(change.render());
        assert_eq!(self.accepted, before + 1, "{:?}", self.refused);
        self.changes += 1;
    }

    fn perform(&mut self, (what, order, chain): (u8, u64, usize)) {
        let ledger = self.ledger();
        let body = match what {
            0..60 => return self.change_key(),
            60..90 => ledger.freeze("M1"),
            90..130 if !self.offered.is_empty() => {
                let again = usize::try_from(order).unwrap_or(0) % self.offered.len();
                return self.offer(self.offered[again].clone());
            }
            _ => Body::Measure(
                ledger.parties.measure("M1", &format!("Measure {}", self.offered.len())),
            ),
        };
        let variants = self.variants(&body).iter().map(Statement::render).collect::<Vec<_>>();
        self.poison(&variants, chain);
        let mut rng = nemcon_tests::sim::rng::Rng::new(order);
        let mut left = variants;
        while !left.is_empty() {
            let next = left.swap_remove(rng.index(left.len()));
            self.poison(&left, usize::try_from(rng.below(9)).unwrap_or(0) + chain);
            self.offer(next);
        }
    }
}

fn turns() -> impl Strategy<Value = Vec<(u8, u64, usize)>> {
    vec((any::<u8>(), any::<u64>(), 0..50_usize), 3..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn no_verdict_depends_on_what_was_known(turns in turns()) {
        let mut pair = Pair::new();
        for turn in turns {
            pair.perform(turn);
        }
    }
}

#[test]
fn records_of_former_keys_and_of_a_frozen_member_are_refused_though_they_were_proven() {
    let mut pair = Pair::new();
    for what in [200, 0, 200, 70, 200, 0, 200] {
        pair.perform((what, 1, 0));
    }
    assert!(pair.accepted >= 5, "{}", pair.accepted);
    assert!(pair.refused.len() >= 3, "{:?}", pair.refused);
}
