//! Which module defines what a path names.

use std::collections::BTreeSet;

use super::mentions::{Form, Import, Mention};
use super::modules::Tree;

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// A module itself.
    Module(usize),
    /// An item of this name that this module defines, or something inside the item.
    Item(usize, String),
    /// A path that leaves the crate, or names something local to a function.
    Outside(Vec<String>),
}

/// Names that are being looked up, so that imports in a ring end.
type Pending = BTreeSet<(usize, String)>;

impl Tree {
    /// Follows `path` as module `from` writes it. One name may lead to a type and a function both.
    pub(super) fn resolve(&self, from: usize, path: &[String]) -> BTreeSet<Target> {
        self.follow(from, path, &mut Pending::new())
    }

    /// The module whose `macro_rules!` a call without a path means.
    pub(super) fn macro_home(&self, from: usize, name: &str) -> Option<usize> {
        let mut at = Some(from);
        while let Some(id) = at {
            if self.modules[id].scope.macros.contains(name) {
                return Some(id);
            }
            at = self.modules[id].parent;
        }
        None
    }

    fn follow(&self, from: usize, path: &[String], pending: &mut Pending) -> BTreeSet<Target> {
        let Some(first) = path.first() else { return BTreeSet::new() };
        let mut rest = &path[1..];
        let mut targets = match first.as_str() {
            "crate" => BTreeSet::from([Target::Module(0)]),
            "self" => BTreeSet::from([Target::Module(from)]),
            "super" => {
                let mut at = self.parent(from);
                while let Some(("super", further)) =
                    rest.split_first().map(|(s, r)| (s.as_str(), r))
                {
                    (at, rest) = (self.parent(at), further);
                }
                BTreeSet::from([Target::Module(at)])
            }
            name => self.look_up(from, name, pending),
        };
        if targets.is_empty() {
            return BTreeSet::from([Target::Outside(path.to_vec())]);
        }
        for segment in rest {
            targets = self.step(targets, segment, pending);
        }
        targets
    }

    fn parent(&self, module: usize) -> usize {
        self.modules[module].parent.unwrap_or(0)
    }

    fn step(
        &self,
        targets: BTreeSet<Target>,
        segment: &str,
        pending: &mut Pending,
    ) -> BTreeSet<Target> {
        let has_module = targets.iter().any(|target| matches!(target, Target::Module(_)));
        let mut reached = BTreeSet::new();
        for target in targets {
            match target {
                Target::Module(id) => {
                    let found = self.look_up(id, segment, pending);
                    // Where nothing is found, a macro of this module defines the name.
                    if found.is_empty() {
                        reached.insert(Target::Item(id, segment.to_owned()));
                    }
                    reached.extend(found);
                }
                // Only a module has a path through it.
                Target::Item(..) if has_module => {}
                Target::Item(..) => _ = reached.insert(target),
                Target::Outside(mut path) => {
                    path.push(segment.to_owned());
                    reached.insert(Target::Outside(path));
                }
            }
        }
        reached
    }

    /// What `name` means in a module: its own, what it imports by name, what it imports by glob.
    fn look_up(&self, module: usize, name: &str, pending: &mut Pending) -> BTreeSet<Target> {
        let key = (module, name.to_owned());
        if !pending.insert(key.clone()) {
            return BTreeSet::new();
        }
        let held = &self.modules[module];
        let mut found = BTreeSet::new();
        found.extend(held.children.get(name).map(|child| Target::Module(*child)));
        if held.scope.items.contains(name) || held.scope.macros.contains(name) {
            found.insert(Target::Item(module, name.to_owned()));
        }
        let imports = &held.scope.imports;
        for import in imports.iter().filter(|import| import.name.as_deref() == Some(name)) {
            found.extend(self.follow(module, &import.path, pending));
        }
        if found.is_empty() {
            for import in imports.iter().filter(|import| import.name.is_none()) {
                found.extend(self.look_up_glob(module, import, name, pending));
            }
        }
        pending.remove(&key);
        found
    }

    fn look_up_glob(
        &self,
        module: usize,
        import: &Import,
        name: &str,
        pending: &mut Pending,
    ) -> BTreeSet<Target> {
        let mut found = BTreeSet::new();
        for target in self.follow(module, &import.path, pending) {
            if let Target::Module(id) = target {
                found.extend(self.look_up(id, name, pending));
            }
        }
        found
    }

    /// Every path of a module with its line, and what it leads to.
    pub(super) fn leads(&self, module: usize) -> Vec<Lead<'_>> {
        let scope = &self.modules[module].scope;
        let mut leads = Vec::new();
        for import in &scope.imports {
            let targets = self.resolve(module, &import.path);
            leads.push(Lead { line: import.line, import: Some(import), targets });
        }
        for mention in &scope.mentions {
            let targets = self.targets_of(module, mention);
            leads.push(Lead { line: mention.line, import: None, targets });
        }
        leads
    }

    fn targets_of(&self, module: usize, mention: &Mention) -> BTreeSet<Target> {
        let targets = self.resolve(module, &mention.path);
        match (mention.form, mention.path.as_slice()) {
            (Form::Call, [name]) => match self.macro_home(module, name) {
                Some(home) => BTreeSet::from([Target::Item(home, name.clone())]),
                None => targets,
            },
            (Form::Text, path) => targets.into_iter().map(|target| as_item(target, path)).collect(),
            (Form::Plain | Form::Call, _) => targets,
        }
    }
}

/// A string in an attribute names a module to call what the module defines.
fn as_item(target: Target, path: &[String]) -> Target {
    match target {
        Target::Module(id) => Target::Item(id, path.last().cloned().unwrap_or_default()),
        Target::Item(..) | Target::Outside(_) => target,
    }
}

/// A path with what it leads to.
#[derive(Debug)]
pub(super) struct Lead<'a> {
    pub(super) line: usize,
    /// The import that holds the path, if one does.
    pub(super) import: Option<&'a Import>,
    pub(super) targets: BTreeSet<Target>,
}
