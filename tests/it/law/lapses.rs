//! The law at its boundaries: what a measure was tabled on is still so when it is decided.

use nemcon_ledger::council::{ENDINGS_PER_BLOCK_MAX, Refusal, Status};
use nemcon_ledger::record::council_change::Weights;
use nemcon_ledger::record::measure_fields::{Predecessor, Relation};
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{Body, CouncilChange, Measure, Outcome, Position, Record};
use nemcon_tests::fixture::{
    Ledger, Seat, cited, code, council_of_equals, label, line, member, secret,
};

const FOR: Position = Position::InFavour;

fn ledger() -> Ledger {
    Ledger::found(council_of_equals(4))
}

fn give_notice(ledger: &mut Ledger, by: &str, act: NoticeAct) {
    let notice = ledger.sign(&ledger.notice(by, act));
    ledger.run(&[notice]);
}

/// M4's departure and another measure bound together, all that are asked in favour of both, but M3 of
/// the first one only.
fn package_with_a_departure(ledger: &mut Ledger) -> [u64; 2] {
    let leaving = ledger.effect("M1", "departure", CouncilChange::Departure(code("M4")));
    let leaving = ledger.table(leaving);
    let other = ledger.table(ledger.parties.measure("M1", "What goes with it"));
    let package = ledger.package("M1", &[leaving, other]);
    ledger.run(&[package]);
    ledger.all_in_favour(leaving);
    ledger.cast(other, &[("M1", FOR), ("M2", FOR), ("M4", FOR)]);
    [leaving, other]
}

#[test]
fn a_package_falls_together_when_one_of_it_cannot_be_decided_any_more() {
    let mut ledger = ledger();
    give_notice(&mut ledger, "M4", NoticeAct::Given);
    let [leaving, other] = package_with_a_departure(&mut ledger);
    give_notice(&mut ledger, "M4", NoticeAct::Withdrawn);
    let why = "the notice of M4 stands no more";
    let expected = [
        (leaving, format!("{why}, with 3 of 3 ballots in")),
        (other, format!("measure {leaving} of its package is lost: {why}, with 3 of 4 ballots in")),
    ];
    assert_eq!(ledger.idle_lapses(), expected);
    // Another notice brings neither back, and nothing of the package is adopted by itself.
    give_notice(&mut ledger, "M4", NoticeAct::Given);
    let status = |number| ledger.measure(number).status;
    assert!([leaving, other].iter().all(|it| matches!(status(*it), Status::Lapsed { .. })));
}

/// More measures lose their grounds than one block ends, and the package stands astride.
#[test]
fn a_package_for_which_a_block_has_no_room_ends_whole_in_the_next() {
    let mut ledger = ledger();
    give_notice(&mut ledger, "M4", NoticeAct::Given);
    for at in 1..ENDINGS_PER_BLOCK_MAX {
        let by = format!("M{}", at % 3 + 2);
        let leaving = ledger.effect(&by, "departure", CouncilChange::Departure(code("M4")));
        ledger.table(Measure { title: line(&format!("Again {at}")), ..leaving });
    }
    let [leaving, other] = package_with_a_departure(&mut ledger);
    assert_eq!(leaving, ENDINGS_PER_BLOCK_MAX as u64);
    give_notice(&mut ledger, "M4", NoticeAct::Withdrawn);
    assert_eq!(ledger.idle_lapses().len(), ENDINGS_PER_BLOCK_MAX - 1);
    assert!([leaving, other].iter().all(|it| ledger.measure(*it).status == Status::Open));
    let lapsed: Vec<_> = ledger.idle_lapses().into_iter().map(|(number, _)| number).collect();
    assert_eq!(lapsed, [leaving, other]);
}

fn weights(code_: &str, weight: u64, total: u64) -> CouncilChange {
    CouncilChange::Weights(Weights { weights: vec![(code(code_), weight)], total })
}

/// Everybody in favour of everything, in one block: what is adopted, in the order of the records.
fn adopted_at_once(ledger: &mut Ledger) -> Vec<u64> {
    let open = ledger.council().measures().map(|it| it.number).collect::<Vec<_>>();
    let ballots = |number: &u64| ["M1", "M2", "M3"].map(|by| ledger.ballot(by, *number, FOR));
    let ballots: Vec<_> = open.iter().flat_map(ballots).collect();
    let decided = |record: &Record| match record {
        Record::Decision(it) if it.outcome == Outcome::Adopted => Some(it.measure),
        _ => None,
    };
    ledger.run(&ballots).iter().filter_map(decided).collect()
}

/// The weights between them would leave the second of the package no room.
#[test]
fn nothing_that_is_adopted_in_the_same_block_tears_a_package() {
    let mut ledger = Ledger::found(council_of_equals(3));
    ledger.table(ledger.parties.measure("M1", "What M1 wants"));
    ledger.table(ledger.effect("M2", "weights", weights("M2", 3, 6)));
    ledger.table(ledger.effect("M1", "weights", weights("M1", 2, 4)));
    let package = ledger.package("M1", &[1, 3]);
    ledger.run(&[package]);
    assert_eq!(adopted_at_once(&mut ledger), [1, 3, 2]);
    assert_eq!(ledger.idle(), None);
    assert_eq!(["M1", "M2", "M3"].map(|it| ledger.member(it).weight), [2, 3, 1]);
}

