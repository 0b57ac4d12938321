//! The law of the treaties, as the Union's charter gives it: each sentence by a case.

use nemcon_client::shipped::{CharterName, Shipped};
use nemcon_crypto::hash::sha256;
use nemcon_ledger::council::{Force, Refusal};
use nemcon_ledger::record::charter::{EntitledSet, How};
use nemcon_ledger::record::measure_fields::Target;
use nemcon_ledger::record::{Ballot, Body, CouncilChange, Measure, Position};
use nemcon_tests::fixture::{Ledger, cited, code, day, label, line};

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
        ("Article 7(2) TEU", "the European Council determines"),
        ("Article 50(3) TEU", "the European Council extends"),
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
        for (by, kind) in [("COM1", "unanimous-act"), ("DE", "cfsp-decision")] {
            let said = said(by, kind, &["Article 29 TEU", basis]).unwrap_err();
            let Refusal::BasisElsewhere { basis: named, because } = said else { panic!("{said}") };
            assert_eq!(named.as_str(), basis);
            assert!(because.as_str().contains(why), "{basis}: {because}");
        }
    }
    // Neither another way of writing nor a wider article gets around it.
    for basis in [
        "Article 07(2) TEU",
        "Article 7(02) TEU",
        "Article 7 (2) TEU",
        "Art. 7(2) TEU",
        "article 7(2) TEU",
        "Article 7(2), TEU",
    ] {
        let refusal = Refusal::NoBasisForm(line(basis));
        assert_eq!(said("COM1", "unanimous-act", &[basis]), Err(refusal));
    }
    for (basis, part) in
        [("Article 7 TEU", "Article 7(2) TEU"), ("Article 82(2) TFEU", "Article 82(2)(d) TFEU")]
    {
        let refusal = Refusal::BasisTooWide { basis: line(basis), part: line(part) };
        assert_eq!(said("COM1", "unanimous-act", &[basis]), Err(refusal));
    }
    let joined = act(&union(), "COM1", "unanimous-act", &["Article 329(2) TFEU"]);
    assert_eq!(tabling(&union(), joined), Ok(()), "another paragraph");
}

/// Article 30(1) TEU; Article 6(1) of Decision (CFSP) 2019/797; the Commission's proposal elsewhere.
#[test]
fn each_kind_is_tabled_by_whom_the_treaties_let_propose_it_and_the_refusal_says_who_may() {
    let (member, hr, presidency, commission) = ("DE", "HR1", "PR1", "COM1");
    let all = [member, hr, presidency, commission, "SG1"];
    for (kinds, may) in [
        (&["framework", "listing", "renewal", "cfsp-decision"][..], &[member, hr][..]),
        (&["conclusions", "guidelines"], &[member, hr, presidency]),
        (&["unanimous-act"], &[commission]),
        (&["enhanced-cooperation", "cooperation-act"], &[member, commission]),
        (&["accession", "departure", "appointment", "populations"], &[member, presidency]),
        (&["governments-decision", "rules-version"], &[member, presidency]),
    ] {
        for (kind, by) in kinds.iter().flat_map(|kind| all.map(|by| (*kind, by))) {
            let said = said(by, kind, &[]);
            let is_refused = matches!(said, Err(Refusal::MayNotTable { .. }));
            assert_eq!(is_refused, !may.contains(&by), "{kind} by {by}: {said:?}");
        }
    }
    let said = said(presidency, "listing", &["Article 29 TEU"]).unwrap_err().to_string();
    assert!(said.ends_with("the charter lets every member, the high-representative"), "{said}");
}

