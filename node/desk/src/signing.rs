//! Shows a statement, and signs it once a person has agreed: if it is still what was shown.

use core::time::Duration;
use std::sync::Arc;

use nemcon_client::api::{Answer, Status};
use nemcon_client::clock::now;
use nemcon_client::failure::Failure;
use nemcon_client::keyfile::{KeyFileError, Passphrase};
use nemcon_client::party_key::{Lock, PartyKey, PartyKeyError};
use nemcon_client::reading::{Ahead, Subject};
use nemcon_client::session::{Party, submit};
use nemcon_ledger::council::Consequence;
use nemcon_ledger::record::{Body, Statement};
use zeroize::Zeroizing;

use crate::act::{Act, Built};
use crate::check::{self, Verdict};
use crate::desk::Desk;
use crate::sheet::{Foreseen, Sheet, State};
use crate::trouble::Trouble;
use crate::uploads::Sent;

/// How far the desk's clock and the node's may be apart where a time is counted from now.
const A_MINUTE: Duration = Duration::from_mins(1);
/// For how long a statement can be read whose effect is counted from now.
const A_DAY: Duration = Duration::from_hours(24);

/// What stops a signature, before anything was signed.
#[derive(Debug)]
pub(crate) enum Stop {
    /// This key did not open with its passphrase. The form can be sent again.
    Passphrase {
        /// The place of the key among the party's keys.
        key: usize,
        /// Whether nothing was typed.
        is_empty: bool,
    },
    /// The text, its deadline or what follows from it is not what was shown any more.
    Moved,
    /// What the node tells of the measure is not what its records say, or was not checked yet.
    Unchecked(Verdict),
    /// Another failure.
    Trouble(Trouble),
}

impl<T: Into<Trouble>> From<T> for Stop {
    fn from(trouble: T) -> Self {
        Self::Trouble(trouble.into())
    }
}

/// Builds the statement of an act and what a person reads before it is signed.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn show(desk: &Desk, act: Act) -> Result<Sheet, Trouble> {
    desk.verify_answers()?;
    let party = desk.session.author()?;
    let built = act.build(&party)?;
    let mut foreseen = foresee(desk, &party, &built.body)?;
    if let (Foreseen::Follows { is_checked, .. }, Some(measure)) = (&mut foreseen, &built.measure) {
        // The deadline and what else stands on the sheet come from the node too.
        *is_checked &= desk.with_copy(|copy| check::measure(copy, measure))?.is_checked();
    }
    // The consequences are told in the person's language, so the basis is asked for all but them.
    let reading =
        built.basis.reading(&party, &built.body, |why| Ok(vec![why.message().to_owned()]))?;
    let Built { body, measure, .. } = built;
    Ok(Sheet::open(act, (body, measure), reading.texts, foreseen))
}

/// What follows, as the node says, and whether the copy of the log says the same.
fn foresee(desk: &Desk, party: &Party, body: &Body) -> Result<Foreseen, Trouble> {
    let charter = &party.genesis.charter;
    let all = match Ahead::of(&party.client, charter, core::slice::from_ref(body))? {
        Ahead::Refused { why, .. } => return Ok(Foreseen::Refused(Box::new(why))),
        Ahead::Follows(all) => all,
    };
    let Status { pending_count, now: clock, .. } = desk.status()?;
    // What waits at the node is not in the log, and may change what follows.
    let is_checked = pending_count == 0
        && desk.with_copy(|copy| {
            let time = copy.chain().next_time(clock);
            let ours = copy.council().foresee(time, &[], core::slice::from_ref(body));
            copy.is_level() && ours.is_ok_and(|ours| say_the_same(&ours, &all, A_MINUTE))
        })?;
    Ok(Foreseen::Follows { all, is_checked })
}

/// Whether the statement is still what was shown; the statement as it would be now.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn has_moved(desk: &Desk, sheet: &Sheet) -> Result<bool, Trouble> {
    desk.verify_answers()?;
    let party = desk.session.author()?;
    Ok(moved(desk, sheet, &party)?.0)
}

