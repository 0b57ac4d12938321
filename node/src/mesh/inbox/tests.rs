use nemcon_crypto::SecretKey;

use super::super::row::URGENT_IN_A_ROW_MAX;
use super::*;

fn limits(unheard_frames_max: usize, unheard_bytes_max: usize) -> Limits {
    Limits { unheard_frames_max, unheard_bytes_max, ..Limits::default() }
}

fn key(n: u8) -> PublicKey {
    SecretKey::from_seed(&[n; 32]).public()
}

/// An inbox with so many links, of which the host knows.
fn inbox(links: u8) -> (Inbox, Vec<LinkId>) {
    let mut inbox = Inbox::default();
    let opened = (0..links).map(|n| inbox.open(key(n), &Limits::default()).0).collect();
    for n in 0..links {
        assert_eq!(inbox.take(), Some(Event::Connected(key(n))));
    }
    (inbox, opened)
}

/// The next events in short: the link, then `+`, `-`, or the first byte of a frame.
fn taken(inbox: &mut Inbox, links: u8) -> Vec<String> {
    let number = |peer: PublicKey| (0..links).find(|n| key(*n) == peer).unwrap();
    let mut taken = Vec::new();
    while let Some(event) = inbox.take() {
        taken.push(match event {
            Event::Connected(peer) => format!("{}+", number(peer)),
            Event::Frame(peer, frame) => format!("{}{}", number(peer), char::from(frame[0])),
            Event::Disconnected(peer, _) => format!("{}-", number(peer)),
            Event::Rival(_) => "rival".to_owned(),
            Event::Refused { .. } => "refused".to_owned(),
        });
    }
    taken
}

#[test]
fn urgent_frames_of_every_link_go_before_the_bulk_of_any() {
    let (mut inbox, links) = inbox(2);
    for frame in [b"a", b"b"] {
        inbox.put(links[0], Lane::Bulk, frame.to_vec());
    }
    inbox.put(links[0], Lane::Urgent, b"x".to_vec());
    inbox.put(links[1], Lane::Urgent, b"y".to_vec());
    assert_eq!(taken(&mut inbox, 2), ["0x", "1y", "0a", "0b"]);
}

#[test]
fn bulk_is_not_starved_by_what_is_urgent() {
    let (mut inbox, links) = inbox(1);
    for _ in 0..3 * URGENT_IN_A_ROW_MAX {
        inbox.put(links[0], Lane::Urgent, b"u".to_vec());
    }
    for _ in 0..2 {
        inbox.put(links[0], Lane::Bulk, b"b".to_vec());
    }
    let row = URGENT_IN_A_ROW_MAX as usize;
    let bulk: Vec<_> = taken(&mut inbox, 1)
        .iter()
        .enumerate()
        .filter(|(_, it)| *it == "0b")
        .map(|(at, _)| at)
        .collect();
    assert_eq!(bulk, [row, 2 * row + 1]);
}

#[test]
fn links_take_turns_in_each_lane_however_much_one_sends() {
    for lane in [Lane::Urgent, Lane::Bulk] {
        let (mut inbox, links) = inbox(3);
        for _ in 0..4 {
            inbox.put(links[0], lane, b"f".to_vec());
        }
        inbox.put(links[1], lane, b"f".to_vec());
        inbox.put(links[2], lane, b"f".to_vec());
        assert_eq!(taken(&mut inbox, 3), ["0f", "1f", "2f", "0f", "0f", "0f"], "{lane:?}");
    }
}

