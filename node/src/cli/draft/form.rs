//! A TOML file to be filled in: comments, lines that must be filled in, and lines that may be.

use core::fmt::{Display, Write as _};

/// The width of the widest comment, in characters.
const WIDTH: usize = 100;

/// A draft under construction.
#[derive(Clone, Debug, Default)]
pub(super) struct Form(String);

impl Form {
    /// A draft that begins with these comments, one a paragraph.
    pub(super) fn new(head: &[String]) -> Self {
        let mut form = Self::default();
        for (at, words) in head.iter().enumerate() {
            if at > 0 {
                form.0.push_str("#\n");
            }
            form.comment(words);
        }
        form
    }

    /// Adds a comment, folded to the width.
    fn comment(&mut self, words: &str) {
        for paragraph in words.lines() {
            let mut line = "#".to_owned();
            for word in paragraph.split(' ') {
                if line.len() > 1 && line.chars().count() + 1 + word.chars().count() > WIDTH {
                    let _ = writeln!(self.0, "{line}");
                    "#".clone_into(&mut line);
                }
                let _ = write!(line, " {word}");
            }
            let _ = writeln!(self.0, "{}", line.trim_end());
        }
    }

    /// Begins a part of the draft.
    pub(super) fn part(&mut self, title: &str) -> &mut Self {
        let _ = writeln!(self.0, "\n\n# === {title} ===");
        self
    }

    /// Begins a field or a group of fields with its explanation.
    pub(super) fn says(&mut self, words: impl Display) -> &mut Self {
        self.0.push('\n');
        self.comment(&words.to_string());
        self
    }

    /// Adds a line that stays; an empty value in it must be filled in.
    pub(super) fn line(&mut self, field: &str, value: impl Display) -> &mut Self {
        let _ = writeln!(self.0, "{field} = {value}");
        self
    }

    /// Adds a line that is a comment until its `#` is removed.
    pub(super) fn may(&mut self, field: &str, value: impl Display) -> &mut Self {
        let _ = writeln!(self.0, "#{field} = {value}");
        self
    }

    /// Adds the head of a table.
    pub(super) fn table(&mut self, head: &str) -> &mut Self {
        let _ = writeln!(self.0, "{head}");
        self
    }

    pub(super) fn text(self) -> String {
        self.0
    }
}

/// The words as a TOML string.
pub(super) fn quoted(words: impl Display) -> String {
    toml::Value::String(words.to_string()).to_string()
}

/// The words as a TOML list of strings: on one line if that is short, otherwise one a line.
pub(super) fn listed(items: impl IntoIterator<Item = impl Display>) -> String {
    list_of(items.into_iter().map(quoted))
}

/// The TOML values as a list.
pub(super) fn list_of(values: impl IntoIterator<Item = String>) -> String {
    let values: Vec<_> = values.into_iter().collect();
    let line = format!("[{}]", values.join(", "));
    if line.chars().count() <= WIDTH / 2 || values.is_empty() {
        return line;
    }
    format!("[\n  {},\n]", values.join(",\n  "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_folded_and_what_may_be_is_one_mark_away() {
        let mut form =
            Form::new(&["word ".repeat(30).trim_end().to_owned(), "two\nlines".to_owned()]);
        form.says("What it is.")
            .line("title", quoted("a \"b\" \\"))
            .may("more", listed(["c", "d"]));
        let text = form.text();
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert!(text.contains("#\n# two\n# lines\n\n# What it is.\n"), "{text}");
        assert!(text.contains("\n#more = [\"c\", \"d\"]\n"), "{text}");
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(table["title"].as_str(), Some("a \"b\" \\"));
        let table: toml::Table = text.replace("\n#more", "\nmore").parse().unwrap();
        assert_eq!(table["more"].as_array().map(Vec::len), Some(2));
    }
}
