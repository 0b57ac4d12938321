//! Lists in pages: measures, incidents, and leaves of the log.

use core::iter;
use std::collections::BTreeSet;

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use nemcon_client::api::{
    FiledRecord, Incident, IncidentSummary, Life, Measure, MeasureSummary, Page, ProblemKind,
    RECENT_DAYS, Records, schema,
};
use nemcon_client::token::Holder;
use nemcon_crypto::Digest;
use nemcon_ledger::council::{Force, IncidentState, MeasureState, Status};
use nemcon_ledger::record::Record;
use nemcon_ledger::text::{Code, Time};
use nemcon_replica::replica::Boundary;
use serde::Deserialize;
use utoipa::IntoParams;

use super::desk::{Desk, index_is_off, unreadable};
use super::extract::{Number, Path, Query};
use super::page::{PAGE_ITEMS_MAX, page};
use super::problem::problem;
use super::{remarks, retelling};
use crate::server::requests::{Filed, Leaves, Request, State as Council, Wanted};
use crate::server::view::incident;
use crate::server::view::measure::Around;

/// The greatest number of member sets for which one page asks what they have sealed.
const SEALERS_MAX: usize = 8;
/// The number of milliseconds in a day.
const DAY_MS: u64 = 24 * 3_600_000;

/// The part of a list that a request asks for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// The first number that is wanted: 0, or the `next` of the page before.
    #[serde(default)]
    #[param(value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 0)]
    from: Number,
    /// The greatest number of items; 0 means 1. The answer may have fewer.
    #[param(value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 16)]
    limit: Option<Number>,
    /// The text hash of the only item that is wanted.
    #[param(value_type = Option<schema::Digest>)]
    text: Option<Digest>,
}

/// The measures that a request asks for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// The first number that is wanted: 0, or the `next` of the page before.
    #[serde(default)]
    #[param(value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 0)]
    from: Number,
    /// The greatest number of items; 0 means 1. The answer may have fewer.
    #[param(value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 16)]
    limit: Option<Number>,
    /// The text hash of the only item that is wanted.
    #[param(value_type = Option<schema::Digest>)]
    text: Option<Digest>,
    /// The state of the measures that are wanted.
    #[param(inline)]
    state: Option<Life>,
    /// The party whose position is wanted with each measure.
    #[param(value_type = Option<schema::Code>)]
    party: Option<Code>,
}

/// The leaves that a request asks for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Range {
    /// The first leaf that is wanted.
    #[serde(default)]
    #[param(value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 0)]
    from: Number,
    /// The greatest number of leaves; 0 means 1. The answer may have fewer.
    #[param(value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 16)]
    limit: Option<Number>,
    /// The text hash of the statement whose leaf is wanted.
    #[param(value_type = Option<schema::Digest>)]
    text: Option<Digest>,
}

/// The measures, by number.
///
/// A page of the list as it stands after one block. Items are summaries, without text.
#[utoipa::path(get, path = "/v1/measures", tag = "measures", params(Which),
    responses((status = 200, description = "A page of measures.", body = Page<MeasureSummary>)))]
pub(super) async fn measures(desk: Desk, Query(which): Query<Which>) -> Result<Response, Response> {
    let state = desk.ask(Request::State).await?;
    let most = items(which.limit);
    // One measure more than fits shows where the next page begins.
    let found: Vec<&MeasureState> = which.of(&state).take(most + 1).collect();
    let (most, finality) = finality(&desk, &state, &found, most).await?;
    // What was said on a measure that has ended is read from the log, and only for a party.
    let wanted = if which.party.is_some() { &found[..most.min(found.len())] } else { &[] };
    let retold = retelling::said_on(&desk, &state.chain, wanted).await?;
    let most = if which.party.is_some() { retold.len().clamp(1, most.max(1)) } else { most };
    let summaries = found.iter().enumerate().map(|(at, measure)| {
        let sealed = finality.sealed(&state, measure);
        let around = Around { chain: &state.chain, now: state.now, sealed };
        let party = which.party.as_ref().zip(retold.get(at).map(AsRef::as_ref));
        (measure.number, around.summary(measure, party))
    });
    Ok(page(summaries, most))
}

