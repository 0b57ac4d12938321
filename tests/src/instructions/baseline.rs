//! The baseline: what each path took when it was written, and what differs from it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Unmeasured;
use super::profile::Profile;

/// How far a count may be from its baseline, in hundredths of the baseline.
const TOLERANCE_PERCENT: u64 = 5;
/// A function has a line in the baseline from this share of its path on, in hundredths.
const SHARE_PERCENT: u64 = 2;
/// How many functions a finding names at most.
const NAMED_MAX: usize = 5;

/// The baseline of all paths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Baseline {
    /// The compiler and the architecture of the measured program.
    pub made_with: String,
    /// The paths by their names.
    pub paths: BTreeMap<String, Counts>,
}

/// What one path takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Instructions of the program's own functions.
    pub instructions: u64,
    /// How often the path asks for memory.
    pub allocations: u64,
    /// Instructions of the functions that have the greatest shares.
    pub functions: BTreeMap<String, u64>,
}

/// What differs from the baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A count is out of its tolerance.
    Changed {
        /// The path.
        path: String,
        /// `instructions` or `allocations`.
        what: &'static str,
        /// The baseline.
        was: u64,
        /// What was counted.
        is: u64,
        /// The functions whose instructions have changed most, with what they took and take.
        functions: Vec<(String, u64, u64)>,
    },
    /// A path that the baseline does not have.
    New(String),
    /// A path of the baseline that is not measured any more.
    Gone(String),
}

impl Baseline {
    /// Reads the baseline's file.
    ///
    /// # Errors
    /// [`Unmeasured::Baseline`].
    pub fn parse(text: &str) -> Result<Self, Unmeasured> {
        toml::from_str(text).map_err(|error| Unmeasured::Baseline(error.to_string()))
    }

    /// Writes it.
    ///
    /// # Errors
    /// [`Unmeasured::Baseline`].
    pub fn render(&self) -> Result<String, Unmeasured> {
        let head = "# Instructions and allocations of the pure paths. Written by\n\
            # `cargo run --release -p nemcon-tests --bin instructions -- --renew`.\n\n";
        let body =
            toml::to_string(self).map_err(|error| Unmeasured::Baseline(error.to_string()))?;
        Ok(format!("{head}{body}"))
    }
}

impl Counts {
    /// What the baseline keeps of a profile.
    pub fn of(profile: &Profile) -> Self {
        let instructions = profile.instructions();
        let is_large = |cost: u64| cost * 100 >= instructions * SHARE_PERCENT;
        let functions = profile.functions.iter().filter(|(_, cost)| is_large(**cost));
        Self {
            instructions,
            allocations: profile.allocations,
            functions: functions.map(|(name, cost)| (name.clone(), *cost)).collect(),
        }
    }
}

/// What of the measured paths is out of tolerance. Where `is_whole`, all paths were measured.
pub fn compare(
    baseline: &Baseline,
    measured: &BTreeMap<String, Profile>,
    is_whole: bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, profile) in measured {
        match baseline.paths.get(path) {
            Some(counts) => findings.extend(compare_path(path, counts, profile)),
            None => findings.push(Finding::New(path.clone())),
        }
    }
    let gone = baseline.paths.keys().filter(|path| is_whole && !measured.contains_key(*path));
    findings.extend(gone.cloned().map(Finding::Gone));
    findings
}

fn compare_path(path: &str, counts: &Counts, profile: &Profile) -> Vec<Finding> {
    let pairs = [
        ("instructions", counts.instructions, profile.instructions()),
        ("allocations", counts.allocations, profile.allocations),
    ];
    let changed = pairs.into_iter().filter(|(_, was, is)| is_out(*was, *is));
    let finding = |(what, was, is)| Finding::Changed {
        path: path.to_owned(),
        what,
        was,
        is,
        functions: most_changed(counts, profile),
    };
    changed.map(finding).collect()
}

/// Whether a count is further from its baseline than it may be.
fn is_out(was: u64, is: u64) -> bool {
    was.abs_diff(is) * 100 > was * TOLERANCE_PERCENT
}

/// The functions whose instructions differ most, the greatest difference first.
fn most_changed(counts: &Counts, profile: &Profile) -> Vec<(String, u64, u64)> {
    let names: BTreeSet<&String> =
        counts.functions.keys().chain(profile.functions.keys()).collect();
    let is = |name| profile.functions.get(name).copied().unwrap_or(0);
    // A function without a line in the baseline had less than this.
    let unsaid = counts.instructions * SHARE_PERCENT / 100;
    let was = |name| counts.functions.get(name).copied().unwrap_or_else(|| is(name).min(unsaid));
    let mut changed: Vec<_> = names.into_iter().map(|name| (name, was(name), is(name))).collect();
    changed.retain(|(_, was, is)| was != is);
    changed.sort_by_key(|(_, was, is)| std::cmp::Reverse(was.abs_diff(*is)));
    changed.truncate(NAMED_MAX);
    changed.into_iter().map(|(name, was, is)| (name.clone(), was, is)).collect()
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { path, what, was, is, functions } => {
                write!(f, "{path}: {is} {what} where the baseline has {was}{}", change(*was, *is))?;
                functions.iter().try_for_each(|(name, was, is)| {
                    write!(f, "\n    {was} -> {is}{} {name}", change(*was, *is))
                })
            }
            Self::New(path) => write!(f, "{path}: the baseline does not have this path"),
            Self::Gone(path) => {
                write!(f, "{path}: the baseline has this path, nothing measures it")
            }
        }
    }
}

/// ` (+12.3 %)`; nothing where there was nothing.
fn change(was: u64, is: u64) -> String {
    let sign = if is < was { '-' } else { '+' };
    let tenths = (was.abs_diff(is) * 1000).checked_div(was);
    tenths.map_or_else(String::new, |it| format!(" ({sign}{}.{} %)", it / 10, it % 10))
}
