//! What was found of one part, and what to do.

use core::fmt::Display;

use nemcon_ledger::text::Code;
use serde::Serialize;

/// What a finding amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is as it should be.
    Ok,
    /// It cannot be told, here and now.
    Untold,
    /// The node works, and somebody should see to this.
    Warning,
    /// The node does not work, or not for long.
    Wrong,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The stable name of the part.
    pub check: &'static str,
    /// The member whose node the finding is about, where it is about one of many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Code>,
    /// What it amounts to.
    pub verdict: Verdict,
    /// What was found.
    pub says: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl Finding {
    pub(super) fn ok(check: &'static str, says: impl Display) -> Self {
        Self { check, about: None, verdict: Verdict::Ok, says: says.to_string(), next: None }
    }

    pub(super) fn untold(check: &'static str, says: impl Display) -> Self {
        Self { verdict: Verdict::Untold, ..Self::ok(check, says) }
    }

    pub(super) fn warning(check: &'static str, says: impl Display, next: impl Display) -> Self {
        let next = Some(next.to_string());
        Self { verdict: Verdict::Warning, next, ..Self::ok(check, says) }
    }

    pub(super) fn wrong(check: &'static str, says: impl Display, next: impl Display) -> Self {
        let next = Some(next.to_string());
        Self { verdict: Verdict::Wrong, next, ..Self::ok(check, says) }
    }

    pub(super) fn about(self, code: &Code) -> Self {
        Self { about: Some(code.clone()), ..self }
    }
}
