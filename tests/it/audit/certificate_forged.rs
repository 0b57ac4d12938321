//! Forged certificates: whatever is altered, left out or put in, none is taken for a final one.

use std::fs;

use nemcon_client::certificate::verdict;
use nemcon_crypto::LeafIndex;
use nemcon_crypto::hash::sha256;
use nemcon_crypto::merkle::{Tree, leaf_hash};
use nemcon_ledger::audit::certificate::{Certificate, CertificateError, Ending};
use nemcon_ledger::record::{Body, Position};
use nemcon_ledger::text::parts::PartError;
use nemcon_tests::export::{export, export_of, leaves};
use nemcon_tests::fixture::{Ledger, code, council_of_equals, gated};
use nemcon_tests::process::in_workspace;

use super::certificate::{FOR, certificate, decided, decided_in, names, proven};

/// No certificate that differs in a byte is taken for a final one.
#[test]
fn every_altered_byte_is_found() {
    let ledger = decided();
    let text = certificate(&export(&ledger), 1).render().into_bytes();
    let seals_from = text.len() - 4 * 150;
    let mut tried = 0;
    for at in (0..text.len()).step_by(7) {
        let mut altered = text.clone();
        altered[at] ^= 1;
        let Ok(read) = Certificate::parse(&altered) else { continue };
        if read.council != ledger.parties.genesis.digest() && at < 110 {
            continue;
        }
        let proven = proven(&ledger, &read);
        // Another number of the measure is another question; a line of the log's signature may be any member's.
        let is_final = proven.is_final() && proven.measure == 1;
        assert!(!is_final, "byte {at} of {}, seals from {seals_from}", text.len());
        tried += 1;
    }
    assert!(tried > 1_000, "{tried}");
}

#[test]
fn a_record_or_hash_that_is_left_out_or_doubled_is_found() {
    let ledger = decided();
    let whole = certificate(&export(&ledger), 1);
    for at in 0..whole.records.len() {
        let mut cut = whole.clone();
        cut.records.remove(at);
        assert!(!proven(&ledger, &cut).is_final(), "record {}", whole.records[at].0.0);
    }
    for at in 0..whole.hashes.len() {
        let mut cut = whole.clone();
        cut.hashes.remove(at);
        assert!(!proven(&ledger, &cut).is_final());
        let mut more = whole.clone();
        more.hashes.insert(at, whole.hashes[at]);
        assert!(!proven(&ledger, &more).is_final());
    }
    let mut swapped = whole.clone();
    let (one, other) = (swapped.records[1].1.clone(), swapped.records[2].1.clone());
    (swapped.records[1].1, swapped.records[2].1) = (other, one);
    assert!(!proven(&ledger, &swapped).is_final());
}

/// A ballot that its member has replaced stands in the log; no certificate shows it as the one that counted.
#[test]
fn a_ballot_that_a_later_one_has_overtaken_is_not_shown_as_current() {
    for genesis in [council_of_equals(4), gated()] {
        let ledger = decided_in(genesis);
        let files = export(&ledger);
        let whole = certificate(&files, 1);
        let all = leaves(&ledger);
        let is_old = |it: &Vec<u8>| {
            let text = String::from_utf8_lossy(it);
            text.starts_with("nemcon/v1 ballot\n") && text.contains("\nposition against\n")
        };
        let old = all.iter().position(is_old).unwrap();
        let (old, text) = (LeafIndex(old as u64), String::from_utf8(all[old].clone()).unwrap());
        let mut leaves: Vec<_> = whole.records.clone();
        leaves.retain(|(_, record)| !record.contains("\nposition abstain\n"));
        leaves.push((old, text));
        leaves.sort_by_key(|(at, _)| *at);
        let told = with_records(&ledger, &whole, leaves);
        let proven = proven(&ledger, &told);
        assert_eq!(names(&proven), ["votes-differ"]);
        assert!(!proven.is_final());
    }
}

/// The certificate with other leaves of the same log, and the hashes that they need.
fn with_records(
    ledger: &Ledger,
    certificate: &Certificate,
    records: Vec<(LeafIndex, String)>,
) -> Certificate {
    let mut tree = Tree::new();
    for leaf in leaves(ledger) {
        tree.append(leaf_hash(&leaf));
    }
    let at: Vec<_> = [LeafIndex(0)].into_iter().chain(records.iter().map(|(at, _)| *at)).collect();
    let hashes = tree.shared_proof(&at, tree.size()).unwrap();
    Certificate { records, hashes, ..certificate.clone() }
}

