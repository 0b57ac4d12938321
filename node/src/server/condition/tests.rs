//! Tests of the conditions that facts lead to, and of the times at which they are reported.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::mesh::{PeerVerdict, Refusal};

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn at(s: u64) -> (Time, Duration) {
    (Time::from_ms(1_000_000 + 1000 * s).unwrap(), Duration::from_secs(s))
}

/// Facts of a council of four members, all connected and without a condition.
fn facts() -> Facts {
    let members: Vec<_> = ["BE", "BG", "CZ", "DK"].into_iter().map(code).collect();
    Facts {
        me: code("BE"),
        connected: members[1..].iter().cloned().collect(),
        height: Height(7),
        there: Height(7),
        sealed: members.iter().map(|code| (code.clone(), Height(7))).collect(),
        has_work: false,
        awaited: None,
        voting: Voting::default(),
        stops: None,
        told_elsewhere: None,
        twice: BTreeSet::new(),
        clocks: BTreeMap::new(),
        ways: members[1..].iter().map(|code| (code.clone(), way("10.0.0.1:7001"))).collect(),
        disk: None,
        members,
    }
}

fn way(address: &str) -> Way {
    Way { address: Some(address.parse().unwrap()), ..Way::default() }
}

/// The conditions that are reported once these facts have held for long.
fn told(facts: &Facts) -> Vec<Condition> {
    let mut watch = Watch::default();
    for s in [0, 3600] {
        let (now, uptime) = at(s);
        watch.look(facts, now, uptime);
    }
    watch.told().map(|told| told.condition.clone()).collect()
}

/// The only condition of these facts.
fn only(facts: &Facts) -> (Kind, String, String, String) {
    let told = told(facts);
    let [condition] = &told[..] else { panic!("{told:?}") };
    (condition.kind(), condition.about.to_string(), condition.means(), condition.advice())
}

#[test]
fn where_all_is_well_nothing_is_told() {
    assert_eq!(told(&facts()), []);
}

#[test]
fn names_and_kinds_are_one_to_one_and_listed() {
    let names: BTreeSet<_> = KINDS.iter().map(|kind| kind.name()).collect();
    assert_eq!(names.len(), KINDS.len());
    assert!(KINDS.is_sorted(), "the most urgent first");
    assert_eq!(KINDS.last(), Some(&Kind::PeerNotInRoster));
    let is_kebab = |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    assert!(names.iter().all(is_kebab), "{names:?}");
}

#[test]
fn a_peer_that_is_not_connected_is_told_with_what_the_last_attempt_came_to() {
    let refused = std::io::ErrorKind::ConnectionRefused;
    for (address, outage, says) in [
        (None, None, "names no address for it"),
        (Some("10.0.0.1:7001"), None, "CZ is not connected; it is dialled at 10.0.0.1:7001"),
        (
            Some("10.0.0.1:7001"),
            Some(Outage::Unreachable(refused)),
            "At 10.0.0.1:7001 nobody takes the connection: connection refused",
        ),
        (Some("10.0.0.1:7001"), Some(Outage::Silent), "At 10.0.0.1:7001 nothing answers"),
        (
            Some("10.0.0.1:7001"),
            Some(Outage::Refused(Refusal::Stranger)),
            "a connection came to nothing: proved a key that is not the one expected",
        ),
        (
            Some("10.0.0.1:7001"),
            Some(Outage::Refused(Refusal::ByPeer(PeerVerdict::Council))),
            "a connection came to nothing: the other node refused this one: it belongs to another council",
        ),
    ] {
        let mut facts = facts();
        facts.connected.remove(&code("CZ"));
        let way = facts.ways.get_mut(&code("CZ")).unwrap();
        way.address = address.map(|address| address.parse().unwrap());
        way.outage = outage;
        let (kind, about, means, _) = only(&facts);
        assert_eq!((kind, &about[..]), (Kind::PeerUnreachable, "CZ"));
        assert!(means.contains(says), "{means}");
    }
}

#[test]
fn a_peer_that_is_connected_is_told_neither_as_unreachable_nor_by_an_old_outage() {
    let mut facts = facts();
    facts.ways.get_mut(&code("CZ")).unwrap().outage = Some(Outage::Silent);
    assert_eq!(told(&facts), []);
}

#[test]
fn a_name_without_an_address_is_told_also_where_the_peer_is_connected() {
    let mut facts = facts();
    let unresolved = Way { is_unresolved: true, ..way("node.invalid:7001") };
    facts.ways.insert(code("CZ"), unresolved);
    for is_connected in [true, false] {
        if !is_connected {
            facts.connected.remove(&code("CZ"));
        }
        let (kind, about, means, advice) = only(&facts);
        assert_eq!((kind, &about[..]), (Kind::PeerNameUnresolved, "CZ"));
        assert!(
            means.contains("`node.invalid:7001`") && advice.contains("SIGHUP"),
            "{means} {advice}"
        );
    }
}

#[test]
fn a_peer_that_is_no_member_is_told_with_which_may_be_meant() {
    let mut facts = facts();
    let stranger = Stranger { has_left: false, nearest: vec![code("EL")] };
    facts.ways.insert(code("GR"), Way { stranger: Some(stranger), ..way("10.0.0.9:7001") });
    let (kind, about, means, _) = only(&facts);
    assert_eq!((kind, &about[..]), (Kind::PeerNotInRoster, "GR"));
    assert!(means.ends_with("; meant may be EL"), "{means}");
    let stranger = Stranger { has_left: true, nearest: Vec::new() };
    facts.ways.insert(code("GR"), Way { stranger: Some(stranger), ..way("10.0.0.9:7001") });
    let (_, _, means, advice) = only(&facts);
    assert!(means.ends_with("which has left the council"), "{means}");
    assert_eq!(advice, "take the entry out of node.toml");
}

