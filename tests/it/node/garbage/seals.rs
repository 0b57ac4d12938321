//! Wrong seals: what they cost, and whom they do not blame.

use nemcon_crypto::{Checkpoint, Digest, cosignature, hash};
use nemcon_ledger::Height;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::record::{Body, Position};
use nemcon_ledger::text::Code;
use nemcon_replica::replica::{
    FAULTS_PER_MINUTE_MAX, Input, Message, Misdeed, SEALS_PER_MESSAGE_MAX,
};
use nemcon_tests::cluster::Cluster;
use nemcon_tests::fixture::{Parties, council_of_equals, secret};

use super::{count, frame, sitting};

/// A seal of `by` at the end of block 1.
fn sealed(cluster: &Cluster, by: &Code, root: Digest) -> Seal {
    let chain = cluster.replica(by).chain();
    let origin = chain.council().genesis().checkpoint_origin();
    let checkpoint = Checkpoint::new(&origin, chain.size(), root).expect("a line");
    let key = secret(&format!("{by}/seal"));
    let cosigned = cosignature::cosign(&checkpoint, 7, &key).expect("a time");
    let (size, member) = (chain.size(), by.to_string());
    Seal { size, root, member, time_s: 7, signature: *cosigned.signature() }
}

#[test]
fn a_message_full_of_wrong_seals_costs_no_more_than_a_connection_bears() {
    let (mut cluster, _, [at, liar, third, _]) = sitting();
    let forked = sealed(&cluster, &liar, hash::sha256(b"another root"));
    let unsigned = Seal { member: third.to_string(), ..forked.clone() };
    let most = u64::from(FAULTS_PER_MINUTE_MAX) + 1;
    for (seal, misdeed) in [(unsigned, Misdeed::Seal), (forked, Misdeed::ConflictingSeal)] {
        let evidence = cluster.nodes[&at].evidence.len();
        frame(&mut cluster, &at, &liar, &Message::Seals(vec![seal; SEALS_PER_MESSAGE_MAX]));
        assert_eq!(count(&cluster, &at, &liar, misdeed), most, "{misdeed}");
        assert!(cluster.nodes[&at].evidence.len() - evidence <= 61);
        cluster.step(&at, Input::Disconnected(liar.clone()));
        cluster.step(&at, Input::Connected(liar.clone()));
        cluster.run_ms(60_000);
    }
}

#[test]
fn a_known_seal_beside_a_conflicting_one_brings_no_evidence_again() {
    let (mut cluster, _, [at, liar, third, _]) = sitting();
    let forked = sealed(&cluster, &liar, hash::sha256(b"another root"));
    let known = sealed(&cluster, &third, cluster.replica(&at).chain().root());
    frame(&mut cluster, &at, &liar, &Message::Seals(vec![forked]));
    assert_eq!(cluster.nodes[&at].evidence.len(), 1);
    frame(&mut cluster, &at, &liar, &Message::Seals(vec![known; 1_000]));
    assert_eq!(cluster.nodes[&at].evidence.len(), 1);
}

#[test]
fn of_seals_that_a_stranger_offers_none_is_looked_at_behind_a_wrong_one() {
    let (mut cluster, _, [at, liar, third, _]) = sitting();
    let forked = sealed(&cluster, &liar, hash::sha256(b"another root"));
    let unsigned = Seal { member: third.to_string(), ..forked };
    let frame = Message::Seals(vec![unsigned; SEALS_PER_MESSAGE_MAX]).encode();
    cluster.step(&at, Input::Offered(frame));
    assert_eq!(cluster.replica(&at).faults().values().sum::<u64>(), 1);
}

#[test]
fn a_forged_early_seal_blames_nobody_and_displaces_no_true_one() {
    let (mut cluster, _, [at, liar, victim, _]) = sitting();
    let early = Seal {
        size: nemcon_crypto::TreeSize(5),
        root: hash::sha256(b"a root"),
        member: victim.to_string(),
        time_s: 1,
        signature: nemcon_crypto::Signature::from_bytes([7; 64]),
    };
    // Which roster seals such a size is not known yet: it may be another one.
    frame(&mut cluster, &at, &liar, &Message::Seals(vec![early]));
    assert_eq!(count(&cluster, &at, &liar, Misdeed::Seal), 0);
    let statement = {
        let parties = Parties::new(council_of_equals(4));
        let council = cluster.replica(&at).chain().council();
        parties.sign(&Body::Ballot(parties.ballot(council, "M1", 1, Position::InFavour)))
    };
    cluster.submit(&at, &statement);
    cluster.run_ms(20_000);
    assert_eq!(cluster.replica(&at).sealed_by_all().0, Height(2));
    assert_eq!(cluster.replica(&at).faults_of(&victim), None);
    assert_eq!(cluster.replica(&at).faults().values().sum::<u64>(), 0);
}
