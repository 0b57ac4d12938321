//! What other users of the machine, web pages and careless programs can do to a node over HTTP.

use nemcon_client::api::MeasureStatus;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use nemcon_client::token::Role;
use nemcon_tests::process::{
    Net, Signal, Wire, ask, command, in_workspace, nemcon, run, signal, status_of, wait_for,
    with_files,
};

/// Every route, by the least role that it is answered to.
const ROUTES: [(&str, Role); 12] = [
    ("GET /v1/status", Role::Read),
    ("GET /v1/measures", Role::Read),
    ("GET /v1/measures/1", Role::Read),
    ("GET /v1/incidents", Role::Read),
    ("GET /v1/records", Role::Read),
    ("GET /v1/seats", Role::Read),
    ("GET /v1/checkpoint", Role::Read),
    ("GET /v1/genesis", Role::Read),
    ("GET /v1/openapi.json", Role::Read),
    ("POST /v1/foresight", Role::Read),
    ("POST /v1/records", Role::Submit),
    ("POST /v1/rejoin", Role::Operate),
];

/// A body that every route takes.
const BODY: &str = "{\"record\":\"\",\"wait_ms\":0,\"texts\":[]}";
const JSON: &str = "Content-Type: application/json\r\n";

#[test]
fn another_user_of_the_machine_reads_nothing_and_changes_nothing() {
    let net = Net::up("--members 4");
    net.table("BE", &in_workspace("examples/toolbox/2020-1127.toml"));
    let node = net.member("BE").http;
    let of_another_node = net.shows("BG", Role::Operate);
    for (route, _) in ROUTES {
        for shown in
            ["", "Authorization: Bearer\r\n", "Authorization: Bearer x\r\n", &of_another_node]
        {
            let answer = ask(node, route, &format!("{JSON}{shown}"), BODY);
            assert_eq!(status_of(&answer), 401, "{route}: {answer}");
            assert!(answer.contains("www-authenticate: Bearer"), "{answer}");
            assert!(!answer.contains("nemcon/v1") && !answer.contains("Council"), "{answer}");
        }
    }
    let health = ask(node, "GET /health", "", "");
    assert!(status_of(&health) == 200 && health.ends_with("\r\n\r\nok\n"), "{health}");
}

/// Every file and folder below `path` that somebody else than its owner may read, write or enter.
fn open_to_others(path: &Path) -> Vec<PathBuf> {
    let mode = std::fs::symlink_metadata(path).unwrap().permissions().mode();
    let entries = if path.is_dir() { Some(std::fs::read_dir(path).unwrap()) } else { None };
    let mut found: Vec<_> =
        entries.into_iter().flatten().flat_map(|it| open_to_others(&it.unwrap().path())).collect();
    if mode & 0o077 != 0 {
        found.push(path.to_owned());
    }
    found
}

#[test]
fn what_nodes_and_commands_write_is_their_owners_alone() {
    let net = Net::up("--members 4");
    net.table("BE", &in_workspace("examples/toolbox/2020-1127.toml"));
    net.cast(1, "in-favour", &["BE", "BG", "CZ", "DK"]);
    let written = net.beside("written");
    std::fs::create_dir(&written).unwrap();
    std::fs::set_permissions(&written, std::fs::Permissions::from_mode(0o700)).unwrap();
    for line in [
        "log export",
        "minutes 1 --out",
        "votes export --out",
        "measure record 1 -o",
        "draft listing --out",
    ] {
        let out = written.join(line.replace([' ', '-'], "_"));
        net.of("BE", &format!("{line} {}", out.display())).done();
        assert!(out.exists(), "{line}");
    }
    assert!(net.dir().join("members/BE/ledger/signed").exists());
    assert!(net.dir().join("members/BE/node.log").exists());
    for path in [net.dir(), &written] {
        assert_eq!(open_to_others(path), [] as [PathBuf; 0], "in {}", path.display());
    }
}

