//! Admits requests: from programs, with a token of the node and under its own name, and from no web page.

use core::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use nemcon_client::api::ProblemKind;
use nemcon_client::feed_token::FeedToken;
use nemcon_client::loopback::is_loopback;
use nemcon_client::token::{Holder, Role, Tokens};
use nemcon_ledger::text::Code;
use tokio::sync::watch;
use tokio::time::Instant;

use super::super::log_quota::LogQuota;
use super::calendar::token_in;
use super::problem::problem;
use super::tls::Shown;

/// The routes without a token: the process answers; the node takes part.
pub(super) const HEALTH: &str = "/health";
pub(super) const READY: &str = "/ready";
/// The header in which a browser states which page a request comes from.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// The header that keeps an answer away from pages of other sites.
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// The hosts that a request may name.
#[derive(Clone)]
pub(super) enum Hosts {
    /// This machine, by number or as `localhost`.
    Here,
    /// Those that the certificate is for, which the node shows over TLS.
    Certified(watch::Receiver<Shown>),
}

impl Hosts {
    fn have(&self, host: &Authority) -> bool {
        match self {
            Self::Here => is_loopback(host),
            Self::Certified(shown) => shown.borrow().is_for(host),
        }
    }
}

/// What a request is checked against before it is admitted.
#[derive(Clone)]
pub(super) struct Entrance {
    tokens: watch::Receiver<Tokens>,
    hosts: Hosts,
    /// The token in the address of the calendar.
    feed: Option<FeedToken>,
    lines: Arc<Mutex<LogQuota>>,
}

/// Why a request is not admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Refusal {
    /// A web page sent the request, or it names another host.
    Browser { is_here: bool },
    /// The request shows no token, and its route needs this role.
    NoToken(Role),
    /// The node does not know the token.
    UnknownToken,
    /// The role of the token does not suffice.
    WeakToken { found: Role, wanted: Role },
    /// The token is for another party's statements, and this is something else.
    NamedToken(Holder),
}

impl Entrance {
    pub(super) fn new(
        tokens: watch::Receiver<Tokens>,
        hosts: Hosts,
        feed: Option<FeedToken>,
    ) -> Self {
        Self { tokens, hosts, feed, lines: Arc::default() }
    }

    /// Whose token the request shows; `None` if the route needs no token.
    fn judge(&self, request: &Request) -> Result<Option<Holder>, Refusal> {
        let headers = request.headers();
        if !is_of_a_program(request, &self.hosts) {
            return Err(Refusal::Browser { is_here: matches!(self.hosts, Hosts::Here) });
        }
        let Some(wanted) = role_for(request.method(), request.uri().path()) else {
            return Ok(None);
        };
        if wanted == Role::Read && self.is_feed(request.uri().path()) {
            return Ok(Some(Holder::own(wanted)));
        }
        let token = bearer(headers).ok_or(Refusal::NoToken(wanted))?;
        let tokens = self.tokens.borrow();
        let holder = tokens.holder_of(token).ok_or(Refusal::UnknownToken)?;
        if holder.party.is_some() && !is_for_named(request.method(), request.uri()) {
            return Err(Refusal::NamedToken(holder.clone()));
        }
        if holder.role < wanted {
            return Err(Refusal::WeakToken { found: holder.role, wanted });
        }
        Ok(Some(holder.clone()))
    }

    /// Whether the path is the address of the calendar, with its token.
    fn is_feed(&self, path: &str) -> bool {
        self.feed.zip(token_in(path)).is_some_and(|(feed, shown)| feed.is(shown))
    }

    /// Logs a refused request, within a limit of lines a minute.
    fn tell(&self, refusal: &Refusal) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.have_room(Instant::now()) {
            tracing::warn!(event = %"request-refused", %refusal, "a request to the HTTP interface is refused");
        }
    }
}

/// Whether a program sent the request, and to one of these hosts.
fn is_of_a_program(request: &Request, hosts: &Hosts) -> bool {
    let headers = request.headers();
    // A target in absolute form names the host itself and overrides the header line [RFC 9112 3.2.2].
    let is_elsewhere = request.uri().authority().is_some_and(|host| !hosts.have(host));
    !is_elsewhere && names_one_of(headers, hosts) && !is_of_a_page(headers)
}

