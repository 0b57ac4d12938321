//! The ledger folder, read beside the node or without it.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Duration;

use nemcon_client::config::NodeConfig;
use nemcon_client::founding::PlannedMember;
use nemcon_crypto::PublicKey;
use nemcon_crypto::hash::sha256;
use nemcon_ledger::Chain;
use nemcon_ledger::record::{Genesis, Member, RULES_VERSION, Roster};
use nemcon_ledger::text::{Code, Show as _, Time};

use super::answering::Answering;
use super::finding::Finding;
use crate::server::folder::{has_ledger, index_in, read_chain, signed_in};

/// How long a ledger may take to be read. A long one is read from its snapshot.
const READ_WITHIN: Duration = Duration::from_secs(20);

/// A member as the council knows it now.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) node: PublicKey,
    pub(super) seal: PublicKey,
}

/// The members, by code.
pub(super) type Members = BTreeMap<Code, Listed>;

/// What was seen of the council.
#[derive(Default)]
pub(super) struct Seen {
    /// The members as they are now, if that is known.
    pub(super) members: Option<Members>,
    /// The time of the last block in the ledger.
    pub(super) block_time: Option<Time>,
}

/// Examines the ledger folder; the roster of the running node, or of the folder.
pub(super) fn look(
    config: &NodeConfig,
    genesis: &Genesis,
    answering: &Answering,
    findings: &mut Vec<Finding>,
) -> Seen {
    if !has_ledger(&config.ledger) {
        let says = format!("{}: no ledger is there", config.ledger.shown());
        let next = "only if this node has never run, anywhere: `nemcon node init`; else mend `ledger` in node.toml, or \
                    `nemcon node repair`";
        findings.push(Finding::wrong("ledger", says, next));
        return Seen { members: Some(listed(&genesis.roster)), block_time: None };
    }
    findings.push(signed(config));
    let seen = match answering.client() {
        Some(client) => running(client, answering, findings),
        None => read(config, genesis, findings),
    };
    let seat = seen.members.as_ref().map(|members| members.get(&config.member));
    findings.extend(seat.map(|seat| of_seat(seat, config)));
    findings.push(index(config, answering));
    seen
}

fn listed(roster: &Roster) -> Members {
    let members = roster.members.iter().map(|member| {
        let Member { code, name, node, seal, .. } = member;
        (code.clone(), Listed { name: name.as_str().shown(), node: *node, seal: *seal })
    });
    members.collect()
}

/// The seat of this node's member.
fn of_seat(seat: Option<&Listed>, config: &NodeConfig) -> Finding {
    let me = &config.member;
    match seat {
        Some(member) => Finding::ok("seat", format_args!("{me} is a member: {}", member.name)),
        None if config.following => {
            Finding::ok("seat", format_args!("{me} is no member, and the node follows"))
        }
        None => Finding::wrong(
            "seat",
            format_args!("{me} is no member of this council"),
            "mend `member` in node.toml; before a member enters, and after it has left, `following = true`",
        ),
    }
}

/// What a running node says.
fn running(
    client: &nemcon_client::client::Client,
    answering: &Answering,
    findings: &mut Vec<Finding>,
) -> Seen {
    let Some(status) = answering.status() else { return Seen::default() };
    let says = format!("block {}, {} records", status.height, status.size);
    findings.push(Finding::ok("ledger", says));
    let Ok(seats) = client.seats() else {
        findings.push(Finding::untold("seat", "the node does not tell the members"));
        return Seen { members: None, block_time: status.block_time };
    };
    findings.push(rules(None, seats.needs_release.as_ref().map(|line| line.as_str().shown())));
    let members = seats.members.into_iter().map(|seat| {
        let PlannedMember { code, name, node, seal, .. } = seat.member;
        (code, Listed { name: name.as_str().shown(), node, seal })
    });
    Seen { members: Some(members.collect()), block_time: status.block_time }
}

/// What the folder says of a node that does not answer.
fn read(config: &NodeConfig, genesis: &Genesis, findings: &mut Vec<Finding>) -> Seen {
    let (to, answer) = mpsc::channel();
    let (ledger, founded) = (config.ledger.clone(), genesis.clone());
    let (council, me) = (config.council, config.member.clone());
    // A thread that is still reading when time is up ends with the process.
    std::thread::spawn(move || {
        let _ = to.send(read_chain(&ledger, &founded, council, &me));
    });
    match answer.recv_timeout(READ_WITHIN) {
        Ok(Ok(chain)) => {
            let says =
                format!("block {}, {} records, read to its end", chain.height().0, chain.size().0);
            findings.push(Finding::ok("ledger", says));
            let needs = chain.council().rules().filter(|rules| !rules.is_known());
            findings.push(rules(Some(&chain), needs.map(|rules| rules.release.as_str().shown())));
            let members = listed(chain.council().roster());
            Seen { members: Some(members), block_time: Some(chain.time()) }
        }
        Ok(Err(error)) => {
            let next = if error.is_damage() {
                "`nemcon node repair` keeps what is sound and fetches the rest from the other members' nodes"
            } else {
                "see to the disk, and who may read there; the node's own user examines it best"
            };
            findings.push(Finding::wrong("ledger", error, next));
            Seen::default()
        }
        Err(_) => {
            let says = format!("it is long: not read within {} s", READ_WITHIN.as_secs());
            findings.push(Finding::untold("ledger", says));
            Seen::default()
        }
    }
}

/// The council's rules against those that this release knows.
fn rules(chain: Option<&Chain>, needs: Option<String>) -> Finding {
    let version = chain.and_then(|chain| chain.council().rules()).map(|rules| rules.version);
    match needs {
        Some(release) => Finding::wrong(
            "rules",
            format_args!("the council goes on by rules that need the release {release}"),
            "install that release: ledger and keys stay as they are",
        ),
        None => Finding::ok(
            "rules",
            format_args!(
                "this release, {}, knows the council's rules, version {}",
                env!("CARGO_PKG_VERSION"),
                version.unwrap_or(RULES_VERSION)
            ),
        ),
    }
}

/// The file `signed`.
fn signed(config: &NodeConfig) -> Finding {
    let path = signed_in(&config.ledger);
    match std::fs::symlink_metadata(&path) {
        Ok(found) if found.is_file() => Finding::ok("signed", "it is there"),
        _ => Finding::wrong(
            "signed",
            format_args!("{}: it is not there, or no file", path.shown()),
            "nothing, if the disk was restored from a backup: the node withholds its votes until they cannot contradict \
             those that it gave. Never put an old copy there",
        ),
    }
}

/// The index, which is no part of the ledger of record.
fn index(config: &NodeConfig, answering: &Answering) -> Finding {
    // Nobody signs this text: the answer is that there is no such statement, or that there is no index.
    let nothing = sha256(b"nemcon doctor");
    match answering.client().map(|client| client.leaf_of(nothing)) {
        Some(Ok(_)) => Finding::ok("index", "it is on"),
        Some(Err(_)) => Finding::warning(
            "index",
            "it is off: what is asked for by text, measure or party is not found",
            "stop the node, remove the folder `index` in its ledger folder, and start it: the index is made anew",
        ),
        None if index_in(&config.ledger).is_dir() => Finding::ok("index", "it is there"),
        None => Finding::warning(
            "index",
            "it is not there",
            "nothing: the next start makes it anew, which takes a while",
        ),
    }
}
