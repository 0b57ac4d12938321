//! What would follow from a statement is told before anybody signs it, and is what follows.

use std::collections::BTreeSet;

use nemcon_ledger::council::{Consequence, Council, Refusal, RefusedAt, Status};
use nemcon_ledger::record::council_change::NextRules;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::reservation::ReservationAct;
use nemcon_ledger::record::{Body, Boundary, CouncilChange, Position, Statement};
use nemcon_ledger::text::{Code, Time};
use nemcon_tests::fixture::{
    Ledger, Seat, after_start, code, council_of, council_of_equals, day, label, line,
};
use nemcon_tests::sim::rng::Rng;
use nemcon_tests::speaker::{Said, Sight, Speaker, Topic};

const FOR: Position = Position::InFavour;

/// What would follow from the body of this statement.
fn foresee(ledger: &Ledger, statement: &Statement) -> Vec<Consequence> {
    let bodies = [statement.body.clone()];
    ledger.council().foresee(ledger.next_time(), &[], &bodies).unwrap()
}

fn three() -> Ledger {
    Ledger::found(council_of_equals(3))
}

fn ballots(ledger: &Ledger, number: u64, by: &[&str]) -> Vec<Statement> {
    by.iter().map(|by| ledger.ballot(by, number, FOR)).collect()
}

#[test]
fn the_last_ballot_adopts_and_the_one_before_does_not() {
    let mut ledger = three();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    ledger.cast(number, &[("M1", FOR)]);
    assert_eq!(foresee(&ledger, &ledger.ballot("M2", number, FOR)), []);
    ledger.cast(number, &[("M2", FOR)]);
    let last = foresee(&ledger, &ledger.ballot("M3", number, FOR));
    assert_eq!(last, [Consequence::Adopted { measures: vec![number] }]);
    let against = foresee(&ledger, &ledger.ballot("M3", number, Position::Against));
    let reason = "against: M3".to_owned();
    assert_eq!(against, [Consequence::Blocked { measure: number, reason }]);
}

#[test]
fn what_waits_is_ordered_first_and_is_no_consequence_of_what_comes_behind() {
    let mut ledger = three();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let waiting = ballots(&ledger, number, &["M1", "M2"]);
    let waiting: Vec<&Statement> = waiting.iter().collect();
    let foreseen = |by: &str| {
        let body = [ledger.ballot(by, number, FOR).body];
        ledger.council().foresee(ledger.next_time(), &waiting, &body)
    };
    let adopted = Consequence::Adopted { measures: vec![number] };
    assert_eq!(foreseen("M3"), Ok(vec![adopted]));
    assert_eq!(foreseen("M1"), Err(RefusedAt { at: 0, refusal: Refusal::AlreadyRecorded }));
}

#[test]
fn a_package_is_told_as_one() {
    let mut ledger = three();
    let numbers: Vec<_> =
        ["One", "Two"].map(|title| ledger.table(ledger.parties.measure("M1", title))).to_vec();
    let bound = ledger.package("M1", &numbers);
    assert_eq!(foresee(&ledger, &bound), [Consequence::Bound { measures: numbers.clone() }]);
    ledger.run(&[bound]);
    ledger.cast(numbers[0], &[("M1", FOR), ("M2", FOR)]);
    let waits = Consequence::WaitsForPackage { measure: numbers[0] };
    assert_eq!(foresee(&ledger, &ledger.ballot("M3", numbers[0], FOR)), [waits]);
    ledger.cast(numbers[0], &[("M3", FOR)]);
    ledger.cast(numbers[1], &[("M1", FOR), ("M2", FOR)]);
    let adopted = Consequence::Adopted { measures: numbers.clone() };
    assert_eq!(foresee(&ledger, &ledger.ballot("M3", numbers[1], FOR)), [adopted]);
    let withdrawn = numbers.iter().map(|measure| Consequence::Withdrawn { measure: *measure });
    let foreseen = foresee(&ledger, &ledger.withdrawal("M1", numbers[0]));
    assert_eq!(foreseen, withdrawn.collect::<Vec<_>>());
}

