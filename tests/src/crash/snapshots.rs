//! A snapshot beside the journal of a node that is off, as a longer ledger would have one: whole, torn, altered,
//! stale or gone.

use std::path::Path;
use std::sync::Arc;

use nemcon_client::founding::Founding;
use nemcon_crypto::SecretKey;
use nemcon_disk::storage::Disk;
use nemcon_node::server::folder::{Folder, Identity, Trust};
use nemcon_node::testnet::GENESIS_FILE;
use nemcon_replica::keyring::Keyring;

use super::{Failed, Net, Random};

/// Writes a snapshot of all that the journal holds into the folder of a node that is off.
pub(super) fn write(net: &Net, at: usize, ledger: &Path) -> Result<(), Failed> {
    let said = |error: &dyn core::fmt::Display| Failed(error.to_string());
    let founding = Founding::parse(&std::fs::read(net.testnet.dir().join(GENESIS_FILE))?);
    let genesis = founding.map_err(|error| said(&error))?.genesis().clone();
    // No key is needed to read a folder.
    let keys = Keyring::new(SecretKey::from_seed(&[1; 32]), SecretKey::from_seed(&[2; 32]));
    let council = genesis.digest();
    let node = Identity { me: net.code(at).clone(), genesis, council, keys };
    let opened = Folder::open_in(&Disk, ledger, &node, Trust::OwnPast);
    let (mut folder, found) = opened.map_err(|error| said(&error))?;
    let due = folder.due_snapshot(&Arc::new(found.replayed.chain), 0);
    due.map_or(Ok(()), |due| due.write().map_err(|error| said(&error)))
}

/// Leaves a snapshot in the folder of a node that is off: a new one, one that is torn or altered, none, or
/// whatever is there, which the journal has outgrown.
pub(super) fn leave(
    net: &Net,
    at: usize,
    ledger: &Path,
    random: &mut Random,
) -> Result<(), Failed> {
    let path = ledger.join("snapshot");
    let way = random.below(5);
    if way < 3 {
        write(net, at, ledger)?;
    }
    let Ok(mut bytes) = std::fs::read(&path) else { return Ok(()) };
    let place = random.index(bytes.len());
    match way {
        0 => return Ok(()),
        1 => bytes.truncate(place),
        2 => bytes[place] ^= 1,
        3 => return Ok(std::fs::remove_file(&path)?),
        _ => return Ok(()),
    }
    Ok(std::fs::write(&path, bytes)?)
}
