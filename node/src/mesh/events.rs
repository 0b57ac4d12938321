//! The channel from the mesh to its host: the inbox, shared between threads.
//!
//! What it guarantees: nobody who puts an event in waits; a link is read on only while there is room for what it
//! brings.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nemcon_crypto::PublicKey;
use nemcon_replica::replica::Lane;
use tokio::sync::{Notify, mpsc};

use super::close_reason::Reason;
use super::event::Event;
use super::inbox::{Inbox, LinkId};
use super::limits::Limits;

/// The mesh's end. The host's end learns that all are gone.
#[derive(Clone, Debug)]
pub struct EventsIn {
    inbox: Arc<Mutex<Inbox>>,
    /// Holds one token while there may be something new.
    news: mpsc::Sender<()>,
}

/// The host's end. When it is dropped, the mesh ends.
#[derive(Debug)]
pub struct Events {
    inbox: Arc<Mutex<Inbox>>,
    news: mpsc::Receiver<()>,
}

/// The end of one link.
#[derive(Debug)]
pub(super) struct Inlet {
    id: LinkId,
    events: EventsIn,
    /// Told when there is room again.
    has_room: Arc<Notify>,
}

/// Makes the channel between a mesh and its host.
pub fn events() -> (EventsIn, Events) {
    let inbox = Arc::new(Mutex::new(Inbox::default()));
    let (sender, news) = mpsc::channel(1);
    (EventsIn { inbox: Arc::clone(&inbox), news: sender }, Events { inbox, news })
}

impl EventsIn {
    /// A link to `peer` begins.
    pub(super) fn open(&self, peer: PublicKey, limits: &Limits) -> Inlet {
        let (id, has_room) = self.change(|inbox| inbox.open(peer, limits));
        Inlet { id, events: self.clone(), has_room }
    }

    /// Tells something of no link. It is left out where too much of that waits.
    pub(super) fn notice(&self, notice: Event) {
        self.change(|inbox| inbox.notice(notice));
    }

    /// A link to `peer` begins, of which nothing more comes.
    #[cfg(test)]
    pub(crate) fn connected(&self, peer: PublicKey) {
        drop(self.open(peer, &Limits::default()));
    }

    /// Waits until the host's end is gone.
    pub(super) async fn closed(&self) {
        self.news.closed().await;
    }

    fn change<T>(&self, change: impl FnOnce(&mut Inbox) -> T) -> T {
        let result = change(&mut lock(&self.inbox));
        // A token that is there already says the same.
        let _ = self.news.try_send(());
        result
    }
}

impl Inlet {
    /// Hands a frame to the host.
    pub(super) fn put(&self, lane: Lane, frame: Vec<u8>) {
        self.events.change(|inbox| inbox.put(self.id, lane, frame));
    }

    /// Waits until another frame may be read. False if the host is gone.
    pub(super) async fn room(&self) -> bool {
        while !lock(&self.events.inbox).has_room(self.id) {
            tokio::select! {
                () = self.has_room.notified() => {}
                () = self.events.closed() => return false,
            }
        }
        true
    }

    /// The link has ended: the host learns it behind all its frames.
    pub(super) fn end(self, reason: Reason) {
        self.events.change(|inbox| inbox.end(self.id, reason));
    }
}

impl Events {
    /// The next event; waits for one. None when the mesh has ended.
    pub async fn recv(&mut self) -> Option<Event> {
        self.wait_for(Inbox::take).await
    }

    /// The next event that is not bulk; waits for one. None when the mesh has ended.
    pub async fn recv_urgent(&mut self) -> Option<Event> {
        self.wait_for(|inbox| inbox.take_of(Lane::Urgent)).await
    }

    async fn wait_for(&mut self, take: impl Fn(&mut Inbox) -> Option<Event>) -> Option<Event> {
        loop {
            let event = take(&mut lock(&self.inbox));
            if event.is_some() || self.news.recv().await.is_none() {
                return event.or_else(|| take(&mut lock(&self.inbox)));
            }
        }
    }

    /// The next event, if there is one.
    pub fn try_recv(&mut self) -> Option<Event> {
        lock(&self.inbox).take()
    }

    /// The next bulk frame, if there is one.
    pub fn try_recv_bulk(&mut self) -> Option<Event> {
        lock(&self.inbox).take_of(Lane::Bulk)
    }
}

/// Nobody panics while it holds the lock, and what is behind it is whole in any case.
fn lock(inbox: &Mutex<Inbox>) -> MutexGuard<'_, Inbox> {
    inbox.lock().unwrap_or_else(PoisonError::into_inner)
}
