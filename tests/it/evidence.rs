//! Evidence: what convicts, and what frames nobody.

use nemcon_crypto::hash::sha256;
use nemcon_ledger::record::Genesis;
use nemcon_ledger::{Height, Rosters};
use nemcon_node::consensus::{Evidence as Found, MemberKey, Round, Vote, VoteKind, sign_bytes};
use nemcon_node::evidence::{Evidence, EvidenceError, Proof};
use nemcon_tests::export::sealed_note;
use nemcon_tests::fixture::{self, secret};

fn vote(genesis: &Genesis, member: &str, round: u32, value: &[u8]) -> Vote {
    let key = secret(&format!("{member}/node"));
    let (kind, height, round, value) =
        (VoteKind::Prevote, Height(7), Round(round), Some(sha256(value)));
    let bytes = sign_bytes::vote(genesis.digest(), kind, height, round, value);
    let signer = MemberKey(*key.public().as_bytes());
    Vote { kind, height, round, value, signer, signature: key.sign(&bytes) }
}

fn evidence(genesis: &Genesis, one: Vote, other: Vote) -> Evidence {
    Evidence::of_consensus(genesis.digest(), &genesis.roster, &Found::Votes(one, other))
        .expect("a member's votes")
}

#[test]
fn two_votes_of_one_round_convict_whoever_reads_the_file() {
    let genesis = fixture::council_of_equals(4);
    let found =
        evidence(&genesis, vote(&genesis, "M2", 0, b"one"), vote(&genesis, "M2", 0, b"two"));
    let read = Evidence::parse(&found.render()).unwrap();
    assert_eq!(read, found);
    assert_eq!(read.member.as_str(), "M2");
    assert_eq!(read.verify(&genesis, &Rosters::founding(&genesis)), Ok(()));
    let other = fixture::council_of_equals(5);
    let judged = read.verify(&other, &Rosters::founding(&other));
    assert!(matches!(judged, Err(EvidenceError::Council(_))));
}

#[test]
fn honest_votes_frame_nobody() {
    let genesis = fixture::council_of_equals(4);
    let one = || vote(&genesis, "M2", 0, b"one");
    let next_round = evidence(&genesis, one(), vote(&genesis, "M2", 1, b"two"));
    assert_eq!(
        next_round.verify(&genesis, &Rosters::founding(&genesis)),
        Err(EvidenceError::Compatible)
    );
    let same = evidence(&genesis, one(), one());
    assert_eq!(same.verify(&genesis, &Rosters::founding(&genesis)), Err(EvidenceError::Compatible));
    let mut framed = evidence(&genesis, one(), vote(&genesis, "M2", 0, b"two"));
    framed.member = fixture::code("M3");
    assert_eq!(
        framed.verify(&genesis, &Rosters::founding(&genesis)),
        Err(EvidenceError::Signature)
    );
}

#[test]
fn two_seals_of_one_size_convict_and_a_fork_needs_more_than_f_others() {
    let genesis = fixture::council_of_equals(4);
    let head = |leaf: &[u8]| sealed_note(&genesis, &[leaf.to_vec()]).0;
    let seal = |member: &str, leaf: &[u8]| {
        let key = secret(&format!("{member}/seal"));
        let checkpoint = head(leaf);
        let message = format!("cosignature/v1\ntime 5\n{}", checkpoint.render()).into_bytes();
        let signature = key.sign(&message);
        nemcon_node::evidence::Signed { message, signature }
    };
    let of = |proof| Evidence { council: genesis.digest(), member: fixture::code("M1"), proof };
    let double = of(Proof::DoubleSeal(seal("M1", b"a"), seal("M1", b"b")));
    assert_eq!(Evidence::parse(&double.render()).as_ref(), Ok(&double));
    assert_eq!(double.verify(&genesis, &Rosters::founding(&genesis)), Ok(()));
    let twice = of(Proof::DoubleSeal(seal("M1", b"a"), seal("M1", b"a")));
    assert_eq!(
        twice.verify(&genesis, &Rosters::founding(&genesis)),
        Err(EvidenceError::Compatible)
    );

    let witness = |member: &str| {
        let key = secret(&format!("{member}/seal"));
        let cosignature = nemcon_crypto::cosignature::cosign(&head(b"b"), 5, &key).unwrap();
        (fixture::code(member), cosignature.encode().to_vec())
    };
    let fork = |witnesses: &[&str]| {
        of(Proof::ForkedSeal {
            seal: seal("M1", b"a"),
            head: head(b"b").render().into_bytes(),
            witnesses: witnesses.iter().map(|member| witness(member)).collect(),
        })
    };
    assert_eq!(fork(&["M2", "M3"]).verify(&genesis, &Rosters::founding(&genesis)), Ok(()));
    assert_eq!(Evidence::parse(&fork(&["M2", "M3"]).render()).unwrap(), fork(&["M2", "M3"]));
    // One other might be the liar; the accused does not witness against itself.
    for few in [&["M2"][..], &["M2", "M2"], &["M1", "M2"]] {
        let error = Err(EvidenceError::Witnesses { found: 1, needed: 1 });
        assert_eq!(fork(few).verify(&genesis, &Rosters::founding(&genesis)), error, "{few:?}");
    }
}
