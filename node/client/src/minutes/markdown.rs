//! Minutes as Markdown: a heading for each act, then facts one a line, then texts and tables.

use crate::api::MeasureStatus;
use core::fmt::{Display, Write as _};

use nemcon_ledger::council::join;

use crate::api::FormerView;

use super::noted::{Minute, Says, SignedBallot};
use super::plain::{paragraph, plain};
use super::remarks;
use crate::words::{dated, gone, put_off, said_on, span};

/// Writes the minutes of one act, or of all acts of a month.
pub fn write(council: &str, month: Option<&str>, minutes: &[Minute]) -> String {
    let mut text = match month {
        Some(month) => format!("# {}: acts that ended in {month} (UTC)\n", plain(council)),
        None => format!("# {}\n", plain(council)),
    };
    if minutes.is_empty() {
        text.push_str("\nNone.\n");
    }
    for minute in minutes {
        text.push_str(&act(minute));
    }
    text
}

/// Facts about an act, one a line.
struct Facts(String);

impl Facts {
    /// Adds a line with a word of this program's, or a foreign one that was escaped before.
    fn line(&mut self, what: &str, said: impl Display) {
        let _ = writeln!(self.0, "- {what}: {said}");
    }

    fn words(&mut self, what: &str, said: &str) {
        self.line(what, plain(said));
    }

    fn each(&mut self, what: &str, all: &[String]) {
        for said in all {
            self.words(what, said);
        }
    }

    fn listed(&mut self, what: &str, all: &[String]) {
        if !all.is_empty() {
            self.words(what, &all.join(", "));
        }
    }
}

fn act(minute: &Minute) -> String {
    let mut facts = Facts(format!("\n## {}. {}\n\n", minute.number, plain(&minute.act)));
    if let Some(marking) = &minute.marking {
        facts.words("Marking", marking);
    }
    outcome(minute, &mut facts);
    tabled(minute, &mut facts);
    law(minute, &mut facts);
    rests_on(&minute.says, &mut facts);
    around(minute, &mut facts);
    let mut text = facts.0;
    text.push_str(&says(&minute.says));
    text.push_str(&ballots(minute));
    text.push_str(&remarks::section(&minute.remarks));
    text.push_str(&before(minute));
    text
}

fn outcome(minute: &Minute, facts: &mut Facts) {
    let reason = minute.reason.as_ref().map(|why| format!(": {}", plain(why))).unwrap_or_default();
    facts.line("Outcome", format_args!("{}{reason}", minute.status));
    if let Some(ended) = minute.ended {
        let after = span(ended.as_ms().saturating_sub(minute.tabled.as_ms()));
        let record = minute.outcome_leaf.map(|leaf| format!(", record {leaf}")).unwrap_or_default();
        // A withdrawal derives no record, so no seal makes it final.
        let sealed = match (minute.is_final, minute.status) {
            (true, _) => "; sealed by all, final",
            (false, MeasureStatus::Withdrawn) => "",
            (false, _) => "; not yet sealed by all",
        };
        let ended = dated(ended);
        facts.line("Ended", format_args!("{ended}{record}, {after} after tabling{sealed}"));
    }
    let not_obliged = minute.not_obliged();
    if !not_obliged.is_empty() {
        facts.line("Not obliged to apply", join(&not_obliged));
    }
    if let Some(force) = &minute.force {
        facts.words("Since then", &force.to_string());
    }
}

fn tabled(minute: &Minute, facts: &mut Facts) {
    let (proposer, leaf) = (&minute.proposer, minute.tabled_leaf);
    let tabled = dated(minute.tabled);
    facts.line("Tabled", format_args!("by {proposer}, {tabled}, record {leaf}"));
    if let Some(revised) = minute.revised {
        let (revision, leaf, revised) = (minute.revision, minute.leaf, dated(revised));
        facts.line("Text", format_args!("REV {revision}, since {revised}, record {leaf}"));
    }
    facts.line("Text hash", format_args!("`{}`", minute.text_hash));
    if let Some(opens) = minute.says.opens {
        facts.line("Balloting opened", dated(opens));
    }
    facts.line("Deadline", dated(minute.closes));
    for it in &minute.extensions {
        facts.words("Deadline put off", &put_off(it));
    }
    if !minute.package.is_empty() {
        let numbers: Vec<_> = minute.package.iter().map(u64::to_string).collect();
        facts.line("Package", format_args!("measures {}", numbers.join(", ")));
    }
}

fn law(minute: &Minute, facts: &mut Facts) {
    let says = &minute.says;
    let category = says.category.as_ref().map(|it| format!(", category {it}")).unwrap_or_default();
    facts.words("Kind", &format!("{}{category}", minute.kind));
    let source = minute.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
    facts.words("Rule", &format!("{}{source}", minute.rule));
    if let Some(procedure) = &says.procedure {
        facts.words("Procedure", procedure);
    }
    facts.each("Legal basis", &says.basis);
    if let Some(number) = says.authorised_by {
        facts.line("Authorised by", format_args!("measure {number}"));
    }
    if let Some(concerns) = &says.concerns {
        facts.line("Concerns", concerns);
    }
}

