//! What the records of a certificate amount to.
//!
//! What it guarantees: what is told was shown; what a decision rests on and is not shown is a fault. What it does
//! not: the records were judged before, one by one.

use nemcon_crypto::{Digest, LeafIndex};

use super::proven::{Ending, Moment, Proven};
use super::verify::{Text, Walk};
use crate::audit::faults::{Fault, Field, Place, Wrong};
use crate::audit::report::Report;
use crate::record::charter::EntitledSet;
use crate::record::{CouncilChange, Decision, Position};
use crate::text::Code;

impl Walk<'_> {
    /// The text that the measure was decided on, or that stands.
    fn text_in_force(&self) -> Option<Digest> {
        if let Some(Ending::Decided { decision, .. }) = &self.ending {
            return Some(decision.text);
        }
        if let Some(Ending::Lapsed { lapse, .. }) = &self.ending {
            return Some(lapse.text);
        }
        let is_of = |text: &&Text| text.revises.is_some_and(|(number, _)| number == self.measure);
        let revised = self.texts.iter().filter(|(_, text)| is_of(text));
        let revised = revised.max_by_key(|(_, text)| text.revision).map(|(hash, _)| *hash);
        // A text does not hold its number: a record that has both must name it.
        revised.or_else(|| self.named.last().copied())
    }

    /// The text with which the measure of a text was tabled.
    fn first(&self, mut hash: Digest) -> Option<&Text> {
        for _ in 0..=self.texts.len() {
            let text = self.texts.get(&hash)?;
            match text.revises {
                None => return Some(text),
                Some((_, before)) => hash = before,
            }
        }
        None
    }

    /// Where the measure of a text was tabled, and under which roster.
    fn tabled(&self, hash: Digest) -> Option<(Moment, Digest)> {
        self.first(hash).map(|text| (text.at, text.roster))
    }

    /// Who has not signed, as far as the certificate shows, and by the last roster.
    fn missing(&self, text: Option<&Text>) -> Vec<Code> {
        let rule = text.and_then(|it| self.genesis.charter.rule(&it.measure.rule));
        let out = |code: &Code| match (rule.map(|rule| rule.entitled), text) {
            (Some(EntitledSet::MinusConcerned), Some(text)) => {
                text.measure.concerns.as_ref() == Some(code)
            }
            (Some(EntitledSet::Participating), Some(text)) => {
                let cited = text.measure.authorised_by;
                let cited = cited.and_then(|cited| self.texts.get(&cited.text));
                cited.is_some_and(|it| match &it.measure.council_change {
                    CouncilChange::Participation(codes) => !codes.contains(code),
                    _ => false,
                })
            }
            _ => false,
        };
        let lacks = |code: &&Code| !self.ballots.contains_key(*code) && !out(code);
        let seated = text.and_then(|text| self.reading.followed.members_under(&text.roster));
        if let Some(members) = seated {
            return members.iter().filter(lacks).cloned().collect();
        }
        let members = self.reading.followed.roster().members.iter().map(|it| &it.code);
        members.filter(lacks).cloned().collect()
    }

    /// What was shown, with the votes where they are what the decision has counted.
    pub(super) fn conclude(mut self, mut report: Report) -> Proven {
        let hash = self.text_in_force();
        let tabled = hash.and_then(|hash| self.tabled(hash));
        let has_ballots = !self.ballots.is_empty();
        let in_force = |about: &Digest| hash.as_ref() == Some(about);
        self.ballots.retain(|_, (about, ballot, _)| {
            in_force(about) && ballot.position != Position::Retracted
        });
        let mut ending = self.ending.take();
        if let Some(Ending::Decided { decision, at, votes }) = &mut ending {
            let act = self.reading.shown.decided.iter().find(|act| act.measure == self.measure);
            *votes = act.and_then(|act| act.votes.as_ref()).map(|votes| votes.reason.to_string());
            let place = || Place::of_record(at.leaf, at.height);
            if let Some((_, roster)) = tabled.filter(|(_, roster)| *roster != decision.roster) {
                let (found, expected) = (decision.roster.to_string(), roster.to_string());
                let wrong = Wrong::Header { field: Field::Roster, found, expected };
                report.fault(Fault::new(place(), wrong));
            }
            let is_public = decision.votes.is_some() && !has_ballots;
            if votes.is_none() && !is_public && report.fault_count == 0 {
                report.fault(Fault::new(place(), Wrong::VotesDiffer(self.measure)));
            }
            for lacks in self.lacking(decision) {
                report.fault(Fault::new(place(), Wrong::Lacks(lacks)));
            }
        }
        if self.is_on_another {
            let last = self.last.as_ref().map_or(LeafIndex(0), |(at, ..)| *at);
            let lacks = "what is on this measure alone: it has ballots on another one";
            self.fault(last, Wrong::Lacks(lacks), &mut report);
        }
        let is_open = matches!(ending, None | Some(Ending::Withdrawn { .. }));
        if hash.is_none_or(|hash| !self.texts.contains_key(&hash)) && !is_open {
            let last = self.last.as_ref().map_or(LeafIndex(0), |(at, ..)| *at);
            self.fault(last, Wrong::Lacks("the text that was decided"), &mut report);
        }
        self.proven(hash, tabled.map(|(at, _)| at), ending, report)
    }

    /// What a decision rests on, and is not shown.
    fn lacking(&self, decision: &Decision) -> Vec<&'static str> {
        let Some(package) = decision.package else { return Vec::new() };
        let Some(numbers) = self.reading.packages.get(&package) else {
            return vec!["the statement that bound its package"];
        };
        let is_shown = |number: &u64| {
            let of_it = |it: &&(u64, bool, Digest, Option<Digest>)| {
                it.0 == *number && it.3 == Some(package)
            };
            *number == self.measure || self.others.iter().any(|it| of_it(&it))
        };
        if numbers.iter().all(is_shown) {
            Vec::new()
        } else {
            vec!["the decision on another measure of its package"]
        }
    }

    fn proven(
        self,
        hash: Option<Digest>,
        tabled: Option<Moment>,
        ending: Option<Ending>,
        report: Report,
    ) -> Proven {
        let text = hash.and_then(|hash| Some((hash, self.texts.get(&hash)?)));
        let first = hash.and_then(|hash| self.first(hash));
        let missing = || self.missing(first.or(text.map(|(_, text)| text)));
        let ending = ending.unwrap_or_else(|| Ending::Open { missing: missing() });
        let package = match &ending {
            Ending::Decided { decision, .. } => decision.package,
            _ => None,
        };
        let others = self.others.iter().filter(|it| package.is_some() && it.3 == package);
        let package = others.map(|(number, is_adopted, ..)| (*number, *is_adopted)).collect();
        let text = text.map(|(hash, it)| (it.measure.clone(), hash, it.revision, it.at));
        let charter = &self.genesis.charter;
        let source = text.as_ref().and_then(|(it, ..)| charter.source_of(&it.kind, &it.rule));
        let roster = self.reading.followed.roster();
        let mut ballots: Vec<_> = self.ballots.into_values().collect();
        ballots.sort_by_key(|(_, ballot, _)| roster.position(&ballot.code).unwrap_or(usize::MAX));
        let named = ballots.iter().filter_map(|(_, _, mandate)| self.mandates.get(&(*mandate)?));
        Proven {
            measure: self.measure,
            source: source.cloned(),
            members: roster.members.iter().map(|it| (it.code.clone(), it.name.clone())).collect(),
            text,
            tabled,
            mandates: named.cloned().collect(),
            ballots: ballots.into_iter().map(|(_, ballot, _)| ballot).collect(),
            ending: Some(ending),
            package,
            report,
        }
    }
}
