//! The forms of what a party does on a measure, and what a form that was sent asks for.

use std::collections::BTreeMap;

use maud::{Markup, html};
use nemcon_client::api::Measure;
use nemcon_client::statements::Choice;
use nemcon_ledger::council::Council;
use nemcon_ledger::record::charter::ROLE_MEMBER;
use nemcon_ledger::record::{Charter, Position, RemarkText};
use nemcon_ledger::text::{Code, Label, Line};

use super::frame::{Section, page};
use super::parts::{Field, Kind, moment};
use crate::act::{Act, OnMeasure};
use crate::desk::Desk;
use crate::fields::{Filled, typed};
use crate::trouble::Trouble;
use crate::uploads::Sent;
use crate::visit::Visit;
use crate::words::Words;

/// What is wrong with a form, by its fields.
pub(crate) type Errors = BTreeMap<String, String>;

/// The acts of which this page has the form.
pub(crate) const ACTS: [&str; 9] =
    ["ballot", "reserve", "lift", "mandate", "extend", "close", "withdraw", "attest", "remark"];

/// What a form is shown with.
struct Form<'a> {
    words: &'static Words,
    measure: &'a Measure,
    charter: &'a Charter,
    me: &'a Code,
    sent: &'a Sent,
    errors: &'a Errors,
}

/// The roles of a party in the charter's tables.
pub(crate) fn roles_of(council: &Council, code: &Code) -> Vec<String> {
    let member = council.roster().member(code).map(|_| ROLE_MEMBER.to_owned());
    let role = council.participant(code).map(|party| party.role.to_string());
    member.into_iter().chain(role).collect()
}

/// The form of an act.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn form(
    desk: &Desk,
    visit: &Visit,
    (number, act): (u64, &str),
    (sent, errors): (&Sent, &Errors),
) -> Result<Markup, Trouble> {
    let me = desk.party().ok_or(Trouble::ReadOnly)?;
    if !ACTS.contains(&act) {
        return Err(Trouble::NotFound);
    }
    let measure = desk.ask(|client| client.measure(number))?;
    let charter = desk.charter()?;
    let words = visit.words;
    let form = Form { words, measure: &measure, charter, me, sent, errors };
    let place = format!("/measures/{number}/act/{act}");
    let token = desk.fills().open(visit.browser, place.clone())?;
    let title = words.act(act);
    let zone = charter.zone.as_ref();
    let body = html! {
        header class="head" {
            p class="eyebrow" { a href=(format!("/measures/{number}")) { ((words.measure_rev)(number, measure.revision)) } }
            h1 { (title) }
            p class="lead" { (measure.title) }
            p class="small" { (words.deadline) ": " (moment(words, measure.closes, zone)) }
        }
        @if !errors.is_empty() { p class="error summary" role="alert" { (words.look_at_fields) } }
        form method="post" action=(place) enctype="multipart/form-data" class="fill" {
            input type="hidden" name="form" value=(token);
            (form.fields(act))
            p class="buttons" {
                button class="button main" { (words.go_on_to_read) }
                a class="button" href=(format!("/measures/{number}")) { (words.cancel) }
            }
            p class="small" { (words.nothing_signed_yet) }
        }
    };
    Ok(page(desk, visit, Section::Measures, title, &body))
}

