//! Words that others wrote, as a terminal may show them.

/// How much of foreign words a fault repeats, in characters.
const SHOWN_MAX: usize = 100;

/// Foreign words for a terminal: in quotes, nothing that steers it, and no more than fits a line.
pub fn shown(text: &str) -> String {
    let cut: String = text.chars().take(SHOWN_MAX).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{cut:?}{more}")
}
