//! Keys: officers and recovery changed, a stolen laptop frozen, nodes' keys rotated; and those who
//! hold some keys and want more.

use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::charter::Effect;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::statement::SignatureFault;
use nemcon_ledger::record::{Body, ChainKey, Mandate, Matter, Position, Record, Statement};
use nemcon_tests::fixture::{
    BLOCK_SHARE, Ledger, Seat, code, council_of, council_of_equals, european_union, label, member,
    officer, secret, sign_for,
};

const FOR: Position = Position::InFavour;

/// Two of three officers sign for M1, one of one for M2, M3 and M4.
fn ledger() -> Ledger {
    let mut seats = vec![Seat::weighing(1); 4];
    seats[0] = Seat { weight: 1, threshold: 2, officers: 3 };
    Ledger::found(council_of(&seats))
}

fn public(label: &str) -> nemcon_crypto::PublicKey {
    secret(label).public()
}

fn signatures(by: &str, fault: SignatureFault) -> Result<(), Refusal> {
    Err(Refusal::Signatures { by: code(by), fault })
}

#[test]
fn the_recovery_key_alone_changes_the_officers() {
    let mut ledger = ledger();
    let officers = vec![officer("desk-2", "M1/desk-2"), officer("card", "M1/card")];
    let body = ledger.keys("M1", 2, officers.clone(), None);
    let statement = ledger.sign_as(&body, &["M1/recovery", "M1/card"]);
    assert_eq!(statement.note.signatures().len(), 2, "the recovery key and the new officer's");
    ledger.run(&[statement]);
    assert_eq!(ledger.member("M1").officers, officers);
    let number = ledger.table(ledger.parties.measure("M2", "A measure"));
    let ballot = Body::Ballot(ledger.parties.ballot(ledger.council(), "M1", number, FOR));
    let of_old = ledger.parties.sign(&ballot);
    let fault = SignatureFault::Signer { line: 1 };
    assert_eq!(ledger.try_apply(&of_old), signatures("M1", fault), "desk-1 is gone");
    let of_new = ledger.sign_as(&ballot, &["M1/desk-2", "M1/card"]);
    ledger.run(&[of_new]);
}

#[test]
fn the_recovery_key_changes_with_its_old_self_and_k_officers() {
    let mut ledger = ledger();
    let officers = ledger.member("M1").officers.clone();
    let body = ledger.keys("M1", 1, officers, Some("M1/recovery-2"));
    let parts = ledger.council().signers_of(&body).unwrap();
    let all = ["M1/desk-1", "M1/desk-3", "M1/recovery", "M1/recovery-2"];
    for missing in 0..all.len() {
        let some: Vec<_> = (0..all.len()).filter(|at| *at != missing).map(|at| all[at]).collect();
        let fault = SignatureFault::Count { found: 3, required: 4 };
        let statement = sign_for(&body, &parts, &some);
        assert_eq!(ledger.try_apply(&statement), signatures("M1", fault), "{missing}");
    }
    let statement = sign_for(&body, &parts, &all);
    ledger.run(&[statement]);
    assert_eq!(ledger.member("M1").recovery, public("M1/recovery-2"));
    assert_eq!(ledger.member("M1").threshold, 1);
    let body = ledger.keys("M1", 2, ledger.member("M1").officers.clone(), None);
    let of_old = sign_for(&body, &[part(&ledger, "M1/recovery")], &["M1/recovery"]);
    let fault = SignatureFault::Signer { line: 1 };
    assert_eq!(ledger.try_apply(&of_old), signatures("M1", fault));
}

fn part(ledger: &Ledger, recovery: &str) -> nemcon_ledger::record::signers::Part {
    use nemcon_ledger::record::roster::recovery_vkey;
    use nemcon_ledger::record::signers::Part;
    let origin = &ledger.parties.genesis.origin;
    Part::all([recovery_vkey(origin, &code("M1"), public(recovery))])
}

