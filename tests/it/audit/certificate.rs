//! Certificates: what one measure's file proves, and what a forger of one is caught at.

use nemcon_crypto::LeafIndex;
use nemcon_ledger::audit::Fault;
use nemcon_ledger::audit::certificate::{Certificate, Ending, Proven};
use nemcon_ledger::chain::Chain;
use nemcon_ledger::council::Status;
use nemcon_ledger::export::{PUBLIC_FILE, PUBLIC_TEXT, public_records};
use nemcon_ledger::record::{Genesis, Position};
use nemcon_tests::export::{Files, export, export_at};
use nemcon_tests::fixture::{
    Ledger, changing, changing_under, code, council_of_equals, gated, line,
};

use crate::law::union::{act, union};

pub(super) fn certificate(files: &Files, measure: u64) -> Certificate {
    let chosen = Certificate::choose(files, measure).expect("the export shows the measure");
    let text = chosen.render();
    assert_eq!(Certificate::parse(text.as_bytes()), Ok(chosen.clone()), "one written form");
    chosen
}

pub(super) fn proven(ledger: &Ledger, certificate: &Certificate) -> Proven {
    certificate.verify(&ledger.parties.genesis.digest())
}

pub(super) fn names(proven: &Proven) -> Vec<&'static str> {
    proven.report.faults.iter().map(Fault::name).collect()
}

pub(super) const FOR: Position = Position::InFavour;

/// Four members and one measure: one ballot is replaced, one is cast under a mandate, the text is revised.
pub(super) fn decided_in(genesis: Genesis) -> Ledger {
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

pub(super) fn decided() -> Ledger {
    decided_in(council_of_equals(4))
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
        let page = nemcon_client::certificate::page(&certificate, &proven);
        assert!(page.contains("REV 2") && !page.contains("REV 1"), "{page}");
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

#[test]
fn a_page_holds_its_certificate_unchanged_and_no_markup_of_others() {
    let hostile = "</pre><script>alert(1)</script><pre id=\"certificate\">&amp;lt; é";
    let mut ledger = Ledger::found(gated());
    let number = ledger.table(ledger.parties.measure("M1", hostile));
    ledger.cast(number, &[("M2", FOR)]);
    let certificate = certificate(&export(&ledger), number);
    let page = nemcon_client::certificate::page(&certificate, &proven(&ledger, &certificate));
    assert!(!page.contains("<script") && page.matches("<pre").count() == 1, "{page}");
    let held = nemcon_client::certificate::held_in(page.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(held).unwrap(), certificate.render());
    assert_eq!(nemcon_client::certificate::held_in(b"<pre id=\"certificate\">x</pre>"), None);
}
