//! Doing nothing when there is nothing to do, and waking up as the one who fell asleep.

use super::VoteKind::{Precommit, Prevote};
use super::bench::{Bench, votes};
use super::*;

fn restarted(me: usize, log: Vec<WalEntry>) -> (Bench, Result<Vec<Effect>, Fatal>) {
    let mut bench = Bench::at_rest(me, 4);
    bench.step(Input::WorkChanged(true));
    let (height, roster) = (Height(1), roster(4));
    let effects = bench.try_step(Input::StartHeight { height, roster, restart: Some(log) });
    (bench, effects)
}

#[test]
fn without_work_timers_run_out_in_silence() {
    let mut bench = Bench::at_rest(0, 4);
    bench.start(1);
    assert_eq!(bench.elapse(3_000), []);
    assert_eq!(bench.elapse(5_000), []);
    assert!(bench.engine.is_idle() && bench.engine.is_running());
    bench.vote(vote(1, Prevote, 1, 0, None));
    assert!(bench.engine.is_idle(), "one may lie");
    let effects = bench.step(Input::WorkChanged(true));
    assert!(effects.iter().all(|effect| matches!(effect, Effect::Schedule { .. })));
    assert_eq!(votes(&bench.elapse(3_000)), [(Prevote, 0, None)]);
}

#[test]
fn more_than_f_active_members_keep_the_timers_going() {
    let mut bench = Bench::at_rest(0, 4);
    bench.start(1);
    bench.elapse(3_000);
    bench.vote(vote(1, Prevote, 1, 0, None));
    bench.vote(vote(2, Prevote, 1, 0, None));
    assert!(!bench.engine.is_idle());
    assert!(votes(&bench.elapse(3_000)).contains(&(Prevote, 0, None)));
}

#[test]
fn members_without_work_do_not_keep_each_other_awake() {
    let mut bench = Bench::at_rest(0, 4);
    bench.start(1);
    for by in 1..4 {
        bench.vote(vote(by, Prevote, 1, 0, None));
        bench.vote(vote(by, Precommit, 1, 0, None));
    }
    bench.elapse(1_000);
    assert_eq!(bench.engine.round(), Some(Round(1)));
    assert_eq!(bench.elapse(3_500), []);
    assert_eq!(bench.elapse(5_500), []);
    assert!(bench.engine.is_idle() && bench.engine.is_running());
}

/// It has caught up with blocks to where the others are, and lacks what they said there long ago.
#[test]
fn a_member_that_others_are_ahead_of_says_nothing_again_without_work() {
    let mut bench = Bench::at_rest(0, 4);
    bench.vote(vote(1, Precommit, 9, 0, None));
    bench.vote(vote(2, Precommit, 9, 0, None));
    bench.start(1);
    assert_eq!(votes(&bench.elapse(3_000)), [(Prevote, 0, None)]);
    assert_eq!(bench.elapse(5_000), []);
    assert!(bench.engine.is_idle(), "no timer runs for ever");
    bench.step(Input::WorkChanged(true));
    assert_eq!(votes(&bench.elapse(5_000)), [(Prevote, 0, None)]);
}

#[test]
fn a_lock_survives_sleep() {
    let mut bench = Bench::new(0, 4);
    let value = block(1, NOON_MS, 0, true, 0);
    let id = Some(value.id);
    bench.proposal(proposal(1, 1, 0, None, &value));
    bench.vote(vote(1, Prevote, 1, 0, id));
    assert_eq!(votes(&bench.vote(vote(2, Prevote, 1, 0, id))), [(Precommit, 0, id)]);
    bench.step(Input::WorkChanged(false));
    bench.step(Input::WorkChanged(true));
    for by in 1..4 {
        bench.vote(vote(by, Precommit, 1, 0, None));
    }
    bench.elapse(1_000);
    let other = block(1, NOON_MS, 1, true, 0);
    assert_eq!(votes(&bench.proposal(proposal(2, 1, 1, None, &other))), [(Prevote, 1, None)]);
}

#[test]
fn own_messages_are_sent_again_with_the_proposal() {
    let mut bench = Bench::new(1, 4);
    let value = block(1, NOON_MS, 0, true, 0);
    bench.step(Input::Propose { height: Height(1), round: Round(0), value });
    let again = bench.elapse(5_000);
    let again: Vec<_> = again
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Broadcast(message) => Some(message),
            _ => None,
        })
        .collect();
    assert_eq!(again, bench.engine.current_messages());
    assert_eq!(again.len(), 2, "{again:?}");
}

