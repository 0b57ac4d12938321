//! The check of the house: that packages and files depend downwards, that all of them stay small, and
//! that no `match` passes over variants of an own enum in silence.
//!
//! Guarantee: files of one crate that need each other in a circle are found, as are packages that
//! depend upwards or link what their layer forbids. Not guaranteed: macros are not expanded, and
//! methods that are called on values are not followed.

mod circles;
mod house;
mod mentions;
mod modules;
mod outside;
mod packages;
mod resolve;
mod rules;
mod silence;
mod sizes;
mod syntax;
#[cfg(test)]
mod tests;
mod tokens;
mod wildcards;

use std::path::PathBuf;
use std::{fmt, io};

pub use house::House;
pub use packages::{Dependency, Package};

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
    /// Cargo refused.
    #[error("cargo {command}: {told}")]
    Cargo {
        /// The arguments.
        command: String,
        /// What cargo wrote to its error output.
        told: String,
    },
    /// Cargo's description of the workspace has another form than expected.
    #[error("cargo metadata: {0}")]
    Metadata(#[source] serde_json::Error),
    /// The root manifest is not TOML.
    #[error("Cargo.toml: {0}")]
    Toml(#[source] Box<toml::de::Error>),
    /// A module has no file where this check looks for one; it knows no `#[path]`.
    #[error("{file}:{line}: no file for module {name}")]
    Module {
        /// The source that declares the module.
        file: String,
        /// The line that does.
        line: usize,
        /// The module.
        name: String,
    },
    /// A source is not Rust.
    #[error("{path}:{}: {cause}", cause.span().start().line)]
    Syntax {
        /// Which source.
        path: String,
        /// Where it goes wrong.
        cause: syn::Error,
    },
}

/// One departure from the rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file and the line.
    pub place: String,
    /// What is wrong there, and what to do.
    pub problem: String,
}

impl Finding {
    fn at(file: &str, line: usize, problem: String) -> Self {
        Self { place: format!("{file}:{line}"), problem }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

/// What was measured, and what was found.
#[derive(Debug, Default)]
pub struct Report {
    /// The five figures: circles, arrows up, the largest crate, the longest file and function.
    pub figures: Vec<String>,
    /// In the order of the rules; empty when the workspace keeps them.
    pub findings: Vec<Finding>,
}

impl Report {
    fn take(&mut self, figure: String, findings: Vec<Finding>) {
        self.figures.push(figure);
        self.findings.extend(findings);
    }
}

/// Applies every rule.
pub fn check(house: &House) -> Report {
    let mut report = Report::default();
    let circles = circles::findings_of(house);
    report.take(format!("circles of files: {}", circles.len()), circles);
    let arrows = rules::arrows_up(house);
    report.take(format!("arrows up: {}", arrows.len()), arrows);
    for measure in [sizes::crates, sizes::files, sizes::functions] {
        let (figure, findings) = measure(house);
        report.take(figure, findings);
    }
    for rule in [
        rules::impure_links,
        rules::dependencies_outside_their_home,
        rules::unexplained_dependencies,
        rules::unused_dependencies,
        outside::findings,
        wildcards::findings,
    ] {
        report.findings.extend(rule(house));
    }
    report
}
