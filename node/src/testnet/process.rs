//! The node processes of a test network: starts them, finds them again, stops them, and touches
//! no other process.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open, pidfd_send_signal};

/// How long a node may take to stop after it was asked to.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
/// The interval at which a stopping node is checked.
const STOP_POLL: Duration = Duration::from_millis(10);

/// How long a node is to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// The node runs until it is stopped.
    Background,
    /// The node runs at most as long as this process: it watches a pipe whose other end only
    /// this process holds.
    WithParent,
}

/// A node that this process has started.
#[derive(Debug)]
pub struct Child {
    child: std::process::Child,
    lifetime: Lifetime,
}

/// A node that another process has started. It is held by a handle, so that its number cannot come
/// to mean another process.
#[derive(Debug)]
pub struct NodeProcess {
    pid: Pid,
    /// Becomes readable once all threads of the process have ended, and its files and sockets are closed.
    handle: OwnedFd,
}

impl Child {
    /// Starts `nemcon node run` with this configuration, in a process group of its own, so that
    /// Ctrl-C does not reach it.
    pub(super) fn spawn(config: &Path, log: File, lifetime: Lifetime) -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["node", "run", "--config"]).arg(config).process_group(0);
        if lifetime == Lifetime::WithParent {
            command.arg("--stop-with-parent").stdin(Stdio::piped());
        } else {
            command.stdin(Stdio::null());
        }
        command.stdout(log.try_clone()?).stderr(log);
        Ok(Self { child: command.spawn()?, lifetime })
    }

    /// The process number of the node.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether the process has ended.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Lets the node read its configuration again.
    pub fn reload(&mut self) {
        self.signal(Signal::HUP);
    }

    /// Asks the node to stop, without waiting.
    pub fn ask_to_stop(&mut self) {
        drop(self.child.stdin.take());
        self.signal(Signal::TERM);
    }

    fn signal(&mut self, signal: Signal) {
        if !self.has_ended()
            && let Some(pid) = pid_of(self.child.id())
        {
            // The process may have ended. Its number is not reused before this process has waited for it.
            let _ = kill_process(pid, signal);
        }
    }

    /// Stops the node: asks it, waits, and kills it if it has not stopped.
    pub fn stop(&mut self) {
        self.ask_to_stop();
        let deadline = Instant::now() + STOP_TIMEOUT;
        while !self.has_ended() && Instant::now() < deadline {
            std::thread::sleep(STOP_POLL);
        }
        // Both calls fail only if the process has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.lifetime == Lifetime::WithParent {
            self.stop();
        }
    }
}

impl NodeProcess {
    /// The process `pid`, if it is a node that runs with this configuration. The number may have
    /// been given to another process since it was recorded.
    pub(super) fn find(pid: u32, config: &Path) -> Option<Self> {
        let pid = pid_of(pid)?;
        // The handle is taken before the check, so that the check is about the held process.
        let process = Self { pid, handle: pidfd_open(pid, PidfdFlags::empty()).ok()? };
        (process.is_running() && process.runs_with(config)).then_some(process)
    }

    fn runs_with(&self, config: &Path) -> bool {
        let Ok(line) = std::fs::read(format!("/proc/{}/cmdline", self.pid())) else { return false };
        let words: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
        let wanted: [&[u8]; 4] = [b"node", b"run", b"--config", config.as_os_str().as_bytes()];
        words.get(1..5) == Some(&wanted[..])
    }

    /// The process number of the node.
    pub fn pid(&self) -> u32 {
        self.pid.as_raw_nonzero().get().cast_unsigned()
    }

    /// Whether the node still runs. Once it does not, its ports are free.
    pub fn is_running(&self) -> bool {
        !self.has_ended_within(Duration::ZERO)
    }

    /// Asks the node to stop, without waiting.
    pub fn ask_to_stop(&self) {
        self.signal(Signal::TERM);
    }

    /// Waits for a node that was asked to stop, and kills it if it does not. Returns whether
    /// it has ended.
    pub fn wait(&self) -> bool {
        self.has_ended_within(STOP_TIMEOUT) || self.kill()
    }

    /// Kills the node without asking, as a power cut would. Returns whether it has ended.
    pub fn kill(&self) -> bool {
        self.signal(Signal::KILL);
        self.has_ended_within(STOP_TIMEOUT)
    }

    fn has_ended_within(&self, timeout: Duration) -> bool {
        let deadline = Instant::now() + timeout;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let left = Timespec::try_from(left).expect("a few seconds are a time");
            match poll(&mut [PollFd::new(&self.handle, PollFlags::IN)], Some(&left)) {
                Err(Errno::INTR) => {}
                ended => return ended.is_ok_and(|ready| ready > 0),
            }
        }
    }

    fn signal(&self, signal: Signal) {
        // The process may have ended; then there is nothing to signal.
        let _ = pidfd_send_signal(&self.handle, signal);
    }
}

fn pid_of(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_is_no_node_of_ours_is_not_found() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        assert!(NodeProcess::find(child.id(), Path::new("/x/node.toml")).is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn a_process_has_ended_once_it_has_let_go_of_its_files() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let pid = pid_of(child.id()).unwrap();
        let handle = pidfd_open(pid, PidfdFlags::empty()).unwrap();
        let process = NodeProcess { pid, handle };
        assert!(process.is_running());
        assert!(process.kill() && !process.is_running());
        child.wait().unwrap();
        assert!(process.wait(), "who has ended needs no asking");
    }

    #[test]
    fn a_number_that_is_no_process_is_not_found() {
        let config = Path::new("/x/node.toml");
        for pid in [0, u32::MAX, i32::MAX.cast_unsigned()] {
            assert!(NodeProcess::find(pid, config).is_none());
        }
    }
}
