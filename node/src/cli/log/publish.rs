//! `nemcon log publish`: keeps a folder in step with the log.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;
use nemcon_audit::{Screen, progress};
use nemcon_client::draft::parse_span_ms;
use nemcon_client::export::Head;
use nemcon_client::failure::Failure;
use nemcon_client::publishing::{Opening, Published, Publishing, Shows};
use nemcon_client::session::Session;
use nemcon_client::witnessing::{Asked, Witnesses};
use nemcon_kit::Cores;
use nemcon_ledger::text::Show as _;

use super::folder;
use crate::cli::context::Context;
use crate::interrupt::Interrupt;

/// How often the end is looked for while nothing is to be done.
const LOOK: Duration = Duration::from_millis(100);

/// What is published, and where.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct PublishArgs {
    /// The folder to keep in step; it is made if it does not exist.
    #[arg(value_name = "DIR")]
    out: PathBuf,
    /// What of the log: `public` withholds the records that the charter does not make public, `hashes` gives no record
    /// at all. `everything` needs a decision, and so does every choice where the charter makes nothing public.
    #[arg(long, value_name = "WHAT", default_value = "public", value_parser = shows)]
    shows: Shows,
    /// The number of the adopted measure by which the council has decided to open so much of its log.
    #[arg(long, value_name = "N")]
    decision: Option<u64>,
    /// The file for the state of the audit, from which the next run goes on. It is not public; by default
    /// `DIR.audited`, beside the folder.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// A policy with lines `witness NAME VKEY ADDRESS`: these witnesses from outside are asked to cosign each checkpoint. Their
    /// lines stand under it beside the members' seals, and are never needed.
    #[arg(long, value_name = "FILE")]
    witnesses: Option<PathBuf>,
    /// Go on, and look for new blocks so often: "10 seconds", "1 hour". Without it, publish once.
    #[arg(long, value_name = "SPAN", value_parser = span)]
    every: Option<Duration>,
}

fn shows(text: &str) -> Result<Shows, String> {
    [Shows::Everything, Shows::Public, Shows::Hashes]
        .into_iter()
        .find(|shows| shows.to_string() == text)
        .ok_or_else(|| "`everything`, `public` or `hashes`".to_owned())
}

fn span(text: &str) -> Result<Duration, String> {
    let ms = parse_span_ms(text).filter(|ms| *ms >= 1000);
    ms.map(Duration::from_millis)
        .ok_or_else(|| "a number and a unit, such as \"10 seconds\" or \"1 hour\"".to_owned())
}

/// Runs `nemcon log publish`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(args: &PublishArgs, context: Context<'_>) -> Result<(), Failure> {
    let state = args.state.clone().unwrap_or_else(|| Publishing::state_beside(&args.out));
    let opening = Opening { shows: args.shows, decision: args.decision };
    let publishing = Publishing::new(args.out.clone(), state, opening, Cores::all());
    let witnesses = args.witnesses.as_deref().map(Witnesses::read).transpose()?;
    let publishing = publishing.witnessed_by(witnesses);
    if let Some(ledger) = &context.global.ledger {
        if args.every.is_some() {
            return Err(Failure::usage("`--every` asks a node, and `--ledger` names a folder")
                .next("leave one of them out"));
        }
        let (origin, founding) = folder::open(ledger, context.global)?;
        let done = progress::of_records(|progress| {
            publishing.publish(&origin, &founding, &origin.head(), progress)
        })?;
        return show(done.as_ref(), &args.out, args.shows, context.screen);
    }
    let session = context.session()?;
    let Some(every) = args.every else {
        let done = from_node(&publishing, &session)?;
        return show(done.as_ref(), &args.out, args.shows, context.screen);
    };
    keep_in_step(&publishing, &session, every, context.screen)
}

fn from_node(publishing: &Publishing, session: &Session) -> Result<Option<Published>, Failure> {
    let founding = session.founding()?;
    let head = Head::of(session.client())?;
    let done = progress::of_records(|progress| {
        publishing.publish(session.client(), &founding, &head, progress)
    });
    Ok(done?)
}

/// Publishes whatever is new, until Ctrl-C. After the first time a failure is told once, and what was published stays
/// as it is until it has passed.
fn keep_in_step(
    publishing: &Publishing,
    session: &Session,
    every: Duration,
    screen: Screen,
) -> Result<(), Failure> {
    let interrupt = Interrupt::listen()?;
    let (folder, shows) = (&publishing.folder, publishing.opening.shows);
    show(from_node(publishing, session)?.as_ref(), folder, shows, screen)?;
    let mut told: Option<Failure> = None;
    loop {
        let begun = Instant::now();
        while begun.elapsed() < every {
            if interrupt.is_raised() {
                return Ok(());
            }
            sleep(LOOK);
        }
        match from_node(publishing, session) {
            Ok(done) => {
                told = None;
                show(done.as_ref(), folder, shows, screen)?;
            }
            Err(failure) if told.as_ref() == Some(&failure) => {}
            Err(failure) => {
                let _ = screen.failure(&failure);
                told = Some(failure);
            }
        }
    }
}

fn show(done: Option<&Published>, dir: &Path, shows: Shows, screen: Screen) -> Result<(), Failure> {
    let Some(done) = done else { return Ok(()) };
    if done.files == 0 {
        return screen.result(done, format_args!("{} is in step: nothing is new", dir.shown()));
    }
    let certificates = match done.certificates {
        0 => String::new(),
        1 => ", 1 certificate among them".to_owned(),
        many => format!(", {many} certificates among them"),
    };
    let (records, new) = (done.records, done.records - done.before);
    let what = match (shows, done.withheld) {
        (Shows::Hashes, _) => format!("the tree over {records} records, without any of them"),
        (_, Some(withheld)) => format!("{records} records, of which {withheld} are withheld"),
        (_, None) => format!("{records} records"),
    };
    let witnessed = done.witnesses.as_ref().map(witnessed).unwrap_or_default();
    let by = done.decision.as_ref().map(|by| format!("\nopened by {by}")).unwrap_or_default();
    let words = format!(
        "published {what}, {new} of them new, up to block {}, sealed by all {}: {} files new or changed{certificates}, in {}{by}{witnessed}",
        done.height,
        done.seals,
        done.files,
        done.folder.shown(),
    );
    screen.result(done, words)
}

/// Which witnesses have cosigned, and which have not.
fn witnessed(asked: &Asked) -> String {
    let by = match &asked.cosigned_by[..] {
        [] => String::new(),
        by => format!("\ncosigned by {}", by.join(", ")),
    };
    asked.missing.iter().fold(by, |words, missing| format!("{words}\nnot cosigned by {missing}"))
}
