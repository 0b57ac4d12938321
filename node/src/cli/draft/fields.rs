//! The fields of a measure as a draft explains them, in the charter's own words.

use core::fmt::Write as _;

use nemcon_ledger::record::Measure;
use nemcon_ledger::record::charter::{Charter, Kind, ReferenceKind};
use nemcon_ledger::record::measure_fields::{Document, RestsOn};
use nemcon_ledger::text::Label;

use nemcon_client::charter::applying;

use super::form::{Form, list_of, listed, quoted};

/// A field that a charter can ask for.
pub(super) struct Field {
    /// The field's name in the record. A charter asks for it by this name.
    name: &'static str,
    /// The field's name in a draft.
    line: &'static str,
    /// What the field means.
    says: String,
    /// The value that is to be filled in.
    blank: String,
    /// The value in the measure that is to be revised.
    said: Option<String>,
    /// Whether the charter needs the field for another reason than the kind's own list.
    is_needed: bool,
}

impl Field {
    fn new(name: &'static str, says: impl Into<String>, blank: impl Into<String>) -> Self {
        Self {
            name,
            line: name,
            says: says.into(),
            blank: blank.into(),
            said: None,
            is_needed: false,
        }
    }

    /// Sets another name for the draft.
    const fn in_draft(mut self, line: &'static str) -> Self {
        self.line = line;
        self
    }

    fn said(mut self, value: Option<String>) -> Self {
        self.said = value;
        self
    }

    /// The part of a draft that the field belongs to.
    pub(super) fn part(&self, kind: &Kind) -> Part {
        // The reasons stand behind each target.
        let is_this = |field: &Label| match field.as_str() {
            "reasons" => self.name == "target",
            field => field == self.name,
        };
        let has = |fields: &[Label]| fields.iter().any(is_this);
        if self.said.is_some() || self.is_needed || has(&kind.requires) {
            Part::Stands
        } else if has(&kind.asks) {
            Part::Asked
        } else {
            Part::May
        }
    }

    /// Whether the field is about others than the council, or about how it decides. A measure that
    /// changes the council itself usually does not state such a field.
    pub(super) fn is_outward(&self) -> bool {
        const OUTWARD: [&str; 6] =
            ["incident", "proportionality", "targets", "target", "applies", "exception"];
        OUTWARD.contains(&self.name)
    }

    /// Writes the field: as a line to be kept or filled in, or as a comment that may be used.
    pub(super) fn write(&self, part: Part, form: &mut Form) {
        form.says(&self.says);
        match (&self.said, part) {
            (Some(value), _) => form.line(self.line, value),
            (None, Part::Stands) => form.line(self.line, &self.blank),
            (None, Part::Asked | Part::May) => form.may(self.line, &self.blank),
        };
    }
}

/// The parts of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The fields that the draft needs, or that have a value already.
    Stands,
    /// The fields that the charter asks for.
    Asked,
    /// The fields that the measure may state besides.
    May,
}

/// The value of a field that is a list; `None` if the list is empty.
fn some_list<T: core::fmt::Display>(items: &[T]) -> Option<String> {
    (!items.is_empty()).then(|| listed(items))
}

fn words(labels: &[Label]) -> String {
    labels.iter().map(Label::as_str).collect::<Vec<_>>().join(", ")
}

/// The fields that classify the measure: category, procedure, bases and references.
pub(super) fn of_its_place(charter: &Charter, kind: &Kind, said: Option<&Measure>) -> Vec<Field> {
    let own = |get: fn(&Measure) -> Option<String>| said.and_then(get);
    let mut fields = vec![
        Field::new("category", category(charter), "\"\"")
            .said(own(|it| it.category.as_ref().map(quoted))),
        basis(kind).said(own(|it| some_list(&it.basis))),
        Field::new("initiative", "Whose initiative it is, in words.", "\"\"")
            .said(own(|it| it.initiative.as_ref().map(quoted))),
        Field::new("reference", reference(charter), "[\"\"]")
            .in_draft("references")
            .said(own(|it| some_list(&it.references))),
        Field::new("companion", "Acts that go with it, in words.", "[\"\"]")
            .said(own(|it| some_list(&it.particulars.companions))),
        Field::new("amends", "What it amends, in words.", "[\"\"]")
            .said(own(|it| some_list(&it.amends))),
    ];
    if !charter.bodies.is_empty() {
        let bodies = words(&charter.bodies);
        let says =
            format!("Who prepared it and on which day, like `BODY 2026-10-01`. Bodies: {bodies}.");
        let prepared = Field::new("prepared", says, "[\"\"]");
        fields.push(prepared.said(own(|it| some_list(&it.particulars.prepared))));
    }
    if !charter.items.is_empty() {
        let says = format!("As which item it comes, one of: {}.", words(&charter.items));
        let item = Field::new("item", says, "\"\"");
        fields.push(item.said(own(|it| it.particulars.item.as_ref().map(quoted))));
    }
    if !charter.procedures.is_empty() {
        let procedure = Field::new("procedure", procedure(charter), "\"\"");
        fields.insert(2, procedure.said(own(|it| it.procedure.as_ref().map(quoted))));
    }
    fields
}

