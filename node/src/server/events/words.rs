//! What a record means to people, in one line.

use nemcon_ledger::council::{Council, MeasureState};
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::statement::{Body, Statement};
use nemcon_ledger::record::{Ballot, Outcome, Position, Reservation, ReservationAct};
use nemcon_ledger::text::{Code, Line, Show as _};
use nemcon_ledger::{Height, Record};

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// The stable name of the event.
    pub(super) event: &'static str,
    /// The measure that it is about.
    pub(super) measure: Option<u64>,
    /// The incident that it is about.
    pub(super) incident: Option<u64>,
    /// The party that has signed it.
    pub(super) by: Option<Code>,
    /// The words.
    pub(super) words: String,
}

impl Told {
    fn on(event: &'static str, measure: u64, words: String) -> Self {
        Self { event, measure: Some(measure), incident: None, by: None, words }
    }

    fn of(event: &'static str, words: String) -> Self {
        Self { event, measure: None, incident: None, by: None, words }
    }

    fn by(self, code: &Code) -> Self {
        Self { by: Some(code.clone()), ..self }
    }
}

/// What is told of a record in the block of this height; `None` for the block record and the genesis. Of a block that
/// was `caught_up` it is not said how many had signed by then.
pub(super) fn told(
    record: &Record,
    council: &Council,
    height: Height,
    caught_up: bool,
) -> Option<Told> {
    let height = height.0;
    Some(match record {
        Record::Genesis(_) | Record::Block(_) => return None,
        Record::Decision(decision) => {
            let (number, title) = (decision.measure, decision.title.as_str().shown());
            match decision.outcome {
                Outcome::Adopted => {
                    let words = format!("measure {number} adopted at block {height}: {title}");
                    Told::on("measure-adopted", number, words)
                }
                Outcome::NotAdopted => {
                    let words = format!("measure {number} not adopted at block {height}: {title}");
                    Told::on("measure-not-adopted", number, words)
                }
            }
        }
        Record::Lapse(lapse) => {
            let (number, title) = (lapse.measure, lapse.title.as_str().shown());
            let missing = missing(&lapse.missing);
            let words = format!("measure {number} lapsed at block {height}{missing}: {title}");
            Told::on("measure-lapsed", number, words)
        }
        Record::Statement(statement) => of_statement(statement, council, caught_up),
    })
}

/// What is told once all have sealed an outcome.
pub(super) fn final_words(state: &MeasureState) -> Told {
    let (number, title) = (state.number, state.terms.title.as_str().shown());
    Told::on("measure-final", number, format!("measure {number} is final: {title}"))
}

fn of_statement(statement: &Statement, council: &Council, caught_up: bool) -> Told {
    let by = &statement.body.head().by;
    match &statement.body {
        Body::Measure(measure) => {
            // Its number is its own as soon as the council has it.
            let number = council.measure_by_text(&statement.text_hash).unwrap_or_default();
            let words = format!("measure {number} tabled by {by}: {}", shown(&measure.title));
            Told::on("measure-tabled", number, words)
        }
        Body::Revision(revision) => {
            let (number, title) = (revision.revises.number, shown(&revision.measure.title));
            let words = format!(
                "measure {number} revised by {by}, now revision {}: {title}. What was signed on the text before is void",
                revision.revision
            );
            Told::on("measure-revised", number, words)
        }
        Body::Package(package) => {
            let numbers: Vec<_> = package.measures.iter().map(|it| it.number.to_string()).collect();
            let words = format!(
                "measures {} are adopted together or not at all, says {by}",
                numbers.join(", ")
            );
            Told::of("measures-packaged", words)
        }
        Body::Ballot(ballot) => of_ballot(ballot, by, council, caught_up),
        Body::Incident(incident) => {
            let number = council.incident_by_text(&statement.text_hash);
            let title = shown(&incident.title);
            let words =
                format!("incident {} reported by {by}: {title}", number.unwrap_or_default());
            Told { incident: number, ..Told::of("incident-reported", words) }
        }
        Body::Attribution(attribution) => {
            let number = attribution.incident.number;
            let words = format!("{by} has said whom it holds to stand behind incident {number}");
            Told { incident: Some(number), ..Told::of("incident-attributed", words) }
        }
        body => body.about().map_or_else(
            || of_party(body, by),
            |about| of_measure(body, by, about.measure, &shown(&about.title)),
        ),
    }
    .by(by)
}

