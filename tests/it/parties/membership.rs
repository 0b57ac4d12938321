//! Membership: who enters, who leaves, what members weigh, which rules apply [rules.md R13, R23, R25].

use nemcon_ledger::chain::{BlockError, Chain, Proposal};
use nemcon_ledger::council::{BOUNDARIES_KEPT, Refusal, Status};
use nemcon_ledger::record::council_change::{NextRules, Weights};
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{Body, CouncilChange, Position, Record};
use nemcon_ledger::text::Time;
use nemcon_tests::fixture::{
    Ledger, Seat, code, council_of, council_of_equals, line, member, secret,
};

const FOR: Position = Position::InFavour;

fn admits(name: &str) -> CouncilChange {
    CouncilChange::Accession(Box::new(member(name, "The entrant", Seat::weighing(2))))
}

fn give_notice(ledger: &mut Ledger, by: &str, act: NoticeAct) {
    let notice = ledger.sign_as(&ledger.notice(by, act), &[&format!("{by}/desk-1")]);
    ledger.run(&[notice]);
}

fn codes(ledger: &Ledger) -> Vec<String> {
    ledger.council().roster().members.iter().map(|it| it.code.to_string()).collect()
}

#[test]
fn an_entrant_sits_in_the_council_once_all_admit_it_and_it_says_so_itself() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let number = ledger.table(ledger.effect("M1", "accession", admits("M9")));
    ledger.cast(number, &[("M1", FOR), ("M2", FOR), ("M3", FOR)]);
    let parts = |ledger: &Ledger| {
        let log = ledger.council().log_origin();
        nemcon_ledger::record::Entry::signers(
            &ledger.parties.genesis.origin,
            &log,
            &member("M9", "The entrant", Seat::weighing(2)),
        )
    };
    let early = nemcon_tests::fixture::sign_for(
        &Body::Entry(ledger.entry("M9", number)),
        &parts(&ledger),
        &["M9/desk-1", "M9/recovery", "M9/node", "M9/seal"],
    );
    assert_eq!(ledger.try_apply(&early), Err(Refusal::NotAdmitted(code("M9"))));
    ledger.cast(number, &[("M4", FOR)]);
    assert_eq!(
        ledger.council().admitted().map(|it| it.measure.number).collect::<Vec<_>>(),
        [number]
    );
    assert_eq!(codes(&ledger), ["M1", "M2", "M3", "M4"], "admitted is not yet a member");
    let open = ledger.table(ledger.parties.measure("M1", "Tabled before"));
    let entry = ledger.signed_entry("M9", number);
    ledger.run(&[entry]);
    assert_eq!(codes(&ledger), ["M1", "M2", "M3", "M4", "M9"]);
    assert_eq!(ledger.chain.sealing_roster().members.len(), 4, "it decides the next block");
    assert_eq!(ledger.council().weight().total, 6);
    assert_eq!(ledger.council().admitted().count(), 0);
    // Measures keep the members that they were tabled with.
    let first = ledger.sign_as(&ballot(&ledger, "M9", open), &["M9/desk-1"]);
    let refusal = Refusal::NotEntitled { code: code("M9"), measure: open };
    assert_eq!(ledger.try_apply(&first), Err(refusal));
    let later = ledger.table(ledger.parties.measure("M1", "Tabled after"));
    assert_eq!(ledger.chain.sealing_roster().members.len(), 5);
    ledger.cast(later, &[("M1", FOR), ("M2", FOR), ("M3", FOR), ("M4", FOR)]);
    assert_eq!(ledger.measure(later).missing(), [code("M9")]);
    let last = ledger.sign_as(&ballot(&ledger, "M9", later), &["M9/desk-1"]);
    assert!(matches!(ledger.run(&[last])[..], [Record::Decision(_)]));
}

fn ballot(ledger: &Ledger, by: &str, number: u64) -> Body {
    Body::Ballot(ledger.parties.ballot(ledger.council(), by, number, FOR))
}

#[test]
fn each_of_an_entrants_keys_signs_its_entry() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let number = ledger.adopt("M1", "accession", admits("M9"));
    let body = Body::Entry(ledger.entry("M9", number));
    let keys = ["M9/desk-1", "M9/recovery", "M9/node", "M9/seal"];
    for lacking in 0..keys.len() {
        let some: Vec<_> = (0..keys.len()).filter(|at| *at != lacking).map(|at| keys[at]).collect();
        let said = ledger.try_apply(&ledger.sign_as(&body, &some));
        assert!(matches!(said, Err(Refusal::Signatures { .. })), "without {}", keys[lacking]);
    }
    assert_eq!(ledger.try_apply(&ledger.sign_as(&body, &keys)), Ok(()));
}

