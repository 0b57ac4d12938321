//! What a proposal must be to get a prevote. Height 1 of four: members 1, 2, 3, 0 propose in turn.

use super::VoteKind::{Precommit, Prevote};
use super::bench::{Bench, decided, faults, votes};
use super::*;

/// Nil precommits of all others end the round in which this member waits for a proposal.
fn pass_round(bench: &mut Bench, round: u32, propose_ms: u64, vote_ms: u64) {
    assert_eq!(votes(&bench.elapse(propose_ms)), [(Prevote, round, None)]);
    for by in 1..4 {
        bench.vote(vote(by, Prevote, 1, round, None));
    }
    for by in 1..4 {
        bench.vote(vote(by, Precommit, 1, round, None));
    }
    if bench.engine.round() == Some(Round(round)) {
        bench.elapse(vote_ms);
    }
    assert_eq!(bench.engine.round(), Some(Round(round + 1)));
}

#[test]
fn a_good_proposal_is_prevoted_precommitted_and_decided() {
    let mut bench = Bench::new(0, 4);
    let value = block(1, NOON_MS + 5_000, 0, true, 0);
    let id = Some(value.id);
    assert_eq!(votes(&bench.proposal(proposal(1, 1, 0, None, &value))), [(Prevote, 0, id)]);
    bench.vote(vote(1, Prevote, 1, 0, id));
    assert_eq!(votes(&bench.vote(vote(2, Prevote, 1, 0, id))), [(Precommit, 0, id)]);
    bench.vote(vote(1, Precommit, 1, 0, id));
    let effects = bench.vote(vote(2, Precommit, 1, 0, id));
    let decision = decided(&effects).unwrap();
    assert_eq!((decision.height, decision.value.id), (Height(1), value.id));
    assert_eq!(decision.certificate.verify(council(), &roster(4)), Ok(()));
    assert!(bench.engine.is_idle() && !bench.engine.is_running());
    assert!(bench.timers.is_empty(), "{:?}", bench.timers);
}

#[test]
fn no_timer_outlives_a_decision_by_this_members_own_precommit() {
    let mut bench = Bench::new(0, 4);
    let value = block(1, NOON_MS, 0, true, 0);
    let id = Some(value.id);
    bench.proposal(proposal(1, 1, 0, None, &value));
    bench.vote(vote(1, Precommit, 1, 0, id));
    bench.vote(vote(2, Precommit, 1, 0, id));
    bench.vote(vote(1, Prevote, 1, 0, id));
    let effects = bench.vote(vote(2, Prevote, 1, 0, id));
    assert!(decided(&effects).is_some());
    assert_eq!(votes(&effects), [(Precommit, 0, id)], "the others need it");
    assert!(bench.timers.is_empty() && bench.engine.is_idle(), "{:?}", bench.timers);
}

#[test]
fn an_untimely_proposal_is_not_prevoted_but_accepted_once_a_polka_is_there() {
    for time_ms in [NOON_MS + 5_001, NOON_MS - 5_001] {
        let mut bench = Bench::new(0, 4);
        let value = block(1, time_ms, 0, true, 0);
        let id = Some(value.id);
        assert_eq!(bench.proposal(proposal(1, 1, 0, None, &value)), []);
        assert_eq!(votes(&bench.elapse(3_000)), [(Prevote, 0, None)]);
        bench.vote(vote(1, Prevote, 1, 0, id));
        assert_eq!(votes(&bench.vote(vote(2, Prevote, 1, 0, id))), []);
        assert_eq!(votes(&bench.vote(vote(3, Prevote, 1, 0, id))), [(Precommit, 0, id)]);
        bench.vote(vote(1, Precommit, 1, 0, id));
        assert!(decided(&bench.vote(vote(2, Precommit, 1, 0, id))).is_some());
    }
}

#[test]
fn a_certificate_also_vouches_for_an_untimely_proposal() {
    let mut bench = Bench::new(0, 4);
    let value = block(1, NOON_MS + 60_000, 0, true, 0);
    bench.proposal(proposal(1, 1, 0, None, &value));
    bench.vote(vote(1, Precommit, 1, 0, Some(value.id)));
    bench.vote(vote(2, Precommit, 1, 0, Some(value.id)));
    let effects = bench.vote(vote(3, Precommit, 1, 0, Some(value.id)));
    assert_eq!(decided(&effects).map(|decision| decision.value.id), Some(value.id));
}

