//! Records that the state machine derives: decision, lapse, block.

use core::fmt;

use nemcon_crypto::{Digest, LeafIndex, TreeSize, hash};

use super::ballot::Position;
use super::error::RecordError;
use super::grammar::verify_canonical;
use crate::Height;
use crate::text::fields::split_words;
use crate::text::value::{ValueError, parse_number};
use crate::text::words::words;
use crate::text::{Code, FieldError, Fields, Label, Line, Time, Writer};

words!(
    /// How a complete measure ended.
    Outcome,
    "`adopted` or `not-adopted`",
    {
        /// The rule is met.
        Adopted = "adopted",
        /// All ballots are in and the rule is not met.
        NotAdopted = "not-adopted",
    }
);

/// One member's ballot as a decision lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionLine {
    /// The entitled member whose position it is.
    pub code: Code,
    /// What it said.
    pub position: Position,
    /// Where the ballot stands in the log.
    pub leaf: LeafIndex,
    /// The ballot's text hash.
    pub text_hash: Digest,
}

/// The mandate that a listed ballot was cast under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MandateLine {
    /// The member whose ballot was cast.
    pub code: Code,
    /// Who cast it.
    pub holder: Code,
    /// Where the mandate stands in the log.
    pub leaf: LeafIndex,
    /// The mandate's text hash.
    pub text_hash: Digest,
}

/// A member without a ballot, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcludedLine {
    /// The code of the member.
    pub code: Code,
    /// Why the member has no ballot, as the charter or a decision says.
    pub why: Line,
}

/// All entitled members' ballots are in and balloting has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The digest of the council.
    pub council: Digest,
    /// Its number among the decisions, from 1.
    pub number: u64,
    /// The measure's number.
    pub measure: u64,
    /// Its revision.
    pub revision: u32,
    /// The hash of the measure's text.
    pub text: Digest,
    /// The measure's title.
    pub title: Line,
    /// The rule that was applied.
    pub rule: Label,
    /// Whether the measure is adopted.
    pub outcome: Outcome,
    /// Why, in words.
    pub reason: Line,
    /// The roster when the measure was tabled.
    pub roster: Digest,
    /// The text hash of the package that it was decided in.
    pub package: Option<Digest>,
    /// The commitment to the votes, where these are not public with the decision: then `reason` does not
    /// tell them, and neither ballots nor mandates are listed; see [`Decision::keeping_votes`].
    pub votes: Option<Digest>,
    /// One line an entitled member, in roster order.
    pub ballots: Vec<DecisionLine>,
    /// The mandates that ballots were cast under, in roster order.
    pub mandates: Vec<MandateLine>,
    /// The members without a ballot, in roster order.
    pub excluded: Vec<ExcludedLine>,
}

/// A measure ended without a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lapse {
    /// The digest of the council.
    pub council: Digest,
    /// The measure's number.
    pub measure: u64,
    /// Its revision.
    pub revision: u32,
    /// The hash of the measure's text.
    pub text: Digest,
    /// The measure's title.
    pub title: Line,
    /// Why the measure ended without a decision, in words.
    pub reason: Line,
    /// Whose ballots were missing, in roster order.
    pub missing: Vec<Code>,
}

/// The last leaf of every block; its leaf hash is what consensus decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockRecord {
    /// The digest of the council.
    pub council: Digest,
    /// The block's height, from 1.
    pub height: Height,
    /// The leaf hash of the block record before; for block 1 the council digest.
    pub previous: Digest,
    /// The block's time.
    pub time: Time,
    /// Who proposed it first.
    pub proposer: Code,
    /// The round in which it was first proposed.
    pub round: u32,
    /// The roster that decides it.
    pub roster: Digest,
    /// The tree's size before this leaf.
    pub size: TreeSize,
    /// The tree's root before this leaf.
    pub root: Digest,
}

impl fmt::Display for DecisionLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.code, self.position, self.leaf.0, self.text_hash)
    }
}

fn parse_ballot_line(text: &str) -> Result<DecisionLine, ValueError> {
    let [code, position, leaf, text_hash] =
        split_words(text).ok_or(ValueError("a code, a position, a leaf index and a text hash"))?;
    Ok(DecisionLine {
        code: code.parse()?,
        position: position.parse()?,
        leaf: LeafIndex(parse_number(leaf)?),
        text_hash: text_hash.parse::<Digest>()?,
    })
}

impl fmt::Display for MandateLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.code, self.holder, self.leaf.0, self.text_hash)
    }
}

fn parse_mandate_line(text: &str) -> Result<MandateLine, ValueError> {
    let [code, holder, leaf, text_hash] =
        split_words(text).ok_or(ValueError("two codes, a leaf index and a text hash"))?;
    Ok(MandateLine {
        code: code.parse()?,
        holder: holder.parse()?,
        leaf: LeafIndex(parse_number(leaf)?),
        text_hash: text_hash.parse::<Digest>()?,
    })
}

impl fmt::Display for ExcludedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.why)
    }
}

fn parse_excluded_line(text: &str) -> Result<ExcludedLine, ValueError> {
    let [code, why] = split_words(text).ok_or(ValueError("a code and why"))?;
    Ok(ExcludedLine { code: code.parse()?, why: why.parse()? })
}

