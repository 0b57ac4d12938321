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

/// Of each legal basis that is not this ledger's, whoever calls the act what, the reason is said.
#[test]
fn an_act_on_a_basis_that_is_decided_elsewhere_is_refused_with_the_reason() {
    for (basis, why) in [
        ("Article 215(1) TFEU", "by qualified majority"),
        ("Article 31(2) TEU", "for vital and stated reasons"),
        ("Article 33 TEU", "special representatives"),
        ("Article 46(6) TEU", "for its participants alone"),
        ("Article 329(1) TFEU", "European Parliament's consent"),
        ("Article 77(3) TFEU", "Protocol No 22"),
        ("Article 81(3) TFEU", "Protocol No 21"),
        ("Article 82(2)(d) TFEU", "Denmark does not take part"),
        ("Article 83(1) TFEU", "Denmark does not take part"),
        ("Article 86(1) TFEU", "Denmark does not take part"),
        ("Article 86(4) TFEU", "the European Council decides"),
        ("Article 87(3) TFEU", "Denmark does not take part"),
        ("Article 89 TFEU", "Denmark does not take part"),
        ("Article 136(1)(b) TFEU", "whose currency is the euro vote"),
        ("Article 140(3) TFEU", "with the member concerned"),
    ] {
        for kind in ["unanimous-act", "cfsp-decision"] {
            let said = said("DE", kind, &["Article 29 TEU", basis]).unwrap_err();
            let Refusal::BasisElsewhere { basis: named, because } = said else { panic!("{said}") };
            assert_eq!(named.as_str(), basis);
            assert!(because.as_str().contains(why), "{basis}: {because}");
        }
    }
    let joined = act(&union(), "DE", "unanimous-act", &["Article 329(2) TFEU"]);
    assert_eq!(tabling(&union(), joined), Ok(()), "another paragraph");
}