#[test]
fn a_departures_last_ballot_is_told_with_all_that_lapses() {
    let mut ledger = three();
    let open: Vec<_> = (0..11)
        .map(|at| ledger.table(ledger.parties.measure("M1", &format!("Open {at}"))))
        .collect();
    let notice = ledger.sign_as(&ledger.notice("M3", NoticeAct::Given), &["M3/desk-1"]);
    assert_eq!(
        foresee(&ledger, &notice),
        [Consequence::NoticeStands { code: code("M3"), leaves: None }]
    );
    ledger.run(&[notice]);
    let leaves =
        ledger.table(ledger.effect("M1", "departure", CouncilChange::Departure(code("M3"))));
    let asked: Vec<Code> = ledger.measure(leaves).missing();
    let (last, others) = asked.split_last().unwrap();
    for by in others {
        ledger.cast(leaves, &[(by.as_str(), FOR)]);
    }
    let last = ledger.ballot(last.as_str(), leaves, FOR);
    let foreseen = foresee(&ledger, &last);
    let lapsed: BTreeSet<u64> = foreseen
        .iter()
        .filter_map(|it| match it {
            Consequence::Lapsed { measure, reason } => {
                assert!(reason.starts_with("it cannot be completed: M3 has left"), "{reason}");
                Some(*measure)
            }
            _ => None,
        })
        .collect();
    assert_eq!(lapsed, open.iter().copied().collect());
    assert!(foreseen.contains(&Consequence::Leaves { code: code("M3") }), "{foreseen:?}");
    assert!(foreseen.contains(&Consequence::Adopted { measures: vec![leaves] }), "{foreseen:?}");
    ledger.run(&[last]);
    while ledger.idle().is_some() {}
    let is_lapsed = |number: &u64| matches!(ledger.measure(*number).status, Status::Lapsed { .. });
    assert!(open.iter().all(is_lapsed));
}

#[test]
fn what_was_said_and_stands_no_more_is_told() {
    let mut ledger = three();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    ledger.run(&[ledger.reservation("M3", number, ("scrutiny", ReservationAct::Place))]);
    ledger.empower("M2", number, "M3");
    ledger.cast(number, &[("M1", FOR)]);
    let (measure, sort) = (number, label("scrutiny"));
    let lifted = Consequence::ReservationLifted { measure, code: code("M3"), sort };
    assert_eq!(foresee(&ledger, &ledger.ballot("M3", number, FOR)), std::slice::from_ref(&lifted));
    assert_eq!(foresee(&ledger, &ledger.ballot("M3", number, Position::Abstain)), []);
    let mut nearly = ledger.clone();
    nearly.cast(number, &[("M2", FOR)]);
    let adopted = Consequence::Adopted { measures: vec![measure] };
    assert_eq!(foresee(&nearly, &nearly.ballot("M3", number, FOR)), [adopted, lifted.clone()]);
    let (by, holder) = (code("M2"), code("M3"));
    let mandate = Consequence::MandateVoid { measure, code: by, holder };
    assert_eq!(foresee(&ledger, &ledger.ballot("M2", number, FOR)), std::slice::from_ref(&mandate));

    let ballot = Consequence::BallotVoid { measure, code: code("M1"), position: FOR };
    let to = ledger.measure(number).closes;
    let revision = ledger.revision(number, |measure| {
        measure.summary = vec![line("Better.")];
        measure.closes = day(31);
    });
    let deadline = Consequence::Deadline { measure, from: to, to: day(31) };
    let foreseen = foresee(&ledger, &revision);
    assert_eq!(foreseen, [deadline, ballot.clone(), mandate.clone(), lifted]);

    let freeze = ledger.sign_as(&ledger.freeze("M1"), &["M1/desk-1"]);
    let frozen = Consequence::Frozen { code: code("M1") };
    assert_eq!(foresee(&ledger, &freeze), [ballot, frozen]);
}

#[test]
fn rules_that_this_release_does_not_know_are_told() {
    let mut ledger = three();
    let rules = NextRules { version: 2, release: line("nemcon 9.9.9") };
    let number = ledger.table(ledger.effect("M1", "rules-version", CouncilChange::Rules(rules)));
    ledger.cast(number, &[("M1", FOR), ("M2", FOR)]);
    let foreseen = foresee(&ledger, &ledger.ballot("M3", number, FOR));
    let release = "nemcon 9.9.9".to_owned();
    let wanted = Consequence::Rules { version: 2, release, is_known: false };
    assert_eq!(foreseen, [Consequence::Adopted { measures: vec![number] }, wanted]);
}

#[test]
fn several_statements_are_judged_one_after_the_other_and_the_unfit_one_is_named() {
    let ledger = three();
    let measure = |title: &str| Body::Measure(ledger.parties.measure("M1", title));
    let time = ledger.next_time();
    let foreseen = ledger.council().foresee(time, &[], &[measure("One"), measure("Two")]);
    let tabled = [1, 2].map(|measure| Consequence::Tabled { measure }).to_vec();
    assert_eq!(foreseen, Ok(tabled));
    let bodies = [measure("One"), measure("Two"), measure("One")];
    let unfit = ledger.council().foresee(time, &[], &bodies).unwrap_err();
    assert_eq!(unfit.at, 2);
    // Nothing of it stays.
    assert_eq!(ledger.council().measures().count(), 0);
}

/// How each measure stands, who sits in the council, who is frozen.
fn state(council: &Council) -> (Vec<(u64, String)>, Vec<Code>, Vec<Code>) {
    let fates = council.measures().map(|it| (it.number, it.status.to_string())).collect();
    let members = council.roster().members.iter().map(|it| it.code.clone()).collect();
    (fates, members, council.frozen().map(|(code, _)| code.clone()).collect())
}

