//! Answers to a browser: pages, files, ways to another page; and the headers that every answer has.

use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use maud::Markup;

use crate::desk::Desk;
use crate::pages::troubles;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// What a page may load, and where it may stand: its own style sheet and script, in no frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page.
pub(crate) fn page(status: StatusCode, markup: Markup) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, kind, markup.into_string()).into_response()
}

/// A page, or the page that says why there is none.
pub(crate) fn shown(desk: &Desk, visit: &Visit, made: Result<Markup, Trouble>) -> Response {
    match made {
        Ok(markup) => page(StatusCode::OK, markup),
        Err(trouble) => troubled(desk, visit, &trouble),
    }
}

/// The page that says why there is none.
pub(crate) fn troubled(desk: &Desk, visit: &Visit, trouble: &Trouble) -> Response {
    let status = match trouble {
        Trouble::NotFound => StatusCode::NOT_FOUND,
        Trouble::NoForm => StatusCode::GONE,
        Trouble::ReadOnly => StatusCode::FORBIDDEN,
        Trouble::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Trouble::Lost(_) => StatusCode::SERVICE_UNAVAILABLE,
        Trouble::Failure(_) => StatusCode::BAD_GATEWAY,
    };
    page(status, troubles::trouble(desk, visit, trouble))
}

/// Leads the browser to another page of the desk.
pub(crate) fn lead(place: &str) -> Response {
    let place = HeaderValue::from_str(place).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

/// A file to be kept.
pub(crate) fn file(name: &str, kind: &'static str, bytes: impl Into<Vec<u8>>) -> Response {
    let name: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric() || "-._".contains(*c)).collect();
    let kept = format!("attachment; filename=\"{name}\"");
    let kind = HeaderValue::from_static(kind);
    let kept = HeaderValue::from_str(&kept).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, kept)];
    (headers, bytes.into()).into_response()
}

/// The headers that every answer has.
pub(crate) fn secure(headers: &mut HeaderMap) {
    let all: [(HeaderName, &'static str); 8] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Without a referrer, browsers send forms of a page with the origin `null`.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    for (name, value) in all {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
