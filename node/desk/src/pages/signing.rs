//! A statement before it is signed, and what became of it.

use maud::{Markup, html};
use nemcon_client::party_key::{Lock, PartyKey};
use nemcon_client::session::Party;
use nemcon_ledger::record::{Body, Position};
use nemcon_ledger::text::Line;

use super::document::{difference, document};
use super::frame::{Section, page};
use super::parts::{class, digest, exact, moment, sign, verdict};
use super::troubles::told;
use crate::desk::Desk;
use crate::sheet::{Foreseen, Sheet, State};
use crate::signing::{Stop, field_of, stands_already};
use crate::trouble::Trouble;
use crate::visit::Visit;
use crate::words::{Told, Words};

/// What the page is made with.
struct Look<'a> {
    words: &'static Words,
    sheet: &'a Sheet,
    token: &'a str,
    zone: Option<&'a Line>,
    party: &'a Party,
    stop: Option<&'a Stop>,
    has_moved: bool,
}

/// The page of a sheet.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn sheet(
    desk: &Desk,
    visit: &Visit,
    (sheet, token): (&Sheet, &str),
    (stop, has_moved): (Option<&Stop>, bool),
) -> Result<Markup, Trouble> {
    desk.verify_answers()?;
    // Without keys on this machine the text is still shown, and can be taken to where they are.
    let party = desk.signer().or_else(|_| desk.session.author())?;
    let zone = desk.charter()?.zone.as_ref();
    let look = Look { words: visit.words, sheet, token, zone, party: &party, stop, has_moved };
    let title = match sheet.state() {
        State::Open if has_moved => visit.words.has_changed,
        State::Open => visit.words.read_and_sign,
        State::UnderWay => visit.words.under_way,
        State::Ordered { .. } => visit.words.ordered,
        State::Pending => visit.words.pending,
        State::Refused(_) => visit.words.refused,
        State::Unknown(_) => visit.words.unknown,
    };
    let now = if has_moved { current_text(desk, sheet) } else { None };
    let body = look.show(title, now.as_deref());
    Ok(page(desk, visit, Section::Measures, title, &body))
}

/// The text of the measure as it stands now, if it is another one than the sheet shows.
fn current_text(desk: &Desk, sheet: &Sheet) -> Option<String> {
    let shown = sheet.measure.as_ref()?;
    let now = desk.ask(|client| client.measure(shown.number)).ok()?;
    (now.text_hash != shown.text_hash).then_some(now.text)
}

