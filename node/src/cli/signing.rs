//! How a command's statement is signed: on this machine after a person has read it, or on another
//! machine, to which its text goes as a file.

use core::fmt::Write as _;
use std::path::{Path, PathBuf};

use nemcon_client::api::Answer;
use nemcon_client::failure::Failure;
use nemcon_client::reading::{Basis, Reading, Subject};
use nemcon_client::session::{Party, Session};
use nemcon_client::statements::{self, name_signers, who};
use nemcon_ledger::record::signers::{self, Part};
use nemcon_ledger::record::{Body, Genesis};
use nemcon_ledger::text::Show as _;
use serde_json::json;

use super::consent::{Consent, WHAT_IT_TAKES};
use super::handing::hand_in_for;
use nemcon_audit::Screen;
use nemcon_audit::output;

/// Whether the keys are here.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Signing {
    #[command(flatten)]
    consent: Consent,
    /// Sign and send nothing: write the text to FILE, for `nemcon statement sign` where the keys are.
    #[arg(long, value_name = "FILE", conflicts_with = "yes")]
    prepare: Option<PathBuf>,
}

impl Signing {
    /// The statement is signed elsewhere: its text is written to this file.
    pub(super) fn elsewhere(file: &Path) -> Self {
        Self { prepare: Some(file.to_owned()), ..Self::default() }
    }

    /// Whether the statement is signed elsewhere.
    pub(super) const fn is_elsewhere(&self) -> bool {
        self.prepare.is_some()
    }

    /// Whether the statement is signed without a question.
    pub(super) const fn is_unasked(&self) -> bool {
        self.consent.is_unasked()
    }

    /// Checks that a person can be asked, before the command does anything else.
    ///
    /// # Errors
    /// [`Failure`] if no person can be asked and `--yes` was not given.
    pub(super) fn verify_possible(&self, screen: Screen) -> Result<(), Failure> {
        if self.is_elsewhere() {
            return Ok(());
        }
        self.consent.verify_possible(screen).map_err(|nobody| {
            nobody.next(format_args!(
                "{WHAT_IT_TAKES}. `--prepare FILE` writes its text and signs nothing"
            ))
        })
    }

    /// The party, with its officer keys unless the statement is signed elsewhere.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) fn party(&self, session: &Session) -> Result<Party, Failure> {
        if self.is_elsewhere() {
            return session.author();
        }
        session.client().verify_takes_statements()?;
        session.party()
    }

    /// Like [`Self::party`], with keys of every use.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) fn keyholder(&self, session: &Session) -> Result<Party, Failure> {
        if self.is_elsewhere() {
            return session.author();
        }
        session.client().verify_takes_statements()?;
        session.keyholder()
    }

    /// Shows the statement with its basis and its consequences, asks, signs and submits it. `None`
    /// if the text was written to a file instead, which is then printed.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) fn submit(
        &self,
        party: &Party,
        body: &Body,
        basis: Basis,
        screen: Screen,
    ) -> Result<Option<Answer>, Failure> {
        if let Some(file) = &self.prepare {
            let refusal = |refused: Failure| {
                vec![format!("as things stand it would be REFUSED: {}", refused.message())]
            };
            let reading = basis.reading(party, body, |refused| Ok(refusal(refused)))?;
            self.consent.verify_text(&reading.subjects)?;
            write(file, party, body, &reading, screen)?;
            return Ok(None);
        }
        // An error in the command's options is reported before the council's refusal.
        self.consent.verify_text(&Subject::all_of(body))?;
        party.verify_keys(body)?;
        self.consent.opening.verify_possible(party.keys(), screen)?;
        let party = self.obtain_on(party, body, basis, screen)?;
        hand_in_for(&party, &party.sign(body)?).map(Some)
    }

    /// Shows the statement, asks, and returns the party with its keys opened. If the basis has moved
    /// while the person was reading, or was typing a passphrase, shows the new basis and asks again.
    fn obtain_on(
        &self,
        party: &Party,
        body: &Body,
        mut basis: Basis,
        screen: Screen,
    ) -> Result<Party, Failure> {
        let mut reading = basis.reading(party, body, Err)?;
        let mut opened = None;
        loop {
            self.consent.obtain(&reading, screen)?;
            let ready = match opened.take() {
                Some(ready) => ready,
                None => self.opened(party, screen)?,
            };
            // Without a question no time has passed. For an entry, no node may be asked before the
            // entry is submitted.
            if self.is_unasked() || matches!(body, Body::Entry(_)) {
                return Ok(ready);
            }
            let moved = basis.moved_since(&party.client)?;
            let is_moved = moved.is_some();
            basis = moved.unwrap_or(basis);
            let mut now = basis.reading(party, body, Err)?;
            if now.foreseen.words() == reading.foreseen.words() && !is_moved {
                return Ok(ready);
            }
            opened = Some(ready);
            if !is_moved {
                now.about.insert(0, "SINCE THIS WAS SHOWN other things follow from it".to_owned());
            }
            reading = now;
        }
    }

    /// Checks that the party's keys can be opened, before a person reads anything.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) fn verify_opening(&self, party: &Party, screen: Screen) -> Result<(), Failure> {
        self.consent.opening.verify_possible(party.keys(), screen)
    }

    /// The party with its keys opened, once the person has agreed.
    ///
    /// # Errors
    /// [`Failure`] if a key does not open.
    pub(super) fn opened(&self, party: &Party, screen: Screen) -> Result<Party, Failure> {
        self.consent.opening.party(party, screen)
    }

    /// Asks whether to sign what is shown.
    ///
    /// # Errors
    /// [`Failure`] if the answer is no.
    pub(super) fn obtain(&self, reading: &Reading, screen: Screen) -> Result<(), Failure> {
        self.consent.obtain(reading, screen)
    }
}