fn reference(charter: &Charter) -> String {
    let mut says = "Where it is or will be published, its number, its file.".to_owned();
    for ReferenceKind { name, forms } in &charter.references {
        let forms: Vec<_> = forms.iter().map(ToString::to_string).collect();
        let _ = write!(says, " `{name}` and one of: {}.", forms.join("; "));
    }
    says
}

fn procedure(charter: &Charter) -> String {
    let names: Vec<_> = charter.procedures.iter().map(|it| it.name.clone()).collect();
    let tacit: Vec<_> =
        charter.procedures.iter().filter(|it| it.tacit).map(|it| it.name.clone()).collect();
    let mut says = format!("The procedure by which it is decided, one of: {}.", words(&names));
    if !tacit.is_empty() {
        let _ = write!(
            says,
            " A standing instruction (`nemcon ballot standing`) signs in {} alone.",
            words(&tacit)
        );
    }
    says
}

fn category(charter: &Charter) -> String {
    if charter.categories.is_empty() {
        return "Its category: a word of your own, in lowercase letters, digits and hyphens."
            .to_owned();
    }
    let names: Vec<_> = charter.categories.iter().map(|it| it.name.clone()).collect();
    let asking = charter.categories.iter().filter(|it| !it.asks.is_empty());
    let asking: Vec<_> =
        asking.map(|it| format!("{} asks for {}", it.name, words(&it.asks))).collect();
    let asking =
        if asking.is_empty() { String::new() } else { format!(" ({})", asking.join("; ")) };
    format!("Its category, one of: {}{asking}.", words(&names))
}

/// The field of legal bases. If the charter has exactly one basis for the kind, it is filled in.
fn basis(kind: &Kind) -> Field {
    let mut says = "Legal bases, one text each.".to_owned();
    let mut known = Vec::new();
    for way in kind.decided.iter().filter(|way| !way.on.is_empty()) {
        let on: Vec<_> = way.on.iter().map(quoted).collect();
        let _ = write!(says, " {} needs one of: {}.", way.by, on.join(", "));
        known.extend(&way.on);
    }
    let blank = match &known[..] {
        [only] => listed([only]),
        _ => "[\"\"]".to_owned(),
    };
    Field { is_needed: !known.is_empty(), ..Field::new("basis", says, blank) }
}

/// The fields for what the measure follows from: its predecessor, and the incidents that it answers.
pub(super) fn of_its_grounds(charter: &Charter, said: Option<&Measure>) -> Vec<Field> {
    let predecessor = said
        .and_then(|it| it.predecessor.as_ref())
        .map(|it| format!("{{ relation = \"{}\", measure = {} }}", it.relation, it.cited.number));
    let incidents = said
        .filter(|it| !it.incidents.is_empty())
        .map(|it| list_of(it.incidents.iter().map(|cited| cited.number.to_string())));
    let mut fields = vec![
        Field::new(
            "predecessor",
            "The adopted measure of this ledger that it renews, amends or repeals: `relation` is one of \
             these three words, `measure` its number, without quotes.",
            "{ relation = \"\", measure = \"\" }",
        )
        .said(predecessor),
    ];
    if charter.incidents.is_some() {
        let says =
            "The incidents that it answers, by number, without quotes (`nemcon incident list`).";
        fields.push(Field::new("incident", says, "[\"\"]").in_draft("incidents").said(incidents));
    }
    let rests_on = said.filter(|it| !it.rests_on.is_empty()).map(|it| {
        list_of(it.rests_on.iter().map(|RestsOn { council, number, leaf }| {
            format!("{{ council = \"{council}\", measure = {number}, leaf = \"{leaf}\" }}")
        }))
    });
    fields.push(
        Field::new(
            "rests-on",
            "The decisions of other councils' ledgers that it rests on: the council's digest, the measure's \
             number there without quotes, and the leaf hash of the decision's record. Nobody checks them \
             here.",
            "[{ council = \"\", measure = \"\", leaf = \"\" }]",
        )
        .in_draft("rests_on")
        .said(rests_on),
    );
    fields
}

