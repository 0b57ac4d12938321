//! The pure paths, each prepared from the fixtures: the same values in every run.

use std::hint::black_box;

use nemcon_crypto::merkle::{Frontier, leaf_hash};
use nemcon_crypto::note::SignedNote;
use nemcon_crypto::{Digest, Signature, hash};
use nemcon_disk::frame::{FRAME_BYTES_MAX, Kind, Scanner, encode_frame};
use nemcon_ledger::council::Candidate;
use nemcon_ledger::durable::{CommittedBlock, Entry};
use nemcon_ledger::record::measure_fields::{Document, Target, Targets};
use nemcon_ledger::record::{Body, Measure, Position, Record, Statement};
use nemcon_ledger::text::allowed::verify_line;
use nemcon_ledger::{Block, Chain, Height, Known, codec};
use nemcon_replica::consensus::{ConsensusMessage, MemberKey, Round, Vote, VoteKind};
use nemcon_replica::replica::Message;

use crate::fixture::{EU_MEMBERS, Ledger, european_union, label, line, secret};

/// What is measured: one call.
pub type Step = Box<dyn FnMut()>;

/// A path that computes and does nothing else.
pub struct Path {
    /// Its name in the baseline and on the command line.
    pub name: &'static str,
    /// What one call does.
    pub what: &'static str,
    /// Makes what the call needs. The first call is not measured.
    pub prepare: fn() -> Step,
}

/// Every path, in the order of the layers.
pub const PATHS: [Path; 21] = [
    Path { name: "digest-to-text", what: "100 digests written", prepare: digest_to_text },
    Path { name: "digest-from-text", what: "100 digests read", prepare: digest_from_text },
    Path { name: "merkle-append", what: "1,000 leaves appended", prepare: merkle_append },
    Path { name: "parse-note", what: "the signed note of a ballot read", prepare: parse_note },
    Path { name: "render-note", what: "the same written", prepare: render_note },
    Path { name: "key-ids", what: "27 key ids", prepare: key_ids },
    Path { name: "line-ascii", what: "100 lines of 80 ASCII letters", prepare: line_ascii },
    Path { name: "line-greek", what: "100 lines of 80 Greek letters", prepare: line_greek },
    Path { name: "parse-ballot", what: "a ballot read", prepare: parse_ballot },
    Path { name: "render-ballot", what: "the text of a ballot written", prepare: render_ballot },
    Path { name: "parse-measure", what: "a measure of 30 lines read", prepare: parse_measure },
    Path { name: "render-measure", what: "its text written", prepare: render_measure },
    Path { name: "parse-block-record", what: "a block record read", prepare: parse_block_record },
    Path { name: "verify-ballot", what: "its signature checked", prepare: verify_ballot },
    Path { name: "apply-ballot", what: "a known ballot applied", prepare: apply_ballot },
    Path { name: "judge-block", what: "a block of 27 ballots judged", prepare: judge_block },
    Path { name: "judge-known-block", what: "the same, known", prepare: judge_known_block },
    Path { name: "journal-encode", what: "that block as a frame", prepare: journal_encode },
    Path { name: "journal-decode", what: "that frame read", prepare: journal_decode },
    Path {
        name: "message-blocks",
        what: "a message with that block read",
        prepare: blocks_message,
    },
    Path { name: "message-vote", what: "a message with a vote read", prepare: vote_message },
];

/// A step that reads `value`, of which the compiler knows nothing.
fn step<T: 'static, R>(value: T, read: impl Fn(&T) -> R + 'static) -> Step {
    Box::new(move || {
        black_box(read(black_box(&value)));
    })
}

fn digests() -> Vec<Digest> {
    (0..100_u8).map(|seed| hash::sha256(&[seed])).collect()
}

fn digest_to_text() -> Step {
    step(digests(), |digests| digests.iter().map(|it| it.to_string().len()).sum::<usize>())
}

fn digest_from_text() -> Step {
    let texts: Vec<String> = digests().iter().map(Digest::to_string).collect();
    step(texts, |texts| texts.iter().filter(|text| text.parse::<Digest>().is_ok()).count())
}

fn merkle_append() -> Step {
    let leaves: Vec<Digest> = (0..1000_u16).map(|at| leaf_hash(&at.to_be_bytes())).collect();
    step(leaves, |leaves| {
        let mut frontier = Frontier::new();
        for leaf in leaves {
            frontier.append(*leaf);
        }
        frontier.root()
    })
}

/// A union whose block 1 tables a measure, and the ballots of all members on it.
struct Bench {
    ledger: Ledger,
    ballots: Vec<Statement>,
}

impl Bench {
    fn new() -> Self {
        let mut ledger = Ledger::found(european_union());
        let number = ledger.table(measure(&ledger));
        let ballot = |(by, ..): &(&str, _, _)| ledger.ballot(by, number, Position::InFavour);
        Self { ballots: EU_MEMBERS.iter().map(ballot).collect(), ledger }
    }

    /// The chain before the block of all ballots, and the block.
    fn block(mut self) -> (Chain, Block) {
        let before = self.ledger.chain.clone();
        let time = self.ledger.next_time();
        let block = self.ledger.offer_at(time, &self.ballots).expect("all ballots stand in it");
        (before, block)
    }

    fn entry(self) -> CommittedBlock {
        let (_, block) = self.block();
        let certificate = vec![7; 27 * 66];
        CommittedBlock { height: Height(2), records: block.records, certificate }
    }
}

