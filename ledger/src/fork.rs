//! A fork: two sealed tree heads that no log has both.
//!
//! ```text
//! nemcon/v1 fork
//! council DIGEST
//! root DIGEST                of the log of the second checkpoint at the size of the first
//! proof DIGEST               none or more: that it has this root there [RFC 9162 2.1.4.1]
//!
//! genesis LENGTH             the file `genesis` of an export, a signed note
//! checkpoint LENGTH          of the smaller size, a signed note
//! checkpoint LENGTH          of the other size
//! ```
//!
//! What it guarantees: whoever has sealed both has sealed two histories, which no honest node does; the file needs
//! nothing beside it as long as seal keys are those of the founding. What it does not: it does not tell which of the two is the
//! council's.

use core::fmt::Write as _;

use nemcon_crypto::checkpoint::{Checkpoint, CheckpointError};
use nemcon_crypto::merkle::{ProofError, verify_consistency};
use nemcon_crypto::note::{CHECKPOINT_SIGNATURES_MAX, NoteError, NoteLines};
use nemcon_crypto::tiles::{GrowingTiles, TilePath, consistency_proof};
use nemcon_crypto::{Digest, TreeSize, verify_line};

use crate::audit::NOTE_BYTES_MAX;
use crate::record::Genesis;
use crate::record::genesis::{FoundingError, verify_founding};
use crate::record::roster::seal_vkey;
use crate::rosters::Rosters;
use crate::text::Code;
use crate::text::parts::{PartError, Parts};

/// The first line of the file.
pub const FORK_HEAD: &str = "nemcon/v1 fork";
/// The longest file, in bytes: a genesis and two checkpoints, each of 128 KiB at most.
pub const FORK_BYTES_MAX: u64 = 512 << 10;
/// The most digests that a consistency proof has: two a level of the tree.
const PROOF_MAX: usize = 128;

/// Two tree heads of one council's log, of which the larger one does not extend the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// The council.
    pub council: Digest,
    /// The file `genesis`, with the founders' signatures.
    pub genesis: String,
    /// The checkpoint of the smaller size, as it was read.
    pub smaller: String,
    /// The other one.
    pub larger: String,
    /// The root of the other log at the smaller size.
    pub root: Digest,
    /// That it has this root there.
    pub proof: Vec<Digest>,
}