/// The ledger after these statements at `time`, and after all blocks that follow by themselves.
fn settled(ledger: &Ledger, time: Time, statements: &[Statement]) -> Ledger {
    let mut ledger = ledger.clone();
    ledger.offer_at(time, statements);
    let mut at = time;
    while ledger.council().next_deadline().is_some_and(|due| due <= at) {
        at = Time::from_ms(at.as_ms() + 1).unwrap();
        ledger.offer_at(at, &[]);
    }
    ledger
}

/// What the consequences say of measures, members and freezes, made of what stands without them.
fn told(without: &Council, foreseen: &[Consequence]) -> (Vec<(u64, String)>, Vec<Code>, Vec<Code>) {
    let (fates, mut members, mut frozen) = state(without);
    let mut fates: std::collections::BTreeMap<u64, String> = fates.into_iter().collect();
    let mut put = |measure: &u64, status: &str| fates.insert(*measure, status.to_owned());
    for consequence in foreseen {
        match consequence {
            Consequence::Tabled { measure } => drop(put(measure, "open")),
            Consequence::Adopted { measures } => {
                for measure in measures {
                    drop(put(measure, "adopted"));
                }
            }
            Consequence::NotAdopted { measure, .. } => drop(put(measure, "not adopted")),
            Consequence::Lapsed { measure, .. } => drop(put(measure, "lapsed")),
            Consequence::Withdrawn { measure } => drop(put(measure, "withdrawn")),
            Consequence::Enters { code } => members.push(code.clone()),
            Consequence::Leaves { code } => members.retain(|it| it != code),
            Consequence::Frozen { code } => frozen.push(code.clone()),
            Consequence::Thawed { code } => frozen.retain(|it| it != code),
            Consequence::WaitsForPackage { .. }
            | Consequence::Blocked { .. }
            | Consequence::Bound { .. }
            | Consequence::Deadline { .. }
            | Consequence::Released { .. }
            | Consequence::ReadByAll { .. }
            | Consequence::Annulled { .. }
            | Consequence::BallotVoid { .. }
            | Consequence::MandateVoid { .. }
            | Consequence::ReservationLifted { .. }
            | Consequence::Officers { .. }
            | Consequence::NodeKeys { .. }
            | Consequence::Admitted { .. }
            | Consequence::NoticeStands { .. }
            | Consequence::NoticeFallen { .. }
            | Consequence::Weight { .. }
            | Consequence::Rules { .. } => {}
        }
    }
    frozen.sort();
    (fates.into_iter().collect(), members, frozen)
}

/// Says something, compares what was foreseen with what comes of it; whether it was let in.
fn said_and_foreseen(ledger: &mut Ledger, time: Time, statement: &Statement) -> bool {
    let foreseen = ledger.council().foresee(time, &[], std::slice::from_ref(&statement.body));
    let mut council = ledger.council().clone();
    council.open(time);
    let verdict = council.apply(statement);
    match (foreseen, verdict) {
        // Nobody has signed what is foreseen; and only signatures tell that a text was recorded, so that
        // without them another reason is foreseen.
        (_, Err(Refusal::Signatures { .. })) | (Err(_), Err(Refusal::AlreadyRecorded)) => false,
        (Err(unfit), verdict) => {
            assert_eq!(Err(unfit.refusal), verdict);
            false
        }
        (Ok(_), Err(refusal)) => panic!("{refusal} was not foreseen"),
        (Ok(foreseen), Ok(())) => {
            let without = settled(ledger, time, &[]);
            let with = settled(ledger, time, std::slice::from_ref(statement));
            assert_eq!(told(without.council(), &foreseen), state(with.council()), "{statement:?}");
            *ledger = with;
            true
        }
    }
}

#[test]
fn what_is_foreseen_is_what_follows() {
    let mut accepted = 0;
    for seed in 0..40 {
        let mut rng = Rng::new(seed);
        let genesis = council_of(&[50, 30, 20].map(Seat::weighing));
        let topics = Topic::ALL.into_iter().filter(|topic| *topic != Topic::Rules);
        let mut speaker = Speaker::new(&genesis, 2, topics);
        let mut ledger = Ledger::found(genesis);
        let mut time = after_start(core::time::Duration::ZERO);
        for _ in 0..40 {
            time = Time::from_ms(time.as_ms() + 1000 + ledger.blocks.len() as u64).unwrap();
            let members = &ledger.council().roster().members;
            let by =
                members[usize::try_from(rng.below(members.len() as u64)).unwrap()].code.clone();
            let mut ahead = ledger.council().clone();
            ahead.open(time);
            let sight = Sight {
                council: &ahead,
                last: &|chain| ahead.last_statement(chain),
                boundary: Boundary { size: ledger.chain.size(), root: ledger.chain.root() },
                now: time,
            };
            if let Some(Said { statement, .. }) = speaker.say(&mut rng, &sight, &by) {
                accepted += u32::from(said_and_foreseen(&mut ledger, time, &statement));
            }
        }
    }
    assert!(accepted > 200, "{accepted} statements were let in");
}