/// All members' nodes seal a log in which the decision does not follow from the ballots: their officers' signatures
/// still tell.
#[test]
fn a_decision_that_does_not_follow_from_its_ballots_is_found_though_all_seal_it() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let number = ledger.table(ledger.parties.measure("M1", "Not adopted"));
    ledger.cast(number, &["M1", "M2", "M3"].map(|by| (by, FOR)));
    ledger.cast(number, &[("M4", Position::Against)]);
    ledger.run(&[ledger.close("CH", number)]);
    let honest = leaves(&ledger);
    let forged = |edit: &dyn Fn(&str) -> String| {
        let mut records = honest.clone();
        for record in &mut records {
            let text = String::from_utf8(record.clone()).unwrap();
            if text.starts_with("nemcon/v1 decision\n") {
                *record = edit(&text).into_bytes();
            }
        }
        let certificate = certificate(&export_of(&ledger, records), number);
        let proven = proven(&ledger, &certificate);
        assert!(!proven.is_final());
        names(&proven)
    };
    let flipped = forged(&|text| {
        let text = text.replace("outcome not-adopted", "outcome adopted");
        text.replace("reason against: M4", "reason all 4 in favour")
    });
    assert_eq!(flipped, ["outcome-differs"]);
    assert_eq!(
        forged(&|text| text.replace("reason against: M4", "reason against: M3")),
        ["outcome-differs"]
    );
    let counted = forged(&|text| {
        let text = text.replace("ballot M4 against", "ballot M4 in-favour");
        let text = text.replace("outcome not-adopted", "outcome adopted");
        text.replace("reason against: M4", "reason all 4 in favour")
    });
    assert_eq!(counted, ["votes-differ"]);
    let left_out = forged(&|text| {
        let lines = text.split_inclusive('\n').filter(|line| !line.starts_with("ballot M4"));
        let text: String = lines.collect();
        let text = text.replace("outcome not-adopted", "outcome adopted");
        text.replace("reason against: M4", "reason all 3 in favour")
            + "not-entitled M4 it is the member concerned\n"
    });
    assert_eq!(left_out, ["outcome-differs"]);
}

/// A member's ballot by another member without a mandate, or with a third one's.
#[test]
fn nobody_signs_for_a_member_that_has_not_let_it() {
    let ledger = decided();
    let honest = leaves(&ledger);
    let at = honest
        .iter()
        .position(|it| {
            let text = String::from_utf8_lossy(it);
            text.starts_with("nemcon/v1 ballot\n") && text.contains("\nfor M4\n")
        })
        .unwrap();
    let text = String::from_utf8(honest[at].clone()).unwrap();
    let text = &text[..=text.find("\n\n").unwrap()];
    let Ok(Body::Ballot(mut ballot)) = Body::parse(text) else { panic!("{text}") };
    ballot.said.head.by = code("M2");
    let statement = ledger.sign(&Body::Ballot(ballot));
    let mut records = honest.clone();
    let old = sha256(text.as_bytes());
    records[at] = statement.render();
    for record in &mut records {
        let text = String::from_utf8(record.clone()).unwrap();
        if text.starts_with("nemcon/v1 decision\n") {
            let text = text.replace(&old.to_string(), &statement.text_hash.to_string());
            *record = text.replace("mandate M4 M3", "mandate M4 M2").into_bytes();
        }
    }
    let certificate = certificate(&export_of(&ledger, records), 1);
    let proven = proven(&ledger, &certificate);
    assert!(!proven.is_final(), "{:?}", proven.ending);
    let Some(Ending::Decided { votes: None, .. }) = proven.ending else { panic!() };
}

#[test]
fn one_seal_fewer_and_seals_of_others_are_found() {
    let ledger = decided();
    let whole = certificate(&export(&ledger), 1);
    let lines: Vec<&str> = whole.checkpoint.lines().collect();
    for at in 4..lines.len() {
        let mut fewer = lines.clone();
        let line = fewer.remove(at);
        let checkpoint = fewer.join("\n") + "\n";
        let cut = Certificate { checkpoint, ..whole.clone() };
        assert!(!proven(&ledger, &cut).is_final(), "without {line}");
        let mut doubled = lines.clone();
        doubled[at] = lines[if at == 4 { 5 } else { 4 }];
        let checkpoint = doubled.join("\n") + "\n";
        let twice = Certificate { checkpoint, ..whole.clone() };
        assert!(!proven(&ledger, &twice).is_final());
    }
}

#[test]
fn what_is_no_certificate_is_said_for_what_it_is() {
    let ledger = decided();
    let text = certificate(&export(&ledger), 1).render();
    let said = |text: &str| Certificate::parse(text.as_bytes()).unwrap_err();
    assert_eq!(said(&text.replace('\n', "\r\n")), CertificateError::LineEnds);
    assert_eq!(said(""), CertificateError::Head);
    assert_eq!(said("nemcon/v1 evidence\n"), CertificateError::Head);
    assert!(matches!(
        said(&text[..text.len() - 10]),
        CertificateError::Part(PartError::Length { .. })
    ));
    assert!(matches!(said(&format!("{text}more\n")), CertificateError::Behind(_)));
    assert!(matches!(
        said(&text.replace("measure 1\n", "measure 01\n")),
        CertificateError::Part(PartError::Line { .. })
    ));
    assert_eq!(Certificate::parse(b"nemcon/v1 certificate\n\xff"), Err(CertificateError::Utf8(22)));
    for end in (0..text.len()).step_by(97) {
        assert!(Certificate::parse(&text.as_bytes()[..end]).is_err(), "{end}");
    }
}

/// The vectors that other verifiers are tested on too: one verdict for all of them, in the same words.
#[test]
fn each_vector_has_the_verdict_that_its_index_says() {
    let folder = in_workspace("tests/vectors/certificates");
    let index = fs::read_to_string(folder.join("INDEX")).unwrap();
    let mut others = Vec::new();
    for line in index.lines() {
        let (name, rest) = line.split_once(' ').unwrap();
        let (council, wanted) = rest.split_once(' ').unwrap();
        let bytes = fs::read(folder.join(name)).unwrap();
        let said = Certificate::parse(&bytes).map_or_else(
            |_| "NOT VERIFIED".to_owned(),
            |certificate| verdict(&certificate.verify(&council.parse().unwrap())),
        );
        if said != wanted && !(wanted == "NOT final" && said.starts_with(wanted)) {
            others.push(format!("{name}: {said}, wanted {wanted}"));
        }
    }
    assert!(index.lines().count() >= 80);
    assert!(others.is_empty(), "{others:#?}");
}
