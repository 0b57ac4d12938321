//! The genesis: who founded the council, under which law, with which keys. Its digest is the council.

use std::collections::BTreeSet;

use nemcon_crypto::note::{SignedNote, VerifierKey};
use nemcon_crypto::{Digest, hash, verify_named};

use super::charter::{Charter, CharterError, ROLE_MEMBER};
pub use super::error::GenesisError;
use super::error::RecordError;
use super::grammar::verify_canonical;
pub use super::limits::{GENESIS_SIGNATURES_MAX, MEMBERS_MAX, RULES_VERSION};
use super::roster::{
    Member, Officer, OfficersFault, Participant, Roster, officer_vkey, verify_officers,
};
use super::succession::Succession;
use super::used::UsedKeys;
use crate::text::value::{ValueError, parse_number};
use crate::text::words::words;
use crate::text::{Code, Fields, Label, Origin, Writer};

words!(
    /// Who may read the records; hashes and checkpoints can be checked by all.
    #[derive(Default)]
    Visibility,
    "`public` or `members`",
    {
        /// Members and participants.
        #[default]
        Members = "members",
        /// Whoever is given an export.
        Public = "public",
    }
);

/// The genesis of a council: the first record of its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genesis {
    /// The council's name in keys.
    pub origin: Origin,
    /// Who may read.
    pub visibility: Visibility,
    /// The ledger that this council goes on from.
    pub succeeds: Option<Succession>,
    /// The council's law.
    pub charter: Charter,
    /// The founding members in protocol order.
    pub roster: Roster,
    /// Parties without ballot.
    pub participants: Vec<Participant>,
}

/// Why the signatures beside a genesis do not found it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FoundingError {
    /// It does not parse.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The text has another digest than the one that was asked for.
    #[error("this genesis has the digest {found}, not {wanted}: it is another council's")]
    Digest {
        /// What it has.
        found: Digest,
        /// What was asked for.
        wanted: Digest,
    },
    /// A signature line that no founding officer could have made, or a wrong signature.
    #[error("signature line {line} is not one of a founding officer over this text")]
    Signature {
        /// Counted from 1.
        line: usize,
    },
    /// Not everyone has signed enough.
    #[error("the genesis still lacks signatures of: {}", .missing.iter().map(Code::as_str).collect::<Vec<_>>().join(" "))]
    Missing {
        /// The founding members of which more officers must sign.
        missing: Vec<Code>,
    },
}