#[test]
fn each_new_key_proves_that_it_is_there() {
    let ledger = ledger();
    let body = ledger.keys("M2", 1, vec![officer("card", "M2/card")], None);
    let count = SignatureFault::Count { found: 1, required: 2 };
    let statement = ledger.sign_as(&body, &["M2/recovery"]);
    assert_eq!(ledger.try_apply(&statement), signatures("M2", count.clone()));
    let body = ledger.rotation("M2", Some("M2/node-2"), None);
    let statement = ledger.sign_as(&body, &["M2/desk-1"]);
    assert_eq!(ledger.try_apply(&statement), signatures("M2", count));
    let count = SignatureFault::Count { found: 2, required: 3 };
    let body = ledger.rotation("M2", Some("M2/node-2"), Some("M2/seal-2"));
    for lacking in [["M2/desk-1", "M2/node-2"], ["M2/desk-1", "M2/seal-2"]] {
        let statement = ledger.sign_as(&body, &lacking);
        assert_eq!(ledger.try_apply(&statement), signatures("M2", count.clone()));
    }
}

#[test]
fn a_key_is_used_once_in_the_councils_whole_life() {
    let mut ledger = ledger();
    let change = |ledger: &Ledger, key: &str| {
        let body = ledger.keys("M2", 1, vec![officer("card", key)], None);
        ledger.sign_as(&body, &["M2/recovery", key])
    };
    let used = |key| Err(Refusal::KeyUsed { code: code("M2"), key: Box::new(public(key)) });
    for key in ["M1/desk-1", "M1/recovery", "M3/node", "M3/seal", "CH/desk-1", "M2/desk-1"] {
        let said = ledger.try_apply(&change(&ledger, key));
        assert_eq!(said, used(key), "{key}: also one's own under another label");
    }
    let first = change(&ledger, "M2/card");
    ledger.run(&[first]);
    let back = ledger.keys("M2", 1, vec![officer("desk-1", "M2/desk-1")], None);
    let back = ledger.sign_as(&back, &["M2/recovery", "M2/desk-1"]);
    assert_eq!(ledger.try_apply(&back), used("M2/desk-1"), "what was given up does not come back");
    let body = ledger.rotation("M2", Some("M3/node"), None);
    let statement = ledger.sign_as(&body, &["M2/card", "M3/node"]);
    assert_eq!(ledger.try_apply(&statement), used("M3/node"));
}

#[test]
fn a_statement_in_the_block_of_a_change_is_signed_by_the_officers_before_it() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let body = ledger.keys("M2", 1, vec![officer("card", "M2/card")], None);
    let change = ledger.sign_as(&body, &["M2/recovery", "M2/card"]);
    let ballot = ledger.ballot("M2", number, FOR);
    ledger.run(&[change, ballot]);
    assert!(ledger.measure(number).ballot(&code("M2")).is_some());
    let again = ledger.ballot("M2", number, Position::Against);
    let fault = SignatureFault::Signer { line: 1 };
    assert_eq!(ledger.try_apply(&again), signatures("M2", fault));
}

#[test]
fn a_freeze_voids_ballots_and_mandates_for_good_and_the_recovery_key_ends_it() {
    let mut ledger = ledger();
    let measures: Vec<_> = (0..2)
        .map(|at| ledger.table(ledger.parties.measure("M1", &format!("Measure {at}"))))
        .collect();
    let mandate = mandate(&ledger, "M3", "M2", measures[1]);
    ledger.run(&[mandate]);
    let (own, other) = (ledger.ballot("M2", measures[0], FOR), for_another(&ledger, measures[1]));
    ledger.run(&[own.clone(), other]);
    assert!(ledger.measure(measures[1]).ballot(&code("M3")).is_some());
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/desk-1"]);
    ledger.run(&[freeze]);
    assert!(ledger.council().is_frozen(&code("M2")));
    for number in &measures {
        assert!(ledger.measure(*number).ballots.is_empty());
        assert!(ledger.measure(*number).mandates.is_empty());
    }
    let ballot = ledger.ballot("M2", measures[0], FOR);
    assert_eq!(ledger.try_apply(&ballot), Err(Refusal::Frozen(code("M2"))));
    let body = ledger.keys("M2", 1, ledger.member("M2").officers.clone(), None);
    let thaw = ledger.sign_as(&body, &["M2/recovery"]);
    ledger.run(&[thaw]);
    assert!(!ledger.council().is_frozen(&code("M2")));
    let wrong_after =
        |said| matches!(said, Err(Refusal::WrongAfter { .. } | Refusal::AlreadyRecorded));
    assert!(wrong_after(ledger.try_apply(&own)), "the void ballot cannot be played again");
    ledger.run(&[ballot]);
}

