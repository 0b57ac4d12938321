//! What adversaries make with their own keys: votes, proposals, blocks that fit their own record.

use nemcon_crypto::merkle::{Frontier, leaf_hash};
use nemcon_crypto::{Digest, TreeSize};
use nemcon_ledger::chain::{BLOCK_BYTES_MAX, Proposal as BlockProposal};
use nemcon_ledger::council::Status;
use nemcon_ledger::record::{Body, Position, Record, Statement};
use nemcon_ledger::text::{Code, Time};
use nemcon_ledger::{Block, Height, codec};
use nemcon_replica::consensus::{
    BlockBytes, MemberKey, Proposal, Round, Vote, VoteKind, sign_bytes,
};

use super::Hand;

/// What is wrong with a forged block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forgery {
    /// It holds a ballot that nobody signed.
    Ballot,
    /// It holds a statement twice.
    Twice,
    /// It says that another proposed it.
    Proposer,
}

impl Forgery {
    pub(super) const ALL: [Self; 3] = [Self::Ballot, Self::Twice, Self::Proposer];
}

fn me(hand: &Hand<'_>) -> MemberKey {
    MemberKey::of(&hand.node_key().public())
}

/// A vote of the adversary.
pub(in crate::sim) fn vote(
    hand: &Hand<'_>,
    kind: VoteKind,
    height: Height,
    round: Round,
    value: Option<Digest>,
) -> Vote {
    let bytes = sign_bytes::vote(hand.identity.council, kind, height, round, value);
    let signature = hand.node_key().sign(&bytes);
    Vote { kind, height, round, value, signer: me(hand), signature }
}

/// The block that a proposal carries.
pub(in crate::sim) fn block_of(bytes: &BlockBytes) -> Option<Block> {
    codec::decode::<Block, { 2 * BLOCK_BYTES_MAX }>(bytes.as_slice()).ok()
}

/// The id of the block that these bytes are, if they are one.
pub(in crate::sim) fn id_of(bytes: &BlockBytes) -> Option<Digest> {
    block_of(bytes)?.id().ok()
}

/// The same proposal with another block, signed.
fn with_block(hand: &Hand<'_>, proposal: &Proposal, block: &Block) -> Proposal {
    let block = BlockBytes::new(codec::encode(block));
    let mut other = Proposal { block, ..proposal.clone() };
    let bytes = sign_bytes::proposal(hand.identity.council, &other.header());
    other.signature = hand.node_key().sign(&bytes);
    other
}

/// A fresh proposal of the adversary with its block written anew at `time` from those of its
/// statements that it likes; none if another's, or proposed again.
fn written(
    hand: &Hand<'_>,
    proposal: &Proposal,
    time: Time,
    likes: impl Fn(&Statement) -> bool,
) -> Option<Proposal> {
    if proposal.signer != me(hand) || proposal.pol_round.is_some() {
        return None;
    }
    let chain = hand.replica.chain();
    let block = block_of(&proposal.block)?;
    let statements = block.records.iter().filter_map(|record| Statement::parse(record).ok());
    let statements: Vec<Statement> = statements.filter(|it| likes(it)).collect();
    let candidates: Vec<&Statement> = statements.iter().collect();
    let time = chain.next_time(time);
    let (block, _) =
        chain.assemble(&BlockProposal { time, round: proposal.round.0 }, &candidates)?;
    Some(with_block(hand, proposal, &block))
}

/// The same block at another time.
pub(super) fn retimed(hand: &Hand<'_>, proposal: &Proposal, off_ms: i64) -> Option<Proposal> {
    let time = block_of(&proposal.block)?.record().ok()?.time;
    let time = Time::from_ms(time.as_ms().saturating_add_signed(off_ms)).ok()?;
    written(hand, proposal, time, |_| true)
}

/// The same block without what the adversary does not like.
pub(super) fn rewritten(
    hand: &Hand<'_>,
    proposal: &Proposal,
    likes: impl Fn(&Statement) -> bool,
) -> Option<Proposal> {
    let time = block_of(&proposal.block)?.record().ok()?.time;
    written(hand, proposal, time, likes)
}

/// The same block with something in it that the council's law refuses, and a record that binds it.
pub(super) fn forged(hand: &Hand<'_>, proposal: &Proposal, forgery: Forgery) -> Option<Proposal> {
    if proposal.signer != me(hand) {
        return None;
    }
    let mut block = block_of(&proposal.block)?;
    let mut record = block.record().ok()?;
    if record.height != hand.replica.chain().height().next() {
        return None;
    }
    block.records.pop();
    match forgery {
        Forgery::Ballot => {
            let victim = hand.codes[hand.others()[0]].clone();
            block.records.push(forged_ballot(hand, &victim)?);
        }
        Forgery::Twice => block.records.push(block.records.first()?.clone()),
        Forgery::Proposer => record.proposer = hand.codes[hand.others()[0]].clone(),
    }
    let frontier = frontier(hand, &block.records)?;
    (record.size, record.root) = (frontier.size(), frontier.root());
    block.records.push(record.render().into_bytes());
    Some(with_block(hand, proposal, &block))
}

/// The tree after the adversary's chain and these records.
fn frontier(hand: &Hand<'_>, records: &[Vec<u8>]) -> Option<Frontier> {
    let TreeSize(size) = hand.replica.chain().size();
    let known = hand.leaves.get(..usize::try_from(size).ok()?)?;
    let mut frontier = Frontier::new();
    known.iter().chain(records).for_each(|leaf| frontier.append(leaf_hash(leaf)));
    Some(frontier)
}

/// A ballot that says to be `victim`'s, with the signature of the adversary's officer.
pub(super) fn forged_ballot(hand: &Hand<'_>, victim: &Code) -> Option<Vec<u8>> {
    let council = hand.replica.chain().council();
    let mut open = council.measures().filter(|measure| measure.status == Status::Open);
    let number = open.next()?.number;
    let ballot = hand.parties.ballot(council, victim.as_str(), number, Position::InFavour);
    let text = Body::Ballot(ballot.clone()).render();
    let line = hand.parties.signature(&text, hand.code(), 0);
    let statement = Statement::new(&Body::Ballot(ballot), vec![line]).ok()?;
    matches!(Record::parse(&statement.render()), Ok(Record::Statement(_)))
        .then(|| statement.render())
}
