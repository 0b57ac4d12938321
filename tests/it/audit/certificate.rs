//! Certificates: what one measure's file proves, and what a forger of one is caught at.

use nemcon_crypto::LeafIndex;
use nemcon_ledger::audit::Fault;
use nemcon_ledger::audit::certificate::{Certificate, CertificateError, Ending, Proven};
use nemcon_ledger::chain::Chain;
use nemcon_ledger::council::Status;
use nemcon_ledger::export::{PUBLIC_FILE, PUBLIC_TEXT, public_records};
use nemcon_ledger::record::charter::{Publication, Votes};
use nemcon_ledger::record::{Body, Genesis, Position};
use nemcon_tests::export::{Files, export, export_at, export_of, leaves};
use nemcon_tests::fixture::{
    Ledger, changing, changing_under, code, council_of_equals, label, line,
};

use crate::law::union::{act, union};

fn certificate(files: &Files, measure: u64) -> Certificate {
    let chosen = Certificate::choose(files, measure).expect("the export shows the measure");
    let text = chosen.render();
    assert_eq!(Certificate::parse(text.as_bytes()), Ok(chosen.clone()), "one written form");
    chosen
}

fn proven(ledger: &Ledger, certificate: &Certificate) -> Proven {
    certificate.verify(&ledger.parties.genesis.digest())
}

fn names(proven: &Proven) -> Vec<&'static str> {
    proven.report.faults.iter().map(Fault::name).collect()
}

const FOR: Position = Position::InFavour;

/// Four members and one measure: one ballot is replaced, one is cast under a mandate, the text is revised.
fn decided_in(genesis: Genesis) -> Ledger {
    let mut ledger = Ledger::found(genesis);
    let number = ledger.table(ledger.parties.measure("M1", "First words"));
    ledger.cast(number, &[("M2", FOR)]);
    let revision = ledger.revision(number, |it| it.title = line("Better words"));
    ledger.run(&[revision]);
    ledger.empower("M4", number, "M3");
    ledger.cast(number, &[("M1", FOR), ("M2", Position::Against)]);
    ledger.run(&[ledger.ballot_for(("M3", "M4"), number, FOR)]);
    ledger.cast(number, &[("M2", Position::Abstain)]);
    ledger.cast(number, &[("M3", FOR)]);
    ledger.table(ledger.parties.measure("M2", "What came later"));
    ledger
}

fn decided() -> Ledger {
    decided_in(council_of_equals(4))
}

/// Votes that wait for their release.
fn gated() -> Genesis {
    let mut genesis = council_of_equals(4);
    genesis.charter.attests.push(label("votes-released"));
    let (marking, released_by) = (line("LIMITE"), Some(label("votes-released")));
    genesis.charter.publication = Some(Publication { marking, released_by });
    genesis.charter.kinds.iter_mut().for_each(|kind| kind.votes = Some(Votes::Released));
    genesis
}

#[test]
fn a_certificate_shows_what_was_decided_by_whom_when_and_under_which_rule() {
    for genesis in [council_of_equals(4), gated()] {
        let ledger = decided_in(genesis);
        let certificate = certificate(&export(&ledger), 1);
        let proven = proven(&ledger, &certificate);
        assert_eq!(names(&proven), [""; 0]);
        assert!(proven.is_final());
        let Some(Ending::Decided { decision, votes, at }) = &proven.ending else { panic!() };
        assert_eq!(votes.as_deref(), Some("3 in favour, 1 abstained, none against"));
        assert_eq!((decision.number, decision.title.as_str()), (1, "Better words"));
        let state = ledger.measure(1);
        assert!(matches!(state.status, Status::Adopted { decision } if decision == at.leaf));
        assert_eq!(Some(at.time), state.ended);
        let positions = proven.ballots.iter().map(|it| (it.code.as_str(), it.by.as_str()));
        let wanted = [("M1", "M1"), ("M2", "M2"), ("M3", "M3"), ("M4", "M3")];
        assert_eq!(positions.collect::<Vec<_>>(), wanted);
        assert_eq!(proven.ballots[1].position, Position::Abstain, "the ballot that counted");
        assert_eq!(proven.mandates.len(), 1);
        let (text, hash, revision, _) = proven.text.as_ref().unwrap();
        assert_eq!((text.title.as_str(), *revision), ("Better words", 2));
        assert_eq!(*hash, state.text_hash);
        assert_eq!(proven.tabled.unwrap().leaf, LeafIndex(1));
        assert_eq!(proven.report.counts.seals, 4);
    }
}

