//! Keys that change while nodes are up, or away.

use super::*;

fn known(node: &Node) -> Peer {
    Peer { key: node.key, address: Some(node.address.into()) }
}

/// A node that gives the smaller key of a pair no time.
fn hasty(me: &SecretKey, roster: &[SecretKey]) -> MeshConfig {
    let mut config = config(me, roster);
    config.limits.late_dial = Duration::ZERO;
    config
}

#[tokio::test]
async fn the_larger_key_of_a_pair_dials_when_the_smaller_does_not() {
    let keys = secrets(2);
    let mut a = Node::start(&keys[0], &keys).await;
    let mut b = Node::start_with(hasty(&keys[1], &keys)).await;
    b.learn(&a);
    a.sees(Event::Connected(b.key)).await;
    b.sees(Event::Connected(a.key)).await;
    a.send(&b, "hello").unwrap();
    b.sees(Event::Frame(a.key, b"hello".to_vec())).await;
}

#[tokio::test]
async fn a_node_that_changes_its_key_is_connected_again_under_the_new_one() {
    let keys = secrets(3);
    let (mut a, mut b) = connected_pair().await;
    let new = &keys[2];
    a.handle.set_peers(&[known(&b), Peer { key: new.public(), address: Some(b.address.into()) }]);
    b.handle.set_identity(new);
    b.handle.set_peers(&[known(&a)]);
    a.sees(Event::Disconnected(b.key, Reason::Closed)).await;
    a.sees(Event::Connected(new.public())).await;
    b.sees(Event::Disconnected(a.key, Reason::KeyChanged)).await;
    b.sees(Event::Connected(a.key)).await;
    assert_eq!(b.handle.counters().disconnections["key-changed"], 1);
    a.handle.send(&new.public(), &frame("hello")).unwrap();
    b.sees(Event::Frame(a.key, b"hello".to_vec())).await;
}

#[tokio::test]
async fn a_node_that_was_away_finds_one_whose_key_it_does_not_know() {
    let keys = secrets(3);
    let (old, new) = (&keys[1], &keys[2]);
    // It knows the old key; the other shows a new one, and admits it.
    let mut away = Node::start_with(hasty(&keys[0], &keys[..2])).await;
    let mut other = Node::start(new, &[keys[0].clone(), new.clone()]).await;
    assert!(away.handle.set_address(&old.public(), other.address.into()));
    assert_eq!(away.is_refused().await, Refusal::Stranger);
    away.sees(Event::Connected(new.public())).await;
    other.sees(Event::Connected(away.key)).await;
    away.handle.send(&new.public(), &frame("blocks?")).unwrap();
    other.sees(Event::Frame(away.key, b"blocks?".to_vec())).await;
    // Once it knows the key, the link is like any other, and stays.
    away.handle.set_peers(&[known(&other)]);
    other.send(&away, "blocks").unwrap();
    away.sees(Event::Frame(new.public(), b"blocks".to_vec())).await;
}

#[tokio::test]
async fn a_key_that_nobody_knows_is_let_go_when_its_link_ends_and_the_address_is_dialled_again() {
    let keys = secrets(3);
    let (old, new) = (&keys[1], &keys[2]);
    let mut away = Node::start(&keys[0], &keys[..2]).await;
    let other = Node::start(new, &[keys[0].clone(), new.clone()]).await;
    let listen = other.address;
    assert!(away.handle.set_address(&old.public(), listen.into()));
    away.sees(Event::Connected(new.public())).await;
    other.stop().await;
    away.sees(Event::Disconnected(new.public(), Reason::Closed)).await;
    let back = MeshConfig { listen, ..config(old, &keys[..2]) };
    let mut back = Node::start_with(back).await;
    away.sees(Event::Connected(old.public())).await;
    back.sees(Event::Connected(away.key)).await;
}
