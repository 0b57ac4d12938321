//! The interface as an OpenAPI 3.1 document, made from the routes and their types.

use nemcon_client::api::{Event, PROBLEM_JSON, Problem, ProblemKind};
use nemcon_client::token::Role;
use serde_json::Value;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Content, ContentBuilder, HeaderBuilder, InfoBuilder, LicenseBuilder, ObjectBuilder, OpenApi,
    Ref, RefOr, ResponseBuilder, SecurityRequirement, Type,
};
use utoipa::{PartialSchema as _, ToSchema};

use super::limits::{CONNECTIONS_MAX, Limits};
use super::table::{Layers, table};
use super::{entrance, examples};

/// What the document says of the whole interface.
const ABOUT: &str = "The interface of a member's node: read the council's ledger, hand in signed statements, and follow \
                     what changes. `docs/http.md` says the rest.";

/// The document as text, as `GET /v1/openapi.json` and `nemcon node api` give it.
pub fn openapi() -> String {
    rendered(&complete(table(&Layers::of(Limits::of(CONNECTIONS_MAX))).into_openapi()))
}

/// The document as text.
pub(super) fn rendered(api: &OpenApi) -> String {
    let text = serde_json::to_string_pretty(api).expect("a document is JSON");
    text + "\n"
}

/// The document with what all routes have in common: who may ask, and which problems there can be.
pub(super) fn complete(mut api: OpenApi) -> OpenApi {
    let licence = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    api.info = InfoBuilder::new()
        .title("nemcon")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(licence))
        .build();
    let components = api.components.get_or_insert_default();
    let mut named = vec![(Problem::name().into_owned(), Problem::schema())];
    named.push((Event::name().into_owned(), Event::schema()));
    Event::schemas(&mut named);
    components.schemas.extend(named);
    for role in Role::ALL {
        let says =
            format!("A token of the role `{role}`: the line in `{role}.token` beside `node.toml`.");
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(says));
        components
            .security_schemes
            .insert(role.to_string(), RefOr::T(SecurityScheme::Http(scheme.build())));
    }
    for (path, item) in &mut api.paths.paths {
        let operations = [("GET", item.get.as_mut()), ("POST", item.post.as_mut())];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                complete_operation(operation, method, path);
            }
        }
    }
    api
}

fn complete_operation(operation: &mut Operation, method: &str, path: &str) {
    let method = method.parse().expect("a method of HTTP");
    let wanted = entrance::role_for(&method, path);
    let suffices = |role: &Role| wanted.is_some_and(|wanted| *role >= wanted);
    let roles = Role::ALL.into_iter().filter(suffices);
    let security = roles.map(|role| SecurityRequirement::new(role.to_string(), [""; 0]));
    operation.security = Some(security.collect());
    if method == axum::http::Method::POST {
        give_examples(operation, path);
    }
    let mut kinds = vec![ProblemKind::Browser];
    if wanted.is_some() {
        use ProblemKind as P;
        kinds.extend([P::NoToken, P::WeakToken, P::TooOften, P::Unreadable, P::Busy]);
    }
    if operation.request_body.is_some() {
        use ProblemKind as P;
        kinds.extend([P::SlowBody, P::LongBody, P::NoJson, P::BadBody]);
    }
    if operation.request_body.is_some() || operation.parameters.is_some() {
        kinds.push(ProblemKind::BadRequest);
    }
    if method == axum::http::Method::POST {
        kinds.extend([ProblemKind::SlowBody, ProblemKind::LongBody]);
    }
    match path {
        "/v1/measures/{number}" => kinds.push(ProblemKind::NoMeasure),
        "/v1/incidents/{number}" => kinds.push(ProblemKind::NoIncident),
        _ => {}
    }
    for kind in kinds {
        let status = kind.status().to_string();
        operation.responses.responses.insert(status, RefOr::T(answer(kind)));
    }
}

/// Adds the examples of a `POST`: of what is sent, and of the answer.
fn give_examples(operation: &mut Operation, path: &str) {
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        give_example(body.content.values_mut(), examples::request(path).as_ref());
    }
    if let Some(RefOr::T(answer)) = operation.responses.responses.get_mut("200") {
        give_example(answer.content.values_mut(), examples::answer(path).as_ref());
    }
}

fn give_example<'a>(of: impl Iterator<Item = &'a mut RefOr<Content>>, example: Option<&Value>) {
    for content in of {
        if let RefOr::T(content) = content {
            content.example = example.cloned();
        }
    }
}

/// The answer with a problem's status.
fn answer(kind: ProblemKind) -> utoipa::openapi::Response {
    let status = kind.status();
    let same = ProblemKind::ALL.iter().filter(|it| it.status() == status);
    let titles: Vec<_> = same.map(|it| format!("{} (`{}`)", it.title(), it.code())).collect();
    let example = serde_json::to_value(kind.told(kind.title())).expect("a problem is JSON");
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(Problem::name())))
        .example(Some(example));
    let mut answer = ResponseBuilder::new()
        .description(titles.join("; "))
        .content(PROBLEM_JSON, content.build());
    if matches!(status, 429 | 503) {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        let after = HeaderBuilder::new().schema(Some(seconds.build()));
        let after = after.description(Some("After how many seconds to try again."));
        answer = answer.header("Retry-After", after.build());
    }
    if status == 401 {
        let text = ObjectBuilder::new().schema_type(Type::String).build();
        let challenge = HeaderBuilder::new().schema(Some(text));
        let challenge = challenge.description(Some("The challenge of RFC 6750."));
        answer = answer.header("WWW-Authenticate", challenge.build());
    }
    answer.build()
}
