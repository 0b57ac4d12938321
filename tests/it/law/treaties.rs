//! The law of the treaties, as the Union's charter gives it: each sentence by a case.

use nemcon_ledger::council::Refusal;

use super::union::{act, tabling, union};

/// What the council says to a measure of `by` of this kind on these bases.
fn said(by: &str, kind: &str, bases: &[&str]) -> Result<(), Refusal> {
    let ledger = union();
    let measure = act(&ledger, by, kind, bases);
    tabling(&ledger, measure)
}

#[test]
fn a_legal_basis_is_met_by_its_paragraphs_and_points() {
    for bases in [
        &["Article 28 TEU"][..],
        &["Article 28(1) TEU", "Article 31(1) TEU"],
        &["Article 28(1)(a) TEU"],
        &["Article 37 TEU"],
        &["Article 41(2) TEU"],
        &["Article 42(4) TEU"],
        &["Article 43(2) TEU"],
        &["Article 44(1) TEU"],
    ] {
        assert_eq!(said("DE", "cfsp-decision", bases), Ok(()), "{bases:?}");
    }
    for bases in [&["Article 42 TEU"][..], &["Article 42(40) TEU"], &["Article 280 TEU"], &[]] {
        let said = said("DE", "cfsp-decision", bases);
        assert!(matches!(said, Err(Refusal::WrongBasis { .. })), "{bases:?}: {said:?}");
    }
}