#[test]
fn an_entrants_seal_is_of_one_of_the_last_blocks() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let number = ledger.adopt("M1", "accession", admits("M9"));
    let entry = ledger.signed_entry("M9", number);
    let size = ledger.chain.size();
    for at in 1..BOUNDARIES_KEPT {
        ledger.table(ledger.parties.measure(&format!("M{}", at % 4 + 1), &format!("Measure {at}")));
    }
    assert_eq!(ledger.try_apply(&entry), Ok(()));
    ledger.table(ledger.parties.measure("M1", "One more"));
    assert_eq!(ledger.try_apply(&entry), Err(Refusal::UnknownCheckpoint(size)));
}

#[test]
fn entrants_wait_for_one_another() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let numbers = ["M8", "M9"].map(|name| ledger.adopt("M1", "accession", admits(name)));
    let entries = [ledger.signed_entry("M8", numbers[0]), ledger.signed_entry("M9", numbers[1])];
    ledger.run(&entries);
    assert_eq!(ledger.council().roster().members.len(), 5);
    assert_eq!(ledger.council().next_deadline(), Some(ledger.chain.time()), "at once");
    ledger.idle().unwrap();
    assert_eq!(ledger.council().roster().members.len(), 6);
    assert_eq!(ledger.idle(), None);
}

#[test]
fn a_member_leaves_by_its_own_notice_and_the_decision_of_the_others() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let complete = ledger.table(ledger.parties.measure("M1", "It has said something"));
    let lacking = ledger.table(ledger.parties.measure("M1", "It has said nothing"));
    ledger.cast(complete, &[("M4", FOR)]);
    give_notice(&mut ledger, "M4", NoticeAct::Given);
    let number = ledger.adopt("M1", "departure", CouncilChange::Departure(code("M4")));
    assert!(matches!(ledger.measure(number).status, Status::Adopted { .. }));
    assert_eq!(codes(&ledger), ["M1", "M2", "M3"]);
    assert_eq!(ledger.council().weight().total, 3);
    assert!(!ledger.council().is_departing(&code("M4")));
    // What cannot be completed lapses with the next block, which holds nothing else.
    assert_eq!(ledger.council().next_deadline(), Some(ledger.chain.time()));
    let reason = "it cannot be completed: M4 has left, with 0 of 4 ballots in".to_owned();
    assert_eq!(ledger.idle_lapses(), [(lacking, reason)]);
    assert_eq!(ledger.idle(), None);
    // Its ballot stays, and counts.
    let ballots = ["M1", "M2", "M3"].map(|by| ledger.ballot(by, complete, FOR));
    assert!(matches!(ledger.run(&ballots)[..], [Record::Decision(_)]));
    let late = ledger.parties.sign(&Body::Measure(ledger.parties.measure("M4", "Late")));
    assert_eq!(ledger.try_apply(&late), Err(Refusal::UnknownParty(code("M4"))));
}

#[test]
fn a_notice_withdrawn_in_the_block_of_the_last_ballot_is_in_time() {
    let mut ledger = Ledger::found(council_of_equals(4));
    give_notice(&mut ledger, "M4", NoticeAct::Given);
    let number =
        ledger.table(ledger.effect("M1", "departure", CouncilChange::Departure(code("M4"))));
    ledger.cast(number, &[("M1", FOR), ("M2", FOR)]);
    let last = ledger.ballot("M3", number, FOR);
    let back = ledger.sign_as(&ledger.notice("M4", NoticeAct::Withdrawn), &["M4/desk-1"]);
    assert_eq!(ledger.run(&[last, back]), [], "nothing is adopted");
    let reason = "the notice of M4 stands no more, with 3 of 3 ballots in".to_owned();
    assert_eq!(ledger.idle_lapses(), [(number, reason)]);
    assert_eq!(codes(&ledger).len(), 4);
}

/// A council of equals whose charter lets a member leave so many days after its notice.
fn council_with_notice_days(count: usize, days: u32) -> Ledger {
    let mut genesis = council_of_equals(count);
    genesis.charter.notice_days = Some(days);
    Ledger::found(genesis)
}

const DAY_MS: u64 = 24 * 3_600_000;

