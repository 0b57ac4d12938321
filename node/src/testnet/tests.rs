use nemcon_client::config::{NodeConfig, load_toml};
use nemcon_client::founding::{Founding, Frame, Visibility, plan_of, read_cards};
use nemcon_client::keyfile::{self, KeyRole};
use nemcon_client::shipped::CharterName;
use nemcon_ledger::record::Charter;

use nemcon_client::atomic_write::StagedError;

use super::*;

fn found(dir: &Path, members: usize) -> Result<Testnet, TestnetError> {
    Testnet::found(dir, Shipped::load(CharterName::EuCouncil).first(members).unwrap())
}

#[test]
fn a_test_network_is_a_founded_council_with_a_folder_a_member() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("net");
    let testnet = found(&dir, 4).unwrap();
    let founding = Founding::parse(&std::fs::read(dir.join(GENESIS_FILE)).unwrap()).unwrap();
    founding.verify(&testnet.council()).unwrap();
    for (at, member) in testnet.members().iter().enumerate() {
        let config = NodeConfig::load(&testnet.config(&member.code)).unwrap();
        let genesis = std::fs::read(&config.genesis).unwrap();
        assert_eq!(Founding::parse(&genesis).unwrap(), founding);
        assert_eq!((config.peers.len(), config.http), (3, member.http));
        let roster = &founding.genesis().roster.members[at];
        let node = config.node_key.sources()[0].load(KeyRole::Node).unwrap();
        let seal = config.seal_key.sources()[0].load(KeyRole::Seal).unwrap();
        assert_eq!((node.public(), seal.public()), (roster.node, roster.seal));
        assert_eq!(testnet.officer_keys(&member.code).unwrap().len(), 1);
    }
}

#[test]
fn its_cards_assemble_to_the_same_council() {
    let folder = tempfile::tempdir().unwrap();
    let testnet = found(&folder.path().join("net"), 3).unwrap();
    let charter_file = testnet.dir().join("charter.toml");
    let charter: Charter = load_toml(&charter_file).unwrap();
    let (cards, faults) = read_cards(&[testnet.dir().join("cards")]);
    assert!(faults.0.is_empty(), "{faults}");
    let founding =
        Founding::parse(&std::fs::read(testnet.dir().join(GENESIS_FILE)).unwrap()).unwrap();
    let members = founding.genesis().roster.members.iter().map(|it| &it.code);
    let participants = founding.genesis().participants.iter().map(|it| &it.code);
    let order: Vec<Code> = members.chain(participants).cloned().collect();
    let frame = Frame {
        charter: &charter,
        charter_file: &charter_file,
        visibility: Visibility::Members,
        order: &order,
    };
    let plan = plan_of(&cards, &frame).unwrap();
    assert_eq!(plan.assemble(charter.clone()).unwrap().digest(), testnet.council());
}

#[test]
fn it_is_read_back_with_its_processes() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("net");
    let mut testnet = found(&dir, 2).unwrap();
    let code = "BG".parse().unwrap();
    testnet.record(&code, Some(7)).unwrap();
    let read = Testnet::load(&dir).unwrap();
    assert_eq!(read.file, testnet.file);
    assert_eq!(read.member(&code).unwrap().pid, Some(7));
    assert!(read.process(read.member(&code).unwrap()).is_none());
    let unknown = read.member(&"FR".parse().unwrap()).unwrap_err();
    assert_eq!(unknown.to_string(), "FR is no member of this test network; its members are BE BG");
}

#[test]
fn participants_have_keys_of_their_own_and_speak_through_a_members_node() {
    let folder = tempfile::tempdir().unwrap();
    let testnet = found(&folder.path().join("net"), 2).unwrap();
    let genesis = Founding::parse(&std::fs::read(testnet.dir().join(GENESIS_FILE)).unwrap());
    let genesis = genesis.unwrap().genesis().clone();
    for participant in &genesis.participants {
        let keys = testnet.officer_keys(&participant.code).unwrap();
        let key = keyfile::load(&keys[0], KeyRole::Officer).unwrap().public();
        assert_eq!(key, participant.officers[0].key);
        assert_eq!(testnet.node_of(&participant.code).unwrap(), testnet.first());
    }
    assert_eq!(genesis.participants.len(), 4);
    let unknown = testnet.node_of(&"FR".parse().unwrap()).unwrap_err().to_string();
    assert_eq!(unknown, "FR takes no part in this test network; BE BG HRVP PRES COM GSC do");
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine"), "").unwrap();
    let refused = found(folder.path(), 2);
    assert!(matches!(refused, Err(TestnetError::Staged(StagedError::NotEmpty(_)))));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(matches!(Testnet::load(folder.path()), Err(TestnetError::None(_))));
}

#[test]
fn a_port_in_use_is_said_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let testnet = found(&folder.path().join("net"), 1).unwrap();
    let member = testnet.first();
    let _taken = std::net::TcpListener::bind(member.http).unwrap();
    let started = testnet.start(member, Lifetime::WithParent);
    assert!(
        matches!(started, Err(TestnetError::PortInUse { address, .. }) if address == member.http)
    );
}

#[test]
fn a_further_member_gets_a_folder_and_all_know_where_it_listens() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("net");
    let shipped = Shipped::load(CharterName::EuCouncil).first(2).unwrap();
    let newcomer = shipped.next.clone();
    let mut testnet = Testnet::found(&dir, shipped).unwrap();
    let member = testnet.add(&newcomer).unwrap();
    assert_eq!((member.code.as_str(), member.weight), ("CZ", newcomer.weight));
    let testnet = Testnet::load(&dir).unwrap();
    let listen = testnet.member(&member.code).unwrap().listen.to_string();
    for code in ["BE", "BG"] {
        let config = NodeConfig::load(&testnet.config(&code.parse().unwrap())).unwrap();
        assert_eq!(config.peers.last().unwrap().address, listen);
        assert!(!config.following);
    }
    let config = NodeConfig::load(&testnet.config(&member.code)).unwrap();
    assert!(config.following && config.peers.len() == 2);
    let seal = config.seal_key.sources()[0].load(KeyRole::Seal).unwrap();
    assert_eq!(seal.public(), member.seal);
}

#[test]
fn a_file_without_a_member_or_with_one_twice_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("net");
    found(&dir, 1).unwrap();
    let path = dir.join(TESTNET_FILE);
    let right = std::fs::read_to_string(&path).unwrap();
    let member = right.split_once("[[member]]").unwrap().1;
    let without = right.replace(&format!("[[member]]{member}"), "member = []\n");
    let twice = format!("{right}\n[[member]]{member}");
    for (text, why) in [(without, "has a member"), (twice, "stands here once")] {
        std::fs::write(&path, text).unwrap();
        let refused = Testnet::load(&dir).unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
}
