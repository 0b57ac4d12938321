//! `nemcon audit`: checking an export offline.

use core::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use nemcon_ledger::audit::{
    ChangeReport, DecisionReport, Fault, Folder, LinkFault, MeasureReport, Report, audit, shown,
    verify_link,
};
use nemcon_ledger::council::{Status, join};
use nemcon_ledger::text::Show as _;
use serde_json::json;

use super::Global;
use super::failure::Failure;
use super::screen::{Screen, count, short};

/// How many missing members are named in a line.
const MISSING_NAMED_MAX: usize = 10;

/// What to audit.
#[derive(Clone, Debug, Args)]
pub(super) struct AuditArgs {
    /// The folder of the export.
    pub(super) export: PathBuf,
    /// The export of the ledger that this council says it goes on from: checked too, and the link.
    #[arg(long, value_name = "DIR")]
    pub(super) predecessor: Option<PathBuf>,
}

/// Runs it.
///
/// # Errors
/// [`Failure`] if the export is not verified, or the caller brings no digest.
pub(super) fn run(args: &AuditArgs, global: &Global, screen: Screen) -> Result<(), Failure> {
    let Some(council) = global.council else {
        return Err(Failure::usage(
            "an audit needs the council digest from you: a ledger cannot vouch for itself",
        )
        .next(
            "give `--council DIGEST`. It stands on the founding papers; any member reads it off \
             its own copy with `nemcon genesis verify FILE`",
        ));
    };
    if !args.export.is_dir() {
        return Err(Failure::usage(format_args!("{}: no such folder", args.export.shown()))
            .next("`nemcon log export OUT` writes one"));
    }
    let mut report = audit(&Folder(args.export.clone()), &council);
    if let Some(predecessor) = &args.predecessor {
        follow(&mut report, predecessor, screen)?;
    }
    screen.result(&as_json(&report), describe(&report))?;
    if report.is_verified() {
        return Ok(());
    }
    if screen.is_json() {
        return Err(Failure::silent());
    }
    let faults = count(report.faults.len() as u64, "fault");
    Err(Failure::refused(format_args!("NOT verified: {faults} in {}", args.export.shown()))
        .next("do not rely on this export; get one from another member, and compare"))
}

/// Audits the ledger that this council says it goes on from, and the link between them.
fn follow(report: &mut Report, predecessor: &Path, screen: Screen) -> Result<(), Failure> {
    let old = report.succeeds.as_ref().map(|link| link.council);
    let old = old.map(|council| audit(&Folder(predecessor.to_owned()), &council));
    let old = old.unwrap_or_default();
    match verify_link(report, &old) {
        Ok(()) => report.is_linked = true,
        Err(fault) => {
            if fault == LinkFault::NotVerified {
                screen.say(describe(&old))?;
            }
            report.faults.push(Fault::Predecessor(fault));
        }
    }
    Ok(())
}

/// What was checked, with counts, and what is wrong.
pub fn describe(report: &Report) -> String {
    let mut words = String::new();
    if let Some(council) = report.council {
        let _ = writeln!(words, "{}\ncouncil {council}", report.name);
        checks(&mut words, report);
    }
    for measure in &report.measures {
        let _ = writeln!(words, "{}", about(measure, &report.decisions));
    }
    for ChangeReport { kind, by, leaf } in &report.changes {
        let _ = writeln!(words, "{kind:<11} {by}, record {}", leaf.0);
    }
    for line in not_checked(report) {
        let _ = writeln!(words, "not checked {line}");
    }
    for fault in &report.faults {
        let _ = writeln!(words, "FAULT       {fault}");
    }
    words.push_str(if report.is_verified() { "VERIFIED" } else { "NOT VERIFIED" });
    words
}