#[test]
fn of_a_link_its_beginning_comes_first_and_its_end_last_whatever_the_lanes() {
    // A flood of another link makes bulk due before the new link is told.
    let (mut inbox, links) = inbox(1);
    inbox.put(links[0], Lane::Bulk, b"b".to_vec());
    for _ in 0..URGENT_IN_A_ROW_MAX {
        inbox.put(links[0], Lane::Urgent, b"u".to_vec());
    }
    let (new, _) = inbox.open(key(1), &Limits::default());
    for frame in [b"a", b"b"] {
        inbox.put(new, Lane::Bulk, frame.to_vec());
    }
    inbox.put(new, Lane::Urgent, b"x".to_vec());
    inbox.end(new, Reason::Closed);
    let taken = taken(&mut inbox, 2);
    let of_new: Vec<_> = taken.iter().filter(|it| it.starts_with('1')).collect();
    assert_eq!(of_new, ["1+", "1x", "1a", "1b", "1-"]);
    assert!(!inbox.links.contains_key(&new), "the host knows");
}

#[test]
fn an_end_waits_for_the_bulk_of_its_link_and_for_nobody_elses() {
    let (mut inbox, links) = inbox(2);
    for _ in 0..3 {
        inbox.put(links[0], Lane::Bulk, b"b".to_vec());
    }
    inbox.put(links[1], Lane::Bulk, b"b".to_vec());
    inbox.end(links[1], Reason::Closed);
    assert_eq!(taken(&mut inbox, 2), ["0b", "1b", "1-", "0b", "0b"]);
}

#[test]
fn the_next_link_of_a_peer_waits_until_the_host_knows_that_the_last_one_ended() {
    let (mut inbox, links) = inbox(1);
    for frame in [b"a", b"b"] {
        inbox.put(links[0], Lane::Bulk, frame.to_vec());
    }
    inbox.end(links[0], Reason::Replaced);
    for _ in 0..3 {
        let (passing, _) = inbox.open(key(0), &Limits::default());
        inbox.put(passing, Lane::Urgent, b"lost with its link".to_vec());
        inbox.end(passing, Reason::Closed);
        assert_eq!(inbox.links.len(), 1, "links that come and go meanwhile do not pile up");
    }
    let (next, _) = inbox.open(key(0), &Limits::default());
    inbox.put(next, Lane::Urgent, b"u".to_vec());
    inbox.put(next, Lane::Bulk, b"c".to_vec());
    assert_eq!(taken(&mut inbox, 1), ["0a", "0b", "0-", "0+", "0u", "0c"]);
}

#[test]
fn a_link_without_bytes_or_frames_left_is_not_read_until_one_is_taken() {
    for (lane, limits) in [(Lane::Bulk, limits(2, 100)), (Lane::Urgent, limits(100, 2))] {
        let mut inbox = Inbox::default();
        let (id, _) = inbox.open(key(0), &limits);
        assert_eq!(inbox.take(), Some(Event::Connected(key(0))));
        inbox.put(id, lane, b"f".to_vec());
        assert!(inbox.has_room(id));
        inbox.put(id, lane, b"f".to_vec());
        assert!(!inbox.has_room(id), "{lane:?}");
        assert!(inbox.take().is_some());
        assert!(inbox.has_room(id), "{lane:?}");
    }
}

#[test]
fn a_link_whose_bulk_waits_still_has_its_urgent_frames_heard() {
    let (mut inbox, links) = inbox(1);
    for _ in 0..Limits::default().unheard_frames_max - 1 {
        inbox.put(links[0], Lane::Bulk, b"b".to_vec());
    }
    assert!(inbox.has_room(links[0]), "it is read on");
    inbox.put(links[0], Lane::Urgent, b"u".to_vec());
    assert_eq!(inbox.take(), Some(Event::Frame(key(0), b"u".to_vec())));
}

#[test]
fn notices_have_a_bound_and_their_turn() {
    let (mut inbox, links) = inbox(1);
    let notice = || Event::Rival(super::super::instance::Rival::Appears(key(9)));
    assert!((0..NOTICES_MAX).all(|_| inbox.notice(notice())));
    assert!(!inbox.notice(notice()));
    inbox.put(links[0], Lane::Urgent, b"u".to_vec());
    assert_eq!(taken(&mut inbox, 1).len(), NOTICES_MAX + 1);
    assert!(inbox.notice(notice()), "there is room again");
}
