//! What consensus asks about the bytes of a proposal: are they a block, and may it be decided?
//!
//! What it guarantees: a block is valid only if the council's law takes it on top of the decided chain.

use std::collections::BTreeMap;

use nemcon_crypto::Digest;
use nemcon_ledger::{Block, Chain, Height, Known, codec};

use crate::consensus::{BLOCK_ENCODED_BYTES_MAX, BlockBytes, BlockValue, Host, Round, Verdict};

/// How many judged blocks of one height are kept with the chains that they lead to.
pub(super) const JUDGED_MAX: usize = 8;

/// Judges blocks of the next height on top of the decided chain.
pub(super) struct Judge<'a> {
    pub(super) chain: &'a Chain,
    pub(super) judged: &'a mut BTreeMap<Digest, Chain>,
    pub(super) known: &'a mut Known,
}

/// A block's encoding, as consensus carries it.
pub(super) fn encode(block: &Block) -> BlockBytes {
    BlockBytes::new(codec::encode(block))
}

/// The reverse of [`encode`].
pub(super) fn decode(bytes: &BlockBytes) -> Option<Block> {
    codec::decode::<Block, BLOCK_ENCODED_BYTES_MAX>(bytes.as_slice()).ok()
}

/// A block as consensus sees it.
pub(super) fn value_of(block: &Block) -> Option<BlockValue> {
    let record = block.record().ok()?;
    Some(BlockValue {
        id: block.id().ok()?,
        time_ms: record.time.as_ms(),
        first_round: Round(record.round),
        bytes: encode(block),
    })
}

impl Host for Judge<'_> {
    fn open(&mut self, height: Height, bytes: &BlockBytes) -> Option<BlockValue> {
        let block = decode(bytes)?;
        let record = block.record().ok()?;
        let is_next = height == self.chain.height().next();
        (is_next && self.chain.is_bound(&block, &record)).then(|| value_of(&block))?
    }

    fn judge(&mut self, height: Height, value: &BlockValue) -> Verdict {
        if self.judged.contains_key(&value.id) {
            return Verdict::Valid;
        }
        let block = decode(&value.bytes);
        let next = block.and_then(|block| self.chain.apply_known(&block, self.known).ok());
        match next {
            Some(next) if next.height() == height => {
                if self.judged.len() < JUDGED_MAX {
                    self.judged.insert(value.id, next);
                }
                Verdict::Valid
            }
            _ => Verdict::Refused,
        }
    }
}
