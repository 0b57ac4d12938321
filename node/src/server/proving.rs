//! Verification of many statements at once, on all cores, beside the replica's thread.
//!
//! What it guarantees: frames are taken in in their order, each behind what was proven of it; the replica verifies by
//! itself whatever is not proven here. Of each party no more statements are verified than may wait of it, because the
//! replica refuses the rest without a look at their signatures. What it does not: it decides nothing. Threads start
//! when they are needed and end when they have been idle for [`IDLE_THREAD`].

use core::time::Duration;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;

use nemcon_crypto::merkle::leaf_hash;
use nemcon_crypto::{Digest, PublicKey};
use nemcon_ledger::council::{Candidate, Council, Proven};
use nemcon_ledger::durable::CommittedBlock;
use nemcon_ledger::{Chain, Height};
use nemcon_replica::replica::{
    BLOCKS_PER_MESSAGE_MAX, Lane, Message, PENDING_BATCH_BYTES_MAX, Room,
};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::mesh::{Event, Events};

/// The most threads that verify.
const THREADS_MAX: usize = 4;
/// The time after which a thread that has nothing to verify ends.
const IDLE_THREAD: Duration = Duration::from_secs(10);
/// The fewest statements for which other threads are asked: fewer are verified at once, by the replica.
const STATEMENTS_MIN: usize = 8;
/// The most bytes of bulk frames that are taken in together, unless one frame alone has more.
const TURN_BYTES_MAX: usize = 128 * 1024;
/// The most bulk frames that are taken in together.
const TURN_FRAMES_MAX: usize = 64;

/// A frame, with the key of the peer that it came from.
pub(super) type Frame = (PublicKey, Vec<u8>);

/// The bulk frames of one turn, while their statements are verified.
pub(super) struct Proving {
    frames: Vec<Frame>,
    /// The height at which the ledger ends once the frames are taken in.
    top: Height,
    /// The peer that brings the last block of it, if a peer brings one.
    brought_by: Option<PublicKey>,
    tasks: JoinSet<Vec<Proven>>,
    proven: Vec<Proven>,
}

/// A record that a frame brings.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Brought {
    /// It shall wait, if there is room for it.
    Waiting(Vec<u8>),
    /// It stands in a block.
    Ordered(Vec<u8>),
}

impl Brought {
    fn record(&self) -> &[u8] {
        let (Self::Waiting(record) | Self::Ordered(record)) = self;
        record
    }
}

/// How many threads verify.
pub(super) fn threads() -> usize {
    available_parallelism().map_or(1, NonZeroUsize::get).min(THREADS_MAX)
}

/// The runtime of the replica's thread, whose blocking tasks verify.
pub(super) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = Builder::new_current_thread();
    builder.enable_time().max_blocking_threads(threads()).thread_keep_alive(IDLE_THREAD).build()
}

/// The bulk frames that wait behind `first` and are taken in with it.
pub(super) fn gather(first: Frame, events: &mut Events) -> Vec<Frame> {
    let mut bytes = first.1.len();
    let mut frames = vec![first];
    while frames.len() < TURN_FRAMES_MAX && bytes < TURN_BYTES_MAX {
        let Some(Event::Frame(peer, frame)) = events.try_recv_bulk() else { break };
        bytes += frame.len();
        frames.push((peer, frame));
    }
    frames
}

/// Whether a frame may bring statements.
pub(super) fn is_bulk(frame: &[u8]) -> bool {
    Lane::of(frame) == Lane::Bulk
}

impl Proving {
    /// Begins to verify, on top of `chain`, what `frames` bring and the replica does not know: of statements that
    /// shall wait, those for which it has room, and of blocks those that come next above the height `above`. The
    /// frames themselves, if that is too little to ask other threads for.
    pub(super) fn begin(
        frames: Vec<Frame>,
        (chain, above): (&Arc<Chain>, Height),
        room: Room,
        knows: impl Fn(&Digest) -> bool,
    ) -> Result<Self, Vec<Frame>> {
        let (mut records, mut top, mut brought_by) = (Vec::new(), above, None);
        for (peer, frame) in &frames {
            let before = top;
            records.extend(records_of(frame, &mut top));
            brought_by = if top > before { Some(*peer) } else { brought_by };
        }
        records.retain(|brought| !knows(&leaf_hash(brought.record())));
        if records.len() < STATEMENTS_MIN {
            return Err(frames);
        }
        let mut tasks = JoinSet::new();
        let room = Arc::new(Mutex::new(room));
        let share = records.len().div_ceil(threads());
        while !records.is_empty() {
            let rest = records.split_off(share.min(records.len()));
            let mine = core::mem::replace(&mut records, rest);
            let (chain, room) = (Arc::clone(chain), Arc::clone(&room));
            tasks.spawn_blocking(move || {
                let proven = mine.iter().filter_map(|it| prove(chain.council(), &room, it));
                proven.collect()
            });
        }
        Ok(Self { frames, top, brought_by, tasks, proven: Vec::new() })
    }

