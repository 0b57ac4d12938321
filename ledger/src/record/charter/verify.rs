//! A charter under which some measure could never end, or a proposer could choose who decides, is
//! no law.

use std::collections::BTreeSet;

use super::definition::{Charter, ROLE_PROPOSER, is_a_participants};
use super::error::CharterError;
use super::fields::is_field;
use super::kind::{Authority, Effect, Elsewhere, EntitledSet, Kind, Restriction, Rule, Use};
use super::limits::SOURCE_BYTES_MAX;
use super::publication::Votes;
use crate::text::Label;

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
        if self.may_remark.is_empty() != self.remarks.is_empty() {
            return Err(CharterError::Remark);
        }
        if let Some(word) = self.annuls.iter().find(|word| !self.attests.contains(word)) {
            return Err(CharterError::Annuls(word.clone()));
        }
        let mut of_procedures = self.procedures.iter().flat_map(|it| &it.attests);
        if let Some(word) = of_procedures.find(|word| !self.attests.contains(word)) {
            return Err(CharterError::ProcedureAttests(word.clone()));
        }
        self.verify_publication()?;
        let mut tablers = self.tables().filter(|(table, _)| *table == "may_table");
        if tablers.any(|(_, roles)| roles.iter().any(|role| role.as_str() == ROLE_PROPOSER)) {
            return Err(CharterError::ProposerTables);
        }
        let kinds = self.kinds.iter().map(|kind| &kind.name);
        verify_once(
            "the kind",
            kinds.chain(self.elsewhere.iter().filter_map(|it| it.kind.as_ref())),
        )?;
        self.elsewhere.iter().try_for_each(verify_elsewhere)?;
        verify_once("the rule", self.rules.iter().map(|rule| &rule.name))?;
        verify_once("the procedure", self.procedures.iter().map(|it| &it.name))?;
        verify_once("the category", self.categories.iter().map(|category| &category.name))?;
        self.verify_lists()?;
        let kinds = self.kinds.iter().filter_map(|kind| Some((&kind.name, kind.source.as_ref()?)));
        let mut sources = self.sources.iter().chain(kinds);
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

    /// The lists of words say each once and agree with one another; reminders count down.
    fn verify_lists(&self) -> Result<(), CharterError> {
        for (what, list) in [
            ("the reservation", &self.reservations),
            ("the body", &self.bodies),
            ("the item", &self.items),
            ("the sort of target", &self.targets),
            ("what is attested,", &self.attests),
            ("what annuls,", &self.annuls),
            ("the remark", &self.remarks),
        ] {
            verify_once(what, list)?;
        }
        verify_once("the kind of reference", self.references.iter().map(|it| &it.name))?;
        if let Some(kind) = self.references.iter().find(|it| it.forms.is_empty()) {
            return Err(CharterError::NoForm(kind.name.clone()));
        }
        verify_once("what applies,", self.applies.iter().map(|it| &it.name))?;
        let mut kinds = self.differences.iter().flat_map(|it| &it.kinds);
        if let Some(kind) = kinds.find(|kind| self.kind(kind).is_none()) {
            return Err(CharterError::UnknownKind(kind.clone()));
        }
        let is_known = |sort: &&Label| self.targets.contains(sort);
        for Restriction { name, to } in &self.applies {
            if let Some(sort) = to.iter().find(|sort| !is_known(sort)) {
                let (restriction, sort) = (name.clone(), sort.clone());
                return Err(CharterError::UnknownSort { restriction, sort });
            }
        }
        let days = &self.reminder_days;
        if days.contains(&0) || !days.is_sorted_by(|longer, shorter| longer > shorter) {
            return Err(CharterError::Reminders);
        }
        if self.notice_days == Some(0) {
            return Err(CharterError::NoticeDays);
        }
        Ok(())
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
        let is_idle = |role: &&Label| self.tables().all(|(_, roles)| !roles.contains(role));
        match self.roles.iter().find(is_idle) {
            None => Ok(()),
            Some(role) => Err(CharterError::IdleRole(role.clone())),
        }
    }

    /// What a kind says of its votes has a meaning, and what releases them can be attested.
    fn verify_publication(&self) -> Result<(), CharterError> {
        let Some(publication) = &self.publication else {
            let says = self.kinds.iter().find(|kind| kind.votes.is_some());
            return says.map_or(Ok(()), |kind| Err(CharterError::NoPublication(kind.name.clone())));
        };
        match &publication.released_by {
            Some(word) if !self.attests.contains(word) => Err(CharterError::Releases(word.clone())),
            Some(_) => Ok(()),
            None => {
                let waits = self.kinds.iter().find(|kind| kind.votes == Some(Votes::Released));
                waits.map_or(Ok(()), |kind| Err(CharterError::NeverReleased(kind.name.clone())))
            }
        }
    }

    fn verify_kind(&self, kind: &Kind) -> Result<(), CharterError> {
        let name = || kind.name.clone();
        if kind.decided.is_empty() {
            return Err(CharterError::Undecided(name()));
        }
        if kind.may_table.as_ref().is_some_and(Vec::is_empty) {
            return Err(CharterError::NobodyTablesKind(name()));
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

/// What is decided elsewhere is a kind, or is on legal bases.
fn verify_elsewhere(other: &Elsewhere) -> Result<(), CharterError> {
    if other.kind.is_some() == other.on.is_empty() {
        Ok(())
    } else {
        Err(CharterError::Elsewhere(other.because.clone()))
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
