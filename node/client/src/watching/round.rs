//! One round of a watch.

use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::{CHECKPOINT_SIGNATURES_MAX, NoteLines};
use nemcon_crypto::tiles::{TilePath, decode_hash_tile};
use nemcon_crypto::{Digest, TreeSize};
use nemcon_ledger::Rosters;
use nemcon_ledger::audit::{
    FileError, Inquiry, NOTE_BYTES_MAX, Report, judge_checkpoint, seal_time,
};
use nemcon_ledger::export::{CHECKPOINT_FILE, GENESIS_FILE};
use nemcon_ledger::fork::{Fork, ForkError};
use nemcon_ledger::record::Genesis;
use nemcon_ledger::record::genesis::verify_founding;
use nemcon_ledger::text::Time;
use nemcon_ledger::text::span::span;

use super::finding::{Finding, Sort};
use super::memory::{Memory, Seen, Verified};
use super::watched::{Looked, Round, Watch};
use crate::audit::Opened;
use crate::clock::now;
use crate::failure::Failure;
use crate::words::count;

/// How often a log is read that goes on meanwhile, and how long it may take to write what belongs together.
const TRIES: usize = 3;
const SETTLE: Duration = Duration::from_secs(1);
/// So many records more than were verified are read only under a seal by a key that is known.
const MUCH: u64 = 100_000;

/// A log as it was read in this round, up to its checkpoint.
struct Log<'a> {
    at: String,
    given: &'a Path,
    opened: Opened,
    note: String,
    head: Checkpoint,
}

/// A round under way.
struct Looking<'a> {
    watch: &'a Watch,
    memory: &'a mut Memory,
    now: Time,
    /// The rosters of the largest log that was verified, once they were asked for.
    rosters: Option<Arc<Rosters>>,
    findings: Vec<Finding>,
}

/// Looks at all logs of a watch once, compares them with each other and with what `memory` holds, and remembers what was verified.
///
/// # Errors
/// [`Failure`] if this machine has no clock.
pub fn look_at_all(
    watch: &Watch,
    memory: &mut Memory,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Round, Failure> {
    let mut looking = Looking { watch, memory, now: now()?, rosters: None, findings: Vec::new() };
    let mut logs = looking.open();
    logs.sort_by_key(|log| log.head.size());
    // What goes on from the log that was verified is audited first: the others are compared with it.
    let verified = looking.memory.verified.as_ref().map_or(TreeSize(0), |it| it.kept.size);
    let first_ahead = logs.partition_point(|log| log.head.size() < verified);
    let (behind, ahead) = logs.split_at_mut(first_ahead);
    for log in &mut *ahead {
        looking.extend(log, progress);
    }
    let head = looking.memory.verified.as_ref().map(Verified::head);
    let lead = ahead.iter().find(|log| head.as_ref() == Some(&log.head));
    looking.compare_all(behind, lead);
    for log in &logs {
        looking.judge_age(log);
    }
    let size = looking.memory.verified.as_ref().map(|it| it.kept.size.0);
    let looked = |log: &Log<'_>| {
        let has = log.head.size().0;
        Looked { at: log.at.clone(), size: has, behind: size.unwrap_or(has).saturating_sub(has) }
    };
    let mut looked: Vec<_> = logs.iter().map(looked).collect();
    let place = |at: &str| watch.logs.iter().position(|log| log.to_string_lossy() == at);
    looked.sort_by_key(|log| place(&log.at));
    looking.findings.sort_by_key(|finding| (finding.sort, place(&finding.at)));
    Ok(Round { size, logs: looked, findings: looking.findings })
}

