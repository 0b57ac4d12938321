//! Those who are not let in, and peers that misbehave.

use super::*;
use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// A client that has no key to show.
#[derive(Debug)]
struct Keyless {
    raw: bool,
}

impl ResolvesClientCert for Keyless {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        None
    }

    fn only_raw_public_keys(&self) -> bool {
        self.raw
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// A node that expects the smaller key, and both secrets.
async fn acceptor() -> (Node, Vec<SecretKey>) {
    let keys = secrets(2);
    (Node::start(&keys[1], &keys).await, keys)
}

/// Nothing of the adversary's has harmed the node: its peer still gets in.
async fn still_admits(node: &mut Node, peer: &SecretKey) {
    let mut honest = Node::start(peer, &secrets(2)).await;
    honest.learn(node);
    honest.sees(Event::Connected(node.key)).await;
    node.sees(Event::Connected(peer.public())).await;
    honest.stop().await;
}

#[tokio::test]
async fn a_key_outside_the_roster_is_refused_and_learns_it() {
    let (mut node, keys) = acceptor().await;
    let stranger = SecretKey::from_seed(&[99; 32]);
    let refused = dial_bare(&stranger, &node, &hello()).await;
    assert_eq!(refused.unwrap_err(), Refusal::ByPeer(PeerVerdict::Tls));
    assert_eq!(node.is_refused().await, Refusal::Stranger);
    assert_eq!(node.handle.counters().refusals["stranger"], 1);
    assert_eq!(node.handle.connected(), []);
    still_admits(&mut node, &keys[0]).await;
}

#[tokio::test]
async fn a_client_without_a_key_is_refused() {
    let (mut node, keys) = acceptor().await;
    for raw in [true, false] {
        let client = Identity::new(keys[0].clone()).client(Admits::Only(node.key));
        let mut client = (*client).clone();
        client.client_auth_cert_resolver = Arc::new(Keyless { raw });
        if let Ok(mut stream) = tls(Arc::new(client), node.address).await {
            let refused = exchange(&mut stream, &hello(), |_| Ok(())).await;
            assert_eq!(refused, Err(Refusal::ByPeer(PeerVerdict::Tls)));
        }
        assert_eq!(node.is_refused().await, Refusal::NoKey, "raw: {raw}");
    }
    still_admits(&mut node, &keys[0]).await;
}

#[tokio::test]
async fn nobody_can_claim_a_key_that_he_does_not_hold() {
    let keys = secrets(3);
    let mut node = Node::start(&keys[2], &keys).await;
    let impostor = Identity::impostor(&keys[0].public(), keys[1].clone());
    let mut stream = tls(impostor.client(Admits::Only(node.key)), node.address).await.unwrap();
    let refused = exchange(&mut stream, &hello(), |_| Ok(())).await;
    assert_eq!(refused, Err(Refusal::ByPeer(PeerVerdict::Tls)));
    assert_eq!(node.is_refused().await, Refusal::BadSignature);
}

#[tokio::test]
async fn a_listener_that_claims_a_key_it_does_not_hold_is_refused() {
    let keys = secrets(3);
    let mut node = Node::start(&keys[0], &keys).await;
    let listener = TcpListener::bind(ANY_PORT).await.unwrap();
    let claimed = keys[1].public();
    let impostor = Identity::impostor(&claimed, keys[2].clone());
    let server = impostor.server(Admits::Only(node.key));
    let address = listener.local_addr().unwrap();
    node.handle.set_address(&claimed, address.into());
    let (tcp, _) = listener.accept().await.unwrap();
    assert!(tokio_rustls::TlsAcceptor::from(server).accept(tcp).await.is_err());
    let why = Refusal::BadSignature;
    assert_eq!(node.next().await, Event::Refused { peer: Some(claimed), address, why });
}

#[tokio::test]
async fn a_roster_key_at_anothers_address_is_not_taken_for_the_other() {
    let keys = secrets(3);
    let mut a = Node::start(&keys[0], &keys).await;
    let c = Node::start(&keys[2], &keys).await;
    let b = keys[1].public();
    a.handle.set_address(&b, c.address.into());
    let why = Refusal::Stranger;
    assert_eq!(a.next().await, Event::Refused { peer: Some(b), address: c.address, why });
}

#[tokio::test]
async fn another_council_is_refused_at_both_ends() {
    let keys = secrets(2);
    let other = sha256(b"another council");
    let mut a = Node::start(&keys[0], &keys).await;
    let mut b = Node::start_with(MeshConfig { council: other, ..config(&keys[1], &keys) }).await;
    a.learn(&b);
    assert_eq!(a.is_refused().await, Refusal::Council { theirs: other });
    assert_eq!(b.is_refused().await, Refusal::Council { theirs: council() });
    assert_eq!(a.send(&b, "x"), Err(SendError::NotConnected));
    assert_eq!(b.send(&a, "x"), Err(SendError::NotConnected));
}

#[tokio::test]
async fn another_version_is_refused_and_told() {
    let (mut node, keys) = acceptor().await;
    let future = Hello { version: PROTOCOL_VERSION + 1, ..hello() };
    let refused = dial_bare(&keys[0], &node, &future).await;
    assert_eq!(refused.unwrap_err(), Refusal::Version { theirs: PROTOCOL_VERSION });
    assert_eq!(node.is_refused().await, Refusal::Version { theirs: PROTOCOL_VERSION + 1 });
}

#[tokio::test]
async fn the_larger_key_of_a_pair_that_is_connected_does_not_dial_again() {
    let keys = secrets(2);
    let (mut node, other) = connected_pair().await;
    let instance = node.handle.links.borrow()[&other.key].instance;
    let refused = dial_bare(&keys[1], &node, &Hello::new(council(), instance)).await;
    assert_eq!(refused.unwrap_err(), Refusal::ByPeer(PeerVerdict::Direction));
    assert_eq!(node.is_refused().await, Refusal::Direction);
}

#[tokio::test]
async fn garbage_instead_of_tls_harms_nobody() {
    let (mut node, keys) = acceptor().await;
    for garbage in [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".as_slice(), &[0xff; 5000], &[22, 3, 1]] {
        let mut tcp = TcpStream::connect(node.address).await.unwrap();
        tcp.write_all(garbage).await.unwrap();
        tcp.shutdown().await.unwrap();
        let why = node.is_refused().await;
        assert!(matches!(why, Refusal::Garbage | Refusal::Closed), "{why}");
    }
    still_admits(&mut node, &keys[0]).await;
}

#[tokio::test]
async fn a_stranger_that_says_nothing_is_given_up() {
    let keys = secrets(2);
    let mut quick = config(&keys[1], &keys);
    quick.limits.handshake_timeout = Duration::from_millis(100);
    let mut node = Node::start_with(quick).await;
    let mut silent = TcpStream::connect(node.address).await.unwrap();
    assert_eq!(node.is_refused().await, Refusal::Timeout);
    assert_eq!(silent.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn silent_strangers_give_way_to_a_peer() {
    let keys = secrets(2);
    let mut narrow = config(&keys[1], &keys);
    narrow.limits.handshakes_max = 4;
    let mut node = Node::start_with(narrow).await;
    let mut silent = Vec::new();
    for _ in 0..5 {
        silent.push(TcpStream::connect(node.address).await.unwrap());
    }
    let oldest = silent[0].local_addr().unwrap();
    let why = Refusal::Crowded;
    assert_eq!(node.next().await, Event::Refused { peer: None, address: oldest, why });
    assert_eq!(silent[0].read(&mut [0]).await.unwrap(), 0);
    still_admits(&mut node, &keys[0]).await;
    assert_eq!(node.handle.counters().refusals["crowded"], 2);
}

#[tokio::test]
async fn without_a_free_socket_nobody_is_dialled_until_there_is_one() {
    let keys = secrets(2);
    let mut narrow = config(&keys[0], &keys);
    narrow.limits.handshakes_max = 2;
    narrow.limits.sockets_max = 3;
    narrow.limits.handshake_timeout = Duration::from_hours(1);
    let mut node = Node::start_with(narrow).await;
    let peer = Node::start(&keys[1], &keys).await;
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(TcpStream::connect(node.address).await.unwrap());
    }
    // Two wait at the gate now, and the third socket is kept for whoever comes next.
    assert_eq!(node.is_refused().await, Refusal::Crowded);
    node.learn(&peer);
    let is_unreachable = async {
        while node.handle.counters().unreachable == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, is_unreachable).await.expect("it is tried, and cannot be");
    drop(silent);
    node.sees(Event::Connected(peer.key)).await;
}

#[tokio::test]
async fn a_frame_over_the_limit_ends_the_link() {
    let (mut node, keys) = acceptor().await;
    let mut link = dial_bare(&keys[0], &node, &hello()).await.unwrap();
    node.sees(Event::Connected(keys[0].public())).await;
    let bytes = u32::try_from(FRAME_BYTES_MAX).unwrap() + 1;
    link.write_u32(bytes).await.unwrap();
    link.flush().await.unwrap();
    let reason = Reason::FrameTooLong { bytes };
    assert_eq!(node.next().await, Event::Disconnected(keys[0].public(), reason));
    assert_eq!(link.read(&mut [0]).await.unwrap(), 0);
    assert_eq!(node.handle.counters().disconnections["frame-too-long"], 1);
}

#[tokio::test]
async fn a_frame_that_stops_half_way_ends_the_link() {
    let keys = secrets(2);
    let mut quick = config(&keys[1], &keys);
    quick.limits.frame_timeout = Duration::from_millis(100);
    let mut node = Node::start_with(quick).await;
    let mut link = dial_bare(&keys[0], &node, &hello()).await.unwrap();
    link.write_all(&[0, 0, 1, 0, 7]).await.unwrap();
    link.flush().await.unwrap();
    node.sees(Event::Disconnected(keys[0].public(), Reason::Stalled)).await;
}

#[tokio::test]
async fn a_peer_that_never_reads_is_dropped_while_others_go_on() {
    let keys = secrets(3);
    let mut narrow = config(&keys[2], &keys);
    narrow.limits.urgent_bytes_max = 1 << 20;
    let mut node = Node::start_with(narrow).await;
    let _never_reads = dial_bare(&keys[0], &node, &hello()).await.unwrap();
    let slow = keys[0].public();
    node.sees(Event::Connected(slow)).await;
    let mut reads = Node::start(&keys[1], &keys).await;
    reads.learn(&node);
    node.sees(Event::Connected(reads.key)).await;
    let chunk = urgent(64 << 10);
    while node.handle.broadcast(&chunk) == Ok(2) {
        reads.sees(Event::Frame(node.key, chunk.to_vec())).await;
    }
    assert_eq!(node.next().await, Event::Disconnected(slow, Reason::QueueFull));
    node.handle.send(&reads.key, &frame("on")).unwrap();
    reads.sees(Event::Frame(node.key, b"on".to_vec())).await;
}
