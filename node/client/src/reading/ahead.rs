//! A look ahead: asks a node what would follow if statements were signed and ordered now.

use nemcon_ledger::council::Consequence;
use nemcon_ledger::record::{Body, Charter};

use crate::api::Foresight;
use crate::client::Client;

use crate::failure::Failure;
use crate::reading::consequences::Following;
use crate::reading::prompt::Foreseen;

/// A node's answer to a look ahead.
#[derive(Debug)]
pub enum Ahead {
    /// The node would accept all statements, and these are the consequences.
    Follows(Vec<Consequence>),
    /// The node would refuse one of the statements.
    Refused {
        /// The index of the refused statement, from 0.
        at: usize,
        /// The reason of the refusal.
        why: Failure,
    },
}

impl Ahead {
    /// Asks the node about these statements, in this order.
    ///
    /// # Errors
    /// [`Failure`] if the node does not answer.
    pub fn of(client: &Client, charter: &Charter, bodies: &[Body]) -> Result<Self, Failure> {
        Ok(Self::read(client.foresee(bodies)?, charter))
    }

    /// What the node has answered.
    pub fn read(foresight: Foresight, charter: &Charter) -> Self {
        match foresight {
            Foresight::Follows { consequences } => Self::Follows(consequences),
            Foresight::Refused { at, answer } => {
                let unexplained = || Failure::refused("the node refuses it without a reason");
                let why = Failure::of_answer(&answer, Some(charter)).unwrap_or_else(unexplained);
                Self::Refused { at, why }
            }
        }
    }
}

impl Foreseen {
    /// The consequences of `body`, in sentences, as said by this node.
    pub fn told(client: &Client, body: &Body, all: &[Consequence]) -> Self {
        let following = Following { me: &body.head().by, body, all };
        Self::Told { by: client.whose(), sentences: following.sentences() }
    }
}
