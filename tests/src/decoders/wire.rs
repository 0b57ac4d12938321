//! What peers and HTTP clients send.

use nemcon_client::api;
use nemcon_client::seats::Seats;
use nemcon_ledger::chain::BLOCK_BYTES_MAX;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{Body, Freeze, Record, Statement};
use nemcon_ledger::{Block, Chain, codec};
use nemcon_node::mesh::{
    Address, FRAME_BYTES_MAX, Hello, Instance, parse_spki, payload_bytes, spki,
};
use nemcon_replica::consensus::{CommitCertificate, Roster};
use nemcon_replica::replica::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::council;

/// A frame as it stands on the wire: its header, then a message.
pub(super) fn frame(bytes: &[u8]) -> bool {
    let Some((header, rest)) = bytes.split_first_chunk::<4>() else { return false };
    let Ok(length) = payload_bytes(*header) else { return false };
    assert!(length <= FRAME_BYTES_MAX);
    rest.get(..length).is_some_and(message)
}

/// A frame's payload.
pub(super) fn message(bytes: &[u8]) -> bool {
    let Ok(message) = Message::decode(bytes) else { return false };
    assert_eq!(message.encode(), bytes);
    true
}

/// The first words on a connection.
pub(super) fn hello(bytes: &[u8]) -> bool {
    let judged = Hello::new(council().digest(), Instance([0; 16])).judge(bytes);
    judged.is_ok_and(|theirs| {
        assert_eq!(Hello::new(council().digest(), theirs).encode(), bytes);
        true
    })
}

/// The key that a stranger shows when it connects.
pub(super) fn peer_key(bytes: &[u8]) -> bool {
    let Ok(key) = parse_spki(bytes) else { return false };
    assert_eq!(spki(&key), bytes);
    true
}

/// Where a peer is dialled, as a configuration says it.
pub(super) fn address(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return false };
    let Ok(address) = text.parse::<Address>() else { return false };
    assert_eq!(address.to_string().parse(), Ok(address));
    true
}

/// What a proposal carries: opened and judged as a node does before it votes.
pub(super) fn block(bytes: &[u8]) -> bool {
    let Ok(block) = codec::decode::<Block, BLOCK_BYTES_MAX>(bytes) else { return false };
    assert_eq!(codec::encode(&block), bytes);
    let chain = Chain::found(council().clone());
    if let Ok(record) = block.record() {
        assert_eq!(Record::Block(record.clone()).render(), *block.records.last().expect("a leaf"));
        chain.is_bound(&block, &record);
    }
    chain.apply(&block).is_ok()
}

/// What proves that a block was decided.
pub(super) fn certificate(bytes: &[u8]) -> bool {
    let decoded = codec::decode::<CommitCertificate, FRAME_BYTES_MAX>(bytes);
    let Ok(certificate) = decoded else { return false };
    assert_eq!(codec::encode(&certificate), bytes);
    let keys: Vec<_> = council().roster.members.iter().map(|member| member.node).collect();
    let roster = Roster::new(&keys).expect("a council's node keys are a roster");
    let _ = certificate.verify(council().digest(), &roster);
    true
}

/// The body of `POST /v1/records`.
pub(super) fn submission(bytes: &[u8]) -> bool {
    let decoded = serde_json::from_slice::<api::Submission>(bytes);
    decoded.is_ok_and(|submission| Statement::parse(submission.record.as_bytes()).is_ok())
}

/// What a node answers, read by the command line: the kind of answer is tried out.
pub(super) fn api_answers(bytes: &[u8]) -> bool {
    let taken = [
        read_back::<api::Answer>(bytes),
        read_back::<api::Status>(bytes),
        read_back::<api::Measure>(bytes),
        read_back::<Vec<api::Measure>>(bytes),
        read_back::<api::Records>(bytes),
        read_back::<api::CheckpointView>(bytes),
        read_back::<api::Incident>(bytes),
        read_back::<Vec<api::Incident>>(bytes),
        read_back::<api::RejoinAnswer>(bytes),
    ];
    taken.contains(&true)
}

/// JSON leaves a choice of spacing and order: what is written must read as the same again.
fn read_back<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<T>(bytes) else { return false };
    let written = serde_json::to_vec(&value).expect("an answer of our own is JSON");
    let again: T = serde_json::from_slice(&written).expect("what was written is read");
    assert_eq!(serde_json::to_vec(&again).expect("an answer of our own is JSON"), written);
    true
}

/// The members with their keys, as a node tells them or a file keeps them for a machine without a
/// network: what they say of who signs must not stop whoever reads them.
pub(super) fn seats(bytes: &[u8]) -> bool {
    if !read_back::<Seats>(bytes) {
        return false;
    }
    let seats: Seats = serde_json::from_slice(bytes).expect("it was read above");
    let members = council().roster.members.iter().map(|member| &member.code);
    let members = members.chain(seats.members.iter().map(|it| &it.member.code));
    for by in members.chain(seats.participants.iter().map(|it| &it.participant.code)) {
        let head = Head { council: council().digest(), by: by.clone() };
        let freeze = Body::Freeze(Freeze { head, reason: None, after: None });
        let _ = seats.signers(&freeze, council());
    }
    true
}
