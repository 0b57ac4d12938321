//! Each party's share of a block, and the order in which a block takes statements.

use nemcon_crypto::hash;
use nemcon_ledger::chain::{Block, BlockError, Proposal};
use nemcon_ledger::council::{
    BALLOT_BYTES_PER_BLOCK_MAX, BLOCK_CHANGE_BYTES_MAX, BLOCK_STATEMENT_BYTES_MAX,
    CLOSES_PER_BLOCK_MAX, OFFICERS_MAX, PACKAGE_MEASURES_MAX, PARTICIPANTS_MAX, Refusal,
    STATEMENT_BYTES_PER_BLOCK_MAX,
};
use nemcon_ledger::record::genesis::MEMBERS_MAX;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{About, Ballot, Body, Freeze, Genesis, Position, Said, Statement};
use nemcon_tests::fixture::{
    BLOCK_SHARE, Ledger, Parties, Seat, code, council_of, council_of_equals, label, line, member,
    officer, statements,
};

use super::{FOR, incident, large};

fn has(block: &Block, statement: &Statement) -> bool {
    statements(&block.records).contains(statement)
}

/// Packages of 16, so many of each of these parties; the numbers of their first measures.
fn packages(ledger: &mut Ledger, parties: &[&str], each: usize) -> Vec<(String, u64)> {
    let mut packages = Vec::new();
    for (by, round) in parties.iter().flat_map(|by| (0..each).map(move |round| (*by, round))) {
        let first = ledger.council().measures().count() as u64 + 1;
        let measure = |at| ledger.parties.measure(by, &format!("{by} {round} {at}"));
        let measures: Vec<_> = (0..PACKAGE_MEASURES_MAX)
            .map(|at| ledger.parties.sign(&Body::Measure(measure(at))))
            .collect();
        ledger.run(&measures);
        let numbers: Vec<_> = (first..first + PACKAGE_MEASURES_MAX as u64).collect();
        ledger.run(&[ledger.package(by, &numbers)]);
        packages.push(((*by).to_owned(), first));
    }
    packages
}

#[test]
fn four_withdrawals_of_packages_of_one_party_keep_no_ballot_out_of_the_block() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let number = ledger.table(ledger.parties.measure("M2", "A measure"));
    let packages = packages(&mut ledger, &["M1"], 4);
    let mut waiting: Vec<_> =
        packages.iter().map(|(by, first)| ledger.withdrawal(by, *first)).collect();
    let ballot = ledger.ballot("M2", number, FOR);
    waiting.push(ballot.clone());
    let block = ledger.offer_at(ledger.next_time(), &waiting).unwrap();
    assert!(has(&block, &ballot));
    assert_eq!(statements(&block.records).len(), 2, "one package whole is a party's share");
}

#[test]
fn parties_together_that_withdraw_and_close_packages_keep_no_ballot_out_of_the_block() {
    let mut ledger = Ledger::found(council_of_equals(6));
    let number = ledger.table(ledger.parties.measure("M6", "A measure"));
    let hostile = ["M1", "M2", "M3", "M4", "M5"];
    let packages = packages(&mut ledger, &hostile, 2);
    let ballot = ledger.ballot("M6", number, FOR);
    let acts = packages.iter().map(|(by, first)| ledger.close(by, *first));
    let mut waiting: Vec<_> = acts.collect();
    waiting.push(ballot.clone());
    let block = ledger.offer_at(ledger.next_time(), &waiting).unwrap();
    assert!(has(&block, &ballot));
    assert_eq!(statements(&block.records).len(), 1 + CLOSES_PER_BLOCK_MAX / PACKAGE_MEASURES_MAX);
    let withdrawals: Vec<_> =
        packages.iter().map(|(by, first)| ledger.withdrawal(by, *first)).collect();
    let block = ledger.offer_at(ledger.next_time(), &withdrawals).unwrap();
    assert_eq!(statements(&block.records).len(), 5, "one package of each");
}

