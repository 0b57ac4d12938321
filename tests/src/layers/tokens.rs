//! Paths among the tokens of a macro call.

use proc_macro2::{Spacing, TokenTree};

use super::syntax::plain;

/// Gathers names joined by `::` out of a row of tokens.
#[derive(Default)]
pub(super) struct TokenPath {
    names: Vec<String>,
    line: usize,
    colons: usize,
    is_member: bool,
}

impl TokenPath {
    /// Takes the next token; returns the path that the token ends.
    pub(super) fn push(&mut self, token: &TokenTree) -> Option<(Vec<String>, usize)> {
        match token {
            TokenTree::Ident(ident) => {
                let is_further = self.colons == 2 || self.names.is_empty();
                let ended = if is_further { None } else { self.end() };
                self.colons = 0;
                if self.names.is_empty() {
                    self.line = ident.span().start().line;
                }
                self.names.push(plain(ident));
                ended
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => {
                self.colons += 1;
                if self.colons == 1 && punct.spacing() == Spacing::Alone {
                    self.end()
                } else {
                    None
                }
            }
            TokenTree::Punct(punct) => {
                let was_member = self.is_member;
                let ended = self.end();
                // A second dot makes a range, whose end is a path again.
                self.is_member = match punct.as_char() {
                    '.' => !was_member,
                    mark => mark == '\'',
                };
                ended
            }
            TokenTree::Group(_) | TokenTree::Literal(_) => self.end(),
        }
    }

    /// Returns the path that the end of the row ends.
    pub(super) fn end(&mut self) -> Option<(Vec<String>, usize)> {
        let names = std::mem::take(&mut self.names);
        self.colons = 0;
        let is_member = std::mem::take(&mut self.is_member);
        (!names.is_empty() && !is_member).then_some((names, self.line))
    }
}
