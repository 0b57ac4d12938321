mod circles;

use super::*;

use std::collections::{BTreeMap, BTreeSet};

const ROOT: &str = "[workspace.dependencies]\nserde = \"1\"\n";

/// Packages with their dependencies and their root file.
const PACKAGES: [(&str, &str, &[&str], &str); 8] = [
    ("nemcon-crypto", "crypto", &["serde"], "mod hash;\nmod signing;\n"),
    ("nemcon-ledger", "ledger", &["nemcon-crypto"], "use serde::Serialize;\nmod codec;\n"),
    ("nemcon-disk", "ledger/disk", &["nemcon-ledger", "sled"], "mod index;\n"),
    ("nemcon-kit", "ledger/kit", &["nemcon-ledger"], ""),
    ("nemcon-replica", "node/replica", &["nemcon-ledger"], ""),
    ("nemcon-client", "node/client", &["nemcon-kit"], ""),
    ("nemcon-node", "node", &["nemcon-client", "nemcon-disk"], "use tokio::net::TcpStream;\n"),
    ("nemcon-tests", "tests", &["nemcon-node"], ""),
];

/// The smallest workspace that keeps every rule.
struct Kept {
    packages: Vec<Package>,
    texts: BTreeMap<String, String>,
}

impl Kept {
    fn new() -> Self {
        let mut kept = Self { packages: Vec::new(), texts: BTreeMap::new() };
        for (name, folder, dependencies, root) in PACKAGES {
            kept.packages.push(Package {
                name: name.to_owned(),
                folder: folder.to_owned(),
                roots: vec![format!("{folder}/src/lib.rs")],
                dependencies: Vec::new(),
                reached: BTreeSet::new(),
            });
            kept = kept
                .write(&format!("{folder}/src/lib.rs"), &format!("{root}{}", "//\n".repeat(40)));
            for dependency in dependencies {
                kept = kept.depend(name, dependency);
            }
        }
        kept.write("Cargo.toml", ROOT)
            .write("ARCHITECTURE.md", "| `serde` | `sled` |")
            .write("crypto/src/hash.rs", "use sha2::Sha256;")
            .write("crypto/src/signing/mod.rs", "mod key;")
            .write("crypto/src/signing/key.rs", "fn f() { ed25519_dalek::verify() }")
            .write("ledger/src/codec.rs", "use bincode::config;")
            .write("ledger/disk/src/index.rs", "use sled::{Db};")
    }

    fn write(mut self, path: &str, text: &str) -> Self {
        self.texts.insert(path.to_owned(), text.to_owned());
        self
    }

    fn package(&mut self, name: &str) -> &mut Package {
        self.packages.iter_mut().find(|package| package.name == name).unwrap()
    }

    fn depend(mut self, package: &str, on: &str) -> Self {
        let dependency = Dependency { name: on.to_owned(), rename: None };
        self.package(package).dependencies.push(dependency);
        self
    }

    fn report(self) -> Report {
        check(&House::of(self.packages, self.texts).unwrap())
    }

    fn findings(self) -> Vec<String> {
        self.report().findings.iter().map(Finding::to_string).collect()
    }

    /// The one finding, which has to begin so.
    fn finds(self, begin: &str) {
        let findings = self.findings();
        assert!(findings.len() == 1 && findings[0].starts_with(begin), "{begin}: {findings:#?}");
    }

    fn finds_nothing(self) {
        assert_eq!(self.findings(), [""; 0]);
    }
}

#[test]
fn a_workspace_that_keeps_the_rules_has_figures_and_no_findings() {
    let report = Kept::new().report();
    assert_eq!(report.findings, []);
    assert_eq!(report.figures[..2], ["circles of files: 0", "arrows up: 0"]);
    assert!(
        report.figures[2].starts_with("shares of 291 lines: nemcon-crypto 15 %, "),
        "{report:?}"
    );
    assert_eq!(report.figures[3], "longest file: 42 lines, ledger/src/lib.rs");
    assert_eq!(report.figures[4], "longest function: 1 lines, crypto/src/signing/key.rs:1: f");
}

