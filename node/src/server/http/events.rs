//! The stream of events [WHATWG server-sent events]: what changes in the log and at the node.
//!
//! ```text
//! journal ─▶ block after block from a place on ─▶ sealed, final ─▶ conditions that begin and end ─▶ wait for news
//! ```
//!
//! What it guarantees: the events of the log are read from the log, so whoever comes back with the last id misses none,
//! also after a restart of the node, and also at another node. A stream reads no faster than its client takes. What it
//! does not: conditions are this node's own and not in the log; on a new stream each one that holds begins.

use core::convert::Infallible;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use nemcon_client::api::{ConditionView, Event, EventKind, EventPlace, ProblemKind};
use nemcon_client::token::{Holder, Tokens};
use serde::Deserialize;
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;
use utoipa::IntoParams;

use super::desk::{Desk, index_is_off};
use super::extract::{Number, Query};
use super::lists::finality;
use super::problem::problem;
use super::shares::{Share, Shares};
use super::stream::Activity;
use super::told::events_of;
use crate::server::news::News;
use crate::server::requests::{Request, Wanted};

/// The greatest number of streams of events at a time on one listener.
const EVENT_STREAMS_MAX: usize = 16;
/// The leaves that a stream asks for at once.
const LEAVES_ASKED: u64 = 256;
/// The greatest number of ended measures of which a stream waits for the seals. Of more, the oldest is not told as final.
const FINALS_AWAITED_MAX: usize = 4_096;
/// After how much silence a comment shows that the node is there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How often a stream looks whether those entitled to a measure have sealed it.
const LOOK_FOR_SEALS: Duration = Duration::from_secs(1);
/// The header in which a client that comes back names the last event.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// What all streams of one listener share.
#[derive(Clone)]
pub(super) struct Streams {
    news: watch::Receiver<News>,
    tokens: watch::Receiver<Tokens>,
    turns: Shares,
}

impl Streams {
    /// Streams on this number of connections.
    pub(super) fn of(
        connections_max: usize,
        news: watch::Receiver<News>,
        tokens: watch::Receiver<Tokens>,
    ) -> Self {
        let most = EVENT_STREAMS_MAX.min(connections_max / 8).max(1);
        Self { news, tokens, turns: Shares::of(most) }
    }
}

/// From where on events are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Begin {
    /// The first leaf of the log that is told; by default the next one that is ordered. `Last-Event-ID` goes before it.
    #[param(value_type = Option<u64>, minimum = 0, maximum = 9_007_199_254_740_991_u64, example = 0)]
    from: Option<Number>,
}

/// What changes, as server-sent events.
///
/// Each event has the name of its kind in `event` and an `Event` in `data`. An event of the log has an `id`; a client that
/// comes back with it in `Last-Event-ID` goes on behind it, at this node or at another one of the council. The end of
/// measures may be told as `final` once more. While nothing changes, a comment comes every 15 seconds.
#[utoipa::path(get, path = "/v1/events", tag = "events", params(Begin,
    ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that came.",
        pattern = "^(0|[1-9][0-9]{0,14})-(0|[1-9][0-9]{0,14})$", example = "142-120")),
    responses((status = 200, description = "Events, without end.", body = String, content_type = "text/event-stream")))]
