//! The table of routes, and what each stands behind: a turn, of a limited number, and room for its body.

use std::path::Path;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request as HttpRequest, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::{Extension, Router};
use nemcon_client::api::ProblemKind;
use nemcon_client::token::Holder;
use nemcon_ledger::council::BLOCK_STATEMENT_BYTES_MAX;
use nemcon_ledger::record::RECORD_BYTES_MAX;
use tokio::sync::mpsc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::{self, BODIES_BYTES_MAX, Bodies};
use super::desk::Desk;
use super::limits::Limits;
use super::problem::problem;
use super::routes::Genesis;
use super::shares::{NamedShares, Shares};
use super::stream::Activity;
use super::{calendar, events, lists, numbers, routes};
use crate::server::requests::Request;

/// The longest request body with a record, if every byte is escaped in JSON.
pub(super) const BODY_BYTES_MAX: usize = 8 * RECORD_BYTES_MAX;
/// The longest request body of a look ahead: the statements of one block, escaped in JSON.
pub(super) const TEXTS_BYTES_MAX: usize = BLOCK_STATEMENT_BYTES_MAX / 2 * 3;
/// The greatest number of requests in progress, waiting submissions included.
pub(super) const REQUESTS_UNDER_WAY_MAX: usize = 128;

/// What routes stand behind: the room for requests in progress, and for their bodies.
pub(super) struct Layers {
    turns: Turns,
    body_timeout: core::time::Duration,
    bodies: Shares,
}

impl Layers {
    pub(super) fn of(limits: Limits) -> Self {
        let body_timeout = limits.body_timeout;
        Self { turns: Turns::of(limits), body_timeout, bodies: Shares::of(BODIES_BYTES_MAX) }
    }

    /// The limits for bodies of at most `longest` bytes.
    fn bodies(&self, longest: usize) -> Bodies {
        Bodies::of(longest, self.body_timeout, &self.bodies)
    }
}

/// The routes of the interface.
pub(super) fn table(layers: &Layers) -> OpenApiRouter<Desk> {
    let turn = middleware::from_fn_with_state(layers.turns.clone(), take_turn);
    let bodies = |longest| middleware::from_fn_with_state(layers.bodies(longest), body::read);
    let asking = asking()
        .routes(routes!(routes::document))
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
pub(super) fn reading_alone(
    requests: mpsc::Sender<Request>,
    journal: Arc<Path>,
    genesis: Bytes,
) -> Router {
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