#[test]
fn packages_depend_on_lower_layers_alone() {
    for (package, on) in [
        ("nemcon-crypto", "nemcon-ledger"),
        ("nemcon-disk", "nemcon-kit"),
        ("nemcon-kit", "nemcon-client"),
        ("nemcon-ledger", "nemcon-replica"),
        ("nemcon-node", "nemcon-tests"),
    ] {
        Kept::new()
            .depend(package, on)
            .finds(&format!("{}:1: {package} may not", manifest_of(package)));
    }
    let mut extra = Kept::new();
    extra.package("nemcon-kit").name = "nemcon-more".to_owned();
    assert!(extra.findings()[0].contains("nemcon-more has no layer"));
}

fn manifest_of(package: &str) -> String {
    let (_, folder, ..) = PACKAGES.iter().find(|(name, ..)| *name == package).unwrap();
    format!("{folder}/Cargo.toml")
}

#[test]
fn what_a_layer_forbids_is_found_behind_other_packages_too() {
    for (package, linked) in
        [("nemcon-crypto", "getrandom"), ("nemcon-ledger", "tokio"), ("nemcon-replica", "rustls")]
    {
        let mut kept = Kept::new();
        kept.package(package).reached.insert(linked.to_owned());
        kept.finds(&format!("{}:1: {package} links {linked}, ", manifest_of(package)));
    }
}

#[test]
fn a_dependency_has_a_home_a_reason_a_user_and_its_own_name() {
    let manifest = "[dependencies]\nserde.workspace = true\nsled = \"0\"\n";
    let sled = Kept::new().depend("nemcon-node", "sled").write("node/Cargo.toml", manifest);
    sled.finds("node/Cargo.toml:3: sled belongs to nemcon-disk");
    Kept::new().depend("nemcon-node", "axum").finds("node/Cargo.toml:1: no word on why `axum`");
    Kept::new()
        .write("Cargo.toml", &format!("{ROOT}axum = \"0\"\n"))
        .finds("Cargo.toml:3: no package uses axum");
    let mut renamed = Kept::new();
    renamed.package("nemcon-disk").dependencies[1].rename = Some("database".to_owned());
    renamed.finds("ledger/disk/Cargo.toml:1: `database` hides sled");
}

#[test]
fn files_functions_and_crates_stay_small() {
    for path in ["tests/it/long.rs", "tests/src/long.rs", "node/src/long.rs", "scripts/long.sh"] {
        Kept::new().write(path, &"//\n".repeat(400)).finds_nothing();
        Kept::new().write(path, &"//\n".repeat(401)).finds(&format!("{path}:401: 401 lines"));
    }
    let function = |lines: usize| {
        format!("struct S;\nimpl S {{\nfn long() {{\n{}}}\n}}\n", "//\n".repeat(lines - 2))
    };
    for path in ["tests/it/f.rs", "tests/src/f.rs"] {
        Kept::new().write(path, &function(60)).finds_nothing();
        Kept::new().write(path, &function(61)).finds(&format!("{path}:3: long has 61 lines"));
    }
    let share = |lines| Kept::new().write("ledger/kit/src/lib.rs", &"//\n".repeat(lines));
    share(135).finds_nothing();
    share(136).finds("ledger/kit/Cargo.toml:1: nemcon-kit has 136 of 387 lines, 35 %");
}

#[test]
fn a_crate_is_used_in_its_room_alone_and_is_used_there() {
    let more =
        |text: &str| Kept::new().write("ledger/disk/src/lib.rs", &format!("mod index;\n{text}"));
    for text in [
        "use sled as database;",
        "fn f() { sled::open() }",
        "extern crate sled as d;",
        "use sled::*;",
    ] {
        more(text).finds("ledger/disk/src/lib.rs:2: uses sled; ledger/disk/src/index alone may");
    }
    more("fn f(sled: u8) { g(sled); crate::sled::open() }").finds_nothing();
    let beside = more("mod index_two;").write("ledger/disk/src/index_two.rs", "use sled::Db;");
    beside.finds("ledger/disk/src/index_two.rs:1: uses sled");
    Kept::new()
        .write("ledger/disk/src/index.rs", "")
        .finds("ledger/disk/Cargo.toml:1: ledger/disk/src/index does not");
}

