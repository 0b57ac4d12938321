//! The loop of the replica's thread: each turn handles an event, a request or a timer.

use nemcon_crypto::PublicKey;
use nemcon_ledger::Height;
use nemcon_replica::replica::Input;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::clock::clock;
use super::error::WorkerError;
use super::requests::Request;
use super::worker::Worker;
use crate::mesh::{Event, Events, PeerVerdict as Refused, Refusal};
use crate::server::fair_queue::{Next, Turns};
use crate::server::proving::{self, Frame, Proving, gather, is_bulk};

impl Worker {
    /// Runs until a stop is asked for, or until going on would not be safe.
    pub(super) fn run(
        mut self,
        mut events: Events,
        mut requests: mpsc::Receiver<Request>,
        mut stop: oneshot::Receiver<()>,
    ) -> Result<(), WorkerError> {
        let runtime = proving::runtime()?;
        let (mut turns, mut proving) = (Turns::default(), None);
        self.follow_roster()?;
        self.take(Input::Begin)?;
        self.write_snapshot_if_due();
        let ended = runtime.block_on(async {
            loop {
                let (due, is_proving) = (self.next_due(), proving.is_some());
                let next = tokio::select! {
                    biased;
                    _ = &mut stop => Next::Stop,
                    () = tokio::time::sleep_until(due) => Next::Timer,
                    proven = proven(&mut proving) => Next::Proven(proven),
                    next = turns.next(&mut events, &mut requests, is_proving) => next,
                };
                match next {
                    Next::Stop => return Ok(()),
                    Next::Timer => {
                        self.timers_due()?;
                        self.look_if_due()?;
                    }
                    Next::Request(request) => self.answer(request)?,
                    Next::Proven(done) => {
                        // What waits behind is verified while this is taken in.
                        let behind = match events.try_recv_bulk() {
                            Some(Event::Frame(key, frame)) => gather((key, frame), &mut events),
                            _ => Vec::new(),
                        };
                        let above = done.top().max(self.replica.chain().height());
                        let rest;
                        (proving, rest) = self.begin_proving(behind, above)?;
                        self.take_proven(done)?;
                        self.take_frames(rest)?;
                    }
                    Next::Event(Event::Frame(key, frame)) if is_bulk(&frame) => {
                        proving = self.take_bulk(gather((key, frame), &mut events))?;
                    }
                    Next::Event(event @ Event::Disconnected(..)) => {
                        // What a link has brought comes before its end.
                        if proving.is_some() {
                            self.take_proven(proven(&mut proving).await)?;
                        }
                        self.heard(event)?;
                    }
                    Next::Event(event) => self.heard(event)?,
                }
            }
        });
        // The end of the process would end the thread in the middle of its file.
        if let Some(thread) = self.snapshot.take() {
            let _ = thread.join();
        }
        ended
    }

    /// Takes bulk frames in, at once or once their statements are verified.
    fn take_bulk(&mut self, frames: Vec<Frame>) -> Result<Option<Proving>, WorkerError> {
        let (proving, rest) = self.begin_proving(frames, self.replica.chain().height())?;
        self.take_frames(rest)?;
        Ok(proving)
    }

    /// Begins to verify the statements of bulk frames, which are taken in once the ledger ends at `above`, and has
    /// the blocks behind theirs asked for. Returns the frames, if they bring too little to be verified elsewhere.
    fn begin_proving(
        &mut self,
        frames: Vec<Frame>,
        above: Height,
    ) -> Result<(Option<Proving>, Vec<Frame>), WorkerError> {
        let (chain, room) = (self.replica.shared_chain(), self.replica.room());
        let knows = |hash: &_| self.replica.knows(hash);
        let proving = match Proving::begin(frames, (&chain, above), room, knows) {
            Ok(proving) => proving,
            Err(frames) => return Ok((None, frames)),
        };
        let from = proving.brought_by().and_then(|key| self.peers.member(&key).cloned());
        if let Some(from) = from {
            self.take(Input::BlocksCame { from, top: proving.top() })?;
        }
        Ok((Some(proving), Vec::new()))
    }

