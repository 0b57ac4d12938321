//! What members say of their keys and seats: officers, freezes, rotations, notices, entries.

use nemcon_crypto::cosignature::cosign;
use nemcon_crypto::{Checkpoint, PublicKey, SecretKey};
use nemcon_ledger::record::membership::{Entry, Notice, NoticeAct};
use nemcon_ledger::record::{Body, ChainKey, Freeze, Keys, Member, Officer, Rotation};

use super::desk::Desk;
use super::{node_keys, seal_keys};
use crate::fixture::{label, line};

impl Desk<'_> {
    /// Other officers, another recovery key, a freeze, or other keys for the node.
    pub(super) fn keys(&mut self) -> Option<Body> {
        let member = self.member()?;
        match self.below(10) {
            0..5 => self.rotation(member),
            5..8 => Some(self.officers(member)),
            _ => Some(Body::Freeze(Freeze {
                head: self.head(),
                reason: self.chance(500).then(|| line("A laptop was stolen.")),
                after: (self.sight.last)(&ChainKey::Keys(self.by.clone())),
            })),
        }
    }

    /// Lets a frozen member speak again.
    pub(super) fn thaw(&mut self) -> Option<Body> {
        let member = self.member().filter(|it| self.sight.council.is_frozen(&it.code))?;
        if self.chance(500) {
            return Some(self.officers(member));
        }
        let (threshold, officers) = (member.threshold, member.officers.clone());
        Some(self.change(threshold, officers, None))
    }

    /// A new officer, in place of the ones before or beside them; now and then a new recovery key.
    fn officers(&mut self, member: &Member) -> Body {
        let (number, key) = self.new_key();
        let mut officers = member.officers.clone();
        if officers.len() > 2 || self.chance(500) {
            officers.clear();
        }
        officers.push(Officer { label: label(&format!("card-{number}")), key });
        let threshold = if officers.len() > 1 && self.chance(400) { 2 } else { 1 };
        let recovery = self.chance(200).then(|| self.new_key().1);
        self.change(threshold, officers, recovery)
    }

    fn change(
        &mut self,
        threshold: usize,
        officers: Vec<Officer>,
        recovery: Option<PublicKey>,
    ) -> Body {
        let after = (self.sight.last)(&ChainKey::Keys(self.by.clone()));
        Body::Keys(Keys { head: self.head(), threshold, officers, recovery, after })
    }

    fn rotation(&mut self, member: &Member) -> Option<Body> {
        let node = self.next_key(member.node, &node_keys(self.by));
        let node = node.filter(|_| !self.chance(300));
        let seal = self.next_key(member.seal, &seal_keys(self.by));
        let seal = seal.filter(|_| node.is_none() || self.chance(500));
        if node.is_none() && seal.is_none() {
            return None;
        }
        let after = (self.sight.last)(&ChainKey::Own(self.by.clone()));
        Some(Body::Rotation(Rotation { head: self.head(), node, seal, after }))
    }

    /// A key that the node holds, after the one that it has; a freeze may have used the very next up.
    fn next_key(&mut self, has: PublicKey, held: &[SecretKey]) -> Option<PublicKey> {
        let at = held.iter().position(|key| key.public() == has)?;
        let skips = usize::from(self.chance(200));
        held.get(at + 1 + skips).map(SecretKey::public)
    }

    /// Says that this member leaves, or that it stays after all.
    pub(super) fn seat(&mut self) -> Option<Body> {
        self.member()?;
        let is_given = self.sight.council.is_departing(self.by);
        // Else nobody would stay long enough for the others to decide on it.
        if !self.chance(if is_given { 150 } else { 350 }) {
            return None;
        }
        let act = if is_given { NoticeAct::Withdrawn } else { NoticeAct::Given };
        let after = (self.sight.last)(&ChainKey::Own(self.by.clone()));
        Some(Body::Notice(Notice { head: self.head(), act, after }))
    }

    /// Takes the seat to which this party is admitted.
    pub(super) fn entry(&mut self) -> Option<Body> {
        let council = self.sight.council;
        if self.member().is_some() {
            return None;
        }
        let admitted = council.admitted().find(|it| it.member.code == *self.by)?;
        let boundary = self.sight.boundary;
        let origin = council.log_origin();
        let head = Checkpoint::new(&origin, boundary.size, boundary.root).ok()?;
        let seal = seal_keys(self.by);
        let seal = seal.iter().find(|key| key.public() == admitted.member.seal)?;
        Some(Body::Entry(Entry {
            head: self.head(),
            admitted_by: admitted.measure,
            checkpoint: boundary,
            sealed: cosign(&head, self.sight.now.as_s(), seal).ok()?,
            after: (self.sight.last)(&ChainKey::Own(self.by.clone())),
        }))
    }
}
