//! A node that has lost track of what it signed: it withholds votes until none can contradict (R17).

use nemcon_ledger::Height;
use nemcon_ledger::text::Code;

use super::api::HEIGHT_UNKNOWN;
use super::message::Message;
use super::{Effect, Misdeed, Notice, Replica, Write};
use crate::consensus::{self, CommitCertificate};

/// How far above the greatest proven height a node votes again. Peers that stand at `g` may have
/// seen its votes for the height under way, `g + 1`, and a peer that has just decided that for
/// `g + 2`; nobody can have seen one for `g + 3`.
const HEIGHTS_APART: u64 = 3;

/// Of how many heights further ahead than that a message of this node's own key is acted on. Whoever has
/// the key can sign for any.
pub const SIGNED_ELSEWHERE_MAX: usize = 16;

impl Replica {
    /// A message of this node's own key, about `height`, that it does not know. Each height is acted on once,
    /// whoever brings a message of it again: this node votes at none of them.
    pub(super) fn is_shown_own_vote(&mut self, height: Height) {
        let here = self.chain.height();
        self.signed_elsewhere = self.signed_elsewhere.split_off(&here.next());
        let far = Height(here.0 + HEIGHTS_APART).next();
        let has_room = self.signed_elsewhere.range(far..).count() < SIGNED_ELSEWHERE_MAX;
        if (height < far || has_room) && self.signed_elsewhere.insert(height) {
            self.is_shown_own_message();
        }
    }

    /// The first height at which nobody can have seen a vote of this node, by what others have shown.
    fn first_unseen(&self) -> Height {
        let greatest = self.shown.values().max().copied().unwrap_or_default();
        let mut first = Height(greatest.max(self.chain.height()).0 + HEIGHTS_APART);
        while self.signed_elsewhere.contains(&first) {
            first = first.next();
        }
        first
    }

    /// Something that this node's own key has signed is not known here: the disk was set back, or another
    /// machine signs with that key.
    pub(super) fn is_shown_own_message(&mut self) {
        self.was_shown_own_message = true;
        self.observe();
    }

    /// Withholds votes from now on, durably, until it is known from where on they cannot contradict.
    pub(super) fn observe(&mut self) {
        if self.votes_from == HEIGHT_UNKNOWN {
            return;
        }
        self.votes_from = HEIGHT_UNKNOWN;
        self.rejoined = None;
        self.shown.clear();
        self.engine.set_observing(true);
        self.write(Write::Observe(HEIGHT_UNKNOWN));
        self.write(Write::SyncSigned);
        self.out.push(Effect::Notice(Notice::Observing));
        self.broadcast_standing();
        // What they told before says nothing of now: the council may have gone on since.
        self.broadcast(&Message::StandingWanted);
    }

    /// Another node proves where it stands. Once more than two thirds of the roster have, this node
    /// not counted, it knows from where on it may vote.
    pub(super) fn shows(&mut self, member: &Code, certificate: Option<&CommitCertificate>) {
        if self.votes_from != HEIGHT_UNKNOWN || *member == self.me {
            return;
        }
        let known = self.shown.get(member).copied();
        let height = match certificate {
            None => Height(0),
            // Told again, it proves nothing more.
            Some(proof) if known.is_some_and(|known| proof.height <= known) => return,
            Some(proof) => {
                let roster = self.voters_at(proof.height);
                match proof.verify(self.council, &roster) {
                    Ok(()) => proof.height,
                    Err(_) if proof.height <= self.chain.height().next() => {
                        return self.fault(Misdeed::Certificate);
                    }
                    // Beyond the next height the roster may be another one.
                    Err(_) => return,
                }
            }
        };
        let shown = self.shown.entry(member.clone()).or_default();
        *shown = height.max(*shown);
        let members = &self.state().roster().members;
        let shown = members.iter().filter(|member| self.shown.contains_key(&member.code)).count();
        if consensus::is_quorum(shown, members.len()) {
            self.votes_from = self.first_unseen();
            self.write(Write::Observe(self.votes_from));
            self.write(Write::SyncSigned);
            self.out.push(Effect::Notice(Notice::VotesFrom(self.votes_from)));
        }
    }
}
