//! What a statement says, in the words of the headline and of the question.

use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::reservation::ReservationAct;
use nemcon_ledger::record::{
    About, Attribution, Ballot, Body, Keys, Position, Reservation, Rotation,
};

use crate::party_names::Names;

/// The words for a statement: `IN FAVOUR of REV 2 of measure 4`.
pub fn says(body: &Body, names: Names<'_>) -> String {
    match body {
        Body::Measure(said) => format!("a new measure, “{}”", said.title),
        Body::Revision(said) => format!(
            "a new text, REV {}, of measure {}: “{}”",
            said.revision, said.revises.number, said.measure.title
        ),
        Body::Package(said) => {
            let numbers = said.measures.iter().map(|cited| cited.number);
            format!("{} adopted together or not at all", measures(numbers))
        }
        Body::Ballot(said) => ballot(said),
        Body::Mandate(said) => match &said.holder {
            Some(holder) => {
                format!("{} may cast its ballot on {}", names.loud(holder), text(&said.said.about))
            }
            None => format!("nobody else may cast its ballot on {}", text(&said.said.about)),
        },
        Body::Reservation(said) => reservation(said),
        Body::Extension(said) => {
            format!(
                "the deadline of measure {} is put off to {}",
                said.said.about.measure, said.closes
            )
        }
        Body::Withdrawal(said) => format!("WITHDRAWN: {}", text(&said.said.about)),
        Body::Close(said) => format!("balloting ENDS on {}", text(&said.said.about)),
        Body::Attestation(said) => format!("“{}” of {}", said.attests, text(&said.said.about)),
        Body::Remark(said) => {
            let public = if said.is_public { "public with the act" } else { "not public" };
            format!("a statement ({}) on {}, {public}", said.sort, text(&said.said.about))
        }
        Body::Incident(said) => format!("an incident, “{}”", said.title),
        Body::Attribution(said) => attribution(said),
        Body::Keys(said) => keys(said),
        Body::Freeze(_) => "a FREEZE of itself: nothing is said for it any more".to_owned(),
        Body::Rotation(said) => rotation(said),
        Body::Notice(said) => match said.act {
            NoticeAct::Given => "notice that it LEAVES the council".to_owned(),
            NoticeAct::Withdrawn => "that it stays: its notice is taken back".to_owned(),
        },
        Body::Entry(said) => {
            format!("that it takes its seat, which measure {} gives it", said.admitted_by.number)
        }
    }
}

/// The measures in words: `measure 4`, `measures 3 and 4`, `measures 3, 4 and 5`.
pub(super) fn measures(numbers: impl IntoIterator<Item = u64>) -> String {
    let numbers: Vec<_> = numbers.into_iter().map(|number| number.to_string()).collect();
    match numbers.split_last() {
        None => "no measure".to_owned(),
        Some((one, [])) => format!("measure {one}"),
        Some((last, rest)) => format!("measures {} and {last}", rest.join(", ")),
    }
}

fn text(about: &About) -> String {
    format!("REV {} of measure {}", about.revision, about.measure)
}

fn ballot(said: &Ballot) -> String {
    let what = match said.position {
        Position::InFavour => "IN FAVOUR of",
        Position::Abstain => "ABSTENTION on",
        Position::AbstainQualified => "ABSTENTION with a formal declaration on",
        Position::Against => "AGAINST",
        Position::Retracted => "its ballot is TAKEN BACK on",
    };
    let tacit = if said.is_tacit { ", by a standing instruction" } else { "" };
    format!("{what} {}{tacit}", text(&said.said.about))
}

fn reservation(said: &Reservation) -> String {
    let act = match said.act {
        ReservationAct::Place => "a reservation",
        ReservationAct::Lift => "no reservation any more",
    };
    format!("{act} ({}) on {}", said.sort, text(&said.said.about))
}

fn attribution(said: &Attribution) -> String {
    let Attribution { incident, finding, confidence, manner, .. } = said;
    let public = if said.is_public { "public" } else { "not public" };
    format!(
        "incident {} is attributed: {finding}, confidence {confidence}, {manner}, {public}",
        incident.number
    )
}

fn keys(said: &Keys) -> String {
    let officers: Vec<_> = said.officers.iter().map(|officer| officer.label.as_str()).collect();
    let (count, of) = (said.threshold, officers.join(", "));
    let recovery = if said.recovery.is_some() { ", and a new recovery key" } else { "" };
    format!("who signs for it: {count} of {of}{recovery}")
}

fn rotation(said: &Rotation) -> String {
    let keys = match (&said.node, &said.seal) {
        (Some(_), Some(_)) => "node key and seal key",
        (Some(_), None) => "node key",
        (None, _) => "seal key",
    };
    format!("another {keys} of its node")
}
