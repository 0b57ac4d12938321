//! A program that is run for each event: without a shell, one at a time, and not for long.

use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
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
}

/// Why a program did not take an event.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProgramError {
    #[error("the program cannot be run: {0}")]
    Run(#[from] io::Error),
    #[error("the program was killed after {} s", .0.as_secs())]
    TooLong(Duration),
    #[error("the program failed: {0}")]
    Failed(ExitStatus),
}

impl Program {
    pub(super) fn of(words: &[String]) -> Self {
        Self { words: words.to_vec(), time_max: TIME_MAX }
    }

    /// Runs the program with this text on its standard input, and the kind and id of the event in its environment.
    ///
    /// # Errors
    /// [`ProgramError`].
    pub(super) fn run(&self, kind: &str, id: &str, body: &str) -> Result<(), ProgramError> {
        let (program, arguments) =
            self.words.split_first().map_or(("", &[][..]), |it| (it.0, it.1));
        let kept = ENVIRONMENT.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(kept)
            .env("NEMCON_EVENT", kind)
            .env("NEMCON_EVENT_ID", id)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own, so that what the program has started ends with it.
            .process_group(0)
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // The text fits into a pipe. A program that does not read it is none of our failures.
            let _ = stdin.write_all(body.as_bytes());
        }
        let status = ended(&mut child, self.time_max)?;
        if status.success() { Ok(()) } else { Err(ProgramError::Failed(status)) }
    }
}

/// How the program ended; it is killed if it goes on for too long.
fn ended(child: &mut Child, time_max: Duration) -> Result<ExitStatus, ProgramError> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if begun.elapsed() > time_max {
            let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
            if group.is_none_or(|group| kill_process_group(group, Signal::KILL).is_err()) {
                child.kill()?;
            }
            child.wait()?;
            return Err(ProgramError::TooLong(time_max));
        }
        sleep(LOOK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Program {
        let words = ["/bin/sh", "-c", script, "sh"].map(str::to_owned);
        Program { words: words.to_vec(), time_max: Duration::from_millis(300) }
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
}
