//! A measure with everything that a person should read before signing.

use core::fmt::{self, Write as _};
use nemcon_client::api::MeasureStatus;
use nemcon_client::words::{remarked, reserved, rests_on, revised, said_on, sentence};

use nemcon_client::api::{AttributionView, BallotView, FormerView, Incident, Measure};
use nemcon_client::statements;
use nemcon_ledger::council::join;
use nemcon_ledger::record::Position;
use nemcon_ledger::record::charter::{Charter, Difference};
use nemcon_ledger::record::measure_fields::Cited;
use nemcon_ledger::text::{Code, Label, Line};
use serde::Serialize;

use nemcon_client::failure::Failure;
use nemcon_client::publication::marking_of_all;
use nemcon_client::session::Session;
use nemcon_client::words::{clocked, count, dated, gone, moment, put_off, state};

/// A measure with the incidents that it answers.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Shown {
    #[serde(flatten)]
    measure: Measure,
    /// The incidents that the measure answers, with the members that share the assessment.
    answers: Vec<Incident>,
    /// The decisions of other councils that the measure rests on, in words.
    rests_on: Vec<String>,
    /// Why the measure is proportionate, as its text says.
    proportionality: Option<String>,
    /// What adoption changes in the council itself.
    changes: Option<String>,
    /// The procedure that it names, and what is attested of it.
    procedure: Option<String>,
    /// The zone of the council's clocks.
    #[serde(skip)]
    zone: Option<Line>,
    /// The party that reads.
    #[serde(skip)]
    reader: Option<Code>,
}

impl Shown {
    /// Reads the measure, and the incidents that it answers, from the session's node.
    ///
    /// # Errors
    /// [`Failure`], also if the text has not the hash that the node names.
    pub(super) fn fetch(session: &Session, number: u64) -> Result<Self, Failure> {
        let client = session.client();
        let measure = client.measure(number)?;
        let (said, _) = statements::read(&measure)?;
        let answered = |cited: &Cited| client.incident(cited.number);
        let charter = session.founding()?.genesis().charter.clone();
        let answers = said.incidents.iter().map(answered).collect::<Result<_, _>>()?;
        let procedure = said.procedure.map(|name| proceeding(&name, &measure, &charter));
        Ok(Self {
            measure,
            answers,
            rests_on: said.rests_on.iter().map(rests_on).collect(),
            proportionality: said.proportionality.map(|line| line.to_string()),
            changes: sentence(&said.council_change),
            procedure,
            zone: charter.zone,
            reader: session.code().cloned(),
        })
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let measure = &self.measure;
        if let Some(marking) = self.marking() {
            writeln!(f, "{marking}")?;
        }
        writeln!(
            f,
            "measure {} REV {}: {}\n{}\n",
            measure.number,
            measure.revision,
            state(measure),
            underlined(&measure.title)
        )?;
        f.write_str(&measure.text)?;
        writeln!(
            f,
            "\ntext hash {}\ntabled by {} {}, record {}",
            measure.text_hash,
            measure.by,
            dated(measure.tabled),
            measure.tabled_leaf
        )?;
        if let Some(revised) = measure.revised {
            let revision = measure.revision;
            let leaf = measure.leaf;
            writeln!(f, "REV {revision} since {}, record {leaf}", dated(revised))?;
        }
        f.write_str(&self.terms())?;
        if let Some(changes) = &self.changes {
            writeln!(f, "\nits adoption changes the council: {changes}")?;
        }
        for other in &self.rests_on {
            writeln!(f, "\nrests on {other}")?;
        }
        f.write_str(&self.assessment())?;
        if let Some(warning) = self.reader.as_ref().and_then(|code| superseded(measure, code)) {
            writeln!(f, "\nATTENTION: {warning}")?;
        }
        f.write_str(&ballots(measure))?;
        f.write_str(&self.around())?;
        f.write_str(&differences(measure))
    }
}

