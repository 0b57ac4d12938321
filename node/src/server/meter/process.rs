//! What the operating system tells of this process. The names are those that every Prometheus client uses.

use std::time::SystemTime;

use rustix::process::{Resource, getrlimit};

/// This process, as far as the system tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Process {
    /// When it started, in seconds of POSIX time.
    pub(super) started_s: f64,
    /// How many files it has open.
    pub(super) open_files: u64,
    /// How many it may have open.
    pub(super) open_files_max: u64,
    /// The memory that it takes up, in bytes.
    pub(super) resident_bytes: u64,
}

impl Process {
    pub(super) fn now(started: SystemTime) -> Self {
        let started = started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        // The folder itself is open while it is read.
        let open = std::fs::read_dir("/proc/self/fd").map_or(0, |it| it.count().saturating_sub(1));
        Self {
            started_s: started.as_secs_f64(),
            open_files: open as u64,
            open_files_max: getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX),
            resident_bytes: resident_bytes().unwrap_or_default(),
        }
    }
}

/// The line `VmRSS: NUMBER kB` of `/proc/self/status` [proc(5)].
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_files_open_and_takes_up_memory() {
        let process = Process::now(SystemTime::now());
        assert!(process.open_files >= 3 && process.open_files_max >= process.open_files);
        assert!(process.resident_bytes > 1 << 20, "{process:?}");
    }
}
