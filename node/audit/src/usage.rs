//! What a program prints if its arguments are no command: usage errors, help, the version.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use nemcon_client::failure::Failure;
use nemcon_client::founding::{FINGERPRINT_WORDS, Fingerprint};
use nemcon_crypto::Digest;
use nemcon_ledger::text::Show as _;
use serde_json::json;

use crate::screen::{Screen, unwritten};

/// The option whose value is the words of a fingerprint.
const FINGERPRINT_OPTION: &str = "--fingerprint";

/// The arguments of this process. The words behind `--fingerprint` are one argument, whether or not quotation marks
/// stood around them.
pub fn arguments() -> Vec<OsString> {
    joined(std::env::args_os())
}

fn joined(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut joined = Vec::new();
    let mut rest = arguments.peekable();
    while let Some(argument) = rest.next() {
        let is_fingerprint = argument == FINGERPRINT_OPTION;
        joined.push(argument);
        let Some(mut words) = rest.next_if(|_| is_fingerprint) else { continue };
        let count = |words: &OsString| words.to_string_lossy().split_whitespace().count();
        let is_word = |next: &OsString| !next.to_string_lossy().starts_with('-');
        while count(&words) < FINGERPRINT_WORDS
            && let Some(word) = rest.next_if(is_word)
        {
            words.push(" ");
            words.push(word);
        }
        joined.push(words);
    }
    joined
}

/// Prints the usage error, the help or the version, as the parser's `error` says.
pub fn explain<C: Parser>(error: clap::Error, arguments: &[OsString]) -> ExitCode {
    let is_asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if is_asked_for {
        return tell(&error, wants_json(arguments));
    }
    if let Some(help) = help_for_a_program::<C>(arguments) {
        return tell(&help, true);
    }
    let status = ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
    let error = harmless::<C>(error, arguments);
    if wants_json(arguments) {
        return Screen::new(true).failure(&as_failure(&error.to_string()));
    }
    // If even standard error cannot be written, nothing more can be done.
    let _ = error.print();
    status
}

/// Prints the help or the version.
fn tell(asked_for: &clap::Error, is_json: bool) -> ExitCode {
    let screen = Screen::new(is_json);
    let told = if is_json {
        let is_version = asked_for.kind() == ErrorKind::DisplayVersion;
        let field = if is_version { "version" } else { "help" };
        screen.result(&json!({ field: asked_for.to_string().trim_end() }), "")
    } else {
        let printed = asked_for.print().map_err(|error| unwritten(&error));
        printed.or_else(|failure| failure.map_or(Ok(()), Err))
    };
    told.map_or_else(|failure| screen.failure(&failure), |()| ExitCode::SUCCESS)
}

/// The help that `nemcon help ... --json` asks for. The parser accepts no option after `help`.
fn help_for_a_program<C: Parser>(arguments: &[OsString]) -> Option<clap::Error> {
    if !wants_json(arguments) || !arguments.iter().skip(1).any(|argument| argument == "help") {
        return None;
    }
    let words = arguments.iter().filter(|argument| *argument != "--json");
    let error = C::try_parse_from(words).err()?;
    (error.kind() == ErrorKind::DisplayHelp).then_some(error)
}

/// Whether the arguments ask for JSON, as far as arguments that do not parse can tell.
fn wants_json(arguments: &[OsString]) -> bool {
    arguments.iter().take_while(|argument| *argument != "--").any(|argument| argument == "--json")
}

/// The error after each argument in it was escaped, so that none steers the terminal.
fn harmless<C: Parser>(error: clap::Error, arguments: &[OsString]) -> clap::Error {
    let shown: Vec<String> = arguments.iter().map(|argument| argument.shown()).collect();
    if shown.iter().zip(arguments).all(|(shown, argument)| *argument == **shown) {
        return error;
    }
    let parsed = C::try_parse_from(&shown);
    parsed.err().unwrap_or_else(|| {
        let message = "an argument is not UTF-8 text, or has characters that no argument may have";
        C::command().error(ErrorKind::InvalidUtf8, message)
    })
}

fn as_failure(words: &str) -> Failure {
    let message = words.split("\n\nUsage:").next().unwrap_or(words);
    let message = message.split("\n\nFor more information").next().unwrap_or(message);
    let message = message.strip_prefix("error: ").unwrap_or(message);
    Failure::usage(message).next("the same command with `--help` instead says how it is used")
}

/// The council digest, which only the caller can bring.
///
/// # Errors
/// [`Failure`] if it was not given.
pub fn named(council: Option<Digest>) -> Result<Digest, Failure> {
    council.ok_or_else(|| {
        Failure::usage("an export needs the council digest from you: it cannot vouch for itself")
            .next("give `--council DIGEST`, from the founding papers")
    })
}

