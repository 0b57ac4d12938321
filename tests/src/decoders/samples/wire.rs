//! Seeds of what nodes send to one another, and of what a node is sent over HTTP.

use nemcon_client::api;
use nemcon_crypto::cosignature::cosign;
use nemcon_crypto::merkle::leaf_hash;
use nemcon_crypto::{Checkpoint, Digest, TreeSize, hash};
use nemcon_ledger::durable::{CommittedBlock, Seal};
use nemcon_ledger::text::Code;
use nemcon_ledger::{Height, codec};
use nemcon_node::mesh::{Hello, Instance, spki};
use nemcon_replica::consensus::{
    BlockBytes, CommitCertificate, ConsensusMessage, MemberKey, PolkaCertificate, Proposal,
    Recollection, Round, RoundCertificate, RoundCertificateKind, RoundVote, Vote, VoteKind,
    sign_bytes,
};
use nemcon_replica::replica::{Message, Standing};

use super::{Bench, Samples};
use crate::fixture::{day, secret};

impl Bench {
    pub(super) fn vote(&self, kind: VoteKind, value: Option<Digest>) -> Vote {
        let (height, round, key) = (Height(1), Round(0), secret("B2/node"));
        let signature = key.sign(&sign_bytes::vote(self.council, kind, height, round, value));
        Vote { kind, height, round, value, signer: MemberKey::of(&key.public()), signature }
    }

    pub(super) fn proposal(&self, pol_round: Option<Round>) -> Proposal {
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

    pub(super) fn certificate(&self, height: u64) -> CommitCertificate {
        let block = &self.ledger.blocks[usize::try_from(height - 1).expect("few blocks")];
        let (height, round) = (Height(height), Round(0));
        let value_id = block.id().expect("a block of the ledger");
        let kind = VoteKind::Precommit;
        let message = sign_bytes::vote(self.council, kind, height, round, Some(value_id));
        let sign =
            |position: u16| (position, secret(&format!("B{}/node", position + 1)).sign(&message));
        CommitCertificate { height, round, value_id, signatures: (0..5).map(sign).collect() }
    }

    pub(super) fn committed(&self, height: u64) -> CommittedBlock {
        let at = usize::try_from(height - 1).expect("few blocks");
        let records = self.ledger.blocks[at].records.clone();
        let certificate = codec::encode(&self.certificate(height));
        CommittedBlock { height: Height(height), records, certificate }
    }

    pub(super) fn seal(&self, member: &str, root: Digest) -> Seal {
        let (size, time_s) = (TreeSize(self.leaves.len() as u64), 1_795_400_000);
        let origin = self.ledger.parties.genesis.checkpoint_origin();
        let head = Checkpoint::new(&origin, size, root).expect("an origin is a line");
        let seal = cosign(&head, time_s, &secret(&format!("{member}/seal"))).expect("this age");
        let member = member.to_owned();
        Seal { size, root, member, time_s, signature: *seal.signature() }
    }

    pub(super) fn wire(&self, all: &mut Samples) {
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
            ("pending", Message::Pending(self.leaves[1..3].to_vec())),
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
            ("announced", Message::Announced(vec![leaf_hash(&self.leaves[1]), leaf_hash(b"x")])),
            ("pending-wanted", Message::PendingWanted(vec![leaf_hash(&self.leaves[2])])),
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

    pub(super) fn polka(&self) -> PolkaCertificate {
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
}
