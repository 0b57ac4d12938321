//! Rosters that change while replicas decide: each height is decided and sealed by its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_crypto::{TreeSize, hash, verify_line};
use nemcon_ledger::record::matter::NextRules;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::roster::seal_vkey;
use nemcon_ledger::record::statement::Body;
use nemcon_ledger::record::{Matter, Measure, Member, Position, Roster, Statement};
use nemcon_ledger::text::Code;
use nemcon_ledger::{Height, Rosters};
use nemcon_replica::consensus::{CommitCertificate, Round, VoteKind, sign_bytes};
use nemcon_replica::replica::{
    Input, Message, Outcome, PENDING_CHANGES_PER_MEMBER_MAX, PENDING_PER_MEMBER_MAX, Rejection,
    Standing,
};
use nemcon_tests::cluster::Cluster;
use nemcon_tests::fixture::{
    BLOCK_SHARE, Ledger, Seat, after_start, code, council_of_equals, line, member, officer, secret,
};

/// Four rosters: the founding one of M1, M2 and M3; M3 with another node key; M3 gone and its first key
/// M4's; other officers alone.
fn four_terms() -> Rosters {
    let genesis = council_of_equals(4);
    let with = |members: Vec<Member>| Arc::new(Roster { members });
    let [m1, m2, m3, m4]: [Member; 4] = genesis.roster.members.clone().try_into().unwrap();
    let rotated = Member { node: secret("M3/node/2").public(), ..m3.clone() };
    let heir = Member { node: m3.node, ..m4 };
    let mut rosters = Rosters::found(with(vec![m1.clone(), m2.clone(), m3]));
    rosters.change(Height(5), TreeSize(9), with(vec![m1.clone(), m2.clone(), rotated]));
    rosters.change(Height(7), TreeSize(12), with(vec![m1.clone(), m2.clone(), heir.clone()]));
    rosters.change(Height(8), TreeSize(14), with(vec![m1, m2, heir]));
    rosters
}

#[test]
fn a_code_and_a_node_key_are_those_of_the_newest_roster_that_names_them() {
    let rosters = four_terms();
    let node = |name: &str| secret(name).public();
    assert_eq!(rosters.member(&code("M3")).map(|it| it.node), Some(node("M3/node/2")));
    assert_eq!(rosters.member(&code("M4")).map(|it| it.node), Some(node("M3/node")));
    assert!(rosters.member(&code("M5")).is_none());
    assert_eq!(rosters.member_of_node(&node("M3/node")), Some(&code("M4")));
    assert_eq!(rosters.member_of_node(&node("M3/node/2")), Some(&code("M3")));
    assert_eq!(rosters.member_of_node(&node("M4/node")), None);
}

#[test]
fn whoever_is_named_since_a_height_is_told_once_and_whoever_left_last() {
    let rosters = four_terms();
    let since =
        |height| rosters.named_since(Height(height)).into_iter().map(Code::as_str).collect();
    let told: [Vec<&str>; 4] = [1, 6, 7, 100].map(since);
    let now = vec!["M1", "M2", "M4"];
    let before = vec!["M1", "M2", "M4", "M3"];
    assert_eq!(told, [before.clone(), before, now.clone(), now]);
}

/// A council of replicas whose members and keys change.
struct Changing {
    cluster: Cluster,
}

impl Changing {
    fn equals(n: usize) -> Self {
        let start = after_start(core::time::Duration::ZERO);
        Self { cluster: Cluster::start(council_of_equals(n), start) }
    }

    /// The ledger as a node has it.
    fn at(&self, by: &str) -> Ledger {
        Ledger::at(self.cluster.replica(&code(by)).chain().clone())
    }

    fn order(&mut self, at: &str, statement: &Statement) {
        let at = code(at);
        let ticket = self.cluster.submit(&at, statement);
        self.cluster.run_ms(30_000);
        let outcome = self.cluster.outcome(&at, ticket);
        assert!(matches!(outcome, Some(Outcome::Ordered { .. })), "{outcome:?}");
    }

    fn table(&mut self, by: &str, measure: Measure) -> u64 {
        let statement = self.at(by).parties.sign(&Body::Measure(measure));
        self.order(by, &statement);
        self.at(by).council().measure_by_text(&statement.text_hash).expect("it was ordered")
    }

    fn titled(&mut self, by: &str, title: &str) -> u64 {
        let measure = self.at(by).parties.measure(by, title);
        self.table(by, measure)
    }

