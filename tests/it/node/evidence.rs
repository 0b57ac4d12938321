//! Evidence: what convicts, and what frames nobody.

use nemcon_crypto::cosignature::{cosign, cosigned_message};
use nemcon_crypto::hash::sha256;
use nemcon_crypto::{Checkpoint, Digest, TreeSize};
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::Code;
use nemcon_ledger::{Height, Rosters};
use nemcon_replica::consensus::{
    Evidence as Found, MemberKey, ProposalHeader, Round, Vote, VoteKind, sign_bytes,
};
use nemcon_replica::evidence::{Evidence, EvidenceError, Known, Place, Proof, Signed, Verdict};
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
    let place = Place::Block(Height(7));
    assert_eq!(
        framed.verify(&genesis, &Rosters::founding(&genesis)),
        Err(EvidenceError::Signature { line: 1, place })
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
        Signed { message, signature }
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

/// A message with the signature of this key.
fn signed(key: &str, message: impl Into<Vec<u8>>) -> Signed {
    let message = message.into();
    Signed { signature: secret(key).sign(&message), message }
}

fn head(genesis: &Genesis, size: u64, root: &[u8]) -> Checkpoint {
    let origin = genesis.checkpoint_origin();
    Checkpoint::new(&origin, TreeSize(size), sha256(root)).unwrap()
}

fn sealed(member: &str, head: &Checkpoint) -> Signed {
    signed(&format!("{member}/seal"), cosigned_message(5, &head.render()))
}

fn against(genesis: &Genesis, member: &str, proof: Proof) -> Evidence {
    Evidence { council: genesis.digest(), member: fixture::code(member), proof }
}

/// M1's seal of one head, and that of another head by these members.
fn forked(genesis: &Genesis, its: &Checkpoint, theirs: &Checkpoint, by: &[&str]) -> Evidence {
    let witness = |member: &&str| {
        let seal = cosign(theirs, 5, &secret(&format!("{member}/seal"))).unwrap();
        (fixture::code(member), seal.encode().to_vec())
    };
    let seal = sealed("M1", its);
    let witnesses = by.iter().map(witness).collect();
    against(genesis, "M1", Proof::ForkedSeal { seal, head: theirs.render().into(), witnesses })
}

/// What is known of a ledger that ends at block 3 and size 9, with this root at the size in question.
fn judge(
    genesis: &Genesis,
    evidence: &Evidence,
    root: Option<Digest>,
    sealed_by: &[Code],
) -> Result<Verdict, EvidenceError> {
    let rosters = Rosters::founding(genesis);
    let (height, size) = (Height(3), TreeSize(9));
    evidence.judge(&Known { genesis, rosters: &rosters, height, size, root, sealed_by })
}

#[test]
fn a_head_that_f_plus_1_liars_sealed_convicts_them_and_not_whom_they_accuse() {
    let genesis = fixture::council_of_equals(4);
    let (own, forged) = (head(&genesis, 9, b"the ledger's"), head(&genesis, 9, b"the liars'"));
    let framed = forked(&genesis, &own, &forged, &["M2", "M3"]);
    let convicts = vec![fixture::code("M2"), fixture::code("M3")];
    let judged = judge(&genesis, &framed, Some(own.root()), &[]);
    assert_eq!(judged, Ok(Verdict::Acquitted { convicts }));
    // Without the ledger's own head nobody can tell who lies.
    assert_eq!(
        judge(&genesis, &framed, None, &[]),
        Ok(Verdict::NotSettled { by_last_keys: Ok(()) })
    );
    let ahead = (head(&genesis, 10, b"one"), head(&genesis, 10, b"two"));
    let ahead = forked(&genesis, &ahead.0, &ahead.1, &["M2", "M3"]);
    assert_eq!(
        judge(&genesis, &ahead, None, &[]),
        Ok(Verdict::NotSettled { by_last_keys: Ok(()) })
    );
}

#[test]
fn whoever_sealed_another_head_than_the_ledgers_own_is_convicted_by_the_ledger() {
    let genesis = fixture::council_of_equals(4);
    let (own, other, third) =
        (head(&genesis, 9, b"own"), head(&genesis, 9, b"other"), head(&genesis, 9, b"third"));
    let witnesses = vec![fixture::code("M2"), fixture::code("M3")];
    let me = [fixture::code("M1")];
    for (sealed_by, has_sealed_both) in [(&me[..], true), (&[][..], false)] {
        for (theirs, is_theirs_own) in [(&own, true), (&third, false)] {
            let guilty = forked(&genesis, &other, theirs, &["M3", "M2", "M3"]);
            let witnesses = witnesses.clone();
            let verdict = Verdict::ByTheLedger { has_sealed_both, witnesses, is_theirs_own };
            assert_eq!(judge(&genesis, &guilty, Some(own.root()), sealed_by), Ok(verdict));
        }
    }
    // Whoever witnesses against itself has sealed both.
    let both = forked(&genesis, &own, &other, &["M1", "M2", "M3"]);
    let verdict = judge(&genesis, &both, Some(own.root()), &[]);
    assert_eq!(verdict, Ok(Verdict::ByItsOwnSignatures));
}

/// What is done to the witnesses of a forked seal.
type Edit<'a> = &'a dyn Fn(&mut Vec<(Code, Vec<u8>)>);

#[test]
fn each_witness_that_has_not_sealed_the_head_is_named() {
    let genesis = fixture::council_of_equals(4);
    let (own, other) = (head(&genesis, 9, b"own"), head(&genesis, 9, b"other"));
    let place = Place::Size(TreeSize(9));
    let of = |edit: Edit<'_>| {
        let mut evidence = forked(&genesis, &other, &own, &["M2", "M3"]);
        let Proof::ForkedSeal { witnesses, .. } = &mut evidence.proof else { panic!() };
        edit(witnesses);
        judge(&genesis, &evidence, Some(own.root()), &[]).unwrap_err()
    };
    let code = fixture::code;
    let swapped = of(&|all| all[1].0 = code("M4"));
    assert_eq!(swapped, EvidenceError::Witness { code: code("M4"), place });
    let stranger = of(&|all| all[1].0 = code("M9"));
    assert_eq!(stranger, EvidenceError::Member { code: code("M9"), place });
    let cut = of(&|all| all[0].1.truncate(71));
    assert_eq!(cut, EvidenceError::Witness { code: code("M2"), place });
    let alone = of(&|all| all.truncate(1));
    assert_eq!(alone, EvidenceError::Witnesses { found: 1, needed: 1 });
}

