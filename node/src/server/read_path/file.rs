//! One file of a published log as an answer: its type, how long it may be kept, and its entity tag.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headers::{ETag, HeaderMapExt as _, IfNoneMatch};
use nemcon_client::config::PublishConfig;
use nemcon_client::publishing::Shows;
use nemcon_crypto::TreeSize;
use nemcon_crypto::hash::sha256;
use nemcon_crypto::tiles::{TilePath, TileRow};
use nemcon_kit::files;
use nemcon_ledger::audit::certificate::CERTIFICATE_BYTES_MAX;
use nemcon_ledger::audit::{FileError, TILE_BYTES_MAX};
use nemcon_ledger::export::is_file_of;
use tokio::time::Instant;

use crate::server::log_quota::LogQuota;

/// The folder that is given out.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) folder: Arc<PathBuf>,
    pub(super) shows: Shows,
    /// Whether it may be given out, which the publisher finds out before the first file is.
    pub(super) open: Arc<AtomicBool>,
    /// The lines about files that cannot be read.
    lines: Arc<Mutex<LogQuota>>,
}

impl Given {
    /// The folder of the configuration, not open so far.
    pub(super) fn of(publish: &PublishConfig) -> Self {
        let folder = Arc::new(publish.folder.clone());
        Self { folder, shows: publish.shows, open: Arc::default(), lines: Arc::default() }
    }

    fn tell(&self, path: &str, error: &FileError) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.have_room(Instant::now()) {
            tracing::error!(event = %"published-unreadable", path, %error, "a file of the published log cannot be read");
        }
    }
}

/// The longest file that is given out: a bundle. No certificate is longer.
const FILE_BYTES_MAX: u64 = TILE_BYTES_MAX;
const _: () = assert!(CERTIFICATE_BYTES_MAX <= FILE_BYTES_MAX);

/// What a file is, as far as readers and caches must know [C2SP tlog-tiles].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// A tile whose bytes never change.
    Lasting,
    /// A bundle in which more may be shown later.
    Opening,
    /// A text that changes with the log.
    Text,
}

impl Sort {
    fn of(path: &str, shows: Shows) -> Option<Self> {
        match path.parse::<TilePath>() {
            Ok(TilePath { row: TileRow::Entries, .. }) if shows == Shows::Public => {
                Some(Self::Opening)
            }
            Ok(_) => Some(Self::Lasting),
            // At size 0 no tile is a file of the log, and every other file is.
            Err(_) => is_file_of(path, TreeSize(0)).then_some(Self::Text),
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Lasting | Self::Opening => "application/octet-stream",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    const fn cache_control(self) -> &'static str {
        match self {
            Self::Lasting => "public, max-age=31536000, immutable",
            Self::Opening => "public, max-age=300",
            Self::Text => "no-cache",
        }
    }
}

/// Answers with a file, or says that the reader has it.
pub(super) async fn answer(
    State(given): State<Given>,
    Path(path): Path<String>,
    asked: HeaderMap,
) -> Response {
    let none = || (StatusCode::NOT_FOUND, "no file of the log has this path\n").into_response();
    if !given.open.load(Ordering::Relaxed) {
        let later = [(header::RETRY_AFTER, "10")];
        let words = "the node gives no log out now: it has just started, or its own log says why\n";
        return (StatusCode::SERVICE_UNAVAILABLE, later, words).into_response();
    }
    let Some(sort) = Sort::of(&path, given.shows) else { return none() };
    let (folder, named) = (Arc::clone(&given.folder), path.clone());
    let read = tokio::task::spawn_blocking(move || {
        let bytes = files::read_below(&folder, &path, FILE_BYTES_MAX)?;
        let tag = format!("\"{}\"", sha256(&bytes));
        Ok::<_, FileError>((bytes, tag))
    });
    let (bytes, tag) = match read.await {
        Ok(Ok(read)) => read,
        Ok(Err(FileError::Missing)) => return none(),
        Ok(Err(error)) => {
            given.tell(&named, &error);
            return (StatusCode::INTERNAL_SERVER_ERROR, "the file cannot be read\n")
                .into_response();
        }
        Err(_) => {
            return (StatusCode::SERVICE_UNAVAILABLE, "the node is stopping\n").into_response();
        }
    };
    let tag: ETag = tag.parse().expect("hexadecimal digits between quotation marks are a tag");
    let is_there =
        asked.typed_get::<IfNoneMatch>().is_some_and(|known| !known.precondition_passes(&tag));
    let mut answer = if is_there {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut answer = bytes.into_response();
        let of = HeaderValue::from_static(sort.content_type());
        answer.headers_mut().insert(header::CONTENT_TYPE, of);
        answer
    };
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(sort.cache_control()));
    headers.typed_insert(tag);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_a_log_have_a_sort_and_what_changes_is_not_kept() {
        for (path, shows, sort) in [
            ("checkpoint", Shows::Public, Some(Sort::Text)),
            ("finality.policy", Shows::Hashes, Some(Sort::Text)),
            ("certificate/7", Shows::Public, Some(Sort::Text)),
            ("tile/0/000", Shows::Public, Some(Sort::Lasting)),
            ("tile/0/000.p/7", Shows::Hashes, Some(Sort::Lasting)),
            ("tile/entries/000", Shows::Everything, Some(Sort::Lasting)),
            ("tile/entries/000.p/7", Shows::Public, Some(Sort::Opening)),
            ("certificate/", Shows::Public, None),
            ("certificate/../checkpoint", Shows::Public, None),
            ("tile/64/000", Shows::Public, None),
            ("../node.key", Shows::Everything, None),
            ("", Shows::Public, None),
        ] {
            assert_eq!(Sort::of(path, shows), sort, "{path}");
        }
    }
}
