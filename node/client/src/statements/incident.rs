//! A member's attribution of an incident, built from what the node shows.

use nemcon_crypto::{Digest, hash};
use nemcon_ledger::record::incident::Manner;
use nemcon_ledger::record::parts::Cited;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{Attribution, Body};
use nemcon_ledger::text::{Label, Line};

use super::StatementError;
use crate::api::Incident;

/// Who a member holds to stand behind an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// One of the charter's findings.
    pub finding: Label,
    /// Who, in words.
    pub who: Option<Line>,
    /// The commitment to who, where that stays off the ledger.
    pub digest: Option<Digest>,
    /// One of the charter's words for confidence.
    pub confidence: Label,
    /// Alone or joint.
    pub manner: Manner,
    /// Whether it is made public.
    pub is_public: bool,
}

/// Attributes `incident`; a later attribution of the same member replaces it.
///
/// # Errors
/// [`StatementError`] if the node's text is not the one that it names, or of another council.
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

/// Checks that what a node shows of an incident is what its text says; the council that it was
/// reported in.
///
/// # Errors
/// [`StatementError`]; then nobody should rely on it.
pub fn verify_incident(incident: &Incident) -> Result<Digest, StatementError> {
    let other = || StatementError::IncidentText(incident.number);
    if hash::sha256(incident.text.as_bytes()) != incident.text_hash {
        return Err(other());
    }
    let Body::Incident(said) = Body::parse(&incident.text)? else { return Err(other()) };
    let is_same = said.title.as_str() == incident.title && said.head.by == incident.by;
    if is_same { Ok(said.head.council) } else { Err(other()) }
}
