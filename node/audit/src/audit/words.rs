//! The result of an audit in words.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use nemcon_ledger::audit::{
    ChangeReport, DecisionReport, Fault, Following, Heir, MandateReport, MeasureReport, OldKey,
    Report, Since, Unjudged, seal_time, shown,
};
use nemcon_ledger::council::{Status, Tally, join};

use nemcon_client::words::{count, short};

use super::public;

/// The greatest number of missing members that a line names.
const MISSING_NAMED_MAX: usize = 10;

/// What was checked, with counts, and what is wrong.
pub fn describe(report: &Report) -> String {
    let mut words = String::new();
    if let Some(council) = report.council {
        let _ = writeln!(words, "{}\ncouncil {council}", report.name);
        for (what, said) in checks(report) {
            let _ = writeln!(words, "{what:<11} {said}");
        }
    }
    public(&mut words, report);
    let decisions: BTreeMap<u64, &DecisionReport> =
        report.decisions.iter().map(|decision| (decision.measure, decision)).collect();
    for measure in &report.measures {
        about(&mut words, measure, decisions.get(&measure.number).copied());
    }
    for ChangeReport { kind, by, leaf } in &report.changes {
        let _ = writeln!(words, "{kind:<11} {by}, record {}", leaf.0);
    }
    if let Some(of) = &report.heirs {
        for (at, line) in heirs(of).into_iter().enumerate() {
            let what = if at == 0 { "succession" } else { "" };
            let _ = writeln!(words, "{what:<11} {line}");
        }
    }
    for line in not_checked(report) {
        let _ = writeln!(words, "not checked {line}");
    }
    for remark in &report.remarks {
        let _ = writeln!(words, "remark      {remark}");
    }
    faults(&mut words, report);
    words.push_str(verdict(report));
    words
}

/// The last line, which stands alone.
pub(super) const fn verdict(report: &Report) -> &'static str {
    if report.is_verified() {
        "VERIFIED"
    } else if report.is_verified_in_public() {
        "VERIFIED AS FAR AS IT IS PUBLIC"
    } else {
        "NOT VERIFIED"
    }
}

/// What a public export shows, what that proves, and what it does not.
fn public(words: &mut String, report: &Report) {
    for (what, said) in public::proves(report) {
        let _ = writeln!(words, "{what:<11} {said}");
        let decided = report.shown.iter().filter(|_| what == "public").flat_map(|it| &it.decided);
        for act in decided {
            let (state, more) = public::decided(act);
            let _ = writeln!(words, "measure {:<3} {state}: {}", act.measure, act.title);
            for line in more {
                let _ = writeln!(words, "            {line}");
            }
        }
    }
}

/// The members of a successor council whose founding signatures are by keys of the old council.
pub(super) fn heirs(heirs: &[Heir]) -> Vec<String> {
    let keys = |heir: &Heir| heir.old_keys.iter().map(OldKey::to_string).collect::<Vec<_>>();
    let (known, new): (Vec<_>, Vec<_>) = heirs.iter().partition(|heir| !heir.old_keys.is_empty());
    let known: Vec<_> =
        known.iter().map(|heir| format!("{} ({})", heir.code, keys(heir).join(", "))).collect();
    let new: Vec<_> = new.iter().map(|heir| heir.code.clone()).collect();
    let mut lines = vec![format!("founded with keys of the old council: {}", known.join(", "))];
    if !new.is_empty() {
        lines.push(format!("with new keys alone: {}; no ledger tells who they are", join(&new)));
    }
    lines
}

fn faults(words: &mut String, report: &Report) {
    for fault in &report.faults {
        let Fault { wrong, .. } = fault;
        let _ = writeln!(words, "FAULT       {fault}");
        let _ = writeln!(words, "            {}: {}", fault.name(), wrong.rule_in_words());
    }
    if let Some(line) = unnamed(report) {
        let _ = writeln!(words, "FAULT       {line}");
    }
    for line in not_judged(report) {
        let _ = writeln!(words, "not judged  {line}");
    }
}

