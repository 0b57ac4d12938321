//! What bad input from a peer gets: typed, counted, attributed, and at last the connection cut.

use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_crypto::{Checkpoint, Digest, cosignature, hash};
use nemcon_ledger::Height;
use nemcon_ledger::council::PARTICIPANTS_MAX;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::record::{Body, Position};
use nemcon_ledger::text::Code;
use nemcon_node::mesh::Limits;
use nemcon_replica::consensus::{
    BlockBytes, CommitCertificate, ConsensusMessage, FaultKind, MEMBERS_MAX, MemberKey, Proposal,
    ProposalHeader, Round, Vote, VoteKind, sign_bytes,
};
use nemcon_replica::replica::{
    ANSWER_BYTES_MIN, Effect, FAULTS_PER_MINUTE_MAX, Input, Message, Misdeed,
    PENDING_CHANGES_PER_MEMBER_MAX, PENDING_PER_MEMBER_MAX, SEALS_PER_MESSAGE_MAX, SERVE_AGAIN_MS,
    SHARE_BYTES_MAX, SHARE_BYTES_PER_SECOND, STANDING_CODES_MAX, Standing,
};
use nemcon_tests::cluster::Cluster;
use nemcon_tests::fixture::{Parties, after_start, council_of_equals, secret};

/// Four members with one block ordered and sealed.
fn sitting() -> (Cluster, Parties, [Code; 4]) {
    let genesis = council_of_equals(4);
    let parties = Parties::new(genesis.clone());
    let mut cluster = Cluster::start(genesis, after_start(core::time::Duration::ZERO));
    let codes: [Code; 4] = cluster.codes().to_vec().try_into().expect("four members");
    let statement = parties.sign(&Body::Measure(parties.measure("M1", "A measure")));
    cluster.submit(&codes[0], &statement);
    cluster.run_ms(20_000);
    assert_eq!(cluster.verify_agreement(), Height(1));
    (cluster, parties, codes)
}

fn frame(cluster: &mut Cluster, to: &Code, from: &Code, message: &Message) {
    cluster.step(to, Input::Frame(from.clone(), message.encode()));
}

fn count(cluster: &Cluster, at: &Code, of: &Code, misdeed: Misdeed) -> u64 {
    let faults = cluster.replica(at).faults_of(of);
    faults.and_then(|tally| tally.get(&misdeed.to_string())).copied().unwrap_or_default()
}

/// A pending statement of `by` whose signature is over another text.
fn forged(parties: &Parties, by: &str) -> Vec<u8> {
    let body = Body::Measure(parties.measure(by, "Forged"));
    let line = parties.signature("another text\n", &by.parse().expect("a code"), 0);
    let statement = nemcon_ledger::record::Statement::new(&body, vec![line]);
    statement.expect("a note of this line").render()
}

#[test]
fn each_kind_of_garbage_is_counted_for_the_peer_that_brought_it() {
    let (mut cluster, parties, [at, liar, ..]) = sitting();
    let seal = |signature| Seal {
        size: nemcon_crypto::TreeSize(3),
        root: hash::sha256(b"a root"),
        member: "M3".to_owned(),
        time_s: 1,
        signature,
    };
    let no_signature = nemcon_crypto::Signature::from_bytes([7; 64]);
    let too_many = vec![seal(no_signature); nemcon_replica::replica::SEALS_PER_MESSAGE_MAX + 1];
    let unproven = nemcon_ledger::durable::CommittedBlock {
        height: Height(2),
        records: vec![b"no record".to_vec()],
        certificate: Vec::new(),
    };
    cluster.step(&at, Input::Frame(liar.clone(), vec![0xff; 40]));
    for (message, misdeed) in [
        (Message::Pending(b"no statement".to_vec()), Misdeed::Pending),
        (Message::Pending(forged(&parties, "M3")), Misdeed::Pending),
        (Message::Seals(vec![seal(no_signature)]), Misdeed::Seal),
        (Message::Seals(too_many), Misdeed::Oversized),
        (Message::Blocks(vec![unproven]), Misdeed::Certificate),
    ] {
        let before = count(&cluster, &at, &liar, misdeed);
        frame(&mut cluster, &at, &liar, &message);
        assert_eq!(count(&cluster, &at, &liar, misdeed), before + 1, "{misdeed}");
    }
    assert_eq!(count(&cluster, &at, &liar, Misdeed::Frame), 1);
    assert_eq!(cluster.replica(&at).faults_of(&"M3".parse().unwrap()), None);
    assert_eq!(cluster.replica(&at).faults().values().sum::<u64>(), 6);
    assert!(cluster.nodes[&at].cut_off.is_empty());
}

