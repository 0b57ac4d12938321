//! Replays a journal into a chain.
//!
//! What it guarantees: the hash chain and the Merkle tree of every block are compared, and the replay yields
//! the chain at the end of the journal, or fails at the first block that does not follow. From a snapshot on,
//! or from block 1 where there is none, blocks are applied by the council's law. What it does not: unless
//! nothing is trusted, signatures are not verified again, because this node verified each before it made
//! the block durable.

use std::sync::Arc;

use nemcon_crypto::{Digest, hash};
use nemcon_disk::frame::FRAME_BYTES_MAX;
use nemcon_disk::index::RecordKeys;
use nemcon_disk::store::Keys;
use nemcon_ledger::chain::{BlockError, HashChain};
use nemcon_ledger::durable::{CommittedBlock, Entry, Seal};
use nemcon_ledger::record::Roster;
use nemcon_ledger::record::genesis::Genesis;
use nemcon_ledger::record::statement::Body;
use nemcon_ledger::text::Code;
use nemcon_ledger::{Chain, Height, Known, Record, codec};

use nemcon_replica::consensus::CommitCertificate;
use nemcon_replica::replica::{Boundary, SealBook, Unfit, block_of, prove};

use super::own_past::Trust;
use super::seals_found::SealsFound;

/// The result of replaying a journal.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The chain after the last block.
    pub chain: Chain,
    /// Every boundary of the chain, from height 1 on.
    pub boundaries: Vec<Boundary>,
    /// The seals that the replica still needs, in the order of their sizes.
    pub seals: Vec<Seal>,
    /// The commit certificate of the last block.
    pub certificate: Option<CommitCertificate>,
    /// The number of measures in the log.
    pub(super) measures: u64,
    /// Whether the law leads to the state of the snapshot. Only a start that trusts nothing finds that out.
    pub(super) is_snapshot_proven: bool,
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
    /// A block's record does not name the block and the tree before it.
    #[error("block {} does not name the block and the tree before it", .0.0)]
    Unbound(Height),
    /// A block lacks a certificate that proves it. Only a start that trusts nothing looks at certificates.
    #[error("block {} has no certificate that proves it", .0.0)]
    Unproven(Height),
    /// A seal was not made with its member's key. Only a start that trusts nothing looks at such signatures.
    #[error("the seal of {member} at size {size} was not made with its key")]
    Seal {
        /// The size that the seal names.
        size: u64,
        /// The code that the seal names.
        member: String,
    },
    /// The journal has other bytes, another roster or other measures up to the snapshot's block, or ends
    /// before it.
    #[error("the journal contradicts the snapshot of block {}", .0.0)]
    Snapshot(Height),
}

/// Block 0 of a journal, which holds the genesis as leaf 0.
pub(super) fn block_zero(genesis: &Genesis) -> CommittedBlock {
    let records = vec![genesis.render().into_bytes()];
    CommittedBlock { height: Height(0), records, certificate: Vec::new() }
}

/// A journal on its way into a chain.
pub(super) struct Replay {
    trust: Trust,
    /// The chain after the last block; at first, and up to its height, the snapshot's.
    chain: Chain,
    snapshot: Height,
    /// The snapshot's chain, where it is not trusted.
    claimed: Option<Chain>,
    is_claim_proven: bool,
    /// The last block that was taken. Beyond the snapshot the chain itself binds its blocks.
    hashes: HashChain,
    /// The roster that decided that block by the snapshot, with its digest.
    decided_by: (Arc<Roster>, Digest),
    boundaries: Vec<Boundary>,
    seals: SealsFound,
    /// A book that knows how a seal is signed.
    book: SealBook,
    certificate: Vec<u8>,
    measures: u64,
}

