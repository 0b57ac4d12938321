//! Four real nodes become five: a member is admitted, catches up, enters, decides with the others.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use nemcon_tests::process::{
    Net, Node, Run, Signal, command, free_address, in_workspace, nemcon, run, signal, wait_for,
};

const LISTING: &str = "examples/toolbox/2020-1127.toml";
const FOUNDERS: [&str; 4] = ["BE", "BG", "CZ", "DK"];

/// Estonia, beside the network: a folder with its keys and its node's configuration.
struct Entrant {
    folder: PathBuf,
    council: String,
}

fn public(key: &Path) -> String {
    nemcon("key show --json", [key]).json()["public"].as_str().unwrap().to_owned()
}

fn append(path: &Path, text: &str) {
    let config = std::fs::read_to_string(path).unwrap();
    std::fs::write(path, config + text).unwrap();
}

fn config_of(net: &Net, code: &str) -> PathBuf {
    net.dir().join("members").join(code).join("node.toml")
}

impl Entrant {
    fn new(net: &Net) -> Self {
        let council = net.testnet().council().to_string();
        let it = Self { folder: net.beside("EE"), council };
        std::fs::create_dir(&it.folder).unwrap();
        for role in ["officer", "recovery", "node", "seal"] {
            nemcon(&format!("key new --no-passphrase --role {role} --out"), [it.key(role)]).done();
        }
        it
    }

    fn key(&self, role: &str) -> PathBuf {
        self.folder.join(format!("{role}.key"))
    }

    fn config(&self) -> PathBuf {
        self.folder.join("node.toml")
    }

    /// Writes its configuration; the address where its node will listen.
    fn configure(&self, net: &Net, more: &str) -> String {
        let (listen, http) = (free_address(), free_address());
        let genesis = net.dir().join("genesis");
        let config = format!(
            "member = \"EE\"\ncouncil = \"{}\"\ngenesis = \"{}\"\nledger = \"ledger\"\n\
             node_key = \"node.key\"\nseal_key = \"seal.key\"\nlisten = \"{listen}\"\n\
             http = \"{http}\"\n{more}",
            self.council,
            genesis.display(),
        );
        std::fs::write(self.config(), config).unwrap();
        listen
    }

    /// The measure that admits it.
    fn draft(&self) -> PathBuf {
        let mut draft = "title = \"Accession of Estonia\"\nkind = \"accession\"\n\
                         closes_in = \"1 day\"\nbasis = [\"Article 49 TEU\"]\n\
                         [admits]\ncode = \"EE\"\nname = \"Estonia\"\nweight = 1353087\n"
            .to_owned();
        for role in ["recovery", "node", "seal"] {
            writeln!(draft, "{role} = \"{}\"", public(&self.key(role))).unwrap();
        }
        let officer = public(&self.key("officer"));
        write!(draft, "[[admits.officer]]\nlabel = \"desk\"\nkey = \"{officer}\"\n").unwrap();
        let file = self.folder.join("accession.toml");
        std::fs::write(&file, draft).unwrap();
        file
    }

    /// Runs `nemcon` for it at its own node.
    fn says(&self, node: &Node, line: &str, keys: &[&str]) -> Run {
        let mut command = command(line);
        command.args(["--as", "EE", "--council", &self.council, "--config"]).arg(node.config());
        for key in keys {
            command.arg("--key").arg(self.key(key));
        }
        run(&mut command)
    }
}

/// Tells all founders where the entrant's node listens, in place of what they knew.
fn tell_founders(net: &Net, before: Option<&str>, listen: &str) {
    for code in FOUNDERS {
        let path = config_of(net, code);
        match before {
            None => append(&path, &format!("[[peer]]\ncode = \"EE\"\naddress = \"{listen}\"\n")),
            Some(before) => {
                let config = std::fs::read_to_string(&path).unwrap();
                std::fs::write(&path, config.replace(before, listen)).unwrap();
            }
        }
        signal(net.pid(code), Signal::HUP);
    }
}

/// Waits until the node of CZ holds the seals of all for all that it holds, the entrant among them.
fn all_seal(net: &Net) {
    wait_for("a size that all five have sealed", || {
        let status = net.client("CZ").status().ok()?;
        (status.members.len() == 5 && status.sealed_height == status.height).then_some(())
    });
}

fn export(net: &Net, name: &str) -> PathBuf {
    let out = net.beside(name);
    nemcon("log export --as CZ", [out.as_path(), "--dir".as_ref(), net.dir()]).done();
    out
}

fn audit(entrant: &Entrant, export: &Path) {
    let digest = [export.as_os_str(), "--council".as_ref(), entrant.council.as_ref()];
    assert!(nemcon("audit", digest).done().ends_with("VERIFIED\n"));
}

const ALL_KEYS: [&str; 4] = ["officer", "recovery", "node", "seal"];

/// Waits until the entrant's node has applied what the founders' nodes have.
fn caught_up(net: &Net, node: &Node) {
    wait_for("the entrant to catch up", || {
        (node.client().status().ok()?.height == net.status("BE").height).then_some(())
    });
}