impl Genesis {
    /// Parses the text of leaf 0.
    ///
    /// # Errors
    /// [`RecordError`] if it breaks the grammar or contradicts itself.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        let mut fields = Fields::new(text)?;
        if fields.line()? != "nemcon/v1 genesis" {
            return Err(RecordError::Kind);
        }
        let origin = fields.required("origin")?;
        let rules = fields.required_with("rules", parse_number)?;
        if rules != RULES_VERSION {
            return Err(GenesisError::Rules(rules).into());
        }
        let visibility = fields.required::<Label>("visibility")?;
        let visibility = visibility.as_str().parse();
        let visibility =
            visibility.map_err(|error: ValueError| fields.refuse("visibility", error.0))?;
        let genesis = Self {
            origin,
            visibility,
            succeeds: Succession::parse_if(&mut fields)?,
            charter: Charter::parse_from(&mut fields)?,
            roster: Roster::parse_from(&mut fields)?,
            participants: Participant::parse_all(&mut fields)?,
        };
        fields.end()?;
        verify_canonical(text, &genesis.render())?;
        genesis.verify()?;
        Ok(genesis)
    }

    /// The text of leaf 0.
    pub fn render(&self) -> String {
        let mut writer = Writer::new("genesis");
        writer.field("origin", &self.origin).field("rules", RULES_VERSION);
        writer.field("visibility", self.visibility);
        if let Some(succession) = &self.succeeds {
            succession.render_into(&mut writer);
        }
        self.charter.render_into(&mut writer);
        self.roster.render_into(&mut writer);
        for participant in &self.participants {
            participant.render_into("participant", &mut writer);
        }
        writer.finish()
    }

    /// The council digest: `SHA-256(text)`.
    pub fn digest(&self) -> Digest {
        hash::sha256(self.render().as_bytes())
    }

    /// The origin line of the council's checkpoints; see [`checkpoint_origin`].
    pub fn checkpoint_origin(&self) -> String {
        checkpoint_origin(&self.origin, &self.digest())
    }

    /// The officers of a member or participant, and how many of them must sign.
    pub fn signers(&self, code: &Code) -> Option<(usize, &[Officer])> {
        let member = self.roster.member(code);
        let participant = || self.participants.iter().find(|party| party.code == *code);
        member
            .map(|member| (member.threshold, &member.officers[..]))
            .or_else(|| participant().map(|party| (party.threshold, &party.officers[..])))
    }

    /// Checks what the grammar cannot say: each key stands once [rules.md R5], members and
    /// signatures are not too many [rules.md R24], and the parts of the charter agree with one
    /// another.
    ///
    /// # Errors
    /// The first [`GenesisError`].
    pub fn verify(&self) -> Result<(), GenesisError> {
        self.charter.verify()?;
        let members = self.roster.members.len();
        if !(1..=MEMBERS_MAX).contains(&members) {
            return Err(GenesisError::Members { members });
        }
        // This check comes before the sum of the thresholds: it bounds each threshold by its officers.
        self.verify_parties()?;
        self.verify_succession()?;
        self.verify_roles()?;
        self.verify_weights()?;
        let founders = self.roster.members.iter().map(|m| m.threshold).sum();
        // A participant signs no genesis, but its statements are notes with the same limit.
        let signatures = self.participants.iter().map(|p| p.threshold).fold(founders, usize::max);
        if signatures > GENESIS_SIGNATURES_MAX {
            return Err(GenesisError::Signatures(signatures));
        }
        self.verify_keys()
    }

    fn verify_parties(&self) -> Result<(), GenesisError> {
        let mut codes = BTreeSet::new();
        let members = self.roster.members.iter().map(|m| (&m.code, m.threshold, &m.officers));
        let others = self.participants.iter().map(|p| (&p.code, p.threshold, &p.officers));
        for (code, threshold, officers) in members.chain(others) {
            if !codes.insert(code) {
                return Err(GenesisError::CodeTwice(code.clone()));
            }
            let code = || code.clone();
            verify_officers(threshold, officers).map_err(|fault| match fault {
                OfficersFault::Threshold { threshold, officers } => {
                    GenesisError::Threshold { code: code(), threshold, officers }
                }
                OfficersFault::Label(label) => GenesisError::Label { code: code(), label },
            })?;
        }
        Ok(())
    }

    /// Checks that whom a successor leaves out is named once and is no member of it.
    fn verify_succession(&self) -> Result<(), GenesisError> {
        let out = self.succeeds.iter().flat_map(|succession| &succession.leaves_out);
        let mut seen = BTreeSet::new();
        for code in out {
            if self.roster.member(code).is_some() || !seen.insert(code) {
                return Err(GenesisError::LeftOut(code.clone()));
            }
        }
        Ok(())
    }

    /// Checks that the members' weights are parts of the charter's whole.
    fn verify_weights(&self) -> Result<(), GenesisError> {
        let (sum, total) = (self.roster.weight(), self.charter.weight.total);
        if sum > u128::from(total) { Err(GenesisError::Weights { sum, total }) } else { Ok(()) }
    }

    /// Checks that participants' roles are the charter's, and that somebody may table.
    fn verify_roles(&self) -> Result<(), GenesisError> {
        for Participant { code, role, .. } in &self.participants {
            if !self.charter.gives(role) {
                return Err(GenesisError::Role { code: code.clone(), role: role.clone() });
            }
        }
        let is_held = |role: &Label| {
            role.as_str() == ROLE_MEMBER || self.participants.iter().any(|p| p.role == *role)
        };
        if self.charter.may_table.iter().any(is_held) {
            Ok(())
        } else {
            Err(CharterError::NobodyTables.into())
        }
    }

    fn verify_keys(&self) -> Result<(), GenesisError> {
        self.used_keys().map(drop)
    }

    /// The keys of all parties.
    ///
    /// # Errors
    /// [`GenesisError::KeyTwice`].
    pub fn used_keys(&self) -> Result<UsedKeys, GenesisError> {
        let mut used = UsedKeys::default();
        for (code, vkey) in self.verifier_keys() {
            if !used.insert(&vkey) {
                let key = Box::new(vkey.key);
                return Err(GenesisError::KeyTwice { code: code.clone(), key });
            }
        }
        Ok(used)
    }

    fn verifier_keys(&self) -> Vec<(&Code, VerifierKey)> {
        let (origin, log) = (&self.origin, self.checkpoint_origin());
        let mut keys = Vec::new();
        for member in &self.roster.members {
            let vkeys = member.vkeys(origin, &log).into_iter();
            keys.extend(vkeys.map(|vkey| (&member.code, vkey)));
        }
        for Participant { code, officers, .. } in &self.participants {
            keys.extend(officers.iter().map(|o| (code, officer_vkey(origin, code, o))));
        }
        keys
    }
}

/// The origin line of a council's checkpoints: `<origin>/<first 16 digits of the council digest>`.
pub fn checkpoint_origin(origin: &Origin, council: &Digest) -> String {
    format!("{origin}/{}", &council.to_string()[..16])
}

/// Reads the file `genesis`: leaf 0 with the signatures of every founding member beside it.
///
/// # Errors
/// [`FoundingError`]; the digest is compared before any signature is looked at.
pub fn verify_founding(bytes: &[u8], wanted: &Digest) -> Result<Genesis, FoundingError> {
    let note = SignedNote::parse(bytes).map_err(RecordError::Note)?;
    let found = hash::sha256(note.text().as_bytes());
    if found != *wanted {
        return Err(FoundingError::Digest { found, wanted: *wanted });
    }
    let genesis = Genesis::parse(note.text())?;
    let missing = missing_founders(&genesis, &note)?;
    if missing.is_empty() { Ok(genesis) } else { Err(FoundingError::Missing { missing }) }
}

/// The founding members whose officers have not signed enough yet.
///
/// # Errors
/// [`FoundingError::Signature`] for a line that no founding officer made over this text, or twice.
pub fn missing_founders(genesis: &Genesis, note: &SignedNote) -> Result<Vec<Code>, FoundingError> {
    let mut seen = BTreeSet::new();
    for (at, line) in note.signatures().iter().enumerate() {
        let fault = FoundingError::Signature { line: at + 1 };
        let mut founders = genesis.roster.members.iter().flat_map(|member| {
            member.officers.iter().map(|o| officer_vkey(&genesis.origin, &member.code, o))
        });
        let vkey = founders.find(|vkey| line.names(vkey)).ok_or_else(|| fault.clone())?;
        verify_named(&vkey, note.text(), line).map_err(|_| fault.clone())?;
        if !seen.insert(vkey.name.to_string()) {
            return Err(fault);
        }
    }
    let lacks = |member: &&Member| {
        let names = member
            .officers
            .iter()
            .map(|o| officer_vkey(&genesis.origin, &member.code, o).name.to_string());
        names.filter(|name| seen.contains(name)).count() < member.threshold
    };
    Ok(genesis.roster.members.iter().filter(lacks).map(|member| member.code.clone()).collect())
}
