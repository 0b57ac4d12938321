//! Pages are made on threads where they may wait for the node.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;

use crate::answers::shown;
use crate::desk::Desk;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// A page that is made on a thread where it may wait for the node.
pub(crate) async fn make(
    desk: Arc<Desk>,
    visit: Visit,
    work: impl FnOnce(&Desk, &Visit) -> Result<Markup, Trouble> + Send + 'static,
) -> Response {
    elsewhere(move || {
        let made = work(&desk, &visit);
        shown(&desk, &visit, made)
    })
    .await
}

/// Work that may wait for the node.
pub(crate) async fn elsewhere(work: impl FnOnce() -> Response + Send + 'static) -> Response {
    let made = tokio::task::spawn_blocking(work).await;
    made.unwrap_or_else(|_| {
        (StatusCode::INTERNAL_SERVER_ERROR, "the page failed; the desk goes on\n").into_response()
    })
}
