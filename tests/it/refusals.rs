//! Every reason that the council refuses a statement for, each by a named case.

use nemcon_crypto::hash;
use nemcon_ledger::council::{
    Council, LAWS, OPEN_PER_PARTY_MAX, Refusal, STATEMENTS_PER_BLOCK_MAX, Status,
};
use nemcon_ledger::record::statement::SignatureFault;
use nemcon_ledger::record::{Ballot, Body, ChainKey, Measure, Position, Statement};
use nemcon_tests::fixture::{Ledger, Parties, board, code, council_of_equals, day, label, line};

const FOR: Position = Position::InFavour;

/// One defect, what the council says to it, and what it must say.
struct Case {
    name: &'static str,
    said: Result<(), Refusal>,
    refusal: Refusal,
}

/// A council of three with measure 1 open to ballots, 2 opening on day 5, 3 withdrawn, 4 a
/// resolution; M1 is in favour of measure 1.
fn ledger() -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(3));
    let parties = ledger.parties.clone();
    ledger.table(parties.measure("M1", "The first measure"));
    ledger.table(Measure { opens: Some(day(5)), ..parties.measure("M1", "The second measure") });
    ledger.table(parties.measure("M1", "The third measure"));
    let withdrawal = ledger.withdrawal("M1", 3);
    ledger.run(&[withdrawal]);
    let kind = label("resolution");
    ledger.table(Measure { kind, ..parties.measure("M1", "The fourth measure") });
    ledger.cast(1, &[("M1", FOR)]);
    ledger
}

struct Bench {
    ledger: Ledger,
    cases: Vec<Case>,
}

impl Bench {
    fn refuses(&mut self, name: &'static str, statement: &Statement, refusal: Refusal) {
        let mut council = self.ledger.council().clone();
        council.open(self.ledger.next_time());
        let before = council.next_leaf();
        let said = council.apply(statement);
        assert_eq!(council.next_leaf(), before, "{name}: a refusal takes no leaf");
        assert!(council.measures().eq(self.ledger.council().measures()), "{name}");
        self.cases.push(Case { name, said, refusal });
    }

    fn ballot(&mut self, name: &'static str, edit: impl FnOnce(&mut Ballot), refusal: Refusal) {
        let mut ballot = self.parties().ballot(self.ledger.council(), "M2", 1, FOR);
        edit(&mut ballot);
        let statement = self.parties().sign(&Body::Ballot(ballot));
        self.refuses(name, &statement, refusal);
    }

    fn measure(&mut self, name: &'static str, edit: impl FnOnce(&mut Measure), refusal: Refusal) {
        let mut measure = self.parties().measure("M2", "A new measure");
        edit(&mut measure);
        let statement = self.parties().sign(&Body::Measure(measure));
        self.refuses(name, &statement, refusal);
    }

    const fn parties(&self) -> &Parties {
        &self.ledger.parties
    }
}

fn who_speaks(bench: &mut Bench) {
    let (found, wanted) = (hash::sha256(b"another"), bench.ledger.council().digest());
    bench.ballot(
        "another council",
        |b| b.head.council = found,
        Refusal::WrongCouncil { found, wanted },
    );

    let mut larger = council_of_equals(4);
    larger.charter.weight.total = 3;
    let stranger = Parties::new(larger);
    let mut ballot = bench.parties().ballot(bench.ledger.council(), "M4", 1, FOR);
    ballot.head.council = wanted;
    let statement = stranger.sign(&Body::Ballot(ballot));
    bench.refuses("a stranger", &statement, Refusal::UnknownParty(code("M4")));

    let own = Refusal::NotOwn { by: code("M2"), on_behalf: code("M3") };
    bench.ballot("for another", |b| b.on_behalf = code("M3"), own);

    let statement = bench.ledger.ballot("CH", 1, FOR);
    let refusal = Refusal::NotEntitled { code: code("CH"), measure: 1 };
    bench.refuses("a participant's ballot", &statement, refusal);
}

fn how_it_is_signed(bench: &mut Bench) {
    let body = Body::Ballot(bench.parties().ballot(bench.ledger.council(), "M2", 1, FOR));
    let text = body.render();
    let own = bench.parties().signature(&text, &code("M2"), 0);
    let other = bench.parties().signature(&text, &code("M3"), 0);
    let forged = bench.parties().signature("another text\n", &code("M2"), 0);
    for (name, lines, fault) in [
        (
            "a line too many",
            vec![own, other.clone()],
            SignatureFault::Count { found: 2, required: 1 },
        ),
        ("another's line", vec![other], SignatureFault::Signer { line: 1 }),
        ("a line over another text", vec![forged], SignatureFault::Invalid { line: 1 }),
    ] {
        let statement = Statement::new(&body, lines).expect("a note of these lines");
        bench.refuses(name, &statement, Refusal::Signatures { by: code("M2"), fault });
    }
}

