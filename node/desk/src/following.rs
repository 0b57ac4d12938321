//! Follows the node, so that open pages hear of a change.

use core::time::Duration;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Weak};

use nemcon_client::api::Status;

use crate::desk::Desk;
use crate::trouble::Trouble;

/// How often the node is asked. Whoever signs here asks at once.
const PACE: Duration = Duration::from_millis(700);
/// How many answers of records are taken over before pages may ask again.
const BATCHES_AT_A_TIME: usize = 8;

/// What a change is noticed by.
type Mark = (u64, u64, u64, u64, Vec<(bool, u64)>, usize);

/// Follows until the desk is gone or the sender of `stop` is dropped.
pub(crate) fn follow(desk: &Weak<Desk>, stop: &Receiver<()>) {
    let (mut last, mut was_lost) = (None, false);
    while let Err(RecvTimeoutError::Timeout) = stop.recv_timeout(PACE) {
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

/// Takes over what is new; none if the node does not answer.
fn look(desk: &Arc<Desk>) -> Option<Mark> {
    let status = match desk.status() {
        Ok(status) => status,
        Err(Trouble::Lost(_)) => return None,
        Err(_) => return Some(Mark::default()),
    };
    // Pages say what is wrong with a node that answers otherwise than it should.
    let _ = desk.advance(BATCHES_AT_A_TIME);
    Some(mark(&status))
}

fn mark(status: &Status) -> Mark {
    let members = status.members.iter().map(|it| (it.connected, it.sealed_height)).collect();
    let Status { height, size, sealed_size, pending_count, .. } = status;
    (*height, *size, *sealed_size, *pending_count, members, status.conditions.len())
}
