//! `nemcon log follow`: prints what changes, as it changes.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use nemcon_audit::Screen;
use nemcon_client::api::{Event, EventPlace};
use nemcon_client::client::{Client, ClientError, Since, Told};
use nemcon_client::failure::Failure;
use nemcon_client::session::Session;
use serde_json::json;

use crate::cli::handing::notice;
use crate::interrupt::Interrupt;

/// How often it looks whether an interrupt has come.
const POLL: Duration = Duration::from_millis(50);
/// How long it waits before it connects again.
const AGAIN: Duration = Duration::from_secs(2);

/// Prints the events from a leaf or a place on, or else from now on, until an interrupt. A node that is away for a time
/// is asked again, and nothing is left out.
///
/// # Errors
/// [`Failure`] if the node does not answer at first, or refuses.
pub(super) fn run(session: &Session, from: Option<&str>, screen: Screen) -> Result<(), Failure> {
    let mut since = match from.map(|from| (from.parse::<u64>(), from.parse::<EventPlace>())) {
        None => Since::Now,
        Some((Ok(leaf), _)) => Since::Leaf(leaf),
        Some((_, Ok(place))) => Since::Place(place),
        Some((_, Err(error))) => {
            return Err(Failure::usage(format_args!(
                "`--from` is a leaf of the log, or the id of an event: {error}"
            ))
            .next("give `--from 0` for the whole log"));
        }
    };
    if since == Since::Now {
        // Who begins now and loses the node at once still misses nothing.
        since = Since::Leaf(session.client().status()?.size);
    }
    let interrupt = Interrupt::listen()?;
    let (tell, told) = channel();
    let client = session.client().clone();
    // It ends with the process, or when nobody listens any more.
    std::thread::spawn(move || follow(&client, since, &tell));
    loop {
        match told.recv_timeout(POLL) {
            Ok(Ok(told)) if !print(&told, screen)? => return Ok(()),
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(error.into()),
            Err(RecvTimeoutError::Timeout) if !interrupt.is_raised() => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

/// Follows the node, and connects again behind the last place whenever the connection has ended.
fn follow(client: &Client, mut since: Since, to: &Sender<Result<Told, ClientError>>) {
    let mut was_there = false;
    loop {
        match client.events(since) {
            Ok(events) => {
                was_there = true;
                for told in events {
                    if let Ok(Told { place: Some(place), .. }) = &told {
                        since = Since::Place(*place);
                    }
                    if to.send(told).is_err() {
                        return;
                    }
                }
            }
            Err(error) if was_there && error.is_absence() => {
                notice(format_args!("{error}: asking again"));
            }
            Err(error) => {
                let _ = to.send(Err(error));
                return;
            }
        }
        std::thread::sleep(AGAIN);
    }
}

/// Prints an event; whether somebody reads on.
fn print(told: &Told, screen: Screen) -> Result<bool, Failure> {
    let Told { place, event } = told;
    let id = place.map(|place| place.to_string());
    screen.line(&json!({ "id": id, "event": event }), line(event))
}

/// `2026-11-30T12:00:00.000Z  tabled           BELGIUM: a new measure, “...”`.
fn line(event: &Event) -> String {
    let time = event.time.map(|time| time.to_string()).unwrap_or_default();
    let reason = event.reason.as_ref().map(|reason| format!("; {reason}")).unwrap_or_default();
    format!("{time:<25} {:<16} {}{reason}", event.event, event.words)
}