#[test]
fn who_passes_on_what_other_officers_have_signed_is_not_blamed() {
    let (mut cluster, parties, [at, liar, ..]) = sitting();
    let new = nemcon_tests::fixture::officer("card", "M3/card");
    let body = Body::Measure(parties.measure("M3", "By who signs for M3 one block later"));
    let origin = &parties.genesis.origin;
    let key = nemcon_tests::fixture::secret("M3/card");
    let code = "M3".parse().unwrap();
    let line = nemcon_ledger::record::statement::sign_as_officer(
        &body.render(),
        origin,
        &code,
        &new.label,
        &key,
    );
    let statement = nemcon_ledger::record::Statement::new(&body, vec![line]).unwrap();
    frame(&mut cluster, &at, &liar, &Message::Pending(statement.render()));
    assert_eq!(count(&cluster, &at, &liar, Misdeed::Pending), 0);
    assert!(cluster.replica(&at).waiting().is_empty());
}

#[test]
fn a_peer_that_goes_on_sending_garbage_is_cut_off_once_and_not_looked_at_any_more() {
    let (mut cluster, parties, [at, liar, ..]) = sitting();
    let garbage = Message::Pending(forged(&parties, "M3"));
    for _ in 0..=FAULTS_PER_MINUTE_MAX {
        assert!(cluster.nodes[&at].cut_off.is_empty());
        frame(&mut cluster, &at, &liar, &garbage);
    }
    for _ in 0..10 {
        frame(&mut cluster, &at, &liar, &garbage);
    }
    assert_eq!(cluster.nodes[&at].cut_off, core::slice::from_ref(&liar));
    let counted = u64::from(FAULTS_PER_MINUTE_MAX) + 1;
    assert_eq!(count(&cluster, &at, &liar, Misdeed::Pending), counted);
    cluster.step(&at, Input::Disconnected(liar.clone()));
    cluster.step(&at, Input::Connected(liar.clone()));
    frame(&mut cluster, &at, &liar, &garbage);
    assert_eq!(count(&cluster, &at, &liar, Misdeed::Pending), counted + 1);
}

#[test]
fn a_new_connection_begins_no_new_minute() {
    let (mut cluster, parties, [at, liar, ..]) = sitting();
    let garbage = Message::Pending(forged(&parties, "M3"));
    for _ in 0..=FAULTS_PER_MINUTE_MAX {
        assert!(cluster.nodes[&at].cut_off.is_empty());
        frame(&mut cluster, &at, &liar, &garbage);
        cluster.step(&at, Input::Disconnected(liar.clone()));
        cluster.step(&at, Input::Connected(liar.clone()));
    }
    assert_eq!(cluster.nodes[&at].cut_off, [liar]);
}

/// A proposal of `by` for block 2, which it is not its turn to make.
fn untimely_turn(cluster: &Cluster, by: &Code, number: u32) -> Message {
    let council = cluster.replica(by).chain().council().digest();
    let key = secret(&format!("{by}/node"));
    let block = BlockBytes::new(number.to_be_bytes());
    let header = ProposalHeader {
        height: Height(2),
        round: Round(0),
        pol_round: None,
        content: block.digest(),
    };
    let signature = key.sign(&sign_bytes::proposal(council, &header));
    let ProposalHeader { height, round, pol_round, .. } = header;
    let signer = MemberKey::of(&key.public());
    let proposal = Proposal { height, round, pol_round, block, signer, signature };
    Message::Consensus(ConsensusMessage::Proposal(proposal))
}

/// `at` works on block 2 and has found nobody to decide it with.
fn alone_with_work(cluster: &mut Cluster, parties: &Parties, at: &Code, others: [&Code; 3]) {
    cluster.cut = others.map(|other| (at.clone(), other.clone())).to_vec();
    let measure = parties.measure(at.as_str(), "Another measure");
    cluster.submit(at, &parties.sign(&Body::Measure(measure)));
    cluster.run_ms(1_000);
    assert_eq!(cluster.replica(at).round(), Some(0));
}

#[test]
fn wrong_messages_that_their_sender_has_signed_are_charged_to_its_connection() {
    let (mut cluster, parties, [at, liar, third, fourth]) = sitting();
    alone_with_work(&mut cluster, &parties, &at, [&liar, &third, &fourth]);
    for number in 0..10 * FAULTS_PER_MINUTE_MAX {
        let proposal = untimely_turn(&cluster, &liar, number);
        frame(&mut cluster, &at, &liar, &proposal);
    }
    assert_eq!(cluster.nodes[&at].cut_off, core::slice::from_ref(&liar));
    let counted = count(&cluster, &at, &liar, Misdeed::Consensus(FaultKind::WrongProposer));
    assert_eq!(counted, u64::from(FAULTS_PER_MINUTE_MAX) + 1);
}