/// Article 31(1) TEU is of the common foreign and security policy alone.
#[test]
fn no_act_is_shown_with_a_source_that_it_does_not_rest_on() {
    let ledger = union();
    let charter = &ledger.council().genesis().charter;
    for kind in &charter.kinds {
        let source = charter.source_of(&kind.name, &kind.decided[0].by);
        assert_eq!(source, kind.source.as_ref(), "{} has a source of its own", kind.name);
        let is_foreign_policy = ["framework", "listing", "renewal", "cfsp-decision"];
        let says = source.expect("it has one").as_str().contains("31(1) TEU");
        assert_eq!(says, is_foreign_policy.contains(&kind.name.as_str()), "{}", kind.name);
    }
    let source =
        |kind: &str| charter.source_of(&label(kind), &label("unanimity")).unwrap().as_str();
    assert!(source("populations").contains("Article 11(6) of the Council's Rules of Procedure"));
    assert!(source("conclusions").contains("no vote"));
    assert!(source("governments-decision").contains("no act of the Council"));
}

/// Article 239 TFEU is of the Council, and of its votes.
#[test]
fn governments_in_common_accord_and_delegations_in_consensus_speak_for_themselves_alone() {
    for (kind, rule) in [("conclusions", "consensus"), ("governments-decision", "common-accord")] {
        let mut ledger = union();
        let number = ledger.table(act(&ledger, "DE", kind, &[]));
        assert_eq!(ledger.measure(number).frozen.rule.name, label(rule));
        let mandate = ledger.parties.mandate(ledger.council(), "FR", number, Some("DE"));
        let said = ledger.try_apply(&ledger.sign(&Body::Mandate(mandate)));
        assert_eq!(said, Err(Refusal::NoMandatesUnder(label(rule))));
        let abstains = ledger.ballot("FR", number, Position::Abstain);
        assert_eq!(ledger.try_apply(&abstains), Err(Refusal::AbstentionRefused(label(rule))));
    }
    let mut ledger = union();
    let number = ledger.table(act(&ledger, "DE", "cfsp-decision", &["Article 28 TEU"]));
    let mandate = ledger.parties.mandate(ledger.council(), "FR", number, Some("DE"));
    assert_eq!(ledger.try_apply(&ledger.sign(&Body::Mandate(mandate))), Ok(()));
}

/// Article 20(2) TEU asks at least nine for an enhanced cooperation; another rule may ask fewer.
#[test]
fn an_authorisation_needs_the_least_minimum_and_an_act_that_of_its_own_rule() {
    let mut genesis = union().parties.genesis;
    let charter = &mut genesis.charter;
    let mut few = charter.rule(&label("unanimity-participating")).expect("its rule").clone();
    (few.name, few.minimum) = (label("a-few"), Some(2));
    let mut act_of_few = charter.kind(&label("cooperation-act")).expect("its kind").clone();
    act_of_few.name = label("act-of-a-few");
    act_of_few.decided[0].by = few.name.clone();
    charter.rules.push(few);
    charter.kinds.push(act_of_few);
    let mut ledger = Ledger::found(genesis);
    let authorising = |codes: &[&str]| {
        let mut measure = act(&ledger, "DE", "enhanced-cooperation", &["Article 329(2) TFEU"]);
        measure.council_change =
            CouncilChange::Participation(codes.iter().map(|it| code(it)).collect());
        measure
    };
    let too_few = tabling(&ledger, authorising(&["DE"]));
    assert_eq!(too_few, Err(Refusal::TooFewParticipating { found: 1, minimum: 2 }));
    let number = ledger.table(authorising(&["DE", "FR"]));
    let members: Vec<_> =
        ledger.council().roster().members.iter().map(|it| it.code.to_string()).collect();
    let ballots = members.iter().map(|by| (by.as_str(), Position::InFavour));
    ledger.cast(number, &ballots.collect::<Vec<_>>());
    let of = |kind: &str| {
        let mut measure = act(&ledger, "DE", kind, &["Article 28 TEU"]);
        measure.authorised_by = Some(cited(ledger.council(), number));
        measure
    };
    assert_eq!(tabling(&ledger, of("act-of-a-few")), Ok(()));
    let too_few = tabling(&ledger, of("cooperation-act"));
    assert_eq!(too_few, Err(Refusal::TooFewParticipating { found: 2, minimum: 9 }));
    let mut without = of("cooperation-act");
    without.basis.clear();
    let (kind, field) = (label("cooperation-act"), label("basis"));
    assert_eq!(tabling(&ledger, without), Err(Refusal::FieldRequired { kind, field }));
}

