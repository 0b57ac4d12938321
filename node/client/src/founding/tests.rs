use nemcon_ledger::record::{Charter, GenesisError};

use nemcon_crypto::SecretKey;
use nemcon_ledger::record::statement::sign_as_officer;

use super::*;
use crate::shipped::{CharterName, Shipped};

fn secret(member: u8, role: u8) -> SecretKey {
    SecretKey::from_seed(&[member * 8 + role; 32])
}

fn plan(members: u8) -> (Plan, Charter) {
    let shipped = Shipped::load(CharterName::EuCouncil).first(usize::from(members)).unwrap();
    let member = |(at, seat): (u8, &crate::shipped::ShippedSeat)| PlannedMember {
        code: seat.code.clone(),
        name: seat.name.clone(),
        weight: seat.weight,
        signatures: 1,
        recovery: secret(at, 1).public(),
        node: secret(at, 2).public(),
        seal: secret(at, 3).public(),
        officers: vec![PlannedOfficer {
            label: "desk".parse().unwrap(),
            key: secret(at, 0).public(),
        }],
    };
    let plan = Plan {
        origin: shipped.origin.clone(),
        visibility: Visibility::Members,
        charter: "charter.toml".into(),
        members: (0..).zip(&shipped.seats).map(member).collect(),
        participants: Vec::new(),
    };
    (plan, shipped.charter)
}

fn founding(members: u8) -> Founding {
    let (plan, charter) = plan(members);
    Founding::unsigned(plan.assemble(charter).unwrap())
}

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

#[test]
fn a_plan_is_read_back_from_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let (plan, charter) = plan(3);
    let path = folder.path().join("plan.toml");
    std::fs::write(&path, toml::to_string(&plan).unwrap()).unwrap();
    std::fs::write(folder.path().join("charter.toml"), toml::to_string(&charter).unwrap()).unwrap();
    assert_eq!(Plan::load(&path, &[]).unwrap(), (plan, charter));
}

#[test]
fn a_council_is_founded_when_every_member_has_signed() {
    let mut founding = founding(3);
    let digest = founding.digest();
    // Whatever the order of signing is, the lines are in roster order.
    for (name, member) in [("CZ", 2), ("BE", 0), ("BG", 1)] {
        assert!(matches!(founding.verify(&digest), Err(FoundingError::Missing { .. })));
        founding.sign(&code(name), &secret(member, 0)).unwrap();
        founding = Founding::parse(&founding.render()).unwrap();
        assert_eq!(founding.digest(), digest);
    }
    founding.verify(&digest).unwrap();
    let names: Vec<_> = founding.signatures.iter().map(|line| line.name().to_string()).collect();
    assert_eq!(names[0], "nemcon.example/eu-council/BE/desk");
    assert_eq!(names[2], "nemcon.example/eu-council/CZ/desk");
}

#[test]
fn an_unsigned_genesis_is_read_back() {
    let founding = founding(2);
    assert_eq!(Founding::parse(&founding.render()).unwrap(), founding);
    let missing: Vec<_> = founding.missing().iter().map(ToString::to_string).collect();
    assert_eq!(missing, ["BE: 0 of 1 officer", "BG: 0 of 1 officer"]);
}

#[test]
fn only_an_officer_of_a_founding_member_signs_and_only_once() {
    let mut founding = founding(2);
    let mut sign = |name: &str, key| founding.sign(&code(name), &key);
    assert_eq!(sign("FR", secret(0, 0)), Err(SignError::NotAMember(code("FR"))));
    for (name, key) in [("BE", secret(1, 0)), ("BE", secret(0, 1)), ("BE", secret(0, 2))] {
        assert!(matches!(sign(name, key), Err(SignError::NotAnOfficer { .. })));
    }
    sign("BE", secret(0, 0)).unwrap();
    let again = sign("BE", secret(0, 0));
    assert!(matches!(again, Err(SignError::AlreadySigned { .. })));
}

#[test]
fn parties_that_come_in_files_of_their_own_stand_behind_the_plans_own() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (mut plan, charter) = plan(3);
    let whole = plan.clone();
    for member in plan.members.split_off(1) {
        let file = PartyFile { members: vec![member.clone()], participants: Vec::new() };
        std::fs::write(at(member.code.as_str()), toml::to_string(&file).unwrap()).unwrap();
    }
    std::fs::write(at("plan.toml"), toml::to_string(&plan).unwrap()).unwrap();
    std::fs::write(at("charter.toml"), toml::to_string(&charter).unwrap()).unwrap();
    let load = |files: &[&str]| {
        Plan::load(&at("plan.toml"), &files.iter().map(|name| at(name)).collect::<Vec<_>>())
    };
    assert_eq!(load(&["BG", "CZ"]).unwrap(), (whole, charter));
    let codes = |plan: &Plan| plan.members.iter().map(|it| it.code.to_string()).collect::<Vec<_>>();
    assert_eq!(codes(&load(&["CZ", "BG"]).unwrap().0), ["BE", "CZ", "BG"]);
    std::fs::write(at("nobody"), "").unwrap();
    assert!(matches!(load(&["nobody"]), Err(PlanError::NoParty(_))));
}

/// Three members, of which the first needs two of its three officers.
fn two_of_three() -> Founding {
    let (mut plan, charter) = plan(3);
    let officer = |label: &str, role| PlannedOfficer {
        label: label.parse().unwrap(),
        key: secret(0, role).public(),
    };
    plan.members[0].signatures = 2;
    plan.members[0].officers.extend([officer("deputy", 4), officer("envoy", 5)]);
    Founding::unsigned(plan.assemble(charter).unwrap())
}

