//! The paths that a Rust source names, without its comments and literals.

/// A path of at least one segment, `a::b::c`; the branches of a `use` tree are written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Counted from one.
    pub line: usize,
    /// A leading `::` is left out.
    pub segments: Vec<String>,
    /// Named by `use` or `extern crate`.
    pub imported: bool,
}

impl Named {
    /// Whether this names the crate `root` itself or something inside it.
    pub fn is_of(&self, root: &str) -> bool {
        self.segments[0] == root && (self.imported || self.segments.len() > 1)
    }

    /// Whether `path` stands in it, as whole segments.
    pub fn contains(&self, path: &[&str]) -> bool {
        self.segments.windows(path.len()).any(|window| window == path)
    }
}

/// One Rust source file.
#[derive(Debug)]
pub struct Source {
    /// From the workspace root.
    pub path: String,
    /// In the order of the file.
    pub named: Vec<Named>,
    /// The line of the first inline test module; what follows does not ship.
    pub tests_from: Option<usize>,
}

impl Source {
    /// Reads `text`, which need not be valid Rust.
    pub fn parse(path: String, text: &str) -> Self {
        let tokens = tokens(text);
        let named = Reader { tokens: &tokens, at: 0, named: Vec::new() }.read();
        Self { path, named, tests_from: tests_from(&tokens) }
    }

    /// Whether it belongs to the module `module`, say `crypto/src/hash`, or lies in that folder.
    pub fn is_within(&self, module: &str) -> bool {
        let rest = self.path.strip_prefix(module);
        rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }

    /// Whether the line belongs to code that ships.
    pub fn ships(&self, line: usize) -> bool {
        let test_file = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        !test_file && self.tests_from.is_none_or(|from| line < from)
    }
}

/// An inline test module; the empty text stands for its name.
const TEST_MODULE: [&str; 10] = ["#", "[", "cfg", "(", "test", ")", "]", "mod", "", "{"];

fn tests_from(tokens: &[Token]) -> Option<usize> {
    tokens.windows(TEST_MODULE.len()).find_map(|window| {
        let mut pairs = window.iter().zip(TEST_MODULE);
        pairs.all(|(token, want)| want.is_empty() || token.text == want).then(|| window[0].line)
    })
}

#[derive(Debug)]
struct Token {
    line: usize,
    text: String,
}

impl Token {
    fn is_word(&self) -> bool {
        self.text.starts_with(is_word_char)
    }
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Words, `::` and single characters; literals and comments are left out.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let skipped = skipped_len(rest);
        let taken = if skipped > 0 { skipped } else { token_len(rest, first) };
        if skipped == 0 && !first.is_whitespace() {
            let word = rest[..taken].trim_start_matches("r#");
            tokens.push(Token { line, text: word.to_owned() });
        }
        line += rest[..taken].matches('\n').count();
        rest = &rest[taken..];
    }
    tokens
}

fn token_len(rest: &str, first: char) -> usize {
    if rest.starts_with("::") {
        return 2;
    }
    if !is_word_char(first) {
        return first.len_utf8();
    }
    let raw = if rest.starts_with("r#") { 2 } else { 0 };
    rest[raw..].find(|c| !is_word_char(c)).map_or(rest.len(), |end| raw + end)
}

/// The length of the comment or literal that `rest` starts with, else zero.
fn skipped_len(rest: &str) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment_len(rest);
    }
    if rest.starts_with('\'') {
        return char_literal_len(rest);
    }
    let body = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - body.len();
    match body {
        _ if prefix > 1 => 0,
        _ if body.starts_with('"') => prefix + quoted_len(body, '"'),
        _ if prefix == 1 && body.starts_with('\'') => prefix + quoted_len(body, '\''),
        _ => raw_string_len(body).map_or(0, |len| prefix + len),
    }
}

fn block_comment_len(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        let tail = &rest.as_bytes()[at..];
        if tail.starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if tail.starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
        } else {
            at += 1;
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// `'a'` and `'\n'` are literals, `'a` is a lifetime.
fn char_literal_len(rest: &str) -> usize {
    let mut chars = rest.chars().skip(1);
    let first = chars.next();
    if first == Some('\\') || chars.next() == Some('\'') { quoted_len(rest, '\'') } else { 1 }
}

fn quoted_len(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

/// `r"..."`, `r#"..."#` and so on.
fn raw_string_len(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix('r')?;
    let hashes = body.len() - body.trim_start_matches('#').len();
    let body = body[hashes..].strip_prefix('"')?;
    let start = rest.len() - body.len();
    let end = format!("\"{}", "#".repeat(hashes));
    Some(body.find(&end).map_or(rest.len(), |at| start + at + end.len()))
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    named: Vec<Named>,
}

impl Reader<'_> {
    fn read(mut self) -> Vec<Named> {
        while let Some(token) = self.tokens.get(self.at) {
            if token.text == "use" && !self.next_is("<") {
                self.at += 1;
                self.use_tree(&[]);
            } else if token.text == "extern" && self.next_is("crate") {
                self.at += 2;
                self.use_tree(&[]);
            } else if token.is_word() {
                self.path();
            } else {
                self.at += 1;
            }
        }
        self.named
    }

    fn text(&self) -> &str {
        self.tokens.get(self.at).map_or("", |token| token.text.as_str())
    }

    fn next_is(&self, text: &str) -> bool {
        self.tokens.get(self.at + 1).is_some_and(|token| token.text == text)
    }

    fn path(&mut self) {
        let line = self.tokens[self.at].line;
        let segments = self.segments();
        self.named.push(Named { line, segments, imported: false });
    }

    /// Words joined by `::`; a `::` that no word follows is left where it is.
    fn segments(&mut self) -> Vec<String> {
        let mut segments = Vec::new();
        while let Some(token) = self.tokens.get(self.at).filter(|token| token.is_word()) {
            segments.push(token.text.clone());
            self.at += 1;
            let more = self.tokens.get(self.at + 1).is_some_and(Token::is_word);
            if self.text() != "::" || !more {
                break;
            }
            self.at += 1;
        }
        segments
    }

    fn use_tree(&mut self, prefix: &[String]) {
        if self.text() == "::" {
            self.at += 1;
        }
        let line = self.tokens.get(self.at).map_or(0, |token| token.line);
        let mut segments = prefix.to_vec();
        segments.extend(self.segments());
        if self.text() == "::" {
            self.at += 1;
        }
        match self.text() {
            "{" => self.use_group(&segments),
            "*" => {
                self.at += 1;
                self.import(line, segments);
            }
            _ => self.import(line, segments),
        }
        if self.text() == "as" {
            self.at += 2;
        }
    }

    fn use_group(&mut self, prefix: &[String]) {
        self.at += 1;
        while !matches!(self.text(), "}" | "") {
            let before = self.at;
            self.use_tree(prefix);
            if self.text() == "," || self.at == before {
                self.at += 1;
            }
        }
        self.at += 1;
    }

    fn import(&mut self, line: usize, segments: Vec<String>) {
        if !segments.is_empty() {
            self.named.push(Named { line, segments, imported: true });
        }
    }
}