/// The flood of one party: what fills its share of so many blocks.
fn flood(parties: &Parties, by: &str, blocks: usize) -> Vec<Statement> {
    (0..blocks).map(|at| large(parties, by, at, 58_000)).collect()
}

#[test]
fn beside_26_others_that_flood_a_ballot_and_a_measure_are_in_the_next_block() {
    let mut ledger = Ledger::found(council_of_equals(27));
    let number = ledger.table(ledger.parties.measure("M27", "A measure"));
    let parties = ledger.parties.clone();
    let mut waiting: Vec<_> =
        (1..=26).flat_map(|at| flood(&parties, &format!("M{at}"), 2)).collect();
    let ballot = ledger.ballot("M27", number, FOR);
    let measure = large(&parties, "M27", 0, 58_000);
    waiting.extend([ballot.clone(), measure.clone()]);
    let block = ledger.offer_at(ledger.next_time(), &waiting).unwrap();
    assert!(has(&block, &ballot) && has(&block, &measure));
    assert_eq!(statements(&block.records).len(), 28, "one large statement of each, and the ballot");
}

/// More parties than a block has room for at once: the measure comes in by lot, and at the latest when
/// the others have nothing left of their day.
#[test]
fn beside_59_others_that_flood_a_ballot_is_in_the_next_block_and_a_measure_soon_after() {
    let mut genesis = council_of_equals(60);
    genesis.charter.shares.day.bytes = 120_000;
    let mut ledger = Ledger::found(genesis);
    let number = ledger.table(ledger.parties.measure("M60", "A measure"));
    let parties = ledger.parties.clone();
    let mut waiting: Vec<_> =
        (1..=59).flat_map(|at| flood(&parties, &format!("M{at}"), 3)).collect();
    let ballot = ledger.ballot("M60", number, FOR);
    let measure = large(&parties, "M60", 0, 58_000);
    waiting.extend([ballot.clone(), measure.clone()]);
    let mut blocks = 0;
    while waiting.contains(&measure) {
        let block = ledger.offer_at(ledger.next_time(), &waiting).unwrap();
        blocks += 1;
        assert!(blocks > 1 || has(&block, &ballot));
        let ordered = statements(&block.records);
        waiting.retain(|statement| !ordered.contains(statement));
    }
    // All that the others may say a day fills so many blocks but for less than one statement.
    let room = (BLOCK_STATEMENT_BYTES_MAX - 65_536) as u64;
    let share = parties.genesis.charter.shares.day.bytes;
    assert!(blocks <= (59 * share).div_ceil(room) + 1, "{blocks} blocks");
    let left: Vec<_> = waiting.iter().map(|statement| ledger.try_apply(statement)).collect();
    assert!(left.iter().any(|said| matches!(said, Err(Refusal::DaySpent(_)))));
}

/// The order of a block depends on the block before, whose id nobody knows who signs a statement.
#[test]
fn a_place_in_the_order_of_one_block_is_none_in_the_next() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let tabled = |at: usize| large(&ledger.parties, "M1", at, 0);
    let many: Vec<_> = (0..12).map(tabled).collect();
    let mut other = ledger.clone();
    other.table(other.parties.measure("M2", "Another block before"));
    let order = |ledger: &mut Ledger| {
        let block = ledger.offer_at(ledger.next_time(), &many).unwrap();
        statements(&block.records).iter().map(|it| it.text_hash).collect::<Vec<_>>()
    };
    let previous = ledger.chain.previous();
    let (one, two) = (order(&mut ledger), order(&mut other));
    assert_eq!((one.len(), two.len()), (12, 12));
    assert_ne!(one, two);
    let lot_of = |text: &nemcon_crypto::Digest| {
        hash::sha256(&[*previous.as_bytes(), *text.as_bytes()].concat())
    };
    assert!(one.is_sorted_by_key(lot_of));
    assert!(!one.is_sorted());
}

