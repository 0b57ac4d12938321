//! A seal is what was signed: its size, its root and its time. What old seals are played again beside,
//! and by whom, changes nothing.

use nemcon_crypto::{Checkpoint, TreeSize, cosignature, hash};
use nemcon_ledger::Height;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::record::Body;
use nemcon_ledger::text::Code;
use nemcon_replica::replica::{
    EARLY_SEALS_LOOKED_AT_MAX, Input, Message, Misdeed, Outcome, Standing,
};
use nemcon_tests::cluster::Cluster;
use nemcon_tests::fixture::{Parties, after_start, council_of_equals, secret};

/// Four members that have ordered and sealed three blocks.
struct Sitting {
    cluster: Cluster,
    parties: Parties,
}

impl Sitting {
    fn new() -> (Self, [Code; 4]) {
        let genesis = council_of_equals(4);
        let parties = Parties::new(genesis.clone());
        let cluster = Cluster::start(genesis, after_start(core::time::Duration::ZERO));
        let codes: [Code; 4] = cluster.codes().to_vec().try_into().expect("four members");
        let mut sitting = Self { cluster, parties };
        for title in ["One", "Two", "Three"] {
            assert!(sitting.orders(&codes[0], title));
        }
        assert_eq!(sitting.cluster.verify_agreement(), Height(3));
        (sitting, codes)
    }

    /// Whether a measure of the member `at` is ordered soon.
    fn orders(&mut self, at: &Code, title: &str) -> bool {
        let measure = self.parties.measure(at.as_str(), title);
        let statement = self.parties.sign(&Body::Measure(measure));
        let ticket = self.cluster.submit(at, &statement);
        self.cluster.run_ms(20_000);
        matches!(self.cluster.outcome(at, ticket), Some(Outcome::Ordered { .. }))
    }

    fn restart(&mut self, at: &Code) {
        self.cluster.crash(at);
        self.cluster.boot(at);
        self.cluster.run_ms(1_000);
    }

    /// What the journal of `at` holds of the seals of `of`.
    fn seals(&self, at: &Code, of: &Code) -> Vec<Seal> {
        let seals = self.cluster.nodes[at].seals();
        seals.into_iter().filter(|seal| seal.member == of.as_str()).collect()
    }

    /// A seal of `by`, signed with its key.
    fn sealed(&self, by: &Code, size: u64, root: &str) -> Seal {
        let genesis = &self.parties.genesis;
        let (size, root) = (TreeSize(size), hash::sha256(root.as_bytes()));
        let head = Checkpoint::new(&genesis.checkpoint_origin(), size, root).unwrap();
        let cosigned = cosignature::cosign(&head, 7, &secret(&format!("{by}/seal"))).unwrap();
        let (member, signature) = (by.to_string(), *cosigned.signature());
        Seal { size, root, member, time_s: 7, signature }
    }

    fn tell(&mut self, to: &Code, from: &Code, seals: &[Seal]) {
        let message = Message::Seals(seals.to_vec());
        self.cluster.step(to, Input::Frame(from.clone(), message.encode()));
    }

    fn faults(&self, at: &Code) -> u64 {
        self.cluster.replica(at).faults().values().sum()
    }

    fn count(&self, at: &Code, of: &Code, misdeed: Misdeed) -> u64 {
        let faults = self.cluster.replica(at).faults_of(of);
        faults.and_then(|tally| tally.get(&misdeed.to_string())).copied().unwrap_or_default()
    }

    fn is_observing(&self, at: &Code) -> bool {
        self.cluster.replica(at).is_observing()
    }

    /// Whether it was shown since its start what it signed and has forgotten.
    fn was_shown(&self, at: &Code) -> bool {
        self.cluster.replica(at).was_shown_own_message()
    }

    fn size(&self, at: &Code) -> u64 {
        self.cluster.replica(at).chain().size().0
    }
}

#[test]
fn a_nodes_own_seals_played_again_by_a_member_or_by_a_stranger_silence_no_node() {
    let (mut sitting, codes) = Sitting::new();
    let [liar, honest @ ..] = &codes;
    for (round, restart) in [false, true, true].into_iter().enumerate() {
        for at in honest {
            let own = sitting.seals(at, at);
            assert!(own.len() >= 3);
            sitting.tell(at, liar, &own);
            for seal in own {
                let frame = Message::Seals(vec![seal]).encode();
                sitting.cluster.step(at, Input::Offered(frame));
            }
            assert!(!sitting.is_observing(at) && sitting.faults(at) == 0, "{at}");
            if restart {
                sitting.restart(at);
            }
        }
        assert!(sitting.orders(&codes[1], &format!("After playing again, {round}")));
    }
    for at in honest {
        assert_eq!(sitting.faults(at), 0, "{at}");
        assert_eq!(sitting.cluster.replica(at).sealed_by_all().0, Height(6));
    }
}

