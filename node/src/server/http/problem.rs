//! Answers that say why a request is not answered as it asks: problem details [RFC 9457].

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use nemcon_client::api::{PROBLEM_JSON, ProblemKind};

/// When a client may try again where the node is full, in seconds.
const BUSY_RETRY_S: u64 = 1;
/// When a client may try again where the node stops or mends itself, in seconds.
const STOPPING_RETRY_S: u64 = 30;

/// The answer to a request with this problem.
pub(super) fn problem(kind: ProblemKind, detail: impl Into<String>) -> Response {
    let after = match kind {
        ProblemKind::Busy => Some(BUSY_RETRY_S),
        ProblemKind::Stopping | ProblemKind::IndexOff => Some(STOPPING_RETRY_S),
        _ => None,
    };
    let status = StatusCode::from_u16(kind.status()).expect("a problem has a status of HTTP");
    let body = serde_json::to_vec(&kind.told(detail)).expect("a problem is JSON");
    let mut answer = (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], body).into_response();
    if let Some(seconds) = after {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// The answer to a request whose token has asked too often: when it may ask again.
pub(super) fn too_often(wait: Duration) -> Response {
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    let detail =
        format!("this token has asked more often than a token may; try again in {seconds} s");
    let mut answer = problem(ProblemKind::TooOften, detail);
    let seconds = HeaderValue::from(u64::try_from(seconds).unwrap_or(u64::MAX));
    answer.headers_mut().insert(header::RETRY_AFTER, seconds);
    answer
}
