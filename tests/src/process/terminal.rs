//! A pseudo-terminal, and somebody who reads on it and answers.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use super::wait_for;

/// What the question ends with.
const QUESTION: &str = "[y/N] ";
/// What Ctrl-C types.
const CTRL_C: &str = "\u{3}";

/// A terminal of so many columns.
#[derive(Debug)]
pub struct Terminal {
    person: File,
    program: File,
}

/// What came of a command at a terminal.
#[derive(Clone, Debug)]
pub struct Dialogue {
    /// Its exit status; none if a signal ended it.
    pub status: Option<i32>,
    /// All that the terminal has shown, its lines ended by LF alone.
    pub seen: String,
    /// What went to standard output where that was no terminal.
    pub out: String,
    /// Whether the terminal shows, after the command, what is typed.
    pub echoes: bool,
}

impl Terminal {
    /// Opens a pseudo-terminal that is so many columns wide.
    pub fn open(columns: u16) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
        let person = openpt(flags).expect("the system has pseudo-terminals");
        grantpt(&person).and_then(|()| unlockpt(&person)).expect("it is ours");
        let size = Winsize { ws_row: 50, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&person, size).expect("a terminal has a size");
        let name = ptsname(&person, Vec::new()).expect("it has a name");
        let path = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
        let program = OpenOptions::new().read(true).write(true).open(path).expect("it opens");
        Self { person: person.into(), program }
    }

    /// Standard input, output or error of a command.
    pub fn stdio(&self) -> Stdio {
        self.program.try_clone().expect("descriptors are to be had").into()
    }

    /// Types a line before anybody asks for it.
    pub fn types(&self, line: &str) {
        writeln!(&self.person, "{line}").expect("the terminal is there");
    }

    /// Runs a command, whose streams are set, with standard input from here; answers its question, if
    /// it puts one, with `answer`.
    pub fn run(self, command: &mut Command, answer: &str) -> Dialogue {
        self.run_while(command, answer, |_| {})
    }

    /// As [`Self::run`], where these are typed, one after the other, when a passphrase is asked for; each with
    /// its line end. Ctrl-C answers whatever is asked beyond them.
    pub fn run_typing(self, command: &mut Command, answer: &str, secrets: &[&str]) -> Dialogue {
        self.converse(command, answer, secrets, |_| {})
    }

    /// As [`Self::run`], where each question is answered, and something happens while it stands: `asked` is
    /// told the number of the question.
    pub fn run_while(
        self,
        command: &mut Command,
        answer: &str,
        asked: impl FnMut(usize),
    ) -> Dialogue {
        self.converse(command, answer, &[], asked)
    }

    fn converse(
        self,
        command: &mut Command,
        answer: &str,
        secrets: &[&str],
        mut asked: impl FnMut(usize),
    ) -> Dialogue {
        let mut told = 0;
        let mut child = command.stdin(self.stdio()).spawn().expect("the binary runs");
        // The terminal ends with the last who holds it: the command itself.
        let Self { mut person, program } = self;
        drop(program);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let (mut seen, mut chunk, mut questions) = (Vec::new(), [0; 4096], 0);
        // At its end the system says that there is nobody any more.
        while let Ok(read @ 1..) = person.read(&mut chunk) {
            seen.extend_from_slice(&chunk[..read]);
            if seen.ends_with(QUESTION.as_bytes()) {
                questions += 1;
                asked(questions);
                writeln!(person, "{answer}").expect("the command listens");
            } else if is_secret(&seen) {
                // Whoever has nothing to say breaks the question off.
                let secret = secrets.get(told).copied().unwrap_or(CTRL_C);
                told += 1;
                write!(person, "{secret}").expect("the command listens");
            }
        }
        let mut out = String::new();
        if let Some(mut stdout) = child.stdout.take() {
            stdout.read_to_string(&mut out).expect("what is printed is UTF-8");
        }
        let ended = wait_for("the command to end", || child.try_wait().expect("it is our child"));
        let seen = String::from_utf8(seen).expect("what is shown is UTF-8").replace("\r\n", "\n");
        let modes = tcgetattr(&person).expect("the terminal is there").local_modes;
        let echoes = modes.contains(LocalModes::ECHO | LocalModes::ISIG);
        Dialogue { status: ended.code(), seen, out, echoes }
    }
}

/// Whether the last line asks for something that is not shown.
fn is_secret(seen: &[u8]) -> bool {
    let line = seen.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    line.ends_with(": ") && (line.contains("passphrase of ") || line.contains("once more"))
}
