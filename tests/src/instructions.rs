//! The guard against growing slow: how many instructions the pure paths take, compared with a baseline.
//!
//! Guarantee: a path that takes more than 5 % more or fewer instructions or allocations than its
//! baseline is found, and the functions are named whose share has changed most. The count does not
//! depend on the machine's speed or load. Not guaranteed: another compiler makes other code, so the
//! baseline names the compiler that made it.
//!
//! Callgrind counts one call of [`measured`] a process. The functions of `PRIMITIVES` in `profile` and the
//! system's libraries are left out, because they choose their code by what the processor can do.

mod baseline;
mod callgrind;
mod paths;
mod profile;
#[cfg(test)]
mod tests;

use std::io;

pub use baseline::{Baseline, Counts, Finding, compare};
pub use callgrind::{made_with, profile_of};
pub use paths::{PATHS, Path, Step};
pub use profile::{Malformed, Profile};

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub enum Unmeasured {
    /// Valgrind is not installed, or a file could not be read.
    #[error("{what}: {cause}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        cause: io::Error,
    },
    /// Valgrind or the measured program failed.
    #[error("{path}: valgrind ended with {status}: {told}")]
    Failed {
        /// The path that ran.
        path: &'static str,
        /// The exit status.
        status: std::process::ExitStatus,
        /// What it wrote to its error output.
        told: String,
    },
    /// Callgrind's output has another form than expected.
    #[error("{path}: {malformed}")]
    Malformed {
        /// The path that ran.
        path: &'static str,
        /// What is wrong with the output.
        malformed: Malformed,
    },
    /// The baseline cannot be read or written as TOML.
    #[error("the baseline: {0}")]
    Baseline(String),
}

/// Runs one step of a path under the eyes of callgrind, which collects only within this function.
#[inline(never)]
pub fn measured(step: &mut Step) {
    step();
}

/// Prepares a path, runs it once so that whatever is made once is made, then runs it [`measured`].
pub fn run(path: &Path) {
    let mut step = (path.prepare)();
    step();
    measured(&mut step);
}
