//! The stream of a connection: it knows when an answer has been sent, and limits how long sending takes.

use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;
use std::io::{self, IoSlice};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::shares::Share;

/// The activity of a connection: whether it waits for its client or works for it.
#[derive(Debug)]
pub(in crate::server) struct Activity(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    /// The turns of admitted requests whose answers have not been sent yet.
    turns: Vec<Share>,
    /// The time since which the connection waits for its client; `None` while a request is in progress.
    idle_since: Option<Instant>,
}

impl Activity {
    pub(in crate::server) fn new() -> Arc<Self> {
        let idle_since = Some(Instant::now());
        Arc::new(Self(Mutex::new(Inner { turns: Vec::new(), idle_since })))
    }

    /// Notes that a request begins.
    pub(in crate::server) fn begin(&self) {
        self.lock().idle_since = None;
    }

    /// Notes that the answer is ready. The turn is given back when the answer has been sent or
    /// the connection ends.
    pub(in crate::server) fn answered(&self, turn: Share) {
        self.lock().turns.push(turn);
    }

    /// The time since which the connection waits for its client, if it does.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        self.lock().idle_since
    }

    /// Notes that all of the answer was handed to the system.
    fn sent(&self) {
        let mut inner = self.lock();
        if !inner.turns.is_empty() {
            *inner = Inner { turns: Vec::new(), idle_since: Some(Instant::now()) };
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream whose writes fail if their reader takes too long.
#[derive(Debug)]
pub(super) struct Stream<T> {
    inner: T,
    activity: Arc<Activity>,
    answer_timeout: Duration,
    /// Runs from the first write that had to wait until everything is sent.
    overdue: Option<Pin<Box<Sleep>>>,
}

impl<T> Stream<T> {
    pub(super) const fn new(inner: T, activity: Arc<Activity>, answer_timeout: Duration) -> Self {
        Self { inner, activity, answer_timeout, overdue: None }
    }

    /// The result of a write; an error if the reader's time is over.
    fn in_time<N>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<N>>,
    ) -> Poll<io::Result<N>> {
        if written.is_ready() {
            return written;
        }
        let overdue = self.overdue.get_or_insert_with(|| Box::pin(sleep(self.answer_timeout)));
        ready!(overdue.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Stream<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Stream<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.in_time(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, parts);
        self.in_time(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    /// The server flushes after it has written the whole answer.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.inner).poll_flush(cx))?;
        self.overdue = None;
        self.activity.sent();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
