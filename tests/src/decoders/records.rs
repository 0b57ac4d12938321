//! Records, notes, tree heads, tiles and policies.

use std::sync::LazyLock;

use nemcon_client::founding::Founding;
use nemcon_client::statements::{PartiallySigned, verify_about};
use nemcon_crypto::cosignature::{Cosignature, verify_cosignature};
use nemcon_crypto::note::{SignedNote, VerifierKey};
use nemcon_crypto::policy::Policy;
use nemcon_crypto::tiles::{TilePath, TileRow, decode_bundle, decode_hash_tile, encode_bundle};
use nemcon_crypto::tlog_proof::TlogProof;
use nemcon_crypto::witness::AddCheckpoint;
use nemcon_crypto::{Checkpoint, Digest, TreeSize, hash};
use nemcon_ledger::Record;
use nemcon_ledger::audit::audit;
use nemcon_ledger::audit::certificate::Certificate;
use nemcon_ledger::export::finality_policy;
use nemcon_ledger::fork::Fork;
use nemcon_ledger::record::Statement;
use nemcon_ledger::record::genesis::verify_founding;
use nemcon_ledger::record::roster::log_vkey;
use nemcon_ledger::record::signers::of_founding;

use super::council;
use crate::export::Files;
use crate::fixture::Ledger;

/// Any leaf.
pub(super) fn record(bytes: &[u8]) -> bool {
    let Ok(record) = Record::parse(bytes) else { return false };
    assert_eq!(record.render(), bytes);
    true
}

/// A signed note of officers, verified as the council does.
pub(super) fn statement(bytes: &[u8]) -> bool {
    let Ok(statement) = Statement::parse(bytes) else { return false };
    assert_eq!(statement.render(), bytes);
    assert_eq!(statement.body.render(), statement.note.text());
    if let Some((required, officers)) = council().signers(&statement.body.head().by) {
        let _ = statement.verify(council(), required, officers);
    }
    true
}

/// The file `genesis`, with its signatures or without.
pub(super) fn genesis(bytes: &[u8]) -> bool {
    let founding = Founding::parse(bytes);
    let note = SignedNote::parse(bytes);
    let digest =
        note.as_ref().map_or(hash::sha256(bytes), |note| hash::sha256(note.text().as_bytes()));
    let founded = verify_founding(bytes, &digest);
    let Ok(founding) = founding else {
        assert!(founded.is_err(), "what founds a council is a founding on its way");
        return false;
    };
    assert_eq!(founding.render(), bytes);
    assert_eq!(founding.genesis().render(), founding.text());
    assert_eq!(founded.is_ok(), founding.verify(&digest).is_ok());
    true
}

/// Any signed note.
pub(super) fn note(bytes: &[u8]) -> bool {
    let Ok(note) = SignedNote::parse(bytes) else { return false };
    assert_eq!(note.render(), bytes);
    true
}

/// A tree head.
pub(super) fn checkpoint(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return false };
    let Ok(checkpoint) = Checkpoint::parse(text) else { return false };
    assert_eq!(checkpoint.render().as_bytes(), bytes);
    true
}

/// A seal's time and signature.
pub(super) fn cosignature(bytes: &[u8]) -> bool {
    let Ok(cosignature) = Cosignature::decode(bytes) else { return false };
    assert_eq!(cosignature.encode(), bytes);
    let head = Checkpoint::parse("a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
    let key = &council().roster.members[0].seal;
    let _ = verify_cosignature(key, &head.expect("the head of the empty tree"), &cosignature);
    true
}

/// A verifier key.
pub(super) fn verifier_key(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return false };
    let Ok(key) = text.parse::<VerifierKey>() else { return false };
    assert_eq!(key.to_string(), text);
    true
}

/// A policy: comments and spacing are not kept, so what is written must read as the same again.
pub(super) fn policy(bytes: &[u8]) -> bool {
    let Ok(policy) = Policy::parse(bytes) else { return false };
    let written = policy.render();
    let again = Policy::parse(&written).expect("what was written is read");
    assert_eq!(again.render(), written);
    true
}

/// What a witness is asked: whatever it is, it is judged without a panic.
pub(super) fn add_checkpoint(bytes: &[u8]) -> bool {
    let Ok(request) = AddCheckpoint::parse(bytes) else { return false };
    assert_eq!(request.render().as_bytes(), bytes);
    let origin = council().checkpoint_origin();
    let members = council().roster.members.iter();
    let logs: Vec<_> = members.map(|member| log_vkey(&origin, member)).collect();
    let last = Checkpoint::new(&origin, TreeSize(3), Digest::from_bytes([1; 32]));
    let _ = request.judge(&logs, |_| last.ok());
    true
}