#[test]
fn what_was_held_of_a_liar_is_not_charged_to_whoever_wakes_the_height() {
    let (mut cluster, parties, [at, liar, third, fourth]) = sitting();
    cluster.cut = [&liar, &third, &fourth].map(|other| (at.clone(), other.clone())).to_vec();
    let held = untimely_turn(&cluster, &third, 0);
    frame(&mut cluster, &at, &third, &held);
    let measure = parties.measure("M2", "Another measure");
    let record = parties.sign(&Body::Measure(measure)).render();
    frame(&mut cluster, &at, &fourth, &Message::Pending(record));
    assert_eq!(cluster.replica(&at).round(), Some(0));
    assert_eq!(cluster.replica(&at).faults_of(&fourth), None);
}

/// A seal of `by` at the end of block 1.
fn sealed(cluster: &Cluster, by: &Code, root: Digest) -> Seal {
    let chain = cluster.replica(by).chain();
    let origin = chain.council().genesis().checkpoint_origin();
    let checkpoint = Checkpoint::new(&origin, chain.size(), root).expect("a line");
    let key = secret(&format!("{by}/seal"));
    let cosigned = cosignature::cosign(&checkpoint, 7, &key).expect("a time");
    let (size, member) = (chain.size(), by.to_string());
    Seal { size, root, member, time_s: 7, signature: *cosigned.signature() }
}

#[test]
fn a_message_full_of_wrong_seals_costs_no_more_than_a_connection_bears() {
    let (mut cluster, _, [at, liar, third, _]) = sitting();
    let forked = sealed(&cluster, &liar, hash::sha256(b"another root"));
    let unsigned = Seal { member: third.to_string(), ..forked.clone() };
    let most = u64::from(FAULTS_PER_MINUTE_MAX) + 1;
    for (seal, misdeed) in [(unsigned, Misdeed::Seal), (forked, Misdeed::ConflictingSeal)] {
        let evidence = cluster.nodes[&at].evidence.len();
        frame(&mut cluster, &at, &liar, &Message::Seals(vec![seal; SEALS_PER_MESSAGE_MAX]));
        assert_eq!(count(&cluster, &at, &liar, misdeed), most, "{misdeed}");
        assert!(cluster.nodes[&at].evidence.len() - evidence <= 61);
        cluster.step(&at, Input::Disconnected(liar.clone()));
        cluster.step(&at, Input::Connected(liar.clone()));
        cluster.run_ms(60_000);
    }
}

#[test]
fn a_known_seal_beside_a_conflicting_one_brings_no_evidence_again() {
    let (mut cluster, _, [at, liar, third, _]) = sitting();
    let forked = sealed(&cluster, &liar, hash::sha256(b"another root"));
    let known = sealed(&cluster, &third, cluster.replica(&at).chain().root());
    frame(&mut cluster, &at, &liar, &Message::Seals(vec![forked]));
    assert_eq!(cluster.nodes[&at].evidence.len(), 1);
    frame(&mut cluster, &at, &liar, &Message::Seals(vec![known; 1_000]));
    assert_eq!(cluster.nodes[&at].evidence.len(), 1);
}

#[test]
fn of_seals_that_a_stranger_offers_none_is_looked_at_behind_a_wrong_one() {
    let (mut cluster, _, [at, liar, third, _]) = sitting();
    let forked = sealed(&cluster, &liar, hash::sha256(b"another root"));
    let unsigned = Seal { member: third.to_string(), ..forked };
    let frame = Message::Seals(vec![unsigned; SEALS_PER_MESSAGE_MAX]).encode();
    cluster.step(&at, Input::Offered(frame));
    assert_eq!(cluster.replica(&at).faults().values().sum::<u64>(), 1);
}

#[test]
fn a_proof_longer_than_any_is_not_kept() {
    let (mut cluster, _, [at, liar, ..]) = sitting();
    let no_signature = nemcon_crypto::Signature::from_bytes([7; 64]);
    let certificate = |signatures: u16| CommitCertificate {
        height: Height(u64::MAX),
        round: Round(0),
        value_id: hash::sha256(b"no block"),
        signatures: (0..signatures).map(|at| (at, no_signature)).collect(),
    };
    for (signatures, faults) in [(90, 0), (91, 1), (u16::MAX, 2)] {
        let (sealed, certificate) = (BTreeMap::new(), Some(certificate(signatures)));
        let standing = Standing { height: Height(1), sealed, certificate };
        frame(&mut cluster, &at, &liar, &Message::Standing(standing));
        assert_eq!(count(&cluster, &at, &liar, Misdeed::Oversized), faults);
    }
}

