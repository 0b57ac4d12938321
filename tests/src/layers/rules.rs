//! Which package may depend on which, and why each dependency is there.

use super::{Finding, House, Package};

/// The packages, lowest layer first. A package may depend on those of lower layers.
const LAYERS: [&[&str]; 7] = [
    &["nemcon-crypto"],
    &["nemcon-ledger"],
    &["nemcon-disk", "nemcon-kit", "nemcon-replica", "nemcon-client"],
    &["nemcon-audit"],
    &["nemcon-desk"],
    &["nemcon-node"],
    &["nemcon-tests"],
];

/// Who may depend on a neighbour of the same layer.
const BESIDE: [(&str, &str); 1] = [("nemcon-client", "nemcon-kit")];

/// What a package may not link, by whatever way.
struct Purity {
    package: &'static str,
    forbidden: &'static [&'static str],
    reason: &'static str,
}

const COMPUTATION: &[&str] = &[
    "axum",
    "chrono",
    "getrandom",
    "hyper",
    "mio",
    "rand",
    "rustls",
    "sled",
    "socket2",
    "tempfile",
    "time",
    "tokio",
    "ureq",
];

const PURE: [Purity; 4] = [
    Purity {
        package: "nemcon-crypto",
        forbidden: COMPUTATION,
        reason: "crypto computes; time, randomness and bytes are arguments",
    },
    Purity {
        package: "nemcon-ledger",
        forbidden: COMPUTATION,
        reason: "an auditor needs no database, no network and no runtime",
    },
    Purity {
        package: "nemcon-replica",
        forbidden: &["axum", "hyper", "rustls", "sled", "ureq"],
        reason: "the replica turns inputs into effects; the node carries them out",
    },
    Purity {
        package: "nemcon-audit",
        forbidden: &["axum", "hyper", "sled", "tokio"],
        reason: "an auditor installs neither a database nor a runtime",
    },
];

/// The packages that alone may name a crate in their manifests.
const HOMES: [(&str, &[&str]); 8] = [
    ("bincode", &["nemcon-ledger"]),
    ("clap", &["nemcon-audit", "nemcon-node", "nemcon-tests"]),
    ("console", &["nemcon-node", "nemcon-tests"]),
    ("ed25519-dalek", &["nemcon-crypto"]),
    ("indicatif", &["nemcon-audit", "nemcon-tests"]),
    ("sha2", &["nemcon-crypto"]),
    ("sled", &["nemcon-disk"]),
    ("tokio", &["nemcon-client", "nemcon-desk", "nemcon-node"]),
];

/// Whether a rule needs to know what a package links.
pub(super) fn asks_what_is_reached(package: &str) -> bool {
    PURE.iter().any(|purity| purity.package == package)
}

/// Packages that depend on their own layer or a higher one, and packages without a layer.
pub(super) fn arrows_up(house: &House) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &house.packages {
        let Some(layer) = layer_of(&package.name) else {
            let problem =
                format!("{} has no layer; give it one in LAYERS of the layer check", package.name);
            findings.push(Finding::at(&package.manifest(), 1, problem));
            continue;
        };
        for name in package.dependencies.iter().map(|dependency| dependency.name.as_str()) {
            let is_beside = BESIDE.contains(&(package.name.as_str(), name));
            if layer_of(name).is_some_and(|other| other >= layer) && !is_beside {
                let problem = format!(
                    "{} may not depend on {name}; move what they share below both",
                    package.name
                );
                findings.push(at_dependency(house, package, name, problem));
            }
        }
    }
    findings
}

fn layer_of(package: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&package))
}

/// Packages that link what their layer forbids.
pub(super) fn impure_links(house: &House) -> Vec<Finding> {
    let mut findings = Vec::new();
    for purity in &PURE {
        for package in house.packages.iter().filter(|package| package.name == purity.package) {
            for krate in purity.forbidden.iter().filter(|krate| package.reached.contains(**krate)) {
                let problem = format!(
                    "{} links {krate}, but {}; see who needs it: cargo tree -p {0} -e normal -i {krate}",
                    package.name, purity.reason
                );
                findings.push(at_dependency(house, package, krate, problem));
            }
        }
    }
    findings
}

/// Crates that a package names though another package is their home.
pub(super) fn dependencies_outside_their_home(house: &House) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (krate, homes) in HOMES {
        if !house.packages.iter().any(|package| homes.contains(&package.name.as_str())) {
            continue;
        }
        for package in &house.packages {
            let names = package.dependencies.iter().any(|dependency| dependency.name == krate);
            if names && !homes.contains(&package.name.as_str()) {
                let problem =
                    format!("{krate} belongs to {}; use it through them", homes.join(" and "));
                findings.push(at_dependency(house, package, krate, problem));
            }
        }
    }
    findings
}

/// Dependencies without a reason in `ARCHITECTURE.md`, and dependencies under another name.
pub(super) fn unexplained_dependencies(house: &House) -> Vec<Finding> {
    let mut findings = Vec::new();
    let architecture = house.text("ARCHITECTURE.md");
    for package in &house.packages {
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            if layer_of(name).is_none() && !architecture.contains(&format!("`{name}`")) {
                let problem =
                    format!("no word on why `{name}` is needed; say it in ARCHITECTURE.md");
                findings.push(at_dependency(house, package, name, problem));
            }
            if let Some(rename) = &dependency.rename {
                let problem =
                    format!("`{rename}` hides {name} from this check; keep the crate's name");
                findings.push(at_dependency(house, package, rename, problem));
            }
        }
    }
    findings
}

/// Dependencies of the workspace that no package has.
pub(super) fn unused_dependencies(house: &House) -> Vec<Finding> {
    let is_used = |name: &String| {
        let named = |package: &Package| {
            package.dependencies.iter().any(|dependency| dependency.name == *name)
        };
        house.packages.iter().any(named)
    };
    let unused = house.shared.iter().filter(|name| !is_used(name));
    let finding = |name: &String| {
        let problem = format!("no package uses {name}; delete the line");
        Finding::at("Cargo.toml", line_of(house.text("Cargo.toml"), name), problem)
    };
    unused.map(finding).collect()
}

fn at_dependency(house: &House, package: &Package, name: &str, problem: String) -> Finding {
    let manifest = package.manifest();
    Finding::at(&manifest, line_of(house.text(&manifest), name), problem)
}

/// The line of a manifest that begins with a name; the first if none does.
fn line_of(manifest: &str, name: &str) -> usize {
    let is_name =
        |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']));
    manifest.lines().position(is_name).map_or(1, |index| index + 1)
}