fn what_is_tabled(bench: &mut Bench) {
    let kind = label("recipe");
    bench.measure("a kind that is none", |m| m.kind = label("recipe"), Refusal::UnknownKind(kind));
    let (found, wanted) = (label("majority"), label("unanimity"));
    let refusal = Refusal::WrongRule { kind: label("listing"), found, wanted: vec![wanted] };
    bench.measure("a rule of its own", |m| m.rule = label("majority"), refusal);
    let now = bench.ledger.next_time();
    let refusal = Refusal::ClosesTooEarly { closes: now, now };
    bench.measure("a deadline that is now", |m| m.closes = now, refusal);
    let again =
        bench.parties().sign(&Body::Measure(bench.parties().measure("M1", "The first measure")));
    bench.refuses("the same measure", &again, Refusal::AlreadyRecorded);
}

fn what_a_ballot_names(bench: &mut Bench) {
    bench.ballot("no such measure", |b| b.about.measure = 9, Refusal::UnknownMeasure(9));
    bench.ballot("measure 0", |b| b.about.measure = 0, Refusal::UnknownMeasure(0));
    let is = bench.ledger.measure(1).about();
    let mismatch = |field, said: &str, is: &str| {
        let (said, is) = (said.to_owned(), is.to_owned());
        Refusal::Mismatch { measure: 1, field, said, is }
    };
    bench.ballot("revision", |b| b.about.revision = 2, mismatch("revision", "2", "1"));
    let text = hash::sha256(b"");
    let refusal = mismatch("text", &text.to_string(), &is.text.to_string());
    bench.ballot("text", |b| b.about.text = text, refusal);
    let refusal = mismatch("title", "The first measures", "The first measure");
    bench.ballot("title", |b| b.about.title = line("The first measures"), refusal);
    bench.ballot("rule", |b| b.about.rule = label("m"), mismatch("rule", "m", "unanimity"));
    let after = Some(hash::sha256(b"x"));
    let chain = ChainKey::Measure(1, code("M2"));
    let refusal = Refusal::WrongAfter { chain, after, wanted: None };
    bench.ballot("after nothing that was", |b| b.after = after, refusal);
}

fn when_and_what_is_said(bench: &mut Bench) {
    let statement = bench.ledger.ballot("M2", 2, FOR);
    let refusal = Refusal::NotOpenYet { measure: 2, opens: day(5) };
    bench.refuses("before it opens", &statement, refusal);
    let statement = bench.ledger.close("M1", 2);
    let refusal = Refusal::NotOpenYet { measure: 2, opens: day(5) };
    bench.refuses("closed before it opens", &statement, refusal);
    let statement = bench.ledger.ballot("M2", 3, FOR);
    let refusal = Refusal::Ended { measure: 3, status: Status::Withdrawn };
    bench.refuses("after its end", &statement, refusal);
    let statement = bench.ledger.ballot("M2", 4, Position::AbstainQualified);
    let refusal = Refusal::QualifiedNotAllowed(label("resolution"));
    bench.refuses("qualified where the kind knows none", &statement, refusal);
    let statement = bench.ledger.ballot("M2", 1, Position::Retracted);
    let refusal = Refusal::NothingToRetract { code: code("M2"), measure: 1 };
    bench.refuses("nothing to retract", &statement, refusal);
    let statement = bench.ledger.withdrawal("M2", 1);
    let refusal = Refusal::MayNot { by: code("M2"), act: "withdraw" };
    bench.refuses("another's measure withdrawn", &statement, refusal);
    let statement = bench.ledger.close("M2", 1);
    let refusal = Refusal::MayNot { by: code("M2"), act: "close" };
    bench.refuses("another's measure closed", &statement, refusal);
}

fn all() -> Vec<Case> {
    let mut bench = Bench { ledger: ledger(), cases: Vec::new() };
    who_speaks(&mut bench);
    how_it_is_signed(&mut bench);
    what_is_tabled(&mut bench);
    what_a_ballot_names(&mut bench);
    when_and_what_is_said(&mut bench);
    bench.cases.push(not_of_the_role());
    bench.cases.push(beyond_the_quota());
    bench.cases.push(beyond_the_block());
    bench.cases.push(beyond_what_may_be_open());
    bench.cases.push(past_its_deadline());
    bench.cases
}

fn not_of_the_role() -> Case {
    let mut genesis = council_of_equals(3);
    genesis.charter.may_table = vec![label("chair")];
    let parties = Parties::new(genesis);
    let mut council = Council::new(parties.genesis.clone());
    let tabled = |by| parties.sign(&Body::Measure(parties.measure(by, "A measure")));
    let said = council.apply(&tabled("M1"));
    assert_eq!(council.apply(&tabled("CH")), Ok(()));
    Case {
        name: "not of the role",
        said,
        refusal: Refusal::MayNot { by: code("M1"), act: "table" },
    }
}