impl Shown {
    /// How what is shown is marked, if only members may see all of it. Incidents are never public.
    fn marking(&self) -> Option<String> {
        let of_answers = self.measure.publication.as_ref().filter(|_| !self.answers.is_empty());
        marking_of_all(&self.measure).or_else(|| of_answers.map(|it| it.marking.clone()))
    }

    /// Why the measure is proportionate, and which members share the assessment of the incidents.
    fn assessment(&self) -> String {
        let mut words = String::new();
        if self.proportionality.is_none() && self.answers.is_empty() {
            return words;
        }
        let why = self.proportionality.as_deref().unwrap_or("not stated");
        let _ = writeln!(words, "\nproportionality: {why}");
        for incident in &self.answers {
            let _ = writeln!(words, "answers incident {}: {}", incident.number, incident.title);
            words.push_str(&shared(incident));
        }
        words
    }

    /// The rule, the entitled members, the deadline, the package, and the fields that are not stated.
    fn terms(&self) -> String {
        let measure = &self.measure;
        let source =
            measure.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
        let entitled: Vec<Code> =
            measure.ballots.iter().map(|ballot| ballot.code.clone()).collect();
        let mut words = format!("\nrule {}{source}\n", measure.rule);
        let _ = writeln!(words, "entitled: {} members: {}", entitled.len(), join(&entitled));
        for out in &measure.excluded {
            let _ = writeln!(words, "not entitled: {}: {}", out.code, out.why);
        }
        let _ = writeln!(words, "closes {}", clocked(measure.closes, self.zone.as_ref()));
        if let Some(procedure) = &self.procedure {
            let _ = writeln!(words, "procedure {procedure}");
        }
        if let Some(package) = &measure.package {
            let numbers: Vec<_> = package.measures.iter().map(u64::to_string).collect();
            let numbers = numbers.join(", ");
            let hash = package.text_hash;
            let _ = writeln!(words, "package {hash}: measures {numbers} together or not at all");
        }
        if !measure.unstated.is_empty() {
            let _ = writeln!(words, "not stated: {}", measure.unstated.join(", "));
        }
        words
    }

    /// The mandates, reservations, attestations, remarks and former texts.
    fn around(&self) -> String {
        let measure = &self.measure;
        let mut words = String::new();
        for mandate in &measure.mandates {
            let used = if mandate.used { "used" } else { "not used" };
            let code = &mandate.code;
            let holder = &mandate.holder;
            let leaf = mandate.leaf;
            let _ = write!(words, "\nmandate: {code} lets {holder} sign, record {leaf}, {used}");
        }
        for reservation in &measure.reservations {
            let _ = write!(words, "\nreservation: {}", reserved(reservation));
        }
        for it in &measure.attestations {
            let at = it.reference.as_ref().map(|at| format!(": {at}")).unwrap_or_default();
            let code = &it.code;
            let what = &it.attests;
            let leaf = it.leaf;
            let time = dated(it.time);
            let _ = write!(words, "\nattested: {what} by {code} {time}, record {leaf}{at}");
        }
        for it in &measure.remarks {
            let _ = write!(words, "\nremark: {}", remarked(it));
        }
        for past in &measure.past {
            let _ = write!(words, "\nno longer: {}", gone(past));
        }
        for it in &measure.extensions {
            let _ = write!(words, "\nput off: {}", put_off(it));
        }
        measure.former.iter().for_each(|former| words.push_str(&history(former)));
        words
    }
}

/// The members' attributions of the incident, and the members without one.
pub(in crate::cli) fn shared(incident: &Incident) -> String {
    if incident.attributions.is_empty() {
        return "  nobody attributes it\n".to_owned();
    }
    let said: Vec<_> = incident.attributions.iter().map(attributed).collect();
    format!("  {}\n", said.join("\n  "))
}

fn attributed(it: &AttributionView) -> String {
    let who = match (&it.who, &it.digest) {
        (Some(who), _) => format!(" ({who})"),
        (None, Some(digest)) => format!(" (kept off the ledger as {digest})"),
        (None, None) => String::new(),
    };
    let public = if it.public { "public" } else { "not public" };
    format!(
        "{}: {}{who}, confidence {}, {}, {public}, record {}",
        it.code, it.finding, it.confidence, it.manner, it.leaf
    )
}

