//! The terminal at which a person reads and answers, wherever standard output goes.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::os::fd::AsFd;

use nemcon_ledger::text::shown::Lines;
use rustix::termios::{QueueSelector, tcflush, tcgetwinsize};
use textwrap::{Options, WordSplitter};

/// What stands before the rest of a line that was folded: no line of a record begins with a space.
const FOLDED: &str = "    ";
/// The narrowest text; a terminal that says less is folded by itself.
const WIDTH_MIN: u16 = 20;

/// A terminal that shows what is written, where standard input is one that answers.
#[derive(Debug)]
pub(super) struct Terminal(File);

impl Terminal {
    /// Standard output, else standard error, else the terminal that controls this process; none if
    /// nobody can be asked.
    pub(super) fn open() -> Option<Self> {
        if !io::stdin().is_terminal() {
            return None;
        }
        let (stdout, stderr) = (io::stdout(), io::stderr());
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
    /// What the system says; then it may not have been seen.
    pub(super) fn show(&mut self, text: &str) -> io::Result<()> {
        let text = Lines(text).to_string();
        let folded = width_of(&self.0).map_or_else(|| text.clone(), |width| fold(&text, width));
        writeln!(self.0, "{folded}").and_then(|()| self.0.flush())
    }

    /// Puts a question; whether the answer is yes. What was typed before the question stood there is no
    /// answer to it.
    ///
    /// # Errors
    /// What the system says; then it may not have been seen.
    pub(super) fn ask(&mut self, question: &str) -> io::Result<bool> {
        tcflush(io::stdin(), QueueSelector::IFlush)?;
        write!(self.0, "{} [y/N] ", Lines(question)).and_then(|()| self.0.flush())?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        if !answer.ends_with('\n') {
            // Nobody has ended the line: what follows stands on its own.
            writeln!(self.0)?;
        }
        Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
    }
}

/// How many columns a terminal has, if it is one and says so.
pub(super) fn width_of(handle: impl AsFd) -> Option<usize> {
    let size = tcgetwinsize(handle).ok()?;
    (size.ws_col >= WIDTH_MIN).then(|| usize::from(size.ws_col))
}

/// The text with its long lines folded between words; a word that is longer than a line is cut.
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
