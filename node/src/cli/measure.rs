//! `nemcon measure`: tabling, reading, changing and ending measures.

use core::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Subcommand;
use nemcon_crypto::Digest;
use nemcon_ledger::Time;
use nemcon_ledger::council::join;
use nemcon_ledger::text::{Label, Line};
use serde_json::json;

mod acts;
mod diff;
mod show;

pub use acts::{package, revision};
pub(super) use diff::statement_at;
pub(super) use show::{reserved, shared, superseded};

use super::Global;
use super::consent::Consent;
use super::failure::Failure;
use super::screen::{Screen, span, time_of_day};
use super::session::{Party, Session};
use crate::api::{Answer, Incident, Measure};
use crate::client::Client;
use crate::draft::{Draft, Texts};
use crate::statements;

/// Tables measures, reads, changes and ends them.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum MeasureCommand {
    /// Propose a measure that a file describes: shows the text, signs and submits it at once.
    Table {
        /// The measure (TOML): title, kind, basis, summary, `closes_in`, and so on.
        file: PathBuf,
    },
    /// List the measures.
    List,
    /// Show all that stands about a measure: text, rule, ballots, mandates, reservations, history.
    Show {
        /// Its number.
        number: u64,
    },
    /// Show what a revision changed, line by line.
    Diff {
        /// Its number.
        number: u64,
        /// The revision to start from; by default the one before.
        #[arg(long, value_name = "REV")]
        from: Option<u32>,
        /// The revision to compare it with; by default the one that stands.
        #[arg(long, value_name = "REV")]
        to: Option<u32>,
    },
    /// Write the record of a measure's text as it stands, for signing offline.
    Record {
        /// Its number.
        number: u64,
        /// The file to write.
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
        /// The record of the package that it belongs to, instead of its own.
        #[arg(long)]
        package: bool,
    },
    /// Replace the text of a measure of your own; what was signed on the old text is void.
    Revise {
        /// Its number.
        number: u64,
        /// The measure as it shall read (TOML).
        file: PathBuf,
        #[command(flatten)]
        consent: Consent,
    },
    /// Have measures of your own adopted together or not at all, before anyone has spoken on them.
    Package {
        /// Their numbers.
        #[arg(num_args = 2.., required = true)]
        numbers: Vec<u64>,
        #[command(flatten)]
        consent: Consent,
    },
    /// Put the deadline off; ballots stand.
    Extend {
        /// Its number.
        number: u64,
        #[command(flatten)]
        deadline: acts::NewDeadline,
        #[command(flatten)]
        consent: Consent,
    },
    /// Attest something about a measure, in one of the charter's words.
    Attest {
        /// Its number.
        number: u64,
        /// What: `published`; `nemcon charter show` lists the words.
        word: Label,
        /// Where it can be found.
        #[arg(long, value_name = "TEXT")]
        reference: Option<Line>,
        #[command(flatten)]
        consent: Consent,
    },
    /// End balloting before the deadline.
    Close {
        /// Its number.
        number: u64,
    },
    /// Take back a measure of your own.
    Withdraw {
        /// Its number.
        number: u64,
        /// Why.
        #[arg(long)]
        reason: Option<Line>,
    },
}

/// Runs it.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(
    command: &MeasureCommand,
    global: &Global,
    screen: Screen,
) -> Result<(), Failure> {
    let session = Session::open(global)?;
    match command {
        MeasureCommand::Table { file } => {
            let folder = file.parent().unwrap_or(Path::new("."));
            let (text, answer) = table(&session.party()?, Draft::load(file)?, folder)?;
            screen.say(&text);
            let tabled = number_of(&session, &answer)?;
            let said = match tabled {
                Some(number) => format!("measure {number} is tabled: {}", ordered(&answer, None)),
                None => ordered(&answer, None),
            };
            screen.result(&json!({ "measure": tabled, "answer": answer }), said);
        }
        MeasureCommand::List => list(&session, screen)?,
        MeasureCommand::Show { number } => {
            let shown = show::Shown::fetch(&session, *number)?;
            screen.result(&shown, &shown);
        }
        MeasureCommand::Diff { number, from, to } => {
            diff::run(session.client(), *number, (*from, *to), screen)?;
        }
        MeasureCommand::Record { number, out, package } => {
            diff::write_record(session.client(), *number, out, *package, screen)?;
        }
        MeasureCommand::Revise { number, file, consent } => {
            acts::revise((*number, file), *consent, global, screen)?;
        }
        MeasureCommand::Package { numbers, consent } => {
            acts::bind(numbers, *consent, global, screen)?;
        }
        MeasureCommand::Extend { number, deadline, consent } => {
            acts::extend(*number, deadline, *consent, global, screen)?;
        }
        MeasureCommand::Attest { number, word, reference, consent } => {
            acts::attest((*number, word, reference.as_ref()), *consent, global, screen)?;
        }
        MeasureCommand::Close { number } => {
            let answer = close(&session.party()?, *number)?;
            let measure = session.client().measure(*number)?;
            let said =
                format!("{}\nmeasure {number} is {}", ordered(&answer, None), state(&measure));
            screen.result(&json!({ "measure": measure, "answer": answer }), said);
        }
        MeasureCommand::Withdraw { number, reason } => {
            let party = session.party()?;
            let measure = party.client.measure(*number)?;
            let body = statements::withdrawal(party.head.clone(), &measure, reason.clone())?;
            let answer = party.submit(&party.sign(&body)?)?;
            let measure = session.client().measure(*number)?;
            let said =
                format!("{}\nmeasure {number} is {}", ordered(&answer, None), state(&measure));
            screen.result(&json!({ "measure": measure, "answer": answer }), said);
        }
    }
    Ok(())
}

