//! A statement of every kind, accepted once and never again; and what the council says to any other.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use nemcon_ledger::chain::Chain;
use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::reservation::ReservationAct::Place;
use nemcon_ledger::record::{
    About, Body, ChainLink, CouncilChange, Measure, Position, Revision, Statement,
};
use nemcon_tests::fixture::{
    Ledger, Seat, council_of_equals, day, line, member, officer, sign_for, statements,
};
use proptest::prelude::*;

use crate::properties::strategies::cases;

const FOR: Position = Position::InFavour;

/// Four members, a chair and an entrant say something of every kind.
fn said() -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(4));
    ledger.report(ledger.parties.incident("M2", "An incident"));
    let attribution = ledger.parties.attribution(ledger.council(), "M3", 1);
    ledger.run(&[ledger.sign(&Body::Attribution(attribution))]);
    on_a_measure(&mut ledger);
    package(&mut ledger);
    of_itself(&mut ledger);
    let entrant =
        CouncilChange::Accession(Box::new(member("M9", "The entrant", Seat::weighing(1))));
    let number = ledger.adopt("M1", "accession", entrant);
    let entry = ledger.signed_entry("M9", number);
    ledger.run(&[entry]);
    ledger
}

fn on_a_measure(ledger: &mut Ledger) {
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let reservation = ledger.reservation("M4", number, ("scrutiny", Place));
    let extension = ledger.extension("CH", number, day(40));
    ledger.run(&[reservation, extension]);
    let revision = ledger.revision(number, |m| m.summary = vec![line("Better.")]);
    ledger.run(&[revision]);
    ledger.empower("M2", number, "M3");
    let by_holder = ledger.ballot_for(("M3", "M2"), number, FOR);
    ledger.run(&[by_holder]);
    ledger.cast(number, &[("M1", FOR), ("M4", Position::Against)]);
    let remark = ledger.remark("M4", number, |it| it.is_public = true);
    ledger.run(&[remark]);
    let close = ledger.close("M1", number);
    ledger.run(&[close]);
    let attestation = ledger.attestation("CH", number);
    ledger.run(&[attestation]);
}

/// Two bound together and withdrawn, and one that stays on the table.
fn package(ledger: &mut Ledger) {
    let titles = ["One", "Two", "Three"];
    let [one, two, three] = titles.map(|it| ledger.table(ledger.parties.measure("M1", it)));
    let package = ledger.package("M1", &[one, two]);
    ledger.run(&[package]);
    let withdrawal = ledger.withdrawal("M1", one);
    ledger.run(&[withdrawal]);
    ledger.cast(three, &[("M1", FOR)]);
}

fn of_itself(ledger: &mut Ledger) {
    let rotation = ledger.rotation("M2", None, Some("M2/seal-2"));
    let rotation = ledger.sign_as(&rotation, &["M2/desk-1", "M2/seal-2"]);
    let freeze = ledger.sign_as(&ledger.freeze("M3"), &["M3/desk-1"]);
    let notice = ledger.sign_as(&ledger.notice("M4", NoticeAct::Given), &["M4/desk-1"]);
    ledger.run(&[rotation, freeze, notice]);
    let officers = vec![officer("desk-1", "M3/desk-1"), officer("card", "M3/card")];
    let keys = ledger.keys("M3", 1, officers, None);
    let thaw = ledger.sign_as(&keys, &["M3/recovery", "M3/card"]);
    ledger.run(&[thaw]);
}

/// In its own block, in the next one, and in all that follow.
#[test]
fn no_accepted_statement_of_any_kind_is_accepted_again() {
    let ledger = said();
    let mut chain = Chain::found(ledger.parties.genesis.clone());
    let mut accepted: Vec<Statement> = Vec::new();
    for block in &ledger.blocks {
        let mut council = chain.council().clone();
        council.open(block.record().expect("its own record").time);
        let said = statements(&block.records);
        for statement in &said {
            assert_eq!(council.apply(statement), Ok(()));
            let again = council.apply(statement);
            assert_eq!(again, Err(Refusal::AlreadyRecorded), "{}", statement.body.kind());
        }
        accepted.extend(said);
        chain = chain.apply(block).expect("the ledger holds");
        let mut council = chain.council().clone();
        council.open(chain.next_time(chain.time()));
        for statement in &accepted {
            let again = council.apply(statement);
            assert!(again.is_err(), "{} in a later one", statement.body.kind());
        }
    }
    let kinds: BTreeSet<_> = accepted.iter().map(|it| it.body.kind()).collect();
    assert_eq!(kinds, Body::KINDS.iter().copied().collect());
}