#[test]
fn a_block_proposed_again_is_never_judged_for_its_time() {
    let mut bench = Bench::new(0, 4);
    let value = block(1, NOON_MS + 60_000, 0, true, 0);
    let id = Some(value.id);
    assert_eq!(votes(&bench.elapse(3_000)), [(Prevote, 0, None)]);
    for by in 1..4 {
        bench.vote(vote(by, Prevote, 1, 0, id));
    }
    for by in 1..4 {
        bench.vote(vote(by, Precommit, 1, 0, None));
    }
    bench.elapse(1_000);
    assert_eq!(bench.engine.round(), Some(Round(1)));
    let effects = bench.proposal(proposal(2, 1, 1, Some(0), &value));
    assert_eq!(votes(&effects), [(Prevote, 1, id)]);
}

#[test]
fn an_invalid_block_gets_a_nil_round_and_the_next_proposer_succeeds() {
    let mut bench = Bench::new(0, 4);
    let effects = bench.proposal(proposal(1, 1, 0, None, &block(1, NOON_MS, 0, false, 0)));
    assert_eq!(faults(&effects), [(FaultKind::RefusedBlock, Some(member(1)))]);
    pass_round(&mut bench, 0, 3_000, 1_000);
    let good = block(1, NOON_MS, 1, true, 0);
    let effects = bench.proposal(proposal(2, 1, 1, None, &good));
    assert_eq!(votes(&effects), [(Prevote, 1, Some(good.id))]);
}

#[test]
fn a_polka_for_an_invalid_block_stops_the_node() {
    let mut bench = Bench::new(0, 4);
    let bad = block(1, NOON_MS, 0, false, 0);
    bench.proposal(proposal(1, 1, 0, None, &bad));
    bench.vote(vote(1, Prevote, 1, 0, Some(bad.id)));
    bench.vote(vote(2, Prevote, 1, 0, Some(bad.id)));
    let last = ConsensusMessage::Vote(vote(3, Prevote, 1, 0, Some(bad.id)));
    let fatal = Fatal::InvalidBlockVouched { height: Height(1), id: bad.id };
    assert_eq!(bench.try_step(Input::Message(last)), Err(fatal));
}

#[test]
fn each_defect_of_a_proposal_is_named() {
    let good = |first_round| block(1, NOON_MS, first_round, true, 0);
    let mut garbage = proposal(1, 1, 0, None, &good(0));
    garbage.block = BlockBytes::new(*b"no block");
    let header = garbage.header();
    garbage.signature = secret(1).sign(&sign_bytes::proposal(council(), &header));
    let mut swapped = proposal(1, 1, 0, None, &good(0));
    swapped.block = block(1, NOON_MS, 0, true, 1).bytes;
    let mut repointed = proposal(2, 1, 1, Some(0), &good(0));
    repointed.pol_round = None;
    for (name, sent, kind, signer) in [
        ("content swapped", swapped, FaultKind::BadSignature, None),
        ("pol_round changed", repointed, FaultKind::BadSignature, None),
        ("no block", garbage, FaultKind::MalformedBlock, Some(1)),
        ("turn", proposal(2, 1, 0, None, &good(0)), FaultKind::WrongProposer, Some(2)),
        ("fresh, old", proposal(2, 1, 1, None, &good(0)), FaultKind::BadFirstRound, Some(2)),
        ("fresh, early", proposal(1, 1, 0, None, &good(1)), FaultKind::BadFirstRound, Some(1)),
        ("younger", proposal(3, 1, 2, Some(0), &good(1)), FaultKind::BadFirstRound, Some(3)),
        ("own polka", proposal(2, 1, 1, Some(1), &good(1)), FaultKind::BadPolRound, Some(2)),
    ] {
        let effects = Bench::new(0, 4).proposal(sent);
        assert_eq!(faults(&effects), [(kind, signer.map(member))], "{name}");
        assert_eq!(votes(&effects), [], "{name}");
    }
}

#[test]
fn a_wrongly_framed_block_is_not_held_against_the_block() {
    let mut bench = Bench::new(0, 4);
    let value = block(1, NOON_MS, 0, true, 0);
    bench.proposal(proposal(2, 1, 1, None, &value));
    for by in 1..4 {
        bench.vote(vote(by, Prevote, 1, 0, Some(value.id)));
    }
    let effects = bench.proposal(proposal(1, 1, 0, None, &value));
    assert_eq!(votes(&effects)[0], (Prevote, 0, Some(value.id)));
}

