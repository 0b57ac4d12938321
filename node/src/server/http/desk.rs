//! Answers requests: asks the replica's thread for what the replica knows, and reads long texts
//! from the journal here.

use core::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use nemcon_client::api::ProblemKind;
use nemcon_client::token::{Holder, Role};
use nemcon_crypto::note::SignedNote;
use nemcon_disk::journal::{JournalError, read_from};
use nemcon_disk::store::BlockPlace;
use nemcon_ledger::durable::{CommittedBlock, Entry};
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::limits::READERS_MAX;
use super::problem::problem;
use crate::server::requests::{Leaves, Request};

/// The approximate limit of bytes of the leaves in one answer.
const RECORDS_BYTES_MAX: usize = 512 << 10;
/// The bytes of blocks that are read for one answer, and the block that exceeds them.
const BLOCKS_BYTES_MAX: usize = 4 << 20;

/// The channel to the replica's thread, and the journal's path.
#[derive(Clone)]
pub(super) struct Desk {
    requests: mpsc::Sender<Request>,
    journal: Arc<Path>,
    /// A permit for each thread that reads. A request waits for a permit in its client's task, and
    /// stops waiting if its client goes.
    threads: Arc<Semaphore>,
    /// The permits for requests with a token for reading; one fewer than threads, so that one
    /// thread is left for others.
    reading: Arc<Semaphore>,
    is_reader: bool,
}

impl Desk {
    pub(super) fn new(requests: mpsc::Sender<Request>, journal: Arc<Path>) -> Self {
        let threads = Arc::new(Semaphore::new(READERS_MAX));
        let reading = Arc::new(Semaphore::new(READERS_MAX - 1));
        Self { requests, journal, threads, reading, is_reader: false }
    }

    /// Asks the replica's thread and waits for the answer; fails if the thread has stopped.
    pub(super) async fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<T>) -> Request,
    ) -> Result<T, Response> {
        let (to, answer) = oneshot::channel();
        self.send(request(to)).await?;
        answer.await.map_err(|_| stopping())
    }

    /// Sends a request whose answer comes by a channel of its own.
    pub(super) async fn send(&self, request: Request) -> Result<(), Response> {
        self.requests.send(request).await.map_err(|_| stopping())
    }

    /// Runs long work on a thread where it blocks no other request.
    pub(super) async fn elsewhere<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Response> {
        let turn = async |of: &Arc<Semaphore>| Arc::clone(of).acquire_owned().await;
        let among_readers = if self.is_reader {
            Some(turn(&self.reading).await.map_err(|_| stopping())?)
        } else {
            None
        };
        let thread = turn(&self.threads).await.map_err(|_| stopping())?;
        let work = move || {
            // Work that has begun goes on even if its client goes, so it keeps its permit until it ends.
            let _taken = (thread, among_readers);
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| stopping())
    }

    /// Runs work that reads the journal on a thread where it blocks no other request.
    pub(super) async fn read_with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, Response> {
        let journal = Arc::clone(&self.journal);
        self.elsewhere(move || work(&journal)).await?.map_err(|error| unread(&error))
    }

    /// Reads leaves, as many as one answer holds.
    pub(super) async fn read(&self, leaves: Leaves) -> Result<Vec<String>, Response> {
        self.read_with(move |journal| read_leaves(journal, &leaves)).await
    }

    /// Reads the first of each of these leaves, as many as one answer holds and as few blocks allow.
    pub(super) async fn read_each(&self, leaves: Vec<Leaves>) -> Result<Vec<String>, Response> {
        self.read_with(move |journal| read_scattered(journal, &leaves)).await
    }

    /// Reads the text of the statement that is the first of these leaves.
    pub(super) async fn text(&self, leaves: Leaves) -> Result<String, Response> {
        let record = self.read(leaves).await?.pop().ok_or_else(unreadable)?;
        let note = SignedNote::parse(record.as_bytes()).map_err(|_| unreadable())?;
        Ok(note.text().to_owned())
    }
}

/// The desk for one request, with the role of the request's token.
impl FromRequestParts<Self> for Desk {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, desk: &Self) -> Result<Self, Infallible> {
        let holder = parts.extensions.get::<Holder>();
        let is_reader = holder.is_none_or(|it| it.role == Role::Read || it.party.is_some());
        Ok(Self { is_reader, ..desk.clone() })
    }
}

fn unread(error: &JournalError) -> Response {
    tracing::error!(event = %"record-unreadable", %error, "a record cannot be read for the HTTP interface");
    unreadable()
}

pub(super) fn unreadable() -> Response {
    problem(ProblemKind::Unreadable, "the journal cannot be read; see the node's log")
}

/// The answer if the replica's thread has stopped.
pub(super) fn stopping() -> Response {
    problem(ProblemKind::Stopping, "the node is stopping")
}

