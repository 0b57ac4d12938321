//! A ledger of a chosen length with real signatures, made by the code that assembles and keeps blocks.
//!
//! ```text
//! signers on all cores ── measures, ballots ──▶ Chain::assemble ── block, chain ──▶ writer ──▶ ledger folder
//! ```
//!
//! Each block tables measures, holds the ballots of all members on the measures of an earlier block, and the
//! decisions on them. All members sign the certificate of each block and seal its end, so a real node starts on
//! the folder, serves it and exports it.

mod pool;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use nemcon_client::clock::now;
use nemcon_ledger::Chain;
use nemcon_ledger::Known;
use nemcon_ledger::chain::{Block, BlockError, Proposal};
use nemcon_ledger::record::Statement;
use nemcon_ledger::text::Time;
use nemcon_node::testnet::Testnet;

use super::council::{Signers, charter};
use crate::crash::{Failed, ensure};
use crate::progress::bar;
use crate::usage::thread_cpu_each;
use pool::{Job, Pool};
use writer::{Decided, Written, write};

/// The number of blocks from the tabling of a measure to the ballots on it: meanwhile they are signed.
const LAG: u64 = 4;
/// The time between two blocks of the history, in milliseconds.
const STEP_MS: u64 = 60_000;
/// How long a measure is open, in milliseconds.
const OPEN_MS: u64 = 30 * 86_400_000;
/// How many blocks wait for the writer at most.
const UNWRITTEN_MAX: usize = 8;
/// How many bytes of statements are known where judging is measured: a block's.
const KNOWN_BYTES_MAX: usize = 4 << 20;
/// How many records are judged at least where the cost of one is measured.
const JUDGED: u64 = 10_000;
/// The same where they are known: that is many times as fast.
pub(super) const KNOWN_JUDGED: u64 = 100_000;

/// What history is to be made.
#[derive(Clone, Copy, Debug)]
pub struct History {
    /// The least number of records.
    pub records: u64,
    /// The number of members.
    pub members: usize,
    /// The number of measures that a block tables and decides.
    pub measures: usize,
}

/// The cost of judging a block on a ledger.
#[derive(Clone, Copy, Debug)]
pub struct BlockCost {
    /// The number of records below the block.
    pub records: u64,
    /// The processor time of judging a record of the block, in nanoseconds.
    pub cpu_ns: u64,
    /// The same where the statements of the block are known, so that no signature is verified.
    pub known_ns: u64,
}

/// A history that was made.
#[derive(Debug)]
pub struct Made {
    /// The network. The history is in the ledger of its first member.
    pub testnet: Testnet,
    /// The number of records, the genesis among them.
    pub records: u64,
    /// The number of blocks.
    pub blocks: u64,
    /// The number of decisions.
    pub decisions: u64,
    /// The bytes of all records together.
    pub record_bytes: u64,
    /// The number of signatures: of statements, in certificates, and seals.
    pub signatures: u64,
    /// The time that it took.
    pub elapsed: Duration,
    /// The cost of a block at growing sizes of the ledger.
    pub costs: Vec<BlockCost>,
}

impl Default for History {
    fn default() -> Self {
        Self { records: 100_000, members: 27, measures: 10 }
    }
}

impl History {
    /// Makes the history: founds a council in `out`, which must not exist or be empty.
    pub fn make(&self, out: &Path) -> Result<Made, Failed> {
        ensure((1..=16).contains(&self.measures), || {
            "a block decides 1 to 16 measures".to_owned()
        })?;
        let began = Instant::now();
        let testnet = Testnet::found(out, charter(self.members)?)?;
        let signers = Signers::load(&testnet)?;
        let ledger = testnet.folder(signers.code(0)).join("ledger");
        let (decided, to_write) = sync_channel(UNWRITTEN_MAX);
        let (costs, written) = std::thread::scope(|scope| {
            let (ledger, signers) = (&ledger, &signers);
            let writer = scope.spawn(move || write(ledger, signers, &to_write));
            let assembled = self.assemble(signers, &decided);
            drop(decided);
            let written = writer.join().expect("the writer does not panic");
            // A writer that fails makes the assembly end early: its failure says why.
            let written = written?;
            Ok::<_, Failed>((assembled?, written))
        })?;
        let Written { blocks, records, record_bytes } = written;
        let (decisions, members) = (self.rounds() * self.measures as u64, self.members as u64);
        // A measure and its ballots; a certificate and the seals of a block.
        let signatures = decisions * (1 + members) + blocks * 2 * members;
        let elapsed = began.elapsed();
        Ok(Made { testnet, records, blocks, decisions, record_bytes, signatures, elapsed, costs })
    }

    /// The number of blocks that table measures.
    fn rounds(&self) -> u64 {
        // A measure, a ballot of each member and a decision; and the block record.
        let in_block = self.measures as u64 * (self.members as u64 + 2) + 1;
        self.records.div_ceil(in_block).max(1)
    }

