//! Each party has its share of a block and of a day: nobody takes up what is another's.

use nemcon_crypto::hash;
use nemcon_ledger::chain::{Block, BlockError, Proposal};
use nemcon_ledger::council::{
    BALLOT_BYTES_PER_BLOCK_MAX, BLOCK_CHANGE_BYTES_MAX, BLOCK_STATEMENT_BYTES_MAX,
    CLOSES_PER_BLOCK_MAX, OFFICERS_MAX, PACKAGE_MEASURES_MAX, PARTICIPANTS_MAX, Refusal,
    STATEMENT_BYTES_PER_BLOCK_MAX,
};
use nemcon_ledger::record::charter::Allowance;
use nemcon_ledger::record::genesis::MEMBERS_MAX;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::statement::Share;
use nemcon_ledger::record::{
    About, Ballot, Body, Freeze, Genesis, Incident, Measure, Position, Statement,
};
use nemcon_ledger::text::{Code, Time};
use nemcon_tests::fixture::{
    BLOCK_SHARE, Ledger, Parties, Seat, code, council_of, council_of_equals, day, label, line,
    member, officer, statements,
};

const FOR: Position = Position::InFavour;

fn has(block: &Block, statement: &Statement) -> bool {
    statements(&block.records).contains(statement)
}

/// A measure of `by` with so many bytes of summary, a little more in all.
fn large(parties: &Parties, by: &str, at: usize, bytes: usize) -> Statement {
    let measure = parties.measure(by, &format!("{by} {at}"));
    let summary = vec![line(&"x".repeat(1900)); bytes / 1908];
    parties.sign(&Body::Measure(Measure { summary, ..measure }))
}

/// An incident of `by`, with so many bytes of summary.
fn incident(parties: &Parties, by: &str, at: usize, bytes: usize) -> Statement {
    let incident = parties.incident(by, &format!("{by} {at}"));
    let summary = vec![line(&"x".repeat(1900)); bytes / 1908];
    parties.sign(&Body::Incident(Incident { summary, ..incident }))
}

fn later(time: Time, ms: u64) -> Time {
    Time::from_ms(time.as_ms() + ms).expect("a time of this age")
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

/// As much as one party may add a day: what came before, and the refusal of one more.
fn spend(ledger: &mut Ledger, said: impl Fn(&Ledger, usize) -> Statement) -> (usize, Refusal) {
    for at in 0.. {
        let statement = said(ledger, at);
        let time = later(ledger.chain.time(), 1).max(day(0));
        let mut council = ledger.council().clone();
        council.open(time);
        match council.apply(&statement) {
            Ok(()) => drop(ledger.run_at(time, &[statement])),
            Err(refusal) => return (at, refusal),
        }
    }
    unreachable!("a day ends")
}

fn day_spent(refusal: &Refusal) -> (&Code, Share, Allowance, Time) {
    let Refusal::DaySpent(spent) = refusal else { unreachable!("{refusal:?}") };
    (&spent.by, spent.share, spent.taken, spent.again)
}

#[test]
fn incidents_without_end_end_with_the_share_of_the_day() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let parties = ledger.parties.clone();
    let number = ledger.table(parties.measure("M1", "A measure"));
    let (count, refusal) = spend(&mut ledger, |_, at| incident(&parties, "M2", at, 58_000));
    assert_eq!(count, 18, "620 of 58 KB in 38 s were let in before");
    let (by, share, taken, again) = day_spent(&refusal);
    assert_eq!((by.as_str(), share, again), ("M2", Share::Rest, day(1)));
    assert!(taken.bytes <= 1 << 20 && taken.bytes + 58_000 > 1 << 20);
    for want in ["M2 has made 18 statements", "1048576 a day", "2026-11-24T00:00:00.000Z"] {
        assert!(refusal.to_string().contains(want), "{refusal}");
    }
    // All that is not steering has room still, and so have all others.
    let others = [
        ledger.ballot("M2", number, FOR),
        ledger.sign_as(&ledger.notice("M2", NoticeAct::Given), &["M2/desk-1"]),
        ledger.sign_as(&ledger.freeze("M2"), &["M2/desk-1"]),
        incident(&parties, "M3", 0, 58_000),
    ];
    assert_eq!(
        statements(&ledger.clone().offer_at(ledger.next_time(), &others).unwrap().records).len(),
        4
    );
    // The last millisecond of the day, and the first one of the next.
    let more = incident(&parties, "M2", 99, 58_000);
    let said_at = |time| {
        let mut council = ledger.council().clone();
        council.open(time);
        council.apply(&more)
    };
    assert_eq!(said_at(Time::from_ms(day(1).as_ms() - 1).unwrap()), Err(refusal));
    assert_eq!(said_at(day(1)), Ok(()));
}

#[test]
fn small_statements_end_with_their_number_and_ballots_have_a_share_of_their_own() {
    let mut genesis = council_of_equals(3);
    genesis.charter.shares.day.statements = 20;
    genesis.charter.shares.ballots.statements = 30;
    let mut ledger = Ledger::found(genesis);
    let parties = ledger.parties.clone();
    let number = ledger.table(parties.measure("M1", "A measure"));
    let (count, refusal) = spend(&mut ledger, |_, at| incident(&parties, "M2", at, 0));
    assert_eq!((count, day_spent(&refusal).1), (20, Share::Rest));
    let cast = |ledger: &Ledger, at: usize| {
        let position = if at.is_multiple_of(2) { FOR } else { Position::Retracted };
        ledger.ballot("M2", number, position)
    };
    let (count, refusal) = spend(&mut ledger, cast);
    assert_eq!((count, day_spent(&refusal).1), (30, Share::Ballots));
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/desk-1"]);
    assert_eq!(ledger.run(&[freeze]), []);
}

