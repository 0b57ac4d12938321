//! Minutes as Markdown: a heading for each act, then facts one a line, then texts and tables.

use core::fmt::Write as _;

use super::noted::Minute;
use super::paper::{Heading, Paper};
use super::plain::{paragraph, plain};
use super::said::{Act, Part, Piece, Said};

/// Writes the minutes of one act, or of all acts of a month.
pub fn markdown(heading: &Heading, minutes: &[Minute]) -> String {
    let paper = Paper::of(heading, minutes);
    let mut text = format!("# {}\n", plain(&paper.title()));
    // In the minutes of one act the marking stands with the act.
    if let (Some(marking), false) = (&paper.marking, paper.subject.is_empty()) {
        let _ = write!(text, "\nMarking: {}\n", plain(marking));
    }
    if let Some(empty) = &paper.empty {
        let _ = write!(text, "\n{}\n", plain(empty));
    }
    if let Some(overview) = &paper.overview {
        text.push_str(&part(overview, "##"));
    }
    for group in &paper.groups {
        let mut level = "##";
        if let Some(title) = group.title {
            let _ = write!(text, "\n## {title}\n");
            level = "###";
        }
        for it in &group.acts {
            text.push_str(&act(it, level));
        }
    }
    text
}

/// An act, with its heading at this level.
fn act(act: &Act, level: &str) -> String {
    let mut text = format!("\n{level} {}\n\n", plain(&act.title));
    if let Some(marking) = &act.marking {
        let _ = writeln!(text, "- Marking: {}", plain(marking));
    }
    for (what, said) in &act.facts {
        let _ = writeln!(text, "- {what}: {}", line(said));
    }
    for it in &act.parts {
        text.push_str(&part(it, &format!("{level}#")));
    }
    text
}

fn part(part: &Part, level: &str) -> String {
    let mut text = String::new();
    match part {
        Part::Text(title, paragraphs) => {
            let _ = write!(text, "\n{level} {title}\n");
            for it in paragraphs {
                let _ = write!(text, "\n{}\n", paragraph(it));
            }
        }
        Part::List(title, items) => {
            let _ = write!(text, "\n{level} {title}\n\n");
            for said in items {
                let _ = writeln!(text, "- {}", line(said));
            }
        }
        Part::Table(title, columns, rows) => {
            let rule = "|---".repeat(columns.len());
            let _ = write!(text, "\n{level} {title}\n\n| {} |\n{rule}|\n", columns.join(" | "));
            for row in rows {
                let cells: Vec<_> = row.iter().map(line).collect();
                let _ = writeln!(text, "| {} |", cells.join(" | "));
            }
        }
        Part::Note(note) => {
            let _ = write!(text, "\n{note}\n");
        }
    }
    text
}

fn line(said: &Said) -> String {
    let written = |piece: &Piece| match piece {
        Piece::Words(words) => plain(words),
        // Digests and commitments have no accent that could end the code early.
        Piece::Exact(exact) => format!("`{}`", exact.replace('`', "")),
    };
    said.iter().map(written).collect()
}
