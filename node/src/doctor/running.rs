//! What a running node says of itself.

use std::fs::{File, TryLockError};

use nemcon_client::api::{ConditionView, Status};
use nemcon_client::config::NodeConfig;
use nemcon_ledger::text::Show as _;

use super::answering::Answering;
use super::finding::Finding;
use crate::server::condition::Kind;
use crate::server::folder::journal_in;

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
pub(super) fn look(config: &NodeConfig, answering: &Answering, findings: &mut Vec<Finding>) {
    let Some(status) = answering.status() else {
        findings.push(Finding::untold(
            "own-key",
            "only a running node hears whether its key is seen elsewhere",
        ));
        return;
    };
    findings.push(own_key(config, status));
    let is_new = |it: &&ConditionView| {
        let is_own = it.about == status.member;
        let is_clock = it.name == Kind::ClockOff.name() && is_own;
        let is_key = it.name == Kind::OwnKeyElsewhere.name() && is_own;
        !is_clock && !is_key && TOLD_ELSEWHERE.iter().all(|kind| kind.name() != it.name)
    };
    findings.extend(status.conditions.iter().filter(is_new).map(|it| condition(it, status)));
}

fn own_key(config: &NodeConfig, status: &Status) -> Finding {
    if nobody_runs_on(config) {
        let says = format!(
            "the node that answers at {} does not run on {}: this is a second folder with its keys",
            config.http,
            config.ledger.shown()
        );
        let next = "never start a node here: one member's key at two places is taken for two nodes. Examine the folder of the \
                    node that runs, and take the keys out of this one";
        return Finding::wrong("own-key", says, next);
    }
    let elsewhere =
        |it: &&ConditionView| it.name == Kind::OwnKeyElsewhere.name() && it.about == status.member;
    match status.conditions.iter().find(elsewhere) {
        Some(it) => Finding::wrong("own-key", &it.means, &it.advice),
        None => Finding::ok("own-key", "it is seen nowhere else"),
    }
}

/// Whether the ledger of this configuration is free, though the node answers. The lock is taken and given back at once.
fn nobody_runs_on(config: &NodeConfig) -> bool {
    let Ok(lock) = File::open(journal_in(&config.ledger).join("lock")) else { return false };
    match lock.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => false,
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
