//! The metrics on an address of their own, for every program of this machine and without a token.
//!
//! What it guarantees: it is off unless the configuration names an address, which is loopback. It gives `/metrics`,
//! `/health` and `/ready` and nothing else, to no web page; its text is made once a second at most, so that nobody keeps
//! the replica's thread busy with it. What it does not: it hides from no user of this machine how many records there are.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::Response;
use axum::routing::get;
use core::time::Duration;
use nemcon_client::config::NodeConfig;
use tokio::sync::{Mutex, oneshot};
use tokio::time::Instant;

use super::super::error::ServerError;
use super::super::http::{Limits, Numbers, only_local, openmetrics, seal_off, serve};
use super::limits::METRICS_CONNECTIONS_MAX;

/// How long a text is given out before it is made anew.
const FRESH: Duration = Duration::from_secs(1);

/// The address, taken, if the configuration names one.
///
/// # Errors
/// [`ServerError::Metrics`].
pub(in crate::server) fn listener(config: &NodeConfig) -> Result<Option<TcpListener>, ServerError> {
    let bind = |address| {
        TcpListener::bind(address).map_err(|source| ServerError::Metrics { address, source })
    };
    config.metrics.map(bind).transpose()
}

/// A text, and when it was made.
type Made = (Instant, Arc<str>);

/// The numbers, with the last text.
#[derive(Clone)]
struct Given {
    numbers: Numbers,
    last: Arc<Mutex<Option<Made>>>,
}

/// Gives the metrics out, on a thread of its own, until the sender of `stop` is dropped.
///
/// # Errors
/// The error of the operating system if it gives no thread or runtime.
pub(in crate::server) fn run(
    listener: Option<TcpListener>,
    numbers: Numbers,
    stop: oneshot::Receiver<()>,
) -> io::Result<()> {
    let Some(listener) = listener else { return Ok(()) };
    tracing::info!(event = %"metrics-given", address = %listener.local_addr()?, "the metrics are given out here");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    listener.set_nonblocking(true)?;
    let router = Router::new()
        .route("/metrics", get(metrics))
        .merge(numbers.routes())
        .fallback(async || (StatusCode::NOT_FOUND, "there is no such route\n"))
        .layer(middleware::from_fn(only_local))
        .layer(middleware::map_response(seal_off))
        .with_state(Given { numbers, last: Arc::default() });
    let work = async move {
        match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => tokio::select! {
                () = serve(listener, router, Limits::of(METRICS_CONNECTIONS_MAX)) => {}
                _ = stop => {}
            },
            Err(error) => {
                tracing::error!(event = %"no-metrics", %error, "the metrics cannot be given out");
            }
        }
    };
    let thread = std::thread::Builder::new().name("metrics".to_owned());
    thread.spawn(move || runtime.block_on(work)).map(|_| ())
}

async fn metrics(State(given): State<Given>) -> Result<Response, Response> {
    let mut last = given.last.lock().await;
    let text = match &*last {
        Some((made, text)) if made.elapsed() < FRESH => Arc::clone(text),
        _ => {
            let text: Arc<str> = given.numbers.text().await?.into();
            *last = Some((Instant::now(), Arc::clone(&text)));
            text
        }
    };
    Ok(openmetrics(text.to_string()))
}
