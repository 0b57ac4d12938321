//! The answer of each route.

use core::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use nemcon_client::api::{Answer, Foresight, RejoinAnswer, SeenBy, Submission, Texts};
use nemcon_ledger::council::PACKAGE_MEASURES_MAX;
use nemcon_ledger::record::{Body, Statement};
use nemcon_replica::replica::{Outcome, Rejection};
use tokio::sync::mpsc;

use super::desk::{Desk, stopping};
use crate::server::requests::Request;
use crate::server::view::node;

/// The greatest number of texts in one look ahead: the measures of a package, and the package.
const TEXTS_MAX: usize = PACKAGE_MEASURES_MAX + 1;
/// The longest time that a submission waits to be ordered, in milliseconds.
const WAIT_MS_MAX: u64 = 60_000;

pub(super) async fn status(desk: Desk) -> Result<Response, Response> {
    let (status, state) = desk.ask(Request::Status).await?;
    Ok(Json(node::complete(status, &state.chain)).into_response())
}

pub(super) async fn rejoin(desk: Desk) -> Result<Json<RejoinAnswer>, Response> {
    Ok(Json(match desk.ask(Request::Rejoin).await? {
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
    desk: Desk,
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
    let (state, waiting) = desk.ask(Request::Waiting).await?;
    let foreseen = desk.elsewhere(move || {
        let waiting: Vec<&Statement> = waiting.iter().map(AsRef::as_ref).collect();
        let time = state.chain.next_time(state.now);
        state.chain.council().foresee(time, &waiting, &bodies)
    });
    let foreseen = foreseen.await?;
    Ok(Json(match foreseen {
        Ok(consequences) => Foresight::Follows { consequences },
        Err(unfit) => refused(unfit.at, Rejection::Refused(unfit.refusal)),
    })
    .into_response())
}

pub(super) async fn seats(desk: Desk) -> Result<Response, Response> {
    Ok(Json(desk.ask(Request::Seats).await?).into_response())
}

pub(super) async fn checkpoint(desk: Desk) -> Result<Response, Response> {
    Ok(Json(desk.ask(Request::Checkpoint).await?).into_response())
}

pub(super) async fn submit(
    desk: Desk,
    Json(submission): Json<Submission>,
) -> Result<Json<Answer>, Response> {
    let (reply, mut outcomes) = mpsc::channel(2);
    let record = submission.record.into_bytes();
    desk.send(Request::Submit { record, reply }).await?;
    let first = outcomes.recv().await.ok_or_else(stopping)?;
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
