//! The HTTP interface: serves the routes of `nemcon_client::api` to the command line and to other programs.
//!
//! ```text
//! connections: limited, heads in time ─▶ entrance: no browser, a token ─▶ body: whole, in time
//!                                                                            ▼
//! stream: answers sent in time ◀─ routes: JSON ◀─ replica's thread ◀─ a turn, of a limited number
//! ```
//!
//! What it guarantees: every queue and every wait has a limit, and only programs with a token
//! are answered: on this machine, and over TLS on others. The interface has a thread of its own, so that neither the mesh nor the replica
//! makes JSON, whatever is asked. What it does not: it signs nothing and decides nothing.

mod body;
mod calendar;
mod connections;
mod desk;
mod entrance;
mod events;
mod examples;
mod extract;
mod in_process;
mod limits;
mod lists;
mod numbers;
mod openapi;
mod page;
mod problem;
mod rates;
mod remarks;
mod retelling;
mod routes;
mod shares;
mod stream;
mod tls;
mod told;

pub(super) use connections::serve;
pub(super) use entrance::{only_local, seal_off};
pub(super) use in_process::InProcess;
use limits::READERS_MAX;
use limits::TLS_CONNECTIONS_MAX;
pub(super) use limits::{CONNECTIONS_MAX, Limits, tls_descriptors};
pub(super) use numbers::{Numbers, openmetrics};
pub use openapi::openapi;
pub(super) use shares::Shares;
use std::io;
use std::path::Path;
use std::sync::Arc;
pub(super) use stream::Activity;
pub(super) use tls::Shown;
pub use tls::TlsFilesError;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request as HttpRequest, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::{Extension, Router};
use nemcon_client::api::ProblemKind;
use nemcon_client::feed_token::FeedToken;
use nemcon_client::token::{Holder, Tokens};
use nemcon_ledger::council::BLOCK_STATEMENT_BYTES_MAX;
use nemcon_ledger::record::RECORD_BYTES_MAX;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::news::News;
use super::requests::Request;
use body::{BODIES_BYTES_MAX, Bodies};
use desk::Desk;
use entrance::{Entrance, Hosts};
use events::Streams;
use problem::problem;
use rates::Rates;
use routes::Genesis;
use shares::NamedShares;

/// The longest request body with a record, if every byte is escaped in JSON.
const BODY_BYTES_MAX: usize = 8 * RECORD_BYTES_MAX;
/// The longest request body of a look ahead: the statements of one block, escaped in JSON.
const TEXTS_BYTES_MAX: usize = BLOCK_STATEMENT_BYTES_MAX / 2 * 3;
/// The greatest number of requests in progress, waiting submissions included.
const REQUESTS_UNDER_WAY_MAX: usize = 128;

/// What the interface needs to serve.
#[derive(Clone)]
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
    /// What is new at the node.
    pub(super) news: watch::Receiver<News>,
    /// The limits of connections from this machine.
    pub(super) limits: Limits,
}

/// Where programs on other machines reach the interface.
pub(super) struct OverTls {
    /// The listener.
    pub(super) listener: std::net::TcpListener,
    /// What the node shows there.
    pub(super) shown: watch::Receiver<Shown>,
}