fn moved(desk: &Desk, sheet: &Sheet, party: &Party) -> Result<(bool, Built), Trouble> {
    let built = sheet.act.build(party)?;
    let deadline = |measure: &Option<Box<nemcon_client::api::Measure>>| {
        measure.as_ref().map(|measure| (measure.text_hash, measure.closes))
    };
    let is_same = built.body.render() == sheet.text
        && deadline(&built.measure) == deadline(&sheet.measure)
        && match (follows(&foresee(desk, party, &built.body)?), follows(&sheet.foreseen)) {
            (Some(now), Some(then)) => say_the_same(now, then, A_DAY),
            (now, then) => now == then,
        };
    Ok((!is_same, built))
}

/// Whether two lists say the same. The time at which a notice takes effect is counted from the moment of the question: it
/// may differ by as much as this.
fn say_the_same(one: &[Consequence], other: &[Consequence], leeway: Duration) -> bool {
    let same = |(one, other): (&Consequence, &Consequence)| match (one, other) {
        (
            Consequence::NoticeStands { code, leaves: Some(leaves) },
            Consequence::NoticeStands { code: of, leaves: Some(then) },
        ) => code == of && u128::from(leaves.as_ms().abs_diff(then.as_ms())) <= leeway.as_millis(),
        _ => one == other,
    };
    one.len() == other.len() && one.iter().zip(other).all(same)
}

fn follows(foreseen: &Foreseen) -> Option<&[Consequence]> {
    match foreseen {
        Foreseen::Follows { all, .. } => Some(all),
        Foreseen::Refused(_) => None,
    }
}

/// Signs the statement of a sheet and has it ordered. What became of it stands on the sheet.
///
/// # Errors
/// [`Stop`] if nothing was signed.
pub(crate) fn sign(desk: &Desk, sheet: &Arc<Sheet>, sent: &Sent) -> Result<(), Stop> {
    if desk.is_read_only {
        return Err(Trouble::ReadOnly.into());
    }
    // What is signed next is built on what was signed before, so two tabs cannot sign past each other.
    let _alone = desk.sign_alone();
    if !sheet.begin() {
        return Ok(());
    }
    match prepare(desk, sheet, sent) {
        Ok((party, statement)) => {
            sheet.settle(hand_in(&party, &statement));
            // Where the copy cannot be brought up to date, the page looks again.
            let _ = look_again(desk, sheet);
            Ok(())
        }
        Err(stop) => {
            sheet.settle(State::Open);
            Err(stop)
        }
    }
}

/// The signed statement, if everything is as it was shown.
fn prepare(desk: &Desk, sheet: &Sheet, sent: &Sent) -> Result<(Party, Statement), Stop> {
    desk.verify_known()?;
    let party = desk.signer()?;
    party.verify_keys(&sheet.body)?;
    let (is_moved, built) = moved(desk, sheet, &party)?;
    if is_moved || Subject::all_of(&built.body) != Subject::all_of(&sheet.body) {
        return Err(Stop::Moved);
    }
    if let Foreseen::Refused(why) = &sheet.foreseen {
        return Err(Trouble::Failure(why.clone()).into());
    }
    let verdict = match (&built.measure, &built.incident) {
        (Some(measure), _) => desk.with_copy(|copy| check::measure(copy, measure))?,
        (_, Some(incident)) => desk.with_copy(|copy| check::incident(copy, incident))?,
        (None, None) => Verdict::Checked,
    };
    if !verdict.is_checked() {
        return Err(Stop::Unchecked(verdict));
    }
    let party = opened(&party, sent)?;
    // The very text that was shown, rendered again from its parts.
    let statement = party.sign(&sheet.body)?;
    if statement.note.text() != sheet.text {
        return Err(Stop::Moved);
    }
    Ok((party, statement))
}

/// The party with its keys opened by the passphrases that the form sends.
fn opened(party: &Party, sent: &Sent) -> Result<Party, Stop> {
    let mut keys = Vec::new();
    for (at, key) in party.keys().iter().enumerate() {
        keys.push(open(at, key, sent.secret(&field_of(at)))?);
    }
    Ok(party.with_keys(keys))
}

