//! The answers of the interface within this process, without a socket and without a token.

use std::io;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Method, Request as HttpRequest, StatusCode, header};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use nemcon_client::client::Answerer;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::limits::READERS_MAX;
use super::table::reading_alone;
use crate::server::requests::Request;

/// The longest answer: as much as a client takes.
const ANSWER_BYTES_MAX: usize = 16 << 20;

/// The routes that read, answered in this process.
pub(in crate::server) struct InProcess {
    runtime: Runtime,
    router: Router,
}

impl InProcess {
    /// The routes over whatever takes these requests, with the journal in this folder.
    ///
    /// # Errors
    /// The error of the operating system if it gives no runtime.
    pub(in crate::server) fn new(
        requests: mpsc::Sender<Request>,
        journal: Arc<Path>,
        genesis_file: Bytes,
    ) -> io::Result<Self> {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().max_blocking_threads(READERS_MAX).build()?;
        Ok(Self { runtime, router: reading_alone(requests, journal, genesis_file) })
    }

    async fn answered(&self, target: &str, body: Option<Vec<u8>>) -> (StatusCode, Vec<u8>) {
        let method = if body.is_some() { Method::POST } else { Method::GET };
        let request = HttpRequest::builder().method(method).uri(target);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let Ok(request) = request.body(Body::from(body.unwrap_or_default())) else {
            return (StatusCode::BAD_REQUEST, b"no target of a request\n".to_vec());
        };
        let Ok(answer) = TowerToHyperService::new(self.router.clone()).call(request).await;
        let status = answer.status();
        match to_bytes(answer.into_body(), ANSWER_BYTES_MAX).await {
            Ok(bytes) => (status, bytes.to_vec()),
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string().into_bytes()),
        }
    }
}

impl Answerer for InProcess {
    fn answer(&self, target: &str, body: Option<Vec<u8>>) -> (u16, Vec<u8>) {
        let (status, body) = self.runtime.block_on(self.answered(target, body));
        (status.as_u16(), body)
    }
}
