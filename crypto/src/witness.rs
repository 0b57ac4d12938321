//! A witness of logs: cosigns a checkpoint only if it extends the last one that it has cosigned [C2SP tlog-witness].
//!
//! ```text
//! old 20852014
//! <base64 of a hash>                 at most 63 lines: the consistency proof [RFC 6962 2.1.2]
//!
//! <a signed checkpoint>
//! ```
//!
//! What it guarantees: [`AddCheckpoint::judge`] lets through nothing that does not extend what it is given as the last. What it does
//! not: the caller remembers what was cosigned, durably and before anybody hears of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::merkle::{ProofError, verify_consistency};
use crate::note::{CHECKPOINT_SIGNATURES_MAX, NoteError, NoteLines, VerifierKey};
use crate::{Digest, TreeSize, verify_line};

/// The most hashes of a proof in a request [C2SP tlog-witness].
const PROOF_MAX: usize = 63;
/// The longest request, in bytes: a checkpoint of 128 KiB, and the lines before it.
pub const REQUEST_BYTES_MAX: usize = 132 << 10;

/// A request to cosign a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size of the last checkpoint that the witness has cosigned, as the client believes; 0 for none.
    pub old: TreeSize,
    /// That the log of the new checkpoint extends the old one.
    pub proof: Vec<Digest>,
    /// The new checkpoint with its signatures.
    pub note: String,
}

/// Why a witness does not cosign, with the HTTP status of each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WitnessRefusal {
    /// 400: the request has another form.
    #[error(
        "the request wants `old SIZE`, at most 63 lines of a proof, an empty line, and a checkpoint"
    )]
    Malformed,
    /// 400: no signed note.
    #[error("the checkpoint: {0}")]
    Note(#[from] NoteError),
    /// 400: no tree head.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// 400: the old size is the greater one.
    #[error("the old size {old} is greater than that of the checkpoint, {new}")]
    Reversed {
        /// The old size.
        old: TreeSize,
        /// That of the checkpoint.
        new: TreeSize,
    },
    /// 404: no log of this origin is witnessed here.
    #[error("no log of this origin is witnessed here")]
    Origin,
    /// 403: no key of the log has signed.
    #[error("no key of this log has signed the checkpoint")]
    Unsigned,
    /// 409: the last size is another one.
    #[error("the last checkpoint that was cosigned has size {0}")]
    Size(TreeSize),
    /// 409: the same size, and another root.
    #[error("a checkpoint of this size and another root was cosigned")]
    Root,
    /// 422: the proof does not hold.
    #[error("the proof: {0}")]
    Proof(#[from] ProofError),
}

impl WitnessRefusal {
    /// The HTTP status that says so.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Malformed | Self::Note(_) | Self::Checkpoint(_) | Self::Reversed { .. } => 400,
            Self::Unsigned => 403,
            Self::Origin => 404,
            Self::Size(_) | Self::Root => 409,
            Self::Proof(_) => 422,
        }
    }
}

impl AddCheckpoint {
    /// The body of the request.
    pub fn render(&self) -> String {
        let mut body = format!("old {}\n", self.old);
        for hash in &self.proof {
            body.push_str(&STANDARD.encode(hash.as_bytes()));
            body.push('\n');
        }
        body.push('\n');
        body.push_str(&self.note);
        body
    }

    /// Reads the body of a request.
    ///
    /// # Errors
    /// [`WitnessRefusal::Malformed`].
    pub fn parse(body: &[u8]) -> Result<Self, WitnessRefusal> {
        if body.len() > REQUEST_BYTES_MAX {
            return Err(WitnessRefusal::Malformed);
        }
        Self::read(body).ok_or(WitnessRefusal::Malformed)
    }

