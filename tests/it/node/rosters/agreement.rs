//! A change that a node takes over from others: what it waits for, and what stops it.

use std::collections::BTreeMap;

use nemcon_crypto::hash;
use nemcon_ledger::Height;
use nemcon_ledger::record::council_change::NextRules;
use nemcon_ledger::record::{CouncilChange, Position};
use nemcon_replica::consensus::{CommitCertificate, Round, VoteKind, sign_bytes};
use nemcon_replica::replica::{Input, Message, Standing};
use nemcon_tests::fixture::{code, line, secret};

use super::Changing;

#[test]
fn no_height_that_a_peer_claims_stops_a_node_that_waits_for_agreement() {
    let mut council = Changing::equals(4);
    let away = code("M4");
    council.cluster.crash(&away);
    council.cluster.hold_node_key(&code("M2"), secret("M2/node-2"));
    council.rotate("M2", "M1", Some("M2/node-2"), None);
    for other in ["M2", "M3"] {
        council.cluster.cut.push((away.clone(), code(other)));
    }
    council.cluster.boot(&away);
    council.cluster.run_ms(60_000);
    let certificate = CommitCertificate {
        height: Height(u64::MAX),
        round: Round(u32::MAX),
        value_id: hash::sha256(b"no block"),
        signatures: Vec::new(),
    };
    let (sealed, height) = (BTreeMap::new(), Height(u64::MAX));
    let claim = Standing { height, sealed, certificate: Some(certificate) };
    let frame = Message::Standing(claim).encode();
    council.cluster.step(&away, Input::Frame(code("M1"), frame));
    council.cluster.heal();
    council.titled("M4", "After");
    assert_eq!(council.height("M4"), council.height("M1"));
}

#[test]
fn a_certificate_stops_no_node_at_a_height_that_all_have_sealed() {
    let mut council = Changing::equals(4);
    council.titled("M1", "Before");
    assert!(council.sealed("M1") >= Height(1));
    // As by keys that were good at that height, and were stolen when they had been rotated.
    let (height, round, value_id) = (Height(1), Round(0), hash::sha256(b"another block"));
    let digest = council.at("M1").council().digest();
    let bytes = sign_bytes::vote(digest, VoteKind::Precommit, height, round, Some(value_id));
    let sign = |at: u16| (at, secret(&format!("M{}/node", at + 1)).sign(&bytes));
    let signatures = (0..3).map(sign).collect();
    let certificate = Some(CommitCertificate { height, round, value_id, signatures });
    let claim = Standing { height, sealed: BTreeMap::new(), certificate };
    let frame = Message::Standing(claim).encode();
    council.cluster.step(&code("M1"), Input::Frame(code("M2"), frame));
    council.titled("M1", "After");
    assert_eq!(council.height("M1"), council.height("M2"));
}

#[test]
fn a_change_that_a_node_takes_over_is_sealed_only_once_two_thirds_agree_with_it() {
    let mut council = Changing::equals(4);
    council.titled("M1", "Before");
    let away = code("M4");
    council.cluster.crash(&away);
    let before = council.height("M1");
    council.cluster.hold_node_key(&code("M2"), secret("M2/node-2"));
    council.rotate("M2", "M1", Some("M2/node-2"), None);
    for other in ["M2", "M3"] {
        council.cluster.cut.push((away.clone(), code(other)));
    }
    council.cluster.boot(&away);
    council.cluster.run_ms(60_000);
    let top = council.height("M1");
    assert_eq!(council.height("M4"), top, "it has the blocks");
    let sealed = |council: &Changing| council.cluster.replica(&away).sealed_heights()[&away];
    assert_eq!(sealed(&council), before, "two of four agree, itself among them");
    council.cluster.heal();
    council.cluster.run_ms(60_000);
    assert_eq!(sealed(&council), top);
    council.titled("M4", "After");
    assert_eq!(council.sealed("M1"), council.height("M1"));
}

#[test]
fn a_node_stops_where_rules_begin_that_it_does_not_know_and_names_the_release() {
    let mut council = Changing::equals(4);
    let away = code("M4");
    council.cluster.crash(&away);
    let rules = NextRules { version: 2, release: line("nemcon 2.0") };
    let measure = council.at("M1").effect("M1", "rules-version", CouncilChange::Rules(rules));
    let number = council.table("M1", measure);
    let ledger = council.at("M1");
    let ballots = ["M1", "M2", "M3", "M4"].map(|by| ledger.ballot(by, number, Position::InFavour));
    council.cluster.may_stop = true;
    for ballot in &ballots {
        council.cluster.submit(&code("M1"), ballot);
    }
    council.cluster.run_ms(30_000);
    let mut stopped: Vec<_> = council.cluster.stopped.drain(..).collect();
    stopped.sort_by_key(|(code, _)| code.clone());
    let codes: Vec<_> = stopped.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes, ["M1", "M2", "M3"], "each by itself");
    assert!(stopped[0].1.to_string().contains("it needs nemcon 2.0"), "{}", stopped[0].1);
    // The block that brought the rules is on disk; a restart changes nothing.
    council.cluster.boot(&code("M1"));
    assert_eq!(council.cluster.stopped.drain(..).next(), Some(stopped[0].clone()));
    // One that was away takes the block over, and stops behind it.
    council.cluster.boot(&away);
    council.cluster.hand_blocks(&code("M1"), &away);
    council.cluster.run_ms(30_000);
    assert_eq!(council.cluster.stopped[..], [(away, stopped[0].1.clone())]);
    council.cluster.verify_agreement();
}
