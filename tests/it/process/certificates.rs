//! One decision in one file, and one ballot: made from a node, a folder and an export, judged without any.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use nemcon_tests::process::{Net, Run, in_workspace, nemcon, wait_for};

fn with(command: &str, words: &[&OsStr]) -> Run {
    nemcon(command, words)
}

fn verify(file: &Path, council: &str) -> Run {
    with("verify", &[file.as_os_str(), "--council".as_ref(), council.as_ref()])
}

/// A certificate of measure `number` to `out`, taken from what `from` says.
fn certificate(number: u64, out: &Path, from: &[&OsStr]) -> Run {
    let number = number.to_string();
    let words = [OsStr::new(&number), "--out".as_ref(), out.as_os_str()];
    with("certificate", &[&words, from].concat())
}

/// What a command prints that ends with this status.
#[track_caller]
fn prints(run: &Run, status: i32, wanted: &str) -> String {
    assert_eq!(run.status, Some(status), "{run:#?}");
    assert!(run.out.contains(wanted), "{run:#?}");
    run.out.clone()
}

fn wait_until_sealed(net: &Net) {
    wait_for("a seal of all on the newest block", || {
        let status = net.status("BE");
        (status.sealed_size == status.size).then_some(())
    });
}

#[test]
fn a_decision_and_a_ballot_in_one_file_are_judged_without_a_node() {
    let net = Net::up("--members 4");
    let council = net.testnet().council().to_string();
    let table = |net: &Net, measure: &str| {
        net.table("BE", &in_workspace(&format!("examples/toolbox/{measure}.toml")))
    };
    let number = table(&net, "2020-1127");
    net.cast(number, "in-favour", &["BE", "BG", "CZ"]);
    // The receipt of the last ballot comes with it.
    let receipt = net.beside("dk.tlog-proof");
    let cast = format!("ballot cast {number} in-favour --as DK");
    let text = net.measure("BE", number).text_hash.to_string();
    let more: [&OsStr; 7] = [
        "--dir".as_ref(),
        net.dir().as_os_str(),
        "--yes".as_ref(),
        "--text".as_ref(),
        text.as_ref(),
        "--receipt".as_ref(),
        receipt.as_os_str(),
    ];
    let said = with(&cast, &more).done();
    assert!(said.contains("the proof that it is record"), "{said}");
    let open = table(&net, "2020-1537");
    net.cast(open, "in-favour", &["BE", "CZ"]);
    wait_until_sealed(&net);
    // From the node, from its ledger folder, from an export: one file.
    let dir: [&OsStr; 4] =
        ["--dir".as_ref(), net.dir().as_os_str(), "--as".as_ref(), "BE".as_ref()];
    let file = net.beside("decision.nemcon");
    let said = certificate(number, &file, &dir).done();
    assert!(said.contains("ADOPTED     all 4 in favour") && said.contains("LIMITE"), "{said}");
    let ledger = net.testnet().folder(&"BG".parse().unwrap()).join("ledger");
    let from_folder = net.beside("folder.nemcon");
    certificate(number, &from_folder, &["--ledger".as_ref(), ledger.as_os_str()]).done();
    let export = net.beside("export");
    let words = [&[export.as_os_str()][..], &dir].concat();
    with("log export", &words).done();
    let from_export = net.beside("export.nemcon");
    let words =
        ["--export".as_ref(), export.as_os_str(), "--council".as_ref(), OsStr::new(&council)];
    certificate(number, &from_export, &words).done();
    assert!(fs::read(&file).unwrap().len() < 64 * 1024);
    printed(number, &words, &from_export);
    for file in [&file, &from_folder, &from_export] {
        let said = verify(file, &council).done();
        assert!(said.ends_with("VERIFIED\n") && said.contains("all 4 in favour"), "{said}");
    }
    // What is open is said to be.
    let unfinished = net.beside("open.nemcon");
    certificate(open, &unfinished, &words).refused(1, &["NOT final: missing BG DK"]);
    let said = verify(&unfinished, &council);
    said.refused(1, &["NOT final: missing BG DK", "writes a new one"]);
    prints(&said, 1, "BE   in favour");
    archives(&net, &export, &council);
    public(&net, number, &council);
    wrong_inputs(&net, &file, &council);
    receipts(&net, &receipt, &export);
}

/// The certificate on standard output is the one in the file.
fn printed(number: u64, words: &[&OsStr], file: &Path) {
    let printed = certificate(number, Path::new("-"), words).done();
    assert_eq!(printed.as_bytes(), fs::read(file).unwrap());
    assert!(!Path::new("-").exists());
}

/// An export as a journalist gets it: packed by a program that everybody has.
fn archives(net: &Net, export: &Path, council: &str) {
    let archive = net.beside("export.tar.gz");
    let pack = |archive: &Path| {
        let folder = ["-C".as_ref(), export.parent().unwrap().as_os_str()];
        let words = ["czf".as_ref(), archive.as_os_str()].into_iter().chain(folder);
        let done = Command::new("tar").args(words).arg(export.file_name().unwrap()).status();
        assert!(done.unwrap().success());
    };
    pack(&archive);
    let audit = |archive: &Path| {
        with("audit", &[archive.as_os_str(), "--council".as_ref(), council.as_ref()])
    };
    assert!(audit(&archive).done().ends_with("VERIFIED\n"));
    let words = ["--export".as_ref(), archive.as_os_str(), "--council".as_ref(), council.as_ref()];
    let out = net.beside("archive.nemcon");
    certificate(1, &out, &words).done();
    assert!(verify(&out, council).done().ends_with("VERIFIED\n"));
    // What lies beside the export is told, and nothing vouches for it.
    fs::write(export.join("notes.txt"), "a stray").unwrap();
    let again = net.beside("again.tar.gz");
    pack(&again);
    fs::remove_file(export.join("notes.txt")).unwrap();
    assert!(audit(&again).done().contains("notes.txt"));
    let bytes = fs::read(&archive).unwrap();
    let cut = net.beside("cut.tar.gz");
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    audit(&cut).refused(2, &["the archive is damaged", ".tar.gz"]);
    audit(&out).refused(2, &["no archive: neither tar"]);
}

