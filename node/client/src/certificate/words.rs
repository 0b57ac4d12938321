//! What a certificate shows, in words.

use core::fmt::{Display, Write as _};

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
        let _ = writeln!(words, "{}", proven.report.name);
    }
    for (what, said) in rows(proven) {
        let _ = writeln!(words, "{what:<11} {said}");
    }
    words.push_str(&verdict(proven));
    words
}

/// The same line by line: what a line is about, and what it says. A line about nothing goes on with the one before it.
pub(super) fn rows(proven: &Proven) -> Vec<(String, String)> {
    let mut rows = Rows(Vec::new());
    if proven.is_faultless() {
        claims(&mut rows, proven);
    } else {
        faults(&mut rows, proven);
    }
    rows.0
}

/// Lines, as far as they are said.
struct Rows(Vec<(String, String)>);

impl Rows {
    fn say(&mut self, what: impl Into<String>, said: impl Display) {
        self.0.push((what.into(), said.to_string()));
    }
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

fn faults(words: &mut Rows, proven: &Proven) {
    for fault in &proven.report.faults {
        words.say("FAULT", format_args!("{fault}"));
        words.say("", format_args!("{}: {}", fault.name(), fault.wrong.rule_in_words()));
    }
    if let Some(why) = &proven.report.unjudged.seals {
        words.say("FAULT", format_args!("the seals could not be judged: {why}"));
    }
    words.say("not told", "what the file says of the decision: nothing of it is shown to be true");
}

fn claims(words: &mut Rows, proven: &Proven) {
    let report = &proven.report;
    if let Some(council) = report.council {
        words.say("council", format_args!("{council}"));
    }
    outcome(words, proven);
    if let Some((text, hash, revision, at)) = &proven.text {
        let revision = if *revision > 1 { format!(", REV {revision}") } else { String::new() };
        words.say("text", format_args!("{hash}{revision}, {}", place(*at)));
        tabled(words, text, proven.tabled);
        basis(words, text);
    }
    ballots(words, proven);
    if let Some(Ending::Decided { decision, .. }) = &proven.ending {
        for out in &decision.excluded {
            words.say("no ballot", format_args!("{}: {}", out.code, out.why));
        }
    }
    seals(words, proven);
    limits(words, proven);
}

fn place(at: Moment) -> String {
    let by = if at.is_exact { "" } else { "at the latest " };
    format!("record {}, {by}block {}, {}", at.leaf.0, at.height.0, dated(at.time))
}

fn outcome(words: &mut Rows, proven: &Proven) {
    let number = proven.measure;
    let title = proven.text.as_ref().map(|(text, ..)| text.title.as_str());
    let title = title.unwrap_or("no record of the certificate says which text has this number");
    words.say(format!("measure {number:<3}"), format_args!("{title}"));
    match &proven.ending {
        Some(Ending::Decided { decision, at, votes }) => {
            decided(words, proven, decision, *at, votes.as_deref());
        }
        Some(Ending::Lapsed { lapse, at }) => {
            words.say(
                "LAPSED",
                format_args!("{}; missing {}; {}", lapse.reason, join(&lapse.missing), place(*at)),
            );
        }
        Some(Ending::Withdrawn { at }) => {
            words.say("WITHDRAWN", format_args!("by whoever tabled it; {}", place(*at)));
        }
        Some(Ending::Open { .. }) | None => {
            words.say("OPEN", format_args!("the certificate has no decision on it"));
        }
    }
}

fn decided(
    words: &mut Rows,
    proven: &Proven,
    decision: &Decision,
    at: Moment,
    votes: Option<&str>,
) {
    let outcome = match decision.outcome {
        Outcome::Adopted => "ADOPTED",
        Outcome::NotAdopted => "NOT ADOPTED",
    };
    let votes = votes.unwrap_or("the votes are not in the certificate");
    words.say(outcome, format_args!("{votes}"));
    let source = proven.source.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
    words.say("rule", format_args!("{}{source}", decision.rule));
    words.say("decision", format_args!("{}, {}", decision.number, place(at)));
    for (number, is_adopted) in &proven.package {
        let what = if *is_adopted { "adopted" } else { "not adopted" };
        words.say(
            "package",
            format_args!("measure {number} with it, {what}: its own certificate shows its ballots"),
        );
    }
}

fn tabled(words: &mut Rows, text: &Measure, tabled: Option<Moment>) {
    let at = tabled.map(|at| format!(", {}", place(at))).unwrap_or_default();
    words.say("tabled", format_args!("by {}{at}", text.head.by));
}

/// What the text rests on: cited, not verified here.
fn basis(words: &mut Rows, text: &Measure) {
    let join = |lines: &[Line]| lines.iter().map(Line::as_str).collect::<Vec<_>>().join("; ");
    if !text.basis.is_empty() {
        words.say("basis", format_args!("{}", join(&text.basis)));
    }
    if !text.summary.is_empty() {
        for (at, paragraph) in text.summary.iter().enumerate() {
            let name = if at == 0 { "summary" } else { "" };
            words.say(name, format_args!("{paragraph}"));
        }
    }
    for document in &text.documents {
        words.say(
            "document",
            format_args!("{} ({}), SHA-256 {}", document.name, document.language, document.digest),
        );
    }
    if let Some(it) = &text.predecessor {
        words.say(
            it.relation.to_string(),
            format_args!("measure {}, text {}", it.cited.number, it.cited.text),
        );
    }
    for it in &text.incidents {
        words.say("answers", format_args!("incident {}, text {}", it.number, it.text));
    }
    if let Some(it) = &text.authorised_by {
        words.say("authorised", format_args!("by measure {}, text {}", it.number, it.text));
    }
    for it in &text.rests_on {
        words.say(
            "rests on",
            format_args!("measure {} of council {}, decision {}", it.number, it.council, it.leaf),
        );
    }
}

fn ballots(words: &mut Rows, proven: &Proven) {
    for (at, ballot) in proven.ballots.iter().enumerate() {
        let name = if at == 0 { "ballots" } else { "" };
        words.say(name, format_args!("{}", line(ballot, proven)));
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

fn seals(words: &mut Rows, proven: &Proven) {
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
    words.say(
        "sealed",
        format_args!("by all {number}{}: {}", span.unwrap_or_default(), join(&codes)),
    );
    let counts = &report.counts;
    words.say(
        "checked",
        format_args!(
            "{} and {} on {} of a log of {}, up to block {}",
            count(counts.officer_signatures, "officers’ signature"),
            count(counts.seals as u64, "seal"),
            count(counts.records, "record"),
            report.size.0,
            report.height.0
        ),
    );
}

fn limits(words: &mut Rows, proven: &Proven) {
    let left_out = match &proven.ending {
        Some(Ending::Open { .. }) | None => {
            Some("a later ballot, the decision, or another end of the measure")
        }
        Some(Ending::Lapsed { .. } | Ending::Withdrawn { .. }) => Some("a ballot"),
        Some(Ending::Decided { .. }) => None,
    };
    if let Some(what) = left_out {
        words.say(
            "not told",
            format_args!("whether whoever made the certificate has left out {what}"),
        );
    }
    words.say("not told", format_args!("what came after block {}; whether the charter lets such a text be tabled, which all members’ \
         nodes have judged",
        proven.report.height.0));
}
