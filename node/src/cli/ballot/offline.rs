//! A ballot on its way between machines: prepared at a node, signed away from it, submitted.

use std::path::{Path, PathBuf};

use clap::Args;
use nemcon_ledger::record::genesis::verify_founding;
use nemcon_ledger::record::signers::{self, Part};
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{Body, Genesis, Statement};
use serde_json::json;

use crate::cli::Global;
use crate::cli::consent::Consent;
use crate::cli::failure::Failure;
use crate::cli::measure::{now, ordered, state};
use crate::cli::output::{self, Readers};
use crate::cli::screen::Screen;
use crate::cli::session::{ORDER_WAIT, Session};
use crate::keyfile::{self, KeyRole};
use crate::seats::Seats;
use crate::statements::{self, Choice, StatementError};

/// What to sign, and what it is checked against.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct SignArgs {
    /// The prepared ballot.
    file: PathBuf,
    /// The measure's record, as `nemcon measure record` writes it.
    #[arg(long, value_name = "FILE")]
    measure: PathBuf,
    /// The record of its package, if it belongs to one.
    #[arg(long, value_name = "FILE")]
    package: Option<PathBuf>,
    /// The council's genesis, which gives the officers' keys; checked against `--council`.
    #[arg(long, value_name = "FILE")]
    genesis: PathBuf,
    /// What `nemcon member list --json` printed, where officers have changed since the founding.
    #[arg(long, value_name = "FILE")]
    seats: Option<PathBuf>,
    /// The signed ballot to write.
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    consent: Consent,
}

/// Writes the text of a ballot, unsigned.
///
/// # Errors
/// [`Failure`].
pub(super) fn prepare(
    number: u64,
    choice: Choice,
    out: &Path,
    global: &Global,
    screen: Screen,
) -> Result<(), Failure> {
    let session = Session::open(global)?;
    let by = session.code().cloned().ok_or_else(|| {
        Failure::usage("whose ballot is it?").next("give `--as CODE`, the party that signs it")
    })?;
    let council = session.council()?;
    let measure = session.client().measure(number)?;
    let body = statements::ballot(Head { council, by }, &measure, choice)?;
    let text = body.render();
    output::write_new(out, text.as_bytes(), Readers::Anybody)?;
    let package =
        if measure.package.is_some() { ", and with --package that of its package" } else { "" };
    let words = format!(
        "── not signed yet ──\n{text}\nin {}\nnext: `nemcon measure record {number} -o RECORD` \
         writes what it is checked against{package}; then, where the keys are:\n  nemcon ballot sign \
         {} --measure RECORD --genesis GENESIS --council {council} --key KEY -o SIGNED",
        out.display(),
        out.display(),
    );
    screen.result(&json!({ "file": out, "text": text }), words);
    Ok(())
}

/// Signs a prepared ballot, without any node.
///
/// # Errors
/// [`Failure`] if it is not what the measure's record says, or a key is not the party's.
pub(super) fn sign(args: &SignArgs, global: &Global, screen: Screen) -> Result<(), Failure> {
    args.consent.verify_possible(screen)?;
    let council = global.council.ok_or_else(|| {
        Failure::usage("which council? A genesis cannot vouch for itself")
            .next("give `--council DIGEST`, from the founding papers")
    })?;
    if global.keys.is_empty() {
        return Err(Failure::usage("signed with which key?")
            .next("give `--key FILE`, once for each officer"));
    }
    let genesis = verify_founding(&output::read(&args.genesis)?, &council).map_err(|error| {
        Failure::refused(format_args!("{}: {error}", args.genesis.display()))
            .next("take the genesis of the council that the digest names")
    })?;
    let text = String::from_utf8_lossy(&output::read(&args.file)?).into_owned();
    let record = output::read(&args.measure)?;
    let package = args.package.as_deref().map(output::read).transpose()?;
    let (ballot, measure) = statements::verify_ballot(&text, &record, package.as_deref())?;
    if ballot.head.council != council {
        return Err(Failure::refused("the ballot is of another council than `--council` names")
            .next("prepare it at a node of this council"));
    }
    let secrets = global.keys.iter().map(|path| keyfile::load(path, KeyRole::Officer));
    let secrets = secrets.collect::<Result<Vec<_>, _>>()?;
    screen.say(format_args!(
        "{}\n── what {} signs ──\n{text}",
        measure.note.text(),
        ballot.head.by
    ));
    args.consent.ask("Sign this?")?;
    let body = Body::Ballot(ballot);
    let parts = signers(&body, &genesis, args.seats.as_deref())?;
    let statement = statements::sign(&body, &parts, &secrets, now()?.as_ms() / 1000)?;
    output::write_new(&args.out, &statement.render(), Readers::Anybody)?;
    let words = format!(
        "signed, in {}\nnext: `nemcon ballot submit {}` where a node is",
        args.out.display(),
        args.out.display()
    );
    screen.result(&json!({ "file": args.out, "text_hash": statement.text_hash }), words);
    Ok(())
}

/// Whose lines stand under `body`: the founding officers', or those of a file of seats. A file that
/// lies brings about no ballot: nodes know who signs.
fn signers(body: &Body, genesis: &Genesis, seats: Option<&Path>) -> Result<Vec<Part>, Failure> {
    let code = &body.head().by;
    let Some(path) = seats else {
        let found = genesis.signers(code);
        let (required, officers) =
            found.ok_or_else(|| StatementError::UnknownParty(code.clone()))?;
        return Ok(signers::of_officers(&genesis.origin, code, required, officers));
    };
    let seats: Seats = serde_json::from_slice(&output::read(path)?).map_err(|error| {
        Failure::usage(format_args!("{}: {error}", path.display()))
            .next("give what `nemcon member list --json` printed")
    })?;
    Ok(seats.signers(body, genesis)?)
}

/// Submits a signed ballot; no key is needed.
///
/// # Errors
/// [`Failure`] if it is none, or is refused.
pub(super) fn submit(file: &Path, global: &Global, screen: Screen) -> Result<(), Failure> {
    let refused = |why: &dyn core::fmt::Display| {
        Failure::refused(format_args!("{}: {why}", file.display()))
            .next("`nemcon ballot sign` writes a signed ballot")
    };
    let statement = Statement::parse(&output::read(file)?).map_err(|error| refused(&error))?;
    let Body::Ballot(ballot) = &statement.body else { return Err(refused(&"it is no ballot")) };
    let session = Session::open(global)?;
    let record = String::from_utf8(statement.render()).expect("a note is UTF-8");
    let answer = session.client().submit(record, ORDER_WAIT)?;
    let founding = session.founding().ok();
    let charter = founding.as_ref().map(|founding| &founding.genesis().charter);
    if let Some(failure) = Failure::of_answer(&answer, charter) {
        return Err(failure);
    }
    let number = ballot.about.measure;
    let after = session.client().measure(number)?;
    let said =
        format!("{}\nmeasure {number} is {}", ordered(&answer, Some(after.closes)), state(&after));
    screen.result(&json!({ "answer": answer, "measure": after }), said);
    Ok(())
}