    /// Assembles all blocks and hands them to the writer; the cost of a block at growing sizes.
    fn assemble(
        &self,
        signers: &Signers,
        decided: &SyncSender<Decided>,
    ) -> Result<Vec<BlockCost>, Failed> {
        let rounds = self.rounds();
        let start = now()?.as_ms() - (rounds + LAG) * STEP_MS;
        let time = |round: u64| Time::from_ms(start + round * STEP_MS).expect("times of this age");
        let closes = |round: u64| Time::from_ms(time(round).as_ms() + OPEN_MS);
        let progress = bar("records", self.records);
        std::thread::scope(|scope| {
            let mut pool = Pool::start(scope, signers);
            let mut chain = Arc::new(Chain::found(signers.genesis.clone()));
            let mut costs = Costs::default();
            let tabling = |round| Job::Measures {
                round,
                count: self.measures,
                closes: closes(round).expect("times of this age"),
            };
            (0..rounds.min(LAG)).for_each(|round| pool.ask(tabling(round)));
            for round in 0..rounds + LAG {
                let tabled = if round < rounds { pool.measures(round) } else { Vec::new() };
                let ballots = if round < LAG { Vec::new() } else { pool.ballots(round - LAG) };
                let statements: Vec<&Statement> = tabled.iter().chain(&ballots).collect();
                let proposal = Proposal { time: time(round), round: 0 };
                let Some((block, next)) = chain.assemble(&proposal, &statements) else { continue };
                verify_all_in(&block, &statements, round)?;
                costs.judge(&chain, &block);
                chain = Arc::new(next);
                if round + LAG < rounds {
                    pool.ask(tabling(round + LAG));
                }
                if round < rounds {
                    let about = |measure: &Statement| {
                        let number = chain.council().measure_by_text(&measure.text_hash);
                        Signers::about(measure, number.expect("the measure is in the block"))
                    };
                    pool.ask(Job::Ballots { round, on: tabled.iter().map(about).collect() });
                }
                advance(&progress, &chain);
                if decided.send(Decided { chain: Arc::clone(&chain), block }).is_err() {
                    break;
                }
            }
            Ok(costs.0)
        })
    }
}

impl Made {
    /// What a person reads of the history.
    pub fn told(&self) -> String {
        let ms = u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
        let (folder, council) = (self.testnet.dir().to_string_lossy(), self.testnet.council());
        let first = &self.testnet.first().code;
        format!(
            "{} records in {} blocks, {} decisions, {} bytes of records, {} signatures: {}.{} s, {} \
             records a second\n\
             the ledger: {folder}/members/{first}/ledger\n\
             a node on it: nemcon node run --config {folder}/members/{first}/node.toml\n\
             an export of it, from that node: nemcon log export OUT --dir {folder} --as {first}\n\
             the council digest, for audits: {council}",
            self.records,
            self.blocks,
            self.decisions,
            self.record_bytes,
            self.signatures,
            ms / 1000,
            ms % 1000 / 100,
            self.records * 1000 / ms
        )
    }
}

/// The costs of blocks at 1,000 records, at ten times as many, and so on.
#[derive(Default)]
struct Costs(Vec<BlockCost>);

impl Costs {
    /// Judges the block several times if the ledger has reached the next size.
    fn judge(&mut self, chain: &Chain, block: &Block) {
        let due = 10_u64.pow(u32::try_from(self.0.len()).unwrap_or(u32::MAX) + 3);
        if chain.size().0 < due {
            return;
        }
        let mut known = Known::new(KNOWN_BYTES_MAX);
        // What this fills is known in the second measurement.
        let _ = chain.apply_known(block, &mut known);
        self.0.push(BlockCost {
            records: chain.size().0,
            cpu_ns: judging(block, JUDGED, || chain.apply(block)),
            known_ns: judging(block, KNOWN_JUDGED, || chain.apply_known(block, &mut known)),
        });
    }
}

/// The processor time of judging a record of the block, over at least so many records, in nanoseconds.
pub(super) fn judging(
    block: &Block,
    records_min: u64,
    mut judge: impl FnMut() -> Result<Chain, BlockError>,
) -> u64 {
    let records = block.records.len() as u64;
    let each = thread_cpu_each(records_min.div_ceil(records), || {
        drop(judge().expect("the block was assembled on this chain"));
    });
    each / records
}

/// Refuses a block that leaves a statement out: the history would not be what was asked for.
fn verify_all_in(block: &Block, statements: &[&Statement], round: u64) -> Result<(), Failed> {
    ensure(block.records.len() > statements.len(), || {
        let (held, given) = (block.records.len(), statements.len());
        format!("block of round {round}: {held} records of {given} statements: some were refused")
    })
}

fn advance(progress: &ProgressBar, chain: &Chain) {
    progress.set_position(chain.size().0);
}
