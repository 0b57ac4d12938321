//! Properties of the written form of what is said on measures and incidents.

use std::collections::BTreeSet;

use nemcon_ledger::record::incident::{Manner, Severity};
use nemcon_ledger::record::measure_fields::Cited;
use nemcon_ledger::record::reservation::ReservationAct;
use nemcon_ledger::record::{
    Attestation, Attribution, Ballot, Body, Close, Extension, Incident, Mandate, Package, Position,
    Remark, RemarkText, Reservation, Revision, Withdrawal,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::properties::keys;
use crate::properties::measures::measure;
use crate::properties::strategies::{
    cases, cited, code, digest, head, label, line, position, said, time,
};

/// What is said of positions, and what steers a measure.
fn on_a_measure() -> impl Strategy<Value = Body> {
    let ballot = (said(), position(), digest(), option::of(digest()), any::<bool>()).prop_map(
        |(said, position, digest, mandate, is_tacit)| {
            let declaration = (position == Position::AbstainQualified).then_some(digest);
            Body::Ballot(Ballot { said, position, declaration, mandate, is_tacit })
        },
    );
    let withdrawal = (said(), option::of(line()))
        .prop_map(|(said, reason)| Body::Withdrawal(Withdrawal { said, reason }));
    let close = said().prop_map(|said| Body::Close(Close { said }));
    let extension =
        (said(), time()).prop_map(|(said, closes)| Body::Extension(Extension { said, closes }));
    let attestation =
        (said(), label(), option::of(line())).prop_map(|(said, attests, reference)| {
            Body::Attestation(Attestation { said, attests, reference })
        });
    let text = prop_oneof![
        vec(line(), 1..4).prop_map(RemarkText::Lines),
        digest().prop_map(RemarkText::Digest),
    ];
    let remark =
        (said(), label(), text, any::<bool>()).prop_map(|(said, sort, text, is_public)| {
            Body::Remark(Remark { said, sort, text, is_public })
        });
    // Boxed: the trees of so many strategies together do not fit on the stack of a test's thread.
    prop_oneof![ballot, withdrawal, close, extension, attestation, remark].boxed()
}

fn mandate() -> impl Strategy<Value = Body> {
    (said(), option::of(code())).prop_map(|(said, holder)| Body::Mandate(Mandate { said, holder }))
}

/// Placed without words, with a text, with a digest; or lifted.
fn reservation() -> impl Strategy<Value = Body> {
    let place = ReservationAct::Place;
    let what = prop_oneof![
        Just((place, None, None)),
        line().prop_map(move |reason| (place, Some(reason), None)),
        digest().prop_map(move |digest| (place, None, Some(digest))),
        Just((ReservationAct::Lift, None, None)),
    ];
    (said(), label(), what).prop_map(|(said, sort, (act, reason, digest))| {
        Body::Reservation(Reservation { said, sort, act, reason, digest })
    })
}

fn revision() -> impl Strategy<Value = Body> {
    (measure(), cited(), any::<u32>(), option::of(digest())).prop_map(
        |(measure, revises, revision, after)| {
            Body::Revision(Revision { measure, revises, revision, after })
        },
    )
}

fn package() -> impl Strategy<Value = Body> {
    (head(), btree_map(any::<u64>(), digest(), 2..20)).prop_map(|(head, measures)| {
        let cited = measures.into_iter().map(|(number, text)| Cited { number, text });
        Body::Package(Package { head, measures: cited.collect() })
    })
}

fn incident() -> impl Strategy<Value = Body> {
    let severity = (label(), label()).prop_map(|(factor, level)| Severity { factor, level });
    let parts = (vec(severity, 0..4), vec(line(), 0..3), vec(digest(), 0..3));
    (head(), line(), label(), time(), option::of(time()), parts).prop_map(
        |(head, title, category, from, until, (severity, summary, evidence))| {
            Body::Incident(Incident {
                head,
                title,
                category,
                from,
                until,
                severity,
                summary,
                evidence,
            })
        },
    )
}

fn attribution() -> impl Strategy<Value = Body> {
    let words = (label(), option::of(line()), option::of(digest()), label());
    let manner = prop_oneof![Just(Manner::Alone), Just(Manner::Joint)];
    (head(), cited(), words, manner, any::<bool>(), option::of(digest())).prop_map(
        |(head, incident, (finding, who, digest, confidence), manner, is_public, after)| {
            Body::Attribution(Attribution {
                head,
                incident,
                finding,
                who,
                digest,
                confidence,
                manner,
                is_public,
                after,
            })
        },
    )
}

pub(crate) fn body() -> impl Strategy<Value = Body> {
    prop_oneof![
        4 => on_a_measure(),
        1 => mandate(),
        1 => reservation(),
        1 => revision(),
        1 => measure().prop_map(Body::Measure),
        1 => package(),
        1 => incident(),
        1 => attribution(),
    ]
}

#[test]
fn the_properties_draw_every_kind_of_statement() {
    let mut runner = TestRunner::deterministic();
    let all = prop_oneof![body(), keys::body()];
    let mut draw = || all.new_tree(&mut runner).expect("nothing is filtered out").current();
    let drawn: BTreeSet<_> = (0..400).map(|_| draw().kind()).collect();
    assert_eq!(drawn, Body::KINDS.iter().copied().collect());
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn what_is_said_on_measures_and_incidents_parses_to_what_rendered_it(body in body()) {
        prop_assert_eq!(Body::parse(&body.render()), Ok(body));
    }
}
