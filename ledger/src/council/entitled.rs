//! Who is entitled to a ballot: fixed by the charter, a member's own notice or a decision of all, never
//! by the proposer [rules.md R18]; and the law that a measure keeps.

use super::frozen::{Entitled, Excluded, Frozen};
use super::refusal::Refusal;
use super::state::Council;
use crate::record::charter::{Authority, EntitledSet, Kind, Rule, Use};
use crate::record::measure_fields::Cited;
use crate::record::{CouncilChange, Measure};
use crate::text::{Code, Line};

/// Why the member concerned has no ballot; with the source of that, if the charter names one.
pub(crate) fn why_concerned(source: Option<&Line>) -> Line {
    let source = source.map_or_else(String::new, |source| format!(" ({source})"));
    format!("it is the member concerned{source}").parse().expect("words are a line")
}

/// Why a member has no ballot on an act of those that take part.
pub(crate) fn why_not_participating(authorising: u64) -> Line {
    let why = format!("it does not take part in what measure {authorising} authorised");
    why.parse().expect("words and a number are a line")
}

impl Council {
    pub(super) fn verify_participation(&self, codes: &[Code]) -> Result<(), Refusal> {
        let places: Vec<_> = codes.iter().map(|code| self.roster.position(code)).collect();
        if let Some(at) = places.iter().position(Option::is_none) {
            return Err(Refusal::UnknownParty(codes[at].clone()));
        }
        if !places.is_sorted_by(|a, b| a < b) {
            return Err(Refusal::ParticipatingOrder);
        }
        // An act is held to the minimum of its own rule; an authorisation may be for any of them.
        let minimum = self.genesis.charter.rules.iter().filter_map(|rule| rule.minimum).min();
        verify_minimum(codes.len(), minimum)
    }

    /// Who has no ballot, and why; a proposer never chooses [rules.md R18].
    pub(super) fn excluded(
        &self,
        measure: &Measure,
        rule: &Rule,
        way: &Use,
    ) -> Result<Vec<Excluded>, Refusal> {
        let needless = || Refusal::NeedlessAuthority(rule.name.clone());
        match (rule.entitled, &measure.concerns, &measure.authorised_by) {
            (EntitledSet::All, None, None) => Ok(Vec::new()),
            (EntitledSet::MinusConcerned, Some(code), None) => {
                self.without(code, measure, rule, way)
            }
            (EntitledSet::Participating, None, Some(cited)) => self.participating(cited, rule),
            (EntitledSet::MinusConcerned, None, _) => {
                Err(Refusal::NobodyConcerned(rule.name.clone()))
            }
            (EntitledSet::Participating, _, None) => Err(Refusal::NotAuthorised(rule.name.clone())),
            (EntitledSet::All, ..)
            | (EntitledSet::MinusConcerned | EntitledSet::Participating, Some(_), Some(_)) => {
                Err(needless())
            }
        }
    }

    fn without(
        &self,
        code: &Code,
        measure: &Measure,
        rule: &Rule,
        way: &Use,
    ) -> Result<Vec<Excluded>, Refusal> {
        if let CouncilChange::Departure(departs) = &measure.council_change
            && departs != code
        {
            let (concerns, departs) = (code.clone(), departs.clone());
            return Err(Refusal::WrongConcerned { concerns, departs });
        }
        if self.roster.member(code).is_none() {
            return Err(Refusal::UnknownParty(code.clone()));
        }
        if way.authority == Some(Authority::Notice) && !self.is_departing(code) {
            return Err(Refusal::NoNotice(code.clone()));
        }
        let source = self.genesis.charter.source_of(&measure.kind, &rule.name);
        Ok(vec![Excluded { code: code.clone(), why: why_concerned(source) }])
    }

    fn participating(&self, cited: &Cited, rule: &Rule) -> Result<Vec<Excluded>, Refusal> {
        let state = self.verify_in_force(cited)?;
        let CouncilChange::Participation(codes) = &state.terms.council_change else {
            return Err(Refusal::NotAuthorised(rule.name.clone()));
        };
        // While two authorisations are in force, a proposer could choose between them who decides.
        let names_others = |number| {
            matches!(self.measures[&number].terms.council_change, CouncilChange::Participation(_))
        };
        if state.successors.iter().any(|it| names_others(it.number)) {
            return Err(Refusal::NotInForce(cited.number));
        }
        let members = self.roster.members.iter();
        verify_minimum(members.clone().filter(|m| codes.contains(&m.code)).count(), rule.minimum)?;
        let why = why_not_participating(cited.number);
        let out = members.filter(|member| !codes.contains(&member.code));
        Ok(out.map(|member| Excluded { code: member.code.clone(), why: why.clone() }).collect())
    }

    /// The law and the roster as they stand, for a measure to keep.
    pub(super) fn freeze(&self, kind: Kind, rule: Rule, excluded: Vec<Excluded>) -> Frozen {
        let members = &self.roster.members;
        let is_out = |code: &Code| excluded.iter().any(|out| out.code == *code);
        Frozen {
            kind,
            is_published: self.genesis.charter.publication.is_some(),
            rule,
            qualified: self.genesis.charter.qualified,
            members: members.len() as u64,
            total_weight: self.weight().total,
            roster: self.roster_digest,
            entitled: members
                .iter()
                .filter(|member| !is_out(&member.code))
                .map(|m| Entitled { code: m.code.clone(), weight: m.weight })
                .collect(),
            excluded,
        }
    }
}

fn verify_minimum(found: usize, minimum: Option<u64>) -> Result<(), Refusal> {
    match minimum {
        Some(minimum) if (found as u64) < minimum => {
            Err(Refusal::TooFewParticipating { found, minimum })
        }
        _ => Ok(()),
    }
}
