use nemcon_ledger::record::statement::sign_as_officer;
use nemcon_ledger::record::{Body, Freeze, Genesis};

use super::*;
use crate::test_council::{genesis, head, secret};

/// BG freezes its statements, signed with the key of its officer `of`; it has the first one alone.
fn freeze(genesis: &Genesis, of: u8) -> Vec<u8> {
    let member = &genesis.roster.members[1];
    let body = Body::Freeze(Freeze { head: head(genesis, "BG"), reason: None, after: None });
    let (desk, origin) = (&member.officers[0].label, &genesis.origin);
    let line = sign_as_officer(&body.render(), origin, &member.code, desk, &secret(1, of));
    Statement::new(&body, vec![line]).unwrap().render()
}

fn at(ms: u64) -> Time {
    Time::from_ms(1_795_400_000_000 + ms).unwrap()
}

#[test]
fn for_what_is_refused_the_council_is_copied_at_most_once_a_second() {
    let genesis = genesis(4);
    let (chain, forged) = (Chain::found(genesis.clone()), freeze(&genesis, 9));
    let mut pending = Pending::new(&chain);
    for (ms, begun) in [(0, 0), (1, 0), (999, 0), (1_000, 1_000), (1_500, 1_000)] {
        let added = pending.add(&forged, None, (&chain, &mut Known::nothing()), at(ms));
        assert!(matches!(added, Err(Rejection::Refused(_))), "{added:?}");
        assert_eq!(pending.begun, Some((Height(0), at(begun))));
    }
}

#[test]
fn a_record_that_waits_is_known_by_its_bytes_and_announced_by_whom_it_was_submitted_to() {
    let genesis = genesis(4);
    let (chain, record) = (Chain::found(genesis.clone()), freeze(&genesis, 0));
    let bringer: Code = genesis.roster.members[0].code.clone();
    let mut pending = Pending::new(&chain);
    let mut add = |brought_by| {
        let known = &mut Known::nothing();
        let (_, added) = pending.add(&record, brought_by, (&chain, known), at(0)).unwrap();
        let own = |is_gone| pending.leaf_hashes_of_own(move |_| is_gone).count();
        (added, own(false), own(true))
    };
    assert_eq!(add(Some(bringer.clone())), (Added::New, 0, 1));
    assert_eq!(add(Some(bringer.clone())), (Added::Known, 0, 1));
    assert_eq!(add(None), (Added::Known, 1, 1));
    assert_eq!(add(Some(bringer)), (Added::Known, 1, 1));
    assert_eq!(pending.leaves.len(), 1);
    assert_eq!(
        pending.add(&freeze(&genesis, 9), None, (&chain, &mut Known::nothing()), at(0)),
        Err(Rejection::OtherSignatures)
    );
}
