//! Which members are connected, where they stand, and who is asked for the blocks that this node lacks.
//!
//! What it guarantees: one peer at a time is asked for blocks; a peer that does not give the
//! blocks that it claims delays catch-up by [`FETCH_MS`] once in [`BARRED_MS`], as long as others are
//! there.

use std::collections::{BTreeMap, VecDeque};

use nemcon_ledger::Height;
use nemcon_ledger::text::{Code, Time};

use super::message::{BLOCKS_PER_MESSAGE_MAX, Message, Standing};
use super::proven::Proven;
use super::step::Step;
use crate::consensus::CommitCertificate;

/// How long a peer may take to answer with blocks, in milliseconds.
const FETCH_MS: u64 = 5_000;
/// For how long a peer that did not give the blocks that it claims is asked after all others, in
/// milliseconds.
const BARRED_MS: u64 = 60_000;
/// How long a peer that claims to have more may take for an answer with little in it, in milliseconds.
const DROPWISE_MS: u64 = 2_000;
/// What is little, unless it is as many blocks as an answer carries, in bytes.
const DROPWISE_BYTES: usize = 256 * 1024;

/// So many answers of a peer that are not taken in yet may have the next one asked for.
const AHEAD_MAX: usize = 2;

/// A question for blocks that is under way.
#[derive(Clone, Debug)]
struct Fetch {
    from: Code,
    until: Time,
    /// The last blocks of the answers that have come and are not taken in: what follows each is asked for.
    ahead: VecDeque<Height>,
}

/// The connected members, and the catching up.
#[derive(Clone, Debug, Default)]
pub(super) struct Sync {
    /// Connected members, with the heights that they have told.
    peers: BTreeMap<Code, Height>,
    /// The newest certificates that connected members have told.
    told: BTreeMap<Code, Option<CommitCertificate>>,
    fetch: Option<Fetch>,
    /// Members that were asked for blocks in vain, and until when others are asked first.
    barred: BTreeMap<Code, Time>,
}

impl Sync {
    /// A member's node has connected; it has told no height yet.
    pub(super) fn connected(&mut self, member: &Code) {
        self.peers.insert(member.clone(), Height(0));
    }

    /// A connection has ended. A question to that peer comes to nothing; see [`Self::give_up`].
    pub(super) fn disconnected(&mut self, member: &Code) {
        self.told.remove(member);
        self.peers.remove(member);
    }

    pub(super) fn is_connected(&self, member: &Code) -> bool {
        self.peers.contains_key(member)
    }

    /// The connected members.
    pub(super) fn members(&self) -> impl ExactSizeIterator<Item = &Code> {
        self.peers.keys()
    }

    /// The connected members with the heights that they have told.
    pub(super) fn heights(&self) -> impl Iterator<Item = (&Code, Height)> {
        self.peers.iter().map(|(code, height)| (code, *height))
    }

    /// The certificates that connected members have told.
    pub(super) fn certificates(&self) -> impl Iterator<Item = (&Code, &CommitCertificate)> {
        self.told.iter().filter_map(|(member, told)| Some((member, told.as_ref()?)))
    }

    /// A member tells where it stands. Who is not connected any more tells nothing.
    pub(super) fn stands(&mut self, member: &Code, standing: &Standing) {
        if let Some(height) = self.peers.get_mut(member) {
            *height = standing.height;
            self.told.insert(member.clone(), standing.certificate.clone());
        }
    }

    /// Whether a member has told before that it lacks blocks which this node has.
    pub(super) fn was_behind(&self, member: &Code, here: Height) -> bool {
        self.told.contains_key(member) && self.peers.get(member).is_some_and(|at| *at < here)
    }

    /// Asks a peer for the blocks above `here`, if no question is under way.
    pub(super) fn catch_up(&mut self, step: &mut Step, here: Height) {
        if self.fetch.is_some() {
            return;
        }
        // The peer that has told the greatest height; of those that told none, any.
        let rank = |(code, height): &(&Code, &Height)| (!self.is_barred(code, step.now), **height);
        let Some(from) = self.peers.iter().max_by_key(rank).map(|(code, _)| code.clone()) else {
            return;
        };
        step.send(&from, &Message::BlocksWanted { from: here.next() });
        self.fetch = Some(Fetch { from, until: step.after_ms(FETCH_MS), ahead: VecDeque::new() });
    }

