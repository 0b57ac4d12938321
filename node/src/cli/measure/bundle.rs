//! Tables several measures as one package. All of them are judged by the node before the first is sent.

use std::path::PathBuf;

use nemcon_client::acts::{number_of, tabling};
use nemcon_client::api::Answer;
use nemcon_client::atomic_write::folder_of;
use nemcon_client::clock::now;
use nemcon_client::draft::Draft;
use nemcon_client::failure::Failure;
use nemcon_client::reading::{Ahead, Foreseen, Reading, if_adopted};
use nemcon_client::session::{Party, Session};
use nemcon_client::words::{ordered, ordered_then};
use nemcon_crypto::hash;
use nemcon_ledger::council::Consequence;
use nemcon_ledger::record::measure_fields::Cited;
use nemcon_ledger::record::{Body, Package};
use nemcon_ledger::text::Show as _;
use serde_json::json;

use crate::cli::handing::{Unanswered, became, hand_in};
use crate::cli::measure::bound::BOUND;
use crate::cli::signing::Signing;
use nemcon_audit::Screen;

/// Measures that are about to be tabled, each with its draft's file.
struct Bundle<'a> {
    party: &'a Party,
    files: &'a [PathBuf],
    bodies: Vec<Body>,
}

/// Tables several measures with one deadline, and the package that binds them.
///
/// # Errors
/// [`Failure`]. It names the measures that were tabled before the failure.
pub(super) fn table(
    session: &Session,
    files: &[PathBuf],
    signing: &Signing,
    screen: Screen,
) -> Result<(), Failure> {
    signing.verify_possible(screen)?;
    let party = session.party()?;
    // All measures use one reading of the clock, so that one `closes_in` gives one deadline.
    let now = now()?;
    let body = |file: &PathBuf| tabling(&party, Draft::load(file)?, folder_of(file), now);
    let bodies = files.iter().map(body).collect::<Result<Vec<_>, _>>()?;
    verify_one_deadline(&bodies)?;
    bodies.iter().try_for_each(|body| party.verify_keys(body))?;
    signing.verify_opening(&party, screen)?;
    let bundle = Bundle { party: &party, files, bodies };
    let foreseen = bundle.judge()?;
    signing.obtain(&bundle.reading(foreseen), screen)?;
    let party = signing.opened(&party, screen)?;
    let bundle = Bundle { party: &party, ..bundle };
    let numbers = bundle.send(session, screen)?;
    bundle.bind(&numbers, screen)
}

/// Checks, before anything is judged, that all measures open and close together, as a package needs.
fn verify_one_deadline(bodies: &[Body]) -> Result<(), Failure> {
    let dates = |body: &Body| match body {
        Body::Measure(measure) => Some((measure.opens, measure.closes)),
        _ => None,
    };
    let mut all = bodies.iter().filter_map(dates);
    let first = all.next();
    match all.find(|other| Some(*other) != first).zip(first) {
        None => Ok(()),
        Some(((_, other), (_, first))) => Err(Failure::refused(format_args!(
            "what is adopted together opens and closes together; these close at {first} and at \
             {other}"
        ))
        .next("give all drafts the same `opens`, and the same `closes` or `closes_in`")),
    }
}

