//! Two processes with one node key.

use super::*;

/// The next word about a second process.
async fn rival(node: &mut Node) -> Rival {
    loop {
        if let Event::Rival(rival) = node.next().await {
            return rival;
        }
    }
}

#[tokio::test]
async fn two_processes_that_show_one_key_by_turns_are_noticed() {
    let keys = secrets(2);
    let mut node = Node::start(&keys[1], &keys).await;
    // Both hold the smaller key of the pair: each dials whenever it is not connected.
    let one = Node::start(&keys[0], &keys).await;
    let other = Node::start(&keys[0], &keys).await;
    one.learn(&node);
    other.learn(&node);
    assert_eq!(rival(&mut node).await, Rival::Alternates(one.key));
}

#[tokio::test]
async fn a_process_that_takes_the_place_of_the_one_before_is_no_second_one() {
    let keys = secrets(2);
    let mut node = Node::start(&keys[1], &keys).await;
    let peer = keys[0].public();
    let mut links = Vec::new();
    for instance in [1, 1, 2, 3, 3] {
        let hello = Hello::new(council(), Instance([instance; 16]));
        links.push(dial_bare(&keys[0], &node, &hello).await.unwrap());
        node.sees(Event::Connected(peer)).await;
    }
    let hello = Hello::new(council(), Instance([2; 16]));
    let _back = dial_bare(&keys[0], &node, &hello).await.unwrap();
    // Nothing of the kind was told before the second process came back.
    assert_eq!(node.next().await, Event::Rival(Rival::Alternates(peer)));
}

#[tokio::test]
async fn a_second_process_that_may_not_dial_appears_and_is_told_once_both_are_known_to_run() {
    let (mut a, b) = connected_pair().await;
    let keys = secrets(2);
    // The larger key of the pair: the one that is connected did not dial.
    let refused = dial_bare(&keys[1], &a, &hello()).await.map(drop);
    assert_eq!(refused, Err(Refusal::ByPeer(PeerVerdict::Direction)));
    assert_eq!(rival(&mut a).await, Rival::Appears(b.key));
    assert_eq!(a.is_refused().await, Refusal::Rival { is_proven: false });

    a.handle.set_rivals([b.key].into());
    let refused = dial_bare(&keys[1], &a, &hello()).await.map(drop);
    assert_eq!(refused, Err(Refusal::ByPeer(PeerVerdict::Rival)));
    assert_eq!(rival(&mut a).await, Rival::Appears(b.key));
    a.send(&b, "the one that is connected stays so").unwrap();
}
