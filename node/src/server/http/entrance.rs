//! Admits requests: from programs of this machine, with a token of the node, and from no web page.

use core::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use nemcon_client::feed_token::FeedToken;
use nemcon_client::loopback::is_loopback;
use nemcon_client::token::{Role, Tokens};
use tokio::sync::watch;
use tokio::time::Instant;

use super::super::log_quota::LogQuota;
use super::calendar::token_in;

/// The routes without a token: the process answers; the node takes part.
pub(super) const HEALTH: &str = "/health";
pub(super) const READY: &str = "/ready";
/// The header in which a browser states which page a request comes from.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// The header that keeps an answer away from pages of other sites.
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// What a request is checked against before it is admitted.
#[derive(Clone)]
pub(super) struct Entrance {
    tokens: watch::Receiver<Tokens>,
    /// The token in the address of the calendar.
    feed: Option<FeedToken>,
    lines: Arc<Mutex<LogQuota>>,
}

/// Why a request is not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// A web page sent the request, or it names another host.
    Browser,
    /// The request shows no token, and its route needs this role.
    NoToken(Role),
    /// The node does not know the token.
    UnknownToken,
    /// The role of the token does not suffice.
    WeakToken { found: Role, wanted: Role },
}

impl Entrance {
    pub(super) fn new(tokens: watch::Receiver<Tokens>, feed: Option<FeedToken>) -> Self {
        Self { tokens, feed, lines: Arc::default() }
    }

    /// The role of the request's token; `None` if the route needs no token.
    fn judge(&self, request: &Request) -> Result<Option<Role>, Refusal> {
        let headers = request.headers();
        if !is_of_a_program_here(request) {
            return Err(Refusal::Browser);
        }
        let Some(wanted) = role_for(request.method(), request.uri().path()) else {
            return Ok(None);
        };
        if wanted == Role::Read && self.is_feed(request.uri().path()) {
            return Ok(Some(wanted));
        }
        let token = bearer(headers).ok_or(Refusal::NoToken(wanted))?;
        let found = self.tokens.borrow().role_of(token).ok_or(Refusal::UnknownToken)?;
        if found < wanted { Err(Refusal::WeakToken { found, wanted }) } else { Ok(Some(found)) }
    }

    /// Whether the path is the address of the calendar, with its token.
    fn is_feed(&self, path: &str) -> bool {
        self.feed.zip(token_in(path)).is_some_and(|(feed, shown)| feed.is(shown))
    }

    /// Logs a refused request, within a limit of lines a minute.
    fn tell(&self, refusal: Refusal) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.have_room(Instant::now()) {
            tracing::warn!(event = %"request-refused", %refusal, "a request to the HTTP interface is refused");
        }
    }
}

/// Whether a program of this machine sent the request.
fn is_of_a_program_here(request: &Request) -> bool {
    let headers = request.headers();
    // A target in absolute form names the host itself and overrides the header line [RFC 9112 3.2.2].
    let is_elsewhere = request.uri().authority().is_some_and(|host| !is_loopback(host));
    !is_elsewhere && is_local(headers) && !is_of_a_page(headers)
}

/// Admits programs of this machine, with a token or without.
pub(in crate::server) async fn only_local(request: Request, next: Next) -> Response {
    if is_of_a_program_here(&request) {
        next.run(request).await
    } else {
        Refusal::Browser.into_response()
    }
}

/// Admits a request, or answers why not.
pub(super) async fn admit(
    State(entrance): State<Entrance>,
    mut request: Request,
    next: Next,
) -> Response {
    match entrance.judge(&request) {
        Ok(role) => {
            // Limits that depend on the role are applied by this value.
            role.map(|role| request.extensions_mut().insert(role));
            next.run(request).await
        }
        Err(refusal) => {
            entrance.tell(refusal);
            refusal.into_response()
        }
    }
}

/// Adds to every answer what a browser must obey: keep the stated content type, show the answer to
/// no other site, and store nothing.
pub(in crate::server) async fn seal_off(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// The role that a request needs; `None` if everybody may ask. A route that does not exist needs a
/// role too, so that without a token nobody learns which routes there are.
fn role_for(method: &Method, path: &str) -> Option<Role> {
    let is_reading = matches!(*method, Method::GET | Method::HEAD);
    let is_posting = *method == Method::POST;
    match path {
        HEALTH | READY if is_reading => None,
        _ if is_reading => Some(Role::Read),
        // A look ahead changes nothing, so it needs no more than the role of reading.
        "/v1/foresight" if is_posting => Some(Role::Read),
        "/v1/records" if is_posting => Some(Role::Submit),
        _ => Some(Role::Operate),
    }
}

/// The token in a request's header [RFC 6750 2.1].
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let mut shown = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(shown), None) = (shown.next(), shown.next()) else { return None };
    let (scheme, token) = shown.as_bytes().split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token)
}

