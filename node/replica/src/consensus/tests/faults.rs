//! Messages that are wrong, early, late, or this node's own.

use super::VoteKind::{Precommit, Prevote};
use super::bench::{Bench, faults, votes};
use super::*;

#[test]
fn a_forged_vote_counts_for_nobody() {
    let mut bench = Bench::new(0, 4);
    let mut forged = vote(1, Prevote, 1, 0, None);
    forged.signer = member(2);
    assert_eq!(faults(&bench.vote(forged)), [(FaultKind::BadSignature, None)]);
    let stranger = vote(9, Prevote, 1, 0, None);
    assert_eq!(faults(&bench.vote(stranger)), [(FaultKind::UnknownSigner, None)]);
    assert_eq!(bench.engine.began_by(Height(1)), 0);
}

#[test]
fn two_votes_of_one_kind_become_evidence() {
    let mut bench = Bench::new(0, 4);
    bench.vote(vote(1, Prevote, 1, 0, None));
    let effects = bench.vote(vote(1, Prevote, 1, 0, Some(sha256(b"another"))));
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Evidence(evidence) => Some(evidence.verify(council(), &secret(1).public())),
        _ => None,
    });
    assert_eq!(found, Some(Ok(())));
    let (one, other) = (vote(1, Prevote, 1, 0, None), vote(1, Prevote, 1, 1, None));
    for harmless in [Evidence::Votes(one.clone(), other), Evidence::Votes(one.clone(), one)] {
        let verified = harmless.verify(council(), &secret(1).public());
        assert_eq!(verified, Err(EvidenceError::Compatible));
    }
}

#[test]
fn a_conflicting_vote_that_is_sent_again_and_again_fills_no_log() {
    let mut bench = Bench::new(0, 4);
    bench.vote(vote(1, Prevote, 1, 0, None));
    let logged = |effects: Vec<Effect>| {
        effects.iter().filter(|effect| matches!(effect, Effect::Wal(_))).count()
    };
    let other = vote(1, Prevote, 1, 0, Some(sha256(b"another")));
    let first = logged(bench.vote(other.clone()));
    let again: usize = (0..100).map(|_| logged(bench.vote(other.clone()))).sum();
    assert_eq!((first, again), (1, 0));
}

#[test]
fn certificates_that_prove_nothing_are_faults() {
    let id = sha256(b"block");
    let polka = |signers: &[usize]| {
        let signature = |by: &usize| (member(*by), vote(*by, Prevote, 1, 0, Some(id)).signature);
        let signatures = signers.iter().map(signature).collect();
        let (height, round) = (Height(1), Round(0));
        ConsensusMessage::Polka(PolkaCertificate { height, round, value: id, signatures })
    };
    for signers in [&[1, 2][..], &[1, 2, 2], &[1, 2, 9], &[0, 1, 2, 3, 3]] {
        let effects = Bench::new(0, 4).step(Input::Message(polka(signers)));
        assert_eq!(faults(&effects), [(FaultKind::BadCertificate, None)], "{signers:?}");
    }
    assert_eq!(faults(&Bench::new(0, 4).step(Input::Message(polka(&[1, 2, 3])))), []);
}

#[test]
fn a_round_certificate_takes_the_engine_along() {
    let round_vote = |by: usize, kind| {
        let Vote { signature, value, signer, .. } = vote(by, kind, 1, 3, None);
        RoundVote { kind, value, signer, signature }
    };
    let certificate = |kind, votes| {
        let (height, round) = (Height(1), Round(3));
        Input::Message(ConsensusMessage::Round(RoundCertificate { height, round, kind, votes }))
    };
    let mut bench = Bench::new(0, 4);
    let one = vec![round_vote(1, Prevote)];
    let effects = bench.step(certificate(RoundCertificateKind::Skip, one));
    assert_eq!(faults(&effects), [(FaultKind::BadCertificate, None)]);
    let two = vec![round_vote(1, Prevote), round_vote(2, Precommit)];
    bench.step(certificate(RoundCertificateKind::Skip, two));
    assert_eq!(bench.engine.round(), Some(Round(3)));
}