impl Interface {
    /// Serves on a thread of its own until the sender of `stop` is dropped.
    ///
    /// # Errors
    /// The error of the operating system if it gives no thread or runtime.
    pub(super) fn run(
        self,
        listener: std::net::TcpListener,
        over_tls: Option<OverTls>,
        stop: oneshot::Receiver<()>,
    ) -> io::Result<()> {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().max_blocking_threads(READERS_MAX).build()?;
        listener.set_nonblocking(true)?;
        if let Some(over_tls) = &over_tls {
            over_tls.listener.set_nonblocking(true)?;
        }
        let work = async move {
            let listeners = TcpListener::from_std(listener).and_then(|here| {
                let there =
                    |it: OverTls| io::Result::Ok((TcpListener::from_std(it.listener)?, it.shown));
                Ok((here, over_tls.map(there).transpose()?))
            });
            match listeners {
                Ok((here, there)) => tokio::select! {
                    () = self.serve(here, there) => {}
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

    /// Serves without end, here and over TLS.
    async fn serve(self, here: TcpListener, there: Option<(TcpListener, watch::Receiver<Shown>)>) {
        // Each listener has its own room, so that nobody on another machine takes that of this one.
        let desk = Desk::new(self.requests.clone(), Arc::clone(&self.journal));
        let rates = Rates::default();
        let router = self.router(&desk, &rates, Hosts::Here, self.limits);
        let serving = connections::serve(here, router, self.limits);
        let Some((listener, shown)) = there else { return serving.await };
        let limits = Limits::of(TLS_CONNECTIONS_MAX);
        let router = self.router(&desk, &rates, Hosts::Certified(shown.clone()), limits);
        tokio::join!(serving, connections::serve_over(Some(shown), listener, router, limits));
    }

    fn router(&self, desk: &Desk, rates: &Rates, hosts: Hosts, limits: Limits) -> Router {
        let entrance = Entrance::new(self.tokens.clone(), hosts, self.feed);
        let meters = self.numbers.meters().clone();
        let count = move |answer: Response| {
            meters.answered(answer.status().as_u16());
            async { answer }
        };
        let (router, api) = routes(&Layers::of(limits)).split_for_parts();
        let api = openapi::Document(openapi::complete(api));
        router
            .fallback(async || problem(ProblemKind::NoRoute, "there is no such route"))
            .method_not_allowed_fallback(async || {
                problem(ProblemKind::NoMethod, "this route is not asked by this method")
            })
            // The body was read before, within its own limit.
            .layer(DefaultBodyLimit::disable())
            .layer(Extension(Genesis(self.genesis_file.clone())))
            .layer(Extension(Streams::of(limits.connections_max, self.news.clone())))
            .layer(Extension(self.numbers.clone()))
            .layer(Extension(api))
            .layer(middleware::from_fn_with_state(rates.clone(), rates::keep))
            .layer(middleware::from_fn_with_state(entrance, entrance::admit))
            .layer(middleware::map_response(entrance::seal_off))
            .layer(middleware::map_response(count))
            .with_state(desk.clone())
    }
}

/// What routes stand behind: the room for requests in progress, and for their bodies.
struct Layers {
    turns: Turns,
    body_timeout: core::time::Duration,
    bodies: Shares,
}

impl Layers {
    fn of(limits: Limits) -> Self {
        let body_timeout = limits.body_timeout;
        Self { turns: Turns::of(limits), body_timeout, bodies: Shares::of(BODIES_BYTES_MAX) }
    }

    /// The limits for bodies of at most `longest` bytes.
    fn bodies(&self, longest: usize) -> Bodies {
        Bodies::of(longest, self.body_timeout, &self.bodies)
    }
}

/// The routes of the interface.
fn routes(layers: &Layers) -> OpenApiRouter<Desk> {
    let turn = middleware::from_fn_with_state(layers.turns.clone(), take_turn);
    let bodies = |longest| middleware::from_fn_with_state(layers.bodies(longest), body::read);
    let asking = asking()
        .routes(routes!(openapi::document))
        .routes(routes!(numbers::metrics))
        .route_layer(turn.clone());
    let handing_in = OpenApiRouter::new()
        .routes(routes!(routes::submit))
        .routes(routes!(routes::rejoin))
        .route_layer(turn.clone())
        .route_layer(bodies(BODY_BYTES_MAX));
    let looking_ahead = OpenApiRouter::new()
        .routes(routes!(routes::foresee))
        .route_layer(turn)
        .route_layer(bodies(TEXTS_BYTES_MAX));
    // What needs no token needs no turn. A stream of events has one of its own, for as long as it lasts.
    OpenApiRouter::new()
        .routes(routes!(numbers::health))
        .routes(routes!(numbers::ready))
        .routes(routes!(events::events))
        .merge(asking)
        .merge(handing_in)
        .merge(looking_ahead)
}

/// The routes that read the council.
fn asking() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(lists::records))
        .routes(routes!(routes::status))
        .routes(routes!(lists::measures))
        .routes(routes!(lists::measure))
        .routes(routes!(lists::of_measure))
        .routes(routes!(lists::of_party))
        .routes(routes!(lists::incidents))
        .routes(routes!(lists::incident))
        .routes(routes!(calendar::calendar))
        .routes(routes!(routes::seats))
        .routes(routes!(routes::checkpoint))
        .routes(routes!(routes::genesis))
}

/// The routes that read and the look ahead, for requests of this process itself.
fn reading_alone(requests: mpsc::Sender<Request>, journal: Arc<Path>, genesis: Bytes) -> Router {
    let (router, _) = asking().routes(routes!(routes::foresee)).split_for_parts();
    router
        .layer(DefaultBodyLimit::max(TEXTS_BYTES_MAX))
        .layer(Extension(Genesis(genesis)))
        .with_state(Desk::new(requests, journal))
}

/// The room for requests in progress on one listener.
#[derive(Clone)]
struct Turns {
    own: Shares,
    named: NamedShares,
}

impl Turns {
    fn of(limits: Limits) -> Self {
        // At most half of the connections can be busy for the node's own party, so that an idle one can always give
        // way to a new one.
        let most = REQUESTS_UNDER_WAY_MAX.min(limits.connections_max / 2).max(1);
        Self { own: Shares::of(most), named: NamedShares::of(limits.connections_max) }
    }
}

/// Takes a turn for a request, or answers that the node is busy, so that no request waits without a
/// limit. The turn ends when the answer has been sent.
async fn take_turn(
    State(turns): State<Turns>,
    Extension(activity): Extension<Arc<Activity>>,
    Extension(holder): Extension<Holder>,
    request: HttpRequest,
    next: Next,
) -> Response {
    let turn = match &holder.party {
        None => turns.own.take(holder.role, 1),
        Some(party) => turns.named.take(party),
    };
    let Some(turn) = turn else {
        let busy = format!(
            "the node has as many requests under way as it takes of the role {holder}; try again"
        );
        return problem(ProblemKind::Busy, busy);
    };
    activity.begin();
    let answer = next.run(request).await;
    activity.answered(turn);
    answer
}

#[cfg(test)]
mod tests;
