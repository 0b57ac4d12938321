//! What processes and threads use, as `/proc` tells it.

use crate::crash::Failed;

/// What one process has used so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Nanoseconds on a processor, over all its threads that still run.
    pub cpu_ns: u64,
    /// Bytes that it has sent to storage.
    pub written: u64,
    /// Its memory now, in KiB.
    pub rss_kib: u64,
    /// The most memory that it has had, in KiB.
    pub peak_kib: u64,
}

impl Usage {
    /// What the process of this id has used.
    pub fn of(pid: u32) -> Result<Self, Failed> {
        let mut cpu_ns = 0;
        for task in std::fs::read_dir(format!("/proc/{pid}/task"))? {
            // A thread may end while the list is read.
            let said = std::fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
            cpu_ns += first_number(&said);
        }
        let status = format!("/proc/{pid}/status");
        Ok(Self {
            cpu_ns,
            written: field(&format!("/proc/{pid}/io"), "write_bytes:")?,
            rss_kib: field(&status, "VmRSS:")?,
            peak_kib: field(&status, "VmHWM:")?,
        })
    }
}

/// The nanoseconds that this thread has been on a processor.
pub fn thread_cpu() -> u64 {
    first_number(&std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default())
}

/// The nanoseconds that this thread is on a processor for one of `times` acts. The system counts that time in
/// steps of milliseconds, so all of the acts are measured in one interval.
pub fn thread_cpu_each(times: u64, mut act: impl FnMut()) -> u64 {
    let before = thread_cpu();
    (0..times).for_each(|_| act());
    thread_cpu().saturating_sub(before) / times.max(1)
}

/// The number behind a name in a file of `/proc`.
pub fn field(path: &str, name: &str) -> Result<u64, Failed> {
    let text = std::fs::read_to_string(path)?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.map(first_number).ok_or_else(|| Failed(format!("{path} has no {name}")))
}

fn first_number(text: &str) -> u64 {
    text.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
