//! Hostile peers of the built binary: a member that lies, and strangers where a node is off. The council
//! goes on, and nobody honest is blamed.

use nemcon_client::api::MeasureStatus;
use std::collections::BTreeMap;
use std::time::Instant;

use nemcon_crypto::TreeSize;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::{Height, codec};
use nemcon_replica::consensus::Recollection;
use nemcon_replica::replica::{
    COMMON_BYTES_PER_SECOND, Message, SHARE_BYTES_MAX, SHARE_BYTES_PER_SECOND, Standing,
};
use nemcon_tests::process::{Hostile, Net, Node, in_workspace, seals_in_journal, wait_for};

const HONEST: [&str; 3] = ["CH", "DC", "TR"];
/// The member whose node is off, or hostile.
const OFF: &str = "SC";

/// Four members that have sealed some blocks, of which one's node is off; the seals of all.
fn council() -> (Net, u64, Vec<Seal>) {
    let net = Net::up("--members 4 --charter plain");
    let number = net.table("CH", &in_workspace("examples/board/reserve-fund.toml"));
    net.cast(number, "against", &HONEST);
    let top = net.status("CH").height;
    for code in HONEST {
        wait_for("the seals of all", || (net.status(code).sealed_height >= top).then_some(()));
    }
    net.kill(OFF);
    let seals = seals_in_journal(&net, OFF);
    assert!(seals.len() >= 12, "{}", seals.len());
    (net, number, seals)
}

/// A ballot is ordered, everybody votes, and no honest node is said to have done anything wrong.
fn goes_on(net: &Net, number: u64, position: &str) {
    net.cast(number, position, &HONEST);
    for code in HONEST {
        let status = net.status(code);
        assert!(!status.observing, "{code} withholds its votes");
        for member in status.members.iter().filter(|member| member.code.as_str() != OFF) {
            assert!(member.faults.is_empty(), "{code} blames {}: {:?}", member.code, member.faults);
        }
    }
}

/// A frame with a seal as it was once framed, another height before its size: 142 bytes.
fn with_a_height(seal: &Seal, height: u64) -> Vec<u8> {
    let frame = Message::Seals(vec![seal.clone()]).encode();
    let seal = codec::encode(seal);
    let head = &frame[..frame.len() - seal.len()];
    [head, &height.to_le_bytes(), &seal].concat()
}

/// Every seal again, to whom it frames and to others, whole and with other labels.
fn plays_seals_again(hostile: &Hostile, seals: &[Seal]) {
    for to in HONEST {
        for seal in seals {
            hostile.say(to, &Message::Seals(vec![seal.clone()]));
        }
        hostile.say(to, &Message::Seals(seals.to_vec()));
        let relabelled = seals.iter().rev().take(4).map(|seal| {
            let seal = Seal { member: to.to_owned(), ..seal.clone() };
            Message::Seals(vec![seal])
        });
        relabelled.for_each(|message| hostile.say(to, &message));
        for height in [seals.len() as u64 + 5, u64::MAX] {
            let own = seals.iter().filter(|seal| seal.member == to);
            own.for_each(|seal| hostile.say_bytes(to, with_a_height(seal, height)));
        }
    }
}

/// Lies about where it stands and what it holds, and asks for anything.
fn lies(hostile: &Hostile) {
    let codes = || HONEST.iter().chain([&OFF]).map(|code| code.parse().unwrap());
    for to in HONEST {
        for height in [0, 1, 1_000, u64::MAX] {
            for size in [0, 1, 7, u64::MAX] {
                let sealed: BTreeMap<_, _> = codes().map(|code| (code, TreeSize(size))).collect();
                let (height, certificate) = (Height(height), None);
                hostile.say(to, &Message::Standing(Standing { height, sealed, certificate }));
            }
            let (height, memory) = (Height(height), Recollection::default());
            hostile.say(to, &Message::Seen { height, memory });
            hostile.say(to, &Message::SeenWanted { height });
            hostile.say(to, &Message::BlocksWanted { from: height });
            hostile.say(to, &Message::StandingWanted);
        }
    }
}

