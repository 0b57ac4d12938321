//! `nemcon draft`: writes a commented file to fill in, for a measure, an incident, officers or a
//! founding plan, from the charter.

mod council_change;
mod fields;
mod form;
mod measure;
mod naming;
mod others;

use std::path::{Path, PathBuf};

use clap::Args;
use nemcon_client::config::{NODE_CONFIG_FILE, load_toml};
use nemcon_client::failure::Failure;
use nemcon_client::founding::PartyFile;
use nemcon_client::seats::Seats;
use nemcon_client::session::Session;
use nemcon_client::shipped::{CharterName, Shipped};
use nemcon_client::statements;
use nemcon_ledger::record::Measure;
use nemcon_ledger::record::charter::{Charter, Effect, Kind};
use nemcon_ledger::text::{Label, Show as _};
use serde_json::json;

use super::charter;
use crate::cli::context::Context;
use crate::cli::global::Global;
use council_change::{Entering, Known};
use nemcon_audit::Screen;
use nemcon_audit::output;

/// What to draft.
#[derive(Clone, Debug, Args)]
pub(super) struct DraftArgs {
    /// A kind of measure of the charter; or `incident`; `revision N`, measure N as it stands; `officers`,
    /// who signs for a member; `plan`, who founds a council. Without it, the command lists what there is.
    kind: Option<Label>,
    /// The measure's number, for a revision.
    number: Option<u64>,
    /// The charter's file, or a genesis, or `eu-council`, `european-council` or `plain`; without it that of the node's council.
    #[arg(long, value_name = "FILE")]
    charter: Option<PathBuf>,
    /// The file of whom a measure admits or appoints, as `nemcon key new --all` writes it.
    #[arg(long = "party", value_name = "FILE")]
    party_file: Option<PathBuf>,
    /// The file to write, `-` for standard output; by default KIND.toml in this folder.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What a draft is made from: the charter, and the seats if a node is asked.
struct Source {
    charter: Charter,
    /// The charter's file, as a plan names it.
    file: String,
    session: Option<Session>,
    seats: Option<Seats>,
}

/// A draft: its text, and the usual name of its file.
struct Drafted {
    text: String,
    file: String,
}

/// Runs `nemcon draft`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(args: &DraftArgs, context: Context<'_>) -> Result<(), Failure> {
    let source = Source::of(args, context.global)?;
    let Some(kind) = &args.kind else { return list(&source.charter, context.screen) };
    let drafted = match (kind.as_str(), source.charter.kind(kind), args.number) {
        ("revision", _, Some(number)) => revision(number, &source)?,
        (_, Some(kind), None) => measure(kind, args.party_file.as_deref(), &source)?,
        ("revision", None, None) => {
            return Err(Failure::usage("a revision of which measure?")
                .next("`nemcon draft revision N`: `nemcon measure list` gives the numbers"));
        }
        (_, _, Some(number)) => {
            return Err(Failure::usage(format_args!(
                "`{kind} {number}`: only a revision has a number"
            ))
            .next("leave the number out, or draft `revision N`"));
        }
        ("incident", None, None) => incident(&source.charter)?,
        ("officers", None, None) => officers(&source, context.global),
        ("plan", None, None) => plan(&source),
        _ => return Err(unknown(kind, &source.charter)),
    };
    write(&drafted, args, context.screen)
}

impl Source {
    fn of(args: &DraftArgs, global: &Global) -> Result<Self, Failure> {
        if let Some(path) = &args.charter {
            let (charter, file) = charter_of(path)?;
            return Ok(Self { charter, file, session: None, seats: None });
        }
        if !global.names_a_node() && !Path::new(NODE_CONFIG_FILE).exists() {
            return Err(Failure::usage("a draft for which council?").next(
                "give `--charter FILE`, or `eu-council`, `european-council` or `plain` for those that come along; or the node \
                 of a council, with `--config`, `--dir` or `--node`",
            ));
        }
        let session = global.session()?;
        let charter = session.founding()?.genesis().charter.clone();
        let seats = Some(session.client().seats()?);
        Ok(Self { charter, file: charter::CHARTER_FILE.to_owned(), session: Some(session), seats })
    }
}

/// The charter in a file or in the binary, and the name by which a plan refers to it.
fn charter_of(path: &Path) -> Result<(Charter, String), Failure> {
    let named = path.to_str().and_then(|name| name.parse::<CharterName>().ok());
    match named.filter(|_| !path.exists()) {
        Some(name) => Ok((Shipped::load(name).charter, charter::CHARTER_FILE.to_owned())),
        None => Ok((charter::load(path)?, path.to_string_lossy().into_owned())),
    }
}

fn measure(kind: &Kind, party: Option<&Path>, source: &Source) -> Result<Drafted, Failure> {
    let party = party.map(|path| entering(path, kind)).transpose()?;
    let known = Known { seats: source.seats.as_ref(), party: party.as_ref() };
    let text = measure::new(&source.charter, kind, known);
    Ok(Drafted { text, file: format!("{}.toml", kind.name) })
}

