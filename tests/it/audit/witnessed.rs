//! A witness from outside cosigns what is published, remembers it, and is never needed.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nemcon_client::audit::audited;
use nemcon_client::publishing::{Publishing, Shows};
use nemcon_client::witnessing::Witnesses;
use nemcon_crypto::note::SignedNote;
use nemcon_crypto::verify_line;
use nemcon_ledger::export::{CHECKPOINT_FILE, FINALITY_POLICY_FILE};
use nemcon_tests::export::export;
use nemcon_tests::fixture::Ledger;
use nemcon_tests::process::{binary, command, run};
use tempfile::TempDir;

use super::publishing::{adopt, at, ledger, publish};

const NAME: &str = "witness.example/w1";

/// The files of a witness, and its process while it runs.
struct Outside {
    folder: TempDir,
    running: Option<Child>,
    address: String,
}

impl Outside {
    /// A witness of this ledger's log, with a key of its own.
    fn of(ledger: &Ledger) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let policy = &export(ledger).0[FINALITY_POLICY_FILE];
        fs::write(folder.path().join("logs"), policy).unwrap();
        let key = folder.path().join("witness.key");
        run(command("key new --role witness --out").arg(&key)).done();
        Self { folder, running: None, address: String::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, more: &str) -> Command {
        let mut command = Command::new(binary());
        command.args(["witness", "--name", NAME, "--json", "--listen", "127.0.0.1:0"]);
        for (option, name) in
            [("--witness-key", "witness.key"), ("--logs", "logs"), ("--state", "state")]
        {
            command.arg(option).arg(self.path(name));
        }
        command.args(more.split_whitespace());
        command
    }

    /// Starts it, and writes the policy by which it is asked.
    fn start(&mut self, more: &str) {
        self.stop();
        let mut child = self.command(more).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while !said.trim_end().ends_with('}') {
            said.push_str(&lines.next().expect("it says where it answers").unwrap());
        }
        self.running = Some(child);
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        let (key, address) = (said["key"].as_str().unwrap(), said["address"].as_str().unwrap());
        self.address = format!("http://{address}");
        let policy = format!("witness w1 {key} {}/\nquorum none\n", self.address);
        fs::write(self.path("policy"), policy).unwrap();
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.running.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    fn witnesses(&self) -> Witnesses {
        Witnesses::read(&self.path("policy")).unwrap()
    }

    /// A folder in which the log is published, with this witness's lines.
    fn publishing(&self, folder: &Path) -> Publishing {
        at(folder, Shows::Public, None).witnessed_by(Some(self.witnesses()))
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.stop();
    }
}

/// How many lines of the witness stand under the checkpoint of a published log, all verified.
fn lines_in(publishing: &Publishing, outside: &Outside) -> usize {
    let note = SignedNote::parse(&fs::read(publishing.folder.join(CHECKPOINT_FILE)).unwrap());
    let note = note.unwrap();
    let policy = fs::read_to_string(outside.path("policy")).unwrap();
    let key = policy.split(' ').nth(2).unwrap().parse().unwrap();
    let lines = note.signatures().iter().filter(|line| line.name().as_str() == NAME);
    lines.inspect(|line| assert_eq!(verify_line(&key, note.text(), line), Ok(()))).count()
}

#[test]
fn what_is_published_is_cosigned_as_long_as_it_only_grows_and_never_waits_for_it() {
    let mut ledger = ledger();
    adopt(&mut ledger, "First");
    let council = ledger.parties.genesis.digest();
    let mut outside = Outside::of(&ledger);
    outside.start("--new");
    let folder = tempfile::tempdir().unwrap();
    let publishing = outside.publishing(folder.path());
    let done = publish(&publishing, &ledger).unwrap().unwrap().witnesses.unwrap();
    assert_eq!((&done.cosigned_by[..], &done.missing[..]), (&[NAME.to_owned()][..], &[][..]));
    assert_eq!(lines_in(&publishing, &outside), 1);
    let report = audited(&publishing.folder, &council, None, &mut |_, _| {}).unwrap();
    assert!(report.is_verified_in_public(), "{:?}", report.faults);
    // It grows; then a process that knows nothing of the last line asks again; then one whose folder is new.
    adopt(&mut ledger, "Second");
    let done = publish(&publishing, &ledger).unwrap().unwrap().witnesses.unwrap();
    assert_eq!(done.missing, [""; 0]);
    let again = outside.publishing(folder.path());
    assert_eq!(publish(&again, &ledger).unwrap().unwrap().files, 0, "its line is kept");
    let elsewhere = tempfile::tempdir().unwrap();
    let other = outside.publishing(elsewhere.path());
    assert_eq!(publish(&other, &ledger).unwrap().unwrap().witnesses.unwrap().missing, [""; 0]);
    // It does not answer: the log is published without it.
    outside.stop();
    adopt(&mut ledger, "Third");
    let done = publish(&publishing, &ledger).unwrap().unwrap().witnesses.unwrap();
    assert_eq!((done.cosigned_by.len(), done.missing.len()), (0, 1));
    assert_eq!(lines_in(&publishing, &outside), 0);
    // It is back, and remembers.
    outside.start("");
    let publishing = outside.publishing(folder.path());
    let done = publish(&publishing, &ledger).unwrap().unwrap().witnesses.unwrap();
    assert_eq!(done.missing, [""; 0]);
    assert_eq!(lines_in(&publishing, &outside), 1);
}

#[test]
fn a_witness_cosigns_no_second_history_and_no_smaller_log() {
    let mut one = ledger();
    adopt(&mut one, "Told to all");
    let mut other = one.clone();
    let common = one.clone();
    adopt(&mut one, "Told to some");
    adopt(&mut other, "Told to others");
    let mut outside = Outside::of(&one);
    outside.start("--new");
    let asked = |ledger: &Ledger| {
        let folder = tempfile::tempdir().unwrap();
        publish(&outside.publishing(folder.path()), ledger).unwrap().unwrap().witnesses.unwrap()
    };
    assert_eq!(asked(&one).missing, [""; 0]);
    for (ledger, why) in [(&other, "another history"), (&common, "it has cosigned")] {
        let asked = asked(ledger);
        assert!(asked.cosigned_by.is_empty() && asked.missing[0].contains(why), "{asked:?}");
    }
    adopt(&mut other, "And more");
    let refused = asked(&other);
    assert!(refused.missing[0].contains("422"), "{refused:?}");
    assert_eq!(asked(&one).missing, [""; 0]);
}

#[test]
fn a_witness_that_has_lost_its_memory_does_not_start_and_two_do_not_share_one() {
    let mut outside = Outside::of(&ledger());
    let refused = |outside: &Outside, more: &str, why: &str| {
        let said = run(&mut outside.command(more));
        assert!(said.status == Some(2) && said.out.contains(why), "{said:#?}");
    };
    refused(&outside, "", "lost its memory");
    std::fs::create_dir(outside.path("state")).unwrap();
    refused(&outside, "", "lost its memory");
    std::fs::remove_dir(outside.path("state")).unwrap();
    outside.start("--new");
    refused(&outside, "", "another witness runs");
    refused(&outside, "--new", "is there already");
}
