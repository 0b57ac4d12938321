//! The roster: members with their keys, as the genesis lists them.
//!
//! What it guarantees: one text, one order and one digest of a roster. What it does not: nothing
//! here says which roster decides a block; `Rosters` does.

use core::fmt;
use std::collections::BTreeSet;

use nemcon_crypto::note::{KeyName, SignatureType, VerifierKey};
use nemcon_crypto::{Digest, PublicKey, hash};
use serde::{Deserialize, Serialize};

use super::limits::MEMBERS_MAX;
use crate::quorum::{faulty_max, proposer};
use crate::text::fields::split_words;
use crate::text::value::{ValueError, parse_number};
use crate::text::{Code, FieldError, Fields, Label, Line, Origin, Writer};

/// A label that no officer may have: it names the recovery key.
pub const RECOVERY_LABEL: &str = "recovery";

/// A key that may sign for a party, with its name within the party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// `desk`, `ambassador`, `card-2`.
    pub label: Label,
    /// The key.
    pub key: PublicKey,
}

/// A voting party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The code of the member: `EL` for Greece.
    pub code: Code,
    /// Its name for people.
    pub name: Line,
    /// Its weight in fractions of the whole, such as its population.
    pub weight: u64,
    /// How many officers must sign a statement: `k` of `officers.len()`.
    pub threshold: usize,
    /// The officer keys.
    pub officers: Vec<Officer>,
    /// Kept offline; with it alone the officer keys change.
    pub recovery: PublicKey,
    /// The node's identity: TLS, consensus votes, log signature.
    pub node: PublicKey,
    /// The node's seal key: cosignatures.
    pub seal: PublicKey,
}

/// A party without a ballot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// The code of the participant: `HR`.
    pub code: Code,
    /// Its name for people.
    pub name: Line,
    /// Its role in the charter.
    pub role: Label,
    /// How many officers must sign.
    pub threshold: usize,
    /// The officer keys.
    pub officers: Vec<Officer>,
}

/// The members in their order, which is the council's protocol order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    /// The members.
    pub members: Vec<Member>,
}

impl Roster {
    /// Where `code` stands.
    pub fn position(&self, code: &Code) -> Option<usize> {
        self.members.iter().position(|member| member.code == *code)
    }

    /// The member of this code.
    pub fn member(&self, code: &Code) -> Option<&Member> {
        self.members.iter().find(|member| member.code == *code)
    }

    /// What all weigh together; an official total may be more than its rounded parts, never less.
    pub fn weight(&self) -> u128 {
        self.members.iter().map(|member| u128::from(member.weight)).sum()
    }

    /// `f = floor((n - 1) / 3)`: how many members may fail while ordering goes on.
    pub fn faults_max(&self) -> usize {
        faulty_max(self.members.len())
    }

    /// The member that proposes at `height` in `round`: `members[(height + round) mod n]`.
    pub fn proposer(&self, height: crate::Height, round: u32) -> &Member {
        &self.members[proposer(self.members.len(), height, round)]
    }

    /// Whether it has members, not too many of them, and no code and no node key stands in it twice.
    pub(crate) fn is_distinct(&self) -> bool {
        let count = self.members.len();
        let codes: BTreeSet<_> = self.members.iter().map(|member| &member.code).collect();
        let nodes: BTreeSet<_> = self.members.iter().map(|member| member.node).collect();
        (1..=MEMBERS_MAX).contains(&count) && codes.len() == count && nodes.len() == count
    }

    /// SHA-256 of the members' lines as they stand in the genesis.
    pub fn digest(&self) -> Digest {
        let mut writer = Writer::default();
        self.render_into(&mut writer);
        hash::sha256(writer.finish().as_bytes())
    }

    pub(super) fn render_into(&self, writer: &mut Writer) {
        for member in &self.members {
            member.render_into("member", writer);
        }
    }

    pub(super) fn parse_from(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        let mut members = Vec::new();
        while let Some(member) = Member::parse_if("member", fields)? {
            members.push(member);
        }
        Ok(Self { members })
    }
}

impl Member {
    /// Writes the member's lines, of which the first is of `field`.
    pub fn render_into(&self, field: &str, writer: &mut Writer) {
        let Self { code, name, weight, threshold, .. } = self;
        writer.field(field, format_args!("{code} {weight} {threshold} {name}"));
        render_officers(writer, code, &self.officers);
        writer.field("recovery", Keyed(code, &self.recovery));
        writer.field("node", Keyed(code, &self.node));
        writer.field("seal", Keyed(code, &self.seal));
    }

