//! Replays a journal into a chain, by the council's law.
//!
//! What it guarantees: the replay yields a chain whose every block follows the one before, or fails at the
//! first block that does not.

use nemcon_crypto::hash;
use nemcon_disk::frame::FRAME_BYTES_MAX;
use nemcon_disk::index::RecordKeys;
use nemcon_ledger::chain::BlockError;
use nemcon_ledger::council::Council;
use nemcon_ledger::durable::{CommittedBlock, Entry, Seal};
use nemcon_ledger::record::genesis::Genesis;
use nemcon_ledger::record::statement::Body;
use nemcon_ledger::{Chain, Height, Record, codec};

use nemcon_replica::consensus::CommitCertificate;
use nemcon_replica::replica::{Boundary, block_of};

/// The result of replaying a journal.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The chain after the last block.
    pub chain: Chain,
    /// Every boundary of the chain, from height 1 on.
    pub boundaries: Vec<Boundary>,
    /// The seals, in the order of the journal.
    pub seals: Vec<Seal>,
    /// The commit certificate of the last block.
    pub certificate: Option<CommitCertificate>,
}

/// Why an entry of the journal does not follow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The journal begins with another council's genesis.
    #[error("the journal does not begin with this council's genesis")]
    Genesis,
    /// A block does not follow the one before it.
    #[error("block {} does not follow: {error}", .height.0)]
    Block {
        /// The height of the block.
        height: Height,
        /// Why the block does not follow.
        error: BlockError,
    },
}

/// Block 0 of a journal, which holds the genesis as leaf 0.
pub(super) fn block_zero(genesis: &Genesis) -> CommittedBlock {
    let records = vec![genesis.render().into_bytes()];
    CommittedBlock { height: Height(0), records, certificate: Vec::new() }
}

impl Replayed {
    pub(super) fn new(genesis: Genesis) -> Self {
        let (chain, boundaries, seals) = (Chain::found(genesis), Vec::new(), Vec::new());
        Self { chain, boundaries, seals, certificate: None }
    }

    /// Takes in one entry of the journal and returns the index keys of its records.
    pub(super) fn take(&mut self, entry: &Entry) -> Result<Vec<RecordKeys>, ReplayError> {
        let block = match entry {
            Entry::Seal(seal) => {
                self.seals.push(seal.clone());
                return Ok(Vec::new());
            }
            Entry::Block(block) => block,
        };
        if block.height == Height(0) {
            if *block != block_zero(self.chain.council().genesis()) {
                return Err(ReplayError::Genesis);
            }
        } else {
            let next = self.chain.apply(&block_of(block));
            self.chain =
                next.map_err(|error| ReplayError::Block { height: block.height, error })?;
            self.boundaries.push(Boundary::of(&self.chain, block.bytes()));
            self.certificate =
                codec::decode::<CommitCertificate, FRAME_BYTES_MAX>(&block.certificate).ok();
        }
        Ok(keys_of(block, self.chain.council()))
    }
}

/// The index keys of a block's records.
pub(super) fn keys_of(block: &CommittedBlock, council: &Council) -> Vec<RecordKeys> {
    block.records.iter().map(|record| keys_of_record(record, council)).collect()
}

fn keys_of_record(record: &[u8], council: &Council) -> RecordKeys {
    let (text_hash, measures, members) = match Record::parse(record) {
        Ok(Record::Statement(statement)) => {
            let measures = match &statement.body {
                Body::Measure(_) => {
                    council.measure_by_text(&statement.text_hash).into_iter().collect()
                }
                body => body.measures(),
            };
            let by = statement.body.head().by.to_string();
            (statement.text_hash, measures, vec![by])
        }
        Ok(Record::Decision(decision)) => (hash::sha256(record), vec![decision.measure], vec![]),
        Ok(Record::Lapse(lapse)) => (hash::sha256(record), vec![lapse.measure], vec![]),
        Ok(Record::Genesis(_) | Record::Block(_)) | Err(_) => {
            (hash::sha256(record), vec![], vec![])
        }
    };
    RecordKeys { text_hash, measures, members }
}

#[cfg(test)]
mod tests {
    use nemcon_client::fixture::{another, genesis, head, officer};
    use nemcon_client::statements;
    use nemcon_ledger::record::signers;

    use super::*;

    #[test]
    fn a_text_and_a_package_are_filed_under_every_measure_that_they_are_about() {
        let genesis = genesis();
        let council = Council::new(genesis.clone());
        let filed = |body: &Body| {
            let parts = signers::of_founding(body, &genesis).unwrap();
            let signed = statements::sign(body, &parts, &[officer(1, 0)], 0).unwrap();
            let keys = keys_of_record(&signed.render(), &council);
            (keys.measures, keys.members)
        };
        let first = another(1, "First");
        let both = [first.clone(), another(2, "Second")];
        let package = statements::package(head(&genesis, "BG"), &both).unwrap();
        assert_eq!(filed(&package), (vec![1, 2], vec!["BG".to_owned()]));
        let Body::Measure(better) = Body::parse(&another(1, "Better").text).unwrap() else {
            panic!("a measure")
        };
        let revision = statements::revision(better, &first).unwrap();
        assert_eq!(filed(&revision), (vec![1], vec!["BG".to_owned()]));
    }
}