/// A kind of evidence from its two messages.
type Pair = fn(Signed, Signed) -> Proof;

/// The kind of evidence, whose key it is about, and its two messages.
type Case = (Pair, &'static str, Vec<u8>, Vec<u8>);

const VOTES: (Pair, &str) = (Proof::DoubleVote, "M2/node");
const PROPOSALS: (Pair, &str) = (Proof::DoubleProposal, "M2/node");
const SEALS: (Pair, &str) = (Proof::DoubleSeal, "M2/seal");

/// What M2 may not sign both of, of each kind.
fn exclusive(genesis: &Genesis) -> [Case; 3] {
    let council = genesis.digest();
    let vote = |value| sign_bytes::vote(council, VoteKind::Prevote, Height(2), Round(0), value);
    let header = |pol_round| {
        let (height, round, content) = (Height(2), Round(5), sha256(b"block"));
        sign_bytes::proposal(council, &ProposalHeader { height, round, pol_round, content })
    };
    let seal = |root| cosigned_message(5, &head(genesis, 9, root).render()).into_bytes();
    let case = |of: (Pair, &'static str), one, other| (of.0, of.1, one, other);
    [
        case(VOTES, vote(None), vote(Some(sha256(b"block")))),
        case(PROPOSALS, header(None), header(Some(Round(1)))),
        case(SEALS, seal(b"own"), seal(b"other")),
    ]
}

/// Judges the two messages in either order, both signed by the key; both orders come to the same.
fn judged(genesis: &Genesis, case: &Case) -> Result<Verdict, EvidenceError> {
    let (proof, key, one, other) = case;
    let [judged, swapped] = [(one, other), (other, one)].map(|(one, other)| {
        let proof = proof(signed(key, one.clone()), signed(key, other.clone()));
        judge(genesis, &against(genesis, "M2", proof), None, &[])
    });
    assert_eq!(judged, swapped);
    judged
}

#[test]
fn messages_that_exclude_each_other_convict_in_either_order() {
    let genesis = fixture::council_of_equals(4);
    for case in exclusive(&genesis) {
        assert_eq!(judged(&genesis, &case), Ok(Verdict::ByItsOwnSignatures));
    }
}

#[test]
fn a_message_is_judged_by_its_meaning_and_one_that_no_node_writes_convicts_nobody() {
    let genesis = fixture::council_of_equals(4);
    let [votes, proposals, seals] = exclusive(&genesis);
    let cut = |bytes: &[u8], at: usize, instead: &[u8]| {
        [&bytes[..at], instead, &bytes[at + instead.len()..]].concat()
    };
    let text = |from: &str, to: &str| {
        String::from_utf8(seals.2.clone()).unwrap().replace(from, to).into_bytes()
    };
    let late = format!("time {}", u64::MAX);
    let wrong: Vec<(&str, &Case, Vec<u8>)> = vec![
        ("nil with an id", &votes, cut(&votes.2, 66, &votes.3[66..])),
        ("nil by another mark", &votes, cut(&votes.2, 65, &[7])),
        ("a vote that goes on", &votes, [&votes.2[..], b"!"].concat()),
        ("a vote cut short", &votes, votes.2[..97].to_vec()),
        ("a vote of another kind", &votes, cut(&votes.2, 52, &[9])),
        ("a proposal as a vote", &votes, proposals.2.clone()),
        ("a vote as a proposal", &proposals, votes.2.clone()),
        ("fresh, with a polka", &proposals, cut(&proposals.2, 69, &[1])),
        ("a head without its time", &seals, text("cosignature/v1\ntime 5\n", "")),
        ("a time with a zero", &seals, text("time 5", "time 05")),
        ("a time with a sign", &seals, text("time 5", "time +5")),
        ("a time beyond all", &seals, text("time 5", &late)),
        ("no time", &seals, text("time 5\n", "")),
        ("a size with a zero", &seals, text("\n9\n", "\n09\n")),
        ("an extension line", &seals, [&seals.2[..], b"more\n"].concat()),
        ("no text", &seals, b"\xff".to_vec()),
    ];
    for (name, case, instead) in wrong {
        let verdict = judged(&genesis, &(case.0, case.1, instead, case.3.clone()));
        assert!(matches!(verdict, Err(EvidenceError::Message(_))), "{name}: {verdict:?}");
    }
    let elsewhere = |bytes: &[u8]| {
        String::from_utf8(bytes.to_vec()).unwrap().replace("/test/", "/toast/").into_bytes()
    };
    let other_log = (seals.0, seals.1, elsewhere(&seals.2), elsewhere(&seals.3));
    assert!(matches!(judged(&genesis, &other_log), Err(EvidenceError::Message(_))));
}

#[test]
fn what_an_honest_node_may_sign_twice_convicts_nobody() {
    let genesis = fixture::council_of_equals(4);
    let council = genesis.digest();
    let vote = |kind, height, round, value: &[u8]| {
        sign_bytes::vote(council, kind, Height(height), Round(round), Some(sha256(value)))
    };
    let first = vote(VoteKind::Prevote, 2, 0, b"one");
    for other in [
        first.clone(),
        vote(VoteKind::Precommit, 2, 0, b"two"),
        vote(VoteKind::Prevote, 2, 1, b"two"),
        vote(VoteKind::Prevote, 3, 0, b"two"),
    ] {
        let (one, other) = (signed("M2/node", first.clone()), signed("M2/node", other));
        let judged =
            judge(&genesis, &against(&genesis, "M2", Proof::DoubleVote(one, other)), None, &[]);
        assert_eq!(judged, Err(EvidenceError::Compatible));
    }
    // The same tree head sealed again, later; a later size.
    let own = head(&genesis, 9, b"own").render();
    for other in [
        cosigned_message(5, &own),
        cosigned_message(77, &own),
        cosigned_message(5, &head(&genesis, 8, b"before").render()),
    ] {
        let one = signed("M2/seal", cosigned_message(5, &own));
        let proof = Proof::DoubleSeal(one, signed("M2/seal", other));
        let judged = judge(&genesis, &against(&genesis, "M2", proof), None, &[]);
        assert_eq!(judged, Err(EvidenceError::Compatible));
    }
}
