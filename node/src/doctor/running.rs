//! What a running node says of itself.

use nemcon_client::api::{ConditionView, Status};

use super::answering::Answering;
use super::finding::Finding;
use crate::server::condition::Kind;

/// The conditions that other findings tell of already.
const TOLD_ELSEWHERE: [Kind; 4] =
    [Kind::PeerUnreachable, Kind::PeerNameUnresolved, Kind::DiskNearlyFull, Kind::PeerNotInRoster];

/// The conditions of this node's own with which it cannot do its work.
const GRAVE: [Kind; 5] = [
    Kind::Stopped,
    Kind::OwnKeyElsewhere,
    Kind::TooFewConnected,
    Kind::OrderingStalled,
    Kind::Observing,
];

/// Examines what the node tells of itself.
pub(super) fn look(answering: &Answering, findings: &mut Vec<Finding>) {
    let Some(status) = answering.status() else {
        findings.push(Finding::untold(
            "own-key",
            "only a running node hears whether its key is seen elsewhere",
        ));
        return;
    };
    findings.push(own_key(status));
    let is_new = |it: &&ConditionView| {
        let is_own = it.about == status.member;
        let is_clock = it.name == Kind::ClockOff.name() && is_own;
        let is_key = it.name == Kind::OwnKeyElsewhere.name() && is_own;
        !is_clock && !is_key && TOLD_ELSEWHERE.iter().all(|kind| kind.name() != it.name)
    };
    findings.extend(status.conditions.iter().filter(is_new).map(|it| condition(it, status)));
}

fn own_key(status: &Status) -> Finding {
    let elsewhere =
        |it: &&ConditionView| it.name == Kind::OwnKeyElsewhere.name() && it.about == status.member;
    match status.conditions.iter().find(elsewhere) {
        Some(it) => Finding::wrong("own-key", &it.means, &it.advice),
        None => Finding::ok("own-key", "it is seen nowhere else"),
    }
}

fn condition(it: &ConditionView, status: &Status) -> Finding {
    let is_grave = it.about == status.member && GRAVE.iter().any(|kind| kind.name() == it.name);
    let says = format!("{}: {}", it.name, it.means);
    let finding = if is_grave {
        Finding::wrong("condition", says, &it.advice)
    } else {
        Finding::warning("condition", says, &it.advice)
    };
    finding.about(&it.about)
}
