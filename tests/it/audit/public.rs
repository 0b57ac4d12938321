//! Public exports: what their audit verifies, what it cannot tell, and what a forger is caught at.

use nemcon_crypto::tiles::{decode_bundle, encode_bundle};
use nemcon_crypto::{LeafIndex, TreeSize};
use nemcon_ledger::audit::{Fault, Report, VotesShown, audit};
use nemcon_ledger::chain::Chain;
use nemcon_ledger::council::Council;
use nemcon_ledger::export::{CHECKPOINT_FILE, PUBLIC_FILE, PUBLIC_TEXT, public_records};
use nemcon_ledger::record::council_change::NextRules;
use nemcon_ledger::record::measure_fields::{Predecessor, Relation};
use nemcon_ledger::record::{BlockRecord, Body, CouncilChange, Measure, Position};
use nemcon_tests::export::{Files, export, export_at, export_of, export_sealed_by, leaves};
use nemcon_tests::fixture::{Ledger, RELEASED, changing_under, cited, code, gated, label, line};

/// Four members adopt one measure, and refuse another.
fn adopted() -> Ledger {
    let mut ledger = Ledger::found(gated());
    for (title, last) in [("Adopted", Position::Abstain), ("Refused", Position::Against)] {
        let number = ledger.table(ledger.parties.measure("M1", title));
        ledger.cast(number, &["M1", "M2", "M3"].map(|by| (by, Position::InFavour)));
        ledger.cast(number, &[("M4", last)]);
    }
    let published = ledger.attestation("CH", 1);
    ledger.run(&[published]);
    ledger
}

fn release(ledger: &mut Ledger) {
    let attested = ledger.parties.attestation(ledger.council(), "CH", 1, RELEASED);
    ledger.run(&[ledger.sign(&Body::Attestation(attested))]);
}

/// The path of the one bundle that these short ledgers have.
fn bundle(files: &Files) -> String {
    let mut paths = files.0.keys();
    paths.find(|path| path.starts_with("tile/entries/")).unwrap().clone()
}

fn entries(files: &Files) -> Vec<Vec<u8>> {
    decode_bundle(&files.0[&bundle(files)]).unwrap()
}

fn with_entries(files: &Files, edit: impl FnOnce(&mut Vec<Vec<u8>>)) -> Files {
    let (mut files, mut records) = (files.clone(), entries(files));
    edit(&mut records);
    files.0.insert(bundle(&files), encode_bundle(&records).unwrap());
    files
}

/// The public export as `council` stands.
fn withheld(files: &Files, council: &Council) -> Files {
    let mut files = with_entries(files, |records| {
        *records = public_records(council, LeafIndex(0), records.clone()).collect();
    });
    files.0.insert(PUBLIC_FILE.to_owned(), PUBLIC_TEXT.as_bytes().to_vec());
    files
}

fn public(ledger: &Ledger) -> Files {
    withheld(&export(ledger), ledger.council())
}

fn report(ledger: &Ledger, files: &Files) -> Report {
    audit(files, &ledger.parties.genesis.digest())
}

fn names(report: &Report) -> Vec<&'static str> {
    report.faults.iter().map(Fault::name).collect()
}

#[test]
fn a_public_export_is_verified_as_far_as_it_is_public_and_never_more() {
    let ledger = adopted();
    let files = public(&ledger);
    let report = report(&ledger, &files);
    assert!(report.is_verified_in_public() && !report.is_verified(), "{:?}", report.faults);
    assert_eq!((report.counts.seals, report.height), (4, ledger.chain.height()));
    let shown = report.shown.unwrap();
    let given = entries(&files).iter().filter(|record| !record.is_empty()).count() as u64;
    assert_eq!((shown.records, shown.records + shown.withheld), (given, report.size.0));
    let [act] = &shown.decided[..] else { panic!("{shown:?}") };
    assert_eq!((act.measure, act.title.as_str()), (1, "Adopted"));
    assert_eq!(act.kind, Some(ledger.measure(1).terms.kind.clone()));
    assert_eq!(act.text, ledger.measure(1).text_hash);
    assert_eq!(shown.unverified, 0);
    for internal in ["against", "abstain", "in-favour", "Refused"] {
        let has = |record: &Vec<u8>| String::from_utf8_lossy(record).contains(internal);
        assert!(!entries(&files)[1..].iter().any(has), "{internal}");
    }
}

#[test]
fn every_given_entry_hashes_to_its_place_in_the_tree() {
    let ledger = adopted();
    let (whole, public) = (export(&ledger), public(&ledger));
    for (path, bytes) in &whole.0 {
        assert!(path.starts_with("tile/entries/") || public.0[path] == *bytes, "{path}");
    }
    for (given, record) in entries(&public).iter().zip(leaves(&ledger)) {
        assert!(given.is_empty() || *given == record);
    }
}