#[test]
fn a_third_members_old_seals_frame_nobody_and_displace_no_true_one() {
    let (mut sitting, [at, liar, third, _]) = Sitting::new();
    let old = sitting.seals(&at, &third);
    for title in ["Four", "Five", "Six"] {
        sitting.tell(&at, &liar, &old);
        assert!(sitting.orders(&liar, title));
        sitting.tell(&at, &liar, &old);
    }
    assert_eq!(sitting.faults(&at), 0);
    assert_eq!(sitting.cluster.replica(&at).sealed_heights()[&third], Height(6));
    assert!(sitting.cluster.nodes[&at].evidence.is_empty());
}

#[test]
fn a_label_that_is_not_the_signers_is_charged_to_who_brought_it() {
    let (mut sitting, [at, liar, third, fourth]) = Sitting::new();
    sitting.cluster.crash(&fourth);
    assert!(sitting.orders(&at, "Four"));
    let newest = sitting.seals(&at, &third).pop().unwrap();
    for framed in [&fourth, &at] {
        let relabelled = Seal { member: framed.to_string(), ..newest.clone() };
        sitting.tell(&at, &liar, &[relabelled]);
        assert_eq!(sitting.cluster.replica(&at).faults_of(framed), None);
    }
    assert_eq!(sitting.cluster.replica(&at).faults_of(&third), None);
    assert_eq!(sitting.count(&at, &liar, Misdeed::Seal), 1, "its own it holds already");
    assert!(!sitting.is_observing(&at));
}

#[test]
fn a_seal_conflicts_only_where_its_signature_covers_the_conflict() {
    let (mut sitting, [at, liar, third, _]) = Sitting::new();
    let size = sitting.size(&at);
    let forked = sitting.sealed(&third, size, "another root");
    let between = sitting.sealed(&third, size - 1, "no block ends here");
    for (seal, counted) in [(&forked, 1), (&between, 1)] {
        let before = sitting.count(&at, &third, Misdeed::ConflictingSeal);
        sitting.tell(&at, &liar, core::slice::from_ref(seal));
        let after = sitting.count(&at, &third, Misdeed::ConflictingSeal);
        // What is older than the newest size that all have sealed is not looked at.
        let is_old = seal.size.0 < size;
        assert_eq!(after - before, if is_old { 0 } else { counted });
    }
    assert_eq!(sitting.cluster.nodes[&at].evidence.len(), 1);
    let mut altered = sitting.seals(&at, &liar).pop().unwrap();
    altered.root = hash::sha256(b"a root that nobody signed");
    sitting.tell(&at, &liar, &[altered]);
    assert_eq!(sitting.count(&at, &liar, Misdeed::ConflictingSeal), 0);
    assert_eq!(sitting.count(&at, &liar, Misdeed::Seal), 1);
}

#[test]
fn a_seal_of_its_own_of_a_greater_size_or_of_another_root_makes_a_node_observe() {
    for (above, root) in [(1, "any root"), (1_000_000, "any root"), (0, "another root")] {
        let (mut sitting, [at, liar, ..]) = Sitting::new();
        let size = sitting.size(&at) + above;
        let seal = sitting.sealed(&at, size, root);
        sitting.cluster.run_ms(60_000);
        sitting.tell(&at, &liar, core::slice::from_ref(&seal));
        assert!(sitting.was_shown(&at), "{above} {root}");
        // Shown again it is no news, and whoever shows it does no wrong.
        for _ in 0..10 {
            sitting.tell(&at, &liar, core::slice::from_ref(&seal));
        }
        let faults = sitting.cluster.replica(&at).faults_of(&liar);
        assert!(
            faults.is_none_or(|tally| tally.values().all(|count| *count == 0)),
            "{above} {root}"
        );
    }
}

