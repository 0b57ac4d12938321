//! Compares the decisions and lapses of a block with those that the law derives.

use std::collections::BTreeSet;

use nemcon_crypto::Digest;

use super::faults::{Derivation, Wrong, shown};
use crate::council::{Council, Derived, MeasureState, join};
use crate::record::derived::DecisionLine;
use crate::record::{Decision, Outcome, Position};
use crate::text::{Code, Line};

impl Derived {
    pub(super) const fn measure(&self) -> u64 {
        match self {
            Self::Decision(decision) => decision.measure,
            Self::Lapse(lapse) => lapse.measure,
        }
    }

    pub(super) const fn derivation(&self) -> Derivation {
        match self {
            Self::Decision(_) => Derivation::Decision,
            Self::Lapse(_) => Derivation::Lapse,
        }
    }

    /// The measure that it ends, and why.
    pub(super) fn ending(&self) -> (u64, Line) {
        match self {
            Self::Decision(decision) => (decision.measure, decision.reason.clone()),
            Self::Lapse(lapse) => (lapse.measure, lapse.reason.clone()),
        }
    }

    /// Whether it commits to the votes instead of listing them.
    const fn keeps_votes(&self) -> bool {
        matches!(self, Self::Decision(decision) if decision.votes.is_some())
    }

    /// Its substance, as the law says it.
    fn in_words(&self) -> String {
        match self {
            Self::Decision(decision) => {
                format!("{}, {}", outcome(decision.outcome), decision.reason)
            }
            Self::Lapse(lapse) => format!("lapsed, {}", lapse.reason),
        }
    }
}

/// How a record differs from the one that the law derives.
pub(super) struct Difference {
    pub(super) wrong: Wrong,
    /// The parties whose statements could explain the difference.
    pub(super) parties: Vec<Code>,
    /// The one thing that differs, if no party's statement could explain it.
    pub(super) alone: Option<Alone>,
}

/// In what two records of the end of a measure can differ although all ballots are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alone {
    /// Places in the log.
    Places,
    /// Their number.
    Number,
    /// The roster of the day when the measure was tabled.
    Roster,
    /// Whether somebody has closed balloting.
    Close,
}

/// Compares the record on a measure with the one that the law derives.
pub(super) fn difference(found: &Derived, law: &Derived, council: &Council) -> Option<Difference> {
    if found == law {
        return None;
    }
    let (kind, measure) = (found.derivation(), found.measure());
    let why = match (found, law) {
        (Derived::Decision(found), Derived::Decision(law)) => of_decisions(found, law),
        (Derived::Lapse(_), Derived::Lapse(_)) => of_lines(found, law),
        (Derived::Decision(said), Derived::Lapse(lapse)) => format!(
            "it says {}; the law says {}, for the ballots of {} are missing",
            outcome(said.outcome),
            law.in_words(),
            join(&lapse.missing),
        ),
        (Derived::Lapse(_), Derived::Decision(_)) => format!("the law says {}", law.in_words()),
    };
    let alone = match (found, law) {
        (Derived::Decision(found), Derived::Decision(law)) => alone(found, law),
        (Derived::Decision(_), Derived::Lapse(_)) | (Derived::Lapse(_), _) => None,
    };
    let wrong = Wrong::DerivedFalse { kind, measure, why };
    let parties = if found.keeps_votes() || law.keeps_votes() {
        council.measure(measure).map_or_else(Vec::new, entitled)
    } else {
        parties_of(found, law)
    };
    Some(Difference { wrong, parties, alone })
}

/// The members of whom the two records say different things.
fn parties_of(found: &Derived, law: &Derived) -> Vec<Code> {
    let said = |derived: &Derived| -> BTreeSet<(Code, Option<(Position, Digest)>)> {
        match derived {
            Derived::Decision(decision) => {
                let lines = decision.ballots.iter();
                lines.map(|it| (it.code.clone(), Some((it.position, it.text_hash)))).collect()
            }
            Derived::Lapse(lapse) => lapse.missing.iter().map(|it| (it.clone(), None)).collect(),
        }
    };
    said(found).symmetric_difference(&said(law)).map(|(code, _)| code.clone()).collect()
}

