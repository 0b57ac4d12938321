//! Which kind of measure is decided by which rule on which legal basis [rules.md R18].
//!
//! What it guarantees: what the charter has decided elsewhere is refused with its reason, and a legal basis is
//! written in one way. What it does not: whether the basis is the right one is for people to judge.

use super::refusal::Refusal;
use super::state::Council;
use crate::record::Measure;
use crate::record::charter::{Kind, Use};

impl Council {
    /// The kind, and how the charter decides it by the measure's rule on its legal basis [rules.md
    /// R18].
    pub(super) fn verify_kind(&self, measure: &Measure) -> Result<(&Kind, &Use), Refusal> {
        let charter = &self.genesis.charter;
        for other in &charter.elsewhere {
            let because = || other.because.clone();
            if other.is_of_kind(&measure.kind) {
                let (kind, because) = (measure.kind.clone(), because());
                return Err(Refusal::NotDecidedHere { kind, because });
            }
            if let Some(basis) = other.basis_of(&measure.basis) {
                let (basis, because) = (basis.clone(), because());
                return Err(Refusal::BasisElsewhere { basis, because });
            }
        }
        if let Some(basis) = measure.basis.iter().find(|it| !charter.is_basis(it.as_str())) {
            return Err(Refusal::NoBasisForm(basis.clone()));
        }
        let kind = charter
            .kind(&measure.kind)
            .ok_or_else(|| Refusal::UnknownKind(measure.kind.clone()))?;
        let way = kind.decided_by(&measure.rule).ok_or_else(|| Refusal::WrongRule {
            kind: kind.name.clone(),
            found: measure.rule.clone(),
            wanted: kind.decided.iter().map(|way| way.by.clone()).collect(),
        })?;
        if !way.is_on(&measure.basis) {
            let (kind, rule) = (kind.name.clone(), way.by.clone());
            return Err(Refusal::WrongBasis { kind, rule, wanted: way.on.clone() });
        }
        // A basis that the charter itself names for the kind is not too wide for it.
        let others = measure.basis.iter().filter(|it| !way.on.contains(it));
        match charter.elsewhere.iter().find_map(|it| it.part_of(others.clone())) {
            Some((basis, part)) => {
                let (basis, part) = (basis.clone(), part.clone());
                Err(Refusal::BasisTooWide { basis, part })
            }
            None => Ok((kind, way)),
        }
    }
}
