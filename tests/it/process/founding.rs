//! A council founded by hand, file by file: two members, one of them with two of three officers, and
//! a participant; and everything that founding and starting a node refuse.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::MutexGuard;

use nemcon_client::api::Answer;
use nemcon_client::keyfile::{self, KeyRole};
use nemcon_client::session::Party;
use nemcon_client::statements;
use nemcon_ledger::record::statement::sign_as_officer;
use nemcon_ledger::record::{Body, Position, Statement};
use nemcon_node::cli::Global;
use nemcon_tests::process::{
    Node, Run, command, free_address, in_workspace, nemcon, run, turn, wait_for, with_commitments,
};
use tempfile::TempDir;

/// The parties with their officers: two members, then the participant.
const PARTIES: [(&str, &[&str]); 3] =
    [("AA", &["minister", "deputy", "envoy"]), ("BB", &["desk"]), ("SG", &["chair"])];

/// A folder with keys, a charter and a plan.
struct Hand {
    folder: TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Hand {
    fn new() -> Self {
        let hand = Self { _turn: turn(), folder: tempfile::tempdir().unwrap() };
        for (code, officers) in PARTIES {
            for officer in officers {
                hand.key(&format!("{code}-{officer}"), "officer");
            }
            for role in ["recovery", "node", "seal"] {
                hand.key(&format!("{code}-{role}"), role);
            }
        }
        std::fs::copy(in_workspace("charters/eu-council.toml"), hand.at("charter.toml")).unwrap();
        std::fs::write(hand.at("plan.toml"), hand.plan()).unwrap();
        hand
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A draft of a listing.
    fn listing(&self) -> PathBuf {
        let text = in_workspace("examples/toolbox/2020-1127.toml");
        let text = with_commitments(&std::fs::read_to_string(text).unwrap());
        let path = self.at("listing.toml");
        std::fs::write(&path, text).unwrap();
        path
    }

    fn key(&self, name: &str, role: &str) {
        nemcon(&format!("key new --no-passphrase --role {role} --out"), [self.at(name)]).done();
    }

    fn public(&self, name: &str) -> String {
        nemcon("key show --json", [self.at(name)]).json()["public"].as_str().unwrap().to_owned()
    }

    fn plan(&self) -> String {
        let mut plan = "origin = \"nemcon.example/hand\"\ncharter = \"charter.toml\"\n".to_owned();
        for (code, officers) in PARTIES {
            let is_member = code != "SG";
            let table = if is_member { "member" } else { "participant" };
            let signatures = officers.len().div_ceil(2);
            let _ = write!(plan, "\n[[{table}]]\ncode = \"{code}\"\nname = \"Party {code}\"\n");
            let _ = writeln!(plan, "signatures = {signatures}");
            if is_member {
                plan.push_str("weight = 7\n");
                for role in ["recovery", "node", "seal"] {
                    let _ =
                        writeln!(plan, "{role} = \"{}\"", self.public(&format!("{code}-{role}")));
                }
            } else {
                plan.push_str("role = \"presidency\"\n");
            }
            for officer in officers {
                let key = self.public(&format!("{code}-{officer}"));
                let _ =
                    write!(plan, "[[{table}.officer]]\nlabel = \"{officer}\"\nkey = \"{key}\"\n");
            }
        }
        plan
    }

    /// Assembles the plan `name` to the file `out`.
    fn assemble(&self, name: &str, out: &str) -> Run {
        let args = [self.at(name), "--out".into(), self.at(out)];
        nemcon("genesis assemble", args)
    }

    fn sign(&self, code: &str, key: &str) -> Run {
        let args = [self.at("genesis"), "--key".into(), self.at(key)];
        let shown = nemcon("genesis show --json", [self.at("genesis")]).json();
        let council = shown["council"].as_str().unwrap();
        nemcon(&format!("genesis sign --yes --as {code} --council {council}"), args)
    }

    /// Has all founders sign; the council digest.
    fn found(&self) -> String {
        self.assemble("plan.toml", "genesis").done();
        for (code, officer) in [("AA", "AA-envoy"), ("BB", "BB-desk"), ("AA", "AA-minister")] {
            self.sign(code, officer).done();
        }
        let verified = nemcon("genesis verify --json", [self.at("genesis")]).json();
        verified["council"].as_str().unwrap().to_owned()
    }

    /// Writes the configurations of both nodes.
    fn configure(&self, council: &str) {
        let addresses = ["AA", "BB"].map(|code| (code, free_address()));
        for (code, listen) in &addresses {
            let (peer, address) = addresses.iter().find(|(other, _)| other != code).unwrap();
            let http = free_address();
            let config = format!(
                "member = \"{code}\"\ncouncil = \"{council}\"\ngenesis = \"genesis\"\n\
                 ledger = \"{code}-ledger\"\nnode_key = \"{code}-node\"\nseal_key = \"{code}-seal\"\n\
                 listen = \"{listen}\"\nhttp = \"{http}\"\n\
                 [[peer]]\ncode = \"{peer}\"\naddress = \"{address}\"\n"
            );
            std::fs::write(self.at(&format!("{code}.toml")), config).unwrap();
        }
    }

    fn config(&self, code: &str) -> PathBuf {
        self.at(&format!("{code}.toml"))
    }

    /// Runs `nemcon` for a party at a node.
    fn of(&self, party: &str, keys: &[&str], node: &Node, council: &str, line: &str) -> Run {
        let mut command = command(line);
        command.args(["--as", party, "--council", council, "--node", node.client().base()]);
        command.arg("--token").arg(self.at("submit.token"));
        for key in keys {
            command.arg("--key").arg(self.at(key));
        }
        run(&mut command)
    }

    fn party(&self, code: &str, keys: &[&str], node: &Node, council: &str) -> Party {
        let global = Global {
            party: Some(code.parse().unwrap()),
            config: Some(node.config().to_owned()),
            keys: keys.iter().map(|key| self.at(key).into()).collect(),
            council: Some(council.parse().unwrap()),
            ..Global::default()
        };
        global.session().and_then(|session| session.party()).unwrap()
    }
}

#[test]
fn a_council_founded_by_hand_decides() {
    let hand = Hand::new();
    let council = hand.found();
    hand.configure(&council);
    let aa = Node::first(&hand.config("AA"));
    let bb = Node::first(&hand.config("BB"));
    let conclusions = in_workspace("examples/toolbox/2018-conclusions.toml");
    let table = format!("measure table --yes {}", conclusions.display());
    let tabled = hand.of("SG", &["SG-chair"], &aa, &council, &table).done();
    assert!(tabled.contains("measure 1 is tabled: ordered in block 1"), "{tabled}");

    let text = aa.client().measure(1).unwrap().text_hash;
    let cast = &format!("ballot cast 1 in-favour --yes --text {text}");
    let of = |party, keys: &[&str], node, line: &str| hand.of(party, keys, node, &council, line);
    let wants = ["SG is not entitled to a ballot on measure 1", "Only the members"];
    of("SG", &["SG-chair"], &aa, cast).refused(1, &wants);
    let wants = ["AA's statements need 2 officer signatures; there are keys for 1", "for each"];
    of("AA", &["AA-envoy"], &aa, cast).refused(1, &wants);
    of("AA", &[], &aa, cast).refused(2, &["with which keys of AA?", "--prepare FILE"]);
    of("ZZ", &["AA-envoy"], &aa, cast).refused(1, &["ZZ is neither a member nor a participant"]);
    of("AA", &["AA-envoy", "BB-desk"], &aa, cast).refused(1, &["is no officer key of AA"]);
    let other = format!("{:064}", 7);
    let wants = ["asked for the genesis, it is another council's"];
    hand.of("AA", &["AA-envoy"], &aa, &other, cast).refused(1, &wants);
    hand.of("AA", &[], &aa, &other, "status").refused(1, &wants);

    of("BB", &["BB-desk"], &bb, cast).done();
    let last = of("AA", &["AA-minister", "AA-deputy"], &aa, cast).done();
    assert!(last.contains("You are the last: this adopts it."), "{last}");
    assert!(last.contains("measure 1 is adopted"), "{last}");

    let attest = format!("measure attest 1 published --reference L-246 --yes --text {text}");
    of("BB", &["BB-desk"], &aa, &attest).refused(1, &["BB may not attest"]);
    let unknown = attest.replace("published", "sealed");
    of("SG", &["SG-chair"], &aa, &unknown).refused(1, &["sealed"]);
    let said = of("SG", &["SG-chair"], &aa, &attest).done();
    assert!(said.contains("attests published\nreference L-246\n"), "{said}");
    let shown = of("BB", &[], &bb, "measure show 1 --json").json();
    let attested = &shown["attestations"][0];
    assert_eq!((&attested["code"], &attested["attests"]), (&"SG".into(), &"published".into()));
}

#[test]
fn the_same_text_with_other_signatures_is_not_another_statement() {
    let hand = Hand::new();
    let council = hand.found();
    hand.configure(&council);
    let aa = Node::first(&hand.config("AA"));
    let bb = Node::first(&hand.config("BB"));
    let conclusions = in_workspace("examples/toolbox/2018-conclusions.toml");
    let table = format!("measure table --yes {}", conclusions.display());
    hand.of("SG", &["SG-chair"], &aa, &council, &table).done();
    drop(bb);

    let party = hand.party("AA", &["AA-minister", "AA-deputy"], &aa, &council);
    let measure = aa.client().measure(1).unwrap();
    let body = statements::ballot(party.head.clone(), &measure, Position::InFavour.into()).unwrap();
    let signed = |officers: &[&str]| signed(&hand, &party, &body, officers);
    let submit = |record: String| aa.client().submit(record, std::time::Duration::ZERO).unwrap();
    let code = |answer: Answer| match answer {
        Answer::Refused { code, .. } => code,
        other => panic!("{other:?}"),
    };
    assert_eq!(code(submit(signed(&["minister"]))), "wrong-signature-count");
    assert_eq!(code(submit(signed(&["deputy", "minister"]))), "wrong-signer");
    assert_eq!(code(submit(signed(&["minister", "minister"]))), "wrong-signer");
    assert_eq!(code(submit(signed(&["minister", "deputy", "envoy"]))), "wrong-signature-count");
    // Alone, AA's node orders nothing: the ballot waits.
    assert!(matches!(submit(signed(&["minister", "deputy"])), Answer::Pending { .. }));
    assert_eq!(code(submit(signed(&["minister", "envoy"]))), "already-pending");
    let status = aa.client().status().unwrap();
    assert_eq!((status.height, status.pending.len()), (1, 1));

    let _bb = Node::run(&hand.config("BB"));
    wait_for("the ballot to be ordered", || (aa.client().status().ok()?.height == 2).then_some(()));
    assert_eq!(code(submit(signed(&["minister", "envoy"]))), "already-recorded");
    assert_eq!(aa.client().measure(1).unwrap().missing.len(), 1);
}

/// The statement with the signatures of these officers of AA, in this order.
fn signed(hand: &Hand, party: &Party, body: &Body, officers: &[&str]) -> String {
    let lines = officers.iter().map(|officer| {
        let key = keyfile::load(&hand.at(&format!("AA-{officer}")), KeyRole::Officer).unwrap();
        let (origin, label) = (&party.genesis.origin, officer.parse().unwrap());
        sign_as_officer(&body.render(), origin, &party.head.by, &label, &key)
    });
    let statement = Statement::new(body, lines.collect()).unwrap();
    String::from_utf8(statement.render()).unwrap()
}

#[test]
fn plans_and_keys_that_found_nothing_are_refused() {
    let hand = Hand::new();
    let plan = hand.plan();
    let node = hand.public("AA-node");
    for (key, says) in [
        // The neutral element; an encoding of y = p; a point with a torsion component; no base64.
        ("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "small order"),
        ("7f///////////////////////////////////////38=", "canonical"),
        ("//////////////////////////////////////////8=", "canonical"),
        ("secret", "32 bytes in padded base64"),
        (hand.public("AA-seal").as_str(), "already used here"),
    ] {
        std::fs::write(hand.at("bad.toml"), plan.replace(&node, key)).unwrap();
        let refused = hand.assemble("bad.toml", "bad");
        assert!(matches!(refused.status, Some(1 | 2)), "{refused:?}");
        refused.says(&[says]);
    }
    for (from, to, says) in [
        ("signatures = 2", "signatures = 4", "4 of 3 officers cannot sign"),
        ("signatures = 2", "signatures = 0", "0 of 3 officers cannot sign"),
        ("code = \"BB\"", "code = \"AA\"", "the code AA stands twice"),
        ("label = \"envoy\"", "label = \"deputy\"", "deputy stands twice"),
    ] {
        std::fs::write(hand.at("bad.toml"), plan.replace(from, to)).unwrap();
        hand.assemble("bad.toml", "bad").refused(1, &["this plan founds no council", says]);
    }
    assert!(!hand.at("bad").exists());

    hand.assemble("plan.toml", "genesis").done();
    let unsigned = std::fs::read(hand.at("genesis")).unwrap();
    hand.assemble("plan.toml", "genesis").refused(2, &["exists already"]);
    let unread = [hand.at("genesis"), "--key".into(), hand.at("AA-envoy")];
    nemcon("genesis sign --as AA", unread).refused(2, &["nobody is there to be asked"]);
    hand.sign("SG", "SG-chair").refused(1, &["SG is no founding member"]);
    hand.sign("AA", "BB-desk").refused(1, &["is no officer key of AA"]);
    hand.sign("AA", "AA-seal").refused(2, &["its role is seal"]);
    assert_eq!(std::fs::read(hand.at("genesis")).unwrap(), unsigned);
    hand.sign("AA", "AA-envoy").done();
    hand.sign("AA", "AA-envoy").refused(1, &["has signed this genesis already"]);
    let verify = || nemcon("genesis verify", [hand.at("genesis")]);
    verify().refused(1, &["not founded yet", "AA: 1 of 2 officers BB: 0 of 1 officer"]);
    let key = [hand.at("AA-seal")];
    nemcon("key new --role seal --out", key).refused(2, &["never overwritten"]);
}

#[test]
fn a_node_that_cannot_be_the_right_one_does_not_start() {
    let hand = Hand::new();
    let council = hand.found();
    hand.configure(&council);
    let config = std::fs::read_to_string(hand.config("AA")).unwrap();
    let start = |config: &str| {
        std::fs::write(hand.at("bad.toml"), config).unwrap();
        nemcon("node run --config", [hand.at("bad.toml")])
    };
    for (from, to, says) in [
        (council.as_str(), "7".repeat(64).as_str(), "it is another council's"),
        ("AA-seal", "BB-seal", "the seal key is not the one that the roster lists for AA"),
        ("AA-node", "BB-node", "the node key is not the one that the roster lists for AA"),
        ("AA-node", "AA-seal", "a key of role node is wanted here"),
        ("AA-node", "nothing", "no such file"),
        ("member = \"AA\"", "member = \"ZZ\"", "the roster knows no member ZZ"),
        ("http = \"127.0.0.1", "http = \"0.0.0.0", "is not a loopback address"),
    ] {
        start(&config.replace(from, to)).refused(2, &[says]);
    }
    let field = |name: &str| {
        let line = config.lines().find(|line| line.starts_with(name)).unwrap();
        line.split('"').nth(1).unwrap().to_owned()
    };
    for name in ["listen", "http"] {
        let address = field(name);
        let _taken = TcpListener::bind(&address).unwrap();
        start(&config).refused(2, &[&address, "in use", "another node may run"]);
    }
    assert!(!hand.at("AA-ledger").exists());
    assert!(!Path::new("AA-ledger").exists());
}

#[test]
fn a_node_whose_disk_is_full_stops_and_loses_nothing() {
    let hand = Hand::new();
    let plan = hand.plan();
    // BB alone: what its node acknowledges, it alone has stored.
    let from = plan.find("\n[[member]]\ncode = \"AA\"").unwrap();
    let to = plan.find("\n[[member]]\ncode = \"BB\"").unwrap();
    let plan = plan[..from].to_owned() + &plan[to..];
    std::fs::write(hand.at("plan.toml"), plan).unwrap();
    hand.assemble("plan.toml", "genesis").done();
    hand.sign("BB", "BB-desk").done();
    let verified = nemcon("genesis verify --json", [hand.at("genesis")]).json();
    let council = verified["council"].as_str().unwrap().to_owned();
    hand.configure(&council);
    let config = std::fs::read_to_string(hand.config("BB")).unwrap();
    let config = &config[..config.find("[[peer]]").unwrap()];
    std::fs::write(hand.config("BB"), config).unwrap();

    let draft = hand.at("long.toml");
    let listing = std::fs::read_to_string(hand.listing()).unwrap();
    let lines = format!("\"{}\", ", "long ".repeat(390).trim_end()).repeat(25);
    std::fs::write(&draft, listing.replace("summary = [", &format!("summary = [{lines}"))).unwrap();
    let table = format!("measure table --yes {}", draft.display());

    // Room for the index of a new ledger and a few records of 50 kB.
    nemcon("node init --config", [hand.config("BB")]).done();
    let mut node = Node::run_on_a_small_disk(&hand.config("BB"), 2_048);
    let tabled = (0..60).take_while(|_| {
        let said = hand.of("BB", &["BB-desk"], &node, &council, &table);
        // 3: the node took it, and its disk was full before it was ordered.
        assert!(matches!(said.status, Some(0 | 2 | 3)), "{said:?}");
        said.status == Some(0)
    });
    let tabled = tabled.count();
    assert!((1..60).contains(&tabled), "{tabled} fit");
    assert_eq!(node.ended(), Some(2));
    let log = node.log();
    assert!(log.contains("stopped, because the disk failed"), "{log}");
    drop(node);

    let node = Node::run(&hand.config("BB"));
    assert!(node.client().measures(None, None).unwrap().len() >= tabled);
    hand.of("BB", &["BB-desk"], &node, &council, &table).done();
}
