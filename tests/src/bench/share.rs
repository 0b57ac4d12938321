//! One node's share of the work on a statement: take in, judge, write, index, in one process.

use std::time::Instant;

use nemcon_ledger::chain::{BLOCK_BYTES_MAX, Block, Proposal};
use nemcon_ledger::council::Candidate;
use nemcon_ledger::durable::{CommittedBlock, Entry};
use nemcon_ledger::record::{Position, Statement};
use nemcon_ledger::text::Time;
use nemcon_ledger::{Chain, Known, codec};
use nemcon_node::server::folder::{Folder, Identity, Trust};
use nemcon_node::testnet::Testnet;
use nemcon_replica::replica::{Write, block_of};

use super::council::{Signers, charter};
use super::history::{KNOWN_JUDGED, judging};
use super::limits::{self, ns};
use super::statistics::Sample;
use super::table::{Row, Table, Target, Unit};
use super::wishes::Wishes;
use crate::crash::Failed;

/// The members of the council.
const MEMBERS: usize = 27;
/// How many batches a round has, each of one ballot a member.
const BATCHES: usize = 8;
/// When the first block is, in milliseconds of POSIX time.
const START_MS: u64 = 1_795_392_000_000;
/// How many bytes of a batch are synced.
const BATCH_BYTES: usize = 27 * 640;

/// A node that takes in, judges, writes and indexes, without its peers.
struct Alone {
    signers: Signers,
    folder: Folder,
    chain: Chain,
    known: Known,
    kept: tempfile::TempDir,
}

/// Takes batches of 27 ballots through a node's own steps.
pub(super) fn run(wishes: &Wishes, table: &mut Table) -> Result<(), Failed> {
    let rounds = if wishes.quick { 1 } else { 9 };
    let mut alone = Alone::new()?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let blocks = alone.prepare(round)?;
        let began = Instant::now();
        for committed in blocks {
            alone.take(committed)?;
        }
        ours.push(per_second(ns(began.elapsed())));
        let steps = [MEMBERS as u64; BATCHES];
        bare.push(per_second(limits::steps(alone.kept.path(), 1, &steps, BATCH_BYTES)?));
    }
    let what = "ballots taken in, judged, written and indexed, in batches of 27";
    table.add(
        Row::new("share", what, &Sample::of(ours), Unit::PerSecond)
            .beside(Sample::of(bare).median(), "strict verification on one thread, a sync a batch")
            .asked(Target::AtLeast(700)),
    );
    let known = alone.judge_known(rounds)?;
    table.add(Row::new(
        "share",
        "judging a block of 27 ballots, a known record",
        &Sample::of([known]),
        Unit::Ns,
    ));
    Ok(())
}

impl Alone {
    fn new() -> Result<Self, Failed> {
        let kept = tempfile::tempdir()?;
        let testnet = Testnet::found(&kept.path().join("net"), charter(MEMBERS)?)?;
        let signers = Signers::load(&testnet)?;
        let (me, genesis) = (signers.code(0).clone(), signers.genesis.clone());
        let ledger = testnet.folder(&me).join("ledger");
        let chain = Chain::found(genesis.clone());
        let identity = Identity { me, genesis, council: signers.council, keys: signers.keyring(0) };
        let (folder, _) = Folder::open(&ledger, &identity, Trust::OwnPast)
            .map_err(|it| Failed(it.to_string()))?;
        let known = Known::new(2 * BLOCK_BYTES_MAX);
        Ok(Self { signers, folder, chain, known, kept })
    }

    /// Tables a measure for each batch, in a block that is not measured, and returns the blocks with the
    /// ballots as another node would propose them.
    fn prepare(&mut self, round: u64) -> Result<Vec<CommittedBlock>, Failed> {
        let time = |at: u64| Time::from_ms(START_MS + round * 60_000 + at * 1000);
        let time = |at| time(at).expect("times of this age");
        let closes = Time::from_ms(START_MS + 86_400_000).expect("times of this age");
        let table = |at: usize| self.signers.measure(at, &format!("Decision {round}.{at}"), closes);
        let measures: Vec<Statement> = (0..BATCHES).map(table).collect();
        let tabled = self
            .chain
            .assemble(&Proposal { time: time(0), round: 0 }, &measures.iter().collect::<Vec<_>>());
        let (block, mut ahead) = tabled.ok_or_else(|| Failed("no measure is tabled".to_owned()))?;
        self.take(self.committed(block, &ahead))?;
        let mut blocks = Vec::new();
        for (at, measure) in (1..).zip(&measures) {
            let number = ahead.council().measure_by_text(&measure.text_hash);
            let about = Signers::about(measure, number.expect("it was tabled"));
            let cast = |by| self.signers.ballot(by, &about, Position::InFavour, None);
            let ballots: Vec<Statement> = (0..MEMBERS).map(cast).collect();
            let proposal = Proposal { time: time(at), round: 0 };
            let made = ahead.assemble(&proposal, &ballots.iter().collect::<Vec<_>>());
            let (block, next) = made.ok_or_else(|| Failed("no ballot is in".to_owned()))?;
            blocks.push(self.committed(block, &next));
            ahead = next;
        }
        Ok(blocks)
    }

    /// The block that leads to this chain, with the certificate that all members sign.
    fn committed(&self, block: Block, after: &Chain) -> CommittedBlock {
        let (height, records) = (after.height(), block.records);
        let certificate = self.signers.certificate(height, after.previous());
        CommittedBlock { height, records, certificate: codec::encode(&certificate) }
    }

    /// The processor time of judging a record of a block whose statements are known, in nanoseconds.
    fn judge_known(&mut self, round: u64) -> Result<u64, Failed> {
        let blocks = self.prepare(round)?;
        let block = &block_of(&blocks[0]);
        let Self { chain, known, .. } = self;
        let judged = chain.apply_known(block, known).map(drop);
        judged.map_err(|error| Failed(error.to_string()))?;
        Ok(judging(block, KNOWN_JUDGED, || chain.apply_known(block, known)))
    }

    /// Takes in the statements of a block as they would come from peers, judges the block, makes it durable
    /// and indexes it.
    fn take(&mut self, committed: CommittedBlock) -> Result<(), Failed> {
        let block = &block_of(&committed);
        let mut ahead = self.chain.council().clone();
        ahead.open(block.record().map_err(|error| Failed(error.to_string()))?.time);
        for record in &block.records {
            // Only statements come from peers; the other records are derived.
            let Ok(mut candidate) = Candidate::read(record) else { continue };
            let taken = ahead.apply_candidate(&mut candidate);
            taken.map_err(|refusal| Failed(refusal.to_string()))?;
            self.known.keep(candidate);
        }
        let judged = self.chain.apply_known(block, &mut self.known);
        self.chain = judged.map_err(|error| Failed(error.to_string()))?;
        let entry = Entry::Block(committed);
        for write in [Write::Journal(entry), Write::SyncJournal] {
            let written = self.folder.write(&write);
            written.map_err(|error| Failed(error.to_string()))?;
        }
        Ok(())
    }
}

fn per_second(ns: u64) -> u64 {
    (BATCHES * MEMBERS) as u64 * 1_000_000_000 / ns.max(1)
}
