//! The form of a measure: from the charter, for each kind.

use std::collections::BTreeMap;

use maud::{Markup, html};
use nemcon_client::charter::ballots_of;
use nemcon_client::statements;
use nemcon_ledger::record::Charter;
use nemcon_ledger::record::charter::Kind as MeasureKind;
use nemcon_ledger::text::Label;

use super::acts::{Errors, roles_of};
use super::frame::{Section, page};
use super::parts::{Field, Kind};
use crate::desk::Desk;
use crate::fields::typed;
use crate::tabling::{
    DOCUMENTS_OF_A_FORM, asks_authority, asks_concerned, is_by_form, kinds, words_of,
};
use crate::trouble::Trouble;
use crate::uploads::Sent;
use crate::visit::Visit;
use crate::words::Words;

/// What the form holds.
struct Form<'a> {
    words: &'static Words,
    charter: &'a Charter,
    kind: &'a MeasureKind,
    sent: Option<&'a Sent>,
    first: BTreeMap<String, String>,
    errors: &'a Errors,
}

/// The kinds that the party may table.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn choose(desk: &Desk, visit: &Visit) -> Result<Markup, Trouble> {
    let (words, charter) = (visit.words, desk.charter()?);
    let me = desk.party().ok_or(Trouble::ReadOnly)?;
    let roles = desk.with_copy(|copy| roles_of(copy.council(), me))?;
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    let all = kinds(charter, &roles);
    let (here, elsewhere): (Vec<_>, Vec<_>) = all.into_iter().partition(|kind| is_by_form(kind));
    let ways_of = |kind: &MeasureKind| {
        let ways = kind.decided.iter().filter_map(|way| Some((charter.rule(&way.by)?, way)));
        ways.map(|(rule, way)| format!("{}: {}", rule.name, ballots_of(rule, way)))
            .collect::<Vec<_>>()
    };
    let body = html! {
        header class="head" { h1 { (words.table) } p class="lead" { (words.table_lead) } }
        @if here.is_empty() { p class="empty" { (words.may_table_nothing) } }
        ul class="rows kinds" {
            @for kind in here {
                li { a href=(format!("/table/{}", kind.name)) { (kind.name) }
                    @for rule in ways_of(kind) { span class="small" lang="en" { (rule) } } }
            }
        }
        @if !elsewhere.is_empty() {
            p class="small" { (words.kinds_by_file) " " (elsewhere.iter().map(|kind| kind.name.as_str()).collect::<Vec<_>>().join(", ")) }
        }
    };
    Ok(page(desk, visit, Section::Measures, words.table, &body))
}

/// Whether the party may table this kind by the form.
///
/// # Errors
/// [`Trouble::NotFound`] if it may not.
pub(crate) fn kind_of<'a>(desk: &'a Desk, name: &str) -> Result<&'a MeasureKind, Trouble> {
    let charter = desk.charter()?;
    let me = desk.party().ok_or(Trouble::ReadOnly)?;
    let roles = desk.with_copy(|copy| roles_of(copy.council(), me))?;
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    let mut all = kinds(charter, &roles).into_iter().filter(|kind| is_by_form(kind));
    all.find(|kind| kind.name.as_str() == name).ok_or(Trouble::NotFound)
}

/// The form of a new measure.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn table(
    desk: &Desk,
    visit: &Visit,
    kind: &MeasureKind,
    (sent, errors): (Option<&Sent>, &Errors),
) -> Result<Markup, Trouble> {
    let charter = desk.charter()?;
    let words = visit.words;
    let form = Form { words, charter, kind, sent, first: BTreeMap::new(), errors };
    let place = format!("/table/{}", kind.name);
    let token = desk.fills().open(visit.browser, place.clone())?;
    let title = (words.table_kind)(kind.name.as_str());
    let body = form.show(&title, &place, &token, &[]);
    Ok(page(desk, visit, Section::Measures, &title, &body))
}

