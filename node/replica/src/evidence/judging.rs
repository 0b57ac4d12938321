//! Whom evidence convicts, by what is known of the ledger.
//!
//! What it guarantees: signatures are judged by the keys of the place where they were made, and where the
//! ledger does not reach, nothing is settled.

use std::collections::BTreeSet;

use nemcon_crypto::cosignature::{Cosignature, verify_cosignature};
use nemcon_crypto::{Checkpoint, Digest, PublicKey, TreeSize};
use nemcon_ledger::record::{Genesis, Member, Roster};
use nemcon_ledger::text::Code;
use nemcon_ledger::{Height, Rosters};

use super::error::EvidenceError;
use super::file::{Evidence, Proof, Signed};
use super::meaning::Contradiction;
use super::place::Place;

/// What is known of a ledger, as far as it reaches.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The council.
    pub genesis: &'a Genesis,
    /// Who decided which block, with which keys.
    pub rosters: &'a Rosters,
    /// Its last block.
    pub height: Height,
    /// How many records it has.
    pub size: TreeSize,
    /// Its root at the size that the evidence is about, if it reaches that.
    pub root: Option<Digest>,
    /// Who has sealed its end.
    pub sealed_by: &'a [Code],
}

/// Whom evidence convicts. All signatures hold by the keys of the place where they were made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The member signed two messages that exclude each other, whatever the ledger says.
    ByItsOwnSignatures,
    /// The member sealed another tree head than the ledger's own.
    ByTheLedger {
        /// Whether it has sealed that very ledger later: then its own signatures convict it. Else the
        /// word of those who have sealed it does.
        has_sealed_both: bool,
        /// Who sealed the head that the evidence holds against it.
        witnesses: Vec<Code>,
        /// Whether that head is the ledger's own; else those who sealed it are convicted too.
        is_theirs_own: bool,
    },
    /// The member sealed the ledger's own tree head: others sealed another one, and accuse it.
    Acquitted {
        /// Who did; they are convicted.
        convicts: Vec<Code>,
    },
    /// The ledger does not reach where this was signed: keys may have changed by then, and nothing
    /// tells which tree head is its own.
    NotSettled {
        /// Whether the signatures hold by the last keys that the ledger tells.
        by_last_keys: Result<(), EvidenceError>,
    },
}

impl Known<'_> {
    /// Whether it tells by which keys a message of this place is judged. A ledger that ends earlier
    /// does not: the member may have changed its keys behind it, and a holder of the old keys can sign
    /// anything.
    fn reaches(&self, place: Place) -> bool {
        match place {
            Place::Block(height) => height <= self.height.next(),
            Place::Size(size) => size <= self.size,
        }
    }
}

impl Evidence {
    /// Checks all but the ledger's own tree head: that the messages exclude each other, and every
    /// signature by the keys of its place. A key that was replaced before convicts nobody.
    ///
    /// # Errors
    /// [`EvidenceError`], by the first condition that fails.
    pub fn verify(&self, genesis: &Genesis, rosters: &Rosters) -> Result<(), EvidenceError> {
        let contradiction = self.read(genesis)?;
        self.verify_signatures(&contradiction, rosters)
    }

    /// Reads what was signed in this council.
    fn read(&self, genesis: &Genesis) -> Result<Contradiction, EvidenceError> {
        if self.council != genesis.digest() {
            return Err(EvidenceError::Council(self.council));
        }
        let contradiction = self.contradiction()?;
        match &contradiction {
            Contradiction::Heads(one, _) if one.origin() != genesis.checkpoint_origin() => {
                Err(EvidenceError::Message(self.proof.kind()))
            }
            _ => Ok(contradiction),
        }
    }

    fn verify_signatures(
        &self,
        contradiction: &Contradiction,
        rosters: &Rosters,
    ) -> Result<(), EvidenceError> {
        let place = contradiction.place();
        let roster = match place {
            Place::Block(height) => rosters.at(height),
            Place::Size(size) => rosters.sealing(size),
        };
        let member = member_of(roster, &self.member, place)?;
        match (&self.proof, contradiction) {
            (Proof::DoubleVote(one, other) | Proof::DoubleProposal(one, other), _) => {
                verify_both(one, other, &member.node, place)
            }
            (Proof::DoubleSeal(one, other), _) => verify_both(one, other, &member.seal, place),
            (Proof::ForkedSeal { seal, .. }, Contradiction::Heads(_, head)) => {
                verify_signed(seal, &member.seal, 1, place)?;
                self.verify_witnesses(roster, head)
            }
            (Proof::ForkedSeal { .. }, Contradiction::Round(_)) => Err(EvidenceError::Compatible),
        }
    }

