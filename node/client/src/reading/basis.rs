//! The basis of a statement: what a person must read about its measure or incident before signing it.

use nemcon_ledger::Time;
use nemcon_ledger::record::{Body, CouncilChange, Entry, RecordError};

use crate::api::{Incident, Measure};
use crate::client::Client;
use crate::statements::{self, StatementError};

use super::ahead::Ahead;
use crate::failure::Failure;
use crate::reading::consequences::if_adopted;
use crate::reading::prompt::{Foreseen, Reading};
use crate::session::Party;
use crate::words::{clocked, moved, state};

/// The line of an entry that holds its seal.
const SEAL_FIELD: &str = "sealed ";

/// The basis of a statement, shown before the statement is signed.
#[derive(Clone, Debug, Default)]
pub struct Basis {
    /// The state of the measures or incidents, a line each.
    about: Vec<String>,
    /// The texts that the statement is about, each with a title.
    texts: Vec<(String, String)>,
    /// What the measures would change in the council, by measure number.
    matters: Vec<(u64, CouncilChange)>,
    /// The deadlines of the open measures, by number. A measure's text need not say its deadline,
    /// because an extension can put it off.
    deadlines: Vec<(u64, Time)>,
}

impl Basis {
    /// The basis of a statement on a measure: the measure as the node shows it, and all measures
    /// of its package.
    ///
    /// # Errors
    /// [`Failure`] if a text has not the hash that the node names, or not the one that the package binds.
    pub fn measure(client: &Client, measure: &Measure) -> Result<Self, Failure> {
        let mut basis = Self::alone(measure)?;
        let Some(package) = &measure.package else { return Ok(basis) };
        let Body::Package(said) = Body::parse(&package.text).map_err(StatementError::from)? else {
            return Err(StatementError::from(RecordError::Kind).into());
        };
        let numbers: Vec<_> = said.measures.iter().map(|it| it.number.to_string()).collect();
        let numbers = numbers.join(", ");
        basis = basis.noting(format!(
            "measures {numbers} are adopted TOGETHER or not at all, as package {}",
            package.text_hash
        ));
        for bound in said.measures.iter().filter(|bound| bound.number != measure.number) {
            let other = client.measure(bound.number)?;
            if other.text_hash != bound.text {
                return Err(another_text(bound.number));
            }
            basis = basis.noting(format!("{}: “{}”", other.number, other.title));
            basis = basis.and(Self::alone(&other)?);
        }
        basis.texts.push((format!("package of measures {numbers}"), package.text.clone()));
        Ok(basis)
    }

    /// The basis of a statement on this one measure, without its package.
    ///
    /// # Errors
    /// [`Failure`] if the text has not the hash that the node names.
    pub fn alone(measure: &Measure) -> Result<Self, Failure> {
        let (said, revision) = statements::read(measure)?;
        let number = measure.number;
        Ok(Self {
            about: vec![format!("measure {number} is {}", state(measure))],
            texts: vec![(format!("measure {number} REV {revision}"), measure.text.clone())],
            matters: vec![(number, said.council_change)],
            deadlines: deadline(measure).into_iter().collect(),
        })
    }

    /// Adds the state of another measure, whose text is not shown.
    #[must_use]
    pub fn standing(self, measure: &Measure) -> Self {
        let mut basis = self.noting(format!("measure {} is {}", measure.number, state(measure)));
        basis.deadlines.extend(deadline(measure));
        basis
    }

    /// Asks the node again, and returns the new basis if a deadline has moved since the last answer.
    ///
    /// # Errors
    /// [`Failure`] if the node does not answer.
    pub fn moved_since(&self, client: &Client) -> Result<Option<Self>, Failure> {
        let (mut now, mut told) = (self.clone(), Vec::new());
        for (number, closes) in &mut now.deadlines {
            let stands = client.measure(*number)?.closes;
            if let Some(words) = moved(*closes, stands) {
                told.push(format!("SINCE THIS WAS SHOWN the deadline of measure {number} {words}"));
                *closes = stands;
            }
        }
        if told.is_empty() {
            return Ok(None);
        }
        now.about.splice(..0, told);
        Ok(Some(now))
    }