impl Form<'_> {
    fn field(
        &self,
        name: &str,
        label: &str,
        hint: &str,
        kind: Kind<'_>,
        is_required: bool,
    ) -> Markup {
        let value = self.sent.get(name);
        let error = self.errors.get(name).map(String::as_str);
        Field { name, label, hint, value, error, is_required }.show(kind, self.words)
    }

    fn fields(&self, act: &str) -> Markup {
        let (words, charter) = (self.words, self.charter);
        let plain = |all: &[Label]| -> Vec<(String, String)> {
            all.iter().map(|it| (it.to_string(), it.to_string())).collect()
        };
        match act {
            "ballot" => self.ballot(),
            "reserve" => html! {
                (self.field("sort", words.sort, "", Kind::One(&plain(&charter.reservations)), true))
                (self.field("reason", words.reason, words.reason_hint, Kind::Lines(3), false))
            },
            "lift" => {
                let own = self.measure.reservations.iter().filter(|it| it.code == *self.me);
                let own: Vec<_> = own.map(|it| (it.sort.clone(), it.sort.clone())).collect();
                self.field("sort", words.sort, "", Kind::One(&own), true)
            }
            "mandate" => self.mandate(),
            "extend" => {
                let zone = charter.zone.as_ref();
                let hint = (words.clocks_of)(zone.map_or("UTC", |zone| zone.as_str()));
                let stands = typed(self.measure.closes, zone);
                let value = if self.sent.get("closes").is_empty() {
                    &*stands
                } else {
                    self.sent.get("closes")
                };
                let error = self.errors.get("closes").map(String::as_str);
                Field {
                    name: "closes",
                    label: words.new_deadline,
                    hint: &hint,
                    value,
                    error,
                    is_required: true,
                }
                .show(Kind::Time, words)
            }
            "withdraw" => {
                self.field("reason", words.reason, words.reason_hint, Kind::Lines(2), false)
            }
            "attest" => html! {
                (self.field("word", words.attestation, "", Kind::One(&plain(&charter.attests)), true))
                (self.field("reference", words.reference, words.reference_hint, Kind::Line, false))
            },
            "remark" => html! {
                (self.field("sort", words.sort, "", Kind::One(&plain(&charter.remarks)), true))
                (self.field("says", words.remark_text, words.remark_hint, Kind::Lines(8), true))
                label class="tick" { input type="checkbox" name="public" value="yes" checked[self.sent.get("public") == "yes"]; " " (words.make_public) }
            },
            _ => html! { p { (words.close_more) } },
        }
    }

    fn ballot(&self) -> Markup {
        let (words, measure) = (self.words, self.measure);
        let kind = measure.kind.parse().ok().and_then(|kind| self.charter.kind(&kind));
        let rule = measure.rule.parse().ok().and_then(|rule| self.charter.rule(&rule));
        let may_abstain = rule.is_none_or(|rule| rule.abstention);
        let may_declare = may_abstain && kind.is_some_and(|kind| kind.qualified);
        let mine = measure.ballots.iter().find(|it| it.code == *self.me);
        let has_own = mine.is_some_and(|it| it.position.is_some());
        let held = measure.mandates.iter().filter(|it| it.holder == *self.me);
        let mut whose: Vec<_> =
            mine.map(|it| (it.code.to_string(), words.own_ballot.to_owned())).into_iter().collect();
        whose.extend(held.map(|it| (it.code.to_string(), (words.ballot_of)(it.code.as_str()))));
        let positions = [
            (Position::InFavour, true, words.favour_more),
            (Position::Abstain, may_abstain, words.abstain_more),
            (Position::AbstainQualified, may_declare, words.declare_more),
            (Position::Against, true, words.against_more),
            (Position::Retracted, has_own, words.retract_more),
        ];
        let chosen = self.sent.get("position");
        let error = self.errors.get("position");
        html! {
            @if whose.len() > 1 { (self.field("for", words.whose_ballot, "", Kind::One(&whose), true)) }
            @else if let Some((code, _)) = whose.first() { input type="hidden" name="for" value=(code); }
            fieldset class="positions" aria-describedby=[error.map(|_| "position-error")] {
                legend { (words.position_of_yours) }
                @if let Some(error) = error { p class="error" id="position-error" { (error) } }
                @for (position, is_offered, more) in positions {
                    @if is_offered {
                        label class={ "position " (super::parts::class(Some(position))) } {
                            input type="radio" name="position" value=(position) checked[chosen == position.as_str()] required;
                            span class="sign" aria-hidden="true" { (super::parts::sign(Some(position))) }
                            span class="word" { (words.position(Some(position))) }
                            span class="small" { (more) }
                        }
                    }
                }
            }
            @if may_declare { (self.field("declaration", words.declaration, words.declaration_hint, Kind::File, false)) }
        }
    }

    fn mandate(&self) -> Markup {
        let (words, me) = (self.words, self.me);
        let others = self.measure.ballots.iter().filter(|it| it.code != *me);
        let mut options: Vec<_> =
            others.map(|it| (it.code.to_string(), format!("{} {}", it.code, it.name))).collect();
        if self.measure.mandates.iter().any(|it| it.code == *me) {
            options.push(("none".to_owned(), words.take_mandate_back.to_owned()));
        }
        self.field("holder", words.mandate_holder, words.mandate_hint, Kind::One(&options), true)
    }
}

/// What a form that was sent asks for; none if something is wrong with it.
pub(crate) fn asked(
    filled: &mut Filled<'_>,
    (number, act): (u64, &str),
    (charter, me): (&Charter, &Code),
) -> Option<Act> {
    let on = match act {
        "ballot" => ballot(filled, me)?,
        "reserve" => {
            OnMeasure::Reserve(filled.required::<Label>("sort")?, filled.maybe::<Line>("reason"))
        }
        "lift" => OnMeasure::Lift(filled.required("sort")?),
        "mandate" => match filled.sent.get("holder") {
            "none" => OnMeasure::Mandate(None),
            _ => OnMeasure::Mandate(Some(filled.required::<Code>("holder")?)),
        },
        "extend" => {
            if filled.sent.get("closes").is_empty() {
                filled.wrong("closes", filled.words.field_missing);
            }
            OnMeasure::Extend(filled.time("closes", charter.zone.as_ref())?)
        }
        "close" => OnMeasure::Close,
        "withdraw" => OnMeasure::Withdraw(filled.maybe("reason")),
        "attest" => OnMeasure::Attest(filled.required("word")?, filled.maybe("reference")),
        "remark" => {
            let (sort, lines) = (filled.required("sort"), filled.lines::<Line>("says"));
            if lines.is_empty() {
                filled.wrong("says", filled.words.field_missing);
            }
            let is_public = filled.sent.get("public") == "yes";
            OnMeasure::Remark(sort?, RemarkText::Lines(lines), is_public)
        }
        _ => return None,
    };
    filled.is_sound().then_some(Act::On(number, on))
}

fn ballot(filled: &mut Filled<'_>, me: &Code) -> Option<OnMeasure> {
    let position = filled.required::<Position>("position");
    let whose = filled.maybe::<Code>("for");
    let declaration = filled.sent.files.iter().find(|file| file.field == "declaration");
    let declaration = declaration.map(|file| file.digest);
    match (position?, declaration) {
        (Position::AbstainQualified, None) => {
            filled.wrong("declaration", filled.words.declaration_missing);
            None
        }
        (Position::AbstainQualified, Some(_)) | (_, None) => {
            let on_behalf = whose.filter(|code| code != me);
            let choice = Choice { declaration, on_behalf, ..position?.into() };
            Some(OnMeasure::Ballot(Box::new(choice)))
        }
        (_, Some(_)) => {
            filled.wrong("declaration", filled.words.declaration_needless);
            None
        }
    }
}
