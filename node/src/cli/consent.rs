//! Consent before a signature: the text is shown on a terminal and a person answers yes, or the options
//! `--yes --text` name the text that was read.
//!
//! What it guarantees: a command that asks here signs nothing without one of the two.

use std::io;

use nemcon_client::failure::Failure;
use nemcon_client::reading::{Reading, Subject};
use nemcon_crypto::Digest;

use super::passphrases::Opening;
use super::terminal::{Terminal, fold, width_of};
use nemcon_audit::Screen;

/// What a person must give to sign without a question.
pub(super) const WHAT_IT_TAKES: &str = "read it, then give `--yes --text HASH`: `nemcon measure show N` and `nemcon incident show N` give the \
     text hash (with `--json` the field `text_hash`; of a measure in a package that of `package`). What is \
     about no measure and no incident takes `--yes` alone";

/// Whether to sign without being asked, and what was read.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Consent {
    /// Sign without being asked. Where the statement is about a measure, an incident or a package, or
    /// where it comes out of a file, it wants `--text`.
    #[arg(long)]
    yes: bool,
    /// The hash of the text that was read: of the measure or incident that the statement is about; of
    /// its package, where a measure is bound into one; of the statement itself, where it comes out of a
    /// file. Nothing is signed on any other text.
    #[arg(long, value_name = "HASH")]
    text: Vec<Digest>,
    #[command(flatten)]
    pub(super) opening: Opening,
}

impl Consent {
    /// Whether the command signs without a question.
    pub(super) const fn is_unasked(&self) -> bool {
        self.yes
    }

    /// Checks that a person can be asked, before the command does anything else.
    ///
    /// # Errors
    /// [`Failure`] if no person can be asked and `--yes` was not given.
    pub(super) fn verify_possible(&self, screen: Screen) -> Result<(), Failure> {
        if self.yes || (!screen.is_json() && Terminal::open().is_some()) {
            return Ok(());
        }
        let why = if screen.is_json() {
            "`--json` prints for a program and asks nobody: without `--yes` it signs nothing"
        } else {
            "nobody is there to be asked before signing"
        };
        Err(Failure::usage(why).next(WHAT_IT_TAKES))
    }

    /// Checks that the text that `--text` names is one that the statement is about.
    ///
    /// # Errors
    /// [`Failure`] if `--text` names another text, or names none where `--yes` was given.
    pub(super) fn verify_text(&self, subjects: &[Subject]) -> Result<(), Failure> {
        let knows = |text: &Digest| self.text.contains(text);
        if let Some(unknown) = self.text.iter().find(|text| !subjects.iter().any(|it| it.is(text)))
        {
            return Err(other_text(unknown, subjects));
        }
        match subjects.iter().find(|subject| !knows(subject.whole())) {
            None => Ok(()),
            Some(_) if self.text.is_empty() && !self.yes => Ok(()),
            Some(unread) => Err(unnamed(unread, !self.text.is_empty())),
        }
    }

    /// Shows what is to be signed, and asks.
    ///
    /// # Errors
    /// [`Failure`] if the text cannot be shown, or the answer is no. Then nothing may be signed.
    pub(super) fn obtain(&self, reading: &Reading, screen: Screen) -> Result<(), Failure> {
        self.verify_text(&reading.subjects)?;
        if self.yes {
            let words = reading.to_string();
            return screen.say(match width_of(io::stdout()) {
                Some(width) => fold(&words, width),
                None => words,
            });
        }
        let unseen = |error: io::Error| {
            Failure::usage(format_args!("not signed: the terminal cannot be written: {error}"))
                .next("give the command again at a terminal")
        };
        let nobody = || Failure::usage("not signed: no terminal shows what would be signed");
        let mut terminal = Terminal::open().ok_or_else(nobody)?;
        terminal.show(&reading.to_string()).map_err(unseen)?;
        if terminal.ask(&reading.question()).map_err(unseen)? {
            return Ok(());
        }
        Err(Failure::refused("not signed: nothing was sent, nothing has changed")
            .next("give the command again when it shall be signed"))
    }
}

fn other_text(named: &Digest, subjects: &[Subject]) -> Failure {
    let Some(first) = subjects.first() else {
        return Failure::usage(format_args!(
            "`--text {named}`: this statement is about no text that is there already"
        ))
        .next("leave `--text` out");
    };
    let stands: Vec<_> = subjects.iter().map(Subject::to_string).collect();
    Failure::refused(format_args!(
        "not signed: `--text {named}` is not what it would be about: {}",
        stands.join(", ")
    ))
    .next(format_args!("read it as it stands: {}", first.shown_by()))
}

/// The failure of signing without a question if `--text` does not name this text.
fn unnamed(unread: &Subject, is_another_named: bool) -> Failure {
    let shown_by = unread.shown_by();
    if is_another_named {
        return Failure::refused(format_args!(
            "not signed: `--text` does not name all that it would be about: {unread}"
        ))
        .next(format_args!("read it: {shown_by}, then give its hash with `--text` too"));
    }
    Failure::usage(format_args!("`--yes` signs without a question: which text was read?")).next(
        format_args!(
            "read it: {shown_by}, then give `--text HASH`, the whole text hash that stands there"
        ),
    )
}
