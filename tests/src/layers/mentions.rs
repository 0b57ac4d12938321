//! What one module of a crate defines, imports and mentions, collected from its syntax.
//!
//! Guarantee: nothing that is compiled for tests alone is collected. Not guaranteed: macros are not
//! expanded; their arguments are read as tokens, and every path among the tokens is a mention.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ExprMatch, ImplItem, Item, ItemUse, Macro, Path, UseTree, Visibility};

use super::silence::Silence;
use super::syntax::{attributes, is_for_tests, joined, name_of, names_of, plain};
use super::tokens::TokenPath;

/// How a path stands in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Written out, in an expression, a type, a pattern or the tokens of a macro call.
    Plain,
    /// The name of a macro that is called.
    Call,
    /// A string in an attribute, as in `#[serde(with = "bytes")]`.
    Text,
}

/// A path that a module names outside its imports.
#[derive(Debug)]
pub(super) struct Mention {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
    pub(super) form: Form,
}

/// One leaf of a `use` tree.
#[derive(Debug)]
pub(super) struct Import {
    /// The name in this module; none for a glob.
    pub(super) name: Option<String>,
    pub(super) path: Vec<String>,
    pub(super) line: usize,
    /// Whether other modules see the name too: a re-export.
    pub(super) is_public: bool,
}

/// Everything that one module says.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// The names of items that the module defines.
    pub(super) items: BTreeSet<String>,
    /// Those of them that are enums.
    pub(super) enums: BTreeSet<String>,
    /// The names of `macro_rules!` that the module defines.
    pub(super) macros: BTreeSet<String>,
    pub(super) imports: Vec<Import>,
    pub(super) mentions: Vec<Mention>,
    pub(super) silences: Vec<Silence>,
}

impl Scope {
    /// Reads the items of a module, inner modules left out.
    pub(super) fn of(items: &[Item]) -> Self {
        let mut scope = Self::default();
        for item in items {
            scope.define(item);
            scope.visit_item(item);
        }
        scope
    }

    fn define(&mut self, item: &Item) {
        if is_for_tests(attributes(item)) {
            return;
        }
        if let Item::Macro(call) = item {
            match &call.ident {
                Some(name) => _ = self.macros.insert(plain(name)),
                None => self.define_generated(call.mac.tokens.clone()),
            }
        } else if let Some(name) = name_of(item) {
            self.items.insert(plain(name));
            if matches!(item, Item::Enum(_)) {
                self.enums.insert(plain(name));
            }
        }
    }

    /// A macro call defines what follows a keyword of definition among its tokens.
    fn define_generated(&mut self, tokens: TokenStream) {
        let (mut is_defined, mut is_enum) = (false, false);
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if is_defined => {
                    self.items.insert(plain(&ident));
                    if is_enum {
                        self.enums.insert(plain(&ident));
                    }
                    is_defined = false;
                }
                TokenTree::Ident(ident) => {
                    const KEYWORDS: [&str; 7] =
                        ["struct", "enum", "fn", "const", "static", "type", "trait"];
                    is_defined = KEYWORDS.iter().any(|word| ident == word);
                    is_enum = ident == "enum";
                }
                TokenTree::Group(group) => self.define_generated(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => is_defined = false,
            }
        }
    }

    fn import(&mut self, tree: &UseTree, prefix: &[String], is_public: bool) {
        match tree {
            UseTree::Path(path) => {
                let prefix = joined(prefix, &path.ident);
                self.import(&path.tree, &prefix, is_public);
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.import(tree, prefix, is_public));
            }
            UseTree::Name(name) if name.ident == "self" => {
                self.import_as(prefix.last().cloned(), prefix.to_vec(), &name.ident, is_public);
            }
            UseTree::Name(name) => {
                let path = joined(prefix, &name.ident);
                self.import_as(Some(plain(&name.ident)), path, &name.ident, is_public);
            }
            UseTree::Rename(renamed) if renamed.ident == "self" => {
                let name = Some(plain(&renamed.rename));
                self.import_as(name, prefix.to_vec(), &renamed.ident, is_public);
            }
            UseTree::Rename(renamed) => {
                let name = Some(plain(&renamed.rename));
                self.import_as(name, joined(prefix, &renamed.ident), &renamed.ident, is_public);
            }
            UseTree::Glob(glob) => {
                let line = glob.star_token.spans[0].start().line;
                let path = prefix.to_vec();
                self.imports.push(Import { name: None, path, line, is_public });
            }
        }
    }

    fn import_as(&mut self, name: Option<String>, path: Vec<String>, at: &Ident, is_public: bool) {
        let line = at.span().start().line;
        self.imports.push(Import { name, path, line, is_public });
    }

    fn mention(&mut self, path: Vec<String>, line: usize, form: Form) {
        self.mentions.push(Mention { path, line, form });
    }

    fn mention_path(&mut self, path: &Path, form: Form) {
        if path.leading_colon.is_some() {
            return;
        }
        if let Some(first) = path.segments.first() {
            let line = first.ident.span().start().line;
            self.mention(names_of(path), line, form);
        }
    }

    /// Every path among the tokens, and in attributes every string that is one.
    fn mention_tokens(&mut self, tokens: TokenStream, is_attribute: bool, is_body: bool) {
        let mut path = TokenPath::default();
        for token in tokens {
            if let TokenTree::Group(group) = &token {
                self.mention_tokens(group.stream(), is_attribute, is_body);
            }
            if let TokenTree::Literal(literal) = &token
                && is_attribute
                && let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string())
            {
                self.mention_text(&text.value(), literal.span().start().line);
            }
            if let Some((names, line)) = path.push(&token) {
                self.mention_token_path(names, line, is_body);
            }
        }
        if let Some((names, line)) = path.end() {
            self.mention_token_path(names, line, is_body);
        }
    }

    /// What a macro's body names relative to where the macro is called is the caller's affair.
    fn mention_token_path(&mut self, names: Vec<String>, line: usize, is_body: bool) {
        let is_anchored = matches!(names[0].as_str(), "crate" | "self" | "super");
        if !is_body || (is_anchored && names.len() > 1) {
            self.mention(names, line, Form::Plain);
        }
    }

    fn mention_text(&mut self, text: &str, line: usize) {
        if let Ok(path) = syn::parse_str::<Path>(text) {
            self.mention(names_of(&path), line, Form::Text);
        }
    }
}

impl<'ast> Visit<'ast> for Scope {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) && !matches!(item, Item::Mod(_)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Type(item) => &item.attrs,
            ImplItem::Macro(item) => &item.attrs,
            _ => return,
        };
        if !is_for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if item.leading_colon.is_none() {
            self.import(&item.tree, &[], !matches!(item.vis, Visibility::Inherited));
        }
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
        self.import_as(Some(plain(name)), vec![plain(&item.ident)], &item.ident, false);
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        match item.ident {
            Some(_) => self.mention_tokens(item.mac.tokens.clone(), false, true),
            None => visit::visit_item_macro(self, item),
        }
    }

    fn visit_expr_match(&mut self, expression: &'ast ExprMatch) {
        self.silences.extend(Silence::of(expression));
        visit::visit_expr_match(self, expression);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.mention_path(&call.path, Form::Call);
        self.mention_tokens(call.tokens.clone(), false, false);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        self.mention_path(attribute.path(), Form::Call);
        if let syn::Meta::List(list) = &attribute.meta {
            self.mention_tokens(list.tokens.clone(), true, false);
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        self.mention_path(path, Form::Plain);
        visit::visit_path(self, path);
    }
}
