//! The dependencies that a `Cargo.toml` names.

use std::collections::BTreeSet;

use toml::{Table, Value};

/// What the rules need of one `Cargo.toml`.
#[derive(Debug)]
pub struct Manifest {
    /// The package's folder, `.` for the root.
    pub folder: String,
    /// Every crate named in any dependency table, by its key.
    pub dependencies: BTreeSet<String>,
    /// Keys that stand for a crate of another name.
    pub renamed: BTreeSet<String>,
}

impl Manifest {
    /// Reads every dependency table: plain, dev, build, of the workspace and of targets.
    pub fn parse(folder: &str, text: &str) -> Result<Self, toml::de::Error> {
        let mut manifest = Self {
            folder: folder.to_owned(),
            dependencies: BTreeSet::new(),
            renamed: BTreeSet::new(),
        };
        manifest.read_tables(&text.parse::<Table>()?);
        Ok(manifest)
    }

    /// Where it lies, as a person names it.
    pub fn path(&self) -> String {
        match self.folder.as_str() {
            "." => "Cargo.toml".to_owned(),
            folder => format!("{folder}/Cargo.toml"),
        }
    }

    fn read_tables(&mut self, table: &Table) {
        for (key, value) in table {
            match (key.as_str(), value) {
                (
                    "dependencies" | "dev-dependencies" | "build-dependencies",
                    Value::Table(deps),
                ) => {
                    self.read_dependencies(deps);
                }
                ("workspace", Value::Table(inner)) => self.read_tables(inner),
                ("target", Value::Table(targets)) => {
                    targets.values().filter_map(Value::as_table).for_each(|t| self.read_tables(t));
                }
                _ => {}
            }
        }
    }

    fn read_dependencies(&mut self, dependencies: &Table) {
        for (name, value) in dependencies {
            self.dependencies.insert(name.clone());
            if value.get("package").is_some() {
                self.renamed.insert(name.clone());
            }
        }
    }
}
