//! What is said to a party in none of the roles that may do something to a measure.

use crate::record::charter::{ROLE_MEMBER, ROLE_PROPOSER};
use crate::text::{Code, Label};

/// A party would do to a measure what the charter lets others do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{by} may not {act} measure {measure}, which {proposer} tabled; the charter lets {}",
    who(may)
)]
pub struct NotInRole {
    /// The party that made the statement.
    pub by: Code,
    /// `extend`, `close`, `attest`, `make a remark on`.
    pub act: &'static str,
    /// The number of the measure.
    pub measure: u64,
    /// Who tabled it.
    pub proposer: Code,
    /// The roles to which the charter gives it.
    pub may: Vec<Label>,
}

/// Roles in words: `whoever tabled it, every member, the chair`.
pub(super) fn who(may: &[Label]) -> String {
    let word = |role: &Label| match role.as_str() {
        ROLE_MEMBER => "every member".to_owned(),
        ROLE_PROPOSER => "whoever tabled it".to_owned(),
        role => format!("the {role}"),
    };
    let words: Vec<_> = may.iter().map(word).collect();
    if words.is_empty() { "nobody".to_owned() } else { words.join(", ") }
}
