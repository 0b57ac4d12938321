//! What a person reads before a statement is signed, in this order: who signs what on which text,
//! the consequences, the texts, and the question, which repeats what is signed.

mod ahead;
mod basis;
mod consequences;
mod headline;
mod prompt;

pub use ahead::Ahead;
pub use basis::Basis;
pub use consequences::{Following, if_adopted};
pub use headline::says;
pub use prompt::{Foreseen, Reading, Subject, council_change_of};
