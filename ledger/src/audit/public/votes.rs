//! Who voted how, where a public export shows it: compared with what the decision lists or commits to.
//!
//! What it guarantees: votes that are told are those that the council has counted. What it does not: votes of
//! which a ballot is not shown are not told at all.

use std::collections::BTreeMap;

use nemcon_crypto::{Digest, LeafIndex};

use super::text::Text;
use crate::audit::report::VotesShown;
use crate::council::{
    Council, Entitled, Excluded, Frozen, Standing, Tally, why_concerned, why_not_participating,
};
use crate::record::charter::{Charter, EntitledSet, Kind, Rule};
use crate::record::derived::{DecisionLine, ExcludedLine, MandateLine};
use crate::record::{About, Body, Decision, Outcome, Position, Statement};
use crate::text::{Code, Line};

/// Who sat at a time, with all that a measure that is tabled then keeps of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seats {
    members: Vec<Entitled>,
    total_weight: u64,
}

impl Seats {
    pub(super) fn codes(&self) -> impl Iterator<Item = &Code> {
        self.members.iter().map(|it| &it.code)
    }

    pub(super) fn of(council: &Council) -> Self {
        let members = council.roster().members.iter();
        let entitled =
            |it: &crate::record::Member| Entitled { code: it.code.clone(), weight: it.weight };
        Self { members: members.map(entitled).collect(), total_weight: council.weight().total }
    }
}

/// A ballot that is shown.
struct Ballot {
    /// Who has signed it.
    by: Code,
    position: Position,
    leaf: LeafIndex,
    text_hash: Digest,
    signatures: Digest,
    mandate: Option<Digest>,
    /// The text that it is about.
    about: About,
}

/// A decision with what is known of the measure that it decides.
pub(super) struct Case<'a> {
    pub(super) decision: &'a Decision,
    /// The text that was decided.
    pub(super) text: &'a Text,
    pub(super) kind: &'a Kind,
    pub(super) rule: &'a Rule,
    pub(super) charter: &'a Charter,
    /// Who takes part in what the measure that authorises this one has authorised, if that is shown.
    pub(super) participating: Option<&'a [Code]>,
    /// The measures of its package, if that is shown.
    pub(super) package: Option<&'a [u64]>,
}

/// The ballots and mandates that are shown of the measures under way.
#[derive(Default)]
pub(super) struct Votes {
    /// The last ballot of each code, by the measure.
    ballots: BTreeMap<u64, BTreeMap<Code, Ballot>>,
    /// Mandates by their text hash, by the measure, with the text that each is about.
    mandates: BTreeMap<u64, BTreeMap<Digest, (MandateLine, About)>>,
}

/// What is found of the votes behind a decision.
pub(super) enum Found {
    /// Not all of them are shown.
    NotShown,
    /// They are the ones that were counted.
    Counted(VotesShown),
    /// They are others than those that were counted.
    Others,
    /// They are counted, and amount to something else than the decision says.
    OtherOutcome,
}