#[test]
fn what_is_released_later_fits_into_the_same_tree() {
    let mut ledger = adopted();
    let whole = export(&ledger);
    let before = withheld(&whole, ledger.council());
    release(&mut ledger);
    let after = withheld(&whole, ledger.council());
    let (few, more) = (entries(&before), entries(&after));
    let added = few.iter().zip(&more).filter(|(few, more)| few != more);
    let added: Vec<_> = added.map(|(few, _)| few.is_empty()).collect();
    assert_eq!(added, [true; 4], "four ballots, and nothing else");
    for (path, bytes) in &before.0 {
        assert!(path.starts_with("tile/entries/") || after.0[path] == *bytes, "{path}");
    }
    for files in [before, after, public(&ledger)] {
        assert!(report(&ledger, &files).is_verified_in_public());
    }
}

#[test]
fn an_entry_that_was_altered_or_moved_is_found() {
    let ledger = adopted();
    let files = public(&ledger);
    let shown: Vec<usize> = (1..)
        .zip(&entries(&files)[1..])
        .filter(|(_, it)| !it.is_empty())
        .map(|(at, _)| at)
        .collect();
    for at in shown.iter().copied() {
        let forged = with_entries(&files, |records| records[at][20] ^= 1);
        assert!(names(&report(&ledger, &forged)).contains(&"record-not-in-tree"), "{at}");
    }
    let swapped = with_entries(&files, |records| records.swap(shown[0], shown[1]));
    assert!(names(&report(&ledger, &swapped)).contains(&"record-not-in-tree"));
    // A record that this council has never seen, where one is withheld.
    let place = entries(&files).iter().position(Vec::is_empty).unwrap();
    let invented = with_entries(&files, |records| records[place] = b"nemcon/v1 block\n".to_vec());
    assert_eq!(names(&report(&ledger, &invented)), ["record-not-in-tree"]);
}

#[test]
fn a_block_that_is_withheld_is_found_and_another_record_is_not() {
    let ledger = adopted();
    let files = public(&ledger);
    let kind =
        |record: &[u8], kind: &str| record.starts_with(format!("nemcon/v1 {kind}\n").as_bytes());
    for (at, record) in entries(&files).iter().enumerate() {
        let hidden = with_entries(&files, |records| records[at].clear());
        let report = report(&ledger, &hidden);
        if at == 0 || kind(record, "block") {
            assert!(!report.faults.is_empty(), "genesis or block, record {at}");
        } else if !record.is_empty() {
            // Nobody can tell it from a record that the charter keeps internal; docs/audit.md says so.
            assert!(report.is_verified_in_public(), "{:?}", report.faults);
        }
    }
}

#[test]
fn tiles_seals_and_another_tree_are_found() {
    let ledger = adopted();
    let files = public(&ledger);
    let tiles: Vec<_> = files.0.keys().filter(|it| it.starts_with("tile/0/")).cloned().collect();
    for path in tiles {
        let mut forged = files.clone();
        forged.0.get_mut(&path).unwrap()[40] ^= 1;
        let found = names(&report(&ledger, &forged));
        assert!(found.contains(&"checkpoint-root"), "{path}: {found:?}");
        forged.0.remove(&path);
        assert!(names(&report(&ledger, &forged)).contains(&"file-missing"), "{path}");
    }
    let unsealed = files.with_lines(|lines| drop(lines.pop()));
    assert_eq!(names(&report(&ledger, &unsealed)), ["seals-missing"]);
    // A second tree that all have sealed would be their own doing; another ledger's checkpoint is not.
    let mut longer = ledger.clone();
    release(&mut longer);
    let mut other = files.clone();
    other.0.insert(CHECKPOINT_FILE.to_owned(), public(&longer).0[CHECKPOINT_FILE].clone());
    assert!(!report(&ledger, &other).faults.is_empty());
    // A tree whose block records do not follow from one another.
    let mut records = leaves(&ledger);
    records.remove(1);
    let cut = withheld(&export_of(&ledger, records), ledger.council());
    assert!(!report(&ledger, &cut).faults.is_empty());
}

#[test]
fn a_forged_signature_on_a_shown_statement_is_found_though_all_seal_it() {
    let ledger = adopted();
    let mut records = leaves(&ledger);
    let at = records.iter().position(|it| it.starts_with(b"nemcon/v1 attestation")).unwrap();
    let text = String::from_utf8(records[at].clone()).unwrap();
    records[at] = text.replace("OJ L 1", "OJ L 2").into_bytes();
    let forged = withheld(&export_of(&ledger, records), ledger.council());
    let found = names(&report(&ledger, &forged));
    assert!(found.contains(&"statement-refused"), "{found:?}");
}