/// The party that the measure admits or appoints, from the party's file.
fn entering(path: &Path, kind: &Kind) -> Result<Entering, Failure> {
    let mut file: PartyFile = load_toml(path)?;
    let wrong = |says: &str| {
        Failure::usage(format_args!("{}: {says}", path.shown()))
            .next("`nemcon key new --all DIR --as CODE` writes such a file")
    };
    match kind.effect {
        Some(Effect::Accession) if file.members.len() == 1 => {
            Ok(Entering::Member(Box::new(file.members.remove(0))))
        }
        Some(Effect::Appointment) if file.participants.len() == 1 => {
            Ok(Entering::Participant(Box::new(file.participants.remove(0))))
        }
        Some(Effect::Accession) => Err(wrong("it names no [[member]], or several")),
        Some(Effect::Appointment) => Err(wrong("it names no [[participant]], or several")),
        _ => {
            Err(Failure::usage(format_args!("a measure of kind `{}` brings nobody in", kind.name))
                .next("leave `--party` out"))
        }
    }
}

/// The draft of a revision: the measure's current text, to be changed.
fn revision(number: u64, source: &Source) -> Result<Drafted, Failure> {
    let Some(session) = &source.session else {
        return Err(Failure::usage("a revision of a measure of which ledger?")
            .next("give the node that has it, with `--config`, `--dir` or `--node`"));
    };
    let measure = session.client().measure(number)?;
    let (said, _) = statements::read(&measure)?;
    // An extension may have moved the deadline since the text was tabled.
    let said = Measure { closes: measure.closes, ..said };
    let kind =
        source.charter.kind(&said.kind).ok_or_else(|| unknown(&said.kind, &source.charter))?;
    let known = Known { seats: source.seats.as_ref(), party: None };
    let stands = measure::Standing { number, revision: measure.revision, said: &said };
    Ok(Drafted {
        text: measure::revision(&source.charter, kind, known, &stands),
        file: naming::revision_file(number, measure.revision),
    })
}

fn incident(charter: &Charter) -> Result<Drafted, Failure> {
    let incidents = charter.incidents.as_ref().ok_or_else(|| {
        Failure::refused(format_args!("{}: by its charter incidents are not shared", charter.name))
            .next("`nemcon draft` lists what there is")
    })?;
    Ok(Drafted { text: others::incident(charter, incidents), file: "incident.toml".to_owned() })
}

/// The draft of officers: those of the member that `--as` names, if a node is asked, otherwise
/// an empty one.
fn officers(source: &Source, global: &Global) -> Drafted {
    let seat = source.seats.as_ref().zip(global.party.as_ref());
    let seat = seat.and_then(|(seats, code)| seats.seat(code));
    Drafted { text: others::officers(seat), file: "officers.toml".to_owned() }
}

fn plan(source: &Source) -> Drafted {
    let text = others::plan(&source.charter, &source.file);
    Drafted { text, file: "plan.toml".to_owned() }
}

fn unknown(kind: &Label, charter: &Charter) -> Failure {
    let known: Vec<_> = charter.kinds.iter().map(|it| it.name.to_string()).collect();
    let elsewhere = charter.elsewhere.iter().find(|it| it.is_of_kind(kind));
    let why = match elsewhere {
        Some(it) => format!(
            "a {} of kind `{kind}` is not decided here: {}",
            charter.word("measure", "measure"),
            it.because
        ),
        None => format!("the charter knows no kind `{kind}`"),
    };
    Failure::refused(why).next(format_args!(
        "draft one of: {}; or incident, revision N, officers, plan",
        known.join(", ")
    ))
}

/// Prints what can be drafted.
fn list(charter: &Charter, screen: Screen) -> Result<(), Failure> {
    let width = charter.kinds.iter().map(|it| it.name.as_str().len()).max().unwrap_or_default();
    let width = width.max("revision N".len());
    let mut lines =
        vec![format!("{}: drafts of {}", charter.name, charter.word("measures", "measures"))];
    for kind in &charter.kinds {
        let rules: Vec<_> = kind.decided.iter().map(|way| way.by.to_string()).collect();
        lines.push(format!("  {:<width$}  decided by {}", kind.name, rules.join(", ")));
    }
    lines.push("and".to_owned());
    let mut others = vec![
        ("revision N", "measure N as it stands, to be changed"),
        ("officers", "who signs for a member"),
        ("plan", "who founds a council"),
    ];
    if charter.incidents.is_some() {
        others.insert(0, ("incident", "an incident to be shared"));
    }
    lines.extend(others.iter().map(|(name, what)| format!("  {name:<width$}  {what}")));
    lines.extend(
        charter.elsewhere.iter().map(|it| format!("not here: {}: {}", it.what(), it.because)),
    );
    lines.push("next: nemcon draft KIND".to_owned());
    let kinds: Vec<_> = charter.kinds.iter().map(|it| &it.name).collect();
    screen.result(&json!({ "council": charter.name, "kinds": kinds }), lines.join("\n"))
}

/// Writes the draft to a new file or to standard output.
fn write(drafted: &Drafted, args: &DraftArgs, screen: Screen) -> Result<(), Failure> {
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from(&drafted.file));
    if out.as_os_str() == output::STANDARD_OUTPUT {
        return output::print_text(&drafted.text, screen);
    }
    output::write_new(&out, drafted.text.as_bytes())?;
    let words = format!("{}: fill in what is empty; its head says what comes then", out.shown());
    screen.result(&json!({ "file": out.to_string_lossy() }), words)
}
