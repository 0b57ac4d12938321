//! Random sequences about keys and seats: what one chain writes another accepts, nothing panics, and
//! the roster never breaks its own rules.

use std::collections::BTreeSet;

use nemcon_ledger::chain::{BlockError, Chain};
use nemcon_ledger::record::{Member, Roster};
use nemcon_tests::fixture::council_of_equals;
use nemcon_tests::speaker::{Tape, Topic, Trial};
use proptest::collection::vec;
use proptest::prelude::*;

/// One party says something, and perhaps a block ends behind it.
fn turns() -> impl Strategy<Value = Vec<(usize, Vec<u16>, bool)>> {
    vec((0..8_usize, vec(any::<u16>(), 0..20), any::<bool>()), 1..90)
}

/// A block of what waits: the roster changes by its own rules.
fn block(trial: &mut Trial) {
    let before = trial.ledger.council().roster().clone();
    trial.block(1000);
    let after = trial.ledger.council().roster();
    assert!(changed(&before, after) <= before.faults_max().max(1));
    assert!(!after.members.is_empty());
    let others = trial.ledger.council().participants().iter();
    let others = others.flat_map(|it| &it.officers).map(|officer| officer.key);
    let keys: Vec<_> = after.members.iter().flat_map(keys_of).chain(others).collect();
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "a key has one use");
    assert_eq!(after.digest(), trial.ledger.council().roster_digest());
}

/// Blocks until nothing waits any more.
fn finish(trial: &mut Trial) {
    for _ in 0..100 {
        let height = trial.ledger.chain.height();
        block(trial);
        if trial.ledger.chain.height() == height {
            return;
        }
    }
    panic!("an idle council goes on writing");
}

fn keys_of(member: &Member) -> Vec<nemcon_crypto::PublicKey> {
    let officers = member.officers.iter().map(|officer| officer.key);
    officers.chain([member.recovery, member.node, member.seal]).collect()
}

/// How many node keys entered, left or changed.
fn changed(before: &Roster, after: &Roster) -> usize {
    let is_new =
        |roster: &Roster, code, node| roster.member(code).is_none_or(|other| other.node != node);
    let new = after.members.iter().filter(|it| is_new(before, &it.code, it.node)).count();
    let gone = before.members.iter().filter(|it| after.member(&it.code).is_none()).count();
    new + gone
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn no_sequence_about_keys_and_seats_breaks_a_council(turns in turns()) {
        let topics = [Topic::Keys, Topic::Seats, Topic::Mandates, Topic::Slips];
        let mut trial = Trial::begin(council_of_equals(4), topics);
        let parties = trial.parties();
        for (by, choices, ends) in &turns {
            trial.say(&mut Tape::new(choices), &parties[*by]);
            if *ends {
                block(&mut trial);
            }
        }
        finish(&mut trial);
        trial.verify_no_replay();
        let mut judge = Chain::found(trial.ledger.parties.genesis.clone());
        for block in &trial.ledger.blocks {
            judge = judge.apply(block).map_err(|error: BlockError| {
                TestCaseError::fail(error.to_string())
            })?;
        }
        prop_assert_eq!(judge.root(), trial.ledger.chain.root());
        prop_assert_eq!(judge.council().roster(), trial.ledger.council().roster());
    }
}
