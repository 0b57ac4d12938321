//! What each refusal stands on: the rule, where it comes from, the way out.

/// One row: a refusal's code with the rule behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Law {
    /// The refusal's stable name.
    pub code: &'static str,
    /// The matter: a section of `docs/law.md`, and the key of the charter's own source for it.
    pub topic: &'static str,
    /// The rule in a sentence.
    pub rule: &'static str,
    /// The next step for the person who was refused.
    pub way_out: &'static str,
}

/// One row of the law.
pub(super) const fn law(
    code: &'static str,
    topic: &'static str,
    rule: &'static str,
    way_out: &'static str,
) -> Law {
    Law { code, topic, rule, way_out }
}
