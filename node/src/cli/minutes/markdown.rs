//! Minutes as Markdown.

use core::fmt::Write as _;

use nemcon_ledger::council::join;

use super::{Minute, Signed};

/// The minutes of one act, or of a month.
pub(super) fn write(council: &str, month: Option<&str>, minutes: &[Minute]) -> String {
    let mut text = match month {
        Some(month) => format!("# {}: acts that ended in {month}\n", plain(council)),
        None => format!("# {}\n", plain(council)),
    };
    if minutes.is_empty() {
        text.push_str("\nNone.\n");
    }
    for minute in minutes {
        text.push_str(&act(minute));
    }
    text
}

fn act(minute: &Minute) -> String {
    let mut text = format!("\n## {}. {}\n\n", minute.number, plain(&minute.act));
    let source = minute.source.as_ref().map(|source| format!(" ({})", plain(source)));
    let mut line = |what: &str, said: &str| {
        let _ = writeln!(text, "- {what}: {said}");
    };
    line("Kind", &plain(&minute.kind));
    line("Rule", &format!("{}{}", plain(&minute.rule), source.unwrap_or_default()));
    let (proposer, revision) = (&minute.proposer, minute.revision);
    line("Tabled", &format!("by {proposer} at {}; text REV {revision}", minute.tabled));
    line("Text hash", &format!("`{}`", minute.text_hash));
    let reason = minute.reason.as_ref().map(|why| format!(": {}", plain(why))).unwrap_or_default();
    line("Outcome", &format!("{}{reason}", plain(&minute.status)));
    if let (Some(ended), Some(days)) = (minute.ended, &minute.days) {
        // A withdrawal derives no record: no seal makes it final.
        let sealed = match (minute.is_final, minute.status.as_str()) {
            (true, _) => "; sealed by all, final",
            (false, "withdrawn") => "",
            (false, _) => "; not yet sealed by all",
        };
        line("Ended", &format!("{ended}, {days} days after tabling{sealed}"));
    }
    if let Some(force) = &minute.force {
        line("Since then", &plain(force));
    }
    if !minute.package.is_empty() {
        let numbers: Vec<_> = minute.package.iter().map(u64::to_string).collect();
        line("Package", &format!("measures {}", numbers.join(", ")));
    }
    if !minute.missing.is_empty() {
        line("Not signed", &join(&minute.missing));
    }
    for out in &minute.not_entitled {
        line("Not entitled", &format!("{}: {}", out.code, plain(&out.why)));
    }
    for it in &minute.reservations {
        let why = it.reason.as_ref().map(|why| format!(": {}", plain(why)));
        let why = why.or_else(|| it.digest.map(|digest| format!(": text kept as `{digest}`")));
        line("Reservation", &format!("{} of {}{}", it.sort, it.code, why.unwrap_or_default()));
    }
    for it in &minute.attestations {
        let at = it.reference.as_ref().map(|at| format!(", {}", plain(at))).unwrap_or_default();
        line("Attested", &format!("{} by {} at {}{at}", it.attests, it.code, it.time));
    }
    text.push_str("\n| member | position | signed at | record | how |\n|---|---|---|---|---|\n");
    minute.signed.iter().for_each(|signed| text.push_str(&row(signed)));
    text
}

fn row(signed: &Signed) -> String {
    let mut how = Vec::new();
    if let Some(by) = &signed.by {
        how.push(format!("by {by} under its mandate"));
    }
    if signed.tacit {
        how.push("by a standing instruction".to_owned());
    }
    if let Some(digest) = &signed.declaration {
        how.push(format!("declaration `{digest}`"));
    }
    let time = signed.time.map(|time| time.to_string()).unwrap_or_default();
    let record = signed.record.map(|record| record.to_string()).unwrap_or_default();
    let (code, name) = (&signed.code, plain(&signed.name));
    format!("| {code} {name} | {} | {time} | {record} | {} |\n", signed.position, how.join("; "))
}

/// Words that Markdown takes for nothing but words.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '&' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_words_and_no_markup() {
        assert_eq!(plain("a|b <script> [x](y) _z_"), "a\\|b \\<script\\> \\[x\\](y) \\_z\\_");
    }
}
