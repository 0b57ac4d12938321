//! The arm of a `match` that passes over in silence what the other arms do not name.

use syn::visit::{self, Visit};
use syn::{Arm, Expr, ExprMatch, Pat, PatGuard, PatIdent, Path};

use super::syntax::{names_of, plain};

/// An arm `_ => {}` or `_ => ()`.
#[derive(Debug)]
pub(super) struct Silence {
    pub(super) line: usize,
    /// What the other arms name.
    pub(super) paths: Vec<Vec<String>>,
}

impl Silence {
    /// The silent arm of a `match`, if there is one.
    pub(super) fn of(expression: &ExprMatch) -> Option<Self> {
        let line = expression.arms.iter().find_map(silent_line)?;
        let mut silence = Self { line, paths: Vec::new() };
        expression.arms.iter().for_each(|arm| silence.visit_pat(&arm.pat));
        Some(silence)
    }
}

impl<'ast> Visit<'ast> for Silence {
    fn visit_path(&mut self, path: &'ast Path) {
        self.paths.push(names_of(path));
    }

    fn visit_pat_guard(&mut self, guarded: &'ast PatGuard) {
        self.visit_pat(&guarded.pat);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.paths.push(vec![plain(&pattern.ident)]);
        visit::visit_pat_ident(self, pattern);
    }
}

fn silent_line(arm: &Arm) -> Option<usize> {
    let Pat::Wild(wild) = &arm.pat else { return None };
    let is_empty = match &*arm.body {
        Expr::Block(block) => block.block.stmts.is_empty(),
        Expr::Tuple(tuple) => tuple.elems.is_empty(),
        _ => false,
    };
    is_empty.then(|| wild.underscore_token.span.start().line)
}