/// Decision (CFSP) 2019/797, Articles 4 and 5: natural persons; legal persons, entities and bodies.
#[test]
fn a_state_is_not_listed_and_an_entry_ban_is_for_persons_alone() {
    let ledger = union();
    let listing = |sort: &str, applies: &[&str]| {
        let mut measure = act(&ledger, "DE", "listing", &["Article 29 TEU"]);
        measure.listed = vec![target(sort, true)];
        measure.applies = applies.iter().map(|word| label(word)).collect();
        tabling(&ledger, measure)
    };
    for sort in ["state", "group"] {
        let word = label(sort);
        let refusal = Refusal::UnknownWord { field: "targets", word };
        assert_eq!(listing(sort, &["asset-freeze"]), Err(refusal));
    }
    assert_eq!(listing("person", &["entry-ban", "asset-freeze", "no-funds"]), Ok(()));
    for sort in ["entity", "body"] {
        assert_eq!(listing(sort, &["asset-freeze", "no-funds"]), Ok(()));
        let (word, to) = (label("entry-ban"), vec![label("person")]);
        let refusal = Refusal::AppliesToNone { word, to };
        assert_eq!(listing(sort, &["asset-freeze", "entry-ban"]), Err(refusal));
    }
}

/// Article 296 TFEU; C-584/10 P.
#[test]
fn a_listing_without_reasons_or_restrictions_is_refused() {
    let ledger = union();
    let lacks = |edit: fn(&mut Measure)| {
        let mut measure = act(&ledger, "DE", "listing", &["Article 29 TEU"]);
        measure.listed = vec![target("person", true), target("entity", true)];
        measure.applies = vec![label("asset-freeze")];
        edit(&mut measure);
        tabling(&ledger, measure)
    };
    assert_eq!(lacks(|_| {}), Ok(()));
    let needs =
        |field: &str| Err(Refusal::FieldRequired { kind: label("listing"), field: label(field) });
    assert_eq!(lacks(|it| it.listed.clear()), needs("target"));
    assert_eq!(lacks(|it| it.listed[1].reasons = None), needs("reasons"));
    assert_eq!(lacks(|it| it.applies.clear()), needs("applies"));
}

fn target(sort: &str, is_reasoned: bool) -> Target {
    let reasons = is_reasoned.then(|| sha256(b"the reasons"));
    Target { sort: label(sort), who: sha256(sort.as_bytes()), reasons }
}

/// Article 12(1) of the Rules of Procedure asks for an express vote, 12(2) for silence.
#[test]
fn assent_is_tacit_in_the_silence_procedure_alone() {
    for (procedure, is_tacit) in
        [(None, false), (Some("written"), false), (Some("meeting"), false), (Some("silence"), true)]
    {
        let mut ledger = union();
        let mut measure = act(&ledger, "DE", "cfsp-decision", &["Article 28 TEU"]);
        measure.procedure = procedure.map(label);
        let number = ledger.table(measure);
        let ballot = ledger.parties.ballot(ledger.council(), "FR", number, Position::InFavour);
        let express = Body::Ballot(ballot.clone());
        assert_eq!(ledger.try_apply(&ledger.sign(&express)), Ok(()));
        let tacit = Body::Ballot(Ballot { is_tacit: true, ..ballot });
        let wants = if is_tacit { Ok(()) } else { Err(Refusal::TacitNotAllowed(number)) };
        assert_eq!(ledger.try_apply(&ledger.sign(&tacit)), wants, "{procedure:?}");
    }
    let ledger = union();
    let mut measure = act(&ledger, "DE", "cfsp-decision", &["Article 28 TEU"]);
    measure.procedure = Some(label("telephone"));
    let word = label("telephone");
    let refusal = Refusal::UnknownWord { field: "procedure", word };
    assert_eq!(tabling(&ledger, measure), Err(refusal));
}

