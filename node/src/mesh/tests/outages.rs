//! Why a node that is dialled is not connected.

use super::*;

/// Waits until the last attempt to reach `peer` has come to something.
async fn outage(node: &Node, peer: PublicKey) -> Outage {
    let mut outages = node.handle.outages.clone();
    let has_one = |outages: &Outages| outages.contains_key(&peer);
    let found = timeout(PATIENCE, outages.wait_for(has_one)).await;
    found.expect("in time").expect("the mesh runs")[&peer]
}

#[tokio::test]
async fn each_way_not_to_be_reached_has_its_own_word() {
    let keys = secrets(3);
    let closed = std::net::TcpListener::bind(ANY_PORT).unwrap().local_addr().unwrap();
    let other = Node::start(&keys[2], &keys).await;
    for (address, why) in [
        // No name below `invalid` ever has an address [RFC 6761].
        ("node.invalid:7001".parse().unwrap(), Outage::Unresolved),
        (closed.into(), Outage::Unreachable(std::io::ErrorKind::ConnectionRefused)),
        (other.address.into(), Outage::Refused(Refusal::Stranger)),
    ] {
        let node = Node::start(&keys[0], &keys).await;
        let peer = keys[1].public();
        assert!(node.handle.set_address(&peer, address));
        assert_eq!(outage(&node, peer).await, why);
        node.stop().await;
    }
}

#[tokio::test]
async fn an_outage_ends_with_the_connection() {
    let keys = secrets(2);
    let listen = std::net::TcpListener::bind(ANY_PORT).unwrap().local_addr().unwrap();
    let mut node = Node::start(&keys[0], &keys).await;
    let peer = keys[1].public();
    assert!(node.handle.set_address(&peer, listen.into()));
    outage(&node, peer).await;
    let _late = Node::start_with(MeshConfig { listen, ..config(&keys[1], &keys) }).await;
    node.sees(Event::Connected(peer)).await;
    let mut outages = node.handle.outages.clone();
    let over = timeout(PATIENCE, outages.wait_for(|outages| outages.is_empty())).await;
    over.expect("in time").expect("the mesh runs");
}
