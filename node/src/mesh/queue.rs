//! The outgoing queue of one link.
//!
//! What it guarantees: it is bounded in frames and in bytes, and a peer that is too slow is dropped; nobody
//! who puts a frame in waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};

use super::close_reason::Reason;
use super::frame::FRAME_BYTES_MAX;
use super::limits::Limits;

/// Why a frame is not queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// No connection to this peer now.
    #[error("the peer is not connected")]
    NotConnected,
    /// The peer's queue is full: it is being dropped.
    #[error("the peer is too slow and is being dropped")]
    QueueFull,
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
    frames: mpsc::Sender<Arc<[u8]>>,
    bytes: Arc<AtomicUsize>,
    bytes_max: usize,
    stop: Stop,
}

/// The end that the link takes frames from.
#[derive(Debug)]
pub(super) struct Outgoing {
    frames: mpsc::Receiver<Arc<[u8]>>,
    bytes: Arc<AtomicUsize>,
}

/// Ends one link, from anywhere, for the first reason given.
#[derive(Clone, Debug)]
pub(super) struct Stop(watch::Sender<Option<Reason>>);

/// Makes the queue of one link.
pub(super) fn queue(limits: &Limits) -> (Outbox, Outgoing) {
    let (sender, frames) = mpsc::channel(limits.queue_frames_max.max(1));
    let bytes = Arc::new(AtomicUsize::new(0));
    let stop = Stop(watch::Sender::new(None));
    let bytes_max = limits.queue_bytes_max;
    (Outbox { frames: sender, bytes: bytes.clone(), bytes_max, stop }, Outgoing { frames, bytes })
}

impl Outbox {
    /// Queues `frame`; if it does not fit, the link is stopped.
    pub(super) fn push(&self, frame: &Arc<[u8]>) -> Result<(), SendError> {
        let before = self.bytes.fetch_add(frame.len(), Ordering::Relaxed);
        let fits = before.saturating_add(frame.len()) <= self.bytes_max;
        let permit = if fits { self.frames.try_reserve() } else { Err(TrySendError::Full(())) };
        match permit {
            Ok(permit) => {
                permit.send(frame.clone());
                Ok(())
            }
            Err(error) => self.not_queued(frame, error),
        }
    }

    fn not_queued(&self, frame: &[u8], error: TrySendError<()>) -> Result<(), SendError> {
        self.bytes.fetch_sub(frame.len(), Ordering::Relaxed);
        match error {
            TrySendError::Closed(()) => Err(SendError::NotConnected),
            TrySendError::Full(()) => {
                self.stop.stop(Reason::QueueFull);
                Err(SendError::QueueFull)
            }
        }
    }

    /// The link's stop.
    pub(super) fn stop(&self) -> &Stop {
        &self.stop
    }
}

impl Outgoing {
    /// The next frame; waits for one. None when every outbox is gone.
    pub(super) async fn next(&mut self) -> Option<Arc<[u8]>> {
        self.frames.recv().await
    }

    /// True if nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// `frame` has left: its bytes no longer count.
    pub(super) fn written(&self, frame: &[u8]) {
        self.bytes.fetch_sub(frame.len(), Ordering::Relaxed);
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
    use super::*;

    fn limits(frames: usize, bytes: usize) -> Limits {
        Limits { queue_frames_max: frames, queue_bytes_max: bytes, ..Limits::default() }
    }

    fn frame(bytes: usize) -> Arc<[u8]> {
        vec![0; bytes].into()
    }

    #[tokio::test]
    async fn one_frame_over_the_count_stops_the_link() {
        let (outbox, _outgoing) = queue(&limits(2, 100));
        assert_eq!(outbox.push(&frame(1)), Ok(()));
        assert_eq!(outbox.push(&frame(1)), Ok(()));
        assert_eq!(outbox.push(&frame(1)), Err(SendError::QueueFull));
        assert_eq!(outbox.stop().stopped().await, Reason::QueueFull);
    }

    #[tokio::test]
    async fn bytes_count_until_they_are_written() {
        let (outbox, mut outgoing) = queue(&limits(9, 10));
        assert_eq!(outbox.push(&frame(6)), Ok(()));
        let first = outgoing.next().await.unwrap();
        outgoing.written(&first);
        assert_eq!(outbox.push(&frame(10)), Ok(()));
        let second = outgoing.next().await.unwrap();
        let full = outbox.push(&frame(1));
        assert_eq!(full, Err(SendError::QueueFull), "taken but not written: still counts");
        outgoing.written(&second);
        assert_eq!(outbox.bytes.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_link_that_ended_is_not_connected() {
        let (outbox, outgoing) = queue(&limits(9, 10));
        drop(outgoing);
        assert_eq!(outbox.push(&frame(1)), Err(SendError::NotConnected));
    }

    #[tokio::test]
    async fn the_first_reason_is_kept() {
        let (outbox, _outgoing) = queue(&limits(1, 1));
        outbox.stop().stop(Reason::Replaced);
        outbox.stop().stop(Reason::Shutdown);
        assert_eq!(outbox.stop().stopped().await, Reason::Replaced);
    }
}