#[test]
fn forged_seals_of_its_own_silence_no_node_however_many_and_hide_no_true_one() {
    let (mut sitting, [at, liar, other, _]) = Sitting::new();
    let size = sitting.size(&at);
    let genuine = sitting.sealed(&at, size + 9, "any root");
    let forged = |above: u64| Seal { size: TreeSize(size + above), ..genuine.clone() };
    let many: Vec<_> = (10..10 + 4 * u64::from(EARLY_SEALS_LOOKED_AT_MAX)).map(forged).collect();
    sitting.tell(&at, &liar, &many);
    assert!(!sitting.is_observing(&at) && sitting.faults(&at) == 0);
    // The liar has used up its share; the one that shows the node the truth has its own.
    sitting.tell(&at, &other, &[genuine]);
    assert!(sitting.was_shown(&at));
}

#[test]
fn a_node_that_votes_again_after_it_was_set_back_is_not_silenced_by_what_it_sealed_before() {
    let (mut sitting, [back, other, ..]) = Sitting::new();
    let image = sitting.cluster.nodes[&back].disk.clone();
    for title in ["Four", "Five", "Six"] {
        assert!(sitting.orders(&other, title));
    }
    let former = sitting.seals(&other, &back);
    sitting.cluster.crash(&back);
    sitting.cluster.nodes.get_mut(&back).unwrap().disk = image;
    sitting.cluster.boot(&back);
    sitting.cluster.run_ms(60_000);
    assert!(sitting.is_observing(&back));
    for title in ["Seven", "Eight", "Nine", "Ten"] {
        assert!(sitting.orders(&other, title));
    }
    assert!(!sitting.is_observing(&back));
    for restart in [false, true] {
        for seal in former.iter().rev() {
            sitting.tell(&back, &other, core::slice::from_ref(seal));
            assert!(!sitting.is_observing(&back), "size {}", seal.size.0);
        }
        if !restart {
            sitting.restart(&back);
        }
    }
    assert!(!sitting.was_shown(&back));
    assert!(sitting.orders(&back, "Eleven"));
}

#[test]
fn seals_above_the_end_of_the_chain_that_do_not_verify_cost_so_many_checks_and_blame_nobody() {
    let (mut sitting, [at, liar, third, fourth]) = Sitting::new();
    let size = sitting.size(&at);
    let no_signature = nemcon_crypto::Signature::from_bytes([7; 64]);
    let early = |above| {
        let seal = sitting.sealed(&third, size + above, "a root");
        Seal { signature: no_signature, ..seal }
    };
    let many: Vec<_> = (1..1_000).map(early).collect();
    sitting.tell(&at, &liar, &many);
    assert_eq!(sitting.faults(&at), 0);
    assert!(sitting.orders(&fourth, "One more"));
    assert_eq!(sitting.faults(&at), 0);
    assert_eq!(sitting.cluster.replica(&at).sealed_by_all().0, Height(4));
}

#[test]
fn what_a_liar_tells_of_a_nodes_own_seals_delays_it_only_until_a_quorum_has_told() {
    for size in [0, 1, u64::MAX] {
        let (mut sitting, [at, liar, other, third]) = Sitting::new();
        sitting.cluster.crash(&at);
        assert!(sitting.orders(&other, "Four"));
        let peers = [&liar, &other, &third];
        sitting.cluster.cut = peers.map(|peer| (at.clone(), peer.clone())).to_vec();
        sitting.cluster.boot(&at);
        let sealed = [(at.clone(), TreeSize(size))].into_iter().collect();
        let told = Standing { height: Height(3), sealed, certificate: None };
        let told = Message::Standing(told).encode();
        sitting.cluster.step(&at, Input::Frame(liar.clone(), told.clone()));
        let blocks = sitting.cluster.nodes[&other].disk.blocks_from(Height(4));
        let offered = Message::Blocks(blocks).encode();
        sitting.cluster.step(&at, Input::Offered(offered));
        let seals = sitting.seals(&at, &at).len();
        assert_eq!(seals == 3, size == u64::MAX, "{size}: it waits to be shown a later seal");
        sitting.cluster.cut.retain(|(_, peer)| *peer == liar);
        for peer in [&other, &third] {
            sitting.cluster.step(&at, Input::Connected(peer.clone()));
            sitting.cluster.step(peer, Input::Connected(at.clone()));
        }
        sitting.cluster.step(&at, Input::Frame(liar.clone(), told));
        assert!(sitting.orders(&at, "By a node that was told a lie"));
        assert!(!sitting.is_observing(&at));
    }
}
