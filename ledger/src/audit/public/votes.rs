//! Who voted how, where a public export shows it: compared with what the decision lists or commits to.
//!
//! What it guarantees: votes that are told are those that the council has counted. What it does not: votes of
//! which a ballot is not shown are not told at all.

use std::collections::BTreeMap;

use nemcon_crypto::{Digest, LeafIndex};

use crate::audit::report::VotesShown;
use crate::council::{Council, Entitled, Excluded, Frozen, Tally};
use crate::record::charter::{Charter, Kind};
use crate::record::derived::{DecisionLine, MandateLine};
use crate::record::{Body, Decision, Outcome, Position, Statement};
use crate::text::{Code, Line};

/// Who sat at a time, with all that a measure that is tabled then keeps of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seats {
    members: Vec<Entitled>,
    total_weight: u64,
}

impl Seats {
    pub(super) fn of(council: &Council) -> Self {
        let members = council.roster().members.iter();
        let entitled =
            |it: &crate::record::Member| Entitled { code: it.code.clone(), weight: it.weight };
        Self { members: members.map(entitled).collect(), total_weight: council.weight().total }
    }
}

/// A ballot that is shown.
struct Ballot {
    position: Position,
    leaf: LeafIndex,
    text_hash: Digest,
    signatures: Digest,
    mandate: Option<Digest>,
    /// The text that it is about.
    about: Digest,
}

/// The ballots and mandates that are shown of the measures under way.
#[derive(Default)]
pub(super) struct Votes {
    /// The last ballot of each code, by the measure.
    ballots: BTreeMap<u64, BTreeMap<Code, Ballot>>,
    /// Mandates by their text hash, by the measure.
    mandates: BTreeMap<u64, BTreeMap<Digest, MandateLine>>,
}

/// What is found of the votes behind a decision.
pub(super) enum Found {
    /// Not all of them are shown.
    NotShown,
    /// They are the ones that were counted.
    Counted(VotesShown),
    /// They are others than those that were counted.
    Others,
}

impl Votes {
    /// Keeps a ballot or a mandate.
    pub(super) fn hear(&mut self, leaf: LeafIndex, statement: &Statement) {
        let text_hash = statement.text_hash;
        match &statement.body {
            Body::Ballot(it) => {
                let ballot = Ballot {
                    position: it.position,
                    leaf,
                    text_hash,
                    signatures: statement.signatures_hash(),
                    mandate: it.mandate,
                    about: it.said.about.text,
                };
                let of = self.ballots.entry(it.said.about.measure).or_default();
                of.insert(it.said.on_behalf.clone(), ballot);
            }
            Body::Mandate(it) => {
                let (measure, code) = (it.said.about.measure, it.said.on_behalf.clone());
                let Some(holder) = it.holder.clone() else { return };
                let line = MandateLine { code, holder, leaf, text_hash };
                self.mandates.entry(measure).or_default().insert(text_hash, line);
            }
            _ => {}
        }
    }

    /// Forgets what was said on a measure that has ended.
    pub(super) fn end(&mut self, measure: u64) {
        self.ballots.remove(&measure);
        self.mandates.remove(&measure);
    }

    /// Compares the shown votes with a decision, tabled while one of `seats` sat.
    pub(super) fn judge(
        &self,
        decision: &Decision,
        kind: &Kind,
        charter: &Charter,
        seats: &[Seats],
    ) -> Found {
        let mut found = Found::NotShown;
        for seats in seats {
            let Some((lines, signatures)) = self.lines(decision, seats) else { continue };
            let mandates = self.mandate_lines(decision.measure, &lines);
            let law = law(decision, kind, charter, seats);
            let Some((mandates, law)) = mandates.zip(law) else { return Found::NotShown };
            let ballots = lines.iter().map(|line| (line.code.clone(), line.position)).collect();
            let reason = reason(&law, &lines, charter);
            let whole = Decision { votes: None, ballots: lines, mandates, ..decision.clone() };
            if is_counted(decision, whole, &reason, signatures) {
                return Found::Counted(VotesShown { reason, ballots });
            }
            // A package falls for a reason that stands in no ballot.
            if decision.outcome == Outcome::NotAdopted && decision.package.is_some() {
                return Found::NotShown;
            }
            found = Found::Others;
        }
        found
    }

    /// The ballots on the decided text as a decision lists them, with the hashes of their signatures; none if
    /// one of the entitled has none.
    fn lines(
        &self,
        decision: &Decision,
        seats: &Seats,
    ) -> Option<(Vec<DecisionLine>, Vec<Digest>)> {
        let ballots = self.ballots.get(&decision.measure)?;
        let is_out = |code: &Code| decision.excluded.iter().any(|it| it.code == *code);
        let entitled = seats.members.iter().filter(|it| !is_out(&it.code));
        let line = |it: &Entitled| {
            let ballot = ballots.get(&it.code).filter(|it| it.about == decision.text)?;
            let Ballot { position, leaf, text_hash, .. } = *ballot;
            let code = it.code.clone();
            Some((DecisionLine { code, position, leaf, text_hash }, ballot.signatures))
        };
        entitled.map(line).collect::<Option<Vec<_>>>().map(|it| it.into_iter().unzip())
    }

    /// The mandates of those ballots that others have cast; none if one of them is not shown.
    fn mandate_lines(&self, measure: u64, lines: &[DecisionLine]) -> Option<Vec<MandateLine>> {
        let ballots = &self.ballots[&measure];
        let named = lines.iter().filter_map(|line| ballots[&line.code].mandate);
        let shown = self.mandates.get(&measure);
        named.map(|text| shown?.get(&text).cloned()).collect()
    }
}

/// Whether a decision lists or commits to the votes of `whole`, which is that decision with the shown ones.
fn is_counted(
    decision: &Decision,
    whole: Decision,
    reason: &Line,
    signatures: Vec<Digest>,
) -> bool {
    let Some(votes) = decision.votes else {
        return (&decision.ballots, &decision.mandates) == (&whole.ballots, &whole.mandates);
    };
    let whole = Decision { reason: reason.clone(), ..whole };
    whole.keeping_votes(signatures).votes == Some(votes)
}

fn law(decision: &Decision, kind: &Kind, charter: &Charter, seats: &Seats) -> Option<Frozen> {
    let is_out = |code: &Code| decision.excluded.iter().any(|it| it.code == *code);
    let excluded = decision.excluded.iter();
    Some(Frozen {
        kind: kind.clone(),
        is_published: charter.publication.is_some(),
        rule: charter.rule(&decision.rule)?.clone(),
        qualified: charter.qualified,
        members: seats.members.len() as u64,
        total_weight: seats.total_weight,
        roster: decision.roster,
        entitled: seats.members.iter().filter(|it| !is_out(&it.code)).cloned().collect(),
        excluded: excluded
            .map(|it| Excluded { code: it.code.clone(), why: it.why.clone() })
            .collect(),
    })
}

fn reason(law: &Frozen, lines: &[DecisionLine], charter: &Charter) -> Line {
    let all = law.entitled.iter().zip(lines);
    let tally = Tally::of(all.map(|(it, line)| (&it.code, it.weight, Some(line.position))));
    tally.reason(law, &charter.weight.of)
}