#[test]
fn a_token_lets_its_holder_do_what_its_role_says_and_no_more() {
    let net = Net::up("--members 4");
    net.table("BE", &in_workspace("examples/toolbox/2020-1127.toml"));
    let node = net.member("BE").http;
    for role in Role::ALL {
        for (route, wanted) in ROUTES {
            let shown = format!("{JSON}{}", net.shows("BE", role));
            let answer = ask(node, route, &shown, BODY);
            let status = status_of(&answer);
            assert_eq!(status, if role < wanted { 403 } else { 200 }, "{role} {route}: {answer}");
            let needs = format!("this needs the role {wanted}");
            assert!(status == 200 || answer.contains(&needs), "{answer}");
        }
    }
}

#[test]
fn what_a_browser_sends_is_refused_also_with_a_token() {
    let net = Net::up("--members 4");
    let node = net.member("BE").http;
    let shown = net.shows("BE", Role::Operate);
    for line in [
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: same-origin",
        "Origin: null",
        "Origin: http://127.0.0.1",
        "Referer: https://example.org/",
        "Host: example.org",
        "Host: 127.0.0.1.example.org",
    ] {
        for (route, _) in ROUTES.into_iter().chain([("GET /health", Role::Read)]) {
            let answer = ask(node, route, &format!("{line}\r\n{JSON}{shown}"), BODY);
            assert_eq!(status_of(&answer), 403, "{line}, {route}: {answer}");
            for sealed in [
                "x-content-type-options: nosniff",
                "cross-origin-resource-policy: same-origin",
                "cache-control: no-store",
            ] {
                assert!(answer.contains(sealed), "{line}, {route}: {answer}");
            }
        }
    }
    let typed = ask(node, "GET /v1/status", &format!("Sec-Fetch-Site: none\r\n{shown}"), "");
    assert_eq!(status_of(&typed), 200, "{typed}");
}

#[test]
fn a_missing_or_wrong_token_is_refused_with_its_file_and_its_role() {
    let net = Net::up("--members 4");
    let base = format!("http://{}", net.member("BE").http);
    let at = |line: &str, token: Option<&std::path::Path>| {
        let mut command = command(line);
        command.args(["--as", "BE", "--node", &base]);
        if let Some(token) = token {
            command.arg("--token").arg(token);
        }
        run(&mut command)
    };
    let read = net.token("BE", Role::Read);
    at("status", Some(&read)).done();
    at("status", None).refused(2, &["wants a token of the role read", "--token FILE"]);
    let of_another = net.token("BG", Role::Read);
    at("status", Some(&of_another)).refused(2, &["does not know the token in", "BG/read.token"]);
    let key = net.dir().join("members/BE/node.key");
    at("status", Some(&key)).refused(2, &["node.key: it does not hold one token"]);
    at("status", Some(net.dir())).refused(2, &["it is a link, a folder or a device"]);
    symlink(&read, net.beside("link")).unwrap();
    at("status", Some(&net.beside("link"))).refused(2, &["it is a link, a folder or a device"]);
    at("status", Some(&net.beside("none"))).refused(2, &["none: No such file"]);
    std::fs::set_permissions(&read, std::fs::Permissions::from_mode(0o640)).unwrap();
    at("status", Some(&read)).refused(2, &["others can read or write it (mode 0640)", "chmod 600"]);
    // Whoever has the folder reads by the token that mere readers lack.
    net.of("BE", "status").done();
    let submit = net.token("BE", Role::Submit);
    std::fs::set_permissions(&submit, std::fs::Permissions::from_mode(0o640)).unwrap();
    let wants = ["submit.token: others can read or write it (mode 0640)"];
    net.of("BE", "status").refused(2, &wants);
}

