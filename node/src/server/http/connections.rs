//! The connections of the HTTP interface: limited in number and in time.

use core::convert::Infallible;
use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::limits::Limits;
use super::stream::{Activity, Stream};
use super::tls::Shown;

/// The most bytes that are read ahead on a connection, and so the longest head of a request.
const HEAD_BYTES_MAX: usize = 16 << 10;
/// The most header lines of a request.
const HEAD_LINES_MAX: usize = 64;
/// The wait after a failed `accept`, which may have failed for lack of descriptors.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// The open connections.
struct Connections {
    limits: Limits,
    /// What is shown over TLS, where the connections are.
    tls: Option<watch::Receiver<Shown>>,
    open: BTreeMap<Id, (AbortHandle, Arc<Activity>)>,
    tasks: JoinSet<()>,
}

/// Accepts and serves connections within `limits`.
pub(in crate::server) async fn serve(listener: TcpListener, router: Router, limits: Limits) {
    serve_over(None, listener, router, limits).await;
}

/// Accepts and serves connections within `limits`, over TLS where there is something to show.
pub(super) async fn serve_over(
    tls: Option<watch::Receiver<Shown>>,
    listener: TcpListener,
    router: Router,
    limits: Limits,
) {
    let mut connections = Connections { limits, tls, open: BTreeMap::new(), tasks: JoinSet::new() };
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((tcp, _)) => connections.admit(tcp, &router),
                Err(_) => sleep(ACCEPT_RETRY).await,
            },
            Some(ended) = connections.tasks.join_next_with_id() => connections.ended(ended),
        }
    }
}

impl Connections {
    /// Accepts a connection. At the limit, the connection that has waited longest for its client is
    /// closed; if none waits, the new one is.
    fn admit(&mut self, tcp: TcpStream, router: &Router) {
        if self.open.len() >= self.limits.connections_max {
            let Some(oldest) = self.longest_idle() else { return };
            if let Some((task, _)) = self.open.remove(&oldest) {
                task.abort();
            }
        }
        let activity = Activity::new();
        // Without delay, an answer is sent at once. If the socket refuses the option, it is about to fail anyway.
        let _ = tcp.set_nodelay(true);
        let conversation = Conversation {
            router: router.clone(),
            activity: Arc::clone(&activity),
            limits: self.limits,
        };
        let task = match &self.tls {
            None => self.tasks.spawn(conversation.hold(tcp)),
            Some(shown) => {
                let acceptor = TlsAcceptor::from(Arc::clone(&shown.borrow().config));
                let within = self.limits.head_timeout;
                self.tasks.spawn(async move {
                    // A client that does not finish the handshake is gone, or is none of TLS.
                    if let Ok(Ok(stream)) = timeout(within, acceptor.accept(tcp)).await {
                        conversation.hold(stream).await;
                    }
                })
            }
        };
        self.open.insert(task.id(), (task, activity));
    }

    fn longest_idle(&self) -> Option<Id> {
        let idle = self.open.iter().filter_map(|(id, (_, it))| Some((it.idle_since()?, *id)));
        idle.min().map(|(_, id)| id)
    }

    fn ended(&mut self, ended: Result<(Id, ()), JoinError>) {
        let id = match ended {
            Ok((id, ())) => id,
            Err(error) => {
                if error.is_panic() {
                    // The client of this connection gets no answer; all others are served on.
                    tracing::error!(event = %"request-failed", %error, "a request failed: its connection is closed, all others are served on");
                }
                error.id()
            }
        };
        self.open.remove(&id);
    }
}

/// What one connection needs to answer.
struct Conversation {
    router: Router,
    activity: Arc<Activity>,
    limits: Limits,
}

impl Conversation {
    /// Answers the requests of one connection, until it ends or its client takes too long.
    async fn hold<T: AsyncRead + AsyncWrite + Send + Unpin + 'static>(self, stream: T) {
        let Self { router, activity, limits } = self;
        let stream = Stream::new(stream, Arc::clone(&activity), limits.answer_timeout);
        let router = TowerToHyperService::new(router);
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(Arc::clone(&activity));
            let answer = router.call(request);
            async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
        });
        let mut server = http1::Builder::new();
        server.timer(TokioTimer::new()).header_read_timeout(limits.head_timeout);
        server.max_buf_size(HEAD_BYTES_MAX).max_headers(HEAD_LINES_MAX);
        // If a connection fails, its client is gone, so there is nobody to report to.
        let _ = server.serve_connection(TokioIo::new(stream), service).await;
    }
}
