//! Which request leads to which page.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use axum::{Extension, Router};
use maud::Markup;
use nemcon_client::certificate::from_export;
use nemcon_client::export::{Scope, export};
use nemcon_client::failure::Failure;

use crate::answers::{file, lead, page, troubled};
use crate::assets::{Asset, MARK, SCRIPT, STYLE};
use crate::desk::Desk;
use crate::entrance::{guard, keep_browser, keep_language};
use crate::handing;
use crate::live::listen;
use crate::making::{elsewhere, make};
use crate::pages::minutes::Format;
use crate::pages::{
    council, incidents, ledger, measure, measures, minutes, nodes, tabling, today, troubles,
    what_if,
};
use crate::trouble::Trouble;
use crate::uploads::Sent;
use crate::visit::Visit;
use crate::words::{Language, Words};

type Shared = State<Arc<Desk>>;

/// All routes, behind the entrance.
pub(crate) fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/enter", get(enter))
        .route("/language", get(language))
        .route("/live", get(live))
        .route("/assets/{name}", get(asset))
        .route("/favicon.svg", get(mark))
        .route("/favicon.ico", get(mark))
        .merge(reading())
        .merge(handing::router())
        .fallback(nowhere)
        // Each form has limits of its own, which are held to as it comes.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(Arc::clone(&desk), guard))
        .with_state(desk)
}

/// The pages that are read.
fn reading() -> Router<Arc<Desk>> {
    Router::new()
        .route("/", plain(|desk, visit, _| today::today(desk, visit)))
        .route("/measures", plain(measures::measures))
        .route("/incidents", plain(incidents::incidents))
        .route("/council", plain(|desk, visit, _| council::council(desk, visit)))
        .route("/what-if", plain(what_if::what_if))
        .route("/ledger", plain(ledger::ledger))
        .route("/nodes", plain(|desk, visit, _| nodes::nodes(desk, visit)))
        .route("/minutes", plain(minutes::minutes_page))
        .route("/table", plain(|desk, visit, _| tabling::choose(desk, visit)))
        .route(
            "/measures/{number}",
            numbered(|desk, visit, number, _| measure::measure(desk, visit, number)),
        )
        .route("/measures/{number}/versions", numbered(versions))
        .route(
            "/incidents/{number}",
            numbered(|desk, visit, number, _| incidents::incident(desk, visit, number)),
        )
        .route(
            "/ledger/{number}",
            numbered(|desk, visit, number, _| ledger::record(desk, visit, number)),
        )
        .route("/minutes/markdown", get(minutes_as_markdown))
        .route("/minutes/html", get(minutes_as_html))
        .route("/measures/{number}/certificate", get(certificate))
}

fn versions(desk: &Desk, visit: &Visit, number: u64, query: &Sent) -> Result<Markup, Trouble> {
    measure::versions(desk, visit, number, query.get("from").parse().ok())
}

type Plain = fn(&Desk, &Visit, &Sent) -> Result<Markup, Trouble>;
type Numbered = fn(&Desk, &Visit, u64, &Sent) -> Result<Markup, Trouble>;

/// A page that is told by its query alone.
fn plain(work: Plain) -> MethodRouter<Arc<Desk>> {
    get(
        move |State(desk): Shared,
              Extension(visit): Extension<Visit>,
              RawQuery(query): RawQuery| {
            let query = Sent::of_query(&query.unwrap_or_default());
            make(desk, visit, move |desk, visit| work(desk, visit, &query))
        },
    )
}

/// A page of something that has a number.
fn numbered(work: Numbered) -> MethodRouter<Arc<Desk>> {
    get(
        move |State(desk): Shared,
              Extension(visit): Extension<Visit>,
              Path(number): Path<String>,
              RawQuery(query): RawQuery| {
            let query = Sent::of_query(&query.unwrap_or_default());
            make(desk, visit, move |desk, visit| {
                let number = number.parse().map_err(|_| Trouble::NotFound)?;
                work(desk, visit, number, &query)
            })
        },
    )
}