/// What is not public stays out, and the file says what it does not show.
fn public(net: &Net, number: u64, council: &str) {
    let file = net.beside("public.nemcon");
    let words: [&OsStr; 5] = [
        "--dir".as_ref(),
        net.dir().as_os_str(),
        "--as".as_ref(),
        "BE".as_ref(),
        "--public".as_ref(),
    ];
    prints(&certificate(number, &file, &words), 4, "VERIFIED AS FAR AS IT IS PUBLIC");
    let text = fs::read_to_string(&file).unwrap();
    assert!(!text.contains("\nposition in-favour\n") && !text.contains("LIMITE\n\ngenesis"));
    prints(&verify(&file, council), 4, "VERIFIED AS FAR AS IT IS PUBLIC");
}

fn wrong_inputs(net: &Net, file: &Path, council: &str) {
    let other = "0".repeat(64);
    let said = verify(file, &other);
    said.refused(1, &["NOT verified: 1 fault", "do not rely on it"]);
    assert!(!prints(&said, 1, "NOT VERIFIED").contains("ADOPTED"));
    with("verify", &[file.as_os_str()]).refused(2, &["a file cannot vouch for itself"]);
    let text = fs::read_to_string(file).unwrap();
    let altered = |name: &str, text: &str| {
        let path = net.beside(name);
        fs::write(&path, text).unwrap();
        path
    };
    let against = altered("against", &text.replace("position in-favour\n", "position in-favoun\n"));
    assert!(!prints(&verify(&against, council), 1, "NOT VERIFIED").contains("ADOPTED"));
    let marked = altered("marked", &text.replacen("marking LIMITE", "marking VERIFIED", 1));
    let said = verify(&marked, council);
    assert!(!prints(&said, 1, "certificate-marking").contains("\nVERIFIED"));
    let ends = altered("ends", &text.replace('\n', "\r\n"));
    verify(&ends, council).refused(1, &["its lines end in CR LF"]);
    let cut = altered("cut", &text[..text.len() / 2]);
    verify(&cut, council).refused(1, &["altered or cut"]);
    verify(Path::new("/dev/zero"), council).refused(2, &["a device, not a regular file"]);
    certificate(1, file, &["--export".as_ref(), "nowhere".as_ref()])
        .refused(2, &["is there already"]);
    let new = net.beside("new");
    certificate(1, &new, &["--export".as_ref(), "nowhere".as_ref()])
        .refused(2, &["cannot vouch for itself"]);
    let dir: [&OsStr; 4] =
        ["--dir".as_ref(), net.dir().as_os_str(), "--as".as_ref(), "BE".as_ref()];
    certificate(99, &new, &dir).refused(2, &["shows no measure 99"]);
    assert!(!new.exists());
}

fn receipts(net: &Net, receipt: &Path, export: &Path) {
    let policy = export.join("finality.policy");
    let judged = |file: &Path, policy: &Path| {
        with("verify", &[file.as_os_str(), "--policy".as_ref(), policy.as_os_str()])
    };
    let said = judged(receipt, &policy).done();
    assert!(said.contains("DK: in favour on measure 1") && said.ends_with("VERIFIED\n"), "{said}");
    with("verify", &[receipt.as_os_str()]).refused(2, &["it cannot vouch for itself"]);
    let text = fs::read_to_string(receipt).unwrap();
    let extra = text.lines().nth(1).unwrap();
    let swapped = net.beside("swapped.tlog-proof");
    let other = extra.replacen('a', "b", 1);
    fs::write(&swapped, text.replace(extra, &other)).unwrap();
    judged(&swapped, &policy).refused(1, &["NOT VERIFIED"]);
    let unsealed = net.beside("unsealed.tlog-proof");
    let lines: Vec<_> = text.lines().collect();
    fs::write(&unsealed, lines[..lines.len() - 1].join("\n") + "\n").unwrap();
    judged(&unsealed, &policy).refused(1, &["the policy does not accept its checkpoint"]);
    judged(receipt, &export.join("genesis")).refused(2, &["is no policy"]);
    let advance = judged(receipt, &export.join("advance.policy")).done();
    assert!(!advance.contains("not sealed"), "{advance}");
    let few = judged(&unsealed, &export.join("advance.policy")).done();
    assert!(few.contains("not sealed  by DK"), "{few}");
    let other = "0".repeat(64);
    let words = ["--policy".as_ref(), policy.as_os_str(), "--council".as_ref(), other.as_ref()];
    with("verify", &[&[receipt.as_os_str()][..], &words].concat())
        .refused(1, &["its record is of council", "NOT VERIFIED"]);
    let out = net.beside("el.tlog-proof");
    let none = with(
        "receipt 2",
        &[
            "--dir".as_ref(),
            net.dir().as_os_str(),
            "--as".as_ref(),
            "DK".as_ref(),
            "--out".as_ref(),
            out.as_os_str(),
        ],
    );
    none.refused(1, &["no ballot of DK on measure 2"]);
}
