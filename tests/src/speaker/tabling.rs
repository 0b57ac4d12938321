//! Measures of every kind that a charter has, with all that a measure may carry.

use nemcon_crypto::hash;
use nemcon_ledger::council::Force;
use nemcon_ledger::record::charter::{Authority, Effect, EntitledSet, Kind, Restriction, Use};
use nemcon_ledger::record::council_change::{NextRules, Weights};
use nemcon_ledger::record::genesis::RULES_VERSION;
use nemcon_ledger::record::measure_fields::{
    Cited, Document, Predecessor, Relation, Target, Targets,
};
use nemcon_ledger::record::{Body, CouncilChange, Measure, Particulars};
use nemcon_ledger::text::{Code, Time};

use super::Topic;
use super::desk::{Desk, cited};
use super::steering::dates;
use crate::fixture::{day, label, line};

/// How many measures are on the table at once, about.
const OPEN_ENOUGH: usize = 4;
/// How long a measure that is to be bound to another waits for ballots, in milliseconds.
const APART_MS: u64 = 12_000;

const DAY_MS: u64 = 86_400_000;

/// What fits together in one measure.
type Way<'a> = (&'a Kind, &'a Use, CouncilChange);

impl<'a> Desk<'a> {
    /// Puts a measure on the table, unless there is enough on it.
    pub(super) fn table(&mut self) -> Option<Body> {
        let more = if self.topics.is_empty() { OPEN_ENOUGH } else { OPEN_ENOUGH + 1 };
        if !self.is_in_role(None, &self.charter().may_table) || self.open(|_| true).len() >= more {
            return None;
        }
        let (kind, way, council_change) = self.way()?;
        let rule = self.charter().rule(&way.by)?.entitled;
        let (authorised_by, concerns) = match rule {
            EntitledSet::All => (None, None),
            EntitledSet::MinusConcerned => (None, Some(self.concerned(way, &council_change)?)),
            EntitledSet::Participating => (Some(self.authority()?), None),
        };
        let mut measure = self.plain(kind, way, council_change);
        (measure.authorised_by, measure.concerns) = (authorised_by, concerns);
        self.date(&mut measure);
        if self.topics.contains(&Topic::Kinds) {
            self.adorn(&mut measure);
        }
        if self.topics.contains(&Topic::Incidents) && self.chance(400) {
            measure.incidents = self.answered();
        }
        Some(Body::Measure(measure))
    }

    fn plain(&self, kind: &Kind, way: &Use, council_change: CouncilChange) -> Measure {
        Measure {
            head: self.head(),
            title: line(&format!("Measure {}", self.asked)),
            kind: kind.name.clone(),
            rule: way.by.clone(),
            authorised_by: None,
            concerns: None,
            procedure: None,
            predecessor: None,
            incidents: Vec::new(),
            rests_on: Vec::new(),
            listed: Vec::new(),
            applies: Vec::new(),
            exceptions: Vec::new(),
            council_change,
            enters: None,
            reviews: None,
            category: self.charter().categories.first().map(|category| category.name.clone()),
            basis: way.on.first().cloned().into_iter().collect(),
            initiative: None,
            references: Vec::new(),
            particulars: Particulars::default(),
            amends: Vec::new(),
            summary: vec![line("What it does.")],
            proportionality: None,
            targets: Vec::new(),
            documents: Vec::new(),
            opens: None,
            closes: day(30),
            expires: None,
        }
    }

