//! The node as its status shows it.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_client::api;
use nemcon_ledger::Height;
use nemcon_ledger::text::{Code, Time};
use nemcon_replica::replica::Replica;

use super::needs;

/// The greatest number of pending records that a status names.
const PENDING_TOLD_MAX: usize = 64;

/// The status that the replica knows, without conditions. `refused` are the connections that the
/// mesh refused, by reason. The measures that need the member are added by [`complete`], where that
/// costs the replica nothing.
pub(in crate::server) fn status(
    replica: &Replica,
    now: Time,
    refused: BTreeMap<String, u64>,
) -> api::Status {
    let chain = replica.chain();
    let council = chain.council();
    let (sealed_height, boundary) = replica.sealed_by_all();
    let waiting = replica.waiting();
    api::Status {
        council: council.digest(),
        name: council.genesis().charter.name.to_string(),
        member: replica.me().clone(),
        now,
        height: chain.height().0,
        block_time: (chain.height() > Height(0)).then(|| chain.time()),
        size: chain.size().0,
        root: chain.root(),
        sealed_size: boundary.map_or(0, |boundary| boundary.size.0),
        sealed_height: sealed_height.0,
        round: replica.round(),
        pending_count: waiting.len() as u64,
        pending: waiting.into_iter().take(PENDING_TOLD_MAX).map(pending).collect(),
        members: members(replica),
        frozen_participants: frozen_participants(replica),
        needs_me: Vec::new(),
        following: replica.is_following(),
        holds: replica.keys_held().collect(),
        observing: replica.is_observing(),
        faults: replica.faults().clone(),
        refused,
        conditions: Vec::new(),
        clock: None,
        awaits: None,
        folder: None,
        files: None,
    }
}

/// The status with the measures that need the ballot of the node's member.
pub(in crate::server) fn complete(
    status: api::Status,
    chain: &nemcon_ledger::Chain,
) -> api::Status {
    let needs_me = needs(chain, &status.member);
    api::Status { needs_me, ..status }
}

fn pending(statement: &nemcon_ledger::record::Statement) -> api::PendingRecord {
    api::PendingRecord {
        text_hash: statement.text_hash,
        kind: statement.body.kind().to_owned(),
        by: statement.body.head().by.clone(),
        measure: statement.body.about().map(|about| about.measure),
    }
}

fn members(replica: &Replica) -> Vec<api::MemberStatus> {
    let connected: BTreeSet<&Code> = replica.connected_members().collect();
    let (sealed, told) = (replica.sealed_heights(), replica.heights_told());
    let council = replica.chain().council();
    let members = council.roster().members.iter();
    members
        .map(|member| api::MemberStatus {
            code: member.code.clone(),
            name: member.name.to_string(),
            connected: member.code == *replica.me() || connected.contains(&member.code),
            sealed_height: sealed.get(&member.code).map_or(0, |height| height.0),
            height: told.get(&member.code).map(|height| height.0),
            since: None,
            frozen: council.is_frozen(&member.code),
            faults: replica.faults_of(&member.code).cloned().unwrap_or_default(),
        })
        .collect()
}

fn frozen_participants(replica: &Replica) -> Vec<Code> {
    let council = replica.chain().council();
    let codes = council.participants().iter().map(|party| &party.code);
    codes.filter(|code| council.is_frozen(code)).cloned().collect()
}