/// The entrant's node runs before it is admitted: nobody lets it in until all have admitted it, and
/// then it follows.
fn admit(net: &Net, entrant: &Entrant, node: &Node) {
    entrant
        .says(node, "member enter --yes", &ALL_KEYS)
        .refused(1, &["no adopted measure admits EE"]);
    let mut admit = command("member admit --yes --as BE --dir");
    let said = run(admit.arg(net.dir()).arg(entrant.draft())).done();
    assert!(said.contains("\nadmits EE"), "{said}");
    assert_eq!(node.client().status().unwrap().height, 0);
    net.cast(2, "in-favour", &FOUNDERS);
    wait_for("the entrant to catch up", || {
        let status = node.client().status().ok()?;
        (status.following && status.height == net.status("BE").height).then_some(())
    });
    // What is ordered meanwhile reaches it too.
    net.cast(1, "in-favour", &["BE"]);
    caught_up(net, node);
}

fn enter(net: &Net, entrant: &Entrant, node: &Node) {
    wait_for("the entrant to hold a size that all have sealed", || {
        (node.client().status().ok()?.sealed_height > 0).then_some(())
    });
    let said = entrant.says(node, "member enter --yes", &ALL_KEYS).done();
    assert!(said.contains("EE SEALS the ledger of ") && said.contains("by 4 members"), "{said}");
    assert!(said.contains("ordered in block"), "{said}");
    all_seal(net);
    assert!(!node.client().status().unwrap().following);
}

/// Of five, four decide: not without the fifth, which tables a measure and casts the last ballot on it.
fn decide_with_the_fifth(net: &Net, entrant: &Entrant, node: &Node) {
    net.kill("BG");
    let listing = net.with_commitments(&in_workspace("examples/toolbox/2020-1537.toml"));
    let table = format!("measure table --yes {}", listing.display());
    let said = entrant.says(node, &table, &["officer"]).done();
    assert!(said.contains("measure 3 is tabled"), "{said}");
    nemcon("testnet up --dir", [net.dir()]).done();
    net.cast(3, "in-favour", &FOUNDERS);
    let cast = format!("ballot cast 3 in-favour {}", net.yes(3));
    let said = entrant.says(node, &cast, &["officer"]).done();
    assert!(said.contains("You are the last: this adopts it."), "{said}");
}

/// A founder changes its node key by command, and the entrant's node learns of it.
fn rotate(net: &Net, node: &Node) {
    let folder = net.dir().join("members/DK");
    nemcon("key new --role node --out", [folder.join("node-2.key")]).done();
    let config = std::fs::read_to_string(config_of(net, "DK")).unwrap();
    let both = "node_key = [\"node.key\", \"node-2.key\"]";
    let config = config.replace("node_key = \"node.key\"", both);
    std::fs::write(config_of(net, "DK"), config).unwrap();
    signal(net.pid("DK"), Signal::HUP);
    let mut rotate = command("key rotate --yes --as DK --dir");
    let said = run(rotate.arg(net.dir()).arg("--node-key").arg(folder.join("node-2.key"))).done();
    assert!(said.contains("ordered in block"), "{said}");
    let key = public(&folder.join("node-2.key"));
    wait_for("the roster to name the new key", || {
        let seats = node.client().seats().ok()?;
        (seats.members[3].member.node.to_string() == key).then_some(())
    });
}

/// The entrant's node moves, and dials nobody: the others find it where SIGHUP says, or not at all.
fn move_node(net: &Net, entrant: &Entrant, listen: &str) -> Node {
    let moved = entrant.configure(net, "");
    let node = Node::run(&entrant.config());
    let members = node.client().status().unwrap().members;
    assert!(members.iter().all(|member| member.code.as_str() == "EE" || !member.connected));
    tell_founders(net, Some(listen), &moved);
    wait_for("all to find the moved node", || {
        let members = node.client().status().ok()?.members;
        members.iter().all(|member| member.connected).then_some(())
    });
    node
}

#[test]
fn a_fifth_member_enters_while_four_nodes_run() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    wait_for("a size that all have sealed", || {
        (net.client("CZ").status().ok()?.sealed_height == 1).then_some(())
    });
    let before = export(&net, "before");

    let entrant = Entrant::new(&net);
    let mut peers = "following = true\n".to_owned();
    for code in FOUNDERS {
        let address = net.member(code).listen;
        write!(peers, "[[peer]]\ncode = \"{code}\"\naddress = \"{address}\"\n").unwrap();
    }
    let listen = entrant.configure(&net, &peers);
    tell_founders(&net, None, &listen);
    let node = Node::first(&entrant.config());
    admit(&net, &entrant, &node);
    enter(&net, &entrant, &node);
    decide_with_the_fifth(&net, &entrant, &node);
    rotate(&net, &node);
    drop(node);
    let node = move_node(&net, &entrant, &listen);

    net.kill("BG");
    let cast = format!("ballot cast 1 in-favour {}", net.yes(1));
    let said = entrant.says(&node, &cast, &["officer"]);
    said.refused(1, &["not entitled"]);
    net.cast(1, "in-favour", &["CZ", "DK"]);
    nemcon("testnet up --dir", [net.dir()]).done();
    net.cast(1, "in-favour", &["BG"]);
    all_seal(&net);
    let after = export(&net, "after");
    audit(&entrant, &before);
    audit(&entrant, &after);
}
