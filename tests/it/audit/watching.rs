//! A watch over several logs: growth, forks, rollbacks, old seals, and what shows them to others.

use std::fs;
use std::path::{Path, PathBuf};

use nemcon_client::audit::Times;
use nemcon_client::watching::{Finding, Memory, Round, Sort, Watch, look_at_all};
use nemcon_crypto::Digest;
use nemcon_ledger::Rosters;
use nemcon_ledger::chain::Chain;
use nemcon_ledger::export::CHECKPOINT_FILE;
use nemcon_ledger::fork::{Fork, ForkError};
use nemcon_ledger::record::{Position, Roster};
use nemcon_ledger::text::Code;
use nemcon_tests::export::{Files, export_at};
use nemcon_tests::fixture::{Ledger, changing, council_of_equals};
use tempfile::TempDir;

/// The folders that are watched, and the state of the watch.
pub(super) struct Watched {
    folder: TempDir,
    pub(super) council: Digest,
    age_max_ms: Option<u64>,
}

impl Watched {
    pub(super) fn over(ledger: &Ledger) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, council: ledger.parties.genesis.digest(), age_max_ms: None }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// One member's log is this now.
    pub(super) fn show(&self, name: &str, files: &Files) {
        let _ = fs::remove_dir_all(self.path(name));
        files.write(&self.path(name)).unwrap();
    }

    /// A round over these logs, from the state in the file and back to it.
    fn round(&self, logs: &[&str]) -> Round {
        let logs = logs.iter().map(|name| self.path(name)).collect();
        let times = Times::default();
        let watch = Watch { council: self.council, logs, age_max_ms: self.age_max_ms, times };
        let mut memory = Memory::read(&self.path("state"), self.council).unwrap();
        let mut round = look_at_all(&watch, &mut memory, &mut |_, _| {}).unwrap();
        memory.write(&self.path("state")).unwrap();
        for finding in &mut round.findings {
            finding.write(&self.path("evidence")).unwrap();
        }
        round
    }

    /// Which sort of thing is found where.
    fn found(&self, logs: &[&str]) -> Vec<(Sort, String)> {
        let name = |finding: &Finding| {
            Path::new(&finding.at).file_name().unwrap().to_str().unwrap().to_owned()
        };
        self.round(logs).findings.iter().map(|found| (found.sort, name(found))).collect()
    }
}

/// The exports of a ledger at the end of each of its blocks, with the roster that seals it.
fn exports(ledger: &Ledger) -> Vec<Files> {
    let mut chain = Chain::found(ledger.parties.genesis.clone());
    let mut exports = Vec::new();
    for block in &ledger.blocks {
        chain = chain.apply(block).unwrap();
        let roster: &Roster = chain.sealing_roster();
        exports.push(export_at(ledger, usize::try_from(chain.size().0).unwrap(), roster));
    }
    exports
}

/// Two ledgers that are one up to some block, and then are not: the members have sealed both.
pub(super) fn forked() -> (Ledger, Ledger, Ledger) {
    let mut ledger = Ledger::found(council_of_equals(4));
    ledger.table(ledger.parties.measure("M1", "Told to all"));
    let common = ledger.clone();
    let mut other = ledger.clone();
    let all = ["M1", "M2", "M3", "M4"].map(|by| (by, Position::InFavour));
    ledger.cast(1, &all);
    other.cast(1, &[("M1", Position::InFavour), ("M2", Position::Against)]);
    other.table(other.parties.measure("M3", "Told to some"));
    (common, ledger, other)
}

pub(super) fn whole(ledger: &Ledger) -> Files {
    exports(ledger).pop().unwrap()
}

fn said(sort: Sort, at: &str) -> (Sort, String) {
    (sort, at.to_owned())
}

