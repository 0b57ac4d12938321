//! What the operator of a node should know: connected nodes, the clock, what a block waits
//! for, and conditions.

use core::fmt::Write as _;

use nemcon_client::api::{AwaitsView, ClockView, ConditionView, Status};
use nemcon_ledger::council::join;
use nemcon_ledger::quorum::quorum;
use nemcon_ledger::text::Code;

use nemcon_client::words::{count, span};

/// The least difference of the clock that is given as a number, in milliseconds. The messages
/// between nodes alone can cause smaller ones.
const TOLD_FROM_MS: u64 = 1_000;

/// The connected nodes: `all 4 connected`; `3 of 4 connected, not DK; a block takes 3`.
pub(super) fn connected(status: &Status) -> String {
    let off: Vec<Code> =
        status.members.iter().filter(|it| !it.connected).map(|it| it.code.clone()).collect();
    let all = status.members.len();
    let on = status.members.len() - off.len();
    if status.following {
        let others = status.members.iter().filter(|it| it.code != status.member);
        let reached = others.clone().filter(|it| it.connected).count();
        let all = others.count();
        return format!(
            "{reached} of {all} others connected; NONE of them counts this node, for the roster names no key \
             that it holds"
        );
    }
    if off.is_empty() {
        return format!("all {all} connected");
    }
    // A block needs more than two thirds of the members.
    format!("{on} of {all} connected, not {}; a block takes {}", join(&off), quorum(all))
}

/// The lines about the clock and about the block that is being decided.
pub(super) fn lines(status: &Status) -> String {
    let mut words = String::new();
    if let Some(clock) = &status.clock {
        let _ = writeln!(words, "clock   {}", clock_words(clock));
    }
    if let Some(round) = status.round {
        let awaits = status.awaits.as_ref().map(|it| format!(": {}", awaits_words(it, status)));
        let _ = writeln!(
            words,
            "now     block {} is being decided, round {round}{}",
            status.height + 1,
            awaits.unwrap_or_default()
        );
    }
    words
}

fn clock_words(clock: &ClockView) -> String {
    let ClockView { ahead_ms, heard } = clock;
    let off_ms = ahead_ms.unsigned_abs();
    let others = count(*heard as u64, "other node");
    match ahead_ms {
        _ if off_ms < TOLD_FROM_MS => format!("right to a second, by the median of {others}"),
        ..0 => format!("{} behind the median of {others}", span(off_ms)),
        _ => format!("{} ahead of the median of {others}", span(off_ms)),
    }
}

fn awaits_words(awaits: &AwaitsView, status: &Status) -> String {
    let AwaitsView { step, proposer, silent, ends_in_ms } = awaits;
    let is_off = |code: &Code| status.members.iter().any(|it| it.code == *code && !it.connected);
    let mut words = match step.as_str() {
        "proposal" if *proposer == status.member => "this node proposes".to_owned(),
        "proposal" if is_off(proposer) => {
            format!("waits for {proposer} to propose, which is not connected")
        }
        "proposal" => format!("waits for {proposer} to propose"),
        votes if silent.is_empty() => format!("waits for {votes}"),
        votes => format!("waits for {votes}, with nothing yet from {}", join(silent)),
    };
    if let Some(ms) = ends_in_ms {
        let _ = write!(words, "; the next try is in {} s", ms.div_ceil(1000));
    }
    words
}

