//! HTML into which nothing is written but names of this program's own and escaped words: one file that needs nothing
//! else, without script and network, with a style for screen and print.

use core::fmt::Write as _;

use nemcon_ledger::text::shown::is_harmless;

/// The style sheet for screen and print.
const SHEET: &str = include_str!("html.css");

/// What the file may load: nothing but its own style sheet.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" \
                      content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";

/// A whole document with a title, and what `body` writes. A marking stands in the margin of each printed page.
pub fn document(title: &str, marking: Option<&str>, body: impl FnOnce(&mut Html)) -> String {
    let mut html = Html("<!DOCTYPE html>\n".to_owned());
    html.with("html", &[("lang", "en")], |html| {
        html.element("head", |html| {
            html.void("meta", &[("charset", "utf-8")]);
            html.constant(POLICY);
            html.void("meta", &[("name", "referrer"), ("content", "no-referrer")]);
            let scale = "width=device-width, initial-scale=1";
            html.void("meta", &[("name", "viewport"), ("content", scale)]);
            html.line("title", title);
            html.style(SHEET, marking);
        });
        html.element("body", body);
    });
    html.0
}

/// An HTML text. Every name of an element or attribute is a constant of this program's; every word is
/// escaped as it is written.
#[derive(Debug, Default)]
pub struct Html(String);

impl Html {
    /// An element with attributes and what `inner` writes.
    pub fn with(
        &mut self,
        name: &'static str,
        attributes: &[(&'static str, &str)],
        inner: impl FnOnce(&mut Self),
    ) {
        self.begin(name, attributes);
        inner(self);
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push_str(">\n");
    }

    /// An element without attributes.
    pub fn element(&mut self, name: &'static str, inner: impl FnOnce(&mut Self)) {
        self.with(name, &[], inner);
    }

    /// An element that holds words alone.
    pub fn line(&mut self, name: &'static str, words: &str) {
        self.element(name, |html| html.words(words));
    }

    /// An element that has no end.
    pub fn void(&mut self, name: &'static str, attributes: &[(&'static str, &str)]) {
        self.begin(name, attributes);
        self.0.push('\n');
    }

    /// Markup of this program's own.
    pub fn constant(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// Words, escaped.
    pub fn words(&mut self, words: &str) {
        self.0.push_str(&escaped(words));
    }

    /// A text of several lines that was read and checked: no character of it is replaced, and [`unescaped`] gives it back.
    pub fn text(&mut self, text: &str) {
        for c in text.chars() {
            match name_of(c) {
                Some(name) => self.0.push_str(name),
                None => self.0.push(c),
            }
        }
    }

    /// A digest, in type of one width, within a line.
    pub fn exact(&mut self, digest: &str) {
        self.0.push_str("<code>");
        self.words(digest);
        self.0.push_str("</code>");
    }

    /// The style sheet, and with a marking a printed margin that says it on each page.
    fn style(&mut self, sheet: &'static str, marking: Option<&str>) {
        self.0.push_str("<style>\n");
        self.0.push_str(sheet);
        if let Some(marking) = marking {
            let marking = css_string(marking);
            self.0.push_str("@page { @top-right { content: ");
            self.0.push_str(&marking);
            self.0.push_str("; } }\n");
        }
        self.0.push_str("</style>\n");
    }

    fn begin(&mut self, name: &'static str, attributes: &[(&'static str, &str)]) {
        self.0.push('<');
        self.0.push_str(name);
        for (attribute, value) in attributes {
            self.0.push(' ');
            self.0.push_str(attribute);
            self.0.push_str("=\"");
            self.words(value);
            self.0.push('"');
        }
        self.0.push('>');
    }
}

/// The characters that mean something in HTML, and how they are written.
const NAMES: [(char, &str); 5] =
    [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#39;")];

fn name_of(c: char) -> Option<&'static str> {
    NAMES.iter().find(|(named, _)| *named == c).map(|(_, name)| *name)
}

/// Words that are text in HTML, between tags and within an attribute in quotes. A character that would
/// steer the reader's screen is replaced.
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match name_of(c) {
            Some(name) => out.push_str(name),
            None if is_harmless(c) => out.push(c),
            None => out.push(char::REPLACEMENT_CHARACTER),
        }
    }
    out
}

/// The text that [`Html::text`] has written so.
pub fn unescaped(written: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(written.len()), written);
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = NAMES.iter().find(|(_, name)| rest.starts_with(name));
        let (c, length) = found.map_or(('&', 1), |(c, name)| (*c, name.len()));
        out.push(c);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// Words as a string of CSS. All but letters and digits of ASCII are written by number [CSS Syntax 3, 4.3.7],
/// so that no word ends the string or the style sheet.
fn css_string(words: &str) -> String {
    let mut out = String::from("\"");
    for c in words.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else {
            let _ = write!(out, "\\{:06x}", u32::from(c));
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_words_and_no_markup() {
        let hostile = "<script>alert(\"1\")</script> & 'x'";
        let wanted = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;";
        let mut html = Html::default();
        html.with("p", &[("class", hostile)], |html| html.words(hostile));
        html.exact(hostile);
        let text = html.0;
        assert_eq!(text, format!("<p class=\"{wanted}\">{wanted}</p>\n<code>{wanted}</code>"));
        assert_eq!(unescaped(wanted), hostile);
        assert_eq!(unescaped("a & b &am &amp;lt; é"), "a & b &am &lt; é");
        assert_eq!(escaped("a\u{1b}[2J\u{202e}é"), "a\u{fffd}[2J\u{fffd}é");
    }

    #[test]
    fn a_marking_ends_no_style_sheet() {
        let mut html = Html::default();
        html.style("p { }\n", Some("X\"; } </style><script>é"));
        let text = html.0;
        let marking = "\"X\\000022\\00003b\\000020\\00007d\\000020\\00003c\\00002fstyle\\00003e\
                       \\00003cscript\\00003e\\0000e9\"";
        let margin = format!("@page {{ @top-right {{ content: {marking}; }} }}\n");
        assert_eq!(text, format!("<style>\np {{ }}\n{margin}</style>\n"));
    }
}
