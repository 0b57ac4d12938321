//! How much a node reads from its disk for one peer.

use nemcon_ledger::Height;
use nemcon_ledger::text::Code;
use nemcon_replica::consensus::{ConsensusMessage, MemberKey, Round, Vote, VoteKind, sign_bytes};
use nemcon_replica::replica::{
    ANSWER_BYTES_MIN, COMMON_BYTES_PER_SECOND, Effect, Input, Message, SERVE_AGAIN_MS,
    SHARE_BYTES_MAX, SHARE_BYTES_PER_SECOND, Standing,
};
use nemcon_tests::cluster::Cluster;
use nemcon_tests::fixture::secret;

use super::{alone_with_work, frame, sitting};

/// How many answers a node gives to one frame of a peer.
fn answers(cluster: &mut Cluster, at: &Code, peer: &Code, message: &Message) -> u64 {
    let before = cluster.nodes[at].disk.writes;
    frame(cluster, at, peer, message);
    (cluster.nodes[at].disk.writes - before) as u64
}

fn asks(cluster: &mut Cluster, at: &Code, peer: &Code, from: u64) -> u64 {
    answers(cluster, at, peer, &Message::BlocksWanted { from: Height(from) })
}

/// How many small answers a full share is good for.
const SMALL_ANSWERS: u64 = SHARE_BYTES_MAX / ANSWER_BYTES_MIN;

/// Has a peer use up its share, and what all have in common, with questions for blocks; how many were answered.
fn use_up(cluster: &mut Cluster, at: &Code, peer: &Code) -> u64 {
    let asked = 1..3 * SMALL_ANSWERS;
    asked.map(|nth| asks(cluster, at, peer, 1 + nth % 200)).sum()
}

#[test]
fn what_is_read_for_a_peer_is_bounded_by_bytes_over_time_whatever_it_asks_for() {
    let (mut cluster, _, codes) = sitting();
    let [at, peer, other, third] = codes.clone();
    assert!(use_up(&mut cluster, &at, &peer).abs_diff(2 * SMALL_ANSWERS) <= 2);
    let sealed = codes.iter().map(|code| (code.clone(), nemcon_crypto::TreeSize(0))).collect();
    let standing = Standing { height: Height(1), sealed, certificate: None };
    let wishes = [
        Message::Standing(standing.clone()),
        Message::StandingWanted,
        Message::SeenWanted { height: Height(2) },
        Message::BlocksWanted { from: Height(1) },
    ];
    for wish in &wishes {
        assert_eq!(answers(&mut cluster, &at, &peer, wish), 0, "{wish:?}");
        assert_eq!(answers(&mut cluster, &at, &other, wish), 1, "each peer has a share of its own");
    }
    // What it wanted last of each kind is answered as soon as its share is refilled, once.
    let later = nemcon_ledger::text::Time::from_ms(cluster.now().as_ms() + 1_000).unwrap();
    let replica = cluster.nodes.get_mut(&at).and_then(|node| node.replica.as_mut()).unwrap();
    let granted =
        replica.step(later, Input::Woken).unwrap().into_iter().filter(|effect| match effect {
            Effect::Send(to, _) | Effect::SendBlocks(to, _) => *to == peer,
            _ => false,
        });
    assert_eq!(granted.count(), wishes.len());
    cluster.run_ms(1_000);
    let a_second = SHARE_BYTES_PER_SECOND + COMMON_BYTES_PER_SECOND;
    let a_second = a_second / ANSWER_BYTES_MIN - wishes.len() as u64;
    assert!(use_up(&mut cluster, &at, &peer).abs_diff(a_second) <= 2);
    // Seals alone use up a share as well; what all have in common is used up already.
    let told = Message::Standing(standing);
    let seals: u64 =
        (0..2 * SMALL_ANSWERS).map(|_| answers(&mut cluster, &at, &third, &told)).sum();
    assert!(seals.abs_diff(SMALL_ANSWERS) <= 1);
}

#[test]
fn a_new_connection_brings_no_new_share_and_is_not_told_all_that_waits_again() {
    let (mut cluster, parties, [at, peer, other, third]) = sitting();
    alone_with_work(&mut cluster, &parties, &at, [&peer, &other, &third]);
    use_up(&mut cluster, &at, &peer);
    let mut told = || {
        cluster.step(&at, Input::Disconnected(peer.clone()));
        let before = cluster.nodes[&at].disk.writes;
        cluster.step(&at, Input::Connected(peer.clone()));
        let told = cluster.nodes[&at].disk.writes - before;
        cluster.run_ms(1_000);
        told
    };
    let (used_up, refilled) = (told(), told());
    assert!(used_up < refilled, "{used_up}, {refilled}");
    assert_eq!(asks(&mut cluster, &at, &peer, 1), 1);
}

#[test]
fn a_member_that_is_stuck_gets_the_same_blocks_once_a_second_unless_it_asks() {
    let (mut cluster, parties, [at, peer, ..]) = sitting();
    let council = parties.genesis.digest();
    let stuck = |round| {
        let (kind, height, round) = (VoteKind::Prevote, Height(0), Round(round));
        let key = secret("M2/node");
        let signature = key.sign(&sign_bytes::vote(council, kind, height, round, None));
        let signer = MemberKey::of(&key.public());
        let vote = Vote { kind, height, round, value: None, signer, signature };
        Message::Consensus(ConsensusMessage::Vote(vote))
    };
    let gets = |cluster: &mut Cluster| {
        (0..100).map(|round| answers(cluster, &at, &peer, &stuck(round))).sum::<u64>()
    };
    assert_eq!(gets(&mut cluster), 1);
    cluster.run_ms(SERVE_AGAIN_MS);
    assert_eq!(gets(&mut cluster), 1);
    assert_eq!(asks(&mut cluster, &at, &peer, 1), 1);
}