fn mandate(ledger: &Ledger, by: &str, to: &str, number: u64) -> Statement {
    let ballot = ledger.parties.ballot(ledger.council(), by, number, FOR);
    ledger.parties.sign(&Body::Mandate(Mandate {
        head: ballot.head,
        on_behalf: ballot.on_behalf,
        about: ballot.about,
        holder: Some(code(to)),
        after: ballot.after,
    }))
}

/// M2's ballot for M3, whose mandate it holds.
fn for_another(ledger: &Ledger, number: u64) -> Statement {
    let mut ballot = ledger.parties.ballot(ledger.council(), "M2", number, FOR);
    ballot.on_behalf = code("M3");
    ballot.mandate = Some(ledger.measure(number).mandates[&code("M3")].text_hash);
    ballot.after = ledger.council().last_statement(&ChainKey::Measure(number, code("M3")));
    ledger.parties.sign(&Body::Ballot(ballot))
}

#[test]
fn a_freeze_in_the_block_of_the_last_ballot_keeps_it_from_being_adopted() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    ledger.cast(number, &[("M1", FOR), ("M3", FOR), ("M4", FOR)]);
    let ballot = ledger.ballot("M2", number, FOR);
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/recovery"]);
    assert_eq!(ledger.run(&[ballot, freeze]), [], "nothing is decided");
    assert_eq!(ledger.measure(number).missing(), [code("M2")]);
}

#[test]
fn a_member_frozen_and_thawed_in_one_block_has_lost_its_ballots() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    ledger.cast(number, &[("M2", FOR)]);
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/desk-1"]);
    let mut body = ledger.keys("M2", 1, vec![officer("card", "M2/card")], None);
    let Body::Keys(keys) = &mut body else { unreachable!() };
    keys.after = Some(freeze.text_hash);
    let thaw = ledger.sign_as(&body, &["M2/recovery", "M2/card"]);
    ledger.run(&[freeze, thaw]);
    assert!(!ledger.council().is_frozen(&code("M2")));
    assert!(ledger.measure(number).ballots.is_empty());
}

#[test]
fn a_frozen_members_node_stays_and_what_it_had_under_way_does_not_arrive() {
    let mut ledger = ledger();
    let before = ledger.council().roster_digest();
    let notice = ledger.sign_as(&ledger.notice("M2", NoticeAct::Given), &["M2/desk-1"]);
    ledger.run(&[notice]);
    let body = ledger.rotation("M2", Some("M2/node-2"), Some("M2/seal-2"));
    let rotation = ledger.sign_as(&body, &["M2/desk-1", "M2/node-2", "M2/seal-2"]);
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/desk-1"]);
    ledger.run(&[rotation, freeze]);
    assert_eq!(ledger.council().roster_digest(), before);
    assert!(!ledger.council().is_departing(&code("M2")));
    assert_eq!(ledger.council().waiting().count(), 0);
    assert_eq!(ledger.idle(), None);
}

#[test]
fn node_keys_change_at_most_f_at_a_height_and_the_others_wait_in_order() {
    for (members, at_once) in [(1, 1), (3, 1), (4, 1), (6, 1), (7, 2), (10, 3)] {
        let mut ledger = Ledger::found(council_of_equals(members));
        let rotations: Vec<_> = (1..=members)
            .map(|at| {
                let [desk, node] = ["desk-1", "node-2"].map(|use_of| format!("M{at}/{use_of}"));
                let body = ledger.rotation(&format!("M{at}"), Some(&node), None);
                ledger.sign_as(&body, &[&desk, &node])
            })
            .collect();
        let changed = |ledger: &Ledger| {
            let members = ledger.council().roster().members.iter();
            members.filter(|it| it.node == public(&format!("{}/node-2", it.code))).count()
        };
        ledger.run(&rotations);
        let order: Vec<_> = ledger.council().waiting().cloned().collect();
        assert_eq!(changed(&ledger), at_once, "{members} members");
        let mut blocks = 1;
        while let Some(block) = ledger.idle() {
            blocks += 1;
            assert_eq!(block.records.len(), 1, "nothing but its block record");
            assert_eq!(changed(&ledger), (at_once * blocks).min(members));
            let next: Vec<_> = ledger.council().waiting().cloned().collect();
            assert!(order.ends_with(&next));
        }
        assert_eq!(changed(&ledger), members);
        assert_eq!(ledger.council().next_deadline(), None, "an idle council writes nothing");
    }
}

