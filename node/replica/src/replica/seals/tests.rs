use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::TreeSize;
use nemcon_crypto::hash::sha256;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::Code;
use nemcon_ledger::{Height, Rosters};

use super::super::api::Misdeed;
use super::super::boundaries::Boundary;
use super::*;

use crate::test_council::{self, secret};

const MEMBERS: u8 = 3;

fn genesis() -> Genesis {
    test_council::genesis(usize::from(MEMBERS))
}

fn boundary(height: u64) -> Boundary {
    let root = sha256(&height.to_be_bytes());
    Boundary { size: TreeSize(2 * height), root, id: root, bytes: 0 }
}

/// A book of a chain of so many heights, none of them sealed.
fn book(genesis: &Genesis, heights: u64) -> SealBook {
    SealBook::new(genesis, (1..=heights).map(boundary).collect())
}

fn seal(book: &SealBook, genesis: &Genesis, member: usize, height: u64) -> Seal {
    let code = genesis.roster.members[member].code.as_str();
    book.make(Height(height), code, 7, &secret(u8::try_from(member).unwrap(), 12))
}

fn seals(book: &mut SealBook, genesis: &Genesis, member: usize, heights: core::ops::Range<u64>) {
    for height in heights {
        let seal = seal(book, genesis, member, height);
        book.take(&Rosters::founding(genesis), &seal).unwrap();
    }
}

/// By member, in roster order.
fn standing(book: &SealBook, genesis: &Genesis) -> Vec<Height> {
    let standing = book.sealed_heights(&Rosters::founding(genesis));
    genesis.roster.members.iter().map(|member| standing[&member.code]).collect()
}

fn all_at(genesis: &Genesis, height: u64) -> BTreeMap<Code, TreeSize> {
    let members = genesis.roster.members.iter();
    members.map(|member| (member.code.clone(), boundary(height).size)).collect()
}

fn held(book: &SealBook) -> Vec<u64> {
    book.seals.heights().map(|height| height.0).collect()
}

#[test]
fn a_member_absent_for_long_costs_no_more_memory_than_the_limit_and_is_met_above_it() {
    let genesis = genesis();
    let mut book = book(&genesis, 1);
    book.hold_at_most(4);
    for height in 1..=20 {
        for member in 0..2 {
            seals(&mut book, &genesis, member, height..height + 1);
        }
        if height == 2 {
            seals(&mut book, &genesis, 2, 1..3);
        }
        assert!(held(&book).len() <= 5, "{:?}", held(&book));
        book.extend(boundary(height + 1));
    }
    // The newest that all have sealed stays, with what proves it.
    assert_eq!(book.sealed_by_all(), Height(2));
    assert_eq!(held(&book), [2, 18, 19, 20]);
    assert_eq!(standing(&book, &genesis), [Height(20), Height(20), Height(17)]);

    let old = seal(&book, &genesis, 2, 10);
    assert_eq!(book.take(&Rosters::founding(&genesis), &old), Ok(Taken::Passed));
    seals(&mut book, &genesis, 2, 18..20);
    assert_eq!(book.sealed_by_all(), Height(19));
    assert_eq!(held(&book), [19, 20]);
}

#[test]
fn what_all_had_sealed_long_ago_is_found_again_at_a_restart() {
    let genesis = genesis();
    let mut book = book(&genesis, 20);
    for member in (0..3).rev() {
        seals(&mut book, &genesis, member, 1..if member == 2 { 3 } else { 20 });
    }
    book.hold_at_most(4);
    assert_eq!(book.sealed_by_all(), Height(2));
    assert_eq!(held(&book), [2, 17, 18, 19]);
}

#[test]
fn a_peer_is_sent_no_seals_of_heights_that_it_has_not_reached() {
    let genesis = genesis();
    let mut book = book(&genesis, 9);
    seals(&mut book, &genesis, 0, 1..10);
    let to = |top| {
        let lacking = book.lacking(Height(top), &all_at(&genesis, 2), 100);
        lacking.iter().map(|seal| book.height_of(seal).unwrap().0).collect::<Vec<_>>()
    };
    assert!(to(2).is_empty());
    assert_eq!(to(5), [3, 4, 5]);
    assert_eq!(book.lacking(Height(9), &all_at(&genesis, 2), 2).len(), 2);
}

#[test]
fn a_gap_in_what_one_member_has_sealed_keeps_no_other_members_seals_back() {
    let genesis = genesis();
    let (mut book, mut peer) = (book(&genesis, 200), book(&genesis, 200));
    seals(&mut book, &genesis, 0, 2..201);
    seals(&mut book, &genesis, 1, 1..201);
    seals(&mut peer, &genesis, 0, 2..201);
    let rosters = Rosters::founding(&genesis);
    loop {
        let sent = book.lacking(Height(200), &peer.standing(&rosters), 10);
        let taken = sent.iter().map(|seal| peer.take(&rosters, seal));
        if taken.filter(|taken| *taken == Ok(Taken::New)).count() == 0 {
            break;
        }
    }
    assert_eq!(standing(&peer, &genesis), [Height(0), Height(200), Height(0)]);
}