    /// A kind that may be talked of, a rule that decides it, and what it carries.
    fn way(&mut self) -> Option<Way<'a>> {
        let kinds = &self.charter().kinds;
        if self.talks_of(Some(Topic::Seats))
            && self.chance(350)
            && let Some(way) = self.pick_way(kinds, |it| is_of_seats(it.effect))
        {
            return Some(way);
        }
        let often = if self.misses_a_participant() { 350 } else { 70 };
        if self.talks_of(Some(Topic::Keys))
            && self.chance(often)
            && let Some(way) = self.pick_way(kinds, |it| it.effect == Some(Effect::Appointment))
        {
            return Some(way);
        }
        if self.talks_of(Some(Topic::Rules))
            && self.chance(30)
            && let Some(way) = self.pick_way(kinds, |it| it.effect == Some(Effect::Rules))
        {
            return Some(way);
        }
        let talks_of_kinds = self.talks_of(Some(Topic::Kinds));
        let is_apart = |it| matches!(it, Some(Effect::Rules | Effect::Appointment));
        let is_meant = |it: &Kind| !is_of_seats(it.effect) && !is_apart(it.effect);
        let way = if talks_of_kinds { self.pick_way(kinds, is_meant) } else { None };
        let first = || Some((kinds.first()?, kinds.first()?.decided.first()?, CouncilChange::None));
        way.or_else(first)
    }

    fn pick_way(&mut self, kinds: &'a [Kind], meets: impl Fn(&Kind) -> bool) -> Option<Way<'a>> {
        let kinds: Vec<&Kind> = kinds.iter().filter(|kind| meets(kind)).collect();
        let kind = *self.pick(&kinds)?;
        let way = self.pick(&kind.decided)?;
        let council_change = self.council_change(kind.effect)?;
        Some((kind, way, council_change))
    }

    /// What a kind with this effect changes; nothing if there is nothing to change.
    fn council_change(&mut self, effect: Option<Effect>) -> Option<CouncilChange> {
        let council = self.sight.council;
        Some(match effect {
            None => CouncilChange::None,
            Some(Effect::Authorisation) => {
                let mut codes = Vec::new();
                for member in &council.roster().members {
                    if self.chance(650) {
                        codes.push(member.code.clone());
                    }
                }
                CouncilChange::Participation((codes.len() > 1).then_some(codes)?)
            }
            Some(Effect::Accession) => {
                let is_new = |code: &Code| {
                    council.roster().member(code).is_none()
                        && council.admitted().all(|it| it.member.code != *code)
                };
                let entrants = self.entrants.iter().filter(|it| is_new(&it.code));
                let entrants: Vec<_> = entrants.collect();
                CouncilChange::Accession(Box::new((*self.pick(&entrants)?).clone()))
            }
            Some(Effect::Departure) => CouncilChange::Departure(self.departing()?),
            Some(Effect::Appointment) => CouncilChange::Appointment(Box::new(self.appointee()?)),
            Some(Effect::Weights) => self.weights(),
            Some(Effect::Rules) => CouncilChange::Rules(NextRules {
                version: RULES_VERSION + 1,
                release: line("nemcon 9.0.0"),
            }),
        })
    }

    fn weights(&mut self) -> CouncilChange {
        let (mut weights, mut sum) = (Vec::new(), 0);
        for member in &self.sight.council.roster().members {
            let mut weight = member.weight;
            if self.chance(500) {
                weight = 1 + self.below(4);
                weights.push((member.code.clone(), weight));
            }
            sum += weight;
        }
        // At times less than the parts are together.
        let total = if self.chance(100) { 1 + self.below(sum) } else { sum + self.below(5) };
        CouncilChange::Weights(Weights { weights, total })
    }

    fn departing(&mut self) -> Option<Code> {
        let departing: Vec<_> =
            self.sight.council.departing().map(|(code, _)| code.clone()).collect();
        self.pick(&departing).cloned()
    }

    /// The member that is left out, on what the charter lets that rest on.
    fn concerned(&mut self, way: &Use, council_change: &CouncilChange) -> Option<Code> {
        if let CouncilChange::Departure(code) = council_change {
            return Some(code.clone());
        }
        if way.authority == Some(Authority::Notice) {
            return self.departing();
        }
        let others = self.others();
        self.pick(&others).map(|code| (*code).clone())
    }

    /// A decision of all members that lets some go ahead.
    fn authority(&mut self) -> Option<Cited> {
        let let_ahead =
            self.adopted(|it| matches!(it.terms.council_change, CouncilChange::Participation(_)));
        self.pick(&let_ahead).map(|state| cited(state))
    }

    /// When ballots count: long, for a while only, or as on another measure of this party, to which
    /// it may be bound.
    fn date(&mut self, measure: &mut Measure) {
        if self.chance(300) {
            let ms = 8000 + self.below(52_000);
            measure.closes = self.later(ms);
        }
        if !self.topics.contains(&Topic::Packages) || !self.chance(500) {
            return;
        }
        let (opens, closes) = match self.unbound().first() {
            Some(state) => dates(state),
            None => (Some(self.later(APART_MS)), self.later(20 * APART_MS)),
        };
        if opens.is_none_or(|opens| opens < closes) && closes > self.sight.now {
            (measure.opens, measure.closes) = (opens, closes);
        }
    }

    /// What a measure may carry and need not.
    fn adorn(&mut self, measure: &mut Measure) {
        measure.procedure = self.chance(300).then(|| label("written"));
        measure.predecessor = self.predecessor();
        measure.proportionality = self.chance(300).then(|| line("It is proportionate."));
        if self.chance(300) {
            let ends = |days: u64| Time::from_ms(measure.closes.as_ms() + days * DAY_MS).ok();
            (measure.reviews, measure.expires) = (ends(180), ends(365));
            measure.enters = ends(1).filter(|_| measure.council_change == CouncilChange::None);
        }
        if self.chance(300) {
            measure.documents = vec![Document {
                digest: hash::sha256(b"a document"),
                length: 1 + self.below(9999),
                language: label("en"),
                name: "annex.pdf".parse().expect("a file's name"),
            }];
        }
        if self.chance(300) {
            self.list(measure);
        }
    }

    /// Whom a listing is about: as counts, and one by one as commitments.
    fn list(&mut self, measure: &mut Measure) {
        let Some(sort) = self.pick(&self.charter().targets).cloned() else { return };
        let count = 1 + u32::try_from(self.below(3)).expect("a small number");
        let target = |at: u32| Target {
            sort: sort.clone(),
            who: hash::sha256(&[b"who".as_slice(), &at.to_be_bytes()].concat()),
            reasons: (at > 0).then(|| hash::sha256(b"reasons")),
        };
        measure.listed = (0..count).map(target).collect();
        measure.targets = vec![Targets { sort: sort.clone(), count }];
        let fitting = |it: &&Restriction| it.to.is_empty() || it.to.contains(&sort);
        let applies = self.charter().applies.iter().filter(fitting);
        measure.applies = applies.map(|it| it.name.clone()).collect();
        measure.exceptions = vec![line("What is needed to live.")];
    }

    /// A measure in force that this one renews, amends or repeals.
    fn predecessor(&mut self) -> Option<Predecessor> {
        let (now, window) = (self.sight.now, self.charter().expiring_days());
        let stands = self.adopted(|it| {
            let force = it.force(now, window);
            matches!(force, Some(Force::InForce | Force::Expiring { .. } | Force::Amended { .. }))
        });
        if !self.chance(350) {
            return None;
        }
        let cited = cited(self.pick(&stands)?);
        let relation = *self.pick(&[Relation::Renews, Relation::Amends, Relation::Repeals])?;
        Some(Predecessor { relation, cited })
    }

    fn answered(&mut self) -> Vec<Cited> {
        let incidents: Vec<_> = self.sight.council.incidents().collect();
        let answered = self.pick(&incidents).into_iter();
        answered.map(|it| Cited { number: it.number, text: it.text_hash }).collect()
    }
}

const fn is_of_seats(effect: Option<Effect>) -> bool {
    matches!(effect, Some(Effect::Accession | Effect::Departure))
}
