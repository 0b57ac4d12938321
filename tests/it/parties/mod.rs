//! Who sits in the council and speaks for a party: members, participants, and their keys.

mod keys;
mod membership;
mod participants;
