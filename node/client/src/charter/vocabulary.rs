//! The words that a charter knows, in plain sentences: restrictions, procedures, bases, references, incidents.

use core::fmt::{Display, Write as _};

use nemcon_ledger::record::Charter;
use nemcon_ledger::record::charter::{Procedure, ReferenceKind, Restriction};

/// The words, each sort in a sentence.
pub(super) fn vocabulary(charter: &Charter) -> String {
    let mut words = String::new();
    if !charter.applies.is_empty() {
        let applies: Vec<_> = charter.applies.iter().map(applying).collect();
        let _ = writeln!(words, "To targets may apply: {}.", list(&applies));
    }
    if !charter.procedures.is_empty() {
        let names: Vec<_> = charter.procedures.iter().map(proceeding).collect();
        let _ = writeln!(words, "Procedures: {}.", list(&names));
    }
    if let Some(zone) = &charter.zone {
        let _ = writeln!(
            words,
            "Before signing, on a measure's page and in minutes its deadline is shown in UTC, which decides, and \
             by the clocks of {zone}; lists have UTC alone."
        );
    }
    if !charter.bases.is_empty() {
        let _ = writeln!(words, "A legal basis has one of these forms: {}.", list(&charter.bases));
    }
    for ReferenceKind { name, forms } in &charter.references {
        let _ = writeln!(words, "A reference `{name}` has one of these forms: {}.", list(forms));
    }
    let names: Vec<_> = charter.categories.iter().map(|category| &category.name).collect();
    if !names.is_empty() {
        let _ = writeln!(words, "Categories: {}.", list(&names));
    }
    words.push_str(&incidents(charter));
    words
}

pub(super) fn list(items: &[impl Display]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A restriction with the sorts of target that it is for: `entry-ban (to person)`.
pub fn applying(restriction: &Restriction) -> String {
    let Restriction { name, to } = restriction;
    if to.is_empty() { name.to_string() } else { format!("{name} (to {})", list(to)) }
}

/// A procedure with what it lets: `silence (tacit assent)`.
fn proceeding(procedure: &Procedure) -> String {
    let mut more: Vec<_> = procedure.tacit.then(|| "tacit assent".to_owned()).into_iter().collect();
    if !procedure.attests.is_empty() {
        more.push(format!("attested: {}", list(&procedure.attests)));
    }
    let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join("; ")) };
    format!("{}{more}", procedure.name)
}

fn incidents(charter: &Charter) -> String {
    let mut words = String::new();
    match &charter.incidents {
        None => words.push_str("Incidents are not shared.\n"),
        Some(incidents) => {
            let _ = writeln!(
                words,
                "Incidents are shared. Categories: {}. Severity by {}: {}. Findings: {}. \
                 Confidence: {}.",
                list(&incidents.categories),
                list(&incidents.factors),
                list(&incidents.levels),
                list(&incidents.findings),
                list(&incidents.confidence),
            );
        }
    }
    words
}
