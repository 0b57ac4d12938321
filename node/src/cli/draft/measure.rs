//! The draft of a measure: a new one of some kind, or a revision of an existing one.

use nemcon_ledger::record::Measure;
use nemcon_ledger::record::charter::{Authority, Charter, Effect, EntitledSet, Kind, Rule, Use};

use super::council_change::{self, Known};
use super::fields::{self, Field, Part};
use super::form::{Form, quoted};
use nemcon_client::charter::{ballots_of, source_of, who};

/// The usual span of balloting, as a draft suggests it.
const CLOSES_IN: &str = "14 days";

/// The draft of a new measure of this kind.
pub(super) fn new(charter: &Charter, kind: &Kind, known: Known<'_>) -> String {
    let mut head = vec![format!("{}: a draft of kind `{}`.", charter.name, kind.name)];
    head.extend(decided(charter, kind));
    head.push(tabled_by(charter, kind));
    head.push(format!(
        "Fill in what is empty. A line that begins with `#` and a field's name may be used: take the `#` \
         away and fill it in. Then, with `--as`, `--key` and `--node` or `--dir`:\n  {} {}.toml",
        command(kind),
        kind.name
    ));
    if kind.effect != Some(Effect::Appointment) {
        head.push(
            "What is to be adopted together or not at all: several such files with the same `opens` and \
             `closes`, tabled with `nemcon measure table A.toml B.toml --package`."
                .to_owned(),
        );
    }
    body(Form::new(&head), charter, kind, known, None)
}

/// A measure as it stands.
pub(super) struct Standing<'a> {
    pub(super) number: u64,
    pub(super) revision: u32,
    /// The measure's text at this revision.
    pub(super) said: &'a Measure,
}

/// The draft of the next revision of a measure.
pub(super) fn revision(
    charter: &Charter,
    kind: &Kind,
    known: Known<'_>,
    stands: &Standing<'_>,
) -> String {
    let Standing { number, revision, said } = *stands;
    let next = revision + 1;
    let file = super::naming::revision_file(number, revision);
    let head = [
        format!(
            "{}: {} {number} as it stands at REV {revision}, to become REV {next}.",
            charter.name,
            charter.word("measure", "measure")
        ),
        format!(
            "Change what shall change. `kind` and the rule stay. What was signed on REV {revision} is void \
             then. Then, with `--as`, `--key` and `--node` or `--dir`:\n  nemcon measure revise {number} {file}"
        ),
    ];
    body(Form::new(&head), charter, kind, known, Some(said))
}

/// The command that tables a draft of this kind.
const fn command(kind: &Kind) -> &'static str {
    match kind.effect {
        Some(Effect::Accession) => "nemcon member admit",
        Some(Effect::Departure) => "nemcon member depart",
        Some(Effect::Appointment) => "nemcon member appoint",
        Some(Effect::Weights) => "nemcon member weights",
        Some(Effect::Authorisation | Effect::Rules) | None => "nemcon measure table",
    }
}

/// A line for each rule that may decide a measure of this kind.
fn decided(charter: &Charter, kind: &Kind) -> Vec<String> {
    let ways = kind.decided.iter().filter_map(|way| Some((way, charter.rule(&way.by)?)));
    let sentence = |(way, rule): (&Use, &Rule)| {
        let source = source_of(charter, kind, rule);
        format!("Decided by {}: {}{source}.", rule.name, ballots_of(rule, way))
    };
    ways.map(sentence).collect()
}

fn tabled_by(charter: &Charter, kind: &Kind) -> String {
    let mut words = format!("{} may table it.", who(charter, charter.may_table(&kind.name)));
    if kind.effect == Some(Effect::Appointment) {
        words = format!("Any {} may table it.", charter.word("member", "member"));
    }
    if kind.qualified {
        words.push_str(" A member may abstain from it with a formal declaration.");
    }
    words
}

