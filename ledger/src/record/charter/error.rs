//! Why a charter is no law.

use super::kind::Effect;
use super::limits::{BLOCK_SHARE_MAX, SOURCE_BYTES_MAX};
use crate::record::limits::RECORD_BYTES_MAX;
use crate::text::{Label, Line};

/// Why a charter is no law.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CharterError {
    /// It has no kind of measure.
    #[error("the charter names no kind of measure: nothing could be tabled")]
    NoKind,
    /// A name stands twice.
    #[error("the charter names {what} {name} twice")]
    Twice {
        /// `the kind`, `the rule`.
        what: &'static str,
        /// The name.
        name: Label,
    },
    /// A kind that nothing decides.
    #[error("kind {0}: no rule decides it, so that a measure of it could never end")]
    Undecided(Label),
    /// A rule that is not there.
    #[error("kind {kind}: the charter has no rule {rule}, so that a measure of it could never end")]
    Rule {
        /// The name of the kind.
        kind: Label,
        /// The rule that the kind names.
        rule: Label,
    },
    /// A reduced entitled set with nothing to rest on.
    #[error(
        "kind {kind}: the rule {rule} leaves members out, and nothing says by what authority: \
         the proposer would choose who decides"
    )]
    NoAuthority {
        /// The name of the kind.
        kind: Label,
        /// The rule that the kind names.
        rule: Label,
    },
    /// A set of participants that no decision fixes.
    #[error(
        "kind {kind}: who takes part under {rule} must be fixed by a decision of all, or the \
         proposer would choose who decides"
    )]
    ChosenSet {
        /// The name of the kind.
        kind: Label,
        /// The rule that the kind names.
        rule: Label,
    },
    /// A decision of all about whom to leave out would need that member's own consent.
    #[error(
        "kind {kind}: under {rule} the member concerned is left out by a clause of the charter or by \
         its own notice, not by a decision in which it takes part"
    )]
    SelfExclusion {
        /// The name of the kind.
        kind: Label,
        /// The rule that the kind names.
        rule: Label,
    },
    /// An authority where nobody is left out.
    #[error("kind {kind}: under {rule} nobody is left out, so that no authority is needed")]
    NeedlessAuthority {
        /// The name of the kind.
        kind: Label,
        /// The rule that the kind names.
        rule: Label,
    },
    /// A decision is asked for that no kind could make.
    #[error(
        "kind {kind}: it rests on a decision that authorises it, and no kind with the effect \
         `authorisation` is decided by all: a measure of it could never be tabled"
    )]
    NeverAuthorised {
        /// The name of the kind.
        kind: Label,
    },
    /// What changes the council is decided by fewer than all.
    #[error("kind {kind}: {effect} changes the council, and {rule} does not ask all members")]
    EffectWithoutAll {
        /// The name of the kind.
        kind: Label,
        /// What it changes.
        effect: Effect,
        /// The rule that the kind names.
        rule: Label,
    },
    /// Whoever would be appointed could do nothing.
    #[error(
        "kind {0}: it appoints to a role, and the charter lets no participant's role do anything: a \
         measure of it could never be tabled"
    )]
    NobodyToAppoint(Label),
    /// A minimum where everybody takes part.
    #[error("rule {0}: `minimum` goes with `participating`, and is at least 2")]
    Minimum(Label),
    /// Qualified abstention without the fractions that judge it.
    #[error("kind {0} allows qualified abstention, but the charter sets no blocking share for it")]
    NoBlockingShare(Label),
    /// Qualified abstention under a rule that refuses any.
    #[error("kind {kind} allows qualified abstention, and its rule {rule} refuses abstention")]
    NoAbstention {
        /// The name of the kind.
        kind: Label,
        /// The rule that the kind names.
        rule: Label,
    },
    /// A field that no measure has.
    #[error("{of} asks for {field}, which is no field of a measure")]
    Field {
        /// The kind or category.
        of: Label,
        /// The field.
        field: Label,
    },
    /// A table names a role that is nobody's.
    #[error(
        "`{table}` names the role {role}, which is neither `member` nor `proposer`, nor one of the \
         participants' under `roles`"
    )]
    UnknownRole {
        /// The table.
        table: &'static str,
        /// The role.
        role: Label,
    },
    /// A participant's role has a word with another meaning.
    #[error("`roles` names {0}, which is no participant's role")]
    NoParticipants(Label),
    /// A role in which nobody may do anything.
    #[error("the role {0} may do nothing: no table names it")]
    IdleRole(Label),
    /// Nothing is said of what a party can make all others store.
    #[error(
        "the charter has no `[shares]`: one party could make all others store without end. For \
         example: block = 16, day = {{ statements = 512, bytes = 1048576 }}, ballots = {{ statements \
         = 1024, bytes = 2097152 }}, changes = {{ statements = 16, bytes = 262144 }}"
    )]
    NoShares,
    /// A block would take none of a party, or too many.
    #[error("`shares.block` is {0}: a block takes 1 to {BLOCK_SHARE_MAX} statements of a party")]
    BlockShare(u32),
    /// A share that some statement would never fit into.
    #[error(
        "`shares.{0}` is too small: it has room for one statement of {RECORD_BYTES_MAX} bytes, the \
         largest that there is"
    )]
    ShareTooSmall(&'static str),
    /// A role with a meaning of its own where it has none.
    #[error("`proposer` may not table: before a measure is tabled nobody has proposed it")]
    ProposerTables,
    /// Nobody may table.
    #[error("the charter lets nobody table a measure")]
    NobodyTables,
    /// Nobody may table a measure of a kind.
    #[error("kind {0}: `may_table` is empty, so that a measure of it could never be tabled")]
    NobodyTablesKind(Label),
    /// The total weight is zero.
    #[error("the total weight is zero")]
    NoWeight,
    /// What is decided elsewhere is neither a kind nor legal bases, or both.
    #[error("under `elsewhere`, what is decided so is either a `kind` or `on` legal bases: {0}")]
    Elsewhere(Line),
    /// A difference from the law is about a kind that is none.
    #[error("`differences` names the kind {0}, which is none of the charter's")]
    UnknownKind(Label),
    /// A restriction applies to a sort of target that is none.
    #[error("`applies` lets {restriction} apply to {sort}, which is no sort under `targets`")]
    UnknownSort {
        /// The name of the restriction.
        restriction: Label,
        /// The sort of target.
        sort: Label,
    },
    /// A source that no decision could quote.
    #[error(
        "the source of {0} is longer than {SOURCE_BYTES_MAX} bytes: no decision could quote it"
    )]
    SourceTooLong(Label),
    /// A kind of reference that nothing could be.
    #[error("under `references`, {0} has no `forms`: nothing could be such a reference")]
    NoForm(Label),
    /// Reminders that are no countdown.
    #[error("`reminder_days` counts down: the longest first, each once, none zero")]
    Reminders,
    /// A notice that nobody could take back.
    #[error("`notice_days` is not 0: a member may take its notice back before it leaves")]
    NoticeDays,
    /// Attestation with nobody or nothing.
    #[error("`may_attest` and `attests` go together")]
    Attest,
    /// Remarks by nobody, or of no sort.
    #[error("`may_remark` and `remarks` go together")]
    Remark,
    /// What annuls is not attested.
    #[error("`annuls` names {0}, which is no word under `attests`")]
    Annuls(Label),
    /// What a procedure attests is not attested.
    #[error("a procedure `attests` {0}, which is no word under the charter's own `attests`")]
    ProcedureAttests(Label),
    /// A kind says who learns its votes, and the charter does not say what is public.
    #[error("kind {0} says who learns its `votes`, and the charter has no `[publication]`")]
    NoPublication(Label),
    /// What releases votes is not attested.
    #[error("`released_by` names {0}, which is no word under `attests`")]
    Releases(Label),
    /// Votes that nothing ever releases.
    #[error("kind {0}: its `votes` are to be released, and `[publication]` has no `released_by`")]
    NeverReleased(Label),
}