/// A fork: whatever it holds, it is judged without a panic.
pub(super) fn fork(bytes: &[u8]) -> bool {
    let Ok(fork) = Fork::parse(bytes) else { return false };
    assert_eq!(fork.render().as_bytes(), bytes);
    let _ = fork.judge(&council().digest(), None);
    true
}

/// The certificate of a measure: whatever it holds, it is judged without a panic, and verified only as a whole.
pub(super) fn decision_certificate(bytes: &[u8]) -> bool {
    let Ok(certificate) = Certificate::parse(bytes) else { return false };
    assert_eq!(certificate.render().as_bytes(), bytes);
    let proven = certificate.verify(&council().digest());
    assert!(!proven.is_final() || proven.report.counts.seals == proven.members.len());
    true
}

/// A receipt.
pub(super) fn tlog_proof(bytes: &[u8]) -> bool {
    let Ok(proof) = TlogProof::parse(bytes) else { return false };
    assert_eq!(proof.render().as_bytes(), bytes);
    let policy = finality_policy(council(), &council().roster);
    let policy = Policy::parse(policy.as_bytes()).expect("what was written is read");
    let _ = proof.verify(proof.extra.as_deref().unwrap_or_default(), &policy);
    true
}

/// A tile's path.
pub(super) fn tile_path(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return false };
    let Ok(path) = text.parse::<TilePath>() else { return false };
    assert_eq!(path.to_string(), text);
    assert!((1..=256).contains(&path.width()));
    true
}

/// An entry bundle.
pub(super) fn entry_bundle(bytes: &[u8]) -> bool {
    let Ok(records) = decode_bundle(bytes) else { return false };
    assert_eq!(encode_bundle(&records).as_deref(), Ok(bytes));
    true
}

/// A path on the first line, the tile behind it.
pub(super) fn hash_tile(bytes: &[u8]) -> bool {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return false };
    let Ok(text) = core::str::from_utf8(&bytes[..end]) else { return false };
    let Ok(path) = text.parse::<TilePath>() else { return false };
    let tile = &bytes[end + 1..];
    let Ok(hashes) = decode_hash_tile(path, tile) else { return false };
    assert!(path.row != TileRow::Entries && hashes.len() == usize::from(path.width()));
    assert!(hashes.iter().flat_map(nemcon_crypto::Digest::as_bytes).eq(tile));
    true
}

/// A statement on its way from signer to signer, on machines without a network: its text alone, or
/// with the lines of those who have signed.
pub(super) fn body(bytes: &[u8]) -> bool {
    let Ok(partial) = PartiallySigned::parse(bytes) else { return false };
    let text = partial.body().render();
    assert!(bytes.starts_with(text.as_bytes()));
    let (_, measure) = ledger();
    let _ = verify_about(partial.body(), core::slice::from_ref(measure), None);
    if let Some(parts) = of_founding(partial.body(), council()) {
        let is_bare = partial.render(&parts).is_ok_and(|rendered| rendered == text.as_bytes());
        assert!(is_bare || bytes.len() > text.len());
        let _ = partial.verify(&parts);
    }
    true
}

/// An export of the fixture's ledger, and the record of a measure in it.
fn ledger() -> &'static (Files, Vec<u8>) {
    static LEDGER: LazyLock<(Files, Vec<u8>)> = LazyLock::new(|| {
        let mut ledger = Ledger::found(council().clone());
        ledger.table(ledger.parties.measure("B1", "A measure"));
        (crate::export::export(&ledger), ledger.blocks[0].records[0].clone())
    });
    &LEDGER
}

/// A file's path on the first line, its bytes behind it, in place of that file of an honest export:
/// the audit takes the very same bytes there and no others. Lines of foreign keys under a
/// checkpoint, and another order of lines, are the choice that notes leave.
pub(super) fn export(bytes: &[u8]) -> bool {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return false };
    let (path, content) = (&bytes[..end], &bytes[end + 1..]);
    let (mut files, _) = ledger().clone();
    let held = core::str::from_utf8(path).ok().and_then(|path| files.0.get_mut(path));
    let Some(file) = held else { return false };
    let text = |bytes: &[u8]| SignedNote::parse(bytes).ok().map(|note| note.text().to_owned());
    let is_same = *file == content || text(file).is_some_and(|it| text(content) == Some(it));
    content.clone_into(file);
    let report = audit(&files, &council().digest());
    assert!(is_same || !report.is_verified(), "another file is verified");
    for fault in &report.faults {
        assert!(!fault.to_string().contains(char::is_control), "{fault:?}");
    }
    report.is_verified()
}