impl Which {
    /// The measures that the request asks for, in the order of their numbers.
    fn of<'a>(&self, state: &'a Council) -> Box<dyn Iterator<Item = &'a MeasureState> + Send + 'a> {
        let council = state.chain.council();
        if let Some(text) = self.text {
            let number = council.measure_by_text(&text);
            return Box::new(number.and_then(|number| council.measure(number)).into_iter());
        }
        match self.state {
            None => Box::new(council.measures_from(self.from.0)),
            Some(Life::Open) => Box::new(council.open_from(self.from.0)),
            Some(Life::Ended) => {
                let has_ended = |it: &&MeasureState| it.status != Status::Open;
                Box::new(council.measures_from(self.from.0).filter(has_ended))
            }
            Some(Life::Recent) => Box::new(self.sorted(recent(state))),
            Some(Life::Ahead) => {
                let from = self.from.0;
                Box::new(ahead(state).filter(move |it| it.number >= from))
            }
            Some(Life::Expiring) => Box::new(self.sorted(expiring(state))),
        }
    }

    /// The found measures from the requested number on, in the order of their numbers.
    fn sorted<'a>(
        &self,
        mut found: Vec<&'a MeasureState>,
    ) -> impl Iterator<Item = &'a MeasureState> + use<'a> {
        found.retain(|it| it.number >= self.from.0);
        found.sort_by_key(|it| it.number);
        found.into_iter()
    }
}

/// The measures on which balloting has ended within the last [`RECENT_DAYS`] days, by the node's clock.
fn recent(state: &Council) -> Vec<&MeasureState> {
    let since = Time::from_ms(state.now.as_ms().saturating_sub(RECENT_DAYS * DAY_MS));
    since.map_or_else(|_| Vec::new(), |since| state.chain.council().ended_since(since).collect())
}

/// The measures in force that expire within the charter's reminder days.
fn expiring(state: &Council) -> Vec<&MeasureState> {
    let council = state.chain.council();
    let days = council.genesis().charter.expiring_days();
    let until = state.now.as_ms().saturating_add(u64::from(days.unwrap_or(0)) * DAY_MS);
    let Ok(until) = Time::from_ms(until) else { return Vec::new() };
    let is_expiring =
        |it: &&MeasureState| matches!(it.force(state.now, days), Some(Force::Expiring { .. }));
    council.ending(state.now, until).filter(is_expiring).collect()
}

/// The measures of which a date is to come.
pub(super) fn ahead(state: &Council) -> impl Iterator<Item = &MeasureState> + Send {
    let council = state.chain.council();
    let days = council.genesis().charter.expiring_days();
    council.measures_from(0).filter(move |it| is_ahead(it, state.now, days))
}

/// Whether a date of the measure is to come: balloting goes on, or what was adopted holds or will hold, and
/// enters into force, is reviewed or ends later than now.
fn is_ahead(measure: &MeasureState, now: Time, days: Option<u32>) -> bool {
    let terms = &measure.terms;
    let has_date = || {
        let mut dates = [terms.enters, terms.reviews, terms.expires].into_iter().flatten();
        dates.any(|date| date > now)
    };
    match measure.force(now, days) {
        None => measure.status == Status::Open,
        Some(
            Force::NotYet { .. } | Force::InForce | Force::Expiring { .. } | Force::Amended { .. },
        ) => has_date(),
        Some(_) => false,
    }
}

/// The newest boundaries that some sets of members have sealed, for sets that are not the whole roster.
pub(super) struct Finality(Vec<(BTreeSet<Code>, Option<Boundary>)>);

impl Finality {
    /// The newest boundary that all members entitled to a measure have sealed.
    pub(super) fn sealed(&self, state: &Council, measure: &MeasureState) -> Option<Boundary> {
        let Some(entitled) = unsettled(state, measure) else { return state.sealed };
        self.0.iter().find(|(set, _)| *set == entitled).and_then(|(_, sealed)| *sealed)
    }
}

