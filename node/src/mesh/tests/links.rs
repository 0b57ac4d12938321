//! Nodes of one council among themselves.

use super::*;
use tokio::runtime::Handle;

#[tokio::test]
async fn two_nodes_connect_and_exchange_frames_in_order() {
    let (mut a, mut b) = connected_pair().await;
    for n in 0..100 {
        a.send(&b, &format!("to b {n}")).unwrap();
        b.send(&a, &format!("to a {n}")).unwrap();
    }
    for n in 0..100 {
        assert_eq!(b.next().await, Event::Frame(a.key, format!("to b {n}").into()));
        assert_eq!(a.next().await, Event::Frame(b.key, format!("to a {n}").into()));
    }
    assert_eq!((a.handle.connected(), b.handle.connected()), (vec![b.key], vec![a.key]));
    assert_eq!(b.handle.counters(), Counters::default());
}

#[tokio::test]
async fn the_largest_frame_and_the_empty_one_arrive_whole() {
    let (a, mut b) = connected_pair().await;
    let largest: Arc<[u8]> = (0..FRAME_BYTES_MAX).map(|n| n.to_le_bytes()[1]).collect();
    a.handle.send(&b.key, &largest).unwrap();
    a.send(&b, "").unwrap();
    assert_eq!(b.next().await, Event::Frame(a.key, largest.to_vec()));
    assert_eq!(b.next().await, Event::Frame(a.key, Vec::new()));
    let longer: Arc<[u8]> = vec![0; FRAME_BYTES_MAX + 1].into();
    let refused = Err(SendError::TooLong { bytes: longer.len() });
    assert_eq!(a.handle.send(&b.key, &longer), refused);
    assert_eq!(a.handle.broadcast(&longer), refused.map(|()| 0));
}

