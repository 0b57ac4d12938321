//! What a request carries, read into types; what does not fit is answered as a problem.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use nemcon_client::api::{ProblemKind, REQUEST_NUMBER_MAX};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

use super::problem::problem;

/// The body as JSON.
pub(super) struct Json<T>(pub(super) T);

/// The query.
pub(super) struct Query<T>(pub(super) T);

/// The numbers and codes in the path.
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let read = axum::Json::<T>::from_request(request, state).await;
        read.map(|axum::Json(body)| Self(body)).map_err(|why| {
            let kind = match why.status() {
                StatusCode::UNSUPPORTED_MEDIA_TYPE => ProblemKind::NoJson,
                StatusCode::UNPROCESSABLE_ENTITY => ProblemKind::BadBody,
                _ => ProblemKind::BadRequest,
            };
            problem(kind, why.body_text())
        })
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let read = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        read.map(|axum::extract::Query(query)| Self(query))
            .map_err(|why| problem(ProblemKind::BadRequest, why.body_text()))
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        read.map(|axum::extract::Path(path)| Self(path))
            .map_err(|why| problem(ProblemKind::BadRequest, why.body_text()))
    }
}

/// A number of a request, at most [`REQUEST_NUMBER_MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Number(pub(super) u64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = u64::deserialize(from)?;
        let fits = number <= REQUEST_NUMBER_MAX;
        fits.then_some(Self(number)).ok_or_else(|| D::Error::custom("the number is above 2^53 - 1"))
    }
}