/// The members entitled to a measure; `None` if the boundary that all members have sealed shows
/// already that the measure is final.
fn unsettled(state: &Council, measure: &MeasureState) -> Option<BTreeSet<Code>> {
    let sealed = state.sealed.map_or(0, |boundary| boundary.size.0);
    measure.outcome_leaf().filter(|leaf| leaf.0 >= sealed)?;
    Some(measure.frozen.entitled.iter().map(|entitled| entitled.code.clone()).collect())
}

/// Asks for the boundaries that the entitled members of these measures have sealed, once for each
/// set of members, up to the limit of sets. Returns also for how many of the measures this answers.
pub(super) async fn finality(
    desk: &Desk,
    state: &Council,
    found: &[&MeasureState],
    most: usize,
) -> Result<(usize, Finality), Response> {
    let (mut sets, mut answered) = (Vec::new(), 0);
    for entitled in found.iter().map(|measure| unsettled(state, measure)).take(most) {
        if let Some(entitled) = entitled.filter(|entitled| !sets.contains(entitled)) {
            if sets.len() == SEALERS_MAX {
                break;
            }
            sets.push(entitled);
        }
        answered += 1;
    }
    if sets.is_empty() {
        return Ok((answered, Finality(Vec::new())));
    }
    let sealed = desk.ask(|to| Request::SealedBy(sets.clone(), to)).await?;
    Ok((answered, Finality(iter::zip(sets, sealed).collect())))
}

/// A measure with its text, its ballots and all else that the council holds about it.
#[utoipa::path(get, path = "/v1/measures/{number}", tag = "measures",
    params(("number" = u64, Path, description = "The number of the measure.", minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 1)),
    responses((status = 200, description = "The measure.", body = Measure)))]
pub(super) async fn measure(
    desk: Desk,
    Path(Number(number)): Path<Number>,
) -> Result<Response, Response> {
    let asked = desk.ask(|to| Request::Measure(number, to)).await?;
    let found = asked.ok_or_else(|| no_measure(number))?;
    let text = desk.text(found.text).await?;
    let council = found.state.chain.council();
    let measure = council.measure(number).ok_or_else(|| no_measure(number))?;
    let (chain, now, sealed) = (&*found.state.chain, found.state.now, found.sealed);
    let around = Around { chain, now, sealed };
    let retold = retelling::said_on(&desk, &found.state.chain, &[measure]).await?;
    let said = retold.first().ok_or_else(unreadable)?;
    let told = (text, remarks::remarks_on(&desk, said).await?);
    Ok(Json(around.measure((measure, said), told, found.last, &found.waiting)).into_response())
}

/// The incidents, by number.
#[utoipa::path(get, path = "/v1/incidents", tag = "incidents", params(Part),
    responses((status = 200, description = "A page of incidents.", body = Page<IncidentSummary>)))]
pub(super) async fn incidents(desk: Desk, Query(part): Query<Part>) -> Result<Response, Response> {
    let state = desk.ask(Request::State).await?;
    let council = state.chain.council();
    let most = items(part.limit);
    let summary = |it: &IncidentState| (it.number, incident::summary(council, it));
    let Some(text) = part.text else {
        return Ok(page(council.incidents_from(part.from.0).map(summary), most));
    };
    let number = council.incident_by_text(&text);
    Ok(page(number.and_then(|number| council.incident(number)).into_iter().map(summary), most))
}

/// An incident with its text, and who attributes it to whom.
#[utoipa::path(get, path = "/v1/incidents/{number}", tag = "incidents",
    params(("number" = u64, Path, description = "The number of the incident.", minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 1)),
    responses((status = 200, description = "The incident.", body = Incident)))]
pub(super) async fn incident(
    desk: Desk,
    Path(Number(number)): Path<Number>,
) -> Result<Response, Response> {
    let asked = desk.ask(|to| Request::Incident(number, to)).await?;
    let found = asked.ok_or_else(|| no_incident(number))?;
    let text = desk.text(found.text).await?;
    let council = found.state.chain.council();
    let incident = council.incident(number).ok_or_else(|| no_incident(number))?;
    Ok(Json(incident::incident(council, incident, text, found.last)).into_response())
}