/// The difference of a record where the law derives nothing.
pub(super) fn unfounded(found: &Derived, council: &Council) -> Difference {
    let (kind, measure) = (found.derivation(), found.measure());
    let law = council.says_of(measure);
    let why = match found {
        Derived::Decision(said) => format!("it says {}; {law}", outcome(said.outcome)),
        Derived::Lapse(said) => format!("it says {}; {law}", shown(said.reason.as_str())),
    };
    let state = council.measure(measure);
    let parties = state.map(MeasureState::tally).map_or_else(Vec::new, |tally| match found {
        Derived::Decision(_) if tally.missing.is_empty() && tally.against.is_empty() => {
            state.map_or_else(Vec::new, entitled)
        }
        Derived::Decision(_) => [tally.missing, tally.against].concat(),
        Derived::Lapse(_) => state.map_or_else(Vec::new, entitled),
    });
    let wrong = Wrong::DerivedFalse { kind, measure, why };
    Difference { wrong, parties, alone: Some(Alone::Close) }
}

/// The difference of a record that the law derives and the block lacks.
pub(super) fn missing(law: &Derived, council: &Council) -> Difference {
    let (kind, measure) = (law.derivation(), law.measure());
    let parties = council.measure(measure).map_or_else(Vec::new, entitled);
    let wrong = Wrong::DerivedMissing { kind, measure, law: law.in_words() };
    Difference { wrong, parties, alone: None }
}

fn entitled(state: &MeasureState) -> Vec<Code> {
    state.frozen.entitled.iter().map(|entitled| entitled.code.clone()).collect()
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Adopted => "adopted",
        Outcome::NotAdopted => "not adopted",
    }
}

fn of_decisions(found: &Decision, law: &Decision) -> String {
    if found.outcome != law.outcome {
        let (said, is) = (outcome(found.outcome), outcome(law.outcome));
        return format!("it says {said}; the law says {is}, {}", law.reason);
    }
    let same_but_place = |a: &DecisionLine, b: &DecisionLine| {
        (&a.code, a.position, a.text_hash) == (&b.code, b.position, b.text_hash)
    };
    let mut lines = found.ballots.iter().zip(&law.ballots);
    if let Some((said, is)) = lines.find(|(said, is)| !same_but_place(said, is))
        && said.code == is.code
        && said.position != is.position
    {
        let DecisionLine { code, position, leaf, .. } = is;
        let said = said.position;
        return format!("it says {code} {said}; {code}'s ballot, record {}, is {position}", leaf.0);
    }
    of_lines(&Derived::Decision(found.clone()), &Derived::Decision(law.clone()))
}

/// The first line that differs.
fn of_lines(found: &Derived, law: &Derived) -> String {
    let (found, law) = (found.render(), law.render());
    let (found, law) = (String::from_utf8_lossy(&found), String::from_utf8_lossy(&law));
    let (mut said, mut is) = (found.lines(), law.lines());
    loop {
        match (said.next(), is.next()) {
            (None, None) => return "it differs".to_owned(),
            (a, b) if a == b => {}
            (Some(said), Some(is)) => {
                return format!("it says {}; the law says {}", shown(said), shown(is));
            }
            (Some(said), None) => {
                return format!("it says {} beside what the law says", shown(said));
            }
            (None, Some(is)) => return format!("it lacks what the law says: {}", shown(is)),
        }
    }
}

/// In what alone two decisions differ.
fn alone(found: &Decision, law: &Decision) -> Option<Alone> {
    let (mut found, law) = (without_places(found), without_places(law));
    if found == law {
        return Some(Alone::Places);
    }
    found.number = law.number;
    if found == law {
        return Some(Alone::Number);
    }
    found.roster = law.roster;
    (found == law).then_some(Alone::Roster)
}

/// The decision without the places of ballots and mandates in the log, to which a commitment to the votes
/// commits too.
fn without_places(decision: &Decision) -> Decision {
    let mut decision = decision.clone();
    decision.votes = decision.votes.map(|_| Digest::from_bytes([0; 32]));
    decision.ballots.iter_mut().for_each(|line| line.leaf.0 = 0);
    decision.mandates.iter_mut().for_each(|line| line.leaf.0 = 0);
    decision
}