#[test]
fn a_rotation_acts_from_the_next_block_on() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let body = ledger.rotation("M2", Some("M2/node-2"), Some("M2/seal-2"));
    let rotation = ledger.sign_as(&body, &["M2/desk-1", "M2/node-2", "M2/seal-2"]);
    let before = ledger.council().roster_digest();
    ledger.run(&[rotation]);
    let roster_of = |ledger: &Ledger| ledger.blocks.last().unwrap().record().unwrap().roster;
    assert_eq!(roster_of(&ledger), before);
    assert_eq!(ledger.chain.sealing_roster().digest(), before);
    assert_eq!(ledger.member("M2").node, public("M2/node-2"));
    assert_eq!(ledger.member("M2").seal, public("M2/seal-2"));
    ledger.cast(number, &[("M3", FOR)]);
    assert_eq!(roster_of(&ledger), ledger.council().roster_digest());
    assert_ne!(roster_of(&ledger), before);
}

#[test]
fn a_seal_key_alone_does_not_wait_behind_node_keys() {
    let mut ledger = ledger();
    let mut statements = vec![];
    for by in ["M2", "M3"] {
        let [desk, node] = ["desk-1", "node-2"].map(|use_of| format!("{by}/{use_of}"));
        let body = ledger.rotation(by, Some(&node), None);
        statements.push(ledger.sign_as(&body, &[&desk, &node]));
    }
    let body = ledger.rotation("M4", None, Some("M4/seal-2"));
    statements.push(ledger.sign_as(&body, &["M4/desk-1", "M4/seal-2"]));
    ledger.run(&statements);
    assert_eq!(ledger.council().waiting().count(), 1);
    assert_eq!(ledger.member("M4").seal, public("M4/seal-2"));
}

/// No measure sets keys for a code in the roster, and nobody else's statement does [rules.md R21].
#[test]
fn twenty_six_members_try_to_speak_for_the_twenty_seventh() {
    let mut ledger = Ledger::found(european_union());
    let number = ledger.table(ledger.parties.measure("BE", "A measure"));
    let others = ledger.council().roster().members[1..].to_vec();
    let all: Vec<String> = others
        .iter()
        .flat_map(|it| {
            ["desk-1", "recovery", "node", "seal"].map(|key| format!("{}/{key}", it.code))
        })
        .collect();
    let theirs: Vec<_> = all.iter().map(String::as_str).collect();
    let before = ledger.council().roster().clone();

    // A ballot, new officers, a freeze, a rotation, a notice: each in Belgium's name.
    let ballot = Body::Ballot(ledger.parties.ballot(ledger.council(), "BE", number, FOR));
    let mut bodies = vec![
        ballot,
        ledger.keys("BE", 1, vec![officer("desk-1", "BG/mine")], None),
        ledger.freeze("BE"),
        ledger.rotation("BE", Some("BG/node-2"), None),
        ledger.notice("BE", NoticeAct::Given),
    ];
    for body in &bodies {
        // Every line that these keys can make, under the names that they have.
        let own = |by: &nemcon_ledger::record::Member| {
            let mut parts = ledger.council().signers_of(body).unwrap();
            for part in &mut parts {
                for vkey in &mut part.keys {
                    vkey.key = by.officers[0].key;
                }
            }
            sign_for(body, &parts, &theirs)
        };
        for by in &others {
            assert!(matches!(
                ledger.try_apply(&own(by)),
                Err(Refusal::Signatures { fault: SignatureFault::Signer { .. }, .. })
            ));
        }
    }
    // Each as itself, for Belgium.
    for body in &mut bodies[..1] {
        let Body::Ballot(ballot) = body else { unreachable!() };
        ballot.head.by = code("BG");
        let statement = ledger.parties.sign(body);
        let refusal = Refusal::NotOwn { by: code("BG"), on_behalf: code("BE") };
        assert_eq!(ledger.try_apply(&statement), Err(refusal));
    }
    // A measure that admits a Belgium of theirs, or that has it leave.
    let theirs = member("BE", "Belgium", Seat::weighing(1));
    let accession = ledger.effect("BG", "accession", Matter::Accession(Box::new(theirs)));
    let statement = ledger.parties.sign(&Body::Measure(accession));
    assert_eq!(ledger.try_apply(&statement), Err(Refusal::AlreadyAMember(code("BE"))));
    let departure = ledger.effect("BG", "departure", Matter::Departure(code("BE")));
    assert_eq!(departure.matter.effect(), Some(Effect::Departure));
    let statement = ledger.parties.sign(&Body::Measure(departure));
    assert_eq!(ledger.try_apply(&statement), Err(Refusal::NoNotice(code("BE"))));
    // And all of them together adopt nothing.
    let ballots: Vec<_> =
        others.iter().map(|it| ledger.ballot(it.code.as_str(), number, FOR)).collect();
    assert_eq!(ledger.run(&ballots), []);
    assert_eq!(ledger.measure(number).missing(), [code("BE")]);
    assert_eq!(**ledger.council().roster(), *before);
}

