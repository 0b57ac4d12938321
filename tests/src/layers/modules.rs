//! The tree of modules of one crate, followed from its root file by `mod` lines, as rustc does.

use std::collections::{BTreeMap, BTreeSet};

use syn::Item;

use super::ReadError;
use super::mentions::Scope;
use super::syntax::{attributes, is_for_tests, plain};

/// The syntax tree of every source, by path.
pub(super) type Syntax = BTreeMap<String, syn::File>;

/// One module: a file, or a part of one in braces.
#[derive(Debug)]
pub(super) struct Module {
    /// The file that holds it.
    pub(super) file: String,
    /// The module around it; none for the crate's root.
    pub(super) parent: Option<usize>,
    pub(super) children: BTreeMap<String, usize>,
    pub(super) scope: Scope,
}

/// What ships of one crate. The root is module 0.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) modules: Vec<Module>,
}

/// Where a module's own `mod` lines are looked for.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a str,
    folder: &'a str,
}

impl Tree {
    /// Follows the `mod` lines from `root`; modules for tests are left out.
    pub(super) fn of(syntax: &Syntax, root: &str) -> Result<Self, ReadError> {
        let mut tree = Self { modules: Vec::new() };
        let lost =
            || ReadError::Module { file: root.to_owned(), line: 1, name: "crate".to_owned() };
        let file = syntax.get(root).ok_or_else(lost)?;
        tree.add(syntax, Place { file: root, folder: folder_of(root) }, None, &file.items)?;
        Ok(tree)
    }

    /// The files that the crate is made of.
    pub(super) fn files(&self) -> BTreeSet<&str> {
        self.modules.iter().map(|module| module.file.as_str()).collect()
    }

    /// Whether module `inner` lies in module `outer`, however deep.
    pub(super) fn is_within(&self, inner: usize, outer: usize) -> bool {
        let mut at = Some(inner);
        while let Some(id) = at {
            if id == outer {
                return true;
            }
            at = self.modules[id].parent;
        }
        false
    }

    fn add(
        &mut self,
        syntax: &Syntax,
        place: Place,
        parent: Option<usize>,
        items: &[Item],
    ) -> Result<usize, ReadError> {
        let id = self.modules.len();
        let scope = Scope::of(items);
        let file = place.file.to_owned();
        self.modules.push(Module { file, parent, children: BTreeMap::new(), scope });
        for item in items {
            if let Item::Mod(inner) = item
                && !is_for_tests(attributes(item))
            {
                let child = self.add_child(syntax, place, id, inner)?;
                self.modules[id].children.insert(plain(&inner.ident), child);
            }
        }
        Ok(id)
    }

    fn add_child(
        &mut self,
        syntax: &Syntax,
        place: Place,
        parent: usize,
        inner: &syn::ItemMod,
    ) -> Result<usize, ReadError> {
        let name = plain(&inner.ident);
        let below = format!("{}/{name}", place.folder);
        if let Some((_, items)) = &inner.content {
            let place = Place { file: place.file, folder: &below };
            return self.add(syntax, place, Some(parent), items);
        }
        let lost = || ReadError::Module {
            file: place.file.to_owned(),
            line: inner.ident.span().start().line,
            name: name.clone(),
        };
        let candidates = [format!("{below}.rs"), format!("{below}/mod.rs")];
        let file = candidates.iter().find(|path| syntax.contains_key(*path)).ok_or_else(lost)?;
        let place = Place { file, folder: folder_of(file) };
        self.add(syntax, place, Some(parent), &syntax[file].items)
    }
}

/// The folder of the modules that a file declares: its own if it is a root or `mod.rs`.
fn folder_of(file: &str) -> &str {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    match stem.rsplit_once('/') {
        Some((folder, "mod" | "lib" | "main")) => folder,
        _ => stem,
    }
}
