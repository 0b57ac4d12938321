//! What the Union's two councils do not decide, or not so, against a table written out by hand.

use nemcon_ledger::council::Refusal;
use nemcon_tests::fixture::line;

use super::union::{act, european_council, tabling, union};

/// What the councils do not decide, or not so: on which basis, by whom, why.
const REFUSED: [(bool, &str, &str, &str, &str); 24] = [
    (true, "unanimous-act", "Article 215 TFEU", "COM1", "by qualified majority"),
    (true, "unanimous-act", "Article 215(1) TFEU", "COM1", "joint proposal"),
    (true, "cfsp-decision", "Article 7(2) TEU", "DE", "the European Council determines"),
    (true, "cfsp-decision", "Article 50(3) TEU", "DE", "in agreement with that member"),
    (true, "cfsp-decision", "Article 31(2) TEU", "HR1", "implementing decisions"),
    (true, "cfsp-decision", "Article 33 TEU", "HR1", "special representatives"),
    (true, "cfsp-decision", "Article 46(6) TEU", "DE", "for its participants alone"),
    (true, "enhanced-cooperation", "Article 329(1) TFEU", "DE", "by qualified majority"),
    (true, "unanimous-act", "Article 81(3) TFEU", "COM1", "Denmark does not take part"),
    (true, "unanimous-act", "Article 86(4) TFEU", "COM1", "the European Council decides"),
    (true, "unanimous-act", "Article 136 TFEU", "COM1", "whose currency is the euro"),
    (true, "unanimous-act", "Article 140(3) TFEU", "COM1", "whose currency is the euro"),
    (false, "conclusions", "Article 15(5) TEU", "DE", "elects its President by qualified majority"),
    (false, "conclusions", "Article 17(7) TEU", "DE", "proposes the President of the Commission"),
    (false, "conclusions", "Article 18(1) TEU", "DE", "appoints the High Representative"),
    (false, "conclusions", "Article 236(b) TFEU", "PEC1", "their Presidency by qualified majority"),
    (false, "conclusions", "Article 235(3) TFEU", "PEC1", "by simple majority"),
    (false, "breach-determination", "Article 7(1) TEU", "COM1", "majority of four fifths"),
    (false, "breach-determination", "Article 7(3) TEU", "DE", "by qualified majority"),
    (false, "breach-determination", "Article 7(4) TEU", "DE", "by qualified majority"),
    (false, "withdrawal-period", "Article 50(2) TEU", "DE", "the Council concludes"),
    (false, "strategic-decision", "Article 28(1) TEU", "HR1", "in its own ledger"),
    (false, "strategic-decision", "Article 29 TEU", "HR1", "in its own ledger"),
    (false, "strategic-decision", "Article 31(2) TEU", "HR1", "the Council decides"),
];

#[test]
fn what_is_decided_elsewhere_is_refused_with_the_reason() {
    for (is_council, kind, basis, by, why) in REFUSED {
        let ledger = if is_council { union() } else { european_council() };
        let said = tabling(&ledger, act(&ledger, by, kind, &[basis])).unwrap_err();
        let Refusal::BasisElsewhere { because, .. } = said else {
            panic!("{kind}, {basis}: {said}")
        };
        assert!(because.as_str().contains(why), "{basis}: {because}");
    }
    for ledger in [union(), european_council()] {
        for other in &ledger.parties.genesis.charter.elsewhere {
            let is_met = |basis: &str| other.basis_of(&[line(basis)]).is_some();
            let is_here = |it: &(bool, &str, &str, &str, &str)| is_met(it.2);
            // The bases of freedom, security and justice have one reason; a kind has a test of its own.
            assert!(other.kind.is_some() || REFUSED.iter().any(is_here), "{}", other.what());
        }
    }
}
