//! The rule `unanimity`, exhaustively for three members.

use nemcon_ledger::council::{Council, Derived, Status};
use nemcon_ledger::record::{Body, Outcome, Position, Statement};
use nemcon_tests::fixture::{Parties, Seat, code, council_of, day};

/// The members of the small council and their weights: the first alone holds more than a third.
const MEMBERS: [(&str, u64); 3] = [("M1", 50), ("M2", 30), ("M3", 20)];
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/// A council of three with measure 1 tabled, and every first ballot signed.
struct Table {
    parties: Parties,
    council: Council,
    ballots: Vec<Vec<Statement>>,
}

impl Table {
    fn lay() -> Self {
        let parties = Parties::new(council_of(&MEMBERS.map(|(_, weight)| Seat::weighing(weight))));
        let mut council = Council::new(parties.genesis.clone());
        let measure = parties.sign(&Body::Measure(parties.measure("M1", "A measure")));
        assert_eq!(round(&mut council, 1, &[&measure]), []);
        let sign =
            |by, position| parties.sign(&Body::Ballot(parties.ballot(&council, by, 1, position)));
        let of = |by| Position::ALL[..4].iter().map(|position| sign(by, *position)).collect();
        let ballots = MEMBERS.map(|(by, _)| of(by)).to_vec();
        Self { parties, council, ballots }
    }

    /// The signed first ballot of a member.
    fn ballot(&self, member: usize, position: Position) -> &Statement {
        let at = Position::ALL.iter().position(|other| *other == position);
        &self.ballots[member][at.expect("one of all")]
    }

    fn follow_up(&self, council: &Council, member: usize, position: Position) -> Statement {
        let ballot = self.parties.ballot(council, MEMBERS[member].0, 1, position);
        self.parties.sign(&Body::Ballot(ballot))
    }

    fn closing(&self, council: &Council) -> Statement {
        self.parties.sign(&Body::Close(self.parties.close(council, "CH", 1)))
    }
}

/// One block on day `at` of these statements.
fn round(council: &mut Council, at: u64, statements: &[&Statement]) -> Vec<Derived> {
    let mut derived = council.open(day(at));
    for statement in statements {
        council.apply(statement).expect("the law lets it in");
    }
    derived.extend(council.close());
    derived
}

/// When a measure is adopted [rules.md R19], written apart from the code: all have signed, none is against,
/// one is in favour, and not both a third of the members and a third of the weight abstain with a declaration.
fn is_adopted(positions: [Position; 3]) -> bool {
    let has = |position| positions.contains(&position);
    let qualified = || (0..3).filter(|at| positions[*at] == Position::AbstainQualified);
    let weight: u64 = qualified().map(|at| MEMBERS[at].1).sum();
    let blocks = 3 * qualified().count() >= 3 && 3 * weight >= 100;
    !has(Position::Retracted) && !has(Position::Against) && has(Position::InFavour) && !blocks
}

fn combinations() -> impl Iterator<Item = [Position; 3]> {
    let all = Position::ALL;
    all.into_iter().flat_map(move |a| {
        all.into_iter().flat_map(move |b| all.into_iter().map(move |c| [a, b, c]))
    })
}

/// Casts one final position after the other, a block each; a retraction follows a ballot in favour.
fn cast_all(table: &Table, order: [usize; 3], positions: [Position; 3]) -> (Council, Vec<Derived>) {
    let mut council = table.council.clone();
    let mut derived = Vec::new();
    for (at, member) in (0..).zip(order) {
        assert_eq!(derived, [], "nothing is decided before the last ballot");
        derived = match positions[member] {
            Position::Retracted => {
                let against = table.ballot(member, Position::Against);
                assert_eq!(round(&mut council, 2 + 2 * at, &[against]), []);
                let retraction = table.follow_up(&council, member, Position::Retracted);
                round(&mut council, 3 + 2 * at, &[&retraction])
            }
            position => round(&mut council, 2 + 2 * at, &[table.ballot(member, position)]),
        };
    }
    (council, derived)
}

