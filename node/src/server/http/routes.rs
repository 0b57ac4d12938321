//! The answer of each route.

use core::time::Duration;

use axum::body::Bytes;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use nemcon_client::api::{
    Answer, CheckpointView, Foresight, ProblemKind, RejoinAnswer, SeenBy, Status, Submission, Texts,
};
use nemcon_client::seats::Seats;
use nemcon_client::token::Holder;
use nemcon_ledger::council::PACKAGE_MEASURES_MAX;
use nemcon_ledger::record::{Body, Record, Statement};
use nemcon_replica::replica::{Outcome, Rejection};
use tokio::sync::mpsc;

use super::desk::{Desk, stopping};
use super::extract;
use super::problem::problem;
use crate::server::requests::Request;
use crate::server::view::node;

/// The greatest number of texts in one look ahead: the measures of a package, and the package.
const TEXTS_MAX: usize = PACKAGE_MEASURES_MAX + 1;
/// The OpenAPI document says so too.
const _: () = assert!(TEXTS_MAX == 17);
/// The longest time that a submission waits to be ordered, in milliseconds.
const WAIT_MS_MAX: u64 = 60_000;

/// The state of the node and of its council.
#[utoipa::path(get, path = "/v1/status", tag = "node",
    responses((status = 200, description = "The status.", body = Status)))]
pub(super) async fn status(desk: Desk) -> Result<Response, Response> {
    let (status, state) = desk.ask(Request::Status).await?;
    Ok(Json(node::complete(status, &state.chain)).into_response())
}

/// Has a node that observes vote again.
#[utoipa::path(post, path = "/v1/rejoin", tag = "node",
    responses((status = 200, description = "Whether the node votes again.", body = RejoinAnswer)))]
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

/// What would follow from statements that nobody has signed yet.
///
/// It changes nothing.
#[utoipa::path(post, path = "/v1/foresight", tag = "statements", request_body = Texts,
    responses((status = 200, description = "What would follow, or why not.", body = Foresight)))]
pub(super) async fn foresee(
    desk: Desk,
    extract::Json(Texts { texts }): extract::Json<Texts>,
) -> Result<Response, Response> {
    if texts.len() > TEXTS_MAX {
        let most = format!("at most {TEXTS_MAX} texts are looked at together");
        return Err(problem(ProblemKind::BadBody, most));
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

/// Who sits in the council, with which keys.
#[utoipa::path(get, path = "/v1/seats", tag = "node",
    responses((status = 200, description = "The seats.", body = Seats)))]
pub(super) async fn seats(desk: Desk) -> Result<Response, Response> {
    Ok(Json(desk.ask(Request::Seats).await?).into_response())
}

/// The newest tree head that all have sealed.
#[utoipa::path(get, path = "/v1/checkpoint", tag = "log",
    responses((status = 200, description = "The checkpoint.", body = CheckpointView)))]
pub(super) async fn checkpoint(desk: Desk) -> Result<Response, Response> {
    Ok(Json(desk.ask(Request::Checkpoint).await?).into_response())
}

/// Hands in a signed statement, and waits until it is ordered.
///
/// A token for another party is answered for statements of this party alone.
#[utoipa::path(post, path = "/v1/records", tag = "statements", request_body = Submission,
    responses((status = 200, description = "What became of it: also where the council's law refuses it.", body = Answer)))]
pub(super) async fn submit(
    desk: Desk,
    Extension(holder): Extension<Holder>,
    extract::Json(submission): extract::Json<Submission>,
) -> Result<Json<Answer>, Response> {
    verify_party(&holder, &submission.record)
        .map_err(|why| problem(ProblemKind::OtherParty, why))?;
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

/// Checks that a statement is of the party that the token is for, if it is for one.
fn verify_party(holder: &Holder, record: &str) -> Result<(), String> {
    let Some(wanted) = &holder.party else { return Ok(()) };
    // What is no statement is refused as such by the replica.
    let Ok(Record::Statement(statement)) = Record::parse(record.as_bytes()) else { return Ok(()) };
    let found = &statement.body.head().by;
    if found == wanted {
        return Ok(());
    }
    Err(format!("the token is for statements of {wanted}, and this one is of {found}"))
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

/// The genesis with the founders' signatures.
#[utoipa::path(get, path = "/v1/genesis", tag = "log",
    responses((status = 200, description = "A signed note.", body = String, content_type = "text/plain")))]
pub(super) async fn genesis(Extension(Genesis(note)): Extension<Genesis>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response()
}

/// The genesis with the founders' signatures, as it is given out.
#[derive(Clone)]
pub(super) struct Genesis(pub(super) Bytes);

/// This interface as an OpenAPI 3.1 document.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "node",
    responses((status = 200, description = "An OpenAPI 3.1 document.", body = inline(serde_json::Value))))]
pub(super) async fn document(Extension(Document(api)): Extension<Document>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], api).into_response()
}

/// The OpenAPI document, as it is given out.
#[derive(Clone)]
pub(super) struct Document(pub(super) Bytes);