#[test]
fn logs_that_grow_at_their_own_pace_are_of_one_history() {
    let ledger = changing();
    let exports = exports(&ledger);
    let watched = Watched::over(&ledger);
    for (at, files) in exports.iter().enumerate() {
        watched.show("be", files);
        watched.show("fr", &exports[at.saturating_sub(2)]);
        let round = watched.round(&["be", "fr"]);
        assert!(round.findings.is_empty(), "block {at}: {:#?}", round.findings);
        let behind = round.logs[0].size - round.logs[1].size;
        assert_eq!((round.logs[0].behind, round.logs[1].behind), (0, behind));
        assert_eq!(round.size, Some(round.logs[0].size));
    }
    // A third log that is looked at first when it is far behind.
    watched.show("it", &exports[0]);
    assert!(watched.found(&["it", "fr", "be"]).is_empty());
}

#[test]
fn two_sealed_logs_of_one_council_are_a_fork_whichever_is_longer_and_whenever_it_is_seen() {
    let (common, ledger, other) = forked();
    let (mine, theirs, both) = (whole(&ledger), whole(&other), whole(&common));
    for (first, second) in [(&mine, &theirs), (&theirs, &mine)] {
        // At once.
        let watched = Watched::over(&ledger);
        watched.show("be", first);
        watched.show("fr", second);
        let found = watched.found(&["be", "fr"]);
        assert!(matches!(&found[..], [(Sort::Fork, _)]), "{found:?}");
        // One after the other, with what is common before.
        let watched = Watched::over(&ledger);
        for at in ["be", "fr"] {
            watched.show(at, &both);
        }
        assert!(watched.found(&["be", "fr"]).is_empty());
        watched.show("be", first);
        assert!(watched.found(&["be", "fr"]).is_empty());
        watched.show("fr", second);
        let found = watched.found(&["be", "fr"]);
        assert!(matches!(&found[..], [(Sort::Fork, at)] if at == "fr"), "{found:?}");
        // It stays found, also by whoever begins again from the state, and the same file shows it.
        assert_eq!(watched.found(&["be", "fr"]), found);
        assert_eq!(fs::read_dir(watched.path("evidence")).unwrap().count(), 1);
        // One member that shows another history than it did.
        let watched = Watched::over(&ledger);
        watched.show("be", first);
        assert!(watched.found(&["be"]).is_empty());
        watched.show("be", second);
        let found = watched.found(&["be"]);
        let is_larger = second.size() >= first.size();
        let sort = if is_larger { Sort::Fork } else { Sort::Rollback };
        assert_eq!(found, [said(sort, "be")]);
    }
}

#[test]
fn the_file_of_a_fork_convicts_who_sealed_both_and_nobody_by_less() {
    let (_, ledger, other) = forked();
    let watched = Watched::over(&ledger);
    watched.show("be", &whole(&ledger));
    watched.show("fr", &whole(&other));
    let round = watched.round(&["be", "fr"]);
    let bytes = fs::read(round.findings[0].evidence.as_ref().unwrap()).unwrap();
    let fork = Fork::parse(&bytes).unwrap();
    assert_eq!(fork.render().as_bytes(), bytes);
    let (_, judged) = fork.judge(&watched.council, None).unwrap();
    let all: Vec<Code> = ["M1", "M2", "M3", "M4"].map(|code| code.parse().unwrap()).to_vec();
    assert_eq!((&judged.by_both, &judged.sealed_by), (&all, &[all.clone(), all.clone()]));
    assert!(matches!(fork.judge(&Digest::from_bytes([0; 32]), None), Err(ForkError::Council(_))));
    // Whatever is altered in it convicts nobody else: at most fewer seals stand.
    let mut convicted = 0;
    for at in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        let judged = Fork::parse(&altered).and_then(|fork| fork.judge(&watched.council, None));
        if let Ok((_, judged)) = judged {
            convicted += 1;
            assert!(judged.by_both.len() == 3 || judged.by_both == all, "{at}: {judged:?}");
        }
    }
    assert!(convicted > 0, "a line that nobody needs was altered too");
    for length in 0..bytes.len() {
        assert!(Fork::parse(&bytes[..length]).is_err(), "{length}");
    }
    // Two heads of one log, and a head twice.
    let (old, new) = (&exports(&ledger)[0], whole(&ledger));
    let note = |files: &Files| String::from_utf8(files.0[CHECKPOINT_FILE].clone()).unwrap();
    for (smaller, larger) in [(note(old), note(&new)), (note(&new), note(&new))] {
        let of_one = Fork { smaller, larger, ..fork.clone() };
        assert!(of_one.judge(&watched.council, None).is_err());
    }
}

