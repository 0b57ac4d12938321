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

/// The dates of the council for calendar programs.
///
/// Whoever knows the token in the address needs no other.
#[utoipa::path(get, path = "/v1/calendar/{file}", tag = "measures",
    params(("file" = String, Path, description = "The token of the calendar, and `.ics`; any name with a token for reading.")),
    responses((status = 200, description = "A calendar by RFC 5545.", body = String, content_type = "text/calendar")))]
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