fn body(
    mut form: Form,
    charter: &Charter,
    kind: &Kind,
    known: Known<'_>,
    said: Option<&Measure>,
) -> String {
    let council_change = said.map(|it| &it.council_change);
    let place = fields::of_its_place(charter, kind, said).into_iter();
    let all = place.chain(fields::of_its_grounds(charter, said));
    let all =
        all.chain(fields::of_its_matter(charter, said)).chain(fields::of_its_dates(kind, said));
    let all: Vec<_> = all.map(|field| (field.part(kind), field)).collect();
    let fields = |part: Part, form: &mut Form| {
        let is_apt = |field: &Field| kind.effect.is_none() || !field.is_outward();
        let of_part = all.iter().filter(|(of, _)| *of == part);
        let of_part = of_part.filter(|(of, field)| *of != Part::May || is_apt(field));
        of_part.for_each(|(_, field)| field.write(part, form));
    };
    form.part(if said.is_some() { "What it says" } else { "Required" });
    form.says("The kind, as the charter names it.").line("kind", quoted(&kind.name));
    rule(kind, said, &mut form);
    let title = said.map_or_else(|| "\"\"".to_owned(), |it| quoted(&it.title));
    form.says("The title, in one line.").line("title", title);
    who_decides(charter, kind, said, &mut form);
    fields(Part::Stands, &mut form);
    if let Some(effect) = kind.effect {
        council_change::lines(effect, charter, known, council_change, &mut form);
    }
    dates(said, &mut form);
    if all.iter().any(|(part, _)| *part == Part::Asked) {
        form.part("Asked for: what is absent is shown as \"not stated\"");
        fields(Part::Asked, &mut form);
    }
    form.part("What it may say besides");
    fields(Part::May, &mut form);
    opens(said, &mut form);
    if let Some(effect) = kind.effect {
        council_change::tables(effect, charter, known, council_change, &mut form);
    }
    form.text()
}

/// Writes the field `rule` if the charter leaves a choice.
fn rule(kind: &Kind, said: Option<&Measure>, form: &mut Form) {
    if let [_] = &kind.decided[..] {
        return;
    }
    let rules: Vec<_> = kind.decided.iter().map(|way| way.by.to_string()).collect();
    let value = said.map_or_else(|| "\"\"".to_owned(), |it| quoted(&it.rule));
    let says = format!("By which rule it is decided, one of: {}.", rules.join(", "));
    form.says(says).line("rule", value);
}

/// Writes the fields that authorise a reduced entitled set.
fn who_decides(charter: &Charter, kind: &Kind, said: Option<&Measure>, form: &mut Form) {
    let is_only = kind.decided.len() == 1;
    for way in &kind.decided {
        let Some(rule) = charter.rule(&way.by) else { continue };
        let when =
            if is_only { String::new() } else { format!("Where it is decided by {}: ", rule.name) };
        let (field, says, value) = match rule.entitled {
            EntitledSet::All => continue,
            // For a departure, the leaving member is the one that the measure concerns.
            EntitledSet::MinusConcerned if kind.effect == Some(Effect::Departure) => continue,
            EntitledSet::MinusConcerned => {
                let notice = match way.authority {
                    Some(Authority::Notice) => " It has given notice that it leaves.",
                    _ => "",
                };
                let says = format!("the code of the member that it concerns, which has no ballot on it.{notice}");
                ("concerns", says, said.and_then(|it| it.concerns.as_ref()).map(quoted))
            }
            EntitledSet::Participating => (
                "authorised_by",
                "the number of the adopted measure that has authorised it and names who takes part, without \
                 quotes."
                    .to_owned(),
                said.and_then(|it| it.authorised_by).map(|cited| cited.number.to_string()),
            ),
        };
        form.says(sentence(&when, &says));
        match value {
            Some(value) => form.line(field, value),
            None if is_only => form.line(field, "\"\""),
            None => form.may(field, "\"\""),
        };
    }
}

/// Joins the words to what comes before; if nothing does, makes them begin a sentence.
fn sentence(before: &str, words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    if before.is_empty() {
        format!("{before}{first}{}", letters.as_str())
    } else {
        format!("{before}{words}")
    }
}

fn dates(said: Option<&Measure>, form: &mut Form) {
    match said {
        None => form
            .says(
                "How long balloting lasts from its tabling on: \"36 hours\", \"14 days\". Instead of this \
                 line, `closes = \"2027-01-29T12:00:00Z\"`: when it ends (UTC).",
            )
            .line("closes_in", quoted(CLOSES_IN)),
        Some(said) => form
            .says("When balloting ends (UTC), as it stands. Instead of this line, `closes_in = \"14 days\"`.")
            .line("closes", quoted(said.closes)),
    };
}

fn opens(said: Option<&Measure>, form: &mut Form) {
    form.says("When balloting opens, if not at once (UTC): \"2027-01-15T08:00:00Z\".");
    match said.and_then(|it| it.opens) {
        Some(opens) => form.line("opens", quoted(opens)),
        None => form.may("opens", "\"\""),
    };
}
