//! The dates of the council for calendar programs [RFC 5545].

use axum::http::header;
use axum::response::{IntoResponse, Response};
use nemcon_client::calendar::{Class, Event, ics};
use nemcon_ledger::council::MeasureState;

use super::desk::Desk;
use super::lists::ahead;
use crate::server::requests::{Request, State};
use crate::server::view::measure::Around;

/// The most measures whose dates are given out.
const CALENDAR_MEASURES_MAX: usize = 1_024;
/// How the address of the calendar begins, before the token, and how it ends.
pub(super) const CALENDAR: (&str, &str) = ("/v1/calendar/", ".ics");

/// The token in the path of a request for the calendar.
pub(super) fn token_in(path: &str) -> Option<&str> {
    path.strip_prefix(CALENDAR.0)?.strip_suffix(CALENDAR.1)
}

pub(super) async fn calendar(desk: Desk) -> Result<Response, Response> {
    let state = desk.ask(Request::State).await?;
    let text = desk.elsewhere(move || written(&state)).await?;
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response())
}

fn written(state: &State) -> String {
    let (council, now) = (state.chain.council(), state.now);
    let charter = &council.genesis().charter;
    let around = Around { chain: &state.chain, now, sealed: state.sealed };
    let summary = |measure: &MeasureState| around.summary(measure, None);
    let measures: Vec<_> = ahead(state).take(CALENDAR_MEASURES_MAX).map(summary).collect();
    let events = Event::all(&measures, &charter.reminder_days, now);
    let class = charter.publication.as_ref().map_or(Class::Unsaid, |_| Class::Confidential);
    ics(&council.digest(), charter.name.as_str(), &events, class, now)
}
