//! What a reader of the treaties has found to say of this council, L1 to L23: each is a sentence, and a test of
//! this folder has its name. Those that stand elsewhere:
//!
//! - L2 `the_council_leaves_nobody_out_but_a_member_that_leaves`, and all of `european_council`
//! - L4 `a_state_is_not_listed_and_an_entry_ban_is_for_persons_alone`
//! - L5 `each_kind_is_tabled_by_whom_the_law_lets_on_its_bases_in_every_procedure`
//! - L6 `no_act_is_shown_with_a_source_that_it_does_not_rest_on`
//! - L7 `governments_in_common_accord_and_delegations_in_consensus_speak_for_themselves_alone`
//! - L11 `an_act_enters_into_force_on_its_date_and_is_annulled_with_the_case`
//! - L13 `assent_is_tacit_in_the_silence_procedure_alone`
//! - L14 `a_legal_basis_is_met_by_its_paragraphs_and_points`
//! - L19 is not about deciding: who may read which positions stands with what readers see
//! - L21 `a_listing_without_reasons_or_restrictions_is_refused`

use std::fs;

use nemcon_ledger::council::Status;
use nemcon_ledger::record::charter::How;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{CouncilChange, Measure, Outcome, Position, Record};
use nemcon_ledger::text::Label;
use nemcon_tests::fixture::{Ledger, code, label, line};
use nemcon_tests::process::in_workspace;

use super::union::{act, tabling, union};

/// A file of the workspace with every run of blanks and comment marks as one blank.
fn words_of(file: &str) -> String {
    let text = fs::read_to_string(in_workspace(file)).expect("the file is there");
    text.split_whitespace().filter(|word| *word != "#").collect::<Vec<_>>().join(" ")
}

/// Whether the charter says of acts of this kind that they are unlike the law in this way.
fn is_said(ledger: &Ledger, kind: &str, how: How, words: &str) -> bool {
    let charter = &ledger.council().genesis().charter;
    let about = charter.differences.iter().filter(|it| it.is_about(&label(kind)));
    about.into_iter().any(|it| it.how == how && it.says.as_str().contains(words))
}

fn refused(by: &str, kind: &str, basis: &str) -> String {
    let ledger = union();
    tabling(&ledger, act(&ledger, by, kind, &[basis])).expect_err("it is refused").to_string()
}

/// The measure after the ballots of all but these, and its deadline.
fn without(absent: &[&str], measure: Measure, ledger: &mut Ledger) -> (u64, Vec<Record>) {
    let closes = measure.closes;
    let number = ledger.table(measure);
    let asked = ledger.measure(number).frozen.entitled.clone();
    let present = asked.iter().map(|it| it.code.as_str()).filter(|it| !absent.contains(it));
    let ballots: Vec<_> = present.map(|it| (it, Position::InFavour)).collect();
    assert_eq!(ledger.cast(number, &ballots), []);
    (number, ledger.run_at(closes, &[]))
}

/// L1. Article 238(4) TFEU: only who is present or represented abstains without preventing unanimity.
#[test]
fn an_absent_member_that_nobody_represents_prevents_unanimity() {
    let mut ledger = union();
    let measure = act(&ledger, "DE", "cfsp-decision", &["Article 28 TEU"]);
    let (number, derived) = without(&["MT"], measure, &mut ledger);
    assert!(matches!(&derived[..], [Record::Lapse(_)]), "{derived:?}");
    assert!(!matches!(ledger.measure(number).status, Status::Adopted { .. }));
    assert!(is_said(&ledger, "cfsp-decision", How::Stricter, "silence never adopts"));
}

