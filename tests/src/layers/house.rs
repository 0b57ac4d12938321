//! What the rules look at: packages, texts and syntax trees.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::modules::{Syntax, Tree};
use super::{Package, ReadError};

/// What is written in languages other than Rust is held to the same length.
const EXTENSIONS: [&str; 7] = ["rs", "go", "sh", "py", "js", "css", "html"];

/// What a script of the repository writes is as long as it gets; a test compares it with the script.
const GENERATED: [&str; 1] = ["ledger/page/verify.html"];

/// The workspace, read.
pub struct House {
    /// Every package.
    pub packages: Vec<Package>,
    /// The path below the root, and the text, of manifests, sources and `ARCHITECTURE.md`.
    pub texts: BTreeMap<String, String>,
    /// The dependencies that the root manifest offers to all packages.
    pub(super) shared: Vec<String>,
    /// The syntax tree of every Rust source.
    pub(super) syntax: Syntax,
    /// The modules of each product crate, one tree a library or binary, with the package's index.
    pub(super) trees: Vec<(usize, Tree)>,
}

impl House {
    /// Reads the workspace whose root manifest lies in `root`.
    pub fn read(root: &Path) -> Result<Self, ReadError> {
        let mut packages = Package::read_all(root)?;
        for package in &mut packages {
            if super::rules::asks_what_is_reached(&package.name) {
                package.read_reached(root)?;
            }
        }
        let mut texts = BTreeMap::new();
        for file in ["Cargo.toml", "ARCHITECTURE.md"] {
            texts.insert(file.to_owned(), read_text(&root.join(file))?);
        }
        let folders = packages.iter().map(|package| package.folder.as_str()).chain(["scripts"]);
        for folder in folders.filter(|folder| root.join(folder).is_dir()) {
            walk(root, &root.join(folder), &mut texts)?;
        }
        Self::of(packages, texts)
    }

    /// Parses what was read.
    pub fn of(packages: Vec<Package>, texts: BTreeMap<String, String>) -> Result<Self, ReadError> {
        let mut syntax = Syntax::new();
        for (path, text) in texts.iter().filter(|(path, _)| extension_of(path) == "rs") {
            let broken = |cause| ReadError::Syntax { path: path.clone(), cause };
            syntax.insert(path.clone(), syn::parse_file(text).map_err(broken)?);
        }
        let mut trees = Vec::new();
        for (index, package) in packages.iter().enumerate().filter(|(_, package)| package.ships()) {
            for root in &package.roots {
                trees.push((index, Tree::of(&syntax, root)?));
            }
        }
        let shared = shared(texts.get("Cargo.toml").map_or("", String::as_str))?;
        Ok(Self { packages, texts, shared, syntax, trees })
    }

    /// The text of a file; empty if there is none.
    pub(super) fn text(&self, path: &str) -> &str {
        self.texts.get(path).map_or("", String::as_str)
    }

    /// How many lines a file has.
    pub(super) fn lines(&self, path: &str) -> usize {
        self.text(path).lines().count()
    }

    /// The files that ship, each with the name of its package.
    pub(super) fn product(&self) -> BTreeMap<&str, &Package> {
        let mut product = BTreeMap::new();
        for (package, tree) in &self.trees {
            product.extend(tree.files().into_iter().map(|file| (file, &self.packages[*package])));
        }
        product
    }
}

/// Whether a path is that of a source, in whatever language.
pub(super) fn is_source(path: &str) -> bool {
    EXTENSIONS.contains(&extension_of(path)) && !GENERATED.contains(&path)
}

/// What follows the last dot of a path.
fn extension_of(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// The names in `[workspace.dependencies]`.
fn shared(manifest: &str) -> Result<Vec<String>, ReadError> {
    let manifest: toml::Table =
        manifest.parse().map_err(|cause| ReadError::Toml(Box::new(cause)))?;
    let dependencies =
        manifest.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let names =
        dependencies.and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
    Ok(names.cloned().collect())
}

fn read_text(path: &Path) -> Result<String, ReadError> {
    fs::read_to_string(path).map_err(|cause| ReadError::Io { path: path.to_owned(), cause })
}

/// Every text below `folder`, build output left out.
fn walk(root: &Path, folder: &Path, texts: &mut BTreeMap<String, String>) -> Result<(), ReadError> {
    let io = |cause| ReadError::Io { path: folder.to_owned(), cause };
    let entries: io::Result<Vec<_>> = fs::read_dir(folder).map_err(io)?.collect();
    let paths: Vec<PathBuf> = entries.map_err(io)?.iter().map(fs::DirEntry::path).collect();
    for path in paths {
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        if path.is_dir() && !path.ends_with("target") {
            walk(root, &path, texts)?;
        } else if path.is_file() && (is_source(&name) || path.ends_with("Cargo.toml")) {
            texts.insert(name, read_text(&path)?);
        }
    }
    Ok(())
}