/// The form of a revision, which begins with the text that stands.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn revise(
    desk: &Desk,
    visit: &Visit,
    number: u64,
    (sent, errors): (Option<&Sent>, &Errors),
) -> Result<Markup, Trouble> {
    desk.party().ok_or(Trouble::ReadOnly)?;
    let (charter, words) = (desk.charter()?, visit.words);
    let measure = desk.ask(|client| client.measure(number))?;
    let (said, _) = statements::read(&measure)?;
    let kind = charter.kind(&said.kind).filter(|kind| is_by_form(kind)).ok_or(Trouble::NotFound)?;
    let mut first = words_of(&said, charter.zone.as_ref());
    first.insert("closes".to_owned(), typed(measure.closes, charter.zone.as_ref()));
    let form = Form { words, charter, kind, sent, first, errors };
    let place = format!("/measures/{number}/act/revise");
    let token = desk.fills().open(visit.browser, place.clone())?;
    let title = (words.revise_n)(number);
    let kept: Vec<_> = said.documents.iter().map(ToString::to_string).collect();
    let ticked: Vec<u64> = said.incidents.iter().map(|it| it.number).collect();
    let applied: Vec<&Label> = said.applies.iter().collect();
    let body = html! {
        (form.show(&title, &place, &token, &kept))
        // What a form cannot begin with is said.
        @if !ticked.is_empty() || !applied.is_empty() {
            p class="small" { (words.revise_ticks) " " (ticked.iter().map(u64::to_string).chain(applied.iter().map(ToString::to_string)).collect::<Vec<_>>().join(", ")) }
        }
    };
    Ok(page(desk, visit, Section::Measures, &title, &body))
}

