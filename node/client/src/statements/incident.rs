//! Builds a member's attribution of an incident from what a node shows.

use nemcon_crypto::{Digest, hash};
use nemcon_ledger::record::incident::Manner;
use nemcon_ledger::record::measure_fields::Cited;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{Attribution, Body};
use nemcon_ledger::text::{Label, Line};

use super::StatementError;
use crate::api::Incident;

/// The content of an attribution: whom a member holds responsible for an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The finding, a word of the charter.
    pub finding: Label,
    /// The name of the attributed actor.
    pub who: Option<Line>,
    /// The commitment to the name, if the name stays off the ledger.
    pub digest: Option<Digest>,
    /// The confidence, a word of the charter.
    pub confidence: Label,
    /// Whether the member attributes alone or jointly with others.
    pub manner: Manner,
    /// Whether the member makes the attribution public.
    pub is_public: bool,
}

/// An attribution of `incident`. A member's later attribution replaces its earlier one.
///
/// # Errors
/// [`StatementError`] if the text has not the hash that the node names, or belongs to another council.
pub fn attribution(
    head: Head,
    incident: &Incident,
    finding: Finding,
) -> Result<Body, StatementError> {
    if verify_incident(incident)? != head.council {
        return Err(StatementError::IncidentText(incident.number));
    }
    let text = incident.text_hash;
    let after = incident.last.get(&head.by).copied();
    let Finding { finding, who, digest, confidence, manner, is_public } = finding;
    let incident = Cited { number: incident.number, text };
    let body =
        Attribution { head, incident, finding, who, digest, confidence, manner, is_public, after };
    Ok(Body::parse(&Body::Attribution(body).render())?)
}

/// Checks that a node's answer about an incident agrees with the incident's text, and returns the
/// digest of the council in which it was reported.
///
/// # Errors
/// [`StatementError`]: the node's answer must not be relied on.
pub fn verify_incident(incident: &Incident) -> Result<Digest, StatementError> {
    let other = || StatementError::IncidentText(incident.number);
    if hash::sha256(incident.text.as_bytes()) != incident.text_hash {
        return Err(other());
    }
    let Body::Incident(said) = Body::parse(&incident.text)? else { return Err(other()) };
    let is_same = said.title.as_str() == incident.title && said.head.by == incident.by;
    if is_same { Ok(said.head.council) } else { Err(other()) }
}