/// Tables what a draft describes; the text that was signed, and what became of it.
///
/// # Errors
/// [`Failure`].
pub fn table(party: &Party, draft: Draft, folder: &Path) -> Result<(String, Answer), Failure> {
    let texts = Ledger::of(&party.client)?;
    let charter = &party.genesis.charter;
    let body = draft.into_body(party.head.clone(), charter, now()?, folder, &texts)?;
    let answer = party.submit(&party.sign(&body)?)?;
    Ok((body.render(), answer))
}

/// What a draft may cite, as the node tells it.
struct Ledger {
    measures: Vec<Measure>,
    incidents: Vec<Incident>,
}

impl Ledger {
    fn of(client: &Client) -> Result<Self, Failure> {
        Ok(Self { measures: client.measures()?, incidents: client.incidents()? })
    }
}

impl Texts for Ledger {
    fn measure(&self, number: u64) -> Option<Digest> {
        self.measures.iter().find(|it| it.number == number).map(|it| it.text_hash)
    }

    fn incident(&self, number: u64) -> Option<Digest> {
        self.incidents.iter().find(|it| it.number == number).map(|it| it.text_hash)
    }
}

/// Ends balloting on a measure.
///
/// # Errors
/// [`Failure`].
pub fn close(party: &Party, number: u64) -> Result<Answer, Failure> {
    let measure = party.client.measure(number)?;
    let body = statements::close(party.head.clone(), &measure)?;
    party.submit(&party.sign(&body)?)
}

/// This machine's clock.
///
/// # Errors
/// [`Failure`] if it is out of this age.
pub(super) fn now() -> Result<Time, Failure> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    Time::from_ms(ms).map_err(|error| Failure::usage(format_args!("this machine's clock: {error}")))
}

/// The number that the tabled text got, once it is ordered.
fn number_of(session: &Session, answer: &Answer) -> Result<Option<u64>, Failure> {
    let Answer::Ordered { text_hash, .. } = answer else { return Ok(None) };
    let measures = session.client().measures()?;
    Ok(measures.iter().find(|measure| measure.text_hash == *text_hash).map(|m| m.number))
}

/// What became of a statement, in words.
pub(super) fn ordered(answer: &Answer, closes: Option<Time>) -> String {
    match answer {
        Answer::Ordered { height, time, .. } => {
            let before = closes.map(|closes| closes.as_ms().saturating_sub(time.as_ms()));
            let before = before.map(|ms| format!(", {} before closing", span(ms)));
            let at = time_of_day(*time);
            format!("ordered in block {height} at {at}{}", before.unwrap_or_default())
        }
        Answer::Pending { text_hash } => format!(
            "accepted, NOT yet ordered: it does not count so far. It is passed on to all nodes and \
             ordered when more than two thirds of them are connected.\ntext hash {text_hash}\n\
             next: `nemcon status` says who is missing"
        ),
        Answer::Refused { message, .. } => message.clone(),
    }
}

fn list(session: &Session, screen: Screen) -> Result<(), Failure> {
    let measures = session.client().measures()?;
    let lines: Vec<_> = measures.iter().map(one_line).collect();
    let words = if lines.is_empty() {
        "no measure has been tabled: `nemcon measure table FILE.toml` does".to_owned()
    } else {
        lines.join("\n")
    };
    screen.result(&measures, words);
    Ok(())
}

fn one_line(measure: &Measure) -> String {
    let rev =
        if measure.revision > 1 { format!("REV {}: ", measure.revision) } else { String::new() };
    format!("{:>4}  {}\n      {rev}{}", measure.number, measure.title, state(measure))
}

/// Where a measure stands: `adopted, final`, `open, 26 of 27, missing: EL`.
pub(super) fn state(measure: &Measure) -> String {
    let total = measure.ballots.len();
    let signed = total - measure.missing.len();
    let mut words = measure.status.clone();
    let is_live = matches!(words.as_str(), "open" | "blocked");
    if let Some(reason) = &measure.reason {
        let _ = write!(words, " ({reason})");
    }
    if is_live {
        let _ = write!(words, ", {signed} of {total}");
        if !measure.missing.is_empty() && signed > 0 {
            let _ = write!(words, ", missing: {}", join(&measure.missing));
        }
    } else if measure.outcome_leaf.is_some() {
        words.push_str(if measure.is_final { ", final" } else { ", not yet sealed by all" });
    }
    if let Some(force) = &measure.force {
        let _ = write!(words, "; {force}");
    }
    words
}
