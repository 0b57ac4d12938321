//! Who founds a council under which charter, as a file.

use std::path::{Path, PathBuf};

use nemcon_crypto::PublicKey;
use nemcon_ledger::record::{
    Charter, Genesis, GenesisError, Member, Officer, Participant, Roster, Succession, Visibility,
};
use nemcon_ledger::text::{Code, Label, Line, Origin, Show as _};
use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, load_toml};

/// Who founds a council under which charter, as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The council's name in keys.
    pub origin: Origin,
    /// Who may read.
    #[serde(default)]
    pub visibility: Visibility,
    /// The charter's file, taken from the plan's folder.
    pub charter: PathBuf,
    /// The members in protocol order.
    #[serde(default, rename = "member")]
    pub members: Vec<PlannedMember>,
    /// Parties without ballot.
    #[serde(default, rename = "participant")]
    pub participants: Vec<PlannedParticipant>,
}

/// What a party sends to whoever writes the plan: itself, with the public halves of its keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyFile {
    /// Members.
    #[serde(default, rename = "member")]
    pub members: Vec<PlannedMember>,
    /// Parties without ballot.
    #[serde(default, rename = "participant")]
    pub participants: Vec<PlannedParticipant>,
}

/// A founding member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "wants a member: a table with code, name, weight, its keys and officers"
)]
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
#[serde(
    deny_unknown_fields,
    expecting = "wants a participant: a table with code, name, role and officers"
)]
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
#[serde(
    deny_unknown_fields,
    expecting = "wants an officer: { label = \"desk\", key = PUBLIC KEY }"
)]
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
    /// A further file of a plan brings nobody.
    #[error("{}: it names neither a `[[member]]` nor a `[[participant]]`", .0.shown())]
    NoParty(PathBuf),
    /// The genesis would contradict itself.
    #[error("this plan founds no council: {0}")]
    Genesis(#[from] GenesisError),
}

impl Plan {
    /// Reads a plan, with the files of parties that stand behind those in the plan itself, and its
    /// charter.
    ///
    /// # Errors
    /// [`PlanError`], without `Genesis`.
    pub fn load(path: &Path, parties: &[PathBuf]) -> Result<(Self, Charter), PlanError> {
        let mut plan: Self = load_toml(path)?;
        for path in parties {
            let PartyFile { members, participants } = load_toml(path)?;
            if members.is_empty() && participants.is_empty() {
                return Err(PlanError::NoParty(path.clone()));
            }
            plan.members.extend(members);
            plan.participants.extend(participants);
        }
        let charter = path.parent().unwrap_or(Path::new(".")).join(&plan.charter);
        let law = load_toml(&charter)?;
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
        let members = self.members.into_iter().map(PlannedMember::into_member).collect();
        let participants = self.participants.into_iter().map(PlannedParticipant::into_participant);
        let genesis = Genesis {
            origin: self.origin,
            visibility: self.visibility,
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
