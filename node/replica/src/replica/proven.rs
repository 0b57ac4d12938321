//! Blocks that prove themselves: a decided block may come from anybody, with its certificate [rules.md R29].
//!
//! What it guarantees: a certificate is verified by the roster that decides the block, and for this very
//! block, before anything of the block is applied.

use nemcon_ledger::chain::BlockError;
use nemcon_ledger::durable::CommittedBlock;
use nemcon_ledger::{Block, Chain, Known, codec};

use super::voters::voters;
use crate::consensus::CommitCertificate;

/// The longest encoding of a certificate: 90 signatures with room to spare.
pub(super) const CERTIFICATE_BYTES_MAX: usize = 16 * 1024;

/// A block that follows, what proves it, and the chain after it.
pub type Proven = (Block, CommitCertificate, Chain);

/// Why a block that a peer sent is not taken.
#[derive(Debug)]
pub enum Unfit {
    /// It proves nothing: the peer's fault.
    Unproven,
    /// More than two thirds decided it, and it does not follow.
    Invalid(BlockError),
}

/// A block as the journal keeps it, for its caller to replay or to send.
pub fn block_of(committed: &CommittedBlock) -> Block {
    Block { records: committed.records.clone() }
}

/// The next block of `chain`, if the certificate beside it proves it. What is `known` of its statements is
/// not found out again.
///
/// # Errors
/// [`Unfit`], by whose fault it is.
pub fn prove(
    chain: &Chain,
    committed: &CommittedBlock,
    known: &mut Known,
) -> Result<Proven, Unfit> {
    let bytes = &committed.certificate;
    let certificate = codec::decode::<CommitCertificate, CERTIFICATE_BYTES_MAX>(bytes)
        .map_err(|_| Unfit::Unproven)?;
    let block = block_of(committed);
    let record = block.record().map_err(|_| Unfit::Unproven)?;
    let id = block.id().map_err(|_| Unfit::Unproven)?;
    let is_of_block = certificate.height == committed.height
        && certificate.value_id == id
        && chain.is_bound(&block, &record);
    let roster = voters(chain.council().roster());
    if !is_of_block || certificate.verify(chain.council().digest(), &roster).is_err() {
        return Err(Unfit::Unproven);
    }
    let next = chain.apply_known(&block, known).map_err(Unfit::Invalid)?;
    Ok((block, certificate, next))
}
