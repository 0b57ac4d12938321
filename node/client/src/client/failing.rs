//! What went wrong with an answer, as an error.

use std::io;

use nemcon_ledger::text::Show as _;

use super::Client;
use super::agent::is_of_tls;
use super::error::ClientError;
use crate::api::Problem;
use crate::token::Role;

/// How many characters of an unexpected answer are shown.
const SHOWN_CHARS_MAX: usize = 300;

impl Client {
    pub(super) fn transport(&self, what: &str, error: ureq::Error) -> ClientError {
        let (base, what) = (self.base.shown(), what.to_owned());
        match error {
            ureq::Error::Timeout(_) => ClientError::Timeout { base },
            ureq::Error::ConnectionFailed | ureq::Error::HostNotFound => {
                ClientError::NotRunning { base }
            }
            ureq::Error::Rustls(error) => {
                ClientError::Tls { base, error: error.to_string().shown() }
            }
            ureq::Error::Io(error) if is_absence(&error) => ClientError::NotRunning { base },
            ureq::Error::Io(error) if is_of_tls(&error) => {
                ClientError::Tls { base, error: error.to_string().shown() }
            }
            error => ClientError::Transport { base, what, error: Box::new(error) },
        }
    }

    pub(super) fn shape(&self, what: &str, error: &serde_json::Error) -> ClientError {
        let (base, error) = (self.base.shown(), error.to_string().shown());
        ClientError::Shape { base, what: what.to_owned(), error }
    }

    pub(super) fn refused(
        &self,
        (what, wanted): (&str, Role),
        status: u16,
        body: &[u8],
    ) -> ClientError {
        let (base, what) = (self.base.shown(), what.to_owned());
        if status == 401 {
            return match self.access.file(wanted) {
                None => ClientError::NoToken { base, what, wanted },
                Some(path) => ClientError::UnknownToken { base, path },
            };
        }
        let problem = serde_json::from_slice::<Problem>(body).map(|problem| problem.detail);
        let body = problem.unwrap_or_else(|_| String::from_utf8_lossy(body).into_owned());
        let body: String = body.trim_end().chars().take(SHOWN_CHARS_MAX).collect();
        let (base, body) = (self.told(), body.shown());
        ClientError::Status { base, what, status, body }
    }
}

/// Whether the error of the system says that nothing listens there, or that the peer has just gone.
fn is_absence(error: &io::Error) -> bool {
    use io::ErrorKind as K;
    matches!(
        error.kind(),
        K::ConnectionRefused | K::ConnectionReset | K::ConnectionAborted | K::UnexpectedEof
    )
}
