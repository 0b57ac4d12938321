//! A node that has lost its log votes again by what others remember, and contradicts nothing.

use super::VoteKind::{Precommit, Prevote};
use super::bench::{Bench, faults, votes};
use super::*;

fn said(votes: impl IntoIterator<Item = Vote>) -> Recollection {
    let messages = votes.into_iter().map(ConsensusMessage::Vote).collect();
    Recollection { headers: Vec::new(), messages }
}

/// Member `me` of four observes in height 1, its log lost.
fn observer(me: usize) -> Bench {
    let mut bench = Bench::at_rest(me, 4);
    bench.engine.set_observing(true);
    bench.step(Input::WorkChanged(true));
    bench.start(1);
    bench
}

fn rejoin(bench: &mut Bench, mut memory: Recollection) -> Vec<Effect> {
    assert!(bench.engine.keep_genuine(Height(1), &mut memory));
    bench.step(Input::Rejoin { height: Height(1), roster: roster(4), memory })
}

/// All messages that others have, as the members themselves remember them.
fn remembered(bench: &Bench, asker: usize) -> Recollection {
    bench.engine.remembered(Height(1), &secret(asker).public()).0
}

fn signed(by: usize, memory: &Recollection) -> Vec<(VoteKind, u32, Option<Digest>)> {
    let vote = |it: &ConsensusMessage| match it {
        ConsensusMessage::Vote(vote) if vote.signer == member(by) => {
            Some((vote.kind, vote.round.0, vote.value))
        }
        _ => None,
    };
    memory.messages.iter().filter_map(vote).collect()
}

#[test]
fn an_observer_that_rejoins_votes() {
    let mut bench = observer(3);
    let value = block(1, NOON_MS, 0, true, 0);
    assert_eq!(votes(&bench.proposal(proposal(1, 1, 0, None, &value))), []);
    let sent = votes(&rejoin(&mut bench, Recollection::default()));
    assert_eq!(sent, [(Prevote, 0, Some(value.id))], "it still has the proposal");
}

#[test]
fn what_was_signed_is_sent_again_and_nothing_else_is_signed_there() {
    let mut bench = observer(3);
    let (old, new) = (sha256(b"old"), block(1, NOON_MS, 0, true, 0));
    rejoin(&mut bench, said([vote(3, Prevote, 1, 0, Some(old))]));
    let sent = votes(&bench.proposal(proposal(1, 1, 0, None, &new)));
    assert_eq!(sent, [(Prevote, 0, Some(old))]);
    let id = Some(new.id);
    for by in 0..3 {
        bench.vote(vote(by, Prevote, 1, 0, id));
    }
    let last = votes(&bench.seen).pop();
    assert_eq!(last, Some((Precommit, 0, id)), "it had not precommitted in round 0");
}

#[test]
fn rounds_that_it_had_left_get_nothing_new_but_nil() {
    let mut bench = observer(3);
    let value = block(1, NOON_MS, 0, true, 0);
    rejoin(&mut bench, said([vote(3, Prevote, 1, 1, None)]));
    assert_eq!(
        votes(&bench.proposal(proposal(1, 1, 0, None, &value))),
        [(Prevote, 0, None)],
        "it may have locked another block in round 0"
    );
    for by in 0..3 {
        bench.vote(vote(by, Prevote, 1, 0, Some(value.id)));
    }
    assert_eq!(votes(&bench.seen).pop(), Some((Precommit, 0, None)));
}

#[test]
fn its_last_precommit_is_a_lock_until_a_later_polka() {
    let mut bench = observer(3);
    let (locked, other) = (sha256(b"locked"), block(1, NOON_MS, 1, true, 0));
    rejoin(&mut bench, said([vote(3, Precommit, 1, 0, Some(locked))]));
    for by in 0..3 {
        bench.vote(vote(by, Precommit, 1, 0, None));
    }
    bench.elapse(1_000);
    assert_eq!(bench.engine.round(), Some(Round(1)));
    let sent = votes(&bench.proposal(proposal(2, 1, 1, None, &other)));
    assert_eq!(sent, [(Prevote, 1, None)], "another block");
    for by in 0..3 {
        bench.vote(vote(by, Prevote, 1, 1, Some(other.id)));
    }
    assert_eq!(votes(&bench.seen).pop(), Some((Precommit, 1, Some(other.id))));
    for by in 0..2 {
        bench.vote(vote(by, Precommit, 1, 1, None));
    }
    bench.elapse(1_500);
    let last = votes(&bench.seen).pop();
    assert_eq!(last, Some((Prevote, 2, Some(other.id))), "the later polka unlocks it for ever");
}

