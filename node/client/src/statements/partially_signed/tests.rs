use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{Keys, Notice, Officer, signers};

use super::*;
use crate::fixture::{genesis, head, officer};

/// A statement of BE, which needs two of its three officers.
fn notice(genesis: &Genesis) -> (PartiallySigned, Vec<Part>) {
    let notice = Notice { head: head(genesis, "BE"), act: NoticeAct::Given, after: None };
    partial(genesis, &Body::Notice(notice))
}

fn partial(genesis: &Genesis, body: &Body) -> (PartiallySigned, Vec<Part>) {
    let parts = signers::of_founding(body, genesis).unwrap();
    (PartiallySigned::parse(body.render().as_bytes()).unwrap(), parts)
}

fn signed(partial: &PartiallySigned, parts: &[Part], number: u8) -> PartiallySigned {
    let mut partial = partial.clone();
    partial.sign(parts, &[officer(0, number)], 0).unwrap();
    // The statement after it was written to a file and read again.
    PartiallySigned::parse(&partial.render(parts).unwrap()).unwrap()
}

#[test]
fn signers_one_after_the_other_make_the_note_that_signers_together_make() {
    let genesis = genesis();
    let (empty, parts) = notice(&genesis);
    let lacking = empty.lacking(&genesis, &parts);
    assert_eq!(who(&lacking), "2 of BE/desk BE/deputy BE/head");
    let head_first = signed(&empty, &parts, 2);
    assert_eq!(who(&head_first.lacking(&genesis, &parts)), "1 of BE/desk BE/deputy");
    let refused = head_first.statement(&genesis, &parts).unwrap_err();
    assert!(matches!(refused, PartiallySignedError::Incomplete(_)));
    let statement = signed(&head_first, &parts, 0).statement(&genesis, &parts).unwrap();
    let together =
        super::super::sign(empty.body(), &parts, &[officer(0, 0), officer(0, 2)], 0).unwrap();
    assert_eq!(statement.render(), together.render());
}

#[test]
fn who_signed_apart_is_joined_and_no_line_too_many_stays() {
    let genesis = genesis();
    let (empty, parts) = notice(&genesis);
    let mut partial = signed(&empty, &parts, 2);
    for number in [1, 0, 1] {
        partial.join(signed(&empty, &parts, number)).unwrap();
    }
    let statement = partial.statement(&genesis, &parts).unwrap();
    assert_eq!(statement.note.signatures().len(), 2);
    signers::verify_lines(&statement.note, &parts).unwrap();
    let (other, _) = {
        let notice = Notice { head: head(&genesis, "BE"), act: NoticeAct::Withdrawn, after: None };
        self::partial(&genesis, &Body::Notice(notice))
    };
    assert_eq!(partial.join(other), Err(PartiallySignedError::Different));
}

#[test]
fn nobody_signs_twice_or_unneeded_or_for_others() {
    let genesis = genesis();
    let (empty, parts) = notice(&genesis);
    let mut one = signed(&empty, &parts, 0);
    let sign = |partial: &mut PartiallySigned, key| partial.sign(&parts, &[key], 0).unwrap_err();
    assert!(matches!(sign(&mut one, officer(0, 0)), PartiallySignedError::SignedAlready(_)));
    assert!(matches!(sign(&mut one, officer(1, 0)), PartiallySignedError::NoSigner(_)));
    assert!(matches!(sign(&mut one, officer(0, 10)), PartiallySignedError::NoSigner(_)));
    let mut two = signed(&one, &parts, 1);
    assert!(matches!(sign(&mut two, officer(0, 2)), PartiallySignedError::Enough(_)));
}

#[test]
fn a_text_that_was_changed_after_signing_is_noticed() {
    let genesis = genesis();
    let (empty, parts) = notice(&genesis);
    let one = signed(&empty, &parts, 0).render(&parts).unwrap();
    let text = String::from_utf8(one).unwrap();
    let changed = PartiallySigned::parse(text.replace("given", "withdrawn").as_bytes()).unwrap();
    assert!(matches!(changed.verify(&parts), Err(PartiallySignedError::Changed(_))));
    let other = text.replace("by BE", "by BG");
    let other = PartiallySigned::parse(other.as_bytes()).unwrap();
    let of_other = signers::of_founding(other.body(), &genesis).unwrap();
    assert!(matches!(other.verify(&of_other), Err(PartiallySignedError::Stranger(_))));
    assert!(PartiallySigned::parse(b"nemcon/v1 decision\n").is_err());
    assert!(PartiallySigned::parse(b"\xff").is_err());
}

#[test]
fn recovery_officers_and_new_keys_sign_in_any_order() {
    let genesis = genesis();
    let new = officer(0, 7);
    let body = Body::Keys(Keys {
        head: head(&genesis, "BE"),
        threshold: 1,
        officers: vec![Officer { label: "card".parse().unwrap(), key: new.public() }],
        recovery: Some(officer(0, 8).public()),
        after: None,
    });
    let (mut partial, parts) = partial(&genesis, &body);
    let wanted = "2 of BE/desk BE/deputy BE/head, BE/recovery, BE/recovery, BE/card";
    assert_eq!(who(&partial.lacking(&genesis, &parts)), wanted);
    let keys = [7, 10, 1, 8, 0];
    for number in keys {
        assert!(partial.statement(&genesis, &parts).is_err());
        partial = signed(&partial, &parts, number);
    }
    let statement = partial.statement(&genesis, &parts).unwrap();
    signers::verify_lines(&statement.note, &parts).unwrap();
    let together = super::super::sign(&body, &parts, &keys.map(|it| officer(0, it)), 0).unwrap();
    assert_eq!(statement.render(), together.render());
}
