//! What the demo shows while it runs: on a terminal a picture that changes, elsewhere plain lines.

use nemcon_client::api::MeasureStatus;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Instant;

use console::Term;
use nemcon_client::api::{Measure, Status};
use nemcon_ledger::record::{Charter, Position};
use nemcon_ledger::text::Code;

use super::frame;

/// In which way the demo speaks.
#[derive(Clone, Debug)]
pub(super) enum Voice {
    /// A picture that is drawn again.
    Live(Term),
    /// A line an event.
    Plain(Term),
    /// Nothing.
    Silent,
}

/// The screen.
#[derive(Debug)]
pub(super) struct Stage {
    voice: Voice,
    begun: Instant,
    /// Lines of the picture that stand on the terminal.
    drawn: usize,
    words: BTreeMap<String, String>,
    title: String,
    /// What has been told of ballots and of the measure.
    told: BTreeMap<Code, Position>,
    told_status: String,
    /// How the measure has ended, to be told behind what ended it.
    untold: Option<String>,
    /// Whether it was told why a block takes its time.
    has_told_wait: bool,
}

impl Voice {
    /// The voice for standard output as it is.
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
    /// An empty stage; the clock starts.
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

    /// Takes the council's name and its words.
    pub(super) fn words(&mut self, charter: &Charter) {
        self.title = charter.name.to_string();
        for (key, default) in [("measure", "measure"), ("members", "members"), ("member", "member")]
        {
            self.words.insert(key.to_owned(), charter.word(key, default).to_owned());
        }
        self.event(&self.title.clone());
    }

    /// The council's word.
    pub(super) fn word(&self, key: &str) -> &str {
        self.words.get(key).map_or("", String::as_str)
    }

    /// Says one thing that has happened, with the time since the beginning; then how the measure has ended
    /// by it.
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
                // A terminal that has gone away is noticed when the demo has ended.
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

    /// Shows how far something has come; on a terminal only.
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

    /// Forgets what was told: there is a new text, or another measure.
    pub(super) fn turn_page(&mut self) {
        self.told.clear();
        self.told_status.clear();
    }

    /// Tells when the measure stands otherwise than before, or waits for the last few.
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

    /// Tells, once, why a block takes its time: it is the turn of a node that is off.
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

    /// Draws over the picture that stands there.
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
        // A terminal that has gone away is noticed when the demo has ended.
        let _ = draw(term);
        self.drawn = lines.len();
    }

    /// Leaves the picture as it stands: what follows goes below it.
    pub(super) fn close(&mut self) {
        self.drawn = 0;
    }
}
