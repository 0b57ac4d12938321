//! What is decided and said of the parties without a ballot: who speaks for them, and a freeze.

use nemcon_crypto::PublicKey;
use nemcon_ledger::record::{Body, ChainKey, Freeze, Officer, Participant};
use nemcon_ledger::text::Code;

use super::desk::Desk;
use crate::fixture::{code, label, line};

/// A party that no genesis names, and that all may appoint.
const APPOINTEE: &str = "SG";

/// Those who may come to speak by appointment alone.
pub(super) fn appointees() -> Vec<Code> {
    vec![code(APPOINTEE)]
}

impl Desk<'_> {
    /// Stops all that is said for this participant.
    pub(super) fn silence(&mut self) -> Option<Body> {
        let party = self.sight.council.participant(self.by).filter(|it| !it.is_vacant())?;
        if !self.chance(300) {
            return None;
        }
        let after = (self.sight.last)(&ChainKey::Keys(party.code.clone()));
        Some(Body::Freeze(Freeze { head: self.head(), reason: None, after }))
    }

    /// Whether some participant says nothing until all appoint it anew.
    pub(super) fn misses_a_participant(&self) -> bool {
        let council = self.sight.council;
        council.participants().iter().any(|it| it.is_vacant() || council.is_frozen(&it.code))
    }

    /// A participant as all may want it: with new officers, with those that it has and one more, as it
    /// is where that thaws it, or with a vacant seat.
    pub(super) fn appointee(&mut self) -> Option<Participant> {
        let council = self.sight.council;
        let mut codes: Vec<_> = council.participants().iter().map(|it| it.code.clone()).collect();
        if council.participant(&code(APPOINTEE)).is_none() {
            codes.push(code(APPOINTEE));
        }
        let of = self.pick(&codes)?.clone();
        let now = council.participant(&of);
        let role = now.map_or_else(|| label("chair"), |it| it.role.clone());
        let mut party = now.cloned().unwrap_or_else(|| Participant {
            code: of.clone(),
            name: line("Whoever is appointed"),
            role,
            threshold: 0,
            officers: Vec::new(),
        });
        if council.is_frozen(&of) && self.chance(300) {
            return Some(party);
        }
        if party.officers.len() > 2 || !self.chance(300) {
            party.officers.clear();
        }
        if party.officers.is_empty() && self.chance(100) {
            party.threshold = 0;
            return Some(party);
        }
        let (number, key) = self.key_for(&of);
        party.officers.push(Officer { label: label(&format!("card-{number}")), key });
        party.threshold = if party.officers.len() > 1 && self.chance(400) { 2 } else { 1 };
        Some(party)
    }

    /// A key that nobody had before; now and then one that another open measure brings in too.
    fn key_for(&mut self, of: &Code) -> (usize, PublicKey) {
        if self.chance(150)
            && let Some((number, secret)) = self.keys.last()
        {
            return (number, secret.public());
        }
        let (number, secret) = self.keys.make(of);
        (number, secret.public())
    }
}