#[test]
fn another_councils_digest_and_no_digest_of_the_files_own_verify_it() {
    let ledger = decided();
    let certificate = certificate(&export(&ledger), 1);
    let other = Ledger::found(council_of_equals(3)).parties.genesis.digest();
    let told = certificate.verify(&other);
    assert!(!told.is_faultless() && told.ending.is_none());
    // The line in the file says nothing.
    let lying = Certificate { council: other, ..certificate };
    assert!(proven(&ledger, &lying).is_final());
    assert!(!lying.verify(&other).is_faultless());
}

/// Open, lapsed, withdrawn, not adopted: each is said for what it is.
#[test]
fn a_measure_that_was_not_adopted_is_never_shown_as_adopted() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let numbers: Vec<u64> = ["Open", "Lapses", "Is withdrawn", "Is not adopted"]
        .map(|title| ledger.table(ledger.parties.measure("M1", title)))
        .into();
    ledger.cast(numbers[0], &[("M1", FOR), ("M2", FOR), ("M3", FOR)]);
    ledger.cast(numbers[0], &[("M3", Position::Retracted)]);
    ledger.cast(numbers[1], &[("M1", FOR)]);
    ledger.run(&[ledger.close("CH", numbers[1])]);
    ledger.run(&[ledger.withdrawal("M1", numbers[2])]);
    ledger.cast(numbers[3], &["M1", "M2", "M3"].map(|by| (by, FOR)));
    ledger.cast(numbers[3], &[("M4", Position::Against)]);
    ledger.run(&[ledger.close("CH", numbers[3])]);
    let files = export(&ledger);
    let of = |number: u64| proven(&ledger, &certificate(&files, number));
    let open = of(numbers[0]);
    assert!(open.is_faultless() && !open.is_final(), "{:?}", names(&open));
    let missing = vec![code("M3"), code("M4")];
    assert_eq!(open.ending, Some(Ending::Open { missing }));
    assert_eq!(open.ballots.len(), 2);
    assert!(matches!(of(numbers[1]).ending, Some(Ending::Lapsed { .. })));
    assert!(matches!(of(numbers[2]).ending, Some(Ending::Withdrawn { .. })));
    let refused = of(numbers[3]);
    let Some(Ending::Decided { decision, votes, .. }) = &refused.ending else { panic!() };
    assert_eq!(decision.outcome.to_string(), "not-adopted");
    assert_eq!(votes.as_deref(), Some("against: M4"));
    assert!(numbers[1..].iter().all(|number| of(*number).is_final()));
    assert!(Certificate::choose(&files, 9).is_err());
}

/// At every size of a ledger in which members, keys and seats change, every measure has its certificate.
#[test]
fn certificates_are_followed_through_every_change_of_keys_and_seats() {
    for (ledger, is_gated) in [(changing(), false), (changing_under(gated()), true)] {
        let mut chain = Chain::found(ledger.parties.genesis.clone());
        let (mut tried, mut released) = (0, 0);
        for block in &ledger.blocks {
            chain = chain.apply(block).unwrap();
            let (size, roster) = (usize::try_from(chain.size().0).unwrap(), chain.sealing_roster());
            let mut files = vec![export_at(&ledger, size, roster)];
            if is_gated {
                files.push(withheld(&files[0], chain.council()));
            }
            for (state, files) in
                chain.council().measures().flat_map(|it| files.iter().map(move |files| (it, files)))
            {
                let is_public = files.0.contains_key(PUBLIC_FILE);
                let Ok(chosen) = Certificate::choose(files, state.number) else {
                    assert!(is_public);
                    continue;
                };
                let proven = proven(&ledger, &chosen);
                let what = (size, state.number, is_public);
                assert_eq!(names(&proven), [""; 0], "{what:?}");
                let is_decided =
                    matches!(state.status, Status::Adopted { .. } | Status::NotAdopted { .. });
                assert!(is_decided || !proven.is_final_in_public());
                assert_eq!(
                    matches!(proven.ending, Some(Ending::Decided { .. })),
                    is_decided,
                    "{what:?}"
                );
                assert!(
                    is_public || proven.is_final() == (state.status != Status::Open),
                    "{what:?}"
                );
                tried += 1;
                released += u32::from(is_public && proven.is_final());
            }
        }
        assert!(tried > 20, "{tried}");
        assert!(released == 0 || is_gated);
    }
}

