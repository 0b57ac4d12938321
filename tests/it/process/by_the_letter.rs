//! `docs/running-a-node.md`, followed command by command as it is printed: five members, each with a desk and
//! a node's machine, found a council and decide. What is stood in for: whatever changes the machine itself
//! (accounts, the firewall, the clock, the service manager), and the way from one machine to another.

use nemcon_client::api::MeasureStatus;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::MutexGuard;

use nemcon_tests::process::{Node, Run, binary, free_address, in_workspace, run, turn, wait_for};
use tempfile::TempDir;

const CODES: [&str; 5] = ["AA", "BB", "CC", "DD", "EE"];

/// Commands that change the machine, each as a script.
const STAND_INS: [(&str, &str); 6] = [
    ("useradd", "while [ \"$1\" != --home-dir ]; do shift; done; mkdir -p \"$2\""),
    ("sudo", "if [ \"$1\" = -u ]; then shift 2; fi; exec \"$@\""),
    (
        "install",
        "[ \"$1 $2 $3 $4\" = '-o nemcon -g nemcon' ]; shift 4; exec /usr/bin/install \"$@\"",
    ),
    ("ssh", "if [ \"$1\" = -f ]; then exit 0; fi; shift; exec \"$@\""),
    ("ufw", "exit 0"),
    ("timedatectl", "exit 0"),
];
const SYSTEMCTL: &str = "systemctl";

/// A block of the document: in which language, with which words behind it.
struct Block {
    words: Vec<String>,
    text: String,
}

/// The blocks of the part that founds, in their order.
fn blocks() -> Vec<Block> {
    let document = fs::read_to_string(in_workspace("docs/running-a-node.md")).unwrap();
    let (_, part) = document.split_once("## Five members in ten minutes").unwrap();
    let (part, _) = part.split_once("\n## ").unwrap();
    let fenced = part.split("\n```").skip(1).step_by(2);
    let blocks = fenced.map(|block| {
        let (words, text) = block.split_once('\n').unwrap();
        let words = words.split(' ').map(str::to_owned).collect();
        Block { words, text: format!("{text}\n") }
    });
    blocks.collect()
}

/// A member: where its node listens, and who serves its commands.
struct Place {
    code: &'static str,
    listen: String,
    http: String,
}

/// All that the five have.
struct Five {
    folder: TempDir,
    places: Vec<Place>,
    digest: Option<String>,
    /// What each has set in the shell of its desk.
    kept: BTreeMap<&'static str, String>,
    nodes: Vec<Node>,
    _turn: MutexGuard<'static, ()>,
}

