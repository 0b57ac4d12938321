//! A look ahead: what a node says that would follow from statements, were they signed and ordered now.

use nemcon_ledger::council::Consequence;
use nemcon_ledger::record::{Body, Charter};

use crate::api::Foresight;
use crate::client::Client;

use super::follows::Following;
use super::read::Foreseen;
use crate::failure::Failure;

/// What a node says.
#[derive(Debug)]
pub enum Ahead {
    /// All of them would be let in, and this would follow.
    Follows(Vec<Consequence>),
    /// One of them would be refused.
    Refused {
        /// Which, from 0.
        at: usize,
        /// Why.
        why: Failure,
    },
}

impl Ahead {
    /// Asks the node about these statements, in this order.
    ///
    /// # Errors
    /// [`Failure`] if the node does not answer.
    pub fn of(client: &Client, charter: &Charter, bodies: &[Body]) -> Result<Self, Failure> {
        Ok(match client.foresee(bodies)? {
            Foresight::Follows { consequences } => Self::Follows(consequences),
            Foresight::Refused { at, answer } => {
                let unexplained = || Failure::refused("the node refuses it without a reason");
                let why = Failure::of_answer(&answer, Some(charter)).unwrap_or_else(unexplained);
                Self::Refused { at, why }
            }
        })
    }
}

impl Foreseen {
    /// What this node says that follows from `body`.
    pub fn told(client: &Client, body: &Body, all: &[Consequence]) -> Self {
        let following = Following { me: &body.head().by, body, all };
        Self::Told { by: client.whose(), sentences: following.sentences() }
    }
}