    /// The basis of a statement on an incident.
    pub fn incident(incident: &Incident) -> Self {
        let title = format!("incident {}", incident.number);
        Self {
            about: vec![format!("“{}”", incident.title)],
            texts: vec![(title, incident.text.clone())],
            matters: Vec::new(),
            deadlines: Vec::new(),
        }
    }

    /// Adds everything of another basis.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.about.extend(other.about);
        self.texts.extend(other.texts);
        self.matters.extend(other.matters);
        self.deadlines.extend(other.deadlines);
        self
    }

    /// Adds one more line.
    #[must_use]
    pub fn noting(mut self, line: impl Into<String>) -> Self {
        self.about.push(line.into());
        self
    }

    /// The reading before `body` is signed. `refused` turns a refusal in the node's look ahead into
    /// sentences, or into a failure.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn reading(
        &self,
        party: &Party,
        body: &Body,
        refused: impl FnOnce(Failure) -> Result<Vec<String>, Failure>,
    ) -> Result<Reading, Failure> {
        let mut reading = Reading::of(body, party.names());
        reading.about.extend(self.about.iter().cloned());
        let ends = |(number, closes): &(u64, Time)| {
            let zone = party.genesis.charter.zone.as_ref();
            format!("balloting on measure {number} ends {}", clocked(*closes, zone))
        };
        reading.about.extend(self.deadlines.iter().map(ends));
        reading.texts.splice(..0, self.texts.iter().cloned());
        let matters = self.matters.iter();
        let matters = matters
            .filter_map(|(number, council_change)| if_adopted(Some(*number), council_change));
        reading.by_text.splice(..0, matters);
        if let Body::Entry(entry) = body {
            return Ok(unsealed(reading, entry));
        }
        let charter = &party.genesis.charter;
        reading.foreseen = match Ahead::of(&party.client, charter, core::slice::from_ref(body))? {
            Ahead::Follows(all) => Foreseen::told(&party.client, body, &all),
            Ahead::Refused { why, .. } => {
                Foreseen::Told { by: party.client.whose(), sentences: refused(why)? }
            }
        };
        Ok(reading)
    }
}

/// The measure's number and deadline, if balloting on it goes on.
fn deadline(measure: &Measure) -> Option<(u64, Time)> {
    measure.is_open().then_some((measure.number, measure.closes))
}

fn another_text(number: u64) -> Failure {
    Failure::refused(format_args!(
        "the node shows another text of measure {number} than its package binds: do not sign"
    ))
    .next("give the command again; if it stays so, ask another member's node, and compare")
}