impl Votes {
    /// Keeps a ballot or a mandate.
    pub(super) fn hear(&mut self, leaf: LeafIndex, statement: &Statement) {
        let text_hash = statement.text_hash;
        match &statement.body {
            Body::Ballot(it) => {
                let ballot = Ballot {
                    by: it.said.head.by.clone(),
                    position: it.position,
                    leaf,
                    text_hash,
                    signatures: statement.signatures_hash(),
                    mandate: it.mandate,
                    about: it.said.about.clone(),
                };
                let of = self.ballots.entry(it.said.about.measure).or_default();
                of.insert(it.said.on_behalf.clone(), ballot);
            }
            Body::Mandate(it) => {
                let (measure, code) = (it.said.about.measure, it.said.on_behalf.clone());
                // Only a member itself gives its mandate.
                let Some(holder) = it.holder.clone().filter(|_| it.said.head.by == code) else {
                    return;
                };
                let line = MandateLine { code, holder, leaf, text_hash };
                let given = (line, it.said.about.clone());
                self.mandates.entry(measure).or_default().insert(text_hash, given);
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
    pub(super) fn judge(&self, case: &Case<'_>, seats: &[Seats]) -> Found {
        let mut found = Found::NotShown;
        for seats in seats {
            let Some(law) = case.law(seats) else { return Found::NotShown };
            if !case.is_tabled_as_decided(&law) {
                found = Found::OtherOutcome;
                continue;
            }
            let Some((lines, signatures)) = self.lines(case.decision, &law) else { continue };
            let Some(mandates) = self.mandate_lines(case.decision, &lines) else {
                return Found::NotShown;
            };
            match case.count(&law, (lines, signatures), mandates) {
                Found::Counted(votes) => return Found::Counted(votes),
                other => found = other,
            }
        }
        found
    }

    /// The ballots on the decided text as a decision lists them, with the hashes of their signatures; none if
    /// one of the entitled has none.
    fn lines(&self, decision: &Decision, law: &Frozen) -> Option<(Vec<DecisionLine>, Vec<Digest>)> {
        let ballots = self.ballots.get(&decision.measure);
        let line = |it: &Entitled| {
            let ballot = ballots?.get(&it.code).filter(|it| is_on(&it.about, decision))?;
            let Ballot { position, leaf, text_hash, .. } = *ballot;
            let code = it.code.clone();
            Some((DecisionLine { code, position, leaf, text_hash }, ballot.signatures))
        };
        law.entitled.iter().map(line).collect::<Option<Vec<_>>>().map(|it| it.into_iter().unzip())
    }

    /// The mandates of those ballots that others have cast; none if one of them is not shown, is about another
    /// text, lets somebody else cast the ballot, or one that casts another already.
    fn mandate_lines(
        &self,
        decision: &Decision,
        lines: &[DecisionLine],
    ) -> Option<Vec<MandateLine>> {
        let shown = self.mandates.get(&decision.measure);
        let mut mandates: Vec<MandateLine> = Vec::new();
        for DecisionLine { code, .. } in lines {
            let ballot = self.ballots.get(&decision.measure)?.get(code)?;
            match ballot.mandate {
                None if ballot.by == *code => {}
                None => return None,
                Some(text) => {
                    let (mandate, about) = shown?.get(&text)?;
                    let is_second = mandates.iter().any(|it| it.holder == mandate.holder);
                    let fits = mandate.code == *code && mandate.holder == ballot.by;
                    if !fits || is_second || !is_on(about, decision) {
                        return None;
                    }
                    mandates.push(mandate.clone());
                }
            }
        }
        Some(mandates)
    }
}

/// Whether a statement is about the text that was decided, under the rule and the title of the decision.
fn is_on(about: &About, decision: &Decision) -> bool {
    let Decision { measure, revision, text, title, rule, package, .. } = decision;
    let About { measure: on, revision: of, text: read, title: named, rule: by, package: within } =
        about;
    (measure, revision, text, title, rule, package) == (on, of, read, named, by, within)
}

impl Case<'_> {
    /// The law that the measure was tabled under; none if it is not shown who takes part.
    fn law(&self, seats: &Seats) -> Option<Frozen> {
        let is_out = |code: &Code| match self.rule.entitled {
            EntitledSet::All => Some(false),
            EntitledSet::MinusConcerned => Some(self.text.concerns.as_ref() == Some(code)),
            EntitledSet::Participating => self.participating.map(|codes| !codes.contains(code)),
        };
        let (mut entitled, mut excluded) = (Vec::new(), Vec::new());
        for member in &seats.members {
            if is_out(&member.code)? {
                excluded.push(Excluded { code: member.code.clone(), why: self.why_out()? });
            } else {
                entitled.push(member.clone());
            }
        }
        Some(Frozen {
            kind: self.kind.clone(),
            is_published: self.charter.publication.is_some(),
            rule: self.rule.clone(),
            qualified: self.charter.qualified,
            members: seats.members.len() as u64,
            total_weight: seats.total_weight,
            roster: self.decision.roster,
            entitled,
            excluded,
        })
    }

    /// Whether the decision names the rule of the text, and leaves out whom that rule leaves out.
    fn is_tabled_as_decided(&self, law: &Frozen) -> bool {
        let said = self.decision.excluded.iter().map(|ExcludedLine { code, why }| (code, why));
        let own = law.excluded.iter().map(|Excluded { code, why }| (code, why));
        said.eq(own) && self.text.rule == self.decision.rule
    }

    /// Why the members that the rule leaves out have no ballot.
    fn why_out(&self) -> Option<Line> {
        match self.rule.entitled {
            EntitledSet::All => None,
            EntitledSet::MinusConcerned => {
                let source = self.charter.source_of(&self.text.kind, &self.rule.name);
                Some(why_concerned(source))
            }
            EntitledSet::Participating => {
                Some(why_not_participating(self.text.authorised_by?.number))
            }
        }
    }

    /// Whether the rule and the kind let each of these ballots be cast, and cast by others.
    fn is_allowed(&self, lines: &[DecisionLine], mandates: &[MandateLine]) -> bool {
        let is_allowed = |line: &DecisionLine| match line.position {
            Position::InFavour | Position::Against => true,
            Position::Abstain => self.rule.abstention,
            Position::AbstainQualified => self.rule.abstention && self.kind.qualified,
            Position::Retracted => false,
        };
        lines.iter().all(is_allowed)
            && (mandates.is_empty() || self.charter.mandates && self.rule.mandates)
    }

    /// Counts these ballots.
    fn count(
        &self,
        law: &Frozen,
        (lines, signatures): (Vec<DecisionLine>, Vec<Digest>),
        mandates: Vec<MandateLine>,
    ) -> Found {
        let decision = self.decision;
        if !self.is_allowed(&lines, &mandates) {
            return Found::OtherOutcome;
        }
        let all = law.entitled.iter().zip(&lines);
        let tally = Tally::of(all.map(|(it, line)| (&it.code, it.weight, Some(line.position))));
        let is_adoptable = tally.standing(law) == Standing::Adoptable;
        let own = if is_adoptable { Outcome::Adopted } else { Outcome::NotAdopted };
        // A package falls for a reason that stands in no ballot on this measure.
        let falls = is_adoptable && decision.outcome == Outcome::NotAdopted;
        let reasons: Vec<Line> = match (falls, self.package) {
            (false, _) => vec![tally.reason(law, &self.charter.weight.of)],
            (true, Some(package)) => package.iter().map(|it| fallen(*it)).collect(),
            (true, None) if decision.package.is_some() => return Found::NotShown,
            (true, None) => Vec::new(),
        };
        let ballots: Vec<_> = lines.iter().map(|line| (line.code.clone(), line.position)).collect();
        let listed = Decision { votes: None, ballots: lines, mandates, ..decision.clone() };
        let outcome = if falls { Outcome::NotAdopted } else { own };
        let said = |reason: &Line| {
            let whole = Decision { reason: reason.clone(), outcome, ..listed.clone() };
            match decision.votes {
                None => whole,
                Some(_) => whole.keeping_votes(signatures.iter().copied()),
            }
        };
        if let Some(reason) = reasons.iter().find(|reason| said(reason) == *decision) {
            return Found::Counted(VotesShown { reason: reason.clone(), ballots });
        }
        let is_counted = match decision.votes {
            None => (&decision.ballots, &decision.mandates) == (&listed.ballots, &listed.mandates),
            votes => reasons.iter().any(|reason| said(reason).votes == votes),
        };
        if is_counted { Found::OtherOutcome } else { Found::Others }
    }
}

/// Why a measure falls with its package.
fn fallen(other: u64) -> Line {
    let why = format!("its package cannot be adopted: measure {other} is not");
    why.parse().expect("words and a number are a line")
}
