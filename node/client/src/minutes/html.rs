//! Minutes as one HTML file that needs nothing else: no script, no network, and a style for print.

use super::noted::Minute;
use super::paper::{Heading, Paper};
use super::said::{Act, Part, Piece, Said};
use crate::html::{Html, document};

/// The elements of a heading at some level, and of those below it.
type Levels = &'static [&'static str];

/// The levels of an act's headings: its own, and that of its parts.
const OF_ONE: Levels = &["h2", "h3"];
/// The same in a group of acts.
const OF_GROUP: Levels = &["h3", "h4"];

/// Writes the minutes of one act, or of all acts of a month.
pub fn html(heading: &Heading, minutes: &[Minute]) -> String {
    let paper = Paper::of(heading, minutes);
    document(&title(&paper), paper.marking.as_deref(), |html| {
        html.element("header", |html| opening(html, &paper));
        html.element("main", |html| body(html, &paper));
    })
}

/// The title of the file: that of the act, if the paper is about one act.
fn title(paper: &Paper) -> String {
    match paper.groups.first().and_then(|group| group.acts.first()) {
        Some(act) if paper.subject.is_empty() => format!("{}: {}", paper.council, act.title),
        _ => paper.title(),
    }
}

fn opening(html: &mut Html, paper: &Paper) {
    if let Some(marking) = &paper.marking {
        html.with("p", &[("class", "marking")], |html| html.words(marking));
    }
    html.line("h1", &paper.council);
    let subject = if paper.subject.is_empty() { "minutes" } else { &paper.subject };
    html.with("p", &[("class", "subject")], |html| html.words(&capital(subject)));
}

fn body(html: &mut Html, paper: &Paper) {
    if let Some(empty) = &paper.empty {
        html.line("p", empty);
    }
    if let Some(overview) = &paper.overview {
        html.element("section", |html| part(html, overview, "h2"));
    }
    for group in &paper.groups {
        if let Some(title) = group.title {
            html.line("h2", title);
        }
        let levels = if group.title.is_some() { OF_GROUP } else { OF_ONE };
        for it in &group.acts {
            html.element("article", |html| act(html, it, levels));
        }
    }
}

fn act(html: &mut Html, act: &Act, levels: Levels) {
    let [own, below] = levels else { return };
    html.line(own, &act.title);
    // The paper of one act bears its marking on top.
    if let (Some(marking), OF_GROUP) = (&act.marking, levels) {
        html.with("p", &[("class", "marking")], |html| html.words(marking));
    }
    html.with("table", &[("class", "facts")], |html| {
        html.element("tbody", |html| {
            for (what, said) in &act.facts {
                html.element("tr", |html| {
                    html.with("th", &[("scope", "row")], |html| html.words(what));
                    html.element("td", |html| line(html, said));
                });
            }
        });
    });
    for it in &act.parts {
        part(html, it, below);
    }
}

fn part(html: &mut Html, part: &Part, level: &'static str) {
    match part {
        Part::Text(title, paragraphs) => {
            html.line(level, title);
            for words in paragraphs {
                html.line("p", words);
            }
        }
        Part::List(title, items) => {
            html.line(level, title);
            html.element("ul", |html| {
                for said in items {
                    html.element("li", |html| line(html, said));
                }
            });
        }
        Part::Table(title, columns, rows) => {
            html.line(level, title);
            table(html, columns, rows);
        }
        Part::Note(note) => html.line("p", note),
    }
}

fn table(html: &mut Html, columns: &[&'static str], rows: &[Vec<Said>]) {
    html.element("table", |html| {
        html.element("thead", |html| {
            html.element("tr", |html| {
                for column in columns {
                    html.with("th", &[("scope", "col")], |html| html.words(&capital(column)));
                }
            });
        });
        html.element("tbody", |html| {
            for row in rows {
                html.element("tr", |html| {
                    let Some((first, others)) = row.split_first() else { return };
                    html.with("th", &[("scope", "row")], |html| line(html, first));
                    for said in others {
                        html.element("td", |html| line(html, said));
                    }
                });
            }
        });
    });
}

fn line(html: &mut Html, said: &Said) {
    for piece in said {
        match piece {
            Piece::Words(words) => html.words(words),
            Piece::Exact(digest) => html.exact(digest),
        }
    }
}

/// The words with a capital first letter.
fn capital(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}
