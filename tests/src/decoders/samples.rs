//! Real values for every decoder: the seeds of the corpora, made from the fixture's councils.

mod said;

mod handed;

use std::path::Path;

use nemcon_client::api;
use nemcon_client::config::{NodeConfig, PeerConfig};
use nemcon_client::keyfile::{KeyFile, KeyRole};
use nemcon_crypto::cosignature::{Cosignature, cosign};
use nemcon_crypto::tiles::{encode_bundle, hash_tile};
use nemcon_crypto::{Checkpoint, Digest, TreeSize, hash};
use nemcon_disk::journal::Journal;
use nemcon_disk::signed::Signed;
use nemcon_ledger::durable::{CommittedBlock, Entry, Guard, Seal};
use nemcon_ledger::export::{advance_policy, finality_policy};
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::roster::{log_vkey, officer_vkey, seal_vkey};
use nemcon_ledger::record::signers::{self, Part};
use nemcon_ledger::record::{
    Body, Boundary, Genesis, Matter, Measure, Member, Position, Record, Succession,
};
use nemcon_ledger::text::Code;
use nemcon_ledger::{Height, Rosters, codec};
use nemcon_node::mesh::{Hello, Instance, spki};
use nemcon_node::testnet::{TestnetFile, TestnetMember};
use nemcon_replica::consensus::{
    BlockBytes, CommitCertificate, ConsensusMessage, MemberKey, PolkaCertificate, Proposal,
    Recollection, Round, RoundCertificate, RoundCertificateKind, RoundVote, StepTimeout, Vote,
    VoteKind, WalEntry, sign_bytes,
};
use nemcon_replica::evidence::{Evidence, Proof, Signed as SignedMessage, seal_message};
use nemcon_replica::replica::{Message, Standing};

use super::disk::{Memory, SEGMENT};
use crate::export::{leaves, sealed_note};
use crate::fixture::{Ledger, START_MS, Seat, board, code, day, member, officer, secret, sign_for};

