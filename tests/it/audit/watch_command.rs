//! The command `watch`: what it tells to people, to a webhook, and to whoever gets its file.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use nemcon_client::watching::Memory;
use nemcon_tests::process::{command, run};

use super::watching::{Watched, forked, whole};

/// Takes one request, answers it, and gives its body.
fn take_one(listener: &TcpListener) -> String {
    let (mut stream, _) = listener.accept().unwrap();
    let (mut read, mut bytes) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut bytes).unwrap();
        read.extend_from_slice(&bytes[..count]);
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_lowercase();
            let length = length.split_once("content-length: ").unwrap().1.lines().next().unwrap();
            if body.len() == length.parse::<usize>().unwrap() {
                stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").unwrap();
                return body.to_owned();
            }
        }
        assert!(count > 0, "the request has an end: {text}");
    }
}

#[test]
fn the_command_tells_a_fork_to_people_to_a_webhook_and_to_whoever_gets_its_file() {
    let (common, ledger, other) = forked();
    let watched = Watched::over(&ledger);
    let council = watched.council.to_string();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let hook = format!("http://{}/hook", listener.local_addr().unwrap());
    let watch = |more: &[&str]| {
        let logs = [watched.path("be"), watched.path("fr")];
        let state = watched.path("state");
        let mut command = command("watch");
        command.args(logs).arg("--state").arg(&state).args(["--council", &council]).args(more);
        run(&mut command)
    };
    for at in ["be", "fr"] {
        watched.show(at, &whole(&common));
    }
    let said = watch(&[]).done();
    assert!(said.contains("OK: 2 logs of one history; verified up to size "), "{said}");
    watched.show("be", &whole(&ledger));
    let said = watch(&[]).done();
    assert!(said.contains("behind"), "{said}");
    watched.show("fr", &whole(&other));
    let heard = std::thread::spawn(move || take_one(&listener));
    let said = watch(&["--webhook", &hook]);
    said.refused(1, &["something is wrong", "nemcon verify FILE"]);
    assert!(said.out.contains("FORK: M1 M2 M3 M4 sealed two logs"), "{said:#?}");
    let heard: serde_json::Value = serde_json::from_str(&heard.join().unwrap()).unwrap();
    assert_eq!((&heard["sort"], &heard["council"]), (&"fork".into(), &council.clone().into()));
    let file = heard["evidence"].as_str().unwrap();
    assert_eq!(heard["shown"], fs::read_to_string(file).unwrap());
    // What cannot be kept hides nothing.
    let nowhere = watched.path("nowhere");
    fs::write(&nowhere, "").unwrap();
    let said = watch(&["--evidence", nowhere.to_str().unwrap()]);
    assert!(said.status == Some(1) && said.out.contains("FORK: "), "{said:#?}");
    assert!(
        said.err.contains("could not be written") && !said.out.contains("kept in"),
        "{said:#?}"
    );
    let lock = Memory::lock(&watched.path("state")).unwrap();
    watch(&[]).refused(2, &["another watch uses"]);
    drop(lock);
    // Whoever gets the file needs the digest alone; an export gives the keys of later days.
    let judged = command("verify").arg(file).args(["--council", &council]).output().unwrap();
    let said = String::from_utf8(judged.stdout).unwrap();
    assert!(judged.status.success() && said.contains("VERIFIED: M1 M2 M3 M4"), "{said}");
    let mut with_export = command("verify");
    with_export.arg(file).args(["--council", &council]).arg("--export").arg(watched.path("be"));
    assert!(run(&mut with_export).done().contains("with the seal keys of the export"));
    let digest = "00".repeat(32);
    run(command("verify").arg(file).args(["--council", &digest])).refused(1, &["NOT VERIFIED"]);
    run(command("verify").arg(file)).refused(2, &["council digest"]);
}