pub(super) async fn events(
    desk: Desk,
    Extension(streams): Extension<Streams>,
    Extension(activity): Extension<Arc<Activity>>,
    Extension(holder): Extension<Holder>,
    headers: HeaderMap,
    Query(begin): Query<Begin>,
) -> Result<Response, Response> {
    let place = match headers.get(LAST_EVENT_ID) {
        Some(id) => Some(place_of(id).ok_or_else(no_place)?),
        None => None,
    };
    let Some(turn) = streams.turns.take(holder.role, 1) else {
        let busy = format!(
            "the node has as many streams of events as it takes of the role {}; try again",
            holder.role
        );
        return Err(problem(ProblemKind::Busy, busy));
    };
    let mut tokens = streams.tokens;
    tokens.mark_unchanged();
    let state = desk.ask(Request::State).await?;
    let sealed = state.sealed.map_or(0, |boundary| boundary.size.0);
    let next = begin.from.map_or(state.chain.size().0, |Number(from)| from);
    let place = place.unwrap_or(EventPlace { next, sealed: sealed.min(next) });
    let is_awaited = |leaf: u64| (place.sealed..place.next).contains(&leaf);
    let measures = state.chain.council().measures_from(0);
    let ended = measures.filter(|it| it.outcome_leaf().is_some_and(|leaf| is_awaited(leaf.0)));
    let ended = ended.map(|it| it.number).collect();
    let (out, body) = mpsc::channel(1);
    let follower = Follower {
        desk,
        news: streams.news,
        tokens,
        place,
        ended,
        conditions: Vec::new(),
        out,
        _turn: turn,
    };
    // The connection works for its client as long as the stream lasts, and ends with it.
    activity.begin();
    tokio::spawn(follower.follow());
    let kind = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CONNECTION, HeaderValue::from_static("close")),
    ];
    Ok((kind, Body::new(Sent(body))).into_response())
}

fn no_place() -> Response {
    let wants = "`Last-Event-ID` is the id of an event that came, such as `142-120`";
    problem(ProblemKind::BadRequest, wants)
}

fn place_of(id: &HeaderValue) -> Option<EventPlace> {
    id.to_str().ok()?.parse().ok()
}

/// The body of an answer, as it is written.
struct Sent(mpsc::Receiver<Bytes>);

impl hyper::body::Body for Sent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(cx).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// One stream: what its client was told, and what it is told next.
struct Follower {
    desk: Desk,
    news: watch::Receiver<News>,
    /// The tokens in force: when they change, whoever follows shows its own again.
    tokens: watch::Receiver<Tokens>,
    place: EventPlace,
    /// The measures that have ended and are not told as final.
    ended: BTreeSet<u64>,
    /// The conditions that the client knows of.
    conditions: Vec<ConditionView>,
    out: mpsc::Sender<Bytes>,
    _turn: Share,
}

/// The client has gone, or the node cannot go on telling.
struct Over;

impl From<Response> for Over {
    fn from(_: Response) -> Self {
        Self
    }
}

impl Follower {
    /// Tells what changes until the client goes, other tokens are in force, or the node stops.
    async fn follow(mut self) {
        let mut tokens = self.tokens.clone();
        tokio::select! {
            () = self.tell() => {}
            _ = tokens.changed() => {}
        }
    }

    async fn tell(&mut self) {
        if self.say(": nemcon\n\n".to_owned()).await.is_ok() {
            while self.tell_news().await.is_ok() {}
        }
    }

    /// Tells what is new, then waits for more.
    async fn tell_news(&mut self) -> Result<(), Over> {
        let news = self.news.borrow_and_update().clone();
        while self.place.next < news.size {
            self.tell_log().await?;
        }
        self.tell_final().await?;
        if news.sealed > self.place.sealed && self.place.next >= news.size {
            self.place.sealed = news.sealed;
            let words = format!("sealed by all up to size {}", news.sealed);
            let event = Event::new(EventKind::Sealed, words);
            let event = Event { size: Some(news.sealed), ..event };
            self.send(Some(self.place), &event).await?;
        }
        self.tell_conditions(&news.conditions).await?;
        let wait = if self.ended.is_empty() { KEEP_ALIVE } else { LOOK_FOR_SEALS };
        let (mut silent, out) = (Duration::ZERO, self.out.clone());
        while silent < KEEP_ALIVE {
            tokio::select! {
                changed = self.news.changed() => return changed.map_err(|_| Over),
                () = out.closed() => return Err(Over),
                () = sleep(wait) => silent += wait,
            }
            self.tell_final().await?;
        }
        self.say(": still there\n\n".to_owned()).await
    }