fn of_ballot(ballot: &Ballot, by: &Code, council: &Council, caught_up: bool) -> Told {
    let (number, whose) = (ballot.said.about.measure, &ballot.said.on_behalf);
    let so_far = council.measure(number).filter(|_| !caught_up).map_or_else(String::new, so_far);
    let on_behalf = if whose == by { String::new() } else { format!(" for {whose}") };
    if ballot.position == Position::Retracted {
        let words =
            format!("{by} has taken the ballot{on_behalf} on measure {number} back{so_far}");
        return Told::on("ballot-retracted", number, words);
    }
    let words = format!("{by} has signed measure {number}{on_behalf}{so_far}");
    Told::on("measure-signed", number, words)
}

/// How many have signed: `: 25 of 27, missing EL, HU`.
fn so_far(state: &MeasureState) -> String {
    let (entitled, lacks) = (state.frozen.entitled.len(), state.missing());
    format!(": {} of {entitled}{}", entitled - lacks.len().min(entitled), missing(&lacks))
}

fn missing(codes: &[Code]) -> String {
    let codes: Vec<_> = codes.iter().map(Code::as_str).collect();
    if codes.is_empty() { String::new() } else { format!(", missing {}", codes.join(", ")) }
}

/// What is said on a measure but for ballots.
fn of_measure(body: &Body, by: &Code, number: u64, title: &str) -> Told {
    let (event, words) = match body {
        Body::Mandate(mandate) => match &mandate.holder {
            Some(holder) => {
                ("mandate-given", format!("{by} lets {holder} sign measure {number} for it"))
            }
            None => ("mandate-revoked", format!("{by} takes its mandate on measure {number} back")),
        },
        Body::Reservation(Reservation { act: ReservationAct::Place, sort, .. }) => {
            let words = format!("{by} has placed a reservation on measure {number}: {sort}");
            ("reservation-placed", words)
        }
        Body::Reservation(Reservation { sort, .. }) => {
            let words = format!("{by} has lifted its reservation on measure {number}: {sort}");
            ("reservation-lifted", words)
        }
        Body::Extension(extension) => {
            let until = extension.closes;
            let words = format!("the deadline of measure {number} is put off to {until} by {by}");
            ("measure-extended", words)
        }
        Body::Withdrawal(_) => {
            ("measure-withdrawn", format!("measure {number} withdrawn by {by}: {title}"))
        }
        Body::Close(_) => {
            ("balloting-closed", format!("{by} has ended the balloting on measure {number}"))
        }
        Body::Attestation(attestation) => {
            let words = format!("{by} attests of measure {number}: {}", attestation.attests);
            ("measure-attested", words)
        }
        _ => ("remark-made", format!("{by} has made a statement on measure {number}")),
    };
    Told::on(event, number, words)
}

/// What changes a party.
fn of_party(body: &Body, by: &Code) -> Told {
    let (event, words) = match body {
        Body::Freeze(_) => (
            "party-frozen",
            format!("{by} is frozen: nothing is said for it until its freeze is ended"),
        ),
        Body::Keys(_) => {
            ("officers-changed", format!("{by} has other officers; a freeze of it is over"))
        }
        Body::Rotation(_) => ("node-keys-changed", format!("the node of {by} gets other keys")),
        Body::Notice(notice) => match notice.act {
            NoticeAct::Given => ("notice-given", format!("{by} gives notice that it leaves")),
            NoticeAct::Withdrawn => ("notice-withdrawn", format!("{by} takes its notice back")),
        },
        _ => ("seat-taken", format!("{by} takes its seat")),
    };
    Told::of(event, words)
}

