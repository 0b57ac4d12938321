//! `nemcon ballot`: a member's position, read before it is signed.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use nemcon_crypto::{Digest, hash};
use nemcon_ledger::council::{Obstacle, Standing, join};
use nemcon_ledger::record::{Body, Position};
use serde_json::json;

use super::Global;
use super::failure::Failure;
use super::measure::{ordered, state};
use super::screen::Screen;
use super::session::{Party, Session};
use crate::api::{Answer, Measure};
use crate::statements;

/// Casts ballots.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum BallotCommand {
    /// Sign a position on a measure and have it ordered; a later ballot replaces it while the
    /// measure is open.
    Cast {
        /// The measure's number.
        number: u64,
        /// in-favour, abstain, abstain-qualified, against or retracted.
        position: Position,
        /// The formal declaration that goes with abstain-qualified; its digest enters the ledger.
        #[arg(long, value_name = "FILE")]
        declaration: Option<PathBuf>,
        /// Sign without being asked.
        #[arg(long)]
        yes: bool,
    },
}

/// Runs it.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &BallotCommand, global: &Global, screen: Screen) -> Result<(), Failure> {
    let BallotCommand::Cast { number, position, declaration, yes } = command;
    if !yes && (screen.is_json() || !io::stdin().is_terminal()) {
        return Err(Failure::usage("nobody is there to be asked before signing")
            .next("read `nemcon measure show`, then give `--yes`"));
    }
    let declaration = declaration.as_deref().map(digest_of).transpose()?;
    let party = Session::open(global)?.party()?;
    let measure = party.client.measure(*number)?;
    let body = build(&party, &measure, *position, declaration)?;
    screen.say(format_args!(
        "{}\n── what {} signs ──\n{}",
        measure.text,
        party.head.by,
        body.render()
    ));
    if let Some(words) = if_last(&party, &measure, *position) {
        screen.say(format_args!("{words}\n"));
    }
    if !yes && !is_confirmed() {
        return Err(Failure::refused("not signed: nothing was sent"));
    }
    let answer = submit(&party, &body)?;
    let after = party.client.measure(*number)?;
    let said = format!(
        "{}\nmeasure {number} is {}",
        ordered(&answer, Some(measure.closes)),
        state(&after)
    );
    screen.result(&json!({ "answer": answer, "measure": after }), said);
    Ok(())
}

/// Builds, signs and submits a ballot; what became of it.
///
/// # Errors
/// [`Failure`].
pub fn cast(
    party: &Party,
    number: u64,
    position: Position,
    declaration: Option<Digest>,
) -> Result<Answer, Failure> {
    let measure = party.client.measure(number)?;
    submit(party, &build(party, &measure, position, declaration)?)
}

/// A ballot on what the node shows, whose text has been checked.
fn build(
    party: &Party,
    measure: &Measure,
    position: Position,
    declaration: Option<Digest>,
) -> Result<Body, Failure> {
    Ok(statements::ballot(party.head.clone(), measure, position, declaration)?)
}

fn submit(party: &Party, body: &Body) -> Result<Answer, Failure> {
    party.submit(&party.sign(body)?)
}

fn digest_of(path: &Path) -> Result<Digest, Failure> {
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::usage(format_args!("{}: {error}", path.display())))?;
    Ok(hash::sha256(&bytes))
}

/// What the last ballot brings about.
fn if_last(party: &Party, measure: &Measure, position: Position) -> Option<String> {
    let code = &party.head.by;
    let is_last = measure.missing == [code.clone()]
        || measure.missing.is_empty() && measure.status == "blocked";
    if !is_last {
        return None;
    }
    match statements::standing_after(measure, &party.genesis, code, position)? {
        Standing::Adoptable => Some("You are the last: this adopts it.".to_owned()),
        Standing::Waiting => None,
        Standing::Blocked(obstacle) => Some(format!(
            "You are the last: all ballots are in then, and it stays blocked ({}) until a ballot \
             is replaced or balloting ends.",
            match obstacle {
                Obstacle::Against(codes) => format!("against: {}", join(&codes)),
                Obstacle::Qualified => "qualified abstentions".to_owned(),
                Obstacle::NobodyInFavour => "nobody is in favour".to_owned(),
            }
        )),
    }
}

fn is_confirmed() -> bool {
    let mut stdout = io::stdout().lock();
    let asked = write!(stdout, "Sign this and send it? [y/N] ").and_then(|()| stdout.flush());
    let mut answer = String::new();
    asked.and_then(|()| io::stdin().lock().read_line(&mut answer)).is_ok()
        && matches!(answer.trim(), "y" | "Y" | "yes")
}
