//! The audit of ledgers whose members and keys change: each size is sealed by the roster of its day.

use std::collections::BTreeSet;

use nemcon_client::audit::policy_of_size;
use nemcon_client::failure::FailureKind;
use nemcon_crypto::TreeSize;
use nemcon_crypto::note::{SignedNote, VerifierKey};
use nemcon_crypto::policy::Policy;
use nemcon_ledger::audit::{Fault, Wrong, audit};
use nemcon_ledger::chain::Chain;
use nemcon_ledger::export::{CHECKPOINT_FILE, FINALITY_POLICY_FILE, KEYS_FILE, finality_policy};
use nemcon_ledger::record::Roster;
use nemcon_ledger::record::roster::{log_vkey, seal_vkey};
use nemcon_tests::export::{Files, export_at, leaves};
use nemcon_tests::fixture::{Ledger, changing, kinds_of};

/// Every size at which a block ends, with the roster that seals it and the one that comes next.
fn boundaries(ledger: &Ledger) -> Vec<(usize, Roster, Roster)> {
    let mut chain = Chain::found(ledger.parties.genesis.clone());
    let mut sizes = Vec::new();
    for block in &ledger.blocks {
        chain = chain.apply(block).unwrap();
        let size = usize::try_from(chain.size().0).unwrap();
        let next = Roster::clone(chain.council().roster());
        sizes.push((size, Roster::clone(chain.sealing_roster()), next));
    }
    sizes
}

fn faults(ledger: &Ledger, files: &Files) -> Vec<Fault> {
    audit(files, &ledger.parties.genesis.digest()).faults
}

/// What other programs are tried on lacks no kind.
#[test]
fn the_ledger_in_which_everything_happens_has_every_kind_of_record() {
    let kinds = kinds_of(&changing());
    let all = "attestation attribution ballot block close decision entry extension freeze incident \
               keys lapse mandate measure notice package remark reservation revision rotation withdrawal";
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), all.split_whitespace().collect::<Vec<_>>());
}

#[test]
fn an_export_cut_at_any_block_is_verified_with_the_keys_of_its_day_and_says_where_it_ends() {
    let ledger = changing();
    let boundaries = boundaries(&ledger);
    assert_eq!(boundaries.last().unwrap().1.members.len(), 4, "one came and one went");
    for (height, (size, sealing, _)) in (1..).zip(&boundaries) {
        let files = export_at(&ledger, *size, sealing);
        let report = audit(&files, &ledger.parties.genesis.digest());
        assert!(report.is_verified(), "block {height}: {:?}", report.faults);
        assert_eq!((report.height.0, report.counts.seals), (height, sealing.members.len()));
        assert!(report.time.is_some());
    }
}

#[test]
fn the_next_rosters_seals_and_those_of_the_one_before_are_not_those_of_the_day() {
    let ledger = changing();
    let boundaries = boundaries(&ledger);
    let (mut tried, mut by_next) = (0, 0);
    let founding = ledger.parties.genesis.roster.clone();
    let mut former = founding;
    for (size, sealing, next) in &boundaries {
        let nodes = |roster: &Roster| -> Vec<_> {
            roster.members.iter().map(|it| (it.code.clone(), it.seal)).collect()
        };
        for (other, is_next) in [(&former, false), (next, true)] {
            // Whom the other roster lacks, or knows by another seal key.
            let lacking: Vec<_> = nodes(sealing)
                .into_iter()
                .filter(|seat| !nodes(other).contains(seat))
                .map(|(code, _)| code)
                .collect();
            if lacking.is_empty() {
                continue;
            }
            tried += 1;
            by_next += usize::from(is_next);
            let mut files = export_at(&ledger, *size, other);
            let policies = export_at(&ledger, *size, sealing);
            for policy in ["finality.policy", "advance.policy"] {
                files.0.insert(policy.to_owned(), policies.0[policy].clone());
            }
            let faults = faults(&ledger, &files);
            let [Fault { wrong: Wrong::NotSealed { missing, .. }, .. }] = &faults[..] else {
                panic!("size {size}: {faults:?}")
            };
            assert_eq!(*missing, lacking, "size {size}");
        }
        former = sealing.clone();
    }
    assert!(tried >= 3 && by_next >= 2, "{tried} {by_next}");
}

/// Whether the checkpoint of an export counts under a policy.
fn counts(files: &Files, policy: &str) -> bool {
    let note = SignedNote::parse(&files.0[CHECKPOINT_FILE]).unwrap();
    let policy = Policy::parse(policy.as_bytes()).unwrap();
    policy.evaluate(&note).is_ok()
}

#[test]
fn the_newest_export_gives_the_policy_of_every_checkpoint_before_it() {
    let ledger = changing();
    let boundaries = boundaries(&ledger);
    let (last, sealing, _) = boundaries.last().unwrap();
    let newest = export_at(&ledger, *last, sealing);
    let folder = tempfile::tempdir().unwrap();
    newest.write(folder.path()).unwrap();
    let council = ledger.parties.genesis.digest();
    let policy = |size: usize| {
        let size = Some(TreeSize(size as u64));
        policy_of_size(folder.path(), &council, size, &mut |_, _| {})
    };
    let mut outdated = 0;
    for (size, sealing, _) in &boundaries {
        let old = export_at(&ledger, *size, sealing);
        let policy = policy(*size).unwrap();
        assert_eq!(policy.as_bytes(), old.0[FINALITY_POLICY_FILE], "size {size}");
        assert!(counts(&old, &policy), "size {size}");
        let todays = String::from_utf8(newest.0[FINALITY_POLICY_FILE].clone()).unwrap();
        outdated += usize::from(!counts(&old, &todays));
    }
    assert!(outdated >= 3, "{outdated}");
    assert_eq!(policy(last + 1).unwrap_err().kind(), FailureKind::Usage);
    assert_eq!(policy(1).unwrap_err().kind(), FailureKind::Usage);
}

