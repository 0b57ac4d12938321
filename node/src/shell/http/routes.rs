//! What each route answers.

use core::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use nemcon_ledger::council::PACKAGE_MEASURES_MAX;
use nemcon_ledger::record::Body;
use serde::Deserialize;
use tokio::sync::{mpsc, oneshot};

use super::Requests;
use crate::api::{Answer, Foresight, Records, RejoinAnswer, SeenBy, Submission, Texts};
use crate::replica::{Outcome, Rejection};
use crate::shell::requests::Request;

/// The most texts of one look ahead: a package's measures and the package.
const TEXTS_MAX: usize = PACKAGE_MEASURES_MAX + 1;
/// The longest that a submission waits to be ordered.
const WAIT_MS_MAX: u64 = 60_000;

/// Asks the replica's thread, or says that it has stopped.
async fn ask<T>(
    requests: &Requests,
    request: impl FnOnce(oneshot::Sender<T>) -> Request,
) -> Result<T, Response> {
    let (to, answer) = oneshot::channel();
    let sent = requests.send(request(to)).await;
    let stopped = || (StatusCode::SERVICE_UNAVAILABLE, "the node is stopping\n").into_response();
    sent.map_err(|_| stopped())?;
    answer.await.map_err(|_| stopped())
}

pub(super) async fn status(State(requests): State<Requests>) -> Result<Response, Response> {
    Ok(Json(ask(&requests, Request::Status).await?).into_response())
}

pub(super) async fn rejoin(
    State(requests): State<Requests>,
) -> Result<Json<RejoinAnswer>, Response> {
    Ok(Json(match ask(&requests, Request::Rejoin).await? {
        Ok(taken) => {
            let seen = taken.seen.into_iter().map(|(code, messages)| SeenBy { code, messages });
            let (height, votes_from) = (taken.height.0, taken.votes_from.0);
            RejoinAnswer::Rejoined { height, votes_from, seen: seen.collect() }
        }
        Err(why) => RejoinAnswer::Refused {
            code: why.code().to_owned(),
            message: why.to_string(),
            advice: why.advice().to_owned(),
        },
    }))
}

pub(super) async fn foresee(
    State(requests): State<Requests>,
    Json(Texts { texts }): Json<Texts>,
) -> Result<Response, Response> {
    if texts.len() > TEXTS_MAX {
        return Err((StatusCode::BAD_REQUEST, "too many texts\n").into_response());
    }
    let refused = |at, rejection| Foresight::Refused { at, answer: refused(&rejection) };
    let mut bodies = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        match Body::parse(text) {
            Ok(body) => bodies.push(body),
            Err(error) => return Ok(Json(refused(at, Rejection::Malformed(error))).into_response()),
        }
    }
    let foreseen = ask(&requests, |to| Request::Foresee(bodies, to)).await?;
    Ok(Json(match foreseen {
        Ok(consequences) => Foresight::Follows { consequences },
        Err(unfit) => refused(unfit.at, Rejection::Refused(unfit.refusal)),
    })
    .into_response())
}

pub(super) async fn measures(State(requests): State<Requests>) -> Result<Response, Response> {
    Ok(Json(ask(&requests, Request::Measures).await?).into_response())
}

pub(super) async fn measure(
    State(requests): State<Requests>,
    Path(number): Path<u64>,
) -> Result<Response, Response> {
    let measure = ask(&requests, |to| Request::Measure(number, to)).await?;
    let unknown = || (StatusCode::NOT_FOUND, "no such measure\n").into_response();
    Ok(Json(measure.ok_or_else(unknown)?).into_response())
}

pub(super) async fn seats(State(requests): State<Requests>) -> Result<Response, Response> {
    Ok(Json(ask(&requests, Request::Seats).await?).into_response())
}

pub(super) async fn incidents(State(requests): State<Requests>) -> Result<Response, Response> {
    Ok(Json(ask(&requests, Request::Incidents).await?).into_response())
}

pub(super) async fn incident(
    State(requests): State<Requests>,
    Path(number): Path<u64>,
) -> Result<Response, Response> {
    let incident = ask(&requests, |to| Request::Incident(number, to)).await?;
    let unknown = || (StatusCode::NOT_FOUND, "no such incident\n").into_response();
    Ok(Json(incident.ok_or_else(unknown)?).into_response())
}

/// Which leaves are asked for.
#[derive(Deserialize)]
pub(super) struct Range {
    #[serde(default)]
    from: u64,
    #[serde(default = "all")]
    limit: u64,
}

const fn all() -> u64 {
    u64::MAX
}

pub(super) async fn records(
    State(requests): State<Requests>,
    Query(range): Query<Range>,
) -> Result<Json<Records>, Response> {
    let records = ask(&requests, |to| Request::Records(range.from, range.limit, to)).await?;
    let unreadable = || {
        (StatusCode::INTERNAL_SERVER_ERROR, "the journal cannot be read; see the node's log\n")
            .into_response()
    };
    records.map(Json).ok_or_else(unreadable)
}

pub(super) async fn checkpoint(State(requests): State<Requests>) -> Result<Response, Response> {
    Ok(Json(ask(&requests, Request::Checkpoint).await?).into_response())
}

pub(super) async fn submit(
    State(requests): State<Requests>,
    Json(submission): Json<Submission>,
) -> Result<Json<Answer>, Response> {
    let (reply, mut outcomes) = mpsc::channel(2);
    let record = submission.record.into_bytes();
    let stopped = || (StatusCode::SERVICE_UNAVAILABLE, "the node is stopping\n").into_response();
    requests.send(Request::Submit { record, reply }).await.map_err(|_| stopped())?;
    let first = outcomes.recv().await.ok_or_else(stopped)?;
    let Outcome::Accepted { text_hash } = first else { return Ok(Json(answer(first))) };
    let wait = Duration::from_millis(submission.wait_ms.min(WAIT_MS_MAX));
    match tokio::time::timeout(wait, outcomes.recv()).await {
        Ok(Some(outcome)) => Ok(Json(answer(outcome))),
        Ok(None) | Err(_) => Ok(Json(Answer::Pending { text_hash })),
    }
}

fn answer(outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Accepted { text_hash } => Answer::Pending { text_hash },
        Outcome::Ordered { text_hash, height, time, leaf } => {
            Answer::Ordered { text_hash, height: height.0, time, leaf: leaf.0 }
        }
        Outcome::Refused(rejection) => refused(&rejection),
    }
}

fn refused(rejection: &Rejection) -> Answer {
    Answer::Refused {
        code: rejection.code().to_owned(),
        message: rejection.to_string(),
        rule: rejection.law().map(|law| law.rule.to_owned()),
        topic: rejection.law().map(|law| law.topic.to_owned()),
        advice: rejection.advice().to_owned(),
    }
}
