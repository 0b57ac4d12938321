//! Founds a test network: keys, cards, genesis, configurations and ledgers, by the code of the commands `card`,
//! `genesis` and `node init`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use nemcon_client::atomic_write::{Staged, folder_of};
use nemcon_client::config::{NODE_CONFIG_FILE, NodeConfig, PeerConfig};
use nemcon_client::founding::{
    CARD_SUFFIX, Card, CardFile, CardParty, Founding, Frame, NamedCard, PlanError, PlannedMember,
    Visibility, plan_of,
};
use nemcon_client::keyset::{Keyset, NODE_FILE, Officers, SEAL_FILE};
use nemcon_client::shipped::{Place, Shipped, ShippedSeat};
use nemcon_client::token::Tokens;
use nemcon_crypto::SecretKey;
use nemcon_ledger::text::{Code, Label, Origin};

use super::{GENESIS_FILE, TESTNET_FILE, TestnetError, TestnetFile, TestnetMember, ports};
use crate::server::folder::Folder;

/// The name of the ledger in a member's folder.
pub(super) const LEDGER_FOLDER: &str = "ledger";
/// The label of the single officer that each party has in a test network.
const OFFICER: &str = "desk";
/// The name of the charter's file, beside the genesis.
const CHARTER_FILE: &str = "charter.toml";
/// The name of the folder with the parties' cards, from which the genesis was assembled.
const CARDS_FOLDER: &str = "cards";

/// Founds the council in a folder that appears only when it is complete.
pub(super) fn found(dir: &Path, shipped: Shipped) -> Result<(PathBuf, TestnetFile), TestnetError> {
    let staged = Staged::begin(dir)?;
    let mut keys = Vec::new();
    let mut cards = Vec::new();
    for seat in &shipped.seats {
        let folder = Path::new("members").join(seat.code.as_str());
        staged.write(folder.join(super::LOG_FILE), b"")?;
        let keyset = make_keys()?;
        keyset.write(&staged.folder(&folder)?, &|_| None)?;
        let party = CardParty::Member(Box::new(planned(seat, &keyset).into_member()), None);
        cards.push(card(&shipped.origin, party, keyset.secrets())?);
        keys.push(keyset);
    }
    cards.extend(seat_participants(&staged, &shipped)?);
    for card in &cards {
        staged.write(&card.path, &card.file.render())?;
    }
    let places = shipped.places.iter().map(|place| place.code.clone()).collect();
    let founding = sign(&staged, shipped, &keys, &cards)?;
    staged.write(GENESIS_FILE, &founding.render())?;
    let members = founding.genesis().roster.members.iter().map(|member| member.code.clone());
    let members = seat(members.collect())?;
    let file = TestnetFile { council: founding.digest(), participants: places, members };
    for member in &file.members {
        let path = Path::new("members").join(member.code.as_str()).join(NODE_CONFIG_FILE);
        staged.write(&path, node_config(&file, member).render().as_bytes())?;
        Tokens::prepare(folder_of(&staged.path().join(&path)))?;
        Folder::init(&staged.path().join(path.with_file_name(LEDGER_FOLDER)), founding.genesis())?;
    }
    staged.write(TESTNET_FILE, file.render().as_bytes())?;
    let dir = staged.commit()?;
    let dir = std::fs::canonicalize(&dir).unwrap_or(dir);
    Ok((dir, file))
}

/// Makes the keys of a member.
pub(super) fn make_keys() -> Result<Keyset, TestnetError> {
    Ok(Keyset::generate(&[officer_label()])?)
}

/// Creates a folder with a key for each participant, and returns their cards.
fn seat_participants(staged: &Staged, shipped: &Shipped) -> Result<Vec<NamedCard>, TestnetError> {
    let seated = shipped.places.iter().map(|place| {
        let folder = Path::new(super::PARTICIPANTS_FOLDER).join(place.code.as_str());
        let officers = Officers::generate(&[officer_label()])?;
        officers.write(&staged.folder(folder)?, &|_| None)?;
        let Place { code, name, role } = place.clone();
        let participant = officers.participant(code, name, role, 1).into_participant();
        card(&shipped.origin, CardParty::Participant(participant), officers.secrets())
    });
    seated.collect()
}

