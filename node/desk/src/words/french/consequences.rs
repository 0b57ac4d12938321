//! Ce qui s’ensuit d’une déclaration.

use nemcon_ledger::council::Consequence;
use nemcon_ledger::record::Body;

use crate::words::dictionary::{Told, Words};
use crate::words::time::both;

fn numbers(all: &[u64]) -> String {
    all.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}

/// Ce qui s’ensuit, une phrase par conséquence.
pub(in crate::words) fn consequences(
    words: &Words,
    told: &Told<'_>,
    all: &[Consequence],
) -> Vec<String> {
    all.iter()
        .filter_map(|it| sentence(words, told, it).or_else(|| of_the_council(words, told, it)))
        .collect()
}

fn sentence(words: &Words, told: &Told<'_>, it: &Consequence) -> Option<String> {
    let is_ballot = matches!(told.body, Body::Ballot(_));
    let is_about = |measure: &u64| told.body.about().is_some_and(|about| about.measure == *measure);
    Some(match it {
        Consequence::Tabled { measure } => {
            format!("c’est la mesure {measure}, si personne d’autre n’en dépose une auparavant")
        }
        Consequence::Adopted { measures } if is_ballot && measures.iter().any(is_about) => {
            match &measures[..] {
                [_] => "Vous êtes le dernier : ceci l’ADOPTE.".to_owned(),
                all => format!(
                    "Vous êtes le dernier : ceci adopte ensemble les mesures {}.",
                    numbers(all)
                ),
            }
        }
        Consequence::Adopted { measures } => format!("ceci adopte : mesure {}", numbers(measures)),
        Consequence::NotAdopted { measure, reason } => {
            format!("la mesure {measure} N’EST PAS ADOPTÉE : {reason}")
        }
        Consequence::Lapsed { measure, reason } => {
            format!("la mesure {measure} DEVIENT CADUQUE, ce qui n’est pas une décision : {reason}")
        }
        Consequence::Withdrawn { measure } if is_about(measure) => return None,
        Consequence::Withdrawn { measure } => format!("la mesure {measure} est retirée"),
        Consequence::WaitsForPackage { measure } => format!(
            "tous les bulletins sur la mesure {measure} sont là : elle est adoptée quand tout son paquet peut l’être"
        ),
        Consequence::Blocked { measure, reason } => {
            format!(
                "la mesure {measure} reste BLOQUÉE ({reason}) jusqu’au remplacement d’un bulletin ou à la fin du vote"
            )
        }
        Consequence::Bound { measures } => {
            format!("les mesures {} sont adoptées ensemble ou pas du tout", numbers(measures))
        }
        Consequence::Deadline { measure, from, to } => format!(
            "l’échéance de la mesure {measure} passe du {} au {}",
            both(words, *from, told.zone),
            both(words, *to, told.zone)
        ),
        Consequence::BallotVoid { measure, code, .. } => {
            format!("le bulletin de {code} sur la mesure {measure} devient nul")
        }
        Consequence::MandateVoid { measure, code, holder } => {
            format!("le mandat de {code} à {holder} sur la mesure {measure} prend fin")
        }
        Consequence::ReservationLifted { measure, code, sort } => {
            format!("la réserve ({sort}) de {code} sur la mesure {measure} est levée")
        }
        Consequence::Released { measure } => format!(
            "désormais TOUT LE MONDE peut voir qui a voté quoi sur la mesure {measure} ; nul ne peut y revenir"
        ),
        Consequence::ReadByAll { measure } => format!(
            "TOUT LE MONDE peut lire ceci aussitôt, car la mesure {measure} est publique ; nul ne peut y revenir"
        ),
        Consequence::Annulled { measure } => format!("la mesure {measure} n’est plus en vigueur"),
        _ => return None,
    })
}

fn of_the_council(words: &Words, told: &Told<'_>, it: &Consequence) -> Option<String> {
    Some(match it {
        Consequence::Frozen { code } => format!("plus rien n’est dit au nom de {code}"),
        Consequence::Thawed { code } => format!("le gel de {code} prend fin"),
        Consequence::Officers { code } => {
            format!("d’autres clés signent pour {code} dès le bloc suivant")
        }
        Consequence::NodeKeys { code } => format!("le nœud de {code} change de clés"),
        Consequence::Admitted { code } => format!("{code} peut prendre son siège"),
        Consequence::Enters { code } => format!("{code} prend son siège"),
        Consequence::Leaves { code } => format!("{code} QUITTE le conseil"),
        Consequence::NoticeStands { code, leaves } => {
            let at = leaves.map(|at| format!(" au plus tard le {}", both(words, at, told.zone)));
            format!("{code} a notifié son départ{}", at.unwrap_or_default())
        }
        Consequence::NoticeFallen { code } => format!("la notification de départ de {code} tombe"),
        Consequence::Weight { code, from, to } => {
            format!("le poids de {code} passe de {from} à {to}")
        }
        Consequence::Rules { version, release, .. } => {
            format!("les règles passent à la version {version}, que connaît {release}")
        }
        _ => return None,
    })
}
