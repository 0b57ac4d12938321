//! The names of parties, for people.

use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::Code;

use crate::seats::Seats;

/// The names of parties: the name in the genesis that the founders signed, if it has one, otherwise
/// the name that the node gives.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The genesis of the council.
    pub genesis: &'a Genesis,
    /// The current members and participants, if a node was asked for them.
    pub seats: Option<&'a Seats>,
}

impl Names<'_> {
    /// The party's name in capitals, `BELGIUM`; its code if it has no name.
    pub fn loud(&self, code: &Code) -> String {
        self.name(code).map_or_else(|| code.to_string(), |name| name.to_uppercase())
    }

    fn name(&self, code: &Code) -> Option<String> {
        let founding = || {
            let member = self.genesis.roster.member(code).map(|member| &member.name);
            let parties = &self.genesis.participants;
            let party = || parties.iter().find(|it| it.code == *code).map(|it| &it.name);
            member.or_else(party).map(ToString::to_string)
        };
        let told = || {
            let seats = self.seats?;
            let entrant = || seats.entrant(code).map(|it| &it.seat);
            let member = seats.seat(code).or_else(entrant).map(|it| it.member.name.to_string());
            let party = || seats.participant(code).map(|it| it.participant.name.to_string());
            member.or_else(party)
        };
        founding().or_else(told)
    }
}
