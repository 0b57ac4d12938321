//! Who is let in: requests to the desk's own address, from its own pages, by a browser that came by a link.
//!
//! What it guarantees: no page of another origin reads or sends anything here, and no name that is made to mean this
//! machine leads in. What it does not: other programs of the same user can do what the user can.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::answers::{page, secure};
use crate::desk::Desk;
use crate::pages::troubles;
use crate::visit::Visit;
use crate::words::{Language, Words};

/// The name of the cookie with the person's language.
const LANGUAGE_COOKIE: &str = "nemcon-language";

/// Lets a request in, or answers why not; and gives every answer its headers.
pub(crate) async fn guard(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    let mut answer = if let Err(refused) = judge(&desk, &request) {
        (StatusCode::FORBIDDEN, refused).into_response()
    } else {
        admit(&desk, request, next).await
    };
    secure(answer.headers_mut());
    answer
}

/// Lets a browser on that is in; the others get the way in, and how the pages look.
async fn admit(desk: &Desk, mut request: Request, next: Next) -> Response {
    let words = words(request.headers());
    let Some(browser) = browser(desk, request.headers()) else {
        if !is_open_to_all(request.uri().path()) {
            return page(StatusCode::FORBIDDEN, troubles::locked(words));
        }
        request.extensions_mut().insert(words);
        return next.run(request).await;
    };
    let place = request.uri().path_and_query().map_or("/", |it| it.as_str()).to_owned();
    request.extensions_mut().insert(Visit { browser, words, place });
    next.run(request).await
}

/// What a browser gets that is not in: the way in, and how the pages look.
fn is_open_to_all(path: &str) -> bool {
    path == "/enter" || path.starts_with("/assets/") || path.starts_with("/favicon")
}

/// Checks the address, the method and where the request comes from.
fn judge(desk: &Desk, request: &Request) -> Result<(), &'static str> {
    let headers = request.headers();
    let one = |name: header::HeaderName| {
        let mut all = headers.get_all(name).iter();
        match (all.next(), all.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => value.to_str().map(Some).map_err(|_| "a header is unreadable\n"),
            (Some(_), Some(_)) => Err("a header stands twice\n"),
        }
    };
    if one(header::HOST)? != Some(desk.host.as_str()) {
        return Err("this is not the address of the desk\n");
    }
    // A target in absolute form names a host of its own.
    if request.uri().authority().is_some_and(|it| it.as_str() != desk.host) {
        return Err("this is not the address of the desk\n");
    }
    let own = format!("http://{}", desk.host);
    let origin = one(header::ORIGIN)?;
    let site = one(header::HeaderName::from_static("sec-fetch-site"))?;
    let destination = one(header::HeaderName::from_static("sec-fetch-dest"))?;
    if destination
        .is_some_and(|it| matches!(it, "iframe" | "frame" | "embed" | "object" | "fencedframe"))
    {
        return Err("the desk stands in no frame\n");
    }
    match *request.method() {
        Method::GET | Method::HEAD => {
            // Another program may have sent the browser here with a link; whoever has the link is let in.
            let is_in_order = matches!(site, None | Some("same-origin" | "none"))
                || request.uri().path() == "/enter";
            if origin.is_some_and(|origin| origin != own) || !is_in_order {
                return Err("asked for by another site\n");
            }
        }
        Method::POST => {
            if origin != Some(own.as_str()) || !matches!(site, None | Some("same-origin")) {
                return Err("sent by another site\n");
            }
        }
        _ => return Err("the desk is read and signed, nothing else\n"),
    }
    Ok(())
}

/// The browser that the request's cookie names, if it is in.
fn browser(desk: &Desk, headers: &HeaderMap) -> Option<nemcon_crypto::Digest> {
    // Another port of this address can set a cookie of the same name beside the one that lets in.
    cookies(headers, &desk.cookie).find_map(|word| desk.browsers().known(word))
}

/// The values of the cookies of this name.
fn cookies<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let pairs = all.flat_map(|it| it.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(key, _)| *key == name).map(|(_, value)| value)
}

/// The words of the person's language: the one that was chosen, or the first that the browser asks for.
fn words(headers: &HeaderMap) -> &'static Words {
    let chosen = cookies(headers, LANGUAGE_COOKIE).find_map(Language::of_code);
    let asked = || {
        let asked = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        Language::preferred(asked)
    };
    chosen.or_else(asked).unwrap_or_default().words()
}

/// The cookie that keeps the language.
pub(crate) fn keep_language(language: Language) -> String {
    format!(
        "{LANGUAGE_COOKIE}={}; Path=/; SameSite=Strict; HttpOnly; Max-Age=31536000",
        language.code()
    )
}

/// The cookie by which a browser is known from then on, until it is closed.
pub(crate) fn keep_browser(desk: &Desk, word: &str) -> String {
    format!("{}={word}; Path=/; SameSite=Strict; HttpOnly", desk.cookie)
}