/// The fields for what the measure does.
pub(super) fn of_its_matter(charter: &Charter, said: Option<&Measure>) -> Vec<Field> {
    let own = |get: fn(&Measure) -> Option<String>| said.and_then(get);
    let mut fields = vec![
        Field::new("summary", "What it does, a text a paragraph.", "[\"\"]")
            .said(own(|it| some_list(&it.summary))),
        Field::new("proportionality", "Why it is proportionate, in one text.", "\"\"")
            .said(own(|it| it.proportionality.as_ref().map(quoted))),
    ];
    if !charter.targets.is_empty() {
        fields.extend(targets(charter, said));
    }
    if !charter.applies.is_empty() {
        let applies: Vec<_> = charter.applies.iter().map(applying).collect();
        let says = format!("What applies to the targets: {}.", applies.join(", "));
        fields.push(Field::new("applies", says, "[\"\"]").said(own(|it| some_list(&it.applies))));
    }
    fields.push(
        Field::new("exception", "What it excepts.", "[\"\"]")
            .in_draft("exceptions")
            .said(own(|it| some_list(&it.exceptions))),
    );
    fields.push(documents(said));
    fields
}

fn targets(charter: &Charter, said: Option<&Measure>) -> [Field; 2] {
    let sorts = words(&charter.targets);
    let blank: Vec<_> = charter.targets.iter().map(|sort| format!("{sort} = \"\"")).collect();
    let counted = said.filter(|it| !it.targets.is_empty()).map(|it| {
        let counts: Vec<_> =
            it.targets.iter().map(|it| format!("{} = {}", it.sort, it.count)).collect();
        format!("{{ {} }}", counts.join(", "))
    });
    let one_by_one = said.filter(|it| !it.listed.is_empty()).map(|it| {
        list_of(it.listed.iter().map(|it| {
            let reasons = it.reasons.map(|digest| format!(", reasons = \"{digest}\""));
            let reasons = reasons.unwrap_or_default();
            format!("{{ sort = \"{}\", who = \"{}\"{reasons} }}", it.sort, it.who)
        }))
    });
    [
        Field::new(
            "targets",
            format!(
                "How many targets of each sort, numbers without quotes; delete the sorts that there are \
                 not. Sorts: {sorts}. Who they are never enters the ledger."
            ),
            format!("{{ {} }}", blank.join(", ")),
        )
        .said(counted),
        Field::new(
            "target",
            format!(
                "Targets one by one. `sort`: {sorts}. `who` and `reasons` are commitments to texts that \
                 stay with you, as `nemcon commit FILE` makes them. Where targets are counted above, each \
                 sort is as many here."
            ),
            "[{ sort = \"\", who = \"\", reasons = \"\" }]",
        )
        .said(one_by_one),
    ]
}

fn documents(said: Option<&Measure>) -> Field {
    let one = |it: &Document| {
        let name = quoted(&it.name);
        let language = quoted(&it.language);
        let length = it.length;
        let digest = it.digest;
        format!(
            "{{ name = {name}, language = {language}, length = {length}, digest = \"{digest}\" }}"
        )
    };
    let bound = said.filter(|it| !it.documents.is_empty());
    Field::new(
        "document",
        "Files that it binds by their digest; the files stay off the ledger. `file` is taken from the \
         folder of this file.",
        "[{ file = \"\", language = \"en\" }]",
    )
    .in_draft("documents")
    .said(bound.map(|it| list_of(it.documents.iter().map(one))))
}

/// The fields for the dates of the decision. What changes the council does so with its adoption.
pub(super) fn of_its_dates(kind: &Kind, said: Option<&Measure>) -> Vec<Field> {
    let date = |get: fn(&Measure) -> Option<nemcon_ledger::Time>| {
        said.and_then(get).map(|time| format!("\"{time}\""))
    };
    let enters = Field::new(
        "enters",
        "When what it decides enters into force (UTC), if not at its adoption: not before the deadline.",
        "\"\"",
    );
    let mut fields = vec![
        Field::new(
            "reviews",
            "When what it decides is looked at again (UTC): \"2027-06-30T00:00:00Z\".",
            "\"\"",
        )
        .said(date(|it| it.reviews)),
        Field::new("expires", "When what it decides ends (UTC): \"2027-12-31T23:59:59Z\".", "\"\"")
            .said(date(|it| it.expires)),
    ];
    if kind.effect.is_none() {
        fields.insert(0, enters.said(date(|it| it.enters)));
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_client::shipped::{CharterName, Shipped};

    #[test]
    fn every_field_that_a_charter_may_ask_for_has_a_line() {
        let charter = Shipped::load(CharterName::EuCouncil).charter;
        let kind = &charter.kinds[0];
        let fields = of_its_place(&charter, kind, None).into_iter();
        let fields = fields.chain(of_its_grounds(&charter, None));
        let fields = fields.chain(of_its_matter(&charter, None)).chain(of_its_dates(kind, None));
        let mut names: Vec<_> = fields.map(|field| field.name).collect();
        let mut known = nemcon_ledger::record::measure::FIELDS.to_vec();
        names.sort_unstable();
        known.retain(|field| *field != "reasons");
        known.sort_unstable();
        assert_eq!(names, known, "the reasons stand with each target");
    }
}