#[test]
fn a_read_token_submits_nothing() {
    let net = Net::up("--members 4");
    let base = format!("http://{}", net.member("BE").http);
    let draft = net.with_commitments(&in_workspace("examples/toolbox/2020-1127.toml"));
    let council = net.testnet().council().to_string();
    let table = |token| {
        let mut command = command("measure table --yes --as BE");
        command.arg(&draft).args(["--node", &base, "--council", &council, "--token"]).arg(token);
        run(command.arg("--key").arg(net.dir().join("members/BE/officer-desk.key")))
    };
    let wants = ["read.token: its role is read, and submit is wanted", "submit.token"];
    table(net.token("BE", Role::Read)).refused(2, &wants);
    assert_eq!(net.status("BE").height, 0);
    table(net.token("BE", Role::Submit)).done();
}

#[test]
fn a_command_beside_node_toml_needs_neither_address_nor_token() {
    let net = Net::up("--members 4");
    let folder = net.dir().join("members/BE");
    let here = run(command("status").current_dir(&folder)).done();
    assert!(here.contains("node of BE"), "{here}");
    let named = run(command("status --config").arg(folder.join("node.toml"))).done();
    assert!(named.contains("node of BE"), "{named}");
    let both = run(&mut command("status --config x --node http://127.0.0.1:1"));
    both.refused(2, &["each name a node", "give one of them"]);
    let observes = run(command("node rejoin").current_dir(&folder));
    observes.refused(1, &["this node votes already"]);
}

#[test]
fn tokens_that_were_made_anew_count_once_the_configuration_is_read_again() {
    let net = Net::up("--members 4");
    let (config, node) = (net.dir().join("members/BE/node.toml"), net.member("BE").http);
    let old = net.shows("BE", Role::Operate);
    let made = run(command("node token new operate --config").arg(&config)).done();
    assert!(made.contains("operate.token") && made.contains("SIGHUP"), "{made}");
    let new = net.shows("BE", Role::Operate);
    assert_ne!(old, new);
    let status = |shown: &str| status_of(&ask(node, "GET /v1/status", shown, ""));
    assert_eq!((status(&old), status(&new)), (200, 401));
    signal(net.pid("BE"), Signal::HUP);
    wait_for("the new token to count", || (status(&new) == 200).then_some(()));
    assert_eq!(status(&old), 401);
    // The others stand as they were.
    net.of("BE", "status").done();
}

#[test]
fn a_node_does_not_start_on_tokens_that_others_can_read() {
    let net = Net::up("--members 4");
    let (config, read) = (net.dir().join("members/BE/node.toml"), net.token("BE", Role::Read));
    net.kill("BE");
    let start = || run(command("node run --stop-with-parent --config").arg(&config));
    std::fs::set_permissions(&read, std::fs::Permissions::from_mode(0o604)).unwrap();
    start().refused(2, &["read.token: others can read or write it (mode 0604)", "chmod 600"]);
    std::fs::remove_file(&read).unwrap();
    symlink(net.token("BE", Role::Submit), &read).unwrap();
    start().refused(2, &["it is a link", "nemcon node token new"]);
    std::fs::remove_file(&read).unwrap();
    std::fs::copy(net.token("BE", Role::Operate), &read).unwrap();
    start().refused(2, &["read.token: its role is operate, and read is wanted"]);
    run(command("node token new read --config").arg(&config)).done();
    assert_eq!(start().status, Some(0));
}

#[test]
fn no_token_is_printed_logged_or_an_argument_of_a_process() {
    let net = Net::up("--members 4");
    let node = net.member("BE").http;
    let secrets = Role::ALL.map(|role| {
        let text = std::fs::read_to_string(net.token("BE", role)).unwrap();
        text.trim_end().rsplit_once('-').unwrap().1.to_owned()
    });
    let digits = format!("{:064}", 7);
    ask(node, "GET /v1/status", &format!("Authorization: Bearer nemcon-read-{digits}\r\n"), "");
    let mut seen = net.log("BE");
    for line in ["status --json", "node rejoin", "status --council 1", "member list"] {
        let said =
            run(command(line).current_dir(net.dir().join("members/BE")).env("RUST_LOG", "trace"));
        seen += &(said.out + &said.err);
    }
    let arguments = std::fs::read(format!("/proc/{}/cmdline", net.pid("BE"))).unwrap();
    seen += &String::from_utf8_lossy(&arguments);
    assert!(seen.contains("a request to the HTTP interface is refused"), "{seen}");
    for secret in secrets.iter().chain([&digits]) {
        assert!(!seen.contains(secret.as_str()), "{seen}");
    }
}