/// A decoder's name, a file's name, its bytes.
pub type Sample = (&'static str, String, Vec<u8>);

/// The keys that an entrant signs its entry with.
const ENTRANT_KEYS: [&str; 4] = ["B8/desk-1", "B8/recovery", "B8/node", "B8/seal"];

fn of_member(body: &Body, ledger: &Ledger, member: &Member) -> Vec<Part> {
    let log = ledger.council().log_origin();
    signers::of_member(body, &ledger.parties.genesis.origin, &log, member)
}

/// Seeds for every decoder.
pub fn samples() -> Vec<Sample> {
    let bench = Bench::new();
    let mut all = Samples(Vec::new());
    bench.records(&mut all);
    bench.seats(&mut all);
    said::add_to(&mut all);
    bench.notes(&mut all);
    bench.tiles(&mut all);
    bench.wire(&mut all);
    bench.disk(&mut all);
    bench.evidence(&mut all);
    bench.files(&mut all);
    bench.handed_over(&mut all);
    answers(&mut all);
    all.0
}

struct Samples(Vec<Sample>);

impl Samples {
    fn add(&mut self, decoder: &'static str, name: &str, bytes: impl Into<Vec<u8>>) {
        self.0.push((decoder, name.to_owned(), bytes.into()));
    }
}

/// A board that has adopted one measure, let one lapse, and has one withdrawn and one closed.
struct Bench {
    ledger: Ledger,
    council: Digest,
    leaves: Vec<Vec<u8>>,
}

impl Bench {
    fn new() -> Self {
        let mut ledger = Ledger::found(board());
        let parties = ledger.parties.clone();
        for title in ["Adopted", "Lapses", "Withdrawn", "Closed"] {
            ledger.table(parties.measure("B1", title));
        }
        let all = ["B1", "B2", "B3", "B4", "B5", "B6", "B7"];
        ledger.cast(1, &all.map(|by| (by, Position::InFavour)));
        ledger.cast(4, &all.map(|by| (by, Position::Against)));
        let steering = [ledger.withdrawal("B1", 3), ledger.close("B1", 4)];
        ledger.run(&steering);
        ledger.run_at(day(30), &[]);
        let council = ledger.council().digest();
        Self { leaves: leaves(&ledger), council, ledger }
    }

    fn records(&self, all: &mut Samples) {
        let mut kinds = std::collections::BTreeSet::new();
        for leaf in &self.leaves {
            let record = Record::parse(leaf).expect("a leaf of the ledger");
            let kind = record.kind();
            if kinds.insert(kind) {
                all.add("record", kind, leaf.clone());
                if matches!(record, Record::Statement(_)) {
                    all.add("statement", kind, leaf.clone());
                    all.add("note", kind, leaf.clone());
                }
            }
        }
        let founding = self.ledger.parties.founding_note().render();
        all.add("genesis", "signed", founding);
        all.add("genesis", "unsigned", self.leaves[0].clone());
    }

    /// What members say of keys and seats.
    fn seats(&self, all: &mut Samples) {
        let ledger = &self.ledger;
        let entrant = member("B8", "Seat 8", Seat::weighing(1));
        let matter = Matter::Accession(Box::new(entrant.clone()));
        let accession = Measure { matter, ..ledger.parties.measure("B1", "Seat 8") };
        let desk = vec![officer("card", "B1/card")];
        let parts = of_member(&Body::Entry(ledger.entry("B8", 1)), ledger, &entrant);
        let statements = [
            ("accession", ledger.parties.sign(&Body::Measure(accession))),
            ("entry", sign_for(&Body::Entry(ledger.entry("B8", 1)), &parts, &ENTRANT_KEYS)),
            (
                "keys",
                ledger.sign_as(&ledger.keys("B1", 1, desk, None), &["B1/recovery", "B1/card"]),
            ),
            ("freeze", ledger.sign_as(&ledger.freeze("B1"), &["B1/desk-1"])),
            (
                "rotation",
                ledger.sign_as(
                    &ledger.rotation("B1", Some("B1/node-2"), Some("B1/seal-2")),
                    &["B1/desk-1", "B1/node-2", "B1/seal-2"],
                ),
            ),
            ("notice", ledger.sign_as(&ledger.notice("B1", NoticeAct::Given), &["B1/desk-1"])),
        ];
        for (name, statement) in statements {
            all.add("record", name, statement.render());
            all.add("statement", name, statement.render());
        }
        let succeeds = Succession {
            council: self.council,
            checkpoint: Boundary { size: ledger.chain.size(), root: ledger.chain.root() },
            leaves_out: vec![code("B8")],
        };
        let successor = Genesis { succeeds: Some(succeeds), ..ledger.parties.genesis.clone() };
        all.add("genesis", "successor", successor.render());
    }

    fn notes(&self, all: &mut Samples) {
        let genesis = &self.ledger.parties.genesis;
        let member = &genesis.roster.members[0];
        let (checkpoint, note) = sealed_note(genesis, &self.leaves);
        all.add("note", "checkpoint", note.render());
        all.add("checkpoint", "head", checkpoint.render());
        let extended = format!("{}extension\n", checkpoint.render());
        all.add("checkpoint", "extension", extended);
        let seal = cosign(&checkpoint, 1_795_400_000, &secret("B1/seal")).expect("this age");
        all.add("cosignature", "seal", seal.encode());
        let first = Cosignature::new(0, *seal.signature()).expect("the first second is a time");
        all.add("cosignature", "second-0", first.encode());
        let log = log_vkey(&genesis.checkpoint_origin(), member);
        let officer = officer_vkey(&genesis.origin, &member.code, &member.officers[0]);
        all.add("verifier_key", "log", log.to_string());
        all.add("verifier_key", "seal", seal_vkey(&genesis.origin, member).to_string());
        all.add("verifier_key", "officer", officer.to_string());
        all.add("policy", "finality", finality_policy(genesis, &genesis.roster));
        all.add("policy", "advance", advance_policy(genesis, &genesis.roster));
        all.add("policy", "none", "# nobody\nquorum none\n");
    }

    fn tiles(&self, all: &mut Samples) {
        for (name, path) in [
            ("full", "tile/0/001"),
            ("partial", "tile/63/x123/456.p/255"),
            ("entries", "tile/entries/x001/x234/067.p/8"),
        ] {
            all.add("tile_path", name, path);
        }
        all.add("entry_bundle", "empty", []);
        let bundle = encode_bundle(&self.leaves[1..4]).expect("short records");
        all.add("entry_bundle", "leaves", bundle);
        let mut tree = nemcon_crypto::merkle::Tree::default();
        for leaf in &self.leaves[..3] {
            tree.append(nemcon_crypto::merkle::leaf_hash(leaf));
        }
        let path = "tile/0/000.p/3".parse().expect("a path");
        let tile = hash_tile(&tree, path).expect("within the tree");
        all.add("hash_tile", "partial", [b"tile/0/000.p/3\n".as_slice(), &tile].concat());
        let full = [b"tile/7/000\n".as_slice(), &[7; 256 * 32]].concat();
        all.add("hash_tile", "full", full);
    }

    fn vote(&self, kind: VoteKind, value: Option<Digest>) -> Vote {
        let (height, round, key) = (Height(1), Round(0), secret("B2/node"));
        let signature = key.sign(&sign_bytes::vote(self.council, kind, height, round, value));
        Vote { kind, height, round, value, signer: MemberKey::of(&key.public()), signature }
    }

    fn proposal(&self, pol_round: Option<Round>) -> Proposal {
        let key = secret("B1/node");
        let mut proposal = Proposal {
            height: Height(1),
            round: Round(1),
            pol_round,
            block: BlockBytes::new(codec::encode(&self.ledger.blocks[0])),
            signer: MemberKey::of(&key.public()),
            signature: key.sign(b""),
        };
        proposal.signature = key.sign(&sign_bytes::proposal(self.council, &proposal.header()));
        proposal
    }

    fn certificate(&self, height: u64) -> CommitCertificate {
        let block = &self.ledger.blocks[usize::try_from(height - 1).expect("few blocks")];
        let (height, round) = (Height(height), Round(0));
        let value_id = block.id().expect("a block of the ledger");
        let kind = VoteKind::Precommit;
        let message = sign_bytes::vote(self.council, kind, height, round, Some(value_id));
        let sign =
            |position: u16| (position, secret(&format!("B{}/node", position + 1)).sign(&message));
        CommitCertificate { height, round, value_id, signatures: (0..5).map(sign).collect() }
    }

    fn committed(&self, height: u64) -> CommittedBlock {
        let at = usize::try_from(height - 1).expect("few blocks");
        let records = self.ledger.blocks[at].records.clone();
        let certificate = codec::encode(&self.certificate(height));
        CommittedBlock { height: Height(height), records, certificate }
    }

    fn seal(&self, member: &str, root: Digest) -> Seal {
        let (size, time_s) = (TreeSize(self.leaves.len() as u64), 1_795_400_000);
        let origin = self.ledger.parties.genesis.checkpoint_origin();
        let head = Checkpoint::new(&origin, size, root).expect("an origin is a line");
        let seal = cosign(&head, time_s, &secret(&format!("{member}/seal"))).expect("this age");
        let member = member.to_owned();
        Seal { size, root, member, time_s, signature: *seal.signature() }
    }

    fn wire(&self, all: &mut Samples) {
        let polka = self.polka();
        let round = self.round_certificate();
        let seal = self.seal("B1", self.ledger.chain.root());
        let standing = |certificate| {
            let code = |n: u8| format!("B{n}").parse::<Code>().expect("a code");
            let sealed = (1..=7).map(|n| (code(n), TreeSize(3))).collect();
            Message::Standing(Standing { height: Height(1), sealed, certificate })
        };
        let vote = self.vote(VoteKind::Prevote, None);
        let consensus = Message::Consensus;
        for (name, message) in [
            ("pending", Message::Pending(self.leaves[1].clone())),
            ("vote", consensus(ConsensusMessage::Vote(vote))),
            ("proposal", consensus(ConsensusMessage::Proposal(self.proposal(None)))),
            ("again", consensus(ConsensusMessage::Proposal(self.proposal(Some(Round(0)))))),
            ("polka", consensus(ConsensusMessage::Polka(polka))),
            ("round", consensus(ConsensusMessage::Round(round))),
            ("seals", Message::Seals(vec![seal])),
            ("standing-at-0", standing(None)),
            ("standing", standing(Some(self.certificate(1)))),
            ("blocks-wanted", Message::BlocksWanted { from: Height(1) }),
            ("seen-wanted", Message::SeenWanted { height: Height(2) }),
            ("seen", self.seen()),
            ("blocks", Message::Blocks(vec![self.committed(1), self.committed(2)])),
            ("standing-wanted", Message::StandingWanted),
            ("decided", Message::Decided(self.certificate(1))),
            ("proposed", self.proposed()),
            ("clock-wanted", Message::ClockWanted { asked: day(1) }),
            ("clock", Message::Clock { asked: day(1), reads: day(2) }),
            ("key-twice", Message::KeyTwice),
        ] {
            let bytes = message.encode();
            let header = u32::try_from(bytes.len()).expect("short").to_be_bytes();
            if matches!(name, "vote" | "standing" | "blocks-wanted") {
                all.add("frame", name, [&header[..], &bytes].concat());
            }
            all.add("message", name, bytes);
        }
        all.add("peer_key", "seal", spki(&secret("corpus").public()));
        for (name, address) in [("name", "node.example:4101"), ("v6", "[2001:db8::1]:4101")] {
            all.add("address", name, address);
        }
        let instance = Instance([7; 16]);
        all.add("hello", "ours", Hello::new(self.council, instance).encode());
        all.add("hello", "another", Hello::new(hash::sha256(b"another"), instance).encode());
        all.add("hello", "future", b"nemcon\0\x02anything".as_slice());
        all.add("block", "first", codec::encode(&self.ledger.blocks[0]));
        all.add("block", "later", codec::encode(&self.ledger.blocks[2]));
        all.add("certificate", "quorum", codec::encode(&self.certificate(1)));
        let record = String::from_utf8(self.leaves[1].clone()).expect("records are text");
        let submission = api::Submission { record, wait_ms: 30_000 };
        let body = serde_json::to_vec(&submission).expect("text is JSON");
        all.add("submission", "measure", body);
        let empty = br#"{"record":"","wait_ms":0}"#;
        all.add("submission", "empty", empty.as_slice());
    }

    fn proposed(&self) -> Message {
        let proposals = [None, Some(Round(0))].map(|pol_round| self.proposal(pol_round));
        Message::Proposed(proposals.map(|it| (it.header(), it.signature)).to_vec())
    }

    fn seen(&self) -> Message {
        let proposal = self.proposal(None);
        let headers = vec![(proposal.header(), proposal.signature)];
        let messages = vec![
            ConsensusMessage::Vote(self.vote(VoteKind::Prevote, None)),
            ConsensusMessage::Polka(self.polka()),
            ConsensusMessage::Proposal(proposal),
        ];
        let memory = Recollection { headers, messages };
        Message::Seen { height: Height(2), memory }
    }

    fn polka(&self) -> PolkaCertificate {
        let value = self.ledger.blocks[0].id().expect("a block of the ledger");
        let vote = self.vote(VoteKind::Prevote, Some(value));
        let signatures = vec![(vote.signer, vote.signature)];
        PolkaCertificate { height: Height(1), round: Round(0), value, signatures }
    }

    fn round_certificate(&self) -> RoundCertificate {
        let Vote { kind, value, signer, signature, .. } = self.vote(VoteKind::Precommit, None);
        let votes = vec![RoundVote { kind, value, signer, signature }];
        let kind = RoundCertificateKind::Skip;
        RoundCertificate { height: Height(1), round: Round(0), kind, votes }
    }

    fn disk(&self, all: &mut Samples) {
        let block = |height| Entry::Block(self.committed(height));
        let entries =
            [("block", block(1)), ("seal", Entry::Seal(self.seal("B1", self.ledger.chain.root())))];
        let memory = Memory::default();
        let opened = Journal::open_in(memory.clone(), Path::new(""), self.council, 1 << 20);
        let (mut journal, _) = opened.expect("an empty folder");
        for (name, entry) in entries {
            all.add("journal_entry", name, codec::encode(&entry));
            journal.append(&entry).expect("memory takes it");
        }
        let segment = memory.content(SEGMENT);
        for (decoder, name) in [("journal_segment", "clean"), ("log_frames", "segment")] {
            all.add(decoder, name, segment.clone());
        }
        let torn = &segment[..segment.len() - 9];
        all.add("journal_segment", "torn", torn);
        all.add("log_frames", "torn", torn);
        all.add("log_frames", "zeroes", [&segment[..], &[0; 20]].concat());
        self.signed(all);
    }

    fn signed(&self, all: &mut Samples) {
        let (height, round) = (Height(1), Round(0));
        let wal = [
            ("vote", WalEntry::Vote(self.vote(VoteKind::Precommit, None))),
            ("proposal", WalEntry::Proposal(self.proposal(None))),
            ("built", WalEntry::Built { height, round, block: self.proposal(None).block }),
            ("polka", WalEntry::Polka(self.polka())),
            ("timeout", WalEntry::Timeout { height, round, step: StepTimeout::Propose }),
        ];
        let (memory, path) = (Memory::default(), Path::new("signed"));
        let signed = Signed::create_in(memory.clone(), path, self.council);
        let mut signed = signed.expect("an empty folder");
        all.add("signed_file", "new", memory.content("signed"));
        signed.start_height(height).expect("the first height");
        for (name, entry) in wal {
            let bytes = codec::encode(&entry);
            all.add("wal_entry", name, bytes.clone());
            if matches!(name, "vote" | "timeout") {
                signed.append_wal(height, bytes).expect("the height under way");
            }
        }
        let root = self.ledger.chain.root();
        let guard = Guard { height, size: TreeSize(2), root, time_s: 1 };
        signed.append_guard(guard).expect("the first guard");
        signed.append_observe(Height(4)).expect("memory takes it");
        let bytes = memory.content("signed");
        all.add("signed_file", "torn", &bytes[..bytes.len() - 5]);
        all.add("log_frames", "signed", bytes.clone());
        all.add("signed_file", "used", bytes);
    }

    fn evidence(&self, all: &mut Samples) {
        let origin = self.ledger.parties.genesis.checkpoint_origin();
        let member = self.ledger.parties.genesis.roster.members[1].code.clone();
        let root = self.ledger.chain.root();
        let said = |by: &str, root| {
            let seal = self.seal(by, root);
            let head = Checkpoint::new(&origin, seal.size, root).expect("an origin is a line");
            (seal_message(&head, &seal), head, seal)
        };
        let vote = |value: Option<Digest>| {
            let vote = self.vote(VoteKind::Prevote, value);
            let (kind, height, round) = (vote.kind, vote.height, vote.round);
            let message = sign_bytes::vote(self.council, kind, height, round, value);
            SignedMessage { message, signature: vote.signature }
        };
        let (ours, head, _) = said("B2", root);
        let (other, _, _) = said("B2", hash::sha256(b"another root"));
        let witnesses = ["B3", "B4", "B5"].map(|by| {
            let (_, _, seal) = said(by, root);
            let blob = Cosignature::new(seal.time_s, seal.signature).expect("this age").encode();
            (by.parse().expect("a code"), blob.to_vec())
        });
        let forked = Proof::ForkedSeal {
            seal: other.clone(),
            head: head.render().into_bytes(),
            witnesses: witnesses.to_vec(),
        };
        for (name, proof) in [
            ("double-vote", Proof::DoubleVote(vote(None), vote(Some(root)))),
            ("double-seal", Proof::DoubleSeal(ours, other)),
            ("forked-seal", forked),
        ] {
            let evidence = Evidence { council: self.council, member: member.clone(), proof };
            let genesis = &self.ledger.parties.genesis;
            evidence.verify(genesis, &Rosters::founding(genesis)).expect("it convicts");
            all.add("evidence", name, evidence.render());
        }
    }

    fn files(&self, all: &mut Samples) {
        let address = |port: u16| ([127, 0, 0, 1], port).into();
        let peer = PeerConfig { code: "B2".parse().expect("a code"), address: "b:4101".to_owned() };
        let config = NodeConfig {
            member: "B1".parse().expect("a code"),
            council: self.council,
            genesis: "genesis".into(),
            ledger: "ledger".into(),
            following: false,
            node_key: "node.pem".into(),
            seal_key: "seal.pem".into(),
            listen: address(4101),
            http: address(4201),
            peers: vec![peer],
        };
        all.add("config", "node", config.render());
        let code = |code: &str| code.parse().expect("a code");
        let member = |at: &str, port, pid| TestnetMember {
            code: code(at),
            listen: address(port),
            http: address(port + 100),
            pid,
        };
        let testnet = TestnetFile {
            council: self.council,
            participants: vec![code("SEC")],
            members: vec![member("B1", 4101, Some(4711)), member("B2", 4102, None)],
        };
        all.add("testnet", "two", testnet.render());
        for role in KeyRole::ALL {
            let key = KeyFile { role, secret: secret("corpus") };
            all.add("key_file", role.as_str(), key.render().as_bytes());
        }
        all.add("charter", "plain", include_str!("../../../charters/plain.toml"));
        all.add("charter", "eu-council", include_str!("../../../charters/eu-council.toml"));
        all.add("draft", "fund", include_str!("../../../examples/board/reserve-fund.toml"));
        all.add("draft", "listing", include_str!("../../../examples/toolbox/2020-1127.toml"));
        let at = START_MS + 1;
        let at = nemcon_ledger::text::Time::from_ms(at).expect("this age");
        let fixed = format!("title = \"T\"\nkind = \"resolution\"\ncloses = \"{at}\"\n");
        all.add("draft", "fixed", fixed.clone());
        let vacant = "[appoints]\ncode = \"CH\"\nname = \"C\"\nrole = \"chair\"\nsignatures = 0\n";
        all.add("draft", "appointment", fixed + vacant);
        all.add("plan", "one", self.plan());
    }

    /// A council of one, as a plan.
    fn plan(&self) -> String {
        let member = &self.ledger.parties.genesis.roster.members[0];
        let officer = &member.officers[0];
        format!(
            "origin = \"example.org/one\"\nvisibility = \"public\"\ncharter = \"c.toml\"\n\
             [[member]]\ncode = \"{}\"\nname = \"One\"\nweight = 7\nsignatures = 1\n\
             recovery = \"{}\"\nnode = \"{}\"\nseal = \"{}\"\n\
             [[member.officer]]\nlabel = \"{}\"\nkey = \"{}\"\n",
            member.code, member.recovery, member.node, member.seal, officer.label, officer.key,
        )
    }
}

/// What a node answers, as it stands on the wire.
fn answers(all: &mut Samples) {
    let text_hash = hash::sha256(b"a text");
    let pending = api::Answer::Pending { text_hash };
    let refused = api::Answer::Refused {
        code: "malformed".to_owned(),
        message: "not a note".to_owned(),
        rule: None,
        topic: None,
        advice: "Write it anew.".to_owned(),
    };
    let records = api::Records { first: 0, records: vec!["text\n".to_owned()], size: 1 };
    let view = api::CheckpointView { size: 0, height: 0, note: None };
    let json = |value: Result<Vec<u8>, _>| value.expect("an answer of our own is JSON");
    all.add("api_answers", "pending", json(serde_json::to_vec(&pending)));
    all.add("api_answers", "refused", json(serde_json::to_vec(&refused)));
    all.add("api_answers", "records", json(serde_json::to_vec(&records)));
    all.add("api_answers", "checkpoint", json(serde_json::to_vec(&view)));
}
