//! The layer check: which package may use what, read from the manifests and the sources.
//!
//! It reads what is written, not what cargo resolved: the `Cargo.toml` files and every path in the
//! Rust sources. It does not expand macros.

mod manifest;
mod rules;
mod source;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

pub use manifest::Manifest;
pub use source::Source;

/// The packages' folders, lowest layer first.
pub const FOLDERS: [&str; 4] = ["crypto", "ledger", "node", "tests"];

/// A source file longer than this is two files.
pub const FILE_LINES_MAX: usize = 600;

/// What is written in languages other than Rust is held to the same length.
const SOURCE_EXTENSIONS: [&str; 7] = ["rs", "go", "sh", "py", "js", "css", "html"];

/// Why the workspace could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file or folder that has to be there could not be read.
    #[error("{}: {cause}", path.display())]
    Io {
        /// What was read.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A manifest is not TOML.
    #[error("{}: {cause}", path.display())]
    Toml {
        /// Which manifest.
        path: PathBuf,
        /// Where it goes wrong.
        cause: Box<toml::de::Error>,
    },
}

/// One departure from the rules: where, and what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// A manifest, or a source file with its line.
    pub place: String,
    /// What is wrong there, and what would be right.
    pub problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

/// What was checked, and what was found.
#[derive(Debug, Default)]
pub struct Report {
    /// One line a rule: what it asks for.
    pub checked: Vec<String>,
    /// In the order of the rules; empty when the workspace keeps them.
    pub findings: Vec<Finding>,
}

/// Everything that the rules look at.
#[derive(Debug)]
pub struct Workspace {
    /// The root manifest and the packages' own.
    pub manifests: Vec<Manifest>,
    /// Every Rust source of the four packages.
    pub sources: Vec<Source>,
    /// Path and line count of every source file in any language.
    pub lengths: Vec<(String, usize)>,
    /// The text of `ARCHITECTURE.md`.
    pub architecture: String,
}

impl Workspace {
    /// Reads the workspace whose root manifest lies in `root`.
    pub fn read(root: &Path) -> Result<Self, ReadError> {
        let mut files = Vec::new();
        for folder in FOLDERS {
            walk(&root.join(folder), &mut files)?;
        }
        let scripts = root.join("scripts");
        if scripts.is_dir() {
            walk(&scripts, &mut files)?;
        }
        let mut workspace = Self {
            manifests: read_manifests(root)?,
            sources: Vec::new(),
            lengths: Vec::new(),
            architecture: read_text(&root.join("ARCHITECTURE.md"))?,
        };
        for file in &files {
            workspace.add(root, file)?;
        }
        Ok(workspace)
    }

    fn add(&mut self, root: &Path, file: &Path) -> Result<(), ReadError> {
        let extension = file.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if !SOURCE_EXTENSIONS.contains(&extension) {
            return Ok(());
        }
        let text = read_text(file)?;
        let path = file.strip_prefix(root).unwrap_or(file).to_string_lossy().into_owned();
        self.lengths.push((path.clone(), text.lines().count()));
        if extension == "rs" {
            self.sources.push(Source::parse(path, &text));
        }
        Ok(())
    }
}

/// Applies every rule.
pub fn check(workspace: &Workspace) -> Report {
    let mut report = Report::default();
    for rule in rules::ALL {
        let (checked, findings) = rule(workspace);
        report.checked.push(checked);
        report.findings.extend(findings);
    }
    report
}

fn read_manifests(root: &Path) -> Result<Vec<Manifest>, ReadError> {
    ["."].into_iter().chain(FOLDERS).map(|folder| read_manifest(root, folder)).collect()
}

fn read_manifest(root: &Path, folder: &str) -> Result<Manifest, ReadError> {
    let path = root.join(folder).join("Cargo.toml");
    let text = read_text(&path)?;
    Manifest::parse(folder, &text).map_err(|cause| ReadError::Toml { path, cause: Box::new(cause) })
}

fn read_text(path: &Path) -> Result<String, ReadError> {
    fs::read_to_string(path).map_err(|cause| ReadError::Io { path: path.to_owned(), cause })
}

/// Every file below `folder` in the order of names, build output left out.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), ReadError> {
    let io = |cause| ReadError::Io { path: folder.to_owned(), cause };
    let entries: io::Result<Vec<_>> = fs::read_dir(folder).map_err(io)?.collect();
    let mut paths: Vec<PathBuf> = entries.map_err(io)?.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    for path in paths {
        if !path.is_dir() {
            files.push(path);
        } else if !path.ends_with("target") {
            walk(&path, files)?;
        }
    }
    Ok(())
}
