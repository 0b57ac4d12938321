//! Founding a council: from a plan to a genesis that every founding member has signed.
//!
//! ```text
//! cards, or a plan ─ assemble ─> genesis text ─ sign, member by member ─> genesis file ─ verify ─> council
//! ```
//!
//! What it guarantees: a genesis is accepted only if every founding member's signatures are over the very
//! text that the council digest names. What it does not: it does not know which digest is the right one;
//! the caller brings that.

mod assembly;
mod card;
mod card_error;
mod card_file;
mod fingerprint;
mod key_use;
mod plan;
mod weighing;

use core::fmt;

use nemcon_crypto::note::{KeyName, SignatureLine, SignedNote};
use nemcon_crypto::{Digest, PublicKey, Signature, hash};
use nemcon_ledger::record::genesis::{FoundingError, missing_founders, verify_founding};
use nemcon_ledger::record::roster::officer_vkey;
use nemcon_ledger::record::{Genesis, Member, Officer, RecordError};
use nemcon_ledger::text::{Code, Label};
use serde::Serialize;

use crate::signer::Signer;
use crate::signer_error::SignerError;

pub use assembly::{
    CARD_SUFFIX, CARDS_MAX, CardFault, CardsError, Frame, NamedCard, plan_of, read_card, read_cards,
};
pub use card::{Card, CardDifference, CardParty};
pub use card_error::CardError;
pub use card_file::{CARD_BYTES_MAX, CardFile, Proof};
pub use fingerprint::{FINGERPRINT_WORDS, Fingerprint, FingerprintError};
pub use key_use::{CARD_HEAD, KeyUse};
pub use nemcon_ledger::record::Visibility;
pub use plan::{PartyFile, Plan, PlanError, PlannedMember, PlannedOfficer, PlannedParticipant};
pub use weighing::{Weighing, unheld_roles};

/// Why a signature is not added to a genesis.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The bytes are no genesis.
    #[error("not a genesis: {0}")]
    Record(#[from] RecordError),
    /// A signature that is already there is wrong.
    #[error(transparent)]
    Founding(#[from] FoundingError),
    /// The party is no member, and only members found a council.
    #[error("{0} is no founding member of this council")]
    NotAMember(Code),
    /// The genesis does not name the key as an officer's of the member.
    #[error("the key {key} is no officer key of {code} in this genesis")]
    NotAnOfficer {
        /// The code of the member that the key was to sign for.
        code: Code,
        /// The public half of the key.
        key: Box<PublicKey>,
    },
    /// The officer has signed the genesis already.
    #[error("{code}'s officer {label} has signed this genesis already")]
    AlreadySigned {
        /// The code of the officer's member.
        code: Code,
        /// The officer's label.
        label: Label,
    },
    /// The officer's key does not sign.
    #[error("{0}")]
    Signer(#[from] SignerError),
    /// As many officers have signed for the member as it needs.
    #[error("{0} have signed this genesis: another signature adds nothing")]
    Enough(Progress),
    /// A signature that no founding officer has made over this text.
    #[error("no officer of a founding member has made this signature over this genesis")]
    NobodysSignature,
}

/// The error for two copies whose signatures cannot be merged because their texts differ.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it founds the council {other}, not {one}: line {line} says `{says}`, and `{wanted}` in the first"
)]
pub struct OtherText {
    /// The council digest of the first copy.
    pub one: Digest,
    /// The council digest of the other copy.
    pub other: Digest,
    /// The first line in which they differ, counted from 1.
    pub line: usize,
    /// That line in the other copy.
    pub says: String,
    /// That line in the first copy.
    pub wanted: String,
}

/// How many of a founding member's officers have signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// The member's code.
    pub code: Code,
    /// The number of its officers that have signed.
    pub signed: usize,
    /// The number of its officers that must sign.
    pub needed: usize,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, signed, needed } = self;
        let officers = if *needed == 1 { "officer" } else { "officers" };
        write!(f, "{code}: {signed} of {needed} {officers}")
    }
}

/// A genesis that is being signed: its text and the signatures so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Founding {
    genesis: Genesis,
    text: String,
    signatures: Vec<SignatureLine>,
}

