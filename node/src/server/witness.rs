//! The HTTP interface of a witness of logs: `POST /add-checkpoint` alone [C2SP tlog-witness].
//!
//! What it guarantees: connections, answers and bodies are limited in number, length and time. What it does not: it does
//! not encrypt; what it takes is signed by the log, and what it gives by the witness.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Router};
use nemcon_client::token::Role;
use nemcon_client::witnessing::{NotCosigned, SIZE_TYPE, Witness};
use nemcon_crypto::witness::{REQUEST_BYTES_MAX, WitnessRefusal};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;

use super::http::{Activity, Limits, Shares, serve};

/// The greatest number of connections.
const CONNECTIONS_MAX: usize = 64;
/// The greatest number of requests that are answered at a time.
const ANSWERS_MAX: usize = 16;
/// The time for the body of a request.
const BODY_TIME_MAX: Duration = Duration::from_secs(10);

#[derive(Clone)]
struct Answering {
    witness: Arc<Witness>,
    under_way: Shares,
}

/// Answers until Ctrl-C or SIGTERM.
///
/// # Errors
/// The error of the operating system if it gives no runtime, or takes the signals.
pub(crate) fn run(listener: TcpListener, witness: Witness) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(ANSWERS_MAX)
        .build()?;
    listener.set_nonblocking(true)?;
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let (mut interrupt, mut end) =
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        tokio::select! {
            () = serve(listener, router(witness), Limits::of(CONNECTIONS_MAX)) => {}
            _ = interrupt.recv() => {}
            _ = end.recv() => {}
        }
        Ok(())
    })
}

fn router(witness: Witness) -> Router {
    let answering = Answering { witness: Arc::new(witness), under_way: Shares::of(ANSWERS_MAX) };
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .fallback(async || (StatusCode::NOT_FOUND, "this is a witness: POST /add-checkpoint\n"))
        .method_not_allowed_fallback(async || {
            (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")], "POST it\n")
        })
        .with_state(answering)
}

async fn add_checkpoint(
    State(Answering { witness, under_way }): State<Answering>,
    Extension(activity): Extension<Arc<Activity>>,
    body: Body,
) -> Response {
    let Some(turn) = under_way.take(Role::Operate, 1) else {
        let later = [(header::RETRY_AFTER, "1")];
        return (StatusCode::SERVICE_UNAVAILABLE, later, "too much at once; try again\n")
            .into_response();
    };
    activity.begin();
    let answer = match timeout(BODY_TIME_MAX, to_bytes(body, REQUEST_BYTES_MAX)).await {
        Err(_) => (StatusCode::REQUEST_TIMEOUT, "the body did not come in time\n").into_response(),
        Ok(Err(_)) => refused(&WitnessRefusal::Malformed),
        Ok(Ok(body)) => {
            // It waits for the disk: in a thread that is there for that.
            let cosigned = tokio::task::spawn_blocking(move || witness.add_checkpoint(&body)).await;
            match cosigned {
                Ok(Ok(line)) => told(StatusCode::OK, "text/plain; charset=utf-8", line),
                Ok(Err(NotCosigned::Refused(refusal))) => refused(&refusal),
                Ok(Err(NotCosigned::Failed(failure))) => {
                    tracing::error!(event = %"not-cosigned", error = failure.message(), "a checkpoint was not cosigned");
                    let words =
                        "the witness cannot cosign now; its operator finds why in its log\n";
                    (StatusCode::INTERNAL_SERVER_ERROR, words).into_response()
                }
                Err(error) => {
                    tracing::error!(event = %"request-failed", %error, "a request failed");
                    StatusCode::INTERNAL_SERVER_ERROR.into_response()
                }
            }
        }
    };
    activity.answered(turn);
    answer
}

fn refused(refusal: &WitnessRefusal) -> Response {
    let status = StatusCode::from_u16(refusal.status()).expect("a status of HTTP");
    match refusal {
        WitnessRefusal::Size(size) => told(status, SIZE_TYPE, format!("{size}\n")),
        _ => told(status, "text/plain; charset=utf-8", format!("{refusal}\n")),
    }
}

fn told(status: StatusCode, kind: &'static str, words: String) -> Response {
    (status, [(header::CONTENT_TYPE, kind)], words).into_response()
}
