//! The outgoing queue of one link, in two lanes.
//!
//! What it guarantees: each lane is bounded in frames and in bytes, and nobody who puts a frame in waits. Urgent
//! frames go before bulk, and bulk is not starved. A peer whose urgent lane is full is dropped. A bulk frame that
//! finds its lane full is left out, and counted: whoever lacks it asks again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use nemcon_replica::replica::Lane;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};

use super::close_reason::Reason;
use super::frame::FRAME_BYTES_MAX;
use super::limits::Limits;
use super::row::Row;

/// A frame, shared by all links that it leaves on.
type Frame = Arc<[u8]>;

/// Why a frame is not queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// No connection to this peer now.
    #[error("the peer is not connected")]
    NotConnected,
    /// The peer's urgent lane is full: the peer is being dropped.
    #[error("the peer is too slow and is being dropped")]
    QueueFull,
    /// The peer's bulk lane is full: the frame is left out, and the link goes on.
    #[error("the peer takes bulk too slowly: the frame is left out")]
    LeftOut,
    /// The frame is over [`FRAME_BYTES_MAX`].
    #[error("a frame of {bytes} bytes is over the limit of {FRAME_BYTES_MAX}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

/// The end that frames are put in; cheap to clone, never blocks.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    urgent: LaneIn,
    bulk: LaneIn,
    left_out: Arc<AtomicU64>,
    stop: Stop,
}

/// The end that the link takes frames from.
#[derive(Debug)]
pub(super) struct Outgoing {
    urgent: LaneOut,
    bulk: LaneOut,
    row: Row,
}

#[derive(Clone, Debug)]
struct LaneIn {
    frames: mpsc::Sender<Frame>,
    bytes: Arc<AtomicUsize>,
    bytes_max: usize,
}

#[derive(Debug)]
struct LaneOut {
    frames: mpsc::Receiver<Frame>,
    bytes: Arc<AtomicUsize>,
}

/// Ends one link, from anywhere, for the first reason given.
#[derive(Clone, Debug)]
pub(super) struct Stop(watch::Sender<Option<Reason>>);

/// Makes the queue of one link. `left_out` counts the bulk frames that find no room, of all links together.
pub(super) fn queue(limits: &Limits, left_out: Arc<AtomicU64>) -> (Outbox, Outgoing) {
    let (urgent, urgent_out) = lane(limits.urgent_frames_max, limits.urgent_bytes_max);
    let (bulk, bulk_out) = lane(limits.bulk_frames_max, limits.bulk_bytes_max);
    let stop = Stop(watch::Sender::new(None));
    let outgoing = Outgoing { urgent: urgent_out, bulk: bulk_out, row: Row::default() };
    (Outbox { urgent, bulk, left_out, stop }, outgoing)
}

fn lane(frames_max: usize, bytes_max: usize) -> (LaneIn, LaneOut) {
    let (sender, frames) = mpsc::channel(frames_max.max(1));
    let bytes = Arc::new(AtomicUsize::new(0));
    (LaneIn { frames: sender, bytes: bytes.clone(), bytes_max }, LaneOut { frames, bytes })
}

impl Outbox {
    /// Queues `frame` in its lane. If the urgent lane is full, the link is stopped.
    pub(super) fn push(&self, lane: Lane, frame: &Frame) -> Result<(), SendError> {
        let queue = match lane {
            Lane::Urgent => &self.urgent,
            Lane::Bulk => &self.bulk,
        };
        match (queue.push(frame), lane) {
            (Ok(()), _) => Ok(()),
            (Err(TrySendError::Closed(())), _) => Err(SendError::NotConnected),
            (Err(TrySendError::Full(())), Lane::Urgent) => {
                self.stop.stop(Reason::QueueFull);
                Err(SendError::QueueFull)
            }
            (Err(TrySendError::Full(())), Lane::Bulk) => {
                self.left_out.fetch_add(1, Ordering::Relaxed);
                Err(SendError::LeftOut)
            }
        }
    }

    /// The link's stop.
    pub(super) fn stop(&self) -> &Stop {
        &self.stop
    }
}

