//! An export at an `http(s)` address, read file by file, as the source that an audit reads.
//!
//! What it guarantees: each file is asked for once, in a bounded time, and never more of it is taken than such a file
//! can have; no answer leads to another place. What it does not: it believes no server, and needs to believe none;
//! the audit judges the bytes.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use nemcon_crypto::tiles::{TilePath, TileRow, decode_bundle, encode_bundle};
use nemcon_ledger::audit::{FileError, Source, Strays, TILE_BYTES_MAX};
use nemcon_ledger::text::Show as _;
use tempfile::TempDir;
use ureq::http::Uri;
use ureq::http::header::CONTENT_ENCODING;
use ureq::{Agent, Timeout};

use crate::failure::Failure;
use crate::tls::tls;

/// How long a server may take.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Until it is connected.
    pub connect: Duration,
    /// For one whole file, with the connection.
    pub file: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), file: Duration::from_mins(1) }
    }
}

/// How often a file is asked for if the network fails.
const TRIES: usize = 3;

/// An address below which the files of an export lie.
#[derive(Debug)]
pub(crate) struct Address {
    agent: Agent,
    times: Times,
    base: String,
    /// What was read, so that nothing is asked for twice.
    scratch: TempDir,
}

impl Address {
    /// Whether a source is written like an address.
    pub(crate) fn is_one(given: &Path) -> bool {
        let text = given.to_str().unwrap_or_default();
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        scheme.is_some_and(|it| ["http", "https"].iter().any(|one| it.eq_ignore_ascii_case(one)))
    }

    /// The address; nothing is asked for yet.
    ///
    /// # Errors
    /// [`Failure`] if it is none, or holds what no address of files has.
    pub(crate) fn of(given: &Path, times: Times) -> Result<Self, Failure> {
        let text = given.to_str().unwrap_or_default();
        let no_address = |why: &str| {
            Failure::usage(format_args!("{} is no address of an export: {why}", text.shown()))
                .next("give the address below which `checkpoint` and `tile/` lie: `https://example.org/council`")
        };
        let uri: Uri = text.parse().map_err(|error| no_address(&format!("{error}")))?;
        let authority = uri.authority().ok_or_else(|| no_address("it names no host"))?;
        if authority.as_str().contains('@') {
            return Err(Failure::usage(
                "an address of an export has no name and no password in it",
            )
            .next("give the address without them: whoever may read it needs none"));
        }
        if uri.query().is_some() || text.contains('#') {
            return Err(no_address("nothing stands behind the path"));
        }
        let scratch = tempfile::tempdir().map_err(|error| {
            Failure::usage(format_args!("no folder for what is read could be made: {error}"))
                .next("see that the folder for temporary files is there, and has room")
        })?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .tls_config(tls())
            .user_agent(concat!("nemcon/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(times.connect))
            .timeout_global(Some(times.file))
            .build();
        let base = text.trim_end_matches('/').to_owned();
        Ok(Self { agent: Agent::new_with_config(config), times, base, scratch })
    }

    /// Where a file is kept once it was read.
    fn kept(&self, path: &str) -> PathBuf {
        self.scratch.path().join(path)
    }

    fn fetch(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, FileError> {
        let mut tried = self.try_fetch(path, bytes_max);
        for _ in 1..TRIES {
            if !matches!(&tried, Err(FileError::Unreadable(error)) if is_of_network(error)) {
                break;
            }
            tried = self.try_fetch(path, bytes_max);
        }
        tried
    }

    fn try_fetch(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, FileError> {
        let answer = self.agent.get(format!("{}/{path}", self.base)).call();
        let answer = answer.map_err(|error| self.failed(error))?;
        match answer.status().as_u16() {
            200 => {}
            404 | 410 => return Err(FileError::Missing),
            status @ 300..400 => {
                return Err(said(format!(
                    "the server leads to another place, with status {status}"
                )));
            }
            status => return Err(said(format!("the server answers with status {status}"))),
        }
        if answer.headers().contains_key(CONTENT_ENCODING) {
            return Err(said(
                "the server sends it in another encoding than it was asked for".into(),
            ));
        }
        let mut bytes = Vec::new();
        let mut body = answer.into_body().into_reader().take(bytes_max + 1);
        body.read_to_end(&mut bytes).map_err(|error| self.failed(error.into()))?;
        if bytes.len() as u64 > bytes_max {
            return Err(FileError::TooLong { bytes_max });
        }
        Ok(bytes)
    }

    /// The first records or hashes of a full tile, where the server no longer has the partial one [C2SP tlog-tiles].
    fn cut_of_full(&self, path: &str) -> Option<Result<Vec<u8>, FileError>> {
        let partial: TilePath = path.parse().ok()?;
        let width = partial.partial?;
        let full = TilePath { partial: None, ..partial }.to_string();
        let tile = match self.fetch(&full, TILE_BYTES_MAX) {
            Ok(tile) => tile,
            Err(FileError::Missing) => return None,
            Err(error) => return Some(Err(error)),
        };
        let bytes = match partial.row {
            TileRow::Hashes(_) => tile.get(..usize::from(width.get()) * 32).map(<[u8]>::to_vec),
            TileRow::Entries => decode_bundle(&tile)
                .ok()
                .and_then(|records| encode_bundle(records.get(..usize::from(width.get()))?).ok()),
        };
        // What is no tile is judged as it came.
        Some(Ok(bytes.unwrap_or(tile)))
    }

    fn failed(&self, error: ureq::Error) -> FileError {
        let error = match error {
            // The body's reader gives a limit that was passed as an error of its own.
            ureq::Error::Io(error) => match error.downcast::<ureq::Error>() {
                Ok(error) => error,
                Err(error) => return FileError::Unreadable(error),
            },
            error => error,
        };
        match error {
            ureq::Error::HostNotFound => said("no host of this name is known".into()),
            ureq::Error::Timeout(Timeout::Connect) => {
                timed_out(format!("no connection within {:?}", self.times.connect))
            }
            ureq::Error::Timeout(_) => {
                timed_out(format!("no whole answer within {:?}", self.times.file))
            }
            ureq::Error::Io(error) => FileError::Unreadable(error),
            error => said(error.to_string()),
        }
    }
}

impl Source for Address {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, FileError> {
        let kept = self.kept(path);
        if let Ok(bytes) = fs::read(&kept) {
            let is_short = bytes.len() as u64 <= bytes_max;
            return if is_short { Ok(bytes) } else { Err(FileError::TooLong { bytes_max }) };
        }
        let bytes = match self.fetch(path, bytes_max) {
            Err(FileError::Missing) => self.cut_of_full(path).unwrap_or(Err(FileError::Missing))?,
            fetched => fetched?,
        };
        if bytes.len() as u64 > bytes_max {
            return Err(FileError::TooLong { bytes_max });
        }
        let folder = kept.parent().map_or(Ok(()), fs::create_dir_all);
        folder.and_then(|()| fs::write(&kept, &bytes)).map_err(FileError::Unreadable)?;
        Ok(bytes)
    }

    /// A server tells only of what it is asked for.
    fn strays(&self, _: &dyn Fn(&str) -> bool) -> Strays {
        Strays::default()
    }
}

/// Whether asking again may help.
fn is_of_network(error: &io::Error) -> bool {
    !matches!(error.kind(), io::ErrorKind::Other | io::ErrorKind::TimedOut)
}

fn said(words: String) -> FileError {
    FileError::Unreadable(io::Error::other(words))
}

fn timed_out(words: String) -> FileError {
    FileError::Unreadable(io::Error::new(io::ErrorKind::TimedOut, words))
}
