//! The rules themselves: tables, and one function for each table.

use super::{FILE_LINES_MAX, Finding, Manifest, Source, Workspace};

type Rule = fn(&Workspace) -> (String, Vec<Finding>);

/// In the order in which they are reported.
pub(super) const ALL: [Rule; 7] = [
    renames_hide_nothing,
    packages_depend_downwards,
    homes_are_kept,
    homes_are_lived_in,
    forbidden_paths_are_absent,
    dependencies_are_explained,
    files_are_short,
];

/// What each package may use of the others.
const BELOW: [(&str, &[&str]); 4] = [
    ("crypto", &[]),
    ("ledger", &["nemcon-crypto"]),
    ("node", &["nemcon-crypto", "nemcon-ledger"]),
    ("tests", &["nemcon-crypto", "nemcon-ledger", "nemcon-node"]),
];

/// The one place of a crate.
struct Home {
    krate: &'static str,
    /// The packages that may name it as a dependency.
    folders: &'static [&'static str],
    /// The modules whose sources may use it.
    within: &'static [&'static str],
    /// Parts of `within` that may not.
    except: &'static [&'static str],
}

const EVERYWHERE: &[&str] = &["crypto", "ledger", "node", "tests"];

const HOMES: [Home; 6] = [
    Home { krate: "serde", folders: EVERYWHERE, within: EVERYWHERE, except: &[] },
    Home {
        krate: "ed25519-dalek",
        folders: &["crypto"],
        within: &["crypto/src/signing"],
        except: &[],
    },
    Home { krate: "sha2", folders: &["crypto"], within: &["crypto/src/hash"], except: &[] },
    Home { krate: "bincode", folders: &["ledger"], within: &["ledger/src/codec"], except: &[] },
    Home { krate: "sled", folders: &["ledger"], within: &["ledger/src/index"], except: &[] },
    Home {
        krate: "tokio",
        folders: &["node"],
        within: &["node"],
        except: &["node/src/consensus", "node/src/replica"],
    },
];

/// Paths that a package may not name, with the reason.
const FORBIDDEN: [(&str, &[&str], &str); 8] = [
    ("crypto", &["SystemTime"], "time is an argument"),
    ("crypto", &["Instant"], "time is an argument"),
    ("crypto", &["std", "fs"], "crypto does no I/O"),
    ("crypto", &["std", "net"], "crypto does no I/O"),
    ("ledger", &["SystemTime"], "time is an argument"),
    ("ledger", &["Instant"], "time is an argument"),
    ("ledger", &["Timestamp", "now"], "time is an argument"),
    ("ledger", &["Zoned", "now"], "time is an argument"),
];

fn renames_hide_nothing(workspace: &Workspace) -> (String, Vec<Finding>) {
    let mut findings = Vec::new();
    for manifest in &workspace.manifests {
        for name in &manifest.renamed {
            let problem = format!("`{name}` renames a crate, which hides it from this check");
            findings.push(Finding { place: manifest.path(), problem });
        }
    }
    (format!("{} manifests rename no dependency", workspace.manifests.len()), findings)
}

fn packages_depend_downwards(workspace: &Workspace) -> (String, Vec<Finding>) {
    let mut findings = Vec::new();
    for (folder, below) in BELOW {
        for manifest in packages(workspace).filter(|manifest| manifest.folder == folder) {
            for name in manifest.dependencies.iter().filter(|name| name.starts_with("nemcon-")) {
                if !below.contains(&name.as_str()) {
                    let problem = format!("{folder} may not depend on {name}");
                    findings.push(Finding { place: manifest.path(), problem });
                }
            }
        }
    }
    ("dependencies run crypto <- ledger <- node, tests above all".to_owned(), findings)
}

