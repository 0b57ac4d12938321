//! Divides limited room among roles, so that a weaker role always leaves room for a stronger one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use nemcon_ledger::text::Code;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use nemcon_client::token::Role;

/// Room that roles share. Readers may take one half of it, readers and submitters together three
/// quarters, and the operator whatever is free.
#[derive(Clone, Debug)]
pub(in crate::server) struct Shares {
    all: Arc<Semaphore>,
    handing_in: Arc<Semaphore>,
    reading: Arc<Semaphore>,
}

/// A taken part of the room. Dropping it gives the part back.
#[derive(Debug)]
pub(in crate::server) struct Share(Vec<OwnedSemaphorePermit>);

impl Shares {
    /// Room of this size. Each role gets at least one place.
    pub(in crate::server) fn of(most: usize) -> Self {
        let room = |places: usize| Arc::new(Semaphore::new(places.max(1)));
        Self { all: room(most), handing_in: room(most / 4 * 3), reading: room(most / 2) }
    }

    /// Takes `amount` from the share of a role; `None` if too little is free.
    pub(in crate::server) fn take(&self, role: Role, amount: usize) -> Option<Share> {
        let amount = u32::try_from(amount).ok()?;
        let rooms = match role {
            Role::Read => &[&self.reading, &self.handing_in, &self.all][..],
            Role::Submit => &[&self.handing_in, &self.all],
            Role::Operate => &[&self.all],
        };
        let places = rooms.iter().map(|room| Arc::clone(room).try_acquire_many_owned(amount).ok());
        places.collect::<Option<_>>().map(Share)
    }
}

/// The greatest number of requests in progress with tokens for other parties, all together.
const NAMED_UNDER_WAY_MAX: usize = 16;
/// The greatest number of requests in progress with the token for one other party.
const NAMED_UNDER_WAY_EACH_MAX: usize = 4;

/// Room of its own for the holders of tokens for other parties, so that they take none from the node's own.
#[derive(Clone, Debug)]
pub(super) struct NamedShares {
    all: Arc<Semaphore>,
    each: Arc<Mutex<BTreeMap<Code, Arc<Semaphore>>>>,
}

impl NamedShares {
    /// Room on this number of connections.
    pub(super) fn of(connections_max: usize) -> Self {
        let most = NAMED_UNDER_WAY_MAX.min(connections_max / 8).max(1);
        Self { all: Arc::new(Semaphore::new(most)), each: Arc::default() }
    }

    /// Takes a place for the token of this party; `None` if all are taken.
    pub(super) fn take(&self, party: &Code) -> Option<Share> {
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        let own = each
            .entry(party.clone())
            .or_insert_with(|| Arc::new(Semaphore::new(NAMED_UNDER_WAY_EACH_MAX)));
        let own = Arc::clone(own).try_acquire_owned().ok()?;
        Some(Share(vec![own, Arc::clone(&self.all).try_acquire_owned().ok()?]))
    }
}

impl Share {
    /// Adds another part that was taken for the same role from the same room.
    pub(in crate::server) fn join(&mut self, more: Self) {
        for (mine, other) in self.0.iter_mut().zip(more.0) {
            mine.merge(other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_weaker_tokens_hold_the_stronger_have_room() {
        for most in [4, 8, 128, 131] {
            let shares = Shares::of(most);
            let fill = |role| core::iter::from_fn(|| shares.take(role, 1)).collect::<Vec<_>>();
            let reading = fill(Role::Read);
            assert_eq!(reading.len(), most / 2);
            let handing_in = fill(Role::Submit);
            assert_eq!(reading.len() + handing_in.len(), most / 4 * 3);
            assert_eq!(reading.len() + handing_in.len() + fill(Role::Operate).len(), most);
            drop(reading);
            assert!(shares.take(Role::Read, most / 2).is_some());
            assert!(shares.take(Role::Read, most / 2 + 1).is_none());
        }
    }

    #[test]
    fn one_party_that_is_no_other_leaves_room_for_the_rest() {
        let shares = NamedShares::of(64);
        let fill = |code: &str| {
            let code = code.parse().unwrap();
            core::iter::from_fn(|| shares.take(&code)).collect::<Vec<_>>()
        };
        let first = fill("BE");
        assert_eq!(first.len(), NAMED_UNDER_WAY_EACH_MAX);
        let second = fill("BG");
        assert_eq!(second.len(), NAMED_UNDER_WAY_MAX.min(8) - first.len());
        assert!(fill("CZ").is_empty());
        drop(first);
        assert_eq!(fill("CZ").len(), NAMED_UNDER_WAY_EACH_MAX);
    }
}
