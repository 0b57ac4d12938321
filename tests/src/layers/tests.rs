use super::*;

const ARCHITECTURE: &str = "`serde` `ed25519-dalek` `sha2` `bincode` `sled` `tokio`";

/// The smallest workspace that keeps every rule.
fn kept() -> Workspace {
    let manifest = |folder, dependencies: &[&str]| {
        let lines: Vec<String> =
            dependencies.iter().map(|name| format!("{name}.workspace = true")).collect();
        Manifest::parse(folder, &format!("[dependencies]\n{}\n", lines.join("\n"))).unwrap()
    };
    Workspace {
        manifests: vec![
            manifest(".", &[]),
            manifest("crypto", &["ed25519-dalek", "serde", "sha2"]),
            manifest("ledger", &["bincode", "nemcon-crypto", "sled"]),
            manifest("node", &["nemcon-crypto", "nemcon-ledger", "tokio"]),
            manifest("tests", &["nemcon-node"]),
        ],
        sources: vec![
            source("crypto/src/hash.rs", "use sha2::Sha256;"),
            source("crypto/src/signing/key.rs", "use ed25519_dalek::{Signer as _, SigningKey};"),
            source("crypto/src/serial.rs", "use serde::Serialize;"),
            source("ledger/src/codec.rs", "use bincode::config;"),
            source("ledger/src/index/open.rs", "use sled::{Db};"),
            source("node/src/shell.rs", "#[tokio::main] async fn main() {}"),
        ],
        lengths: vec![("crypto/src/hash.rs".to_owned(), FILE_LINES_MAX)],
        architecture: ARCHITECTURE.to_owned(),
    }
}

fn source(path: &str, text: &str) -> Source {
    Source::parse(path.to_owned(), text)
}

/// The findings after one source more.
fn with_source(path: &str, text: &str) -> Vec<String> {
    let mut workspace = kept();
    workspace.sources.push(source(path, text));
    findings(&workspace)
}

/// The findings after one manifest more, for the same folder.
fn with_manifest(folder: &str, text: &str) -> Vec<String> {
    let mut workspace = kept();
    workspace.manifests.push(Manifest::parse(folder, text).unwrap());
    findings(&workspace)
}

fn findings(workspace: &Workspace) -> Vec<String> {
    check(workspace).findings.iter().map(Finding::to_string).collect()
}

#[test]
fn a_workspace_that_keeps_the_rules_has_no_findings() {
    let report = check(&kept());
    assert_eq!(report.findings, []);
    assert_eq!(report.checked.len(), rules::ALL.len());
}

#[test]
fn a_dependency_that_points_upwards_is_found_in_every_table() {
    for (folder, upwards) in [
        ("crypto", "nemcon-ledger"),
        ("crypto", "nemcon-node"),
        ("crypto", "nemcon-tests"),
        ("ledger", "nemcon-node"),
        ("ledger", "nemcon-tests"),
        ("node", "nemcon-tests"),
    ] {
        for table in [
            "dependencies",
            "dev-dependencies",
            "build-dependencies",
            "target.'cfg(unix)'.dependencies",
        ] {
            let found = with_manifest(folder, &format!("[{table}]\n{upwards} = '1'\n"));
            assert_eq!(
                found,
                [format!("{folder}/Cargo.toml: {folder} may not depend on {upwards}")]
            );
        }
    }
}

#[test]
fn a_crate_outside_its_home_is_found_however_it_is_named() {
    for (path, text) in [
        ("crypto/src/note.rs", "use ed25519_dalek::Verifier;"),
        ("crypto/src/hashes.rs", "use sha2::Sha256;"),
        ("crypto/src/hash_more.rs", "use sha2::Sha256;"),
        ("ledger/src/journal.rs", "use ::{sled as database, std::io};"),
        ("ledger/src/journal.rs", "fn f() { ::bincode::config::legacy(); }"),
        ("ledger/src/journal.rs", "extern crate sled as database;"),
        ("ledger/src/lib.rs", "pub use r#sled::Db;"),
        ("node/src/main.rs", "use {std::io, sled::{self, Tree}};"),
        ("node/src/replica.rs", "use tokio::sync;"),
        ("node/src/replica/core.rs", "let c = '\"'; tokio::spawn(f);"),
        (
            "node/src/consensus/host.rs",
            "fn f<'a>() { let s = b\"\\\\\"; tokio::task::yield_now(); }",
        ),
        ("tests/src/mesh.rs", "#[tokio::test] async fn f() {}"),
    ] {
        let found = with_source(path, text);
        assert!(
            !found.is_empty() && found[0].starts_with(&format!("{path}:1: uses ")),
            "{found:?}"
        );
    }
}