#[test]
fn a_fork_without_a_seal_on_both_is_not_verified_and_convicts_nobody() {
    let (_, ledger, other) = forked();
    let watched = Watched::over(&ledger);
    watched.show("be", &whole(&ledger));
    assert!(watched.found(&["be"]).is_empty());
    // Somebody without keys writes a log: its only line is that of nobody.
    let unsealed = whole(&other).with_lines(|lines| lines.truncate(1));
    watched.show("fr", &unsealed);
    assert_eq!(watched.found(&["be", "fr"]), [said(Sort::NotVerified, "fr")]);
    // The log that was verified goes on, beside the other one.
    assert_eq!(watched.round(&["be"]).size, Some(whole(&ledger).size()));
}

#[test]
fn a_log_that_goes_back_is_found_until_it_has_caught_up() {
    let ledger = changing();
    let exports = exports(&ledger);
    let (old, new) = (&exports[3], exports.last().unwrap());
    let watched = Watched::over(&ledger);
    watched.show("be", new);
    watched.show("fr", new);
    assert!(watched.found(&["be", "fr"]).is_empty());
    watched.show("fr", old);
    for _ in 0..2 {
        assert_eq!(watched.found(&["be", "fr"]), [said(Sort::Rollback, "fr")]);
    }
    let shown = fs::read_dir(watched.path("evidence")).unwrap().next().unwrap().unwrap();
    let text = fs::read_to_string(shown.path()).unwrap();
    for files in [old, new] {
        assert!(text.contains(core::str::from_utf8(&files.0[CHECKPOINT_FILE]).unwrap()));
    }
    // Also where nobody shows the larger log any more.
    watched.show("be", old);
    let both = [said(Sort::Rollback, "be"), said(Sort::Rollback, "fr")];
    assert_eq!(watched.found(&["be", "fr"]), both);
    watched.show("be", new);
    watched.show("fr", new);
    assert!(watched.found(&["be", "fr"]).is_empty());
}

#[test]
fn logs_that_lack_what_was_verified_are_compared_with_each_other_where_nobody_shows_it() {
    let (common, one, other) = forked();
    let mut longer = other.clone();
    longer.table(longer.parties.measure("M4", "Told to some, later"));
    let watched = Watched::over(&one);
    watched.show("it", &whole(&longer));
    assert!(watched.found(&["it"]).is_empty());
    watched.show("be", &whole(&one));
    watched.show("fr", &whole(&other));
    for _ in 0..2 {
        let found = watched.found(&["be", "fr"]);
        // The larger one is what the other is compared with.
        let sorts: Vec<_> = found.iter().map(|(sort, _)| *sort).collect();
        assert_eq!(sorts, [Sort::Fork, Sort::NotCompared], "{found:?}");
    }
    // Alone, it is at least not called one history; beside what was verified it is a fork.
    assert_eq!(watched.found(&["be"]), [said(Sort::NotCompared, "be")]);
    assert_eq!(watched.found(&["be", "it"]), [said(Sort::Fork, "be")]);
    watched.show("fr", &whole(&common));
    assert_eq!(watched.found(&["fr"]), [said(Sort::NotCompared, "fr")]);
    assert!(watched.found(&["fr", "it"]).is_empty());
    // What was compared once needs nobody beside it.
    assert!(watched.found(&["fr"]).is_empty());
}

