//! Who speaks, how it is signed, what it names and when: cases of every statement.

use nemcon_crypto::hash;
use nemcon_ledger::council::{Refusal, Status};
use nemcon_ledger::record::statement::SignatureFault;
use nemcon_ledger::record::{Body, ChainKey, Measure, Position, Statement};
use nemcon_tests::fixture::{Ledger, Parties, code, council_of_equals, day, label, line};

use super::{Bench, Case, FOR, not_in_role};

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

pub(super) fn cases() -> Vec<Case> {
    let mut bench = Bench::new(ledger());
    who_speaks(&mut bench);
    how_it_is_signed(&mut bench);
    what_a_ballot_names(&mut bench);
    when_and_what_is_said(&mut bench);
    bench.cases
}

fn who_speaks(bench: &mut Bench) {
    let (found, wanted) = (hash::sha256(b"another"), bench.ledger.council().digest());
    bench.ballot(
        "another council",
        |b| b.said.head.council = found,
        Refusal::WrongCouncil { found, wanted },
    );

    let stranger = Parties::new(council_of_equals(4));
    let mut ballot = bench.parties().ballot(bench.ledger.council(), "M4", 1, FOR);
    ballot.said.head.council = wanted;
    let statement = stranger.sign(&Body::Ballot(ballot));
    bench.refuses("a stranger", &statement, Refusal::UnknownParty(code("M4")));

    let own = Refusal::NotOwn { by: code("M2"), on_behalf: code("M3") };
    bench.ballot("for another", |b| b.said.on_behalf = code("M3"), own);

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

fn what_a_ballot_names(bench: &mut Bench) {
    bench.ballot("no such measure", |b| b.said.about.measure = 9, Refusal::UnknownMeasure(9));
    bench.ballot("measure 0", |b| b.said.about.measure = 0, Refusal::UnknownMeasure(0));
    let is = bench.ledger.measure(1).about();
    let mismatch = |field, said: &str, is: &str| {
        let (said, is) = (said.to_owned(), is.to_owned());
        Refusal::Mismatch { measure: 1, field, said, is }
    };
    bench.ballot("revision", |b| b.said.about.revision = 2, mismatch("revision", "2", "1"));
    let text = hash::sha256(b"");
    let refusal = mismatch("text", &text.to_string(), &is.text.to_string());
    bench.ballot("text", |b| b.said.about.text = text, refusal);
    let refusal = mismatch("title", "The first measures", "The first measure");
    bench.ballot("title", |b| b.said.about.title = line("The first measures"), refusal);
    bench.ballot("rule", |b| b.said.about.rule = label("m"), mismatch("rule", "m", "unanimity"));
    let after = Some(hash::sha256(b"x"));
    let chain = ChainKey::Measure(1, code("M2"));
    let refusal = Refusal::WrongAfter { chain, after, wanted: None };
    bench.ballot("after nothing that was", |b| b.said.after = after, refusal);
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
    let (by, proposer) = (code("M2"), code("M1"));
    let refusal = Refusal::NotProposer { by, proposer, measure: 1, act: "withdraw" };
    bench.refuses("another's measure withdrawn", &statement, refusal);
    let statement = bench.ledger.close("M2", 1);
    let refusal = not_in_role("M2", "close", 1, &["proposer", "chair"]);
    bench.refuses("another's measure closed", &statement, refusal);
}
