//! The connections of the desk: limited in number, their heads in size and in time.

use core::time::Duration;
use std::sync::Arc;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::peer::is_own;

/// The most connections that are open. Further ones wait to be accepted.
pub(crate) const DESK_CONNECTIONS_MAX: usize = 256;
/// The most bytes of the head of a request.
const DESK_HEAD_BYTES_MAX: usize = 16 << 10;
/// The most header lines of a request.
const DESK_HEAD_LINES_MAX: usize = 64;
/// How long the head of a request may take, and how long a connection may be idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// The wait after a failed `accept`, which may have failed for lack of descriptors.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// Accepts and serves connections without end.
pub(crate) async fn serve(listener: TcpListener, router: Router) {
    let places = Arc::new(Semaphore::new(DESK_CONNECTIONS_MAX));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((stream, peer)) = listener.accept().await else {
            sleep(ACCEPT_RETRY).await;
            continue;
        };
        // The programs of other users get no answer.
        if !stream.local_addr().is_ok_and(|here| is_own(peer, here)) {
            continue;
        }
        let router = router.clone();
        tokio::spawn(async move {
            let _place = place;
            converse(stream, router).await;
        });
    }
}

/// Answers the requests of one connection, until it ends or its client takes too long.
async fn converse(stream: TcpStream, router: Router) {
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    server.max_buf_size(DESK_HEAD_BYTES_MAX).max_headers(DESK_HEAD_LINES_MAX);
    // If a connection fails, its browser is gone, so there is nobody to report to.
    let service = TowerToHyperService::new(router);
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}
