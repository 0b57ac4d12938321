//! A chain that is written down and read goes on as the chain that was written; nothing else is read.
//! Every other test of the law judges its blocks on chains that were restored.

use nemcon_ledger::chain::{Chain, SnapshotError};
use nemcon_ledger::codec::CodecError;
use nemcon_ledger::record::Position::{Against, InFavour};
use nemcon_tests::fixture::{Ledger, council_of_equals};

fn ledger() -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(3));
    for name in ["a", "b"] {
        let number = ledger.table(ledger.parties.measure("M1", name));
        ledger.cast(number, &[("M1", InFavour), ("M2", Against)]);
    }
    ledger
}

#[test]
fn a_snapshot_has_one_encoding_and_belongs_to_one_council() {
    let ledger = ledger();
    let genesis = ledger.council().genesis();
    let written = ledger.chain.snapshot();
    let restored = Chain::restore(&written, genesis).unwrap();
    assert_eq!(restored.snapshot(), written);
    assert_eq!(restored.previous(), ledger.chain.previous());
    let restore = |bytes: &[u8]| Chain::restore(bytes, genesis).map(drop);
    let longer = [&written[..], &[0]].concat();
    assert_eq!(restore(&longer), Err(SnapshotError::Encoding(CodecError::Trailing(1))));
    for end in [0, 1, written.len() / 2, written.len() - 1] {
        let malformed = SnapshotError::Encoding(CodecError::Malformed);
        assert_eq!(restore(&written[..end]), Err(malformed));
    }
    let another = council_of_equals(4);
    assert_eq!(Chain::restore(&written, &another).map(drop), Err(SnapshotError::Council));
}

#[test]
fn a_snapshot_whose_bytes_were_altered_is_refused_or_is_another_chain() {
    let ledger = ledger();
    let written = ledger.chain.snapshot();
    for at in (0..written.len()).step_by(97) {
        let mut altered = written.clone();
        altered[at] ^= 1;
        if let Ok(restored) = Chain::restore(&altered, ledger.council().genesis()) {
            assert_eq!(restored.snapshot(), altered, "one encoding, at byte {at}");
        }
    }
}