    /// Whom it convicts, by what is known of the ledger. f+1 liars can seal a tree head of their own
    /// making and hold it against an honest seal: only the ledger's own head at that size tells.
    ///
    /// # Errors
    /// As for [`Self::verify`].
    pub fn judge(&self, known: &Known<'_>) -> Result<Verdict, EvidenceError> {
        let contradiction = self.read(known.genesis)?;
        let verified = self.verify_signatures(&contradiction, known.rosters);
        if !known.reaches(contradiction.place()) {
            return Ok(Verdict::NotSettled { by_last_keys: verified });
        }
        verified?;
        let (Proof::ForkedSeal { witnesses, .. }, Contradiction::Heads(its, theirs)) =
            (&self.proof, &contradiction)
        else {
            return Ok(Verdict::ByItsOwnSignatures);
        };
        if witnesses.iter().any(|(code, _)| *code == self.member) {
            return Ok(Verdict::ByItsOwnSignatures);
        }
        let Some(root) = known.root else {
            return Ok(Verdict::NotSettled { by_last_keys: Ok(()) });
        };
        let witnesses = self.witnesses();
        if its.root() == root {
            return Ok(Verdict::Acquitted { convicts: witnesses });
        }
        let has_sealed_both = known.sealed_by.contains(&self.member);
        let is_theirs_own = theirs.root() == root;
        Ok(Verdict::ByTheLedger { has_sealed_both, witnesses, is_theirs_own })
    }

    /// The size at which the ledger's own tree head decides, if it does.
    pub fn watched(&self) -> Option<TreeSize> {
        match (&self.proof, self.place()) {
            (Proof::ForkedSeal { .. }, Ok(Place::Size(size))) => Some(size),
            _ => None,
        }
    }

    /// Whether the member has another key of the same use now than at the place where it signed:
    /// somebody who got hold of the old key since could have signed this.
    pub fn is_by_a_former_key(&self, rosters: &Rosters) -> bool {
        let key = |member: &Member| match self.proof {
            Proof::DoubleVote(..) | Proof::DoubleProposal(..) => member.node,
            Proof::DoubleSeal(..) | Proof::ForkedSeal { .. } => member.seal,
        };
        let then = match self.place() {
            Ok(Place::Block(height)) => rosters.at(height).member(&self.member),
            Ok(Place::Size(size)) => rosters.sealing(size).member(&self.member),
            Err(_) => None,
        };
        let now = rosters.newest().member(&self.member);
        then.is_some_and(|then| now.is_none_or(|now| key(now) != key(then)))
    }

    /// Who sealed the other tree head, each once.
    fn witnesses(&self) -> Vec<Code> {
        let Proof::ForkedSeal { witnesses, .. } = &self.proof else { return Vec::new() };
        let others = witnesses.iter().map(|(code, _)| code).filter(|code| **code != self.member);
        others.collect::<BTreeSet<_>>().into_iter().cloned().collect()
    }

    fn verify_witnesses(&self, roster: &Roster, head: &Checkpoint) -> Result<(), EvidenceError> {
        let Proof::ForkedSeal { witnesses, .. } = &self.proof else { return Ok(()) };
        let place = Place::Size(head.size());
        for (code, blob) in witnesses {
            let member = member_of(roster, code, place)?;
            let wrong = || EvidenceError::Witness { code: code.clone(), place };
            let seal = Cosignature::decode(blob).map_err(|_| wrong())?;
            verify_cosignature(&member.seal, head, &seal).map_err(|_| wrong())?;
        }
        let (found, needed) = (self.witnesses().len(), roster.faults_max());
        if found > needed { Ok(()) } else { Err(EvidenceError::Witnesses { found, needed }) }
    }
}

fn member_of<'a>(
    roster: &'a Roster,
    code: &Code,
    place: Place,
) -> Result<&'a Member, EvidenceError> {
    roster.member(code).ok_or_else(|| EvidenceError::Member { code: code.clone(), place })
}

fn verify_both(
    one: &Signed,
    other: &Signed,
    key: &PublicKey,
    place: Place,
) -> Result<(), EvidenceError> {
    verify_signed(one, key, 1, place)?;
    verify_signed(other, key, 2, place)
}

fn verify_signed(
    signed: &Signed,
    key: &PublicKey,
    line: usize,
    place: Place,
) -> Result<(), EvidenceError> {
    let wrong = |_| EvidenceError::Signature { line, place };
    key.verify(&signed.message, &signed.signature).map_err(wrong)
}
