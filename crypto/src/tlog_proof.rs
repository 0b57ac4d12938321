//! A proof in a file that a record stands in a log which its witnesses have sealed [C2SP tlog-proof].
//!
//! What it guarantees: a proof has one written form; one that verifies shows the record in a tree that the policy
//! accepts. What it does not: the extra data stand under no signature; only a record that hashes to the leaf is
//! shown.

use core::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::Digest;
use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::merkle::{LeafIndex, ProofError, leaf_hash, verify_inclusion};
use crate::note::{NoteError, SignedNote};
use crate::policy::{Acceptance, Policy, PolicyError};

/// The first line of a proof [C2SP tlog-proof, Format].
pub const TLOG_PROOF_HEAD: &str = "c2sp.org/tlog-proof@v1";
/// The longest file, in bytes.
pub const TLOG_PROOF_BYTES_MAX: u64 = 256 * 1024;
/// No tree has a longer path.
const HASHES_MAX: usize = 64;

/// A proof of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// What goes with it, which nothing vouches for: here the record itself.
    pub extra: Option<Vec<u8>>,
    /// Where the record stands in the log.
    pub index: LeafIndex,
    /// The inclusion proof, from the leaf's sibling up.
    pub hashes: Vec<Digest>,
    /// The tree head with the seals.
    pub checkpoint: SignedNote,
}

/// Why a file is no proof, or proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum TlogProofError {
    /// It does not begin as one.
    #[error("it does not begin with `{TLOG_PROOF_HEAD}`")]
    Head,
    /// A line is not what stands there in a proof.
    #[error("line {0} is not what stands there in a proof")]
    Line(usize),
    /// The tree head is no signed note.
    #[error("its checkpoint: {0}")]
    Note(NoteError),
    /// The tree head is none.
    #[error("its checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The record is not in the tree.
    #[error("the record does not stand at this place of the tree: {0}")]
    Inclusion(#[from] ProofError),
    /// The policy does not accept the tree head.
    #[error("the policy does not accept its checkpoint: {0}")]
    Policy(#[from] PolicyError),
}

impl TlogProof {
    /// Its text.
    pub fn render(&self) -> String {
        let mut text = format!("{TLOG_PROOF_HEAD}\n");
        if let Some(extra) = &self.extra {
            let _ = writeln!(text, "extra {}", STANDARD.encode(extra));
        }
        let _ = writeln!(text, "index {}", self.index.0);
        for hash in &self.hashes {
            let _ = writeln!(text, "{}", STANDARD.encode(hash.as_bytes()));
        }
        text.push('\n');
        text.push_str(&String::from_utf8_lossy(&self.checkpoint.render()));
        text
    }

    /// Reads one.
    ///
    /// # Errors
    /// [`TlogProofError`] for whatever is not written as [`Self::render`] writes it.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlogProofError> {
        let text = core::str::from_utf8(bytes).map_err(|_| TlogProofError::Head)?;
        let rest = text.strip_prefix(TLOG_PROOF_HEAD).and_then(|rest| rest.strip_prefix('\n'));
        let (head, note) =
            rest.ok_or(TlogProofError::Head)?.split_once("\n\n").ok_or(TlogProofError::Line(2))?;
        let mut lines = (2..).zip(head.split('\n')).peekable();
        let extra = lines.next_if(|(_, line)| line.starts_with("extra "));
        let extra = extra
            .map(|(at, line)| decoded(&line["extra ".len()..]).ok_or(TlogProofError::Line(at)))
            .transpose()?;
        let (at, line) = lines.next().ok_or(TlogProofError::Line(2))?;
        let index = line.strip_prefix("index ").and_then(number).ok_or(TlogProofError::Line(at))?;
        let mut hashes = Vec::new();
        for (at, line) in lines {
            let hash: Option<[u8; 32]> = decoded(line).and_then(|it| it.try_into().ok());
            let hash = hash.filter(|_| hashes.len() < HASHES_MAX);
            hashes.push(Digest::from_bytes(hash.ok_or(TlogProofError::Line(at))?));
        }
        let checkpoint = SignedNote::parse(note.as_bytes()).map_err(TlogProofError::Note)?;
        Ok(Self { extra, index: LeafIndex(index), hashes, checkpoint })
    }

    /// Checks that `record` stands in a tree that `policy` accepts.
    ///
    /// # Errors
    /// [`TlogProofError`].
    pub fn verify<'a>(
        &self,
        record: &[u8],
        policy: &'a Policy,
    ) -> Result<Acceptance<'a>, TlogProofError> {
        let accepted = policy.evaluate(&self.checkpoint)?;
        let head = Checkpoint::parse(self.checkpoint.text())?;
        let leaf = leaf_hash(record);
        verify_inclusion(&leaf, self.index, head.size(), &self.hashes, &head.root())?;
        Ok(accepted)
    }
}