#[test]
fn a_policy_of_another_day_is_refused() {
    let ledger = changing();
    let (size, sealing, _) = boundaries(&ledger).pop().unwrap();
    let mut files = export_at(&ledger, size, &sealing);
    let genesis = &ledger.parties.genesis;
    let founding = finality_policy(genesis, &genesis.roster).into_bytes();
    files.0.insert(FINALITY_POLICY_FILE.to_owned(), founding);
    let faults = faults(&ledger, &files);
    let [fault] = &faults[..] else { panic!("{faults:?}") };
    assert_eq!(
        (fault.name(), fault.place.file.as_deref()),
        ("policy-differs", Some(FINALITY_POLICY_FILE))
    );
}

#[test]
fn behind_a_forgery_nobody_is_said_to_lack() {
    let ledger = changing();
    let (size, sealing, _) = boundaries(&ledger).pop().unwrap();
    let honest = export_at(&ledger, size, &sealing);
    // The first measure's title is rewritten: from there on nobody knows the keys of the day.
    let at = leaves(&ledger)[..2].iter().map(|leaf| leaf.len() + 2).sum::<usize>() - 200;
    let mut files = honest;
    let bundle = files.0.iter_mut().find(|(path, _)| path.starts_with("tile/entries")).unwrap();
    bundle.1[at] ^= 1;
    let faults = faults(&ledger, &files);
    let names: Vec<_> = faults.iter().map(Fault::name).collect();
    assert!(names.iter().any(|name| name.starts_with("record-") || name.starts_with("statement-")));
    let blames = |name: &&str| ["seals-missing", "policy-differs"].contains(name);
    assert!(!names.iter().any(blames), "{faults:?}");
}

/// A line of the file `keys`.
struct Span {
    is_log: bool,
    first: u64,
    last: Option<u64>,
    code: String,
    key: VerifierKey,
}

fn spans(files: &Files) -> Vec<Span> {
    let text = std::str::from_utf8(&files.0[KEYS_FILE]).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("nemcon/v1 keys"));
    let span = |line: &str| {
        let [what, first, last, code, key] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        assert!(["log", "seal"].contains(&what), "{line}");
        Span {
            is_log: what == "log",
            first: first.parse().unwrap(),
            last: (last != "-").then(|| last.parse().unwrap()),
            code: code.to_owned(),
            key: key.parse().unwrap(),
        }
    };
    lines.map(span).collect()
}

#[test]
fn the_newest_export_tells_the_keys_of_every_size() {
    let ledger = changing();
    let boundaries = boundaries(&ledger);
    let (last, sealing, _) = boundaries.last().unwrap();
    let spans = spans(&export_at(&ledger, *last, sealing));
    assert!(spans.iter().filter(|span| span.last.is_some()).count() >= 3);
    let genesis = &ledger.parties.genesis;
    let origin = genesis.checkpoint_origin();
    for (size, sealing, _) in &boundaries {
        for is_log in [true, false] {
            let size = *size as u64;
            let in_span = |span: &&Span| {
                span.is_log == is_log
                    && span.first <= size
                    && span.last.is_none_or(|last| size <= last)
            };
            let found: BTreeSet<_> = spans
                .iter()
                .filter(in_span)
                .map(|span| (span.code.clone(), span.key.to_string()))
                .collect();
            let members = sealing.members.iter().map(|member| {
                let key = if is_log {
                    log_vkey(&origin, member)
                } else {
                    seal_vkey(&genesis.origin, member)
                };
                (member.code.to_string(), key.to_string())
            });
            assert_eq!(found, members.collect(), "size {size}");
        }
    }
    // A span that goes on is one line.
    for (at, span) in spans.iter().enumerate() {
        let same =
            |other: &Span| other.key == span.key && other.first == span.last.map_or(0, |it| it + 1);
        assert!(!spans[at..].iter().any(same), "{} {}", span.code, span.first);
    }
}

#[test]
fn keys_of_another_day_or_with_another_size_are_refused() {
    let ledger = changing();
    let boundaries = boundaries(&ledger);
    let (size, sealing, _) = boundaries.last().unwrap();
    let honest = export_at(&ledger, *size, sealing);
    let text = String::from_utf8(honest.0[KEYS_FILE].clone()).unwrap();
    let (founding, _, _) = &boundaries[0];
    let former = export_at(&ledger, *founding, &boundaries[0].1).0[KEYS_FILE].clone();
    let last_of = |line: &&str| line.split(' ').nth(2).is_some_and(|it| it.parse::<u64>().is_ok());
    let ended = text.lines().find(last_of).unwrap();
    let mut words: Vec<_> = ended.split(' ').map(str::to_owned).collect();
    words[2] = (words[2].parse::<u64>().unwrap() + 1).to_string();
    let longer = text.replace(ended, &words.join(" "));
    let without = text.replace(&format!("{ended}\n"), "");
    for altered in
        [former, longer.into_bytes(), without.into_bytes(), text.replace('\n', "\r\n").into_bytes()]
    {
        let mut files = honest.clone();
        files.0.insert(KEYS_FILE.to_owned(), altered);
        let faults = faults(&ledger, &files);
        let [fault] = &faults[..] else { panic!("{faults:?}") };
        let name =
            if files.0[KEYS_FILE].len() > text.len() + 1 { "file-too-long" } else { "keys-differ" };
        assert_eq!((fault.name(), fault.place.file.as_deref()), (name, Some(KEYS_FILE)));
    }
}
