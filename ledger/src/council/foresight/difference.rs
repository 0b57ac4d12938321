//! What one council has that the other has not.

use std::collections::BTreeSet;

use nemcon_crypto::Digest;

use super::ahead::Ahead;
use super::consequence::Consequence;
use crate::council::deciding::Derived;
use crate::council::measure::MeasureState;
use crate::council::outcome::Standing;
use crate::council::state::Council;
use crate::council::status::Status;
use crate::record::{Member, Participant};

/// What follows: all that is otherwise `with` the statements than `without` them. First what becomes
/// of measures, then what is said on them and `attested` of them, then the council itself.
pub(super) fn between(
    without: &Ahead,
    with: &Ahead,
    attested: impl Iterator<Item = u64>,
) -> Vec<Consequence> {
    let mut all = fates(without, with);
    for (before, after) in standing_in_both(&without.council, with) {
        all.extend(said_on(before, after, with));
    }
    all.extend(attested.flat_map(|number| ends(&without.council, &with.council, number)));
    all.extend(bindings(&without.council, with));
    all.extend(parties(&without.council, &with.council));
    all.extend(members(&without.council, &with.council));
    all.extend(rules(&without.council, &with.council));
    all
}

/// What ends with what is attested of a measure: that its votes are the members' own, that it holds.
fn ends(without: &Council, with: &Council, measure: u64) -> Vec<Consequence> {
    let (before, after) = (without.measure(measure), with.measure(measure));
    let Some((before, after)) = before.zip(after) else { return Vec::new() };
    let released = before.released.is_none() && after.released.is_some();
    let annulled = before.annulled.is_none() && after.annulled.is_some();
    let released = released.then_some(Consequence::Released { measure });
    released.into_iter().chain(annulled.then_some(Consequence::Annulled { measure })).collect()
}

/// What becomes of measures, in the order of their numbers.
fn fates(without: &Ahead, with: &Ahead) -> Vec<Consequence> {
    let mut all = Vec::new();
    let mut told = BTreeSet::new();
    for after in under_way(with) {
        let before = without.council.measure(after.number);
        if before.is_none() {
            all.push(Consequence::Tabled { measure: after.number });
        }
        if before.is_some_and(|before| before.status == after.status) {
            all.extend(complete(&with.council, before, after));
        } else if !told.contains(&after.number) {
            let fate = fate(with, after);
            if let Some(Consequence::Adopted { measures }) = &fate {
                told.extend(measures.iter().copied());
            }
            all.extend(fate);
        }
    }
    all
}

/// The measures that were open at the beginning or have been tabled since: of all others both copies
/// say the same.
fn under_way(with: &Ahead) -> impl Iterator<Item = &MeasureState> {
    let numbers: BTreeSet<u64> =
        with.council.open.iter().chain(with.ended.keys()).copied().collect();
    numbers.into_iter().filter_map(|number| with.council.measure(number))
}

/// How a measure has ended, if it has.
fn fate(with: &Ahead, state: &MeasureState) -> Option<Consequence> {
    let measure = state.number;
    let reason = || {
        let endings = with.derived.iter().map(|derived| match derived {
            Derived::Decision(it) => (it.measure, &it.reason),
            Derived::Lapse(it) => (it.measure, &it.reason),
        });
        let mut of_it = endings.filter(|(number, _)| *number == measure);
        let said = of_it.next().map(|(_, said)| with.council.reason_of(state, said));
        said.map_or_else(String::new, |reason| reason.to_string())
    };
    match state.status {
        Status::Open => None,
        Status::Adopted { .. } => {
            Some(Consequence::Adopted { measures: with.council.bound_to(state) })
        }
        Status::NotAdopted { .. } => Some(Consequence::NotAdopted { measure, reason: reason() }),
        Status::Lapsed { .. } => Some(Consequence::Lapsed { measure, reason: reason() }),
        Status::Withdrawn => Some(Consequence::Withdrawn { measure }),
    }
}

/// An open measure of which all ballots are in, where they were not.
fn complete(
    with: &Council,
    before: Option<&MeasureState>,
    after: &MeasureState,
) -> Option<Consequence> {
    let measure = after.number;
    let (standing, tally) = (after.standing(), after.tally());
    let is_new = before.is_none_or(|before| {
        before.standing() != standing || before.tally().is_complete() != tally.is_complete()
    });
    if after.status != Status::Open || !tally.is_complete() || !is_new {
        return None;
    }
    match standing {
        Standing::Adoptable => Some(Consequence::WaitsForPackage { measure }),
        Standing::Blocked(_) => {
            let reason = tally.reason(&after.frozen, &with.genesis.charter.weight.of);
            Some(Consequence::Blocked { measure, reason: reason.to_string() })
        }
        Standing::Waiting => None,
    }
}

/// The measures on which something stands: those that stay open, and those that are adopted by it.
fn standing_in_both<'a>(
    without: &'a Council,
    with: &'a Ahead,
) -> impl Iterator<Item = (&'a MeasureState, &'a MeasureState)> {
    let stands =
        |state: &&MeasureState| matches!(state.status, Status::Open | Status::Adopted { .. });
    let both = under_way(with).filter(stands);
    let both = both.filter_map(|after| Some((without.measure(after.number)?, after)));
    both.filter(|(before, _)| before.status == Status::Open)
}