#[test]
fn a_block_takes_freezes_then_changes_then_ballots_then_all_else() {
    let mut ledger = Ledger::found(council_of_equals(5));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let keys = ledger.keys("M3", 1, vec![officer("desk-1", "M3/new")], None);
    let mut all = vec![
        large(&ledger.parties, "M1", 1, 0),
        ledger.ballot("M1", number, FOR),
        ledger.ballot("M2", number, FOR),
        ledger.sign_as(&ledger.notice("M2", NoticeAct::Given), &["M2/desk-1"]),
        ledger.sign_as(&keys, &["M3/recovery", "M3/new"]),
        ledger.sign_as(&ledger.freeze("M4"), &["M4/desk-1"]),
        incident(&ledger.parties, "M5", 1, 0),
    ];
    for _ in 0..all.len() {
        all.rotate_left(1);
        let block = ledger.clone().offer_at(ledger.next_time(), &all).unwrap();
        let shares: Vec<_> = statements(&block.records).iter().map(|it| it.body.share()).collect();
        assert_eq!(shares.len(), all.len());
        assert!(shares.is_sorted(), "{shares:?}");
    }
}

/// A proposer cannot put its own statements before others': the order is the law's.
#[test]
fn a_block_whose_ballots_stand_behind_its_measures_is_refused() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let pair = [large(&ledger.parties, "M1", 1, 0), ledger.ballot("M2", number, FOR)];
    let mut block = ledger.clone().offer_at(ledger.next_time(), &pair).unwrap();
    assert_eq!(ledger.judge(&block), Ok(()));
    block.records.swap(0, 1);
    assert_eq!(ledger.judge(&block), Err(BlockError::Order { leaf: 0 }));
}

#[test]
fn a_partys_large_statements_take_up_its_own_share_of_a_block_alone() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let parties = ledger.parties.clone();
    let mut waiting: Vec<_> = (0..4).map(|at| large(&parties, "M1", at, 30_000)).collect();
    waiting.push(large(&parties, "M2", 0, 58_000));
    let block = ledger.offer_at(ledger.next_time(), &waiting).unwrap();
    let by = |by: &str| {
        statements(&block.records).iter().filter(|it| it.body.head().by == code(by)).count()
    };
    assert_eq!((by("M1"), by("M2")), (2, 1));
    let bytes: usize = block.records.iter().map(Vec::len).sum();
    assert!(bytes < 2 * STATEMENT_BYTES_PER_BLOCK_MAX + 1_000);
}

#[test]
fn a_freeze_has_room_in_a_block_however_much_else_waits() {
    let mut ledger = Ledger::found(council_of_equals(40));
    let parties = ledger.parties.clone();
    let flood = (1..=40).map(|at| large(&parties, &format!("M{at}"), 0, 58_000));
    let mut waiting: Vec<_> = flood.collect();
    let bytes: usize = waiting.iter().map(Statement::bytes).sum();
    assert!(bytes > BLOCK_STATEMENT_BYTES_MAX);
    waiting.push(ledger.sign_as(&ledger.freeze("M40"), &["M40/recovery"]));
    let block = ledger.offer_at(ledger.next_time(), &waiting).unwrap();
    assert!(ledger.council().is_frozen(&code("M40")));
    let bytes: usize = statements(&block.records).iter().map(Statement::bytes).sum();
    assert!(bytes <= BLOCK_STATEMENT_BYTES_MAX);
    assert!(bytes > BLOCK_STATEMENT_BYTES_MAX - 65_536, "nothing is wasted");
}