    /// The height at which the ledger ends once the frames are taken in.
    pub(super) const fn top(&self) -> Height {
        self.top
    }

    /// The peer that brings the last block up to that height, if a peer brings one.
    pub(super) const fn brought_by(&self) -> Option<PublicKey> {
        self.brought_by
    }

    /// Waits until all is verified. It may be called again if it was given up.
    pub(super) async fn done(&mut self) {
        while let Some(proven) = self.tasks.join_next().await {
            self.proven.extend(proven.expect("to verify does not panic"));
        }
    }

    /// What was proven, and the frames that brought it, in their order.
    pub(super) fn finish(self) -> (Vec<Proven>, Vec<Frame>) {
        (self.proven, self.frames)
    }
}

/// Verifies a record, if there is room for it. What is not rightly signed takes up no room.
fn prove(council: &Council, room: &Mutex<Room>, brought: &Brought) -> Option<Proven> {
    let record = match brought {
        Brought::Ordered(record) => return Proven::of(council, record),
        Brought::Waiting(record) => record,
    };
    let lock = || room.lock().unwrap_or_else(PoisonError::into_inner);
    let candidate = Candidate::read(record).ok()?;
    let (statement, bytes) = (Arc::clone(candidate.statement()), record.len());
    {
        let mut room = lock();
        if !room.is_for(&statement, bytes) {
            return None;
        }
        room.take(&statement, bytes);
    }
    let proven = Proven::by(council, candidate);
    if proven.is_none() {
        lock().give_back(&statement, bytes);
    }
    proven
}

