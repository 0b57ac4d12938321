//! The machine: room and speed of the disk, open files, the clock.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use nemcon_client::clock::now;
use nemcon_client::config::NodeConfig;
use nemcon_ledger::text::Show as _;
use nemcon_ledger::text::span::span;
use rustix::fs::statvfs;

use super::answering::Answering;
use super::finding::Finding;
use super::ledger::Seen;
use crate::server::condition::{CLOCK_OFF_MS, day_bytes_of};
use crate::server::foreseen;

/// The least room with which a node goes on for some blocks.
const ROOM_BYTES_MIN: u64 = 32 << 20;
/// How often a sync is measured, and for how long at most.
const SYNCS_MAX: usize = 16;
const SYNCS_WITHIN: Duration = Duration::from_secs(2);
/// The bytes that are written before each sync, as many as a small block has.
const WRITTEN: [u8; 4096] = [0; 4096];
/// From which time of a sync on a disk is called slow: a block waits for several.
const SLOW: Duration = Duration::from_millis(100);
/// The members of the largest council, where the number is not known.
const MANY: usize = 90;
/// How far a clock may be behind the ledger's last block.
const BEHIND_MS: u64 = 5_000;

/// Examines the machine.
pub(super) fn look(
    config: &NodeConfig,
    answering: &Answering,
    seen: &Seen,
    findings: &mut Vec<Finding>,
) {
    let members = seen.members.as_ref().map(std::collections::BTreeMap::len);
    let folder = if config.ledger.is_dir() {
        config.ledger.as_path()
    } else {
        config.ledger.parent().unwrap_or(Path::new("."))
    };
    findings.push(room(folder, members));
    findings.push(speed(folder));
    findings.push(files(config, answering, members));
    findings.push(clock(answering, seen));
}

fn room(folder: &Path, members: Option<usize>) -> Finding {
    let disk = match statvfs(folder) {
        Ok(disk) => disk,
        Err(error) => {
            return Finding::wrong(
                "disk",
                format_args!("{}: {error}", folder.shown()),
                "see to the disk",
            );
        }
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let day = members.map(day_bytes_of);
    let mib = free >> 20;
    let next = "make room on the file system of the ledger, or give it more";
    match day {
        _ if free < ROOM_BYTES_MIN => {
            Finding::wrong("disk", format_args!("{mib} MiB are left: the node stops soon"), next)
        }
        Some(day) if free < day => Finding::warning(
            "disk",
            format_args!("{mib} MiB are left, and one day can add {} MiB", day >> 20),
            next,
        ),
        Some(day) => Finding::ok(
            "disk",
            format_args!("{mib} MiB are left; one day adds {} MiB at most", day >> 20),
        ),
        None => Finding::ok("disk", format_args!("{mib} MiB are left")),
    }
}

/// Measures how long the disk takes to make a small write durable, on a file without a name.
fn speed(folder: &Path) -> Finding {
    let measured = tempfile::tempfile_in(folder).and_then(|mut file| {
        let (began, mut took) = (Instant::now(), Vec::new());
        while took.len() < SYNCS_MAX && began.elapsed() < SYNCS_WITHIN {
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&WRITTEN)?;
            let each = Instant::now();
            file.sync_data()?;
            took.push(each.elapsed());
        }
        took.sort_unstable();
        Ok(took)
    });
    match measured {
        Err(error) => Finding::wrong(
            "sync",
            format_args!("{} cannot be written: {error}", folder.shown()),
            "examine the node as its own user; if this is that user, give the folder to it, or see to the disk",
        ),
        Ok(took) => {
            let median = took.get(took.len() / 2).copied().unwrap_or_default();
            let says = format!(
                "a sync takes {:.1?}, at worst {:.1?}",
                median,
                took.last().copied().unwrap_or_default()
            );
            if median < SLOW {
                Finding::ok("sync", says)
            } else {
                Finding::warning(
                    "sync",
                    says,
                    "a block waits for several: put the ledger on a faster disk",
                )
            }
        }
    }
}

