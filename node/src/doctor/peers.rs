//! The other members' nodes, and this one as they see it: who answers at each address.

use std::collections::BTreeMap;
use std::time::Duration;

use nemcon_client::api::MemberStatus;
use nemcon_client::config::NodeConfig;
use nemcon_client::keyfile::{KeyFile, KeyRole};
use nemcon_crypto::{PublicKey, SecretKey};
use nemcon_ledger::text::Code;
use nemcon_ledger::text::span::span;
use tokio::task::JoinSet;

use super::answering::Answering;
use super::finding::Finding;
use super::ledger;
use super::ledger::{Members, Seen};
use super::ports::from_here;
use crate::mesh::{Address, Outage, probe};
use crate::server::addresses;

/// The most time for one step of one look at a peer: name and connection, then handshake.
const PROBE_WITHIN: Duration = Duration::from_secs(4);

/// What each address answered.
type Answers = BTreeMap<Code, Result<PublicKey, Outage>>;

/// Examines each peer, and who listens where this node should.
pub(super) fn look(
    config: &NodeConfig,
    answering: &Answering,
    seen: &Seen,
    findings: &mut Vec<Finding>,
) {
    let addresses = match addresses(config) {
        Ok(addresses) => addresses,
        Err(error) => {
            findings.push(Finding::wrong("peer", error, "mend `address` in node.toml"));
            return;
        }
    };
    let now = answering.status().map(|status| status.now);
    let of = |code: &Code| answering.status()?.members.iter().find(|it| it.code == *code);
    let is_linked = |code: &Code| of(code).is_some_and(|member| member.connected);
    let mut asked: Vec<_> = addresses
        .iter()
        .filter(|(code, _)| !is_linked(code))
        .map(|(code, at)| (code.clone(), at.clone()))
        .collect();
    if !matches!(answering, Answering::Nobody) {
        asked.push((config.member.clone(), from_here(config.listen).into()));
    }
    let answers = ask(asked);
    findings.extend(answers.get(&config.member).map(|answer| own(config, answer, seen)));
    let unnamed = seen.members.iter().flat_map(BTreeMap::keys);
    let unnamed = unnamed.filter(|code| **code != config.member && !addresses.contains_key(code));
    for code in addresses.keys().chain(unnamed) {
        let finding = match (of(code).filter(|member| member.connected), now) {
            (Some(member), Some(now)) => linked(member, now.as_ms()),
            _ => apart(code, addresses.get(code), answers.get(code), seen.members.as_ref()),
        };
        findings.push(finding.about(code));
    }
}

/// A peer that is connected.
fn linked(member: &MemberStatus, now_ms: u64) -> Finding {
    let since = member.since.map(|since| span(now_ms.saturating_sub(since.as_ms())));
    let since = since.map_or_else(String::new, |since| format!(" for {since}"));
    // Its newest seal tells of a later block than it told when it connected.
    let height = member.height.unwrap_or_default().max(member.sealed_height);
    let height = if height == 0 { String::new() } else { format!(", at block {height}") };
    Finding::ok("peer", format_args!("connected{since}{height}"))
}

/// A peer that is not connected: by what its address answers.
fn apart(
    code: &Code,
    at: Option<&Address>,
    answer: Option<&Result<PublicKey, Outage>>,
    members: Option<&Members>,
) -> Finding {
    let listed: Option<&ledger::Listed> = members.and_then(|members| members.get(code));
    if members.is_some() && listed.is_none() {
        return Finding::wrong(
            "peer",
            "node.toml names it, and it is no member",
            "mend `code` under [[peer]]; if it is about to enter, nothing",
        );
    }
    let (Some(at), Some(answer)) = (at, answer) else {
        let next = "name its address under [[peer]] in node.toml, unless it connects by itself";
        return Finding::warning("peer", "node.toml has no address of it", next);
    };
    match (answer, listed.map(|listed| listed.node)) {
        (Ok(key), Some(wanted)) if *key == wanted => Finding::ok(
            "peer",
            format_args!("at {at} its node answers, with the key that the roster lists"),
        ),
        (Ok(_), None) => {
            Finding::untold("peer", format_args!("at {at} a node answers; the roster is not known"))
        }
        (Ok(key), Some(_)) => Finding::wrong(
            "peer",
            format_args!("at {at} a node with another key answers: {key}"),
            "ask its operator: another machine has this address, or its node was started with an old key; else mend \
             `address`",
        ),
        (Err(Outage::Unresolved), _) => Finding::wrong(
            "peer",
            format_args!("the name in {at} has no address"),
            "mend `address` in node.toml, or this machine's resolver",
        ),
        (Err(Outage::Unreachable(kind)), _) => Finding::warning(
            "peer",
            format_args!("at {at} nobody takes the connection: {kind}"),
            format_args!("ask the operator of {code} whether its node runs and listens there"),
        ),
        (Err(Outage::Silent | Outage::NoSocket), _) => Finding::warning(
            "peer",
            format_args!("at {at} nothing answers"),
            "look at the firewalls between; packets may be dropped on the way",
        ),
        (Err(Outage::Refused(why)), _) => Finding::wrong(
            "peer",
            format_args!("at {at} no node of a council answers: {why}"),
            "ask its operator what listens there; else mend `address`",
        ),
    }
}

/// Who answers where this node listens.
fn own(config: &NodeConfig, answer: &Result<PublicKey, Outage>, seen: &Seen) -> Finding {
    let at = from_here(config.listen);
    let listed = seen.members.as_ref().and_then(|members| members.get(&config.member));
    match (answer, listed.map(|listed| listed.node)) {
        (Ok(key), Some(wanted)) if *key == wanted => Finding::ok(
            "mesh",
            format_args!("at {at} this node answers, with the key that the roster lists"),
        ),
        (Ok(_), None) => Finding::ok("mesh", format_args!("at {at} a node answers")),
        (Ok(_), Some(_)) => Finding::wrong(
            "mesh",
            format_args!("at {at} another node answers, with another key than the roster lists"),
            "see which process listens there (`ss -ltnp`), and which `node_key` node.toml names",
        ),
        (Err(why), _) => Finding::wrong(
            "mesh",
            format_args!("at {at} no node answers: {why}"),
            "see which process listens there (`ss -ltnp`); restart the node",
        ),
    }
}

/// Asks all addresses at once.
fn ask(addresses: Vec<(Code, Address)>) -> Answers {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else { return Answers::new() };
    let answers = runtime.block_on(async {
        let mut asked = JoinSet::new();
        for (code, at) in addresses {
            let Some(key) = throw_away() else { continue };
            asked.spawn(async move { (code, probe(&at, key, PROBE_WITHIN).await) });
        }
        let mut answers = Answers::new();
        while let Some(answered) = asked.join_next().await {
            answers.extend(answered);
        }
        answers
    });
    // A name that is still being looked up must not keep the command from ending.
    runtime.shutdown_background();
    answers
}

/// A key for one handshake.
fn throw_away() -> Option<SecretKey> {
    KeyFile::generate(KeyRole::Node).ok().map(|key| key.secret)
}