/// How many faults there are besides those that are named.
pub(super) fn unnamed(report: &Report) -> Option<String> {
    let unnamed = report.fault_count - report.faults.len() as u64;
    (unnamed > 0).then(|| format!("{} more", count(unnamed, "fault")))
}

/// What could not be judged because of a fault.
pub(super) fn not_judged(report: &Report) -> Vec<String> {
    let unjudged = &report.unjudged;
    let mut lines = Vec::new();
    for (because, following) in &unjudged.following {
        let Following { first, last, .. } = following;
        let records = if first == last {
            format!("record {}", first.0)
        } else {
            format!("records {} to {}", first.0, last.0)
        };
        let what = kinds(following);
        lines.push(format!(
            "{what} ({records}): not as the law has it, which may follow from record {}",
            because.0
        ));
    }
    if unjudged.more > 0 {
        lines.push(format!("{} more, because of other records", unjudged.more));
    }
    lines.extend(unjudged_wholly(unjudged).into_iter().map(|(what, why)| format!("{what}: {why}")));
    lines
}

/// The records of each kind: `27 ballots, 1 decision, 4 roots in block records`.
pub(super) fn kinds(following: &Following) -> String {
    let kinds = following.kinds.iter().map(|(kind, times)| match *kind {
        "council" | "height" | "previous" | "proposer" | "roster" | "size" | "root" => {
            format!("`{kind}` in {}", count(*times, "block record"))
        }
        kind => count(*times, kind),
    });
    kinds.collect::<Vec<_>>().join(", ")
}

/// The parts of the export that could not be judged at all, each with the reason.
pub(super) fn unjudged_wholly(unjudged: &Unjudged) -> Vec<(String, String)> {
    let rest = unjudged.rest.as_ref();
    let rest = rest.map(|rest| (format!("records from {} on", rest.from.0), rest.why.clone()));
    let seals = unjudged.seals.as_ref();
    let seals = seals.map(|why| ("seals and policies".to_owned(), why.clone()));
    let founders = unjudged.founders.then(|| {
        ("the founders' signatures".to_owned(), "the file `genesis` is no signed note".to_owned())
    });
    [founders, rest, seals].into_iter().flatten().collect()
}

pub(super) fn checks(report: &Report) -> Vec<(&'static str, String)> {
    let n = &report.counts;
    let members = count(n.members as u64, "member");
    let lines = [
        (
            "files",
            format!("{} read, {} compared", n.files, count(n.hash_tiles as u64, "hash tile")),
        ),
        (
            "genesis",
            format!("{}, {}", members, count(n.founding_signatures as u64, "founding signature")),
        ),
        ("records", records(report)),
        (
            "statements",
            format!("{}, {}", n.statements, count(n.officer_signatures, "officer signature")),
        ),
        (
            "decisions",
            match report.shown {
                Some(_) => format!("{} shown", n.decisions),
                None => format!("{} derived again", n.decisions),
            },
        ),
        (
            "checkpoint",
            match report.root {
                Some(root) => {
                    format!("size {}, root {}…, {}", report.size.0, short(root), seals(report))
                }
                None => "none could be read".to_owned(),
            },
        ),
    ];
    let since = since(report).map(|said| ("since", said));
    let sealed = sealed(report).map(|span| ("sealed", span));
    lines.into_iter().chain(since).chain(sealed).chain([("up to", up_to(report))]).collect()
}

/// The earlier audit from which this one goes on.
fn since(report: &Report) -> Option<String> {
    let Since { size, root, again } = report.since.as_ref()?;
    let before = format!(
        "the tree over the first {} is still the one that an earlier audit has verified, root {}…",
        count(size.0, "record"),
        short(*root)
    );
    Some(match again {
        None => format!("{before}; these were not read again, those behind them were checked"),
        Some(why) => format!("{before}; all were checked again: {why}"),
    })
}