#[test]
fn withheld_records_in_an_export_that_says_it_is_whole_are_faults() {
    let ledger = adopted();
    let mut files = public(&ledger);
    files.0.remove(PUBLIC_FILE);
    let report = report(&ledger, &files);
    assert!(!report.faults.is_empty() && !report.is_verified_in_public());
}

/// Who sits and who signs is followed by what is public: every size is judged by the roster of its day.
#[test]
fn a_public_export_is_followed_through_every_change_of_keys_and_seats() {
    let ledger = changing_under(gated());
    let (whole, mut chain) = (leaves(&ledger), Chain::found(ledger.parties.genesis.clone()));
    for block in &ledger.blocks {
        chain = chain.apply(block).unwrap();
        let (size, roster) = (usize::try_from(chain.size().0).unwrap(), chain.sealing_roster());
        let files = withheld(&export_at(&ledger, size, roster), chain.council());
        let report = report(&ledger, &files);
        assert!(report.is_verified_in_public(), "size {size}: {:?}", report.faults);
        assert_eq!(report.counts.seals, roster.members.len());
        assert_eq!(report.shown.unwrap().unverified, 0);
        let rosters = report.rosters.unwrap();
        for size in (1..=chain.size().0).map(TreeSize) {
            assert_eq!(rosters.sealing(size), chain.rosters().sealing(size), "{size:?}");
        }
    }
    assert_eq!(chain.size().0, whole.len() as u64);
}

#[test]
fn what_hides_a_change_of_keys_or_forges_one_is_not_verified() {
    let ledger = changing_under(gated());
    let sealing = ledger.chain.sealing_roster();
    let files = export_at(&ledger, leaves(&ledger).len(), sealing);
    let files = withheld(&files, ledger.council());
    assert!(report(&ledger, &files).is_verified_in_public());
    for kind in ["rotation", "keys", "entry", "notice"] {
        let first = format!("nemcon/v1 {kind}\n");
        let at = entries(&files).iter().position(|it| it.starts_with(first.as_bytes())).unwrap();
        let hidden = with_entries(&files, |records| records[at].clear());
        assert!(!report(&ledger, &hidden).is_verified_in_public(), "{kind}");
    }
    // A rotation that the member's officers have not signed, in a log that the rest would seal.
    let mut records = leaves(&ledger);
    let at = records.iter().position(|it| it.starts_with(b"nemcon/v1 rotation\n")).unwrap();
    let text = String::from_utf8(records[at].clone()).unwrap();
    let key = |text: &str| text.lines().find(|it| it.starts_with("node ")).unwrap().to_owned();
    let other = format!("node {}", ledger.member("M1").recovery);
    records[at] = text.replacen(&key(&text), &other, 1).into_bytes();
    let forged = withheld(&export_sealed_by(&ledger, records, sealing), ledger.council());
    assert!(names(&report(&ledger, &forged)).contains(&"statement-refused"));
}

#[test]
fn released_votes_are_told_if_they_are_those_that_were_counted() {
    let mut ledger = adopted();
    let told = |files: &Files, ledger: &Ledger| {
        let shown = report(ledger, files).shown.unwrap();
        shown.decided.iter().map(|it| (it.measure, it.votes.clone())).collect::<Vec<_>>()
    };
    assert_eq!(told(&public(&ledger), &ledger), [(1, None)]);
    release(&mut ledger);
    ledger.run(&[ledger.close("CH", 2)]);
    let attested = ledger.parties.attestation(ledger.council(), "CH", 2, RELEASED);
    ledger.run(&[ledger.sign(&Body::Attestation(attested))]);
    let files = public(&ledger);
    let votes = |reason: &str, last: Position| {
        let mut ballots: Vec<_> =
            ["M1", "M2", "M3"].map(|it| (code(it), Position::InFavour)).into();
        ballots.push((code("M4"), last));
        Some(VotesShown { reason: line(reason), ballots })
    };
    let one = votes("3 in favour, 1 abstained, none against", Position::Abstain);
    let two = votes("against: M4", Position::Against);
    assert_eq!(told(&files, &ledger), [(1, one.clone()), (2, two)]);
    // One ballot that is not shown keeps all votes of its measure from being told.
    let ballot = |it: &Vec<u8>| it.starts_with(b"nemcon/v1 ballot\n");
    let last = entries(&files).iter().rposition(ballot).unwrap();
    let fewer = with_entries(&files, |records| records[last].clear());
    assert_eq!(told(&fewer, &ledger), [(1, one), (2, None)]);
    assert!(report(&ledger, &fewer).is_verified_in_public());
}

