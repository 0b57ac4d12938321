//! Ballots that are signed away from any node, where the officers are no longer the founding ones.

use std::path::{Path, PathBuf};

use nemcon_tests::process::{Net, Run, command, in_workspace, nemcon, run, yes_to};

const LISTING: &str = "examples/toolbox/2020-1127.toml";

/// Gives DK one new officer in the place of its founding one; the key's file.
fn new_officer(net: &Net) -> PathBuf {
    let (card, officers) = (net.beside("card.key"), net.beside("officers.toml"));
    let made = nemcon("key new --no-passphrase --json --role officer --out", [&card]).json();
    let key = made["public"].as_str().unwrap();
    let text = format!("signatures = 1\n[[officer]]\nlabel = \"card\"\nkey = \"{key}\"\n");
    std::fs::write(&officers, text).unwrap();
    let recovery = net.dir().join("members/DK/recovery.key");
    let mut change = command("key officers --yes --as DK --dir");
    change.arg(net.dir()).arg(officers).arg("--key").arg(recovery).arg("--key").arg(&card);
    run(&mut change).done();
    card
}

/// Signs the prepared ballot of DK with `key`, and with a file of seats if one is given.
fn sign(net: &Net, key: &Path, seats: Option<&Path>) -> Run {
    sign_read(net, key, seats, &yes_to(&net.beside("ballot")))
}

/// The same, where `yes` says what was read.
fn sign_read(net: &Net, key: &Path, seats: Option<&Path>, yes: &str) -> Run {
    let ballot = net.beside("ballot");
    let mut sign = command(&format!("ballot sign {yes} --council"));
    sign.arg(net.testnet().council().to_string()).arg(ballot);
    sign.arg("--measure").arg(net.beside("record")).arg("-o").arg(net.beside("signed"));
    sign.arg("--genesis").arg(net.dir().join("genesis")).arg("--key").arg(key);
    if let Some(seats) = seats {
        sign.arg("--seats").arg(seats);
    }
    run(&mut sign)
}

#[test]
fn an_officer_that_came_after_the_founding_signs_offline() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    let founding = net.dir().join("members/DK/officer-desk.key");
    let before = net.of("DK", "member list --json").done();
    let card = new_officer(&net);
    let [ballot, record, signed] = ["ballot", "record", "signed"].map(|name| net.beside(name));
    net.of("DK", &format!("ballot prepare 1 in-favour -o {}", ballot.display())).done();
    net.of("DK", &format!("measure record 1 -o {}", record.display())).done();
    let (old, new) = (net.beside("before.json"), net.beside("after.json"));
    std::fs::write(&old, before).unwrap();
    std::fs::write(&new, net.of("DK", "member list --json").done()).unwrap();

    // Neither the genesis nor a list of yesterday knows the new officer.
    for seats in [None, Some(old.as_path())] {
        sign(&net, &card, seats).refused(1, &["does not sign this statement", "--seats"]);
    }
    sign(&net, &card, Some(&record)).refused(2, &["nemcon member list --json"]);
    assert!(!signed.exists());

    // With a list of yesterday the old officer signs; the council does not take it.
    sign(&net, &founding, Some(&old)).done();
    let submit = format!("ballot submit {}", signed.display());
    net.of("BE", &submit).refused(1, &["/DK/desk stands under it, which does not sign"]);
    assert_eq!(net.measure("BE", 1).missing.len(), 4);

    std::fs::remove_file(&signed).unwrap();
    // Whose text it is does not say which act it is: the ballot may say anything on the measure.
    let wants = ["is not what it would be about: the statement itself, text "];
    sign_read(&net, &card, Some(&new), &net.yes(1)).refused(1, &wants);
    sign_read(&net, &card, Some(&new), "--yes").refused(2, &["which text was read?"]);
    assert!(!signed.exists());
    sign(&net, &card, Some(&new)).done();
    assert!(net.of("BE", &submit).done().contains("ordered in block"));
    assert_eq!(net.measure("BE", 1).missing.len(), 3);
}

#[test]
fn what_ends_without_a_vote_is_noted_and_is_no_vote() {
    let net = Net::up("--members 4");
    for number in 1..=2 {
        assert_eq!(net.table("BE", &in_workspace(LISTING)), number);
    }
    net.of("BE", &format!("measure withdraw 1 {} --reason Superseded", net.yes(1))).done();
    net.cast(2, "in-favour", &["BE", "BG", "CZ"]);
    net.cast(2, "abstain", &["DK"]);
    net.await_height("CZ", "DK");
    let minutes = net.of("CZ", "minutes 1").done();
    assert!(minutes.contains("- Outcome: withdrawn: Superseded\n"), "{minutes}");
    assert!(!minutes.contains("sealed"), "nothing of it is ever sealed: {minutes}");
    let votes = net.json("CZ", "votes export");
    let said: Vec<_> = votes.as_array().unwrap().iter().map(|row| &row["vote"]).collect();
    assert_eq!(said, ["in favour", "in favour", "in favour", "abstained"]);
    let rows = net.of("CZ", "votes export").done();
    assert!(
        rows.lines().last().unwrap().ends_with(",adopted,unanimity,3,0,1,0,0,DK,abstained,LIMITE")
    );
    let tacit = "ballot standing 2 retracted --yes";
    net.of("CZ", tacit).refused(2, &["in-favour, abstain or against"]);
    let wants = ["names no procedure", "a standing instruction works in silence alone"];
    net.of("CZ", "ballot standing 2 in-favour --yes").refused(1, &wants);
}
