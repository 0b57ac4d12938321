//! What is wrong with a TOML file, in plain words: the line, the field, what it holds, and
//! what is wanted.

use core::fmt::{self, Write as _};
use core::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// How alike a misspelled field and a known one must be, so that the message names the known one.
const ALIKE_MIN: usize = 2;
/// The greatest number of known fields that a message lists if none is alike.
const LISTED_MAX: usize = 12;

/// The place where a file has not the form that it must have, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    line: Option<usize>,
    words: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.words),
            None => f.write_str(&self.words),
        }
    }
}

impl Misfit {
    /// Explains the parser's `error` about `text`.
    pub(crate) fn of(text: &str, error: &toml::de::Error) -> Self {
        let Ok(document) = DeTable::parse(text) else { return Self::of_syntax(text, error) };
        let nodes = nodes(&document);
        let span = error.span().unwrap_or_default();
        let (found, span) = place(&nodes, &span, error.message(), text);
        let words = explained(error.message(), text.get(span.clone()).unwrap_or_default(), &found);
        // If the file as a whole lacks a field, no line can be named.
        let is_whole = span.is_empty() && found.is_empty();
        let line = (!is_whole).then(|| line_of(text, span.start));
        Self { line, words }
    }

    /// Explains an error of the TOML grammar.
    fn of_syntax(text: &str, error: &toml::de::Error) -> Self {
        let at = error.span().unwrap_or_default().start;
        let line = line_of(text, at);
        let source = text.lines().nth(line - 1).unwrap_or_default().trim();
        let message = error.message();
        let words = match message {
            "duplicate key" => {
                let key = text.get(error.span().unwrap_or_default()).unwrap_or_default();
                format!("`{key}` stands twice")
            }
            _ if source.is_empty() => message.to_owned(),
            _ => format!("{message}: {source}"),
        };
        Self { line: Some(line), words }
    }

    /// The line of `field` in `text`, counted from 1. The field is a name, or a name with a place
    /// in a list: `documents[1]`.
    pub(crate) fn line_of_field(text: &str, field: &str) -> Option<usize> {
        let document = DeTable::parse(text).ok()?;
        let found = nodes(&document).into_iter().find(|(path, _)| path == field)?;
        Some(line_of(text, found.1.start))
    }
}

fn line_of(text: &str, at: usize) -> usize {
    let before = text.get(..at.min(text.len())).unwrap_or(text);
    before.matches('\n').count() + 1
}

type Node = (String, Range<usize>);

fn nodes(document: &Spanned<DeTable<'_>>) -> Vec<Node> {
    let mut nodes = Vec::new();
    collect(document.get_ref(), "", &mut nodes);
    nodes
}

/// The innermost field around `span`, with the span of its value. For a value within a list the
/// parser gives the span of the whole list. The value is then found as the one that the message
/// repeats, or as an empty one.
fn place(nodes: &[Node], span: &Range<usize>, message: &str, text: &str) -> Node {
    let within = |outer: &Range<usize>, inner: &Range<usize>| {
        outer.start <= inner.start && inner.end <= outer.end
    };
    if span.is_empty() {
        return (String::new(), span.clone());
    }
    let is_said = |it: &Range<usize>| {
        let there = text.get(it.clone()).unwrap_or_default();
        is_empty(there) || (there.starts_with('"') && message.starts_with(&format!("{there}:")))
    };
    let mut inner = nodes.iter().filter(|(_, it)| within(span, it) && is_said(it));
    let says_wants = message.contains("wants ") || message.starts_with('"');
    if says_wants && let Some(node) = inner.next() {
        return node.clone();
    }
    let outer = nodes.iter().filter(|(_, it)| within(it, span));
    let nearest = outer.min_by_key(|(path, it)| (it.len(), core::cmp::Reverse(path.len())));
    nearest.map_or((String::new(), span.clone()), |(path, _)| (path.clone(), span.clone()))
}

fn is_empty(there: &str) -> bool {
    matches!(there, "\"\"" | "''")
}

/// Collects the path of every field, once with the span of its key and once with that of its value.
fn collect(table: &DeTable<'_>, path: &str, nodes: &mut Vec<Node>) {
    for (key, value) in table {
        let dot = if path.is_empty() { "" } else { "." };
        let path = format!("{path}{dot}{}", key.get_ref());
        nodes.push((path.clone(), key.span()));
        collect_value(value, &path, nodes);
    }
}