fn checks(words: &mut String, report: &Report) {
    let n = &report.counts;
    let lines = [
        (
            "files",
            format!("{} read, {} compared", n.files, count(n.hash_tiles as u64, "hash tile")),
        ),
        (
            "genesis",
            format!(
                "{}, {}",
                count(n.members as u64, "member"),
                count(n.founding_signatures as u64, "founding signature")
            ),
        ),
        ("records", format!("{} in {}, each derived again", n.records, count(n.blocks, "block"))),
        (
            "statements",
            format!("{}, {}", n.statements, count(n.officer_signatures, "officer signature")),
        ),
        ("decisions", format!("{} derived again", n.decisions)),
        (
            "checkpoint",
            format!(
                "size {}, root {}…, {} of {}",
                report.size.0,
                report.root.map(short).unwrap_or_default(),
                count(n.seals as u64, "seal"),
                n.members
            ),
        ),
        ("up to", up_to(report)),
    ];
    for (what, said) in lines {
        let _ = writeln!(words, "{what:<11} {said}");
    }
}

/// Where the export ends: it says nothing of what came later.
fn up_to(report: &Report) -> String {
    let time = report.time.map_or_else(|| "?".to_owned(), |time| time.to_string());
    format!("block {} of {time}; what came later is not in it", report.height.0)
}

/// What a reader might take for verified, and is not.
fn not_checked(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(link) = report.succeeds.as_ref().filter(|_| !report.is_linked) {
        lines.push(format!(
            "that it goes on from council {} at size {}: `--predecessor DIR` brings that ledger",
            link.council, link.checkpoint.size
        ));
    }
    let strays = &report.strays;
    if strays.count > 0 {
        let names: Vec<_> = strays.names.iter().map(|name| shown(name)).collect();
        let files = count(strays.count, "file");
        lines.push(format!("{files}, no part of an export of this size: {}", names.join(", ")));
    }
    lines
}

fn about(measure: &MeasureReport, decisions: &[DecisionReport]) -> String {
    let decision = decisions.iter().find(|decision| decision.measure == measure.number);
    let state = match (measure.status, decision) {
        (Status::Open, _) if measure.missing.len() > MISSING_NAMED_MAX => {
            format!("open, {} ballots missing", measure.missing.len())
        }
        (Status::Open, _) => format!("open, missing: {}", join(&measure.missing)),
        (status, Some(decision)) => {
            let is_final = if decision.is_final { "final" } else { "not final" };
            format!("{status}, {is_final}, record {}", decision.leaf.0)
        }
        (status, None) => status.to_string(),
    };
    format!("measure {:<3} {state}: {}", measure.number, measure.title)
}

fn as_json(report: &Report) -> serde_json::Value {
    let n = &report.counts;
    let decision = |d: &DecisionReport| {
        json!({
            "measure": d.measure, "title": d.title, "adopted": d.adopted, "leaf": d.leaf.0,
            "decided": d.decided.map(|time| time.to_string()), "final": d.is_final,
        })
    };
    let measure = |m: &MeasureReport| {
        json!({
            "number": m.number, "title": m.title, "status": m.status.to_string(),
            "missing": m.missing,
        })
    };
    let change = |c: &ChangeReport| json!({ "kind": c.kind, "by": c.by, "leaf": c.leaf.0 });
    json!({
        "verified": report.is_verified(),
        "council": report.council,
        "name": report.name,
        "size": report.size.0,
        "root": report.root,
        "height": report.height.0,
        "time": report.time.map(|time| time.to_string()),
        "succeeds": report.succeeds.as_ref().map(|link| json!({
            "council": link.council, "size": link.checkpoint.size.0, "checked": report.is_linked,
        })),
        "not_looked_at": { "files": report.strays.count, "names": report.strays.names },
        "sealed_by": report.sealed_by,
        "counts": {
            "files": n.files, "members": n.members, "founding_signatures": n.founding_signatures,
            "records": n.records, "blocks": n.blocks, "statements": n.statements,
            "officer_signatures": n.officer_signatures, "decisions": n.decisions,
            "hash_tiles": n.hash_tiles, "seals": n.seals,
        },
        "decisions": report.decisions.iter().map(decision).collect::<Vec<_>>(),
        "measures": report.measures.iter().map(measure).collect::<Vec<_>>(),
        "changes": report.changes.iter().map(change).collect::<Vec<_>>(),
        "faults": report.faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
