//! What minutes say, before it is written in a format: words of people apart from markup.

use core::fmt::Display;

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
