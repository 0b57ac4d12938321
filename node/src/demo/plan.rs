//! The scenarios of the demo: who signs what, and whose node is off.

use core::fmt;
use core::str::FromStr;

use nemcon_ledger::record::Position;
use nemcon_ledger::text::Code;

use nemcon_client::shipped::{Shipped, ShippedSeat};

/// The least number of members of which one can be absent while the others go on.
const MEMBERS_FOR_ABSENT: usize = 4;
/// The member that is absent if it is in the roster; otherwise the last one is.
const USUALLY_ABSENT: &str = "EL";

/// A scenario of the demo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scenario {
    /// All members are in favour.
    #[default]
    Adopt,
    /// Two members abstain, which does not prevent adoption.
    Abstain,
    /// One member is against.
    Veto,
    /// The node of one member is off, and returns.
    Absent,
    /// The proposer revises the text after some members have signed, and they sign again.
    Revise,
    /// One member casts another's ballot by mandate.
    Mandate,
    /// Two measures are adopted as a package.
    Package,
    /// A member's officer key is stolen: the member is frozen, and goes on with a new key.
    Freeze,
    /// A further member enters, and then decides with the others.
    Accession,
}

/// The error for a text that is not the name of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the scenarios are adopt, abstain, veto, absent, revise, mandate, package, freeze and accession"
)]
pub struct ScenarioNameError;

/// The error for a scenario that needs more members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("--scenario {scenario} needs at least {wanted} members; there are {members}")]
pub struct ScenarioError {
    scenario: Scenario,
    wanted: usize,
    members: usize,
}

/// A scenario with its parts assigned to members.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// The scenario.
    pub(super) scenario: Scenario,
    /// The texts of the measures to table; the main one is first.
    pub(super) measures: [&'static str; 2],
    /// The position of every member, in roster order; the entrant's is last.
    positions: Vec<(Code, Position)>,
    absent: Option<Code>,
    /// The member that enters during the demo.
    entrant: Option<ShippedSeat>,
}

impl Plan {
    /// Assigns the parts of the scenario to members.
    ///
    /// # Errors
    /// [`ScenarioError`] if there are too few members for them.
    pub(super) fn new(scenario: Scenario, shipped: &Shipped) -> Result<Self, ScenarioError> {
        let members = shipped.seats.len();
        let wanted = match scenario {
            Scenario::Adopt | Scenario::Package | Scenario::Accession => 1,
            Scenario::Veto | Scenario::Revise | Scenario::Mandate | Scenario::Freeze => 2,
            Scenario::Abstain => 3,
            Scenario::Absent => MEMBERS_FOR_ABSENT,
        };
        if members < wanted {
            return Err(ScenarioError { scenario, wanted, members });
        }
        let mut plan = Self {
            scenario,
            measures: shipped.measures,
            positions: shipped.seats.iter().map(|s| (s.code.clone(), Position::InFavour)).collect(),
            absent: None,
            entrant: None,
        };
        plan.assign(shipped);
        Ok(plan)
    }

    fn assign(&mut self, shipped: &Shipped) {
        let last = self.positions.len() - 1;
        match self.scenario {
            Scenario::Adopt
            | Scenario::Revise
            | Scenario::Mandate
            | Scenario::Package
            | Scenario::Freeze => {}
            Scenario::Accession => {
                self.positions.push((shipped.next.code.clone(), Position::InFavour));
                self.entrant = Some(shipped.next.clone());
            }
            Scenario::Veto => self.positions[last].1 = Position::Against,
            Scenario::Abstain => {
                // With three members, a single qualified abstention would block adoption.
                let can_qualify = last >= 3 && shipped.charter.qualified.is_some();
                let second =
                    if can_qualify { Position::AbstainQualified } else { Position::Abstain };
                self.positions[last].1 = Position::Abstain;
                self.positions[last - 1].1 = second;
            }
            Scenario::Absent => {
                let usual =
                    self.positions.iter().position(|(code, _)| code.as_str() == USUALLY_ABSENT);
                self.absent = Some(self.positions[usual.unwrap_or(last)].0.clone());
            }
        }
    }

