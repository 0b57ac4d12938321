//! The chains of statements, by which nothing that was revoked, lifted or replaced can be played again
//! [rules.md R6]: each statement names the one before it in its chain by its leaf hash,
//! which tells nobody the text of a record that is withheld.

use nemcon_crypto::Digest;

use super::measure::MeasureState;
use super::refusal::Refusal;
use super::state::Council;
use crate::record::charter::Roles;
use crate::record::{Body, ChainKey, ChainLink, Statement};
use crate::text::Code;

impl Council {
    /// The leaf hash of the last statement in a chain.
    pub fn last_statement(&self, chain: &ChainKey) -> Option<Digest> {
        match chain {
            ChainKey::Measure(number, code) => self.measure(*number)?.last_statement(code),
            ChainKey::Incident(number, code) => {
                self.incidents.get(number)?.chain.get(code).copied()
            }
            ChainKey::Own(code) => self.own.get(code).copied(),
            ChainKey::Keys(code) => self.seats.chain.get(code).copied(),
        }
    }

    /// Whether what `link` follows is the last statement in its chain.
    pub fn is_next_in_chain(&self, link: &ChainLink) -> bool {
        let begun = match link.chain {
            ChainKey::Measure(number, _) => self.measures.contains_key(&number),
            ChainKey::Incident(number, _) => self.incidents.contains_key(&number),
            ChainKey::Own(_) | ChainKey::Keys(_) => true,
        };
        begun && self.last_statement(&link.chain) == link.after
    }

    /// Checks that a party speaks for itself, and that its statement is not the chain's last already.
    pub(super) fn verify_new(&self, statement: &Statement) -> Result<(), Refusal> {
        let link = statement.body.link().expect("a statement in a chain");
        let (by, code) = (&statement.body.head().by, link.chain.code());
        // A ballot for another member rests on a mandate, and `cast` judges both together.
        if by != code && !matches!(statement.body, Body::Ballot(_)) {
            return Err(Refusal::NotOwn { by: by.clone(), on_behalf: code.clone() });
        }
        let is_last = self.last_statement(&link.chain) == Some(statement.leaf_hash);
        if is_last || self.stands_by_others(&link, &statement.text_hash) {
            return Err(Refusal::AlreadyRecorded);
        }
        Ok(())
    }

    /// Whether a ballot or mandate with this very text stands, signed perhaps by other officers.
    fn stands_by_others(&self, link: &ChainLink, text: &Digest) -> bool {
        let ChainKey::Measure(number, code) = &link.chain else { return false };
        let said = self.measure(*number).and_then(MeasureState::balloting);
        said.is_some_and(|said| said.stands(code, text))
    }

    /// Checks that a statement follows the last one in its chain [rules.md R6].
    pub(super) fn verify_next(&self, statement: &Statement) -> Result<(), Refusal> {
        let ChainLink { chain, after } = statement.body.link().expect("a statement in a chain");
        let wanted = self.last_statement(&chain);
        if after == wanted { Ok(()) } else { Err(Refusal::WrongAfter { chain, after, wanted }) }
    }

    /// Checks a statement's place in its party's own chain.
    pub(super) fn verify_own(&self, statement: &Statement) -> Result<(), Refusal> {
        self.verify_new(statement)?;
        self.verify_next(statement)
    }

    /// Makes the statement that `link` follows the last one in its chain, without judging it: for
    /// an audit only.
    pub(crate) fn believe(&mut self, link: &ChainLink) {
        let ChainLink { chain, after } = link;
        let last = match chain {
            ChainKey::Measure(number, code) => {
                if let Some(state) = self.measures.get_mut(number) {
                    state.set_last(code, *after);
                }
                return;
            }
            ChainKey::Incident(number, code) => {
                if let Some(state) = self.incidents.get_mut(number) {
                    match after {
                        Some(after) => drop(state.chain.insert(code.clone(), *after)),
                        None => drop(state.chain.remove(code)),
                    }
                }
                return;
            }
            ChainKey::Own(_) => &mut self.own,
            ChainKey::Keys(_) => &mut self.seats.chain,
        };
        match after {
            Some(after) => last.insert_mut(chain.code().clone(), *after),
            None => drop(last.remove_mut(chain.code())),
        }
    }

    /// Checks a statement's measure, that it is open, how it is named, and its place in the chain.
    pub(super) fn verify_link(&self, statement: &Statement) -> Result<&MeasureState, Refusal> {
        let about = statement.body.about().expect("a statement on a measure");
        let measure = about.measure;
        let state = self.measure(measure).ok_or(Refusal::UnknownMeasure(measure))?;
        self.verify_new(statement)?;
        state.verify_about(about)?;
        state.verify_not_ended()?;
        state.verify_before_deadline(self.page.time)?;
        // Mandates, reservations and extensions are possible before balloting opens; ballots and early
        // closes are not.
        if matches!(statement.body, Body::Ballot(_) | Body::Close(_)) {
            state.verify_opened(self.page.time)?;
        }
        self.verify_next(statement)?;
        Ok(state)
    }

    /// Checks what may be said of a measure also after its end: how the measure is named, and that the party is
    /// in one of the roles. The place in the chain is for later.
    pub(super) fn verify_also_after(
        &self,
        statement: &Statement,
        may: &Roles,
        act: &'static str,
    ) -> Result<&MeasureState, Refusal> {
        let about = statement.body.about().expect("a statement on a measure");
        let state = self.measure(about.measure).ok_or(Refusal::UnknownMeasure(about.measure))?;
        self.verify_new(statement)?;
        state.verify_about(about)?;
        self.verify_role(&statement.body.head().by, state, may, act)?;
        Ok(state)
    }

    /// Makes this statement the last one for `code` on measure `number`.
    pub(super) fn link(
        &mut self,
        number: u64,
        code: &Code,
        leaf_hash: Digest,
    ) -> &mut MeasureState {
        self.page.changed_measures.insert(number);
        let state = self.change(number);
        state.set_last(code, Some(leaf_hash));
        state
    }

    /// A measure's state to change; copied if it is shared.
    pub(super) fn change(&mut self, number: u64) -> &mut MeasureState {
        self.measures.get_mut(&number).expect("the measure was found before")
    }
}