fn files(config: &NodeConfig, answering: &Answering, members: Option<usize>) -> Finding {
    let (files, whose) = match answering.status().and_then(|status| status.files) {
        Some(files) => (files, "the node"),
        None => (foreseen(members.unwrap_or(MANY), config), "a node that is started here"),
    };
    let (limit, needed, wanted) = (files.limit, files.needed, files.wanted);
    let next = format!(
        "`ulimit -n {wanted}` where the node is started, or `LimitNOFILE={wanted}` in the unit of its service"
    );
    let says = format!("{whose} may have {limit} files open, needs {needed}, and can use {wanted}");
    match limit {
        _ if limit < needed => Finding::wrong("files", says, next),
        _ if limit < wanted => Finding::warning("files", says, next),
        _ => Finding::ok(
            "files",
            format_args!("{whose} may have as many files open as it can use, {wanted}"),
        ),
    }
}

fn clock(answering: &Answering, seen: &Seen) -> Finding {
    let next = "set the clock of this machine by NTP: `timedatectl set-ntp true`, or chrony";
    if let Some(status) = answering.status() {
        let Some(clock) = &status.clock else {
            return Finding::untold("clock", "no other node is connected to compare it with");
        };
        let (off, heard) = (clock.ahead_ms.unsigned_abs(), clock.heard);
        let side = if clock.ahead_ms < 0 { "behind" } else { "ahead of" };
        let says = format!("{} {side} the median of {heard} other nodes", span(off));
        return match off {
            0..1_000 => {
                Finding::ok("clock", format_args!("right to a second, by {heard} other nodes"))
            }
            CLOCK_OFF_MS.. => Finding::wrong("clock", says, next),
            _ => Finding::warning("clock", says, next),
        };
    }
    let (Some(block), Ok(now)) = (seen.block_time, now()) else {
        return Finding::untold("clock", "only a running node compares it with the others");
    };
    let behind = block.as_ms().saturating_sub(now.as_ms());
    if behind > BEHIND_MS {
        let says = format!("{} behind the last block of the ledger", span(behind));
        return Finding::wrong("clock", says, next);
    }
    Finding::untold(
        "clock",
        "it is not behind the ledger; only a running node compares it with the others",
    )
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    /// A node whose clock is so far ahead of the others' median.
    fn answering(ahead_ms: i64) -> Answering {
        let digest = nemcon_crypto::hash::sha256(b"council");
        let status = serde_json::json!({
            "council": digest, "name": "Council", "member": "BE", "now": 1, "height": 4, "block_time": 1,
            "size": 9, "root": digest, "sealed_size": 9, "sealed_height": 4, "round": 1, "pending": [],
            "pending_count": 0, "members": [], "needs_me": [], "observing": false, "faults": {},
            "clock": { "ahead_ms": ahead_ms, "heard": 3 },
        });
        let access = nemcon_client::client::Access::None;
        let client = nemcon_client::client::Client::new("http://127.0.0.1:1", access);
        Answering::Yes(serde_json::from_value(status).unwrap(), client)
    }

    #[test]
    fn a_clock_is_judged_by_the_others_and_without_a_node_by_the_ledger() {
        let judged = |ahead_ms| clock(&answering(ahead_ms), &Seen::default());
        for (ahead_ms, verdict) in [
            (-999, Verdict::Ok),
            (1_000, Verdict::Warning),
            (-2_000, Verdict::Wrong),
            (7_200_000, Verdict::Wrong),
        ] {
            assert_eq!(judged(ahead_ms).verdict, verdict, "{ahead_ms}");
        }
        assert_eq!(judged(-7_200_000).says, "2 h behind the median of 3 other nodes");
        let now = now().unwrap();
        let off = |ms| {
            let block_time = Some(nemcon_ledger::Time::from_ms(now.as_ms() + ms).unwrap());
            clock(&Answering::Nobody, &Seen { members: None, block_time })
        };
        assert_eq!(off(3_600_000).verdict, Verdict::Wrong);
        assert_eq!(off(0).verdict, Verdict::Untold);
    }

    #[test]
    fn the_speed_of_a_disk_is_measured_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let found = speed(folder.path());
        assert!(matches!(found.verdict, Verdict::Ok | Verdict::Warning), "{found:?}");
        assert!(found.says.starts_with("a sync takes "), "{found:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert_eq!(speed(&folder.path().join("none")).verdict, Verdict::Wrong);
        assert_eq!(room(&folder.path().join("none"), None).verdict, Verdict::Wrong);
    }
}
