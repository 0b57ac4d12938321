//! The simulator at a size for every day; `simulate --seeds 10000` is the full run.

use nemcon_tests::sim::adversaries::AdversaryKind;
use nemcon_tests::sim::controls::Control;
use nemcon_tests::sim::{LOCKED_FOR_EVER, Outcome, SCENARIOS, Wishes, run, run_all};

/// Seeds in which a missing safeguard must be noticed.
const SEEDS_MAX: u64 = 60;

fn verify(seed: u64, wishes: &Wishes) -> Outcome {
    let outcome = run(seed, wishes, false);
    assert_eq!(outcome.violation, None, "seed {seed}, {wishes:?}");
    outcome
}

#[test]
fn a_seed_runs_the_same_way_twice() {
    let wishes = Wishes::default();
    let twice = [3, 3].map(|seed| run(seed, &wishes, false));
    assert_eq!(twice[0], twice[1]);
    assert_ne!(twice[0].trace_hash, run(6, &wishes, false).trace_hash);
}

#[test]
fn seeds_with_mixed_faults_violate_nothing() {
    for seed in 1..=6 {
        verify(seed, &Wishes::default());
    }
}

#[test]
fn a_log_is_replayed_to_the_end_that_it_had() {
    // Blocks built and never proposed; polkas that were taken, let go and taken again.
    for seed in [801, 2829, 4495] {
        verify(seed, &Wishes::default());
    }
}

#[test]
fn each_fault_alone_violates_nothing() {
    for scenario in 0..SCENARIOS.len() {
        let wishes = Wishes { scenario: Some(scenario), members: Some(4), ..Wishes::default() };
        verify(1, &wishes);
    }
}

#[test]
fn more_than_f_nodes_that_lost_what_they_signed_rejoin_and_go_on() {
    let amnesia = SCENARIOS.iter().position(|(name, ..)| *name == "amnesia");
    let mut rejoined = 0;
    for seed in 1..=6 {
        let outcome = verify(seed, &Wishes { scenario: amnesia, ..Wishes::default() });
        assert!(!outcome.tally.faults.contains_key(LOCKED_FOR_EVER), "seed {seed}");
        rejoined += outcome.tally.faults.get("rejoined").copied().unwrap_or_default();
    }
    assert!(rejoined > 20, "only {rejoined} nodes rejoined");
}

#[test]
fn a_node_whose_disk_is_set_back_notices_and_never_signs_twice() {
    let scenario = SCENARIOS.iter().position(|(name, ..)| *name == "set-back");
    let wishes = Wishes { scenario, members: Some(4), ..Wishes::default() };
    let outcomes: Vec<_> = (1..=4).map(|seed| verify(seed, &wishes)).collect();
    let counted =
        |fault| outcomes.iter().filter_map(|outcome| outcome.tally.faults.get(fault)).sum::<u64>();
    for what in ["disk set back", "observing", "voting again"] {
        assert!(counted(what) > 0, "{what}: none");
    }
}

#[test]
fn members_enter_and_leave_while_the_council_runs() {
    let scenario = SCENARIOS.iter().position(|(name, ..)| *name == "seats");
    let wishes = Wishes { scenario, members: Some(3), ..Wishes::default() };
    let outcomes: Vec<_> = (1..=8).map(|seed| verify(seed, &wishes)).collect();
    for what in ["member entered", "member left"] {
        let counted = outcomes.iter().filter_map(|outcome| outcome.tally.faults.get(what));
        assert!(counted.sum::<u64>() > 0, "{what}: none");
    }
}

#[test]
fn whatever_the_law_knows_is_said_and_violates_nothing() {
    let scenario = SCENARIOS.iter().position(|(name, ..)| *name == "talk");
    let wishes = Wishes { scenario, members: Some(3), ..Wishes::default() };
    let outcomes: Vec<_> = (1..=6).map(|seed| verify(seed, &wishes)).collect();
    let kinds = outcomes.iter().flat_map(|outcome| outcome.tally.statements.keys());
    let kinds: std::collections::BTreeSet<_> = kinds.collect();
    assert!(kinds.len() >= 15, "{kinds:?}");
}

#[test]
fn seeds_that_run_at_a_time_are_told_in_their_order() {
    let wishes = Wishes { members: Some(1), ..Wishes::default() };
    let mut told = Vec::new();
    run_all(1..5, &wishes, false, 3, |outcome| told.push(outcome));
    let one_by_one: Vec<_> = (1..5).map(|seed| run(seed, &wishes, false)).collect();
    assert_eq!(told, one_by_one);
}

#[test]
fn each_adversary_violates_nothing_and_is_convicted_of_what_can_be_proved() {
    use AdversaryKind::{DoubleSealer, DoubleVoter, Equivocator, SplitVoter};
    for kind in AdversaryKind::ALL {
        let wishes = Wishes { adversary: Some(kind), members: Some(4), ..Wishes::default() };
        if [DoubleSealer, DoubleVoter, Equivocator, SplitVoter].contains(&kind) {
            let evidence: u64 = (1..=6).map(|seed| verify(seed, &wishes).tally.evidence).sum();
            assert!(evidence > 0, "{} is not convicted", kind.name());
        } else {
            verify(2, &wishes);
        }
    }
}

#[test]
fn two_votes_convict_also_where_no_connection_shows_both() {
    let scenario = SCENARIOS.iter().position(|(name, ..)| *name == "bursts");
    let adversary = Some(AdversaryKind::SplitVoter);
    let wishes = Wishes { scenario, adversary, members: Some(4), ..Wishes::default() };
    assert!(verify(1, &wishes).tally.evidence > 0);
}

#[test]
fn two_proposals_convict_also_where_no_connection_shows_both() {
    let scenario = SCENARIOS.iter().position(|(name, ..)| *name == "bursts");
    let adversary = Some(AdversaryKind::Equivocator);
    let wishes = Wishes { scenario, adversary, members: Some(4), ..Wishes::default() };
    assert!(verify(1, &wishes).tally.evidence > 0);
}

#[test]
fn each_missing_safeguard_is_noticed_by_its_check() {
    for control in Control::ALL {
        let wishes = Wishes { control: Some(control), ..Wishes::default() };
        let mut outcomes = (1..=SEEDS_MAX).map(|seed| run(seed, &wishes, false));
        let violation = outcomes.find_map(|outcome| outcome.violation).unwrap_or_default();
        let (check, _) = control.noticed_by().split_once(':').unwrap();
        assert!(violation.contains(check), "{}: {violation:?}", control.name());
    }
}