fn read_leaves(journal: &Path, leaves: &Leaves) -> Result<Vec<String>, JournalError> {
    let end = leaves.from.saturating_add(leaves.limit);
    let (mut records, mut bytes) = (Vec::new(), 0);
    for place in &leaves.places {
        let Entry::Block(block) = read_from(journal, place.position)? else {
            return Err(JournalError::NoEntry(place.position));
        };
        for (leaf, record) in (place.first_leaf.0..end).zip(block.records) {
            if leaf < leaves.from {
                continue;
            }
            bytes += record.len();
            if bytes > RECORDS_BYTES_MAX && !records.is_empty() {
                return Ok(records);
            }
            records.push(String::from_utf8_lossy(&record).into_owned());
        }
    }
    Ok(records)
}

/// Reads one leaf of each place. A block is read once for all leaves that follow each other in it, and
/// after [`BLOCKS_BYTES_MAX`] of blocks no other one is read.
fn read_scattered(journal: &Path, leaves: &[Leaves]) -> Result<Vec<String>, JournalError> {
    let (mut records, mut told, mut read) = (Vec::new(), 0, 0);
    let mut last: Option<(BlockPlace, CommittedBlock)> = None;
    for one in leaves {
        let Some(place) = one.places.first() else { break };
        if last.as_ref().is_none_or(|(at, _)| at != place) {
            if read > BLOCKS_BYTES_MAX {
                break;
            }
            let Entry::Block(block) = read_from(journal, place.position)? else {
                return Err(JournalError::NoEntry(place.position));
            };
            read += block.bytes();
            last = Some((*place, block));
        }
        let at = usize::try_from(one.from - place.first_leaf.0).unwrap_or(usize::MAX);
        let record = last.as_ref().and_then(|(_, block)| block.records.get(at));
        let record = record.ok_or(JournalError::NoEntry(place.position))?;
        told += record.len();
        if told > RECORDS_BYTES_MAX && !records.is_empty() {
            break;
        }
        records.push(String::from_utf8_lossy(record).into_owned());
    }
    Ok(records)
}

/// The answer where the index is off.
pub(super) fn index_is_off() -> Response {
    problem(ProblemKind::IndexOff, "the index is off, and is made anew when the node starts")
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::channel;

    use nemcon_crypto::LeafIndex;
    use nemcon_disk::journal::{Journal, SEGMENT_BYTES_MAX};
    use nemcon_ledger::Height;

    use super::*;

    #[tokio::test]
    async fn work_that_nobody_waits_for_any_more_takes_no_place() {
        let desk = Desk::new(mpsc::channel(1).0, Path::new("").into());
        let (go, gate) = channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let hold = || {
            let gate = Arc::clone(&gate);
            tokio::spawn({
                let desk = desk.clone();
                async move { desk.elsewhere(move || gate.lock().unwrap().recv().is_err()).await.is_ok() }
            })
        };
        let under_way: Vec<_> = (0..READERS_MAX).map(|_| hold()).collect();
        while desk.threads.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        // Requests whose clients went before a thread was free never begin.
        let (beginning, begun) = channel();
        for _ in 0..100 {
            let beginning = beginning.clone();
            let waiting = desk.elsewhere(move || beginning.send(()));
            let gone = tokio::time::timeout(core::time::Duration::ZERO, waiting).await;
            assert!(gone.is_err());
        }
        drop((beginning, go));
        for work in under_way {
            assert!(work.await.unwrap());
        }
        assert!(desk.elsewhere(|| 7).await.is_ok_and(|seven| seven == 7));
        assert!(begun.recv().is_err());
    }

    /// Blocks of 1.5 MiB, each with a record that is wanted and one that is not.
    fn journal_of(blocks: u64, folder: &Path) -> Vec<Leaves> {
        let council = nemcon_crypto::hash::sha256(b"council");
        let (mut journal, _) = Journal::open(folder, council, SEGMENT_BYTES_MAX).unwrap();
        let leaves = (0..blocks).map(|height| {
            let wanted = format!("wanted {height}").into_bytes();
            let block = CommittedBlock {
                height: Height(height),
                records: vec![vec![b'x'; 3 << 19], wanted],
                certificate: Vec::new(),
            };
            let position = journal.append(&Entry::Block(block)).unwrap();
            let place = BlockPlace { position, first_leaf: LeafIndex(2 * height) };
            Leaves { from: 2 * height + 1, places: vec![place], limit: 1, size: 2 * blocks }
        });
        let leaves = leaves.collect();
        journal.sync().unwrap();
        leaves
    }

    #[test]
    fn a_page_of_scattered_records_reads_a_few_blocks_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let leaves = journal_of(6, folder.path());
        let told = read_scattered(folder.path(), &leaves).unwrap();
        assert_eq!(told, ["wanted 0", "wanted 1", "wanted 2"], "4 MiB and the block beyond");
        let rest = read_scattered(folder.path(), &leaves[3..]).unwrap();
        assert_eq!(rest, ["wanted 3", "wanted 4", "wanted 5"]);
        // The long records fill an answer each; one alone is always given.
        let mut long = leaves;
        for leaf in &mut long {
            leaf.from -= 1;
        }
        assert_eq!(read_scattered(folder.path(), &long).unwrap().len(), 1);
        // A leaf that its block does not have is an error, and no empty record.
        long[0].from += 2;
        assert!(read_scattered(folder.path(), &long).is_err());
    }
}