#[test]
fn two_proposals_of_one_round_become_evidence() {
    let mut bench = Bench::new(0, 4);
    let (one, other) = (block(1, NOON_MS, 0, true, 1), block(1, NOON_MS + 60_000, 0, true, 2));
    bench.proposal(proposal(1, 1, 0, None, &one));
    let effects = bench.proposal(proposal(1, 1, 0, None, &other));
    let [Effect::Evidence(evidence)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(evidence.verify(council(), &secret(1).public()), Ok(()));
    assert_eq!(evidence.verify(council(), &secret(2).public()), Err(EvidenceError::Signer));
    let forged = evidence.verify(sha256(b"other"), &secret(1).public());
    assert_eq!(forged, Err(EvidenceError::Signature));
    assert_eq!(bench.proposal(proposal(1, 1, 0, None, &other)), [], "reported once");
}

#[test]
fn the_proposer_may_answer_late_in_the_round_but_not_after_it() {
    let asked = Effect::GetValue { height: Height(1), round: Round(0) };
    let answer = |round| Input::Propose {
        height: Height(1),
        round: Round(round),
        value: block(1, NOON_MS, round, true, 0),
    };
    let mut bench = Bench::new(1, 4);
    assert!(bench.seen.contains(&asked));
    assert_eq!(bench.step(answer(1)), [], "not what was asked");
    bench.now_ms += 60_000;
    let effects = bench.step(answer(0));
    assert_eq!(votes(&effects).len(), 1);
    let sent = |effect: &Effect| matches!(effect, Effect::Broadcast(ConsensusMessage::Proposal(sent)) if sent.round.0 == 0);
    assert!(effects.iter().any(sent));
    assert_eq!(bench.step(answer(0)), [], "once");
    let mut bench = Bench::new(1, 4);
    bench.elapse(3_000);
    assert_eq!(bench.step(answer(0)), [], "too late");
}

fn told(effects: Vec<Effect>) -> Option<Vec<SignedHeader>> {
    effects.into_iter().find_map(|effect| match effect {
        Effect::TellProposals(told) => Some(told),
        _ => None,
    })
}

#[test]
fn two_proposals_that_no_node_was_told_both_of_are_brought_together() {
    let [one, two] = [1, 2].map(|nonce| block(1, NOON_MS, 0, true, nonce));
    let mut bench = Bench::new(0, 4);
    bench.proposal(proposal(1, 1, 0, None, &one));
    let told = told(bench.step(Input::Rest { decided: Height(1), roster: roster(4) })).unwrap();
    assert_eq!(told.len(), 1);
    for has_ended in [false, true] {
        let mut bench = Bench::new(2, 4);
        bench.proposal(proposal(1, 1, 0, None, &two));
        if has_ended {
            let keys = [0, 2, 3].map(|member| secret(member).public());
            let roster = Roster::new(&keys).unwrap();
            bench.step(Input::Rest { decided: Height(1), roster });
        }
        let mut forged = told.clone();
        forged[0].1 = proposal(1, 1, 0, None, &two).signature;
        assert_eq!(faults(&bench.step(Input::Told(forged))), [(FaultKind::BadSignature, None)]);
        let effects = bench.step(Input::Told(told.clone()));
        let [Effect::Evidence(found)] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!(found.verify(council(), &secret(1).public()), Ok(()));
        assert_eq!(bench.step(Input::Told(told.clone())), [], "it convicts once");
    }
    let mut same = Bench::new(2, 4);
    same.proposal(proposal(1, 1, 0, None, &one));
    assert_eq!(same.step(Input::Told(told)), [], "the same proposal");
}

#[test]
fn what_was_decided_as_proposed_is_not_told() {
    let value = block(1, NOON_MS, 0, true, 1);
    let mut bench = Bench::new(0, 4);
    bench.proposal(proposal(1, 1, 0, None, &value));
    for (by, kind) in [(1, Prevote), (2, Prevote), (1, Precommit)] {
        bench.vote(vote(by, kind, 1, 0, Some(value.id)));
    }
    let effects = bench.vote(vote(2, Precommit, 1, 0, Some(value.id)));
    assert!(decided(&effects).is_some() && told(effects).is_none());
    assert_eq!(told(bench.step(Input::Rest { decided: Height(1), roster: roster(4) })), None);
}
