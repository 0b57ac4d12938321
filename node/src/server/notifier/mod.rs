//! Tells the member's people of events: an address, a program, or both.
//!
//! What it guarantees: each is served on a thread of its own, which asks the node as any reader does. So whoever is slow or
//! gone delays neither the node nor the other. What was told is written down in the ledger folder before the next event
//! is told. What it does not: an event that was not taken in [`telling::ATTEMPTS_MAX`] attempts is given up, and the log says so.

mod looking;
mod program;
mod telling;

use std::io;
use std::path::{Path, PathBuf};

use nemcon_client::client::{Access, Client};
use nemcon_client::config::NodeConfig;
use nemcon_client::failure::Failure;
use nemcon_client::webhook::{Webhook, WebhookSecret};

use crate::server::error::ServerError;
use looking::Looking;
use program::{Program, Running};
use telling::{Pauses, Sink, Telling};

/// The program that tells, if there is one, as long as this stands: dropped, it ends.
#[derive(Debug, Default)]
pub(super) struct Notifier(Option<Running>);

impl Drop for Notifier {
    fn drop(&mut self) {
        if let Some(running) = &self.0 {
            running.end();
        }
    }
}

/// Begins to tell whoever the configuration names, if it names anybody. The threads end with the process; what they leave
/// untold, the next start tells.
///
/// # Errors
/// [`ServerError`].
pub(super) fn run(config: &NodeConfig, tokens: &Path) -> Result<Notifier, ServerError> {
    let mut notifier = Notifier::default();
    let Some(notify) = &config.notify else { return Ok(notifier) };
    let mut sinks = Vec::new();
    if let Some(address) = &notify.webhook {
        let no = |failure: Failure| io::Error::other(failure.message().to_owned());
        let webhook = Webhook::of(address).map_err(no)?;
        let secret = WebhookSecret::prepare(notify.secret_file())?;
        sinks.push(("webhook", Sink::Webhook(webhook, secret)));
    }
    if let Some(words) = &notify.exec {
        let program = Program::of(words);
        notifier.0 = Some(program.running());
        sinks.push(("exec", Sink::Program(program)));
    }
    for (name, sink) in sinks {
        let told = config.ledger.join(format!("told-{name}"));
        let telling = Telling::new(sink, config, told, Pauses::default());
        let looking = Looking::new(client(config, tokens.to_owned()), config);
        let thread = std::thread::Builder::new().name(format!("tell-{name}"));
        thread.spawn(move || telling.run(looking))?;
    }
    Ok(notifier)
}

fn client(config: &NodeConfig, tokens: PathBuf) -> Client {
    Client::new(&format!("http://{}", config.http), Access::Folder(tokens))
        .of(Some(config.council), Some(config.member.clone()))
}

#[cfg(test)]
mod tests;
