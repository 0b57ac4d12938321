//! Remarks: statements for the minutes.

use nemcon_crypto::hash;
use nemcon_ledger::council::{REMARKS_MAX, Refusal, Status};
use nemcon_ledger::record::{ChainKey, Remark};
use nemcon_tests::fixture::{Ledger, code, council_of_equals, day, label};

use super::{Bench, Case, not_in_role};

/// A council in which members make remarks, and the chair makes none. Measure 1 is open and revised,
/// measure 2 withdrawn, measure 3 lapsed; on measure 4 M2 has made all remarks that it has.
fn ledger() -> Ledger {
    let mut genesis = council_of_equals(3);
    genesis.charter.may_remark = vec![label("member")];
    let mut ledger = Ledger::found(genesis);
    let parties = ledger.parties.clone();
    for title in ["Open", "Withdrawn", "Lapsed", "Spoken on"] {
        ledger.table(parties.measure("M1", title));
    }
    let revision = ledger.revision(1, |measure| measure.closes = day(60));
    ledger.run(&[revision, ledger.withdrawal("M1", 2), ledger.close("M1", 3)]);
    for _ in 0..REMARKS_MAX {
        let remark = ledger.remark("M2", 4, |_| {});
        ledger.run(&[remark]);
    }
    ledger
}

pub(super) fn cases() -> Vec<Case> {
    let mut bench = Bench::new(ledger());
    let lapse = bench.ledger.measure(3).outcome_leaf().expect("it has lapsed");
    for (measure, status) in [(2, Status::Withdrawn), (3, Status::Lapsed { lapse })] {
        let remark = bench.ledger.remark("M2", measure, |_| {});
        let refusal = Refusal::NothingToRemark { measure, status };
        bench.refuses("a remark on what was not decided", &remark, refusal);
    }
    let spent = bench.ledger.remark("M2", 4, |_| {});
    let refusal = Refusal::RemarksSpent { by: code("M2"), measure: 4 };
    bench.refuses("one remark too many", &spent, refusal);
    let by_the_chair = bench.ledger.remark("CH", 1, |_| {});
    let refusal = not_in_role("CH", "make a remark on", 1, &["member"]);
    bench.refuses("a remark of whom the charter does not let", &by_the_chair, refusal);
    let former = bench.ledger.said_on(1).former[0].text_hash;
    let after = Some(hash::sha256(b"x"));
    let mut case = |name, edit: &dyn Fn(&mut Remark), refusal| {
        let remark = bench.ledger.remark("M2", 1, edit);
        bench.refuses(name, &remark, refusal);
    };
    let word = label("joke");
    let refusal = Refusal::UnknownWord { field: "sort", word: word.clone() };
    case("a remark of an unknown sort", &|it| it.sort = word.clone(), refusal);
    case("a remark on nothing", &|it| it.said.about.measure = 9, Refusal::UnknownMeasure(9));
    let on_former = |it: &mut Remark| (it.said.about.revision, it.said.about.text) = (1, former);
    let refusal = Refusal::Superseded { measure: 1, said: 1, is: 2 };
    case("a remark on a former text", &on_former, refusal);
    let refusal = Refusal::NotOwn { by: code("M2"), on_behalf: code("M3") };
    case("a remark for another", &|it| it.said.on_behalf = code("M3"), refusal);
    let chain = ChainKey::Measure(1, code("M2"));
    let refusal = Refusal::WrongAfter { chain, after, wanted: None };
    case("a remark after nothing that was", &|it| it.said.after = after, refusal);
    bench.cases
}
