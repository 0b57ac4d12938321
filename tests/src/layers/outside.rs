//! What the files of a crate may use from outside of it.

use std::collections::BTreeMap;

use super::modules::Tree;
use super::resolve::{Lead, Target};
use super::{Finding, House};

/// The one part of a package that uses a crate, and does use it.
struct Room {
    package: &'static str,
    krate: &'static str,
    within: &'static str,
}

const ROOMS: [Room; 6] = [
    Room { package: "nemcon-crypto", krate: "ed25519_dalek", within: "crypto/src/signing" },
    Room { package: "nemcon-crypto", krate: "sha2", within: "crypto/src/hash" },
    Room { package: "nemcon-ledger", krate: "bincode", within: "ledger/src/codec" },
    Room { package: "nemcon-ledger", krate: "serde", within: "ledger/src" },
    Room { package: "nemcon-disk", krate: "sled", within: "ledger/disk/src/index" },
    Room { package: "nemcon-node", krate: "tokio", within: "node/src" },
];

/// Paths that no file of these packages uses.
struct Ban {
    packages: &'static [&'static str],
    paths: &'static [&'static [&'static str]],
    reason: &'static str,
}

const BANS: [Ban; 3] = [
    Ban {
        packages: &["nemcon-client"],
        paths: &[&["tokio"], &["axum"]],
        reason: "the client asks without a runtime; only the nodes of its tests have one",
    },
    Ban {
        packages: &["nemcon-crypto", "nemcon-ledger", "nemcon-disk", "nemcon-replica"],
        paths: &[
            &["std", "time", "SystemTime"],
            &["std", "time", "Instant"],
            &["jiff", "Timestamp", "now"],
            &["jiff", "Zoned", "now"],
        ],
        reason: "take the time as an argument",
    },
    Ban {
        packages: &["nemcon-crypto", "nemcon-ledger", "nemcon-replica"],
        paths: &[&["std", "fs"], &["std", "net"], &["std", "env"], &["std", "process"]],
        reason: "return what is to be done, and let a crate above do it",
    },
];

/// One use of something outside the crate.
struct Use<'a> {
    package: &'a str,
    file: &'a str,
    line: usize,
    path: Vec<String>,
    is_glob: bool,
}

/// Uses outside the one room, rooms without a use, and uses that are banned.
pub(super) fn findings(house: &House) -> Vec<Finding> {
    let mut uses = Vec::new();
    for (package, tree) in &house.trees {
        let package = &house.packages[*package];
        collect(&package.name, tree, &mut uses);
    }
    let mut findings = Vec::new();
    for room in &ROOMS {
        if let Some(package) = house.packages.iter().find(|package| package.name == room.package) {
            findings.extend(room.findings(&uses, &package.manifest()));
        }
    }
    for ban in &BANS {
        findings.extend(ban.findings(&uses));
    }
    findings
}

fn collect<'a>(package: &'a str, tree: &'a Tree, uses: &mut Vec<Use<'a>>) {
    for (id, module) in tree.modules.iter().enumerate() {
        for Lead { line, import, targets } in tree.leads(id) {
            for target in targets {
                // A name alone, in no import, is that of something local.
                if let Target::Outside(path) = target
                    && (path.len() > 1 || import.is_some())
                {
                    let is_glob = import.is_some_and(|import| import.name.is_none());
                    uses.push(Use { package, file: &module.file, line, path, is_glob });
                }
            }
        }
    }
}

impl Room {
    fn findings(&self, uses: &[Use], manifest: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut is_lived_in = false;
        for used in
            uses.iter().filter(|used| used.package == self.package && used.path[0] == self.krate)
        {
            if self.holds(used.file) {
                is_lived_in = true;
            } else {
                let problem =
                    format!("uses {}; {} alone may, so call that", self.krate, self.within);
                findings.push(Finding::at(used.file, used.line, problem));
            }
        }
        if !is_lived_in {
            let problem =
                format!("{} does not use {}; it is the one place for it", self.within, self.krate);
            findings.push(Finding::at(manifest, 1, problem));
        }
        findings
    }

    fn holds(&self, file: &str) -> bool {
        file.strip_prefix(self.within).is_some_and(|rest| rest.starts_with(['/', '.']))
    }
}

impl Ban {
    /// The first use of each banned path in a file.
    fn findings(&self, uses: &[Use]) -> Vec<Finding> {
        let mut first = BTreeMap::new();
        for used in uses.iter().filter(|used| self.packages.contains(&used.package)) {
            for path in self.paths.iter().filter(|path| used.begins(path)) {
                let line = first.entry((used.file, path.join("::"))).or_insert(used.line);
                *line = used.line.min(*line);
            }
        }
        let finding = |((file, path), line): ((&str, String), usize)| {
            Finding::at(file, line, format!("uses {path}; {}", self.reason))
        };
        first.into_iter().map(finding).collect()
    }
}

impl Use<'_> {
    /// Whether the path begins with `banned`, or a glob reaches into it.
    fn begins(&self, banned: &[&str]) -> bool {
        let is_same = banned.iter().zip(&self.path).all(|(banned, named)| banned == named);
        is_same && (self.path.len() >= banned.len() || self.is_glob)
    }
}
