//! This node's own seals: up to where it has sealed, and the order in which a seal becomes durable.
//!
//! What it guarantees [rules.md R12]: a seal leaves only when its block and its guard are durable, and a seal is
//! durable before the guard of the next one; so a crash costs at most the newest seal, which may be
//! made again. The time of a seal never goes back.

use nemcon_crypto::SecretKey;
use nemcon_ledger::durable::{Guard, Seal};
use nemcon_ledger::text::Code;
use nemcon_ledger::{Chain, Height};

use super::message::Message;
use super::seals::SealBook;
use super::step::Step;
use super::write::Write;
use crate::keyring::Keyring;

/// What this node has sealed.
#[derive(Clone, Copy, Debug)]
pub(super) struct OwnSeals {
    /// The height up to which nothing is left to seal.
    sealed: Height,
    /// The greatest time of a seal of this node, in seconds.
    time_s: u64,
    /// The newest seal is in the journal, and may not be durable there.
    is_unsynced: bool,
}

impl OwnSeals {
    pub(super) const fn new(sealed: Height, time_s: u64) -> Self {
        Self { sealed, time_s, is_unsynced: false }
    }

    /// The height up to which nothing is left to seal.
    pub(super) const fn sealed(&self) -> Height {
        self.sealed
    }

    /// A later seal of this node than it knew of: no other goes back behind its time.
    pub(super) fn advance_time(&mut self, time_s: u64) {
        self.time_s = self.time_s.max(time_s);
    }

    /// The next height to seal with the key for it; heights whose roster names no key that is held are
    /// passed over.
    pub(super) fn next(
        &mut self,
        chain: &Chain,
        keys: &Keyring,
        me: &Code,
    ) -> Option<(Height, SecretKey)> {
        while self.sealed < chain.height() {
            let height = self.sealed.next();
            let roster = chain.rosters().at(height);
            if let Some(key) = keys.seal_of(roster, me) {
                return Some((height, key.clone()));
            }
            self.sealed = height;
        }
        None
    }

    /// Makes and sends the seal of `height`: its block is durable, then its guard, then it leaves.
    pub(super) fn seal(
        &mut self,
        step: &mut Step,
        book: &SealBook,
        me: &Code,
        height: Height,
        key: &SecretKey,
    ) -> Seal {
        if self.is_unsynced {
            step.write(Write::SyncJournal);
        }
        self.advance_time(step.now.as_s());
        let seal = book.make(height, me.as_str(), self.time_s, key);
        let Seal { size, root, time_s, .. } = seal;
        step.write(Write::Guard(Guard { height, size, root, time_s }));
        step.write(Write::SyncSigned);
        step.broadcast(&Message::Seals(vec![seal.clone()]));
        self.sealed = height;
        seal
    }

    /// The newest own seal was appended to the journal.
    pub(super) fn note_appended(&mut self) {
        self.is_unsynced = true;
    }

    /// The journal was synced.
    pub(super) fn note_synced(&mut self) {
        self.is_unsynced = false;
    }
}
