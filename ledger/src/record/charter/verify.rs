//! A charter under which some measure could never end, or a proposer could choose who decides, is
//! no law.

use std::collections::BTreeSet;

use super::{
    Authority, BLOCK_SHARE_MAX, Charter, Effect, EntitledSet, Kind, ROLE_PROPOSER, Rule, Use,
    is_a_participants,
};
use crate::record::RECORD_BYTES_MAX;
use crate::record::measure::is_field;
use crate::text::Label;

/// The longest source: decisions quote it, with words of their own, in one line.
pub const SOURCE_BYTES_MAX: usize = 1_900;

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
        /// The kind.
        kind: Label,
        /// Its rule.
        rule: Label,
    },
    /// A reduced entitled set with nothing to rest on.
    #[error(
        "kind {kind}: the rule {rule} leaves members out, and nothing says by what authority: \
         the proposer would choose who decides"
    )]
    NoAuthority {
        /// The kind.
        kind: Label,
        /// Its rule.
        rule: Label,
    },
    /// A set of participants that no decision fixes.
    #[error(
        "kind {kind}: who takes part under {rule} must be fixed by a decision of all, or the \
         proposer would choose who decides"
    )]
    ChosenSet {
        /// The kind.
        kind: Label,
        /// Its rule.
        rule: Label,
    },
    /// A decision of all about whom to leave out would need that member's own consent.
    #[error(
        "kind {kind}: under {rule} the member concerned is left out by a clause of the charter or by \
         its own notice, not by a decision in which it takes part"
    )]
    SelfExclusion {
        /// The kind.
        kind: Label,
        /// Its rule.
        rule: Label,
    },
    /// An authority where nobody is left out.
    #[error("kind {kind}: under {rule} nobody is left out, so that no authority is needed")]
    NeedlessAuthority {
        /// The kind.
        kind: Label,
        /// Its rule.
        rule: Label,
    },
    /// A decision is asked for that no kind could make.
    #[error(
        "kind {kind}: it rests on a decision that authorises it, and no kind with the effect \
         `authorisation` is decided by all: a measure of it could never be tabled"
    )]
    NeverAuthorised {
        /// The kind.
        kind: Label,
    },
    /// What changes the council is decided by fewer than all.
    #[error("kind {kind}: {effect} changes the council, and {rule} does not ask all members")]
    EffectWithoutAll {
        /// The kind.
        kind: Label,
        /// What it changes.
        effect: Effect,
        /// Its rule.
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
        /// The kind.
        kind: Label,
        /// Its rule.
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
    /// The total weight is zero.
    #[error("the total weight is zero")]
    NoWeight,
    /// A source that no decision could quote.
    #[error(
        "the source of {0} is longer than {SOURCE_BYTES_MAX} bytes: no decision could quote it"
    )]
    SourceTooLong(Label),
    /// Attestation with nobody or nothing.
    #[error("`may_attest` and `attests` go together")]
    Attest,
}

impl Charter {
    /// Checks that the parts agree with one another.
    ///
    /// # Errors
    /// The first [`CharterError`].
    pub fn verify(&self) -> Result<(), CharterError> {
        if self.kinds.is_empty() {
            return Err(CharterError::NoKind);
        }
        if self.weight.total == 0 {
            return Err(CharterError::NoWeight);
        }
        if self.may_attest.is_empty() != self.attests.is_empty() {
            return Err(CharterError::Attest);
        }
        if self.may_table.iter().any(|role| role.as_str() == ROLE_PROPOSER) {
            return Err(CharterError::ProposerTables);
        }
        let kinds = self.kinds.iter().map(|kind| &kind.name);
        verify_once("the kind", kinds.chain(self.elsewhere.iter().map(|it| &it.kind)))?;
        verify_once("the rule", self.rules.iter().map(|rule| &rule.name))?;
        verify_once("the category", self.categories.iter().map(|category| &category.name))?;
        for (what, list) in [
            ("the reservation", &self.reservations),
            ("the sort of target", &self.targets),
            ("what applies,", &self.applies),
            ("what is attested,", &self.attests),
        ] {
            verify_once(what, list)?;
        }
        let mut sources = self.sources.iter();
        if let Some((of, _)) = sources.find(|(_, it)| it.as_str().len() > SOURCE_BYTES_MAX) {
            return Err(CharterError::SourceTooLong(of.clone()));
        }
        self.verify_roles()?;
        self.shares.verify()?;
        self.rules.iter().try_for_each(verify_rule)?;
        for category in &self.categories {
            verify_fields(&category.name, &category.asks)?;
        }
        self.kinds.iter().try_for_each(|kind| self.verify_kind(kind))
    }