/// The reading before an entry is signed. The entry holds a seal, which may reach a node or a
/// screen only after the person has said yes. So no node is asked to look ahead, the shown text
/// leaves the seal out, and what follows is said here.
fn unsealed(mut reading: Reading, entry: &Entry) -> Reading {
    reading.foreseen = Foreseen::Unasked;
    reading
        .by_text
        .push(format!("{} takes its seat in the council when it is its turn", entry.head.by));
    for (title, text) in &mut reading.texts {
        title.push_str(", without its seal");
        let lines = text.lines().filter(|line| !line.starts_with(SEAL_FIELD));
        *text = lines.flat_map(|line| [line, "\n"]).collect();
    }
    reading
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use nemcon_crypto::{Digest, SecretKey, TreeSize, hash};
    use nemcon_ledger::Chain;
    use nemcon_ledger::record::measure_fields::Cited;
    use nemcon_ledger::record::{Boundary, Package, Position};

    use super::*;
    use crate::api::PackageView;
    use crate::client::Access;
    use crate::fixture::serve;
    use crate::fixture::{genesis, head, shown};
    use crate::founding::PlannedMember;
    use crate::seats::{self, AdmittedSeat, Seat, Seats};

    /// Belgium, with a node that does not answer.
    fn alone() -> Party {
        let (client, genesis) = (Client::new("http://127.0.0.1:1", Access::None), genesis());
        let seats = Seats::of(&Chain::found(genesis.clone()), |_| None);
        Party::keyless(client, head(&genesis, "BE"), genesis, seats)
    }

    fn entry(party: &Party) -> Body {
        let member = PlannedMember::of(&party.genesis.roster.members[0]);
        let admitted = AdmittedSeat {
            measure: 1,
            text: hash::sha256(b"the measure that admits it"),
            seat: Seat {
                member,
                frozen_since: None,
                notice: None,
                last_own: None,
                last_keys: None,
            },
        };
        let boundary = Boundary { size: TreeSize(7), root: hash::sha256(b"root") };
        let (log, seal) = (party.genesis.checkpoint_origin(), SecretKey::from_seed(&[7; 32]));
        seats::entry(party.head.clone(), &admitted, boundary, &log, &seal, 1).unwrap()
    }

    #[test]
    fn no_node_and_no_screen_gets_a_seal_before_the_answer() {
        let party = alone();
        let body = entry(&party);
        let Body::Entry(said) = &body else { panic!("an entry") };
        let reading = Basis::default().reading(&party, &body, Err).unwrap().to_string();
        assert!(
            reading.contains("\nadmitted-by 1 ") && reading.contains("\ncheckpoint 7 "),
            "{reading}"
        );
        assert!(!reading.contains(&said.sealed.to_string()), "{reading}");
        assert!(reading.contains("takes its seat in the council when it is its turn"), "{reading}");
        // For any other statement the node is asked, and this node does not answer.
        let ballot = statements::ballot(
            party.head.clone(),
            &shown(&party.genesis),
            Position::Against.into(),
        );
        assert!(Basis::default().reading(&party, &ballot.unwrap(), Err).is_err());
    }

    #[test]
    fn what_a_ballot_does_by_itself_is_said_without_a_node() {
        let party = alone();
        let told = |position: Position| {
            let head = party.head.clone();
            let ballot = statements::ballot(head, &shown(&party.genesis), position.into()).unwrap();
            Reading::of(&ballot, party.names()).to_string()
        };
        assert!(told(Position::Against).contains("measure 1 cannot be adopted"));
        assert!(told(Position::Retracted).contains("BE has no ballot on measure 1 then"));
        assert!(!told(Position::InFavour).contains("by the text itself:\n-"));
    }

    /// Measure 1, bound together with a measure 2 of this text.
    fn bound(other: Digest) -> Measure {
        let mut measure = shown(&genesis());
        let cited = |number, text| Cited { number, text };
        let measures = vec![cited(1, measure.text_hash), cited(2, other)];
        let text = Body::Package(Package { head: head(&genesis(), "BG"), measures }).render();
        let text_hash = hash::sha256(text.as_bytes());
        measure.package = Some(PackageView { text_hash, text, measures: vec![1, 2] });
        measure
    }

    #[test]
    fn what_is_adopted_together_is_read_together_as_its_package_binds_it() {
        let other = Measure { number: 2, ..shown(&genesis()) };
        let (text, answer) = (other.text_hash, serde_json::to_string(&other).unwrap());
        let client = serve(Router::new().route("/v1/measures/2", get(|| async move { answer })));
        let measure = bound(text);
        let basis = Basis::measure(&client, &measure).unwrap();
        let titles: Vec<_> = basis.texts.iter().map(|(title, _)| title.as_str()).collect();
        assert_eq!(titles, ["measure 1 REV 1", "measure 2 REV 1", "package of measures 1, 2"]);
        let hash = measure.package.unwrap().text_hash.to_string();
        assert!(basis.about.iter().any(|line| line.contains(&hash)), "{:?}", basis.about);

        let refused = Basis::measure(&client, &bound(hash::sha256(b"another text"))).unwrap_err();
        assert!(refused.message().contains("another text of measure 2"), "{refused:?}");
    }
}