#[test]
fn seals_played_again_by_a_member_that_lies_stop_no_council_and_frame_nobody() {
    let (net, number, seals) = council();
    let hostile = Hostile::member(&net, OFF);
    hostile.meet(&HONEST);
    plays_seals_again(&hostile, &seals);
    lies(&hostile);
    goes_on(&net, number, "in-favour");

    // A node that starts anew is told the same before it has heard anybody else.
    net.kill("TR");
    let restarted = Node::run(&net.testnet().config(&"TR".parse().unwrap()));
    hostile.meet(&["TR"]);
    plays_seals_again(&hostile, &seals);
    lies(&hostile);
    goes_on(&net, number, "against");
    drop(hostile);

    // The member's true node comes back, and all is well.
    net.cast(number, "in-favour", &HONEST);
    drop(restarted);
    net.restart();
    net.cast(number, "in-favour", &[OFF]);
    assert_eq!(net.measure("CH", number).status, MeasureStatus::Adopted);
    let top = net.status("CH").height;
    wait_for("the seals of all", || (net.status("CH").sealed_height >= top).then_some(()));
}

#[test]
fn seals_played_again_by_a_stranger_where_a_node_is_off_stop_no_council() {
    let (net, number, seals) = council();
    let hostile = Hostile::stranger(&net, OFF);
    hostile.meet(&HONEST);
    plays_seals_again(&hostile, &seals);
    goes_on(&net, number, "in-favour");
    for _ in 0..3 {
        hostile.meet(&HONEST);
        lies(&hostile);
    }
    goes_on(&net, number, "against");
    for code in HONEST {
        let log = net.log(code);
        assert!(log.contains("connected, with a key that is not in the roster"), "{log}");
        assert!(!log.contains("lost track"), "{log}");
    }
}

#[test]
fn a_stranger_where_a_node_is_off_reads_nothing() {
    let (net, number, _) = council();
    let hostile = Hostile::stranger(&net, OFF);
    hostile.meet(&["CH"]);
    let sealed = [("CH".parse().unwrap(), TreeSize(0))].into_iter().collect();
    let standing = Standing { height: Height(1_000), sealed, certificate: None };
    for _ in 0..10 {
        hostile.say("CH", &Message::BlocksWanted { from: Height(1) });
        hostile.say("CH", &Message::Standing(standing.clone()));
        hostile.say("CH", &Message::SeenWanted { height: Height(1) });
    }
    // An answer to this shows that all before it was taken in.
    hostile.say("CH", &Message::Blocks(Vec::new()));
    let mut heard = Vec::new();
    wait_for("where the node stands", || {
        heard.extend(hostile.hears("CH"));
        heard.iter().any(|it| matches!(it, Message::Standing(_))).then_some(())
    });
    let told = |it: &Message| matches!(it, Message::Standing(_) | Message::BlocksWanted { .. });
    assert!(heard.iter().all(told), "{heard:?}");
    goes_on(&net, number, "in-favour");
}

#[test]
fn a_peer_that_asks_for_blocks_over_and_over_is_read_no_more_than_its_share() {
    let (net, number, _) = council();
    let hostile = Hostile::member(&net, OFF);
    hostile.meet(&HONEST);
    let since = Instant::now();
    let sealed: BTreeMap<_, _> =
        HONEST.iter().map(|code| (code.parse().unwrap(), TreeSize(0))).collect();
    let (height, certificate) = (Height(u64::MAX), None);
    let standing = Message::Standing(Standing { height, sealed, certificate });
    for round in 0..3_000 {
        hostile.say("CH", &Message::BlocksWanted { from: Height(1 + round % 5) });
        hostile.say("CH", &standing);
    }
    goes_on(&net, number, "in-favour");
    let heard: u64 = hostile.hears("CH").iter().map(|it| it.encode().len() as u64).sum();
    let a_second = SHARE_BYTES_PER_SECOND + COMMON_BYTES_PER_SECOND;
    let share = 2 * SHARE_BYTES_MAX + a_second * (since.elapsed().as_secs() + 1);
    assert!(heard > 0 && heard <= share, "{heard} bytes, of {share}");
}
