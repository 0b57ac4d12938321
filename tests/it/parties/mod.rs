//! Who sits in the council and speaks for a party: members, participants, and their keys.

pub(crate) mod keys;
mod membership;
mod participants;
