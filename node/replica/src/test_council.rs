//! A small council for the unit tests of this crate.

use nemcon_crypto::signing::SecretKey;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{Charter, Genesis, Member, Officer, Roster, Visibility};

/// Members in protocol order, with their weights.
const SEATS: [(&str, &str, u64); 4] =
    [("BE", "Belgium", 11), ("BG", "Bulgaria", 6), ("CZ", "Czechia", 10), ("DK", "Denmark", 5)];

/// The founding key of a member: officers from 0, then recovery, node and seal from 10.
pub(crate) fn secret(member: u8, number: u8) -> SecretKey {
    SecretKey::from_seed(&[member * 16 + number + 1; 32])
}

/// The first `members` of four; each has one officer, `desk`.
pub(crate) fn genesis(members: usize) -> Genesis {
    let member = |(at, (code, name, weight)): (u8, &(&str, &str, u64))| Member {
        code: code.parse().unwrap(),
        name: name.parse().unwrap(),
        weight: *weight,
        threshold: 1,
        recovery: secret(at, 10).public(),
        node: secret(at, 11).public(),
        seal: secret(at, 12).public(),
        officers: vec![Officer { label: "desk".parse().unwrap(), key: secret(at, 0).public() }],
    };
    let members: Vec<Member> = (0..).zip(&SEATS[..members]).map(member).collect();
    let mut charter: Charter =
        toml::from_str(include_str!("../../../charters/plain.toml")).unwrap();
    charter.weight.total = members.iter().map(|member| member.weight).sum();
    let genesis = Genesis {
        origin: "council.example/ledger".parse().unwrap(),
        visibility: Visibility::Members,
        succeeds: None,
        charter,
        roster: Roster { members },
        participants: Vec::new(),
    };
    genesis.verify().unwrap();
    genesis
}

/// The head of a statement of `code`.
pub(crate) fn head(genesis: &Genesis, code: &str) -> Head {
    Head { council: genesis.digest(), by: code.parse().unwrap() }
}
