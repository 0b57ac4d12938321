//! What commands print: it reaches its reader or is said to be lost, and steers no terminal.

use std::ffi::{OsStr, OsString};
use std::fs::OpenOptions;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use nemcon_ledger::text::shown::is_harmless;
use nemcon_tests::process::{Net, Run, command, in_workspace, run};

const DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Everything that prints and needs no network; `@` stands for a path, `=` for [`DIGEST`].
const OFFLINE: [&str; 37] = [
    "audit @ --council =",
    "audit @ --council = --json",
    "ballot sign @ --measure @ --genesis @ -o @ --council = --key @ --yes",
    "ballot submit @ --node @",
    "charter check @",
    "charter show @",
    "commit @",
    "commit @ -o @ --json",
    "commit check = @",
    "demo --members 1 --charter plain --dir @/x",
    "genesis assemble @ -o @",
    "genesis show @",
    "genesis sign @ --as BE --key @ --yes",
    "genesis succeed @ --export @ -o @ --council =",
    "genesis verify @",
    "incident list --node @",
    "key new --no-passphrase --role officer --out @",
    "key new --no-passphrase --role officer --out @ --json",
    "key show @",
    "law refusals --charter @",
    "log export @ --dir @",
    "man --out @",
    "measure list --dir @",
    "measure list --node @",
    "member list --node http://@",
    "minutes 1 -o @ --node @",
    "node init --config @",
    "node repair --config @",
    "node run --config @",
    "note sign @ --name n --release-key @ --out @ --yes",
    "note verify @ @ --by n+5ee7b122+AVq4xUwlMW+VQGtuVPCVRRw4G5ow3t34+osNk4RasYII",
    "statement sign @ --genesis @ -o @ --council = --yes",
    "statement submit @ @ --dir @",
    "status --dir @",
    "testnet status --dir @",
    "testnet up --members 1 --dir @",
    "verify @ --genesis @ --council =",
];

/// `nemcon` with the words of `line`, in `folder`.
fn with_path(line: &str, path: &OsStr, folder: &Path) -> Command {
    let mut it = command("");
    it.current_dir(folder);
    for word in line.split(' ') {
        let bytes = word.as_bytes().iter().flat_map(|byte| match byte {
            b'@' => path.as_bytes().to_vec(),
            b'=' if word == "=" => DIGEST.as_bytes().to_vec(),
            byte => vec![*byte],
        });
        it.arg(OsString::from_vec(bytes.collect()));
    }
    it
}

#[track_caller]
fn is_readable(said: &Run, what: &str) {
    assert!(matches!(said.status, Some(0..=3)), "{what}: {said:#?}");
    let steers = |c: char| c != '\n' && !is_harmless(c);
    assert!(!said.out.contains(steers) && !said.err.contains(steers), "{what}: {said:#?}");
    assert!(!said.out.contains("\nFORGED") && !said.err.contains("\nFORGED"), "{what}: {said:#?}");
}

#[test]
fn a_disk_that_is_full_leaves_no_half_written_file() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    std::fs::write(&text, "an opinion").unwrap();
    for (line, file) in [
        ("key new --no-passphrase --role officer --out", "officer.key"),
        ("charter init plain --out", "charter.toml"),
        ("draft plan --charter plain --out", "plan.toml"),
    ] {
        let out = folder.path().join(file);
        // No file of this shell and its children grows; a write fails, as on a full disk.
        let script = "trap '' XFSZ; ulimit -f 0; exec \"$@\"";
        let mut nemcon = command(line);
        nemcon.arg(&out);
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", script, "sh"]).arg(nemcon.get_program()).args(nemcon.get_args());
        let said = run(&mut shell);
        assert_eq!(said.status, Some(2), "{line}: {said:?}");
        assert!(said.err.contains("File too large"), "{line}: {said:?}");
        assert!(!out.exists(), "{line}");
        nemcon.arg("--json");
        assert_eq!(run(&mut nemcon).status, Some(0), "{line}: it can be given again");
    }
}

#[test]
fn a_file_that_a_command_is_to_write_replaces_nothing_that_is_there() {
    let net = Net::up("--members 1 --charter plain");
    assert_eq!(net.table("CH", &in_workspace("examples/board/reserve-fund.toml")), 1);
    let at = |name: &str| net.beside(name);
    let (pipe, link, file) = (at("pipe"), at("link"), at("file"));
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0)
        .unwrap();
    std::os::unix::fs::symlink(&pipe, &link).unwrap();
    std::fs::write(&file, "before").unwrap();
    for out in [&pipe, &link, &file] {
        let before = out.symlink_metadata().unwrap();
        for line in [
            "measure record 1 -o",
            "minutes 1 -o",
            "measure withdraw 1 --prepare",
            "ballot prepare 1 in-favour -o",
        ] {
            net.of("CH", &format!("{line} {}", out.display())).refused(2, &["it exists already"]);
        }
        let after = out.symlink_metadata().unwrap();
        assert_eq!((after.ino(), after.file_type()), (before.ino(), before.file_type()));
    }
    assert_eq!(std::fs::read(&file).unwrap(), b"before");
}

