//! `nemcon audit`: audits an export offline.

mod html;
mod json;
mod public;
mod words;

use nemcon_client::audit::{audited, inquire, kept};
use nemcon_client::clock::now;
use nemcon_client::draft::parse_span_ms;
use nemcon_client::failure::Failure;
use nemcon_client::words::count;
use nemcon_crypto::Digest;
use std::path::{Path, PathBuf};

use clap::Args;
use nemcon_ledger::audit::{Fault, Inquiry, LinkFault, Place, Report, Wrong, verify_link};
use nemcon_ledger::text::Show as _;

pub use words::describe;

use crate::output;
use crate::progress;
use crate::screen::Screen;

/// What to audit.
#[derive(Clone, Debug, Default, Args)]
pub struct AuditArgs {
    /// The export: a folder, a .tar, .tar.gz or .zip of it, or the http(s) address below which its files lie.
    pub export: PathBuf,
    /// The export of the ledger that this council says it goes on from: checked too, and the link.
    #[arg(long, value_name = "DIR")]
    pub predecessor: Option<PathBuf>,
    /// What an earlier audit has kept: the log must go on from there, and only what came later is checked.
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
    /// Keep in this file what the next audit can go on from, if nothing is wrong. An older file is replaced.
    #[arg(long, value_name = "FILE")]
    pub keep: Option<PathBuf>,
    /// Refuse seals that are older, by this machine's clock: "36 hours", "7 days".
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub max_age: Option<u64>,
    /// Name all that is wrong, not only the first 100 faults.
    #[arg(long)]
    pub all: bool,
    /// Write the report into this new file too, as a page that needs nothing else and prints.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// The greatest number of faults that `--all` names.
const FAULTS_ALL_MAX: usize = 1_000_000;

/// An age in milliseconds.
fn age(text: &str) -> Result<u64, String> {
    parse_span_ms(text).ok_or_else(|| {
        "a number and a unit, such as \"90 minutes\", \"36 hours\" or \"7 days\"; a hundred years at most".to_owned()
    })
}

/// Runs `nemcon audit`.
///
/// # Errors
/// [`Failure`] if the export is not verified, cannot be read, or the caller brings no digest.
pub fn run(args: &AuditArgs, council: Option<Digest>, screen: Screen) -> Result<(), Failure> {
    let Some(council) = council else {
        return Err(Failure::usage(
            "an audit needs the council digest from you: a ledger cannot vouch for itself",
        )
        .next(
            "give `--council DIGEST`. It stands on the founding papers; any member reads it off \
             its own copy with `nemcon genesis verify FILE`",
        ));
    };
    if let Some(html) = &args.html {
        output::verify_new(html)?;
    }
    if let Some(file) = args.keep.as_deref() {
        verify_replaceable(file, args.html.as_deref(), &council)?;
    }
    let since = args.since.as_deref().map(|file| kept(file, &council)).transpose()?;
    let inquiry = Inquiry {
        since: since.as_ref(),
        keep: args.keep.is_some(),
        age_max_ms: args.max_age,
        faults_named_max: args.all.then_some(FAULTS_ALL_MAX),
        now: args.max_age.map_or_else(|| Ok(now().ok()), |_| now().map(Some))?,
        ..Inquiry::of(council)
    };
    let mut report = progress::of_audit(|progress| inquire(inquiry, &args.export, progress))?;
    if let Some(predecessor) = &args.predecessor {
        follow(&mut report, predecessor, screen)?;
    }
    if let Some(file) = &args.html {
        output::write_new(file, html::of(&report).as_bytes())?;
    }
    // The link to a predecessor, which is judged last, may be what is wrong.
    let kept = report.kept.take().filter(|_| report.fault_count == 0);
    screen.result(&json::of(&report), describe(&report))?;
    if let (Some(file), Some(kept)) = (&args.keep, kept) {
        output::replace(file, &kept.render())?;
    }
    conclude(&report, &args.export, screen)
}

/// The exit status of a report that was printed.
fn conclude(report: &Report, export: &Path, screen: Screen) -> Result<(), Failure> {
    if report.is_verified() {
        return Ok(());
    }
    if report.is_verified_in_public() {
        return Err(Failure::in_part());
    }
    if screen.is_json() {
        return Err(Failure::silent());
    }
    if report.fault_count == 0 {
        return Err(Failure::refused(format_args!(
            "NOT verified: the seals in {} could not be judged",
            export.shown()
        ))
        .next(
            "only a whole export is followed beyond a change of the roster: ask a member for one",
        ));
    }
    let faults = count(report.fault_count, "fault");
    let is_old = |fault: &Fault| matches!(fault.wrong, Wrong::Old { .. });
    let advice = if report.faults.iter().all(is_old) {
        "nothing else is wrong with it: get a newer export; if there is none, ask the members why they seal nothing"
    } else {
        "do not rely on this export; get one from another member, and compare"
    };
    Err(Failure::refused(format_args!("NOT verified: {faults} in {}", export.shown())).next(advice))
}

/// Refuses to keep a state in place of anything but an earlier one of this council.
fn verify_replaceable(file: &Path, html: Option<&Path>, council: &Digest) -> Result<(), Failure> {
    if html == Some(file) {
        return Err(Failure::usage("`--keep` and `--html` name one file").next("name two files"));
    }
    if !file.exists() {
        return output::verify_new(file);
    }
    kept(file, council).map(drop).map_err(|failure| {
        Failure::usage(failure.message())
            .next("`--keep` replaces nothing but what it has written: name a new file")
    })
}

/// Audits an export and shows on a terminal how far the audit is.
fn shown(export: &Path, council: &Digest) -> Result<Report, Failure> {
    progress::of_audit(|progress| audited(export, council, None, progress))
}

/// Audits the ledger that this council succeeds, and the link between the two.
fn follow(report: &mut Report, predecessor: &Path, screen: Screen) -> Result<(), Failure> {
    let old = report.succeeds.as_ref().map(|link| link.council);
    let old = old.map(|council| shown(predecessor, &council)).transpose()?;
    let old = old.unwrap_or_default();
    match verify_link(report, &old) {
        Ok(heirs) => report.heirs = Some(heirs),
        Err(fault) => {
            if fault == LinkFault::NotVerified {
                screen.say(describe(&old))?;
            }
            report.fault(Fault::new(Place::of_file("predecessor"), Wrong::Link(fault)));
        }
    }
    Ok(())
}
