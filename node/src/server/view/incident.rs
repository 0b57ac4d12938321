//! Incidents as the HTTP interface shows them.

use std::collections::BTreeMap;

use nemcon_client::api;
use nemcon_crypto::Digest;
use nemcon_ledger::council::{AttributionState, Council, IncidentState};
use nemcon_ledger::text::{Code, Line};

use super::cut;

/// The greatest number of answering measures that are named for an incident.
const MEASURES_TOLD_MAX: usize = 256;

/// The incident for a list.
pub(in crate::server) fn summary(council: &Council, state: &IncidentState) -> api::IncidentSummary {
    api::IncidentSummary {
        number: state.number,
        text_hash: state.text_hash,
        leaf: state.leaf.0,
        title: state.title.to_string(),
        by: state.by.clone(),
        reported: state.reported,
        attributions: state.attributions.len() as u64,
        measures: council.answering(state.number).take(MEASURES_TOLD_MAX).collect(),
    }
}

/// The incident with its `text` and each party's `last` statement on it.
pub(in crate::server) fn incident(
    council: &Council,
    state: &IncidentState,
    text: String,
    last: BTreeMap<Code, Digest>,
) -> api::Incident {
    let api::IncidentSummary { number, text_hash, leaf, title, by, reported, measures, .. } =
        summary(council, state);
    let attributions = state.attributions.values().map(attribution).collect();
    api::Incident {
        number,
        text_hash,
        leaf,
        title,
        by,
        reported,
        text,
        attributions,
        measures,
        last,
    }
}

fn attribution(state: &AttributionState) -> api::AttributionView {
    let said = &state.attribution;
    api::AttributionView {
        code: said.head.by.clone(),
        finding: said.finding.to_string(),
        who: said.who.as_ref().map(Line::as_str).map(cut),
        digest: said.digest,
        confidence: said.confidence.to_string(),
        manner: said.manner.to_string(),
        public: said.is_public,
        time: state.time,
        leaf: state.leaf.0,
    }
}
