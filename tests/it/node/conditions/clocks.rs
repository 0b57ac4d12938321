//! Clocks that are off.

use core::time::Duration;

use nemcon_ledger::record::Position;
use nemcon_ledger::record::statement::Body;
use nemcon_node::server::condition::{Kind, State};
use nemcon_replica::replica::{Message, Outcome, Rejection};
use nemcon_tests::fixture::after_start;

use super::Council;

const HOURS_MS: i64 = 2 * 3_600_000;
const DAYS_MS: i64 = 400 * 86_400_000;

#[test]
fn a_clock_that_is_off_is_told_there_and_at_all_others_until_it_is_right() {
    for ahead_ms in [HOURS_MS, -HOURS_MS, DAYS_MS, -DAYS_MS, 3_000] {
        let mut council = Council::of(4);
        let off = council.code(3);
        council.cluster.clocks.insert(off.clone(), ahead_ms);
        council.ask_clocks();
        assert_eq!(council.tell(Kind::ClockOff, 3), [0, 1, 2, 3], "{ahead_ms}");
        for about in 0..3 {
            assert_eq!(council.tell(Kind::ClockOff, about), [0_usize; 0], "{ahead_ms}");
        }
        let own = council.told(3, Kind::ClockOff, 3).unwrap();
        let State::ClockOff { ahead_ms: told } = own.state else { panic!("{own:?}") };
        assert!(told.abs_diff(ahead_ms) <= 1_000, "{told} for {ahead_ms}");
        let says_lost = own.means().contains("are not voted for in time");
        assert_eq!(says_lost, ahead_ms.abs() >= 5_000, "{}", own.means());
        // Less, but not right yet: it is not told anew.
        council.cluster.clocks.insert(off.clone(), 1_500 * ahead_ms.signum());
        council.ask_clocks();
        assert_eq!(council.tell(Kind::ClockOff, 3), [0, 1, 2, 3], "{ahead_ms}");
        council.cluster.clocks.insert(off.clone(), 100);
        council.ask_clocks();
        assert_eq!(council.tell(Kind::ClockOff, 3), [0_usize; 0], "{ahead_ms}");
        assert_eq!(council.changes(3, Kind::ClockOff), (1, 1));
    }
}

#[test]
fn where_two_clocks_differ_each_node_looks_at_its_own() {
    let mut council = Council::of(2);
    let off = council.code(1);
    council.cluster.clocks.insert(off, HOURS_MS);
    council.ask_clocks();
    assert_eq!(council.tell(Kind::ClockOff, 0), [0]);
    assert_eq!(council.tell(Kind::ClockOff, 1), [1]);
}

#[test]
fn a_member_that_lies_about_its_clock_is_told_of_and_nobody_else() {
    let mut council = Council::of(4);
    let liar = council.code(0);
    council.cluster.clocks.insert(liar, DAYS_MS);
    council.ask_clocks();
    for about in 1..4 {
        assert_eq!(council.tell(Kind::ClockOff, about), [0_usize; 0]);
    }
    // What it tells without being asked is nothing.
    let now = council.cluster.now();
    council.hear(1, 2, &Message::Clock { asked: now, reads: after_start(Duration::ZERO) });
    council.run_s(1);
    assert_eq!(council.tell(Kind::ClockOff, 2), [0_usize; 0]);
}

#[test]
fn what_a_clock_that_is_off_refuses_for_the_time_says_clock() {
    let mut council = Council::of(4);
    let at = council.code(3);
    council.order(3, "Closes in days");
    council.cluster.clocks.insert(at.clone(), DAYS_MS);
    let ballot = |council: &Council| {
        let state = council.cluster.replica(&at).chain().council();
        let ballot = council.parties.ballot(state, at.as_str(), 1, Position::InFavour);
        council.parties.sign(&Body::Ballot(ballot))
    };
    // Nobody has told yet how far off it is: the refusal is as it would be anywhere.
    let statement = ballot(&council);
    let ticket = council.cluster.submit(&at, &statement);
    let refused = council.cluster.outcome(&at, ticket).cloned();
    assert!(matches!(refused, Some(Outcome::Refused(Rejection::Refused(_)))), "{refused:?}");
    council.ask_clocks();
    let ticket = council.cluster.submit(&at, &statement);
    let refused = council.cluster.outcome(&at, ticket).cloned();
    let Some(Outcome::Refused(rejection @ Rejection::ByClock { .. })) = refused else {
        panic!("{refused:?}")
    };
    let said = rejection.to_string();
    assert!(
        said.ends_with("this node's clock is 400 days ahead of the clocks of the other nodes"),
        "{said}"
    );
    assert!(rejection.advice().contains("Set the clock"));
    // Nor is a deadline that has passed by that clock alone a block that takes long.
    council.run_s(60);
    assert_eq!(council.kinds(3), [Kind::ClockOff].into());
    // What has nothing to do with the time is refused as ever.
    let mut other = council.parties.measure(at.as_str(), "Listing");
    other.kind = "no-such-kind".parse().unwrap();
    let statement = council.parties.sign(&Body::Measure(other));
    let ticket = council.cluster.submit(&at, &statement);
    let refused = council.cluster.outcome(&at, ticket).cloned();
    assert!(matches!(refused, Some(Outcome::Refused(Rejection::Refused(_)))), "{refused:?}");
}
