use std::collections::BTreeMap;
use std::path::Path;

use super::*;
use crate::api::BallotView;
use crate::draft::{Draft, NoTexts};
use crate::founding::{Plan, PlannedMember, PlannedOfficer, Readers};
use crate::shipped::{CharterName, Shipped};
use nemcon_ledger::Time;
use nemcon_ledger::chain::{Chain, Proposal};
use nemcon_ledger::record::{Genesis, signers};

/// Four members; BE's statements need two of its three officers.
pub(crate) fn genesis() -> Genesis {
    let shipped = Shipped::load(CharterName::EuCouncil).first(4).unwrap();
    let officers = |at: u8| {
        let count = if at == 0 { 3 } else { 1 };
        let officer = |n: u8| PlannedOfficer {
            label: ["desk", "deputy", "head"][usize::from(n)].parse().unwrap(),
            key: officer(at, n).public(),
        };
        (0..count).map(officer).collect()
    };
    let members = (0_u8..).zip(&shipped.seats).map(|(at, seat)| PlannedMember {
        code: seat.code.clone(),
        name: seat.name.clone(),
        weight: seat.weight,
        signatures: if at == 0 { 2 } else { 1 },
        recovery: officer(at, 10).public(),
        node: officer(at, 11).public(),
        seal: officer(at, 12).public(),
        officers: officers(at),
    });
    let plan = Plan {
        origin: shipped.origin.clone(),
        visibility: Readers::Members,
        charter: "unused".into(),
        members: members.collect(),
        participants: Vec::new(),
    };
    plan.assemble(shipped.charter).unwrap()
}

pub(super) fn officer(member: u8, number: u8) -> SecretKey {
    SecretKey::from_seed(&[member * 16 + number + 1; 32])
}

/// Signed with the founding officers.
fn sign(
    body: &Body,
    genesis: &Genesis,
    secrets: &[SecretKey],
) -> Result<Statement, StatementError> {
    let code = &body.head().by;
    let (threshold, officers) = genesis.signers(code).unwrap();
    let parts = signers::of_officers(&genesis.origin, code, threshold, officers);
    super::sign(body, &parts, secrets, 0)
}

pub(crate) fn head(genesis: &Genesis, code: &str) -> Head {
    Head { council: genesis.digest(), by: code.parse().unwrap() }
}

fn now() -> Time {
    "2026-11-23T20:47:00.000Z".parse().unwrap()
}

/// The measure as a node shows it, with nobody's ballot.
pub(crate) fn shown(genesis: &Genesis) -> Measure {
    let text = Shipped::load(CharterName::EuCouncil).measures[0];
    let draft = Draft::parse(text, Path::new("measure.toml")).unwrap();
    let body =
        draft.into_body(head(genesis, "BG"), &genesis.charter, now(), Path::new("."), &NoTexts);
    let body = body.unwrap();
    let Body::Measure(measure) = &body else { panic!("a draft makes a measure") };
    let ballots = genesis.roster.members.iter().map(|member| BallotView {
        code: member.code.clone(),
        name: member.name.to_string(),
        weight: member.weight,
        position: None,
        cast_by: None,
        tacit: false,
        declaration: None,
        time: None,
        leaf: None,
        pending: false,
    });
    Measure {
        number: 1,
        revision: 1,
        text_hash: hash::sha256(body.render().as_bytes()),
        leaf: 1,
        title: measure.title.to_string(),
        kind: measure.kind.to_string(),
        rule: measure.rule.to_string(),
        by: measure.head.by.clone(),
        tabled: now(),
        opens: None,
        closes: measure.closes,
        status: "open".to_owned(),
        reason: None,
        ended: None,
        outcome_leaf: None,
        is_final: false,
        ballots: ballots.collect(),
        missing: genesis.roster.members.iter().map(|member| member.code.clone()).collect(),
        members: genesis.roster.members.len() as u64,
        total_weight: genesis.charter.weight.total,
        force: None,
        excluded: Vec::new(),
        mandates: Vec::new(),
        reservations: Vec::new(),
        attestations: Vec::new(),
        package: None,
        former: Vec::new(),
        tabled_leaf: 1,
        revised: None,
        past: Vec::new(),
        extensions: Vec::new(),
        unstated: Vec::new(),
        source: None,
        text: body.render(),
        last: BTreeMap::new(),
    }
}