    /// Reads a member's lines if the next one is of `field`.
    ///
    /// # Errors
    /// [`FieldError`] if they break the grammar.
    pub fn parse_if(
        field: &'static str,
        fields: &mut Fields<'_>,
    ) -> Result<Option<Self>, FieldError> {
        let Some((code, weight, threshold, name)) = fields.optional_with(field, parse_member)?
        else {
            return Ok(None);
        };
        Ok(Some(Self {
            name,
            weight,
            threshold,
            officers: parse_officers(fields, &code)?,
            recovery: fields.required_with("recovery", |text| parse_keyed(text, &code))?,
            node: fields.required_with("node", |text| parse_keyed(text, &code))?,
            seal: fields.required_with("seal", |text| parse_keyed(text, &code))?,
            code,
        }))
    }

    /// Whether this key is one of its own, in whatever use.
    pub fn has_key(&self, key: &PublicKey) -> bool {
        let mut officers = self.officers.iter();
        officers.any(|officer| officer.key == *key)
            || [self.recovery, self.node, self.seal].contains(key)
    }

    /// The verifier keys of all its keys; `log` is the origin of the council's checkpoints.
    pub fn vkeys(&self, origin: &Origin, log: &str) -> Vec<VerifierKey> {
        let rest = [
            recovery_vkey(origin, &self.code, self.recovery),
            log_vkey(log, self),
            seal_vkey(origin, self),
        ];
        officer_vkeys(origin, self).chain(rest).collect()
    }
}

impl Participant {
    /// Whether nobody speaks for it.
    pub const fn is_vacant(&self) -> bool {
        self.officers.is_empty()
    }

    /// Writes the participant's lines, of which the first is of `field`.
    pub fn render_into(&self, field: &str, writer: &mut Writer) {
        let Self { code, name, role, threshold, officers } = self;
        writer.field(field, format_args!("{code} {threshold} {role} {name}"));
        render_officers(writer, code, officers);
    }

    /// Reads a participant's lines if the next one is of `field`.
    ///
    /// # Errors
    /// [`FieldError`] if they break the grammar.
    pub fn parse_if(
        field: &'static str,
        fields: &mut Fields<'_>,
    ) -> Result<Option<Self>, FieldError> {
        let Some((code, threshold, role, name)) = fields.optional_with(field, parse_participant)?
        else {
            return Ok(None);
        };
        let officers = parse_officers(fields, &code)?;
        Ok(Some(Self { code, name, role, threshold, officers }))
    }

    pub(super) fn parse_all(fields: &mut Fields<'_>) -> Result<Vec<Self>, FieldError> {
        let mut participants = Vec::new();
        while let Some(participant) = Self::parse_if("participant", fields)? {
            participants.push(participant);
        }
        Ok(participants)
    }
}

/// `count` of these keys sign, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// How many of the keys sign.
    pub count: usize,
    /// Of which.
    pub keys: Vec<VerifierKey>,
}

impl Part {
    /// As many as `count` of these keys.
    pub fn some(count: usize, keys: impl IntoIterator<Item = VerifierKey>) -> Self {
        Self { count, keys: keys.into_iter().collect() }
    }

    /// Every one of these keys.
    pub fn all(keys: impl IntoIterator<Item = VerifierKey>) -> Self {
        let keys: Vec<_> = keys.into_iter().collect();
        Self { count: keys.len(), keys }
    }
}

/// The officers that `before` does not have: label and key.
pub fn new_officers<'a>(officers: &'a [Officer], before: &[Officer]) -> Vec<&'a Officer> {
    officers.iter().filter(|officer| !before.contains(officer)).collect()
}

/// Why officers cannot sign for a party.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfficersFault {
    /// `k` of `m` cannot be.
    #[error("{threshold} of {officers} officers cannot sign")]
    Threshold {
        /// `k`.
        threshold: usize,
        /// `m`.
        officers: usize,
    },
    /// A label stands twice or is reserved.
    #[error("the officer label {0} stands twice or is reserved")]
    Label(Label),
}

/// Checks that `threshold` of these officers can sign, and that each has a label of its own.
///
/// # Errors
/// [`OfficersFault`].
pub fn verify_officers(threshold: usize, officers: &[Officer]) -> Result<(), OfficersFault> {
    if threshold == 0 || threshold > officers.len() {
        return Err(OfficersFault::Threshold { threshold, officers: officers.len() });
    }
    let mut labels = BTreeSet::new();
    let mut is_bad = |label: &Label| {
        label.as_str() == RECOVERY_LABEL || !labels.insert(label.as_str().to_owned())
    };
    match officers.iter().find(|officer| is_bad(&officer.label)) {
        None => Ok(()),
        Some(officer) => Err(OfficersFault::Label(officer.label.clone())),
    }
}

