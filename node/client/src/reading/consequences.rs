//! The consequences of a statement, in sentences for the party that signs it.

use std::collections::BTreeMap;

use nemcon_ledger::council::Consequence;
use nemcon_ledger::record::council_change::NextRules;
use nemcon_ledger::record::{Body, CouncilChange};
use nemcon_ledger::text::{Code, Line};

use crate::reading::headline::measures;
use crate::words::{minute, moved, sentence};

/// The name of this release.
const RELEASE: &str = concat!("nemcon ", env!("CARGO_PKG_VERSION"));

/// The consequences of a statement of `me`, as a node foresees them.
pub struct Following<'a> {
    /// The code of the party that signs.
    pub me: &'a Code,
    /// The statement that is signed.
    pub body: &'a Body,
    /// The foreseen consequences.
    pub all: &'a [Consequence],
}

impl Following<'_> {
    /// A sentence for each consequence. Consequences of one sort on several measures share a sentence.
    pub fn sentences(&self) -> Vec<String> {
        let mut words = Vec::new();
        words.extend(self.all.iter().filter_map(|it| self.fate(it)));
        words.extend(self.lapses());
        words.extend(self.withdrawals());
        words.extend(self.void_ballots());
        words.extend(self.all.iter().filter_map(|it| self.said_before(it)));
        words.extend(self.all.iter().filter_map(of_the_council));
        words.extend(self.weights());
        words
    }

    fn is_about(&self, measure: u64) -> bool {
        self.body.about().is_some_and(|about| about.measure == measure)
    }

    fn fate(&self, consequence: &Consequence) -> Option<String> {
        let is_ballot = matches!(self.body, Body::Ballot(_));
        Some(match consequence {
            Consequence::Tabled { measure } => {
                format!("it is measure {measure}, if nobody else tables one first")
            }
            Consequence::Adopted { measures: all } => {
                let is_it = is_ballot && all.iter().any(|measure| self.is_about(*measure));
                match (is_it, &all[..]) {
                    (true, [_]) => "You are the last: this adopts it.".to_owned(),
                    (true, _) => format!(
                        "You are the last: this adopts {} together.",
                        measures(all.iter().copied())
                    ),
                    (false, _) => format!("this adopts {}", measures(all.iter().copied())),
                }
            }
            Consequence::NotAdopted { measure, reason } => {
                format!("measure {measure} is NOT ADOPTED: {reason}")
            }
            Consequence::WaitsForPackage { measure } if self.is_about(*measure) => {
                "You are the last on this measure: it is adopted when all of its package can be."
                    .to_owned()
            }
            Consequence::WaitsForPackage { measure } => {
                format!("all ballots on measure {measure} are in then")
            }
            Consequence::Blocked { measure, reason } if self.is_about(*measure) => format!(
                "You are the last: all ballots are in then, and it stays blocked ({reason}) until a \
                 ballot is replaced or balloting ends."
            ),
            Consequence::Blocked { measure, reason } => {
                format!("measure {measure} stays blocked: {reason}")
            }
            Consequence::Bound { measures: all } => format!(
                "{} are adopted together or not at all; ballots name the package",
                measures(all.iter().copied())
            ),
            Consequence::Deadline { measure, from, to } => {
                let words = moved(*from, *to)?;
                if self.is_about(*measure) || matches!(self.body, Body::Revision(_)) {
                    format!("THE DEADLINE {words}")
                } else {
                    format!("the deadline of measure {measure} {words}")
                }
            }
            _ => return None,
        })
    }

    /// The lapses, one sentence for each reason: `11 open measures lapse, which is no decision: 5, 6 …`.
    fn lapses(&self) -> Vec<String> {
        let mut by_reason: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for consequence in self.all {
            if let Consequence::Lapsed { measure, reason } = consequence {
                // The number of ballots differs from measure to measure, so the shared sentence
                // leaves it out.
                let why = reason.rsplit_once(" with ").map_or(&**reason, |(why, _)| why);
                by_reason.entry(why.trim_end_matches(',')).or_default().push(*measure);
            }
        }
        let sentence = |(why, numbers): (&str, Vec<u64>)| {
            let all = measures(numbers.iter().copied());
            match numbers.len() {
                1 => format!("{all} LAPSES, which is no decision: {why}"),
                count => format!("{count} open measures LAPSE, which is no decision: {why}: {all}"),
            }
        };
        by_reason.into_iter().map(sentence).collect()
    }

    fn withdrawals(&self) -> Option<String> {
        let numbers = self.all.iter().filter_map(|it| match it {
            Consequence::Withdrawn { measure } => Some(*measure),
            _ => None,
        });
        let numbers: Vec<u64> = numbers.collect();
        let alone = matches!(&numbers[..], [one] if self.is_about(*one));
        (!numbers.is_empty() && !alone).then(|| {
            format!("{} end together: they are a package", measures(numbers.iter().copied()))
        })
    }

    fn void_ballots(&self) -> Vec<String> {
        let mut by_measure: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for consequence in self.all {
            if let Consequence::BallotVoid { measure, code, position } = consequence {
                by_measure.entry(*measure).or_default().push(format!("{code} ({position})"));
            }
        }
        let sentence = |(measure, whose): (u64, Vec<String>)| {
            let ballots = if whose.len() == 1 { "the ballot" } else { "the ballots" };
            format!("it voids {ballots} of {} on measure {measure}", whose.join(", "))
        };
        by_measure.into_iter().map(sentence).collect()
    }

    fn said_before(&self, consequence: &Consequence) -> Option<String> {
        Some(match consequence {
            Consequence::ReservationLifted { measure, code, sort } => {
                let whose = self.whose(code);
                format!("it lifts {whose} {sort} reservation on measure {measure}")
            }
            Consequence::MandateVoid { measure, code, holder } => {
                let whose = self.whose(code);
                format!("{whose} mandate to {holder} on measure {measure} ends")
            }
            _ => return None,
        })
    }

    fn weights(&self) -> Option<String> {
        let one = |it: &Consequence| match it {
            Consequence::Weight { code, from, to } => Some(format!("{code} {from} → {to}")),
            _ => None,
        };
        let all: Vec<_> = self.all.iter().filter_map(one).collect();
        (!all.is_empty()).then(|| format!("members weigh otherwise: {}", all.join(", ")))
    }

    fn whose(&self, code: &Code) -> String {
        if code == self.me { "your".to_owned() } else { format!("{code}’s") }
    }
}

