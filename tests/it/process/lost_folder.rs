//! A node whose ledger folder is lost, its keys kept: it never votes as if it were new [rules.md R17].

use nemcon_tests::process::{Net, in_workspace, nemcon, wait_for};

const LISTING: &str = "examples/toolbox/2020-1127.toml";

#[test]
fn a_node_whose_ledger_folder_was_deleted_refuses_to_start_until_it_is_repaired() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    net.cast(1, "in-favour", &["BE", "BG", "CZ", "DK"]);
    wait_for("all to seal the decision", || {
        (net.client("DK").status().ok()?.sealed_height == 5).then_some(())
    });
    net.kill("DK");
    let ledger = net.dir().join("members/DK/ledger");
    std::fs::remove_dir_all(&ledger).unwrap();

    let config = net.dir().join("members/DK/node.toml");
    let of_node = |verb: &str| nemcon(&format!("node {verb} --config"), [&config]);
    let command = |verb: &str| format!("`nemcon node {verb} --config {}`", config.display());
    let wants = ["no ledger is there", "if this node has never run", "without its file `signed`"];
    let refused = of_node("run");
    refused.refused(2, &wants);
    refused.says(&[&command("init"), &command("repair")]);
    let said = nemcon("testnet up --dir", [net.dir()]);
    assert_eq!(said.status, Some(2));
    said.says(&["the node of DK has ended", &command("init")]);
    assert!(!ledger.exists(), "a refused start makes nothing");

    let repaired = of_node("repair");
    assert_eq!(repaired.status, Some(0), "{repaired:?}");
    assert!(repaired.out.contains("blocks up to 0 were sound, up to 5 came"), "{repaired:?}");
    of_node("init").refused(1, &["is there already", &command("run")]);
    nemcon("testnet up --dir", [net.dir()]).done();
    let status = net.json("DK", "status");
    assert_eq!((&status["observing"], &status["height"]), (&true.into(), &5.into()));
    assert_eq!(net.measure("DK", 1).status, net.measure("BE", 1).status);

    // Without its file `signed`, a backup does as well.
    net.kill("DK");
    std::fs::remove_file(ledger.join("signed")).unwrap();
    nemcon("testnet up --dir", [net.dir()]).done();
    assert_eq!(net.json("DK", "status")["observing"], true);
}

#[test]
fn a_node_that_was_repaired_without_any_peer_does_not_vote_either() {
    let net = Net::up("--members 2");
    nemcon("testnet down --dir", [net.dir()]).done();
    let member = net.dir().join("members/BE");
    let config = member.join("node.toml");
    std::fs::remove_dir_all(member.join("ledger")).unwrap();
    let repaired = nemcon("node repair --patience 1 --config", [&config]);
    assert_eq!(repaired.status, Some(1));
    repaired.says(&["no other member's node has answered", "try again"]);
    let refused = nemcon("node run --config", [&config]);
    refused.refused(
        2,
        &["the journal is gone, but what is left in `signed` shows", "nemcon node repair"],
    );
    nemcon("node init --config", [&config]).refused(1, &["is there already"]);
}
