//! Founds a test network: keys, genesis, configurations and ledgers, by the code of the commands
//! `genesis` and `node init`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use nemcon_client::atomic_write::{Staged, folder_of};
use nemcon_client::config::{NODE_CONFIG_FILE, NodeConfig, PeerConfig};
use nemcon_client::founding::{
    Founding, Plan, PlanError, PlannedMember, PlannedParticipant, Visibility,
};
use nemcon_client::keyset::{Keyset, NODE_FILE, Officers, SEAL_FILE};
use nemcon_client::shipped::{Place, Shipped, ShippedSeat};
use nemcon_client::token::Tokens;
use nemcon_ledger::text::{Code, Label};

use super::{GENESIS_FILE, TESTNET_FILE, TestnetError, TestnetFile, TestnetMember, ports};
use crate::server::folder::Folder;

/// The name of the ledger in a member's folder.
pub(super) const LEDGER_FOLDER: &str = "ledger";
/// The label of the single officer that each party has in a test network.
const OFFICER: &str = "desk";
/// The name of the charter's file, beside the plan.
const CHARTER_FILE: &str = "charter.toml";
/// The name of the plan from which the genesis was assembled.
const PLAN_FILE: &str = "plan.toml";

/// Founds the council in a folder that appears only when it is complete.
pub(super) fn found(dir: &Path, shipped: Shipped) -> Result<(PathBuf, TestnetFile), TestnetError> {
    let staged = Staged::begin(dir)?;
    let mut keys = Vec::new();
    for seat in &shipped.seats {
        let folder = Path::new("members").join(seat.code.as_str());
        staged.write(folder.join(super::LOG_FILE), b"")?;
        let keyset = make_keys()?;
        keyset.write(&staged.folder(&folder)?, &|_| None)?;
        keys.push(keyset);
    }
    let participants = seat_participants(&staged, &shipped.places)?;
    let places = participants.iter().map(|it| it.code.clone()).collect();
    let founding = sign(&staged, shipped, &keys, participants)?;
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

/// Creates a folder with a key for each participant.
fn seat_participants(
    staged: &Staged,
    places: &[Place],
) -> Result<Vec<PlannedParticipant>, TestnetError> {
    let seated = places.iter().map(|place| {
        let folder = Path::new(super::PARTICIPANTS_FOLDER).join(place.code.as_str());
        let officers = Officers::generate(&[officer_label()])?;
        officers.write(&staged.folder(folder)?, &|_| None)?;
        let Place { code, name, role } = place.clone();
        Ok(officers.participant(code, name, role, 1))
    });
    seated.collect()
}

fn officer_label() -> Label {
    OFFICER.parse().expect("the officer's label is one")
}

/// Assembles the genesis and lets every member sign it. The plan and the charter stay beside it.
fn sign(
    staged: &Staged,
    shipped: Shipped,
    keys: &[Keyset],
    participants: Vec<PlannedParticipant>,
) -> Result<Founding, TestnetError> {
    let members = shipped.seats.iter().zip(keys).map(|(seat, keys)| planned(seat, keys));
    let plan = Plan {
        origin: shipped.origin.clone(),
        visibility: Visibility::Members,
        charter: CHARTER_FILE.into(),
        members: members.collect(),
        participants,
    };
    staged.write(PLAN_FILE, to_toml(&plan).as_bytes())?;
    staged.write(CHARTER_FILE, to_toml(&shipped.charter).as_bytes())?;
    let genesis = plan.assemble(shipped.charter).map_err(PlanError::from)?;
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
    toml::to_string(value).expect("plans and charters are TOML")
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
        http_tls: None,
        publish: None,
        node_key: NODE_FILE.into(),
        seal_key: SEAL_FILE.into(),
        listen: member.listen,
        http: member.http,
        peers: peers.collect(),
    }
}