#[test]
fn a_thief_with_one_officer_key_of_two_of_three_can_only_freeze() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M2", "A measure"));
    let thief = ["M1/desk-1"];
    let ballot = Body::Ballot(ledger.parties.ballot(ledger.council(), "M1", number, FOR));
    let count = |required| signatures("M1", SignatureFault::Count { found: 1, required });
    assert_eq!(ledger.try_apply(&ledger.sign_as(&ballot, &thief)), count(2));
    let twice = Statement::new(
        &ballot,
        [0, 0].map(|at| ledger.parties.signature(&ballot.render(), &code("M1"), at)).to_vec(),
    );
    let fault = SignatureFault::Signer { line: 2 };
    assert_eq!(ledger.try_apply(&twice.unwrap()), signatures("M1", fault));
    let body = ledger.rotation("M1", Some("M1/node-2"), None);
    let statement = ledger.sign_as(&body, &["M1/desk-1", "M1/node-2"]);
    let fault = SignatureFault::Count { found: 2, required: 3 };
    assert_eq!(ledger.try_apply(&statement), signatures("M1", fault));
    let body = ledger.notice("M1", NoticeAct::Given);
    assert_eq!(ledger.try_apply(&ledger.sign_as(&body, &thief)), count(2));
    let body = ledger.keys("M1", 1, vec![officer("desk-1", "M1/desk-1")], None);
    let parts = ledger.council().signers_of(&body).unwrap();
    let mut as_recovery = parts.clone();
    as_recovery[0].keys[0].key = public("M1/desk-1");
    let fault = SignatureFault::Signer { line: 1 };
    assert_eq!(ledger.try_apply(&sign_for(&body, &as_recovery, &thief)), signatures("M1", fault));

    // A freeze stops the member, and the thief: he cannot end it.
    let freeze = ledger.sign_as(&ledger.freeze("M1"), &thief);
    ledger.run(&[freeze]);
    let again = ledger.sign_as(&ledger.freeze("M1"), &thief);
    assert_eq!(ledger.try_apply(&again), Err(Refusal::AlreadyFrozen(code("M1"))));
    let body = ledger.keys("M1", 2, vec![officer("a", "M1/a"), officer("b", "M1/b")], None);
    let thaw = ledger.sign_as(&body, &["M1/recovery", "M1/a", "M1/b"]);
    ledger.run(&[thaw]);
    let late = sign_for(
        &ledger.freeze("M1"),
        &{
            let mut parts = ledger.council().signers_of(&ledger.freeze("M1")).unwrap();
            parts[0].keys[0].key = public("M1/desk-1");
            parts
        },
        &thief,
    );
    assert_eq!(ledger.try_apply(&late), signatures("M1", SignatureFault::Signer { line: 1 }));
}

