//! What operators see of what is wrong, on real nodes: on the node that has it and on those that see it.

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use nemcon_client::api::{ConditionView, Status};
use nemcon_tests::process::{
    Net, Node, Run, Signal, command, free_address, in_workspace, nemcon, run, signal, wait_for,
};

const LISTING: &str = "examples/toolbox/2020-1127.toml";

fn told<'a>(status: &'a Status, name: &str, about: &str) -> Option<&'a ConditionView> {
    status.conditions.iter().find(|it| it.name == name && it.about.as_str() == about)
}

/// Waits until a member's node tells of a condition; what it tells.
#[track_caller]
fn tells(net: &Net, code: &str, name: &str, about: &str) -> ConditionView {
    wait_for(&format!("{name} of {about} at {code}"), || {
        told(&net.client(code).status().ok()?, name, about).cloned()
    })
}

fn config_of(net: &Net, code: &str) -> PathBuf {
    net.dir().join("members").join(code).join("node.toml")
}

fn rewrite(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(path, text.replace(from, to)).unwrap();
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// The lines of a log about a condition.
fn lines(log: &str, name: &str) -> Vec<String> {
    let name = format!("condition={name} ");
    log.lines().filter(|line| line.contains(&name)).map(str::to_owned).collect()
}

/// BE tables a measure, which takes until it is ordered.
fn tabling(net: &Net) -> JoinHandle<Run> {
    let (dir, listing) = (net.dir().to_owned(), net.with_commitments(&in_workspace(LISTING)));
    std::thread::spawn(move || {
        let mut table = command("measure table --yes --as BE --dir");
        run(table.arg(dir).arg(listing))
    })
}

#[test]
fn a_copy_of_a_nodes_folder_on_other_ports_is_told_by_both_and_by_all_others() {
    let net = Net::up("--members 4");
    net.table("BE", &in_workspace(LISTING));
    let copy = net.beside("copy");
    copy_folder(config_of(&net, "DK").parent().unwrap(), &copy);
    let config = copy.join("node.toml");
    let member = net.member("DK");
    for address in [member.listen.to_string(), member.http.to_string()] {
        rewrite(&config, &format!("\"{address}\""), &format!("\"{}\"", free_address()));
    }
    rewrite(&config, "../../genesis", net.dir().join("genesis").to_str().unwrap());
    let copy = Node::run(&config);

    for code in ["BE", "BG", "CZ"] {
        let seen = tells(&net, code, "own-key-elsewhere", "DK");
        assert!(seen.advice.starts_with("tell the operator of DK"), "{seen:?}");
    }
    let own = tells(&net, "DK", "own-key-elsewhere", "DK");
    let of_the_copy = wait_for("the copy to know", || {
        told(&copy.client().status().ok()?, "own-key-elsewhere", "DK").cloned()
    });
    for own in [own, of_the_copy] {
        assert!(own.means.contains("another machine runs with the node key of DK"), "{own:?}");
        assert!(own.advice.contains("find the other machine and stop it for good"), "{own:?}");
        assert!(own.advice.contains("`nemcon node rejoin` is not for this"), "{own:?}");
    }

    // The council goes on, and nobody is said to have done wrong, or that nothing can be ordered.
    net.cast(1, "in-favour", &["BE", "BG", "CZ"]);
    for client in [net.client("DK"), copy.client().clone()] {
        let status = client.status().unwrap();
        assert!(!status.faults.contains_key("own-key-elsewhere"), "{:?}", status.faults);
        assert_eq!(told(&status, "too-few-connected", "DK"), None);
        assert!(told(&status, "own-key-elsewhere", "DK").is_some());
    }
    let said = net.of("DK", "status").done();
    assert!(said.contains("own-key-elsewhere (DK), for "), "{said}");
    assert!(!said.contains("runs `nemcon node rejoin`"), "{said}");
    wait_for("the log to say it", || {
        let lines = lines(&net.log("DK"), "own-key-elsewhere");
        (lines.len() == 1 && lines[0].contains("WARN")).then_some(())
    });
}

#[test]
fn the_doctor_says_of_a_copy_of_a_nodes_folder_that_nobody_may_run_there() {
    let net = Net::up("--members 4");
    let copy = net.beside("copy");
    copy_folder(config_of(&net, "DK").parent().unwrap(), &copy);
    let config = copy.join("node.toml");
    rewrite(&config, "../../genesis", net.dir().join("genesis").to_str().unwrap());
    let examined = nemcon("doctor --config", [&config]);
    assert_eq!(examined.status, Some(1));
    let said = examined.out;
    assert!(said.contains("this is a second folder with its keys"), "{said}");
    assert!(said.contains("never start a node here"), "{said}");
    assert!(!net.of("DK", "doctor").done().contains("second folder"));
    // The question has not kept the lock: the node of the folder itself starts again.
    net.kill("DK");
    net.restart();
    assert!(!net.of("DK", "doctor").done().contains("second folder"));
}

#[test]
fn a_node_that_is_off_is_told_with_its_seals_until_it_is_back() {
    let net = Net::up("--members 4");
    net.kill("BG");
    // BG proposes first at block 1.
    let table = tabling(&net);
    let awaits = wait_for("the block to wait for its proposer", || {
        net.client("BE").status().ok()?.awaits.filter(|it| it.step == "proposal")
    });
    assert_eq!(awaits.proposer.as_str(), "BG");
    assert!(awaits.ends_in_ms.is_some_and(|ms| ms <= 3_000), "{awaits:?}");
    table.join().unwrap().done();

    // Until a new attempt has failed, the connection that has ended is all that is known.
    wait_for("the last attempt to be told", || {
        let unreachable = tells(&net, "BE", "peer-unreachable", "BG");
        unreachable.means.contains("nobody takes the connection").then_some(())
    });
    let late = tells(&net, "BE", "seal-late", "BG");
    let says =
        "the seals of BG are here up to block 0; 1 block lacks them. Its node is not connected";
    assert!(late.means.starts_with(says), "{late:?}");
    let status = net.status("BE");
    assert_eq!(told(&status, "too-few-connected", "BE"), None, "three of four are enough");

    nemcon("testnet up --dir", [net.dir()]).done();
    wait_for("all to be well", || {
        let status = net.client("BE").status().ok()?;
        (status.conditions.is_empty() && status.sealed_height == 1).then_some(())
    });
    for name in ["peer-unreachable", "seal-late"] {
        let lines = wait_for("the log to say that it is over", || {
            let lines = lines(&net.log("BE"), name);
            (lines.len() == 2).then_some(lines)
        });
        assert!(lines[0].contains("WARN") && lines[1].contains("over"), "{lines:?}");
    }
    let said = net.of("BE", "status").done();
    assert!(said.contains("wrong   nothing that this node knows of"), "{said}");
    assert!(said.contains("clock   right to a second, by the median of 3 other nodes"), "{said}");
}

#[test]
fn two_of_four_that_are_off_leave_too_few_and_a_block_that_is_not_decided() {
    let net = Net::up("--members 4");
    for code in ["CZ", "DK"] {
        net.kill(code);
    }
    let few = tells(&net, "BE", "too-few-connected", "BE");
    assert!(few.means.starts_with("2 of 4 members' nodes are connected"), "{few:?}");
    assert!(few.means.ends_with("Not connected: CZ DK"), "{few:?}");
    let table = tabling(&net);
    let stalled = tells(&net, "BE", "ordering-stalled", "BE");
    assert!(stalled.means.ends_with("has come from CZ DK"), "{stalled:?}");
    nemcon("testnet up --dir", [net.dir()]).done();
    wait_for("all to be well", || {
        let status = net.client("BE").status().ok()?;
        (status.conditions.is_empty() && status.height == 1).then_some(())
    });
    drop(table.join());
}

#[test]
fn a_host_name_without_an_address_is_told_and_logged() {
    let net = Net::up("--members 4");
    net.kill("DK");
    let known = format!("\"{}\"", net.member("BG").listen);
    // No name below `invalid` ever has an address [RFC 6761].
    rewrite(&config_of(&net, "DK"), &known, "\"node.invalid:7001\"");
    nemcon("testnet up --dir", [net.dir()]).done();
    let told = tells(&net, "DK", "peer-name-unresolved", "BG");
    assert!(told.means.contains("`node.invalid:7001`"), "{told:?}");
    wait_for("the log to say it", || {
        let lines = lines(&net.log("DK"), "peer-name-unresolved");
        (lines.len() == 1 && lines[0].contains("WARN")).then_some(())
    });
    rewrite(&config_of(&net, "DK"), "\"node.invalid:7001\"", &known);
    signal(net.pid("DK"), Signal::HUP);
    wait_for("the name to be mended", || {
        net.client("DK").status().ok()?.conditions.is_empty().then_some(())
    });
}

#[test]
fn a_peer_that_is_no_member_is_refused_at_a_start_with_the_code_that_was_meant() {
    let net = Net::up("--members 4");
    let config = config_of(&net, "DK");
    let run_refused = |wants: &[&str]| {
        nemcon("node run --config", [&config]).refused(2, wants);
    };
    // Told while it runs, it is a condition.
    rewrite(&config, "code = \"BG\"", "code = \"BU\"");
    signal(net.pid("DK"), Signal::HUP);
    let told = tells(&net, "DK", "peer-not-in-roster", "BU");
    assert!(told.means.ends_with("meant may be BG"), "{told:?}");
    net.kill("DK");
    run_refused(&["the peer BU is no member of this council; meant may be BG", "mend `code`"]);
    rewrite(&config, "code = \"BU\"", "code = \"DK\"");
    run_refused(&["the peer DK is this node's own member"]);
    rewrite(&config, "code = \"DK\"", "code = \"CZ\"");
    run_refused(&["the peer CZ stands twice"]);
}