impl Replay {
    /// Begins at the genesis, or at the chain of a snapshot. Where nothing is trusted, that chain is compared.
    pub(super) fn begin(
        genesis: &Genesis,
        me: &Code,
        snapshot: Option<Chain>,
        trust: Trust,
    ) -> Self {
        let (trusted, claimed) = match trust {
            Trust::OwnPast => (snapshot, None),
            Trust::Nothing => (None, snapshot),
        };
        let chain = trusted.unwrap_or_else(|| Chain::found(genesis.clone()));
        let founding = chain.rosters().at(Height(0));
        Self {
            trust,
            snapshot: chain.height(),
            claimed,
            is_claim_proven: false,
            decided_by: (Arc::clone(founding), founding.digest()),
            chain,
            hashes: HashChain::found(genesis),
            boundaries: Vec::new(),
            seals: SealsFound::of(me),
            book: SealBook::new(genesis, Vec::new()),
            certificate: Vec::new(),
            measures: 0,
        }
    }

    /// The height of the last block that was taken.
    pub(super) fn height(&self) -> Height {
        self.chain.height().min(Height(self.boundaries.len() as u64))
    }

    /// The height of the snapshot; 0 without one.
    pub(super) const fn snapshot(&self) -> Height {
        self.snapshot
    }

    /// The chain after the last block.
    pub(super) const fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The boundaries so far.
    pub(super) fn boundaries(&self) -> &[Boundary] {
        &self.boundaries
    }

    /// Takes in one entry of the journal and returns the index keys of its records, if they are wanted.
    pub(super) fn take(
        &mut self,
        entry: &Entry,
        keys: Keys,
    ) -> Result<Vec<RecordKeys>, ReplayError> {
        match entry {
            Entry::Seal(seal) => self.take_seal(seal).map(|()| Vec::new()),
            Entry::Block(block) => {
                let before = self.measures;
                let measures = before + measures_in(block);
                self.take_block(block, measures)?;
                self.measures = measures;
                Ok(match keys {
                    Keys::Wanted => keys_of(block, before),
                    Keys::NotWanted => Vec::new(),
                })
            }
        }
    }

    fn take_seal(&mut self, seal: &Seal) -> Result<(), ReplayError> {
        let rosters = self.chain.rosters();
        if self.trust == Trust::Nothing && !self.book.is_genuine(rosters, seal) {
            let (size, member) = (seal.size.0, seal.member.clone());
            return Err(ReplayError::Seal { size, member });
        }
        self.seals.take(rosters, seal);
        Ok(())
    }

    /// Takes a block, up to whose end the log has so many measures.
    fn take_block(&mut self, block: &CommittedBlock, measures: u64) -> Result<(), ReplayError> {
        if block.height == Height(0) {
            let is_ours = *block == block_zero(self.chain.council().genesis());
            return if is_ours { Ok(()) } else { Err(ReplayError::Genesis) };
        }
        self.certificate.clone_from(&block.certificate);
        if block.height > self.snapshot {
            self.chain = self.applied(block)?;
            self.compare_claim();
            self.boundaries.push(Boundary::of(&self.chain, block.bytes()));
            return Ok(());
        }
        let unbound = |_| ReplayError::Unbound(block.height);
        self.hashes.follow(&block.records).map_err(unbound)?;
        let is_end = block.height == self.snapshot;
        if !self.has_roster_of(block.height) || is_end && !self.is_end_of_snapshot(measures) {
            return Err(ReplayError::Snapshot(self.snapshot));
        }
        self.boundaries.push(Boundary::at_end_of(&self.hashes, block.bytes()));
        Ok(())
    }

    fn compare_claim(&mut self) {
        let height = self.chain.height();
        if let Some(claimed) = self.claimed.take_if(|claimed| claimed.height() == height) {
            self.is_claim_proven = claimed.snapshot() == self.chain.snapshot();
        }
    }

    /// Whether the snapshot has the roster that decided the last block, as the block says.
    fn has_roster_of(&mut self, height: Height) -> bool {
        let roster = self.chain.rosters().at(height);
        if !Arc::ptr_eq(roster, &self.decided_by.0) {
            self.decided_by = (Arc::clone(roster), roster.digest());
        }
        self.decided_by.1 == self.hashes.roster()
    }

