//! Evidence of a member's misdeed: a small text file that convicts it without anybody's word.
//!
//! ```text
//! nemcon/v1 evidence
//! council <digest>
//! member <code>
//! kind double-vote|double-proposal|double-seal|forked-seal
//! message <base64>      what the member signed
//! signature <base64>
//! message <base64>      what excludes it
//! signature <base64>    by the same key; for a forked seal instead:
//! witness <code> <base64 of a cosignature over the second message's tree head> ...
//! ```
//!
//! Votes and proposals are signed by the node key, seals by the seal key, as the roster names them
//! that decides the height, or seals the size, of the message. A forked seal stands beside
//! the ledger's own tree head of that size, which more than f other members have sealed: at least one
//! of them is honest, so the member has sealed what no honest node holds.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::{Cosignature, verify_cosignature};
use nemcon_crypto::{Digest, PublicKey, Signature, TreeSize};
use nemcon_ledger::journal::Seal;
use nemcon_ledger::record::{Genesis, Member, Roster};
use nemcon_ledger::text::value::ValueError;
use nemcon_ledger::text::{Code, FieldError, Fields, Label, Writer};
use nemcon_ledger::{Height, Rosters};

use crate::consensus::{self, sign_bytes};

/// The most evidence that one node keeps of one member, in files: one convicts it.
pub const EVIDENCE_FILES_PER_MEMBER_MAX: usize = 16;

/// The longest evidence file: a forked seal with a witness a member and room to spare, in bytes.
pub const EVIDENCE_BYTES_MAX: u64 = 64 * 1024;

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
    /// A tree head of one size, and the ledger's own with the seals of other members.
    ForkedSeal {
        /// The member's.
        seal: Signed,
        /// The ledger's tree head.
        head: Vec<u8>,
        /// Who has sealed that.
        witnesses: Vec<(Code, Vec<u8>)>,
    },
}

/// One misdeed of one member.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// In which council.
    pub council: Digest,
    /// Whose.
    pub member: Code,
    /// What convicts it.
    pub proof: Proof,
}

