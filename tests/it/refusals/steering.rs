//! What steers a measure: revisions, extensions, attestations.

use nemcon_crypto::hash;
use nemcon_ledger::council::{Refusal, Status};
use nemcon_ledger::record::charter::{Procedure, Publication};
use nemcon_ledger::record::{
    Attestation, Body, ChainKey, CouncilChange, Measure, Revision, Statement,
};
use nemcon_ledger::text::Label;
use nemcon_tests::fixture::{Ledger, code, council_of_equals, day, label, line};

use super::{Bench, Case, FOR, not_in_role};

/// Measure 1 open in its second revision with M2's ballot, measure 2 withdrawn, measure 3 a
/// resolution, measure 4 one that authorises.
fn ledger() -> Ledger {
    let mut genesis = council_of_equals(3);
    genesis.charter.attests.push(label("annulled"));
    genesis.charter.annuls.push(label("annulled"));
    let mut ledger = Ledger::found(genesis);
    let parties = ledger.parties.clone();
    ledger.table(parties.measure("M1", "The first measure"));
    ledger.table(parties.measure("M1", "The second measure"));
    let revision = ledger.revision(1, |m| m.closes = day(20));
    let withdrawal = ledger.withdrawal("M1", 2);
    ledger.run(&[revision, withdrawal]);
    let kind = label("resolution");
    ledger.table(Measure { kind, ..parties.measure("M1", "The third measure") });
    let some = CouncilChange::Participation(["M1", "M2"].map(code).to_vec());
    ledger.table(ledger.effect("M1", "cooperation", some));
    ledger.cast(1, &[("M2", FOR)]);
    ledger
}

pub(super) fn cases() -> Vec<Case> {
    let mut bench = Bench::new(ledger());
    revisions(&mut bench);
    what_a_revision_changes(&mut bench);
    a_superseded_text(&mut bench);
    extensions(&mut bench);
    attestations(&mut bench);
    bench.cases
}

fn revision(bench: &Bench, edit: impl FnOnce(&mut Revision)) -> Statement {
    let measure = bench.ledger.text(1);
    let mut revision = bench.parties().revision(bench.ledger.council(), 1, measure);
    edit(&mut revision);
    bench.parties().sign(&Body::Revision(revision))
}

fn revisions(bench: &mut Bench) {
    let by_another = revision(bench, |it| it.measure.head.by = code("M2"));
    let (by, proposer) = (code("M2"), code("M1"));
    let refusal = Refusal::NotProposer { by, proposer, measure: 1, act: "revise" };
    assert!(refusal.to_string().starts_with("it is M1's measure"), "{refusal}");
    bench.refuses("another's measure revised", &by_another, refusal);
    let same = revision(bench, |_| {});
    bench.refuses("nothing changed", &same, Refusal::SameText(1));
    let extended = {
        let mut ledger = bench.ledger.clone();
        ledger.run(&[ledger.extension("M1", 1, day(25))]);
        ledger
    };
    for closes in [day(20), day(25)] {
        // The deadline was put off; the text says so, or does not.
        let said = extended.try_apply(&extended.revision(1, |it| it.closes = closes));
        let refusal = Refusal::SameText(1);
        bench.cases.push(Case { name: "nothing changed but a deadline put off", said, refusal });
    }
    let of_none = revision(bench, |it| it.revises.number = 9);
    bench.refuses("no measure revised", &of_none, Refusal::UnknownMeasure(9));
    let superseded = |said| Refusal::Superseded { measure: 1, said, is: 2 };
    let of_old = revision(bench, |it| it.revision = 2);
    bench.refuses("on the text before", &of_old, superseded(1));
    let of_new = revision(bench, |it| it.revision = 4);
    bench.refuses("a number left out", &of_new, superseded(3));
    let of_other = revision(bench, |it| it.revises.text = hash::sha256(b"another text"));
    bench.refuses("on another text", &of_other, superseded(2));
    let after = Some(hash::sha256(b"x"));
    let chain = ChainKey::Measure(1, code("M1"));
    let wanted = bench.ledger.council().last_statement(&chain);
    let out_of_chain = revision(bench, |it| it.after = after);
    let refusal = Refusal::WrongAfter { chain, after, wanted };
    bench.refuses("after nothing that was", &out_of_chain, refusal);
    let ended = bench.ledger.revision(2, |m| m.closes = day(20));
    let refusal = Refusal::Ended { measure: 2, status: Status::Withdrawn };
    bench.refuses("of what has ended", &ended, refusal);
    let now = bench.ledger.next_time();
    let early = revision(bench, |it| it.measure.closes = now);
    let refusal = Refusal::ClosesTooEarly { closes: now, now };
    bench.refuses("a deadline that is now", &early, refusal);

    let first = revision(bench, |it| it.measure.closes = day(21));
    let second = revision(bench, |it| {
        it.measure.closes = day(22);
        it.after = Some(first.leaf_hash);
    });
    bench.refuses_after("two in one block", &[first], &second, Refusal::BlockFull);
}

fn what_a_revision_changes(bench: &mut Bench) {
    let by = nemcon_tests::fixture::cited(bench.ledger.council(), 1);
    let mut case = |field, number, edit: &dyn Fn(&mut Measure)| {
        let statement = bench.ledger.revision(number, edit);
        bench.refuses(field, &statement, Refusal::RevisionChanges { measure: number, field });
    };
    case("kind", 1, &|m| m.kind = label("resolution"));
    case("rule", 3, &|m| m.rule = label("common-accord"));
    case("concerns", 1, &|m| m.concerns = Some(code("M3")));
    case("authorised-by", 4, &|m| m.authorised_by = Some(by));
}