#[test]
fn what_somebody_without_keys_claims_is_not_read_far() {
    let (_, ledger, _) = forked();
    let watched = Watched::over(&ledger);
    watched.show("be", &whole(&ledger));
    assert!(watched.found(&["be"]).is_empty());
    // The tree head of a log of millions, and nothing of it but what leads to the verified one.
    let mut files = whole(&ledger);
    let text = String::from_utf8(files.0[CHECKPOINT_FILE].clone()).unwrap();
    let size = format!("\n{}\n", files.size());
    files.0.insert(CHECKPOINT_FILE.to_owned(), text.replace(&size, "\n60000000\n").into_bytes());
    watched.show("fr", &files);
    let found = watched.found(&["be", "fr"]);
    assert_eq!(found, [said(Sort::NotVerified, "fr")]);
}

#[test]
fn seals_that_are_too_old_are_stale() {
    let ledger = changing();
    let mut watched = Watched::over(&ledger);
    watched.show("be", &whole(&ledger));
    watched.age_max_ms = Some(100 * 366 * 86_400_000);
    assert!(watched.found(&["be"]).is_empty());
    watched.age_max_ms = Some(1000);
    for _ in 0..2 {
        assert_eq!(watched.found(&["be"]), [said(Sort::Stale, "be")]);
    }
}

#[test]
fn what_is_no_log_or_is_not_sealed_by_all_is_told_and_changes_nothing() {
    let ledger = changing();
    let watched = Watched::over(&ledger);
    let honest = whole(&ledger);
    watched.show("be", &honest);
    watched.show("short", &honest.with_lines(|lines| drop(lines.pop())));
    let mut files = honest.clone();
    files.0.insert(CHECKPOINT_FILE.to_owned(), b"none\n".to_vec());
    watched.show("none", &files);
    let mut files = honest.clone();
    let tile = files.0.iter_mut().find(|(path, _)| path.starts_with("tile/entries")).unwrap();
    tile.1[9] ^= 1;
    watched.show("tiles", &files);
    let others = council_of_equals(5);
    let mut stranger = Ledger::found(others);
    stranger.table(stranger.parties.measure("M1", "Of others"));
    watched.show("other", &whole(&stranger));
    let logs = ["short", "none", "other", "away", "be", "tiles"];
    for _ in 0..2 {
        let found = watched.found(&logs);
        let wanted = [
            said(Sort::NotVerified, "short"),
            said(Sort::NotVerified, "none"),
            said(Sort::NotVerified, "other"),
        ];
        assert_eq!(found[..3], wanted, "{found:?}");
        assert!(found.contains(&said(Sort::Unreachable, "away")), "{found:?}");
        assert!(!found.iter().any(|(_, at)| at == "be"), "{found:?}");
    }
    // A log whose older records were damaged is found by an audit of the whole: the watch reads what is new.
    let alone = Watched::over(&ledger);
    alone.show("tiles", &files);
    assert_eq!(alone.found(&["tiles"]), [said(Sort::NotVerified, "tiles")]);
}

#[test]
fn a_key_that_changed_is_told_by_an_export_and_not_by_the_founding() {
    // M2 seals with another key by the time of the fork.
    let ledger = changing();
    let mut other = ledger.clone();
    let mut one = ledger;
    one.table(one.parties.measure("M1", "One"));
    other.table(other.parties.measure("M1", "Other"));
    let watched = Watched::over(&one);
    watched.show("be", &whole(&one));
    watched.show("fr", &whole(&other));
    let round = watched.round(&["be", "fr"]);
    assert_eq!(round.findings[0].sort, Sort::Fork);
    let fork = Fork::parse(&fs::read(round.findings[0].evidence.as_ref().unwrap()).unwrap());
    let fork = fork.unwrap();
    let by = |rosters: Option<&Rosters>| {
        let (_, judged) = fork.judge(&watched.council, rosters).unwrap();
        judged.by_both.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(by(Some(one.chain.rosters())), ["M1", "M2", "M3", "M5"]);
    assert_eq!(by(None), ["M1", "M3"]);
}
