//! Urgent frames and bulk on one link.

use super::*;

/// How many of the next frames of a node come before the first urgent one.
async fn before_urgent(node: &mut Node) -> usize {
    let mut before = 0;
    loop {
        match node.next().await {
            Event::Frame(_, frame) if Lane::of(&frame) == Lane::Urgent => return before,
            Event::Frame(..) => before += 1,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_urgent_frame_overtakes_the_bulk_of_its_link_and_of_others() {
    let keys = secrets(3);
    let mut nodes = Vec::new();
    for key in &keys {
        nodes.push(Node::start(key, &keys).await);
    }
    let (mut host, others) = (nodes.pop().unwrap(), nodes);
    for other in &others {
        other.learn(&host);
        host.sees(Event::Connected(other.key)).await;
    }
    let chunk: Arc<[u8]> = vec![0xff; 60 << 10].into();
    for other in &others {
        for _ in 0..400 {
            other.handle.send(&host.key, &chunk).unwrap();
        }
    }
    others[0].handle.send(&host.key, &urgent(100)).unwrap();
    // What the kernels hold, and what waits here for the host, is all that an urgent frame stands behind.
    let (behind, all) = (before_urgent(&mut host).await, 2 * 400);
    assert!(behind < all / 2, "{behind} of {all}");
}

#[tokio::test]
async fn a_peer_that_takes_no_bulk_still_gets_what_is_urgent_and_stays() {
    let keys = secrets(2);
    let mut narrow = config(&keys[0], &keys);
    narrow.limits.bulk_frames_max = 10;
    let mut a = Node::start_with(narrow).await;
    let mut b = Node::start(&keys[1], &keys).await;
    a.learn(&b);
    a.sees(Event::Connected(b.key)).await;
    b.sees(Event::Connected(a.key)).await;
    // Nothing yields to the link's task here: the lane fills.
    let sent: Vec<_> = (0..20).map(|n| a.send(&b, &format!("bulk {n}"))).collect();
    assert_eq!(sent.iter().filter(|it| **it == Err(SendError::LeftOut)).count(), 10);
    a.handle.send(&b.key, &urgent(10)).unwrap();
    assert_eq!(b.next().await, Event::Frame(a.key, urgent(10).to_vec()));
    for n in 0..10 {
        assert_eq!(b.next().await, Event::Frame(a.key, format!("bulk {n}").into()));
    }
    assert_eq!(a.handle.counters(), Counters { left_out: 10, ..Counters::default() });
    a.send(&b, "there is room again").unwrap();
    assert_eq!(b.next().await, Event::Frame(a.key, b"there is room again".to_vec()));
}

#[tokio::test]
async fn a_link_that_ends_tells_so_behind_its_last_frame() {
    let (a, mut b) = connected_pair().await;
    for n in 0..100 {
        a.send(&b, &format!("{n}")).unwrap();
        a.handle.send(&b.key, &urgent(10)).unwrap();
    }
    let key = a.key;
    // All has arrived and waits for the host.
    for _ in 0..200 {
        assert!(matches!(b.next().await, Event::Frame(..)));
    }
    a.send(&b, "the last").unwrap();
    b.sees(Event::Frame(key, b"the last".to_vec())).await;
    a.stop().await;
    assert_eq!(b.next().await, Event::Disconnected(key, Reason::Closed));
}