    /// Everybody who is asked says yes; all statements enter at `at`.
    fn adopt(&mut self, at: &str, number: u64) {
        let entitled = self.at(at).measure(number).frozen.entitled.clone();
        for asked in entitled {
            let ballot = self.at(at).ballot(asked.code.as_str(), number, Position::InFavour);
            self.order(at, &ballot);
        }
    }

    fn rotate(&mut self, by: &str, at: &str, node: Option<&str>, seal: Option<&str>) {
        let ledger = self.at(at);
        let officer = format!("{by}/desk-1");
        let labels: Vec<_> = [Some(officer.as_str()), node, seal].into_iter().flatten().collect();
        let statement = ledger.sign_as(&ledger.rotation(by, node, seal), &labels);
        self.order(at, &statement);
        // What waits takes effect with a block of its own.
        self.cluster.run_ms(30_000);
    }

    fn height(&self, by: &str) -> Height {
        self.cluster.replica(&code(by)).chain().height()
    }

    fn is_following(&self, by: &str) -> bool {
        self.cluster.replica(&code(by)).is_following()
    }

    /// The newest size that all have sealed as a node has it, verified with the keys of its day.
    fn sealed(&self, at: &str) -> Height {
        let replica = self.cluster.replica(&code(at));
        let (height, _, signed) = replica.sealed_checkpoint().expect("something is sealed");
        let origin = &replica.chain().council().genesis().origin;
        for member in &replica.chain().rosters().at(height).members {
            let key = seal_vkey(origin, member);
            let mut lines = signed.signatures().iter();
            let sealed = lines.any(|line| verify_line(&key, signed.text(), line).is_ok());
            assert!(sealed, "{} has not sealed block {}", member.code, height.0);
        }
        height
    }

    fn names(&self, at: &str) -> Vec<Code> {
        let roster = self.at(at).council().roster().clone();
        roster.members.iter().map(|member| member.code.clone()).collect()
    }

    /// The fifth member enters; its node is up since its entry was decided.
    fn accede(&mut self) {
        let theirs = member("M5", "Member 5", Seat::weighing(1));
        let measure = self.at("M1").effect("M1", "accession", Matter::Accession(Box::new(theirs)));
        let number = self.table("M1", measure);
        self.adopt("M1", number);
        self.cluster.join(&code("M5"));
        self.cluster.run_ms(30_000);
        assert_eq!(self.height("M5"), self.height("M1"), "a follower catches up");
        assert!(self.is_following("M5"));
        let entry = self.at("M5").signed_entry("M5", number);
        self.order("M1", &entry);
        self.cluster.run_ms(30_000);
    }
}

#[test]
fn a_node_votes_and_seals_with_the_keys_that_the_roster_names() {
    let mut council = Changing::equals(4);
    council.titled("M1", "Before");
    let (old, before) = (council.sealed("M1"), council.height("M1"));
    council.cluster.hold_node_key(&code("M2"), secret("M2/node-2"));
    council.cluster.hold_seal_key(&code("M2"), secret("M2/seal-2"));
    council.rotate("M2", "M1", Some("M2/node-2"), Some("M2/seal-2"));
    let roster = council.at("M1").council().roster().clone();
    assert_eq!(roster.member(&code("M2")).unwrap().node, secret("M2/node-2").public());
    assert!(council.height("M1") > before && old <= before);
    // Three of four decide only with it.
    council.cluster.crash(&code("M4"));
    council.titled("M3", "After");
    let after = council.height("M1");
    council.cluster.boot(&code("M4"));
    council.cluster.run_ms(60_000);
    assert_eq!([council.height("M4"), council.sealed("M1"), council.sealed("M2")], [after; 3]);
    council.cluster.verify_agreement();
}

#[test]
fn a_node_without_the_new_key_follows_until_it_holds_it() {
    let mut council = Changing::equals(4);
    council.rotate("M2", "M1", Some("M2/node-2"), None);
    assert!(council.is_following("M2"));
    council.titled("M1", "Without M2");
    assert_eq!(council.height("M2"), council.height("M1"), "it learns of blocks by their seals");
    assert_eq!(council.sealed("M1"), council.height("M1"), "it seals with the key that it has");
    council.cluster.hold_node_key(&code("M2"), secret("M2/node-2"));
    assert!(!council.is_following("M2"));
    council.cluster.crash(&code("M4"));
    council.titled("M1", "With M2");
    assert_eq!(council.height("M2"), council.height("M1"));
}

