//! Reads request bodies whole, within a time and a memory limit, before anything is done.

use core::time::Duration;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt as _;
use nemcon_client::api::ProblemKind;
use nemcon_client::token::{Holder, Role};
use tokio::time::timeout;

use super::problem::problem;
use super::shares::{Share, Shares};

/// The most bytes of all bodies together that are being read or answered.
pub(super) const BODIES_BYTES_MAX: usize = 32 << 20;

/// The limits for bodies of one route, and the memory that all routes share.
#[derive(Clone)]
pub(super) struct Bodies {
    longest: usize,
    within: Duration,
    together: Shares,
}

/// Why a body was not read to its end.
enum Refusal {
    TooLong,
    TooSlow,
    Broken,
    Crowded,
}

impl Bodies {
    /// Limits for bodies of at most `longest` bytes that arrive `within` a time and take their
    /// room from `together`.
    pub(super) fn of(longest: usize, within: Duration, together: &Shares) -> Self {
        Self { longest, within, together: together.clone() }
    }

    /// Reads a body. Dropping the returned share gives the room back.
    async fn read(&self, role: Role, mut body: Body) -> Result<(Bytes, Share), Refusal> {
        let room = |bytes| self.together.take(role, bytes).ok_or(Refusal::Crowded);
        let (mut whole, mut share) = (Vec::new(), room(0)?);
        while let Some(frame) = body.frame().await {
            let part = frame.map_err(|_| Refusal::Broken)?.into_data().unwrap_or_default();
            if whole.len() + part.len() > self.longest {
                return Err(Refusal::TooLong);
            }
            share.join(room(part.len())?);
            whole.extend_from_slice(&part);
        }
        Ok((Bytes::from(whole), share))
    }
}

/// Reads the body of a request before the request takes a turn, so that a client that sends nothing
/// more blocks nobody.
pub(super) async fn read(
    State(bodies): State<Bodies>,
    Extension(holder): Extension<Holder>,
    request: Request,
    next: Next,
) -> Response {
    let (head, body) = request.into_parts();
    // Another party takes no more room than a reader.
    let role = if holder.party.is_some() { Role::Read } else { holder.role };
    let read = timeout(bodies.within, bodies.read(role, body)).await;
    match read.unwrap_or(Err(Refusal::TooSlow)) {
        Ok((whole, _share)) => next.run(Request::from_parts(head, Body::from(whole))).await,
        Err(refusal) => refusal.into_response(),
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (kind, why) = match self {
            Self::TooLong => (ProblemKind::LongBody, "the body is longer than this route takes"),
            Self::TooSlow => (ProblemKind::SlowBody, "the body did not come in time"),
            Self::Broken => (ProblemKind::BadRequest, "the body does not end as it was announced"),
            Self::Crowded => {
                (ProblemKind::Busy, "the node holds as many bodies as it takes; try again")
            }
        };
        problem(kind, why)
    }
}
