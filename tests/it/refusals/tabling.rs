//! What is put on the table: kinds, rules, words, fields, dates.

use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::charter::{Effect, Elsewhere};
use nemcon_ledger::record::council_change::NextRules;
use nemcon_ledger::record::measure_fields::{Target, Targets};
use nemcon_ledger::record::{Body, CouncilChange, Genesis, Measure};
use nemcon_ledger::text::{Label, Time};
use nemcon_tests::fixture::{Ledger, code, council_of_equals, day, label, line};

use super::{Bench, Case};

pub(super) fn cases() -> Vec<Case> {
    let mut ledger = Ledger::found(council_of_equals(3));
    ledger.table(ledger.parties.measure("M1", "The first measure"));
    let mut bench = Bench::new(ledger);
    kinds_and_rules(&mut bench);
    words(&mut bench);
    targets_and_documents(&mut bench);
    dates(&mut bench);
    matters(&mut bench);
    bench.cases.push(not_of_the_role());
    bench.cases.push(an_unknown_category());
    bench.cases.extend(a_basis_without_a_form_or_too_wide());
    bench.cases
}

fn kinds_and_rules(bench: &mut Bench) {
    let kind = label("recipe");
    bench.measure("a kind that is none", |m| m.kind = label("recipe"), Refusal::UnknownKind(kind));
    let (found, wanted) = (label("majority"), label("unanimity"));
    let refusal = Refusal::WrongRule { kind: label("listing"), found, wanted: vec![wanted] };
    bench.measure("a rule of its own", |m| m.rule = label("majority"), refusal);
    let refusal = Refusal::NotDecidedHere {
        kind: label("regulation"),
        because: line("the majority decides it, elsewhere"),
    };
    bench.measure("decided elsewhere", |m| m.kind = label("regulation"), refusal);
    let by_common_accord = |m: &mut Measure| {
        m.kind = label("resolution");
        m.rule = label("common-accord");
    };
    let (kind, rule) = (label("resolution"), label("common-accord"));
    let refusal = Refusal::WrongBasis { kind, rule, wanted: vec![line("Article 2")] };
    bench.measure("a rule without its basis", by_common_accord, refusal);
    let again =
        bench.parties().sign(&Body::Measure(bench.parties().measure("M1", "The first measure")));
    bench.refuses("the same measure", &again, Refusal::AlreadyRecorded);
}

fn words(bench: &mut Bench) {
    let in_conclusions = |m: &mut Measure| {
        m.kind = label("conclusions");
        m.rule = label("common-accord");
        m.summary.clear();
    };
    let (kind, field) = (label("conclusions"), label("summary"));
    bench.measure("a lacking field", in_conclusions, Refusal::FieldRequired { kind, field });
    let word = label("telepathy");
    let refusal = Refusal::UnknownWord { field: "procedure", word: word.clone() };
    bench.measure("no procedure", |m| m.procedure = Some(word), refusal);
    let (oj, no_form) = (line("oj L 129, 17.5.19, p. 13"), line("OJ L 129, 17.5.2019, p. 13"));
    for words in [oj, no_form] {
        let refusal = Refusal::NoReference(words.clone());
        bench.measure("no reference", |m| m.references = vec![words], refusal);
    }
    let unknown = |field| Refusal::UnknownWord { field, word: label("fleet") };
    let targets = vec![Targets { sort: label("fleet"), count: 1 }];
    bench.measure("a sort of targets", |m| m.targets = targets, unknown("targets"));
    let prepared = vec!["fleet 2026-10-01".parse().unwrap()];
    bench.measure("a body", |m| m.particulars.prepared = prepared, unknown("prepared"));
    bench.measure("an item", |m| m.particulars.item = Some(label("fleet")), unknown("item"));
    let listed = vec![Target { sort: label("fleet"), who: hash(b"who"), reasons: None }];
    bench.measure("a sort of target", |m| m.listed = listed, unknown("targets"));
    let (word, to) = (label("entry-ban"), vec![label("person")]);
    let entity = |m: &mut Measure| {
        m.targets = vec![Targets { sort: label("entity"), count: 1 }];
        m.applies = vec![label("asset-freeze"), label("entry-ban")];
    };
    bench.measure("an entity's entry", entity, Refusal::AppliesToNone { word, to });
    bench.measure("what applies", |m| m.applies = vec![label("fleet")], unknown("applies"));
}

