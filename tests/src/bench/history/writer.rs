//! Writes decided blocks with their certificates and seals into a ledger folder.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use nemcon_ledger::chain::Block;
use nemcon_ledger::durable::{CommittedBlock, Entry, Guard};
use nemcon_ledger::record::Boundary;
use nemcon_ledger::{Chain, codec};
use nemcon_node::server::folder::{DiskError, Folder, Identity, Trust};
use nemcon_replica::replica::Write;

use super::super::council::Signers;
use crate::crash::Failed;

/// After so many blocks what was written is synced.
const BLOCKS_PER_SYNC: u64 = 16;

/// A block, and the chain after it.
pub(super) struct Decided {
    pub(super) chain: Arc<Chain>,
    pub(super) block: Block,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Written {
    pub(super) blocks: u64,
    pub(super) records: u64,
    pub(super) record_bytes: u64,
}

/// Writes until the sender is gone: block, then the seals of all members on its end; at last the guard of
/// the first member's own seal, as its node would have it.
pub(super) fn write(
    ledger: &Path,
    signers: &Signers,
    decided: &Receiver<Decided>,
) -> Result<Written, Failed> {
    let said = |error: DiskError| Failed(error.to_string());
    let genesis = signers.genesis.clone();
    let me = signers.code(0).clone();
    let council = signers.council;
    let identity = Identity { me, genesis, council, keys: signers.keyring(0) };
    let (mut folder, _) = Folder::open(ledger, &identity, Trust::OwnPast).map_err(said)?;
    let (mut written, mut last) = (Written { records: 1, ..Written::default() }, None);
    while let Ok(Decided { chain, block }) = decided.recv() {
        let mut put = |write: Write| folder.write(&write).map_err(said);
        let boundary = Boundary { size: chain.size(), root: chain.root() };
        let time_s = chain.time().as_ms() / 1000;
        let certificate = signers.certificate(chain.height(), chain.previous());
        written.blocks += 1;
        written.records += block.records.len() as u64;
        written.record_bytes += block.bytes() as u64;
        put(Write::Journal(Entry::Block(CommittedBlock {
            height: chain.height(),
            records: block.records,
            certificate: codec::encode(&certificate),
        })))?;
        for seal in signers.seals(&boundary, time_s) {
            put(Write::Journal(Entry::Seal(seal)))?;
        }
        if written.blocks.is_multiple_of(BLOCKS_PER_SYNC) {
            put(Write::SyncJournal)?;
        }
        let Boundary { size, root } = boundary;
        last = Some(Guard { height: chain.height(), size, root, time_s });
    }
    if let Some(guard) = last {
        for write in [Write::SyncJournal, Write::Guard(guard), Write::SyncSigned] {
            folder.write(&write).map_err(said)?;
        }
    }
    Ok(written)
}