#[test]
fn a_standing_that_tells_of_more_members_than_any_is_not_looked_up() {
    let (mut cluster, _, [at, liar, ..]) = sitting();
    let size = nemcon_crypto::TreeSize(1);
    for (told, faults) in [(STANDING_CODES_MAX, 0), (STANDING_CODES_MAX + 1, 1)] {
        let code = |nth: usize| format!("X{nth}").parse::<Code>().expect("a code");
        let sealed = (0..told).map(|nth| (code(nth), size)).collect();
        let standing = Standing { height: Height(1), sealed, certificate: None };
        frame(&mut cluster, &at, &liar, &Message::Standing(standing));
        assert_eq!(count(&cluster, &at, &liar, Misdeed::Oversized), faults, "{told}");
    }
}

#[test]
fn what_waits_takes_up_memory_once_however_many_are_told() {
    let (mut cluster, parties, [at, liar, third, fourth]) = sitting();
    alone_with_work(&mut cluster, &parties, &at, [&liar, &third, &fourth]);
    let now = cluster.now();
    let replica = cluster.nodes.get_mut(&at).and_then(|node| node.replica.as_mut());
    let replica = replica.expect("it is up");
    let mut told = |member: &Code| -> Vec<Arc<[u8]>> {
        let effects = replica.step(now, Input::Connected(member.clone())).expect("no halt");
        let frames = effects.into_iter().filter_map(|effect| match effect {
            Effect::Send(_, frame) => Some(frame),
            _ => None,
        });
        let is_pending =
            |frame: &Arc<[u8]>| matches!(Message::decode(frame), Ok(Message::Pending(_)));
        frames.filter(is_pending).collect()
    };
    let (one, other) = (told(&liar), told(&third));
    assert_eq!(one.len(), 1);
    assert!(Arc::ptr_eq(&one[0], &other[0]));
}

/// How many statements a node tells everybody when it wakes so many milliseconds from now.
fn told_again(cluster: &mut Cluster, at: &Code, ms: u64) -> usize {
    let later = nemcon_ledger::text::Time::from_ms(cluster.now().as_ms() + ms).unwrap();
    let replica = cluster.nodes.get_mut(at).and_then(|node| node.replica.as_mut()).unwrap();
    let effects = replica.step(later, Input::Woken).expect("no halt");
    let is_statement = |effect: &&Effect| match effect {
        Effect::Broadcast(frame) => matches!(Message::decode(frame), Ok(Message::Pending(_))),
        _ => false,
    };
    effects.iter().filter(is_statement).count()
}

#[test]
fn what_waits_is_told_again_by_the_node_that_it_came_in_at_and_by_others_once_that_is_gone() {
    for is_gone in [false, true] {
        let (mut cluster, parties, [at, other, third, fourth]) = sitting();
        cluster.crash(&third);
        cluster.crash(&fourth);
        let statement = parties.sign(&Body::Measure(parties.measure("M1", "It waits")));
        cluster.submit(&at, &statement);
        cluster.run_ms(500);
        assert_eq!(cluster.replica(&other).waiting().len(), 1);
        if is_gone {
            cluster.step(&other, Input::Disconnected(at.clone()));
        }
        assert_eq!(told_again(&mut cluster, &at, 2_000), 1);
        assert_eq!(told_again(&mut cluster, &other, 2_000), usize::from(is_gone));
        let later = [10_000, 42_000].map(|ms| told_again(&mut cluster, &other, ms));
        assert_eq!(later, [usize::from(is_gone), 1], "at last by whoever has it");
    }
}

#[test]
fn a_link_has_room_for_every_statement_that_may_wait_in_the_largest_council() {
    let of_member = 2 * PENDING_PER_MEMBER_MAX + 3 * PENDING_CHANGES_PER_MEMBER_MAX;
    let of_participant = PENDING_PER_MEMBER_MAX + PENDING_CHANGES_PER_MEMBER_MAX;
    let waiting = MEMBERS_MAX * of_member + PARTICIPANTS_MAX * of_participant;
    assert!(Limits::default().queue_frames_max > waiting + 1_000);
}

#[test]
fn a_fault_a_second_is_counted_and_borne() {
    let (mut cluster, parties, [at, liar, ..]) = sitting();
    let garbage = Message::Pending(forged(&parties, "M3"));
    for _ in 0..3 * FAULTS_PER_MINUTE_MAX {
        frame(&mut cluster, &at, &liar, &garbage);
        cluster.run_ms(1_001);
    }
    assert!(cluster.nodes[&at].cut_off.is_empty());
}