#[test]
fn a_disk_is_told_below_the_room_for_a_day_until_there_is_room_for_a_day_and_a_half() {
    let mut watch = Watch::default();
    let mut facts = facts();
    for (s, free_mib, is_told) in
        [(0, 100, false), (1, 99, true), (2, 140, true), (3, 150, false), (4, 100, false)]
    {
        facts.disk = Some(Disk { free_bytes: free_mib << 20, day_bytes: 100 << 20 });
        let (now, uptime) = at(s);
        watch.look(&facts, now, uptime);
        assert_eq!(watch.told().count() == 1, is_told, "{free_mib} MiB");
    }
    facts.disk = Some(Disk { free_bytes: 3 << 20, day_bytes: 100 << 20 });
    let (_, _, means, _) = only(&facts);
    let says = "3 MiB are left on the file system of the ledger; what members may have ordered in one day \
                takes up to 100 MiB";
    assert_eq!(means, says);
}

#[test]
fn a_change_of_the_roster_that_too_few_confirm_is_told_with_who_has_not() {
    let mut facts = facts();
    facts.voting.unconfirmed = Some((Height(5), vec![code("CZ"), code("DK")]));
    let (kind, _, means, _) = only(&facts);
    assert_eq!(kind, Kind::RosterUnconfirmed);
    assert!(means.contains("at block 5") && means.ends_with("Not heard: CZ DK"), "{means}");
}

#[test]
fn a_node_that_is_about_to_stop_says_when_and_why() {
    let mut facts = facts();
    let (at, why) = (Time::from_ms(0).unwrap(), "other rules".to_owned());
    facts.stops = Some(Stops { at, why, next: "install another release" });
    let (kind, _, means, advice) = only(&facts);
    assert_eq!(kind, Kind::Stopped);
    assert_eq!(means, "this node stops at 1970-01-01T00:00:00.000Z: other rules");
    assert_eq!(advice, "install another release");
}

#[test]
fn a_node_that_follows_is_told_nothing_of_votes() {
    let mut facts = facts();
    facts.voting = Voting {
        follows: true,
        observes: Some(Observes { votes_from: None, was_shown: false }),
        listens_for: Some(Vec::new()),
        unconfirmed: Some((Height(1), Vec::new())),
    };
    (facts.connected, facts.ways) = (BTreeSet::new(), BTreeMap::new());
    facts.has_work = true;
    assert_eq!(only(&facts).0, Kind::Following);
}

#[test]
fn where_another_machine_takes_the_connections_they_are_not_too_few() {
    let mut facts = facts();
    (facts.connected, facts.ways) = (BTreeSet::new(), BTreeMap::new());
    assert_eq!(only(&facts).0, Kind::TooFewConnected);
    facts.told_elsewhere = Some(vec![code("BG"), code("CZ")]);
    assert_eq!(only(&facts).0, Kind::OwnKeyElsewhere);
}

#[test]
fn a_condition_is_told_once_when_it_has_held_and_once_when_it_is_over() {
    let mut watch = Watch::default();
    let mut gone = facts();
    gone.connected.remove(&code("CZ"));
    let mut changes = Vec::new();
    for s in 0..30 {
        let (now, uptime) = at(s);
        let facts = if s < 20 { &gone } else { &facts() };
        changes.extend(watch.look(facts, now, uptime).into_iter().map(|change| (s, change)));
    }
    let [(10, Change::Begins(begins)), (20, Change::Over { condition, lasted })] = &changes[..]
    else {
        panic!("{changes:?}")
    };
    assert_eq!((begins, *lasted), (condition, Duration::from_secs(20)));
    // A condition that ends before it is reported leaves no trace.
    for s in 100..200 {
        let (now, uptime) = at(s);
        let facts = if s % 10 < 9 { &gone } else { &facts() };
        assert_eq!(watch.look(facts, now, uptime), []);
    }
}

#[test]
fn a_seal_that_goes_on_coming_is_not_late() {
    let mut watch = Watch::default();
    let mut facts = facts();
    for s in 0..60 {
        // The member is always one block behind, with one seal every five seconds.
        facts.height = Height(8 + s / 5);
        facts.there = facts.height;
        facts.sealed = facts.members.iter().map(|code| (code.clone(), facts.height)).collect();
        facts.sealed.insert(code("DK"), Height(7 + s / 5));
        let (now, uptime) = at(s);
        assert_eq!(watch.look(&facts, now, uptime), [], "{s}");
    }
    for s in 60..100 {
        let (now, uptime) = at(s);
        watch.look(&facts, now, uptime);
    }
    assert_eq!(watch.told().next().unwrap().condition.kind(), Kind::SealLate);
}

#[test]
fn a_clock_that_is_set_moves_no_patience() {
    let mut watch = Watch::default();
    let mut gone = facts();
    gone.connected.remove(&code("CZ"));
    let (now, uptime) = at(0);
    watch.look(&gone, now, uptime);
    let (in_a_year, _) = at(365 * 86_400);
    assert_eq!(watch.look(&gone, in_a_year, Duration::from_secs(9)), []);
    assert_eq!(watch.look(&gone, now, Duration::from_secs(10)).len(), 1);
}