#[test]
fn early_messages_wait_for_their_height() {
    let mut bench = Bench::at_rest(0, 4);
    bench.step(Input::WorkChanged(true));
    let value = block(1, NOON_MS, 0, true, 0);
    bench.proposal(proposal(1, 1, 0, None, &value));
    bench.vote(vote(2, Prevote, 1, 0, Some(value.id)));
    bench.vote(vote(2, Prevote, 1, 0, Some(value.id)));
    assert_eq!(bench.engine.began_by(Height(1)), 2);
    assert_eq!(bench.engine.began_height(), Some(Height(1)));
    bench.now_ms += 60_000;
    let sent = votes(&bench.start(1));
    let id = Some(value.id);
    assert_eq!(sent, [(Prevote, 0, id)], "timeliness is judged when it arrives");
    assert_eq!(votes(&bench.vote(vote(1, Prevote, 1, 0, id))), [(Precommit, 0, id)]);
}

#[test]
fn what_one_member_can_make_others_hold_is_bounded() {
    let mut bench = Bench::at_rest(0, 4);
    for round in 0..100 {
        bench.vote(vote(1, Prevote, 1, round, None));
        bench.vote(vote(1, Prevote, 100, round, None));
    }
    assert_eq!(bench.engine.progress.take(Height(1)).len(), VOTES_HELD_PER_MEMBER_MAX);
    assert_eq!(bench.engine.progress.take(Height(100)).len(), 0);
    for nonce in 0..10 {
        let value = block(1, NOON_MS, 0, true, nonce);
        bench.proposal(proposal(1, 1, 0, None, &value));
        bench.proposal(proposal(2, 1, 0, None, &value));
    }
    assert_eq!(bench.engine.progress.take(Height(1)).len(), PROPOSALS_HELD_PER_MEMBER_MAX);
    assert_eq!(bench.engine.highest_seen(&secret(1).public()), Some(Height(100)));
    assert_eq!(bench.engine.began_height(), Some(Height(1)), "one liar moves nobody");
}

#[test]
fn a_peer_that_repeats_an_old_vote_is_behind_and_a_slow_vote_is_not() {
    let mut bench = Bench::at_rest(0, 4);
    bench.step(Input::Rest { decided: Height(5), roster: roster(4) });
    let behind = |height| vec![Effect::Behind { height: Height(height) }];
    assert_eq!(bench.vote(vote(1, Precommit, 5, 0, None)), []);
    assert_eq!(bench.vote(vote(1, Precommit, 5, 0, None)), behind(5));
    assert_eq!(bench.vote(vote(1, Precommit, 4, 0, None)), behind(4));
    bench.start(6);
    assert_eq!(bench.vote(vote(1, Precommit, 5, 0, None)), behind(5));
    assert_eq!(bench.vote(vote(2, Precommit, 5, 0, None)), []);
}

#[test]
fn sync_may_overtake_a_height_in_its_middle() {
    let mut bench = Bench::new(0, 4);
    let value = block(1, NOON_MS + 60_000, 0, true, 0);
    bench.proposal(proposal(1, 1, 0, None, &value));
    bench.vote(vote(1, Prevote, 1, 0, Some(value.id)));
    bench.vote(vote(1, Prevote, 3, 0, None));
    let old: Vec<_> = bench.timers.keys().copied().collect();
    let effects = bench.start(3);
    assert!(old.iter().all(|timer| effects.contains(&Effect::Cancel(*timer))));
    assert_eq!((bench.engine.height(), bench.engine.round()), (Height(3), Some(Round(0))));
    for timer in old {
        assert_eq!(bench.step(Input::TimerElapsed(timer)), []);
    }
    assert_eq!(bench.engine.current_messages(), []);
    // Member 3 proposes at height 3.
    let value = block(3, NOON_MS, 0, true, 0);
    let effects = bench.proposal(proposal(3, 3, 0, None, &value));
    assert_eq!(votes(&effects), [(Prevote, 0, Some(value.id))]);
    bench.step(Input::Rest { decided: Height(7), roster: roster(4) });
    assert!(bench.engine.is_idle() && !bench.engine.is_running() && bench.timers.is_empty());
}