/// The greatest number of items of a page for which this limit asks.
fn items(limit: Option<Number>) -> usize {
    let asked = limit.map(|limit| usize::try_from(limit.0).unwrap_or(usize::MAX));
    asked.unwrap_or(PAGE_ITEMS_MAX).clamp(1, PAGE_ITEMS_MAX)
}

fn no_measure(number: u64) -> Response {
    problem(ProblemKind::NoMeasure, format!("there is no measure {number}"))
}

fn no_incident(number: u64) -> Response {
    problem(ProblemKind::NoIncident, format!("there is no incident {number}"))
}

/// Leaves of the log as text, from an index on, or the one with a text hash.
#[utoipa::path(get, path = "/v1/records", tag = "log", params(Range),
    responses((status = 200, description = "Leaves of the log.", body = Records)))]
pub(super) async fn records(
    desk: Desk,
    holder: Option<Extension<Holder>>,
    Query(range): Query<Range>,
) -> Result<Json<Records>, Response> {
    let wanted = match range.text {
        Some(text) => Wanted::Text(text),
        None => Wanted::Range(range.from.0, range.limit.map_or(u64::MAX, |limit| limit.0.max(1))),
    };
    let asked = desk.ask(|to| Request::Leaves(wanted, to)).await?;
    let leaves = asked.ok_or_else(index_is_off)?;
    let Leaves { from: first, size, .. } = leaves;
    let records = desk.read(leaves).await?;
    let party = holder.and_then(|Extension(holder)| holder.party);
    // To the holder of a token for another party, what others have said is not there.
    if party.is_some_and(|party| !records.iter().all(|it| is_said_by(it, &party))) {
        return Ok(Json(Records { first: 0, records: Vec::new(), size }));
    }
    Ok(Json(Records { first, records, size }))
}

fn is_said_by(record: &str, party: &Code) -> bool {
    let said = Record::parse(record.as_bytes());
    said.is_ok_and(|it| matches!(it, Record::Statement(it) if it.body.head().by == *party))
}

/// The part of the leaves of a measure or party that a request asks for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Slice {
    /// The first leaf that is wanted: 0, or the `next` of the page before.
    #[serde(default)]
    #[param(value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 0)]
    from: Number,
    /// The greatest number of records; 0 means 1. The answer may have fewer.
    #[param(value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 16)]
    limit: Option<Number>,
}

/// Every record of the log about a measure.
#[utoipa::path(get, path = "/v1/measures/{number}/records", tag = "log",
    params(("number" = u64, Path, description = "The number of the measure.", minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 1), Slice),
    responses((status = 200, description = "A page of records; empty if no measure has this number.", body = Page<FiledRecord>)))]
pub(super) async fn of_measure(
    desk: Desk,
    Path(Number(number)): Path<Number>,
    Query(slice): Query<Slice>,
) -> Result<Json<Page<FiledRecord>>, Response> {
    filed(&desk, Filed::Measure(number), &slice).await
}

/// Every statement in the log that a party has signed.
#[utoipa::path(get, path = "/v1/parties/{code}/records", tag = "log",
    params(("code" = schema::Code, Path, description = "The code of the party."), Slice),
    responses((status = 200, description = "A page of records.", body = Page<FiledRecord>)))]
pub(super) async fn of_party(
    desk: Desk,
    Path(code): Path<Code>,
    Query(slice): Query<Slice>,
) -> Result<Json<Page<FiledRecord>>, Response> {
    filed(&desk, Filed::Party(code), &slice).await
}

async fn filed(desk: &Desk, of: Filed, slice: &Slice) -> Result<Json<Page<FiledRecord>>, Response> {
    let most = items(slice.limit);
    // One leaf more than fits shows where the next page begins.
    let asked = desk.ask(|to| Request::Filed(of, slice.from.0, most + 1, to)).await?;
    let mut found = asked.ok_or_else(index_is_off)?;
    let leaves: Vec<u64> = found.iter().map(|leaves| leaves.from).collect();
    found.truncate(most);
    let records = desk.read_each(found).await?;
    let next = leaves.get(records.len()).copied();
    let items = iter::zip(leaves, records).map(|(leaf, record)| FiledRecord { leaf, record });
    Ok(Json(Page { items: items.collect(), next }))
}
