//! The pages that say why another page cannot be shown.

use maud::{Markup, html};
use nemcon_client::failure::Failure;

use super::frame::{Section, bare, page};
use crate::desk::Desk;
use crate::trouble::Trouble;
use crate::visit::Visit;
use crate::words::Words;

/// The page for a trouble.
pub(crate) fn trouble(desk: &Desk, visit: &Visit, trouble: &Trouble) -> Markup {
    let words = visit.words;
    let (title, body) = match trouble {
        Trouble::NotFound => (words.not_found, html! { p { (words.not_found_more) } }),
        Trouble::NoForm => (words.no_form, html! { p { (words.no_form_more) } }),
        Trouble::ReadOnly => (words.read_only, html! { p { (words.read_only_more) } }),
        Trouble::TooLarge => (words.too_large, html! { p { (words.too_large_more) } }),
        Trouble::Lost(why) => (
            words.lost_title,
            html! { p { (words.lost_more) } p class="small" lang="en" { (why) } },
        ),
        Trouble::Failure(failure) => (words.failed, told(words, failure)),
    };
    let body = html! {
        header class="head" { h1 { (title) } }
        div class="trouble" role="alert" { (body) }
        p { a href="/" { (words.back_to_today) } }
    };
    page(desk, visit, Section::Elsewhere, title, &body)
}

/// A failure in its own words.
pub(crate) fn told(words: &Words, failure: &Failure) -> Markup {
    html! {
        p lang="en" { (failure.message()) }
        @if let Some(law) = failure.law() { p class="small" lang="en" { (words.rule) ": " (law) } }
    }
}

/// The page for a browser that is not in.
pub(crate) fn locked(words: &Words) -> Markup {
    bare(words, words.locked, &html! { p { (words.locked_more) } })
}

/// The page for a link that has been used, or never was one.
pub(crate) fn no_link(words: &Words) -> Markup {
    bare(words, words.no_link, &html! { p { (words.locked_more) } })
}

/// The page for a browser that has just come in. It leads on by itself: a browser that another program has sent shows
/// its new cookie only to what this page asks for.
pub(crate) fn entered(words: &Words) -> Markup {
    let body =
        html! { meta http-equiv="refresh" content="0; url=/"; p { a href="/" { (words.today) } } };
    bare(words, words.welcome, &body)
}