impl Bundle<'_> {
    /// Lets the node judge all measures and the package; returns the consequences.
    fn judge(&self) -> Result<Foreseen, Failure> {
        let tabled = self.look_ahead(&self.bodies)?;
        let numbers = tabled.iter().filter_map(|it| match it {
            Consequence::Tabled { measure } => Some(*measure),
            _ => None,
        });
        let package = self.package(&numbers.collect::<Vec<_>>());
        let all: Vec<_> = self.bodies.iter().cloned().chain([package.clone()]).collect();
        Ok(Foreseen::told(&self.party.client, &package, &self.look_ahead(&all)?))
    }

    fn look_ahead(&self, bodies: &[Body]) -> Result<Vec<Consequence>, Failure> {
        match Ahead::of(&self.party.client, &self.party.genesis.charter, bodies)? {
            Ahead::Follows(consequences) => Ok(consequences),
            Ahead::Refused { at, why } => {
                let which = self.files.get(at).map_or("the package".to_owned(), |it| it.shown());
                Err(why.of(format_args!("nothing was tabled: {which}")))
            }
        }
    }

    /// The package of the measures with these numbers, in the order of the files.
    fn package(&self, numbers: &[u64]) -> Body {
        let cited = numbers.iter().zip(&self.bodies).map(|(number, body)| Cited {
            number: *number,
            text: hash::sha256(body.render().as_bytes()),
        });
        let mut measures: Vec<_> = cited.collect();
        measures.sort_by_key(|cited| cited.number);
        Body::Package(Package { head: self.party.head.clone(), measures })
    }

    fn reading(&self, foreseen: Foreseen) -> Reading {
        let title = |body: &Body| match body {
            Body::Measure(measure) => format!("“{}”", measure.title),
            _ => String::new(),
        };
        let texts = self.files.iter().zip(&self.bodies);
        let matters = self.bodies.iter().filter_map(|body| match body {
            Body::Measure(said) => if_adopted(None, &said.council_change),
            _ => None,
        });
        Reading {
            who: self.party.names().loud(&self.party.head.by),
            what: format!(
                "{} new measures, and that they are adopted together or not at all",
                self.bodies.len()
            ),
            about: self.bodies.iter().map(title).collect(),
            foreseen,
            by_text: matters.collect(),
            texts: texts.map(|(file, body)| (file.shown(), body.render())).collect(),
            subjects: Vec::new(),
        }
    }

    /// Submits the measures one by one and returns their numbers.
    fn send(&self, session: &Session, screen: Screen) -> Result<Vec<u64>, Failure> {
        let mut numbers = Vec::new();
        for (file, body) in self.files.iter().zip(&self.bodies) {
            let number = self.send_one(body, session).map_err(|(fate, failure)| {
                self.half_done(&numbers, fate, failure.of(format_args!("{}", file.shown())))
            })?;
            screen.say(format_args!("measure {number} is tabled\n"))?;
            numbers.push(number);
        }
        Ok(numbers)
    }

    /// Submits one measure and returns its number; on failure, also what is known of the measure.
    fn send_one(&self, body: &Body, session: &Session) -> Result<u64, (Fate, Failure)> {
        let answer = self.hand_in(body)?;
        match number_of(session.client(), &answer) {
            Ok(Some(number)) => Ok(number),
            Ok(None) => Err((Fate::Waiting, Failure::not_ordered(ordered(&answer, None)))),
            Err(error) => Err((Fate::Tabled, error.into())),
        }
    }

    /// Signs and submits one statement and returns the node's answer, which is no refusal.
    fn hand_in(&self, body: &Body) -> Result<Answer, (Fate, Failure)> {
        let signed = self.party.sign(body).map_err(|failure| (Fate::NotTabled, failure))?;
        let answer = hand_in(&self.party.client, &signed).map_err(|why| {
            let is_unsent = matches!(why, Unanswered::Unsent(_));
            (if is_unsent { Fate::NotTabled } else { Fate::Unknown }, Failure::from(why))
        })?;
        self.party.accepted(answer).map_err(|refused| (Fate::NotTabled, refused))
    }

    fn bind(&self, numbers: &[u64], screen: Screen) -> Result<(), Failure> {
        let body = self.package(numbers);
        let answer = self
            .hand_in(&body)
            .map_err(|(fate, failure)| self.half_done(numbers, fate, failure.of("the package")))?;
        if let Answer::Pending { .. } = answer {
            screen.say(stands(numbers, Fate::NotTabled, self.files))?;
        }
        let value = json!({ "measures": numbers, "answer": answer });
        became(screen, &answer, &value, ordered_then(&answer, BOUND))
    }

    /// The failure, with the measures that are tabled already and the way to go on.
    fn half_done(&self, tabled: &[u64], fate: Fate, failure: Failure) -> Failure {
        if tabled.is_empty() && fate == Fate::NotTabled {
            return failure;
        }
        let mut numbers: Vec<_> = tabled.iter().map(u64::to_string).collect();
        let first = numbers.first().cloned().unwrap_or_else(|| "N".to_owned());
        if tabled.len() < self.files.len() {
            numbers.push("N".to_owned());
        }
        let bind = numbers.join(" ");
        failure.standing(stands(tabled, fate, self.files)).next(format_args!(
            "do not give this command again: it would table them twice. `nemcon measure list` gives the \
             numbers of what is tabled. Once the rest is tabled, `nemcon measure package {bind}` binds \
             them; `nemcon measure withdraw {first}` takes one back"
        ))
    }
}

/// What is known of the measure at which the tabling of a package stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// The measure was refused or never sent.
    NotTabled,
    /// The node has the measure, and it is pending.
    Waiting,
    /// The measure is ordered; its number could not be read.
    Tabled,
    /// The node gave no answer.
    Unknown,
}

impl Fate {
    const fn says(self) -> &'static str {
        match self {
            Self::NotTabled => "not tabled",
            Self::Waiting => "waits to be ordered",
            Self::Tabled => "tabled under a number that the node did not tell",
            Self::Unknown => "perhaps passed on, perhaps not",
        }
    }
}

/// Which measures are tabled, each by itself, what is known of the next one, and which are not tabled.
fn stands(tabled: &[u64], fate: Fate, files: &[PathBuf]) -> String {
    let one = |(number, file): (&u64, &PathBuf)| format!("measure {number} ({})", file.shown());
    let there: Vec<_> = tabled.iter().zip(files).map(one).collect();
    let mut rest = &files[tabled.len().min(files.len())..];
    let mut parts = Vec::new();
    if !there.is_empty() {
        // If all measures are tabled, the statement without an answer was the package.
        let is_bound = match fate {
            Fate::Unknown if rest.is_empty() => "perhaps bound together, perhaps not",
            _ => "not bound together",
        };
        parts.push(format!("tabled, and {is_bound}: {}", there.join(", ")));
    }
    if let (true, [next, others @ ..]) = (fate != Fate::NotTabled, rest) {
        parts.push(format!("{}: {}", fate.says(), next.shown()));
        rest = others;
    }
    if !rest.is_empty() {
        let files: Vec<_> = rest.iter().map(|file| file.shown()).collect();
        parts.push(format!("{}: {}", Fate::NotTabled.says(), files.join(", ")));
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_to_be_ordered_is_not_said_to_be_untabled() {
        let files = ["a", "b", "c"].map(PathBuf::from);
        for (tabled, fate, said) in [
            (
                &[7][..],
                Fate::Waiting,
                "tabled, and not bound together: measure 7 (a); waits to be ordered: b; not tabled: c",
            ),
            (&[][..], Fate::Unknown, "perhaps passed on, perhaps not: a; not tabled: b, c"),
            (
                &[7, 8][..],
                Fate::Tabled,
                "tabled, and not bound together: measure 7 (a), measure 8 (b); tabled under a number \
                 that the node did not tell: c",
            ),
            (
                &[7, 8, 9][..],
                Fate::Unknown,
                "tabled, and perhaps bound together, perhaps not: measure 7 (a), measure 8 (b), measure 9 (c)",
            ),
            (
                &[7][..],
                Fate::NotTabled,
                "tabled, and not bound together: measure 7 (a); not tabled: b, c",
            ),
        ] {
            assert_eq!(stands(tabled, fate, &files), said);
        }
    }
}
