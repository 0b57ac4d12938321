//! Four real nodes: one is killed, the others go on, it returns, and the decision is final.

use nemcon_tests::process::{Net, in_workspace, nemcon, nodes_below, wait_for};

const LISTING: &str = "examples/toolbox/2020-1127.toml";
const SECOND: &str = "examples/toolbox/2020-1537.toml";

/// Every node's newest checkpoint, once all show the same one of at least `size` records.
fn common_checkpoint(net: &Net, size: u64) -> String {
    wait_for("one checkpoint on all four nodes", || {
        let views = ["BE", "BG", "CZ", "DK"].map(|code| net.client(code).checkpoint().ok());
        let bodies = views.map(|view| {
            let view = view.filter(|view| view.size >= size)?;
            // Each node signs for itself; what is signed, they share.
            view.note?.split("\n\n").next().map(str::to_owned)
        });
        let [first, rest @ ..] = bodies;
        first.filter(|first| rest.iter().all(|other| other.as_ref() == Some(first)))
    })
}

#[test]
fn a_killed_node_returns_catches_up_and_completes_the_decision() {
    let net = Net::up("--members 4");
    assert_eq!(nodes_below(net.dir()).len(), 4);
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    net.cast(1, "in-favour", &["BE", "BG", "CZ"]);

    net.kill("DK");
    assert_eq!(net.table("BG", &in_workspace(SECOND)), 2);
    net.cast(2, "in-favour", &["BE", "BG", "CZ"]);
    for number in [1, 2] {
        let shown = net.json("BE", &format!("measure show {number}"));
        assert_eq!(shown["status"], "open");
        assert_eq!(shown["missing"], serde_json::json!(["DK"]));
    }
    let status = net.of("BE", "status").done();
    assert!(status.contains("3 of 4 connected, not DK"), "{status}");
    net.of("DK", "status").refused(2, &["no node answers at http://127.0.0.1:"]);

    let said = nemcon("testnet up --dir", [net.dir()]).done();
    assert!(said.contains("1 node running"), "{said}");
    common_checkpoint(&net, net.status("BE").size);

    net.cast(1, "in-favour", &["DK"]);
    net.cast(2, "abstain", &["DK"]);
    common_checkpoint(&net, net.status("DK").size);
    for code in ["BE", "DK"] {
        let list = net.of(code, "measure list").done();
        assert_eq!(list.matches("; final").count(), 2, "{list}");
    }

    let export = net.beside("export");
    nemcon("log export", [&export]).refused(2, &["which node?"]);
    let said = nemcon("log export --as CZ", [export.as_path(), "--dir".as_ref(), net.dir()]).done();
    assert!(said.contains("sealed by all 4"), "{said}");
    let council = net.testnet().council().to_string();
    let digest = [export.as_os_str(), "--council".as_ref(), council.as_ref()];
    let audited = nemcon("audit", digest).done();
    assert!(audited.ends_with("VERIFIED\n") && audited.contains("adopted, final"), "{audited}");
    let json = nemcon("audit --json", digest).json();
    assert_eq!((&json["verified"], &json["counts"]["decisions"]), (&true.into(), &2.into()));

    let said = nemcon("testnet down --dir", [net.dir()]).done();
    assert!(said.contains("4 nodes ended"), "{said}");
    assert!(nodes_below(net.dir()).is_empty());
}

#[test]
fn what_people_read_programs_can_read_as_well() {
    let net = Net::up("--members 4 --charter plain");
    let file = in_workspace("examples/board/reserve-fund.toml");
    assert_eq!(net.table("TR", &file), 1);
    let yes = net.yes(1);
    let cast = net.json("TR", &format!("ballot cast 1 in-favour {yes}"));
    assert_eq!(cast["measure"]["missing"], serde_json::json!(["CH", "DC", "SC"]));
    assert_eq!(net.json("CH", "measure list")[0]["number"], 1);
    assert_eq!(net.json("CH", "measure show 1")["by"], "TR");
    assert_eq!(net.json("DC", "status")["needs_me"], serde_json::json!([1]));
    assert_eq!(net.json("TR", "status")["needs_me"], serde_json::json!([]));
    let said = net.of("TR", &format!("measure close 1 {yes}")).done();
    assert!(said.contains("measure 1 LAPSES, which is no decision: it was closed"), "{said}");
    assert_eq!(net.json("CH", "measure show 1")["status"], "lapsed");
    let testnet = nemcon("testnet status --json --dir", [net.dir()]).json();
    assert_eq!(testnet["members"].as_array().unwrap().len(), 4);
    let genesis = net.dir().join("genesis");
    assert_eq!(nemcon("genesis show --json", [&genesis]).json()["signatures"], 4);
    assert_eq!(nemcon("genesis verify --json", [&genesis]).json()["members"], 4);
    let key = net.dir().join("members/CH/seal.key");
    assert_eq!(nemcon("key show --json", [&key]).json()["role"], "seal");
    let refused = net.of("CH", "measure show 9 --json");
    assert_eq!((refused.status, refused.err.as_str()), (Some(1), ""));
    let said: serde_json::Value = serde_json::from_str(&refused.out).unwrap();
    assert!(said["error"]["message"].as_str().unwrap().contains("has no measure 9"));
}