#[test]
fn a_node_that_gets_its_key_late_is_bound_by_what_it_signed_before() {
    let mut council = Changing::equals(4);
    let (proposer, witness) = (code("M2"), code("M4"));
    council.cluster.run_ms(1_000);
    for other in ["M1", "M3"] {
        council.cluster.crash(&code(other));
    }
    let measure = council.at("M2").parties.measure("M2", "Proposed once");
    let statement = council.at("M2").parties.sign(&Body::Measure(measure));
    let ticket = council.cluster.submit(&witness, &statement);
    council.cluster.run_ms(1_000);
    council.cluster.crash(&proposer);
    council.cluster.swap_node_key(&proposer, secret("another node's"));
    council.cluster.boot(&proposer);
    council.cluster.run_ms(10_000);
    assert!(council.is_following("M2"));
    council.cluster.hold_node_key(&proposer, secret("M2/node"));
    council.cluster.boot(&code("M1"));
    council.cluster.run_ms(30_000);
    assert_eq!(council.cluster.nodes[&witness].evidence, [], "nobody signed twice");
    let outcome = council.cluster.outcome(&witness, ticket);
    assert!(matches!(outcome, Some(Outcome::Ordered { .. })), "{outcome:?}");
}

#[test]
fn what_waits_with_signatures_of_replaced_officers_cuts_off_nobody_who_passes_it_on() {
    let mut council = Changing::equals(4);
    let (away, by, ledger) = (code("M4"), code("M3"), council.at("M4"));
    council.cluster.run_ms(1_000);
    council.cluster.cut = ["M1", "M2", "M3"].map(|other| (away.clone(), code(other))).to_vec();
    for number in 0..PENDING_PER_MEMBER_MAX {
        let measure = ledger.parties.measure("M3", &format!("Measure {number}"));
        let record = ledger.parties.sign(&Body::Measure(measure)).render();
        let frame = Message::Pending(record).encode();
        council.cluster.step(&away, Input::Frame(by.clone(), frame));
    }
    let body = ledger.keys("M3", 1, vec![officer("desk-1", "M3/new")], None);
    let change = ledger.sign_as(&body, &["M3/recovery", "M3/new"]);
    council.order("M1", &change);
    council.cluster.heal();
    council.cluster.run_ms(30_000);
    assert!(council.cluster.nodes.values().all(|node| node.cut_off.is_empty()));
    assert_eq!(council.cluster.replica(&code("M1")).faults_of(&away), None);
    assert_eq!(council.height("M4"), council.height("M1"));
}

#[test]
fn a_node_whose_key_changed_while_it_was_away_rejoins_with_the_new_one() {
    let mut council = Changing::equals(4);
    council.titled("M1", "Before");
    let lost = ["M2", "M3", "M4"].map(code);
    council.cluster.crash(&lost[0]);
    council.cluster.hold_node_key(&lost[0], secret("M2/node-2"));
    council.rotate("M2", "M1", Some("M2/node-2"), None);
    for at in &lost {
        council.cluster.lose_signed(at);
    }
    for at in &lost {
        council.cluster.boot(at);
    }
    council.cluster.run_ms(60_000);
    for at in &lost[..2] {
        council.cluster.rejoin(at);
        council.cluster.run_ms(60_000);
        assert!(council.cluster.nodes[at].rejoins.last().is_some_and(Result::is_ok));
    }
    // Three of four vote, this node among them.
    council.titled("M1", "While the fourth observes");
}

#[test]
fn no_height_that_a_peer_claims_stops_a_node_that_waits_for_agreement() {
    let mut council = Changing::equals(4);
    let away = code("M4");
    council.cluster.crash(&away);
    council.cluster.hold_node_key(&code("M2"), secret("M2/node-2"));
    council.rotate("M2", "M1", Some("M2/node-2"), None);
    for other in ["M2", "M3"] {
        council.cluster.cut.push((away.clone(), code(other)));
    }
    council.cluster.boot(&away);
    council.cluster.run_ms(60_000);
    let certificate = CommitCertificate {
        height: Height(u64::MAX),
        round: Round(u32::MAX),
        value_id: hash::sha256(b"no block"),
        signatures: Vec::new(),
    };
    let (sealed, height) = (BTreeMap::new(), Height(u64::MAX));
    let claim = Standing { height, sealed, certificate: Some(certificate) };
    let frame = Message::Standing(claim).encode();
    council.cluster.step(&away, Input::Frame(code("M1"), frame));
    council.cluster.heal();
    council.titled("M4", "After");
    assert_eq!(council.height("M4"), council.height("M1"));
}