fn withheld(files: &Files, council: &nemcon_ledger::council::Council) -> Files {
    use nemcon_crypto::tiles::{decode_bundle, encode_bundle};
    let mut files = files.clone();
    let path = files.0.keys().find(|path| path.starts_with("tile/entries/")).unwrap().clone();
    let records = decode_bundle(&files.0[&path]).unwrap();
    let public: Vec<_> = public_records(council, LeafIndex(0), records).collect();
    files.0.insert(path, encode_bundle(&public).unwrap());
    files.0.insert(PUBLIC_FILE.to_owned(), PUBLIC_TEXT.as_bytes().to_vec());
    files
}

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
    let mut tree = nemcon_crypto::merkle::Tree::new();
    for leaf in leaves(ledger) {
        tree.append(nemcon_crypto::merkle::leaf_hash(&leaf));
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
        let lines = text.lines().filter(|line| !line.starts_with("ballot M4"));
        let text: String = lines.map(|line| format!("{line}\n")).collect();
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
    let body = Body::parse(String::from_utf8_lossy(&honest[at]).split("\n\n").next().unwrap())
        .or_else(|_| {
            let text = String::from_utf8_lossy(&honest[at]).into_owned();
            let end = text.find("\n\n").unwrap() + 1;
            Body::parse(&text[..end])
        })
        .unwrap();
    let Body::Ballot(mut ballot) = body else { panic!() };
    ballot.said.head.by = code("M2");
    let statement = ledger.sign(&Body::Ballot(ballot));
    let mut records = honest.clone();
    let old = nemcon_crypto::hash::sha256(
        &honest[at][..String::from_utf8_lossy(&honest[at]).find("\n\n").unwrap() + 1],
    );
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
        let checkpoint = fewer.iter().map(|line| format!("{line}\n")).collect();
        let cut = Certificate { checkpoint, ..whole.clone() };
        assert!(!proven(&ledger, &cut).is_final(), "without {line}");
        let mut doubled = lines.clone();
        doubled[at] = lines[if at == 4 { 5 } else { 4 }];
        let checkpoint = doubled.iter().map(|line| format!("{line}\n")).collect();
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
    assert!(matches!(said(&text[..text.len() - 10]), CertificateError::Length { .. }));
    assert!(matches!(said(&format!("{text}more\n")), CertificateError::Behind(_)));
    assert!(matches!(
        said(&text.replace("measure 1\n", "measure 01\n")),
        CertificateError::Line { .. }
    ));
    assert_eq!(Certificate::parse(b"nemcon/v1 certificate\n\xff"), Err(CertificateError::Utf8(22)));
    for end in (0..text.len()).step_by(97) {
        assert!(Certificate::parse(text[..end].as_bytes()).is_err(), "{end}");
    }
}

/// The sizes that docs/formats.md names: 27 members with one officer each under the charter of the EU.
#[test]
fn a_certificate_of_27_members_is_small() {
    let mut ledger = union();
    let number = ledger.table(act(&ledger, "DE", "cfsp-decision", &["Article 28 TEU"]));
    ledger.all_in_favour(number);
    let certificate = certificate(&export(&ledger), number);
    let (bytes, genesis) = (certificate.render().len(), certificate.genesis.len());
    assert!(proven(&ledger, &certificate).is_final());
    println!("certificate of 27: {bytes} bytes, {genesis} of them the genesis");
    assert!(bytes - genesis < 32 * 1024, "{bytes} bytes, {genesis} of them the genesis");
}
