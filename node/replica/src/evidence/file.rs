//! The file of one misdeed: what it holds, and its text.
//!
//! What it guarantees: `parse(render(evidence)) == evidence`. What it does not: a file that parses
//! convicts nobody yet; its messages and signatures are judged elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::cosigned_message;
use nemcon_crypto::{Digest, Signature};
use nemcon_ledger::durable::Seal;
use nemcon_ledger::record::Roster;
use nemcon_ledger::text::value::ValueError;
use nemcon_ledger::text::{Code, FieldError, Fields, Label, Writer};

use super::error::EvidenceError;
use crate::consensus::{self, sign_bytes};

/// A message with its signature.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signed {
    /// The bytes that were signed.
    pub message: Vec<u8>,
    /// By the member's key.
    pub signature: Signature,
}

/// What convicts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// Two votes of one kind in one round.
    DoubleVote(Signed, Signed),
    /// Two proposals in one round.
    DoubleProposal(Signed, Signed),
    /// Two tree heads of one size.
    DoubleSeal(Signed, Signed),
    /// A tree head of one size, and another one with the seals of other members.
    ForkedSeal {
        /// The member's.
        seal: Signed,
        /// The other tree head: the ledger's own, if the evidence is true.
        head: Vec<u8>,
        /// Who has sealed that.
        witnesses: Vec<(Code, Vec<u8>)>,
    },
}

/// The first line of a file of evidence.
pub const EVIDENCE_HEAD: &str = "nemcon/v1 evidence";

/// One misdeed of one member.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The council in which it was done.
    pub council: Digest,
    /// The member that it accuses.
    pub member: Code,
    /// What convicts it.
    pub proof: Proof,
}

impl Proof {
    /// Its kind, as the file names it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::DoubleVote(..) => "double-vote",
            Self::DoubleProposal(..) => "double-proposal",
            Self::DoubleSeal(..) => "double-seal",
            Self::ForkedSeal { .. } => "forked-seal",
        }
    }
}

impl Evidence {
    /// The file of what consensus has found; `None` if the signer is not in `roster`, which decides
    /// its height.
    pub fn of_consensus(
        council: Digest,
        roster: &Roster,
        found: &consensus::Evidence,
    ) -> Option<Self> {
        let mut members = roster.members.iter();
        let member =
            members.find(|member| *member.node.as_bytes() == found.signer().0)?.code.clone();
        let proof = match found {
            consensus::Evidence::Votes(one, other) => {
                let signed = |vote: &consensus::Vote| Signed {
                    message: sign_bytes::vote(
                        council,
                        vote.kind,
                        vote.height,
                        vote.round,
                        vote.value,
                    ),
                    signature: vote.signature,
                };
                Proof::DoubleVote(signed(one), signed(other))
            }
            consensus::Evidence::Proposals { first, second, .. } => {
                let signed = |(header, signature): &(consensus::ProposalHeader, Signature)| {
                    Signed { message: sign_bytes::proposal(council, header), signature: *signature }
                };
                Proof::DoubleProposal(signed(first), signed(second))
            }
        };
        Some(Self { council, member, proof })
    }

    /// The file's text.
    pub fn render(&self) -> String {
        let mut writer = Writer::new("evidence");
        writer.field("council", self.council).field("member", &self.member);
        let mut pair = |kind: &str, one: &Signed, other: &Signed| {
            writer.field("kind", kind);
            for signed in [one, other] {
                writer.field("message", STANDARD.encode(&signed.message));
                writer.field("signature", STANDARD.encode(signed.signature.as_bytes()));
            }
        };
        let kind = self.proof.kind();
        match &self.proof {
            Proof::DoubleVote(one, other)
            | Proof::DoubleProposal(one, other)
            | Proof::DoubleSeal(one, other) => pair(kind, one, other),
            Proof::ForkedSeal { seal, head, witnesses } => {
                writer
                    .field("kind", kind)
                    .field("message", STANDARD.encode(&seal.message))
                    .field("signature", STANDARD.encode(seal.signature.as_bytes()))
                    .field("message", STANDARD.encode(head));
                for (code, blob) in witnesses {
                    writer.field("witness", format_args!("{code} {}", STANDARD.encode(blob)));
                }
            }
        }
        writer.finish()
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// [`EvidenceError`] if it is not such a text.
    pub fn parse(text: &str) -> Result<Self, EvidenceError> {
        let mut fields = Fields::new(text)?;
        if fields.line()? != EVIDENCE_HEAD {
            return Err(EvidenceError::Kind);
        }
        let council = fields.required("council")?;
        let member = fields.required("member")?;
        let kind: Label = fields.required("kind")?;
        let one = parse_signed(&mut fields)?;
        let proof = match kind.as_str() {
            "double-vote" => Proof::DoubleVote(one, parse_signed(&mut fields)?),
            "double-proposal" => Proof::DoubleProposal(one, parse_signed(&mut fields)?),
            "double-seal" => Proof::DoubleSeal(one, parse_signed(&mut fields)?),
            "forked-seal" => Proof::ForkedSeal {
                seal: one,
                head: fields.required_with("message", parse_base64)?,
                witnesses: fields.repeated_with("witness", parse_witness)?,
            },
            _ => return Err(EvidenceError::Kind),
        };
        fields.end()?;
        Ok(Self { council, member, proof })
    }
}

/// The bytes of a seal: `cosignature/v1`, its time, and the tree head [C2SP tlog-cosignature].
pub fn seal_message(checkpoint: &Checkpoint, seal: &Seal) -> Signed {
    let message = cosigned_message(seal.time_s, &checkpoint.render());
    Signed { message: message.into_bytes(), signature: seal.signature }
}

fn parse_base64(text: &str) -> Result<Vec<u8>, ValueError> {
    STANDARD.decode(text).map_err(|_| ValueError("padded base64"))
}

fn parse_signed(fields: &mut Fields<'_>) -> Result<Signed, FieldError> {
    let message = fields.required_with("message", parse_base64)?;
    let signature = fields.required_with("signature", |text| {
        let bytes = <[u8; 64]>::try_from(parse_base64(text)?);
        bytes.map(Signature::from_bytes).map_err(|_| ValueError("64 bytes in padded base64"))
    })?;
    Ok(Signed { message, signature })
}

fn parse_witness(text: &str) -> Result<(Code, Vec<u8>), ValueError> {
    let (code, blob) = text.split_once(' ').ok_or(ValueError("a code and a cosignature"))?;
    Ok((code.parse()?, parse_base64(blob)?))
}
