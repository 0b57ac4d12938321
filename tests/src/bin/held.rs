//! What a council holds in memory of the measures that have ended, and what a copy and a block cost, at
//! several lengths of the ledger: `held [MEASURES…]`.
#![expect(clippy::print_stdout, reason = "a table for the terminal")]

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use nemcon_ledger::chain::{Chain, Proposal};
use nemcon_ledger::council::Council;
use nemcon_ledger::record::{Body, Position, Statement};
use nemcon_ledger::text::Time;
use nemcon_tests::fixture::{Parties, after_start, european_union};

/// The lengths that are measured if none are named.
const LENGTHS: [u64; 3] = [40, 400, 4_000];
/// How long a measure is open at most: ten days.
const OPEN_MS: u64 = 10 * 24 * 3_600_000;
/// How often a copy is timed.
const COPIES: u32 = 1_000;
/// How often a block is timed; the median counts.
const BLOCKS: usize = 9;

fn main() {
    let named: Vec<u64> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let lengths = if named.is_empty() { LENGTHS.to_vec() } else { named };
    let genesis = european_union();
    let (parties, mut chain) = (Parties::new(genesis.clone()), Chain::found(genesis));
    let (mut ended, mut before) = (0, resident_bytes());
    println!("measures  bytes a measure  snapshot bytes a measure  a copy  a block of 27 ballots");
    for length in lengths {
        let first = ended;
        while ended < length {
            chain = decided(&parties, &chain);
            ended += 1;
        }
        let now = resident_bytes();
        let held = now.saturating_sub(before) / (ended - first).max(1);
        let written = chain.snapshot().len() as u64 / ended;
        let (copy, block) = (time_of_copy(&chain), time_of_block(&parties, &chain));
        println!("{ended:>8}  {held:>15}  {written:>24}  {copy:>6?}  {block:?}");
        before = now;
    }
}

/// The chain after one more measure, on which all are in favour.
fn decided(parties: &Parties, chain: &Chain) -> Chain {
    let tabled = tabled(parties, chain);
    let ballots = ballots(parties, tabled.council());
    next(&tabled, &ballots)
}

fn tabled(parties: &Parties, chain: &Chain) -> Chain {
    let number = chain.council().measures().next_back().map_or(0, |last| last.number);
    let title = format!("Measure {} of a long ledger", number + 1);
    let proposer = ["BG", "DE", "FR", "IT"][usize::try_from(number % 4).expect("small")];
    let mut measure = parties.measure(proposer, &title);
    let begun = chain.time().max(after_start(Duration::ZERO));
    measure.closes = Time::from_ms(begun.as_ms() + OPEN_MS).expect("it ends in this age");
    next(chain, &[parties.sign(&Body::Measure(measure))])
}

fn ballots(parties: &Parties, council: &Council) -> Vec<Statement> {
    let number = council.measures().next_back().expect("one is tabled").number;
    let ballot = |code: &str| parties.ballot(council, code, number, Position::InFavour);
    let members = council.roster().members.iter();
    members.map(|it| parties.sign(&Body::Ballot(ballot(it.code.as_str())))).collect()
}

fn next(chain: &Chain, statements: &[Statement]) -> Chain {
    let candidates: Vec<&Statement> = statements.iter().collect();
    // Blocks are five minutes apart, so that no share of a day ends it.
    let later = Time::from_ms(chain.time().as_ms() + 300_000).expect("it ends in this age");
    let time = later.max(after_start(Duration::ZERO));
    let (block, next) = chain.assemble(&Proposal { time, round: 0 }, &candidates).expect("a block");
    assert!(block.records.len() > statements.len(), "all statements are in the block");
    next
}

fn time_of_copy(chain: &Chain) -> Duration {
    let begun = Instant::now();
    for _ in 0..COPIES {
        black_box(chain.clone());
    }
    begun.elapsed() / COPIES
}

fn time_of_block(parties: &Parties, chain: &Chain) -> Duration {
    let tabled = tabled(parties, chain);
    let ballots = ballots(parties, tabled.council());
    let timed = |_| {
        let begun = Instant::now();
        black_box(next(&tabled, &ballots));
        begun.elapsed()
    };
    let mut spans: Vec<Duration> = (0..BLOCKS).map(timed).collect();
    spans.sort();
    spans[BLOCKS / 2]
}

/// The resident memory of this process.
fn resident_bytes() -> u64 {
    let statm = fs::read_to_string("/proc/self/statm").expect("this is Linux");
    let pages: u64 = statm.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a number");
    pages * 4096
}