impl Founding {
    /// A genesis without signatures.
    pub fn unsigned(genesis: Genesis) -> Self {
        Self { text: genesis.render(), genesis, signatures: Vec::new() }
    }

    /// Parses a genesis, signed or not, and verifies the signatures that it has.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, SignError> {
        if let Ok(text) = str::from_utf8(bytes)
            && !text.contains("\n\n")
        {
            return Ok(Self::unsigned(Genesis::parse(text)?));
        }
        let note = SignedNote::parse(bytes).map_err(RecordError::Note)?;
        let genesis = Genesis::parse(note.text())?;
        missing_founders(&genesis, &note)?;
        let signatures = note.signatures().to_vec();
        Ok(Self { genesis, text: note.text().to_owned(), signatures })
    }

    /// The genesis that is being signed.
    pub const fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// The text that founders sign.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The council digest: `SHA-256(text)`.
    pub fn digest(&self) -> Digest {
        hash::sha256(self.text.as_bytes())
    }

    /// The number of signatures so far.
    pub fn signatures(&self) -> usize {
        self.signatures.len()
    }

    /// The progress of every founding member, in roster order.
    pub fn progress(&self) -> Vec<Progress> {
        let has_signed = |name: &KeyName| self.has_signed(name);
        let signed = |member: &Member| self.names_of(member).filter(has_signed).count();
        let members = self.genesis.roster.members.iter();
        members
            .map(|member| Progress {
                code: member.code.clone(),
                signed: signed(member),
                needed: member.threshold,
            })
            .collect()
    }

    /// The progress of the founding members that still need signatures.
    pub fn missing(&self) -> Vec<Progress> {
        let mut progress = self.progress();
        progress.retain(|it| it.signed < it.needed);
        progress
    }

    /// The labels of these officers' keys, if all of them may sign now.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn may_sign(&self, code: &Code, keys: &[PublicKey]) -> Result<Vec<Label>, SignError> {
        let member = self.genesis.roster.member(code);
        let member = member.ok_or_else(|| SignError::NotAMember(code.clone()))?;
        let needed = member.threshold;
        let has_signed = |name: &KeyName| self.has_signed(name);
        let before = self.names_of(member).filter(has_signed).count();
        let mut labels: Vec<Label> = Vec::new();
        for key in keys {
            let at = member.officers.iter().position(|officer| officer.key == *key);
            let at = at.ok_or_else(|| SignError::NotAnOfficer {
                code: code.clone(),
                key: Box::new(*key),
            })?;
            let label = member.officers[at].label.clone();
            let name = self.names_of(member).nth(at).expect("each officer has a name");
            if self.has_signed(&name) || labels.contains(&label) {
                return Err(SignError::AlreadySigned { code: code.clone(), label });
            }
            let signed = before + labels.len();
            if signed >= needed {
                return Err(SignError::Enough(Progress { code: code.clone(), signed, needed }));
            }
            labels.push(label);
        }
        Ok(labels)
    }

    /// Adds one officer's signature, made here, by a token or elsewhere. The signature lines stay in roster order.
    ///
    /// # Errors
    /// [`SignError`]. Then nothing has changed.
    pub fn sign(&mut self, code: &Code, signer: &impl Signer) -> Result<Label, SignError> {
        let key = signer.public();
        self.may_sign(code, &[key])?;
        let signature = signer.sign(self.text.as_bytes())?;
        self.add(code, &key, &signature)
    }

    /// Adds a signature over [`Self::text`] that an officer's key has made somewhere, and verifies it.
    ///
    /// # Errors
    /// [`SignError`]. Then nothing has changed.
    pub fn add(
        &mut self,
        code: &Code,
        key: &PublicKey,
        signature: &Signature,
    ) -> Result<Label, SignError> {
        let label = self.may_sign(code, &[*key])?.remove(0);
        let wrong = |_| SignError::NobodysSignature;
        key.verify(self.text.as_bytes(), signature).map_err(wrong)?;
        let officer = Officer { label: label.clone(), key: *key };
        let vkey = officer_vkey(&self.genesis.origin, code, &officer);
        let blob = signature.as_bytes().to_vec();
        let line = SignatureLine::new(vkey.name.clone(), vkey.key_id(), blob);
        self.signatures.push(line.map_err(RecordError::Note)?);
        self.put_in_order();
        Ok(label)
    }

    /// The founding officer who has made this signature over [`Self::text`]: the member's code and the public key.
    ///
    /// # Errors
    /// [`SignError::NobodysSignature`].
    pub fn maker(&self, signature: &Signature) -> Result<(Code, PublicKey), SignError> {
        let members = self.genesis.roster.members.iter();
        let mut officers =
            members.flat_map(|it| it.officers.iter().map(|officer| (&it.code, officer.key)));
        let has_made =
            |(_, key): &(&Code, PublicKey)| key.verify(self.text.as_bytes(), signature).is_ok();
        let made = officers.find(has_made).ok_or(SignError::NobodysSignature)?;
        Ok((made.0.clone(), made.1))
    }

    /// Adds the signatures of another copy of the same text and returns how many were added. The
    /// lines stay in roster order, and each member keeps only as many as it needs.
    ///
    /// # Errors
    /// [`OtherText`]. Then nothing has changed.
    pub fn merge(&mut self, other: &Self) -> Result<usize, OtherText> {
        if self.text != other.text {
            return Err(self.difference(other));
        }
        let before = self.signatures.len();
        for line in &other.signatures {
            if self.signatures.iter().all(|known| known.name() != line.name()) {
                self.signatures.push(line.clone());
            }
        }
        self.put_in_order();
        Ok(self.signatures.len().saturating_sub(before))
    }

    /// Puts the signature lines in roster order and drops those that a member has beyond what it
    /// needs: a note can carry only a limited number of lines, and a plan must found only if the
    /// needed lines fit.
    fn put_in_order(&mut self) {
        let mut ordered = Vec::new();
        for member in &self.genesis.roster.members {
            let line = |name| self.signatures.iter().find(|line| *line.name() == name);
            ordered.extend(self.names_of(member).filter_map(line).take(member.threshold).cloned());
        }
        self.signatures = ordered;
    }

    fn has_signed(&self, name: &KeyName) -> bool {
        self.signatures.iter().any(|line| line.name() == name)
    }

    /// The key names under which a member's officers sign, in the officers' order.
    fn names_of(&self, member: &Member) -> impl Iterator<Item = KeyName> {
        let vkey = |officer| officer_vkey(&self.genesis.origin, &member.code, officer);
        member.officers.iter().map(move |officer| vkey(officer).name)
    }

    fn difference(&self, other: &Self) -> OtherText {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let (one, two) = (lines(&self.text), lines(&other.text));
        let same = one.iter().zip(&two).take_while(|(a, b)| a == b).count();
        let at = |lines: &[String]| lines.get(same).cloned().unwrap_or_default();
        OtherText {
            one: self.digest(),
            other: other.digest(),
            line: same + 1,
            says: at(&two),
            wanted: at(&one),
        }
    }

    /// The bytes of the file `genesis`: a signed note, or the bare text if nobody has signed.
    pub fn render(&self) -> Vec<u8> {
        match SignedNote::new(self.text.clone(), self.signatures.clone()) {
            Ok(note) => note.render(),
            Err(_) => self.text.clone().into_bytes(),
        }
    }

    /// Checks that the genesis founds the council `wanted`: compares its digest and verifies
    /// every founder's signatures.
    ///
    /// # Errors
    /// [`FoundingError`].
    pub fn verify(&self, wanted: &Digest) -> Result<(), FoundingError> {
        let found = self.digest();
        if found != *wanted {
            return Err(FoundingError::Digest { found, wanted: *wanted });
        }
        let missing: Vec<_> = self.missing().into_iter().map(|it| it.code).collect();
        if !missing.is_empty() {
            return Err(FoundingError::Missing { missing });
        }
        verify_founding(&self.render(), wanted).map(|_| ())
    }
}

#[cfg(test)]
mod tests;
