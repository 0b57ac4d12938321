//! Two copies of the council, with the statements and without, compared.

use super::ahead::Ahead;
use super::consequence::Consequence;
use super::difference;
use crate::council::refusal::Refusal;
use crate::council::state::Council;
use crate::record::{Body, Statement};
use crate::text::Time;

/// One of the statements would be refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{refusal}")]
pub struct RefusedAt {
    /// The place of the statement among those that were asked about, from 0.
    pub at: usize,
    /// Why the council would refuse the statement.
    pub refusal: Refusal,
}

impl Council {
    /// What would follow if these statements were ordered at `time`, one after the other, behind those
    /// that wait. Signatures are not judged: there are none. All else is as the law says, and a text that
    /// is recorded already may be refused for another reason than that.
    ///
    /// # Errors
    /// [`RefusedAt`] if one of them would be refused.
    pub fn foresee(
        &self,
        time: Time,
        waiting: &[&Statement],
        bodies: &[Body],
    ) -> Result<Vec<Consequence>, RefusedAt> {
        let mut without = Ahead::begin(self, time);
        for statement in waiting {
            // What is refused by now does not wait much longer.
            let _ = without.admit(statement);
        }
        let mut with = without.clone();
        for (at, body) in bodies.iter().enumerate() {
            with.rehearse(body).map_err(|refusal| RefusedAt { at, refusal })?;
        }
        let attested = bodies.iter().filter_map(|body| match body {
            Body::Attestation(it) => Some(it.said.about.measure),
            _ => None,
        });
        let (without, with) = (without.settled(), with.settled());
        let mut all = difference::between(&without, &with, attested);
        all.extend(bodies.iter().filter_map(|body| with.read_by_all(body)));
        Ok(all)
    }
}
