//! Fetches the lists of a node page by page to their end, and looks up entries by their text hash.

use nemcon_crypto::Digest;
use nemcon_ledger::text::Code;
use serde::de::DeserializeOwned;

use super::{Client, ClientError};
use crate::api::{FiledRecord, IncidentSummary, Life, MeasureSummary, Page, Records};
use crate::client::check_answer;

impl Client {
    /// All measures, or those of one state. If `party` is named, each comes with that party's position.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn measures(
        &self,
        state: Option<Life>,
        party: Option<&Code>,
    ) -> Result<Vec<MeasureSummary>, ClientError> {
        let state = state.map(|state| format!("&state={}", state.as_str())).unwrap_or_default();
        let party = party.map(|party| format!("&party={party}")).unwrap_or_default();
        self.pages("measures", &(state + &party), |measure: &MeasureSummary| measure.number)
    }

    /// All measures from this number on.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn measures_from(&self, from: u64) -> Result<Vec<MeasureSummary>, ClientError> {
        let number = |measure: &MeasureSummary| measure.number;
        self.pages_between("measures", "", from, number, |_| true)
    }

    /// The measures of one state that are `wanted`. The others are forgotten page by page, so that memory does
    /// not grow with the ledger.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn measures_that(
        &self,
        state: Life,
        wanted: impl Fn(&MeasureSummary) -> bool,
    ) -> Result<Vec<MeasureSummary>, ClientError> {
        let state = format!("&state={}", state.as_str());
        self.pages_of("measures", &state, |measure: &MeasureSummary| measure.number, wanted)
    }

    /// All incidents of the council.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn incidents(&self) -> Result<Vec<IncidentSummary>, ClientError> {
        self.pages("incidents", "", |incident: &IncidentSummary| incident.number)
    }

    /// The number of the measure with this text hash, if the node knows one.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn measure_by_text(&self, text: Digest) -> Result<Option<u64>, ClientError> {
        let page: Page<MeasureSummary> =
            self.get(&format!("/v1/measures?text={text}"), "measures")?;
        Ok(page.items.iter().find(|it| it.text_hash == text).map(|it| it.number))
    }

    /// The number of the incident with this text hash, if the node knows one.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn incident_by_text(&self, text: Digest) -> Result<Option<u64>, ClientError> {
        let page: Page<IncidentSummary> =
            self.get(&format!("/v1/incidents?text={text}"), "incidents")?;
        Ok(page.items.iter().find(|it| it.text_hash == text).map(|it| it.number))
    }

    /// The leaf index of the statement with this text hash, if it is in the log.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn leaf_of(&self, text: Digest) -> Result<Option<u64>, ClientError> {
        let found: Records = self.get(&format!("/v1/records?text={text}"), "records")?;
        let found =
            self.checked("records", found, |it| check_answer::verify_record_of(it, text))?;
        Ok((!found.records.is_empty()).then_some(found.first))
    }

    /// All records about the measure with this number, in the order of the log.
    ///
    /// # Errors
    /// [`ClientError`]; also if a record is about something else.
    pub fn records_of_measure(&self, number: u64) -> Result<Vec<FiledRecord>, ClientError> {
        let list = format!("measures/{number}/records");
        let all = self.pages(&list, "", |it: &FiledRecord| it.leaf)?;
        self.checked(&list, all, |all| check_answer::verify_about_measure(all, number))
    }

    /// All statements in the log that this party has signed, in the order of the log.
    ///
    /// # Errors
    /// [`ClientError`]; also if a record is another party's.
    pub fn records_of_party(&self, code: &Code) -> Result<Vec<FiledRecord>, ClientError> {
        let list = format!("parties/{code}/records");
        let all = self.pages(&list, "", |it: &FiledRecord| it.leaf)?;
        self.checked(&list, all, |all| check_answer::verify_of_party(all, code))
    }

    /// Fetches a list page by page.
    fn pages<T: DeserializeOwned>(
        &self,
        list: &str,
        query: &str,
        number: impl Fn(&T) -> u64,
    ) -> Result<Vec<T>, ClientError> {
        self.pages_of(list, query, number, |_| true)
    }

    /// Fetches a list page by page, and keeps what is wanted. A page that does not lead forward ends it with
    /// an error, so that a node cannot keep the client busy for ever.
    fn pages_of<T: DeserializeOwned>(
        &self,
        list: &str,
        query: &str,
        number: impl Fn(&T) -> u64,
        wanted: impl Fn(&T) -> bool,
    ) -> Result<Vec<T>, ClientError> {
        self.pages_between(list, query, 0, number, wanted)
    }

    /// Like [`Self::pages_of`], from a number on.
    fn pages_between<T: DeserializeOwned>(
        &self,
        list: &str,
        query: &str,
        mut from: u64,
        number: impl Fn(&T) -> u64,
        wanted: impl Fn(&T) -> bool,
    ) -> Result<Vec<T>, ClientError> {
        let mut all = Vec::new();
        loop {
            let page: Page<T> = self.get(&format!("/v1/{list}?from={from}{query}"), list)?;
            let page = self.checked(list, page, |page| {
                check_answer::verify_ascending(from, page.items.iter().map(&number))
            })?;
            let highest = page.items.last().map(&number);
            all.extend(page.items.into_iter().filter(&wanted));
            let Some(next) = page.next else { return Ok(all) };
            if highest.is_none_or(|highest| highest < from || next <= highest) {
                let (base, what) = (self.told(), list.to_owned());
                return Err(ClientError::Astray { base, what, from });
            }
            from = next;
        }
    }
}
