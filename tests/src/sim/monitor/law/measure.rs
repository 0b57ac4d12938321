//! One measure as the monitor has read it.

use std::collections::BTreeMap;

use nemcon_crypto::{Digest, LeafIndex};
use nemcon_ledger::record::charter::{Charter, EntitledSet, QualifiedBlock};
use nemcon_ledger::record::derived::{DecisionLine, MandateLine};
use nemcon_ledger::record::{Ballot, CouncilChange, Decision, Measure, Position};
use nemcon_ledger::text::{Code, Time};

use super::Terms;

/// A ballot as it was cast, and where it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cast {
    pub(super) by: Code,
    pub(super) position: Position,
    leaf: LeafIndex,
    text_hash: Digest,
    /// The text that it is on.
    on: Digest,
    /// The mandate that it names, and once that is found, the mandate.
    names: Option<Digest>,
    under: Option<Given>,
}

/// A mandate that stands: who holds it, and where it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) holder: Code,
    pub(super) leaf: LeafIndex,
    pub(super) text_hash: Digest,
}

/// How many remarks one party makes on one text, by the letter of `docs/formats.md`.
const REMARKS_MAX: usize = 8;

/// How a measure has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Adopted,
    NotAdopted,
    /// It could not be decided any more.
    Lost,
    Other,
}

/// A measure on the table or after its end.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) measure: Measure,
    pub(super) text: Digest,
    revision: u32,
    pub(super) closes: Time,
    /// Whose ballots it needs and what they weigh, as the roster was when it was tabled.
    pub(super) entitled: Vec<(Code, u64)>,
    excluded: Vec<Code>,
    roster: Digest,
    members: u64,
    total_weight: u64,
    qualified: Option<QualifiedBlock>,
    pub(super) package: Option<Digest>,
    pub(super) casts: BTreeMap<Code, Cast>,
    pub(super) mandates: BTreeMap<Code, Given>,
    pub(super) end: Option<End>,
    /// Whose remarks stand on its text, each as often as it made one.
    remarks: Vec<Code>,
}

impl Cast {
    pub(super) fn of(ballot: &Ballot, leaf: LeafIndex, text_hash: Digest) -> Self {
        Self {
            by: ballot.said.head.by.clone(),
            position: ballot.position,
            leaf,
            text_hash,
            on: ballot.said.about.text,
            names: ballot.mandate,
            under: None,
        }
    }
}

impl Seen {
    /// A measure as it is tabled; `ahead` are those whom the decision that it cites lets go ahead.
    pub(super) fn table(
        charter: &Charter,
        measure: &Measure,
        text: Digest,
        terms: &Terms<'_>,
        ahead: Option<&[Code]>,
    ) -> Result<Self, String> {
        let rule = charter.rule(&measure.rule).ok_or("is decided by no rule of the charter")?;
        let is_in = |code: &Code| match rule.entitled {
            EntitledSet::All => Ok(true),
            EntitledSet::MinusConcerned => match &measure.concerns {
                Some(concerned) => Ok(concerned != code),
                None => Err("leaves somebody out and does not say whom"),
            },
            EntitledSet::Participating => match ahead {
                Some(codes) => Ok(codes.contains(code)),
                None => Err("leaves members out by no decision of all"),
            },
        };
        let (mut entitled, mut excluded) = (Vec::new(), Vec::new());
        for member in &terms.roster.members {
            if is_in(&member.code)? {
                entitled.push((member.code.clone(), member.weight));
            } else {
                excluded.push(member.code.clone());
            }
        }
        Ok(Self {
            measure: measure.clone(),
            text,
            revision: 1,
            closes: measure.closes,
            entitled,
            excluded,
            roster: terms.roster.digest(),
            members: terms.roster.members.len() as u64,
            total_weight: terms.total_weight,
            qualified: charter.qualified,
            package: None,
            casts: BTreeMap::new(),
            mandates: BTreeMap::new(),
            end: None,
            remarks: Vec::new(),
        })
    }

    /// Whether it decides who speaks for a participant.
    pub(super) const fn appoints(&self) -> bool {
        matches!(self.measure.council_change, CouncilChange::Appointment(_))
    }

    fn is_entitled(&self, code: &Code) -> bool {
        self.entitled.iter().any(|(of, _)| of == code)
    }

    /// A ballot for `code`: on this very text, by itself or by who holds its mandate.
    pub(super) fn take_ballot(&mut self, code: &Code, mut cast: Cast) -> Result<(), String> {
        if cast.on != self.text || !self.is_entitled(code) {
            return Err(format!("orders a ballot of {code} that is not asked for"));
        }
        if cast.by == *code {
            self.mandates.remove(code);
        } else {
            let given = self.mandates.get(code).filter(|given| given.holder == cast.by);
            cast.under = given.filter(|given| Some(given.text_hash) == cast.names).cloned();
            if cast.under.is_none() {
                return Err(format!("orders a ballot of {} for {code} without a mandate", cast.by));
            }
        }
        self.casts.insert(code.clone(), cast);
        Ok(())
    }

