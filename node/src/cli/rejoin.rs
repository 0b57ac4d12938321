//! `nemcon node rejoin`: lets a node vote again that has lost its file `signed`, by what the nodes
//! of all other members saw it sign.

use core::fmt::Write as _;
use std::path::Path;

use nemcon_client::api::{RejoinAnswer, SeenBy, Status};
use nemcon_client::atomic_write::folder_of;
use nemcon_client::client::{Access, Client};
use nemcon_client::config::NodeConfig;
use nemcon_client::failure::Failure;
use nemcon_client::words::count;
use nemcon_replica::consensus::faulty_max;

use nemcon_audit::Screen;

/// Asks the running node of this configuration to vote again. Without `confirmed`, only prints
/// what that means.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(config: &Path, confirmed: bool, screen: Screen) -> Result<(), Failure> {
    let node = NodeConfig::load(config)?;
    let access = Access::Folder(folder_of(config).to_owned());
    let client = Client::new(&format!("http://{}", node.http), access)
        .of(Some(node.council), Some(node.member));
    let status = client.status()?;
    if status.observing {
        screen.say(meaning(&status))?;
        if !confirmed {
            return Err(Failure::refused("nothing was done")
                .next("if all of that holds, run it again with `--yes`"));
        }
    }
    let answer = client.rejoin()?;
    match &answer {
        RejoinAnswer::Refused { code, message, advice } => {
            Err(Failure::coded(code, message, advice))
        }
        RejoinAnswer::Rejoined { height, votes_from, seen } => {
            screen.result(&answer, taken_over(*height, *votes_from, seen))
        }
    }
}

/// What rejoining means, printed before it is done.
fn meaning(status: &Status) -> String {
    let members = status.members.len();
    let height = status.height + 1;
    let f = faulty_max(members);
    format!(
        "the node of {me} has lost track of what it signed: it withholds its votes from block {height} on\n\
         `rejoin` lets it vote there by what the nodes of all other members saw it sign. That is safe if\n\
         - the council stands still: more than {f} of {members} nodes observe. Otherwise this node votes\n  \
         again by itself some blocks later, and that is better\n\
         - no other machine runs with the node key of {me}\n\
         - no more than {f} nodes in all are hostile, or have rejoined after a vote that only hostile\n  \
         nodes still know. A vote that is hidden now can be shown later beside a new one: then this\n  \
         node has voted twice, and beyond {f} such nodes the ledger can fork, visibly",
        me = status.member,
    )
}

fn taken_over(height: u64, votes_from: u64, seen: &[SeenBy]) -> String {
    let mut words = format!("rejoined: this node votes again, at block {height}\n");
    for SeenBy { code, messages } in seen {
        let messages = u64::try_from(*messages).unwrap_or(u64::MAX);
        let _ = writeln!(words, "  {code} saw it sign {} there", count(messages, "message"));
    }
    let _ = write!(words, "restarted before block {votes_from} it observes again");
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_over_is_told_with_from_whom() {
        let seen = [("BE", 2), ("BG", 1)];
        let seen = seen.map(|(code, messages)| SeenBy { code: code.parse().unwrap(), messages });
        assert_eq!(
            taken_over(7, 8, &seen),
            "rejoined: this node votes again, at block 7\n  BE saw it sign 2 messages there\n  BG \
             saw it sign 1 message there\nrestarted before block 8 it observes again"
        );
    }
}
