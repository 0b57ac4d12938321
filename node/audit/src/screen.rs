//! The output of a command: words for people, or with `--json` one object for programs.

use core::fmt::{Display, Write as _};
use std::io::{self, Write as _};
use std::process::ExitCode;

use nemcon_ledger::text::shown::{Lines, is_harmless};
use serde::Serialize;

use nemcon_client::failure::{Failure, FailureKind};

/// The output of a command, in one of the two forms.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    json: bool,
}

impl Screen {
    /// An output in JSON if `json`, otherwise in words.
    pub const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether the output is JSON.
    pub const fn is_json(self) -> bool {
        self.json
    }

    /// Prints words; in JSON form, prints nothing.
    ///
    /// # Errors
    /// [`Failure`] if standard output cannot be written.
    pub fn say(self, words: impl Display) -> Result<(), Failure> {
        if self.json { Ok(()) } else { print(Lines(&words.to_string())) }
    }

    /// Prints words to standard error, beside what standard output gets.
    ///
    /// # Errors
    /// [`Failure`] if standard error cannot be written: nobody has read the words.
    pub fn beside(self, words: impl Display) -> Result<(), Failure> {
        let mut stderr = io::stderr().lock();
        let written =
            writeln!(stderr, "{}", Lines(&words.to_string())).and_then(|()| stderr.flush());
        written.map_err(|error| {
            Failure::usage(format_args!("standard error cannot be written: {error}"))
                .next("nothing was given out; give the command again")
        })
    }

    /// Prints the command's result, once, in the form that was chosen.
    ///
    /// # Errors
    /// [`Failure`] if standard output cannot be written.
    pub fn result(self, value: &impl Serialize, words: impl Display) -> Result<(), Failure> {
        if self.json {
            let text = serde_json::to_string_pretty(value).expect("our results are JSON");
            print(harmless_json(&text))
        } else {
            print(Lines(&words.to_string()))
        }
    }

    /// Prints one of many lines as they come: words, or with `--json` one object on a line. Returns whether somebody reads
    /// on.
    ///
    /// # Errors
    /// [`Failure`] if standard output cannot be written.
    pub fn line(self, value: &impl Serialize, words: impl Display) -> Result<bool, Failure> {
        let line = if self.json {
            harmless_json(&serde_json::to_string(value).expect("our results are JSON"))
        } else {
            Lines(&words.to_string()).to_string()
        };
        let mut stdout = io::stdout().lock();
        match writeln!(stdout, "{line}").and_then(|()| stdout.flush()) {
            Ok(()) => Ok(true),
            Err(error) => unwritten(&error).map_or(Ok(false), Err),
        }
    }

    /// Prints why the command has failed, and returns the exit status.
    pub fn failure(self, failure: &Failure) -> ExitCode {
        if failure.message().is_empty() {
            return exit_code(failure);
        }
        if self.json {
            let value = serde_json::json!({ "error": failure });
            return match self.result(&value, "") {
                Ok(()) => exit_code(failure),
                Err(unwritten) => {
                    complain(failure);
                    complain(&unwritten);
                    exit_code(&unwritten)
                }
            };
        }
        complain(failure);
        exit_code(failure)
    }
}

/// The exit status of a failure: 1 refused or not verified; 2 usage error or could not run; 3
/// accepted, and not yet ordered; 4 verified as far as it is public.
fn exit_code(failure: &Failure) -> ExitCode {
    ExitCode::from(match failure.kind() {
        FailureKind::Refused => 1,
        FailureKind::Usage => 2,
        FailureKind::NotYet => 3,
        FailureKind::InPart => 4,
    })
}

/// Prints the failure to standard error.
fn complain(failure: &Failure) {
    let mut stderr = io::stderr().lock();
    // If even standard error cannot be written, nothing more can be done.
    let _ = writeln!(stderr, "nemcon: {}", Lines(failure.message()));
    if let Some(law) = failure.law() {
        let _ = writeln!(stderr, "  rule: {}", Lines(&law));
    }
    if let Some(advice) = failure.advice() {
        let _ = writeln!(stderr, "  next: {}", Lines(advice));
    }
}

/// Prints a line to standard output.
fn print(words: impl Display) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let written = writeln!(stdout, "{words}").and_then(|()| stdout.flush());
    match written.map_err(|error| unwritten(&error)) {
        Err(Some(failure)) => Err(failure),
        Ok(()) | Err(None) => Ok(()),
    }
}

/// The failure if standard output cannot be written. `None` if the reader has closed it, as `head`
/// does; an error such as a full disk is a failure.
pub fn unwritten(error: &io::Error) -> Option<Failure> {
    (error.kind() != io::ErrorKind::BrokenPipe).then(|| {
        Failure::usage(format_args!("standard output cannot be written: {error}"))
            .next("what the command has done stands: look at it before you give it again")
    })
}

/// The JSON with every character that steers a terminal written as `\u....`, which means the same
/// to a program. Such characters occur only within strings; line ends between them stay.
fn harmless_json(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\n' || is_harmless(character) {
            words.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(words, "\\u{unit:04x}");
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_means_the_same_to_a_program_and_steers_no_terminal() {
        let said = "\u{0}\t\u{1b}[31m\u{7f}\u{9b}\u{202e}\u{feff}\u{e0041}é — €";
        let text = serde_json::to_string_pretty(&[said]).unwrap();
        let shown = harmless_json(&text);
        assert!(shown.chars().all(|c| c == '\n' || is_harmless(c)), "{shown}");
        assert_eq!(serde_json::from_str::<[String; 1]>(&shown).unwrap()[0], said);
        assert!(shown.contains("é — €"));
    }
}
