//! What one party can pile up, and the share that each party has of a block and of a day.

mod known;
mod room;
mod shares;
