//! Nothing is signed unread: the text is shown, and somebody says yes.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use super::failure::Failure;
use super::screen::Screen;

/// Whether to sign without being asked.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(super) struct Consent {
    /// Sign without being asked.
    #[arg(long)]
    yes: bool,
}

impl Consent {
    /// Checks that somebody can be asked, before anything else is done.
    ///
    /// # Errors
    /// [`Failure`] if nobody is there and `--yes` was not given.
    pub(super) fn verify_possible(self, screen: Screen) -> Result<(), Failure> {
        if self.yes || (!screen.is_json() && io::stdin().is_terminal()) {
            return Ok(());
        }
        Err(Failure::usage("nobody is there to be asked before signing")
            .next("give `--yes` once it has been read"))
    }

    /// Asks.
    ///
    /// # Errors
    /// [`Failure`] if the answer is no.
    pub(super) fn ask(self, question: &str) -> Result<(), Failure> {
        if self.yes || is_confirmed(question) {
            return Ok(());
        }
        Err(Failure::refused("not signed: nothing was sent, nothing has changed")
            .next("give the command again when it shall be signed"))
    }
}

fn is_confirmed(question: &str) -> bool {
    let mut stdout = io::stdout().lock();
    let asked = write!(stdout, "{question} [y/N] ").and_then(|()| stdout.flush());
    let mut answer = String::new();
    let read = asked.and_then(|()| io::stdin().lock().read_line(&mut answer));
    if !answer.ends_with('\n') {
        // Nobody has ended the line: what follows stands on its own.
        let _ = writeln!(stdout);
    }
    read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}