/// A hostile proposer's block with more than has room is refused by everybody.
#[test]
fn a_block_beyond_a_partys_share_is_refused() {
    let ledger = Ledger::found(council_of_equals(3));
    let many = |count: u32| -> Vec<Statement> {
        (0..count as usize).map(|at| large(&ledger.parties, "M1", at, 0)).collect()
    };
    // A council with a greater share writes what this one refuses.
    let mut genesis: Genesis = council_of_equals(3);
    genesis.charter.shares.block = BLOCK_SHARE + 1;
    let other = Ledger::found(genesis);
    let theirs: Vec<_> =
        (0..=BLOCK_SHARE as usize).map(|at| large(&other.parties, "M1", at, 0)).collect();
    let candidates: Vec<_> = theirs.iter().collect();
    let proposal = Proposal { time: other.next_time(), round: 0 };
    let (block, _) = other.chain.assemble(&proposal, &candidates).unwrap();
    assert_eq!(statements(&block.records).len(), theirs.len());
    let block = ledger.clone().offer_at(ledger.next_time(), &many(BLOCK_SHARE + 1)).unwrap();
    assert_eq!(statements(&block.records).len(), BLOCK_SHARE as usize);
    let left_out = many(BLOCK_SHARE + 1);
    let left_out = left_out.iter().find(|it| !has(&block, it)).unwrap();
    let mut forged = block.clone();
    forged.records.insert(BLOCK_SHARE as usize, left_out.render());
    let refusal = Box::new(Refusal::QuotaSpent(code("M1")));
    let error = BlockError::Refused { leaf: BLOCK_SHARE as usize, refusal };
    assert_eq!(ledger.judge(&forged), Err(error));
}

/// The largest of each, from what their grammar lets them have: so the shares of all fit into a block.
#[test]
fn the_ballots_and_the_freezes_of_the_largest_council_fit_into_every_block() {
    let seat = Seat { weight: 1, threshold: OFFICERS_MAX, officers: OFFICERS_MAX };
    let mut largest = member("ABCDEFGH", "The largest", seat);
    for (at, officer) in largest.officers.iter_mut().enumerate() {
        officer.label = label(&format!("{at:x>40}"));
    }
    let mut genesis = council_of(&[Seat::weighing(1)]);
    genesis.origin = "x".repeat(64).parse().unwrap();
    genesis.roster.members[0] = largest;
    let digest = hash::sha256(b"a text");
    let head = Parties { genesis: genesis.clone() }.measure("ABCDEFGH", "A measure").head;
    let about = About {
        measure: u64::MAX,
        revision: u32::MAX,
        text: digest,
        title: line(&"x".repeat(2000)),
        rule: label(&"x".repeat(40)),
        package: Some(digest),
    };
    let ballot = Ballot {
        said: Said { head: head.clone(), on_behalf: head.by.clone(), about, after: Some(digest) },
        position: Position::AbstainQualified,
        declaration: Some(digest),
        mandate: Some(digest),
        is_tacit: true,
    };
    let freeze = Freeze { head, reason: Some(line(&"x".repeat(2000))), after: Some(digest) };
    let signed = |body: &Body, count: usize| {
        let officers = &genesis.roster.members[0].officers[..count];
        let line = |officer: &nemcon_ledger::record::Officer| {
            let secret = nemcon_tests::fixture::secret("any");
            let by = &body.head().by;
            let (text, origin) = (body.render(), &genesis.origin);
            nemcon_ledger::record::statement::sign_as_officer(
                &text,
                origin,
                by,
                &officer.label,
                &secret,
            )
        };
        Statement::new(body, officers.iter().map(line).collect()).unwrap().bytes()
    };
    let ballot = signed(&Body::Ballot(ballot), OFFICERS_MAX);
    assert!(ballot <= BALLOT_BYTES_PER_BLOCK_MAX, "{ballot}");
    let ballots = MEMBERS_MAX * BALLOT_BYTES_PER_BLOCK_MAX;
    assert!(BLOCK_CHANGE_BYTES_MAX + ballots <= BLOCK_STATEMENT_BYTES_MAX);
    let freezes = (MEMBERS_MAX + PARTICIPANTS_MAX) * signed(&Body::Freeze(freeze), 1);
    assert!(freezes <= BLOCK_CHANGE_BYTES_MAX, "{freezes}");
}
