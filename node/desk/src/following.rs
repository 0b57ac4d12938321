//! Follows the node, so that open pages hear of a change: by its stream of events, or else by asking again and again.

use core::time::Duration;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Instant;

use nemcon_client::api::Status;
use nemcon_client::client::{Client, Since, Told};

use crate::desk::Desk;
use crate::trouble::Trouble;

/// How often a node is asked that tells no events, or does not answer.
const PACE: Duration = Duration::from_millis(700);
/// How often a node is asked that tells events. No event tells of connections and of what waits, or that it stalls.
const PACE_WHILE_TOLD: Duration = Duration::from_secs(3);
/// For how long events are gathered before the node is asked what they have changed.
const GATHERED: Duration = Duration::from_millis(50);
/// When a node is asked for events again that has refused them or has broken off.
const AGAIN: Duration = Duration::from_secs(2);
/// How many signs may wait. A node that tells more than that waits.
const SIGNS_MAX: usize = 16;
/// How many answers of records are taken over before pages may ask again.
const BATCHES_AT_A_TIME: usize = 8;

/// What a change is noticed by.
type Mark = (u64, u64, u64, u64, Vec<(bool, u64)>, usize);

/// What wakes whoever follows.
pub(crate) enum Sign {
    /// The node tells events from now on.
    Tells,
    /// Something has changed.
    Event,
    /// The node tells no events any more.
    Silent,
    /// The desk is closed.
    Over,
}

/// The two ends of what wakes whoever follows.
pub(crate) fn signs() -> (SyncSender<Sign>, Receiver<Sign>) {
    sync_channel(SIGNS_MAX)
}

/// Listens to the node's events until nobody takes the signs. Behind a connection that has ended it goes on at the
/// last place.
pub(crate) fn hear(client: &Client, signs: &SyncSender<Sign>) {
    let mut since = Since::Now;
    loop {
        match client.events(since) {
            Ok(events) => {
                if signs.send(Sign::Tells).is_err() {
                    return;
                }
                for told in events {
                    let Ok(Told { place, .. }) = told else { break };
                    since = place.map_or(since, Since::Place);
                    if signs.send(Sign::Event).is_err() {
                        return;
                    }
                }
            }
            Err(error) if error.is_absence() => {}
            // A node that refuses this place may tell what comes next.
            Err(_) => since = Since::Now,
        }
        if signs.send(Sign::Silent).is_err() {
            return;
        }
        thread::sleep(AGAIN);
    }
}

/// Follows until the desk is gone or closed.
pub(crate) fn follow(desk: &Weak<Desk>, signs: &Receiver<Sign>) {
    let (mut last, mut was_lost, mut is_told) = (None, false, false);
    while wait(signs, if is_told && !was_lost { PACE_WHILE_TOLD } else { PACE }, &mut is_told) {
        let Some(desk) = desk.upgrade() else { return };
        let now = look(&desk);
        match now {
            Some(mark) if was_lost || last.as_ref() != Some(&mark) => {
                last = Some(mark);
                was_lost = false;
                desk.tell(false);
            }
            Some(_) => {}
            None if was_lost => {}
            None => {
                was_lost = true;
                desk.tell(true);
            }
        }
    }
}

/// Waits for a sign, or for as long as the pace says; whether the desk goes on.
fn wait(signs: &Receiver<Sign>, pace: Duration, is_told: &mut bool) -> bool {
    let mut until = Instant::now() + pace;
    loop {
        match signs.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Sign::Over) | Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => return true,
            Ok(Sign::Event) => until = until.min(Instant::now() + GATHERED),
            // Between two connections something may have changed, and a node that breaks off may be gone.
            Ok(sign @ (Sign::Tells | Sign::Silent)) => {
                let is_news = *is_told != matches!(sign, Sign::Tells);
                *is_told = matches!(sign, Sign::Tells);
                if is_news {
                    until = until.min(Instant::now() + GATHERED);
                }
            }
        }
    }
}

/// Takes over what is new; none if the node does not answer.
fn look(desk: &Arc<Desk>) -> Option<Mark> {
    let status = match desk.try_status() {
        Ok(status) => status,
        Err(Trouble::Lost(_)) => return None,
        Err(_) => return Some(Mark::default()),
    };
    // Pages say what is wrong with a node that answers otherwise than it should.
    let _ = desk.catch_up(&status, BATCHES_AT_A_TIME);
    Some(mark(&status))
}

fn mark(status: &Status) -> Mark {
    let members = status.members.iter().map(|it| (it.connected, it.sealed_height)).collect();
    let Status { height, size, sealed_size, pending_count, .. } = status;
    (*height, *size, *sealed_size, *pending_count, members, status.conditions.len())
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;

    use nemcon_client::client::Access;

    use super::*;

    /// Longer than any test takes.
    const LONG: Duration = Duration::from_hours(1);

    #[test]
    fn an_event_ends_the_wait_and_a_desk_that_is_closed_ends_it_for_good() {
        let (tell, signs) = signs();
        let mut is_told = false;
        tell.send(Sign::Tells).unwrap();
        assert!(wait(&signs, LONG, &mut is_told));
        assert!(is_told);
        for _ in 0..SIGNS_MAX {
            tell.send(Sign::Event).unwrap();
        }
        assert!(wait(&signs, LONG, &mut is_told));
        assert!(signs.try_recv().is_err(), "what comes together is looked at once");
        tell.send(Sign::Silent).unwrap();
        assert!(wait(&signs, LONG, &mut is_told), "a node that breaks off may be gone");
        assert!(!is_told);
        tell.send(Sign::Over).unwrap();
        assert!(!wait(&signs, LONG, &mut is_told));
        drop(tell);
        assert!(!wait(&signs, LONG, &mut is_told));
    }

    #[test]
    fn a_node_that_refuses_events_is_asked_at_its_pace() {
        let (tell, signs) = signs();
        let mut is_told = false;
        tell.send(Sign::Silent).unwrap();
        assert!(wait(&signs, Duration::ZERO, &mut is_told));
        assert!(!is_told);
    }

    #[test]
    fn what_a_node_tells_becomes_signs_until_it_breaks_off() {
        let node = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = Client::new(&format!("http://{}", node.local_addr().unwrap()), Access::None);
        let (tell, signs) = signs();
        thread::spawn(move || hear(&client, &tell));
        let (mut stream, _) = node.accept().unwrap();
        let head = BufReader::new(stream.try_clone().unwrap()).lines();
        let head: Vec<String> =
            head.map_while(Result::ok).take_while(|it| !it.is_empty()).collect();
        assert_eq!(head[0], "GET /v1/events HTTP/1.1");
        let event = r#"{"event":"signed","words":"BELGIUM: in favour"}"#;
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        write!(stream, "{head}id: 7-5\ndata: {event}\n\n:\n\nid: 8-5\ndata: {event}\n\n").unwrap();
        drop(stream);
        let told: Vec<Sign> = (0..4).map(|_| signs.recv().unwrap()).collect();
        assert!(matches!(told[..], [Sign::Tells, Sign::Event, Sign::Event, Sign::Silent]));
    }
}