/// Reads the first line and the council's, then the rest by `parse`, and checks the one form.
fn parse_whole<T>(
    text: &str,
    kind: &str,
    parse: impl FnOnce(Digest, &mut Fields<'_>) -> Result<T, FieldError>,
    render: impl FnOnce(&T) -> String,
) -> Result<T, RecordError> {
    let mut fields = Fields::new(text)?;
    if fields.line()?.strip_prefix("nemcon/v1 ") != Some(kind) {
        return Err(RecordError::Kind);
    }
    let council = fields.required("council")?;
    let record = parse(council, &mut fields)?;
    fields.end()?;
    verify_canonical(text, &render(&record))?;
    Ok(record)
}

impl Outcome {
    /// The reason that a decision states which commits to its votes.
    pub fn without_votes(self) -> Line {
        let words = match self {
            Self::Adopted => "the rule is met",
            Self::NotAdopted => "the rule is not met",
        };
        words.parse().expect("words are a line")
    }
}

impl Decision {
    /// The same decision with a commitment in place of its votes:
    /// `votes = SHA-256("nemcon/v1 votes" reason ballot* mandate*)`, a text of lines as a decision has
    /// them, each ballot with [`Statement::signatures_hash`] of its statement. Everything else in that text
    /// can be guessed; the signatures cannot, so that the decision does not tell whether a guess is right.
    ///
    /// `signatures` gives those hashes in the order of the ballots.
    ///
    /// [`Statement::signatures_hash`]: super::Statement::signatures_hash
    #[must_use]
    pub fn keeping_votes(mut self, signatures: impl IntoIterator<Item = Digest>) -> Self {
        let lines = self.ballots.iter().zip(signatures);
        let ballots: Vec<_> = lines.map(|(line, signed)| format!("{line} {signed}")).collect();
        let text = Writer::new("votes")
            .field("council", self.council)
            .field("measure", self.measure)
            .field("text", self.text)
            .field("reason", &self.reason)
            .repeated("ballot", &ballots)
            .repeated("mandate", &self.mandates)
            .finish();
        self.votes = Some(hash::sha256(text.as_bytes()));
        self.reason = self.outcome.without_votes();
        self.ballots.clear();
        self.mandates.clear();
        self
    }

    /// Parses the text of a decision.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        parse_whole(text, "decision", Self::parse_from, Self::render)
    }

    fn parse_from(council: Digest, fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        Ok(Self {
            council,
            number: fields.required_with("number", parse_number)?,
            measure: fields.required_with("measure", parse_number)?,
            revision: fields.required_with("revision", parse_number)?,
            text: fields.required("text")?,
            title: fields.required("title")?,
            rule: fields.required("rule")?,
            outcome: fields.required("outcome")?,
            reason: fields.required("reason")?,
            roster: fields.required("roster")?,
            package: fields.optional("package")?,
            votes: fields.optional("votes")?,
            ballots: fields.repeated_with("ballot", parse_ballot_line)?,
            mandates: fields.repeated_with("mandate", parse_mandate_line)?,
            excluded: fields.repeated_with("not-entitled", parse_excluded_line)?,
        })
    }

    /// The text of the leaf.
    pub fn render(&self) -> String {
        Writer::new("decision")
            .field("council", self.council)
            .field("number", self.number)
            .field("measure", self.measure)
            .field("revision", self.revision)
            .field("text", self.text)
            .field("title", &self.title)
            .field("rule", &self.rule)
            .field("outcome", self.outcome)
            .field("reason", &self.reason)
            .field("roster", self.roster)
            .optional("package", self.package)
            .optional("votes", self.votes)
            .repeated("ballot", &self.ballots)
            .repeated("mandate", &self.mandates)
            .repeated("not-entitled", &self.excluded)
            .finish()
    }
}

impl Lapse {
    /// Parses the text of a lapse.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        parse_whole(text, "lapse", Self::parse_from, Self::render)
    }

    fn parse_from(council: Digest, fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        Ok(Self {
            council,
            measure: fields.required_with("measure", parse_number)?,
            revision: fields.required_with("revision", parse_number)?,
            text: fields.required("text")?,
            title: fields.required("title")?,
            reason: fields.required("reason")?,
            missing: fields.repeated_with("missing", str::parse)?,
        })
    }

    /// The text of the leaf.
    pub fn render(&self) -> String {
        Writer::new("lapse")
            .field("council", self.council)
            .field("measure", self.measure)
            .field("revision", self.revision)
            .field("text", self.text)
            .field("title", &self.title)
            .field("reason", &self.reason)
            .repeated("missing", &self.missing)
            .finish()
    }
}

impl BlockRecord {
    /// Parses the text of a block record.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        parse_whole(text, "block", Self::parse_from, Self::render)
    }

    fn parse_from(council: Digest, fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        Ok(Self {
            council,
            height: Height(fields.required_with("height", parse_number)?),
            previous: fields.required("previous")?,
            time: fields.required("time")?,
            proposer: fields.required("proposer")?,
            round: fields.required_with("round", parse_number)?,
            roster: fields.required("roster")?,
            size: TreeSize(fields.required_with("size", parse_number)?),
            root: fields.required("root")?,
        })
    }

    /// The text of the leaf.
    pub fn render(&self) -> String {
        Writer::new("block")
            .field("council", self.council)
            .field("height", self.height.0)
            .field("previous", self.previous)
            .field("time", self.time)
            .field("proposer", &self.proposer)
            .field("round", self.round)
            .field("roster", self.roster)
            .field("size", self.size.0)
            .field("root", self.root)
            .finish()
    }
}