fn homes_are_kept(workspace: &Workspace) -> (String, Vec<Finding>) {
    let mut findings = Vec::new();
    for home in &HOMES {
        for manifest in packages(workspace).filter(|m| m.dependencies.contains(home.krate)) {
            if !home.folders.contains(&manifest.folder.as_str()) {
                let problem =
                    format!("{} belongs to {} alone", home.krate, home.folders.join(", "));
                findings.push(Finding { place: manifest.path(), problem });
            }
        }
        for source in workspace.sources.iter().filter(|source| !home.admits(source)) {
            findings.extend(home.trespasses(source));
        }
    }
    let places: Vec<String> = HOMES.iter().map(Home::describe).collect();
    (format!("homes are kept: {}", places.join("; ")), findings)
}

fn homes_are_lived_in(workspace: &Workspace) -> (String, Vec<Finding>) {
    let deserted = HOMES.iter().filter(|home| !home.is_used(workspace));
    let findings = deserted.map(|home| Finding {
        place: home.within.join(", "),
        problem: format!("{} is not used here by any code that ships", home.krate),
    });
    (
        format!("{} crates are used in their homes by code that ships", HOMES.len()),
        findings.collect(),
    )
}

fn forbidden_paths_are_absent(workspace: &Workspace) -> (String, Vec<Finding>) {
    let mut findings = Vec::new();
    for (folder, path, reason) in FORBIDDEN {
        for source in workspace.sources.iter().filter(|source| source.is_within(folder)) {
            for named in source.named.iter().filter(|named| named.contains(path)) {
                let problem = format!("names {}; {reason}", named.segments.join("::"));
                findings.push(Finding { place: at(source, named.line), problem });
            }
        }
    }
    ("no clock in crypto and ledger, no files or sockets in crypto".to_owned(), findings)
}

fn dependencies_are_explained(workspace: &Workspace) -> (String, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut count = 0;
    for manifest in packages(workspace) {
        for name in manifest.dependencies.iter().filter(|name| !name.starts_with("nemcon-")) {
            count += 1;
            if !workspace.architecture.contains(&format!("`{name}`")) {
                let problem = format!("ARCHITECTURE.md does not say why `{name}` is needed");
                findings.push(Finding { place: manifest.path(), problem });
            }
        }
    }
    (format!("{count} external dependencies have their reason in ARCHITECTURE.md"), findings)
}

fn files_are_short(workspace: &Workspace) -> (String, Vec<Finding>) {
    let long = workspace.lengths.iter().filter(|(_, lines)| *lines > FILE_LINES_MAX);
    let findings = long.map(|(path, lines)| Finding {
        place: path.clone(),
        problem: format!("{lines} lines; a source file has at most {FILE_LINES_MAX}"),
    });
    let checked =
        format!("{} source files have at most {FILE_LINES_MAX} lines", workspace.lengths.len());
    (checked, findings.collect())
}

impl Home {
    fn admits(&self, source: &Source) -> bool {
        let within = |modules: &[&str]| modules.iter().any(|module| source.is_within(module));
        within(self.within) && !within(self.except)
    }

    fn root(&self) -> String {
        self.krate.replace('-', "_")
    }

    fn trespasses(&self, source: &Source) -> Vec<Finding> {
        let root = self.root();
        let named = source.named.iter().filter(|named| named.is_of(&root));
        let finding = |line| Finding {
            place: at(source, line),
            problem: format!("uses {}; its place is {}", self.krate, self.describe()),
        };
        named.map(|named| finding(named.line)).collect()
    }

    fn is_used(&self, workspace: &Workspace) -> bool {
        let root = self.root();
        workspace.sources.iter().filter(|source| self.admits(source)).any(|source| {
            source.named.iter().any(|named| named.is_of(&root) && source.ships(named.line))
        })
    }

    fn describe(&self) -> String {
        let mut text = format!("{} in {}", self.krate, self.within.join(", "));
        if !self.except.is_empty() {
            text.push_str(" but not ");
            text.push_str(&self.except.join(", "));
        }
        text
    }
}

fn packages(workspace: &Workspace) -> impl Iterator<Item = &Manifest> {
    workspace.manifests.iter().filter(|manifest| manifest.folder != ".")
}

fn at(source: &Source, line: usize) -> String {
    format!("{}:{line}", source.path)
}
