//! What is read before something is signed, in this order: who signs what on which text, what follows
//! from it, the texts; then the question, which names it again.

mod ahead;
mod basis;
mod follows;
mod read;
mod says;

pub use ahead::Ahead;
pub use basis::Basis;
pub use follows::{Following, if_adopted};
pub use read::{Foreseen, Reading, Subject, matter_of};
pub use says::says;