/// Why a file convicts nobody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// It is not such a text.
    #[error(transparent)]
    Text(#[from] FieldError),
    /// Its kind is unknown.
    #[error("not a kind of evidence")]
    Kind,
    /// It is of another council.
    #[error("the evidence is of council {0}")]
    Council(Digest),
    /// It names no member of the roster.
    #[error("the roster has no member {0}")]
    Member(Code),
    /// A signature is not the member's.
    #[error("a signature does not verify under the member's key")]
    Signature,
    /// The two messages do not exclude each other.
    #[error("the messages do not exclude each other")]
    Compatible,
    /// Too few others stand against a forked seal.
    #[error("{found} other members sealed the ledger's tree head; more than {needed} must")]
    Witnesses {
        /// How many did.
        found: usize,
        /// `f`.
        needed: usize,
    },
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

    /// Checks the evidence against the council's genesis and the rosters of its ledger. A vote is
    /// judged by the roster of its height, a seal by the one that seals its size: a key that was
    /// replaced before convicts nobody.
    ///
    /// # Errors
    /// [`EvidenceError`], by the first condition that fails.
    pub fn verify(&self, genesis: &Genesis, rosters: &Rosters) -> Result<(), EvidenceError> {
        if self.council != genesis.digest() {
            return Err(EvidenceError::Council(self.council));
        }
        let roster = self.roster(rosters)?;
        let member = roster.member(&self.member);
        let member = member.ok_or_else(|| EvidenceError::Member(self.member.clone()))?;
        match &self.proof {
            Proof::DoubleVote(one, other) => self.verify_consensus(one, other, &[2, 3], member),
            Proof::DoubleProposal(one, other) => self.verify_consensus(one, other, &[1], member),
            Proof::DoubleSeal(one, other) => {
                verify_heads(genesis, &one.message, &other.message)?;
                verify_signed(one, &member.seal)?;
                verify_signed(other, &member.seal)
            }
            Proof::ForkedSeal { seal, head, witnesses } => {
                verify_signed(seal, &member.seal)?;
                let head = verify_heads(genesis, &seal.message, head)?;
                self.verify_witnesses(roster, &head, witnesses)
            }
        }
    }

    /// Whether a ledger of `height` blocks and `size` records tells by which keys this is judged. One
    /// that ends earlier does not: the member may have changed its keys behind it, and whoever holds
    /// the old ones can sign whatever convicts.
    pub fn is_within(&self, height: Height, size: TreeSize) -> bool {
        match &self.proof {
            Proof::DoubleVote(one, _) | Proof::DoubleProposal(one, _) => {
                sign_bytes::height_of(&one.message).is_some_and(|of| of <= height.next())
            }
            Proof::DoubleSeal(one, _) | Proof::ForkedSeal { seal: one, .. } => {
                head_of(&one.message).is_ok_and(|head| head.size() <= size)
            }
        }
    }

    /// Where in the ledger the member signed: `block 31`, `size 812`.
    pub fn place(&self) -> String {
        match &self.proof {
            Proof::DoubleVote(one, _) | Proof::DoubleProposal(one, _) => {
                let height = sign_bytes::height_of(&one.message).unwrap_or_default();
                format!("block {}", height.0)
            }
            Proof::DoubleSeal(one, _) | Proof::ForkedSeal { seal: one, .. } => {
                let size = head_of(&one.message).map_or(TreeSize(0), |head| head.size());
                format!("size {}", size.0)
            }
        }
    }

    /// The roster under which the member signed.
    fn roster<'a>(&self, rosters: &'a Rosters) -> Result<&'a Roster, EvidenceError> {
        match &self.proof {
            Proof::DoubleVote(one, _) | Proof::DoubleProposal(one, _) => {
                let height = sign_bytes::height_of(&one.message);
                height.map(|height| &**rosters.at(height)).ok_or(EvidenceError::Compatible)
            }
            Proof::DoubleSeal(one, _) | Proof::ForkedSeal { seal: one, .. } => {
                Ok(rosters.sealing(head_of(&one.message)?.size()))
            }
        }
    }

    /// Two messages of one key for one kind, height and round: the first 65 bytes are the same.
    fn verify_consensus(
        &self,
        one: &Signed,
        other: &Signed,
        kinds: &[u8],
        member: &Member,
    ) -> Result<(), EvidenceError> {
        let (Some(place), Some(same)) = (one.message.get(..65), other.message.get(..65)) else {
            return Err(EvidenceError::Compatible);
        };
        let is_ours = sign_bytes::is_of_council(place, self.council) && kinds.contains(&place[52]);
        if !is_ours || place != same || one.message == other.message {
            return Err(EvidenceError::Compatible);
        }
        verify_signed(one, &member.node)?;
        verify_signed(other, &member.node)
    }

    fn verify_witnesses(
        &self,
        roster: &Roster,
        head: &Checkpoint,
        witnesses: &[(Code, Vec<u8>)],
    ) -> Result<(), EvidenceError> {
        let mut sealed = std::collections::BTreeSet::new();
        for (code, blob) in witnesses.iter().filter(|(code, _)| *code != self.member) {
            let member = roster.member(code);
            let member = member.ok_or_else(|| EvidenceError::Member(code.clone()))?;
            let seal = Cosignature::decode(blob).map_err(|_| EvidenceError::Signature)?;
            verify_cosignature(&member.seal, head, &seal).map_err(|_| EvidenceError::Signature)?;
            sealed.insert(code);
        }
        let (found, needed) = (sealed.len(), roster.faults_max());
        if found > needed { Ok(()) } else { Err(EvidenceError::Witnesses { found, needed }) }
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
        match &self.proof {
            Proof::DoubleVote(one, other) => pair("double-vote", one, other),
            Proof::DoubleProposal(one, other) => pair("double-proposal", one, other),
            Proof::DoubleSeal(one, other) => pair("double-seal", one, other),
            Proof::ForkedSeal { seal, head, witnesses } => {
                writer
                    .field("kind", "forked-seal")
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
        if fields.line()? != "nemcon/v1 evidence" {
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
    let message = format!("cosignature/v1\ntime {}\n{}", seal.time_s, checkpoint.render());
    Signed { message: message.into_bytes(), signature: seal.signature }
}

fn verify_signed(signed: &Signed, key: &PublicKey) -> Result<(), EvidenceError> {
    key.verify(&signed.message, &signed.signature).map_err(|_| EvidenceError::Signature)
}

/// Two tree heads of the council's log, one size, two roots; returns the second.
fn verify_heads(genesis: &Genesis, one: &[u8], other: &[u8]) -> Result<Checkpoint, EvidenceError> {
    let (one, other) = (head_of(one)?, head_of(other)?);
    let origin = genesis.checkpoint_origin();
    let is_fork = one.origin() == origin
        && other.origin() == origin
        && one.size() == other.size()
        && one.root() != other.root();
    if is_fork { Ok(other) } else { Err(EvidenceError::Compatible) }
}

/// The tree head within a seal's message, or one that stands alone.
fn head_of(message: &[u8]) -> Result<Checkpoint, EvidenceError> {
    let text = core::str::from_utf8(message).map_err(|_| EvidenceError::Compatible)?;
    let head = match text.strip_prefix("cosignature/v1\n") {
        Some(rest) => rest.split_once('\n').map_or("", |(_, head)| head),
        None => text,
    };
    Checkpoint::parse(head).map_err(|_| EvidenceError::Compatible)
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
