//! How a statement comes to be signed: here, once somebody has read it, or elsewhere.

use core::fmt::Write as _;
use std::path::{Path, PathBuf};

use nemcon_ledger::record::signers::{self, Part};
use nemcon_ledger::record::{Body, Entry, Genesis, Matter};
use nemcon_ledger::text::Show as _;
use serde_json::json;

use super::ahead::Ahead;
use super::consent::Consent;
use super::failure::Failure;
use super::measure::state;
use super::output;
use super::reading::{Foreseen, Reading, Subject, if_adopted};
use super::screen::Screen;
use super::session::{Party, Session};
use crate::api::{Answer, Incident, Measure};
use crate::statements::{self, name_signers, who};

/// The line of an entry that holds its seal.
const SEAL_FIELD: &str = "sealed ";

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
    /// Elsewhere: the text goes to this file.
    pub(super) fn elsewhere(file: &Path) -> Self {
        Self { prepare: Some(file.to_owned()), ..Self::default() }
    }

    /// Whether the keys are elsewhere.
    pub(super) const fn is_elsewhere(&self) -> bool {
        self.prepare.is_some()
    }

    /// Checks that somebody can be asked, before anything else is done.
    ///
    /// # Errors
    /// [`Failure`] if nobody is there and `--yes` was not given.
    pub(super) fn verify_possible(&self, screen: Screen) -> Result<(), Failure> {
        if self.is_elsewhere() {
            return Ok(());
        }
        self.consent.verify_possible(screen).map_err(|nobody| {
            nobody.next(
                "give `--yes` once it has been read; `--prepare FILE` writes its text and signs \
                 nothing",
            )
        })
    }

    /// The party that speaks, with its officers' keys if they are here.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) fn party(&self, session: &Session) -> Result<Party, Failure> {
        if self.is_elsewhere() { session.author() } else { session.party() }
    }

    /// As [`Self::party`], where keys of every use may sign.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) fn keyholder(&self, session: &Session) -> Result<Party, Failure> {
        if self.is_elsewhere() { session.author() } else { session.keyholder() }
    }

    /// Shows what is about to be signed with what it rests on and what follows from it, asks, signs and
    /// submits it. None if it was written to a file instead, which is told.
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
        // What is wrong with the command is told before what the council would say.
        self.consent.verify_text(&Subject::all_of(body))?;
        party.verify_keys(body)?;
        self.consent.obtain(&basis.reading(party, body, Err)?, screen)?;
        party.submit(&party.sign(body)?).map(Some)
    }

    /// Asks whether to sign what is shown.
    ///
    /// # Errors
    /// [`Failure`] if the answer is no.
    pub(super) fn obtain(&self, reading: &Reading, screen: Screen) -> Result<(), Failure> {
        self.consent.obtain(reading, screen)
    }
}

/// What a statement rests on: shown before it is signed.
#[derive(Clone, Debug, Default)]
pub(super) struct Basis {
    /// How things stand, in a line each.
    about: Vec<String>,
    /// The texts that it is about.
    texts: Vec<(String, String)>,
    /// What the measures that it is about would change in the council.
    matters: Vec<Matter>,
}

impl Basis {
    /// A measure as the node shows it.
    ///
    /// # Errors
    /// [`Failure`] if its text is not the one that the node names.
    pub(super) fn measure(measure: &Measure) -> Result<Self, Failure> {
        let (said, revision) = statements::read(measure)?;
        let number = measure.number;
        Ok(Self {
            about: vec![format!("measure {number} is {}", state(measure))],
            texts: vec![(format!("measure {number} REV {revision}"), measure.text.clone())],
            matters: vec![said.matter],
        })
    }

    /// An incident as the node shows it.
    pub(super) fn incident(incident: &Incident) -> Self {
        let title = format!("incident {}", incident.number);
        Self {
            about: vec![format!("“{}”", incident.title)],
            texts: vec![(title, incident.text.clone())],
            matters: Vec::new(),
        }
    }

    /// The same with another one's.
    #[must_use]
    pub(super) fn and(mut self, other: Self) -> Self {
        self.about.extend(other.about);
        self.texts.extend(other.texts);
        self.matters.extend(other.matters);
        self
    }

    /// The same with one more thing to know.
    #[must_use]
    pub(super) fn noting(mut self, line: impl Into<String>) -> Self {
        self.about.push(line.into());
        self
    }

    /// What is read before `body` is signed; `refused` says what it means that it would be refused.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) fn reading(
        self,
        party: &Party,
        body: &Body,
        refused: impl FnOnce(Failure) -> Result<Vec<String>, Failure>,
    ) -> Result<Reading, Failure> {
        let mut reading = Reading::of(body, party.names());
        reading.about.extend(self.about);
        reading.texts.splice(..0, self.texts);
        let matters = self.matters.iter().chain(own_matter(body));
        reading.by_text = matters.filter_map(if_adopted).collect();
        if let Body::Entry(entry) = body {
            return Ok(unsealed(reading, entry));
        }
        let charter = &party.genesis.charter;
        reading.foreseen = match Ahead::of(&party.client, charter, core::slice::from_ref(body))? {
            Ahead::Follows(all) => Foreseen::told(&party.client, body, &all),
            Ahead::Refused { why, .. } => {
                Foreseen::Told { by: party.client.whose(), sentences: refused(why)? }
            }
        };
        Ok(reading)
    }
}

