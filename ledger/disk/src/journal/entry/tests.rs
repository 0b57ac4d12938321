use nemcon_crypto::hash;
use proptest::prelude::*;

use super::*;

fn any_entry() -> impl Strategy<Value = Entry> {
    let bytes = || prop::collection::vec(0..3_u8, 0..60);
    let block = (any::<u64>(), prop::collection::vec(bytes(), 0..5), bytes()).prop_map(
        |(height, records, certificate)| {
            Entry::Block(CommittedBlock { height: Height(height), records, certificate })
        },
    );
    let seal = (any::<u64>(), "[A-Z]{0,3}", any::<u64>()).prop_map(|(size, member, time_s)| {
        let (root, signature) = (hash::sha256(b"a tree"), Signature::from_bytes([7; 64]));
        Entry::Seal(Seal { size: TreeSize(size), root, member, time_s, signature })
    });
    prop_oneof![block, seal]
}

proptest! {
    #[test]
    fn whatever_is_an_entry_is_read_back_from_its_payload(entry in any_entry()) {
        let (kind, payload) = encode(&entry).unwrap();
        prop_assert_eq!(decode(kind, &payload), Some(vec![entry]));
        for cut in 0..payload.len() {
            prop_assert_eq!(decode(kind, &payload[..cut]), None);
        }
    }

    #[test]
    fn no_payload_makes_the_reader_panic_or_reserve_much(
        payload in prop::collection::vec(any::<u8>(), 0..200),
        small in prop::collection::vec(0..3_u8, 0..200),
    ) {
        for kind in [Kind::Block, Kind::Seals, Kind::Entry, Kind::Head] {
            for payload in [&payload, &small] {
                for entry in decode(kind, payload).into_iter().flatten() {
                    if kind != Kind::Entry {
                        let (kind, again) = encode(&entry).unwrap();
                        prop_assert_eq!(decode(kind, &again), Some(vec![entry]));
                    }
                }
            }
        }
    }
}