impl<'a> Looking<'a> {
    /// The logs that can be read, each up to its checkpoint.
    fn open(&mut self) -> Vec<Log<'a>> {
        let watch = self.watch;
        let mut logs = Vec::new();
        for given in &watch.logs {
            let at = given.to_string_lossy().into_owned();
            match Opened::within(given, watch.times).map_err(|failure| failure.message().to_owned())
            {
                Err(words) => self.findings.push(Finding::unreachable(&at, &words)),
                Ok(opened) => match checkpoint_of(&opened) {
                    Ok((note, head)) => logs.push(Log { at, given, opened, note, head }),
                    Err(Unread::Unreadable(words)) => {
                        self.findings.push(Finding::unreachable(&at, &words));
                    }
                    Err(Unread::Malformed(words)) => self.refuse(&at, words, &[]),
                },
            }
        }
        logs
    }

    /// A log that is as large as what was verified, or larger: it must hold that, and is audited. If it has gone on while it
    /// was read, it is read again: what follows from its records may be newer than its checkpoint.
    fn extend(&mut self, log: &mut Log<'a>, progress: &mut dyn FnMut(u64, u64)) {
        for _ in 0..TRIES {
            if self.is_known(log) {
                return;
            }
            if let Some(verified) = self.memory.verified.clone() {
                let former = (&*verified.note, &verified.head());
                if self.forks(former, log, (&log.note, &log.head), log) || self.claims_much(log) {
                    return;
                }
            }
            let Some(words) = self.audit(log, progress) else { return };
            match self.gone_on(log) {
                Some(newer) => *log = newer,
                None => return self.refuse(&log.at, words, &[&log.note]),
            }
        }
        let words = "it has changed each time while it was read";
        self.findings.push(Finding::unreachable(&log.at, words));
    }

    /// Audits a log, and remembers it if nothing is wrong; otherwise, what is.
    fn audit(&mut self, log: &Log<'_>, progress: &mut dyn FnMut(u64, u64)) -> Option<String> {
        let kept = self.memory.verified.as_ref().map(|it| it.kept.clone());
        let inquiry = Inquiry {
            since: kept.as_ref(),
            keep: true,
            now: Some(self.now),
            ..Inquiry::of(self.watch.council)
        };
        let report = match log.opened.inquire(inquiry, log.given, progress) {
            Ok(report) => report,
            Err(failure) => {
                self.findings.push(Finding::unreachable(&log.at, failure.message()));
                return None;
            }
        };
        if let Some(words) = why_not(&report) {
            return Some(words);
        }
        self.see(log, &report);
        if let Some(kept) = report.kept {
            self.memory.verified = Some(Verified { note: log.note.clone(), kept: *kept });
            self.rosters = report.rosters;
        }
        None
    }

    /// The log as it stands now, if it has another checkpoint than it had.
    fn gone_on(&self, log: &Log<'a>) -> Option<Log<'a>> {
        sleep(SETTLE);
        let opened = Opened::within(log.given, self.watch.times).ok()?;
        let (note, head) = checkpoint_of(&opened).ok().filter(|(note, _)| *note != log.note)?;
        Some(Log { at: log.at.clone(), given: log.given, opened, note, head })
    }

    /// Whether a log claims so much more than was verified that reading it is work, and no seal on it is by a key that is
    /// known: somebody without any key could claim that. Then it has this finding.
    fn claims_much(&mut self, log: &Log<'_>) -> bool {
        let verified = self.memory.verified.as_ref().map_or(0, |it| it.kept.size.0);
        let more = log.head.size().0.saturating_sub(verified);
        if more < MUCH {
            return false;
        }
        let Ok(genesis) = self.genesis(log) else { return false };
        let Some(rosters) = self.rosters(log, &genesis) else { return false };
        if !judge_checkpoint(log.note.as_bytes(), &genesis, &rosters).seal_times.is_empty() {
            return false;
        }
        let words = format!(
            "it claims {more} records more than were verified, and no seal on it is by a key that was known then"
        );
        self.refuse(&log.at, words, &[&log.note]);
        true
    }

    /// Logs that lack what was verified: each must be the beginning of that, and so of `lead`, which has it. Where nobody
    /// shows that any more, they are compared with each other.
    fn compare_all(&mut self, behind: &[Log<'_>], lead: Option<&Log<'_>>) {
        let mut reference = lead;
        for log in behind.iter().rev() {
            let was_larger = self.rolls_back(log);
            if let Some(reference) = reference.filter(|_| lead.is_none() || !self.is_known(log))
                && self.forks(
                    (&log.note, &log.head),
                    log,
                    (&reference.note, &reference.head),
                    reference,
                )
            {
                continue;
            }
            if self.is_known(log) {
                reference = reference.or(Some(log));
                continue;
            }
            let Some(report) = self.judged(log, reference.unwrap_or(log)) else { continue };
            if let Some(words) = why_not(&report) {
                self.refuse(&log.at, words, &[&log.note]);
                continue;
            }
            reference = reference.or(Some(log));
            match (lead, was_larger) {
                (_, true) => {}
                (Some(_), false) => self.see(log, &report),
                (None, false) => self.findings.push(Finding::not_compared(&log.at)),
            }
        }
    }

    /// Whether a log is smaller than it was; then it has this finding.
    fn rolls_back(&mut self, log: &Log<'_>) -> bool {
        let seen =
            self.memory.seen.get(&log.at).map(|seen| (seen.note.clone(), seen.head().size()));
        let Some((note, had)) = seen.filter(|(_, had)| *had > log.head.size()) else {
            return false;
        };
        let words = format!(
            "it had {} records that were sealed by all, and has {}: what came since is gone, or another history",
            had.0,
            log.head.size().0
        );
        let of = (self.watch.council, &*log.at, self.now);
        self.findings.push(Finding::observed(Sort::Rollback, of, words, &[&note, &log.note]));
        true
    }

    /// The checkpoint of a log, judged alone by the rosters of what was verified.
    fn judged(&mut self, log: &Log<'_>, source: &Log<'_>) -> Option<Report> {
        let genesis = self.genesis(source).ok()?;
        let rosters = self.rosters(source, &genesis)?;
        Some(judge_checkpoint(log.note.as_bytes(), &genesis, &rosters))
    }

    /// Whether the two checkpoints cannot be of one log; then `log`, which is one of them, has this finding. Tiles
    /// are read from `source`, which has the larger one.
    fn forks(
        &mut self,
        smaller: (&str, &Checkpoint),
        log: &Log<'_>,
        larger: (&str, &Checkpoint),
        source: &Log<'_>,
    ) -> bool {
        let genesis = match read_genesis(source) {
            Ok(genesis) => genesis,
            Err(words) => {
                self.refuse(&log.at, words, &[&log.note]);
                return true;
            }
        };
        let council = self.watch.council;
        let between =
            Fork::between((council, &genesis), smaller, larger, |path| hashes(source, path));
        let fork = match between {
            Ok(None) => return false,
            Ok(Some(fork)) => fork,
            Err(words) => {
                self.refuse(&log.at, words, &[&log.note]);
                return true;
            }
        };
        let rosters = verify_founding(genesis.as_bytes(), &council)
            .ok()
            .and_then(|genesis| self.rosters(source, &genesis));
        match fork.judge(&council, rosters.as_deref()) {
            Ok((_, judged)) => self.findings.push(Finding::fork(&log.at, &fork, &judged)),
            Err(error) => self.refuse(&log.at, not_of_the_log(&error), &[smaller.0, larger.0]),
        }
        true
    }

    /// Whether this very checkpoint was verified in an earlier round.
    fn is_known(&self, log: &Log<'_>) -> bool {
        self.memory.seen.get(&log.at).is_some_and(|seen| seen.note == log.note)
    }

    /// Remembers a checkpoint that was verified.
    fn see(&mut self, log: &Log<'_>, report: &Report) {
        let oldest_s = report.seal_times.iter().map(|(_, time_s)| *time_s).min().unwrap_or(0);
        self.memory.seen.insert(log.at.clone(), Seen { note: log.note.clone(), oldest_s });
    }

    /// Finds a seal that is older than it may be, on a checkpoint that was verified.
    fn judge_age(&mut self, log: &Log<'_>) {
        let Some(max_ms) = self.watch.age_max_ms else { return };
        let Some(seen) = self.memory.seen.get(&log.at).filter(|_| self.is_known(log)) else {
            return;
        };
        if self.now.as_ms().saturating_sub(seen.oldest_s.saturating_mul(1000)) > max_ms {
            let words = format!(
                "its oldest seal is of {}, more than {} ago",
                seal_time(seen.oldest_s),
                span(max_ms)
            );
            let of = (self.watch.council, &*log.at, self.now);
            self.findings.push(Finding::observed(Sort::Stale, of, words, &[&log.note]));
        }
    }

    fn refuse(&mut self, at: &str, words: impl Into<String>, notes: &[&str]) {
        let of = (self.watch.council, at, self.now);
        self.findings.push(Finding::observed(Sort::NotVerified, of, words, notes));
    }

    fn genesis(&self, log: &Log<'_>) -> Result<Genesis, String> {
        let text = read_genesis(log)?;
        verify_founding(text.as_bytes(), &self.watch.council).map_err(|error| error.to_string())
    }

    /// The rosters of the log that was verified: kept, or audited again where records are withheld.
    fn rosters(&mut self, source: &Log<'_>, genesis: &Genesis) -> Option<Arc<Rosters>> {
        if self.rosters.is_none() {
            let kept = self.memory.verified.as_ref()?;
            self.rosters = kept.kept.rosters(genesis).or_else(|| {
                let inquiry = Inquiry { now: Some(self.now), ..Inquiry::of(self.watch.council) };
                let report = source.opened.inquire(inquiry, source.given, &mut |_, _| {}).ok()?;
                report.rosters.filter(|_| report.fault_count == 0)
            });
        }
        self.rosters.clone()
    }
}

/// What is wrong with a log that was audited, if so.
fn why_not(report: &Report) -> Option<String> {
    let Some(fault) = report.faults.first() else {
        let unjudged = report.unjudged.seals.as_ref();
        return unjudged.map(|why| format!("its seals could not be judged: {why}"));
    };
    Some(match report.fault_count {
        1 => format!("it is not verified: {fault}"),
        many => format!("it is not verified: {fault}; and {} more", count(many - 1, "fault")),
    })
}

fn not_of_the_log(error: &ForkError) -> String {
    match error {
        ForkError::Nobody => {
            "its tree head contradicts the log that was verified, and no member’s seal stands on both".to_owned()
        }
        error => format!("its tree head contradicts the log that was verified: {error}"),
    }
}

/// Why a log has no checkpoint here.
enum Unread {
    Unreadable(String),
    Malformed(String),
}

fn checkpoint_of(opened: &Opened) -> Result<(String, Checkpoint), Unread> {
    let bytes =
        opened.source().read(CHECKPOINT_FILE, NOTE_BYTES_MAX).map_err(|error| match error {
            FileError::Unreadable(error) => Unread::Unreadable(error.to_string()),
            error => Unread::Malformed(format!("{CHECKPOINT_FILE}: {error}")),
        })?;
    let malformed =
        |error: &dyn core::fmt::Display| Unread::Malformed(format!("{CHECKPOINT_FILE}: {error}"));
    let note =
        NoteLines::read(&bytes, CHECKPOINT_SIGNATURES_MAX).map_err(|error| malformed(&error))?;
    let head = Checkpoint::parse(&note.text).map_err(|error| malformed(&error))?;
    Ok((String::from_utf8(bytes).expect("a note is UTF-8"), head))
}

fn read_genesis(log: &Log<'_>) -> Result<String, String> {
    let bytes = log.opened.source().read(GENESIS_FILE, NOTE_BYTES_MAX);
    let bytes = bytes.map_err(|error| format!("{GENESIS_FILE}: {error}"))?;
    String::from_utf8(bytes).map_err(|_| format!("{GENESIS_FILE}: it is not UTF-8"))
}

/// The hashes of a tile of this log.
fn hashes(log: &Log<'_>, path: TilePath) -> Result<Vec<Digest>, String> {
    let bytes = log.opened.source().read(&path.to_string(), u64::from(path.width()) * 32);
    let bytes = bytes.map_err(|error| format!("{path}: {error}"))?;
    decode_hash_tile(path, &bytes).map_err(|error| error.to_string())
}