/// The name of the form's field for the passphrase of the key at this place.
pub(crate) fn field_of(key: usize) -> String {
    format!("passphrase-{key}")
}

fn open(at: usize, key: &PartyKey, typed: Zeroizing<String>) -> Result<PartyKey, Stop> {
    let failed = |error| Stop::from(Failure::from(error));
    if matches!(key.lock().map_err(failed)?, Lock::Open | Lock::OwnPin(_)) {
        return key.opened_alone().map_err(failed);
    }
    let is_empty = typed.is_empty();
    let wrong = Stop::Passphrase { key: at, is_empty };
    let Ok(secret) = Passphrase::new(typed) else { return Err(wrong) };
    match key.opened(&secret) {
        Ok(opened) => Ok(opened),
        Err(PartyKeyError::File(KeyFileError::NotOpened { .. })) => Err(wrong),
        Err(error) => Err(failed(error)),
    }
}

fn hand_in(party: &Party, statement: &Statement) -> State {
    match submit(&party.client, statement) {
        // It is ordered when it stands in the copy of the log, and not when a node says so.
        Ok(Answer::Ordered { .. } | Answer::Pending { .. }) => State::Pending,
        Ok(answer @ Answer::Refused { .. }) => {
            let charter = Some(&party.genesis.charter);
            let why = Failure::of_answer(&answer, charter);
            let unexplained = || Failure::refused("the node refuses it without a reason");
            State::Refused(Box::new(why.unwrap_or_else(unexplained)))
        }
        // It was signed and sent, or the connection broke while it was.
        Err(error) => State::Unknown(error.to_string()),
    }
}

/// What has become of a sheet that was sent without an answer, or that waits: by the copy of the log.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn look_again(desk: &Desk, sheet: &Sheet) -> Result<(), Trouble> {
    if !matches!(sheet.state(), State::Pending | State::Unknown(_)) {
        return Ok(());
    }
    let text = sheet.text_hash();
    let Some(leaf) = desk.ask(|client| client.leaf_of(text))? else { return Ok(()) };
    let found = desk.with_copy(|copy| {
        let record = copy.record(leaf)?;
        let is_it = Statement::parse(record.as_bytes()).is_ok_and(|it| it.text_hash == text);
        copy.block_of(leaf).filter(|_| is_it).map(|(_, end)| (end.height.0, end.time))
    })?;
    if let Some((height, time)) = found {
        sheet.settle(State::Ordered { height, time, leaf });
    }
    Ok(())
}

/// Whether this very ballot stands already: the record that holds it.
pub(crate) fn stands_already(sheet: &Sheet) -> Option<u64> {
    let (Body::Ballot(new), Some(measure)) = (&sheet.body, &sheet.measure) else { return None };
    let stands = measure.ballots.iter().find(|it| it.code == new.said.on_behalf)?;
    let by = stands.cast_by.as_ref().unwrap_or(&stands.code);
    let is_it = stands.position == Some(new.position)
        && *by == new.said.head.by
        && stands.declaration == new.declaration
        && !stands.pending;
    stands.leaf.filter(|_| is_it)
}

/// The time of this machine, or the beginning of time where its clock is out of range.
pub(crate) fn clock() -> nemcon_ledger::Time {
    now().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_from_now_may_move_with_the_clock_and_nothing_else_may() {
        let notice = |code: &str, leaves: Option<u64>| Consequence::NoticeStands {
            code: code.parse().unwrap(),
            leaves: leaves.map(|ms| nemcon_ledger::Time::from_ms(ms).unwrap()),
        };
        let begun = 1_800_000_000_000;
        let shown = [notice("BE", Some(begun))];
        let same = |now| say_the_same(&[now], &shown, A_MINUTE);
        assert!(same(notice("BE", Some(begun + 60_000))));
        assert!(!same(notice("BE", Some(begun + 60_001))));
        assert!(!same(notice("BG", Some(begun))));
        assert!(!same(notice("BE", None)));
        assert!(!say_the_same(&[], &shown, A_MINUTE));
    }
}
