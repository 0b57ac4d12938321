//! What minutes say, before it is written in a format: words of people apart from markup.

use core::fmt::Display;

use super::Minute;

/// A piece of what is said. No piece is markup: each format escapes both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Words.
    Words(String),
    /// A digest or a commitment, which is compared letter by letter.
    Exact(String),
}

/// What is said of one thing, in a line.
pub(super) type Said = Vec<Piece>;

/// Words.
pub(super) fn words(words: impl Display) -> Piece {
    Piece::Words(words.to_string())
}

/// A digest or a commitment.
pub(super) fn exact(digest: impl Display) -> Piece {
    Piece::Exact(digest.to_string())
}

/// An act in the minutes.
#[derive(Debug)]
pub(super) struct Act {
    /// The measure's number and title: `1. Decision`.
    pub(super) title: String,
    /// How the act is marked.
    pub(super) marking: Option<String>,
    /// What is said of the act, one thing a line, each with what it is.
    pub(super) facts: Vec<(&'static str, Said)>,
    /// The parts below, in order.
    pub(super) parts: Vec<Part>,
}

/// A part of what is said of an act.
#[derive(Debug)]
pub(super) enum Part {
    /// A text in paragraphs.
    Text(&'static str, Vec<String>),
    /// A list.
    List(&'static str, Vec<Said>),
    /// A table, with the names of its columns. The first cell of a row says what the row is about.
    Table(&'static str, &'static [&'static str], Vec<Vec<Said>>),
    /// A sentence of this program's.
    Note(&'static str),
}

/// Acts under a heading of their own.
#[derive(Debug)]
pub(super) struct Group {
    /// The heading; none where there is one group alone.
    pub(super) title: Option<&'static str>,
    /// The acts.
    pub(super) acts: Vec<Act>,
}

/// All that one file of minutes says.
#[derive(Debug)]
pub(super) struct Paper {
    /// The council's name.
    pub(super) council: String,
    /// What the paper is, after the council's name; empty for the minutes of one act.
    pub(super) subject: String,
    /// How the paper is marked: as an act in it is.
    pub(super) marking: Option<String>,
    /// That there is nothing to say.
    pub(super) empty: Option<String>,
    /// The acts of a month at one glance.
    pub(super) overview: Option<Part>,
    /// The acts.
    pub(super) groups: Vec<Group>,
}

/// What the minutes are of.
#[derive(Clone, Debug)]
pub struct Heading {
    /// The council's name.
    pub council: String,
    /// The month whose acts are summed up; none for the minutes of one act.
    pub month: Option<super::Month>,
    /// The procedure by which the acts were decided, if only those are summed up.
    pub procedure: Option<String>,
}

impl Paper {
    /// The paper under this heading.
    pub(super) fn of(heading: &Heading, minutes: &[Minute]) -> Self {
        let council = heading.council.clone();
        let marking = minutes.iter().find_map(|minute| minute.marking.clone());
        let (decided, over): (Vec<_>, Vec<_>) =
            minutes.iter().partition(|minute| minute.status.is_decided());
        let acts = |of: &[&Minute]| of.iter().map(|minute| super::content::act(minute)).collect();
        let Some(month) = &heading.month else {
            let empty = minutes.is_empty().then(|| "Nothing of this measure is public.".to_owned());
            let groups =
                vec![Group { title: None, acts: acts(&minutes.iter().collect::<Vec<_>>()) }];
            let subject = String::new();
            return Self { council, subject, marking, empty, overview: None, groups };
        };
        let by = heading.procedure.as_ref();
        let by = by.map(|name| format!(" by the procedure {name}")).unwrap_or_default();
        let when = month.name();
        let mut groups = Vec::new();
        for (title, of) in [("Decided", &decided), ("Lapsed or withdrawn", &over)] {
            if !of.is_empty() {
                groups.push(Group { title: Some(title), acts: acts(of) });
            }
        }
        Self {
            council,
            subject: format!("acts decided{by} in {when} (UTC)"),
            marking,
            empty: decided.is_empty().then(|| format!("No act was decided{by} in {when}.")),
            overview: (!minutes.is_empty()).then(|| super::content::overview(minutes)),
            groups,
        }
    }

    /// The paper's title in one line.
    pub(super) fn title(&self) -> String {
        if self.subject.is_empty() {
            return self.council.clone();
        }
        format!("{}: {}", self.council, self.subject)
    }
}