/// L3. Article 50(3) TEU: the treaties cease to apply two years after the notice.
#[test]
fn nobody_holds_a_member_inside_for_longer_than_two_years() {
    let mut ledger = union();
    let notice = ledger.sign(&ledger.notice("SE", NoticeAct::Given));
    ledger.run(&[notice]);
    let mut measure = ledger.effect("DE", "departure", CouncilChange::Departure(code("SE")));
    (measure.category, measure.basis) = (None, vec![line("Article 50 TEU")]);
    let given = ledger.chain.time();
    let (_, derived) = without(&["MT"], measure, &mut ledger);
    assert!(
        matches!(&derived[..], [Record::Lapse(_)]),
        "one member alone prevents an early departure"
    );
    let sits = |ledger: &Ledger| ledger.council().roster().member(&code("SE")).is_some();
    assert!(sits(&ledger));
    assert!(is_said(&ledger, "departure", How::Stricter, "with the signature of every other one"));
    // From one 29 March to that of two years later is 730 days, or 731 with a leap day.
    let due = ledger.council().next_deadline().expect("its notice runs");
    assert_eq!(due.as_ms() - given.as_ms(), 731 * 24 * 3_600_000);
    assert_eq!(ledger.run_at(due, &[]), []);
    assert!(!sits(&ledger), "and prevents no departure for ever");
    assert!(words_of("docs/law.md").contains("nobody can hold it inside"));
}

/// L8. The conclusions of 2017 have seven; Article 3 of Decision (CFSP) 2019/797 has its own.
#[test]
fn the_factors_of_an_incident_are_the_seven_of_the_conclusions_of_2017_alone() {
    let ledger = union();
    let incidents = ledger.council().genesis().charter.incidents.as_ref().expect("it shares them");
    let factors: Vec<_> = incidents.factors.iter().map(Label::as_str).collect();
    let seven =
        ["scope", "scale", "duration", "intensity", "complexity", "sophistication", "impact"];
    assert_eq!(factors, seven);
    let says = "Article 3 of Decision (CFSP) 2019/797 has others";
    assert!(is_said(&ledger, "listing", How::NotModelled, says));
}

/// L9. Article 329(1) TFEU is by qualified majority with consent, 329(2) by unanimity; 330 is no legal basis.
#[test]
fn enhanced_cooperation_is_authorised_by_unanimity_in_foreign_policy_alone() {
    let said = refused("COM1", "enhanced-cooperation", "Article 329(1) TFEU");
    assert!(said.contains("by qualified majority"), "{said}");
    let ledger = union();
    let charter = &ledger.council().genesis().charter;
    let on = |kind: &str| charter.kind(&label(kind)).expect("its kind").decided[0].on.clone();
    assert_eq!(on("enhanced-cooperation"), [line("Article 329(2) TFEU")]);
    assert_eq!(
        on("cooperation-act"),
        [],
        "330 is a voting rule: an act names the basis of its matter"
    );
    let rule = charter.rule(&label("unanimity-participating")).expect("its rule");
    assert_eq!(rule.minimum, Some(9), "Article 20(2) TEU");
}

/// L10. The European Council fixed the system, the Council the order.
#[test]
fn the_presidencys_rota_rests_on_decision_2009_908_as_amended_and_its_system_on_2009_881() {
    for file in ["docs/law.md", "charters/eu-council.toml"] {
        let text = words_of(file);
        for words in ["2009/908/EU as amended by (EU) 2016/1316", "2009/881/EU"] {
            assert!(text.contains(words), "{file}: {words}");
        }
    }
    let text = words_of("charters/eu-members.toml");
    assert!(text.contains("NOT FOR A REAL ONE-THIRD TEST"), "{text}");
}

/// L12. Article 297(2) TFEU; Article 15 of the Council's Rules of Procedure.
#[test]
fn the_legal_act_is_signed_by_the_president_and_the_secretary_general() {
    let law = words_of("docs/law.md");
    assert!(law.contains("signed by the President and the Secretary-General of the Council"));
}

/// L15. Article 46(6) TEU: by unanimity of the participants.
#[test]
fn permanent_structured_cooperation_is_refused_because_no_decision_names_its_participants() {
    let said = refused("DE", "cfsp-decision", "Article 46(6) TEU");
    assert!(said.contains("for its participants alone"), "{said}");
}

/// L16. Protocols No 21 and 22; none in the common foreign and security policy.
#[test]
fn an_act_of_which_somebody_is_opted_out_is_refused_and_a_foreign_policy_act_asks_denmark() {
    for basis in ["Article 81(3) TFEU", "Article 87(3) TFEU"] {
        let said = refused("COM1", "unanimous-act", basis);
        assert!(said.contains("Denmark does not take part"), "{said}");
    }
    for basis in ["Article 136 TFEU", "Article 140(3) TFEU"] {
        let said = refused("COM1", "unanimous-act", basis);
        assert!(said.contains("whose currency is the euro"), "{said}");
    }
    let mut ledger = union();
    let number = ledger.table(act(&ledger, "DE", "cfsp-decision", &["Article 42(4) TEU"]));
    let asked = &ledger.measure(number).frozen.entitled;
    assert!(asked.iter().any(|it| it.code == code("DK")));
}