fn of_the_council(consequence: &Consequence) -> Option<String> {
    Some(match consequence {
        Consequence::Released { measure } => format!(
            "from then on EVERYBODY may see who voted how on measure {measure}; nobody can take that back"
        ),
        Consequence::ReadByAll { measure } => format!(
            "EVERYBODY may read this at once, because measure {measure} is public, and also what it tells of a \
             vote; nobody can take that back"
        ),
        Consequence::Annulled { measure } => {
            format!("measure {measure} is in force no more; nobody can take that back")
        }
        Consequence::Frozen { code } => format!("nothing is said for {code} any more"),
        Consequence::Thawed { code } => format!("the freeze of {code} ends"),
        Consequence::Officers { code } => {
            format!("other keys sign for {code} from the next block on")
        }
        Consequence::NodeKeys { code } => format!(
            "the node of {code} works with other keys, from the next block on or when it is its \
             turn"
        ),
        Consequence::Admitted { code } => format!("{code} may take a seat in the council"),
        Consequence::Enters { code } => format!("{code} takes its seat in the council"),
        Consequence::Leaves { code } => format!("{code} LEAVES the council"),
        Consequence::NoticeStands { code, leaves: None } => {
            format!("the others may decide that {code} leaves; until then it may take that back")
        }
        Consequence::NoticeStands { code, leaves: Some(time) } => format!(
            "{code} LEAVES the council at {}, or earlier if the others decide so; until then it may take that back",
            minute(*time)
        ),
        Consequence::NoticeFallen { code } => {
            format!("the notice of {code} that it leaves stands no more")
        }
        Consequence::Rules { version, release, is_known } => rules(*version, release, *is_known),
        _ => return None,
    })
}

/// What adoption of a measure would change in the council; `number` is the measure's, if it has one.
pub fn if_adopted(number: Option<u64>, council_change: &CouncilChange) -> Option<String> {
    let it = number.map_or("it".to_owned(), |number| format!("measure {number}"));
    match council_change {
        CouncilChange::Rules(NextRules { version, release }) => {
            let known = NextRules { version: *version, release: release.clone() }.is_known();
            Some(format!("once {it} is adopted, {}", rules(*version, release.as_str(), known)))
        }
        council_change => Some(format!("once {it} is adopted: {}", sentence(council_change)?)),
    }
}

fn rules(version: u32, release: &str, is_known: bool) -> String {
    // The release of the node can differ from this one.
    let line: Option<Line> = release.parse().ok();
    let known_here = line.is_none_or(|release| NextRules { version, release }.is_known());
    if is_known && known_here {
        return format!("the rules change to version {version}, which {release} knows");
    }
    format!(
        "THE RULES CHANGE to version {version}, which this release ({RELEASE}) DOES NOT KNOW: from \
         that block on its nodes stop, until they are {release}"
    )
}
