//! Where a rule of the council's law comes from.

use nemcon_ledger::record::Charter;

/// Where the law on a topic comes from: what the charter names, or else this ledger's own rules.
pub fn source_of(topic: &str, charter: Option<&Charter>) -> String {
    match charter.and_then(|charter| charter.source(topic)) {
        Some(source) => source.to_string(),
        None => format!("the ledger's own rules: docs/law.md, {topic}"),
    }
}
