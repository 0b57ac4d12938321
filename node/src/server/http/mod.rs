//! The loopback HTTP interface: serves the routes of `nemcon_client::api` to the command line.
//!
//! ```text
//! connections: limited, heads in time ─▶ entrance: no browser, a token ─▶ body: whole, in time
//!                                                                            ▼
//! stream: answers sent in time ◀─ routes: JSON ◀─ replica's thread ◀─ a turn, of a limited number
//! ```
//!
//! What it guarantees: every queue and every wait has a limit, and only programs of this machine with a
//! token are answered. The interface has a thread of its own, so that neither the mesh nor the replica
//! makes JSON, whatever is asked. What it does not: it signs nothing and decides nothing.

mod body;
mod calendar;
mod connections;
mod desk;
mod entrance;
mod in_process;
mod limits;
mod lists;
mod numbers;
mod page;
mod remarks;
mod retelling;
mod routes;
mod shares;
mod stream;

pub(super) use connections::serve;
pub(super) use entrance::{only_local, seal_off};
pub(super) use in_process::InProcess;
use limits::READERS_MAX;
pub(super) use limits::{CONNECTIONS_MAX, Limits};
pub(super) use numbers::{Numbers, openmetrics};
pub(super) use shares::Shares;
use std::io;
use std::path::Path;
use std::sync::Arc;
pub(super) use stream::Activity;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request as HttpRequest, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use nemcon_client::feed_token::FeedToken;
use nemcon_client::token::{Role, Tokens};
use nemcon_ledger::council::BLOCK_STATEMENT_BYTES_MAX;
use nemcon_ledger::record::RECORD_BYTES_MAX;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};

use super::requests::Request;
use body::{BODIES_BYTES_MAX, Bodies};
use desk::Desk;
use entrance::Entrance;

/// The longest request body with a record, if every byte is escaped in JSON.
const BODY_BYTES_MAX: usize = 8 * RECORD_BYTES_MAX;
/// The longest request body of a look ahead: the statements of one block, escaped in JSON.
const TEXTS_BYTES_MAX: usize = BLOCK_STATEMENT_BYTES_MAX / 2 * 3;
/// The greatest number of requests in progress, waiting submissions included.
const REQUESTS_UNDER_WAY_MAX: usize = 128;

/// What the interface needs to serve.
pub(super) struct Interface {
    /// The channel to the replica's thread.
    pub(super) requests: mpsc::Sender<Request>,
    /// The path of the journal.
    pub(super) journal: Arc<Path>,
    /// The genesis with the founders' signatures.
    pub(super) genesis_file: Bytes,
    /// The current tokens.
    pub(super) tokens: watch::Receiver<Tokens>,
    /// The token of the calendar, if there is one.
    pub(super) feed: Option<FeedToken>,
    /// What programs that watch the node ask for.
    pub(super) numbers: Numbers,
    /// The limits of connections.
    pub(super) limits: Limits,
}

impl Interface {
    /// Serves on a thread of its own until the sender of `stop` is dropped.
    ///
    /// # Errors
    /// The error of the operating system if it gives no thread or runtime.
    pub(super) fn run(
        self,
        listener: std::net::TcpListener,
        stop: oneshot::Receiver<()>,
    ) -> io::Result<()> {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().max_blocking_threads(READERS_MAX).build()?;
        listener.set_nonblocking(true)?;
        let work = async move {
            match TcpListener::from_std(listener) {
                Ok(listener) => tokio::select! {
                    () = self.serve(listener) => {}
                    _ = stop => {}
                },
                Err(error) => {
                    tracing::error!(event = %"interface-failed", %error, "the HTTP interface cannot listen");
                }
            }
        };
        let thread = std::thread::Builder::new().name("http".to_owned());
        thread.spawn(move || runtime.block_on(work)).map(|_| ())
    }

    /// Serves without end.
    async fn serve(self, listener: TcpListener) {
        let limits = self.limits;
        connections::serve(listener, self.router(), limits).await;
    }

