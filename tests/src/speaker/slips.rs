//! Near misses: a valid statement with one thing wrong.

use nemcon_crypto::{Digest, hash};
use nemcon_ledger::council::Status;
use nemcon_ledger::record::{About, Body, CouncilChange, Measure};
use nemcon_ledger::text::{Code, Time};

use super::desk::{Desk, cited};
use crate::fixture::{day, label, line};

/// What is wrong, and how it is made; false where it does not apply.
type Slip = (&'static str, fn(&mut Desk<'_>, &mut Body) -> bool);

const SLIPS: [Slip; 16] = [
    ("stale link", stale),
    ("superseded text", superseded),
    ("other words", reworded),
    ("ended measure", ended),
    ("for another", for_another),
    ("other council", other_council),
    ("any holder", any_holder),
    ("unknown word", unknown_word),
    ("dates out of order", misdated),
    ("other rule", other_rule),
    ("unfounded authority", unfounded),
    ("others' package", others_package),
    ("others' revision", others_revision),
    ("nothing changed", unchanged),
    ("used key", used_key),
    ("cited wrongly", miscited),
];

impl Desk<'_> {
    /// Gets one thing wrong in what is said; returns what.
    pub(super) fn slip(&mut self, body: &mut Body) -> Option<&'static str> {
        let first = usize::try_from(self.below(SLIPS.len() as u64)).ok()?;
        let (before, from) = SLIPS.split_at(first);
        let mut slips = from.iter().chain(before);
        slips.find(|(_, slip)| slip(self, body)).map(|(name, _)| *name)
    }
}

/// Follows nothing, or what never was.
fn stale(desk: &mut Desk<'_>, body: &mut Body) -> bool {
    let Some(after) = after_of(body) else { return false };
    let other = if desk.chance(500) { None } else { Some(hash::sha256(b"another")) };
    *after = if *after == other { Some(hash::sha256(b"a third")) } else { other };
    true
}

fn after_of(body: &mut Body) -> Option<&mut Option<Digest>> {
    Some(match body {
        Body::Measure(_) | Body::Package(_) | Body::Incident(_) => return None,
        Body::Revision(it) => &mut it.after,
        Body::Ballot(it) => &mut it.said.after,
        Body::Mandate(it) => &mut it.said.after,
        Body::Reservation(it) => &mut it.said.after,
        Body::Extension(it) => &mut it.said.after,
        Body::Withdrawal(it) => &mut it.said.after,
        Body::Close(it) => &mut it.said.after,
        Body::Attestation(it) => &mut it.said.after,
        Body::Remark(it) => &mut it.said.after,
        Body::Attribution(it) => &mut it.after,
        Body::Keys(it) => &mut it.after,
        Body::Freeze(it) => &mut it.after,
        Body::Rotation(it) => &mut it.after,
        Body::Notice(it) => &mut it.after,
        Body::Entry(it) => &mut it.after,
    })
}

fn about_of(body: &mut Body) -> Option<&mut About> {
    Some(match body {
        Body::Ballot(it) => &mut it.said.about,
        Body::Mandate(it) => &mut it.said.about,
        Body::Reservation(it) => &mut it.said.about,
        Body::Extension(it) => &mut it.said.about,
        Body::Withdrawal(it) => &mut it.said.about,
        Body::Close(it) => &mut it.said.about,
        Body::Attestation(it) => &mut it.said.about,
        Body::Remark(it) => &mut it.said.about,
        _ => return None,
    })
}

fn measure_of(body: &mut Body) -> Option<&mut Measure> {
    match body {
        Body::Measure(it) => Some(it),
        Body::Revision(it) => Some(&mut it.measure),
        _ => None,
    }
}

/// On a text that a revision has replaced.
fn superseded(desk: &mut Desk<'_>, body: &mut Body) -> bool {
    let Some(about) = about_of(body) else { return false };
    let state = desk.sight.council.measure(about.measure);
    let Some(former) = state.and_then(|state| state.balloting()?.former.last()) else {
        return false;
    };
    (about.revision, about.text) = (former.revision, former.text_hash);
    true
}

fn reworded(_: &mut Desk<'_>, body: &mut Body) -> bool {
    about_of(body).map(|about| about.title = line("Another title")).is_some()
}

/// On a measure that has ended.
fn ended(desk: &mut Desk<'_>, body: &mut Body) -> bool {
    let over = desk.sight.council.measures().filter(|it| it.status != Status::Open);
    let over: Vec<_> = over.collect();
    let Some(state) = desk.pick(&over) else { return false };
    about_of(body).map(|about| *about = state.about()).is_some()
}

/// In another member's name.
fn for_another(desk: &mut Desk<'_>, body: &mut Body) -> bool {
    let others = desk.others();
    let Some(other) = desk.pick(&others).map(|code| (*code).clone()) else { return false };
    on_behalf_of(body).map(|code| *code = other).is_some()
}