fn hash(text: &[u8]) -> nemcon_crypto::Digest {
    nemcon_crypto::hash::sha256(text)
}

fn targets_and_documents(bench: &mut Bench) {
    let sort = || label("person");
    let counted = |count| vec![Targets { sort: sort(), count }];
    let listed = |count: u8| {
        let target = |at| Target { sort: label("person"), who: hash(&[at]), reasons: None };
        (0..count).map(target).collect::<Vec<_>>()
    };
    for (said, is) in [(1, 2), (3, 2)] {
        let lists = |m: &mut Measure| (m.targets, m.listed) = (counted(said), listed(is));
        let (said, listed) = (said.into(), is.into());
        let refusal = Refusal::TargetCount { sort: sort(), said, listed };
        bench.measure("more or fewer than counted", lists, refusal);
    }
    let entity = Target { sort: label("entity"), who: hash(b"a firm"), reasons: None };
    let uncounted = |m: &mut Measure| {
        m.targets = counted(2);
        m.listed = [listed(2), vec![entity]].concat();
    };
    let refusal = Refusal::TargetCount { sort: label("entity"), said: 0, listed: 1 };
    bench.measure("of a sort that is not counted", uncounted, refusal);
    let document = |text: &str| text.parse().expect("a document's line");
    let digest = hash(b"a file");
    let twice = ["1 en annex.pdf", "2 en annex.pdf"].map(|it| document(&format!("{digest} {it}")));
    let refusal = Refusal::DocumentTwice("annex.pdf".parse().unwrap());
    bench.measure("a document twice", |m| m.documents = twice.to_vec(), refusal);
    let mut both = bench.parties().measure("M2", "In two languages");
    let files = ["1 en annex.pdf", "2 el annex.pdf"].map(|it| document(&format!("{digest} {it}")));
    (both.documents, both.targets, both.listed) = (files.to_vec(), counted(2), listed(2));
    assert_eq!(bench.ledger.try_apply(&bench.ledger.sign(&Body::Measure(both))), Ok(()));
}

fn dates(bench: &mut Bench) {
    let now = bench.ledger.next_time();
    let refusal = Refusal::ClosesTooEarly { closes: now, now };
    bench.measure("a deadline that is now", |m| m.closes = now, refusal);
    let out = |first, second| Refusal::DatesOutOfOrder { first, second };
    bench.measure("opens late", |m| m.opens = Some(m.closes), out("opens", "closes"));
    let before = Time::from_ms(day(30).as_ms() - 1).unwrap();
    bench.measure("enters early", |m| m.enters = Some(before), out("closes", "enters"));
    let at_once = |m: &mut Measure| (m.enters, m.expires) = (Some(day(40)), Some(day(40)));
    bench.measure("expires as it enters", at_once, out("enters", "expires"));
    bench.measure("reviewed early", |m| m.reviews = Some(m.closes), out("closes", "reviews"));
    bench.measure("expires early", |m| m.expires = Some(m.closes), out("closes", "expires"));
    let late = |m: &mut Measure| (m.reviews, m.expires) = (Some(day(41)), Some(day(40)));
    bench.measure("reviewed too late", late, out("reviews", "expires"));
    let mut on_one_day = bench.parties().measure("M2", "Reviewed at its end");
    (on_one_day.reviews, on_one_day.expires) = (Some(day(40)), Some(day(40)));
    assert_eq!(bench.ledger.try_apply(&bench.ledger.sign(&Body::Measure(on_one_day))), Ok(()));
}