/// Base64 in its one written form.
fn decoded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SecretKey;
    use crate::cosignature::cosign;
    use crate::merkle::Tree;
    use crate::note::{KeyName, sign_note};

    fn records() -> Vec<Vec<u8>> {
        (0..11).map(|at| format!("record {at}\n").into_bytes()).collect()
    }

    /// A log of one key and one witness, and the policy that asks for both.
    fn log() -> (Tree, SignedNote, String) {
        let mut tree = Tree::new();
        for record in records() {
            tree.append(leaf_hash(&record));
        }
        let head = Checkpoint::new("example.org/log", tree.size(), tree.root()).unwrap();
        let (log, seal) = (SecretKey::from_seed(&[1; 32]), SecretKey::from_seed(&[2; 32]));
        let name: KeyName = "example.org/log".parse().unwrap();
        let line = sign_note(&head.render(), &name, &log).unwrap();
        let witness: KeyName = "example.org/w".parse().unwrap();
        let sealed = cosign(&head, 1_790_000_000, &seal).unwrap();
        let key = |name: &KeyName, kind, key: &SecretKey| crate::note::VerifierKey {
            name: name.clone(),
            kind,
            key: key.public(),
        };
        let by_log = key(&name, crate::note::SignatureType::Ed25519, &log);
        let by_witness = key(&witness, crate::note::SignatureType::CosignatureV1, &seal);
        let note = SignedNote::new(
            head.render(),
            vec![line, sealed.line(&witness, &seal.public()).unwrap()],
        )
        .unwrap();
        let policy = format!("log {by_log}\nwitness w {by_witness}\ngroup all all w\nquorum all\n");
        (tree, note, policy)
    }

    #[test]
    fn a_proof_has_one_written_form_and_shows_one_record_at_one_place() {
        let (tree, checkpoint, policy) = log();
        let policy = Policy::parse(policy.as_bytes()).unwrap();
        let records = records();
        for (at, record) in records.iter().enumerate() {
            let index = LeafIndex(at as u64);
            let hashes = tree.inclusion_proof(index, tree.size()).unwrap();
            let extra = (at % 2 == 0).then(|| record.clone());
            let proof = TlogProof { extra, index, hashes, checkpoint: checkpoint.clone() };
            let text = proof.render();
            assert_eq!(TlogProof::parse(text.as_bytes()).unwrap(), proof);
            for (other, record) in records.iter().enumerate() {
                assert_eq!(proof.verify(record, &policy).is_ok(), other == at);
            }
            let mut moved = proof.clone();
            moved.index = LeafIndex((at as u64 + 1) % 11);
            assert!(moved.verify(record, &policy).is_err());
            let mut unsealed = proof.clone();
            let lines = proof.checkpoint.signatures()[..1].to_vec();
            unsealed.checkpoint =
                SignedNote::new(proof.checkpoint.text().to_owned(), lines).unwrap();
            assert!(matches!(unsealed.verify(record, &policy), Err(TlogProofError::Policy(_))));
        }
    }

    #[test]
    fn what_is_written_otherwise_is_no_proof() {
        let (tree, checkpoint, _) = log();
        let hashes = tree.inclusion_proof(LeafIndex(3), tree.size()).unwrap();
        let text = TlogProof { extra: None, index: LeafIndex(3), hashes, checkpoint }.render();
        assert!(TlogProof::parse(text.as_bytes()).is_ok());
        for wrong in [
            text.replace("index 3", "index 03"),
            text.replace("index 3\n", ""),
            text.replace("index 3\n", "index 3\nAAAA\n"),
            text.replace("index 3\n", "index 3\nextra AAAA\n"),
            text.replace("@v1", "@v2"),
            text.replace('\n', "\r\n"),
            text.replacen("\n\n", "\n", 1),
            String::new(),
        ] {
            assert!(TlogProof::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
