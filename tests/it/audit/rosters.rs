//! The audit of ledgers whose members and keys change: each size is sealed by the roster of its day.

use nemcon_client::audit::policy_of_size;
use nemcon_client::failure::FailureKind;
use nemcon_crypto::TreeSize;
use nemcon_crypto::note::SignedNote;
use nemcon_crypto::policy::Policy;
use nemcon_ledger::audit::{Fault, Wrong, audit};
use nemcon_ledger::chain::Chain;
use nemcon_ledger::export::{CHECKPOINT_FILE, FINALITY_POLICY_FILE, finality_policy};
use nemcon_ledger::record::Roster;
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