/// The reading of an entry, which holds a seal: the seal leaves, to a node or to a screen, once the
/// answer is yes. So no node looks ahead, and what follows is said here.
fn unsealed(mut reading: Reading, entry: &Entry) -> Reading {
    reading.foreseen = Foreseen::Unasked;
    reading
        .by_text
        .push(format!("{} takes its seat in the council when it is its turn", entry.head.by));
    for (title, text) in &mut reading.texts {
        title.push_str(", without its seal");
        let lines = text.lines().filter(|line| !line.starts_with(SEAL_FIELD));
        *text = lines.flat_map(|line| [line, "\n"]).collect();
    }
    reading
}

/// What a text that is tabled would change in the council.
const fn own_matter(body: &Body) -> Option<&Matter> {
    match body {
        Body::Measure(said) => Some(&said.matter),
        Body::Revision(said) => Some(&said.measure.matter),
        _ => None,
    }
}

/// Writes the text, unsigned, and says who signs it and how.
fn write(
    file: &Path,
    party: &Party,
    body: &Body,
    reading: &Reading,
    screen: Screen,
) -> Result<(), Failure> {
    let signers = party.seats.signers(body, &party.genesis)?;
    let (text, own) = (body.render(), Subject::own(body));
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

/// What leads from the text to the ledger.
fn next_steps(file: &Path, genesis: &Genesis, body: &Body, signers: &[Part]) -> String {
    // The option, and what writes the file that it names.
    let mut brought = Vec::new();
    if let Some(about) = body.about() {
        let record = format!("nemcon measure record {}", about.measure);
        brought.push(("--measure RECORD", format!("{record} -o RECORD")));
        if about.package.is_some() {
            brought.push(("--package PACKAGE", format!("{record} --package -o PACKAGE")));
        }
    }
    if signers::of_founding(body, genesis).as_deref() != Some(signers) {
        brought.push(("--seats SEATS", "nemcon member list --json > SEATS".to_owned()));
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
    let (file, council) = (file.shown(), body.head().council);
    let _ = write!(
        words,
        "next, where the keys are:\n  nemcon statement sign {file} --key KEY -o SIGNED --genesis \
         GENESIS{options} --council {council}"
    );
    words
}

#[cfg(test)]
mod tests {
    use nemcon_crypto::{SecretKey, TreeSize, hash};
    use nemcon_ledger::Chain;
    use nemcon_ledger::record::{Boundary, Position};

    use super::*;
    use crate::client::{Access, Client};
    use crate::founding::PlannedMember;
    use crate::seats::{self, AdmittedSeat, Seat, Seats};
    use crate::statements::tests::{genesis, head, shown};

    /// Belgium, at a node that does not answer.
    fn alone() -> Party {
        let (client, genesis) = (Client::new("http://127.0.0.1:1", Access::None), genesis());
        let seats = Seats::of(&Chain::found(genesis.clone()), |_| None);
        Party::keyless(client, head(&genesis, "BE"), genesis, seats)
    }

    fn entry(party: &Party) -> Body {
        let member = PlannedMember::of(&party.genesis.roster.members[0]);
        let admitted = AdmittedSeat {
            measure: 1,
            text: hash::sha256(b"the measure that admits it"),
            seat: Seat {
                member,
                frozen_since: None,
                is_departing: false,
                last_own: None,
                last_keys: None,
            },
        };
        let boundary = Boundary { size: TreeSize(7), root: hash::sha256(b"root") };
        let (log, seal) = (party.genesis.checkpoint_origin(), SecretKey::from_seed(&[7; 32]));
        seats::entry(party.head.clone(), &admitted, boundary, &log, &seal, 1).unwrap()
    }

    #[test]
    fn no_node_and_no_screen_gets_a_seal_before_the_answer() {
        let party = alone();
        let body = entry(&party);
        let Body::Entry(said) = &body else { panic!("an entry") };
        let reading = Basis::default().reading(&party, &body, Err).unwrap().to_string();
        assert!(
            reading.contains("\nadmitted-by 1 ") && reading.contains("\ncheckpoint 7 "),
            "{reading}"
        );
        assert!(!reading.contains(&said.sealed.to_string()), "{reading}");
        assert!(reading.contains("takes its seat in the council when it is its turn"), "{reading}");
        // Of anything else the node is asked, and this one does not answer.
        let ballot = statements::ballot(
            party.head.clone(),
            &shown(&party.genesis),
            Position::Against.into(),
        );
        assert!(Basis::default().reading(&party, &ballot.unwrap(), Err).is_err());
    }
}
