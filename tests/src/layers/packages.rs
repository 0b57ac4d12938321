//! The packages of the workspace, as `cargo metadata` and `cargo tree` tell of them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use super::ReadError;

/// The one package that does not ship.
const TESTS: &str = "nemcon-tests";

/// One package of the workspace.
#[derive(Debug)]
pub struct Package {
    /// Its name in the manifest.
    pub name: String,
    /// Its folder below the workspace's root.
    pub folder: String,
    /// The root files of its library and binaries.
    pub roots: Vec<String>,
    /// The dependencies of its own manifest, for tests and builds too.
    pub dependencies: Vec<Dependency>,
    /// Every package that its code links in the end; empty where no rule asks for it.
    pub reached: BTreeSet<String>,
}

/// One line of a manifest.
#[derive(Debug, Deserialize)]
pub struct Dependency {
    /// The name of the package that is depended on.
    pub name: String,
    /// Another name for it in the sources.
    pub rename: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Described>,
    workspace_root: String,
}

#[derive(Deserialize)]
struct Described {
    name: String,
    manifest_path: String,
    dependencies: Vec<Dependency>,
    targets: Vec<Built>,
}

#[derive(Deserialize)]
struct Built {
    kind: Vec<String>,
    src_path: String,
}

impl Package {
    /// Reads the text that `cargo metadata` prints.
    pub fn parse_all(metadata: &[u8]) -> Result<Vec<Self>, serde_json::Error> {
        let metadata: Metadata = serde_json::from_slice(metadata)?;
        let root = metadata.workspace_root;
        Ok(metadata.packages.into_iter().map(|package| package.below(&root)).collect())
    }

    /// Asks cargo for the packages of the workspace in `root`.
    pub(super) fn read_all(root: &Path) -> Result<Vec<Self>, ReadError> {
        let arguments = ["metadata", "--no-deps", "--locked", "--format-version", "1"];
        Self::parse_all(&cargo(root, &arguments)?).map_err(ReadError::Metadata)
    }

    /// Asks cargo for every package that the code of this one links.
    pub(super) fn read_reached(&mut self, root: &Path) -> Result<(), ReadError> {
        let package = self.name.as_str();
        let arguments =
            ["tree", "--locked", "-p", package, "-e", "normal", "--prefix", "none", "-f", "{p}"];
        let text = cargo(root, &arguments)?;
        let text = String::from_utf8_lossy(&text);
        self.reached =
            text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
        Ok(())
    }

    /// Whether it is a part of the product.
    pub(super) fn ships(&self) -> bool {
        self.name != TESTS
    }

    /// The path of its manifest.
    pub fn manifest(&self) -> String {
        format!("{}/Cargo.toml", self.folder)
    }
}

impl Described {
    fn below(self, root: &str) -> Package {
        let within =
            |path: &str| path.strip_prefix(root).unwrap_or(path).trim_start_matches('/').to_owned();
        let manifest = within(&self.manifest_path);
        let ships = |built: &&Built| built.kind.iter().any(|kind| kind == "lib" || kind == "bin");
        Package {
            folder: manifest.strip_suffix("/Cargo.toml").unwrap_or(".").to_owned(),
            roots: self.targets.iter().filter(ships).map(|built| within(&built.src_path)).collect(),
            name: self.name,
            dependencies: self.dependencies,
            reached: BTreeSet::new(),
        }
    }
}

fn cargo(root: &Path, arguments: &[&str]) -> Result<Vec<u8>, ReadError> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let io = |cause| ReadError::Io { path: root.to_owned(), cause };
    let output = Command::new(program).args(arguments).current_dir(root).output().map_err(io)?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(ReadError::Cargo { command: arguments.join(" "), told });
    }
    Ok(output.stdout)
}