/// Once they are set, the first weights would not go before the second ones any more.
#[test]
fn what_a_package_has_adopted_of_itself_does_not_tear_it() {
    let mut ledger = Ledger::found(council_of_equals(3));
    ledger.table(ledger.effect("M1", "weights", weights("M1", 2, 4)));
    ledger.table(ledger.effect("M1", "weights", weights("M2", 3, 6)));
    ledger.table(ledger.parties.measure("M1", "What goes with them"));
    let package = ledger.package("M1", &[1, 2, 3]);
    ledger.run(&[package]);
    assert_eq!(adopted_at_once(&mut ledger), [1, 2, 3]);
    assert_eq!(ledger.idle(), None);
}

/// The weights of the second are too much behind those of the first; alone they would fit.
#[test]
fn a_package_that_is_lost_says_so_of_each_of_its_measures() {
    let mut ledger = Ledger::found(council_of_equals(3));
    ledger.table(ledger.effect("M1", "weights", weights("M1", 5, 7)));
    ledger.table(ledger.effect("M1", "weights", weights("M2", 2, 4)));
    let package = ledger.package("M1", &[1, 2]);
    ledger.run(&[package]);
    let why = "the members would weigh 8 together, 200.00 % of the total 4: the parts cannot be more \
               than the whole";
    let expected = [
        (1, format!("measure 2 of its package is lost: {why}, with 0 of 3 ballots in")),
        (2, format!("{why}, with 0 of 3 ballots in")),
    ];
    assert_eq!(ledger.idle_lapses(), expected);
}

/// Its notice is why it was not asked.
#[test]
fn terms_of_leaving_lapse_with_the_notice_that_left_the_member_out() {
    let mut ledger = ledger();
    give_notice(&mut ledger, "M4", NoticeAct::Given);
    let terms = |ledger: &Ledger, title| Measure {
        kind: label("leaving-terms"),
        rule: label("minus-concerned"),
        concerns: Some(code("M4")),
        ..ledger.parties.measure("M1", title)
    };
    let number = ledger.table(terms(&ledger, "Terms"));
    ledger.cast(number, &[("M1", FOR), ("M2", FOR)]);
    let last = ledger.ballot("M3", number, FOR);
    let back = ledger.sign(&ledger.notice("M4", NoticeAct::Withdrawn));
    assert_eq!(ledger.run(&[last, back]), [], "nothing is adopted without M4");
    let reason = "the notice of M4 stands no more, with 3 of 3 ballots in".to_owned();
    assert_eq!(ledger.idle_lapses(), [(number, reason)]);
    // Once it has left there is nobody to ask.
    give_notice(&mut ledger, "M4", NoticeAct::Given);
    let number = ledger.table(terms(&ledger, "Other terms"));
    ledger.adopt("M1", "departure", CouncilChange::Departure(code("M4")));
    assert_eq!(ledger.idle(), None);
    ledger.all_in_favour(number);
    assert!(matches!(ledger.measure(number).status, Status::Adopted { .. }));
}

fn enter(ledger: &mut Ledger, entrant: &str) {
    let new = CouncilChange::Accession(Box::new(member(entrant, "The entrant", Seat::weighing(2))));
    let number = ledger.adopt("M1", "accession", new);
    let entry = ledger.signed_entry(entrant, number);
    ledger.run(&[entry]);
}

/// The whole that a measure sets is that of the members it was tabled for.
#[test]
fn weights_lapse_when_other_members_sit_than_they_were_tabled_for() {
    let mut ledger = ledger();
    let weights = |total| CouncilChange::Weights(Weights { weights: vec![(code("M1"), 7)], total });
    let number = ledger.table(ledger.effect("M1", "weights", weights(10)));
    enter(&mut ledger, "M9");
    assert_eq!(ledger.council().weight().total, 6);
    let why = "other members sit than it was tabled for";
    assert_eq!(ledger.idle_lapses(), [(number, format!("{why}, with 0 of 4 ballots in"))]);
    // Other keys are no other members.
    let number = ledger.table(ledger.effect("M2", "weights", weights(12)));
    let rotation = ledger.rotation("M2", None, Some("M2/seal-2"));
    let rotation = ledger.sign_as(&rotation, &["M2/desk-1", "M2/seal-2"]);
    ledger.run(&[rotation]);
    let ballots = ["M1", "M2", "M3", "M4"].map(|by| ledger.ballot(by, number, FOR));
    ledger.run(&ballots);
    let ballot = ledger.parties.ballot(ledger.council(), "M9", number, FOR);
    let last = ledger.sign_as(&Body::Ballot(ballot), &["M9/desk-1"]);
    ledger.run(&[last]);
    assert_eq!((ledger.member("M1").weight, ledger.council().weight().total), (7, 12));
}

