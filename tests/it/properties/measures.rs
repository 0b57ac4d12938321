//! Properties of the written form of measures, with any of their fields.

use nemcon_ledger::record::measure_fields::{
    Document, Predecessor, Relation, RestsOn, Target, Targets,
};
use nemcon_ledger::record::{Body, Measure, Particulars, Prepared};
use nemcon_ledger::text::{Code, FileName, Label, Line, Time};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::properties::keys::council_change;
use crate::properties::strategies::{cases, cited, code, digest, head, label, line, time};

/// What decides it: kind, rule, the authority of a reduced entitled set, whom it concerns.
type Law = (Label, Label, Option<nemcon_ledger::record::measure_fields::Cited>, Option<Code>);

fn law() -> impl Strategy<Value = Law> {
    (label(), label(), option::of(cited()), option::of(code()))
}

/// What it says in lines: bases, references, what it amends, summary, exceptions.
fn lines() -> impl Strategy<Value = [Vec<Line>; 5]> {
    let some = || vec(line(), 0..3);
    (some(), some(), some(), some(), some()).prop_map(|(a, b, c, d, e)| [a, b, c, d, e])
}

fn predecessor() -> impl Strategy<Value = Predecessor> {
    let relation = [Relation::Renews, Relation::Amends, Relation::Repeals];
    (prop::sample::select(relation.to_vec()), cited())
        .prop_map(|(relation, cited)| Predecessor { relation, cited })
}

fn document() -> impl Strategy<Value = Document> {
    // A name in one script, and a reference and an extension in another one.
    let name = (line(), "[A-Z]{2}[0-9]{1,5}", "[._-]", "[a-z]{3,4}").prop_map(
        |(line, reference, sign, extension)| {
            let name = format!("{reference}{sign}{line}.{extension}");
            name.parse::<FileName>().expect("its words keep to one script each")
        },
    );
    (digest(), any::<u64>(), label(), name).prop_map(|(digest, length, language, name)| Document {
        digest,
        length,
        language,
        name,
    })
}

fn target() -> impl Strategy<Value = Target> {
    (label(), digest(), option::of(digest())).prop_map(|(sort, who, reasons)| Target {
        sort,
        who,
        reasons,
    })
}

fn particulars() -> impl Strategy<Value = Particulars> {
    let day = (1970_u64..=9999, 1_u64..=12, 1_u64..=28)
        .prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}"));
    let prepared =
        (label(), day).prop_map(|(body, day)| Prepared { body, day: day.parse().expect("a day") });
    (vec(line(), 0..3), vec(prepared, 0..3), option::of(label()))
        .prop_map(|(companions, prepared, item)| Particulars { companions, prepared, item })
}

fn targets() -> impl Strategy<Value = Targets> {
    (label(), any::<u32>()).prop_map(|(sort, count)| Targets { sort, count })
}

fn rests_on() -> impl Strategy<Value = RestsOn> {
    (digest(), any::<u64>(), digest()).prop_map(|(council, number, leaf)| RestsOn {
        council,
        number,
        leaf,
    })
}

/// Closes, and opens, enters, reviews, expires: in any order, which is not the grammar's matter.
fn times() -> impl Strategy<Value = (Time, [Option<Time>; 4])> {
    (time(), [0; 4].map(|_| option::of(time())))
}

/// A measure with any of its fields.
pub(crate) fn measure() -> impl Strategy<Value = Measure> {
    let names = (head(), line(), law(), option::of(label()), option::of(label()));
    let single = (option::of(line()), option::of(line()), option::of(predecessor()), particulars());
    let targets = (vec(targets(), 0..3), vec(target(), 0..3), vec(label(), 0..3));
    let bound =
        (vec(cited(), 0..3), vec(rests_on(), 0..3), vec(document(), 0..3), council_change());
    (names, lines(), single, targets, bound, times()).prop_map(
        |(names, lines, single, targets, bound, times)| {
            let (head, title, (kind, rule, authorised_by, concerns), category, procedure) = names;
            let [basis, references, amends, summary, exceptions] = lines;
            let (initiative, proportionality, predecessor, particulars) = single;
            let (targets, listed, applies) = targets;
            let (incidents, rests_on, documents, council_change) = bound;
            let (closes, [opens, enters, reviews, expires]) = times;
            Measure {
                head,
                title,
                kind,
                rule,
                authorised_by,
                concerns,
                category,
                procedure,
                basis,
                initiative,
                references,
                particulars,
                amends,
                predecessor,
                incidents,
                rests_on,
                summary,
                proportionality,
                targets,
                listed,
                applies,
                exceptions,
                documents,
                council_change,
                opens,
                closes,
                enters,
                reviews,
                expires,
            }
        },
    )
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_measure_parses_to_what_rendered_it(measure in measure()) {
        let body = Body::Measure(measure);
        prop_assert_eq!(Body::parse(&body.render()), Ok(body));
    }
}