/// The text with these fields as `real` has them: council, signer, measure, and what comes before.
fn aimed(body: &Body, by: &str, about: &About, after: impl Fn(&ChainLink) -> String) -> Body {
    let has_about = body.about().is_some();
    let real = |field: &str| match field {
        "by" | "for" => Some(by.to_owned()),
        "measure" if has_about => Some(about.measure.to_string()),
        "revision" if has_about => Some(about.revision.to_string()),
        "text" if has_about => Some(about.text.to_string()),
        "title" if has_about => Some(about.title.to_string()),
        "rule" if has_about => Some(about.rule.to_string()),
        _ => None,
    };
    let edit = |text: &str, real: &dyn Fn(&str) -> Option<String>| -> Body {
        let lines = text.lines().filter(|line| !(has_about && line.starts_with("package ")));
        let line = |line: &str| match line.split_once(' ') {
            Some((field, value)) => {
                format!("{field} {}\n", real(field).unwrap_or_else(|| value.to_owned()))
            }
            None => unreachable!("a record's line is a field and a value"),
        };
        Body::parse(&lines.map(line).collect::<String>()).expect("the same fields")
    };
    let body = edit(&body.render(), &real);
    let Some(link) = body.link() else { return body };
    edit(&body.render(), &|field| (field == "after").then(|| after(&link)))
}

/// A kind and a rule of the charter, so that more than those two are looked at.
fn in_the_charter(body: Body, kind: &nemcon_ledger::record::charter::Kind) -> Body {
    let lawful = |measure: Measure| Measure {
        kind: kind.name.clone(),
        rule: kind.decided[0].by.clone(),
        category: None,
        ..measure
    };
    match body {
        Body::Measure(measure) => Body::Measure(lawful(measure)),
        Body::Revision(revision) => {
            Body::Revision(Revision { measure: lawful(revision.measure), ..revision })
        }
        other => other,
    }
}

proptest! {
    #![proptest_config(cases(256))]

    /// Whatever it says, it is let in or refused, and the block can be closed.
    #[test]
    fn no_statement_of_any_kind_makes_the_council_panic(
        bodies in prop::collection::vec(
            prop_oneof![crate::properties::on_measures::body(), crate::properties::keys::body()],
            1..12,
        ),
        (by, number, kind) in (0..5_usize, prop::sample::select(vec![1, 4_u64]), any::<prop::sample::Index>()),
    ) {
        static SAID: LazyLock<Ledger> = LazyLock::new(said);
        let (ledger, by) = (&*SAID, ["M1", "M2", "M3", "M4", "CH"][by]);
        let digest = ledger.council().digest();
        let mut council = ledger.council().clone();
        council.open(ledger.next_time());
        for body in &bodies {
            let text = body.render().replacen(&body.head().council.to_string(), &digest.to_string(), 1);
            let body = Body::parse(&text).expect("a digest for a digest");
            let body = in_the_charter(body, kind.get(&ledger.parties.genesis.charter.kinds));
            let about = council.measure(number).expect("one of those tabled").about();
            let body = aimed(&body, by, &about, |link| {
                let last = council.last_statement(&link.chain);
                last.map_or_else(|| "none".to_owned(), |digest| digest.to_string())
            });
            let Ok(parts) = council.signers_of(&body) else { continue };
            let [officer, recovery] = ["desk-1", "recovery"].map(|it| format!("{by}/{it}"));
            let statement = sign_for(&body, &parts, &[&officer, "M3/card", &recovery]);
            let _ = council.apply(&statement);
        }
        council.close();
        council.open(day(400));
        council.close();
    }
}