#[test]
fn a_proposer_does_not_propose_twice_in_a_round() {
    // Member 1 proposes in round 0 of height 1.
    let mut bench = observer(1);
    let old = proposal(1, 1, 0, None, &block(1, NOON_MS, 0, true, 1));
    let headers = vec![(old.header(), old.signature)];
    let asked = |effects: &[Effect]| {
        effects.iter().any(|effect| matches!(effect, Effect::GetValue { round: Round(0), .. }))
    };
    let effects = rejoin(&mut bench, Recollection { headers, messages: Vec::new() });
    assert!(!asked(&effects));
    let mut fresh = observer(1);
    assert!(asked(&rejoin(&mut fresh, Recollection::default())), "nothing is known of round 0");
}

#[test]
fn it_comes_back_with_lock_and_block_where_others_have_both() {
    let mut bench = observer(3);
    let value = block(1, NOON_MS, 0, true, 0);
    let mut memory = said((0..4).map(|by| vote(by, Prevote, 1, 0, Some(value.id))));
    let first = ConsensusMessage::Proposal(proposal(1, 1, 0, None, &value));
    memory.messages.push(first);
    memory.merge(said([vote(3, Precommit, 1, 0, Some(value.id))]));
    bench.now_ms += 3_600_000;
    let sent = votes(&rejoin(&mut bench, memory));
    let id = Some(value.id);
    assert_eq!(sent, [(Prevote, 0, id), (Precommit, 0, id)], "also long after the block's time");
}

#[test]
fn a_witness_remembers_all_rounds_and_after_a_restart_too() {
    let mut bench = Bench::new(0, 4);
    let value = block(1, NOON_MS, 0, true, 0);
    bench.proposal(proposal(1, 1, 0, None, &value));
    for by in 1..4 {
        bench.vote(vote(by, Prevote, 1, 0, Some(value.id)));
    }
    bench.vote(vote(3, Prevote, 1, 1, None));
    let all = [(Prevote, 1, None), (Prevote, 0, Some(value.id))];
    assert_eq!(signed(3, &remembered(&bench, 3)), all, "although it has precommitted since");
    let held = remembered(&bench, 1);
    assert_eq!(held.headers.len(), 1);
    assert_eq!(held.signed_by(&secret(1).public()).count(), 2, "a proposal and a prevote");

    let mut again = Bench::at_rest(0, 4);
    let (height, restart) = (Height(1), Some(bench.log.clone()));
    again.step(Input::StartHeight { height, roster: roster(4), restart });
    assert_eq!(signed(3, &remembered(&again, 3)), all);
    let logged = again.log.len();
    again.vote(vote(3, Prevote, 1, 1, None));
    assert_eq!(again.log.len(), logged, "and logs nothing twice");
}

#[test]
fn a_witness_at_rest_tells_what_it_holds_for_later() {
    let mut bench = Bench::at_rest(0, 4);
    bench.vote(vote(3, Prevote, 1, 0, None));
    bench.vote(vote(3, Prevote, 2, 0, None));
    bench.vote(vote(2, Prevote, 2, 0, None));
    let memory = remembered(&bench, 3);
    let heights: Vec<_> = memory.signed_by(&secret(3).public()).collect();
    assert_eq!(heights.len(), 2);
    assert_eq!(heights.iter().max(), Some(&Height(2)));
    assert_eq!(memory.messages.len(), 2, "of others nothing beyond the height");
}

