//! A chain that is written down and read goes on as the chain that was written; nothing else is read.
//! Every other test of the law judges its blocks on chains that were restored.

use std::collections::BTreeSet;

use nemcon_ledger::chain::{Block, Chain, Proposal, SnapshotError};
use nemcon_ledger::codec::CodecError;
use nemcon_ledger::record::Position::{Against, InFavour};
use nemcon_ledger::record::charter::{Publication, Votes};
use nemcon_ledger::record::{Body, Statement};
use nemcon_ledger::text::Time;
use nemcon_replica::consensus::Roster;
use nemcon_tests::fixture::{
    Ledger, Seat, council_of, council_of_equals, label, lies, line, statements,
};
use nemcon_tests::sim::rng::Rng;
use nemcon_tests::speaker::{Topic, Trial};

const DAY_MS: u64 = 86_400_000;

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

/// Attested of a measure that has ended: the state names the leaf, and nothing else there.
#[test]
fn a_snapshot_that_names_a_leaf_behind_the_log_contradicts_itself() {
    for word in ["votes-released", "annulled"] {
        let mut genesis = council_of_equals(3);
        genesis.charter.attests.push(label(word));
        if word == "annulled" {
            genesis.charter.annuls.push(label(word));
        } else {
            let released_by = Some(label(word));
            genesis.charter.publication =
                Some(Publication { marking: line("LIMITE"), released_by });
            for kind in &mut genesis.charter.kinds {
                kind.votes = Some(Votes::Released);
            }
        }
        let mut ledger = Ledger::found(genesis);
        let number = ledger.table(ledger.parties.measure("M1", "An act"));
        let open = ledger.table(ledger.parties.measure("M1", "Another"));
        // Enough records that the number of a leaf is no other number.
        for nth in 0..150 {
            ledger.report(ledger.parties.incident("M1", &format!("Incident {nth}")));
        }
        let ballots = ledger.chain.size().0;
        ledger.all_in_favour(number);
        let before = ledger.chain.size().0;
        let attested = ledger.parties.attestation(ledger.council(), "CH", number, word);
        // A ballot goes first, so that no tree ends where the attestation stands.
        ledger
            .run(&[ledger.sign(&Body::Attestation(attested)), ledger.ballot("M1", open, InFavour)]);
        let is_released = word == "votes-released";
        let counted = if is_released { vec![ballots + 1, ballots + 2] } else { Vec::new() };
        for leaf in [before + 1].into_iter().chain(counted) {
            assert!(refused(&ledger, leaf).contains(&true), "{word}: leaf {leaf}");
        }
    }
}

/// For each place in the state with this number, whether a state with one behind the log there is refused.
fn refused(ledger: &Ledger, number: u64) -> Vec<bool> {
    let (written, number) = (ledger.chain.snapshot(), number.to_le_bytes());
    let is_there = |at: &usize| written[*at..].starts_with(&number);
    let lie = |at: usize| {
        let mut altered = written.clone();
        altered[at..at + 8].copy_from_slice(&(1_u64 << 40).to_le_bytes());
        let restored = Chain::restore(&altered, ledger.council().genesis());
        matches!(restored, Err(SnapshotError::Incoherent(_)))
    };
    (0..written.len()).filter(is_there).map(lie).collect()
}

/// A ledger in which much was said, of all that may be said.
fn talked(rng: &mut Rng) -> Ledger {
    let topics = Topic::ALL.into_iter().filter(|topic| *topic != Topic::Rules);
    let mut trial = Trial::begin(council_of(&[50, 30, 20].map(Seat::weighing)), topics);
    let parties = trial.parties();
    for _ in 0..150 {
        let by = rng.pick(&parties).clone();
        trial.say(rng, &by);
        if rng.chance(300) {
            trial.block(1000);
        }
        if rng.chance(20) {
            trial.block(1000);
            trial.block(40 * DAY_MS);
        }
    }
    trial.ledger
}

/// Everything that a node does with a chain: it judges, writes and reads.
fn goes_on(chain: &Chain, block: &Block) {
    let _ = chain.apply(block);
    let _ = chain.replay_own(block);
    let said = statements(&block.records);
    let said: Vec<&Statement> = said.iter().collect();
    for wait_ms in [1000, 400 * DAY_MS] {
        let time = Time::from_ms(chain.time().as_ms() + wait_ms).unwrap();
        let next = chain.assemble(&Proposal { time, round: 0 }, &said);
        let Some((_, next)) = next else { continue };
        let _ = next.assemble(&Proposal { time: next.next_time(time), round: 1 }, &said);
        for roster in next.rosters().all() {
            let keys: Vec<_> = roster.members.iter().map(|member| member.node).collect();
            Roster::new(&keys).expect("the council's law keeps rosters small and keys apart");
        }
        let council = next.council();
        council.ending(Time::default(), time).for_each(drop);
        council.ended_since(Time::default()).for_each(drop);
        council.open_from(0).for_each(drop);
    }
}

#[test]
fn a_state_that_lies_is_refused_or_goes_on_without_a_panic() {
    let (mut refused, mut believed) = (BTreeSet::new(), 0);
    for seed in 0..4 {
        let mut rng = Rng::new(seed);
        let ledger = talked(&mut rng);
        let genesis = ledger.council().genesis();
        let mut chain = Chain::found(genesis.clone());
        for block in &ledger.blocks {
            let written = chain.snapshot();
            for _ in 0..15 {
                match Chain::restore(&lies::altered(&written, &mut rng), genesis) {
                    Ok(lying) => {
                        goes_on(&lying, block);
                        believed += 1;
                    }
                    Err(SnapshotError::Incoherent(why)) => {
                        refused.insert(why.to_string());
                    }
                    Err(_) => {}
                }
            }
            chain = chain.apply(block).unwrap();
        }
    }
    // Whoever writes a title anew tells a lie that nothing contradicts.
    assert!(believed > 50, "{believed}");
    assert!(refused.len() > 5, "{refused:#?}");
}