    /// Whether the snapshot stands at the end of the last block, up to which the log has so many measures.
    fn is_end_of_snapshot(&self, measures: u64) -> bool {
        let newest = self.chain.council().measures().next_back();
        self.hashes.is_end_of(&self.chain) && newest.map_or(0, |it| it.number) == measures
    }

    fn applied(&self, committed: &CommittedBlock) -> Result<Chain, ReplayError> {
        let height = committed.height;
        let not_lawful = |error| ReplayError::Block { height, error };
        match self.trust {
            Trust::OwnPast => self.chain.replay_own(&block_of(committed)).map_err(not_lawful),
            Trust::Nothing => match prove(&self.chain, committed, &mut Known::nothing()) {
                Ok((_, _, next)) => Ok(next),
                Err(Unfit::Invalid(error)) => Err(not_lawful(error)),
                // The law says more of a block that is none than that nothing proves it.
                Err(Unfit::Unproven) => match self.chain.apply(&block_of(committed)) {
                    Ok(_) => Err(ReplayError::Unproven(height)),
                    Err(error) => Err(not_lawful(error)),
                },
            },
        }
    }

    /// The seals that are needed still.
    pub(super) fn seals(&self) -> Vec<Seal> {
        self.seals.seals()
    }

    /// The certificate of the last block.
    pub(super) fn certificate(&self) -> Option<CommitCertificate> {
        codec::decode::<CommitCertificate, FRAME_BYTES_MAX>(&self.certificate).ok()
    }

    /// The result, at the end of the journal.
    ///
    /// # Errors
    /// [`ReplayError::Snapshot`] if the journal ends before the snapshot.
    pub(super) fn end(self) -> Result<Replayed, ReplayError> {
        if self.height() < self.snapshot {
            return Err(ReplayError::Snapshot(self.snapshot));
        }
        let (seals, certificate) = (self.seals(), self.certificate());
        let Self { chain, boundaries, measures, is_claim_proven: is_snapshot_proven, .. } = self;
        Ok(Replayed { chain, boundaries, seals, certificate, measures, is_snapshot_proven })
    }
}

/// How the record of a measure begins.
const MEASURE_BEGINS: &[u8] = b"nemcon/v1 measure\n";

/// The number of measures that a block tables. Measures are numbered in the order of the log.
pub(super) fn measures_in(block: &CommittedBlock) -> u64 {
    block.records.iter().filter(|record| record.starts_with(MEASURE_BEGINS)).count() as u64
}

/// The index keys of a block's records, with so many measures in the log before it.
pub(super) fn keys_of(block: &CommittedBlock, mut measures: u64) -> Vec<RecordKeys> {
    block.records.iter().map(|record| keys_of_record(record, &mut measures)).collect()
}

fn keys_of_record(record: &[u8], tabled: &mut u64) -> RecordKeys {
    let derived = |measures| (hash::sha256(record), measures, Vec::new());
    let (text_hash, measures, members): (Digest, Vec<u64>, Vec<String>) =
        match Record::parse(record) {
            Ok(Record::Statement(statement)) => {
                let measures = match &statement.body {
                    Body::Measure(_) => {
                        *tabled += 1;
                        vec![*tabled]
                    }
                    body => body.measures(),
                };
                let by = statement.body.head().by.to_string();
                (statement.text_hash, measures, vec![by])
            }
            Ok(Record::Decision(decision)) => derived(vec![decision.measure]),
            Ok(Record::Lapse(lapse)) => derived(vec![lapse.measure]),
            Ok(Record::Genesis(_) | Record::Block(_)) | Err(_) => derived(Vec::new()),
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
        let filed = |body: &Body| {
            let parts = signers::of_founding(body, &genesis).unwrap();
            let signed = statements::sign(body, &parts, &[officer(1, 0)], 0).unwrap();
            let keys = keys_of_record(&signed.render(), &mut 0);
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
