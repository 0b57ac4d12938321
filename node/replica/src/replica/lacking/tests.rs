use nemcon_crypto::hash::sha256;

use super::*;

fn at(ms: u64) -> Time {
    Time::from_ms(1_000_000 + ms).unwrap()
}

fn of(n: usize) -> Digest {
    sha256(&n.to_be_bytes())
}

fn code(code: &str) -> Code {
    code.parse().unwrap()
}

#[test]
fn a_statement_is_asked_for_at_one_peer_then_at_another() {
    let mut lacking = LackingStatements::default();
    let mut announced = |by: &str, ms| lacking.announced(&code(by), [of(1)].into_iter(), at(ms));
    assert_eq!(announced("AA", 0), [of(1)]);
    assert_eq!(announced("AA", 1), [], "it is asked already");
    assert_eq!(announced("BB", 1), []);
    assert_eq!(announced("CC", 1), []);
    assert_eq!(announced("DD", 1), [], "two others are enough");
    assert_eq!(lacking.due(), Some(at(ANSWER_MS)));
    assert_eq!(lacking.overdue(at(ANSWER_MS - 1)), Asks::new());
    let asks = |to: &str| Asks::from([(code(to), vec![of(1)])]);
    assert_eq!(lacking.overdue(at(ANSWER_MS)), asks("BB"));
    assert_eq!(lacking.forget(&code("BB"), at(ANSWER_MS + 1)), asks("CC"));
    assert_eq!(lacking.overdue(at(2 * ANSWER_MS)), Asks::new(), "CC has its own time");
    assert_eq!(lacking.overdue(at(2 * ANSWER_MS + 1)), Asks::new(), "nobody else has it");
    assert_eq!((lacking.lacking.len(), lacking.asked.len(), lacking.due()), (0, 0, None));
    assert_eq!(lacking.announced(&code("AA"), [of(1)].into_iter(), at(9_000)), [of(1)]);
}

#[test]
fn what_has_come_is_asked_for_no_more() {
    let mut lacking = LackingStatements::default();
    lacking.announced(&code("AA"), [of(1), of(2)].into_iter(), at(0));
    lacking.announced(&code("BB"), [of(1), of(2)].into_iter(), at(0));
    lacking.arrived(&of(1));
    lacking.arrived(&of(3));
    assert_eq!(lacking.overdue(at(ANSWER_MS)), Asks::from([(code("BB"), vec![of(2)])]));
    lacking.arrived(&of(2));
    assert_eq!((lacking.lacking.len(), lacking.asked.len(), lacking.due()), (0, 0, None));
}

#[test]
fn a_peer_that_announces_without_end_takes_up_its_own_share_alone() {
    let mut lacking = LackingStatements::default();
    let many = (0..2 * LACKING_PER_MEMBER_MAX).map(of);
    assert_eq!(lacking.announced(&code("AA"), many, at(0)).len(), LACKING_PER_MEMBER_MAX);
    let other = LACKING_PER_MEMBER_MAX * 3;
    assert_eq!(lacking.announced(&code("BB"), [of(other)].into_iter(), at(0)), [of(other)]);
    assert_eq!(lacking.lacking.len(), LACKING_PER_MEMBER_MAX + 1);
    lacking.forget(&code("AA"), at(1));
    assert_eq!((lacking.lacking.len(), lacking.asked.len()), (1, 1));
}