/// One of one signs for M2, and its laptop is gone: whatever the thief says first, the freeze gets in.
#[test]
fn a_thief_who_speaks_for_a_member_cannot_keep_it_from_freezing() {
    let mut ledger = ledger();
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/desk-1"]);
    let mut noise: Vec<_> = (0..BLOCK_SHARE)
        .map(|at| ledger.parties.measure("M2", &format!("Noise {at}")))
        .map(|measure| ledger.parties.sign(&Body::Measure(measure)))
        .collect();
    // His notice takes the member's own chain on: a freeze that followed it would come too late.
    noise.push(ledger.sign_as(&ledger.notice("M2", NoticeAct::Given), &["M2/desk-1"]));
    let mut council = ledger.council().clone();
    council.open(ledger.next_time());
    for statement in &noise {
        assert_eq!(council.apply(statement), Ok(()));
    }
    let more = ledger.parties.sign(&Body::Measure(ledger.parties.measure("M2", "More")));
    assert_eq!(council.apply(&more), Err(Refusal::QuotaSpent(code("M2"))));
    assert_eq!(council.apply(&freeze), Ok(()));
    noise.push(freeze);
    ledger.run(&noise);
    assert!(ledger.council().is_frozen(&code("M2")));
    assert!(!ledger.council().is_departing(&code("M2")));
}

#[test]
fn a_thief_with_a_nodes_whole_disk_says_nothing_for_its_member() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let disk = ["M2/node", "M2/seal"];
    let bodies = [
        Body::Ballot(ledger.parties.ballot(ledger.council(), "M2", number, FOR)),
        ledger.keys("M2", 1, vec![officer("desk-1", "M2/mine")], None),
        ledger.freeze("M2"),
        ledger.rotation("M2", Some("M2/node-2"), Some("M2/seal-2")),
        ledger.notice("M2", NoticeAct::Given),
    ];
    for body in &bodies {
        let parts = ledger.council().signers_of(body).unwrap();
        for key in disk {
            // The right names, the wrong keys: as many lines as are asked for.
            let mut forged = parts.clone();
            for vkey in forged.iter_mut().flat_map(|part| &mut part.keys) {
                vkey.key = public(key);
            }
            let said = ledger.try_apply(&sign_for(body, &forged, &disk));
            assert!(
                matches!(
                    said,
                    Err(Refusal::Signatures { fault: SignatureFault::Signer { .. }, .. })
                ),
                "{}: {said:?}",
                body.kind()
            );
        }
    }
    // The member takes both keys away from him, in one statement.
    let body = ledger.rotation("M2", Some("M2/node-2"), Some("M2/seal-2"));
    let rotation = ledger.sign_as(&body, &["M2/desk-1", "M2/node-2", "M2/seal-2"]);
    ledger.run(&[rotation]);
    let member = ledger.member("M2");
    assert!(![member.node, member.seal].iter().any(|key| disk.map(public).contains(key)));
}

#[test]
fn decisions_stay_what_they_are_when_their_signers_keys_are_gone() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let ballots = ["M1", "M2", "M3", "M4"].map(|by| ledger.ballot(by, number, FOR));
    let derived = ledger.run(&ballots);
    assert!(matches!(derived[..], [Record::Decision(_)]));
    for by in ["M2", "M3", "M4"] {
        let card = format!("{by}/card");
        let body = ledger.keys(by, 1, vec![officer("card", &card)], None);
        let change = ledger.sign_as(&body, &[&format!("{by}/recovery"), &card]);
        ledger.run(&[change]);
    }
    // From the blocks alone, by one who was not there.
    let mut judge = nemcon_ledger::Chain::found(ledger.parties.genesis.clone());
    for block in &ledger.blocks {
        judge = judge.apply(block).expect("the ledger holds");
    }
    assert_eq!(judge.root(), ledger.chain.root());
    assert_eq!(judge.council().measure(number), ledger.council().measure(number));
    assert_eq!(
        judge.council().roster().member(&code("M2")).unwrap().officers[0].label,
        label("card")
    );
}
