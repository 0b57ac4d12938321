//! Makes two blocks of one height with the keys of more than two thirds, and tells each to one.

use core::ops::Range;

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::cosign;
use nemcon_ledger::chain::Proposal;
use nemcon_ledger::durable::{CommittedBlock, Seal};
use nemcon_ledger::record::Body;
use nemcon_ledger::text::Time;
use nemcon_ledger::{Block, Chain, codec};
use nemcon_replica::consensus::{CommitCertificate, Round, VoteKind, sign_bytes};
use nemcon_replica::replica::Message;

use crate::fixture::{Parties, secret};
use crate::sim::adversaries::{Adversary, Hand};

/// Those who lie together.
#[derive(Clone, Debug)]
struct Fork {
    liars: Range<usize>,
}

pub(super) fn make(liars: Range<usize>) -> Box<dyn Adversary> {
    Box::new(Fork { liars })
}

impl Adversary for Fork {
    fn tick(&mut self, hand: &mut Hand<'_>) {
        for to in 0..self.liars.start {
            let title = format!("For {} alone", hand.codes[to]);
            let chain = hand.replica.chain();
            if let Some(block) =
                certified(chain, hand.parties, self.liars.clone(), &title, hand.now)
            {
                let seals = sealed(chain, hand.parties, self.liars.clone(), &block, hand.now);
                hand.send(to, Message::Blocks(vec![block]));
                hand.send(to, Message::Seals(seals));
            }
        }
    }
}

/// The seals of these members at the end of a block after `chain`.
fn sealed(
    chain: &Chain,
    parties: &Parties,
    signers: Range<usize>,
    block: &CommittedBlock,
    time: Time,
) -> Vec<Seal> {
    let genesis = &parties.genesis;
    let Ok(next) = chain.apply(&Block { records: block.records.clone() }) else {
        return Vec::new();
    };
    let (size, root) = (next.size(), next.root());
    let head = Checkpoint::new(&genesis.checkpoint_origin(), size, root).expect("a tree head");
    let seal = |at: usize| {
        let member = genesis.roster.members[at].code.to_string();
        let time_s = time.as_s();
        let cosigned = cosign(&head, time_s, &secret(&format!("{member}/seal"))).expect("a seal");
        Seal { size, root, member, time_s, signature: *cosigned.signature() }
    };
    signers.map(seal).collect()
}

/// A block after `chain` that tables one measure, with the certificate of these members.
pub(super) fn certified(
    chain: &Chain,
    parties: &Parties,
    signers: Range<usize>,
    title: &str,
    time: Time,
) -> Option<CommittedBlock> {
    let genesis = &parties.genesis;
    let codes: Vec<_> = genesis.roster.members.iter().map(|member| member.code.clone()).collect();
    let statement = parties.sign(&Body::Measure(parties.measure(codes[0].as_str(), title)));
    let proposal = Proposal { time: chain.next_time(time), round: 0 };
    let (block, _) = chain.assemble(&proposal, &[&statement])?;
    let (height, round, value_id) = (chain.height().next(), Round(0), block.id().ok()?);
    let kind = VoteKind::Precommit;
    let bytes = sign_bytes::vote(genesis.digest(), kind, height, round, Some(value_id));
    let sign = |at: usize| {
        let position = u16::try_from(at).expect("a roster is short");
        (position, secret(&format!("{}/node", codes[at])).sign(&bytes))
    };
    let signatures = signers.map(sign).collect();
    let certificate = CommitCertificate { height, round, value_id, signatures };
    let certificate = codec::encode(&certificate);
    Some(CommittedBlock { height, records: block.records, certificate })
}