/// A procedure with what the charter has attested of it: `written; procedure-agreed: GSC, procedure-completed:
/// nobody yet`.
fn proceeding(name: &Label, measure: &Measure, charter: &Charter) -> String {
    let words = charter.procedure(name).map_or(&[][..], |it| &it.attests);
    let attested = |word: &Label| {
        let by = measure.attestations.iter().filter(|it| it.attests == word.as_str());
        let by: Vec<Code> = by.map(|it| it.code.clone()).collect();
        let by = if by.is_empty() { "nobody yet".to_owned() } else { join(&by) };
        format!("{word}: {by}")
    };
    let words: Vec<_> = words.iter().map(attested).collect();
    if words.is_empty() { name.to_string() } else { format!("{name}; {}", words.join(", ")) }
}

/// Where the charter is unlike the law that it models: in full what is about this kind, as a number what is about all.
fn differences(measure: &Measure) -> String {
    let all = measure.differences.len();
    if all == 0 {
        return String::new();
    }
    let points = count(all as u64, "point");
    let mut words = format!(
        "\n\nunlike the law that the charter models in {points}: `nemcon charter show` tells them"
    );
    let own = |it: &&Difference| !it.kinds.is_empty();
    for Difference { how, topic, says, .. } in measure.differences.iter().filter(own) {
        let _ = write!(words, "\n  {how} ({topic}): {says}");
    }
    words
}

/// What a member must know that signed a former text.
fn superseded(measure: &Measure, code: &Code) -> Option<String> {
    let is_its = |said: &Position| *said != Position::Retracted;
    let signed = |former: &&FormerView| former.signed.get(code).is_some_and(is_its);
    let former = measure.former.iter().rev().find(signed)?;
    let has_signed_since =
        measure.ballots.iter().any(|ballot| ballot.code == *code && ballot.position.is_some());
    let by = former.cast_by.get(code);
    (!has_signed_since).then(|| revised(measure.number, (former.revision, by), measure.revision))
}

fn history(former: &FormerView) -> String {
    let signed = said_on(former);
    let signed = if signed.is_empty() { "by nobody".to_owned() } else { signed.join(", ") };
    format!(
        "\nREV {} stood until {}, record {}; signed {signed}: void",
        former.revision,
        dated(former.replaced),
        former.leaf
    )
}

fn ballots(measure: &Measure) -> String {
    let mut words = String::new();
    for ballot in &measure.ballots {
        let _ = write!(words, "\n{}", ballot_line(ballot));
    }
    if !measure.missing.is_empty() && measure.status != MeasureStatus::Withdrawn {
        let _ = write!(words, "\n\nmissing: {}", join(&measure.missing));
    }
    words
}

fn underlined(title: &str) -> String {
    format!("{title}\n{}", "─".repeat(title.chars().count().min(72)))
}

fn ballot_line(ballot: &BallotView) -> String {
    let said = match (ballot.position, ballot.pending) {
        (Some(position), false) => position.to_string(),
        (Some(position), true) => format!("{position}, another one waits to be ordered"),
        (None, true) => "waits to be ordered, not counted".to_owned(),
        (None, false) => "·".to_owned(),
    };
    let at = ballot.time.map(|time| format!("  {}", moment(time))).unwrap_or_default();
    let leaf = ballot.leaf.map(|leaf| format!("  record {leaf}")).unwrap_or_default();
    let by = ballot.cast_by.as_ref().map(|by| format!(", signed by {by} under its mandate"));
    let tacit = if ballot.tacit { ", by a standing instruction" } else { "" };
    let by = by.unwrap_or_default();
    let declared = ballot.declaration.map(|digest| format!(", declaration {digest}"));
    let declared = declared.unwrap_or_default();
    format!("{:<8} {:<18}{at}{leaf}  {}{by}{tacit}{declared}", ballot.code, said, ballot.name)
}