/// A measure with all that a long one says.
fn measure(ledger: &Ledger) -> Measure {
    let mut measure = ledger.parties.measure("DE", "Listing of persons and entities in 2026");
    let greek = "Το Συμβούλιο εγκρίνει τα περιοριστικά μέτρα – και τα δημοσιεύει.";
    let latin = "The Council adopts restrictive measures against those who are listed below, \
                 and freezes their funds and economic resources (Article 3).";
    measure.summary = (0..8).map(|at| line(if at % 4 == 0 { greek } else { latin })).collect();
    measure.basis = vec![line("Article 29 TEU"), line("Article 215(1) TFEU")];
    measure.targets = vec![Targets { sort: label("person"), count: 6 }];
    let who = |at: u8| Target { sort: label("person"), who: hash::sha256(&[at]), reasons: None };
    measure.listed = (0..6).map(who).collect();
    let document = |at: u8| Document {
        digest: hash::sha256(&[100 + at]),
        length: 12_345,
        language: label("el"),
        name: format!("απόφαση_ST-{at}-2026.pdf").parse().expect("a file's name"),
    };
    measure.documents = (0..4).map(document).collect();
    measure
}

fn ballot() -> Statement {
    Bench::new().ballots.remove(0)
}

fn parse_note() -> Step {
    step(ballot().render(), |bytes| SignedNote::parse(bytes))
}

fn render_note() -> Step {
    step(ballot().note, SignedNote::render)
}

fn key_ids() -> Step {
    let Bench { ledger, ballots } = Bench::new();
    let parts = ballots.iter().map(|ballot| ledger.council().signers_of(&ballot.body));
    let parts: Vec<_> = parts.map(|parts| parts.expect("members may speak")).collect();
    let keys: Vec<_> = parts.into_iter().flatten().flat_map(|part| part.keys).collect();
    step(keys, |keys| keys.iter().map(|key| key.key_id().0[0]).max())
}

/// 100 lines of 80 characters: the words of `text`, again and again.
fn lines(text: &'static str) -> Step {
    let line: String = text.chars().cycle().take(80).collect();
    step(vec![line; 100], |lines| lines.iter().filter(|line| verify_line(line).is_ok()).count())
}

fn line_ascii() -> Step {
    lines("The Council adopts measures, and freezes all funds (Article 3). ")
}

fn line_greek() -> Step {
    lines("Το Συμβούλιο εγκρίνει τα περιοριστικά μέτρα και τα δημοσιεύει. ")
}

fn parse_ballot() -> Step {
    step(ballot().render(), |bytes| Record::parse(bytes))
}

fn render_ballot() -> Step {
    step(ballot().body, Body::render)
}

fn measure_record() -> Vec<u8> {
    Bench::new().ledger.blocks[0].records[0].clone()
}

fn parse_measure() -> Step {
    step(measure_record(), |bytes| Record::parse(bytes))
}

fn render_measure() -> Step {
    let statement = Statement::parse(&measure_record()).expect("a statement");
    step(statement.body, Body::render)
}

fn parse_block_record() -> Step {
    step(Bench::new().ledger.blocks[0].records[1].clone(), |bytes| Record::parse(bytes))
}

fn verify_ballot() -> Step {
    let Bench { ledger, mut ballots } = Bench::new();
    let genesis = ledger.parties.genesis;
    step((genesis, ballots.remove(0)), |(genesis, ballot)| {
        let (required, officers) = genesis.signers(&ballot.body.head().by)?;
        ballot.verify(genesis, required, officers).ok()
    })
}

fn apply_ballot() -> Step {
    let Bench { ledger, mut ballots } = Bench::new();
    let mut council = ledger.council().clone();
    council.open(ledger.next_time());
    let mut ballot = Candidate::from(ballots.remove(0));
    council.clone().apply_candidate(&mut ballot).expect("the ballot may stand there");
    // Each call needs a council that has not had the ballot yet.
    let mut councils = [council.clone(), council];
    let mut calls = 0;
    Box::new(move || {
        let applied = councils[calls].apply_candidate(black_box(&mut ballot));
        assert!(black_box(applied).is_ok());
        calls += 1;
    })
}

fn judge_block() -> Step {
    step(Bench::new().block(), |(chain, block)| {
        chain.apply(block).expect("the block follows").size()
    })
}

fn judge_known_block() -> Step {
    let (chain, block) = Bench::new().block();
    let mut known = Known::new(1 << 20);
    Box::new(move || {
        let judged = black_box(&chain).apply_known(black_box(&block), &mut known);
        black_box(judged).expect("the block follows");
    })
}

fn journal_encode() -> Step {
    step(Entry::Block(Bench::new().entry()), |entry| {
        encode_frame(Kind::Entry, &codec::encode(entry))
    })
}

fn journal_decode() -> Step {
    let entry = codec::encode(&Entry::Block(Bench::new().entry()));
    step(encode_frame(Kind::Entry, &entry).expect("a short entry"), |bytes| {
        let frame = Scanner::new(bytes, 0).next().expect("a whole frame");
        codec::decode::<Entry, FRAME_BYTES_MAX>(frame.payload)
    })
}

fn blocks_message() -> Step {
    let message = Message::Blocks(vec![Bench::new().entry()]);
    step(message.encode(), |bytes| Message::decode(bytes))
}

fn vote_message() -> Step {
    let vote = Vote {
        kind: VoteKind::Prevote,
        height: Height(2),
        round: Round(0),
        value: Some(hash::sha256(b"a block")),
        signer: MemberKey::of(&secret("DE/node").public()),
        signature: Signature::from_bytes([7; 64]),
    };
    step(Message::Consensus(ConsensusMessage::Vote(vote)).encode(), |bytes| Message::decode(bytes))
}