fn collect_value(value: &Spanned<DeValue<'_>>, path: &str, nodes: &mut Vec<Node>) {
    nodes.push((path.to_owned(), value.span()));
    match value.get_ref() {
        DeValue::Table(table) => collect(table, path, nodes),
        DeValue::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                collect_value(item, &format!("{path}[{}]", at + 1), nodes);
            }
        }
        _ => {}
    }
}

/// The parser's message in plain words. `there` is the text of the file at the place of the error.
fn explained(message: &str, there: &str, field: &str) -> String {
    if let Some((name, known)) = parted(message, "unknown field `") {
        return unknown_field(name, known, field);
    }
    if let Some(name) = message.strip_prefix("missing field `").and_then(|it| it.strip_suffix('`'))
    {
        let within = if field.is_empty() { String::new() } else { format!(" in `{field}`") };
        return format!("`{name}` is missing{within}");
    }
    if let Some((name, known)) = parted(message, "unknown variant `") {
        return format!("`{field}` is {name:?}, and wants one of: {}", names(known).join(", "));
    }
    if is_empty(there) {
        let wants = message.split_once("wants ").map_or("", |(_, wants)| wants);
        let wants = if wants.is_empty() { String::new() } else { format!("; it wants {wants}") };
        return format!("`{field}` is empty: fill it in{wants}");
    }
    let typed = message.strip_prefix("invalid type: ");
    if let Some((found, wanted)) = typed.and_then(|it| it.rsplit_once(", expected ")) {
        return format!("`{field}` is {}, and wants {}", said(found, there), asked(wanted));
    }
    let valued = message.strip_prefix("invalid value: ");
    if let Some((found, wanted)) = valued.and_then(|it| it.rsplit_once(", expected ")) {
        return format!("`{field}` is {}, and wants {}", said(found, there), asked(wanted));
    }
    if field.is_empty() { message.to_owned() } else { format!("`{field}`: {message}") }
}

/// Parses "unknown field `X`, expected ...": the name X, and what was expected.
fn parted<'a>(message: &'a str, before: &str) -> Option<(&'a str, &'a str)> {
    message.strip_prefix(before)?.split_once('`')
}

/// The names in a list such as "expected one of `a`, `b`".
fn names(list: &str) -> Vec<&str> {
    list.split('`').skip(1).step_by(2).collect()
}

fn unknown_field(name: &str, known: &str, field: &str) -> String {
    let known = names(known);
    let mut words = format!("there is no field `{name}`");
    if let Some((table, _)) = field.rsplit_once('.') {
        let _ = write!(words, " in `{table}`");
    }
    let distance = |other: &&&str| strsim::damerau_levenshtein(name, other);
    let nearest = known.iter().min_by_key(distance);
    let near = nearest.filter(|other| distance(other) <= ALIKE_MIN.max(name.len() / 3));
    match near {
        Some(other) => {
            let _ = write!(words, "; is `{other}` meant?");
        }
        None if known.len() <= LISTED_MAX => {
            let _ = write!(words, "; there are: {}", known.join(", "));
        }
        None => {}
    }
    words
}

/// What the file holds at the place of the error, in words.
fn said(found: &str, there: &str) -> String {
    let is_date = there.len() >= 10
        && there.as_bytes()[0].is_ascii_digit()
        && there.as_bytes().get(4) == Some(&b'-');
    if found == "map" && is_date {
        return "a date without quotes".to_owned();
    }
    match found.split_once(' ') {
        Some(("string", text)) => format!("the text {text}"),
        Some(("integer" | "floating", number)) => {
            format!("the number {}", number.split('`').nth(1).unwrap_or(number))
        }
        Some(("boolean", value)) => format!("{value} without quotes"),
        _ => match found {
            "map" => "a table".to_owned(),
            "sequence" => "a list".to_owned(),
            other => other.to_owned(),
        },
    }
}

/// What is wanted there, in words.
fn asked(wanted: &str) -> &str {
    match wanted {
        "a string" => "text in quotes",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "a sequence" => "a list, in [ ]",
        "a boolean" => "`true` or `false`",
        "a map" => "a table, in { }",
        other if other.starts_with("struct ") => "a table, in { }",
        other => other.strip_prefix("wants ").unwrap_or(other),
    }
}

#[cfg(test)]
mod tests {
    use crate::draft::Draft;
    use crate::founding::Plan;

    use super::*;

    fn said_of<T: serde::de::DeserializeOwned + core::fmt::Debug>(text: &str) -> String {
        Misfit::of(text, &toml::from_str::<T>(text).unwrap_err()).to_string()
    }