#[test]
fn a_mention_that_is_no_use_is_not_found() {
    for text in [
        "// tokio::spawn\n/* tokio::x /* use tokio; */ */ //! use tokio::sync;",
        "let s = \"use tokio::sync;\"; let r = r#\"tokio::\"spawn\"#; let b = b\"tokio::x\";",
        "let tokio = 1; f(tokio); crate::tokio::spawn(); my_tokio::spawn();",
        "use crate::{tokio, tokio::spawn};",
    ] {
        assert_eq!(with_source("node/src/replica.rs", text), [""; 0], "{text}");
    }
}

#[test]
fn a_home_crate_in_another_manifest_is_found() {
    let found = with_manifest("node", "[dev-dependencies]\nsled = '1'\n");
    assert_eq!(found, ["node/Cargo.toml: sled belongs to ledger alone"]);
}

#[test]
fn a_renamed_dependency_is_found_in_the_root_too() {
    let text = "[workspace.dependencies]\ndatabase = { version = '1', package = 'sled' }\n";
    let found = with_manifest(".", text);
    assert_eq!(found, ["Cargo.toml: `database` renames a crate, which hides it from this check"]);
}

#[test]
fn a_home_that_only_tests_or_nobody_lives_in_is_found() {
    for index in 0..kept().sources.len() {
        for text in ["", "#[cfg(test)]\nmod tests {\n%\n}", "// %"] {
            let mut workspace = kept();
            let emptied = &mut workspace.sources[index];
            let used = emptied.named[0].segments[0].clone();
            *emptied = source(&emptied.path, &text.replace('%', &format!("use {used}::X;")));
            let found = findings(&workspace);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(&used.replace('_', "-")), "{found:?}");
        }
    }
}

#[test]
fn tests_in_a_file_of_their_own_end_nothing_in_this_one() {
    let text =
        "#[cfg(test)]\nmod tests;\nuse sled::Db;\n#[cfg(test)]\nmod inline { use sled::Tree; }";
    let source = source("ledger/src/index.rs", text);
    assert!(source.ships(3) && !source.ships(5));
}

#[test]
fn clocks_files_and_sockets_are_found_where_they_may_not_be() {
    for (path, text) in [
        ("crypto/src/note.rs", "use std::time::{Duration, Instant};"),
        ("crypto/src/note.rs", "std::time::SystemTime::now()"),
        ("crypto/src/note.rs", "use std::{fmt, fs};"),
        ("crypto/src/note.rs", "use std::{net::*};"),
        ("crypto/src/note.rs", "use std::fs::{self, File};"),
        ("ledger/src/journal.rs", "use std::time as t; fn f() { t::Instant::now(); }"),
        ("ledger/src/journal.rs", "let now = jiff::Timestamp::now();"),
    ] {
        assert!(!with_source(path, text).is_empty(), "{path}: {text}");
    }
    for (path, text) in [
        ("ledger/src/journal.rs", "use std::fs; use std::time::Duration;"),
        ("node/src/shell.rs", "use std::time::Instant;"),
    ] {
        assert_eq!(with_source(path, text), [""; 0]);
    }
}

#[test]
fn a_dependency_without_a_reason_is_named() {
    let found = with_manifest("node", "[dependencies]\naxum = '1'\n");
    assert_eq!(found, ["node/Cargo.toml: ARCHITECTURE.md does not say why `axum` is needed"]);
}

#[test]
fn a_file_of_one_line_too_many_is_found() {
    let mut workspace = kept();
    workspace.lengths.push(("node/src/long.rs".to_owned(), FILE_LINES_MAX + 1));
    assert_eq!(
        findings(&workspace),
        ["node/src/long.rs: 601 lines; a source file has at most 600"]
    );
}

#[test]
fn a_workspace_is_read_from_its_folder_and_a_missing_part_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("Cargo.toml", "[workspace]\n");
    for package in FOLDERS {
        write(&format!("{package}/Cargo.toml"), "[dependencies]\nserde = '1'\n");
        write(&format!("{package}/src/lib.rs"), "//! x\nuse serde::Serialize;\n");
        write(&format!("{package}/target/x.rs"), "use tokio::x;");
    }
    write("tests/interop/x.go", "package main\n");
    assert!(matches!(Workspace::read(folder.path()), Err(ReadError::Io { .. })));
    write("ARCHITECTURE.md", ARCHITECTURE);
    let workspace = Workspace::read(folder.path()).unwrap();
    assert_eq!(workspace.manifests.len(), 5);
    assert_eq!(workspace.sources.len(), 4);
    assert_eq!(workspace.sources[0].named[0].line, 2);
    assert_eq!(workspace.lengths.len(), 5);
    write("node/Cargo.toml", "not toml");
    assert!(matches!(Workspace::read(folder.path()), Err(ReadError::Toml { .. })));
}