#[test]
fn a_member_leaves_by_its_notice_alone_once_its_days_are_over() {
    let mut ledger = council_with_notice_days(4, 30);
    assert_eq!(ledger.council().next_deadline(), None);
    give_notice(&mut ledger, "M4", NoticeAct::Given);
    let given = ledger.chain.time();
    let due = Time::from_ms(given.as_ms() + 30 * DAY_MS).unwrap();
    assert_eq!(ledger.council().next_deadline(), Some(due));
    let early = Time::from_ms(due.as_ms() - 1).unwrap();
    assert!(ledger.offer_at(early, &[]).is_none(), "nothing is due a millisecond before");
    let mut measure = ledger.parties.measure("M1", "It has said nothing");
    measure.closes = Time::from_ms(due.as_ms() + 30 * DAY_MS).unwrap();
    let open = ledger.table(measure);
    assert_eq!(ledger.council().next_deadline(), Some(due), "before the deadline of the measure");
    assert_eq!(ledger.run_at(due, &[]), []);
    assert_eq!(codes(&ledger), ["M1", "M2", "M3"]);
    assert_eq!(ledger.council().weight().total, 3);
    assert!(!ledger.council().is_departing(&code("M4")));
    let reason = "it cannot be completed: M4 has left, with 0 of 4 ballots in".to_owned();
    assert_eq!(ledger.idle_lapses(), [(open, reason)]);
    assert_eq!(ledger.idle(), None);
}

#[test]
fn a_notice_withdrawn_in_the_block_in_which_it_is_due_is_in_time() {
    let mut ledger = council_with_notice_days(4, 30);
    give_notice(&mut ledger, "M4", NoticeAct::Given);
    let due = ledger.council().next_deadline().unwrap();
    let back = ledger.sign_as(&ledger.notice("M4", NoticeAct::Withdrawn), &["M4/desk-1"]);
    ledger.run_at(due, &[back]);
    assert_eq!(codes(&ledger), ["M1", "M2", "M3", "M4"]);
    assert_eq!(ledger.council().next_deadline(), None);
    // Given anew, its days begin anew.
    give_notice(&mut ledger, "M4", NoticeAct::Given);
    let again = ledger.chain.time().as_ms() + 30 * DAY_MS;
    assert_eq!(ledger.council().next_deadline(), Some(Time::from_ms(again).unwrap()));
}

#[test]
fn members_whose_notices_are_due_together_leave_in_turn_and_the_last_one_stays() {
    let mut ledger = council_with_notice_days(3, 1);
    let notices = ["M3", "M1", "M2"]
        .map(|by| ledger.sign_as(&ledger.notice(by, NoticeAct::Given), &[&format!("{by}/desk-1")]));
    ledger.run(&notices);
    let due = ledger.council().next_deadline().unwrap();
    ledger.run_at(due, &[]);
    assert_eq!(codes(&ledger), ["M2", "M3"], "one at a height");
    while ledger.idle().is_some() {}
    assert_eq!(codes(&ledger), ["M3"]);
    assert!(!ledger.council().is_departing(&code("M3")), "its notice has fallen");
}

/// Where the last member stays, what rested on its notice ends all the same.
#[test]
fn what_rests_on_the_notice_of_the_last_member_ends_with_it() {
    let mut ledger = council_with_notice_days(1, 30);
    give_notice(&mut ledger, "M1", NoticeAct::Given);
    let due = ledger.council().next_deadline().unwrap();
    let mut measure = ledger.effect("M1", "departure", CouncilChange::Departure(code("M1")));
    measure.closes = Time::from_ms(due.as_ms() + 30 * DAY_MS).unwrap();
    let number = ledger.table(measure);
    ledger.run_at(due, &[]);
    assert_eq!(codes(&ledger), ["M1"]);
    let reason = "the notice of M1 stands no more, with 0 of 0 ballots in".to_owned();
    assert_eq!(ledger.idle_lapses(), [(number, reason)]);
}

#[test]
fn a_freeze_ends_a_notice_that_a_thief_may_have_given() {
    let mut ledger = council_with_notice_days(4, 30);
    give_notice(&mut ledger, "M4", NoticeAct::Given);
    let freeze = ledger.sign_as(&ledger.freeze("M4"), &["M4/desk-1"]);
    ledger.run(&[freeze]);
    assert_eq!(ledger.council().next_deadline(), None);
}