    /// The member that enters during the demo, if one does.
    pub(super) const fn entrant(&self) -> Option<&ShippedSeat> {
        self.entrant.as_ref()
    }

    /// The member whose node is off at first, if one is.
    pub(super) const fn absent(&self) -> Option<&Code> {
        self.absent.as_ref()
    }

    /// Whether the node of this member is off at first.
    pub(super) fn is_absent(&self, code: &Code) -> bool {
        self.absent.as_ref() == Some(code)
    }

    /// The ballots of the members whose nodes run, in the order in which they are cast. A member that
    /// is against comes early, so that the picture shows the measure blocked before all have signed.
    pub(super) fn ballots(&self) -> Vec<(Code, Position)> {
        let mut ballots: Vec<_> =
            self.positions.iter().filter(|(code, _)| !self.is_absent(code)).cloned().collect();
        let against = ballots.iter().position(|(_, position)| *position == Position::Against);
        if let Some(at) = against {
            let ballot = ballots.remove(at);
            ballots.insert(ballots.len() / 3, ballot);
        }
        ballots
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Adopt => "adopt",
            Self::Abstain => "abstain",
            Self::Veto => "veto",
            Self::Absent => "absent",
            Self::Revise => "revise",
            Self::Mandate => "mandate",
            Self::Package => "package",
            Self::Freeze => "freeze",
            Self::Accession => "accession",
        })
    }
}

impl FromStr for Scenario {
    type Err = ScenarioNameError;

    fn from_str(text: &str) -> Result<Self, ScenarioNameError> {
        let all = [
            Self::Adopt,
            Self::Abstain,
            Self::Veto,
            Self::Absent,
            Self::Revise,
            Self::Mandate,
            Self::Package,
            Self::Freeze,
            Self::Accession,
        ];
        all.into_iter().find(|scenario| scenario.to_string() == text).ok_or(ScenarioNameError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_client::shipped::CharterName;

    fn plan(scenario: Scenario, charter: CharterName, members: usize) -> Plan {
        Plan::new(scenario, &Shipped::load(charter).first(members).unwrap()).unwrap()
    }

    #[test]
    fn greece_is_away_where_it_is_a_member_and_else_the_last() {
        let absent = |charter, members| {
            plan(Scenario::Absent, charter, members).absent().unwrap().to_string()
        };
        assert_eq!(absent(CharterName::EuCouncil, 27), "EL");
        assert_eq!(absent(CharterName::EuCouncil, 4), "DK");
        assert_eq!(absent(CharterName::Plain, 7), "ST");
    }

    #[test]
    fn who_is_against_speaks_before_all_have_signed() {
        let ballots = plan(Scenario::Veto, CharterName::EuCouncil, 27).ballots();
        assert_eq!(ballots.len(), 27);
        let at = ballots.iter().position(|(_, said)| *said == Position::Against).unwrap();
        assert_eq!((at, ballots[at].0.as_str()), (8, "SE"));
    }

    #[test]
    fn a_charter_without_declared_abstention_sees_plain_ones_only() {
        let of = |charter, members| {
            let ballots = plan(Scenario::Abstain, charter, members).ballots();
            ballots.iter().filter(|(_, said)| *said == Position::AbstainQualified).count()
        };
        assert_eq!(of(CharterName::EuCouncil, 27), 1);
        assert_eq!(of(CharterName::EuCouncil, 3), 0);
        assert_eq!(of(CharterName::Plain, 7), 0);
    }

    #[test]
    fn a_scenario_with_too_few_members_is_refused() {
        let shipped = Shipped::load(CharterName::EuCouncil).first(3).unwrap();
        let error = Plan::new(Scenario::Absent, &shipped).unwrap_err().to_string();
        assert_eq!(error, "--scenario absent needs at least 4 members; there are 3");
    }
}