fn shown(title: &Line) -> String {
    title.as_str().shown()
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_crypto::hash::sha256;
    use nemcon_ledger::record::keys::{Freeze, Rotation};
    use nemcon_ledger::record::membership::Notice;
    use nemcon_ledger::record::statement::Head;
    use nemcon_ledger::record::steering::{Close, Extension, Withdrawal};
    use nemcon_ledger::record::{About, Mandate, Said};
    use nemcon_ledger::text::Time;

    fn code(code: &str) -> Code {
        code.parse().unwrap()
    }

    fn head() -> Head {
        Head { council: sha256(b"council"), by: code("HU") }
    }

    fn said() -> Said {
        let about = About {
            measure: 2,
            revision: 1,
            text: sha256(b"text"),
            title: "Found a reading room".parse().unwrap(),
            rule: "unanimity".parse().unwrap(),
            package: None,
        };
        Said { head: head(), on_behalf: code("HU"), about, after: None }
    }

    #[test]
    fn each_act_on_a_measure_is_told_in_a_sentence() {
        let reservation = |act| {
            let sort = "parliamentary-scrutiny".parse().unwrap();
            Body::Reservation(Reservation { said: said(), sort, act, reason: None, digest: None })
        };
        let mandate = |holder| Body::Mandate(Mandate { said: said(), holder });
        let closes = "2027-01-01T00:00:00.000Z".parse::<Time>().unwrap();
        for (body, event, words) in [
            (mandate(Some(code("EL"))), "mandate-given", "HU lets EL sign measure 2 for it"),
            (mandate(None), "mandate-revoked", "HU takes its mandate on measure 2 back"),
            (
                reservation(ReservationAct::Place),
                "reservation-placed",
                "HU has placed a reservation on measure 2: parliamentary-scrutiny",
            ),
            (
                reservation(ReservationAct::Lift),
                "reservation-lifted",
                "HU has lifted its reservation on measure 2: parliamentary-scrutiny",
            ),
            (
                Body::Extension(Extension { said: said(), closes }),
                "measure-extended",
                "the deadline of measure 2 is put off to 2027-01-01T00:00:00.000Z by HU",
            ),
            (
                Body::Withdrawal(Withdrawal { said: said(), reason: None }),
                "measure-withdrawn",
                "measure 2 withdrawn by HU: Found a reading room",
            ),
            (
                Body::Close(Close { said: said() }),
                "balloting-closed",
                "HU has ended the balloting on measure 2",
            ),
        ] {
            let told = of_measure(&body, &code("HU"), 2, "Found a reading room");
            assert_eq!((told.event, &*told.words, told.measure), (event, words, Some(2)));
        }
    }

    #[test]
    fn each_change_of_a_party_is_told_in_a_sentence() {
        let notice = |act| Body::Notice(Notice { head: head(), act, after: None });
        for (body, event) in [
            (Body::Freeze(Freeze { head: head(), reason: None, after: None }), "party-frozen"),
            (
                Body::Rotation(Rotation { head: head(), node: None, seal: None, after: None }),
                "node-keys-changed",
            ),
            (notice(NoticeAct::Given), "notice-given"),
            (notice(NoticeAct::Withdrawn), "notice-withdrawn"),
        ] {
            let told = of_party(&body, &code("HU"));
            assert_eq!((told.event, told.measure), (event, None));
            assert!(told.words.contains("HU"), "{}", told.words);
        }
    }

    #[test]
    fn who_is_missing_is_listed_and_nobody_is_not() {
        assert_eq!(missing(&[code("EL"), code("HU")]), ", missing EL, HU");
        assert_eq!(missing(&[]), "");
    }
}