#[test]
fn a_thread_without_a_runtime_hosts_a_node() {
    let keys = secrets(2);
    let (hand_over, taken) = std::sync::mpsc::channel();
    let network = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let b = Node::start(&keys[1], &keys).await;
            let mut a = Node::start(&keys[0], &keys).await;
            a.learn(&b);
            hand_over.send(b).unwrap();
            a.sees(Event::Frame(secrets(2)[1].public(), b"from a thread".to_vec())).await;
            a.handle.shutdown();
            a.task.await.unwrap();
        });
    });
    let mut b: Node = taken.recv().unwrap();
    let first = loop {
        match b.events.try_recv() {
            Some(event) => break event,
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    let Event::Connected(peer) = first else { panic!("connects first") };
    b.handle.send(&peer, &frame("from a thread")).unwrap();
    network.join().unwrap();
}

#[tokio::test]
async fn a_peer_that_restarts_at_its_address_is_found_again() {
    let keys = secrets(2);
    let (mut a, b) = connected_pair().await;
    let (key, listen) = (b.key, b.address);
    a.handle.set_peers(&[Peer { key, address: Some(listen.into()) }]);
    b.stop().await;
    a.sees(Event::Disconnected(key, Reason::Closed)).await;
    let mut b = Node::start_with(MeshConfig { listen, ..config(&keys[1], &keys) }).await;
    a.sees(Event::Connected(key)).await;
    a.send(&b, "again").unwrap();
    b.sees(Event::Frame(a.key, b"again".to_vec())).await;
}

#[tokio::test]
async fn a_peer_that_moves_is_found_at_the_address_that_is_told() {
    let keys = secrets(2);
    let (mut a, b) = connected_pair().await;
    let (key, was) = (b.key, b.address);
    b.stop().await;
    a.sees(Event::Disconnected(key, Reason::Closed)).await;
    assert_eq!(a.send(&a, "nobody"), Err(SendError::NotConnected));
    let b = Node::start(&keys[1], &keys).await;
    assert_ne!(b.address, was);
    a.learn(&b);
    a.sees(Event::Connected(key)).await;
}

#[tokio::test]
async fn a_dialler_that_restarts_dials_again() {
    let keys = secrets(2);
    let (a, mut b) = connected_pair().await;
    let key = a.key;
    a.stop().await;
    b.sees(Event::Disconnected(key, Reason::Closed)).await;
    let mut a = Node::start(&keys[0], &keys).await;
    a.learn(&b);
    b.sees(Event::Connected(key)).await;
    a.sees(Event::Connected(b.key)).await;
}

#[tokio::test]
async fn a_second_connection_of_a_peer_replaces_the_first() {
    let keys = secrets(2);
    let mut b = Node::start(&keys[1], &keys).await;
    let peer = keys[0].public();
    let hello = hello();
    let _half_open = dial_bare(&keys[0], &b, &hello).await.unwrap();
    assert_eq!(b.next().await, Event::Connected(peer));
    let mut newer = dial_bare(&keys[0], &b, &hello).await.unwrap();
    assert_eq!(b.next().await, Event::Disconnected(peer, Reason::Replaced));
    assert_eq!(b.next().await, Event::Connected(peer));
    b.handle.send(&peer, &frame("new")).unwrap();
    let read = timeout(PATIENCE, super::frame::read_frame(&mut newer, PATIENCE)).await;
    assert_eq!(read.unwrap(), Ok(b"new".to_vec()));
    assert_eq!(b.handle.counters().disconnections["replaced"], 1);
}

#[tokio::test]
async fn a_peer_that_leaves_the_roster_is_disconnected_and_may_come_back() {
    let (mut a, mut b) = connected_pair().await;
    let back = [Peer { key: b.key, address: Some(b.address.into()) }];
    a.handle.set_peers(&[]);
    a.sees(Event::Disconnected(b.key, Reason::LeftRoster)).await;
    b.sees(Event::Disconnected(a.key, Reason::Closed)).await;
    assert!(!a.handle.set_address(&b.key, b.address.into()));
    a.handle.set_peers(&back);
    a.sees(Event::Connected(b.key)).await;
    b.sees(Event::Connected(a.key)).await;
}

#[tokio::test]
async fn a_peer_that_was_cut_off_is_refused_until_its_time_is_over_and_may_come_back() {
    let keys = secrets(2);
    let mut host = config(&keys[1], &keys);
    host.limits.cut_off_for = Duration::from_secs(1);
    let mut b = Node::start_with(host).await;
    let a = Node::start(&keys[0], &keys).await;
    a.learn(&b);
    b.sees(Event::Connected(a.key)).await;
    assert!(b.handle.cut_off(&a.key));
    let cut = std::time::Instant::now();
    b.sees(Event::Disconnected(a.key, Reason::CutOff)).await;
    assert!(!b.handle.cut_off(&a.key), "nothing is left to cut");
    assert_eq!(b.is_refused().await, Refusal::TooSoon);
    b.sees(Event::Connected(a.key)).await;
    assert!(cut.elapsed() >= Duration::from_secs(1));
    assert_eq!(b.handle.counters().disconnections["cut-off"], 1);
}

#[tokio::test]
async fn who_has_cut_a_peer_off_does_not_dial_it_meanwhile() {
    let keys = secrets(2);
    let mut host = config(&keys[0], &keys);
    host.limits.cut_off_for = Duration::from_secs(1);
    let mut a = Node::start_with(host).await;
    let b = Node::start(&keys[1], &keys).await;
    a.learn(&b);
    a.sees(Event::Connected(b.key)).await;
    assert!(a.handle.cut_off(&b.key));
    let cut = std::time::Instant::now();
    a.sees(Event::Connected(b.key)).await;
    assert!(cut.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_port_in_use_is_a_typed_error() {
    let keys = secrets(2);
    let first = Mesh::bind(config(&keys[0], &keys)).await.unwrap();
    let listen = first.local_addr();
    let second = Mesh::bind(MeshConfig { listen, ..config(&keys[1], &keys) }).await;
    assert!(matches!(second, Err(MeshError::PortInUse(port)) if port == listen));
    let elsewhere = "192.0.2.1:0".parse().unwrap();
    let third = Mesh::bind(MeshConfig { listen: elsewhere, ..config(&keys[1], &keys) }).await;
    assert!(matches!(third, Err(MeshError::NotAllowed(address)) if address == elsewhere));
}

#[tokio::test]
async fn a_stopped_mesh_leaves_no_task_no_link_and_no_port() {
    let keys = secrets(2);
    let (a, mut b) = connected_pair().await;
    let _says_nothing = TcpStream::connect(a.address).await.unwrap();
    let (handle, key, listen) = (a.handle.clone(), a.key, a.address);
    a.stop().await;
    b.sees(Event::Disconnected(key, Reason::Closed)).await;
    assert_eq!(handle.connected(), []);
    assert_eq!(handle.broadcast(&frame("x")), Ok(0));
    assert_eq!(handle.counters().disconnections["shutdown"], 1);
    Mesh::bind(MeshConfig { listen, ..config(&keys[0], &keys) }).await.unwrap();
    b.stop().await;
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
}

#[tokio::test]
async fn a_host_that_is_gone_ends_the_mesh() {
    let (a, b) = connected_pair().await;
    drop(a.events);
    timeout(PATIENCE, a.task).await.unwrap().unwrap();
    b.stop().await;
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
}

#[tokio::test]
async fn a_mesh_stops_while_its_host_takes_no_events() {
    let (a, b) = connected_pair().await;
    for n in 0..2 * Limits::default().unheard_frames_max {
        a.send(&b, &n.to_string()).unwrap();
    }
    let handle = b.handle.clone();
    handle.shutdown();
    let Node { events, task, .. } = b;
    timeout(PATIENCE, task).await.expect("stops though nobody reads").unwrap();
    drop(events);
    a.stop().await;
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
}

#[tokio::test]
async fn twenty_seven_nodes_form_one_link_a_pair() {
    let keys = secrets(27);
    let mut nodes = Vec::new();
    for key in &keys {
        nodes.push(Node::start(key, &keys).await);
    }
    for (n, node) in nodes.iter().enumerate() {
        nodes[n + 1..].iter().for_each(|other| node.learn(other));
    }
    for node in &mut nodes {
        for _ in 1..keys.len() {
            assert!(matches!(node.next().await, Event::Connected(_)));
        }
    }
    assert_eq!(nodes.iter().map(|node| node.handle.connected().len()).sum::<usize>(), 27 * 26);
    assert_eq!(nodes[3].handle.broadcast(&frame("all")), Ok(26));
    let from = nodes[3].key;
    for node in nodes.iter_mut().filter(|node| node.key != from) {
        assert_eq!(node.next().await, Event::Frame(from, b"all".to_vec()));
    }
    assert!(nodes.iter().all(|node| node.handle.counters() == Counters::default()));
}
