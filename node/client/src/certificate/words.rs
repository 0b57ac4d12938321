//! What a certificate shows, in words.

use core::fmt::Write as _;

use nemcon_ledger::audit::certificate::{BallotShown, Ending, Moment, Proven};
use nemcon_ledger::audit::seal_time;
use nemcon_ledger::council::join;
use nemcon_ledger::record::{Decision, Measure, Outcome, Position};
use nemcon_ledger::text::{Code, Line};

use crate::words::{count, dated};

/// What was decided, by whom, when, by which rule; or what is wrong. Nothing that is not shown to be true is
/// told as true.
pub fn describe(proven: &Proven) -> String {
    let mut words = String::new();
    if proven.is_faultless() {
        claims(&mut words, proven);
    } else {
        faults(&mut words, proven);
    }
    words.push_str(&verdict(proven));
    words
}

/// The last line, which stands alone.
pub fn verdict(proven: &Proven) -> String {
    if proven.is_final() {
        return "VERIFIED".to_owned();
    }
    if proven.is_final_in_public() {
        return "VERIFIED AS FAR AS IT IS PUBLIC".to_owned();
    }
    match &proven.ending {
        Some(Ending::Open { missing }) if proven.is_faultless() && missing.is_empty() => {
            "NOT final: all ballots are in the certificate, and no decision".to_owned()
        }
        Some(Ending::Open { missing }) if proven.is_faultless() => {
            format!("NOT final: missing {}", join(missing))
        }
        _ => "NOT VERIFIED".to_owned(),
    }
}

fn faults(words: &mut String, proven: &Proven) {
    for fault in &proven.report.faults {
        let _ = writeln!(words, "FAULT       {fault}");
        let _ = writeln!(words, "            {}: {}", fault.name(), fault.wrong.rule_in_words());
    }
    if let Some(why) = &proven.report.unjudged.seals {
        let _ = writeln!(words, "FAULT       the seals could not be judged: {why}");
    }
    words.push_str(
        "not told    what the file says of the decision: nothing of it is shown to be true\n",
    );
}

fn claims(words: &mut String, proven: &Proven) {
    let report = &proven.report;
    let _ = writeln!(words, "{}", report.name);
    if let Some(council) = report.council {
        let _ = writeln!(words, "council     {council}");
    }
    outcome(words, proven);
    if let Some((text, hash, revision, at)) = &proven.text {
        let revision =
            if *revision > 1 { format!(", REV {}", revision - 1) } else { String::new() };
        let _ = writeln!(words, "text        {hash}{revision}, {}", place(*at));
        tabled(words, text, proven.tabled);
        basis(words, text);
    }
    ballots(words, proven);
    if let Some(Ending::Decided { decision, .. }) = &proven.ending {
        for out in &decision.excluded {
            let _ = writeln!(words, "no ballot   {}: {}", out.code, out.why);
        }
    }
    seals(words, proven);
    limits(words, proven);
}

fn place(at: Moment) -> String {
    let by = if at.is_exact { "" } else { "at the latest " };
    format!("record {}, {by}block {}, {}", at.leaf.0, at.height.0, dated(at.time))
}

fn outcome(words: &mut String, proven: &Proven) {
    let number = proven.measure;
    let title = proven.text.as_ref().map(|(text, ..)| text.title.as_str());
    let title = title.unwrap_or("no record of the certificate says which text has this number");
    let _ = writeln!(words, "measure {number:<3} {title}");
    match &proven.ending {
        Some(Ending::Decided { decision, at, votes }) => {
            decided(words, proven, decision, *at, votes.as_deref());
        }
        Some(Ending::Lapsed { lapse, at }) => {
            let _ = writeln!(
                words,
                "LAPSED      {}; missing {}; {}",
                lapse.reason,
                join(&lapse.missing),
                place(*at)
            );
        }
        Some(Ending::Withdrawn { at }) => {
            let _ = writeln!(words, "WITHDRAWN   by whoever tabled it; {}", place(*at));
        }
        Some(Ending::Open { .. }) | None => {
            let _ = writeln!(words, "OPEN        the certificate has no decision on it");
        }
    }
}

fn decided(
    words: &mut String,
    proven: &Proven,
    decision: &Decision,
    at: Moment,
    votes: Option<&str>,
) {
    let outcome = match decision.outcome {
        Outcome::Adopted => "ADOPTED    ",
        Outcome::NotAdopted => "NOT ADOPTED",
    };
    let votes = votes.unwrap_or("the votes are not in the certificate");
    let _ = writeln!(words, "{outcome} {votes}");
    let source = proven.source.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
    let _ = writeln!(words, "rule        {}{source}", decision.rule);
    let _ = writeln!(words, "decision    {}, {}", decision.number, place(at));
    for (number, is_adopted) in &proven.package {
        let what = if *is_adopted { "adopted" } else { "not adopted" };
        let _ = writeln!(
            words,
            "package     measure {number} with it, {what}: its own certificate shows its ballots"
        );
    }
}