/// The council digest that `--council` gives, or `--fingerprint` in words.
///
/// # Errors
/// [`Failure`] if the words are no fingerprint, or the two name different councils.
pub fn council_of(
    council: Option<Digest>,
    fingerprint: Option<&str>,
) -> Result<Option<Digest>, Failure> {
    let Some(words) = fingerprint else { return Ok(council) };
    let spoken = Fingerprint::parse(words)?.digest();
    match council.filter(|council| *council != spoken) {
        None => Ok(Some(spoken)),
        Some(council) => Err(Failure::usage(format_args!(
            "`--council` names {council}, and `--fingerprint` names {spoken}"
        ))
        .next("find out which of them is the council's; give one of them")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use std::os::unix::ffi::OsStringExt as _;

    fn words_of(arguments: &[OsString]) -> String {
        harmless::<Cli>(Cli::try_parse_from(arguments).unwrap_err(), arguments).to_string()
    }

    fn arguments(last: &[u8]) -> Vec<OsString> {
        let words = ["nemcon-audit", "certificate", "--out", "f"].map(OsString::from);
        words.into_iter().chain([OsString::from_vec(last.to_vec())]).collect()
    }

    #[test]
    fn an_argument_steers_no_terminal() {
        for last in [&b"\x1b[31mred"[..], b"two\nVERIFIED", b"\xff\x1b]0;t\x07", b"--x=\x1b[2J"] {
            let words = words_of(&arguments(last));
            let steers = |c: char| c != '\n' && c.to_string().shown() != c.to_string();
            assert!(!words.contains(steers), "{words:?}");
            assert!(!words.contains("\nVERIFIED"), "{words:?}");
        }
        assert!(words_of(&arguments(b"\x1b[31mred")).contains("'\\u{1b}[31mred'"));
    }

    #[test]
    fn the_words_of_a_fingerprint_are_one_argument_with_and_without_quotation_marks() {
        let given = |line: &str| {
            joined(line.split('|').map(OsString::from))
                .iter()
                .map(|it| it.to_string_lossy().into_owned())
                .collect::<Vec<_>>()
        };
        let words = ["abbey"; FINGERPRINT_WORDS].join(" ");
        let apart = words.replace(' ', "|");
        for line in [format!("n|a|--fingerprint|{apart}|f"), format!("n|a|--fingerprint|{words}|f")]
        {
            assert_eq!(given(&line), ["n", "a", "--fingerprint", &words, "f"]);
        }
        assert_eq!(
            given("n|--fingerprint|abbey|acid|--json|f"),
            ["n", "--fingerprint", "abbey acid", "--json", "f"]
        );
        assert_eq!(given("n|--fingerprint"), ["n", "--fingerprint"]);
        assert_eq!(given("n|a|b"), ["n", "a", "b"]);
    }

    #[test]
    fn a_council_is_named_by_its_digest_or_by_its_fingerprint_and_the_two_agree() {
        let digest = nemcon_crypto::hash::sha256(b"council");
        let words = Fingerprint::of(digest).to_string();
        assert_eq!(council_of(None, Some(&words)), Ok(Some(digest)));
        assert_eq!(council_of(Some(digest), Some(&words)), Ok(Some(digest)));
        assert_eq!(council_of(Some(digest), None), Ok(Some(digest)));
        let other = nemcon_crypto::hash::sha256(b"another");
        assert!(council_of(Some(other), Some(&words)).unwrap_err().message().contains("names"));
        assert!(council_of(None, Some("abbey")).unwrap_err().message().contains("1 words"));
    }

    #[test]
    fn help_is_help_for_a_program_too() {
        let asks = |words: &[&str]| {
            let words: Vec<_> = words.iter().map(OsString::from).collect();
            help_for_a_program::<Cli>(&words).is_some()
        };
        assert!(
            asks(&["nemcon", "help", "--json"]) && asks(&["nemcon", "--json", "help", "audit"])
        );
        assert!(!asks(&["nemcon", "help"]) && !asks(&["nemcon", "help", "nothing", "--json"]));
    }

    #[test]
    fn a_program_is_told_what_is_wrong_without_the_help() {
        let failure = as_failure(&words_of(&arguments(b"yes")));
        assert!(failure.message().starts_with("invalid value 'yes'"), "{failure:?}");
        assert!(!failure.message().contains("Usage"), "{failure:?}");
        assert!(wants_json(&["nemcon", "x", "--json"].map(OsString::from)));
        assert!(!wants_json(&["nemcon", "x", "--", "--json"].map(OsString::from)));
    }
}