async fn enter(
    State(desk): Shared,
    method: Method,
    visit: Option<Extension<Visit>>,
    words: Option<Extension<&'static Words>>,
    RawQuery(query): RawQuery,
) -> Response {
    if method == Method::HEAD {
        return StatusCode::NO_CONTENT.into_response();
    }
    let query = Sent::of_query(&query.unwrap_or_default());
    // Bound apart, so that the browsers are not locked any more when what is kept for one is dropped.
    let entered = desk.browsers().enter(query.get("link"));
    let words = visit.as_ref().map(|visit| visit.words).or(words.map(|Extension(words)| words));
    let words = words.unwrap_or_else(|| Language::default().words());
    match entered {
        Ok(Some((word, out))) => {
            if let Some(out) = out {
                desk.forget(&out);
            }
            let mut answer = page(StatusCode::OK, troubles::entered(words));
            if let Ok(cookie) = HeaderValue::from_str(&keep_browser(&desk, &word)) {
                answer.headers_mut().append(header::SET_COOKIE, cookie);
            }
            answer
        }
        // Whoever is in already and opens a link again goes on.
        Ok(None) if visit.is_some() => lead("/"),
        Ok(None) => page(StatusCode::FORBIDDEN, troubles::no_link(words)),
        Err(failure) => {
            (StatusCode::INTERNAL_SERVER_ERROR, failure.message().to_owned()).into_response()
        }
    }
}

/// Keeps the language that was chosen, and leads back.
async fn language(RawQuery(query): RawQuery) -> Response {
    let query = Sent::of_query(&query.unwrap_or_default());
    let back = query.get("back");
    // A place of the desk begins with one slash; two would be another host.
    let is_own = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    let mut answer = lead(if is_own { back } else { "/" });
    if let Some(language) = Language::of_code(query.get("to"))
        && let Ok(cookie) = HeaderValue::from_str(&keep_language(language))
    {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

async fn live(State(desk): Shared) -> Response {
    listen(desk.news.subscribe(), &desk.listening)
}

async fn asset(Path(name): Path<String>) -> Response {
    let is_it = |asset: &&Asset| asset.place().ends_with(&format!("/{name}"));
    match [&STYLE, &SCRIPT].into_iter().find(is_it) {
        Some(asset) => {
            let kept = "private, max-age=31536000, immutable";
            let headers = [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, kept)];
            (headers, asset.text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn mark() -> Response {
    ([(header::CONTENT_TYPE, "image/svg+xml")], MARK).into_response()
}

async fn nowhere(State(desk): Shared, Extension(visit): Extension<Visit>) -> Response {
    elsewhere(move || troubled(&desk, &visit, &Trouble::NotFound)).await
}

async fn minutes_as_markdown(desk: Shared, visit: Extension<Visit>, query: RawQuery) -> Response {
    minutes_file(desk, visit, query, Format::Markdown).await
}

async fn minutes_as_html(desk: Shared, visit: Extension<Visit>, query: RawQuery) -> Response {
    minutes_file(desk, visit, query, Format::Html).await
}

async fn minutes_file(
    State(desk): Shared,
    Extension(visit): Extension<Visit>,
    RawQuery(query): RawQuery,
    format: Format,
) -> Response {
    let query = Sent::of_query(&query.unwrap_or_default());
    elsewhere(move || match minutes::file(&desk, &query, format) {
        Ok((name, text)) => file(&name, "application/octet-stream", text),
        Err(trouble) => troubled(&desk, &visit, &trouble),
    })
    .await
}

/// The certificate of a measure, made from an export that is audited here.
async fn certificate(
    State(desk): Shared,
    Extension(visit): Extension<Visit>,
    Path(number): Path<String>,
) -> Response {
    elsewhere(move || match certified(&desk, &number) {
        Ok(text) => file(&format!("measure-{number}.nemcon"), "application/octet-stream", text),
        Err(trouble) => troubled(&desk, &visit, &trouble),
    })
    .await
}

fn certified(desk: &Desk, number: &str) -> Result<Vec<u8>, Trouble> {
    let number: u64 = number.parse().map_err(|_| Trouble::NotFound)?;
    desk.ask(|client| client.measure(number))?;
    let folder = tempfile::tempdir().map_err(|error| {
        Failure::usage(format_args!("no folder for the work could be made: {error}"))
    })?;
    let out = folder.path().join("export");
    export(&desk.session, &out, Scope::Whole, &mut |_, _, _| {})?;
    let council = desk.session.council()?;
    let (certificate, _) = from_export(&out, &council, number, &mut |_, _| {})?;
    Ok(certificate.render().into())
}
