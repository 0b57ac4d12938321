//! The source of a rule of the council's law.

use nemcon_ledger::record::Charter;

/// The source of the law on a topic: what the charter names, or this ledger's own rules.
pub fn source_of(topic: &str, charter: Option<&Charter>) -> String {
    match charter.and_then(|charter| charter.source(topic)) {
        Some(source) => source.to_string(),
        None => format!("the ledger's own rules: docs/law.md, {topic}"),
    }
}