/// The verifier key of an officer: `<origin>/<code>/<label>`, plain Ed25519 [C2SP signed-note].
pub fn officer_vkey(origin: &Origin, code: &Code, officer: &Officer) -> VerifierKey {
    vkey(format!("{origin}/{code}/{}", officer.label), SignatureType::Ed25519, officer.key)
}

/// The verifier keys of a member's officers, in roster order.
pub fn officer_vkeys(origin: &Origin, member: &Member) -> impl Iterator<Item = VerifierKey> {
    member.officers.iter().map(|officer| officer_vkey(origin, &member.code, officer))
}

/// The verifier key of a recovery key: `<origin>/<code>/recovery`, plain Ed25519 [C2SP signed-note].
pub fn recovery_vkey(origin: &Origin, code: &Code, key: PublicKey) -> VerifierKey {
    vkey(format!("{origin}/{code}/{RECOVERY_LABEL}"), SignatureType::Ed25519, key)
}

/// The verifier key of a member's seal: `<origin>/<code>`, cosignature/v1 [C2SP tlog-cosignature].
pub fn seal_vkey(origin: &Origin, member: &Member) -> VerifierKey {
    seal_key(origin, &member.code, member.seal)
}

/// The verifier key of `key` as the seal key of `code`.
pub fn seal_key(origin: &Origin, code: &Code, key: PublicKey) -> VerifierKey {
    vkey(format!("{origin}/{code}"), SignatureType::CosignatureV1, key)
}

/// The verifier key of a member's node as the log: the checkpoint's origin, plain Ed25519.
pub fn log_vkey(checkpoint_origin: &str, member: &Member) -> VerifierKey {
    log_key(checkpoint_origin, member.node)
}

/// The verifier key of `key` as a node's.
pub fn log_key(checkpoint_origin: &str, key: PublicKey) -> VerifierKey {
    vkey(checkpoint_origin.to_owned(), SignatureType::Ed25519, key)
}

fn vkey(name: String, kind: SignatureType, key: PublicKey) -> VerifierKey {
    let name =
        KeyName::try_from(name).expect("origins, codes and labels hold no space and no plus");
    VerifierKey { name, kind, key }
}

struct Keyed<'a>(&'a Code, &'a PublicKey);

impl fmt::Display for Keyed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, self.1)
    }
}

fn render_officers(writer: &mut Writer, code: &Code, officers: &[Officer]) {
    writer.repeated(
        "officer",
        officers.iter().map(|officer| format!("{code} {} {}", officer.label, officer.key)),
    );
}

fn parse_officers(fields: &mut Fields<'_>, code: &Code) -> Result<Vec<Officer>, FieldError> {
    fields.repeated_with("officer", |text| parse_officer_words(own(text, code)?))
}

/// `<label> <key>`.
pub(super) fn parse_officer_words(text: &str) -> Result<Officer, ValueError> {
    let [label, key] = split_words(text).ok_or(ValueError("an officer's label and key"))?;
    Ok(Officer { label: label.parse()?, key: key.parse::<PublicKey>()? })
}

fn parse_keyed(text: &str, code: &Code) -> Result<PublicKey, ValueError> {
    Ok(own(text, code)?.parse::<PublicKey>()?)
}

/// What follows the party's own code.
fn own<'a>(text: &'a str, code: &Code) -> Result<&'a str, ValueError> {
    text.strip_prefix(code.as_str())
        .and_then(|rest| rest.strip_prefix(' '))
        .ok_or(ValueError("the code of the party above"))
}

fn parse_member(text: &str) -> Result<(Code, u64, usize, Line), ValueError> {
    let [code, weight, threshold, name] = split_words(text)
        .ok_or(ValueError("a code, a weight, a number of signatures and a name"))?;
    Ok((code.parse()?, parse_number(weight)?, parse_number(threshold)?, name.parse()?))
}

fn parse_participant(text: &str) -> Result<(Code, usize, Label, Line), ValueError> {
    let [code, threshold, role, name] =
        split_words(text).ok_or(ValueError("a code, a number of signatures, a role and a name"))?;
    Ok((code.parse()?, parse_number(threshold)?, role.parse()?, name.parse()?))
}
