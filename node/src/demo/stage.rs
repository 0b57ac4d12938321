//! The demo's output while it runs: on a terminal a picture that changes, elsewhere plain lines.

use nemcon_client::api::MeasureStatus;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Instant;

use console::Term;
use nemcon_client::api::{Measure, Status};
use nemcon_ledger::record::{Charter, Position};
use nemcon_ledger::text::Code;

use super::frame;

/// The form of the demo's output.
#[derive(Clone, Debug)]
pub(super) enum Voice {
    /// A picture that is drawn over again and again.
    Live(Term),
    /// A line for each event.
    Plain(Term),
    /// No output.
    Silent,
}

/// The output of the demo, with what it has printed so far.
#[derive(Debug)]
pub(super) struct Stage {
    voice: Voice,
    begun: Instant,
    /// The number of lines of the picture on the terminal.
    drawn: usize,
    words: BTreeMap<String, String>,
    title: String,
    /// The ballots that were printed.
    told: BTreeMap<Code, Position>,
    told_status: String,
    /// The measure's end, to be printed after the event that caused it.
    untold: Option<String>,
    /// Whether the reason for a slow block was printed.
    has_told_wait: bool,
}

impl Voice {
    /// A live picture if standard output is a terminal, otherwise plain lines.
    pub(super) fn of_stdout() -> Self {
        let term = Term::buffered_stdout();
        if term.features().is_attended() && std::env::var_os("TERM").is_none_or(|t| t != "dumb") {
            Self::Live(term)
        } else {
            Self::Plain(term)
        }
    }
}

impl Stage {
    /// An empty output. Its clock starts now.
    pub(super) fn new(voice: Voice) -> Self {
        Self {
            voice,
            begun: Instant::now(),
            drawn: 0,
            words: BTreeMap::new(),
            title: String::new(),
            told: BTreeMap::new(),
            told_status: String::new(),
            untold: None,
            has_told_wait: false,
        }
    }

    /// Takes over the council's name and its words from the charter.
    pub(super) fn words(&mut self, charter: &Charter) {
        self.title = charter.name.to_string();
        for (key, default) in [("measure", "measure"), ("members", "members"), ("member", "member")]
        {
            self.words.insert(key.to_owned(), charter.word(key, default).to_owned());
        }
        self.event(&self.title.clone());
    }

    /// The charter's word for `key`.
    pub(super) fn word(&self, key: &str) -> &str {
        self.words.get(key).map_or("", String::as_str)
    }

    /// Prints an event with the time since the start, then the measure's end if the event caused it.
    pub(super) fn event(&mut self, words: &str) {
        self.line(words);
        if let Some(untold) = self.untold.take() {
            self.line(&untold);
        }
    }

    fn line(&mut self, words: &str) {
        let line = format!("{} {words}", self.clock());
        match &self.voice {
            Voice::Live(term) => {
                // If the terminal is gone, the demo fails at its end, when it prints the result.
                let _ = term.clear_last_lines(self.drawn);
                self.drawn = 0;
                let _ = term.write_line(&line).and_then(|()| term.flush());
            }
            Voice::Plain(term) => {
                let _ = term.write_line(&line).and_then(|()| term.flush());
            }
            Voice::Silent => {}
        }
    }

    fn clock(&self) -> String {
        let ms = self.begun.elapsed().as_millis();
        format!("[{:>3}.{} s]", ms / 1000, ms % 1000 / 100)
    }

    /// Shows the progress of a step; on a terminal only.
    pub(super) fn bar(&mut self, what: &str, done: usize, all: usize) {
        let Voice::Live(term) = &self.voice else { return };
        let width = usize::from(term.size().1);
        let line = frame::fit(&frame::bar(what, done, all, width), width);
        self.draw(&[line]);
    }

    /// Shows the measure and the seals as they are now.
    pub(super) fn show(&mut self, measure: &Measure, status: &Status) {
        self.tell_wait(status);
        match &self.voice {
            Voice::Live(term) => {
                let (rows, width) = term.size();
                let picture = frame::picture(
                    measure,
                    status,
                    self.word("members"),
                    (usize::from(rows), usize::from(width)),
                );
                self.tell_status(measure);
                self.draw(&picture);
            }
            Voice::Plain(_) => {
                self.tell_ballots(measure);
                self.tell_status(measure);
            }
            Voice::Silent => {}
        }
    }

    fn tell_ballots(&mut self, measure: &Measure) {
        let total = measure.ballots.len();
        for ballot in measure.ballots.iter().filter(|ballot| ballot.position.is_none()) {
            if self.told.remove(&ballot.code).is_some() {
                let (signed, name) = (self.told.len(), &ballot.name);
                self.event(&format!("{:<3} void ({name}), {signed} of {total}", ballot.code));
            }
        }
        let fresh = measure.ballots.iter().filter_map(|ballot| {
            let position = ballot.position?;
            (self.told.get(&ballot.code) != Some(&position)).then_some((ballot, position))
        });
        let mut fresh: Vec<_> = fresh.collect();
        fresh.sort_by_key(|(ballot, _)| ballot.leaf);
        for (ballot, position) in fresh {
            self.told.insert(ballot.code.clone(), position);
            let (signed, name) = (self.told.len(), &ballot.name);
            self.event(&format!("{:<3} {position} ({name}), {signed} of {total}", ballot.code));
        }
    }

    /// Forgets the printed ballots, because a new text or another measure comes.
    pub(super) fn turn_page(&mut self) {
        self.told.clear();
        self.told_status.clear();
    }

    /// Prints that the measure is blocked, or keeps its end until the event that caused it is
    /// printed. A status that was printed before is not printed again.
    fn tell_status(&mut self, measure: &Measure) {
        let reason = measure.reason.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
        let standing = format!("{}{reason}", measure.status);
        if self.told_status == standing || measure.status == MeasureStatus::Open {
            return;
        }
        let words = format!("{} {} is {standing}", self.word("measure"), measure.number);
        if measure.status == MeasureStatus::Blocked {
            self.event(&words);
        } else {
            self.untold = Some(words);
        }
        self.told_status = standing;
    }

    /// Prints once why a block is slow: the node whose turn it is to propose is off.
    fn tell_wait(&mut self, status: &Status) {
        if self.has_told_wait {
            return;
        }
        if let Some(off) = frame::awaited(status) {
            self.has_told_wait = true;
            let block = status.height + 1;
            self.event(&format!(
                "block {block} is {off}'s to propose, whose node is off: after some 4 s the next one proposes"
            ));
        }
    }

    /// Draws over the current picture.
    fn draw(&mut self, lines: &[String]) {
        let Voice::Live(term) = &mut self.voice else { return };
        let drawn = self.drawn;
        let draw = |term: &mut Term| {
            term.move_cursor_up(drawn)?;
            for line in lines {
                term.clear_line()?;
                term.write_line(line)?;
            }
            for _ in lines.len()..drawn {
                term.clear_line()?;
                term.write_line("")?;
            }
            term.move_cursor_up(drawn.saturating_sub(lines.len()))?;
            term.flush()
        };
        // If the terminal is gone, the demo fails at its end, when it prints the result.
        let _ = draw(term);
        self.drawn = lines.len();
    }

    /// Leaves the current picture on the terminal, so that the next lines are printed below it.
    pub(super) fn close(&mut self) {
        self.drawn = 0;
    }
}
