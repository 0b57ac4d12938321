//! A statement out of a file, checked against the council, the records that it is about and the keys that sign it.

use std::path::{Path, PathBuf};

use clap::Args;
use nemcon_client::failure::Failure;
use nemcon_client::party_names::Names;
use nemcon_client::reading::{Reading, Subject, council_change_of, if_adopted};
use nemcon_client::seats::Seats;
use nemcon_client::statements::{self, Named, PartiallySigned, StatementError, who};
use nemcon_crypto::Digest;
use nemcon_ledger::record::genesis::verify_founding;
use nemcon_ledger::record::signers::{self, Part};
use nemcon_ledger::record::{Body, Genesis, Statement};
use nemcon_ledger::text::Show as _;
use serde_json::json;

use nemcon_audit::{Screen, output};

/// A statement, and what it is checked against.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct CheckedArgs {
    /// The statement: its text, or the text with the lines of those who have signed.
    pub(super) file: PathBuf,
    /// The record of the measure that it is about, as `nemcon measure record` writes it; for a package
    /// once for each.
    #[arg(long, value_name = "FILE")]
    measure: Vec<PathBuf>,
    /// The record of the incident that it is about, as `nemcon incident record` writes it.
    #[arg(long, value_name = "FILE")]
    incident: Option<PathBuf>,
    /// The record of that measure's package, if it belongs to one.
    #[arg(long, value_name = "FILE")]
    package: Option<PathBuf>,
    /// The council's genesis, which gives the keys that sign; checked against `--council`.
    #[arg(long, value_name = "FILE")]
    genesis: PathBuf,
    /// What `nemcon member list --json` printed, where keys have changed since the founding.
    #[arg(long, value_name = "FILE")]
    seats: Option<PathBuf>,
}

/// The statements that a command accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Taken {
    /// Statements of every kind.
    Any,
    /// Ballots only.
    Ballots,
}

/// A partially signed statement that may be signed: it is of this council, agrees with the records of
/// the texts that it is about, and its signatures are over its text.
pub(super) struct Checked {
    pub(super) genesis: Genesis,
    pub(super) partial: PartiallySigned,
    pub(super) parts: Vec<Part>,
    /// The records of the texts that the statement is about.
    records: Vec<Statement>,
}

impl Checked {
    /// What a person reads before the statement is signed.
    pub(super) fn reading(&self) -> Reading {
        let body = self.partial.body();
        let mut reading = Reading::of(body, Names { genesis: &self.genesis, seats: None });
        // Without a node, only the file says which act of which party this is; so the person confirms
        // its own text.
        let own = Subject::own(body);
        reading.about.push(format!("text hash {}", own.whole()));
        reading.subjects = vec![own];
        rest_on(&mut reading, body, &self.records);
        reading
    }

    /// Writes the statement with the lines that it has, and says who has just signed and who must still.
    pub(super) fn write(&self, out: &Path, names: &[&str], screen: Screen) -> Result<(), Failure> {
        output::write_new(out, &self.partial.render(&self.parts)?)?;
        let lacking = self.partial.lacking(&self.genesis, &self.parts);
        let shown = out.shown();
        let next = if lacking.is_empty() {
            format!("all have signed\nnext: `nemcon statement submit {shown}` where a node is")
        } else {
            format!(
                "must sign still: {}\nnext: `nemcon statement sign {shown}` where that key is, with a new \
                 `-o`",
                who(&lacking)
            )
        };
        let value = json!({ "file": out.to_string_lossy(), "signed": names, "lacking": lacking });
        screen.result(&value, format_args!("signed, in {shown}\n{next}"))
    }
}

/// Adds the texts that the statement is about, and what they would change in the council.
fn rest_on(reading: &mut Reading, body: &Body, records: &[Statement]) {
    let subjects = statements::subjects(body);
    let mut texts = Vec::new();
    for (at, record) in records.iter().enumerate() {
        let subject = subjects.get(at).map(|subject| subject.what);
        let title = subject.map_or("its package".to_owned(), |what| what.to_string());
        texts.push((format!("what it is about: {title}"), record.note.text().to_owned()));
        let number = match subject {
            Some(Named::Measure { number, .. }) => Some(number),
            Some(Named::Incident { .. }) | None => None,
        };
        let council_change = council_change_of(&record.body);
        reading
            .by_text
            .extend(council_change.and_then(|council_change| if_adopted(number, council_change)));
    }
    reading.texts.splice(..0, texts);
}

impl Checked {
    /// Reads and checks the statement.
    ///
    /// # Errors
    /// [`Failure`] if the text disagrees with the records, or a signature is over another text.
    pub(super) fn of(
        args: &CheckedArgs,
        taken: Taken,
        council: Option<Digest>,
    ) -> Result<Self, Failure> {
        let council = council.ok_or_else(|| {
            Failure::usage("which council? A genesis cannot vouch for itself")
                .next("give `--council DIGEST`, from the founding papers")
        })?;
        let genesis =
            verify_founding(&output::read(&args.genesis)?, &council).map_err(|error| {
                Failure::refused(format_args!("{}: {error}", args.genesis.shown()))
                    .next("take the genesis of the council that the digest names")
            })?;
        let partial = read(&args.file, taken)?;
        if partial.body().head().council != council {
            return Err(Failure::refused("it is of another council than `--council` names")
                .next("prepare it at a node of this council"));
        }
        let records = args.measure.iter().chain(&args.incident).map(|path| output::read(path));
        let records = records.collect::<Result<Vec<_>, _>>()?;
        let package = args.package.as_deref().map(output::read).transpose()?;
        let records = statements::verify_about(partial.body(), &records, package.as_deref())?;
        let parts = signers(partial.body(), &genesis, args.seats.as_deref())?;
        partial.verify(&parts)?;
        Ok(Self { genesis, partial, parts, records })
    }
}

pub(super) fn read(path: &Path, taken: Taken) -> Result<PartiallySigned, Failure> {
    let refused = |why: &dyn core::fmt::Display| {
        Failure::refused(format_args!("{}: {why}", path.shown()))
            .next("`--prepare FILE` of the command that says it writes its text")
    };
    let partial = PartiallySigned::parse(&output::read(path)?).map_err(|error| refused(&error))?;
    if taken == Taken::Ballots && !matches!(partial.body(), Body::Ballot(_)) {
        return Err(refused(&"it is no ballot; `nemcon statement` takes every kind"));
    }
    Ok(partial)
}

/// The keys that must sign `body`: those of the genesis, or those of a file of seats. A false file
/// of seats does no harm, because every node checks who must sign.
fn signers(body: &Body, genesis: &Genesis, seats: Option<&Path>) -> Result<Vec<Part>, Failure> {
    let Some(path) = seats else {
        let unknown = || StatementError::UnknownParty(body.head().by.clone());
        return Ok(signers::of_founding(body, genesis).ok_or_else(unknown)?);
    };
    let seats: Seats = serde_json::from_slice(&output::read(path)?).map_err(|error| {
        Failure::usage(format_args!("{}: {error}", path.shown()))
            .next("give what `nemcon member list --json` printed")
    })?;
    Ok(seats.signers(body, genesis)?)
}
