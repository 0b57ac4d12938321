//! The routes for programs that watch a node: whether its process answers, whether it takes part, and its numbers.

use std::time::SystemTime;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::desk::stopping;
use super::entrance::{HEALTH, READY};
use crate::server::meter::{Meters, OPENMETRICS, Readiness, render};
use crate::server::requests::Request;

/// What programs that watch a node ask for.
#[derive(Clone)]
pub(in crate::server) struct Numbers {
    requests: mpsc::Sender<Request>,
    meters: Meters,
    readiness: Readiness,
    started: SystemTime,
}

impl Numbers {
    pub(in crate::server) fn new(
        requests: mpsc::Sender<Request>,
        meters: Meters,
        readiness: Readiness,
    ) -> Self {
        Self { requests, meters, readiness, started: SystemTime::now() }
    }

    /// What is counted as it happens.
    pub(in crate::server) const fn meters(&self) -> &Meters {
        &self.meters
    }

    /// The routes that need no token. Neither of them asks the replica's thread for anything.
    pub(in crate::server) fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let routes = Router::new().route(HEALTH, get(health)).route(READY, get(ready));
        routes.layer(Extension(self.clone()))
    }

    /// The text of all families.
    ///
    /// # Errors
    /// The answer to give if the replica's thread has stopped.
    pub(in crate::server) async fn text(&self) -> Result<String, Response> {
        let (to, observed) = oneshot::channel();
        self.requests.send(Request::Observed(to)).await.map_err(|_| stopping())?;
        let observed = observed.await.map_err(|_| stopping())?;
        Ok(render(&observed, &self.meters, self.started))
    }
}

/// Whether the process answers. This says nothing about the council.
#[utoipa::path(get, path = "/health", tag = "node",
    responses((status = 200, description = "The process answers.", body = String, content_type = "text/plain", example = "ok\n")))]
pub(super) async fn health() -> &'static str {
    "ok\n"
}

/// Whether the node takes part in the council's work.
#[utoipa::path(get, path = "/ready", tag = "node",
    responses((status = 200, description = "The node takes part.", body = String, content_type = "text/plain"),
        (status = 503, description = "The node does not take part; the text says why.", body = String, content_type = "text/plain")))]
pub(super) async fn ready(Extension(numbers): Extension<Numbers>) -> (StatusCode, String) {
    let verdict = numbers.readiness.at(Instant::now());
    let status = if verdict.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, format!("{verdict}\n"))
}

/// The numbers of the node, in `OpenMetrics`.
#[utoipa::path(get, path = "/metrics", tag = "node",
    responses((status = 200, description = "The text of all families.", body = String, content_type = "application/openmetrics-text")))]
pub(super) async fn metrics(Extension(numbers): Extension<Numbers>) -> Result<Response, Response> {
    numbers.text().await.map(openmetrics)
}

/// The answer with this text of `OpenMetrics`.
pub(in crate::server) fn openmetrics(text: String) -> Response {
    ([(header::CONTENT_TYPE, OPENMETRICS)], text).into_response()
}