/// A proposal of so many bytes in round `round` of height 1, whose proposer is `by`.
fn long_proposal(by: usize, round: u32, bytes: usize) -> Proposal {
    let block = BlockBytes::new(vec![u8::try_from(round).unwrap(); bytes]);
    let (height, round, pol_round, signer) = (Height(1), Round(round), None, member(by));
    let header = ProposalHeader { height, round, pol_round, content: block.digest() };
    let signature = secret(by).sign(&sign_bytes::proposal(council(), &header));
    Proposal { height, round, pol_round, block, signer, signature }
}

#[test]
fn a_proposal_longer_than_any_block_is_its_signers_fault_and_is_not_held() {
    for (bytes, held) in [(BLOCK_ENCODED_BYTES_MAX, 1), (BLOCK_ENCODED_BYTES_MAX + 1, 0)] {
        let mut bench = Bench::at_rest(0, 4);
        let effects = bench.proposal(long_proposal(1, 0, bytes));
        let (_, looked_at) = bench.engine.remembered(Height(1), &secret(1).public());
        assert_eq!(looked_at, held, "{bytes}");
        let fault = (FaultKind::MalformedBlock, Some(member(1)));
        assert_eq!(faults(&effects), [fault][held..], "{bytes}");
    }
}

#[test]
fn what_is_left_out_of_an_answer_is_counted_as_looked_at() {
    let mut bench = Bench::at_rest(0, 4);
    bench.proposal(long_proposal(1, 0, RECOLLECTION_BYTES_MAX));
    bench.vote(vote(1, Prevote, 1, 0, None));
    let (memory, looked_at) = bench.engine.remembered(Height(1), &secret(1).public());
    assert_eq!((memory.messages.len(), looked_at), (1, 2));
}

#[test]
fn a_liar_cannot_invent_what_this_node_signed() {
    let mut bench = observer(3);
    let mut forged = vote(2, Precommit, 1, 0, Some(sha256(b"never")));
    forged.signer = member(3);
    let mut memory = said([forged, vote(2, Prevote, 1, 0, None)]);
    let header = proposal(1, 1, 0, None, &block(1, NOON_MS, 0, true, 0));
    memory.headers.push((header.header(), header.signature));
    assert!(!bench.engine.keep_genuine(Height(1), &mut memory));
    assert_eq!((memory.headers.len(), memory.messages.len()), (0, 1));
}

#[test]
fn a_node_that_rejoined_may_be_asked_itself_and_logs_what_it_took_over() {
    let mut bench = observer(3);
    let memory = said([vote(3, Prevote, 1, 0, None), vote(2, Prevote, 1, 0, None)]);
    rejoin(&mut bench, memory);
    let own = WalEntry::Vote(vote(3, Prevote, 1, 0, None));
    assert_eq!(bench.log.iter().filter(|entry| **entry == own).count(), 1);
    assert_eq!(signed(2, &remembered(&bench, 2)), [(Prevote, 0, None)]);
}

#[test]
fn a_valid_block_is_not_proposed_again_where_another_was_proposed() {
    // Member 2 proposes in round 1 of height 1.
    for had_proposed in [true, false] {
        let mut bench = observer(2);
        let old = proposal(2, 1, 1, None, &block(1, NOON_MS, 1, true, 1));
        let headers = Vec::from_iter(had_proposed.then_some((old.header(), old.signature)));
        rejoin(&mut bench, Recollection { headers, messages: Vec::new() });
        let value = block(1, NOON_MS, 0, true, 0);
        bench.proposal(proposal(1, 1, 0, None, &value));
        for kind in [Prevote, Precommit] {
            let id = Some(value.id).filter(|_| kind == Prevote);
            for by in [0, 1, 3] {
                bench.vote(vote(by, kind, 1, 0, id));
            }
        }
        bench.elapse(1_000);
        assert_eq!(bench.engine.round(), Some(Round(1)));
        let again = |effect: &Effect| matches!(effect, Effect::Broadcast(ConsensusMessage::Proposal(it)) if it.pol_round == Some(Round(0)));
        assert_eq!(bench.seen.iter().any(again), !had_proposed);
        if had_proposed {
            let sent = votes(&bench.elapse(3_500));
            assert_eq!(sent, [(Prevote, 1, None)], "and it does not get stuck");
        }
    }
}
