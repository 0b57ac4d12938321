//! What adversaries try against the law: proposers, majorities, and thieves of keys.

mod majorities;
mod proposers;
mod thieves;

use nemcon_ledger::record::Position;

const FOR: Position = Position::InFavour;