impl LaneIn {
    fn push(&self, frame: &Frame) -> Result<(), TrySendError<()>> {
        let before = self.bytes.fetch_add(frame.len(), Ordering::Relaxed);
        let fits = before.saturating_add(frame.len()) <= self.bytes_max;
        let permit = if fits { self.frames.try_reserve() } else { Err(TrySendError::Full(())) };
        match permit {
            Ok(permit) => {
                permit.send(frame.clone());
                Ok(())
            }
            Err(error) => {
                self.bytes.fetch_sub(frame.len(), Ordering::Relaxed);
                Err(if self.frames.is_closed() { TrySendError::Closed(()) } else { error })
            }
        }
    }
}

impl LaneOut {
    fn has_left(&self, frame: &[u8]) {
        self.bytes.fetch_sub(frame.len(), Ordering::Relaxed);
    }
}

impl Outgoing {
    /// The next frame and its lane; waits for one. None when every outbox is gone.
    pub(super) async fn next(&mut self) -> Option<(Lane, Frame)> {
        let Self { urgent, bulk, row } = self;
        let (lane, frame) = match row.first() {
            Lane::Urgent => tokio::select! {
                biased;
                Some(frame) = urgent.frames.recv() => (Lane::Urgent, frame),
                Some(frame) = bulk.frames.recv() => (Lane::Bulk, frame),
                else => return None,
            },
            Lane::Bulk => tokio::select! {
                biased;
                Some(frame) = bulk.frames.recv() => (Lane::Bulk, frame),
                Some(frame) = urgent.frames.recv() => (Lane::Urgent, frame),
                else => return None,
            },
        };
        row.goes(lane, !bulk.frames.is_empty());
        Some((lane, frame))
    }

    /// True if nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.urgent.frames.is_empty() && self.bulk.frames.is_empty()
    }

    /// A frame has left: its bytes no longer count.
    pub(super) fn has_left(&self, lane: Lane, frame: &[u8]) {
        match lane {
            Lane::Urgent => self.urgent.has_left(frame),
            Lane::Bulk => self.bulk.has_left(frame),
        }
    }
}

impl Stop {
    /// Ends the link; a link that is ending keeps its first reason.
    pub(super) fn stop(&self, reason: Reason) {
        self.0.send_if_modified(|first| {
            let news = first.is_none();
            first.get_or_insert(reason);
            news
        });
    }

