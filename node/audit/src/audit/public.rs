//! What a public export shows and proves, in words.

use nemcon_client::words::{count, short};
use nemcon_ledger::audit::{DecidedAct, Later, Report, VotesShown};
use nemcon_ledger::council::join;
use nemcon_ledger::record::{Outcome, Position};

/// A word that says what a line is about, and the line.
type Said = (&'static str, String);

/// How much is shown, what that proves, and what it does not; nothing if the export is a whole one.
pub(super) fn proves(report: &Report) -> Vec<Said> {
    let Some(shown) = &report.shown else { return Vec::new() };
    let all = shown.records + shown.withheld;
    let mut lines = vec![(
        "public",
        format!("{} of {all} records are shown, each in its place", shown.records),
    )];
    if report.is_verified_in_public() {
        let proven = "this is the log that all members have sealed: each record that is shown stands in its \
                      place, and no block is left out";
        lines.push(("proves", proven.to_owned()));
    }
    let unproven = "that a decision follows from ballots that are not shown; that each record is shown that \
                    is public, and so that an act is still in force";
    lines.push(("not proven", unproven.to_owned()));
    if shown.unverified > 0 {
        let statements = count(shown.unverified, "statement");
        let why = "it is not known who signed for the parties then";
        lines.push(("not checked", format!("the officers’ signatures on {statements}: {why}")));
    }
    lines
}

/// A measure that was decided: where it stands with its title, and what else is shown of it.
pub(super) fn decided(act: &DecidedAct) -> (String, Vec<String>) {
    let kind = act.kind.as_ref().map(|kind| format!("{kind}, ")).unwrap_or_default();
    let DecidedAct { outcome, rule, leaf, text, votes, later, .. } = act;
    let outcome = match outcome {
        Outcome::Adopted => "adopted",
        Outcome::NotAdopted => "not adopted",
    };
    let text = short(*text);
    let state = format!("{outcome}, {kind}{rule}, record {}, text {text}…", leaf.0);
    let mut more: Vec<_> =
        later.iter().map(|Later { what, leaf }| format!("{what}, record {}", leaf.0)).collect();
    if let Some(VotesShown { reason, ballots }) = votes {
        more.push(format!("votes: {reason}"));
        // A reason names those that are against.
        let abstained = [
            (Position::Abstain, "abstained"),
            (Position::AbstainQualified, "abstained with a declaration"),
        ];
        for (position, what) in abstained {
            let said = ballots.iter().filter(|(_, said)| *said == position);
            let codes: Vec<_> = said.map(|(code, _)| code.clone()).collect();
            if !codes.is_empty() {
                more.push(format!("{what}: {}", join(&codes)));
            }
        }
    }
    (state, more)
}