#[test]
fn the_council_takes_what_is_built_here() {
    let genesis = genesis();
    let measure = shown(&genesis);
    let table = sign(&Body::parse(&measure.text).unwrap(), &genesis, &[officer(1, 0)]).unwrap();
    let body = ballot(head(&genesis, "CZ"), &measure, Position::Abstain.into()).unwrap();
    let first = sign(&body, &genesis, &[officer(2, 0)]).unwrap();
    let mut measure = measure;
    measure.last.insert("CZ".parse().unwrap(), first.text_hash);
    let declaration = Some(hash::sha256(b"declaration"));
    let choice = Choice { declaration, ..Position::AbstainQualified.into() };
    let body = ballot(head(&genesis, "CZ"), &measure, choice);
    let second = sign(&body.unwrap(), &genesis, &[officer(2, 0)]).unwrap();
    let body = withdrawal(head(&genesis, "BG"), &measure, Some("error".parse().unwrap()));
    let withdrawn = sign(&body.unwrap(), &genesis, &[officer(1, 0)]).unwrap();
    let chain = Chain::found(genesis);
    let proposal = Proposal { time: now(), round: 0 };
    let (_, chain) = chain.assemble(&proposal, &[&table]).unwrap();
    let proposal = Proposal { time: chain.next_time(now()), round: 0 };
    let (block, chain) = chain.assemble(&proposal, &[&second, &first, &withdrawn]).unwrap();
    assert_eq!(block.records.len(), 4);
    assert_eq!(chain.council().measure(1).unwrap().status.to_string(), "withdrawn");
}

#[test]
fn nothing_is_signed_that_the_text_does_not_say() {
    let genesis = genesis();
    let council = genesis.digest();
    let honest = shown(&genesis);
    assert!(about(&honest, &council).is_ok());
    let mut other = honest.clone();
    other.text = other.text.replace("2020/1127", "2020/1128");
    assert!(matches!(about(&other, &council), Err(StatementError::TextHash { .. })));
    let mut other = honest.clone();
    other.title = "Another".to_owned();
    let error = StatementError::Field { measure: 1, field: "title" };
    assert_eq!(about(&other, &council), Err(error));
    let elsewhere = hash::sha256(b"elsewhere");
    assert!(matches!(about(&honest, &elsewhere), Err(StatementError::Council { .. })));
}

#[test]
fn a_declaration_goes_with_a_qualified_abstention_only() {
    let genesis = genesis();
    let measure = shown(&genesis);
    let digest = Some(hash::sha256(b"declaration"));
    for (position, declaration) in [
        (Position::AbstainQualified, None),
        (Position::Abstain, digest),
        (Position::InFavour, digest),
    ] {
        let choice = Choice { declaration, ..position.into() };
        let body = ballot(head(&genesis, "BE"), &measure, choice);
        assert!(matches!(body, Err(StatementError::Declaration(_))), "{position}");
    }
}

#[test]
fn exactly_the_required_officers_sign_in_roster_order() {
    let genesis = genesis();
    let measure = shown(&genesis);
    let body = close(head(&genesis, "BE"), &measure).unwrap();
    let few = sign(&body, &genesis, &[officer(0, 2)]).unwrap_err();
    let code = "BE".parse().unwrap();
    assert_eq!(few, StatementError::TooFewOfficers { code, required: 2, found: 1 });
    let all = [officer(0, 2), officer(0, 0), officer(0, 1)];
    let statement = sign(&body, &genesis, &all).unwrap();
    let (required, officers) = genesis.signers(&body.head().by).unwrap();
    statement.verify(&genesis, required, officers).unwrap();
    let foreign = sign(&body, &genesis, &[officer(0, 0), officer(1, 0)]).unwrap_err();
    assert!(matches!(foreign, StatementError::NotAnOfficer { .. }));
}