#[test]
fn requests_without_a_token_fill_no_log() {
    let net = Net::up("--members 4");
    let node = net.member("BE").http;
    for _ in 0..200 {
        assert_eq!(status_of(&ask(node, "GET /v1/status", "", "")), 401);
    }
    let log = net.log("BE");
    let lines = log.lines().filter(|line| line.contains("is refused")).count();
    // Sixty in a minute; the minute may have turned meanwhile.
    assert!((60..=120).contains(&lines), "{lines}\n{log}");
}

/// Connections that say nothing.
fn idle(node: std::net::SocketAddr, count: usize) -> Vec<Wire> {
    (0..count).map(|_| Wire::open(node)).collect()
}

/// BE's node takes part in a decision, through its own interface.
fn decides(net: &Net) {
    let number = net.table("BE", &in_workspace("examples/toolbox/2020-1127.toml"));
    net.cast(number, "in-favour", &["BE", "BG", "CZ", "DK"]);
    wait_for("the decision at BE", || {
        (net.measure("BE", number).status == MeasureStatus::Adopted).then_some(())
    });
}

#[test]
fn a_crowd_of_idle_connections_takes_no_file_from_the_disk() {
    let net = Net::up_with_files(200, "--members 4");
    let member = net.member("BE");
    let _http = idle(member.http, 260);
    decides(&net);
    let _mesh = idle(member.listen, 260);
    decides(&net);
    let log = net.log("BE");
    assert!(log.contains("the limit of open files is low"), "{log}");
    assert!(!log.contains("Too many open files"), "{log}");
}

#[test]
fn a_process_that_may_raise_its_limit_does() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("net");
    let mut command = std::process::Command::new("sh");
    let script = "ulimit -S -n 100; exec \"$@\"";
    command.args(["-c", script, "sh"]).arg(nemcon_tests::process::binary());
    command.args(["testnet", "up", "--members", "1", "--dir"]).arg(&dir);
    run(&mut command).done();
    let log = std::fs::read_to_string(dir.join("members/BE/node.log")).unwrap();
    nemcon("testnet down --dir", [&dir]).done();
    assert!(!log.contains("the limit of open files is low"), "{log}");
}

#[test]
fn a_node_that_may_have_too_few_files_open_says_so_and_does_not_start() {
    let net = Net::up("--members 4");
    net.kill("BE");
    let mut command = with_files(80);
    command.args(["node", "run", "--stop-with-parent", "--config"]);
    let started = run(command.arg(net.dir().join("members/BE/node.toml")).stdin(Stdio::null()));
    started.refused(2, &["may have 80 files open, and a node among 4 needs", "ulimit -n 1024"]);
}

#[test]
fn heads_and_bodies_that_never_end_keep_nobody_out() {
    let net = Net::up("--members 4");
    let node = net.member("BE").http;
    let shown = net.shows("BE", Role::Submit);
    let begin = |bytes: &str| {
        let mut wires = idle(node, 150);
        for wire in &mut wires {
            assert!(wire.send(bytes));
        }
        wires
    };
    let lines = format!("Host: localhost\r\n{JSON}{shown}Content-Length: 1000\r\n");
    let bodies = begin(&format!("POST /v1/records HTTP/1.1\r\n{lines}\r\n{{\"record\":\""));
    decides(&net);
    let heads = begin("GET /v1/status HTTP/1.1\r\nHost: loc");
    decides(&net);
    // Each is let go of in its time, or before: told that it was too slow, or told nothing.
    for wire in bodies.into_iter().chain(heads) {
        let answer = wire.hear();
        assert!(matches!(status_of(&answer), 0 | 408), "{answer}");
    }
}