/// Articles 263, 264 and 275 TFEU; 297(2) TFEU.
#[test]
fn an_act_enters_into_force_on_its_date_and_is_annulled_with_the_case() {
    let mut ledger = union();
    let mut measure = act(&ledger, "DE", "cfsp-decision", &["Article 28 TEU"]);
    measure.enters = Some(day(40));
    let number = ledger.table(measure);
    ledger.all_in_favour(number);
    let force = |ledger: &Ledger, at| ledger.measure(number).force(at, None).unwrap();
    assert_eq!(force(&ledger, day(39)), Force::NotYet { enters: day(40) });
    assert_eq!(force(&ledger, day(40)), Force::InForce);
    let mut annulled = ledger.parties.attestation(ledger.council(), "SG1", number, "annulled");
    annulled.reference = Some(line("Case T-1/27"));
    let annulled = ledger.sign(&Body::Attestation(annulled));
    ledger.run(&[annulled]);
    assert_eq!(force(&ledger, day(40)), Force::Annulled);
    let said = ledger.said_on(number);
    let (_, kept) = said.attestations.iter().next().expect("it stands in the ledger");
    assert_eq!(kept.reference, Some(line("Case T-1/27")));
}

/// What is unlike the treaties is said of every act that it is about.
#[test]
fn what_is_unlike_the_treaties_is_said_of_the_kinds_that_it_is_about() {
    let ledger = union();
    let charter = &ledger.council().genesis().charter;
    let told = |kind: &str| -> Vec<(How, &str)> {
        let about = charter.differences.iter().filter(|it| it.is_about(&label(kind)));
        about.map(|it| (it.how, it.says.as_str())).collect()
    };
    for (kind, how, says) in [
        ("listing", How::Stricter, "silence never adopts"),
        ("listing", How::NotModelled, "suspended (Article 7(3) TEU)"),
        ("listing", How::NotModelled, "by analogy"),
        ("listing", How::Looser, "neither the Presidency nor a majority opens it"),
        ("listing", How::Looser, "Article 297(2) TFEU"),
        ("populations", How::Stricter, "by simple majority"),
        ("conclusions", How::Stricter, "no vote on conclusions"),
        ("cooperation-act", How::Stricter, "Article 331(2) TFEU"),
        ("unanimous-act", How::NotModelled, "Article 293(1) TFEU"),
        ("accession", How::Looser, "ratification"),
        ("departure", How::Stricter, "before two years are over"),
        ("appointment", How::Stricter, "fixed elsewhere"),
    ] {
        let is_told = told(kind).iter().any(|(is, it)| *is == how && it.contains(says));
        assert!(is_told, "{kind}: {says}");
    }
    assert!(told("listing").iter().all(|(_, says)| !says.contains("331(2)")), "of its kind alone");
    let plain = Shipped::load(CharterName::Plain).charter;
    assert_eq!(plain.differences, [], "the plain charter models no law");
}

/// Articles 7(2) and 50(3) TEU are the European Council's.
#[test]
fn the_council_leaves_nobody_out_but_a_member_that_leaves() {
    let charter = union().parties.genesis.charter;
    let reduced = charter.kinds.iter().filter(|kind| {
        let rules = kind.decided.iter().filter_map(|way| charter.rule(&way.by));
        rules.into_iter().any(|rule| rule.entitled == EntitledSet::MinusConcerned)
    });
    assert_eq!(reduced.map(|kind| kind.name.as_str()).collect::<Vec<_>>(), ["departure"]);
    for kind in ["breach-determination", "withdrawal-period"] {
        let said = tabling(&union(), {
            let mut measure = act(&union(), "DE", "cfsp-decision", &["Article 28 TEU"]);
            measure.kind = label(kind);
            measure
        });
        assert_eq!(said, Err(Refusal::UnknownKind(label(kind))));
    }
}
