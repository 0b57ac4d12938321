//! Four real nodes, one of which changes its node key while all of them run.

use std::path::Path;

use nemcon_client::api::Answer;
use nemcon_client::keyfile::KeyFile;
use nemcon_crypto::SecretKey;
use nemcon_ledger::chain::blocks_of;
use nemcon_ledger::record::genesis::verify_founding;
use nemcon_ledger::record::keys::Rotation;
use nemcon_ledger::record::signers::sign_lines;
use nemcon_ledger::record::statement::{Body, Head, Statement};
use nemcon_ledger::{Chain, Code};
use nemcon_tests::process::{Net, Signal, command, in_workspace, nemcon, run, signal, wait_for};

const LISTING: &str = "examples/toolbox/2020-1127.toml";

/// The ledger of a running node, derived again.
fn chain(net: &Net, code: &str) -> Chain {
    let client = net.client(code);
    let genesis = client.genesis().expect("the node answers");
    let genesis = verify_founding(&genesis, &net.testnet().council()).expect("the council's");
    let records = client.records(0, 4096).expect("the node answers").records;
    let records: Vec<_> = records.into_iter().map(String::into_bytes).collect();
    let founded = Chain::found(genesis);
    blocks_of(&records[1..]).fold(founded, |chain, block| chain.apply(&block).expect("a ledger"))
}

fn secret(path: &Path) -> SecretKey {
    KeyFile::read(path).expect("a key file").secret.clone()
}

fn export(net: &Net, name: &str) -> std::path::PathBuf {
    let out = net.beside(name);
    nemcon("log export --as CZ", [out.as_path(), "--dir".as_ref(), net.dir()]).done();
    out
}

fn audit(net: &Net, export: &Path) {
    let council = net.testnet().council().to_string();
    let digest = [export.as_os_str(), "--council".as_ref(), council.as_ref()];
    assert!(nemcon("audit", digest).done().ends_with("VERIFIED\n"));
}

/// Waits until every member has sealed what `code` holds.
fn sealed_by_all(net: &Net, code: &str, height: u64) {
    wait_for("a size that all have sealed", || {
        let status = net.client(code).status().ok()?;
        (status.sealed_height >= height).then_some(())
    });
}

/// DK's `key rotate --prepare`, asked at the node of another member or at its own.
fn prepare(net: &Net, key: &Path, at: &str, into: &str) -> String {
    let into = net.beside(into);
    let line = format!("key rotate --node-key {} --prepare {}", key.display(), into.display());
    let node = format!("http://{}", net.member(at).http);
    let mut it = command(&format!("{line} --as DK --node {node} --token"));
    let token = net.dir().join(format!("members/{at}/read.token"));
    run(it.arg(token).args(["--council", &net.testnet().council().to_string()])).done()
}

/// The new key is there before the member says so; the node is told by SIGHUP.
fn hold_both(net: &Net, folder: &Path, both: &str) {
    let key = folder.join("node-2.key");
    let first = "STOP: the node of DK does not hold the new key";
    let said = prepare(net, &key, "DK", "too-soon");
    assert!(said.contains(first) && said.contains("`node_key` in its node.toml"), "{said}");
    let hasty = format!("key rotate --yes --node-key {}", key.display());
    let wants = ["not signed: STOP: the node of DK does not hold the new key", "--though-not-held"];
    net.of("DK", &hasty).refused(1, &wants);
    let said = prepare(net, &key, "BE", "elsewhere");
    assert!(said.contains("ASK FIRST whether the node of DK holds the new key"), "{said}");
    std::fs::write(folder.join("node.toml"), both).unwrap();
    signal(net.pid("DK"), Signal::HUP);
    let new = secret(&key).public();
    wait_for("the node to hold both", || net.status("DK").holds.contains(&new).then_some(()));
    assert!(!prepare(net, &key, "DK", "in-time").contains("STOP"));
}

/// Submits the rotation at BE, and waits until all know DK by its new key.
fn rotate(net: &Net, folder: &Path) {
    let node = secret(&folder.join("node-2.key"));
    let by: Code = "DK".parse().unwrap();
    let chain_before = chain(net, "BE");
    let council = chain_before.council();
    let head = Head { council: council.digest(), by: by.clone() };
    let rotation = Rotation { head, node: Some(node.public()), seal: None, after: None };
    let body = Body::Rotation(rotation);
    let secrets = [secret(&folder.join("officer-desk.key")), node.clone()];
    let lines = sign_lines(&body.render(), &council.signers_of(&body).unwrap(), &secrets, 0);
    let statement = Statement::new(&body, lines).unwrap();
    let record = String::from_utf8(statement.render()).unwrap();
    assert!(matches!(net.submit("BE", record), Answer::Pending { .. } | Answer::Ordered { .. }));
    let is_known_at = |code: &&str| {
        let status = net.status(code);
        let dk = status.members.iter().find(|member| member.code == by);
        let roster = chain(net, code).council().roster().clone();
        roster.member(&by).is_some_and(|member| member.node == node.public())
            && dk.is_some_and(|dk| dk.connected)
    };
    wait_for("all to know DK by its new key and to be connected with it", || {
        ["BE", "BG", "CZ"].iter().all(&is_known_at).then_some(())
    });
}

#[test]
fn a_node_key_changes_while_the_nodes_run_and_what_was_exported_before_still_verifies() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    for code in ["CZ", "DK"] {
        sealed_by_all(&net, code, 1);
    }
    let before = export(&net, "before");

    let folder = net.dir().join("members/DK");
    nemcon("key new --role node --out", [folder.join("node-2.key")]).done();
    let config = std::fs::read_to_string(folder.join("node.toml")).unwrap();
    let with = |keys: &str| config.replace("node_key = \"node.key\"", keys);
    hold_both(&net, &folder, &with("node_key = [\"node.key\", \"node-2.key\"]"));
    rotate(&net, &folder);

    // Of four, three decide: not without DK.
    net.kill("BG");
    net.cast(1, "in-favour", &["BE", "DK"]);
    nemcon("testnet up --dir", [net.dir()]).done();

    // The old key is no longer needed, not even for a restart.
    net.kill("DK");
    std::fs::write(folder.join("node.toml"), with("node_key = \"node-2.key\"")).unwrap();
    nemcon("testnet up --dir", [net.dir()]).done();
    net.cast(1, "in-favour", &["BG", "CZ"]);
    assert!(!net.status("DK").following);
    sealed_by_all(&net, "CZ", net.status("CZ").height);
    let after = export(&net, "after");
    audit(&net, &before);
    audit(&net, &after);
}
