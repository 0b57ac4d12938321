//! What every command is given besides its own arguments.

use nemcon_client::failure::Failure;
use nemcon_client::session::Session;

use super::global::Global;
use nemcon_audit::Screen;

/// The options that all commands share, and the output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    /// The options that name the node, the party and the council.
    pub(super) global: &'a Global,
    /// Where the command prints, and in which form.
    pub(super) screen: Screen,
}

impl Context<'_> {
    /// The session with the node, party and council that the options name.
    ///
    /// # Errors
    /// [`Failure`] if the options name no node.
    pub(super) fn session(&self) -> Result<Session, Failure> {
        self.global.session()
    }
}