/// What does not stand any more of what was said on a measure, and its deadline.
fn said_on(before: &MeasureState, after: &MeasureState, with: &Ahead) -> Vec<Consequence> {
    let measure = after.number;
    let ended = with.ended.get(&measure).map(AsRef::as_ref);
    let said = before.balloting().zip(after.balloting().or(ended));
    let mut all = Vec::new();
    if before.closes != after.closes {
        all.push(Consequence::Deadline { measure, from: before.closes, to: after.closes });
    }
    let Some((before, after)) = said else { return all };
    for code in before.ballots.keys().filter(|code| !after.ballots.contains_key(*code)) {
        if let Some(ballot) = before.ballot(code) {
            let (code, position) = (code.clone(), ballot.position);
            all.push(Consequence::BallotVoid { measure, code, position });
        }
    }
    let gone = before.mandates.iter().filter(|(code, _)| !after.mandates.contains_key(*code));
    all.extend(gone.map(|(code, mandate)| Consequence::MandateVoid {
        measure,
        code: code.clone(),
        holder: mandate.holder.clone(),
    }));
    let lifted = before.reservations.keys().filter(|key| !after.reservations.contains_key(key));
    all.extend(lifted.map(|(code, sort)| Consequence::ReservationLifted {
        measure,
        code: code.clone(),
        sort: sort.clone(),
    }));
    all
}

/// The packages of measures that are bound since, in the order of their text hashes.
fn bindings(without: &Council, with: &Ahead) -> Vec<Consequence> {
    let packages: BTreeSet<Digest> = under_way(with).filter_map(|state| state.package).collect();
    let new = packages.into_iter().filter(|hash| !without.packages.contains_key(hash));
    let new = new.filter_map(|hash| with.council.packages.get(&hash));
    let numbers = new.map(|package| package.measures.iter().map(|cited| cited.number));
    numbers.map(|measures| Consequence::Bound { measures: measures.collect() }).collect()
}

/// Who is frozen, and who speaks for whom.
fn parties(without: &Council, with: &Council) -> Vec<Consequence> {
    let mut all = Vec::new();
    let is_frozen = |council: &Council, code| council.is_frozen(code);
    let frozen = with.frozen().filter(|(code, _)| !is_frozen(without, code));
    all.extend(frozen.map(|(code, _)| Consequence::Frozen { code: code.clone() }));
    let thawed = without.frozen().filter(|(code, _)| !is_frozen(with, code));
    all.extend(thawed.map(|(code, _)| Consequence::Thawed { code: code.clone() }));
    let before = |party: &&Participant| without.participant(&party.code) != Some(party);
    let appointed = with.participants().iter().filter(before);
    all.extend(appointed.map(|party| Consequence::Officers { code: party.code.clone() }));
    all
}

/// Who sits in the council, with which keys and weight.
fn members(without: &Council, with: &Council) -> Vec<Consequence> {
    let mut all = Vec::new();
    let is_new = |council: &Council, code| council.roster().member(code).is_none();
    for member in &with.roster().members {
        match without.roster().member(&member.code) {
            None => all.push(Consequence::Enters { code: member.code.clone() }),
            Some(before) => all.extend(changes(before, member)),
        }
    }
    let left = without.roster().members.iter().filter(|it| is_new(with, &it.code));
    all.extend(left.map(|it| Consequence::Leaves { code: it.code.clone() }));
    let admitted = with.admitted().map(|it| &it.member.code);
    let admitted = admitted.filter(|code| without.admitted().all(|it| it.member.code != **code));
    all.extend(admitted.map(|code| Consequence::Admitted { code: code.clone() }));
    let given = with.departing().filter(|(code, _)| !without.is_departing(code));
    all.extend(given.map(|(code, since)| Consequence::NoticeStands {
        code: code.clone(),
        leaves: with.departs(since),
    }));
    let fallen = without.departing().filter(|(code, _)| !with.is_departing(code));
    let fallen = fallen.filter(|(code, _)| !is_new(with, code));
    all.extend(fallen.map(|(code, _)| Consequence::NoticeFallen { code: code.clone() }));
    all
}

fn changes(before: &Member, after: &Member) -> Vec<Consequence> {
    let code = || after.code.clone();
    let speak = |it: &Member| (it.threshold, it.officers.clone(), it.recovery);
    let mut all = Vec::new();
    if speak(before) != speak(after) {
        all.push(Consequence::Officers { code: code() });
    }
    if (before.node, before.seal) != (after.node, after.seal) {
        all.push(Consequence::NodeKeys { code: code() });
    }
    if before.weight != after.weight {
        let (from, to) = (before.weight, after.weight);
        all.push(Consequence::Weight { code: code(), from, to });
    }
    all
}

fn rules(without: &Council, with: &Council) -> Option<Consequence> {
    let rules = with.rules().filter(|rules| without.rules() != Some(rules))?;
    Some(Consequence::Rules {
        version: rules.version,
        release: rules.release.to_string(),
        is_known: rules.is_known(),
    })
}