#[test]
fn no_height_is_begun_twice() {
    let mut bench = Bench::new(0, 4);
    let (current, asked) = (Height(1), Height(1));
    let again = Input::StartHeight { height: asked, roster: roster(4), restart: None };
    assert_eq!(bench.try_step(again), Err(Fatal::HeightGoesBack { current, asked }));
}

#[test]
fn an_unknown_message_of_this_node_is_reported_and_not_counted() {
    let mut bench = Bench::new(0, 4);
    let elsewhere =
        |height| vec![Effect::OwnKeyElsewhere { height: Height(height), round: Round(0) }];
    assert_eq!(bench.vote(vote(0, Prevote, 1, 0, None)), elsewhere(1));
    assert_eq!(bench.vote(vote(0, Prevote, 2, 0, None)), elsewhere(2));
    bench.elapse(3_000);
    assert_eq!(bench.vote(vote(0, Prevote, 1, 0, None)), [], "its own echo");
}

#[test]
fn an_observer_signs_nothing() {
    let mut bench = Bench::at_rest(1, 4);
    bench.engine.set_observing(true);
    bench.step(Input::WorkChanged(true));
    bench.start(1);
    bench.elapse(3_000);
    let value = block(1, NOON_MS, 1, true, 0);
    for by in [0, 2, 3] {
        bench.vote(vote(by, Precommit, 1, 1, Some(value.id)));
    }
    bench.proposal(proposal(2, 1, 1, None, &value));
    assert!(!bench.engine.is_running(), "it follows all the same");
    let silent = |effect: &Effect| !matches!(effect, Effect::GetValue { .. });
    assert!(votes(&bench.seen).is_empty() && bench.seen.iter().all(silent));
}

#[test]
fn every_message_survives_its_encoding() {
    let value = block(1, NOON_MS, 0, true, 0);
    let vote = vote(1, Precommit, 1, 7, Some(value.id));
    let (height, round, id) = (vote.height, vote.round, value.id);
    let signatures = vec![(vote.signer, vote.signature)];
    let kind = RoundCertificateKind::Skip;
    let votes = vec![RoundVote {
        kind: vote.kind,
        value: vote.value,
        signer: vote.signer,
        signature: vote.signature,
    }];
    for message in [
        ConsensusMessage::Vote(vote),
        ConsensusMessage::Proposal(proposal(1, 1, 3, Some(2), &value)),
        ConsensusMessage::Polka(PolkaCertificate { height, round, value: id, signatures }),
        ConsensusMessage::Round(RoundCertificate { height, round, kind, votes }),
    ] {
        let text = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<ConsensusMessage>(&text).unwrap(), message);
    }
}

/// Member 3 tells node 0 nil and others the block; then it leaves, and all positions shift.
#[test]
fn votes_of_a_height_are_judged_by_its_own_roster_also_when_the_next_one_has_begun() {
    for comes_late in [false, true] {
        let mut bench = Bench::new(0, 4);
        let value = block(1, NOON_MS, 0, true, 0);
        let id = Some(value.id);
        bench.proposal(proposal(1, 1, 0, None, &value));
        for by in [1, 2] {
            bench.vote(vote(by, Prevote, 1, 0, id));
        }
        let other = vote(3, Precommit, 1, 0, None);
        if !comes_late {
            bench.vote(other.clone());
        }
        for by in [1, 2] {
            bench.vote(vote(by, Precommit, 1, 0, id));
        }
        let keys = [4, 0, 1, 2].map(|member| secret(member).public());
        let next = Roster::new(&keys).unwrap();
        bench.step(Input::Rest { decided: Height(1), roster: next.clone() });
        bench.step(Input::StartHeight { height: Height(2), roster: next, restart: None });
        if comes_late {
            bench.vote(other);
        }
        let signed = |by: u16| (by, vote(usize::from(by), Precommit, 1, 0, id).signature);
        let (height, round, value_id) = (Height(1), Round(0), value.id);
        let signatures = [1, 2, 3].map(signed).into();
        let theirs = CommitCertificate { height, round, value_id, signatures };
        let found = bench.engine.compare(&theirs);
        assert_eq!(found.len(), 1, "late: {comes_late}");
        assert_eq!(found[0].verify(council(), &secret(3).public()), Ok(()));
        assert!(bench.engine.compare(&theirs).is_empty(), "convicted once");
    }
}
