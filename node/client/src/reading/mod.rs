//! What a person reads before a statement is signed, in this order: who signs what on which text,
//! the consequences, the texts, and the question, which repeats what is signed.

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