fn tabled(words: &mut String, text: &Measure, tabled: Option<Moment>) {
    let at = tabled.map(|at| format!(", {}", place(at))).unwrap_or_default();
    let _ = writeln!(words, "tabled      by {}{at}", text.head.by);
}

/// What the text rests on: cited, not verified here.
fn basis(words: &mut String, text: &Measure) {
    let join = |lines: &[Line]| lines.iter().map(Line::as_str).collect::<Vec<_>>().join("; ");
    if !text.basis.is_empty() {
        let _ = writeln!(words, "basis       {}", join(&text.basis));
    }
    if !text.summary.is_empty() {
        for (at, paragraph) in text.summary.iter().enumerate() {
            let name = if at == 0 { "summary" } else { "" };
            let _ = writeln!(words, "{name:<11} {paragraph}");
        }
    }
    for document in &text.documents {
        let _ = writeln!(
            words,
            "document    {} ({}), SHA-256 {}",
            document.name, document.language, document.digest
        );
    }
    if let Some(it) = &text.predecessor {
        let _ = writeln!(
            words,
            "{:<11} measure {}, text {}",
            it.relation.to_string(),
            it.cited.number,
            it.cited.text
        );
    }
    for it in &text.incidents {
        let _ = writeln!(words, "answers     incident {}, text {}", it.number, it.text);
    }
    if let Some(it) = &text.authorised_by {
        let _ = writeln!(words, "authorised  by measure {}, text {}", it.number, it.text);
    }
    for it in &text.rests_on {
        let _ = writeln!(
            words,
            "rests on    measure {} of council {}, decision {}",
            it.number, it.council, it.leaf
        );
    }
}

fn ballots(words: &mut String, proven: &Proven) {
    for (at, ballot) in proven.ballots.iter().enumerate() {
        let name = if at == 0 { "ballots" } else { "" };
        let _ = writeln!(words, "{name:<11} {}", line(ballot, proven));
    }
}

/// `BE  in favour  BE/desk-1, record 20, block 7, 2026-11-24 20:31:07 UTC`.
fn line(ballot: &BallotShown, proven: &Proven) -> String {
    let BallotShown { code, by, position, at, officers, .. } = ballot;
    let officers: Vec<_> = officers.iter().map(|label| format!("{by}/{label}")).collect();
    let mut line = format!(
        "{code:<4} {:<12} {}, {}",
        super::position(*position),
        officers.join(" "),
        place(*at)
    );
    if by != code
        && let Some(mandate) = proven.mandates.iter().find(|it| it.code == *code)
    {
        let _ = write!(line, "; under the mandate in record {}", mandate.at.leaf.0);
    }
    if let Some(declaration) = &ballot.declaration {
        let _ = write!(line, "; declaration {declaration}");
    }
    if ballot.is_tacit {
        line.push_str("; tacit assent, by a standing instruction");
    }
    line
}

/// A position in words.
pub const fn position(position: Position) -> &'static str {
    match position {
        Position::InFavour => "in favour",
        Position::Abstain => "abstains",
        Position::AbstainQualified => "abstains with a declaration",
        Position::Against => "AGAINST",
        Position::Retracted => "retracted",
    }
}

fn seals(words: &mut String, proven: &Proven) {
    let report = &proven.report;
    let codes: Vec<Code> = report.sealed_by.clone();
    let times = report.seal_times.iter().map(|(_, time)| *time);
    let span = times.clone().min().zip(times.max()).map(|(first, last)| {
        if first == last {
            format!(" at {}", seal_time(first))
        } else {
            format!(" between {} and {}", seal_time(first), seal_time(last))
        }
    });
    let number = count(codes.len() as u64, "member");
    let _ = writeln!(
        words,
        "sealed      by all {number}{}: {}",
        span.unwrap_or_default(),
        join(&codes)
    );
    let counts = &report.counts;
    let _ = writeln!(
        words,
        "checked     {} and {} on {} of a log of {}, up to block {}",
        count(counts.officer_signatures, "officers’ signature"),
        count(counts.seals as u64, "seal"),
        count(counts.records, "record"),
        report.size.0,
        report.height.0
    );
}

fn limits(words: &mut String, proven: &Proven) {
    let left_out = match &proven.ending {
        Some(Ending::Open { .. }) | None => {
            Some("a later ballot, the decision, or another end of the measure")
        }
        Some(Ending::Lapsed { .. } | Ending::Withdrawn { .. }) => Some("a ballot"),
        Some(Ending::Decided { .. }) => None,
    };
    if let Some(what) = left_out {
        let _ =
            writeln!(words, "not told    whether whoever made the certificate has left out {what}");
    }
    let _ = writeln!(
        words,
        "not told    what came after block {}; whether the charter lets such a text be tabled, which all members’ \
         nodes have judged",
        proven.report.height.0
    );
}