/// The conditions, each with its advice. While a block is awaited, the words do not say that
/// nothing is wrong, because a connected node that does not vote is noticed only after a while.
pub(super) fn conditions(status: &Status) -> String {
    if status.conditions.is_empty() && status.pending_count > 0 {
        let silent =
            status.awaits.as_ref().map(|it| &it.silent).filter(|silent| !silent.is_empty());
        let from =
            silent.map(|silent| format!("; of its round nothing has come from {}", join(silent)));
        return format!(
            "wrong   nothing known yet, but block {} is wanted and has not come{}\n",
            status.height + 1,
            from.unwrap_or_default()
        );
    }
    if status.conditions.is_empty() {
        return "wrong   nothing that this node knows of\n".to_owned();
    }
    let mut words = "wrong\n".to_owned();
    for ConditionView { name, about, since, means, advice } in &status.conditions {
        let lasts = span(status.now.as_ms().saturating_sub(since.as_ms()));
        let _ = writeln!(words, "  {name} ({about}), for {lasts}\n    {means}\n    next: {advice}");
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(connected: &[(&str, bool)]) -> Status {
        let members: Vec<_> = connected
            .iter()
            .map(|(code, connected)| {
                serde_json::json!({
                    "code": code, "name": code, "connected": connected, "sealed_height": 0,
                })
            })
            .collect();
        let digest = nemcon_crypto::hash::sha256(b"council");
        let status = serde_json::json!({
            "council": digest, "name": "Council", "member": connected[0].0, "now": 1_000_000,
            "height": 4, "block_time": 900_000, "size": 9, "root": digest, "sealed_size": 9,
            "sealed_height": 4, "round": 1, "pending": [], "pending_count": 0, "members": members, "needs_me": [],
            "observing": false, "faults": {},
        });
        serde_json::from_value(status).unwrap()
    }

    #[test]
    fn who_is_not_connected_is_said_beside_how_many_a_block_takes() {
        assert_eq!(connected(&status(&[("BE", true), ("DK", true)])), "all 2 connected");
        let three = status(&[("BE", true), ("BG", false), ("CZ", false), ("DK", true)]);
        assert_eq!(connected(&three), "2 of 4 connected, not BG CZ; a block takes 3");
    }

    #[test]
    fn a_node_whose_key_is_not_the_rosters_does_not_call_itself_connected() {
        let mut status = status(&[("BE", true), ("BG", true), ("CZ", false), ("DK", true)]);
        status.following = true;
        let said = connected(&status);
        assert!(
            said.starts_with("2 of 3 others connected; NONE of them counts this node"),
            "{said}"
        );
    }

    #[test]
    fn while_something_waits_nobody_is_told_that_nothing_is_wrong() {
        let mut status = status(&[("BE", true), ("BG", true)]);
        status.pending_count = 1;
        let said = conditions(&status);
        assert_eq!(said, "wrong   nothing known yet, but block 5 is wanted and has not come\n");
        let code = |code: &str| code.parse().unwrap();
        status.awaits = Some(AwaitsView {
            step: "prevotes".to_owned(),
            proposer: code("BE"),
            silent: vec![code("BG")],
            ends_in_ms: None,
        });
        assert!(conditions(&status).ends_with("; of its round nothing has come from BG\n"));
    }

    #[test]
    fn a_round_says_for_whom_it_waits_and_when_it_is_tried_again() {
        let mut status = status(&[("BE", true), ("BG", true), ("CZ", false), ("DK", true)]);
        for (step, proposer, silent, ends, said) in [
            (
                "proposal",
                "BG",
                &[][..],
                Some(2_100),
                "waits for BG to propose; the next try is in 3 s",
            ),
            ("proposal", "CZ", &[], None, "waits for CZ to propose, which is not connected"),
            ("proposal", "BE", &[], None, "this node proposes"),
            ("prevotes", "BG", &["CZ"], None, "waits for prevotes, with nothing yet from CZ"),
            ("precommits", "BG", &[], Some(999), "waits for precommits; the next try is in 1 s"),
        ] {
            let code = |code: &&str| code.parse().unwrap();
            status.awaits = Some(AwaitsView {
                step: step.to_owned(),
                proposer: code(&proposer),
                silent: silent.iter().map(code).collect(),
                ends_in_ms: ends,
            });
            let wanted = format!("now     block 5 is being decided, round 1: {said}\n");
            assert_eq!(lines(&status), wanted);
        }
    }

    #[test]
    fn what_is_wrong_stands_with_since_when_and_what_to_do() {
        let mut status = status(&[("BE", true)]);
        assert_eq!(conditions(&status), "wrong   nothing that this node knows of\n");
        status.conditions.push(ConditionView {
            name: "clock-off".to_owned(),
            about: "DK".parse().unwrap(),
            since: nemcon_ledger::Time::from_ms(921_000).unwrap(),
            means: "it is".to_owned(),
            advice: "do".to_owned(),
        });
        let wanted = "wrong\n  clock-off (DK), for 79 s\n    it is\n    next: do\n";
        assert_eq!(conditions(&status), wanted);
        status.clock = Some(ClockView { ahead_ms: -7_200_000, heard: 1 });
        assert!(lines(&status).starts_with("clock   2 h behind the median of 1 other node\n"));
        status.clock = Some(ClockView { ahead_ms: 40, heard: 3 });
        let right = "clock   right to a second, by the median of 3 other nodes\n";
        assert!(lines(&status).starts_with(right));
    }
}