#[test]
fn signatures_of_copies_that_were_signed_apart_are_put_together_in_the_rosters_order() {
    let unsigned = two_of_three();
    let signed = |signers: &[(&str, u8, u8)]| {
        let mut copy = unsigned.clone();
        for (name, member, role) in signers {
            copy.sign(&code(name), &secret(*member, *role)).unwrap();
        }
        Founding::parse(&copy.render()).unwrap()
    };
    let copies = [
        signed(&[("CZ", 2, 0)]),
        unsigned.clone(),
        signed(&[("BE", 0, 4), ("BG", 1, 0)]),
        signed(&[("BE", 0, 0), ("CZ", 2, 0)]),
    ];
    let mut results = Vec::new();
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let mut merged = copies[order[0]].clone();
        for at in &order[1..] {
            merged.merge(&copies[*at]).unwrap();
        }
        merged.verify(&unsigned.digest()).unwrap();
        results.push(merged.render());
    }
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]));
    let mut whole = Founding::parse(&results[0]).unwrap();
    assert_eq!(whole.signatures(), 4);
    assert_eq!(whole.merge(&copies[0]), Ok(0));
}

#[test]
fn copies_of_different_texts_are_not_put_together_and_the_line_is_named() {
    let (mut one, two) = (founding(2), founding(3));
    let before = one.clone();
    let error = one.merge(&two).unwrap_err();
    assert_eq!(one, before);
    let line = one.text().lines().zip(two.text().lines()).position(|(a, b)| a != b).unwrap() + 1;
    assert_eq!((error.one, error.other, error.line), (one.digest(), two.digest(), line));
    assert!(error.to_string().contains("says `charter-weight "), "{error}");
}

#[test]
fn officers_are_counted_and_no_more_sign_than_must() {
    let mut founding = two_of_three();
    let first = |founding: &Founding| founding.progress()[0].to_string();
    assert_eq!(first(&founding), "BE: 0 of 2 officers");
    founding.sign(&code("BE"), &secret(0, 5)).unwrap();
    assert_eq!(first(&founding), "BE: 1 of 2 officers");
    assert_eq!(founding.missing()[0].to_string(), "BE: 1 of 2 officers");
    founding.sign(&code("BE"), &secret(0, 4)).unwrap();
    assert_eq!(first(&founding), "BE: 2 of 2 officers");
    assert_eq!(founding.missing().len(), 2);
    let third = founding.sign(&code("BE"), &secret(0, 0));
    assert!(matches!(third, Err(SignError::Enough(_))), "{third:?}");
    assert_eq!(founding.signatures(), 2);
}

#[test]
fn surplus_signatures_never_cost_the_others_theirs() {
    // A file that another program made, with a line of each of BE's three officers.
    let founding = two_of_three();
    let lines = [(0, "desk"), (4, "deputy"), (5, "envoy")].map(|(role, label)| {
        let (origin, label) = (&founding.genesis.origin, label.parse().unwrap());
        sign_as_officer(&founding.text, origin, &code("BE"), &label, &secret(0, role))
    });
    let note = SignedNote::new(founding.text.clone(), lines.to_vec()).unwrap();
    let mut founding = Founding::parse(&note.render()).unwrap();
    founding.sign(&code("CZ"), &secret(2, 0)).unwrap();
    let progress: Vec<_> = founding.progress().iter().map(ToString::to_string).collect();
    assert_eq!(progress, ["BE: 2 of 2 officers", "BG: 0 of 1 officer", "CZ: 1 of 1 officer"]);
}

#[test]
fn a_role_that_nobody_holds_is_told() {
    let (plan, charter) = plan(2);
    let genesis = plan.assemble(charter).unwrap();
    let roles: Vec<_> = unheld_roles(&genesis).into_iter().map(Label::as_str).collect();
    assert_eq!(roles, ["commission", "high-representative", "presidency", "secretariat"]);
}

#[test]
fn a_role_that_the_charter_does_not_list_founds_nothing() {
    let (plan, mut charter) = plan(2);
    charter.may_close.push("propsoer".parse().unwrap());
    let error = plan.assemble(charter).unwrap_err();
    assert!(error.to_string().contains("`may_close` names the role propsoer"), "{error}");
}

#[test]
fn another_councils_digest_is_refused() {
    let (mut founding, other) = (founding(1), founding(2));
    founding.sign(&code("BE"), &secret(0, 0)).unwrap();
    let verified = founding.verify(&other.digest());
    assert!(matches!(verified, Err(FoundingError::Digest { .. })));
}

#[test]
fn a_forged_signature_is_found_when_the_file_is_read() {
    let mut founding = founding(1);
    founding.sign(&code("BE"), &secret(0, 0)).unwrap();
    let forged = String::from_utf8(founding.render()).unwrap().replace("Belgium", "Belgia");
    let parsed = Founding::parse(forged.as_bytes());
    assert!(matches!(parsed, Err(SignError::Founding(FoundingError::Signature { line: 1 }))));
}

#[test]
fn a_plan_with_one_key_in_two_places_founds_nothing() {
    let (mut plan, charter) = plan(2);
    plan.members[1].seal = plan.members[0].recovery;
    assert!(matches!(plan.assemble(charter), Err(GenesisError::KeyTwice { .. })));
}