#[test]
fn clocks_files_and_sockets_are_found_where_they_may_not_be() {
    let with = |folder: &str, text: &str| Kept::new().write(&format!("{folder}/src/lib.rs"), text);
    for text in [
        "use std::time::{Duration, Instant};",
        "use std::time as t; fn f() { t::Instant::now() }",
        "fn f() { jiff::Timestamp::now() }",
        "use std::{fmt, fs};",
        "use std::net::TcpStream;",
    ] {
        with("node/replica", text).finds("node/replica/src/lib.rs:1: uses ");
        with("ledger/kit", text).finds_nothing();
    }
    assert_eq!(with("node/replica", "use std::time::*;").findings().len(), 2);
    with("node/client", "use tokio::time;").finds("node/client/src/lib.rs:1: uses tokio; ");
    with("node/replica", "use std::time::Duration; use jiff::Timestamp;").finds_nothing();
}

#[test]
fn no_match_passes_over_variants_of_an_own_enum_in_silence() {
    let with = |text: &str| {
        let own = "pub enum E { A, B }\nmade! { enum M { C } }";
        let ledger = format!("use serde::Serialize;\nmod codec;\n{own}");
        Kept::new()
            .write("ledger/src/lib.rs", &ledger)
            .write("ledger/kit/src/lib.rs", &format!("mod e;\nuse nemcon_ledger as l;\n{text}"))
            .write("ledger/kit/src/e.rs", "pub enum K { D, E(u8) }")
    };
    for text in [
        "fn f(e: l::E) { match e { l::E::A => g(), _ => {} } }",
        "fn f(e: l::M) { match e { nemcon_ledger::M::C => g(), _ => () } }",
        "use l::E::A; fn f(e: Option<l::E>) { match e { Some(A) => g(), _ => {} } }",
        "use e::K; fn f(k: K) { match k { it @ K::E(1..3) if h() => g(it), _ => {} } }",
        "use e::K; fn f(k: K) { match (k, 1) { (K::D | K::E(_), 1) => g(), _ => {} } }",
        "impl e::K { fn f(&self) { match self { Self::D => g(), _ => {} } } }",
    ] {
        with(text).finds("ledger/kit/src/lib.rs:3: `_` passes over what ");
    }
    for text in [
        "fn f(e: l::E) { match e { l::E::A => g(), l::E::B => {} } }",
        "fn f(e: l::E) { match e { l::E::A => g(), _ if h() => {} _ => g() } }",
        "fn f(e: Option<u8>) { match e { Some(l::FEW) => g(), _ => {} } }",
        "use std::io::ErrorKind as E; fn f(e: E) { match e { E::NotFound => g(), _ => {} } }",
        "#[cfg(test)] fn f(e: l::E) { match e { l::E::A => g(), _ => {} } }",
    ] {
        with(text).finds_nothing();
    }
}

#[test]
fn what_cannot_be_read_is_an_error_and_no_pass() {
    let fails = |kept: Kept| House::of(kept.packages, kept.texts).err().unwrap().to_string();
    assert_eq!(
        fails(Kept::new().write("ledger/kit/src/lib.rs", "\nmod lost;")),
        "ledger/kit/src/lib.rs:2: no file for module lost"
    );
    assert!(
        fails(Kept::new().write("node/src/lib.rs", "\nfn 1")).starts_with("node/src/lib.rs:2: ")
    );
    assert!(fails(Kept::new().write("Cargo.toml", "not toml")).starts_with("Cargo.toml: "));
    let metadata = br#"{"workspace_root": "/w", "packages": [{"name": "p", "manifest_path": "/w/a/b/Cargo.toml",
        "dependencies": [{"name": "d", "rename": null}], "targets": [{"kind": ["lib"], "src_path": "/w/a/b/src/lib.rs"},
        {"kind": ["test"], "src_path": "/w/a/b/tests/it.rs"}]}]}"#;
    let package = &Package::parse_all(metadata).unwrap()[0];
    assert_eq!(
        (package.manifest().as_str(), package.roots.join(" ").as_str()),
        ("a/b/Cargo.toml", "a/b/src/lib.rs")
    );
}