/// Admits programs of this machine, with a token or without.
pub(in crate::server) async fn only_local(request: Request, next: Next) -> Response {
    if is_of_a_program(&request, &Hosts::Here) {
        next.run(request).await
    } else {
        Refusal::Browser { is_here: true }.into_response()
    }
}

/// Admits a request, or answers why not.
pub(super) async fn admit(
    State(entrance): State<Entrance>,
    mut request: Request,
    next: Next,
) -> Response {
    match entrance.judge(&request) {
        Ok(holder) => {
            // Limits that depend on who asks are applied by this value.
            holder.map(|holder| request.extensions_mut().insert(holder));
            next.run(request).await
        }
        Err(refusal) => {
            entrance.tell(&refusal);
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
pub(super) fn role_for(method: &Method, path: &str) -> Option<Role> {
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

/// Whether the holder of a token for another party may ask this: hand in a statement and ask what became of it, and
/// read which council this is and which keys sign in it.
fn is_for_named(method: &Method, target: &Uri) -> bool {
    let of_statement =
        || target.query().is_some_and(|query| query.split('&').any(|it| it.starts_with("text=")));
    match (method, target.path()) {
        (&Method::POST, "/v1/records") | (&Method::GET, "/v1/genesis" | "/v1/seats") => true,
        (&Method::GET, "/v1/records") => of_statement(),
        _ => false,
    }
}

/// The token in a request's header [RFC 6750 2.1].
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let mut shown = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(shown), None) = (shown.next(), shown.next()) else { return None };
    let (scheme, token) = shown.as_bytes().split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token)
}

/// Whether the request names one of these hosts.
fn names_one_of(headers: &HeaderMap, hosts: &Hosts) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.and_then(|host| host.parse().ok()).is_some_and(|host| hosts.have(&host))
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
            Self::Browser { is_here: true } => {
                f.write_str("this interface serves programs on this machine, and no web page")
            }
            Self::Browser { is_here: false } => f.write_str(
                "this interface serves programs that name a host of its certificate, and no web page",
            ),
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
            Self::NamedToken(Holder { party, .. }) => {
                let party = party.as_ref().map(Code::as_str).unwrap_or_default();
                write!(
                    f,
                    "the token that was given is for statements of {party} alone: they can be handed in \
                     here, and asked for by their text hash"
                )
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        // The challenge of RFC 6750, section 3.
        let (kind, challenge) = match &self {
            Self::Browser { .. } => (ProblemKind::Browser, None),
            Self::NoToken(_) => (ProblemKind::NoToken, Some("Bearer".to_owned())),
            Self::UnknownToken => {
                (ProblemKind::UnknownToken, Some("Bearer error=\"invalid_token\"".to_owned()))
            }
            Self::WeakToken { wanted, .. } => {
                let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{wanted}\"");
                (ProblemKind::WeakToken, Some(challenge))
            }
            Self::NamedToken(_) => {
                (ProblemKind::WeakToken, Some("Bearer error=\"insufficient_scope\"".to_owned()))
            }
        };
        let mut answer = problem(kind, self.to_string());
        if let Some(challenge) = challenge.and_then(|it| HeaderValue::try_from(it).ok()) {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        answer
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
        assert!(names_one_of(&headers(&[(header::HOST, "127.0.0.1:4201")]), &Hosts::Here));
        assert!(!names_one_of(
            &headers(&[(header::HOST, "rebound.example.org:4201")]),
            &Hosts::Here
        ));
        assert!(!names_one_of(&HeaderMap::new(), &Hosts::Here));
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

    #[test]
    fn a_token_for_another_party_hands_in_and_asks_what_became_of_it() {
        let may = |method, target: &str| is_for_named(&method, &target.parse().unwrap());
        let text = format!("/v1/records?text={}", "0".repeat(64));
        for target in ["/v1/genesis", "/v1/seats", &text] {
            assert!(may(Method::GET, target), "{target}");
        }
        assert!(may(Method::POST, "/v1/records"));
        for target in
            ["/v1/records", "/v1/records?from=0", "/v1/status", "/v1/events", "/v1/measures/1"]
        {
            assert!(!may(Method::GET, target), "{target}");
        }
        for target in ["/v1/foresight", "/v1/rejoin", "/v1/genesis"] {
            assert!(!may(Method::POST, target), "{target}");
        }
    }
}
