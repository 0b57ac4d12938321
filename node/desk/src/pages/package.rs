//! The form that binds a party's own measures: they are adopted together or not at all.

use maud::{Markup, html};
use nemcon_ledger::council::MeasureState;

use super::frame::{Section, page};
use super::parts::moment;
use crate::desk::Desk;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Where the form is.
pub(crate) const PLACE: &str = "/package";

/// The form. `has_too_few`: it was sent with fewer than two measures.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn package(desk: &Desk, visit: &Visit, has_too_few: bool) -> Result<Markup, Trouble> {
    let words = visit.words;
    let me = desk.party().ok_or(Trouble::ReadOnly)?;
    let zone = desk.charter()?.zone.as_ref();
    let token = desk.fills().open(visit.browser, PLACE.to_owned())?;
    let choice = |state: &MeasureState| {
        html! {
            label class="tick" { input type="checkbox" name="measure" value=(state.number); " "
                span { (state.number) ". " (state.terms.title) " " span class="small" { (moment(words, state.closes, zone)) } } }
        }
    };
    let choices = desk.with_copy(|copy| {
        let own =
            copy.council().open_from(0).filter(|it| it.terms.by == *me && it.package.is_none());
        own.map(choice).collect::<Vec<_>>()
    })?;
    let body = html! {
        header class="head" { h1 { (words.bind) } p class="lead" { (words.bind_lead) } }
        @if has_too_few { p class="error summary" role="alert" { (words.bind_two) } }
        @if choices.len() < 2 { p class="empty" { (words.bind_none) } }
        @else {
            form method="post" action=(PLACE) class="fill" {
                input type="hidden" name="form" value=(token);
                fieldset class="ticks" { legend { (words.measures) } @for it in &choices { (it) } }
                p class="buttons" { button class="button main" { (words.go_on_to_read) } a class="button" href="/measures" { (words.cancel) } }
                p class="small" { (words.nothing_signed_yet) }
            }
        }
    };
    Ok(page(desk, visit, Section::Measures, words.bind, &body))
}