#[test]
fn no_path_steers_the_terminal_and_none_that_is_no_text_ends_a_command() {
    for name in [&b"\x1b[31m\x9b\xe2\x80\xae"[..], b"a\nFORGED", b"d\xe9cision.pdf"] {
        for line in OFFLINE {
            let folder = tempfile::tempdir().unwrap();
            let path = OsStr::from_bytes(name);
            is_readable(&run(&mut with_path(line, path, folder.path())), line);
            // Once more, where something is there: a file, or what the command has made.
            if !folder.path().join(path).exists() {
                std::fs::write(folder.path().join(path), b"\x1b[31m = \xff\n").unwrap();
            }
            is_readable(&run(&mut with_path(line, path, folder.path())), line);
            run(&mut with_path("testnet down --dir @", path, folder.path()));
        }
    }
}

#[test]
fn a_folder_of_names_that_are_no_text_is_compared_like_any() {
    let net = Net::up("--members 1 --charter plain");
    let folder = net.beside("documents");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("annex.txt"), "annex").unwrap();
    std::fs::write(folder.join(OsStr::from_bytes(b"d\xe9cision\x1b.pdf")), "x").unwrap();
    let draft = folder.join("draft.toml");
    let text = std::fs::read_to_string(in_workspace("examples/board/reserve-fund.toml")).unwrap();
    std::fs::write(&draft, format!("{text}\n[[documents]]\nfile = \"annex.txt\"\n")).unwrap();
    assert_eq!(net.table("CH", &draft), 1);
    let check = |options: &str| {
        run(command("document check")
            .arg(&folder)
            .args(["1", "--dir"])
            .arg(net.dir())
            .args(options.split(' ').filter(|word| !word.is_empty())))
    };
    let said = check("").done();
    assert!(said.contains("every document is the one that was bound"), "{said}");
    assert!(said.contains("d\u{fffd}cision\\u{1b}.pdf"), "{said}");
    let others = check("--json").json()["not_bound"].clone();
    assert!(others.to_string().contains("d\u{fffd}cision"), "{others}");
}

/// What prints without a network, and what a network's node tells.
const PRINTING: [&str; 20] = [
    "--help",
    "--version",
    "ballot cast --help",
    "calendar",
    "calendar --ics",
    "charter show",
    "law refusals",
    "law refusals --json",
    "audit . --json", // A usage error is the result where a program reads.
    "incident list",
    "measure list",
    "measure list --json",
    "measure show 1",
    "member list",
    "minutes 1",
    "minutes 1 --format html",
    "status",
    "status --json",
    "testnet status",
    "votes export",
];

/// Those of [`PRINTING`] that ask a network.
fn asks(line: &str) -> bool {
    let first = line.split(' ').next().unwrap();
    ["calendar", "incident", "measure", "member", "minutes", "status", "testnet", "votes"]
        .contains(&first)
        || line == "charter show"
}

fn printing(line: &str, net: &Net) -> Command {
    let mut it = command(line);
    if asks(line) {
        it.arg("--dir").arg(net.dir());
    }
    it
}

#[test]
fn output_that_cannot_be_written_is_no_success_and_only_a_closed_pipe_is_silent() {
    let net = Net::up("--members 1 --charter plain");
    assert_eq!(net.table("CH", &in_workspace("examples/board/reserve-fund.toml")), 1);
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    for line in PRINTING {
        let said = printing(line, &net).stdout(full()).stderr(Stdio::piped()).output().unwrap();
        let said: Run = said.into();
        assert_eq!(said.status, Some(2), "{line}: {said:#?}");
        said.says(&["standard output cannot be written: No space left on device", "next: "]);

        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let whole = run(&mut printing(line, &net));
        let cut = printing(line, &net).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let cut: Run = cut.into();
        assert_eq!((cut.status, cut.err.as_str()), (whole.status, ""), "{line}");
    }
    let unheard = printing("status", &net).stdout(full()).stderr(full()).status().unwrap();
    assert_eq!(unheard.code(), Some(2));
}

#[test]
fn a_program_is_told_of_wrong_usage_in_json_on_standard_output() {
    for line in ["--json ballot cast 1 maybe", "measure extend 1 --json", "nonsense --json"] {
        let said = run(&mut command(line));
        assert_eq!((said.status, said.err.as_str()), (Some(2), ""), "{line}");
        let value: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let message = value["error"]["message"].as_str().unwrap();
        assert!(!message.is_empty() && !message.contains("Usage"), "{message}");
        assert!(value["error"]["advice"].as_str().unwrap().contains("--help"), "{value}");
    }
}

#[test]
fn what_waits_to_be_ordered_has_an_exit_status_of_its_own() {
    let net = Net::up("--members 4 --charter plain");
    assert_eq!(net.table("CH", &in_workspace("examples/board/reserve-fund.toml")), 1);
    let yes = net.yes(1);
    net.kill("TR");
    net.kill("SC");
    let said = net.of("CH", &format!("ballot cast 1 in-favour {yes}"));
    assert_eq!((said.status, said.err.as_str()), (Some(3), ""), "{said:#?}");
    assert!(said.out.contains("accepted, NOT yet ordered"), "{said:#?}");
    // While it waits nothing has changed, and nothing is said to have.
    let said = net.of("DC", "key freeze --yes");
    assert_eq!(said.status, Some(3), "{said:#?}");
    assert!(!said.out.contains("nothing is said for it any more; "), "{said:#?}");
    let said = net.of("CH", "key freeze --yes --json");
    assert_eq!(said.status, Some(3), "{said:#?}");
    let value: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(value["answer"]["answer"], "pending");
}
