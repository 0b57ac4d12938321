//! What every page has around it: the council, the ways through the desk, who looks, and how the node stands.

use maud::{DOCTYPE, Markup, html};
use nemcon_client::api::Status;

use crate::assets::{SCRIPT, STYLE};
use crate::desk::Desk;
use crate::visit::Visit;
use crate::words::{Language, Words};

/// A part of the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// What needs the party.
    Today,
    /// The measures.
    Measures,
    /// The incidents.
    Incidents,
    /// The members and the charter.
    Council,
    /// The voting calculator.
    WhatIf,
    /// The log.
    Ledger,
    /// The minutes.
    Minutes,
    /// The nodes.
    Nodes,
    /// None of these.
    Elsewhere,
}

impl Section {
    const ALL: [Self; 8] = [
        Self::Today,
        Self::Measures,
        Self::Incidents,
        Self::Council,
        Self::WhatIf,
        Self::Ledger,
        Self::Minutes,
        Self::Nodes,
    ];

    const fn place(self) -> &'static str {
        match self {
            Self::Today | Self::Elsewhere => "/",
            Self::Measures => "/measures",
            Self::Incidents => "/incidents",
            Self::Council => "/council",
            Self::WhatIf => "/what-if",
            Self::Ledger => "/ledger",
            Self::Minutes => "/minutes",
            Self::Nodes => "/nodes",
        }
    }

    const fn name(self, words: &Words) -> &'static str {
        match self {
            Self::Today => words.today,
            Self::Measures => words.measures,
            Self::Incidents => words.incidents,
            Self::Council => words.council,
            Self::WhatIf => words.what_if,
            Self::Ledger => words.ledger,
            Self::Minutes => words.minutes,
            Self::Nodes => words.nodes,
            Self::Elsewhere => "",
        }
    }
}

/// A page with everything around it.
pub(crate) fn page(
    desk: &Desk,
    visit: &Visit,
    here: Section,
    title: &str,
    body: &Markup,
) -> Markup {
    let words = visit.words;
    let status = desk.status().ok();
    let charter = desk.charter().ok();
    let council = charter.map_or("nemcon", |charter| charter.name.as_str());
    let head = html! {
        title { (title) " · " (council) }
        script type="module" src=(SCRIPT.place()) {}
    };
    let body = html! {
        a class="skip" href="#main" { (words.skip) }
        header class="top" {
            div class="masthead" {
                a class="council" href="/" { (council) }
                (who(desk, words))
            }
            nav aria-label=(words.ways) { ul {
                @for section in Section::ALL {
                    li { a href=(section.place()) aria-current=[(section == here).then_some("page")] { (section.name(words)) } }
                }
            } }
            @if let Some(marking) = charter.and_then(|it| it.publication.as_ref()).map(|it| &it.marking) {
                p class="marking" { (marking) }
            }
            div id="lost" class="lost" role="alert" hidden[status.is_some()] data-lost=(words.lost) {
                @if status.is_none() { (words.lost) }
            }
        }
        main id="main" tabindex="-1" { (body) }
        footer {
            div data-live="foot" { @if let Some(status) = &status { (foot(words, status)) } }
            (languages(visit))
        }
    };
    document(words, &head, &body)
}

/// A page without the desk around it, for whoever is not in.
pub(crate) fn bare(words: &Words, title: &str, body: &Markup) -> Markup {
    let head = html! { title { (title) } };
    let body = html! { main id="main" class="bare" { h1 { (title) } (body) } };
    document(words, &head, &body)
}

fn document(words: &Words, head: &Markup, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(words.language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                link rel="stylesheet" href=(STYLE.place());
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                (head)
            }
            body { (body) }
        }
    }
}

fn who(desk: &Desk, words: &Words) -> Markup {
    let party = desk.session.code();
    html! {
        p class="who" {
            @match party {
                Some(code) => { span class="code" { (code) } " " (name(desk, code)) },
                None => (words.nobody_speaks),
            }
            @if desk.is_read_only { " " span class="badge" { (words.read_only) } }
        }
    }
}

/// The name of a party in the founding text; empty if it has none.
fn name<'a>(desk: &'a Desk, code: &nemcon_ledger::text::Code) -> &'a str {
    let Ok(founding) = desk.founding() else { return "" };
    let genesis = founding.genesis();
    let member = genesis.roster.member(code).map(|member| member.name.as_str());
    let party =
        || genesis.participants.iter().find(|it| it.code == *code).map(|it| it.name.as_str());
    member.or_else(party).unwrap_or_default()
}

fn foot(words: &Words, status: &Status) -> Markup {
    let connected = status.members.iter().filter(|member| member.connected).count();
    html! {
        p class="foot" {
            ((words.node_of)(status.member.as_str())) " · "
            ((words.at_block)(status.height)) " · "
            ((words.sealed_to)(status.sealed_height)) " · "
            a href="/nodes" { ((words.nodes_of)(connected, status.members.len())) }
        }
    }
}

fn languages(visit: &Visit) -> Markup {
    let back: String = form_urlencoded::byte_serialize(visit.place.as_bytes()).collect();
    html! {
        p class="languages" {
            @for language in Language::ALL {
                @if language == visit.words.language {
                    span aria-current="true" lang=(language.code()) { (language.name()) }
                } @else {
                    a href=(format!("/language?to={}&back={back}", language.code())) lang=(language.code()) hreflang=(language.code()) { (language.name()) }
                }
                " "
            }
        }
    }
}