    /// Tells some of the log.
    async fn tell_log(&mut self) -> Result<(), Over> {
        let wanted = Wanted::Range(self.place.next, LEAVES_ASKED);
        let leaves = self.desk.ask(|to| Request::Leaves(wanted, to)).await?;
        let leaves = leaves.ok_or_else(index_is_off)?;
        // The council is asked for behind the leaves, so it has their blocks.
        let state = self.desk.ask(Request::State).await?;
        let events = self.desk.read_with(move |journal| events_of(journal, &leaves, &state.chain));
        let events = events.await?;
        if events.is_empty() {
            return Err(Over);
        }
        for event in events {
            let leaf = event.leaf.unwrap_or(self.place.next);
            self.place.next = leaf + 1;
            if matches!(event.event, EventKind::Adopted | EventKind::NotAdopted | EventKind::Lapsed)
            {
                self.ended.extend(event.measures.iter().copied());
                while self.ended.len() > FINALS_AWAITED_MAX {
                    self.ended.pop_first();
                }
            }
            self.send(Some(self.place), &event).await?;
        }
        Ok(())
    }

    /// Tells which of the measures that have ended are final by now. Such an event has no id, so it may be told again.
    async fn tell_final(&mut self) -> Result<(), Over> {
        if self.ended.is_empty() {
            return Ok(());
        }
        let state = self.desk.ask(Request::State).await?;
        let council = state.chain.council();
        let found: Vec<_> = self.ended.iter().filter_map(|it| council.measure(*it)).collect();
        let (answered, finality) = finality(&self.desk, &state, &found, found.len()).await?;
        let is_final = |it: &&&nemcon_ledger::council::MeasureState| {
            let sealed = finality.sealed(&state, it).map_or(0, |boundary| boundary.size.0);
            it.outcome_leaf().is_some_and(|leaf| leaf.0 < sealed)
        };
        let events: Vec<_> = found
            .iter()
            .take(answered)
            .filter(is_final)
            .map(|measure| {
                let number = measure.number;
                let words = format!(
                    "measure {number} is final: all entitled members have sealed how it ended"
                );
                let leaf = measure.outcome_leaf().map(|leaf| leaf.0);
                Event { leaf, measures: vec![number], ..Event::new(EventKind::Final, words) }
            })
            .collect();
        for event in events {
            self.send(None, &event).await?;
            for number in &event.measures {
                self.ended.remove(number);
            }
        }
        Ok(())
    }

    /// Tells which conditions begin and which are over.
    async fn tell_conditions(&mut self, now: &[ConditionView]) -> Result<(), Over> {
        let is_same =
            |a: &ConditionView, b: &ConditionView| (&a.name, &a.about) == (&b.name, &b.about);
        let was = core::mem::replace(&mut self.conditions, now.to_vec());
        for over in was.iter().filter(|it| !now.iter().any(|other| is_same(it, other))) {
            let words = format!("{} of {} is over", over.name, over.about);
            self.send(None, &of_condition(EventKind::ConditionEnds, over, words)).await?;
        }
        for new in now.iter().filter(|it| !was.iter().any(|other| is_same(it, other))) {
            let event = of_condition(EventKind::ConditionBegins, new, new.means.clone());
            self.send(None, &Event { advice: Some(new.advice.clone()), ..event }).await?;
        }
        Ok(())
    }

    async fn send(&self, place: Option<EventPlace>, event: &Event) -> Result<(), Over> {
        let id = place.map(|place| format!("id: {place}\n")).unwrap_or_default();
        let data = serde_json::to_string(event).expect("an event is JSON");
        self.say(format!("{id}event: {}\ndata: {data}\n\n", event.event)).await
    }

    /// Hands words over once those before them are taken.
    async fn say(&self, words: String) -> Result<(), Over> {
        self.out.send(Bytes::from(words)).await.map_err(|_| Over)
    }
}

fn of_condition(kind: EventKind, it: &ConditionView, words: String) -> Event {
    Event {
        condition: Some(it.name.clone()),
        by: Some(it.about.clone()),
        time: Some(it.since),
        ..Event::new(kind, words)
    }
}