/// A ballot that its member has replaced is signed, and stands in the tree: shown in place of the counted one it
/// would tell another vote.
#[test]
fn a_replaced_ballot_in_place_of_the_counted_one_is_found() {
    let mut ledger = Ledger::found(gated());
    let number = ledger.table(ledger.parties.measure("M1", "Adopted"));
    ledger.empower("M4", number, "M3");
    ledger.cast(number, &[("M1", Position::InFavour), ("M2", Position::Against)]);
    ledger.run(&[ledger.ballot_for(("M3", "M4"), number, Position::InFavour)]);
    ledger.cast(number, &[("M2", Position::InFavour), ("M3", Position::InFavour)]);
    release(&mut ledger);
    let files = public(&ledger);
    let shown = report(&ledger, &files).shown.unwrap();
    assert_eq!(shown.decided[0].votes.as_ref().unwrap().reason.as_str(), "all 4 in favour");
    let all = leaves(&ledger);
    let of = |it: &Vec<u8>, position: &str| {
        let text = String::from_utf8_lossy(it);
        text.starts_with("nemcon/v1 ballot\n")
            && text.contains("\nby M2\n")
            && text.contains(&format!("\nposition {position}\n"))
    };
    let at = |position: &str| all.iter().position(|it| of(it, position)).unwrap();
    let (old, counted) = (at("against"), at("in-favour"));
    let told = with_entries(&files, |records| {
        records[old] = all[old].clone();
        records[counted].clear();
    });
    assert_eq!(names(&report(&ledger, &told)), ["votes-differ"]);
    // Without the mandate by which one was cast the votes are not told, and nothing is wrong.
    let mandate = all.iter().position(|it| it.starts_with(b"nemcon/v1 mandate\n")).unwrap();
    let bare = with_entries(&files, |records| records[mandate].clear());
    let report = report(&ledger, &bare);
    assert!(report.is_verified_in_public(), "{:?}", report.faults);
    assert!(report.shown.unwrap().decided[0].votes.is_none());
}

#[test]
fn what_became_of_an_act_is_told_as_far_as_it_is_shown() {
    let mut genesis = gated();
    genesis.charter.attests.push(label("annulled"));
    genesis.charter.annuls.push(label("annulled"));
    let mut ledger = Ledger::found(genesis);
    let first = ledger.table(ledger.parties.measure("M1", "The first"));
    ledger.all_in_favour(first);
    let relation = Relation::Repeals;
    let predecessor = Some(Predecessor { relation, cited: cited(ledger.council(), first) });
    let second = ledger.parties.measure("M1", "The second");
    let second = ledger.table(Measure { predecessor, ..second });
    ledger.all_in_favour(second);
    let attested = ledger.parties.attestation(ledger.council(), "CH", second, "annulled");
    ledger.run(&[ledger.sign(&Body::Attestation(attested))]);
    let shown = report(&ledger, &public(&ledger)).shown.unwrap();
    let later = shown.decided.iter().map(|it| it.later.iter().map(|it| it.what.as_str()));
    let later: Vec<Vec<_>> = later.map(Iterator::collect).collect();
    assert_eq!(later, [vec!["repealed by measure 2"], vec!["annulled"]]);
}

#[test]
fn the_file_that_says_that_an_export_is_public_has_one_text() {
    let ledger = adopted();
    let files = public(&ledger);
    for text in ["", "public\n", &PUBLIC_TEXT.repeat(2)] {
        let mut other = files.clone();
        other.0.insert(PUBLIC_FILE.to_owned(), text.as_bytes().to_vec());
        assert_eq!(names(&report(&ledger, &other)), ["public-malformed"], "{text}");
    }
}

/// What comes after rules that this release does not know is not judged by those that it knows.
#[test]
fn blocks_by_unknown_rules_are_not_judged() {
    let mut ledger = Ledger::found(gated());
    let rules = NextRules { version: 2, release: line("nemcon 2.0") };
    let number = ledger.table(ledger.effect("M1", "rules-version", CouncilChange::Rules(rules)));
    ledger.all_in_favour(number);
    assert!(report(&ledger, &public(&ledger)).is_verified_in_public());
    let mut records = leaves(&ledger);
    let last = ledger.blocks.last().unwrap().record().unwrap();
    let next = BlockRecord {
        height: last.height.next(),
        previous: ledger.chain.previous(),
        time: ledger.next_time(),
        size: ledger.chain.size(),
        root: ledger.chain.root(),
        ..last
    };
    records.push(next.render().into_bytes());
    let later = withheld(&export_of(&ledger, records), ledger.council());
    let report = report(&ledger, &later);
    assert_eq!(names(&report), ["rules-unknown"]);
    assert!(report.unjudged.seals.is_some() && !report.is_verified_in_public());
}
