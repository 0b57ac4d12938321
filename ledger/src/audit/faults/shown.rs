//! Words that others wrote, as a terminal may show them.

/// How many characters of another party's words a fault repeats.
const SHOWN_MAX: usize = 100;

/// The words in quotes, with control characters escaped, cut to `SHOWN_MAX` characters.
pub fn shown(text: &str) -> String {
    let cut: String = text.chars().take(SHOWN_MAX).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{cut:?}{more}")
}
