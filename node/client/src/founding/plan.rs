//! The founding plan, a TOML file: the members and participants of a new council, and its charter.

use std::path::{Path, PathBuf};

use nemcon_crypto::PublicKey;
use nemcon_ledger::record::{
    Charter, Genesis, GenesisError, Member, Officer, Participant, Roster, Succession, Visibility,
};
use nemcon_ledger::text::{Code, Label, Line, Origin, Show as _};
use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, load_toml};

/// A founding plan: the members and participants of a new council, and its charter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The council's name, as key names begin with it.
    pub origin: Origin,
    /// Who may read the records.
    #[serde(default)]
    pub visibility: Visibility,
    /// The charter's file, taken from the plan's folder.
    pub charter: PathBuf,
    /// The members, in protocol order.
    #[serde(default, rename = "member")]
    pub members: Vec<PlannedMember>,
    /// The participants, which have no ballot.
    #[serde(default, rename = "participant")]
    pub participants: Vec<PlannedParticipant>,
}

/// What a party sends to the author of the plan: its own entry, with the public halves of its keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyFile {
    /// The members in the file.
    #[serde(default, rename = "member")]
    pub members: Vec<PlannedMember>,
    /// The participants in the file.
    #[serde(default, rename = "participant")]
    pub participants: Vec<PlannedParticipant>,
}

/// A founding member, as a plan names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "wants a member: a table with code, name, weight, its keys and officers"
)]
pub struct PlannedMember {
    /// The member's code.
    pub code: Code,
    /// The member's name for people.
    pub name: Line,
    /// The member's weight, of which fractions are taken.
    pub weight: u64,
    /// The number of officers that must sign a statement of the member.
    #[serde(default = "one")]
    pub signatures: usize,
    /// The public half of the recovery key.
    pub recovery: PublicKey,
    /// The public half of the node key.
    pub node: PublicKey,
    /// The public half of the seal key.
    pub seal: PublicKey,
    /// The member's officers.
    #[serde(rename = "officer")]
    pub officers: Vec<PlannedOfficer>,
}

/// A participant, as a plan names it. Participants have no ballot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "wants a participant: a table with code, name, role and officers"
)]
pub struct PlannedParticipant {
    /// The participant's code.
    pub code: Code,
    /// The participant's name for people.
    pub name: Line,
    /// The participant's role in the charter.
    pub role: Label,
    /// The number of officers that must sign a statement of the participant.
    #[serde(default = "one")]
    pub signatures: usize,
    /// The participant's officers. An empty list, with no signatures needed, means a vacant seat.
    #[serde(default, rename = "officer")]
    pub officers: Vec<PlannedOfficer>,
}

/// An officer's key, as a plan names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "wants an officer: { label = \"desk\", key = PUBLIC KEY }"
)]
pub struct PlannedOfficer {
    /// The officer's label within the party.
    pub label: Label,
    /// The public half of the officer's key.
    pub key: PublicKey,
}

const fn one() -> usize {
    1
}

/// Why a plan makes no council.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A file cannot be read or has not the form that it must have.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A further file of the plan names neither a member nor a participant.
    #[error("{}: it names neither a `[[member]]` nor a `[[participant]]`", .0.shown())]
    NoParty(PathBuf),
    /// The genesis would contradict itself.
    #[error("this plan founds no council: {0}")]
    Genesis(#[from] GenesisError),
}

impl Plan {
    /// Reads a plan and its charter. The parties in the files `parties` follow those of the plan itself.
    ///
    /// # Errors
    /// [`PlanError`], but never its variant `Genesis`.
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

    /// Makes a genesis from this plan and charter.
    ///
    /// # Errors
    /// [`GenesisError`] if the genesis would contradict itself.
    pub fn assemble(self, charter: Charter) -> Result<Genesis, GenesisError> {
        self.succeed(charter, None)
    }

    /// Like [`Self::assemble`], for a council that succeeds another one.
    ///
    /// # Errors
    /// [`GenesisError`] as for [`Self::assemble`].
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
    /// The member in the form of a plan.
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

    /// The member in the form of the ledger.
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
    /// The participant in the form of a plan.
    pub fn of(participant: &Participant) -> Self {
        Self {
            code: participant.code.clone(),
            name: participant.name.clone(),
            role: participant.role.clone(),
            signatures: participant.threshold,
            officers: participant.officers.iter().map(PlannedOfficer::of).collect(),
        }
    }

    /// The participant in the form of the ledger.
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

    /// The officer in the form of the ledger.
    pub fn into_officer(self) -> Officer {
        Officer { label: self.label, key: self.key }
    }
}