fn beyond_the_quota() -> Case {
    let parties = Parties::new(board());
    let mut council = Council::new(parties.genesis.clone());
    let tabled =
        |by, at: u32| parties.sign(&Body::Measure(parties.measure(by, &format!("Measure {at}"))));
    for at in 0..STATEMENTS_PER_BLOCK_MAX {
        assert_eq!(council.apply(&tabled("B1", at)), Ok(()));
    }
    let said = council.apply(&tabled("B1", STATEMENTS_PER_BLOCK_MAX));
    assert_eq!(council.apply(&tabled("B2", 0)), Ok(()), "another party's share is its own");
    council.close();
    council.open(day(1));
    assert_eq!(council.apply(&tabled("B1", STATEMENTS_PER_BLOCK_MAX)), Ok(()));
    Case { name: "beyond the quota", said, refusal: Refusal::QuotaSpent(code("B1")) }
}

/// A council with more measures than one block ends, all of which close on day 1.
fn with_many_measures() -> Ledger {
    let mut ledger = Ledger::found(board());
    let parties = ledger.parties.clone();
    for by in ["B1", "B2", "B3", "B4", "B5"] {
        let measure = |at| Measure {
            closes: day(1),
            ..parties.measure(by, &format!("Measure {at} of {by}"))
        };
        let measures = (0..STATEMENTS_PER_BLOCK_MAX).map(|at| Body::Measure(measure(at)));
        ledger.run(&measures.map(|body| parties.sign(&body)).collect::<Vec<_>>());
    }
    ledger
}

fn beyond_the_block() -> Case {
    let ledger = with_many_measures();
    let mut council = ledger.council().clone();
    council.open(ledger.next_time());
    let seats = ["B1", "B2", "B3", "B4"];
    let casts = (0..64).map(|at| ledger.ballot(seats[at / 16], at as u64 + 1, FOR));
    for ballot in casts {
        assert_eq!(council.apply(&ballot), Ok(()));
    }
    let said = council.apply(&ledger.ballot("B5", 65, FOR));
    assert_eq!(council.apply(&ledger.ballot("B5", 64, FOR)), Ok(()), "one of the block's measures");
    Case { name: "a measure too many", said, refusal: Refusal::BlockFull }
}

/// A party with as many measures open as may be tables one more; once one has ended, it may.
fn beyond_what_may_be_open() -> Case {
    let mut ledger = Ledger::found(board());
    let parties = ledger.parties.clone();
    let tabled =
        |by, at: usize| parties.sign(&Body::Measure(parties.measure(by, &format!("Measure {at}"))));
    let statements: Vec<_> = (0..OPEN_PER_PARTY_MAX).map(|at| tabled("B1", at)).collect();
    for share in statements.chunks(STATEMENTS_PER_BLOCK_MAX as usize) {
        ledger.run(share);
    }
    let mut council = ledger.council().clone();
    council.open(ledger.next_time());
    let said = council.apply(&tabled("B1", OPEN_PER_PARTY_MAX));
    assert_eq!(council.apply(&tabled("B2", 0)), Ok(()), "another party's are its own");
    let withdrawal = ledger.withdrawal("B1", 1);
    ledger.run(&[withdrawal]);
    let mut council = ledger.council().clone();
    council.open(ledger.next_time());
    assert_eq!(council.apply(&tabled("B1", OPEN_PER_PARTY_MAX)), Ok(()));
    Case { name: "more open than may be", said, refusal: Refusal::TooManyOpen(code("B1")) }
}

fn past_its_deadline() -> Case {
    let ledger = with_many_measures();
    let mut council = ledger.council().clone();
    let ballot = ledger.ballot("B1", 80, FOR);
    assert_eq!(council.open(day(1)).len(), 64);
    let said = council.apply(&ballot);
    let refusal = Refusal::PastDeadline { measure: 80, closes: day(1) };
    Case { name: "due, and not ended yet", said, refusal }
}

#[test]
fn each_defect_has_its_own_refusal() {
    for Case { name, said, refusal } in all() {
        assert_eq!(said, Err(refusal), "{name}");
    }
}

#[test]
fn every_refusal_has_a_case() {
    let mut exercised = crate::refusals_keys::codes();
    exercised.extend(all().iter().map(|case| case.refusal.code()));
    assert_eq!(exercised, LAWS.iter().map(|law| law.code).collect());
}

#[test]
fn a_refusal_says_what_is_wrong_and_what_to_do() {
    for Case { name, refusal, .. } in all() {
        assert!(refusal.to_string().len() > 10, "{name}");
        assert!(refusal.law().way_out.ends_with('.'), "{name}");
        let words = refusal.code().bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        assert!(words, "{name}");
    }
}
