//! The public read path: gives out the folder in which the node's log is published, as C2SP tlog-tiles, on an address
//! of its own.
//!
//! ```text
//! publisher: asks the node as any reader does ─▶ folder, kept in step ─▶ server: GET alone, files of a log alone
//! ```
//!
//! What it guarantees: it is off unless the configuration opens it, and gives out nothing that the charter or a decision
//! does not open. Strangers reach no thread of the replica, no token and no file but those of a published log, and have
//! limits of their own. What it does not: it does not encrypt; whoever reads checks the bytes.

mod file;
mod publisher;

use std::io;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use nemcon_client::config::NodeConfig;
use nemcon_client::token::Role;
use tokio::sync::oneshot;

use super::http::{Activity, Limits, Shares, serve};
use file::Given;

/// The greatest number of connections of strangers.
const CONNECTIONS_MAX: usize = 64;
/// The greatest number of files that are read or sent at a time.
const ANSWERS_MAX: usize = 16;

/// How many descriptors the read path needs: for connections, for the files that it reads and those that are written.
pub(super) fn descriptors(config: &NodeConfig) -> usize {
    let is_open = config.publish.as_ref().is_some_and(|publish| publish.address.is_some());
    let writing = if config.publish.is_some() { 8 } else { 0 };
    writing + if is_open { CONNECTIONS_MAX + 1 + ANSWERS_MAX } else { 0 }
}

/// Keeps the folder of `[publish]` in step, and gives it out where an address is named.
///
/// # Errors
/// The error of the operating system if it gives no thread or runtime.
pub(super) fn run(
    config: &NodeConfig,
    tokens: PathBuf,
    listener: Option<TcpListener>,
    stop: oneshot::Receiver<()>,
) -> io::Result<()> {
    let Some(publish) = &config.publish else { return Ok(()) };
    let given = Given::of(publish);
    publisher::spawn(config, publish, tokens, Arc::clone(&given.open))?;
    let Some(listener) = listener else { return Ok(()) };
    tracing::info!(event = %"read-path", address = %listener.local_addr()?, "the log is given out here, once it is published");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(ANSWERS_MAX)
        .build()?;
    listener.set_nonblocking(true)?;
    let work = async move {
        match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => tokio::select! {
                () = serve(listener, router(given), Limits::of(CONNECTIONS_MAX)) => {}
                _ = stop => {}
            },
            Err(error) => {
                tracing::error!(event = %"read-path-failed", %error, "the read path cannot listen");
            }
        }
    };
    let thread = std::thread::Builder::new().name("read-path".to_owned());
    thread.spawn(move || runtime.block_on(work)).map(|_| ())
}

fn router(given: Given) -> Router {
    Router::new()
        .route("/{*path}", get(file::answer))
        .fallback(async || (StatusCode::NOT_FOUND, "no file of the log has this path\n"))
        .method_not_allowed_fallback(async || {
            let allow = [(header::ALLOW, "GET, HEAD")];
            (StatusCode::METHOD_NOT_ALLOWED, allow, "the log is read only\n")
        })
        .layer(middleware::from_fn_with_state(Shares::of(ANSWERS_MAX), take_turn))
        .layer(middleware::map_response(no_sniffing))
        .with_state(given)
}

/// Takes a turn, or answers that there is none. It ends when the answer has been sent.
async fn take_turn(
    State(under_way): State<Shares>,
    Extension(activity): Extension<Arc<Activity>>,
    request: Request,
    next: Next,
) -> Response {
    let Some(turn) = under_way.take(Role::Operate, 1) else {
        let later = [(header::RETRY_AFTER, "1")];
        let words = "as many answers are under way as the node gives; try again\n";
        return (StatusCode::SERVICE_UNAVAILABLE, later, words).into_response();
    };
    activity.begin();
    let answer = next.run(request).await;
    activity.answered(turn);
    answer
}

async fn no_sniffing(mut answer: Response) -> Response {
    let nosniff = header::HeaderValue::from_static("nosniff");
    answer.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    answer
}

#[cfg(test)]
mod tests;