#[test]
fn a_certificate_stops_no_node_at_a_height_that_all_have_sealed() {
    let mut council = Changing::equals(4);
    council.titled("M1", "Before");
    assert!(council.sealed("M1") >= Height(1));
    // As by keys that were good at that height, and were stolen when they had been rotated.
    let (height, round, value_id) = (Height(1), Round(0), hash::sha256(b"another block"));
    let digest = council.at("M1").council().digest();
    let bytes = sign_bytes::vote(digest, VoteKind::Precommit, height, round, Some(value_id));
    let sign = |at: u16| (at, secret(&format!("M{}/node", at + 1)).sign(&bytes));
    let signatures = (0..3).map(sign).collect();
    let certificate = Some(CommitCertificate { height, round, value_id, signatures });
    let claim = Standing { height, sealed: BTreeMap::new(), certificate };
    let frame = Message::Standing(claim).encode();
    council.cluster.step(&code("M1"), Input::Frame(code("M2"), frame));
    council.titled("M1", "After");
    assert_eq!(council.height("M1"), council.height("M2"));
}

#[test]
fn a_member_that_enters_follows_first_and_then_decides_with_the_others() {
    let mut council = Changing::equals(4);
    council.accede();
    assert_eq!(council.names("M5").len(), 5);
    assert!(!council.is_following("M5"));
    // Four of five decide only with it.
    council.cluster.crash(&code("M1"));
    let number = council.titled("M2", "With the fifth");
    assert_eq!(council.at("M5").measure(number).frozen.entitled.len(), 5);
    council.cluster.boot(&code("M1"));
    council.cluster.run_ms(60_000);
    assert_eq!(council.sealed("M5"), council.height("M2"));
    assert_eq!(council.sealed("M1"), council.height("M2"));
    council.cluster.verify_agreement();
}

#[test]
fn what_only_the_others_were_entitled_to_is_final_without_the_seal_of_an_entrant() {
    let mut council = Changing::equals(4);
    let number = council.titled("M1", "Older than the fifth");
    council.accede();
    council.cluster.crash(&code("M5"));
    council.adopt("M1", number);
    council.cluster.run_ms(30_000);
    let replica = council.cluster.replica(&code("M1"));
    assert!(replica.sealed_by_all().0 < replica.chain().height());
    let entitled = council.at("M1").measure(number).frozen.entitled.clone();
    let codes = entitled.iter().map(|entitled| &entitled.code).collect();
    let sealed = replica.sealed_by(&codes).expect("all who were asked have sealed");
    assert_eq!(sealed.size, replica.chain().size());
}

#[test]
fn a_member_that_leaves_owes_no_seal_and_its_node_follows() {
    let mut council = Changing::equals(5);
    let ledger = council.at("M5");
    let notice = ledger.sign_as(&ledger.notice("M5", NoticeAct::Given), &["M5/desk-1"]);
    council.order("M5", &notice);
    let measure = council.at("M1").effect("M1", "departure", Matter::Departure(code("M5")));
    let number = council.table("M1", measure);
    council.adopt("M1", number);
    council.cluster.run_ms(30_000);
    assert_eq!(council.names("M1").len(), 4);
    assert!(council.is_following("M5"));
    let measure = council.at("M1").parties.measure("M1", "Said where nobody listens");
    let statement = council.at("M1").parties.sign(&Body::Measure(measure));
    let ticket = council.cluster.submit(&code("M5"), &statement);
    let refused = Some(&Outcome::Refused(Rejection::Following));
    assert_eq!(council.cluster.outcome(&code("M5"), ticket), refused);
    council.titled("M2", "Without the fifth");
    assert_eq!(council.height("M5"), council.height("M1"));
    council.cluster.crash(&code("M5"));
    council.titled("M2", "Without even its node");
    assert_eq!(council.sealed("M1"), council.height("M1"));
}

#[test]
fn a_change_that_a_node_takes_over_is_sealed_only_once_two_thirds_agree_with_it() {
    let mut council = Changing::equals(4);
    council.titled("M1", "Before");
    let away = code("M4");
    council.cluster.crash(&away);
    let before = council.height("M1");
    council.cluster.hold_node_key(&code("M2"), secret("M2/node-2"));
    council.rotate("M2", "M1", Some("M2/node-2"), None);
    for other in ["M2", "M3"] {
        council.cluster.cut.push((away.clone(), code(other)));
    }
    council.cluster.boot(&away);
    council.cluster.run_ms(60_000);
    let top = council.height("M1");
    assert_eq!(council.height("M4"), top, "it has the blocks");
    let sealed = |council: &Changing| council.cluster.replica(&away).sealed_heights()[&away];
    assert_eq!(sealed(&council), before, "two of four agree, itself among them");
    council.cluster.heal();
    council.cluster.run_ms(60_000);
    assert_eq!(sealed(&council), top);
    council.titled("M4", "After");
    assert_eq!(council.sealed("M1"), council.height("M1"));
}