/// A statement on the text that the revision has replaced.
fn a_superseded_text(bench: &mut Bench) {
    let former = &bench.ledger.said_on(1).former[0];
    let (said, text) = (former.revision, former.text_hash);
    assert_eq!((said, text == bench.ledger.measure(1).text_hash), (1, false));
    let old = |b: &mut nemcon_ledger::record::Ballot| {
        (b.said.about.revision, b.said.about.text) = (said, text);
        b.said.after = None;
    };
    bench.ballot("on a former text", old, Refusal::Superseded { measure: 1, said, is: 2 });
}

fn extensions(bench: &mut Bench) {
    let closes = bench.ledger.measure(1).closes;
    let by_another = bench.ledger.extension("M2", 1, day(40));
    let refusal = not_in_role("M2", "extend", 1, &["proposer", "chair"]);
    bench.refuses("another's measure extended", &by_another, refusal);
    for wanted in [closes, day(19)] {
        let refusal = Refusal::NotLater { measure: 1, is: closes, wanted };
        let statement = bench.ledger.extension("M1", 1, wanted);
        bench.refuses("extended to what is not later", &statement, refusal);
    }
    let mut ledger = Ledger::found(council_of_equals(3));
    let measure = ledger.parties.measure("M1", "What expires");
    ledger.table(Measure { expires: Some(day(40)), ..measure });
    let said = ledger.try_apply(&ledger.extension("CH", 1, day(40)));
    let refusal = Refusal::DatesOutOfOrder { first: "closes", second: "expires" };
    bench.cases.push(Case { name: "extended beyond its end", said, refusal });
}

fn attestations(bench: &mut Bench) {
    for (measure, status) in [(1, Status::Open), (2, Status::Withdrawn)] {
        let (parties, council) = (bench.parties(), bench.ledger.council());
        let annulled = Body::Attestation(parties.attestation(council, "CH", measure, "annulled"));
        let refusal = Refusal::NothingToAnnul { word: label("annulled"), measure, status };
        bench.says("annulled and never adopted", &annulled, refusal);
    }
    released(bench);
    of_another_procedure(bench);
    let by_member = bench.ledger.attestation("M2", 2);
    let refusal = not_in_role("M2", "attest", 2, &["chair"]);
    bench.refuses("a member attests", &by_member, refusal);
    let mut case = |name, edit: &dyn Fn(&mut Attestation), refusal| {
        let parties = &bench.ledger.parties;
        let mut body = parties.attestation(bench.ledger.council(), "CH", 2, "published");
        edit(&mut body);
        let statement = parties.sign(&Body::Attestation(body));
        bench.refuses(name, &statement, refusal);
    };
    let word = label("burnt");
    let refusal = Refusal::UnknownWord { field: "attests", word: word.clone() };
    case("an unknown word", &|it| it.attests = word.clone(), refusal);
    case("of nothing", &|it| it.said.about.measure = 9, Refusal::UnknownMeasure(9));
    let after = Some(hash::sha256(b"x"));
    let chain = ChainKey::Measure(2, code("CH"));
    let refusal = Refusal::WrongAfter { chain, after, wanted: None };
    case("after nothing that was", &|it| it.said.after = after, refusal);
}

fn released(bench: &mut Bench) {
    let mut genesis = council_of_equals(3);
    let word = label("votes-released");
    genesis.charter.attests.push(word.clone());
    let released_by = Some(word.clone());
    genesis.charter.publication = Some(Publication { marking: line("LIMITE"), released_by });
    let mut ledger = Ledger::found(genesis);
    let measure = ledger.table(ledger.parties.measure("M1", "Open"));
    let body = ledger.parties.attestation(ledger.council(), "CH", measure, word.as_str());
    let said = ledger.try_apply(&ledger.sign(&Body::Attestation(body)));
    let refusal = Refusal::NothingToRelease { word, measure, status: Status::Open };
    bench.cases.push(Case { name: "votes released that nobody has cast", said, refusal });
}

fn of_another_procedure(bench: &mut Bench) {
    let mut genesis = council_of_equals(3);
    let word = label("meeting-opened");
    genesis.charter.attests.push(word.clone());
    let procedure = |name: &str, attests: &[Label]| {
        let (name, attests) = (label(name), attests.to_vec());
        Procedure { name, tacit: false, attests }
    };
    genesis.charter.procedures =
        vec![procedure("written", &[]), procedure("meeting", std::slice::from_ref(&word))];
    let mut ledger = Ledger::found(genesis);
    let mut said = |name: Option<Label>| {
        let measure = ledger.parties.measure("M1", name.as_ref().map_or("Alone", Label::as_str));
        let measure = ledger.table(Measure { procedure: name, ..measure });
        let body = ledger.parties.attestation(ledger.council(), "CH", measure, word.as_str());
        (measure, ledger.try_apply(&ledger.sign(&Body::Attestation(body))))
    };
    assert_eq!(said(Some(label("meeting"))).1, Ok(()));
    for procedure in [Some(label("written")), None] {
        let (measure, said) = said(procedure.clone());
        let refusal = Refusal::OtherProcedure { word: word.clone(), measure, procedure };
        bench.cases.push(Case { name: "attested of another procedure", said, refusal });
    }
}