    /// A mandate of `code`, or none any more: each member holds one, and passes none on.
    pub(super) fn take_mandate(&mut self, code: &Code, given: Option<Given>) -> Result<(), String> {
        let Some(given) = given else {
            self.mandates.remove(code);
            return Ok(());
        };
        let mut others = self.mandates.iter().filter(|(of, _)| *of != code);
        let clashes = others.any(|(of, other)| {
            other.holder == given.holder || other.holder == *code || *of == given.holder
        });
        let holder = &given.holder;
        if clashes || holder == code || !self.is_entitled(holder) || !self.is_entitled(code) {
            return Err(format!("orders a mandate of {code} that {holder} cannot hold"));
        }
        self.mandates.insert(code.clone(), given);
        Ok(())
    }

    /// A statement of this party for the minutes, on this very text.
    pub(super) fn take_remark(&mut self, by: &Code, on: Digest) -> Result<(), String> {
        let made = self.remarks.iter().filter(|code| *code == by).count();
        if on != self.text || made == REMARKS_MAX {
            return Err(format!("orders a remark of {by} on another text, or one too many"));
        }
        self.remarks.push(by.clone());
        Ok(())
    }

    /// A new text: what was said on the one before is void.
    pub(super) fn replace(&mut self, text: Digest, measure: Measure) {
        (self.text, self.closes, self.measure) = (text, measure.closes, measure);
        self.revision += 1;
        self.casts.clear();
        self.mandates.clear();
        self.remarks.clear();
    }

    /// The member is frozen: what it has said, and what was said by its mandate or by it for others.
    pub(super) fn void(&mut self, code: &Code) {
        if self.end.is_none() {
            self.casts.retain(|of, cast| of != code && cast.by != *code);
            self.void_mandates(code);
        }
    }

    pub(super) fn void_mandates(&mut self, code: &Code) {
        if self.end.is_none() {
            self.mandates.retain(|of, given| of != code && given.holder != *code);
        }
    }

    fn cast(&self, code: &Code) -> Option<&Cast> {
        self.casts.get(code).filter(|cast| cast.position != Position::Retracted)
    }

    pub(super) fn missing(&self) -> Vec<Code> {
        let codes = self.entitled.iter().map(|(code, _)| code);
        codes.filter(|code| self.cast(code).is_none()).cloned().collect()
    }

    /// Nobody is missing, nobody against, somebody in favour, and qualified abstentions do not block.
    pub(super) fn is_adoptable(&self) -> bool {
        let said = |position| {
            let mut all = self.entitled.iter();
            all.any(|(code, _)| self.cast(code).is_some_and(|cast| cast.position == position))
        };
        self.missing().is_empty()
            && !said(Position::Against)
            && said(Position::InFavour)
            && !self.is_blocked()
    }

    fn is_blocked(&self) -> bool {
        let declares = |code: &Code| {
            self.cast(code).is_some_and(|cast| cast.position == Position::AbstainQualified)
        };
        let (mut members, mut weight) = (0, 0);
        for (_, weighs) in self.entitled.iter().filter(|(code, _)| declares(code)) {
            members += 1;
            weight += weighs;
        }
        self.qualified.is_some_and(|share| {
            share.members.is_reached(members, self.members)
                && share.weight.is_reached(weight, self.total_weight)
        })
    }

    /// The decision lists each entitled member once, in roster order, with what it last said on this
    /// very text, the mandates that this rests on, and whom it leaves out.
    pub(super) fn verify_decision(&self, number: u64, decision: &Decision) -> Result<(), String> {
        let about = (decision.text, decision.revision, decision.package, decision.roster);
        if about != (self.text, self.revision, self.package, self.roster) {
            return Err(format!("measure {number} is decided as another text, or among others"));
        }
        let mut lines = Vec::new();
        for (code, _) in &self.entitled {
            let listed = decision.ballots.iter().any(|line| line.code == *code);
            let cast = self.cast(code).filter(|_| listed);
            let cast = cast.ok_or_else(|| format!("measure {number} is decided without {code}"))?;
            lines.push((code, cast));
        }
        let line = |(code, cast): &(&Code, &Cast)| DecisionLine {
            code: (*code).clone(),
            position: cast.position,
            leaf: cast.leaf,
            text_hash: cast.text_hash,
        };
        if lines.iter().map(line).collect::<Vec<_>>() != decision.ballots {
            return Err(format!("the decision on measure {number} misquotes somebody"));
        }
        let mandate = |(code, cast): &(&Code, &Cast)| {
            let Given { holder, leaf, text_hash } = cast.under.clone()?;
            Some(MandateLine { code: (*code).clone(), holder, leaf, text_hash })
        };
        if lines.iter().filter_map(mandate).collect::<Vec<_>>() != decision.mandates {
            return Err(format!("the decision on measure {number} rests on other mandates"));
        }
        if !decision.excluded.iter().map(|line| &line.code).eq(&self.excluded) {
            return Err(format!("the decision on measure {number} leaves out others"));
        }
        Ok(())
    }
}
