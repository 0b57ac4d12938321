//! Tells open pages that something has changed: server-sent events, `change`, `lost` and `back`.

use core::time::Duration;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::channel::{Channel, Sender};
use tokio::sync::{Semaphore, watch};

/// The most pages that listen at a time.
pub(crate) const LISTENING_PAGES_MAX: usize = 64;
/// How often a page hears that nothing has changed, so that a connection that is gone is noticed.
const STILL_THERE: Duration = Duration::from_secs(20);

/// What the open pages are told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct News {
    /// Counts the changes.
    pub(crate) changes: u64,
    /// Whether the node does not answer.
    pub(crate) is_lost: bool,
}

/// The answer to a page that listens.
pub(crate) fn listen(news: watch::Receiver<News>, places: &Arc<Semaphore>) -> Response {
    let Ok(place) = Arc::clone(places).try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many pages listen\n").into_response();
    };
    let (sender, channel) = Channel::<Bytes>::new(4);
    tokio::spawn(async move {
        let _place = place;
        tell(news, sender).await;
    });
    let kind = [(header::CONTENT_TYPE, "text/event-stream")];
    (kind, Body::new(channel)).into_response()
}

/// Tells every change until the page is gone.
async fn tell(mut news: watch::Receiver<News>, mut page: Sender<Bytes>) {
    let mut last = *news.borrow_and_update();
    let begin = if last.is_lost { event("lost", last) } else { event("hello", last) };
    if page.send_data(begin).await.is_err() {
        return;
    }
    loop {
        let said = match tokio::time::timeout(STILL_THERE, news.changed()).await {
            Err(_) => Bytes::from_static(b":\n\n"),
            Ok(Err(_)) => return,
            Ok(Ok(())) => {
                let now = *news.borrow_and_update();
                let name = match (last.is_lost, now.is_lost) {
                    (_, true) => "lost",
                    (true, false) => "back",
                    (false, false) => "change",
                };
                last = now;
                event(name, now)
            }
        };
        if page.send_data(said).await.is_err() {
            return;
        }
    }
}

fn event(name: &str, news: News) -> Bytes {
    format!("event: {name}\ndata: {}\n\n", news.changes).into()
}
