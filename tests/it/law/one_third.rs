//! Qualified abstention: a third of the members with a third of the population block [TEU 31(1)].

use nemcon_ledger::council::{Obstacle, Standing, Status};
use nemcon_ledger::record::{Outcome, Position, Record};
use nemcon_tests::fixture::{EU_MEMBERS, EU_POPULATION, Ledger, european_union};

/// The `count` least populous of the states that are not `but`.
fn smallest(count: usize, but: &[&'static str]) -> Vec<&'static str> {
    let mut states: Vec<_> = EU_MEMBERS.iter().filter(|(code, ..)| !but.contains(code)).collect();
    states.sort_by_key(|(.., population)| *population);
    states.iter().take(count).map(|(code, ..)| *code).collect()
}

fn with_smallest(large: &[&'static str], count: usize) -> Vec<&'static str> {
    [large.to_vec(), smallest(count, large)].concat()
}

/// All 27 sign in one block: these abstain with a declaration, the others are in favour.
fn decide(abstaining: &[&str]) -> (Ledger, Vec<Record>) {
    let mut ledger = Ledger::found(european_union());
    let number = ledger.table(ledger.parties.measure("BE", "Extend the framework"));
    let position = |code| {
        if abstaining.contains(&code) { Position::AbstainQualified } else { Position::InFavour }
    };
    let ballots: Vec<_> = EU_MEMBERS.iter().map(|(code, ..)| (*code, position(*code))).collect();
    let derived = ledger.cast(number, &ballots);
    (ledger, derived)
}

/// Who abstains, how many they are, their share of the population, whether they block.
fn vectors() -> Vec<(Vec<&'static str>, usize, &'static str, bool)> {
    vec![
        (vec!["MT", "LU", "CY", "EE", "LV", "SI", "LT", "HR", "IE"], 9, "4.35 %", false),
        (vec!["DE", "FR"], 2, "33.66 %", false),
        (with_smallest(&["DE", "FR"], 6), 8, "35.32 %", false),
        (with_smallest(&["DE", "FR"], 7), 9, "35.96 %", true),
        (with_smallest(&["DE", "IT"], 7), 9, "34.02 %", true),
        (with_smallest(&["DE", "ES"], 7), 9, "31.57 %", false),
        (smallest(21, &[]), 21, "29.77 %", false),
    ]
}

#[test]
fn the_populations_are_the_official_total() {
    let sum: u64 = EU_MEMBERS.iter().map(|(.., population)| population).sum();
    assert_eq!(EU_POPULATION, 451_028_881);
    assert_eq!(sum, EU_POPULATION);
}

#[test]
fn a_third_of_members_and_of_population_blocks_and_less_of_either_does_not() {
    for (abstaining, count, share, blocked) in vectors() {
        assert_eq!((abstaining.len(), &share_of(&abstaining)[..]), (count, share));
        let (mut ledger, derived) = decide(&abstaining);
        let standing = ledger.measure(1).standing();
        let [Record::Decision(decision)] = &derived[..] else {
            assert!(blocked && derived.is_empty(), "{abstaining:?}");
            assert_eq!(standing, Standing::Blocked(Obstacle::Qualified));
            let closing = ledger.close("BE", 1);
            let derived = ledger.run(&[closing]);
            let [Record::Decision(decision)] = &derived[..] else { unreachable!("{derived:?}") };
            assert_eq!(decision.outcome, Outcome::NotAdopted);
            let reason =
                format!("qualified abstention of {count} members with {share} of the population");
            assert_eq!(decision.reason.as_str(), reason);
            continue;
        };
        assert!(!blocked, "{abstaining:?}");
        assert_eq!(decision.outcome, Outcome::Adopted);
        let reason =
            format!("{} in favour, {count} abstained with a declaration, none against", 27 - count);
        assert_eq!(decision.reason.as_str(), reason);
    }
}

/// The share of the population, rounded, computed apart from the ledger.
fn share_of(states: &[&str]) -> String {
    let members = EU_MEMBERS.iter().filter(|(code, ..)| states.contains(code));
    let population: u64 = members.map(|(.., population)| population).sum();
    let hundredths = (population * 10_000 + EU_POPULATION / 2) / EU_POPULATION;
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

#[test]
fn a_block_that_has_no_third_any_more_ends_in_adoption() {
    let (mut ledger, _) = decide(&with_smallest(&["DE", "FR"], 7));
    assert!(matches!(ledger.measure(1).status, Status::Open));
    let derived = ledger.cast(1, &[("MT", Position::Abstain)]);
    let [Record::Decision(decision)] = &derived[..] else { unreachable!("{derived:?}") };
    assert_eq!(decision.outcome, Outcome::Adopted);
    assert_eq!(
        decision.reason.as_str(),
        "18 in favour, 1 abstained, 8 abstained with a declaration, none against"
    );
}

#[test]
fn plain_abstentions_of_all_but_one_block_nothing() {
    let mut ledger = Ledger::found(european_union());
    let number = ledger.table(ledger.parties.measure("HR1", "List two entities"));
    let abstaining = EU_MEMBERS[1..].iter().map(|(code, ..)| (*code, Position::Abstain));
    assert_eq!(ledger.cast(number, &abstaining.collect::<Vec<_>>()), []);
    let derived = ledger.cast(number, &[("BE", Position::InFavour)]);
    let [Record::Decision(decision)] = &derived[..] else { unreachable!("{derived:?}") };
    assert_eq!(decision.outcome, Outcome::Adopted);
    assert_eq!(decision.reason.as_str(), "1 in favour, 26 abstained, none against");
}

#[test]
fn plain_abstentions_of_all_are_not_adopted() {
    let mut ledger = Ledger::found(european_union());
    let number = ledger.table(ledger.parties.measure("HR1", "List two entities"));
    let all = EU_MEMBERS.iter().map(|(code, ..)| (*code, Position::Abstain));
    assert_eq!(ledger.cast(number, &all.collect::<Vec<_>>()), []);
    assert_eq!(ledger.measure(number).standing(), Standing::Blocked(Obstacle::NobodyInFavour));
    let closing = ledger.close("HR1", number);
    let derived = ledger.run(&[closing]);
    let [Record::Decision(decision)] = &derived[..] else { unreachable!("{derived:?}") };
    assert_eq!(decision.outcome, Outcome::NotAdopted);
    assert_eq!(decision.reason.as_str(), "nobody in favour");
}
