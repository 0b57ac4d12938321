//! Writes the file `keys`: every key that has signed the log or sealed it, with the sizes at which it did.

use core::fmt::Write as _;

use nemcon_crypto::TreeSize;
use nemcon_crypto::note::VerifierKey;

use crate::record::genesis::Genesis;
use crate::record::roster::{log_vkey, seal_vkey};
use crate::record::{Member, Roster};
use crate::rosters::Rosters;

/// The first line of the file.
const TITLE: &str = "nemcon/v1 keys";

/// `keys` at `size`, where a block ends. Each line behind the title is a span of one key:
///
/// ```text
/// <log|seal> <first size> <last size, or -> <code> <vkey>
/// ```
///
/// A key signs checkpoints from its first size to its last one, both included; `-` where it still does at `size`. Spans
/// stand by their first size, those of one size in the order of the roster, the log key before the seal key. A member that
/// comes back to a key has a span for each time.
pub fn keys(genesis: &Genesis, rosters: &Rosters, size: TreeSize) -> String {
    let terms: Vec<(TreeSize, &Roster)> =
        rosters.sealed_up_to(size).map(|(above, roster)| (above, &**roster)).collect();
    let origin = genesis.checkpoint_origin();
    let of = |member: &Member, is_log: bool| {
        if is_log { log_vkey(&origin, member) } else { seal_vkey(&genesis.origin, member) }
    };
    let is_in = |roster: &Roster, member: &Member, is_log: bool| {
        let same =
            |it: &Member| if is_log { it.node == member.node } else { it.seal == member.seal };
        roster.member(&member.code).is_some_and(same)
    };
    let mut text = format!("{TITLE}\n");
    for (at, (above, roster)) in terms.iter().enumerate() {
        for member in &roster.members {
            for is_log in [true, false] {
                if at > 0 && is_in(terms[at - 1].1, member, is_log) {
                    continue;
                }
                let next = terms[at + 1..].iter().find(|(_, next)| !is_in(next, member, is_log));
                let last = next.map(|(above, _)| *above);
                line(&mut text, is_log, (*above, last), member, &of(member, is_log));
            }
        }
    }
    text
}

fn line(
    text: &mut String,
    is_log: bool,
    (above, last): (TreeSize, Option<TreeSize>),
    member: &Member,
    key: &VerifierKey,
) {
    let what = if is_log { "log" } else { "seal" };
    let last = last.map_or_else(|| "-".to_owned(), |last| last.0.to_string());
    let _ = writeln!(text, "{what} {} {last} {} {key}", above.0 + 1, member.code);
}