impl Form<'_> {
    fn value(&self, name: &str) -> &str {
        self.sent
            .map_or_else(|| self.first.get(name).map_or("", String::as_str), |sent| sent.get(name))
    }

    fn field(&self, name: &str, label: &str, hint: &str, kind: Kind<'_>) -> Markup {
        let is_required = matches!(name, "title" | "closes");
        let error = self.errors.get(name).map(String::as_str);
        Field { name, label, hint, value: self.value(name), error, is_required }
            .show(kind, self.words)
    }

    /// What the charter says of a field: that it is required, or that it is shown as not stated where absent.
    fn asked(&self, field: &str) -> &'static str {
        let has = |all: &[Label]| all.iter().any(|it| it.as_str() == field);
        match (has(&self.kind.requires), has(&self.kind.asks)) {
            (true, _) => self.words.charter_requires,
            (false, true) => self.words.charter_asks,
            (false, false) => "",
        }
    }

    fn show(&self, title: &str, place: &str, token: &str, kept: &[String]) -> Markup {
        let words = self.words;
        html! {
            header class="head" { h1 { (title) } p class="small" { (words.nothing_signed_yet) } }
            @if !self.errors.is_empty() { p class="error summary" role="alert" { (words.look_at_fields) } }
            form method="post" action=(place) enctype="multipart/form-data" class="fill wide" {
                input type="hidden" name="form" value=(token);
                fieldset { legend { (words.text) } (self.texts()) }
                fieldset { legend { (words.law) } (self.law()) }
                @if self.charter.incidents.is_some() || !self.charter.targets.is_empty() {
                    fieldset { legend { (words.targets) } (self.targets()) }
                }
                fieldset { legend { (words.documents) } (self.documents(kept)) }
                fieldset { legend { (words.dates) } (self.dates()) }
                p class="buttons" { button class="button main" { (words.go_on_to_read) } a class="button" href="/measures" { (words.cancel) } }
            }
        }
    }

    fn texts(&self) -> Markup {
        let words = self.words;
        html! {
            (self.field("title", words.title, "", Kind::Line))
            (self.field("summary", words.summary, &join(words.paragraphs, self.asked("summary")), Kind::Lines(8)))
            (self.field("proportionality", words.proportionality, self.asked("proportionality"), Kind::Lines(3)))
            (self.field("exceptions", words.exceptions, &join(words.one_a_line, self.asked("exception")), Kind::Lines(3)))
        }
    }

    fn law(&self) -> Markup {
        let (words, charter, kind) = (self.words, self.charter, self.kind);
        let one = |all: Vec<&Label>| -> Vec<(String, String)> {
            all.into_iter().map(|it| (it.to_string(), it.to_string())).collect()
        };
        let rules = one(kind.decided.iter().map(|way| &way.by).collect());
        let bases: Vec<_> =
            kind.decided.iter().flat_map(|way| &way.on).map(ToString::to_string).collect();
        let bases = if bases.is_empty() {
            String::new()
        } else {
            format!("{}: {}", words.bases_of_kind, bases.join(", "))
        };
        let hint = join(words.one_a_line, self.asked("basis"));
        let lines = |name, label, field| {
            self.field(name, label, &join(words.one_a_line, self.asked(field)), Kind::Lines(2))
        };
        html! {
            @if rules.len() > 1 { (self.field("rule", words.rule, "", Kind::One(&rules))) }
            (self.field("basis", words.basis, &join(&hint, &bases), Kind::Lines(2)))
            @if !charter.categories.is_empty() { (self.field("category", words.category, self.asked("category"), Kind::One(&one(charter.categories.iter().map(|it| &it.name).collect())))) }
            @if !charter.procedures.is_empty() { (self.field("procedure", words.procedure, self.asked("procedure"), Kind::One(&one(charter.procedures.iter().map(|it| &it.name).collect())))) }
            @if asks_concerned(charter, kind) { (self.field("concerns", words.concerns, words.concerns_hint, Kind::Line)) }
            @if asks_authority(charter, kind) { (self.field("authorised_by", words.authorised_by, words.number_of_measure, Kind::Number)) }
            (self.field("initiative", words.initiative, self.asked("initiative"), Kind::Line))
            (lines("references", words.references, "reference"))
            (lines("amends", words.amends, "amends"))
            (lines("companion", words.companion, "companion"))
            (self.field("prepared", words.prepared, &join(words.prepared_hint, self.asked("prepared")), Kind::Lines(2)))
            @if !charter.items.is_empty() { (self.field("item", words.item, self.asked("item"), Kind::One(&one(charter.items.iter().collect())))) }
            div class="pair" {
                (self.field("relation", words.relation, self.asked("predecessor"), Kind::One(&["renews", "amends", "repeals"].map(|it| (it.to_owned(), it.to_owned())))))
                (self.field("predecessor", words.predecessor, words.number_of_measure, Kind::Number))
            }
        }
    }

    fn targets(&self) -> Markup {
        let (words, charter) = (self.words, self.charter);
        let is_ticked = |name: &str, value: &str| {
            self.sent.is_some_and(|sent| sent.all(name).any(|it| it == value))
        };
        html! {
            @if charter.incidents.is_some() { (self.field("incident", words.answers, &join(words.incident_hint, self.asked("incident")), Kind::Number)) }
            @for sort in &charter.targets { (self.field(&format!("targets-{sort}"), &(words.count_of_targets)(sort.as_str()), self.asked("targets"), Kind::Number)) }
            @if !charter.targets.is_empty() { (self.field("target", words.listed, &join(words.listed_hint, self.asked("target")), Kind::Lines(3))) }
            @if !charter.applies.is_empty() {
                fieldset class="ticks" { legend { (words.applies) " " span class="hint" { (self.asked("applies")) } }
                    @for it in &charter.applies { label class="tick" { input type="checkbox" name="applies" value=(it.name) checked[is_ticked("applies", it.name.as_str())]; " " (it.name) } } }
            }
        }
    }

    fn documents(&self, kept: &[String]) -> Markup {
        let words = self.words;
        html! {
            @if !kept.is_empty() {
                fieldset class="ticks" { legend { (words.documents_kept) }
                    @for line in kept { label class="tick" { input type="checkbox" name="kept" value=(line) checked; " " (line.split(' ').skip(3).collect::<Vec<_>>().join(" ")) } } }
            }
            p class="hint" { (words.documents_hint) " " (self.asked("document")) }
            @for at in 0..DOCUMENTS_OF_A_FORM {
                div class="pair" {
                    (self.field(&format!("document-{at}"), &(words.document_n)(at + 1), "", Kind::File))
                    (self.field(&format!("document-{at}-language"), words.language_of, words.language_hint, Kind::Line))
                }
            }
        }
    }

    fn dates(&self) -> Markup {
        let words = self.words;
        let zone =
            (words.clocks_of)(self.charter.zone.as_ref().map_or("UTC", |zone| zone.as_str()));
        html! {
            (self.field("closes", words.deadline, &zone, Kind::Time))
            (self.field("opens", words.opens, words.opens_hint, Kind::Time))
            (self.field("enters", words.enters, self.asked("enters"), Kind::Time))
            (self.field("reviews", words.reviews, self.asked("reviews"), Kind::Time))
            (self.field("expires", words.expires, self.asked("expires"), Kind::Time))
        }
    }
}

/// Two hints in one.
fn join(one: &str, other: &str) -> String {
    [one, other].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}
