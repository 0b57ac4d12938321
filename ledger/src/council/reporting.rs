//! Shared situational awareness: reports of incidents, and each member's own attribution of them.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::Digest;

use super::incident::{AttributionState, IncidentState};
use super::refusal::Refusal;
use super::state::Council;
use crate::record::statement::Statement;
use crate::record::{Attribution, Incident};
use crate::text::Label;

impl Council {
    /// Takes an incident in.
    pub(super) fn report(&mut self, incident: &Incident, text_hash: Digest) -> Result<(), Refusal> {
        let Some(words) = &self.genesis.charter.incidents else {
            return Err(Refusal::NoIncidents);
        };
        let by = &incident.head.by;
        if self.roster.member(by).is_none() {
            return Err(Refusal::MayNot { by: by.clone(), act: "report" });
        }
        if self.lists.incidents.contains_key(&text_hash) {
            return Err(Refusal::AlreadyRecorded);
        }
        verify_known("category", &incident.category, &words.categories)?;
        let mut factors = BTreeSet::new();
        for severity in &incident.severity {
            verify_known("severity", &severity.factor, &words.factors)?;
            verify_known("severity", &severity.level, &words.levels)?;
            if !factors.insert(&severity.factor) {
                return Err(Refusal::FactorTwice(severity.factor.clone()));
            }
        }
        if incident.until.is_some_and(|until| until < incident.from) {
            return Err(Refusal::DatesOutOfOrder { first: "from", second: "until" });
        }
        let last = incident.until.unwrap_or(incident.from);
        if last > self.page.time {
            return Err(Refusal::NotYetHappened(last));
        }
        self.numbers.incidents += 1;
        let number = self.numbers.incidents;
        let state = IncidentState {
            number,
            text_hash,
            title: incident.title.clone(),
            by: by.clone(),
            leaf: self.next_leaf,
            reported: self.page.time,
            attributions: BTreeMap::new(),
            chain: BTreeMap::new(),
        };
        self.lists.incidents.insert_mut(text_hash, number);
        self.incidents.insert_mut(number, state);
        Ok(())
    }

    /// Takes a member's attribution in; a later one replaces it.
    pub(super) fn attribute(
        &mut self,
        attribution: &Attribution,
        statement: &Statement,
    ) -> Result<(), Refusal> {
        let Some(words) = &self.genesis.charter.incidents else {
            return Err(Refusal::NoIncidents);
        };
        let by = &attribution.head.by;
        if self.roster.member(by).is_none() {
            return Err(Refusal::MayNot { by: by.clone(), act: "attribute" });
        }
        let number = attribution.incident.number;
        let state = self.incident(number).ok_or(Refusal::UnknownIncident(number))?;
        self.verify_new(statement)?;
        if state.text_hash != attribution.incident.text {
            return Err(Refusal::CitedText { what: "incident", number });
        }
        verify_known("finding", &attribution.finding, &words.findings)?;
        verify_known("confidence", &attribution.confidence, &words.confidence)?;
        self.verify_next(statement)?;
        let said = AttributionState {
            attribution: attribution.clone(),
            leaf: self.next_leaf,
            text_hash: statement.text_hash,
            time: self.page.time,
        };
        let state = self.incidents.get_mut(&number).expect("the incident was found before");
        state.chain.insert(by.clone(), statement.leaf_hash);
        state.attributions.insert(by.clone(), said);
        Ok(())
    }
}

fn verify_known(field: &'static str, word: &Label, known: &[Label]) -> Result<(), Refusal> {
    if known.contains(word) {
        Ok(())
    } else {
        Err(Refusal::UnknownWord { field, word: word.clone() })
    }
}