/// Who holds a mandate speaks at its own cost, not at the cost of whom it speaks for.
#[test]
fn a_ballot_for_another_is_charged_to_who_signs_it() {
    let mut genesis = council_of_equals(3);
    genesis.charter.shares.ballots.statements = 4;
    let mut ledger = Ledger::found(genesis);
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    ledger.empower("M2", number, "M3");
    let cast = |ledger: &Ledger, at: usize| {
        let position = if at.is_multiple_of(2) { FOR } else { Position::Abstain };
        ledger.ballot_for(("M3", "M2"), number, position)
    };
    let (count, refusal) = spend(&mut ledger, cast);
    assert_eq!((count, day_spent(&refusal).0.as_str()), (4, "M3"));
    assert_eq!(ledger.run(&[ledger.ballot("M2", number, FOR)]), [], "M2's own share is whole");
}

/// Changes of officers without end are made by whoever has the recovery key; they end too.
#[test]
fn changes_of_keys_end_with_the_share_of_the_day_and_those_of_the_node_with_another() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let keys = |ledger: &Ledger, at: usize| {
        let new = format!("M2/new-{at}");
        let body = ledger.keys("M2", 1, vec![officer("desk-1", &new)], None);
        ledger.sign_as(&body, &["M2/recovery", &new])
    };
    let (count, refusal) = spend(&mut ledger, keys);
    assert_eq!((count, day_spent(&refusal).1), (16, Share::Officers));
    let notice = |ledger: &Ledger, at: usize| {
        let act = if at.is_multiple_of(2) { NoticeAct::Given } else { NoticeAct::Withdrawn };
        ledger.sign_as(&ledger.notice("M2", act), &["M2/new-15"])
    };
    let (count, refusal) = spend(&mut ledger, notice);
    assert_eq!((count, day_spent(&refusal).1), (16, Share::Seats));
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/new-15"]);
    assert_eq!(ledger.run(&[freeze]), [], "a freeze needs no share");
}

/// A thief of M2's officers says all that a day lets him say. The member freezes, changes its
/// officers, and speaks: what he used up was not its own.
#[test]
fn a_thief_uses_up_neither_the_freeze_of_a_member_nor_its_day_after_it() {
    let mut genesis = council_of_equals(4);
    genesis.charter.shares.day.statements = 5;
    genesis.charter.shares.ballots.statements = 5;
    let mut ledger = Ledger::found(genesis);
    let parties = ledger.parties.clone();
    let number = ledger.table(parties.measure("M1", "A measure"));
    spend(&mut ledger, |_, at| incident(&parties, "M2", at, 0));
    let cast = |ledger: &Ledger, at: usize| {
        ledger.ballot("M2", number, if at.is_multiple_of(2) { FOR } else { Position::Abstain })
    };
    spend(&mut ledger, cast);
    let notice = |ledger: &Ledger, at: usize| {
        let act = if at.is_multiple_of(2) { NoticeAct::Given } else { NoticeAct::Withdrawn };
        ledger.sign_as(&ledger.notice("M2", act), &["M2/desk-1"])
    };
    spend(&mut ledger, notice);
    ledger.run(&[ledger.sign_as(&ledger.freeze("M2"), &["M2/recovery"])]);
    let thaw = |ledger: &mut Ledger, new: &str| {
        let body = ledger.keys("M2", 1, vec![officer("desk-1", new)], None);
        ledger.run(&[ledger.sign_as(&body, &["M2/recovery", new])]);
    };
    thaw(&mut ledger, "M2/new-1");
    let ballot = ledger.parties.ballot(ledger.council(), "M2", number, FOR);
    let again = ledger.sign_as(&Body::Ballot(ballot), &["M2/new-1"]);
    let rotation = ledger.rotation("M2", Some("M2/node-2"), None);
    let rotation = ledger.sign_as(&rotation, &["M2/new-1", "M2/node-2"]);
    ledger.run(&[again, rotation]);
    // Once a day: else a hostile member would have a day after each of its own freezes.
    let cast = |ledger: &Ledger, key: &str, at: usize| {
        let position = if at.is_multiple_of(2) { Position::Abstain } else { FOR };
        let ballot = ledger.parties.ballot(ledger.council(), "M2", number, position);
        ledger.sign_as(&Body::Ballot(ballot), &[key])
    };
    let (count, _) = spend(&mut ledger, |ledger, at| cast(ledger, "M2/new-1", at));
    assert_eq!(count, 4);
    ledger.run(&[ledger.sign_as(&ledger.freeze("M2"), &["M2/recovery"])]);
    thaw(&mut ledger, "M2/new-2");
    let (count, refusal) = spend(&mut ledger, |ledger, at| cast(ledger, "M2/new-2", at));
    assert_eq!((count, day_spent(&refusal).1), (0, Share::Ballots));
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
        on_behalf: head.by.clone(),
        about,
        position: Position::AbstainQualified,
        declaration: Some(digest),
        mandate: Some(digest),
        is_tacit: true,
        after: Some(digest),
        head: head.clone(),
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
