//! The events that hold.

use nemcon_ledger::text::Time;

use super::kind::EventKind;
use super::notice::Notice;
use super::view::View;
use crate::api::{ConditionView, MeasureStatus, MeasureSummary, PublicationView};
use crate::calendar::{Event, What};
use crate::words::{count, minute};

/// The number of milliseconds in a day.
const DAY_MS: u64 = 24 * 3_600_000;
/// The reminder of a deadline that is always given, in days.
const LAST_DAY: u32 = 1;

/// Every event that holds by what a node tells, in the order in which they are told.
pub fn facts(view: &View) -> Vec<Notice> {
    let mut all = Vec::new();
    for measure in &view.open {
        all.extend(wanted(view, measure));
        all.extend(last_missing(view, measure));
    }
    all.extend(dates(view));
    all.extend(view.recent.iter().flat_map(outcome));
    all.extend(view.frozen.iter().map(|code| Notice {
        about: Some(code.clone()),
        ..plain(
            EventKind::Frozen,
            format!("frozen/{code}"),
            format!("{code} is frozen: nothing is said for it until that is ended"),
        )
    }));
    all.extend(view.evidence.iter().map(|name| {
        let words = format!("the node keeps evidence that convicts a member: {name}");
        plain(EventKind::Evidence, format!("evidence/{name}"), words)
    }));
    all.extend(view.conditions.iter().map(begins));
    all
}

fn plain(kind: EventKind, key: String, words: String) -> Notice {
    let (measure, title, marking, about, time) = (None, None, None, None, None);
    Notice { kind, key, words, measure, title, marking, about, time }
}

fn of(measure: &MeasureSummary, kind: EventKind, key: String, words: String) -> Notice {
    Notice {
        measure: Some(measure.number),
        title: Some(measure.title.clone()),
        marking: measure.publication.as_ref().and_then(PublicationView::marking_of_act),
        ..plain(kind, key, words)
    }
}

/// The member's ballot is missing on this text.
fn wanted(view: &View, measure: &MeasureSummary) -> Option<Notice> {
    let MeasureSummary { number, revision, closes, .. } = measure;
    if !measure.missing.contains(&view.me) {
        return None;
    }
    let signed_before = measure.party.as_ref().and_then(|party| party.signed_before);
    let closes = minute(*closes);
    let (kind, words) = match signed_before {
        Some(before) => (
            EventKind::Revised,
            format!(
                "the text of measure {number} was replaced after you signed revision {before}: revision {revision} \
                 lacks your ballot until {closes}"
            ),
        ),
        None => (EventKind::Measure, format!("measure {number} lacks your ballot until {closes}")),
    };
    let key = format!("measure/{number}/{revision}");
    Some(Notice { time: Some(measure.closes), ..of(measure, kind, key, words) })
}

fn last_missing(view: &View, measure: &MeasureSummary) -> Option<Notice> {
    let MeasureSummary { number, revision, missing, entitled, .. } = measure;
    if missing[..] != [view.me.clone()] || *entitled < 2 {
        return None;
    }
    let key = format!("last-missing/{number}/{revision}");
    let words = format!("yours is the last ballot that is missing on measure {number}");
    let notice = of(measure, EventKind::LastMissing, key, words);
    Some(Notice { time: Some(measure.closes), ..notice })
}

/// The dates of which a reminder has been reached: only the last reminder of each.
fn dates(view: &View) -> Vec<Notice> {
    let events = Event::all(&view.ahead, &view.reminder_days, view.now);
    let due = events.iter().filter_map(|event| {
        let measure = view.ahead.iter().find(|measure| measure.number == event.measure)?;
        let days = match event.what {
            What::Deadline if event.missing.contains(&view.me) => deadline(view, measure)?,
            What::Deadline | What::Opens | What::Enters => return None,
            What::Review | What::Expiry => event.reminder?,
        };
        let (what, number, time) = (event.what.as_str(), event.measure, event.time);
        let key = format!("{what}/{number}/{}/{days}", time.as_ms());
        let within = count(u64::from(days), "day");
        let words = format!("{}, within {within}: {}", event.what.of(number), minute(time));
        Some(Notice { time: Some(time), ..of(measure, EventKind::Deadline, key, words) })
    });
    due.collect()
}

/// The last reminder of the deadline that has been reached, of those that lay ahead when the measure was tabled.
fn deadline(view: &View, measure: &MeasureSummary) -> Option<u32> {
    let left_ms = |from: Time| measure.closes.as_ms().saturating_sub(from.as_ms());
    let is_reached = |days: &u32| {
        let days_ms = u64::from(*days) * DAY_MS;
        left_ms(measure.tabled) > days_ms && left_ms(view.now) <= days_ms
    };
    view.reminder_days.iter().copied().chain([LAST_DAY]).filter(is_reached).min()
}

/// How a measure has ended, and whether that is final.
fn outcome(measure: &MeasureSummary) -> Vec<Notice> {
    let number = measure.number;
    let (kind, how) = match measure.status {
        MeasureStatus::Open | MeasureStatus::Blocked => return Vec::new(),
        MeasureStatus::Adopted => (EventKind::Adopted, "is adopted"),
        MeasureStatus::NotAdopted => (EventKind::NotAdopted, "is not adopted"),
        MeasureStatus::Lapsed => (EventKind::Lapsed, "lapsed without a decision"),
        MeasureStatus::Withdrawn => (EventKind::Lapsed, "is withdrawn"),
    };
    let why = measure.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    let time = measure.ended;
    let ended =
        of(measure, kind, format!("outcome/{number}"), format!("measure {number} {how}{why}"));
    let mut all = vec![Notice { time, ..ended }];
    if measure.is_final {
        let words = format!(
            "measure {number} {how}, and that is final: every entitled member has sealed it"
        );
        all.push(Notice {
            time,
            ..of(measure, EventKind::Final, format!("final/{number}"), words)
        });
    }
    all
}

fn begins(condition: &ConditionView) -> Notice {
    let ConditionView { name, about, since, means, advice } = condition;
    Notice {
        about: Some(about.clone()),
        time: Some(*since),
        ..plain(
            EventKind::ConditionBegins,
            format!("condition/{name}/{about}"),
            format!("{name} ({about}): {means}; next: {advice}"),
        )
    }
}
