use nemcon_crypto::{SecretKey, hash};
use nemcon_ledger::chain::{Chain, Proposal};
use nemcon_ledger::record::{Body, Genesis, Position, Statement, signers};

use super::*;
use crate::api::{Measure, PackageView};
use crate::fixture::{another, genesis, head, now, officer, shown};

/// Signs a statement with the officers of the genesis.
fn sign(
    body: &Body,
    genesis: &Genesis,
    secrets: &[SecretKey],
) -> Result<Statement, StatementError> {
    let code = &body.head().by;
    let (threshold, officers) = genesis.signers(code).unwrap();
    let parts = signers::of_officers(&genesis.origin, code, threshold, officers);
    super::sign(body, &parts, secrets, 0)
}

#[test]
fn the_council_takes_what_is_built_here() {
    let genesis = genesis();
    let measure = shown(&genesis);
    let table = sign(&Body::parse(&measure.text).unwrap(), &genesis, &[officer(1, 0)]).unwrap();
    let body = ballot(head(&genesis, "CZ"), &measure, Position::Abstain.into()).unwrap();
    let first = sign(&body, &genesis, &[officer(2, 0)]).unwrap();
    let mut measure = measure;
    measure.last.insert("CZ".parse().unwrap(), first.leaf_hash);
    let declaration = Some(hash::sha256(b"declaration"));
    let choice = Choice { declaration, ..Position::AbstainQualified.into() };
    let body = ballot(head(&genesis, "CZ"), &measure, choice);
    let second = sign(&body.unwrap(), &genesis, &[officer(2, 0)]).unwrap();
    let body = withdrawal(head(&genesis, "BG"), &measure, Some("error".parse().unwrap()));
    let withdrawn = sign(&body.unwrap(), &genesis, &[officer(1, 0)]).unwrap();
    let chain = Chain::found(genesis);
    let proposal = Proposal { time: now(), round: 0 };
    let (_, chain) = chain.assemble(&proposal, &[&table]).unwrap();
    let proposal = Proposal { time: chain.next_time(now()), round: 0 };
    let (block, chain) = chain.assemble(&proposal, &[&second, &first, &withdrawn]).unwrap();
    assert_eq!(block.records.len(), 4);
    assert_eq!(chain.council().measure(1).unwrap().status.to_string(), "withdrawn");
}

#[test]
fn nothing_is_signed_that_the_text_does_not_say() {
    let genesis = genesis();
    let council = genesis.digest();
    let honest = shown(&genesis);
    assert!(about(&honest, &council).is_ok());
    let mut other = honest.clone();
    other.text = other.text.replace("2020/1127", "2020/1128");
    assert!(matches!(about(&other, &council), Err(StatementError::TextHash { .. })));
    let mut other = honest.clone();
    other.title = "Another".to_owned();
    let error = StatementError::Field { measure: 1, field: "title" };
    assert_eq!(about(&other, &council), Err(error));
    let elsewhere = hash::sha256(b"elsewhere");
    assert!(matches!(about(&honest, &elsewhere), Err(StatementError::Council { .. })));
}

#[test]
fn a_declaration_goes_with_a_qualified_abstention_only() {
    let genesis = genesis();
    let measure = shown(&genesis);
    let digest = Some(hash::sha256(b"declaration"));
    for (position, declaration) in [
        (Position::AbstainQualified, None),
        (Position::Abstain, digest),
        (Position::InFavour, digest),
    ] {
        let choice = Choice { declaration, ..position.into() };
        let body = ballot(head(&genesis, "BE"), &measure, choice);
        assert!(matches!(body, Err(StatementError::Declaration(_))), "{position}");
    }
}

#[test]
fn exactly_the_required_officers_sign_in_roster_order() {
    let genesis = genesis();
    let measure = shown(&genesis);
    let body = close(head(&genesis, "BE"), &measure).unwrap();
    let few = sign(&body, &genesis, &[officer(0, 2)]).unwrap_err();
    let code = "BE".parse().unwrap();
    assert_eq!(few, StatementError::TooFewOfficers { code, required: 2, found: 1 });
    let all = [officer(0, 2), officer(0, 0), officer(0, 1)];
    let statement = sign(&body, &genesis, &all).unwrap();
    let (required, officers) = genesis.signers(&body.head().by).unwrap();
    statement.verify(&genesis, required, officers).unwrap();
    let foreign = sign(&body, &genesis, &[officer(0, 0), officer(1, 0)]).unwrap_err();
    assert!(matches!(foreign, StatementError::NotAnOfficer { .. }));
}