fn on_behalf_of(body: &mut Body) -> Option<&mut Code> {
    Some(match body {
        Body::Ballot(it) => &mut it.said.on_behalf,
        Body::Mandate(it) => &mut it.said.on_behalf,
        Body::Reservation(it) => &mut it.said.on_behalf,
        Body::Remark(it) => &mut it.said.on_behalf,
        Body::Close(it) => &mut it.said.on_behalf,
        _ => return None,
    })
}

fn other_council(_: &mut Desk<'_>, body: &mut Body) -> bool {
    let Body::Ballot(ballot) = body else { return false };
    ballot.said.head.council = hash::sha256(b"another council");
    true
}

/// A second mandate, a chained one, one for oneself, one for who is not asked.
fn any_holder(desk: &mut Desk<'_>, body: &mut Body) -> bool {
    let Body::Mandate(mandate) = body else { return false };
    let mut codes: Vec<_> = desk.sight.council.roster().members.iter().collect();
    codes.reverse();
    mandate.holder = desk.pick(&codes).map(|member| member.code.clone());
    true
}

fn unknown_word(_: &mut Desk<'_>, body: &mut Body) -> bool {
    let unknown = label("unheard-of");
    match body {
        Body::Measure(it) => it.kind = unknown,
        Body::Reservation(it) => it.sort = unknown,
        Body::Attestation(it) => it.attests = unknown,
        Body::Remark(it) => it.sort = unknown,
        Body::Incident(it) => it.category = unknown,
        Body::Attribution(it) => it.finding = unknown,
        _ => return false,
    }
    true
}

fn misdated(desk: &mut Desk<'_>, body: &mut Body) -> bool {
    let past = Time::from_ms(desk.sight.now.as_ms() - 1).expect("a time of this age");
    let is_past = desk.chance(500);
    match body {
        Body::Extension(it) => it.closes = past,
        Body::Incident(it) => it.from = day(9000),
        _ => match measure_of(body) {
            Some(measure) if is_past => measure.closes = past,
            Some(measure) => measure.expires = measure.opens.or(Some(past)),
            None => return false,
        },
    }
    true
}

fn other_rule(desk: &mut Desk<'_>, body: &mut Body) -> bool {
    let Some(rule) = desk.pick(&desk.charter().rules).map(|rule| rule.name.clone()) else {
        return false;
    };
    measure_of(body).map(|measure| measure.rule = rule).is_some()
}

/// Leaves somebody out by a measure that lets nobody go ahead, or concerns whom it does not.
fn unfounded(desk: &mut Desk<'_>, body: &mut Body) -> bool {
    let known: Vec<_> = desk.sight.council.measures().collect();
    let (Some(state), others) = (desk.pick(&known).copied(), desk.others()) else { return false };
    let concerned = desk.pick(&others).map(|code| (*code).clone());
    let Some(measure) = measure_of(body) else { return false };
    if desk.chance(500) {
        measure.authorised_by = Some(cited(state));
    } else {
        measure.concerns = concerned;
    }
    true
}

fn others_package(desk: &mut Desk<'_>, body: &mut Body) -> bool {
    let Body::Package(package) = body else { return false };
    package.measures = desk.open(|_| true).into_iter().map(cited).collect();
    package.measures.len() > 1
}

fn others_revision(desk: &mut Desk<'_>, body: &mut Body) -> bool {
    let by = desk.by;
    let Body::Revision(revision) = body else { return false };
    let Some(state) = desk.pick_open(|it| it.terms.by != *by) else { return false };
    (revision.revises, revision.revision) = (cited(state), state.revision + 1);
    true
}

/// The text that stands.
fn unchanged(desk: &mut Desk<'_>, body: &mut Body) -> bool {
    let Body::Revision(revision) = body else { return false };
    let state = desk.sight.council.measure(revision.revises.number);
    let text = state.and_then(|state| state.measure.as_deref());
    text.map(|text| revision.measure = text.clone()).is_some()
}

/// A key that somebody has.
fn used_key(desk: &mut Desk<'_>, body: &mut Body) -> bool {
    let Some(member) = desk.sight.council.roster().members.first() else { return false };
    match body {
        Body::Rotation(rotation) => (rotation.node, rotation.seal) = (Some(member.node), None),
        Body::Measure(measure) => match &mut measure.council_change {
            CouncilChange::Appointment(party) if !party.is_vacant() => {
                party.officers[0].key = member.node;
            }
            _ => return false,
        },
        _ => return false,
    }
    true
}

fn miscited(_: &mut Desk<'_>, body: &mut Body) -> bool {
    let other = hash::sha256(b"another text");
    match body {
        Body::Attribution(it) => it.incident.text = other,
        Body::Revision(it) => it.revises.text = other,
        Body::Entry(it) => it.admitted_by.text = other,
        Body::Measure(it) => match (&mut it.predecessor, it.incidents.first_mut()) {
            (Some(predecessor), _) => predecessor.cited.text = other,
            (None, Some(incident)) => incident.text = other,
            (None, None) => return false,
        },
        _ => return false,
    }
    true
}