    /// The blocks up to `top` that this peer was asked for have come, and are still to be taken in: asks it for
    /// those that follow, so that they come meanwhile.
    pub(super) fn ask_ahead(&mut self, step: &mut Step, member: &Code, top: Height) {
        let has_more = self.peers.get(member).is_some_and(|height| *height > top);
        let Some(fetch) = self.fetch.as_mut().filter(|it| it.from == *member && has_more) else {
            return;
        };
        if fetch.ahead.len() < AHEAD_MAX && fetch.ahead.back().is_none_or(|last| *last < top) {
            fetch.ahead.push_back(top);
            step.send(member, &Message::BlocksWanted { from: top.next() });
        }
    }

    /// Asks on, where somebody who is not barred has told a greater height than `here`.
    pub(super) fn catch_up_if_behind(&mut self, step: &mut Step, here: Height) -> bool {
        let mut peers = self.peers.iter();
        let is_behind = peers.any(|(code, at)| *at > here && !self.is_barred(code, step.now));
        if is_behind {
            self.catch_up(step, here);
        }
        is_behind
    }

    /// Whether others are asked for blocks before this one.
    pub(super) fn is_barred(&self, member: &Code, now: Time) -> bool {
        self.barred.get(member).is_some_and(|until| *until > now)
    }

    /// Members that were barred long enough are believed again.
    pub(super) fn end_bars(&mut self, step: &mut Step, here: Height) {
        let before = self.barred.len();
        self.barred.retain(|_, until| *until > step.now);
        if self.barred.len() < before {
            self.catch_up_if_behind(step, here);
        }
    }

    /// Gives up a question that was not answered in time.
    pub(super) fn end_fetch(&mut self, step: &mut Step, here: Height) {
        let overdue = self.fetch.as_ref().filter(|fetch| fetch.until <= step.now);
        if let Some(from) = overdue.map(|fetch| fetch.from.clone()) {
            self.give_up(step, &from, here);
        }
    }

    /// The question to this peer, if one is under way, comes to nothing: others are asked before it for
    /// a while.
    pub(super) fn give_up(&mut self, step: &mut Step, member: &Code, here: Height) {
        if self.fetch.as_ref().is_none_or(|fetch| fetch.from != *member) {
            return;
        }
        self.fetch = None;
        if let Some(height) = self.peers.get(member) {
            let has_claimed = *height > here;
            self.bar(step, member, if has_claimed { BARRED_MS } else { FETCH_MS });
        }
        self.catch_up_if_behind(step, here);
    }

    /// A peer has given blocks, which are part of the ledger now; it ends at `here`.
    pub(super) fn given(&mut self, step: &Step, member: &Code, here: Height, is_dropwise: bool) {
        let fetch = self.fetch.take().filter(|it| it.from == *member && !is_dropwise);
        self.fetch = fetch.and_then(|mut fetch| {
            // What follows is asked for already, if the whole answer was taken.
            let is_asked = fetch.ahead.pop_front() == Some(here);
            is_asked.then(|| Fetch { until: step.after_ms(FETCH_MS), ..fetch })
        });
        self.barred.remove(member);
        if is_dropwise {
            self.bar(step, member, BARRED_MS);
        }
    }

    /// Whether a peer that was asked gives blocks drop by drop while somebody else claims to have them.
    pub(super) fn gives_dropwise(
        &self,
        now: Time,
        member: &Code,
        taken: &[Proven],
        here: Height,
    ) -> bool {
        let Some(fetch) = self.fetch.as_ref().filter(|fetch| fetch.from == *member) else {
            return false;
        };
        let took_ms = (now.as_ms() + FETCH_MS).saturating_sub(fetch.until.as_ms());
        let bytes: usize = taken.iter().flat_map(|(block, ..)| &block.records).map(Vec::len).sum();
        let is_little = taken.len() < BLOCKS_PER_MESSAGE_MAX && bytes < DROPWISE_BYTES;
        let top = Height(here.0 + taken.len() as u64);
        let claims_more = |code: &Code| self.peers.get(code).is_some_and(|height| *height > top);
        let mut others =
            self.peers.keys().filter(|code| *code != member && !self.is_barred(code, now));
        took_ms >= DROPWISE_MS && is_little && claims_more(member) && others.any(claims_more)
    }

    /// When a question or a bar ends.
    pub(super) fn due(&self) -> Option<Time> {
        let fetch = self.fetch.as_ref().map(|fetch| fetch.until);
        fetch.into_iter().chain(self.barred.values().copied()).min()
    }

    fn bar(&mut self, step: &Step, member: &Code, ms: u64) {
        self.barred.insert(member.clone(), step.after_ms(ms));
    }
}

#[cfg(test)]
mod tests;