    /// Each role that a table names is somebody's, and each role may do something: else a word that
    /// is mistyped would take a right away unseen.
    fn verify_roles(&self) -> Result<(), CharterError> {
        verify_once("the role", &self.roles)?;
        if let Some(role) = self.roles.iter().find(|role| !is_a_participants(role)) {
            return Err(CharterError::NoParticipants(role.clone()));
        }
        let is_known = |role: &Label| !is_a_participants(role) || self.roles.contains(role);
        for (table, roles) in self.tables() {
            if let Some(role) = roles.iter().find(|role| !is_known(role)) {
                return Err(CharterError::UnknownRole { table, role: role.clone() });
            }
        }
        let is_idle = |role: &&Label| self.tables().iter().all(|(_, roles)| !roles.contains(role));
        match self.roles.iter().find(is_idle) {
            None => Ok(()),
            Some(role) => Err(CharterError::IdleRole(role.clone())),
        }
    }

    fn verify_kind(&self, kind: &Kind) -> Result<(), CharterError> {
        let name = || kind.name.clone();
        if kind.decided.is_empty() {
            return Err(CharterError::Undecided(name()));
        }
        if kind.qualified && self.qualified.is_none() {
            return Err(CharterError::NoBlockingShare(name()));
        }
        if kind.effect == Some(Effect::Appointment) && !self.has_roles() {
            return Err(CharterError::NobodyToAppoint(name()));
        }
        verify_once("the way of deciding", kind.decided.iter().map(|way| &way.by))?;
        kind.decided.iter().try_for_each(|way| self.verify_use(kind, way))?;
        verify_fields(&kind.name, &kind.asks)?;
        verify_fields(&kind.name, &kind.requires)
    }

    fn verify_use(&self, kind: &Kind, way: &Use) -> Result<(), CharterError> {
        let (name, by) = (|| kind.name.clone(), || way.by.clone());
        let rule =
            self.rule(&way.by).ok_or_else(|| CharterError::Rule { kind: name(), rule: by() })?;
        if kind.qualified && !rule.abstention {
            return Err(CharterError::NoAbstention { kind: name(), rule: by() });
        }
        match (rule.entitled, way.authority) {
            (EntitledSet::All, None) => {}
            (EntitledSet::All, Some(_)) => {
                return Err(CharterError::NeedlessAuthority { kind: name(), rule: by() });
            }
            (_, None) => return Err(CharterError::NoAuthority { kind: name(), rule: by() }),
            (EntitledSet::Participating, Some(Authority::Decision)) if !self.can_authorise() => {
                return Err(CharterError::NeverAuthorised { kind: name() });
            }
            (EntitledSet::Participating, Some(Authority::Clause | Authority::Notice)) => {
                return Err(CharterError::ChosenSet { kind: name(), rule: by() });
            }
            (EntitledSet::MinusConcerned, Some(Authority::Decision)) => {
                return Err(CharterError::SelfExclusion { kind: name(), rule: by() });
            }
            (_, Some(_)) => {}
        }
        // A member that leaves has no ballot on its leaving; all else that changes the council is
        // everybody's.
        match kind.effect {
            Some(effect) if rule.entitled != EntitledSet::All => {
                let leaving =
                    effect == Effect::Departure && way.authority == Some(Authority::Notice);
                if leaving {
                    return Ok(());
                }
                Err(CharterError::EffectWithoutAll { kind: name(), effect, rule: by() })
            }
            _ => Ok(()),
        }
    }

    fn can_authorise(&self) -> bool {
        self.kinds.iter().any(|kind| kind.effect == Some(Effect::Authorisation))
    }
}

fn verify_rule(rule: &Rule) -> Result<(), CharterError> {
    let fits = match (rule.entitled, rule.minimum) {
        (EntitledSet::Participating, Some(minimum)) => minimum >= 2,
        (EntitledSet::Participating, None) => false,
        (_, minimum) => minimum.is_none(),
    };
    if fits { Ok(()) } else { Err(CharterError::Minimum(rule.name.clone())) }
}

fn verify_fields(of: &Label, fields: &[Label]) -> Result<(), CharterError> {
    match fields.iter().find(|field| !is_field(field.as_str())) {
        None => Ok(()),
        Some(field) => Err(CharterError::Field { of: of.clone(), field: field.clone() }),
    }
}

fn verify_once<'a>(
    what: &'static str,
    names: impl IntoIterator<Item = &'a Label>,
) -> Result<(), CharterError> {
    let mut seen = BTreeSet::new();
    match names.into_iter().find(|name| !seen.insert(*name)) {
        None => Ok(()),
        Some(name) => Err(CharterError::Twice { what, name: name.clone() }),
    }
}
