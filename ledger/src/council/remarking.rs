//! Remarks: statements that a party has recorded with a measure, such as for the minutes.
//!
//! What it guarantees: a remark is its party's own, of one of the charter's sorts, and each stands beside
//! the ones before it. What it does not: a remark decides nothing and prevents nothing.

use super::balloted::{Balloting, Place, RemarkState};
use super::limits::REMARKS_MAX;
use super::refusal::Refusal;
use super::state::Council;
use super::status::Status;
use crate::record::{Remark, RemarkText, Statement};

impl Council {
    /// Records a remark on an open measure, or on one that was decided.
    pub(super) fn remark(&mut self, remark: &Remark, statement: &Statement) -> Result<(), Refusal> {
        let (by, charter) = (&remark.said.head.by, &self.genesis.charter);
        let state = self.verify_also_after(statement, &charter.may_remark, "make a remark on")?;
        let measure = state.number;
        if !charter.remarks.contains(&remark.sort) {
            return Err(Refusal::UnknownWord { field: "sort", word: remark.sort.clone() });
        }
        match state.status {
            Status::Open | Status::Adopted { .. } | Status::NotAdopted { .. } => {}
            status @ (Status::Lapsed { .. } | Status::Withdrawn) => {
                return Err(Refusal::NothingToRemark { measure, status });
            }
        }
        if state.remarked.get(by).is_some_and(|made| *made >= REMARKS_MAX) {
            return Err(Refusal::RemarksSpent { by: by.clone(), measure });
        }
        self.verify_next(statement)?;
        let place = self.place_of(statement);
        let state = self.link(measure, by, statement.leaf_hash);
        *state.remarked.entry(by.clone()).or_default() += 1;
        // Of a measure that has ended the records have it.
        if state.status == Status::Open {
            state.on_table_mut().remark(remark, place);
        }
        Ok(())
    }
}

impl Balloting {
    /// A party makes a remark, beside those that it has made.
    pub(super) fn remark(&mut self, remark: &Remark, place: Place) {
        let Place { leaf, time, .. } = place;
        let digest = match &remark.text {
            RemarkText::Lines(_) => None,
            RemarkText::Digest(digest) => Some(*digest),
        };
        self.remarks.push(RemarkState {
            code: remark.said.head.by.clone(),
            sort: remark.sort.clone(),
            leaf,
            time,
            digest,
            is_public: remark.is_public,
        });
    }
}
