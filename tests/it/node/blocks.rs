//! Blocks: the order of their leaves, and what is refused of them [rules.md R10].

use nemcon_crypto::merkle::leaf_hash;
use nemcon_ledger::Height;
use nemcon_ledger::chain::{Block, BlockError, Chain, Proposal};
use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::{Body, Measure, Position, Record, RecordError, Statement};
use nemcon_ledger::text::FieldError;
use nemcon_tests::fixture::{Ledger, code, council_of_equals, day, line, lot, statements};

const FOR: Position = Position::InFavour;

/// Three members; measure 1 lacks M3's ballot, 2 closes on day 2, 3 is open.
fn ledger() -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(3));
    let parties = ledger.parties.clone();
    ledger.table(parties.measure("M1", "The first measure"));
    ledger.table(Measure { closes: day(2), ..parties.measure("M2", "The second measure") });
    ledger.table(parties.measure("M3", "The third measure"));
    ledger.cast(1, &[("M1", FOR), ("M2", FOR)]);
    ledger
}

/// The block of day 2: a lapse, three statements, a decision, the block record.
fn full_block(ledger: &Ledger) -> Block {
    let statements = [
        ledger.ballot("M3", 1, FOR),
        ledger.ballot("M1", 3, FOR),
        ledger.ballot("M2", 3, Position::Abstain),
    ];
    ledger.clone().offer_at(day(2), &statements).expect("they can stand")
}

fn kinds(block: &Block) -> Vec<&'static str> {
    let kind = |leaf: &Vec<u8>| match Record::parse(leaf).expect("a record") {
        Record::Genesis(_) => "genesis",
        Record::Statement(_) => "statement",
        Record::Decision(_) => "decision",
        Record::Lapse(_) => "lapse",
        Record::Block(_) => "block",
    };
    block.records.iter().map(kind).collect()
}

fn not_derived(leaf: usize, kind: &'static str) -> BlockError {
    BlockError::NotDerived { leaf, kind, found: String::new(), expected: String::new() }
}

/// What is said to a block, without the lines that a derived leaf differs in.
fn judge(ledger: &Ledger, block: &Block) -> Result<(), BlockError> {
    ledger.judge(block).map_err(|error| match error {
        BlockError::NotDerived { leaf, kind, .. } => not_derived(leaf, kind),
        error => error,
    })
}

#[test]
fn a_block_is_what_time_causes_then_statements_by_lot_then_what_they_bring_about() {
    let ledger = ledger();
    let block = full_block(&ledger);
    let expected = ["lapse", "statement", "statement", "statement", "decision", "block"];
    assert_eq!(kinds(&block), expected);
    let previous = ledger.chain.previous();
    assert!(statements(&block.records).is_sorted_by_key(|statement| lot(&previous, statement)));
    assert_eq!(judge(&ledger, &block), Ok(()));
    let record = block.record().unwrap();
    assert!(ledger.chain.is_bound(&block, &record));
    assert_eq!(block.id(), Ok(leaf_hash(block.records.last().unwrap())));
    assert_eq!(record.height, Height(5));
    assert_eq!(record.previous, ledger.blocks.last().unwrap().id().unwrap());
    assert_eq!(record.size.0, ledger.chain.size().0 + 5);
}

#[test]
fn block_1_names_the_council_as_its_previous() {
    let ledger = ledger();
    let record = ledger.blocks[0].record().unwrap();
    assert_eq!(record.previous, ledger.council().digest());
    assert_eq!((record.height, record.size.0), (Height(1), 2));
}

