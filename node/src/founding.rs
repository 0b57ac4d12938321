//! Founding a council: from a plan to a genesis that every founding member has signed.
//!
//! ```text
//! plan.toml ─ assemble ─> genesis text ─ sign, member by member ─> genesis file ─ verify ─> council
//! ```

use std::io;
use std::path::{Path, PathBuf};

use nemcon_crypto::note::{SignatureLine, SignedNote};
use nemcon_crypto::{Digest, PublicKey, SecretKey, hash};
use nemcon_ledger::record::genesis::{FoundingError, missing_founders, verify_founding};
use nemcon_ledger::record::roster::officer_vkey;
use nemcon_ledger::record::statement::sign_as_officer;
use nemcon_ledger::record::{
    Charter, Genesis, GenesisError, Member, Officer, Participant, RecordError, Roster, Succession,
    Visibility,
};
use nemcon_ledger::text::{Code, Label, Line, Origin};
use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, parse_toml};

/// Who founds a council under which charter, as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The council's name in keys.
    pub origin: Origin,
    /// Who may read.
    #[serde(default)]
    pub visibility: Readers,
    /// The charter's file, taken from the plan's folder.
    pub charter: PathBuf,
    /// The members in protocol order.
    #[serde(rename = "member")]
    pub members: Vec<PlannedMember>,
    /// Parties without ballot.
    #[serde(default, rename = "participant")]
    pub participants: Vec<PlannedParticipant>,
}

/// Who may read the records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Readers {
    /// Members and participants.
    #[default]
    Members,
    /// Whoever is given an export.
    Public,
}

/// A founding member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedMember {
    /// Its code.
    pub code: Code,
    /// Its name for people.
    pub name: Line,
    /// Its weight in fractions of the whole.
    pub weight: u64,
    /// How many officers must sign.
    #[serde(default = "one")]
    pub signatures: usize,
    /// The recovery key.
    pub recovery: PublicKey,
    /// The node key.
    pub node: PublicKey,
    /// The seal key.
    pub seal: PublicKey,
    /// The officers.
    #[serde(rename = "officer")]
    pub officers: Vec<PlannedOfficer>,
}

/// A party without ballot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedParticipant {
    /// Its code.
    pub code: Code,
    /// Its name for people.
    pub name: Line,
    /// Its role in the charter.
    pub role: Label,
    /// How many officers must sign.
    #[serde(default = "one")]
    pub signatures: usize,
    /// The officers; none, with no signatures: the seat is vacant.
    #[serde(default, rename = "officer")]
    pub officers: Vec<PlannedOfficer>,
}

/// An officer's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedOfficer {
    /// Its name within the party.
    pub label: Label,
    /// The key.
    pub key: PublicKey,
}

const fn one() -> usize {
    1
}

/// Why no council comes of it.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A file cannot be read or is not TOML of this shape.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The genesis would contradict itself.
    #[error("this plan founds no council: {0}")]
    Genesis(#[from] GenesisError),
}

/// Why a signature is not added to a genesis.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// It is no genesis.
    #[error("not a genesis: {0}")]
    Record(#[from] RecordError),
    /// What is there already does not hold.
    #[error(transparent)]
    Founding(#[from] FoundingError),
    /// Only members found.
    #[error("{0} is no founding member of this council")]
    NotAMember(Code),
    /// The key is not in the genesis.
    #[error("the key {key} is no officer key of {code} in this genesis")]
    NotAnOfficer {
        /// For whom it was to sign.
        code: Code,
        /// The key.
        key: Box<PublicKey>,
    },
    /// Once is enough.
    #[error("{code}'s officer {label} has signed this genesis already")]
    AlreadySigned {
        /// Whose.
        code: Code,
        /// Which officer.
        label: Label,
    },
}

impl Plan {
    /// Reads a plan and its charter.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn load(path: &Path) -> Result<(Self, Charter), ConfigError> {
        let read = |path: &Path| {
            std::fs::read_to_string(path)
                .map_err(|source: io::Error| ConfigError::Io { path: path.to_owned(), source })
        };
        let plan: Self = parse_toml(&read(path)?, path)?;
        let charter = path.parent().unwrap_or(Path::new(".")).join(&plan.charter);
        let law = parse_toml(&read(&charter)?, &charter)?;
        Ok((plan, law))
    }

    /// The genesis that this plan and charter make.
    ///
    /// # Errors
    /// [`GenesisError`] if it would contradict itself.
    pub fn assemble(self, charter: Charter) -> Result<Genesis, GenesisError> {
        self.succeed(charter, None)
    }

    /// As [`Self::assemble`], for a council that goes on from another one.
    ///
    /// # Errors
    /// The same.
    pub fn succeed(
        self,
        charter: Charter,
        succeeds: Option<Succession>,
    ) -> Result<Genesis, GenesisError> {
        let visibility = match self.visibility {
            Readers::Members => Visibility::Members,
            Readers::Public => Visibility::Public,
        };
        let members = self.members.into_iter().map(PlannedMember::into_member).collect();
        let participants = self.participants.into_iter().map(PlannedParticipant::into_participant);
        let genesis = Genesis {
            origin: self.origin,
            visibility,
            succeeds,
            charter,
            roster: Roster { members },
            participants: participants.collect(),
        };
        genesis.verify()?;
        Ok(genesis)
    }
}

