//! The loopback HTTP interface: what `api` lists, for the command line.

mod entrance;

use core::time::Duration;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, Query, Request as HttpRequest, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use nemcon_ledger::chain::BLOCK_STATEMENT_BYTES_MAX;
use nemcon_ledger::council::PACKAGE_MEASURES_MAX;
use nemcon_ledger::record::{Body, RECORD_BYTES_MAX};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};

use super::requests::Request;
use crate::api::{Answer, Foresight, Records, RejoinAnswer, SeenBy, Submission, Texts};
use crate::replica::{Outcome, Rejection};
use crate::token::Tokens;
use entrance::Entrance;

/// The longest body of a request: a record, escaped as JSON at worst.
const BODY_BYTES_MAX: usize = 8 * RECORD_BYTES_MAX;
/// The longest body of a look ahead: what one block takes, escaped as JSON.
const TEXTS_BYTES_MAX: usize = BLOCK_STATEMENT_BYTES_MAX / 2 * 3;
/// The most texts of one look ahead: a package's measures and the package.
const TEXTS_MAX: usize = PACKAGE_MEASURES_MAX + 1;
/// The most requests that are under way at a time, waiting submissions included.
const REQUESTS_UNDER_WAY_MAX: usize = 128;
/// The longest that a submission waits to be ordered.
const WAIT_MS_MAX: u64 = 60_000;

/// The way to the replica's thread.
type Requests = mpsc::Sender<Request>;

/// Serves until the replica's thread is gone.
pub(super) async fn serve(
    listener: TcpListener,
    requests: Requests,
    genesis_file: Arc<[u8]>,
    tokens: watch::Receiver<Tokens>,
) {
    let genesis = move || async move {
        ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], genesis_file.to_vec())
    };
    let under_way = Arc::new(Semaphore::new(REQUESTS_UNDER_WAY_MAX));
    let router = Router::new()
        .route("/v1/records", post(submit).get(records))
        .route("/v1/foresight", post(foresee).layer(DefaultBodyLimit::max(TEXTS_BYTES_MAX)))
        .route("/v1/status", get(status))
        .route("/v1/rejoin", post(rejoin))
        .route("/v1/measures", get(measures))
        .route("/v1/measures/{number}", get(measure))
        .route("/v1/incidents", get(incidents))
        .route("/v1/incidents/{number}", get(incident))
        .route("/v1/seats", get(seats))
        .route("/v1/checkpoint", get(checkpoint))
        .route("/v1/genesis", get(genesis))
        .route(entrance::HEALTH, get(async || "ok\n"))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state(under_way, few_at_a_time))
        .layer(middleware::from_fn_with_state(Entrance::new(tokens), entrance::admit))
        .layer(middleware::map_response(entrance::seal_off))
        .with_state(requests);
    if let Err(error) = axum::serve(listener, router).await {
        tracing::error!(%error, "the HTTP interface has stopped");
    }
}

/// Who asks too much at once is told so: nothing waits without a limit.
async fn few_at_a_time(
    State(under_way): State<Arc<Semaphore>>,
    request: HttpRequest,
    next: Next,
) -> Response {
    let Ok(_permit) = under_way.try_acquire() else {
        let busy = "the node has as many requests under way as it takes; try again\n";
        return (StatusCode::SERVICE_UNAVAILABLE, busy).into_response();
    };
    next.run(request).await
}

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

async fn status(State(requests): State<Requests>) -> Result<Response, Response> {
    Ok(Json(ask(&requests, Request::Status).await?).into_response())
}

async fn rejoin(State(requests): State<Requests>) -> Result<Json<RejoinAnswer>, Response> {
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

async fn foresee(
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

async fn measures(State(requests): State<Requests>) -> Result<Response, Response> {
    Ok(Json(ask(&requests, Request::Measures).await?).into_response())
}

async fn measure(
    State(requests): State<Requests>,
    Path(number): Path<u64>,
) -> Result<Response, Response> {
    let measure = ask(&requests, |to| Request::Measure(number, to)).await?;
    let unknown = || (StatusCode::NOT_FOUND, "no such measure\n").into_response();
    Ok(Json(measure.ok_or_else(unknown)?).into_response())
}

async fn seats(State(requests): State<Requests>) -> Result<Response, Response> {
    Ok(Json(ask(&requests, Request::Seats).await?).into_response())
}

async fn incidents(State(requests): State<Requests>) -> Result<Response, Response> {
    Ok(Json(ask(&requests, Request::Incidents).await?).into_response())
}

async fn incident(
    State(requests): State<Requests>,
    Path(number): Path<u64>,
) -> Result<Response, Response> {
    let incident = ask(&requests, |to| Request::Incident(number, to)).await?;
    let unknown = || (StatusCode::NOT_FOUND, "no such incident\n").into_response();
    Ok(Json(incident.ok_or_else(unknown)?).into_response())
}

/// Which leaves are asked for.
#[derive(Deserialize)]
struct Range {
    #[serde(default)]
    from: u64,
    #[serde(default = "all")]
    limit: u64,
}

const fn all() -> u64 {
    u64::MAX
}

async fn records(
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

async fn checkpoint(State(requests): State<Requests>) -> Result<Response, Response> {
    Ok(Json(ask(&requests, Request::Checkpoint).await?).into_response())
}

async fn submit(
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

#[cfg(test)]
mod tests;