/// Writes the unsigned text to the file and prints who must sign it and how.
fn write(
    file: &Path,
    party: &Party,
    body: &Body,
    reading: &Reading,
    screen: Screen,
) -> Result<(), Failure> {
    let signers = party.seats.signers(body, &party.genesis)?;
    let text = body.render();
    let own = Subject::own(body);
    output::write_new(file, text.as_bytes())?;
    let names = name_signers(&party.genesis, &signers);
    let words = format!(
        "{reading}\nnot signed yet, and nothing was sent\nin {}\ntext hash {}\nsigned by {}\n{}",
        file.shown(),
        own.whole(),
        who(&names),
        next_steps(file, &party.genesis, body, &signers),
    );
    let told = reading.foreseen.words();
    let follows: Vec<_> =
        told.map_or(&[][..], |(_, told)| told).iter().chain(&reading.by_text).collect();
    let value = json!({
        "file": file.to_string_lossy(), "text": text, "text_hash": own.whole(), "signers": names,
        "what": reading.what, "told_by": told.map(|(by, _)| by), "follows": follows,
    });
    screen.result(&value, words)
}

/// The commands that lead from the text to the ledger.
fn next_steps(file: &Path, genesis: &Genesis, body: &Body, signers: &[Part]) -> String {
    // The options of the signing command, and the commands that write the files they name.
    let mut brought = Vec::new();
    let subjects = statements::subjects(body);
    for (at, subject) in (1..).zip(&subjects) {
        let file = if subjects.len() > 1 { format!("RECORD-{at}") } else { "RECORD".to_owned() };
        let option = subject.what.option();
        let record = subject.what.recorded_by();
        brought.push((format!("{option} {file}"), format!("{record} -o {file}")));
        if subject.package.is_some() {
            let written = format!("{record} --package -o PACKAGE");
            brought.push(("--package PACKAGE".to_owned(), written));
        }
    }
    if signers::of_founding(body, genesis).as_deref() != Some(signers) {
        brought.push(("--seats SEATS".to_owned(), "nemcon member list --json > SEATS".to_owned()));
    }
    let mut words = String::new();
    if !brought.is_empty() {
        words.push_str("next, here, what it is checked against:\n");
    }
    let mut options = String::new();
    for (option, command) in &brought {
        let _ = writeln!(words, "  {command}");
        let _ = write!(options, " {option}");
    }
    let file = file.shown();
    let council = body.head().council;
    let _ = write!(
        words,
        "next, where the keys are:\n  nemcon statement sign {file} --key KEY -o SIGNED --genesis \
         GENESIS{options} --council {council}"
    );
    words
}