    fn router(self) -> Router {
        let together = Shares::of(BODIES_BYTES_MAX);
        let bodies = |longest| {
            let within = self.limits.body_timeout;
            middleware::from_fn_with_state(Bodies::of(longest, within, &together), body::read)
        };
        // At most half of the connections can be busy, so that an idle one can always give way to
        // a new one.
        let most = REQUESTS_UNDER_WAY_MAX.min(self.limits.connections_max / 2).max(1);
        let turn = middleware::from_fn_with_state(Shares::of(most), take_turn);
        let (numbers, meters) = (self.numbers.clone(), self.numbers.meters().clone());
        let count = move |answer: Response| {
            meters.answered(answer.status().as_u16());
            async { answer }
        };
        let metrics = get(async move || numbers.metrics().await);
        let asking = asking(self.genesis_file).route("/metrics", metrics).route_layer(turn.clone());
        let handing_in = Router::new()
            .route("/v1/records", post(routes::submit))
            .route("/v1/rejoin", post(routes::rejoin))
            .route_layer(turn.clone())
            .route_layer(bodies(BODY_BYTES_MAX));
        let looking_ahead = Router::new()
            .route("/v1/foresight", post(routes::foresee))
            .route_layer(turn)
            .route_layer(bodies(TEXTS_BYTES_MAX));
        Router::new()
            .merge(self.numbers.routes())
            .merge(asking)
            .merge(handing_in)
            .merge(looking_ahead)
            .fallback(async || (StatusCode::NOT_FOUND, "there is no such route\n"))
            .method_not_allowed_fallback(async || {
                (StatusCode::METHOD_NOT_ALLOWED, "this route is not asked by this method\n")
            })
            // The body was read before, within its own limit.
            .layer(DefaultBodyLimit::disable())
            .layer(middleware::from_fn_with_state(
                Entrance::new(self.tokens, self.feed),
                entrance::admit,
            ))
            .layer(middleware::map_response(entrance::seal_off))
            .layer(middleware::map_response(count))
            .with_state(Desk::new(self.requests, self.journal))
    }
}

/// The routes that read.
fn asking(genesis: Bytes) -> Router<Desk> {
    let genesis =
        move || async move { ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], genesis) };
    Router::new()
        .route("/v1/records", get(lists::records))
        .route("/v1/status", get(routes::status))
        .route("/v1/measures", get(lists::measures))
        .route("/v1/measures/{number}", get(lists::measure))
        .route("/v1/measures/{number}/records", get(lists::of_measure))
        .route("/v1/parties/{code}/records", get(lists::of_party))
        .route("/v1/incidents", get(lists::incidents))
        .route("/v1/incidents/{number}", get(lists::incident))
        .route("/v1/calendar/{file}", get(calendar::calendar))
        .route("/v1/seats", get(routes::seats))
        .route("/v1/checkpoint", get(routes::checkpoint))
        .route("/v1/genesis", get(genesis))
}

/// The routes that read and the look ahead, for requests of this process itself.
fn reading_alone(requests: mpsc::Sender<Request>, journal: Arc<Path>, genesis: Bytes) -> Router {
    asking(genesis)
        .route("/v1/foresight", post(routes::foresee))
        .layer(DefaultBodyLimit::max(TEXTS_BYTES_MAX))
        .with_state(Desk::new(requests, journal))
}

/// Takes a turn for a request, or answers that the node is busy, so that no request waits without a
/// limit. The turn ends when the answer has been sent.
async fn take_turn(
    State(under_way): State<Shares>,
    Extension(activity): Extension<Arc<Activity>>,
    Extension(role): Extension<Role>,
    request: HttpRequest,
    next: Next,
) -> Response {
    let Some(turn) = under_way.take(role, 1) else {
        let busy = format!(
            "the node has as many requests under way as it takes of the role {role}; try again\n"
        );
        return (StatusCode::SERVICE_UNAVAILABLE, busy).into_response();
    };
    activity.begin();
    let answer = next.run(request).await;
    activity.answered(turn);
    answer
}

#[cfg(test)]
mod tests;
