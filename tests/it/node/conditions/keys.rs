//! A node key that two processes hold, or that a node lacks.

use nemcon_node::server::condition::Kind;
use nemcon_replica::replica::{Input, Message, NoRejoin, RIVAL_MS};

use super::Council;

#[test]
fn a_key_in_two_places_is_told_where_it_is_seen_and_by_the_node_itself_until_it_ends() {
    let mut council = Council::of(4);
    for at in [0, 1] {
        council.see_twice(at, 3);
    }
    council.run_s(1);
    assert_eq!(council.tell(Kind::OwnKeyElsewhere, 3), [0, 1, 3]);
    let own = council.told(3, Kind::OwnKeyElsewhere, 3).unwrap();
    assert!(own.is_own && own.means().contains("M1 M2 are shown it by two processes"), "{own:?}");
    assert!(own.advice().contains("`nemcon node rejoin` is not for this"));
    let seen = council.told(0, Kind::OwnKeyElsewhere, 3).unwrap();
    assert!(!seen.is_own && seen.advice().starts_with("tell the operator of M4"), "{seen:?}");
    // No misdeed of anybody.
    for at in 0..4 {
        assert!(council.cluster.replica(&council.code(at)).faults().is_empty());
    }
    council.run_s(RIVAL_MS / 1000 + 1);
    assert_eq!(council.tell(Kind::OwnKeyElsewhere, 3), [0_usize; 0]);
    for at in [0, 1, 3] {
        assert_eq!(council.changes(at, Kind::OwnKeyElsewhere), (1, 1), "at {at}");
    }
}

#[test]
fn up_to_f_members_make_no_node_believe_that_its_key_is_elsewhere() {
    let mut council = Council::of(4);
    for _ in 0..10 {
        council.hear(3, 0, &Message::KeyTwice);
    }
    council.run_s(1);
    assert_eq!(council.kinds(3), [].into());
    council.hear(3, 1, &Message::KeyTwice);
    council.run_s(1);
    assert_eq!(council.kinds(3), [Kind::OwnKeyElsewhere].into());
}

#[test]
fn a_second_process_is_one_only_while_the_first_one_runs() {
    let mut council = Council::of(4);
    let (at, whose) = (council.code(0), council.code(3));
    // It runs, and answers.
    council.cluster.step(&at, Input::RivalAppears(whose.clone()));
    council.run_s(1);
    assert_eq!(council.tell(Kind::OwnKeyElsewhere, 3), [0]);
    // It does not, and its end was not noticed: nothing comes back.
    let mut council = Council::of(4);
    council.cluster.cut.push((at.clone(), whose.clone()));
    council.cluster.step(&at, Input::RivalAppears(whose.clone()));
    council.run_s(1);
    council.cluster.step(&at, Input::Disconnected(whose.clone()));
    council.cluster.heal();
    council.ask_clocks();
    assert_eq!(council.tell(Kind::OwnKeyElsewhere, 3), [0_usize; 0]);
}

#[test]
fn a_node_whose_key_is_elsewhere_does_not_rejoin() {
    let mut council = Council::of(4);
    let lost = council.code(3);
    council.cluster.lose_signed(&lost);
    council.cluster.boot(&lost);
    council.run_s(5);
    for at in [0, 1] {
        council.see_twice(at, 3);
    }
    council.run_s(1);
    council.cluster.rejoin(&lost);
    let refused = council.cluster.nodes[&lost].rejoins.last().cloned().unwrap();
    let tell = vec![council.code(0), council.code(1)];
    assert_eq!(refused, Err(NoRejoin::KeyElsewhere(tell)));
}

#[test]
fn a_restored_backup_observes_and_is_no_key_in_two_places() {
    let mut council = Council::of(4);
    council.order(0, "Before the backup");
    let back = council.code(3);
    let backup = council.cluster.nodes[&back].disk.clone();
    for title in ["After", "And after"] {
        council.order(1, title);
    }
    council.cluster.crash(&back);
    council.cluster.nodes.get_mut(&back).unwrap().disk = backup;
    council.cluster.boot(&back);
    council.run_s(30);
    assert_eq!(council.tell(Kind::OwnKeyElsewhere, 3), [0_usize; 0]);
    let observing = council.told(3, Kind::Observing, 3).unwrap();
    assert!(
        observing.means().contains("The disk was set back, or another machine"),
        "{observing:?}"
    );
    assert!(!observing.advice().contains("rejoin"), "{}", observing.advice());
    for title in ["It observes", "Still", "And now", "It votes"] {
        council.order(1, title);
    }
    assert_eq!(council.kinds(3), [].into());
    assert_eq!(council.changes(3, Kind::Observing), (1, 1));
}

#[test]
fn a_node_without_the_key_that_the_roster_names_follows() {
    let mut council = Council::of(4);
    let code = council.code(3);
    council.cluster.crash(&code);
    council.cluster.swap_node_key(&code, nemcon_tests::fixture::secret("another key"));
    council.cluster.boot(&code);
    council.run_s(20);
    assert!(council.kinds(3).contains(&Kind::Following));
    let told = council.told(3, Kind::Following, 3).unwrap();
    assert!(told.means().contains("names no node key for M4"), "{}", told.means());
}
