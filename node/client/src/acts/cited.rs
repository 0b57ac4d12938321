//! The texts that a draft cites, fetched from a node.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::Digest;

use crate::client::{Client, ClientError};
use crate::draft::{Draft, Texts};

/// The hashes of the texts that a draft cites. A text that the node does not have is absent.
pub(super) struct CitedTexts {
    measures: BTreeMap<u64, Digest>,
    incidents: BTreeMap<u64, Digest>,
}

impl CitedTexts {
    /// Asks the node once for each text that the draft cites, and for no other.
    ///
    /// # Errors
    /// [`ClientError`].
    pub(super) fn fetch(client: &Client, draft: &Draft) -> Result<Self, ClientError> {
        let mut texts = Self { measures: BTreeMap::new(), incidents: BTreeMap::new() };
        for number in draft.measures().collect::<BTreeSet<_>>() {
            match client.measure(number) {
                Ok(measure) => drop(texts.measures.insert(number, measure.text_hash)),
                Err(ClientError::NoMeasure { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        for number in draft.incidents.iter().copied().collect::<BTreeSet<_>>() {
            match client.incident(number) {
                Ok(incident) => drop(texts.incidents.insert(number, incident.text_hash)),
                Err(ClientError::NoIncident { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(texts)
    }
}

impl Texts for CitedTexts {
    fn measure(&self, number: u64) -> Option<Digest> {
        self.measures.get(&number).copied()
    }

    fn incident(&self, number: u64) -> Option<Digest> {
        self.incidents.get(&number).copied()
    }
}
