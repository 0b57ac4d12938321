//! Whether this node votes: a node that has lost track of what it signed withholds its votes until
//! none of them can contradict one that it has forgotten [rules.md R17].
//!
//! What it guarantees: the height from which on this node votes is durable before it votes there.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_ledger::Height;
use nemcon_ledger::record::Roster;
use nemcon_ledger::text::Code;

use super::api::{HEIGHT_UNKNOWN, Notice};
use super::step::Step;
use super::write::Write;
use crate::consensus::{self, CommitCertificate};

/// How far above the greatest proven height a node votes again. Peers that stand at `g` may have
/// seen its votes for the height under way, `g + 1`, and a peer that has just decided that for
/// `g + 2`; nobody can have seen one for `g + 3`.
const HEIGHTS_APART: u64 = 3;

/// The most heights further ahead than that at which a message of this node's own key is acted on.
/// A holder of the key can sign for any height.
pub const SIGNED_ELSEWHERE_MAX: usize = 16;

/// From which height on this node votes, and what others have shown of that.
#[derive(Clone, Debug)]
pub(super) struct Voting {
    /// This node votes from here on; below, it observes.
    votes_from: Height,
    /// Heights at which messages show that this node's own key was used elsewhere: it votes at none.
    signed_elsewhere: BTreeSet<Height>,
    /// This node votes at this height although it lies below: it has taken over what others saw.
    rejoined: Option<Height>,
    /// The heights that others have proven while this node observes.
    shown: BTreeMap<Code, Height>,
    was_shown_own_message: bool,
}

impl Voting {
    pub(super) const fn new(votes_from: Height) -> Self {
        Self {
            votes_from,
            signed_elsewhere: BTreeSet::new(),
            rejoined: None,
            shown: BTreeMap::new(),
            was_shown_own_message: false,
        }
    }

    /// The height from which on this node votes, [`HEIGHT_UNKNOWN`] while it is not known.
    pub(super) const fn votes_from(&self) -> Height {
        self.votes_from
    }

    /// Whether, since its start, this node was shown something that its own key has signed and that it
    /// does not remember.
    pub(super) const fn was_shown_own_message(&self) -> bool {
        self.was_shown_own_message
    }

    /// Whether this node withholds its votes at `height`.
    pub(super) fn withholds_at(&self, height: Height) -> bool {
        let is_bound = height < self.votes_from || self.signed_elsewhere.contains(&height);
        is_bound && self.rejoined != Some(height)
    }

    /// Notes a message of this node's own key, about `height`, that it does not know, and says whether it is
    /// to be acted on: once for each height, also if others bring such a message again. This node votes at
    /// none of these heights.
    pub(super) fn note_signed_elsewhere(&mut self, here: Height, height: Height) -> bool {
        self.signed_elsewhere = self.signed_elsewhere.split_off(&here.next());
        let far = Height(here.0 + HEIGHTS_APART).next();
        let has_room = self.signed_elsewhere.range(far..).count() < SIGNED_ELSEWHERE_MAX;
        (height < far || has_room) && self.signed_elsewhere.insert(height)
    }

    /// Withholds votes from now on, durably; whether it did not before.
    pub(super) fn withhold(&mut self, step: &mut Step) -> bool {
        self.was_shown_own_message = true;
        if self.votes_from == HEIGHT_UNKNOWN {
            return false;
        }
        self.votes_from = HEIGHT_UNKNOWN;
        self.rejoined = None;
        self.shown.clear();
        step.write(Write::Observe(HEIGHT_UNKNOWN));
        step.write(Write::SyncSigned);
        step.notice(Notice::Observing);
        true
    }

    /// Whether it would be news that `member` proves to stand where this certificate says.
    pub(super) fn is_news(&self, member: &Code, certificate: Option<&CommitCertificate>) -> bool {
        let known = self.shown.get(member);
        let is_more = |proof: &CommitCertificate| known.is_none_or(|known| proof.height > *known);
        self.votes_from == HEIGHT_UNKNOWN && certificate.is_none_or(is_more)
    }

    /// A member has proven to stand at `height`. Once more than two thirds of the roster have proven
    /// where they stand, this node not counted, it knows from where on it may vote.
    pub(super) fn shows(
        &mut self,
        step: &mut Step,
        member: &Code,
        height: Height,
        here: Height,
        roster: &Roster,
    ) {
        let shown = self.shown.entry(member.clone()).or_default();
        *shown = height.max(*shown);
        let members = &roster.members;
        let shown = members.iter().filter(|member| self.shown.contains_key(&member.code)).count();
        if consensus::is_quorum(shown, members.len()) {
            self.votes_from = self.first_unseen(here);
            step.write(Write::Observe(self.votes_from));
            step.write(Write::SyncSigned);
            step.notice(Notice::VotesFrom(self.votes_from));
        }
    }

    /// Votes at `height`, taken over from the others, and from `votes_from` on by itself: after a crash
    /// this node has to ask the others again. The caller syncs before anything leaves.
    pub(super) fn rejoin(&mut self, step: &mut Step, height: Height, votes_from: Height) {
        self.votes_from = votes_from;
        self.rejoined = Some(height);
        self.shown.clear();
        step.write(Write::Observe(votes_from));
    }

    /// The first height at which nobody can have seen a vote of this node, by what others have shown.
    fn first_unseen(&self, here: Height) -> Height {
        let greatest = self.shown.values().max().copied().unwrap_or_default();
        let mut first = Height(greatest.max(here).0 + HEIGHTS_APART);
        while self.signed_elsewhere.contains(&first) {
            first = first.next();
        }
        first
    }
}