/// Of 40 heights the first member has sealed the even ones, the second the odd ones, the third the first
/// 20, after which it is in no roster any more.
fn with_gaps(genesis: &Genesis) -> (SealBook, Rosters) {
    let (mut rosters, mut book) = (Rosters::founding(genesis), book(genesis, 40));
    let members = genesis.roster.members[..2].to_vec();
    let roster = nemcon_ledger::record::Roster { members };
    rosters.change(Height(21), boundary(20).size, std::sync::Arc::new(roster));
    for height in 1..=40 {
        let sealing = [height % 2 == 0, height % 2 == 1, height <= 20];
        for member in (0..3).filter(|member| sealing[*member]) {
            let seal = seal(&book, genesis, member, height);
            assert_eq!(book.take(&rosters, &seal), Ok(Taken::New));
        }
    }
    (book, rosters)
}

#[test]
fn what_some_members_have_sealed_is_what_a_look_at_every_height_finds() {
    let genesis = genesis();
    let (book, rosters) = with_gaps(&genesis);
    for set in 0..8 {
        let members = genesis.roster.members.iter().enumerate();
        let members = members.filter(|(at, _)| set >> at & 1 == 1);
        let codes: BTreeSet<&Code> = members.map(|(_, member)| &member.code).collect();
        let is_sealed = |height: &u64| {
            let members = rosters.at(Height(*height)).members.iter();
            let owed: Vec<_> = members.filter(|it| codes.contains(&it.code)).collect();
            let has = |code: &Code| book.of_member(Height(*height), code.as_str()).is_some();
            !owed.is_empty() && owed.iter().all(|it| has(&it.code))
        };
        let newest = (1..=40).rev().find(is_sealed);
        let expected = newest.and_then(|height| book.boundary(Height(height)));
        assert_eq!(book.sealed_by(&rosters, &codes), expected, "{set:b}");
    }
}

#[test]
fn a_member_that_has_left_has_no_gap_behind_its_last_seal() {
    let genesis = genesis();
    let (book, rosters) = with_gaps(&genesis);
    let heights = book.sealed_heights(&rosters);
    let of = |member: usize| heights[&genesis.roster.members[member].code];
    assert_eq!([0, 1, 2].map(of), [Height(0), Height(1), Height(40)]);
}

#[test]
fn of_seals_that_are_let_go_of_no_member_has_a_note() {
    let genesis = genesis();
    let (mut book, _) = with_gaps(&genesis);
    let noted = |book: &SealBook| {
        let members = genesis.roster.members.iter();
        members.map(|member| book.seals.noted(&member.code)).collect::<Vec<_>>()
    };
    assert_eq!(noted(&book), [20, 20, 20]);
    book.hold_at_most(10);
    assert_eq!(noted(&book), [5, 5, 0]);
    assert_eq!(book.seals.newest_of(&genesis.roster.members[2].code), None);
    book.seals.drop_below(Height(39));
    assert_eq!(noted(&book), [1, 1, 0]);
}

#[test]
fn an_early_seal_is_verified_when_it_comes_and_the_first_one_stays() {
    let genesis = genesis();
    let ahead = book(&genesis, 3);
    let mut book = book(&genesis, 1);
    let good = seal(&ahead, &genesis, 1, 2);
    let other = Seal { root: sha256(b"another root"), ..good.clone() };
    let forged = Seal { signature: secret(1, 12).sign(b""), ..good.clone() };
    for seal in [&forged, &good, &forged, &other] {
        assert_eq!(book.take(&Rosters::founding(&genesis), seal), Ok(Taken::Early));
    }
    assert_eq!(book.extend(boundary(2)), [good]);
}

#[test]
fn of_early_seals_of_one_member_those_stay_that_the_chain_reaches_first() {
    let genesis = genesis();
    let ahead = book(&genesis, 30);
    let mut book = book(&genesis, 1);
    for height in [30, 20, 10, 9, 8, 7, 6, 2, 3] {
        let early = seal(&ahead, &genesis, 1, height);
        assert_eq!(book.take(&Rosters::founding(&genesis), &early), Ok(Taken::Early));
    }
    let newest = book.newest_of(&genesis.roster.members[1].code).unwrap();
    assert_eq!(newest.size, boundary(7).size);
    let due = (2..=30).map(|height| book.extend(boundary(height)).len()).collect::<Vec<_>>();
    assert_eq!(due[..6], [1, 1, 0, 0, 1, 1]);
    assert_eq!(due[6..].iter().sum::<usize>(), 0);
}

#[test]
fn a_seal_of_a_tree_that_is_none_of_the_ledgers_conflicts_whether_a_block_ends_there_or_not() {
    let genesis = genesis();
    let mut book = book(&genesis, 9);
    let rosters = Rosters::founding(&genesis);
    let (size, root) = (boundary(4).size, sha256(b"another root"));
    let elsewhere = Boundary { size, root, id: root, bytes: 0 };
    let mut forked = SealBook::new(&genesis, vec![elsewhere]);
    let other = seal(&forked, &genesis, 1, 1);
    assert_eq!(book.take(&rosters, &other), Err(Misdeed::ConflictingSeal));
    assert_eq!(book.conflicting(Height(4)), 1);
    forked = SealBook::new(&genesis, vec![Boundary { size: TreeSize(7), ..elsewhere }]);
    let between = seal(&forked, &genesis, 1, 1);
    assert_eq!(book.take(&rosters, &between), Err(Misdeed::ConflictingSeal));
    assert_eq!((3..6).map(|height| book.conflicting(Height(height))).sum::<usize>(), 1);
    let unsigned = Seal { root: sha256(b"a third root"), ..between };
    assert_eq!(book.take(&rosters, &unsigned), Err(Misdeed::Seal));
}
