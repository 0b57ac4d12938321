//! What a measure changes in the council itself, and what it rests on in another, in sentences.

use nemcon_ledger::council::join;
use nemcon_ledger::record::measure_fields::RestsOn;
use nemcon_ledger::record::{CouncilChange, Member, Officer, Participant};

/// What adoption changes from the next block on, in a sentence; `None` if nothing.
pub fn sentence(council_change: &CouncilChange) -> Option<String> {
    Some(match council_change {
        CouncilChange::None => return None,
        CouncilChange::Participation(codes) => {
            format!("{} may go ahead together", join(codes))
        }
        CouncilChange::Accession(entrant) => {
            let Member { code, name, threshold, officers, .. } = &**entrant;
            format!("{code}, {name}, may enter; signing for it: {}", k_of(*threshold, officers))
        }
        CouncilChange::Departure(code) => format!("{code} leaves"),
        CouncilChange::Appointment(party) if party.is_vacant() => {
            let Participant { code, role, name, .. } = &**party;
            format!("nobody speaks for {code}, the {role}, {name}: its seat is vacant")
        }
        CouncilChange::Appointment(party) => {
            let Participant { code, role, name, threshold, officers } = &**party;
            format!(
                "signing for {code}, the {role}, {name}: {}, and nobody else; a freeze of it ends",
                k_of(*threshold, officers)
            )
        }
        CouncilChange::Weights(weights) => format!(
            "{} of the members weigh otherwise, of a whole of {}",
            weights.weights.len(),
            weights.total
        ),
        CouncilChange::Rules(rules) => {
            format!("rules of version {} apply, which {} knows", rules.version, rules.release)
        }
    })
}

fn k_of(threshold: usize, officers: &[Officer]) -> String {
    let names: Vec<_> = officers.iter().map(|officer| officer.label.as_str()).collect();
    match (threshold, names.as_slice()) {
        (1, [one]) => (*one).to_owned(),
        (k, all) if k == all.len() => format!("{} together", all.join(", ")),
        (k, all) => format!("any {k} of {}", all.join(", ")),
    }
}

/// The decision of another council that a measure rests on, and that nobody has checked it.
pub fn rests_on(RestsOn { council, number, leaf }: &RestsOn) -> String {
    format!(
        "measure {number} of council {council}, decision {leaf}; not checked here: a proof of inclusion \
         in that ledger, against a checkpoint that its members sealed, shows that it stands there"
    )
}

#[cfg(test)]
mod tests {
    use nemcon_crypto::hash::sha256;

    use super::*;

    #[test]
    fn what_a_measure_rests_on_is_said_with_the_fact_that_nobody_checked_it() {
        let (council, leaf) = (sha256(b"another council"), sha256(b"its decision"));
        let said = rests_on(&RestsOn { council, number: 7, leaf });
        for words in [&council.to_string(), &leaf.to_string(), "measure 7 of", "not checked here"] {
            assert!(said.contains(words), "{said}");
        }
    }
}