impl Five {
    fn new() -> Self {
        let place = |code| Place { code, listen: free_address(), http: free_address() };
        let five = Self {
            _turn: turn(),
            folder: tempfile::tempdir().unwrap(),
            places: CODES.map(place).into_iter().collect(),
            digest: None,
            kept: BTreeMap::new(),
            nodes: Vec::new(),
        };
        for code in CODES {
            fs::create_dir_all(five.at(code, "desk")).unwrap();
            fs::create_dir_all(five.at(code, "node")).unwrap();
        }
        fs::write(five.passphrase(), "several words in a row\n").unwrap();
        fs::set_permissions(five.passphrase(), fs::Permissions::from_mode(0o600)).unwrap();
        let tools = five.folder.path().join("bin");
        fs::create_dir(&tools).unwrap();
        symlink(binary(), tools.join("nemcon")).unwrap();
        for (name, script) in STAND_INS.into_iter().chain([(SYSTEMCTL, "exit 0")]) {
            fs::write(tools.join(name), format!("#!/bin/sh -e\n{script}\n")).unwrap();
            fs::set_permissions(tools.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        five
    }

    /// A path at a member's `desk` or `node`.
    fn at(&self, code: &str, path: &str) -> PathBuf {
        self.folder.path().join(code).join(path)
    }

    /// The folder that stands for `/var/lib/nemcon`.
    fn home(&self, code: &str) -> PathBuf {
        self.at(code, "home")
    }

    fn place(&self, code: &str) -> &Place {
        self.places.iter().find(|place| place.code == code).unwrap()
    }

    /// The text as the member `code` reads it: its own code in AA's place, and its own addresses.
    fn read_by(&self, code: &str, text: &str) -> String {
        let mut text = swap(text, "AA", code);
        text = swap(&text, "node.aa.", &format!("node.{}.", code.to_lowercase()));
        for place in &self.places {
            let name = format!("node.{}.example:4101", place.code.to_lowercase());
            text = text.replace(&name, &place.listen);
        }
        let own = self.place(code);
        text = text.replace("0.0.0.0:4101", &own.listen).replace("127.0.0.1:4201", &own.http);
        text = text.replace("/var/lib/nemcon", self.home(code).to_str().unwrap());
        match &self.digest {
            Some(digest) => text.replace("DIGEST", digest),
            None => text,
        }
    }

    fn follow(&mut self, block: &Block) {
        let words: Vec<_> = block.words.iter().map(String::as_str).collect();
        match words[..] {
            ["sh", machine @ ("desk" | "node"), "each"] => {
                for code in CODES {
                    self.give(code, machine, &block.text);
                }
            }
            ["sh", machine @ ("desk" | "node"), "AA"] => self.give("AA", machine, &block.text),
            ["toml", file, "AA"] => fill_in(&self.at("AA", "desk").join(file), &block.text),
            // What the file says that a command has written.
            ["text"] => return,
            ["ini", "nemcon.service"] => {
                let starts =
                    "ExecStart=/usr/local/bin/nemcon node run --config /var/lib/nemcon/node.toml\n";
                assert!(block.text.contains(starts), "{}", block.text);
            }
            _ => panic!("where is this given? {words:?}"),
        }
        self.carry(&block.text);
    }

    /// A member gives the commands of a block, in one shell.
    fn give(&mut self, code: &'static str, machine: &str, text: &str) {
        if text.contains("nemcon status") {
            wait_for("all nodes to be connected", || self.is_connected(code).then_some(()));
        }
        let lines = text.lines().map(|line| self.read_by(code, line) + &self.consent(code, line));
        let script = lines.collect::<Vec<_>>().join("\n");
        let kept = script.lines().rfind(|line| line.starts_with("at="));
        if let Some(kept) = kept {
            self.kept.insert(code, kept.to_owned());
        }
        let kept = self.kept.get(code).map(String::as_str).unwrap_or_default();
        let script = format!("{kept}\n{script}");
        let said = self.shell(&self.at(code, machine), &script).done();
        if text.contains("systemctl enable --now nemcon") {
            self.nodes.push(Node::run(&self.home(code).join("node.toml")));
        }
        if text.contains("genesis assemble") {
            let line = said.lines().find_map(|line| line.strip_prefix("council ")).unwrap();
            self.digest = Some(line.split(' ').next().unwrap().to_owned());
        }
        if text.contains("nemcon status") {
            assert!(said.contains("all 5 connected"), "{said}");
            assert!(said.contains("nothing that this node knows of"), "{said}");
        }
        if code == "EE" && text.contains("ballot cast") {
            assert!(said.contains("measure 1 is adopted"), "{said}");
        }
    }

    fn shell(&self, folder: &Path, script: &str) -> Run {
        let path = std::env::var("PATH").unwrap();
        let tools = self.folder.path().join("bin");
        let mut shell = Command::new("sh");
        shell.args(["-e", "-c", script]).current_dir(folder).stdin(Stdio::null());
        run(shell.env("PATH", format!("{}:{path}", tools.display())))
    }

    /// Nobody sits at a terminal here: what is asked there is answered.
    fn consent(&self, code: &str, line: &str) -> String {
        let passphrase = format!(" --passphrase-file {}", self.passphrase().display());
        if line.starts_with("nemcon key new") {
            return passphrase;
        }
        if line.starts_with("nemcon genesis configure") {
            let place = self.place(code);
            return format!(" --listen {} --http {}", place.listen, place.http);
        }
        if line.starts_with("nemcon ballot cast 1 ") {
            let measure = self.nodes[0].client().measure(1).expect("it is tabled");
            return format!(" --yes --text {}{passphrase}", measure.text_hash);
        }
        let asks = ["nemcon card new", "nemcon genesis sign", "nemcon measure table"];
        let is_asked = asks.iter().any(|asks| line.starts_with(asks));
        if is_asked { format!(" --yes{passphrase}") } else { String::new() }
    }

    /// A file with the passphrase that all five would type.
    fn passphrase(&self) -> PathBuf {
        self.folder.path().join("passphrase")
    }

    fn is_connected(&self, code: &str) -> bool {
        let at = CODES.iter().position(|other| *other == code).unwrap();
        self.nodes[at]
            .client()
            .status()
            .is_ok_and(|status| status.members.iter().all(|it| it.connected))
    }

    /// What is sent once these commands have been given: from one machine to another, under its name. What a
    /// reader has where it is, the printed commands have made.
    fn carry(&self, text: &str) {
        for code in CODES {
            if text.contains("card new") {
                for other in CODES {
                    self.send((code, &format!("desk/{code}/{code}.card")), (other, "desk"));
                }
            } else if text.contains("genesis assemble") {
                self.send(("AA", "desk/genesis"), (code, "desk"));
            } else if text.contains("genesis sign ") {
                self.send((code, &format!("desk/genesis.{code}")), ("AA", "desk"));
            } else if text.contains("genesis merge") {
                self.send(("AA", "desk/genesis.signed"), (code, "desk"));
            } else if text.contains("genesis verify") {
                let keys = ["node.key", "seal.key"].map(|key| format!("{code}/{key}"));
                for file in ["genesis.signed", "node.toml", &keys[0], &keys[1]] {
                    self.send((code, &format!("desk/{file}")), (code, "node"));
                }
            }
        }
    }

    /// Sends a file to the folder of another machine; nobody sends anything to where it is already.
    fn send(&self, (from, file): (&str, &str), (to, machine): (&str, &str)) {
        if from == to && file.starts_with(&format!("{machine}/")) {
            return;
        }
        let file = self.at(from, file);
        let there = self.at(to, machine).join(file.file_name().unwrap());
        fs::copy(&file, &there).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}

/// Writes the lines of `text` in the place of the empty ones of a draft.
fn fill_in(draft: &Path, text: &str) {
    let mut whole = fs::read_to_string(draft).unwrap();
    for line in text.lines() {
        let field = line.split(" = ").next().unwrap();
        let empty = format!("\n{field} = \"\"\n");
        assert!(whole.contains(&empty), "{field}: {whole}");
        whole = whole.replace(&empty, &format!("\n{line}\n"));
    }
    fs::write(draft, whole).unwrap();
}

/// The text in which two words have changed places.
fn swap(text: &str, one: &str, other: &str) -> String {
    text.replace(one, "\0").replace(other, one).replace('\0', other)
}

#[test]
fn five_members_found_a_council_and_decide_by_the_letter_of_the_document() {
    let mut five = Five::new();
    let blocks = blocks();
    assert!(blocks.len() >= 12, "{} blocks", blocks.len());
    for block in &blocks {
        five.follow(block);
    }
    for node in &five.nodes {
        wait_for("the decision to be final at every node", || {
            let measure = node.client().measure(1).ok()?;
            (measure.status == MeasureStatus::Adopted && measure.is_final).then_some(())
        });
    }
    assert_eq!(five.nodes.len(), CODES.len());
}
