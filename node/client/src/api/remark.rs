//! Remarks, as a node reports them.

use nemcon_crypto::Digest;
use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema;

/// A party's statement on a measure, such as for the minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemarkView {
    /// The code of the party whose statement it is.
    #[schema(value_type = schema::Code)]
    pub code: Code,
    /// The remark's sort, in a word of the charter.
    pub sort: String,
    /// The remark's text, a line a paragraph. A long text is cut and ends with `…`, and of many remarks
    /// the last ones are without text; the record has all of it.
    pub text: Vec<String>,
    /// The digest of the remark's text, if the text stays off the ledger.
    #[schema(value_type = Option<schema::Digest>)]
    pub digest: Option<Digest>,
    /// Whether the party makes the remark public with the act.
    pub public: bool,
    /// The time of the block that ordered the remark.
    #[schema(value_type = schema::Time)]
    pub time: Time,
    /// The leaf index of the remark in the log.
    pub leaf: u64,
}