/// Whether the request names this machine as its host.
fn is_local(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.and_then(|host| host.parse().ok()).is_some_and(|host| is_loopback(&host))
}

/// Whether a browser sent the request for a page. Programs send none of these headers.
fn is_of_a_page(headers: &HeaderMap) -> bool {
    let site = headers.get(SEC_FETCH_SITE);
    site.is_some_and(|site| site != "none")
        || headers.contains_key(header::ORIGIN)
        || headers.contains_key(header::REFERER)
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Browser => {
                f.write_str("this interface serves programs on this machine, and no web page")
            }
            Self::NoToken(wanted) => write!(
                f,
                "no token was given: this needs the role {wanted}, and the file {wanted}.token \
                 beside the node's node.toml holds a token for it"
            ),
            Self::UnknownToken => f.write_str("the token that was given is none of this node"),
            Self::WeakToken { found, wanted } => write!(
                f,
                "the token that was given has the role {found}, and this needs the role {wanted}"
            ),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        // The challenge of RFC 6750, section 3.
        let (status, challenge) = match self {
            Self::Browser => (StatusCode::FORBIDDEN, None),
            Self::NoToken(_) => (StatusCode::UNAUTHORIZED, Some("Bearer".to_owned())),
            Self::UnknownToken => {
                (StatusCode::UNAUTHORIZED, Some("Bearer error=\"invalid_token\"".to_owned()))
            }
            Self::WeakToken { wanted, .. } => {
                let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{wanted}\"");
                (StatusCode::FORBIDDEN, Some(challenge))
            }
        };
        let challenge = challenge.map(|challenge| [(header::WWW_AUTHENTICATE, challenge)]);
        (status, challenge, format!("{self}\n")).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(HeaderName, &'static str)]) -> HeaderMap {
        let lines = lines.iter().cloned();
        lines.map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_request_names_this_machine_or_is_refused() {
        assert!(is_local(&headers(&[(header::HOST, "127.0.0.1:4201")])));
        assert!(!is_local(&headers(&[(header::HOST, "rebound.example.org:4201")])));
        assert!(!is_local(&HeaderMap::new()));
    }

    #[test]
    fn what_a_browser_sends_for_a_page_is_known_by_its_headers() {
        for line in [
            (header::ORIGIN, "http://localhost:4201"),
            (header::ORIGIN, "null"),
            (header::REFERER, "http://127.0.0.1:4201/v1/status"),
            (SEC_FETCH_SITE, "cross-site"),
            (SEC_FETCH_SITE, "same-site"),
            (SEC_FETCH_SITE, "same-origin"),
            (SEC_FETCH_SITE, ""),
        ] {
            assert!(is_of_a_page(&headers(std::slice::from_ref(&line))), "{line:?}");
        }
        assert!(!is_of_a_page(&headers(&[(SEC_FETCH_SITE, "none")])));
        assert!(!is_of_a_page(&headers(&[(header::HOST, "localhost")])));
    }

    #[test]
    fn a_token_is_shown_once_under_its_scheme() {
        let shows = |value| bearer(&headers(&[(header::AUTHORIZATION, value)])).map(<[u8]>::to_vec);
        for (value, token) in [("Bearer t", "t"), ("bearer t", "t"), ("Bearer  t", " t")] {
            assert_eq!(shows(value).as_deref(), Some(token.as_bytes()), "{value}");
        }
        for value in ["", "Bearer", "Basic t", "t", "Bearert "] {
            assert_eq!(shows(value), None, "{value}");
        }
        let mut twice = headers(&[(header::AUTHORIZATION, "Bearer t")]);
        twice.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer t"));
        assert_eq!(bearer(&twice), None);
    }

    #[test]
    fn every_route_but_two_needs_a_role_and_what_is_no_route_the_strongest() {
        for (method, path, role) in [
            (Method::GET, "/health", None),
            (Method::GET, "/ready", None),
            (Method::POST, "/ready", Some(Role::Operate)),
            (Method::GET, "/metrics", Some(Role::Read)),
            (Method::GET, "/v1/status", Some(Role::Read)),
            (Method::HEAD, "/v1/measures/1", Some(Role::Read)),
            (Method::GET, "/health/", Some(Role::Read)),
            (Method::GET, "/", Some(Role::Read)),
            (Method::POST, "/v1/foresight", Some(Role::Read)),
            (Method::POST, "/v1/records", Some(Role::Submit)),
            (Method::POST, "/v1/rejoin", Some(Role::Operate)),
            (Method::POST, "/health", Some(Role::Operate)),
            (Method::POST, "/v1/anything", Some(Role::Operate)),
            (Method::DELETE, "/v1/records", Some(Role::Operate)),
            (Method::OPTIONS, "/v1/status", Some(Role::Operate)),
        ] {
            assert_eq!(role_for(&method, path), role, "{method} {path}");
        }
    }
}