/// Why a file shows no fork.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ForkError {
    /// It does not begin as one.
    #[error("it does not begin with `{FORK_HEAD}`")]
    Head,
    /// It has another form.
    #[error(transparent)]
    Part(#[from] PartError),
    /// Not UTF-8.
    #[error("it is not UTF-8")]
    Utf8,
    /// Longer than any.
    #[error("it is longer than any fork")]
    TooLong,
    /// Something stands behind its end.
    #[error("something stands behind its last checkpoint")]
    Behind,
    /// It is of another council.
    #[error("it is of council {0}")]
    Council(Digest),
    /// Its genesis is not the council's.
    #[error("its genesis: {0}")]
    Genesis(FoundingError),
    /// A checkpoint is no signed note.
    #[error("a checkpoint: {0}")]
    Note(#[from] NoteError),
    /// The text of a checkpoint is no tree head.
    #[error("a checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// A checkpoint is of another log.
    #[error("a checkpoint is of the log {0}")]
    Origin(String),
    /// The proof does not lead from the one to the other.
    #[error("the larger log does not have this root at the smaller size: {0}")]
    Proof(#[from] ProofError),
    /// Both are of one log.
    #[error("both tree heads can be of one log")]
    OneLog,
    /// Nobody has sealed both.
    #[error("no member's seal stands on both, by the keys that are known here")]
    Nobody,
}

/// What a fork shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forked {
    /// The two sizes.
    pub sizes: [TreeSize; 2],
    /// Who has sealed both, in roster order.
    pub by_both: Vec<Code>,
    /// Who has sealed each.
    pub sealed_by: [Vec<Code>; 2],
}

impl Fork {
    /// Compares two checkpoints of this council; `read` gives hash tiles of the larger log, as many hashes as the path
    /// says. `None` if both can be of one log.
    ///
    /// # Errors
    /// What `read` fails with.
    ///
    /// # Panics
    /// If one of them is no checkpoint, or the first one's size is greater.
    pub fn between<E>(
        (council, genesis): (Digest, &str),
        smaller: (&str, &Checkpoint),
        larger: (&str, &Checkpoint),
        mut read: impl FnMut(TilePath) -> Result<Vec<Digest>, E>,
    ) -> Result<Option<Self>, E> {
        let (old, new) = (smaller.1.size(), larger.1.size());
        assert!(old <= new, "{old} is not greater than {new}");
        let (root, proof) = if old == new {
            (larger.1.root(), Vec::new())
        } else {
            let root = GrowingTiles::of_former(old, new, &mut read)?.root();
            (root, consistency_proof(old, new, read)?)
        };
        Ok((root != smaller.1.root()).then(|| Self {
            council,
            genesis: genesis.to_owned(),
            smaller: smaller.0.to_owned(),
            larger: larger.0.to_owned(),
            root,
            proof,
        }))
    }

    /// The file's text.
    pub fn render(&self) -> String {
        let Self { council, genesis, smaller, larger, root, proof } = self;
        let mut text = format!("{FORK_HEAD}\ncouncil {council}\nroot {root}\n");
        for digest in proof {
            let _ = writeln!(text, "proof {digest}");
        }
        for (name, part) in [("genesis", genesis), ("checkpoint", smaller), ("checkpoint", larger)]
        {
            let _ = write!(text, "\n{name} {}\n{part}", part.len());
        }
        text
    }

    /// Reads a file's bytes.
    ///
    /// # Errors
    /// [`ForkError`] for whatever is not written as [`Self::render`] writes it.
    pub fn parse(bytes: &[u8]) -> Result<Self, ForkError> {
        if bytes.len() as u64 > FORK_BYTES_MAX {
            return Err(ForkError::TooLong);
        }
        let text = core::str::from_utf8(bytes).map_err(|_| ForkError::Utf8)?;
        let mut parts = Parts::new(text);
        if parts.line() != Some(FORK_HEAD) {
            return Err(ForkError::Head);
        }
        let council = parts.value("council ", "council DIGEST")?;
        let root = parts.value("root ", "root DIGEST")?;
        let mut proof = Vec::new();
        while parts.rest().starts_with("proof ") {
            if proof.len() == PROOF_MAX {
                return Err(ForkError::TooLong);
            }
            proof.push(parts.value("proof ", "proof DIGEST")?);
        }
        let mut note = |name: &'static str, wanted: &'static str| {
            parts.blank(wanted)?;
            let length = parts.value(name, wanted)?;
            parts.part(length, NOTE_BYTES_MAX).map(str::to_owned)
        };
        let genesis = note("genesis ", "genesis LENGTH")?;
        let smaller = note("checkpoint ", "checkpoint LENGTH")?;
        let larger = note("checkpoint ", "checkpoint LENGTH")?;
        let fork = Self { council, genesis, smaller, larger, root, proof };
        if parts.rest().is_empty() { Ok(fork) } else { Err(ForkError::Behind) }
    }

    /// Judges it by the digest that the caller brings, and by the rosters of an audited log, or without one by the founding roster.
    ///
    /// # Errors
    /// [`ForkError`] if it shows no fork, or convicts nobody.
    pub fn judge(
        &self,
        council: &Digest,
        rosters: Option<&Rosters>,
    ) -> Result<(Genesis, Forked), ForkError> {
        if self.council != *council {
            return Err(ForkError::Council(self.council));
        }
        let genesis =
            verify_founding(self.genesis.as_bytes(), council).map_err(ForkError::Genesis)?;
        let (smaller, old) = head(&self.smaller, &genesis)?;
        let (larger, new) = head(&self.larger, &genesis)?;
        verify_consistency(old.size(), &self.root, new.size(), &new.root(), &self.proof)?;
        if self.root == old.root() {
            return Err(ForkError::OneLog);
        }
        let founding = Rosters::founding(&genesis);
        let rosters = rosters.unwrap_or(&founding);
        let sealed_by = [(&smaller, &old), (&larger, &new)]
            .map(|(note, head)| sealed_by(&genesis, rosters, note, head));
        let by_both: Vec<_> =
            sealed_by[0].iter().filter(|code| sealed_by[1].contains(code)).cloned().collect();
        if by_both.is_empty() {
            return Err(ForkError::Nobody);
        }
        Ok((genesis, Forked { sizes: [old.size(), new.size()], by_both, sealed_by }))
    }
}

/// A checkpoint of the council's log.
fn head(file: &str, genesis: &Genesis) -> Result<(NoteLines, Checkpoint), ForkError> {
    let note = NoteLines::read(file.as_bytes(), CHECKPOINT_SIGNATURES_MAX)?;
    let checkpoint = Checkpoint::parse(&note.text)?;
    if checkpoint.origin() != genesis.checkpoint_origin() {
        return Err(ForkError::Origin(checkpoint.origin().to_owned()));
    }
    Ok((note, checkpoint))
}

/// The members whose seal stands on the checkpoint, in the order of the roster that seals its size.
fn sealed_by(
    genesis: &Genesis,
    rosters: &Rosters,
    note: &NoteLines,
    checkpoint: &Checkpoint,
) -> Vec<Code> {
    let members = rosters.sealing(checkpoint.size()).members.iter();
    let has_sealed = |key| {
        let mut lines = note.lines.iter().flatten();
        lines.any(|line| line.names(&key) && verify_line(&key, &note.text, line).is_ok())
    };
    members
        .filter(|member| has_sealed(seal_vkey(&genesis.origin, member)))
        .map(|member| member.code.clone())
        .collect()
}