#[test]
fn a_notice_can_be_withdrawn_while_the_departure_waits() {
    let mut ledger = Ledger::found(council_of_equals(4));
    for by in ["M3", "M4"] {
        give_notice(&mut ledger, by, NoticeAct::Given);
    }
    let numbers = ["M3", "M4"].map(|who| {
        ledger.table(ledger.effect("M1", "departure", CouncilChange::Departure(code(who))))
    });
    ledger.cast(numbers[0], &[("M1", FOR), ("M2", FOR)]);
    ledger.cast(numbers[1], &[("M1", FOR), ("M2", FOR)]);
    let ballots = [ledger.ballot("M4", numbers[0], FOR), ledger.ballot("M3", numbers[1], FOR)];
    ledger.run(&ballots);
    assert_eq!(codes(&ledger), ["M1", "M2", "M4"], "one at a height");
    assert_eq!(ledger.council().waiting().collect::<Vec<_>>(), [&code("M4")]);
    give_notice(&mut ledger, "M4", NoticeAct::Withdrawn);
    assert_eq!(codes(&ledger), ["M1", "M2", "M4"]);
    assert_eq!(ledger.council().waiting().count(), 0);
}

#[test]
fn the_last_member_stays() {
    let mut ledger = Ledger::found(council_of_equals(2));
    for by in ["M1", "M2"] {
        give_notice(&mut ledger, by, NoticeAct::Given);
    }
    let numbers = ["M1", "M2"].map(|who| {
        ledger.table(ledger.effect("M1", "departure", CouncilChange::Departure(code(who))))
    });
    let ballots = [ledger.ballot("M2", numbers[0], FOR), ledger.ballot("M1", numbers[1], FOR)];
    ledger.run(&ballots);
    while ledger.idle().is_some() {}
    assert_eq!(codes(&ledger), ["M2"]);
}

#[test]
fn what_a_member_that_has_left_used_is_used() {
    let mut ledger = Ledger::found(council_of_equals(4));
    give_notice(&mut ledger, "M4", NoticeAct::Given);
    ledger.adopt("M1", "departure", CouncilChange::Departure(code("M4")));
    let back = ledger.effect("M1", "accession", admits("M4"));
    let statement = ledger.parties.sign(&Body::Measure(back));
    let key = Box::new(secret("M4/desk-1").public());
    assert_eq!(ledger.try_apply(&statement), Err(Refusal::KeyUsed { code: code("M4"), key }));
}

#[test]
fn weights_act_on_adoption_and_open_measures_keep_theirs() {
    let mut ledger = Ledger::found(council_of(&[Seat::weighing(50), Seat::weighing(50)]));
    let open = ledger.table(ledger.parties.measure("M1", "Tabled before"));
    let weights = vec![(code("M2"), 70)];
    ledger.adopt("M1", "weights", CouncilChange::Weights(Weights { weights, total: 121 }));
    assert_eq!(ledger.member("M2").weight, 70);
    assert_eq!(ledger.member("M1").weight, 50);
    assert_eq!(ledger.council().weight().total, 121);
    let frozen = |ledger: &Ledger, number| {
        let frozen = &ledger.measure(number).frozen;
        (frozen.entitled[1].weight, frozen.total_weight)
    };
    assert_eq!(frozen(&ledger, open), (50, 100));
    let later = ledger.table(ledger.parties.measure("M1", "Tabled after"));
    assert_eq!(frozen(&ledger, later), (70, 121));
}

#[test]
fn a_release_that_does_not_know_the_rules_stops_and_names_the_one_that_does() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let before = ledger.chain.clone();
    let measure = ledger.parties.sign(&Body::Measure(ledger.parties.measure("M1", "Too late")));
    let rules = NextRules { version: 2, release: line("nemcon 2.0") };
    ledger.adopt("M1", "rules-version", CouncilChange::Rules(rules.clone()));
    // The block of the adoption stands: it was made under the rules that are known.
    assert!(ledger.chain.height() > before.height());
    let stopped = BlockError::Rules(Box::new(rules));
    assert_eq!(ledger.chain.verify_rules(), Err(stopped.clone()));
    let proposal = Proposal { time: ledger.next_time(), round: 0 };
    assert_eq!(ledger.chain.assemble(&proposal, &[&measure]).map(|(block, _)| block), None);
    let (block, _) = before.assemble(&proposal, &[&measure]).unwrap();
    let said = ledger.chain.apply(&block).map(|chain: Chain| chain.height());
    assert_eq!(said, Err(stopped.clone()));
    assert!(stopped.to_string().ends_with("it needs nemcon 2.0"));
}
