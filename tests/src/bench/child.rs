//! A command that runs to its end, with what it took.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::limits::ns;
use crate::crash::{Failed, ensure};
use crate::usage::Usage;

/// Before a command is looked at again.
const PAUSE: Duration = Duration::from_millis(5);

/// A command that has ended with success.
pub(super) struct Ended {
    /// How long it ran.
    pub(super) elapsed_ns: u64,
    /// Its processor time, as it was shortly before the end.
    pub(super) cpu_ns: u64,
    /// The most memory that it had, in KiB, as it was shortly before the end.
    pub(super) peak_kib: u64,
    /// What it printed.
    pub(super) out: String,
}

/// Runs a command to its end, at most as long as `patience`.
///
/// # Errors
/// [`Failed`] if it does not start, does not end in time, or ends without success.
pub(super) fn finish(mut command: Command, patience: Duration) -> Result<Ended, Failed> {
    let (out, errors) = (tempfile::NamedTempFile::new()?, tempfile::NamedTempFile::new()?);
    command.stdin(Stdio::null()).stdout(out.reopen()?).stderr(errors.reopen()?);
    let began = Instant::now();
    let mut child = command.spawn()?;
    let (mut cpu_ns, mut peak_kib) = (0, 0);
    let status = loop {
        if let Ok(usage) = Usage::of(child.id()) {
            cpu_ns = cpu_ns.max(usage.cpu_ns);
            peak_kib = peak_kib.max(usage.peak_kib);
        }
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if began.elapsed() > patience {
            child.kill()?;
            child.wait()?;
            return Err(Failed(format!("{command:?} did not end in {} s", patience.as_secs())));
        }
        std::thread::sleep(PAUSE);
    };
    let elapsed_ns = ns(began.elapsed());
    let said = std::fs::read_to_string(errors.path())?;
    ensure(status.success(), || format!("{command:?} ended with {status}: {}", said.trim_end()))?;
    Ok(Ended { elapsed_ns, cpu_ns, peak_kib, out: std::fs::read_to_string(out.path())? })
}