/// L17. Article 7(3) TEU.
#[test]
fn a_suspended_member_keeps_its_ballot_and_every_act_says_so() {
    let ledger = union();
    for kind in &ledger.council().genesis().charter.kinds {
        let says = "suspended (Article 7(3) TEU)";
        assert!(is_said(&ledger, kind.name.as_str(), How::NotModelled, says), "{}", kind.name);
    }
}

/// L18. Article 31(1) TEU, second subparagraph.
#[test]
fn a_qualified_abstention_stands_in_the_decision_as_what_it_is_with_its_declaration() {
    let mut ledger = union();
    let number = ledger.table(act(&ledger, "DE", "cfsp-decision", &["Article 28 TEU"]));
    let asked = ledger.measure(number).frozen.entitled.clone();
    let position = |code: &str| match code {
        "DK" => Position::AbstainQualified,
        "IE" => Position::Abstain,
        _ => Position::InFavour,
    };
    let ballots: Vec<_> =
        asked.iter().map(|it| (it.code.as_str(), position(it.code.as_str()))).collect();
    let derived = ledger.cast(number, &ballots);
    let [Record::Decision(decision)] = &derived[..] else { panic!("{derived:?}") };
    assert_eq!(decision.outcome, Outcome::Adopted);
    for ballot in &decision.ballots {
        assert_eq!(ballot.position, position(ballot.code.as_str()), "{}", ballot.code);
    }
    assert!(is_said(&ledger, "cfsp-decision", How::NotModelled, "by analogy"));
}

/// L20. Article 11(1) of the Council's Rules of Procedure.
#[test]
fn balloting_opens_with_the_tabling_and_ends_early_by_three_parties_and_every_act_says_that_this_is_looser()
 {
    let mut ledger = union();
    let number = ledger.table(act(&ledger, "DE", "cfsp-decision", &["Article 28 TEU"]));
    assert_eq!(ledger.try_apply(&ledger.ballot("FR", number, Position::InFavour)), Ok(()));
    for (by, may) in [("DE", true), ("HR1", true), ("PR1", true), ("FR", false), ("SG1", false)] {
        assert_eq!(ledger.try_apply(&ledger.close(by, number)).is_ok(), may, "{by}");
    }
    for kind in &ledger.council().genesis().charter.kinds {
        let says = "neither the Presidency nor a majority opens it";
        assert!(is_said(&ledger, kind.name.as_str(), How::Looser, says), "{}", kind.name);
    }
}

/// L22. Articles 31(2), 33 and 215; a regulation on another basis can be unanimous.
#[test]
fn each_thing_that_is_decided_elsewhere_has_its_own_reason_and_a_regulation_has_that_of_its_basis()
{
    for (by, basis, why) in [
        ("HR1", "Article 31(2) TEU", "implementing decisions among them"),
        ("HR1", "Article 31(2) TEU", "for vital and stated reasons of national policy"),
        ("HR1", "Article 33 TEU", "special representatives"),
    ] {
        let said = refused(by, "cfsp-decision", basis);
        assert!(said.contains(why), "{said}");
    }
    let said = refused("COM1", "unanimous-act", "Article 215 TFEU");
    assert!(
        said.contains("joint proposal of the High Representative and the Commission"),
        "{said}"
    );
    let ledger = union();
    for basis in ["Article 113 TFEU", "Article 352 TFEU"] {
        let regulation = act(&ledger, "COM1", "unanimous-act", &[basis]);
        assert_eq!(tabling(&ledger, regulation), Ok(()), "{basis}");
    }
}

/// L23. Article 293(1) TFEU; Article 49 TEU.
#[test]
fn amending_a_proposal_and_accession_are_said_to_be_unlike_the_treaties() {
    let ledger = union();
    assert!(is_said(&ledger, "unanimous-act", How::NotModelled, "Article 293(1) TFEU"));
    for words in ["Commission's opinion", "Parliament's consent", "ratification"] {
        assert!(is_said(&ledger, "accession", How::Looser, words), "{words}");
    }
}