#[test]
fn a_node_that_lost_what_it_signed_says_so_until_it_votes_again() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    common_checkpoint(&net, 3);
    net.kill("DK");
    std::fs::remove_file(net.dir().join("members/DK/ledger/signed")).unwrap();
    nemcon("testnet up --dir", [net.dir()]).done();
    let said = net.of("DK", "status").done();
    assert!(
        said.contains("observing (DK)") && said.contains("the file `signed` was lost"),
        "{said}"
    );
    assert!(!said.contains("rejoin"), "the council goes on: {said}");
    assert_eq!(net.json("DK", "status")["observing"], true);
    assert_eq!(net.json("BE", "status")["observing"], false);
    // The others had proven block 1: it votes again from block 4 on, and seals all the while.
    for (height, code) in [(2, "BE"), (3, "BG")] {
        net.cast(1, "in-favour", &[code]);
        wait_for("DK seals what the others decide", || {
            let status = net.client("DK").status().ok()?;
            (status.sealed_height >= height).then_some(())
        });
    }
    assert_eq!(net.json("DK", "status")["observing"], false);
}

#[test]
fn more_than_f_nodes_that_lost_what_they_signed_vote_again_when_their_operators_say_so() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    common_checkpoint(&net, 3);
    let lost = ["CZ", "DK"];
    nemcon("testnet down --dir", [net.dir()]).done();
    for code in lost {
        std::fs::remove_file(net.dir().join(format!("members/{code}/ledger/signed"))).unwrap();
    }
    nemcon("testnet up --dir", [net.dir()]).done();
    let config = |code: &str| net.dir().join(format!("members/{code}/node.toml"));
    let asked = nemcon("node rejoin --config", [config("DK")]);
    assert_eq!(asked.status, Some(1));
    assert!(asked.out.contains("more than 1 of 4 nodes observe"), "{}", asked.out);
    assert!(
        asked.err.contains("nothing was done") && asked.err.contains("`--yes`"),
        "{}",
        asked.err
    );
    // The operators see in `status` that all are connected; else the refusal says who is not.
    for code in lost {
        wait_for("all are connected", || {
            let status = net.client(code).status().ok()?;
            status.members.iter().all(|member| member.connected).then_some(())
        });
    }
    let said = nemcon("node rejoin --yes --config", [config("DK")]).done();
    assert!(said.contains("votes again, at block 2") && said.contains("BE saw it sign"), "{said}");
    assert_eq!(net.json("DK", "status")["observing"], false);
    assert_eq!(nemcon("node rejoin --json --yes --config", [config("CZ")]).json()["height"], 2);
    net.cast(1, "in-favour", &["BE"]);
    let refused = nemcon("node rejoin --yes --config", [config("BE")]);
    assert_eq!(refused.status, Some(1));
    assert!(refused.err.contains("votes already"), "{}", refused.err);
}

#[test]
fn an_act_that_the_council_decides_otherwise_is_refused_with_the_reason() {
    let net = Net::up("--members 1");
    for (file, says) in [
        ("2019-796", "the Council decides by qualified majority"),
        ("2026-589", "the unanimous act is that decision, table it instead"),
    ] {
        let file = in_workspace(&format!("examples/toolbox/{file}.toml"));
        let args = [file.as_path(), "--dir".as_ref(), net.dir()];
        nemcon("measure table --yes --as BE", args).refused(1, &[says]);
    }
    assert_eq!(net.json("BE", "measure list"), serde_json::json!([]));
}