fn matters(bench: &mut Bench) {
    let rules = CouncilChange::Rules(NextRules { version: 2, release: line("nemcon 0.4.0") });
    let refusal = Refusal::WrongMatter { kind: label("listing"), wanted: None };
    bench.measure("an effect that is not its kind's", |m| m.council_change = rules, refusal);
    let (kind, wanted) = (label("cooperation"), Some(Effect::Authorisation));
    let refusal = Refusal::WrongMatter { kind, wanted };
    bench.measure("its kind's effect lacking", |m| m.kind = label("cooperation"), refusal);
    let later = |m: &mut Measure| {
        (m.kind, m.enters) = (label("departure"), Some(day(40)));
        m.rule = label("minus-concerned");
        m.council_change = CouncilChange::Departure(code("M3"));
    };
    let refusal = Refusal::EntersWithEffect(label("departure"));
    bench.measure("an effect that comes later", later, refusal);
    let mut bench_matter = |name, kind: &str, council_change, wanted| {
        let refusal = Refusal::WrongMatter { kind: label(kind), wanted: Some(wanted) };
        let edit = |m: &mut Measure| (m.kind, m.council_change) = (label(kind), council_change);
        bench.measure(name, edit, refusal);
    };
    let departure = CouncilChange::Departure(code("M3"));
    bench_matter("a departure as an accession", "accession", departure, Effect::Accession);
    bench_matter("no new weights", "weights", CouncilChange::None, Effect::Weights);
}

fn tabled_in(
    genesis: Genesis,
    by: &str,
    measure: impl FnOnce(&mut Measure),
) -> Result<(), Refusal> {
    let ledger = Ledger::found(genesis);
    let mut text = ledger.parties.measure(by, "A measure");
    measure(&mut text);
    ledger.try_apply(&ledger.sign(&Body::Measure(text)))
}

fn not_of_the_role() -> Case {
    let mut genesis = council_of_equals(3);
    genesis.charter.may_table = vec![label("chair")];
    assert_eq!(tabled_in(genesis.clone(), "CH", |_| {}), Ok(()));
    Case {
        name: "not of the role",
        said: tabled_in(genesis, "M1", |_| {}),
        refusal: Refusal::MayNotTable {
            by: code("M1"),
            kind: label("listing"),
            may: vec![label("chair")],
        },
    }
}

/// Where the charter lists categories, no other one is taken.
fn an_unknown_category() -> Case {
    let mut genesis = council_of_equals(3);
    let known: Label = label("preventive");
    let category = format!("name = \"{known}\"");
    genesis.charter.categories = vec![toml::from_str(&category).expect("a category")];
    let known = |m: &mut Measure| m.category = Some(known);
    assert_eq!(tabled_in(genesis.clone(), "M1", known), Ok(()));
    let word = label("restrictive");
    let refusal = Refusal::UnknownWord { field: "category", word: word.clone() };
    let said = tabled_in(genesis, "M1", |m| m.category = Some(word));
    Case { name: "an unknown category", said, refusal }
}

/// Where the charter lists forms of legal bases, no other words are one; and an article of which a part is
/// decided elsewhere is none either.
fn a_basis_without_a_form_or_too_wide() -> [Case; 2] {
    let mut genesis = council_of_equals(3);
    genesis.charter.bases =
        vec!["Rule <number>".parse().unwrap(), "Rule <number>(<number>)".parse().unwrap()];
    let because = line("the majority decides it");
    genesis.charter.elsewhere.push(Elsewhere { kind: None, on: vec![line("Rule 7(2)")], because });
    let on = |basis: &str| {
        let basis = line(basis);
        tabled_in(genesis.clone(), "M1", |m| (m.kind, m.basis) = (label("listing"), vec![basis]))
    };
    assert_eq!(on("Rule 7(1)"), Ok(()));
    let refusal = Refusal::BasisTooWide { basis: line("Rule 7"), part: line("Rule 7(2)") };
    let wide = Case { name: "a basis that is too wide", said: on("Rule 7"), refusal };
    let refusal = Refusal::NoBasisForm(line("rule 7 (2)"));
    [wide, Case { name: "a basis without a form", said: on("rule 7 (2)"), refusal }]
}