    /// Takes bulk frames in, behind what was proven of them.
    fn take_proven(&mut self, proving: Proving) -> Result<(), WorkerError> {
        let (proven, frames) = proving.finish();
        self.take(Input::Proven(proven))?;
        self.take_frames(frames)
    }

    fn take_frames(&mut self, frames: Vec<Frame>) -> Result<(), WorkerError> {
        frames.into_iter().try_for_each(|(key, frame)| self.heard(Event::Frame(key, frame)))
    }

    fn heard(&mut self, event: Event) -> Result<(), WorkerError> {
        let input = match event {
            Event::Connected(key) => return self.connected(key),
            Event::Frame(key, frame) => match self.peers.member(&key) {
                Some(code) => Some(Input::Frame(code.clone(), frame)),
                None => return self.take_outside(&key, frame),
            },
            Event::Disconnected(key, reason) => {
                if let Some(member) = self.peers.member(&key) {
                    tracing::debug!(event = %"disconnected", %member, ?reason, "disconnected");
                    self.operator.linked.remove(member);
                }
                self.non_members.forget(&key);
                self.peers.disconnected(&key)
            }
            Event::Rival(rival) => return self.rival(rival),
            Event::Refused { peer, address, why } => {
                if self.log_quota.have_room(Instant::now()) {
                    tracing::warn!(
                        event = %"connection-refused", ?peer, %address, %why, "connection refused"
                    );
                }
                let is_told = why == Refusal::ByPeer(Refused::Rival);
                let member = peer.filter(|_| is_told).and_then(|key| self.peers.member(&key));
                member.cloned().map(Input::ToldOfRival)
            }
        };
        input.map_or(Ok(()), |input| self.take(input))
    }

    /// Handles a new link: tells the replica of a member's, and asks for its clock.
    fn connected(&mut self, key: PublicKey) -> Result<(), WorkerError> {
        let Some(input) = self.peers.connected(key) else {
            self.meet(&key);
            return Ok(());
        };
        self.take(input)?;
        let member = self.peers.member(&key).cloned();
        if let Some(member) = &member {
            tracing::debug!(event = %"connected", %member, "connected");
            self.operator.linked.insert(member.clone(), clock());
        }
        member.map_or(Ok(()), |member| self.take(Input::AskClock(member)))
    }

    fn timers_due(&mut self) -> Result<(), WorkerError> {
        let now = Instant::now();
        let due: Vec<_> =
            self.timers.iter().filter(|(_, at)| **at <= now).map(|(id, _)| *id).collect();
        for timer in due {
            if self.timers.remove(&timer).is_some() {
                self.take(Input::TimerElapsed(timer))?;
            }
        }
        if self.wake.is_some_and(|wake| wake <= clock()) {
            self.wake = None;
            self.take(Input::Woken)?;
        }
        self.grant_non_members()
    }

    /// The time at which the next timer is due; far away if there is none.
    fn next_due(&self) -> Instant {
        let timer = self.timers.values().min().copied();
        let wake = self.wake.into_iter().chain(self.non_members.due()).min();
        let wake = wake.map(|wake| {
            let ms = wake.as_ms().saturating_sub(clock().as_ms());
            // Timers run on the system's clock, which can be set. So the loop checks them at least
            // once an hour.
            Instant::now() + core::time::Duration::from_millis(ms.clamp(1, 3_600_000))
        });
        let far = Instant::now() + core::time::Duration::from_hours(1);
        [timer, wake].into_iter().flatten().min().unwrap_or(far).min(self.operator.next_look())
    }
}

/// Waits until what is under way is verified; for ever if nothing is.
async fn proven(proving: &mut Option<Proving>) -> Proving {
    if let Some(under_way) = proving {
        under_way.done().await;
    }
    match proving.take() {
        Some(done) => done,
        None => core::future::pending().await,
    }
}
