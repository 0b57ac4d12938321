//! What a form asks for, and the statement that comes of it: by the same builders as the command line.
//!
//! What it guarantees: an act that is built twice from the same answers of a node gives the same text, so that what
//! was shown can be compared with what is about to be signed.

use std::path::Path;

use nemcon_client::acts::{freezing, notice, revision_of, tabling};
use nemcon_client::api::{Incident, Measure};
use nemcon_client::clock::now;
use nemcon_client::draft::{Draft, IncidentDraft};
use nemcon_client::failure::Failure;
use nemcon_client::reading::Basis;
use nemcon_client::session::Party;
use nemcon_client::statements::{self, Choice, Finding};
use nemcon_ledger::Time;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::reservation::ReservationAct;
use nemcon_ledger::record::{Body, RemarkText};
use nemcon_ledger::text::{Code, Label, Line};

/// What a party does.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Something on a measure.
    On(u64, OnMeasure),
    /// Tables a measure.
    Table(Box<Draft>),
    /// Replaces the text of a measure.
    Revise(u64, Box<Draft>),
    /// Binds measures together.
    Package(Vec<u64>),
    /// Reports an incident.
    Report(Box<IncidentDraft>),
    /// Says who stands behind an incident.
    Attribute(u64, Box<Finding>),
    /// Stops everything that is said for the party.
    Freeze(Option<Line>),
    /// Says that the member leaves, or takes that back.
    Notice(NoticeAct),
}

/// What a party does on a measure.
#[derive(Clone, Debug)]
pub(crate) enum OnMeasure {
    /// Casts a ballot.
    Ballot(Box<Choice>),
    /// Says "not yet, because".
    Reserve(Label, Option<Line>),
    /// Takes that back.
    Lift(Label),
    /// Lets another member cast its ballot; none: takes that back.
    Mandate(Option<Code>),
    /// Puts the deadline off.
    Extend(Time),
    /// Ends balloting.
    Close,
    /// Takes the measure back.
    Withdraw(Option<Line>),
    /// Attests something.
    Attest(Label, Option<Line>),
    /// Has a statement of its own recorded.
    Remark(Label, RemarkText, bool),
}

/// A statement with what it is about, from one set of answers of the node.
#[derive(Clone, Debug)]
pub(crate) struct Built {
    /// The statement.
    pub(crate) body: Body,
    /// The measure that it is about, as the node shows it.
    pub(crate) measure: Option<Box<Measure>>,
    /// The incident that it is about.
    pub(crate) incident: Option<Box<Incident>>,
    /// What a person must read before.
    pub(crate) basis: Basis,
}

impl Act {
    /// Builds the statement from what the node shows now.
    ///
    /// # Errors
    /// [`Failure`].
    pub(crate) fn build(&self, party: &Party) -> Result<Built, Failure> {
        let alone = |body| Built { body, measure: None, incident: None, basis: Basis::default() };
        match self {
            Self::On(number, act) => on(party, *number, act),
            // Its dates are given as times, so that the clock changes nothing in the text.
            Self::Table(draft) => {
                Ok(alone(tabling(party, (**draft).clone(), Path::new("."), now()?)?))
            }
            Self::Revise(number, draft) => {
                let measure = party.client.measure(*number)?;
                let body = revision_of(party, &measure, (**draft).clone(), Path::new("."))?;
                let basis = Basis::default().standing(&measure);
                Ok(Built { body, measure: Some(Box::new(measure)), incident: None, basis })
            }
            Self::Package(numbers) => {
                let measures = nemcon_client::acts::measures(party, numbers)?;
                let body = statements::package(party.head.clone(), &measures)?;
                let mut basis = Basis::default();
                for measure in &measures {
                    basis = basis.noting(format!("{}: “{}”", measure.number, measure.title));
                    basis = basis.and(Basis::alone(measure)?);
                }
                Ok(Built { basis, ..alone(body) })
            }
            Self::Report(draft) => {
                let charter = &party.genesis.charter;
                Ok(alone((**draft).clone().into_body(party.head.clone(), charter)?))
            }
            Self::Attribute(number, finding) => {
                let incident = party.client.incident(*number)?;
                let body =
                    statements::attribution(party.head.clone(), &incident, (**finding).clone())?;
                let basis = Basis::incident(&incident);
                Ok(Built { body, measure: None, incident: Some(Box::new(incident)), basis })
            }
            Self::Freeze(reason) => Ok(alone(freezing(party, reason.clone())?)),
            Self::Notice(act) => Ok(alone(notice(party, *act)?)),
        }
    }

    /// The page that shows what it is about.
    pub(crate) fn place(&self) -> String {
        match self {
            Self::On(number, _) | Self::Revise(number, _) => format!("/measures/{number}"),
            Self::Table(_) | Self::Package(_) => "/measures".to_owned(),
            Self::Report(_) => "/incidents".to_owned(),
            Self::Attribute(number, _) => format!("/incidents/{number}"),
            Self::Freeze(_) | Self::Notice(_) => "/council".to_owned(),
        }
    }
}

fn on(party: &Party, number: u64, act: &OnMeasure) -> Result<Built, Failure> {
    let measure = party.client.measure(number)?;
    let head = party.head.clone();
    let body = match act.clone() {
        OnMeasure::Ballot(choice) => statements::ballot(head, &measure, *choice),
        OnMeasure::Reserve(sort, reason) => {
            statements::reservation(head, &measure, (sort, ReservationAct::Place), (reason, None))
        }
        OnMeasure::Lift(sort) => {
            statements::reservation(head, &measure, (sort, ReservationAct::Lift), (None, None))
        }
        OnMeasure::Mandate(holder) => statements::mandate(head, &measure, holder),
        OnMeasure::Extend(closes) => statements::extension(head, &measure, closes),
        OnMeasure::Close => statements::close(head, &measure),
        OnMeasure::Withdraw(reason) => statements::withdrawal(head, &measure, reason),
        OnMeasure::Attest(word, reference) => {
            statements::attestation(head, &measure, word, reference)
        }
        OnMeasure::Remark(sort, text, is_public) => {
            statements::remark(head, &measure, (sort, text), is_public)
        }
    }?;
    let basis = Basis::measure(&party.client, &measure)?;
    Ok(Built { body, measure: Some(Box::new(measure)), incident: None, basis })
}
