//! The links of non-members: what they send must carry its own proof [rules.md R29, R32], and
//! little is read for them.
//!
//! A non-member may read if some roster has named its key, or is about to. Such links together have
//! the share of one member, in turns. A server with an unknown key that answers at a member's
//! address may not read anything; this node only asks it for blocks.

use std::collections::BTreeMap;
use std::ops::Bound;

use nemcon_crypto::PublicKey;
use nemcon_ledger::text::Time;
use nemcon_replica::replica::{NON_MEMBERS_BYTES_PER_SECOND, Share, Wish, Wishes};

/// What is known of one such link.
#[derive(Default)]
pub(super) struct NonMember {
    pub(super) wishes: Wishes,
    /// The number of frames that were of no use.
    pub(super) useless: u32,
    /// The time when the link was last asked for blocks on its word alone.
    pub(super) asked: Option<Time>,
}

/// The links of non-members. The mesh limits their number.
pub(super) struct NonMembers {
    links: BTreeMap<PublicKey, NonMember>,
    /// The share that all of them have together.
    pub(super) share: Share,
    /// The key of the link that was answered last.
    last: Option<PublicKey>,
}

impl NonMembers {
    pub(super) fn new(now: Time) -> Self {
        Self {
            links: BTreeMap::new(),
            share: Share::full(NON_MEMBERS_BYTES_PER_SECOND, now),
            last: None,
        }
    }

    pub(super) fn forget(&mut self, key: &PublicKey) {
        self.links.remove(key);
    }

    /// What is known of the link with this key.
    pub(super) fn of(&mut self, key: &PublicKey) -> &mut NonMember {
        self.links.entry(*key).or_default()
    }

    /// The time at which the next answer can be given, if a wish waits.
    pub(super) fn due(&self) -> Option<Time> {
        let is_waiting = self.links.values().any(|it| !it.wishes.is_empty());
        is_waiting.then(|| self.share.opens_at())
    }

    /// The next wish while the share has room, each link in its turn.
    pub(super) fn next(&mut self, now: Time) -> Option<(PublicKey, Wish)> {
        if !self.share.is_open(now) {
            return None;
        }
        let after = self.last.map_or(Bound::Unbounded, Bound::Excluded);
        let later = self.links.range((after, Bound::Unbounded));
        let mut keys = later.chain(self.links.iter()).filter(|(_, it)| !it.wishes.is_empty());
        let key = keys.next().map(|(key, _)| *key)?;
        self.last = Some(key);
        Some((key, self.of(&key).wishes.take()?))
    }
}
