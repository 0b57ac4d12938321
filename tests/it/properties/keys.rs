//! Properties of the written form of what is said of keys and seats, and of effects.

use nemcon_crypto::cosignature::Cosignature;
use nemcon_crypto::{Signature, TreeSize};
use nemcon_ledger::record::council_change::{NextRules, Weights};
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{
    Body, Boundary, CouncilChange, Entry, Freeze, Genesis, Keys, Member, Notice, Officer,
    Participant, Rotation, Succession,
};
use nemcon_tests::fixture::council_of_equals;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::properties::strategies::{cases, cited, code, digest, head, key, label, line};

fn officers() -> impl Strategy<Value = Vec<Officer>> {
    vec((label(), key()).prop_map(|(label, key)| Officer { label, key }), 0..4)
}

fn boundary() -> impl Strategy<Value = Boundary> {
    (any::<u64>(), digest()).prop_map(|(size, root)| Boundary { size: TreeSize(size), root })
}

fn member() -> impl Strategy<Value = Member> {
    (code(), line(), any::<u64>(), any::<u8>(), officers(), key(), key(), key()).prop_map(
        |(code, name, weight, threshold, officers, recovery, node, seal)| Member {
            code,
            name,
            weight,
            threshold: usize::from(threshold),
            officers,
            recovery,
            node,
            seal,
        },
    )
}

fn participant() -> impl Strategy<Value = Participant> {
    (code(), line(), label(), any::<u8>(), officers()).prop_map(
        |(code, name, role, threshold, officers)| Participant {
            code,
            name,
            role,
            threshold: usize::from(threshold),
            officers,
        },
    )
}

pub(crate) fn council_change() -> impl Strategy<Value = CouncilChange> {
    let weights = (vec((code(), any::<u64>()), 0..5), any::<u64>())
        .prop_map(|(weights, total)| Weights { weights, total });
    let rules =
        (any::<u32>(), line()).prop_map(|(version, release)| NextRules { version, release });
    prop_oneof![
        Just(CouncilChange::None),
        vec(code(), 1..5).prop_map(CouncilChange::Participation),
        member().prop_map(|member| CouncilChange::Accession(Box::new(member))),
        code().prop_map(CouncilChange::Departure),
        participant().prop_map(|it| CouncilChange::Appointment(Box::new(it))),
        weights.prop_map(CouncilChange::Weights),
        rules.prop_map(CouncilChange::Rules),
    ]
}

pub(crate) fn body() -> impl Strategy<Value = Body> {
    let after = || option::of(digest());
    let keys = (head(), any::<u8>(), officers(), option::of(key()), after()).prop_map(
        |(head, threshold, officers, recovery, after)| {
            let threshold = usize::from(threshold);
            Body::Keys(Keys { head, threshold, officers, recovery, after })
        },
    );
    let freeze = (head(), option::of(line()), after())
        .prop_map(|(head, reason, after)| Body::Freeze(Freeze { head, reason, after }));
    let rotation = (head(), key(), option::of(key()), any::<bool>(), after()).prop_map(
        |(head, first, second, is_node, after)| {
            let (node, seal) = if is_node { (Some(first), second) } else { (second, Some(first)) };
            Body::Rotation(Rotation { head, node, seal, after })
        },
    );
    let act = prop_oneof![Just(NoticeAct::Given), Just(NoticeAct::Withdrawn)];
    let notice = (head(), act, after())
        .prop_map(|(head, act, after)| Body::Notice(Notice { head, act, after }));
    let sealed = (0..1_u64 << 62, any::<[u8; 32]>()).prop_map(|(time_s, half)| {
        let signature = Signature::from_bytes([half, half].concat().try_into().expect("64 bytes"));
        Cosignature::new(time_s, signature).expect("a time in range")
    });
    let entry = (head(), cited(), boundary(), sealed, after()).prop_map(
        |(head, admitted_by, checkpoint, sealed, after)| {
            Body::Entry(Entry { head, admitted_by, checkpoint, sealed, after })
        },
    );
    prop_oneof![keys, freeze, rotation, notice, entry]
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn what_is_said_of_keys_and_seats_parses_to_what_rendered_it(body in body()) {
        prop_assert_eq!(Body::parse(&body.render()), Ok(body));
    }

    #[test]
    fn a_successors_genesis_parses_to_what_rendered_it(
        (council, checkpoint) in (digest(), boundary()),
        leaves_out in prop::collection::btree_set("X[A-Z0-9]{0,7}", 0..4),
    ) {
        let leaves_out = leaves_out.iter().map(|text| text.parse().expect("a code")).collect();
        let succeeds = Some(Succession { council, checkpoint, leaves_out });
        let genesis = Genesis { succeeds, ..council_of_equals(3) };
        prop_assert_eq!(Genesis::parse(&genesis.render()), Ok(genesis));
    }
}
