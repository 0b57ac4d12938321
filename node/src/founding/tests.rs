use super::*;
use crate::shipped::{CharterName, Shipped};

fn secret(member: u8, role: u8) -> SecretKey {
    SecretKey::from_seed(&[member * 8 + role; 32])
}

fn plan(members: u8) -> (Plan, Charter) {
    let shipped = Shipped::load(CharterName::EuCouncil).first(usize::from(members)).unwrap();
    let member = |(at, seat): (u8, &crate::shipped::Seat)| PlannedMember {
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
        visibility: Readers::Members,
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
    assert_eq!(Plan::load(&path).unwrap(), (plan, charter));
}

#[test]
fn a_council_is_founded_when_every_member_has_signed() {
    let mut founding = founding(3);
    let digest = founding.digest();
    // In any order: the lines come out in the roster's.
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
    assert_eq!(founding.missing(), [code("BE"), code("BG")]);
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