#[test]
fn a_restart_repeats_what_it_said_and_asks_for_nothing() {
    let mut bench = Bench::new(1, 4);
    let value = block(1, NOON_MS, 0, true, 0);
    bench.step(Input::Propose { height: Height(1), round: Round(0), value: value.clone() });
    bench.vote(vote(2, Prevote, 1, 0, Some(value.id)));
    bench.vote(vote(3, Prevote, 1, 0, Some(value.id)));
    let before = bench.engine.current_messages();
    assert_eq!(before.len(), 3);
    let (after, effects) = restarted(1, bench.log);
    assert_eq!(after.engine.current_messages(), before);
    let effects = effects.unwrap();
    assert!(!effects.iter().any(|it| matches!(it, Effect::GetValue { .. } | Effect::Wal(_))));
    let first = effects.iter().position(|it| matches!(it, Effect::Broadcast(_)));
    assert!(effects.iter().position(|it| *it == Effect::SyncWal) < first, "durable first");
}

#[test]
fn a_block_that_was_built_but_not_signed_may_be_built_anew() {
    let built = WalEntry::Built {
        height: Height(1),
        round: Round(0),
        block: block(1, NOON_MS, 0, true, 0).bytes,
    };
    let (_, effects) = restarted(1, vec![built]);
    let asked = Effect::GetValue { height: Height(1), round: Round(0) };
    assert!(effects.unwrap().contains(&asked));
}

#[test]
fn a_block_that_was_built_before_a_crash_displaces_none_that_was_proposed_after_it() {
    let [zeroth, first, second] = [0, 1, 2].map(|later| block(1, NOON_MS + later, 0, true, 0));
    let built = |value: &BlockValue| WalEntry::Built {
        height: Height(1),
        round: Round(0),
        block: value.bytes.clone(),
    };
    let proposed = WalEntry::Proposal(proposal(1, 1, 0, None, &second));
    let yes = WalEntry::Vote(vote(1, Prevote, 1, 0, Some(second.id)));
    let log = vec![built(&zeroth), built(&first), built(&second), proposed, yes];
    let (after, effects) = restarted(1, log);
    assert!(!effects.unwrap().iter().any(|it| matches!(it, Effect::GetValue { .. })));
    assert_eq!(after.engine.current_messages().len(), 2);
}

#[test]
fn a_log_that_contradicts_itself_stops_the_node() {
    let value = block(1, NOON_MS, 0, true, 0);
    let proposed = WalEntry::Proposal(proposal(1, 1, 0, None, &value));
    let nil = WalEntry::Vote(vote(0, Prevote, 1, 0, None));
    let (_, effects) = restarted(0, vec![proposed.clone(), nil.clone()]);
    assert_eq!(effects, Err(Fatal::ReplayDivergence(Height(1))));
    let yes = WalEntry::Vote(vote(0, Prevote, 1, 0, Some(value.id)));
    let (_, effects) = restarted(0, vec![proposed, yes, nil]);
    assert_eq!(effects, Err(Fatal::DoubleSign { height: Height(1), round: Round(0) }));
    let block = BlockBytes::new(*b"no block");
    let unreadable = WalEntry::Built { height: Height(1), round: Round(0), block };
    let (_, effects) = restarted(0, vec![unreadable]);
    assert_eq!(effects, Err(Fatal::LogUnreadable(Height(1))));
}

/// The log is replayed to the end that it had: what acts twice stands in it twice.
#[test]
fn a_polka_that_was_let_go_and_is_taken_again_is_logged_again() {
    let mut bench = Bench::new(0, 4);
    let value = block(1, NOON_MS, 0, true, 0);
    let id = Some(value.id);
    let signature = |by| (member(by), vote(by, Prevote, 1, 0, id).signature);
    let polka = WalEntry::Polka(PolkaCertificate {
        height: Height(1),
        round: Round(0),
        value: value.id,
        signatures: [1, 2, 3].map(signature).to_vec(),
    });
    let told = Input::Message(polka.message().unwrap());
    let logged = |bench: &Bench| bench.log.iter().filter(|entry| **entry == polka).count();
    for by in 1..4 {
        bench.vote(vote(by, Precommit, 1, 0, None));
    }
    bench.elapse(1_000);
    bench.step(told.clone());
    bench.step(told.clone());
    assert_eq!(logged(&bench), 1, "one that is held is taken once");
    bench.proposal(proposal(2, 1, 1, Some(0), &value));
    bench.vote(vote(1, Prevote, 1, 1, id));
    let locked = bench.vote(vote(2, Prevote, 1, 1, id));
    assert_eq!(votes(&locked), [(Precommit, 1, id)], "which lets go of what was before");
    bench.step(told);
    assert_eq!(logged(&bench), 2);
}
