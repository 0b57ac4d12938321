//! Judging a checkpoint by a policy.

use super::definition::{Policy, Quorum, Rule, Word};
use crate::Checkpoint;
use crate::checkpoint::CheckpointError;
use crate::note::{NoteError, SignatureType, SignedNote, VerifierKey};

/// What a policy found in a checkpoint that it accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance<'p> {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The logs that signed it: at least one.
    pub logs: Vec<&'p VerifierKey>,
    /// The names of all witnesses that cosigned it, in the policy's order.
    pub witnesses: Vec<&'p Word>,
}

/// Why a policy does not accept a note.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The note is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A line of a known key is forged.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// No log of the policy whose name is the checkpoint's origin signed it.
    #[error("no known log of this origin has signed")]
    Log,
    /// Too few witnesses cosigned.
    #[error("{} witnesses have cosigned, the quorum lacks some of {missing:?}", cosigned.len())]
    Quorum {
        /// The witnesses that did, in the policy's order.
        cosigned: Vec<Word>,
        /// The witnesses that could contribute to the quorum, and did not cosign.
        missing: Vec<Word>,
    },
}

impl Policy {
    /// Judges a checkpoint: one of the logs, known by the origin, must have signed it, and the
    /// quorum must have cosigned. When they cosigned is not judged.
    pub fn evaluate(&self, note: &SignedNote) -> Result<Acceptance<'_>, PolicyError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        let logs = self.logs.iter().map(|log| &log.key);
        let logs = logs.filter(|key| key.name.as_str() == checkpoint.origin());
        let signers = note.verified_by(logs.chain(self.witnesses().map(|(_, key)| key)))?;

        let is_log = |key: &&VerifierKey| key.kind == SignatureType::Ed25519;
        let logs: Vec<_> = signers.iter().copied().filter(is_log).collect();
        if logs.is_empty() {
            return Err(PolicyError::Log);
        }
        let cosigned = |key: &VerifierKey| signers.contains(&key);
        self.check_quorum(cosigned)?;
        let witnesses = self.witnesses().filter(|(_, key)| cosigned(key));
        Ok(Acceptance { checkpoint, logs, witnesses: witnesses.map(|(name, _)| name).collect() })
    }

    fn check_quorum(&self, cosigned: impl Fn(&VerifierKey) -> bool) -> Result<(), PolicyError> {
        let Quorum::Of(quorum) = self.quorum else { return Ok(()) };
        let mut witnessed = Vec::with_capacity(self.definitions.len());
        // Members come before their groups, so that one pass decides.
        for definition in &self.definitions {
            witnessed.push(match &definition.rule {
                Rule::Witness { key, .. } => cosigned(key),
                Rule::Group { threshold, members } => {
                    let count = members.iter().filter(|at| witnessed[**at]).count();
                    count >= threshold.of(members.len())
                }
            });
        }
        if witnessed[quorum] { Ok(()) } else { Err(self.lacking(quorum, &witnessed)) }
    }

    fn lacking(&self, quorum: usize, witnessed: &[bool]) -> PolicyError {
        let matters = self.members_of(quorum);
        let (mut cosigned, mut missing) = (Vec::new(), Vec::new());
        for (at, definition) in self.definitions.iter().enumerate() {
            match definition.rule {
                Rule::Witness { .. } if witnessed[at] => cosigned.push(definition.name.clone()),
                Rule::Witness { .. } if matters[at] => missing.push(definition.name.clone()),
                Rule::Witness { .. } | Rule::Group { .. } => {}
            }
        }
        PolicyError::Quorum { cosigned, missing }
    }

    /// Which definitions the quorum rests on, through any number of groups.
    fn members_of(&self, quorum: usize) -> Vec<bool> {
        let mut matters = vec![false; self.definitions.len()];
        matters[quorum] = true;
        for at in (0..=quorum).rev() {
            if let (true, Rule::Group { members, .. }) = (matters[at], &self.definitions[at].rule) {
                for member in members {
                    matters[*member] = true;
                }
            }
        }
        matters
    }
}
