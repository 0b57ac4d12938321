//! The terminal where a person reads and answers, even if standard output goes elsewhere.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::os::fd::{AsFd, BorrowedFd};

use nemcon_ledger::text::shown::Lines;
use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr,
    tcgetwinsize, tcsetattr,
};
use textwrap::{Options, WordSplitter};
use zeroize::Zeroizing;

/// What begins the rest of a folded line. No line of a record begins with a space.
const FOLDED: &str = "    ";
/// The least width that a text is folded to. A narrower terminal folds lines by itself.
const WIDTH_MIN: u16 = 20;

/// A terminal for questions. Standard input is a terminal too, so that a person can answer.
#[derive(Debug)]
pub(super) struct Terminal(File);

impl Terminal {
    /// Opens standard output, standard error or the process's controlling terminal, the first of
    /// them that is a terminal. `None` if no person can be asked.
    pub(super) fn open() -> Option<Self> {
        if !io::stdin().is_terminal() {
            return None;
        }
        let stdout = io::stdout();
        let stderr = io::stderr();
        let standard = if stdout.is_terminal() {
            stdout.as_fd().try_clone_to_owned()
        } else if stderr.is_terminal() {
            stderr.as_fd().try_clone_to_owned()
        } else {
            OpenOptions::new().write(true).open("/dev/tty").map(Into::into)
        };
        standard.ok().map(|handle| Self(handle.into()))
    }

    /// Shows a text, folded to the terminal's width.
    ///
    /// # Errors
    /// The error of the operating system. The person may not have seen all of the text.
    pub(super) fn show(&mut self, text: &str) -> io::Result<()> {
        let text = Lines(text).to_string();
        let folded = width_of(&self.0).map_or_else(|| text.clone(), |width| fold(&text, width));
        writeln!(self.0, "{folded}").and_then(|()| self.0.flush())
    }

    /// Asks a question and returns whether the answer is yes. Input typed before the question was
    /// shown does not count.
    ///
    /// # Errors
    /// The error of the operating system. The person may not have seen all of the text.
    pub(super) fn ask(&mut self, question: &str) -> io::Result<bool> {
        tcflush(io::stdin(), QueueSelector::IFlush)?;
        write!(self.0, "{} [y/N] ", Lines(question)).and_then(|()| self.0.flush())?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        if !answer.ends_with('\n') {
            // The input ended without a line end, so the next output must begin on a new line.
            writeln!(self.0)?;
        }
        Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
    }

    /// Asks for a line that the terminal does not show. Ctrl-C ends the question as an error, so that the
    /// terminal shows again what is typed.
    ///
    /// # Errors
    /// The error of the operating system; `Interrupted` after Ctrl-C.
    pub(super) fn ask_secret(&mut self, question: &str) -> io::Result<Zeroizing<String>> {
        let stdin = io::stdin();
        let silent = Silent::begin(stdin.as_fd())?;
        write!(self.0, "{}", Lines(question)).and_then(|()| self.0.flush())?;
        let line = read_line(stdin.as_fd());
        drop(silent);
        // The line end that the person typed was not shown either.
        writeln!(self.0)?;
        line
    }
}

/// The longest secret that is read, with its line end. A terminal takes 4095 bytes a line.
const SECRET_BYTES_MAX: usize = 4096;
/// What Ctrl-C types while it is no signal.
const CTRL_C: u8 = 3;

/// A terminal that shows nothing that is typed, until this is dropped.
struct Silent<'a> {
    terminal: BorrowedFd<'a>,
    before: Termios,
}

impl<'a> Silent<'a> {
    /// Input typed before is thrown away: it was shown.
    fn begin(terminal: BorrowedFd<'a>) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
        silent.special_codes[SpecialCodeIndex::VEOL] = CTRL_C;
        tcsetattr(terminal, OptionalActions::Flush, &silent)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Silent<'_> {
    fn drop(&mut self) {
        // If the terminal is gone, nobody types at it.
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.before);
    }
}

/// Reads a line without a buffer that outlives it.
fn read_line(terminal: BorrowedFd<'_>) -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new([0; SECRET_BYTES_MAX]);
    let mut length = 0;
    while length < bytes.len() && !matches!(bytes[..length].last(), Some(&(b'\n' | CTRL_C))) {
        match rustix::io::read(terminal, &mut bytes[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if bytes[..length].contains(&CTRL_C) {
        return Err(io::Error::new(io::ErrorKind::Interrupted, "it was broken off"));
    }
    let line = bytes[..length].strip_suffix(b"\n").unwrap_or(&bytes[..length]);
    let text = str::from_utf8(line).map_err(|_| io::Error::other("it is not UTF-8"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// The number of columns of a terminal; `None` if this is none or does not state it.
pub(super) fn width_of(handle: impl AsFd) -> Option<usize> {
    let size = tcgetwinsize(handle).ok()?;
    (size.ws_col >= WIDTH_MIN).then(|| usize::from(size.ws_col))
}

/// Folds long lines of the text between words. A word that is longer than a line is cut.
pub(super) fn fold(text: &str, width: usize) -> String {
    let options = Options::new(width)
        .subsequent_indent(FOLDED)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(true);
    let lines = text.split('\n').map(|line| textwrap::fill(line, &options));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use console::measure_text_width;

    #[test]
    fn long_lines_are_folded_between_words_and_lose_nothing() {
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let text = format!(
            "title Décision (PESC) 2026/589 du Conseil — χωρίς αντίρρηση\nafter {hash}\nby BE\n"
        );
        for width in 20..100 {
            let folded = fold(&text, width);
            assert!(folded.lines().all(|line| measure_text_width(line) <= width), "{folded}");
            let rejoined: String = folded.split_whitespace().collect();
            assert_eq!(rejoined, text.split_whitespace().collect::<String>());
            let begins = |line: &&str| !line.starts_with(' ');
            assert_eq!(folded.lines().filter(begins).count(), 3, "{folded}");
        }
        assert_eq!(fold(&text, 1000), text);
    }
}