    /// Waits until the link is to end.
    pub(super) async fn stopped(&self) -> Reason {
        let mut reason = self.0.subscribe();
        let reason = reason.wait_for(Option::is_some).await.expect("self holds the sender");
        reason.expect("waited for it")
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::URGENT_IN_A_ROW_MAX;
    use super::*;

    fn limits(frames_max: usize, bytes_max: usize) -> Limits {
        Limits {
            urgent_frames_max: frames_max,
            urgent_bytes_max: bytes_max,
            bulk_frames_max: frames_max,
            bulk_bytes_max: bytes_max,
            ..Limits::default()
        }
    }

    fn queue(limits: &Limits) -> (Outbox, Outgoing) {
        super::queue(limits, Arc::default())
    }

    fn frame(bytes: usize) -> Frame {
        vec![0; bytes].into()
    }

    /// The lanes of the next frames: `u` for an urgent one, `b` for a bulk one.
    async fn order(outgoing: &mut Outgoing, frames: usize) -> String {
        let mut order = String::new();
        for _ in 0..frames {
            order.push(match outgoing.next().await.unwrap().0 {
                Lane::Urgent => 'u',
                Lane::Bulk => 'b',
            });
        }
        order
    }

    #[tokio::test]
    async fn what_is_urgent_overtakes_bulk_that_waits() {
        let (outbox, mut outgoing) = queue(&limits(100, 100));
        for _ in 0..3 {
            outbox.push(Lane::Bulk, &frame(1)).unwrap();
        }
        outbox.push(Lane::Urgent, &frame(1)).unwrap();
        assert_eq!(order(&mut outgoing, 2).await, "ub");
        outbox.push(Lane::Urgent, &frame(1)).unwrap();
        assert_eq!(order(&mut outgoing, 3).await, "ubb");
        assert!(outgoing.is_empty());
    }

    #[tokio::test]
    async fn bulk_is_not_starved_by_what_is_urgent() {
        let (outbox, mut outgoing) = queue(&limits(1_000, 1_000));
        let row = URGENT_IN_A_ROW_MAX as usize;
        for _ in 0..3 * row {
            outbox.push(Lane::Urgent, &frame(1)).unwrap();
        }
        assert_eq!(order(&mut outgoing, row).await, "u".repeat(row), "nothing waits behind it");
        for _ in 0..2 {
            outbox.push(Lane::Bulk, &frame(1)).unwrap();
        }
        let urgent = "u".repeat(row);
        assert_eq!(order(&mut outgoing, 2 * row + 2).await, format!("{urgent}b{urgent}b"));
    }

    #[tokio::test]
    async fn one_urgent_frame_over_the_count_stops_the_link() {
        let (outbox, _outgoing) = queue(&limits(2, 100));
        assert_eq!(outbox.push(Lane::Urgent, &frame(1)), Ok(()));
        assert_eq!(outbox.push(Lane::Urgent, &frame(1)), Ok(()));
        assert_eq!(outbox.push(Lane::Urgent, &frame(1)), Err(SendError::QueueFull));
        assert_eq!(outbox.stop().stopped().await, Reason::QueueFull);
    }

    #[tokio::test]
    async fn a_full_bulk_lane_leaves_frames_out_and_the_link_goes_on() {
        let (outbox, mut outgoing) = queue(&limits(2, 10));
        assert_eq!(outbox.push(Lane::Bulk, &frame(5)), Ok(()));
        assert_eq!(outbox.push(Lane::Bulk, &frame(6)), Err(SendError::LeftOut), "bytes");
        assert_eq!(outbox.push(Lane::Bulk, &frame(1)), Ok(()));
        assert_eq!(outbox.push(Lane::Bulk, &frame(1)), Err(SendError::LeftOut), "frames");
        assert_eq!(outbox.left_out.load(Ordering::Relaxed), 2);
        assert_eq!(outbox.push(Lane::Urgent, &frame(10)), Ok(()), "the other lane has room");
        assert_eq!(order(&mut outgoing, 3).await, "ubb");
        let goes_on = tokio::time::timeout(core::time::Duration::ZERO, outbox.stop().stopped());
        assert!(goes_on.await.is_err());
    }

    #[tokio::test]
    async fn bytes_count_until_they_have_left() {
        for lane in [Lane::Urgent, Lane::Bulk] {
            let (outbox, mut outgoing) = queue(&limits(9, 10));
            assert_eq!(outbox.push(lane, &frame(6)), Ok(()));
            let (_, first) = outgoing.next().await.unwrap();
            outgoing.has_left(lane, &first);
            assert_eq!(outbox.push(lane, &frame(10)), Ok(()));
            let (_, second) = outgoing.next().await.unwrap();
            assert!(outbox.push(lane, &frame(1)).is_err(), "taken but not written: still counts");
            outgoing.has_left(lane, &second);
            assert_eq!(outgoing.urgent.bytes.load(Ordering::Relaxed), 0);
            assert_eq!(outgoing.bulk.bytes.load(Ordering::Relaxed), 0);
        }
    }

    #[test]
    fn a_link_that_ended_is_not_connected() {
        let (outbox, outgoing) = queue(&limits(9, 10));
        drop(outgoing);
        for (lane, bytes) in [(Lane::Urgent, 1), (Lane::Bulk, 1), (Lane::Bulk, 11)] {
            assert_eq!(outbox.push(lane, &frame(bytes)), Err(SendError::NotConnected));
        }
        assert_eq!(outbox.left_out.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn the_first_reason_is_kept() {
        let (outbox, _outgoing) = queue(&limits(1, 1));
        outbox.stop().stop(Reason::Replaced);
        outbox.stop().stop(Reason::Shutdown);
        assert_eq!(outbox.stop().stopped().await, Reason::Replaced);
    }
}
