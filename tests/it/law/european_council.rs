//! The European Council under the charter that comes along: Article 235 TFEU.

use nemcon_crypto::merkle::leaf_hash;
use nemcon_ledger::council::{Refusal, Status};
use nemcon_ledger::record::measure_fields::RestsOn;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{Body, Measure, Outcome, Position, Record};
use nemcon_tests::fixture::{Ledger, code, label};

use super::union::{act, european_council, tabling, union};

/// All that have a ballot are in favour; what follows.
fn decide(ledger: &mut Ledger, number: u64) -> Vec<Record> {
    let asked = ledger.measure(number).frozen.entitled.clone();
    let ballots: Vec<_> = asked.iter().map(|it| (it.code.as_str(), Position::InFavour)).collect();
    ledger.cast(number, &ballots)
}

/// Article 7(2) TEU, Article 354 TFEU.
#[test]
fn a_breach_is_determined_by_all_but_the_member_that_it_is_about() {
    let mut ledger = european_council();
    let mut measure = act(&ledger, "COM1", "breach-determination", &["Article 7(2) TEU"]);
    assert_eq!(
        tabling(&ledger, measure.clone()),
        Err(Refusal::NobodyConcerned(label("unanimity-minus-concerned")))
    );
    measure.concerns = Some(code("FR"));
    let number = ledger.table(measure);
    let own = ledger.try_apply(&ledger.ballot("FR", number, Position::Against));
    assert!(matches!(own, Err(Refusal::NotEntitled { .. })), "{own:?}");
    let derived = decide(&mut ledger, number);
    let [Record::Decision(decision)] = &derived[..] else { panic!("{derived:?}") };
    assert_eq!((decision.outcome, decision.ballots.len()), (Outcome::Adopted, 26));
    assert_eq!(decision.excluded.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["FR"]);
    assert!(decision.excluded[0].why.as_str().contains("Article 354 TFEU"));
}

/// Article 50(3) and (4) TEU.
#[test]
fn the_period_of_a_withdrawing_member_is_extended_without_its_ballot_and_after_its_notice() {
    let mut ledger = european_council();
    let mut measure = act(&ledger, "PEC1", "withdrawal-period", &["Article 50(3) TEU"]);
    measure.concerns = Some(code("SE"));
    assert_eq!(tabling(&ledger, measure.clone()), Err(Refusal::NoNotice(code("SE"))));
    let notice = ledger.sign(&ledger.notice("SE", NoticeAct::Given));
    ledger.run(&[notice]);
    let number = ledger.table(measure);
    decide(&mut ledger, number);
    assert!(matches!(ledger.measure(number).status, Status::Adopted { .. }));
    let agrees =
        ledger.parties.attestation(ledger.council(), "SG1", number, "agreement-of-the-member");
    assert_eq!(ledger.try_apply(&ledger.sign(&Body::Attestation(agrees))), Ok(()));
}

/// Article 235(1) TFEU: abstentions do not prevent it; one member votes for one other.
#[test]
fn a_strategic_decision_is_adopted_with_abstentions_and_a_mandate() {
    let mut ledger = european_council();
    let number = ledger.table(act(&ledger, "PEC1", "strategic-decision", &["Article 22(1) TEU"]));
    ledger.empower("SE", number, "FI");
    let for_it = ledger.ballot_for(("FI", "SE"), number, Position::InFavour);
    ledger.run(&[for_it]);
    let asked = ledger.measure(number).frozen.entitled.clone();
    let others = asked.iter().map(|it| it.code.as_str()).filter(|it| *it != "SE");
    let ballots: Vec<_> = others
        .map(|it| (it, if it == "BE" { Position::Abstain } else { Position::InFavour }))
        .collect();
    let derived = ledger.cast(number, &ballots);
    let [Record::Decision(decision)] = &derived[..] else { panic!("{derived:?}") };
    assert_eq!((decision.outcome, decision.mandates.len()), (Outcome::Adopted, 1));
}

/// Article 235(1) TFEU: the two Presidents do not vote.
#[test]
fn who_belongs_to_it_without_a_vote_has_no_ballot() {
    let mut ledger = european_council();
    let number = ledger.table(act(&ledger, "PEC1", "conclusions", &[]));
    for by in ["PEC1", "COM1", "HR1", "SG1"] {
        let said = ledger.try_apply(&ledger.ballot(by, number, Position::InFavour));
        assert!(said.is_err(), "{by}");
    }
}

#[test]
fn what_is_the_councils_is_refused_there_and_what_is_its_own_here() {
    let (council, european) = (union(), european_council());
    for kind in ["framework", "listing", "renewal", "cfsp-decision", "unanimous-act", "populations"]
    {
        let mut measure = act(&european, "DE", "conclusions", &[]);
        measure.kind = label(kind);
        assert_eq!(tabling(&european, measure), Err(Refusal::UnknownKind(label(kind))));
    }
    for kind in ["strategic-decision", "breach-determination", "treaty-revision"] {
        let mut measure = act(&council, "DE", "conclusions", &[]);
        measure.kind = label(kind);
        assert_eq!(tabling(&council, measure), Err(Refusal::UnknownKind(label(kind))));
    }
}

/// Articles 22(1) and 26(2) TEU: the Council acts on the basis of what the European Council decided. The field
/// names the record; only the other ledger shows that it stands there.
#[test]
fn an_act_of_the_council_rests_on_a_strategic_decision_by_the_leaf_of_its_record() {
    let mut leaders = european_council();
    let number = leaders.table(act(&leaders, "DE", "strategic-decision", &["Article 26(1) TEU"]));
    let derived = decide(&mut leaders, number);
    let decision = derived[0].render();
    let mut stands = leaders.blocks.iter().flat_map(|block| &block.records);
    assert!(stands.any(|record| record[..] == decision[..]));
    let rests_on =
        RestsOn { council: leaders.council().digest(), number, leaf: leaf_hash(&decision) };
    let mut council = union();
    let mut measure = act(&council, "HR1", "cfsp-decision", &["Article 28 TEU"]);
    let charter = council.council().genesis().charter.clone();
    let asks = |measure: &Measure| measure.unstated(&charter).contains(&&label("rests-on"));
    assert!(asks(&measure), "the charter asks for it");
    measure.rests_on = vec![rests_on];
    assert!(!asks(&measure));
    let number = council.table(measure);
    assert_eq!(council.text(number).rests_on, [rests_on]);
}

/// A charter may refuse a kind without it.
#[test]
fn a_charter_that_requires_what_a_measure_rests_on_refuses_one_without() {
    let mut genesis = union().parties.genesis;
    let kinds = &mut genesis.charter.kinds;
    let kind =
        kinds.iter_mut().find(|kind| kind.name == label("cfsp-decision")).expect("it is there");
    kind.requires.push(label("rests-on"));
    let ledger = Ledger::found(genesis);
    let measure = act(&ledger, "DE", "cfsp-decision", &["Article 28 TEU"]);
    let (kind, field) = (label("cfsp-decision"), label("rests-on"));
    assert_eq!(tabling(&ledger, measure), Err(Refusal::FieldRequired { kind, field }));
}