#[test]
fn a_forged_early_seal_blames_nobody_and_displaces_no_true_one() {
    let (mut cluster, _, [at, liar, victim, _]) = sitting();
    let early = Seal {
        size: nemcon_crypto::TreeSize(5),
        root: hash::sha256(b"a root"),
        member: victim.to_string(),
        time_s: 1,
        signature: nemcon_crypto::Signature::from_bytes([7; 64]),
    };
    // Which roster seals such a size is not known yet: it may be another one.
    frame(&mut cluster, &at, &liar, &Message::Seals(vec![early]));
    assert_eq!(count(&cluster, &at, &liar, Misdeed::Seal), 0);
    let statement = {
        let parties = Parties::new(council_of_equals(4));
        let council = cluster.replica(&at).chain().council();
        parties.sign(&Body::Ballot(parties.ballot(council, "M1", 1, Position::InFavour)))
    };
    cluster.submit(&at, &statement);
    cluster.run_ms(20_000);
    assert_eq!(cluster.replica(&at).sealed_by_all().0, Height(2));
    assert_eq!(cluster.replica(&at).faults_of(&victim), None);
    assert_eq!(cluster.replica(&at).faults().values().sum::<u64>(), 0);
}

/// What a peer says of where it stands.
fn standing(height: u64) -> Message {
    let sealed = std::collections::BTreeMap::new();
    Message::Standing(Standing { height: Height(height), sealed, certificate: None })
}

#[test]
fn a_peer_that_claims_a_height_and_gives_nothing_is_not_asked_first_again() {
    let (mut cluster, parties, [at, liar, other, fourth]) = sitting();
    for (block, wait_ms) in [(2, 5_500), (3, 500), (4, 500)] {
        cluster.cut = [&liar, &other, &fourth].map(|peer| (at.clone(), peer.clone())).to_vec();
        let measure = parties.measure("M3", &format!("Measure {block}"));
        cluster.submit(&other, &parties.sign(&Body::Measure(measure)));
        cluster.run_ms(5_000);
        assert_eq!(cluster.replica(&other).chain().height(), Height(block));
        cluster.cut.retain(|(_, peer)| *peer != other);
        frame(&mut cluster, &at, &liar, &standing(u64::MAX));
        frame(&mut cluster, &at, &other, &standing(block));
        cluster.run_ms(wait_ms);
        assert_eq!(cluster.replica(&at).chain().height(), Height(block), "block {block}");
    }
}

#[test]
fn a_peer_that_gives_blocks_drop_by_drop_is_not_asked_first_again() {
    let (mut cluster, parties, [at, liar, other, fourth]) = sitting();
    cluster.cut = [&liar, &other, &fourth].map(|peer| (at.clone(), peer.clone())).to_vec();
    for title in ["Two", "Three", "Four", "Five"] {
        let measure = parties.measure("M3", title);
        cluster.submit(&other, &parties.sign(&Body::Measure(measure)));
        cluster.run_ms(5_000);
    }
    let blocks = cluster.nodes[&other].disk.blocks_from(Height(2));
    cluster.cut.retain(|(_, peer)| *peer != other);
    frame(&mut cluster, &at, &liar, &standing(u64::MAX));
    frame(&mut cluster, &at, &other, &standing(5));
    cluster.run_ms(4_000);
    assert_eq!(
        cluster.replica(&at).chain().height(),
        Height(1),
        "the one that claims most is asked"
    );
    frame(&mut cluster, &at, &liar, &Message::Blocks(blocks[..1].to_vec()));
    cluster.run_ms(1_000);
    assert_eq!(cluster.replica(&at).chain().height(), Height(5));
}

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

/// Has a peer use up its share with questions for blocks; how many were answered.
fn use_up(cluster: &mut Cluster, at: &Code, peer: &Code) -> u64 {
    let asked = 1..2 * SMALL_ANSWERS;
    asked.map(|nth| asks(cluster, at, peer, 1 + nth % 200)).sum()
}

#[test]
fn what_is_read_for_a_peer_is_bounded_by_bytes_over_time_whatever_it_asks_for() {
    let (mut cluster, _, codes) = sitting();
    let [at, peer, other, third] = codes.clone();
    assert!(use_up(&mut cluster, &at, &peer).abs_diff(SMALL_ANSWERS) <= 1);
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
    let a_second = SHARE_BYTES_PER_SECOND / ANSWER_BYTES_MIN - wishes.len() as u64;
    assert!(use_up(&mut cluster, &at, &peer).abs_diff(a_second) <= 1);
    // Seals alone use it up as well.
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
