//! Who votes at a height, in which order, and how many of them decide.
//!
//! What it guarantees: a roster has one to [`MEMBERS_MAX`] members, each with one key and one vote; two
//! quorums always share an honest member while at most [`faulty_max`] members are hostile.

use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_crypto::PublicKey;
use nemcon_ledger::Height;
pub use nemcon_ledger::quorum::{faulty_max, is_quorum};
use nemcon_ledger::quorum::{is_over_a_third, proposer};

use super::limits::MEMBERS_MAX;
use super::member_key::MemberKey;
use super::round::Round;

/// One voting member's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seat {
    pub(super) member: MemberKey,
    pub(super) key: PublicKey,
}

/// The node keys that vote at one height, in roster order, one vote each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    seats: Arc<[Seat]>,
    positions: Arc<BTreeMap<MemberKey, u16>>,
}

/// Why a list of keys is not a roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// Nobody would vote.
    #[error("a roster needs at least one member")]
    Empty,
    /// More than [`MEMBERS_MAX`].
    #[error("a roster holds at most {MEMBERS_MAX} members, not {0}")]
    TooLarge(usize),
    /// One key twice.
    #[error("the node key {0} stands twice in the roster")]
    Duplicate(MemberKey),
}

impl Roster {
    /// The roster of these node keys, in this order.
    ///
    /// # Errors
    /// [`RosterError`], by the first condition that fails.
    pub fn new(keys: &[PublicKey]) -> Result<Self, RosterError> {
        if keys.is_empty() {
            return Err(RosterError::Empty);
        }
        if keys.len() > MEMBERS_MAX {
            return Err(RosterError::TooLarge(keys.len()));
        }
        let mut positions = BTreeMap::new();
        for (position, key) in (0..).zip(keys) {
            if positions.insert(MemberKey::of(key), position).is_some() {
                return Err(RosterError::Duplicate(MemberKey::of(key)));
            }
        }
        let seats = keys.iter().map(|key| Seat { member: MemberKey::of(key), key: *key }).collect();
        Ok(Self { seats, positions: Arc::new(positions) })
    }

    /// The number of members, 1 to [`MEMBERS_MAX`].
    #[expect(clippy::len_without_is_empty, reason = "a roster is never empty")]
    pub fn len(&self) -> usize {
        self.seats.len()
    }

    /// The node keys in roster order.
    pub fn keys(&self) -> impl Iterator<Item = &PublicKey> {
        self.seats.iter().map(|seat| &seat.key)
    }

    /// The key at `position`, counted from 0.
    pub fn key_at(&self, position: u16) -> Option<&PublicKey> {
        self.seats.get(usize::from(position)).map(|seat| &seat.key)
    }

    /// The place of a member, counted from 0.
    pub fn position(&self, member: &MemberKey) -> Option<u16> {
        self.positions.get(member).copied()
    }

    /// The admitted key of a member.
    pub fn key(&self, member: &MemberKey) -> Option<&PublicKey> {
        self.position(member).and_then(|position| self.key_at(position))
    }

    /// Who proposes: `roster[(height + round) mod n]`.
    pub fn proposer(&self, height: Height, round: Round) -> MemberKey {
        self.seat_of_proposer(height.0, round).member
    }

    /// Whether `count` distinct members decide: strictly more than two thirds.
    pub fn is_quorum(&self, count: usize) -> bool {
        is_quorum(count, self.len())
    }

    /// Whether `count` distinct members include an honest one, because more than [`faulty_max`] of them
    /// cannot all fail.
    pub fn is_beyond_faulty(&self, count: usize) -> bool {
        count > faulty_max(self.len())
    }

    /// Whether `count` distinct members are more than a third of all.
    pub fn is_over_a_third(&self, count: usize) -> bool {
        is_over_a_third(count, self.len())
    }

    pub(super) fn seat_of_proposer(&self, height: u64, round: Round) -> &Seat {
        &self.seats[proposer(self.len(), Height(height), round.0)]
    }

    pub(super) fn seat(&self, place: usize) -> Option<&Seat> {
        self.seats.get(place)
    }

    pub(super) fn seat_of(&self, member: &MemberKey) -> Option<&Seat> {
        self.position(member).and_then(|position| self.seat(usize::from(position)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_crypto::SecretKey;

    fn keys(n: u8) -> Vec<PublicKey> {
        (0..n).map(|seed| SecretKey::from_seed(&[seed; 32]).public()).collect()
    }

    #[test]
    fn proposers_take_turns_by_height_and_round() {
        let keys = keys(4);
        let roster = Roster::new(&keys).unwrap();
        for (height, round, place) in [(0, 0, 0), (1, 0, 1), (1, 2, 3), (3, 1, 0), (u64::MAX, 1, 0)]
        {
            let proposer = roster.proposer(Height(height), Round(round));
            assert_eq!(proposer, MemberKey::of(&keys[place]), "{height}/{round}");
        }
    }

    #[test]
    fn a_roster_refuses_none_too_many_and_twice() {
        assert_eq!(Roster::new(&[]), Err(RosterError::Empty));
        assert_eq!(Roster::new(&keys(91)), Err(RosterError::TooLarge(91)));
        let twice = [keys(1), keys(2)].concat();
        assert_eq!(Roster::new(&twice), Err(RosterError::Duplicate(MemberKey::of(&twice[0]))));
        assert_eq!(Roster::new(&keys(90)).map(|roster| roster.len()), Ok(90));
    }
}
