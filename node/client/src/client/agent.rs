//! The agent of a client: how long it waits, whom it trusts, and where a token may go.

use std::io;
use std::time::Duration;

use ureq::http::header::RETRY_AFTER;
use ureq::http::{Response, Uri};
use ureq::{Agent, http};

use crate::loopback::is_loopback;
use crate::tls::{Authorities, tls_by};

/// The timeout for connecting to a node on this machine.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// The timeout for connecting to a node on another machine.
const REMOTE_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The timeout for a whole answer, beside the time that a submission asks the node to wait.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest time that the client waits before it asks again. A node that wants more time is told to the caller.
const PUT_OFF_MAX: Duration = Duration::from_secs(10);

/// An agent for the node at this URL, which trusts these authorities, or else those of this machine.
pub(super) fn agent(base: &str, authorities: Option<&Authorities>) -> Agent {
    let is_here = is_here(base);
    let connect = if is_here { CONNECT_TIMEOUT } else { REMOTE_CONNECT_TIMEOUT };
    let answer = if is_here { ANSWER_TIMEOUT } else { ANSWER_TIMEOUT + REMOTE_CONNECT_TIMEOUT };
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .tls_config(tls_by(authorities))
        // A node never redirects a request.
        .max_redirects(0)
        .timeout_connect(Some(connect))
        .timeout_global(Some(answer))
        .build();
    Agent::new_with_config(config)
}

/// Whether the URL is on this machine.
fn is_here(base: &str) -> bool {
    base.parse::<Uri>().is_ok_and(|uri| uri.authority().is_some_and(is_loopback))
}

/// Whether a token may be sent there: on this machine nobody is on the way, and over TLS nobody there can read it.
pub(super) fn is_private(base: &str) -> bool {
    let is_tls = |uri: &Uri| uri.scheme() == Some(&http::uri::Scheme::HTTPS);
    is_here(base) || base.parse::<Uri>().is_ok_and(|uri| is_tls(&uri) && uri.authority().is_some())
}

/// How long the node puts the request off because its token asks too often [RFC 9110 10.2.3]; `None` if it does not,
/// or for longer than a caller waits.
pub(super) fn put_off(response: &Response<ureq::Body>) -> Option<Duration> {
    let after = response.headers().get(RETRY_AFTER).filter(|_| response.status() == 429)?;
    let after = Duration::from_secs(after.to_str().ok()?.parse().ok()?);
    (after <= PUT_OFF_MAX).then_some(after)
}

/// Whether the error of the system is one of TLS.
pub(super) fn is_of_tls(error: &io::Error) -> bool {
    let Some(inner) = error.get_ref() else { return false };
    inner.is::<rustls::Error>()
}