#[test]
fn a_measure_is_adopted_exactly_when_the_law_says_so_in_every_order() {
    let table = Table::lay();
    let mut adopted = 0;
    for positions in combinations() {
        for order in ORDERS {
            let (council, derived) = cast_all(&table, order, positions);
            let state = council.measure(1).expect("it was tabled");
            if is_adopted(positions) {
                let [Derived::Decision(decision)] = &derived[..] else { unreachable!() };
                assert_eq!(decision.outcome, Outcome::Adopted, "{positions:?}");
                assert!(matches!(state.status, Status::Adopted { .. }));
                let said: Vec<_> = decision.ballots.iter().map(|line| line.position).collect();
                assert_eq!(said, positions);
                adopted += 1;
            } else {
                assert_eq!((derived, state.status), (vec![], Status::Open), "{positions:?}");
            }
        }
    }
    // In favour, abstaining or abstaining with a declaration: 27. Less 8 with nobody in favour, 5
    // where M1 is among those who declare, and 1 where M2 and M3 are.
    let expected = combinations().filter(|positions| is_adopted(*positions)).count();
    assert_eq!((expected, adopted), (13, 13 * ORDERS.len()));
}

#[test]
fn a_close_ends_what_is_complete_as_not_adopted_and_what_is_incomplete_as_lapsed() {
    let table = Table::lay();
    for positions in combinations().filter(|positions| !is_adopted(*positions)) {
        let (mut council, _) = cast_all(&table, ORDERS[0], positions);
        let closing = table.closing(&council);
        let missing: Vec<_> = (0..3)
            .filter(|at| positions[*at] == Position::Retracted)
            .map(|at| code(MEMBERS[at].0))
            .collect();
        match &round(&mut council, 20, &[&closing])[..] {
            [Derived::Decision(decision)] => {
                assert_eq!(missing, []);
                assert_eq!(decision.outcome, Outcome::NotAdopted);
            }
            [Derived::Lapse(lapse)] => {
                assert_eq!(lapse.missing, missing);
                assert!(!missing.is_empty());
                let reason = format!("it was closed with {} of 3 ballots in", 3 - missing.len());
                assert_eq!(lapse.reason.as_str(), reason);
            }
            other => unreachable!("{other:?}"),
        }
    }
}

#[test]
fn a_deadline_ends_what_is_complete_as_not_adopted_and_what_is_incomplete_as_lapsed() {
    let table = Table::lay();
    for positions in combinations().filter(|positions| !is_adopted(*positions)) {
        let (mut council, _) = cast_all(&table, ORDERS[5], positions);
        assert_eq!(council.next_deadline(), Some(day(30)));
        let complete = !positions.contains(&Position::Retracted);
        let derived = council.open(day(30));
        match &derived[..] {
            [Derived::Decision(decision)] => {
                assert!(complete && decision.outcome == Outcome::NotAdopted);
            }
            [Derived::Lapse(lapse)] => {
                assert!(!complete && lapse.reason.as_str().starts_with("its deadline passed"));
            }
            other => unreachable!("{other:?}"),
        }
        assert_eq!(council.next_deadline(), None);
    }
}

#[test]
fn a_blocked_measure_is_adopted_once_what_blocks_it_is_replaced() {
    let table = Table::lay();
    for positions in combinations() {
        if is_adopted(positions) || positions.contains(&Position::Retracted) {
            continue;
        }
        let (mut council, _) = cast_all(&table, ORDERS[0], positions);
        let mut now = positions;
        for member in 0..3 {
            if is_adopted(now) {
                break;
            }
            now[member] = Position::InFavour;
            let ballot = table.follow_up(&council, member, Position::InFavour);
            let derived = round(&mut council, 10 + member as u64, &[&ballot]);
            assert_eq!(derived.len(), usize::from(is_adopted(now)), "{positions:?} -> {now:?}");
        }
        let status = council.measure(1).expect("it was tabled").status;
        assert!(matches!(status, Status::Adopted { .. }));
    }
}

#[test]
fn a_council_of_one_decides_alone() {
    let parties = Parties::new(council_of(&[Seat::weighing(1)]));
    let mut council = Council::new(parties.genesis.clone());
    let measure = parties.sign(&Body::Measure(parties.measure("M1", "A measure")));
    round(&mut council, 1, &[&measure]);
    let ballot = parties.sign(&Body::Ballot(parties.ballot(&council, "M1", 1, Position::InFavour)));
    let derived = round(&mut council, 2, &[&ballot]);
    let [Derived::Decision(decision)] = &derived[..] else { unreachable!("{derived:?}") };
    assert_eq!(decision.reason.as_str(), "all 1 in favour");
}
