//! The roster: members with their keys, as the genesis lists them.

use core::fmt;

use nemcon_crypto::note::{KeyName, SignatureType, VerifierKey};
use nemcon_crypto::{Digest, PublicKey, hash};

use crate::text::fields::words;
use crate::text::value::{ValueError, parse_number};
use crate::text::{Code, FieldError, Fields, Label, Line, Origin, Writer};

/// A key that may sign for a party, with its name within the party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Officer {
    /// `desk`, `ambassador`, `card-2`.
    pub label: Label,
    /// The key.
    pub key: PublicKey,
}

/// A voting party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its code.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// Its code.
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
#[derive(Clone, Debug, PartialEq, Eq)]
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

    /// `f = floor((n - 1) / 3)`: how many members may fail while ordering goes on.
    pub fn faults_max(&self) -> usize {
        self.members.len().saturating_sub(1) / 3
    }

    /// The member that proposes at `height` in `round`: `members[(height + round) mod n]`.
    pub fn proposer(&self, height: crate::Height, round: u32) -> &Member {
        let n = self.members.len() as u64;
        let at = (height.0 % n + u64::from(round) % n) % n;
        &self.members[usize::try_from(at).expect("below the number of members")]
    }

    /// SHA-256 of the members' lines as they stand in the genesis.
    pub fn digest(&self) -> Digest {
        let mut writer = Writer::default();
        self.render_into(&mut writer);
        hash::sha256(writer.finish().as_bytes())
    }

    pub(super) fn render_into(&self, writer: &mut Writer) {
        for member in &self.members {
            let Member { code, name, weight, threshold, .. } = member;
            writer.field("member", format_args!("{code} {weight} {threshold} {name}"));
            render_officers(writer, code, &member.officers);
            writer.field("recovery", Keyed(code, &member.recovery));
            writer.field("node", Keyed(code, &member.node));
            writer.field("seal", Keyed(code, &member.seal));
        }
    }

    pub(super) fn parse_from(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        let mut members = Vec::new();
        while let Some((code, weight, threshold, name)) =
            fields.optional_with("member", parse_member)?
        {
            members.push(Member {
                name,
                weight,
                threshold,
                officers: parse_officers(fields, &code)?,
                recovery: fields.required_with("recovery", |text| parse_keyed(text, &code))?,
                node: fields.required_with("node", |text| parse_keyed(text, &code))?,
                seal: fields.required_with("seal", |text| parse_keyed(text, &code))?,
                code,
            });
        }
        Ok(Self { members })
    }
}

impl Participant {
    pub(super) fn render_into(&self, writer: &mut Writer) {
        let Self { code, name, role, threshold, officers } = self;
        writer.field("participant", format_args!("{code} {threshold} {role} {name}"));
        render_officers(writer, code, officers);
    }

    pub(super) fn parse_all(fields: &mut Fields<'_>) -> Result<Vec<Self>, FieldError> {
        let mut participants = Vec::new();
        while let Some((code, threshold, role, name)) =
            fields.optional_with("participant", parse_participant)?
        {
            let officers = parse_officers(fields, &code)?;
            participants.push(Self { code, name, role, threshold, officers });
        }
        Ok(participants)
    }
}

/// The verifier key of an officer: `<origin>/<code>/<label>`, plain Ed25519 [C2SP signed-note].
pub fn officer_vkey(origin: &Origin, code: &Code, officer: &Officer) -> VerifierKey {
    vkey(&format!("{origin}/{code}/{}", officer.label), SignatureType::Ed25519, officer.key)
}

/// The verifier key of a member's seal: `<origin>/<code>`, cosignature/v1 [C2SP tlog-cosignature].
pub fn seal_vkey(origin: &Origin, member: &Member) -> VerifierKey {
    vkey(&format!("{origin}/{}", member.code), SignatureType::CosignatureV1, member.seal)
}

/// The verifier key of a member's node as the log: the checkpoint's origin, plain Ed25519.
pub fn log_vkey(checkpoint_origin: &str, member: &Member) -> VerifierKey {
    vkey(checkpoint_origin, SignatureType::Ed25519, member.node)
}

fn vkey(name: &str, kind: SignatureType, key: PublicKey) -> VerifierKey {
    let name: KeyName = name.parse().expect("origins, codes and labels hold no space and no plus");
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
    fields.repeated_with("officer", |text| {
        let [label, key] = words(own(text, code)?).ok_or(ValueError("a code, a label, a key"))?;
        Ok(Officer { label: label.parse()?, key: key.parse::<PublicKey>()? })
    })
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
    let [code, weight, threshold, name] =
        words(text).ok_or(ValueError("a code, a weight, a number of signatures and a name"))?;
    Ok((code.parse()?, parse_number(weight)?, parse_number(threshold)?, name.parse()?))
}

fn parse_participant(text: &str) -> Result<(Code, usize, Label, Line), ValueError> {
    let [code, threshold, role, name] =
        words(text).ok_or(ValueError("a code, a number of signatures, a role and a name"))?;
    Ok((code.parse()?, parse_number(threshold)?, role.parse()?, name.parse()?))
}