    fn read(body: &[u8]) -> Option<Self> {
        let body = core::str::from_utf8(body).ok()?;
        let (first, mut rest) = body.split_once('\n')?;
        let said = first.strip_prefix("old ")?;
        let old: u64 = said.parse().ok()?;
        if old.to_string() != said {
            return None;
        }
        let mut proof = Vec::new();
        loop {
            let (line, behind) = rest.split_once('\n')?;
            rest = behind;
            if line.is_empty() {
                break;
            }
            if proof.len() == PROOF_MAX {
                return None;
            }
            let hash: [u8; 32] = STANDARD.decode(line).ok()?.try_into().ok()?;
            proof.push(Digest::from_bytes(hash));
        }
        Some(Self { old: TreeSize(old), proof, note: rest.to_owned() })
    }

    /// The checkpoint, if it may be cosigned by a witness that knows these keys of logs, and whose last checkpoint of the same origin is
    /// what `last` tells. The checks stand in the order of the specification.
    ///
    /// # Errors
    /// [`WitnessRefusal`].
    pub fn judge(
        &self,
        logs: &[VerifierKey],
        last: impl FnOnce(&str) -> Option<Checkpoint>,
    ) -> Result<Checkpoint, WitnessRefusal> {
        let note = NoteLines::read(self.note.as_bytes(), CHECKPOINT_SIGNATURES_MAX)?;
        let new = Checkpoint::parse(&note.text)?;
        let mut keys = logs.iter().filter(|key| key.name.as_str() == new.origin()).peekable();
        if keys.peek().is_none() {
            return Err(WitnessRefusal::Origin);
        }
        let has_signed = |key: &VerifierKey| {
            let mut lines = note.lines.iter().flatten();
            lines.any(|line| line.names(key) && verify_line(key, &note.text, line).is_ok())
        };
        if !keys.any(has_signed) {
            return Err(WitnessRefusal::Unsigned);
        }
        if self.old > new.size() {
            return Err(WitnessRefusal::Reversed { old: self.old, new: new.size() });
        }
        let last = last(new.origin());
        let size = last.as_ref().map_or(TreeSize(0), Checkpoint::size);
        if self.old != size {
            return Err(WitnessRefusal::Size(size));
        }
        let Some(last) = last.filter(|_| size.0 > 0) else {
            let is_empty = self.proof.is_empty();
            let length = ProofError::Length { digests: self.proof.len() };
            return if is_empty { Ok(new) } else { Err(length.into()) };
        };
        if size == new.size() && last.root() != new.root() {
            return Err(WitnessRefusal::Root);
        }
        verify_consistency(size, &last.root(), new.size(), &new.root(), &self.proof)?;
        Ok(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SecretKey;
    use crate::merkle::{Tree, leaf_hash};
    use crate::note::{SignatureType, SignedNote, sign_note};

    const ORIGIN: &str = "example.org/log";

    fn tree(size: u64, seed: u8) -> Tree {
        let mut tree = Tree::new();
        for at in 0..size {
            // The logs of all seeds have their first three leaves in common.
            let seed = if at < 3 { 0 } else { seed };
            tree.append(leaf_hash(&[&at.to_be_bytes()[..], &[seed]].concat()));
        }
        tree
    }

    fn secret() -> SecretKey {
        SecretKey::from_seed(&[1; 32])
    }

    fn log() -> VerifierKey {
        let name = ORIGIN.parse().unwrap();
        VerifierKey { name, kind: SignatureType::Ed25519, key: secret().public() }
    }

    fn head(tree: &Tree) -> Checkpoint {
        Checkpoint::new(ORIGIN, tree.size(), tree.root()).unwrap()
    }

    fn signed(head: &Checkpoint, by: &SecretKey) -> String {
        let line = sign_note(&head.render(), &head.origin().parse().unwrap(), by).unwrap();
        let note = SignedNote::new(head.render(), vec![line]).unwrap();
        String::from_utf8(note.render()).unwrap()
    }

    /// The request for the tree of `new` leaves behind one of `old`.
    fn request(old: u64, new: &Tree) -> AddCheckpoint {
        let proof = new.consistency_proof(TreeSize(old), new.size()).unwrap();
        AddCheckpoint { old: TreeSize(old), proof, note: signed(&head(new), &secret()) }
    }

    fn judged(request: &AddCheckpoint, last: Option<&Tree>) -> Result<Checkpoint, u16> {
        let parsed = AddCheckpoint::parse(request.render().as_bytes()).unwrap();
        assert_eq!(parsed, *request);
        parsed.judge(&[log()], |_| last.map(head)).map_err(|refusal| refusal.status())
    }

    #[test]
    fn a_checkpoint_that_extends_the_last_one_is_let_through() {
        for new in 1..20 {
            let to = tree(new, 0);
            assert_eq!(judged(&request(0, &to), None), Ok(head(&to)));
            for old in 1..=new {
                let from = tree(old, 0);
                assert_eq!(judged(&request(old, &to), Some(&from)), Ok(head(&to)), "{old} {new}");
            }
        }
    }

    #[test]
    fn everything_else_is_refused_with_the_status_of_the_specification() {
        let (old, new) = (tree(5, 0), tree(9, 0));
        let right = request(5, &new);
        assert_eq!(judged(&right, Some(&old)), Ok(head(&new)));
        // Another last size, also none and a later one.
        assert_eq!(judged(&right, None), Err(409));
        assert_eq!(judged(&right, Some(&tree(6, 0))), Err(409));
        assert_eq!(judged(&request(0, &new), Some(&old)), Err(409));
        // Another history, by its own proof and by that of the right one.
        let other = tree(9, 1);
        assert_eq!(judged(&request(5, &other), Some(&old)), Err(422));
        let proof = right.proof.clone();
        assert_eq!(judged(&AddCheckpoint { proof, ..request(5, &other) }, Some(&old)), Err(422));
        assert_eq!(judged(&AddCheckpoint { proof: vec![], ..right.clone() }, Some(&old)), Err(422));
        // The same size.
        assert_eq!(judged(&request(9, &new), Some(&new)), Ok(head(&new)));
        assert_eq!(judged(&request(9, &new), Some(&other)), Err(409));
        // A proof where none is due.
        let proof = right.proof.clone();
        assert_eq!(judged(&AddCheckpoint { proof, ..request(0, &new) }, None), Err(422));
        // A smaller log.
        let back = AddCheckpoint { old: TreeSize(9), proof: vec![], ..request(5, &old) };
        assert_eq!(judged(&back, Some(&new)), Err(400));
        // Another signer, and another log.
        let note = signed(&head(&new), &SecretKey::from_seed(&[2; 32]));
        assert_eq!(judged(&AddCheckpoint { note, ..right.clone() }, Some(&old)), Err(403));
        let elsewhere = Checkpoint::new("example.org/other", new.size(), new.root()).unwrap();
        let note = signed(&elsewhere, &secret());
        assert_eq!(judged(&AddCheckpoint { note, ..right.clone() }, Some(&old)), Err(404));
        let note = "none\n".to_owned();
        assert_eq!(judged(&AddCheckpoint { note, ..right }, Some(&old)), Err(400));
    }

    #[test]
    fn a_request_has_one_form() {
        let body = request(5, &tree(9, 0)).render();
        let is_taken = |body: &str| AddCheckpoint::parse(body.as_bytes()).is_ok();
        assert!(is_taken(&body));
        for (from, to) in [
            ("old 5", "old 05"),
            ("old 5", "old  5"),
            ("old 5\n", ""),
            ("old 5", "old -5"),
            ("=\n", "\n"),
        ] {
            assert!(!is_taken(&body.replacen(from, to, 1)), "{from} {to}");
        }
        let line = format!("{}\n", STANDARD.encode([7; 32]));
        let with = |lines: usize| format!("old 5\n{}\nnote", line.repeat(lines));
        assert!(is_taken(&with(63)) && !is_taken(&with(64)));
        assert!(!is_taken("") && !is_taken("old 5") && !is_taken("old 5\n"));
        assert!(AddCheckpoint::parse(&vec![b'x'; REQUEST_BYTES_MAX + 1]).is_err());
    }
}