fn records(report: &Report) -> String {
    let n = &report.counts;
    let is_all = report.since.as_ref().is_none_or(|since| since.again.is_some());
    let new = if is_all { "" } else { " new" };
    let all = format!("{}{new} in {}", n.records, count(n.blocks, "block"));
    if report.shown.is_some() {
        return all;
    }
    if n.records == 0 {
        return "none new".to_owned();
    }
    if report.fault_count == 0 {
        format!("{all}, each derived again")
    } else {
        format!("{all}, derived again but for what is named below")
    }
}

fn seals(report: &Report) -> String {
    match &report.unjudged.seals {
        None => {
            format!("{} of {}", count(report.counts.seals as u64, "seal"), report.counts.members)
        }
        Some(why) => format!("seals not judged: {why}"),
    }
}

/// The times of the first and the last seal, as the sealing nodes state them.
fn sealed(report: &Report) -> Option<String> {
    let times = || report.seal_times.iter().map(|(_, time_s)| *time_s);
    let first = times().min()?;
    let last = times().max()?;
    Some(if first == last {
        format!("at {}, by the nodes' clocks", seal_time(first))
    } else {
        format!("from {} to {}, by the nodes' clocks", seal_time(first), seal_time(last))
    })
}

/// The block at which the export ends. The export says nothing of later blocks.
fn up_to(report: &Report) -> String {
    match report.time {
        Some(time) => format!("block {} of {time}; what came later is not in it", report.height.0),
        None => "no block: nothing that was said is in it".to_owned(),
    }
}

/// The claims that a reader might take for verified and that the audit cannot verify.
pub(super) fn not_checked(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(link) = report.succeeds.as_ref().filter(|_| report.heirs.is_none()) {
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

/// A measure's outcome and its reason, and the ballots that were signed under a mandate.
fn about(words: &mut String, measure: &MeasureReport, decision: Option<&DecisionReport>) {
    let MeasureReport { number, title, .. } = measure;
    let _ = writeln!(words, "measure {number:<3} {}: {title}", state(measure, decision));
    let more = grounds(measure);
    if !more.is_empty() {
        let _ = writeln!(words, "            {}", more.join("; "));
    }
}

/// Where a measure stands.
pub(super) fn state(measure: &MeasureReport, decision: Option<&DecisionReport>) -> String {
    if let Some(because) = measure.unjudged {
        return format!("not judged, because of record {}", because.0);
    }
    match decision {
        Some(decision) => {
            let is_final = if decision.is_final { "final" } else { "not final" };
            format!("{}, {is_final}, record {}", measure.status, decision.leaf.0)
        }
        None => measure.status.to_string(),
    }
}

/// The reason of a measure's outcome, its ballots, and those that were cast under a mandate.
pub(super) fn grounds(measure: &MeasureReport) -> Vec<String> {
    if measure.unjudged.is_some() {
        return Vec::new();
    }
    let mut more = ballots(measure);
    for MandateReport { code, holder } in &measure.mandates {
        more.push(format!("{holder} cast the ballot of {code}, by its mandate"));
    }
    more
}

/// The reason of a measure's outcome, its ballots, and the members without a ballot.
fn ballots(measure: &MeasureReport) -> Vec<String> {
    let missing = &measure.tally.missing;
    let signed = Tally { missing: Vec::new(), ..measure.tally.clone() }.to_string();
    let mut said: Vec<String> = measure.reason.iter().cloned().collect();
    // A reason such as `all 27 in favour` has counted the ballots already.
    if measure.has_ballots() && !said.iter().any(|reason| reason.contains(&signed)) {
        said.push(signed);
    }
    if matches!(measure.status, Status::Open | Status::Lapsed { .. }) && !missing.is_empty() {
        said.push(if missing.len() > MISSING_NAMED_MAX {
            format!("missing: {} of them", missing.len())
        } else {
            format!("missing: {}", join(missing))
        });
    }
    said
}