#[test]
fn a_node_stops_where_rules_begin_that_it_does_not_know_and_names_the_release() {
    let mut council = Changing::equals(4);
    let away = code("M4");
    council.cluster.crash(&away);
    let rules = NextRules { version: 2, release: line("nemcon 2.0") };
    let measure = council.at("M1").effect("M1", "rules-version", Matter::Rules(rules));
    let number = council.table("M1", measure);
    let ledger = council.at("M1");
    let ballots = ["M1", "M2", "M3", "M4"].map(|by| ledger.ballot(by, number, Position::InFavour));
    council.cluster.may_stop = true;
    for ballot in &ballots {
        council.cluster.submit(&code("M1"), ballot);
    }
    council.cluster.run_ms(30_000);
    let mut stopped: Vec<_> = council.cluster.stopped.drain(..).collect();
    stopped.sort_by_key(|(code, _)| code.clone());
    let codes: Vec<_> = stopped.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes, ["M1", "M2", "M3"], "each by itself");
    assert!(stopped[0].1.to_string().contains("it needs nemcon 2.0"), "{}", stopped[0].1);
    // The block that brought the rules is on disk; a restart changes nothing.
    council.cluster.boot(&code("M1"));
    assert_eq!(council.cluster.stopped.drain(..).next(), Some(stopped[0].clone()));
    // One that was away takes the block over, and stops behind it.
    council.cluster.boot(&away);
    council.cluster.hand_blocks(&code("M1"), &away);
    council.cluster.run_ms(30_000);
    assert_eq!(council.cluster.stopped[..], [(away, stopped[0].1.clone())]);
    council.cluster.verify_agreement();
}

#[test]
fn a_freeze_waits_and_is_ordered_though_its_member_has_as_much_waiting_as_may_wait() {
    let mut council = Changing::equals(4);
    let (at, ledger) = (code("M2"), council.at("M2"));
    for other in ["M1", "M3", "M4"] {
        council.cluster.crash(&code(other));
    }
    let submit = |council: &mut Changing, statement: &Statement| {
        let ticket = council.cluster.submit(&at, statement);
        council.cluster.outcome(&at, ticket).cloned().expect("an answer")
    };
    let measure = |number: usize| {
        let measure = ledger.parties.measure("M2", &format!("The thief's measure {number}"));
        ledger.parties.sign(&Body::Measure(measure))
    };
    for number in 0..PENDING_PER_MEMBER_MAX {
        let outcome = submit(&mut council, &measure(number));
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    }
    let full = Outcome::Refused(Rejection::Full(at.clone()));
    assert_eq!(submit(&mut council, &measure(PENDING_PER_MEMBER_MAX)), full);
    let mut ahead = ledger.clone();
    for number in 0..2 * PENDING_CHANGES_PER_MEMBER_MAX {
        if number == 2 {
            // A block takes one change of officers: others have enough waiting for two.
            for number in 0..=BLOCK_SHARE {
                let theirs = ledger.parties.measure("M1", &format!("Another {number}"));
                submit(&mut council, &ledger.parties.sign(&Body::Measure(theirs)));
            }
        }
        let officers = vec![officer("desk-1", &format!("M2/new-{number}"))];
        let body = match number % 2 {
            0 => ahead.freeze("M2"),
            _ => ahead.keys("M2", 1, officers, None),
        };
        let signers = ["M2/recovery".to_owned(), format!("M2/new-{number}")];
        let signers = signers.each_ref().map(String::as_str);
        let statement = ahead.sign_as(&body, &signers[..=number % 2]);
        let outcome = submit(&mut council, &statement);
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        ahead.run(&[statement]);
    }
    let one_more = ahead.sign_as(&ahead.freeze("M2"), &["M2/recovery"]);
    assert_eq!(submit(&mut council, &one_more), full, "these have a bound of their own");
    for other in ["M1", "M3", "M4"] {
        council.cluster.boot(&code(other));
    }
    council.cluster.run_ms(60_000);
    let changed = council.at("M1").member("M2").officers[0].key;
    assert_eq!(changed, secret("M2/new-3").public());
}