    const HEAD: &str = "title = \"A\"\nkind = \"listing\"\n";

    /// Lines that do not fit into a draft, each with the message about it.
    const LINES: [(&str, &str); 12] = [
        ("titel = \"x\"", "line 3: there is no field `titel`; is `title` meant?"),
        ("incident = [1]", "line 3: there is no field `incident`; is `incidents` meant?"),
        (
            "basis = \"Article 1\"",
            "line 3: `basis` is the text \"Article 1\", and wants a list, in [ ]",
        ),
        ("basis = [\n\"a\",\n7]", "line 5: `basis[2]` is the number 7, and wants text in quotes"),
        ("summary = [\"\"]", "line 3: `summary[1]` is empty: fill it in; it wants a line of text"),
        ("rule = \"\"", "line 3: `rule` is empty: fill it in; it wants a label"),
        ("rule = \"A B\"", "line 3: `rule`: \"A B\": wants a label: 1 to 40 lowercase letters"),
        ("incidents = [-1]", "line 3: `incidents[1]` is the number -1, and wants a whole number"),
        ("incidents = [1.5]", "line 3: `incidents[1]` is the number 1.5, and wants a whole number"),
        ("targets = { person = \"6\" }", "line 3: `targets.person` is the text \"6\", and wants"),
        ("targets = [3]", "line 3: `targets` is a list, and wants"),
        (
            "initiative = 2027-01-01",
            "line 3: `initiative` is a date without quotes, and wants text",
        ),
    ];

    /// Tables that do not fit into a draft, each with the message about it.
    const TABLES: [(&str, &str); 8] = [
        (
            "documents = [\"annex.pdf\"]",
            "line 3: `documents[1]` is the text \"annex.pdf\", and wants a document",
        ),
        ("documents = { file = \"a\" }", "line 3: `documents` is a table, and wants a list"),
        (
            "[[documents]]\nfil = \"a\"",
            "line 4: there is no field `fil` in `documents[1]`; is `file` meant?",
        ),
        (
            "predecessor = 4",
            "line 3: `predecessor` is the number 4, and wants a measure before this one",
        ),
        (
            "predecessor = { relation = \"changes\", measure = 4 }",
            "`predecessor.relation` is \"changes\", and wants one of: renews, amends, repeals",
        ),
        (
            "predecessor = { relation = \"amends\" }",
            "line 3: `measure` is missing in `predecessor`",
        ),
        (
            "target = [{ sort = \"person\", who = \"\" }]",
            "line 3: `target[1].who` is empty: fill it in",
        ),
        ("kind = \"renewal\"", "line 3: `kind` stands twice"),
    ];

    #[test]
    fn what_does_not_fit_in_a_draft_is_said_with_its_line_and_field() {
        for (add, says) in LINES.into_iter().chain(TABLES) {
            let said = said_of::<Draft>(&format!("{HEAD}{add}"));
            assert!(said.contains(says), "wanted: {says}\nsaid:   {said}");
            assert!(!said.contains("struct") && !said.contains("expected"), "{said}");
        }
        let said = said_of::<Draft>("kind = \"listing\"");
        assert_eq!(said, "`title` is missing");
    }

    #[test]
    fn a_file_that_is_no_toml_is_said_with_its_line() {
        for (text, line) in
            [("title = “A”", 1), ("title = \"A\"\nkind: \"x\"", 2), ("title = \"A\"\nk = [", 2)]
        {
            let said = said_of::<Draft>(text);
            assert!(said.starts_with(&format!("line {line}: ")), "{said}");
        }
    }

    #[test]
    fn plans_say_it_too() {
        let said = said_of::<Plan>("origin = \"a\"\ncharter = \"c\"\n[[member]]\ncode = \"AA\"\n");
        assert_eq!(said, "line 3: `name` is missing in `member[1]`");
        let said = said_of::<Plan>("origin = \"\"\ncharter = \"c\"\n");
        assert!(
            said.starts_with("line 1: `origin` is empty: fill it in; it wants an origin"),
            "{said}"
        );
    }

    #[test]
    fn a_fields_line_is_found() {
        let text = format!("{HEAD}\n[[documents]]\nfile = \"a\"\n\n[[documents]]\nfile = \"b\"\n");
        let line = |field| Misfit::line_of_field(&text, field);
        assert_eq!(
            (line("kind"), line("documents[2]"), line("documents[2].file")),
            (Some(2), Some(7), Some(8))
        );
        assert_eq!(line("closes"), None);
    }
}