/// The records that a frame brings to a node that stands at block `top`, statements among them; `top` moves on to
/// the last of the blocks that come next. What no honest peer sends is left to the replica, which stops at the
/// first fault: blocks that do not come next, and more statements than one message carries.
fn records_of(frame: &[u8], top: &mut Height) -> Vec<Brought> {
    match Message::decode(frame) {
        Ok(Message::Pending(records)) => {
            let mut bytes = 0;
            let fits = |record: &Vec<u8>| {
                bytes += record.len();
                bytes <= PENDING_BATCH_BYTES_MAX
            };
            records.into_iter().take_while(fits).map(Brought::Waiting).collect()
        }
        Ok(Message::Blocks(blocks)) => {
            let is_next = |block: &CommittedBlock| {
                let is_next = block.height == top.next();
                *top = if is_next { block.height } else { *top };
                is_next
            };
            let next = blocks.into_iter().take(BLOCKS_PER_MESSAGE_MAX).take_while(is_next);
            next.flat_map(|block| block.records).map(Brought::Ordered).collect()
        }
        Ok(_) | Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use nemcon_client::fixture::{another, genesis, officer};
    use nemcon_ledger::record::statement::sign_as_officer;
    use nemcon_ledger::record::{Body, Genesis, Statement};
    use nemcon_replica::replica::PENDING_PER_MEMBER_MAX;

    use super::*;

    /// A statement of BG, another one for each number, signed by its officer or by another's.
    fn record(genesis: &Genesis, number: u8, is_genuine: bool) -> Vec<u8> {
        let member = &genesis.roster.members[1];
        let measure = another(u64::from(number), &format!("Measure {number}"));
        let body = Body::parse(&measure.text).unwrap();
        let (desk, key) = (&member.officers[0].label, officer(u8::from(is_genuine), 0));
        let line = sign_as_officer(&body.render(), &genesis.origin, &member.code, desk, &key);
        Statement::new(&body, vec![line]).unwrap().render()
    }

    fn frame(records: Vec<Vec<u8>>) -> Frame {
        (officer(0, 11).public(), Message::Pending(records).encode())
    }

    #[tokio::test]
    async fn what_frames_bring_is_proven_if_it_is_rightly_signed_and_the_frames_keep_their_order() {
        let genesis = genesis();
        let chain = Arc::new(Chain::found(genesis.clone()));
        let genuine: Vec<_> = (0..20).map(|n| record(&genesis, n, true)).collect();
        let forged: Vec<_> = (20..30).map(|n| record(&genesis, n, false)).collect();
        let frames = vec![
            frame(genuine[..15].to_vec()),
            (officer(2, 11).public(), b"no message".to_vec()),
            frame(forged),
            frame(genuine[15..].to_vec()),
        ];
        let known = leaf_hash(&genuine[3]);
        let Ok(mut proving) =
            Proving::begin(frames.clone(), (&chain, Height(0)), Room::default(), |hash| {
                *hash == known
            })
        else {
            panic!("enough for other threads")
        };
        proving.done().await;
        let (proven, in_order) = proving.finish();
        assert_eq!(in_order, frames);
        let mut proven: Vec<_> = proven.iter().map(|it| it.candidate().leaf_hash()).collect();
        proven.sort_unstable();
        let mut expected: Vec<_> = genuine.iter().map(|record| leaf_hash(record)).collect();
        expected.retain(|hash| *hash != known);
        expected.sort_unstable();
        assert_eq!(proven, expected);
    }

    /// How many of these records are proven where so much of the room is taken.
    async fn proven(frames: Vec<Frame>, room: Room) -> usize {
        let chain = Arc::new(Chain::found(genesis()));
        let begun = Proving::begin(frames, (&chain, Height(0)), room, |_| false);
        let Ok(mut proving) = begun else { panic!("enough for other threads") };
        proving.done().await;
        proving.finish().0.len()
    }

    #[tokio::test]
    async fn of_a_party_no_more_is_verified_ahead_than_may_wait_of_it() {
        let genesis = genesis();
        let records = |numbers: core::ops::Range<u8>| -> Vec<_> {
            numbers.map(|number| record(&genesis, number, true)).collect()
        };
        let flood = vec![frame(records(0..40)), frame(records(40..80))];
        assert_eq!(proven(flood.clone(), Room::default()).await, PENDING_PER_MEMBER_MAX);
        let mut room = Room::default();
        for waiting in records(80..90) {
            room.take(&Statement::parse(&waiting).unwrap(), waiting.len());
        }
        assert_eq!(proven(flood.clone(), room.clone()).await, PENDING_PER_MEMBER_MAX - 10);
        for waiting in records(90..112) {
            room.take(&Statement::parse(&waiting).unwrap(), waiting.len());
        }
        assert_eq!(proven(flood, room.clone()).await, 0);
        // What stands in a block was let in by all.
        let block =
            CommittedBlock { height: Height(1), records: records(0..80), certificate: Vec::new() };
        let blocks = vec![(officer(0, 11).public(), Message::Blocks(vec![block]).encode())];
        assert_eq!(proven(blocks, room).await, 80);
    }

    #[tokio::test]
    async fn what_is_not_rightly_signed_takes_no_room_of_the_party_that_it_names() {
        let genesis = genesis();
        let records: Vec<_> =
            (0..80).map(|number| record(&genesis, number, number >= 60)).collect();
        let frames = records.chunks(40).map(|records| frame(records.to_vec())).collect();
        assert_eq!(proven(frames, Room::default()).await, 20);
    }

    #[test]
    fn what_no_honest_peer_sends_is_left_to_the_replica() {
        let genesis = genesis();
        let records: Vec<_> = (0..20).map(|n| record(&genesis, n, true)).collect();
        let block = |height| CommittedBlock {
            height: Height(height),
            records: records.clone(),
            certificate: Vec::new(),
        };
        let found = |heights: &[u64], here| {
            let blocks = heights.iter().map(|height| block(*height)).collect();
            let (mut top, frame) = (Height(here), Message::Blocks(blocks).encode());
            let found = records_of(&frame, &mut top).len() / records.len();
            assert_eq!(top.0 - here, found as u64);
            found
        };
        assert_eq!(found(&[3, 4], 2), 2);
        assert_eq!(found(&[3, 4], 3), 0, "the node has the first one");
        assert_eq!(found(&[4, 5], 2), 0, "one is lacking between");
        assert_eq!(found(&[3, 3, 4], 2), 1);
        let much = PENDING_BATCH_BYTES_MAX / records[0].len();
        let flood = Message::Pending(vec![records[0].clone(); 4 * much]).encode();
        assert_eq!(records_of(&flood, &mut Height(0)).len(), much);
    }

    #[tokio::test]
    async fn a_lone_statement_starts_no_thread() {
        let genesis = genesis();
        let chain = Arc::new(Chain::found(genesis.clone()));
        let frames = vec![frame(vec![record(&genesis, 0, true)])];
        let returned =
            Proving::begin(frames.clone(), (&chain, Height(0)), Room::default(), |_| false)
                .map(|_| ());
        assert_eq!(returned, Err(frames));
        let many: Vec<_> = (0..20).map(|n| record(&genesis, n, true)).collect();
        let all_known =
            Proving::begin(vec![frame(many)], (&chain, Height(0)), Room::default(), |_| true);
        assert!(all_known.is_err(), "what is known is not verified again");
    }
}
