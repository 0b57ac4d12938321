//! What a proposal must pass before the core sees it.
//!
//! What it guarantees: the core, which takes every signed proposal for valid, is fed only blocks that the
//! host has judged valid, that are timely if they are fresh, and whose first round fits [rules.md R27, R28].

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::Digest;

use super::api::{FaultKind, Host, Verdict};
use super::block::BlockValue;
use super::evidence::Evidence;
use super::limits::{
    PROPOSAL_ROUNDS_MAX, PROPOSALS_PER_ROUND_MAX, PROPOSALS_UNTIMELY_MAX, REFUSED_MAX,
    TIMELY_GROWTH_MS, TIMELY_MS, VERDICTS_MAX,
};
use super::message::{Proposal, SignedHeader};
use super::round::Round;

/// What becomes of a proposal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Passage {
    /// To the core.
    Feed(BlockValue),
    /// Nothing to do now: seen before, or kept until a polka vouches for it.
    Wait,
    /// Its proposer is at fault.
    Fault(FaultKind),
}

/// The proposals of one height, all with good signatures of the round's proposer.
#[derive(Debug, Default)]
pub(super) struct ProposalChecks {
    seen: BTreeMap<Round, Vec<SignedHeader>>,
    verdicts: BTreeMap<Digest, Option<(BlockValue, Verdict)>>,
    refused: BTreeSet<Digest>,
    untimely: BTreeMap<(Round, Digest), (Proposal, BlockValue)>,
    /// Rounds whose proposer is convicted by what another node was proposed.
    exposed: BTreeSet<Round>,
}

/// Whether the time of a fresh proposal of `round` is near enough to the clock.
pub(super) fn is_timely(now_ms: u64, time_ms: u64, round: Round) -> bool {
    let allowed = TIMELY_MS.saturating_add(TIMELY_GROWTH_MS.saturating_mul(u64::from(round.0)));
    now_ms.abs_diff(time_ms) <= allowed
}

/// A fresh block is of its own round; one proposed again is not younger than its polka.
fn is_first_round_right(proposal: &Proposal, value: &BlockValue) -> bool {
    match proposal.pol_round {
        None => value.first_round == proposal.round,
        Some(pol_round) => value.first_round <= pol_round,
    }
}

impl ProposalChecks {
    /// Remembers the proposal. Returns whether it is new and to be looked at, and, for another one
    /// of the same round, the proof that its proposer signed two.
    pub(super) fn note(&mut self, proposal: &Proposal) -> (bool, Option<Evidence>) {
        let seen = self.seen.entry(proposal.round).or_default();
        let header = proposal.header();
        if seen.len() >= PROPOSALS_PER_ROUND_MAX || seen.iter().any(|(other, _)| *other == header) {
            return (false, None);
        }
        let first = seen.first().copied();
        seen.push((header, proposal.signature));
        if self.seen.len() > PROPOSAL_ROUNDS_MAX {
            self.seen.pop_first();
        }
        let (signer, second) = (proposal.signer, (header, proposal.signature));
        (true, first.map(|first| Evidence::Proposals { signer, first, second }.in_order()))
    }

    /// The proposals seen in rounds of which `is_turn` is true, without their blocks.
    pub(super) fn headers(
        &self,
        is_turn: impl Fn(Round) -> bool,
    ) -> impl Iterator<Item = SignedHeader> {
        let rounds = self.seen.iter().filter(move |(round, _)| is_turn(**round));
        rounds.flat_map(|(_, seen)| seen.iter().copied())
    }

    /// The first proposal of each round, with the id of its block if that is still known.
    pub(super) fn firsts(&self) -> impl Iterator<Item = (SignedHeader, Option<Digest>)> {
        self.seen.values().filter_map(|seen| seen.first()).map(|first| {
            let judged = self.verdicts.get(&first.0.content);
            (*first, judged.and_then(|judged| Some(judged.as_ref()?.0.id)))
        })
    }

    /// The first proposal of a round, unless its proposer is convicted.
    pub(super) fn first(&self, round: Round) -> Option<SignedHeader> {
        self.seen.get(&round).filter(|_| !self.exposed.contains(&round))?.first().copied()
    }

    /// The proposer of this round is convicted.
    pub(super) fn expose(&mut self, round: Round) {
        self.exposed.insert(round);
    }

    /// Judges a new proposal that arrived at `now_ms`.
    pub(super) fn pass(
        &mut self,
        now_ms: u64,
        proposal: &Proposal,
        host: &mut dyn Host,
    ) -> Passage {
        let Some((value, verdict)) = self.verdict(proposal, host) else {
            return Passage::Fault(FaultKind::MalformedBlock);
        };
        if !is_first_round_right(proposal, &value) {
            return Passage::Fault(FaultKind::BadFirstRound);
        }
        if verdict == Verdict::Refused {
            self.watch(value.id);
            return Passage::Fault(FaultKind::RefusedBlock);
        }
        let fresh = proposal.pol_round.is_none();
        if fresh && !is_timely(now_ms, value.time_ms, proposal.round) {
            self.hold(proposal.clone(), value);
            return Passage::Wait;
        }
        Passage::Feed(value)
    }

    /// Takes out the untimely proposals that `vouched(round, id)` by now.
    pub(super) fn release(
        &mut self,
        mut vouched: impl FnMut(Round, Digest) -> bool,
    ) -> Vec<(Proposal, BlockValue)> {
        self.untimely
            .extract_if(.., |(round, id), _| vouched(*round, *id))
            .map(|(_, it)| it)
            .collect()
    }

    /// Blocks that no honest member can vouch for.
    pub(super) fn refused(&self) -> impl Iterator<Item = Digest> {
        self.refused.iter().copied()
    }

    fn verdict(
        &mut self,
        proposal: &Proposal,
        host: &mut dyn Host,
    ) -> Option<(BlockValue, Verdict)> {
        let content = proposal.block.digest();
        if let Some(known) = self.verdicts.get(&content) {
            return known.clone();
        }
        let judged = host.open(proposal.height, &proposal.block).map(|value| {
            let verdict = host.judge(proposal.height, &value);
            (value, verdict)
        });
        if self.verdicts.len() >= VERDICTS_MAX {
            self.verdicts.pop_first();
        }
        self.verdicts.insert(content, judged.clone());
        judged
    }

    fn watch(&mut self, id: Digest) {
        if self.refused.len() >= REFUSED_MAX {
            self.refused.pop_first();
        }
        self.refused.insert(id);
    }

    fn hold(&mut self, proposal: Proposal, value: BlockValue) {
        if self.untimely.len() >= PROPOSALS_UNTIMELY_MAX {
            self.untimely.pop_first();
        }
        self.untimely.insert((proposal.round, value.id), (proposal, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_seconds_are_timely_and_each_round_adds_one() {
        for (now, time, round, timely) in [
            (10_000, 15_000, 0, true),
            (10_000, 15_001, 0, false),
            (10_000, 5_000, 0, true),
            (10_000, 4_999, 0, false),
            (10_000, 4_999, 1, true),
            (10_000, 16_001, 1, false),
            (0, u64::MAX, u32::MAX, false),
        ] {
            assert_eq!(is_timely(now, time, Round(round)), timely, "{now} {time} {round}");
        }
    }
}
