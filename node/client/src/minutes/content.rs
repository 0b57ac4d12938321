//! The minutes of an act, fact by fact and part by part, in no format yet.

use nemcon_ledger::council::join;

use super::noted::{Minute, Says, SignedBallot};
use super::said::{Act, Part, Said, exact, words};
use crate::api::{FormerView, MeasureStatus, RemarkView};
use crate::words::{clocked, dated, gone, put_off, said_on, span};

/// Facts about an act.
struct Facts(Vec<(&'static str, Said)>);

impl Facts {
    fn of(&mut self, what: &'static str, said: Said) {
        self.0.push((what, said));
    }

    fn words(&mut self, what: &'static str, said: impl core::fmt::Display) {
        self.of(what, vec![words(said)]);
    }

    fn each(&mut self, what: &'static str, all: &[String]) {
        for said in all {
            self.words(what, said);
        }
    }

    fn listed(&mut self, what: &'static str, all: &[String]) {
        if !all.is_empty() {
            self.words(what, all.join(", "));
        }
    }

    fn maybe(&mut self, what: &'static str, said: Option<&String>) {
        if let Some(said) = said {
            self.words(what, said);
        }
    }
}

/// What is said of an act.
pub(super) fn act(minute: &Minute) -> Act {
    let mut facts = Facts(Vec::new());
    outcome(minute, &mut facts);
    tabled(minute, &mut facts);
    law(minute, &mut facts);
    rests_on(&minute.says, &mut facts);
    around(minute, &mut facts);
    let mut parts = says(&minute.says);
    parts.push(ballots(minute));
    parts.extend(minute.remarks.iter().map(remark));
    parts.extend(before(minute));
    let title = format!("{}. {}", minute.number, minute.act);
    Act { title, marking: minute.marking.clone(), facts: facts.0, parts }
}

/// The acts in a table: number, title, procedure, day, outcome.
pub(super) fn overview(minutes: &[Minute]) -> Part {
    let row = |minute: &Minute| -> Vec<Said> {
        let procedure = minute.says.procedure.clone().unwrap_or_default();
        let day = minute.ended.map(|ended| ended.to_string()[..10].to_owned()).unwrap_or_default();
        let cells = [minute.number.to_string(), minute.act.clone(), procedure, day];
        let outcome = minute.status.to_string();
        cells.into_iter().chain([outcome]).map(|cell| vec![words(cell)]).collect()
    };
    let columns = &["measure", "act", "procedure", "ended", "outcome"];
    Part::Table("Overview", columns, minutes.iter().map(row).collect())
}

fn outcome(minute: &Minute, facts: &mut Facts) {
    let reason = minute.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    facts.words("Outcome", format_args!("{}{reason}", minute.status));
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
        facts.words("Ended", format_args!("{ended}{record}, {after} after tabling{sealed}"));
    }
    let not_obliged = minute.not_obliged();
    if !not_obliged.is_empty() {
        facts.words("Not obliged to apply", join(&not_obliged));
    }
    if let Some(force) = &minute.force {
        facts.words("Since then", force);
    }
}

fn tabled(minute: &Minute, facts: &mut Facts) {
    let (proposer, leaf) = (&minute.proposer, minute.tabled_leaf);
    let tabled = dated(minute.tabled);
    facts.words("Tabled", format_args!("by {proposer}, {tabled}, record {leaf}"));
    if let Some(revised) = minute.revised {
        let (revision, leaf, revised) = (minute.revision, minute.leaf, dated(revised));
        facts.words("Text", format_args!("REV {revision}, since {revised}, record {leaf}"));
    }
    facts.of("Text hash", vec![exact(minute.text_hash)]);
    if let Some(opens) = minute.says.opens {
        facts.words("Balloting opened", dated(opens));
    }
    facts.words("Deadline", clocked(minute.closes, minute.zone.as_ref()));
    for it in &minute.extensions {
        facts.words("Deadline put off", put_off(it));
    }
    if !minute.package.is_empty() {
        let numbers: Vec<_> = minute.package.iter().map(u64::to_string).collect();
        facts.words("Package", format_args!("measures {}", numbers.join(", ")));
    }
}

fn law(minute: &Minute, facts: &mut Facts) {
    let says = &minute.says;
    let category = says.category.as_ref().map(|it| format!(", category {it}")).unwrap_or_default();
    facts.words("Kind", format_args!("{}{category}", minute.kind));
    let source = minute.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
    facts.words("Rule", format_args!("{}{source}", minute.rule));
    facts.maybe("Procedure", says.procedure.as_ref());
    facts.each("Legal basis", &says.basis);
    if let Some(number) = says.authorised_by {
        facts.words("Authorised by", format_args!("measure {number}"));
    }
    if let Some(concerns) = &says.concerns {
        facts.words("Concerns", concerns);
    }
}

fn rests_on(says: &Says, facts: &mut Facts) {
    facts.maybe("Initiative", says.initiative.as_ref());
    facts.each("Reference", &says.references);
    facts.each("Companion", &says.companions);
    facts.each("Prepared by", &says.prepared);
    facts.maybe("Item", says.item.as_ref());
    facts.each("Amends", &says.amends);
    facts.maybe("Predecessor", says.predecessor.as_ref());
    for number in &says.incidents {
        facts.words("Answers", format_args!("incident {number}"));
    }
    facts.each("Rests on", &says.rests_on);
    facts.maybe("Proportionality", says.proportionality.as_ref());
    facts.listed("Targets", &says.targets);
    facts.listed("Applies", &says.applies);
    facts.each("Exception", &says.exceptions);
    facts.maybe("Changes the council", says.changes.as_ref());
    for (what, date) in [
        ("Enters into force", says.enters),
        ("To be reviewed", says.reviews),
        ("Expires", says.expires),
    ] {
        if let Some(date) = date {
            facts.words(what, dated(date));
        }
    }
}

fn around(minute: &Minute, facts: &mut Facts) {
    for event in &minute.ahead {
        facts.words("Ahead", event);
    }
    facts.listed("Not stated", &minute.not_stated);
    if !minute.missing.is_empty() {
        facts.words("Not signed", join(&minute.missing));
    }
    for out in &minute.not_entitled {
        facts.words("Not entitled", format_args!("{}: {}", out.code, out.why));
    }
    for it in &minute.reservations {
        let mut said = vec![words(format_args!("{} of {}, record {}", it.sort, it.code, it.leaf))];
        match (&it.reason, it.digest) {
            (Some(why), _) => said.push(words(format_args!(": {why}"))),
            (None, Some(digest)) => said.extend([words(": text kept as "), exact(digest)]),
            (None, None) => {}
        }
        facts.of("Reservation", said);
    }
    for it in &minute.attestations {
        let at = it.reference.as_ref().map(|at| format!(": {at}")).unwrap_or_default();
        let (what, code, leaf, time) = (&it.attests, &it.code, it.leaf, dated(it.time));
        facts.words("Attested", format_args!("{what} by {code}, {time}, record {leaf}{at}"));
    }
}

/// The summary of the act, and what its text binds.
fn says(says: &Says) -> Vec<Part> {
    let mut parts = Vec::new();
    if !says.summary.is_empty() {
        parts.push(Part::Text("Summary", says.summary.clone()));
    }
    if !says.listed.is_empty() {
        let listed = says.listed.iter().map(|target| vec![exact(target)]).collect();
        parts.push(Part::List("Targets, as commitments", listed));
    }
    if !says.documents.is_empty() {
        let rows = says.documents.iter().map(|it| {
            let cells = [words(&it.name), words(&it.language), words(it.length), exact(it.digest)];
            cells.into_iter().map(|cell| vec![cell]).collect()
        });
        let columns = &["document", "language", "bytes", "SHA-256"];
        parts.push(Part::Table("Documents", columns, rows.collect()));
    }
    parts
}

fn ballots(minute: &Minute) -> Part {
    if minute.withholds_votes {
        return Part::Note("The votes are not public.");
    }
    if minute.signed.is_empty() {
        return Part::Note("No ballot stands.");
    }
    let columns = &["member", "position", "signed", "record", "how"];
    Part::Table("Ballots", columns, minute.signed.iter().map(row).collect())
}

/// A statement that a party has had recorded, whole.
fn remark(it: &RemarkView) -> Part {
    let public = if it.public { "public" } else { "not public" };
    let kept = it.digest.map(|digest| format!(", text kept as {digest}")).unwrap_or_default();
    let (sort, code, leaf, time) = (&it.sort, &it.code, it.leaf, dated(it.time));
    let head = format!("{sort} of {code}, {time}, record {leaf}, {public}{kept}");
    Part::Text("Statement", core::iter::once(head).chain(it.text.iter().cloned()).collect())
}

fn row(signed: &SignedBallot) -> Vec<Said> {
    let mut how: Vec<Said> = Vec::new();
    if let Some(by) = &signed.by {
        how.push(vec![words(format_args!("by {by} under its mandate"))]);
    }
    if signed.tacit {
        how.push(vec![words("by a standing instruction")]);
    }
    if let Some(digest) = &signed.declaration {
        how.push(vec![words("declaration "), exact(digest)]);
    }
    let time = signed.time.map(dated).unwrap_or_default();
    let record = signed.record.map(|record| record.to_string()).unwrap_or_default();
    let who = format!("{} {}", signed.code, signed.name);
    let cells = [who, signed.position.to_string(), time, record].map(|cell| vec![words(cell)]);
    cells.into_iter().chain([how.join(&words("; "))]).collect()
}

/// The former texts, and the ballots, mandates and reservations that have ended.
fn before(minute: &Minute) -> Vec<Part> {
    let mut parts = Vec::new();
    if !minute.former.is_empty() {
        parts.push(Part::List("Former texts", minute.former.iter().map(former).collect()));
    }
    if !minute.past.is_empty() {
        let past = minute.past.iter().map(|past| vec![words(gone(past))]).collect();
        parts.push(Part::List("What stands no more", past));
    }
    parts
}

fn former(it: &FormerView) -> Said {
    let signed = said_on(it);
    let signed = match &signed[..] {
        [] => "signed by nobody".to_owned(),
        signed => format!("void since: {}", signed.join(", ")),
    };
    let (revision, leaf, until) = (it.revision, it.leaf, dated(it.replaced));
    let head = format!("REV {revision}, record {leaf}, until {until}, text hash ");
    vec![words(head), exact(it.text_hash), words(format_args!("; {signed}"))]
}
