//! Why a request is answered with another status than 200: problem details [RFC 9457].

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The beginning of every problem's `type`.
const TYPE_PREFIX: &str = "urn:nemcon:problem:";

/// The media type of an answer that is a problem [RFC 9457 3].
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request is not answered as it asks [RFC 9457 3.1].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// The stable name of this sort of problem: `urn:nemcon:problem:` and the code.
    #[serde(rename = "type")]
    pub sort: String,
    /// The sort of problem in words, the same each time.
    pub title: String,
    /// The HTTP status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is wrong this time.
    pub detail: String,
    /// The code of this sort of problem, such as `busy`.
    pub code: String,
}

/// Lists the sorts of problems once: variant, code, HTTP status, title.
macro_rules! problems {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal, $title:literal;)*) => {
        /// A sort of problem. `docs/http.md` lists them all.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ProblemKind {
            $($(#[$doc])* $variant,)*
        }

        impl ProblemKind {
            /// All sorts.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self {
                    $(Self::$variant => $status,)*
                }
            }

            /// The title.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)*
                }
            }
        }
    };
}

problems! {
    /// The query, a number or a code in the path, or the body's JSON does not parse.
    BadRequest = "bad-request", 400, "The request is not what the route takes";
    /// The request shows no token.
    NoToken = "no-token", 401, "No token was given";
    /// The node does not know the token.
    UnknownToken = "unknown-token", 401, "The token is not known";
    /// The token's role does not suffice, or the token is for another party's statements alone.
    WeakToken = "weak-token", 403, "The token does not suffice";
    /// A browser sent the request, or it names a host that this node is not.
    Browser = "browser", 403, "Browsers and other hosts are not answered";
    /// The statement is not of the party that the token is for.
    OtherParty = "other-party", 403, "The token is for another party";
    /// There is no such route.
    NoRoute = "no-route", 404, "There is no such route";
    /// There is no measure of this number.
    NoMeasure = "no-measure", 404, "There is no such measure";
    /// There is no incident of this number.
    NoIncident = "no-incident", 404, "There is no such incident";
    /// The route is not asked by this method.
    NoMethod = "no-method", 405, "The route is not asked by this method";
    /// The body did not come in time.
    SlowBody = "slow-body", 408, "The body did not come in time";
    /// The body is longer than the route takes.
    LongBody = "long-body", 413, "The body is too long";
    /// The body is not marked as JSON.
    NoJson = "no-json", 415, "The body is not marked as JSON";
    /// The body is JSON, and not of the form that the route takes.
    BadBody = "bad-body", 422, "The body has another form";
    /// The token has asked more often than a token may.
    TooOften = "too-often", 429, "The token asks too often";
    /// The journal cannot be read.
    Unreadable = "unreadable", 500, "The journal cannot be read";
    /// The node has as many requests, bodies or streams under way as it takes.
    Busy = "busy", 503, "The node is busy";
    /// The node is stopping.
    Stopping = "stopping", 503, "The node is stopping";
    /// The request needs the index, which is off.
    IndexOff = "index-off", 503, "The index is off";
}

impl ProblemKind {
    /// The problem of this sort, with what is wrong this time.
    pub fn told(self, detail: impl Into<String>) -> Problem {
        Problem {
            sort: format!("{TYPE_PREFIX}{}", self.code()),
            title: self.title().to_owned(),
            status: self.status(),
            detail: detail.into(),
            code: self.code().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_has_a_code_of_its_own_and_says_so_in_json() {
        for (at, kind) in ProblemKind::ALL.iter().enumerate() {
            assert!(ProblemKind::ALL[..at].iter().all(|other| other.code() != kind.code()));
            let json = serde_json::to_value(kind.told("why")).unwrap();
            assert_eq!(json["type"], format!("urn:nemcon:problem:{}", kind.code()));
            assert_eq!(json["status"], kind.status());
            assert_eq!(json["detail"], "why");
            assert!((400..600).contains(&kind.status()));
        }
    }
}