/// The record of a measure's text, as its proposer signs it.
fn record_of(measure: &Measure) -> Vec<u8> {
    sign(&Body::parse(&measure.text).unwrap(), &genesis(), &[officer(1, 0)]).unwrap().render()
}

#[test]
fn a_new_text_is_checked_against_the_record_of_the_text_that_it_replaces() {
    let measure = shown(&genesis());
    let Body::Measure(said) = Body::parse(&another(1, "Better").text).unwrap() else { panic!() };
    let body = revision(said, &measure).unwrap();
    let replaced = Named::Measure { number: 1, revision: Some(1) };
    assert_eq!(verify_about(&body, &[], None), Err(OfflineError::NoRecord(replaced)));
    let shown = verify_about(&body, &[record_of(&measure)], None).unwrap();
    assert_eq!(shown[0].text_hash, measure.text_hash);
    let error = OfflineError::Mismatch { kind: "revision", field: "text hash" };
    assert_eq!(verify_about(&body, &[record_of(&another(1, "Other"))], None), Err(error));
    let package = Some(&b"a package"[..]);
    let error = verify_about(&body, &[record_of(&measure)], package);
    assert_eq!(error, Err(OfflineError::NoPackageWanted));
}

#[test]
fn a_package_is_checked_against_the_records_of_all_that_it_binds() {
    let [first, second, third] =
        [(1, "First"), (2, "Second"), (3, "Third")].map(|(number, title)| another(number, title));
    let body = package(head(&genesis(), "BG"), &[first.clone(), second.clone()]).unwrap();
    let [one, two, three] = [&first, &second, &third].map(record_of);
    let lacking = OfflineError::NoRecord(Named::Measure { number: 2, revision: None });
    assert_eq!(verify_about(&body, core::slice::from_ref(&one), None), Err(lacking));
    let shown = verify_about(&body, &[two.clone(), one.clone()], None).unwrap();
    let shown: Vec<_> = shown.iter().map(|record| record.text_hash).collect();
    assert_eq!(shown, [first.text_hash, second.text_hash], "in the order of the package");
    let stray = OfflineError::NotAbout { kind: "measure", text: third.text_hash };
    assert_eq!(verify_about(&body, &[one, two, three], None), Err(stray));
}

#[test]
fn a_package_that_is_shown_binds_the_measure_and_names_what_it_is_said_to() {
    let other = another(2, "Second");
    let mut measure = another(1, "First");
    let bound = package(head(&genesis(), "BG"), &[measure.clone(), other.clone()]).unwrap();
    let view = |body: &Body, measures: &[u64]| {
        let text = body.render();
        let text_hash = hash::sha256(text.as_bytes());
        Some(PackageView { text_hash, text, measures: measures.to_vec() })
    };
    measure.package = view(&bound, &[1, 2]);
    verify_shown(&measure).unwrap();

    let lie = |edit: &dyn Fn(&mut PackageView)| {
        let mut measure = measure.clone();
        edit(measure.package.as_mut().unwrap());
        verify_shown(&measure)
    };
    let refused = Err(StatementError::Field { measure: 1, field: "package" });
    let elsewhere = package(head(&genesis(), "BG"), &[other, another(3, "Third")]).unwrap();
    assert_eq!(lie(&|it| it.text_hash = hash::sha256(b"another")), refused, "another hash");
    assert_eq!(lie(&|it| it.measures = vec![1]), refused, "fewer measures");
    assert_eq!(lie(&|it| it.measures = vec![1, 3]), refused, "other measures");
    assert_eq!(lie(&|it| *it = view(&elsewhere, &[2, 3]).unwrap()), refused, "not the measure");
    let mut revised = another(1, "Revised");
    revised.package.clone_from(&measure.package);
    assert_eq!(verify_shown(&revised), refused, "the measure at another text");
}
