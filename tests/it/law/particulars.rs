//! Where a measure stands on its way, in the words of the Union's charter.

use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::charter::{CharterError, Procedure};
use nemcon_ledger::record::{GenesisError, Particulars, RecordError};
use nemcon_tests::fixture::{label, line};

use super::genesis::with;
use super::union::{act, tabling, union};

/// The forms of documents' numbers as the Council, the Official Journal and ELI write them.
#[test]
fn a_reference_has_a_form_that_the_charter_gives_its_kind() {
    let ledger = union();
    let said = |reference: &str| {
        let mut measure = act(&ledger, "DE", "cfsp-decision", &["Article 28 TEU"]);
        measure.references = vec![line(reference)];
        tabling(&ledger, measure)
    };
    for good in [
        "st 7592/26",
        "st 7592/26 INIT",
        "st 7592/26 REV 1",
        "st 7592/26 COR 2",
        "st 7592/26 ADD 1 REV 3",
        "interinstitutional 2026/0123(NLE)",
        "oj L, 2024/1779, 24.6.2024",
        "oj L 129I, 17.5.2019, p. 13",
        "eli http://data.europa.eu/eli/dec/2019/797/oj",
    ] {
        assert_eq!(said(good), Ok(()), "{good}");
    }
    for bad in [
        "ST 7592/26",
        "st 7592/2026",
        "st 7592/26 REV",
        "st 7592/26 rev 1",
        "interinstitutional 2026/0123",
        "oj L 2024/1779",
        "eli http://example.org/eli/dec/2019/797/oj",
        "oj",
        "memo 7",
    ] {
        assert_eq!(said(bad), Err(Refusal::NoReference(line(bad))), "{bad}");
    }
}

#[test]
fn bodies_and_items_are_the_charters_and_their_days_are_anybodys() {
    let ledger = union();
    let said = |prepared: &str, item: &str| {
        let mut measure = act(&ledger, "DE", "cfsp-decision", &["Article 28 TEU"]);
        measure.particulars = Particulars {
            companions: vec![line("Council Regulation (EU) 2019/796")],
            prepared: vec![prepared.parse().unwrap()],
            item: Some(label(item)),
        };
        tabling(&ledger, measure)
    };
    for body in ["hwpci", "relex", "psc", "coreper-ii", "council"] {
        assert_eq!(said(&format!("{body} 2026-10-01"), "a"), Ok(()), "{body}");
    }
    let unknown = |field, word| Err(Refusal::UnknownWord { field, word: label(word) });
    assert_eq!(said("coreper-i 2026-10-01", "a"), unknown("prepared", "coreper-i"));
    assert_eq!(said("council 2026-10-01", "c"), unknown("item", "c"));
}

#[test]
fn a_kind_of_reference_has_a_form_and_stands_once() {
    let law = |error| Err(RecordError::Genesis(Box::new(GenesisError::Charter(error))));
    let oj = || label("oj");
    assert_eq!(with(|g| g.charter.references[0].forms.clear()), law(CharterError::NoForm(oj())));
    let twice = with(|g| g.charter.references.push(g.charter.references[0].clone()));
    assert_eq!(twice, law(CharterError::Twice { what: "the kind of reference", name: oj() }));
}

#[test]
fn reminders_count_down() {
    let law = |error| Err(RecordError::Genesis(Box::new(GenesisError::Charter(error))));
    let days = |days: &[u32]| with(|g| g.charter.reminder_days = days.to_vec());
    assert!(days(&[180, 90, 30]).is_ok() && days(&[]).is_ok());
    for wrong in [&[30, 90][..], &[90, 90], &[30, 0]] {
        assert_eq!(days(wrong), law(CharterError::Reminders), "{wrong:?}");
    }
}

#[test]
fn a_notice_runs_for_a_day_at_least() {
    let law = |error| Err(RecordError::Genesis(Box::new(GenesisError::Charter(error))));
    let days = |days| with(|g| g.charter.notice_days = days);
    assert!(days(None).is_ok() && days(Some(1)).is_ok() && days(Some(u32::MAX)).is_ok());
    assert_eq!(days(Some(0)), law(CharterError::NoticeDays));
}

#[test]
fn what_a_procedure_attests_is_one_of_the_words_that_are_attested() {
    let law = |error| Err(RecordError::Genesis(Box::new(GenesisError::Charter(error))));
    let with_word = |word: &str| {
        let attests = vec![label(word)];
        let meeting = Procedure { name: label("gathering"), tacit: false, attests };
        with(|g| {
            g.charter.attests.push(label("meeting-opened"));
            g.charter.procedures.push(meeting);
        })
    };
    assert_eq!(with_word("meeting-opened").map(drop), Ok(()));
    assert_eq!(with_word("opened"), law(CharterError::ProcedureAttests(label("opened"))));
}
