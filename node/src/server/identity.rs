//! The identity of this node: the council that its genesis founds, and the keys that it holds.

use std::path::Path;

use nemcon_client::config::{KeyFiles, NodeConfig};
use nemcon_client::keyfile::{KeyFileError, KeyRole};
use nemcon_kit::files;
use nemcon_ledger::Rosters;
use nemcon_ledger::audit::NOTE_BYTES_MAX;
use nemcon_ledger::record::genesis::verify_founding;
use nemcon_ledger::record::{Genesis, Roster};
use nemcon_ledger::text::Show as _;
use nemcon_replica::keyring::Keyring;

use super::addresses::Addresses;
use super::error::ServerError;
use super::folder::Identity;
use super::peers;
use crate::mesh::{Limits, MeshConfig};

fn read(path: &Path) -> Result<Vec<u8>, ServerError> {
    files::read(path, NOTE_BYTES_MAX).map_err(|error| {
        let (path, source) = (path.shown(), error.into());
        ServerError::File { path, source }
    })
}

pub(crate) fn founded(config: &NodeConfig) -> Result<(Genesis, Vec<u8>), ServerError> {
    let bytes = read(&config.genesis)?;
    let genesis = verify_founding(&bytes, &config.council)
        .map_err(|error| ServerError::Founding { path: config.genesis.shown(), error })?;
    Ok((genesis, bytes))
}

/// Reads the keys that the configuration names and returns the node's identity.
pub(crate) fn identify(config: &NodeConfig, genesis: Genesis) -> Result<Identity, ServerError> {
    let keys = keyring(config)?;
    Ok(Identity { me: config.member.clone(), genesis, council: config.council, keys })
}

/// The keys that the configuration names.
pub(super) fn keyring(config: &NodeConfig) -> Result<Keyring, ServerError> {
    let load = |files: &KeyFiles, role| -> Result<Vec<_>, KeyFileError> {
        files.sources().iter().map(|source| source.load(role)).collect()
    };
    let node = load(&config.node_key, KeyRole::Node)?;
    let seal = load(&config.seal_key, KeyRole::Seal)?;
    Ok(Keyring::of(node, seal).expect("a configuration names a file of each"))
}

/// Checks that the next block's roster names the member with keys that this node holds, unless the
/// node is configured to follow.
pub(super) fn verify_named(
    config: &NodeConfig,
    roster: &Roster,
    keys: &Keyring,
) -> Result<(), ServerError> {
    if config.following {
        return Ok(());
    }
    let me = &config.member;
    roster.member(me).ok_or_else(|| ServerError::UnknownMember(me.clone()))?;
    let other = |role| ServerError::OtherKey { member: me.clone(), role };
    keys.node_of(roster, me).ok_or_else(|| other("node"))?;
    keys.seal_of(roster, me).ok_or_else(|| other("seal"))?;
    Ok(())
}

pub(crate) fn mesh_config(
    config: &NodeConfig,
    node: &Identity,
    rosters: &Rosters,
    addresses: &Addresses,
) -> MeshConfig {
    MeshConfig {
        council: config.council,
        me: node.keys.shown(rosters.newest(), &node.me).clone(),
        listen: config.listen,
        peers: peers::admitted(rosters, &[], addresses),
        limits: Limits::default(),
    }
}