impl PlannedMember {
    /// The member as a plan gives it.
    pub fn of(member: &Member) -> Self {
        Self {
            code: member.code.clone(),
            name: member.name.clone(),
            weight: member.weight,
            signatures: member.threshold,
            recovery: member.recovery,
            node: member.node,
            seal: member.seal,
            officers: member.officers.iter().map(PlannedOfficer::of).collect(),
        }
    }

    /// The member.
    pub fn into_member(self) -> Member {
        Member {
            code: self.code,
            name: self.name,
            weight: self.weight,
            threshold: self.signatures,
            officers: self.officers.into_iter().map(PlannedOfficer::into_officer).collect(),
            recovery: self.recovery,
            node: self.node,
            seal: self.seal,
        }
    }
}

impl PlannedParticipant {
    /// The participant as a plan gives it.
    pub fn of(participant: &Participant) -> Self {
        Self {
            code: participant.code.clone(),
            name: participant.name.clone(),
            role: participant.role.clone(),
            signatures: participant.threshold,
            officers: participant.officers.iter().map(PlannedOfficer::of).collect(),
        }
    }

    /// The participant.
    pub fn into_participant(self) -> Participant {
        Participant {
            code: self.code,
            name: self.name,
            role: self.role,
            threshold: self.signatures,
            officers: self.officers.into_iter().map(PlannedOfficer::into_officer).collect(),
        }
    }
}

impl PlannedOfficer {
    fn of(officer: &Officer) -> Self {
        Self { label: officer.label.clone(), key: officer.key }
    }

    /// The officer.
    pub fn into_officer(self) -> Officer {
        Officer { label: self.label, key: self.key }
    }
}

/// A genesis on its way: its text and the signatures so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Founding {
    genesis: Genesis,
    text: String,
    signatures: Vec<SignatureLine>,
}

impl Founding {
    /// A genesis that nobody has signed.
    pub fn unsigned(genesis: Genesis) -> Self {
        Self { text: genesis.render(), genesis, signatures: Vec::new() }
    }

    /// Reads a genesis, signed or not; the signatures there are must hold.
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

    /// The genesis.
    pub const fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// The text that is signed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The council digest: `SHA-256(text)`.
    pub fn digest(&self) -> Digest {
        hash::sha256(self.text.as_bytes())
    }

    /// How many officers have signed.
    pub fn signatures(&self) -> usize {
        self.signatures.len()
    }

    /// The founding members that have not signed enough yet.
    pub fn missing(&self) -> Vec<Code> {
        let all = || self.genesis.roster.members.iter().map(|m| m.code.clone()).collect();
        let note = SignedNote::new(self.text.clone(), self.signatures.clone());
        note.map_or_else(
            |_| all(),
            |note| {
                missing_founders(&self.genesis, &note).expect("each signature was checked or made")
            },
        )
    }

    /// Adds one officer's signature; the lines stay in the order of the roster.
    ///
    /// # Errors
    /// [`SignError`]; then nothing has changed.
    pub fn sign(&mut self, code: &Code, secret: &SecretKey) -> Result<Label, SignError> {
        let member = self.genesis.roster.member(code);
        let member = member.ok_or_else(|| SignError::NotAMember(code.clone()))?;
        let key = secret.public();
        let officer = member.officers.iter().find(|officer| officer.key == key);
        let label = officer
            .map(|officer| officer.label.clone())
            .ok_or_else(|| SignError::NotAnOfficer { code: code.clone(), key: Box::new(key) })?;
        let line = sign_as_officer(&self.text, &self.genesis.origin, code, &label, secret);
        if self.signatures.iter().any(|other| other.name() == line.name()) {
            return Err(SignError::AlreadySigned { code: code.clone(), label });
        }
        self.signatures.push(line);
        self.sort();
        Ok(label)
    }

    fn sort(&mut self) {
        let members = self.genesis.roster.members.iter();
        let names: Vec<_> = members
            .flat_map(|member| {
                let vkey = |officer| officer_vkey(&self.genesis.origin, &member.code, officer);
                member.officers.iter().map(move |officer| vkey(officer).name)
            })
            .collect();
        self.signatures.sort_by_key(|line| names.iter().position(|name| name == line.name()));
    }

    /// The bytes of the file `genesis`: a signed note, or the bare text while nobody has signed.
    pub fn render(&self) -> Vec<u8> {
        match SignedNote::new(self.text.clone(), self.signatures.clone()) {
            Ok(note) => note.render(),
            Err(_) => self.text.clone().into_bytes(),
        }
    }

    /// Checks that this founds the council `wanted`: its digest and every founder's signature.
    ///
    /// # Errors
    /// [`FoundingError`].
    pub fn verify(&self, wanted: &Digest) -> Result<(), FoundingError> {
        let found = self.digest();
        if found != *wanted {
            return Err(FoundingError::Digest { found, wanted: *wanted });
        }
        let missing = self.missing();
        if !missing.is_empty() {
            return Err(FoundingError::Missing { missing });
        }
        verify_founding(&self.render(), wanted).map(|_| ())
    }
}

#[cfg(test)]
mod tests;
