//! What the documents say is so in the code.

mod advisories;
mod conditions;
mod events;
mod interface;
mod law;
mod limits;
mod names;
mod rules;