impl Look<'_> {
    fn show(&self, title: &str, now: Option<&str>) -> Markup {
        html! {
            article class="sheet" {
                header class="head" {
                    p class="eyebrow" { a href=(self.sheet.act.place()) { (self.words.back) } }
                    h1 { (title) }
                }
                @match self.sheet.state() {
                    State::Open if self.has_moved => (self.moved(now)),
                    State::Open => (self.open()),
                    state => (self.became(&state)),
                }
            }
        }
    }

    /// Who signs what, as one large word, and on which text.
    fn headline(&self) -> Markup {
        let words = self.words;
        let body = &self.sheet.body;
        let by = self.party.names().loud(&body.head().by);
        let (large, class, sign): (String, &str, &str) = match body {
            Body::Ballot(it) => {
                let position = Some(it.position);
                (words.position(position).to_owned(), class(position), sign(position))
            }
            body => ((words.statement)(body), "plain", "§"),
        };
        html! {
            div class={ "headline " (class) } {
                p class="who" { (by) " " (words.signs)
                    @if let Body::Ballot(it) = body { @if it.said.on_behalf != it.said.head.by {
                        " " ((words.on_behalf)(&self.party.names().loud(&it.said.on_behalf))) } } }
                p class="large" { span class="sign" aria-hidden="true" { (sign) } " " (large) }
                @if let Some(about) = body.about() {
                    p class="on" { ((words.measure_rev)(about.measure, about.revision)) ": " q { (about.title) } }
                }
                @if let Body::Measure(said) = body { p class="on" { q { (said.title) } } }
                @if let Body::Revision(said) = body { p class="on" { ((words.measure_rev)(said.revises.number, said.revision)) ": " q { (said.measure.title) } } }
                @if let Some(measure) = self.sheet.measure.as_ref().filter(|it| it.is_open()) {
                    p class="small" { (words.deadline) ": " (moment(words, measure.closes, self.zone)) }
                }
            }
        }
    }

    fn follows(&self) -> Markup {
        let words = self.words;
        let body = &self.sheet.body;
        match &self.sheet.foreseen {
            Foreseen::Refused(why) => html! {
                div class="consequences bad" role="alert" { h2 { (words.would_be_refused) } (told(words, why)) }
            },
            Foreseen::Follows { all, is_checked } => {
                let told = Told { me: &body.head().by, body, zone: self.zone };
                let sentences = words.consequences(&told, all);
                html! {
                    div class="consequences" {
                        h2 { (words.what_follows) }
                        @if sentences.is_empty() { p { (words.nothing_else) } }
                        @else { ul { @for sentence in &sentences { li { (sentence) } } } }
                        p class="small" { (if *is_checked { words.follows_checked } else { words.follows_told }) }
                    }
                }
            }
        }
    }

    fn open(&self) -> Markup {
        let (words, sheet) = (self.words, self.sheet);
        let is_refused = matches!(sheet.foreseen, Foreseen::Refused(_));
        html! {
            (self.headline())
            @if let Some(leaf) = stands_already(sheet) {
                p class="attention" role="status" { ((words.stands_already)(leaf)) }
            }
            (self.stopped())
            (self.follows())
            section aria-labelledby="statement" {
                h2 id="statement" { (words.what_is_signed) }
                (exact(&sheet.text))
                p class="small" { (words.text_hash) " " (digest(&sheet.text_hash())) }
            }
            (self.read_before())
            @if !is_refused {
                @if self.party.keys().is_empty() { (self.elsewhere()) } @else { (self.form()) }
            }
        }
    }

    /// The texts that the statement is about.
    fn read_before(&self) -> Markup {
        let (words, sheet) = (self.words, self.sheet);
        let proposed = match &sheet.body {
            Body::Measure(said) => Some(said),
            Body::Revision(said) => Some(&said.measure),
            _ => None,
        };
        let count = sheet.texts.len().saturating_sub(1);
        html! {
            @if let Some(said) = proposed {
                section aria-labelledby="preview" { h2 id="preview" { (words.as_it_will_be_read) }
                    p class="preview" { (said.title) }
                    (document(words, said, &[], self.zone)) }
            }
            @if count > 0 {
                section aria-labelledby="texts" {
                    h2 id="texts" { (words.texts_it_is_about) }
                    @for (title, text) in &sheet.texts[..count] {
                        details open[count == 1] { summary lang="en" { (title) } (exact(text)) }
                    }
                }
            }
        }
    }

    fn form(&self) -> Markup {
        let words = self.words;
        let keys = self.party.keys().iter().enumerate();
        let is_open = |key: &PartyKey| matches!(key.lock(), Ok(Lock::Open | Lock::OwnPin(_)));
        let locked: Vec<(usize, &PartyKey)> = keys.filter(|(_, key)| !is_open(key)).collect();
        html! {
            form method="post" action=(format!("/sign/{}", self.token)) class="fill sign" data-once {
                h2 { (words.sign_as) " " (self.party.names().loud(&self.sheet.body.head().by)) }
                @for (at, key) in &locked { (self.passphrase(*at, key)) }
                p class="buttons" {
                    button class={ "button main " (match &self.sheet.body { Body::Ballot(it) => class(Some(it.position)), _ => "" }) } { (self.button()) }
                    a class="button" href=(self.sheet.act.place()) { (words.do_not_sign) }
                }
            }
        }
    }

    fn button(&self) -> String {
        match &self.sheet.body {
            Body::Ballot(it) if it.position != Position::Retracted => {
                (self.words.sign_position)(self.words.position(Some(it.position)))
            }
            _ => self.words.sign.to_owned(),
        }
    }

    fn passphrase(&self, at: usize, key: &PartyKey) -> Markup {
        let words = self.words;
        let name = field_of(at);
        let label = match key {
            PartyKey::File(file) => {
                let name = file.path().file_name().unwrap_or_default();
                (words.passphrase_of)(&name.to_string_lossy())
            }
            PartyKey::Token(_) => (words.pin_of)(&key.shown()),
        };
        let error = match self.stop {
            Some(Stop::Passphrase { key, is_empty }) if *key == at => {
                Some(if *is_empty { words.passphrase_missing } else { words.passphrase_wrong })
            }
            _ => None,
        };
        html! {
            div class=(if error.is_some() { "field wrong" } else { "field" }) {
                label for=(name) { (label) }
                @if let Some(error) = error { p class="error" id=(format!("{name}-error")) role="alert" { (error) } }
                input type="password" id=(name) name=(name) autocomplete="off" required aria-describedby=[error.map(|_| format!("{name}-error"))] aria-invalid=[error.map(|_| "true")];
            }
        }
    }

    /// How the statement is signed on the machine that has the keys.
    fn elsewhere(&self) -> Markup {
        let words = self.words;
        html! {
            section class="fill" aria-labelledby="elsewhere" {
                h2 id="elsewhere" { (words.no_keys_here) }
                p { (words.no_keys_more) }
                p class="buttons" {
                    a class="button main" href=(format!("/sign/{}/text", self.token)) download { (words.take_text) }
                }
            }
        }
    }

    /// What stopped the signature.
    fn stopped(&self) -> Markup {
        let words = self.words;
        match self.stop {
            None | Some(Stop::Passphrase { .. } | Stop::Moved) => html! {},
            Some(Stop::Unchecked(why)) => html! {
                div class="attention" role="alert" { p { (words.not_signed_unchecked) } (verdict(words, why)) }
            },
            Some(Stop::Trouble(Trouble::Failure(failure))) => html! {
                div class="attention bad" role="alert" { p { (words.not_signed) } (told(words, failure)) }
            },
            Some(Stop::Trouble(_)) => html! {
                p class="attention bad" role="alert" { (words.not_signed) " " (words.lost_title) }
            },
        }
    }

    /// That the text has changed, and what.
    fn moved(&self, now: Option<&str>) -> Markup {
        let (words, sheet) = (self.words, self.sheet);
        html! {
            div class="attention bad" role="alert" {
                p { strong { (words.not_signed) } " " (words.moved_more) }
            }
            @if let (Some(now), Some(shown)) = (now, &sheet.measure) {
                section aria-labelledby="changed" { h2 id="changed" { (words.what_changed) } (difference(words, &shown.text, now)) }
            }
            form method="post" action=(format!("/sign/{}/again", self.token)) {
                p class="buttons" {
                    button class="button main" { (words.read_it_now) }
                    a class="button" href=(sheet.act.place()) { (words.back) }
                }
            }
        }
    }

    fn became(&self, state: &State) -> Markup {
        let (words, sheet) = (self.words, self.sheet);
        let hash = sheet.text_hash();
        html! {
            (self.headline())
            div class="became" data-live="became" {
                @match state {
                    State::Open | State::UnderWay => p role="status" { (words.under_way_more) },
                    State::Ordered { height, time, leaf } => {
                        p class="verdict good" role="status" { "✓ " ((words.ordered_in)(*height)) ", " (moment(words, *time, self.zone)) }
                        p { a href=(format!("/ledger/{leaf}")) { ((words.record)(*leaf)) } }
                    },
                    State::Pending => p class="attention" role="status" { (words.pending_more) },
                    State::Refused(why) => div class="attention bad" role="alert" { p { (words.refused_more) } (told(words, why)) },
                    State::Unknown(why) => div class="attention" role="alert" {
                        p { (words.unknown_more) }
                        p class="small" lang="en" { (why) }
                    },
                }
                p class="small" { (words.text_hash) " " (digest(&hash)) }
            }
            p class="buttons" {
                a class="button main" href=(sheet.act.place()) { (words.see_what_stands) }
                a class="button" href="/" { (words.back_to_today) }
            }
            details { summary { (words.what_was_signed) } (exact(&sheet.text)) }
        }
    }
}