#[test]
fn an_accession_lapses_when_its_code_has_become_a_partys() {
    let mut ledger = ledger();
    let mut other = member("M9", "Another entrant", Seat::weighing(2));
    for (key, label) in [(&mut other.node, "X/node"), (&mut other.seal, "X/seal")] {
        *key = nemcon_tests::fixture::secret(label).public();
    }
    other.recovery = nemcon_tests::fixture::secret("X/recovery").public();
    other.officers[0].key = nemcon_tests::fixture::secret("X/desk-1").public();
    let number =
        ledger.table(ledger.effect("M1", "accession", CouncilChange::Accession(Box::new(other))));
    enter(&mut ledger, "M9");
    let reason = "M9 is a party of this council, with 0 of 4 ballots in".to_owned();
    assert_eq!(ledger.idle_lapses(), [(number, reason)]);
    assert_eq!(ledger.council().admitted().count(), 0);
}

fn accession(entrant: &str, node: &str) -> CouncilChange {
    let mut entrant = member(entrant, "The entrant", Seat::weighing(2));
    entrant.node = secret(node).public();
    CouncilChange::Accession(Box::new(entrant))
}

/// It could be adopted, and never enter.
#[test]
fn an_accession_lapses_when_a_key_of_the_entrant_was_taken_up() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.effect("M1", "accession", accession("M9", "M9/node")));
    let rotation = ledger.rotation("M2", Some("M9/node"), None);
    let rotation = ledger.sign_as(&rotation, &["M2/desk-1", "M9/node"]);
    ledger.run(&[rotation]);
    let key = secret("M9/node").public();
    let reason = format!("the key {key} was used before, with 0 of 4 ballots in");
    assert_eq!(ledger.idle_lapses(), [(number, reason)]);
}

#[test]
fn a_package_lapses_whose_entrants_share_a_key() {
    let mut ledger = ledger();
    for entrant in ["M8", "M9"] {
        ledger.table(ledger.effect("M1", "accession", accession(entrant, "one/node")));
    }
    let package = ledger.package("M1", &[1, 2]);
    ledger.run(&[package]);
    let why = format!("the key {} was used before", secret("one/node").public());
    let expected = [
        (1, format!("measure 2 of its package is lost: {why}, with 0 of 4 ballots in")),
        (2, format!("{why}, with 0 of 4 ballots in")),
    ];
    assert_eq!(ledger.idle_lapses(), expected);
}

/// All have agreed to these keys; a member that takes one of them would shut the entrant out.
#[test]
fn the_keys_of_an_admitted_entrant_are_nobody_elses() {
    let mut ledger = ledger();
    let number = ledger.adopt("M1", "accession", accession("M9", "M9/node"));
    let rotation = ledger.rotation("M2", Some("M9/node"), None);
    let rotation = ledger.sign_as(&rotation, &["M2/desk-1", "M9/node"]);
    let (key, by) = (Box::new(secret("M9/node").public()), code("M2"));
    assert_eq!(ledger.try_apply(&rotation), Err(Refusal::KeyUsed { code: by, key }));
    let entry = ledger.signed_entry("M9", number);
    ledger.run(&[entry]);
    ledger.idle();
    assert_eq!(ledger.member("M9").node, secret("M9/node").public());
}

fn cooperation(ledger: &mut Ledger, codes: &[&str], of: Option<(Relation, u64)>) -> u64 {
    let some = CouncilChange::Participation(codes.iter().map(|it| code(it)).collect());
    let predecessor =
        of.map(|(relation, it)| Predecessor { relation, cited: cited(ledger.council(), it) });
    let measure = Measure { predecessor, ..ledger.effect("M1", "cooperation", some) };
    let number = ledger.table(measure);
    ledger.all_in_favour(number);
    number
}

fn joint_act(ledger: &Ledger, authority: u64) -> Measure {
    Measure {
        kind: label("joint-act"),
        rule: label("participating"),
        authorised_by: Some(cited(ledger.council(), authority)),
        ..ledger.parties.measure("M1", &format!("By what {authority} authorises"))
    }
}

/// M3 joins by a new authorisation: the old one would still leave it out.
#[test]
fn an_authorisation_that_another_has_replaced_authorises_nothing_more() {
    for relation in [Relation::Renews, Relation::Amends, Relation::Repeals] {
        let mut ledger = ledger();
        let old = cooperation(&mut ledger, &["M1", "M2"], None);
        let new = cooperation(&mut ledger, &["M1", "M2", "M3"], Some((relation, old)));
        let act = ledger.sign(&Body::Measure(joint_act(&ledger, old)));
        assert_eq!(ledger.try_apply(&act), Err(Refusal::NotInForce(old)), "{relation}");
        let act = joint_act(&ledger, new);
        let number = ledger.table(act);
        assert!(ledger.measure(number).is_entitled(&code("M3")));
    }
}