/// The card of a party, signed by each of its keys.
fn card<'a>(
    origin: &Origin,
    party: CardParty,
    keys: impl Iterator<Item = &'a SecretKey>,
) -> Result<NamedCard, TestnetError> {
    let mut file = CardFile::unsigned(Card { origin: origin.clone(), party })?;
    for key in keys {
        file.prove(key)?;
    }
    let path = Path::new(CARDS_FOLDER).join(format!("{}.{CARD_SUFFIX}", file.card().code()));
    Ok(NamedCard { path, file })
}

fn officer_label() -> Label {
    OFFICER.parse().expect("the officer's label is one")
}

/// Assembles the genesis from the cards and lets every member sign it. Cards and charter stay beside it.
fn sign(
    staged: &Staged,
    shipped: Shipped,
    keys: &[Keyset],
    cards: &[NamedCard],
) -> Result<Founding, TestnetError> {
    staged.write(CHARTER_FILE, to_toml(&shipped.charter).as_bytes())?;
    let members = shipped.seats.iter().map(|seat| &seat.code);
    let order: Vec<_> =
        members.chain(shipped.places.iter().map(|place| &place.code)).cloned().collect();
    let frame = Frame {
        charter: &shipped.charter,
        charter_file: CHARTER_FILE.as_ref(),
        visibility: Visibility::Members,
        order: &order,
    };
    let genesis = plan_of(cards, &frame)?.assemble(shipped.charter).map_err(PlanError::from)?;
    let mut founding = Founding::unsigned(genesis);
    for (seat, keys) in shipped.seats.iter().zip(keys) {
        for secret in keys.officers().secrets() {
            founding.sign(&seat.code, secret)?;
        }
    }
    let digest = founding.digest();
    founding.verify(&digest).map_err(nemcon_client::founding::SignError::from)?;
    Ok(founding)
}

fn to_toml(value: &impl serde::Serialize) -> String {
    toml::to_string(value).expect("charters are TOML")
}

/// The member in the form of a plan, with the public halves of its keys.
pub(super) fn planned(seat: &ShippedSeat, keys: &Keyset) -> PlannedMember {
    keys.member(seat.code.clone(), seat.name.clone(), seat.weight, 1)
}

/// Assigns free addresses to these members.
pub(super) fn seat(codes: Vec<Code>) -> Result<Vec<TestnetMember>, TestnetError> {
    let picked = ports::pick(2 * codes.len())?;
    let pairs = picked.chunks_exact(2).map(|pair| (pair[0], pair[1]));
    let member = |(code, (listen, http)): (Code, (SocketAddr, SocketAddr))| TestnetMember {
        code,
        listen,
        http,
        pid: None,
    };
    Ok(codes.into_iter().zip(pairs).map(member).collect())
}

/// The configuration of a member's node, with all other members as peers.
pub(super) fn node_config(file: &TestnetFile, member: &TestnetMember) -> NodeConfig {
    let others = file.members.iter().filter(|other| other.code != member.code);
    let peers = others
        .map(|other| PeerConfig { code: other.code.clone(), address: other.listen.to_string() });
    NodeConfig {
        member: member.code.clone(),
        council: file.council,
        genesis: Path::new("../..").join(GENESIS_FILE),
        ledger: LEDGER_FOLDER.into(),
        following: false,
        metrics: None,
        http_tls: None,
        publish: None,
        notify: None,
        calendar: false,
        node_key: NODE_FILE.into(),
        seal_key: SEAL_FILE.into(),
        listen: member.listen,
        http: member.http,
        peers: peers.collect(),
    }
}
