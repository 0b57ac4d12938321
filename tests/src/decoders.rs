//! Every decoder of bytes from outside, with what it promises: the same functions are the fuzz
//! targets, the replay of their corpora, and a property.
//!
//! A function returns whether the decoder took the bytes, and panics if it broke its promise: what
//! is taken is written again as the very same bytes, or, where a format leaves a choice, as bytes
//! that read the same; what is not taken is a typed error and nothing else.

mod disk;
mod files;
mod records;
pub mod samples;
mod wire;

use std::sync::LazyLock;

use nemcon_ledger::record::Genesis;

use crate::fixture;

/// Gives bytes to a decoder; true if it took them.
pub type Decode = fn(&[u8]) -> bool;

/// All decoders by name; each has a fuzz target and a corpus of this name.
pub const DECODERS: &[(&str, Decode)] = &[
    ("add_checkpoint", records::add_checkpoint),
    ("address", wire::address),
    ("api_answers", wire::api_answers),
    ("block", wire::block),
    ("body", records::body),
    ("card", files::card),
    ("certificate", wire::certificate),
    ("charter", files::charter),
    ("checkpoint", records::checkpoint),
    ("config", files::config),
    ("cosignature", records::cosignature),
    ("decision_certificate", records::decision_certificate),
    ("draft", files::draft),
    ("entry_bundle", records::entry_bundle),
    ("evidence", files::evidence),
    ("export", records::export),
    ("foreign_key", files::foreign_key),
    ("fork", records::fork),
    ("frame", wire::frame),
    ("genesis", records::genesis),
    ("hash_tile", records::hash_tile),
    ("hello", wire::hello),
    ("incident_draft", files::incident_draft),
    ("journal_entry", disk::journal_entry),
    ("journal_segment", disk::journal_segment),
    ("key_file", files::key_file),
    ("log_frames", disk::log_frames),
    ("message", wire::message),
    ("note", records::note),
    ("officers", files::officers),
    ("opening", files::opening),
    ("peer_key", wire::peer_key),
    ("plan", files::plan),
    ("policy", records::policy),
    ("record", records::record),
    ("seats", wire::seats),
    ("signed_file", disk::signed_file),
    ("statement", records::statement),
    ("submission", wire::submission),
    ("testnet", files::testnet),
    ("tile_path", records::tile_path),
    ("tlog_proof", records::tlog_proof),
    ("verifier_key", records::verifier_key),
    ("wal_entry", disk::wal_entry),
];

/// The decoder of this name.
pub fn decoder(name: &str) -> Option<Decode> {
    DECODERS.iter().find(|(other, _)| *other == name).map(|(_, decode)| *decode)
}

/// Gives bytes to the decoder of this name: what a fuzz target does.
pub fn run(name: &str, bytes: &[u8]) -> bool {
    decoder(name).expect("a target has the name of a decoder")(bytes)
}

/// The council against which what needs one is judged.
fn council() -> &'static Genesis {
    static COUNCIL: LazyLock<Genesis> = LazyLock::new(fixture::board);
    &COUNCIL
}