fn rests_on(says: &Says, facts: &mut Facts) {
    if let Some(initiative) = &says.initiative {
        facts.words("Initiative", initiative);
    }
    facts.each("Reference", &says.references);
    facts.each("Companion", &says.companions);
    facts.each("Prepared by", &says.prepared);
    if let Some(item) = &says.item {
        facts.words("Item", item);
    }
    facts.each("Amends", &says.amends);
    if let Some(predecessor) = &says.predecessor {
        facts.words("Predecessor", predecessor);
    }
    for number in &says.incidents {
        facts.line("Answers", format_args!("incident {number}"));
    }
    facts.each("Rests on", &says.rests_on);
    if let Some(why) = &says.proportionality {
        facts.words("Proportionality", why);
    }
    facts.listed("Targets", &says.targets);
    facts.listed("Applies", &says.applies);
    facts.each("Exception", &says.exceptions);
    if let Some(changes) = &says.changes {
        facts.words("Changes the council", changes);
    }
    if let Some(enters) = says.enters {
        facts.line("Enters into force", dated(enters));
    }
    if let Some(reviews) = says.reviews {
        facts.line("To be reviewed", dated(reviews));
    }
    if let Some(expires) = says.expires {
        facts.line("Expires", dated(expires));
    }
}

fn around(minute: &Minute, facts: &mut Facts) {
    for event in &minute.ahead {
        facts.words("Ahead", &event.to_string());
    }
    facts.listed("Not stated", &minute.not_stated);
    if !minute.missing.is_empty() {
        facts.line("Not signed", join(&minute.missing));
    }
    for out in &minute.not_entitled {
        facts.words("Not entitled", &format!("{}: {}", out.code, out.why));
    }
    for it in &minute.reservations {
        let why = it.reason.as_ref().map(|why| format!(": {}", plain(why)));
        let why = why.or_else(|| it.digest.map(|digest| format!(": text kept as `{digest}`")));
        let (sort, code, leaf) = (plain(&it.sort), &it.code, it.leaf);
        let why = why.unwrap_or_default();
        facts.line("Reservation", format_args!("{sort} of {code}, record {leaf}{why}"));
    }
    for it in &minute.attestations {
        let at = it.reference.as_ref().map(|at| format!(": {at}")).unwrap_or_default();
        let (what, code, leaf, time) = (&it.attests, &it.code, it.leaf, dated(it.time));
        facts.words("Attested", &format!("{what} by {code}, {time}, record {leaf}{at}"));
    }
}

/// The summary of the act, and what its text binds.
fn says(says: &Says) -> String {
    let mut text = String::new();
    if !says.summary.is_empty() {
        text.push_str("\n### Summary\n");
        says.summary.iter().for_each(|line| {
            let _ = write!(text, "\n{}\n", paragraph(line));
        });
    }
    if !says.listed.is_empty() {
        text.push_str("\n### Targets, as commitments\n\n");
        says.listed.iter().for_each(|target| {
            let _ = writeln!(text, "- `{target}`");
        });
    }
    if !says.documents.is_empty() {
        text.push_str(
            "\n### Documents\n\n| document | language | bytes | SHA-256 |\n|---|---|---|---|\n",
        );
        says.documents.iter().for_each(|it| {
            let (name, language) = (plain(&it.name), plain(&it.language));
            let _ = writeln!(text, "| {name} | {language} | {} | `{}` |", it.length, it.digest);
        });
    }
    text
}

fn ballots(minute: &Minute) -> String {
    if minute.withholds_votes {
        return "\nThe votes are not public.\n".to_owned();
    }
    if minute.signed.is_empty() {
        return "\nNo ballot stands.\n".to_owned();
    }
    let head =
        "\n### Ballots\n\n| member | position | signed | record | how |\n|---|---|---|---|---|\n";
    head.to_owned() + &minute.signed.iter().map(row).collect::<String>()
}

fn row(signed: &SignedBallot) -> String {
    let mut how = Vec::new();
    if let Some(by) = &signed.by {
        how.push(format!("by {by} under its mandate"));
    }
    if signed.tacit {
        how.push("by a standing instruction".to_owned());
    }
    if let Some(digest) = &signed.declaration {
        how.push(format!("declaration `{digest}`"));
    }
    let time = signed.time.map(dated).unwrap_or_default();
    let record = signed.record.map(|record| record.to_string()).unwrap_or_default();
    let (code, name) = (&signed.code, plain(&signed.name));
    format!("| {code} {name} | {} | {time} | {record} | {} |\n", signed.position, how.join("; "))
}

/// The former texts, and the ballots, mandates and reservations that have ended.
fn before(minute: &Minute) -> String {
    let mut text = String::new();
    if !minute.former.is_empty() {
        text.push_str("\n### Former texts\n\n");
        minute.former.iter().for_each(|it| {
            let _ = writeln!(text, "- {}", former(it));
        });
    }
    if !minute.past.is_empty() {
        text.push_str("\n### What stands no more\n\n");
        minute.past.iter().for_each(|past| {
            let _ = writeln!(text, "- {}", plain(&gone(past)));
        });
    }
    text
}

fn former(it: &FormerView) -> String {
    let signed = said_on(it);
    let signed = match &signed[..] {
        [] => "signed by nobody".to_owned(),
        signed => format!("void since: {}", signed.join(", ")),
    };
    let (revision, leaf, until, hash) = (it.revision, it.leaf, dated(it.replaced), it.text_hash);
    format!("REV {revision}, record {leaf}, until {until}, text hash `{hash}`; {signed}")
}
