//! Links that are no member's: what they give must prove itself [rules.md R29, R32], and little is read for them.
//!
//! Whose key some roster has named, or is about to name, may read: together such links have the share of
//! one member, each in its turn. Whoever answers where a member's node was dialled, with a key that nobody
//! here knows, gets nothing read: this node asks it for blocks, and that is all.

use std::collections::BTreeMap;
use std::ops::Bound;

use nemcon_crypto::PublicKey;
use nemcon_ledger::text::Time;
use nemcon_replica::replica::{Share, Wish, Wishes};

/// One such link.
#[derive(Default)]
pub(super) struct NonMember {
    pub(super) wishes: Wishes,
    /// Frames that came to nothing.
    pub(super) useless: u32,
    /// When it was last asked for blocks on nothing but its word.
    pub(super) asked: Option<Time>,
}

/// Such links, while they last; the mesh bounds how many there are.
pub(super) struct NonMembers {
    links: BTreeMap<PublicKey, NonMember>,
    /// What is read for all of them together.
    pub(super) share: Share,
    /// Whose turn it was last.
    last: Option<PublicKey>,
}

impl NonMembers {
    pub(super) fn new(now: Time) -> Self {
        Self { links: BTreeMap::new(), share: Share::full(now), last: None }
    }

    pub(super) fn forget(&mut self, key: &PublicKey) {
        self.links.remove(key);
    }

    /// What is known of the link with this key.
    pub(super) fn of(&mut self, key: &PublicKey) -> &mut NonMember {
        self.links.entry(*key).or_default()
    }

    /// When the next answer can be given, if one waits.
    pub(super) fn due(&self) -> Option<Time> {
        let is_waiting = self.links.values().any(|it| !it.wishes.is_empty());
        is_waiting.then(|| self.share.opens_at())
    }

    /// The next wish while the share is open, each link in its turn.
    pub(super) fn next(&mut self, now: Time) -> Option<(PublicKey, Wish)> {
        if !self.share.is_open(now) {
            return None;
        }
        let after = self.last.map_or(Bound::Unbounded, Bound::Excluded);
        let later = self.links.range((after, Bound::Unbounded));
        let mut keys = later.chain(self.links.iter()).filter(|(_, it)| !it.wishes.is_empty());
        let key = keys.next().map(|(key, _)| *key)?;
        self.last = Some(key);
        Some((key, self.of(&key).wishes.next()?))
    }
}
