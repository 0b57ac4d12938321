//! `nemcon document`: compares the files of a folder with the documents that a measure binds.

use core::fmt::Write as _;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use clap::Subcommand;
use nemcon_client::failure::Failure;
use nemcon_client::{path_json, statements};
use nemcon_ledger::record::measure_fields::Document;
use nemcon_ledger::text::Show as _;
use serde::Serialize;
use serde_json::json;

use crate::cli::context::Context;
use nemcon_audit::output;

/// Compares documents.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum DocumentCommand {
    /// Check which files of a folder are exactly those that a measure binds. One name in several
    /// languages is looked for in folders named by the language: `en/`, `fr/`.
    Check {
        /// The folder with the files.
        folder: PathBuf,
        /// The measure's number.
        number: u64,
    },
}

/// How a bound document compares with the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Found {
    Matches,
    Differs,
    Missing,
}

#[derive(Clone, Debug, Serialize)]
struct Line {
    found: Found,
    name: String,
    language: String,
    /// The compared file, if there is one.
    file: Option<LocalFile>,
}

/// The path of a file in the folder.
#[derive(Clone, Debug, Serialize)]
struct LocalFile(#[serde(serialize_with = "path_json::path")] PathBuf);

/// Runs `nemcon document`.
///
/// # Errors
/// [`Failure`] unless every document is in the folder, unchanged.
pub(super) fn run(command: &DocumentCommand, context: Context<'_>) -> Result<(), Failure> {
    let DocumentCommand::Check { folder, number } = command;
    let measure = context.session()?.client().measure(*number)?;
    let (said, revision) = statements::read(&measure)?;
    let lines = said.documents.iter().map(|document| check(folder, document));
    let lines: Vec<Line> = lines.collect::<Result<_, _>>()?;
    let bound: BTreeSet<&Path> =
        lines.iter().filter_map(|line| Some(&*line.file.as_ref()?.0)).collect();
    let others = others(folder, &bound)?;
    let all = lines.iter().all(|line| line.found == Found::Matches);
    let value = json!({
        "measure": number, "revision": revision, "all": all, "documents": lines, "not_bound": others.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>(),
    });
    let mut words = format!("measure {number} REV {revision}: {}\n", said.title);
    for Line { found, name, language, file } in &lines {
        let found = match found {
            Found::Matches => "matches",
            Found::Differs => "DIFFERS",
            Found::Missing => "MISSING",
        };
        let file = file.as_ref().map(|file| format!("  {}", file.0.shown())).unwrap_or_default();
        let _ = writeln!(words, "{found}  {name} ({language}){file}");
    }
    for other in &others {
        let _ = writeln!(words, "not bound  {}", other.shown());
    }
    words.push_str(match (lines.is_empty(), all) {
        (true, _) => "it binds no document",
        (false, true) => "every document is the one that was bound",
        (false, false) => "NOT all documents are those that were bound",
    });
    context.screen.result(&value, words)?;
    if all { Ok(()) } else { Err(Failure::silent()) }
}

fn check(folder: &Path, document: &Document) -> Result<Line, Failure> {
    let name = document.name.as_str();
    let language = document.language.as_str();
    let line = |found, file: Option<PathBuf>| {
        let name = name.to_owned();
        let language = language.to_owned();
        Line { found, name, language, file: file.map(LocalFile) }
    };
    // A document's name must not lead out of the folder.
    let mut parts = Path::new(name).components();
    if !matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)) {
        return Ok(line(Found::Missing, None));
    }
    let mut there = Vec::new();
    for path in [folder.join(language).join(name), folder.join(name)] {
        if path.is_file() {
            if is_it(&path, document)? {
                return Ok(line(Found::Matches, Some(path)));
            }
            there.push(path);
        }
    }
    let found = if there.is_empty() { Found::Missing } else { Found::Differs };
    Ok(line(found, there.into_iter().next()))
}

fn is_it(path: &Path, document: &Document) -> Result<bool, Failure> {
    // The file is read no further than the document's length, since a longer file differs in any case.
    let (digest, length) = output::digest_of(path, document.length)?;
    Ok(length == document.length && digest == document.digest)
}

/// The files at the top of the folder that belong to no bound document.
fn others(folder: &Path, bound: &BTreeSet<&Path>) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: std::io::Error| {
        Failure::usage(format_args!("{}: {error}", folder.shown())).next("name a folder")
    };
    let mut others = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_file() && !bound.contains(path.as_path()) {
            others.push(path);
        }
    }
    others.sort();
    Ok(others)
}
