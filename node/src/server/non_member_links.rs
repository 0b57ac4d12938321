//! What is done over links that belong to no member: they are asked for blocks, and little is
//! read for them.

use std::sync::Arc;

use nemcon_crypto::PublicKey;
use nemcon_ledger::Height;
use nemcon_replica::replica::{HeldSeals, Input, Message, Standing, Wish, Wishes};
use tokio::time::Instant;

use super::clock::clock;
use super::error::WorkerError;
use super::folder::DiskError;
use super::worker::Worker;

/// The number of useless frames after which a link is closed.
const USELESS_MAX: u32 = 60;

/// The time until a link that only claims to have more blocks is asked again, in milliseconds.
const ASK_AGAIN_MS: u64 = 1_000;

impl Worker {
    /// Handles a new link of a non-member by asking it for blocks that this node may lack.
    pub(super) fn meet(&mut self, key: &PublicKey) {
        if self.log_quota.have_room(Instant::now()) {
            let what = if self.may_read(key) { "it may read" } else { "it may only give" };
            tracing::info!(event = %"stranger-connected", ?key, what, "connected, with a key that is not in the roster");
        }
        self.ask_blocks(key);
    }

    /// Whether some roster has named this key, or is about to.
    fn may_read(&self, key: &PublicKey) -> bool {
        let rosters = self.replica.chain().rosters();
        let is_entering = || self.replica.entering().iter().any(|(_, entering)| entering == key);
        rosters.member_of_node(key).is_some() || is_entering()
    }

    /// Handles a frame from a non-member. Blocks and seals carry their own proofs. Questions are
    /// answered if the non-member may read. Any other frame is ignored.
    pub(super) fn take_outside(
        &mut self,
        key: &PublicKey,
        frame: Vec<u8>,
    ) -> Result<(), WorkerError> {
        let before = self.replica.chain().height();
        let is_of_use = match Message::decode(&frame) {
            Ok(Message::BlocksWanted { from }) => {
                self.wish(key, |wishes| wishes.blocks = Some(from))?
            }
            Ok(Message::Standing(standing)) if !standing.is_oversized() => {
                self.stands_outside(key, &standing)?
            }
            Ok(Message::Blocks(_)) => {
                self.take(Input::Offered(frame))?;
                let is_news = self.replica.chain().height() > before;
                if is_news {
                    self.ask_blocks(key);
                } else {
                    self.tell(key, &self.replica.where_it_stands());
                }
                is_news
            }
            Ok(Message::Seals(_)) => {
                let faults = self.faults();
                self.take(Input::Offered(frame))?;
                self.faults() == faults && self.may_read(key)
            }
            // Only the entrant's own node can bring its entry statement.
            Ok(Message::Pending(_)) => {
                let waiting = self.replica.waiting().len();
                self.take(Input::Offered(frame))?;
                self.replica.waiting().len() > waiting
            }
            Ok(_) | Err(_) => false,
        };
        self.judge(key, is_of_use);
        Ok(())
    }

    /// Notes what a non-member wants, and answers as soon as the share allows. False if the
    /// non-member may not read.
    fn wish(
        &mut self,
        key: &PublicKey,
        set: impl FnOnce(&mut Wishes),
    ) -> Result<bool, WorkerError> {
        let may_read = self.may_read(key);
        if may_read {
            set(&mut self.non_members.of(key).wishes);
            self.grant_non_members()?;
        }
        Ok(may_read)
    }

    /// Handles a non-member's standing. That it has more blocks is only its word, so it is not
    /// asked too often.
    fn stands_outside(
        &mut self,
        key: &PublicKey,
        standing: &Standing,
    ) -> Result<bool, WorkerError> {
        let now = clock();
        let asked = self.non_members.of(key).asked;
        let is_due = asked.is_none_or(|at| now.as_ms().abs_diff(at.as_ms()) >= ASK_AGAIN_MS);
        if standing.height > self.replica.chain().height() && is_due {
            self.non_members.of(key).asked = Some(now);
            self.ask_blocks(key);
        }
        let rosters = Arc::clone(self.replica.chain().rosters());
        self.wish(key, |wishes| wishes.want_seals(standing, |code| rosters.member(code).is_some()))
    }

    /// Answers the waiting wishes while the share of all such links has room.
    pub(super) fn grant_non_members(&mut self) -> Result<(), WorkerError> {
        while let Some((key, wish)) = self.non_members.next(clock()) {
            let bytes = match wish {
                Wish::Blocks(from) => {
                    let blocks = self.folder.blocks_for_peer(from).map_err(DiskError::from)?;
                    self.tell(&key, &Message::Blocks(blocks));
                    self.replica.answer_bytes(from)
                }
                Wish::Seals(told) => self.tell_seals(&key, &told),
                Wish::Seen(_) | Wish::Standing => 0,
            };
            self.non_members.share.charge(bytes);
        }
        Ok(())
    }

    fn tell_seals(&self, key: &PublicKey, (top, sealed): &HeldSeals) -> u64 {
        let seals = self.replica.seals_for(*top, sealed);
        if seals.is_empty() { 0 } else { self.tell(key, &Message::Seals(seals)) }
    }

    fn faults(&self) -> u64 {
        self.replica.faults().values().sum()
    }

    fn judge(&mut self, key: &PublicKey, is_of_use: bool) {
        let non_member = self.non_members.of(key);
        non_member.useless = if is_of_use { 0 } else { non_member.useless + 1 };
        if non_member.useless > USELESS_MAX {
            self.mesh.cut_off(key);
        }
    }

    fn ask_blocks(&self, key: &PublicKey) {
        let from: Height = self.replica.chain().height().next();
        self.tell(key, &Message::BlocksWanted { from });
    }
}
