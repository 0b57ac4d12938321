//! The order in which the replica's thread handles events of the mesh and HTTP requests: events
//! first, but no endless row of them.

use tokio::sync::mpsc;

use super::proving::Proving;
use super::requests::Request;
use crate::mesh::{Event, Events};

/// The greatest number of events in a row while a request waits.
const EVENTS_IN_A_ROW_MAX: u32 = 32;

/// What the replica's thread handles next.
pub(super) enum Next {
    Event(Event),
    Request(Request),
    /// The bulk of the last turn is verified.
    Proven(Proving),
    Timer,
    Stop,
}

/// Decides whether an event or a request is next.
#[derive(Default)]
pub(super) struct Turns {
    /// The number of events since the last request.
    events_in_a_row: u32,
}

impl Turns {
    /// Waits for the next event or request. An event goes first, unless too many have gone in a row. Bulk is left
    /// where it is while `is_proving`.
    pub(super) async fn next(
        &mut self,
        events: &mut Events,
        requests: &mut mpsc::Receiver<Request>,
        is_proving: bool,
    ) -> Next {
        let event =
            async { if is_proving { events.recv_urgent().await } else { events.recv().await } };
        let next = if self.events_in_a_row < EVENTS_IN_A_ROW_MAX {
            tokio::select! {
                biased;
                Some(event) = event => Next::Event(event),
                Some(request) = requests.recv() => Next::Request(request),
                else => Next::Stop,
            }
        } else {
            tokio::select! {
                biased;
                Some(request) = requests.recv() => Next::Request(request),
                Some(event) = event => Next::Event(event),
                else => Next::Stop,
            }
        };
        self.events_in_a_row = match next {
            Next::Event(_) => self.events_in_a_row.saturating_add(1),
            _ => 0,
        };
        next
    }
}

#[cfg(test)]
mod tests {
    use nemcon_crypto::SecretKey;
    use tokio::sync::oneshot;

    use super::*;

    /// The order in which `take` inputs are handled if so many of each wait: `e` for an event, `r`
    /// for a request.
    async fn taken(events: usize, requests: usize, take: usize) -> String {
        let (events_in, mut heard) = crate::mesh::events();
        let (requests_in, mut asked) = mpsc::channel(requests.max(1));
        for n in 0..u8::try_from(events).unwrap() {
            events_in.connected(SecretKey::from_seed(&[n; 32]).public());
        }
        for _ in 0..requests {
            assert!(requests_in.try_send(Request::Status(oneshot::channel().0)).is_ok());
        }
        let (mut turns, mut order) = (Turns::default(), String::new());
        for _ in 0..take {
            order.push(match turns.next(&mut heard, &mut asked, false).await {
                Next::Event(_) => 'e',
                Next::Request(_) => 'r',
                Next::Proven(_) | Next::Timer | Next::Stop => '.',
            });
        }
        order
    }

    #[tokio::test]
    async fn peers_are_heard_before_whoever_asks() {
        assert_eq!(taken(3, 2, 5).await, "eeerr");
        assert_eq!(taken(0, 3, 3).await, "rrr");
    }

    #[tokio::test]
    async fn a_flood_of_frames_keeps_no_request_out_for_ever() {
        let many = EVENTS_IN_A_ROW_MAX as usize;
        let row = "e".repeat(many);
        assert_eq!(taken(3 * many, 2, 2 * (many + 1)).await, format!("{row}r{row}r"));
        assert_eq!(taken(2 * many, 0, 2 * many).await, row.repeat(2));
    }
}
