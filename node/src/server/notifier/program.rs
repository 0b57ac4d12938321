//! A program that is run for each event: without a shell, one at a time, and not for long.

use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// How long the program may run.
const TIME_MAX: Duration = Duration::from_secs(30);
/// How often it is looked whether the program has ended.
const LOOK: Duration = Duration::from_millis(20);
/// What a program sees of the node's environment.
const ENVIRONMENT: [&str; 4] = ["PATH", "HOME", "LANG", "TZ"];

/// A program with its arguments.
#[derive(Clone, Debug)]
pub(super) struct Program {
    words: Vec<String>,
    time_max: Duration,
    running: Running,
}

/// What runs of a program now, known to whoever ends the node.
#[derive(Clone, Debug, Default)]
pub(super) struct Running(Arc<Mutex<Run>>);

#[derive(Debug, Default)]
enum Run {
    #[default]
    Nothing,
    Program(Child),
    /// The node ends: nothing is run any more.
    Ended,
}

/// Why a program did not take an event.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProgramError {
    #[error("the program cannot be run: {0}")]
    Run(#[from] io::Error),
    #[error("the program was killed after {} s", .0.as_secs())]
    TooLong(Duration),
    #[error("the node ends, and the program with it")]
    NodeEnds,
    #[error("the program failed: {0}")]
    Failed(ExitStatus),
}

impl Program {
    pub(super) fn of(words: &[String]) -> Self {
        Self { words: words.to_vec(), time_max: TIME_MAX, running: Running::default() }
    }

    /// What runs of it, for the end of the node.
    pub(super) fn running(&self) -> Running {
        self.running.clone()
    }

    /// Runs the program with this text on its standard input, and the kind and id of the event in its environment.
    ///
    /// # Errors
    /// [`ProgramError`].
    pub(super) fn run(&self, kind: &str, id: &str, body: &str) -> Result<(), ProgramError> {
        let (program, arguments) =
            self.words.split_first().map_or(("", &[][..]), |it| (it.0, it.1));
        let kept = ENVIRONMENT.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(kept)
            .env("NEMCON_EVENT", kind)
            .env("NEMCON_EVENT_ID", id)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own, so that what the program has started ends with it.
            .process_group(0);
        self.running.begin(&mut command, body)?;
        let status = self.running.ended(self.time_max)?;
        if status.success() { Ok(()) } else { Err(ProgramError::Failed(status)) }
    }
}

impl Running {
    fn lock(&self) -> MutexGuard<'_, Run> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the program, and writes the text to its input.
    fn begin(&self, command: &mut Command, body: &str) -> Result<(), ProgramError> {
        let mut run = self.lock();
        if matches!(*run, Run::Ended) {
            return Err(ProgramError::NodeEnds);
        }
        let mut child = command.spawn()?;
        let stdin = child.stdin.take();
        *run = Run::Program(child);
        // A program that does not read must not keep the node from ending it.
        drop(run);
        if let Some(mut stdin) = stdin {
            // The text fits into a pipe. A program that does not read it is none of our failures.
            let _ = stdin.write_all(body.as_bytes());
        }
        Ok(())
    }

    /// How the program ended; it is killed if it goes on for too long.
    fn ended(&self, time_max: Duration) -> Result<ExitStatus, ProgramError> {
        let begun = Instant::now();
        loop {
            let mut run = self.lock();
            let Run::Program(child) = &mut *run else { return Err(ProgramError::NodeEnds) };
            if let Some(status) = child.try_wait()? {
                *run = Run::Nothing;
                return Ok(status);
            }
            if begun.elapsed() > time_max {
                kill(child)?;
                *run = Run::Nothing;
                return Err(ProgramError::TooLong(time_max));
            }
            drop(run);
            sleep(LOOK);
        }
    }

    /// Kills the program with what it has started; from now on nothing is run.
    pub(super) fn end(&self) {
        if let Run::Program(mut child) = core::mem::replace(&mut *self.lock(), Run::Ended) {
            let _ = kill(&mut child);
        }
    }
}

fn kill(child: &mut Child) -> io::Result<()> {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if group.is_none_or(|group| kill_process_group(group, Signal::KILL).is_err()) {
        child.kill()?;
    }
    child.wait()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Program {
        let words = ["/bin/sh", "-c", script, "sh"].map(str::to_owned);
        Program { time_max: Duration::from_millis(300), ..Program::of(&words) }
    }

    #[test]
    fn a_program_gets_the_event_on_its_input_and_in_its_environment() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let script = format!(
            "(cat; echo \" $NEMCON_EVENT $NEMCON_EVENT_ID\"; env | grep -c CARGO) > {}",
            out.to_str().unwrap()
        );
        let _ = shell(&script).run("adopted", "nemcon_7", "{}");
        assert_eq!(std::fs::read_to_string(out).unwrap(), "{} adopted nemcon_7\n0\n");
    }

    #[test]
    fn a_program_that_fails_is_not_there_or_goes_on_is_told_apart() {
        assert!(matches!(shell("exit 3").run("a", "b", "c"), Err(ProgramError::Failed(_))));
        let none = Program::of(&["/nowhere/at/all".to_owned()]);
        assert!(matches!(none.run("a", "b", "c"), Err(ProgramError::Run(_))));
        let begun = Instant::now();
        let killed = shell("sleep 600 & sleep 600").run("a", "b", "c");
        assert!(matches!(killed, Err(ProgramError::TooLong(_))), "{killed:?}");
        assert!(begun.elapsed() < Duration::from_mins(1));
    }

    #[test]
    fn a_program_ends_with_the_node_and_so_does_what_it_has_started() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("held");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let words =
            ["/bin/sh", "-c", "exec > \"$0\"; sleep 600 & sleep 600", fifo.to_str().unwrap()];
        let program = Program::of(&words.map(str::to_owned));
        let running = program.running();
        let telling = std::thread::spawn(move || {
            // More than a pipe holds: nobody reads it, and whoever ends the node is not kept waiting.
            let ended = program.run("a", "b", &"c".repeat(1 << 20));
            (ended, program.run("a", "b", "c"))
        });
        // The pipe opens when the program has opened it, and is at its end when all that holds it has ended.
        let mut held = std::fs::File::open(&fifo).unwrap();
        running.end();
        assert_eq!(io::Read::read(&mut held, &mut [0]).unwrap(), 0);
        let (ended, again) = telling.join().unwrap();
        assert!(matches!(ended, Err(ProgramError::NodeEnds)), "{ended:?}");
        assert!(matches!(again, Err(ProgramError::NodeEnds)), "{again:?}");
    }
}