#[test]
fn statements_are_written_in_one_order_whatever_the_order_of_candidates() {
    let ledger = ledger();
    let mut statements = statements(&full_block(&ledger).records);
    let blocks: Vec<_> = (0..3)
        .map(|_| {
            statements.rotate_left(1);
            ledger.clone().offer_at(day(2), &statements).unwrap()
        })
        .collect();
    assert!(blocks.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_statement_follows_the_one_in_its_block_that_it_names_though_its_hash_is_smaller() {
    let mut ledger = ledger();
    let first = ledger.ballot("M3", 3, FOR);
    let withdrawal = |reason: u32| {
        let mut withdrawal = ledger.parties.withdrawal(ledger.council(), "M3", 3);
        withdrawal.reason = Some(line(&format!("Reason {reason}")));
        withdrawal.said.after = Some(first.leaf_hash);
        ledger.parties.sign(&Body::Withdrawal(withdrawal))
    };
    let previous = ledger.chain.previous();
    let is_earlier = |second: &Statement| lot(&previous, second) < lot(&previous, &first);
    let second = (0..100).map(withdrawal).find(is_earlier);
    let pair = [second.expect("one of many"), first];
    assert_eq!(ledger.run(&pair), []);
    let block = ledger.blocks.last().unwrap();
    assert_eq!(statements(&block.records), [pair[1].clone(), pair[0].clone()]);
}

#[test]
fn a_ballot_may_stand_in_the_block_of_its_measure_and_after_it() {
    let mut ledger = Ledger::found(council_of_equals(1));
    let measure = ledger.parties.sign(&Body::Measure(ledger.parties.measure("M1", "A measure")));
    let mut ahead = ledger.clone();
    ahead.run(std::slice::from_ref(&measure));
    let derived = ledger.run(&[ahead.ballot("M1", 1, FOR), measure]);
    assert!(matches!(derived[..], [Record::Decision(_)]));
}

#[test]
fn a_block_without_a_block_record_at_its_end_is_refused() {
    let ledger = ledger();
    let nothing = Block { records: Vec::new() };
    assert_eq!(judge(&ledger, &nothing), Err(BlockError::NoBlockRecord));
    assert_eq!(nothing.id(), Err(BlockError::NoBlockRecord));
    let mut block = full_block(&ledger);
    let record = block.record().unwrap();
    assert!(!ledger.chain.is_bound(&nothing, &record));
    block.records.pop();
    assert_eq!(judge(&ledger, &block), Err(BlockError::NoBlockRecord));
    assert!(!ledger.chain.is_bound(&block, &record));
}

#[test]
fn a_block_of_nothing_but_its_block_record_is_refused() {
    let ledger = ledger();
    let proposal = Proposal { time: ledger.next_time(), round: 0 };
    assert!(ledger.chain.assemble(&proposal, &[]).is_none());
    let mut block = full_block(&ledger);
    let mut record = block.record().unwrap();
    record.time = ledger.next_time();
    record.size = ledger.chain.size();
    record.root = ledger.chain.root();
    block.records = vec![record.render().into_bytes()];
    assert!(ledger.chain.is_bound(&block, &record));
    assert_eq!(judge(&ledger, &block), Err(BlockError::Empty));
}

#[test]
fn a_block_not_after_its_parent_is_refused() {
    let ledger = ledger();
    let block = full_block(&ledger);
    let parent = ledger.chain.time();
    for ms in [0, parent.as_ms() - 1, parent.as_ms()] {
        let mut block = block.clone();
        let mut record = block.record().unwrap();
        record.time = nemcon_ledger::Time::from_ms(ms).unwrap();
        *block.records.last_mut().unwrap() = record.render().into_bytes();
        let error = BlockError::Time { time: record.time, parent };
        assert_eq!(judge(&ledger, &block), Err(error));
    }
    assert_eq!(ledger.chain.next_time(parent).as_ms(), parent.as_ms() + 1);
    assert_eq!(ledger.chain.next_time(day(9)), day(9));
}

#[test]
fn a_removed_leaf_is_missed() {
    let ledger = ledger();
    let block = full_block(&ledger);
    let without = |leaf: usize| {
        let mut block = block.clone();
        block.records.remove(leaf);
        judge(&ledger, &block)
    };
    assert_eq!(without(0), Err(not_derived(0, "lapse")));
    for leaf in 1..=3 {
        // Either the decision does not follow any more, or its block record does not.
        let error = without(leaf).unwrap_err();
        assert!(matches!(error, BlockError::NotDerived { leaf: 3 | 4, .. }), "{leaf}: {error:?}");
    }
    assert_eq!(without(4), Err(not_derived(4, "decision")));
}

#[test]
fn swapped_leaves_are_refused() {
    let ledger = ledger();
    let block = full_block(&ledger);
    let swapped = |a: usize, b: usize| {
        let mut block = block.clone();
        block.records.swap(a, b);
        judge(&ledger, &block)
    };
    assert_eq!(swapped(0, 1), Err(not_derived(0, "lapse")));
    assert_eq!(swapped(1, 2), Err(BlockError::Order { leaf: 1 }));
    assert_eq!(swapped(2, 3), Err(BlockError::Order { leaf: 2 }));
    assert_eq!(swapped(3, 4), Err(BlockError::Misplaced { leaf: 4 }));
    assert_eq!(swapped(0, 4), Err(not_derived(0, "lapse")));
    assert_eq!(swapped(4, 5), Err(BlockError::NoBlockRecord));
}

#[test]
fn an_added_leaf_is_refused() {
    let ledger = ledger();
    let block = full_block(&ledger);
    let with = |at: usize, leaf: Vec<u8>| {
        let mut block = block.clone();
        block.records.insert(at, leaf);
        judge(&ledger, &block)
    };
    let copy = |at: usize| block.records[at].clone();
    let genesis = ledger.parties.genesis.render().into_bytes();
    assert_eq!(with(0, genesis), Err(BlockError::Misplaced { leaf: 0 }));
    assert_eq!(with(2, copy(5)), Err(BlockError::Misplaced { leaf: 2 }));
    assert_eq!(with(5, copy(5)), Err(BlockError::Misplaced { leaf: 5 }));
    assert_eq!(with(6, copy(5)), Err(BlockError::Misplaced { leaf: 5 }));
    assert_eq!(with(1, copy(0)), Err(BlockError::Misplaced { leaf: 2 }));
    assert_eq!(with(5, copy(4)), Err(not_derived(5, "block record")));
    assert_eq!(with(4, copy(4)), Err(not_derived(5, "block record")));
    let wrong = with(0, b"nonsense\n".to_vec());
    let error = Box::new(RecordError::Kind);
    assert_eq!(wrong, Err(BlockError::Record { leaf: 0, error }));
    let refusal = Box::new(Refusal::AlreadyRecorded);
    assert_eq!(with(4, copy(3)), Err(BlockError::Refused { leaf: 4, refusal }));
    let stranger = ledger.ballot("M3", 3, FOR);
    assert!(matches!(
        with(1, stranger.render()),
        Err(BlockError::Order { .. } | BlockError::NotDerived { .. })
    ));
}

#[test]
fn an_altered_leaf_is_refused() {
    let ledger = ledger();
    let block = full_block(&ledger);
    for leaf in 0..block.records.len() {
        for at in 0..block.records[leaf].len() {
            let mut block = block.clone();
            block.records[leaf][at] ^= 1;
            let judged = judge(&ledger, &block);
            // Bound by the grammar, by a signature or by the rest; but a proposer chooses the time.
            let is_of_another_time = || {
                let time = block.record().map(|record| record.time);
                time.is_ok_and(|time| time != day(2))
            };
            assert!(judged.is_err() || is_of_another_time(), "leaf {leaf}, byte {at}");
        }
    }
}

#[test]
fn a_derived_leaf_that_does_not_follow_is_named() {
    let ledger = ledger();
    let block = full_block(&ledger);
    let with = |leaf: usize, from: &str, to: &str| {
        let mut block = block.clone();
        let text = String::from_utf8(block.records[leaf].clone()).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from} in {text}");
        block.records[leaf] = text.replace(from, to).into_bytes();
        judge(&ledger, &block)
    };
    assert_eq!(with(0, "0 of 3", "1 of 3"), Err(not_derived(0, "lapse")));
    assert_eq!(with(4, "outcome adopted", "outcome not-adopted"), Err(not_derived(4, "decision")));
    assert_eq!(with(4, "number 1", "number 2"), Err(not_derived(4, "decision")));
    let record = not_derived(5, "block record");
    for (from, to) in
        [("height 5", "height 6"), ("proposer M3", "proposer M1"), ("size 15", "size 16")]
    {
        assert_eq!(with(5, from, to), Err(record.clone()), "{to}");
    }
    let mut wrong = block.clone();
    wrong.records[4] = String::from_utf8(block.records[4].clone())
        .unwrap()
        .replace("number 1", "number 2")
        .into_bytes();
    let (found, expected) = ("number 2".to_owned(), "number 1".to_owned());
    let error = BlockError::NotDerived { leaf: 4, kind: "decision", found, expected };
    assert_eq!(ledger.judge(&wrong), Err(error));
    // With the round the proposer changes.
    assert_eq!(with(5, "round 0", "round 1"), Err(record));
}

#[test]
fn a_refused_statement_makes_its_block_invalid() {
    let ledger = ledger();
    let mut block = full_block(&ledger);
    let mut early = block.record().unwrap();
    early.time = ledger.next_time();
    let ballot = ledger.parties.ballot(ledger.council(), "M1", 3, FOR);
    let text = Body::Ballot(ballot.clone()).render();
    let forged = ledger.parties.signature(&text, &code("M2"), 0);
    let forged = Statement::new(&Body::Ballot(ballot), vec![forged]).unwrap();
    block.records = vec![forged.render(), early.render().into_bytes()];
    let Err(BlockError::Refused { leaf: 0, refusal }) = judge(&ledger, &block) else {
        unreachable!()
    };
    assert_eq!(refusal.code(), "wrong-signer");
}

#[test]
fn a_block_beyond_its_bytes_is_refused() {
    use nemcon_ledger::chain::BLOCK_BYTES_MAX;
    let ledger = ledger();
    let block = Block { records: vec![vec![b'x'; BLOCK_BYTES_MAX + 1]] };
    assert_eq!(judge(&ledger, &block), Err(BlockError::TooLarge));
    let block = Block { records: vec![vec![b'x'; BLOCK_BYTES_MAX]] };
    let error = Box::new(RecordError::TooLong { bytes: BLOCK_BYTES_MAX });
    assert_eq!(judge(&ledger, &block), Err(BlockError::Record { leaf: 0, error }));
    let block = Block { records: vec![vec![]] };
    assert_eq!(
        judge(&ledger, &block),
        Err(BlockError::Record { leaf: 0, error: Box::new(RecordError::Kind) })
    );
    let block = Block { records: vec![b"nemcon/v1 block".to_vec()] };
    let error = Box::new(RecordError::Field(FieldError::NotLines));
    assert_eq!(judge(&ledger, &block), Err(BlockError::Record { leaf: 0, error }));
}

#[test]
fn the_proposer_rotates_with_height_and_round() {
    let genesis = council_of_equals(4);
    let proposer = |height, round| genesis.roster.proposer(Height(height), round).code.clone();
    let in_round_0: Vec<_> = (1..=6).map(|height| proposer(height, 0).to_string()).collect();
    assert_eq!(in_round_0, ["M2", "M3", "M4", "M1", "M2", "M3"]);
    for height in 0..20 {
        for round in 0..20 {
            assert_eq!(proposer(height, round + 1), proposer(height + 1, round));
        }
    }
    assert_eq!(proposer(u64::MAX, u32::MAX), code("M3"), "(2^64 - 1 + 2^32 - 1) mod 4 = 2");
    let ledger = ledger();
    let statement = ledger.ballot("M3", 1, FOR);
    for round in 0..7 {
        let proposal = Proposal { time: ledger.next_time(), round };
        let (block, next) = ledger.chain.assemble(&proposal, &[&statement]).unwrap();
        let record = block.record().unwrap();
        let genesis = &ledger.parties.genesis;
        assert_eq!(record.proposer, genesis.roster.proposer(Height(5), round).code);
        assert_eq!(ledger.chain.apply(&block).map(|chain| chain.root()), Ok(next.root()));
    }
}

#[test]
fn fewer_than_a_third_may_fail() {
    let mut roster = council_of_equals(1).roster;
    let one = roster.members[0].clone();
    for n in 1..=200 {
        assert_eq!(roster.members.len(), n);
        let f = roster.faults_max();
        assert!(3 * f < n && 3 * (f + 1) >= n, "n = {n}, f = {f}");
        roster.members.push(one.clone());
    }
}

#[test]
fn a_chain_founded_anew_follows_all_blocks_to_the_same_root() {
    let mut ledger = ledger();
    let block = full_block(&ledger);
    ledger.offer_at(day(2), &statements(&block.records));
    let mut chain = Chain::found(ledger.parties.genesis.clone());
    for block in &ledger.blocks {
        chain = chain.apply(block).unwrap();
    }
    assert_eq!((chain.root(), chain.previous()), (ledger.chain.root(), ledger.chain.previous()));
    assert!(chain.council().measures().eq(ledger.council().measures()));
}
