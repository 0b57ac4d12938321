//! One member's node: its parts, each of which owns its state and its methods, and what they all ask.
//!
//! What it guarantees: the signature of a part's method tells what the method can touch. The files above
//! this one let the parts work together; none of them is used by a part.

use std::sync::Arc;

use nemcon_crypto::{Digest, PublicKey};
use nemcon_ledger::chain::BLOCK_BYTES_MAX;
use nemcon_ledger::council::Council;
use nemcon_ledger::text::{Code, Time};
use nemcon_ledger::{Chain, Height, Known};

use super::agreement::Agreement;
use super::api::Restored;
use super::clocks::Clocks;
use super::faults::Faults;
use super::gathering::Gathering;
use super::lacking::LackingStatements;
use super::message::Standing;
use super::own_seals::OwnSeals;
use super::pending::Pending;
use super::release_check::Ending;
use super::resend::Resend;
use super::rivals::Rivals;
use super::seals::{LookedAhead, SEAL_HEIGHTS_MAX, SealBook};
use super::start_check::{Sealed, StartCheck};
use super::step::Step;
use super::sync::Sync;
use super::tickets::Tickets;
use super::voters::voters;
use super::voting::Voting;
use crate::consensus::{CommitCertificate, Engine, MemberKey, Roster, faulty_max};
use crate::keyring::Keyring;
use crate::replica::next_height::Deciding;
use crate::replica::read_quota::Shares;

/// The most bytes of statements of which it is kept that they are rightly signed: twice what a block has.
const KNOWN_BYTES_MAX: usize = 2 * BLOCK_BYTES_MAX;

/// One member's node.
pub struct Replica {
    pub(super) council: Digest,
    pub(super) me: Code,
    pub(super) keys: Keyring,
    /// Shared with who reads it elsewhere; each block brings another one.
    pub(super) chain: Arc<Chain>,
    /// The council's next deadline at the chain's end: to find it costs a look at all that is open.
    pub(super) deadline: Option<Time>,
    /// The proof of the chain's last block.
    pub(super) certificate: Option<CommitCertificate>,
    pub(super) engine: Engine,
    pub(super) deciding: Deciding,
    pub(super) pending: Pending,
    /// What peers have announced and this node lacks.
    pub(super) lacking: LackingStatements,
    /// Statements whose lines were verified: those that wait, and those of the last blocks.
    pub(super) known: Known,
    pub(super) tickets: Tickets,
    pub(super) seals: SealBook,
    pub(super) own_seals: OwnSeals,
    /// How many seals above the chain's end were looked at since its last block.
    pub(super) looked_ahead: LookedAhead,
    pub(super) start_check: StartCheck,
    pub(super) agreement: Agreement,
    pub(super) voting: Voting,
    /// The answers for a rejoin that is under way.
    pub(super) gathering: Option<Gathering>,
    pub(super) clocks: Clocks,
    pub(super) rivals: Rivals,
    pub(super) ending: Ending,
    pub(super) sync: Sync,
    /// What members may have read out, and what they wait for.
    pub(super) shares: Shares,
    pub(super) resend: Resend,
    pub(super) faults: Faults,
    /// When the shell was asked to come back.
    pub(super) wake: Option<Time>,
    pub(super) step: Step,
}

impl Replica {
    /// The replica as its disk has it. [`super::Input::Begin`] comes next.
    pub fn restore(restored: Restored) -> Self {
        let Restored { genesis, me, keys, chain, boundaries, guard, .. } = restored;
        let council = chain.council().digest();
        let mut seals = restored.seals;
        let own = || seals.iter().filter(|seal| seal.member == me.as_str());
        // Where the file `signed` is lost, the journal's own seals keep time from going back.
        let sealed_s = own().map(|seal| seal.time_s).max().unwrap_or_default();
        // What the guard names was about to be sealed, and may be again; what is below it was, also
        // where a repaired journal lacks the seal: a later one covers it.
        let below = Height(guard.map_or(0, |guard| guard.height.0.saturating_sub(1)));
        let mut book = SealBook::new(&genesis, boundaries);
        let own_heights = own().filter_map(|seal| book.height_of(seal));
        let sealed = own_heights.max().unwrap_or_default().max(below);
        let known = own().map(Sealed::from).chain(guard.as_ref().map(Sealed::from)).max();
        // Newest first: once all have sealed a height, those below it are not needed.
        seals.sort_by_key(|seal| core::cmp::Reverse(seal.size));
        for seal in &seals {
            let _ = book.take_journaled(chain.rosters(), seal);
        }
        book.hold_at_most(SEAL_HEIGHTS_MAX);
        let next = chain.council().roster();
        let shown = keys.shown(next, &me).clone();
        let engine = Engine::new(council, shown, restored.timeouts, chain.height(), voters(next));
        let crossed = chain.rosters().nodes_since();
        Self {
            council,
            me,
            keys,
            certificate: restored.certificate,
            engine,
            deciding: Deciding::new(restored.wal),
            pending: Pending::new(&chain),
            lacking: LackingStatements::default(),
            known: Known::new(KNOWN_BYTES_MAX),
            tickets: Tickets::default(),
            seals: book,
            own_seals: OwnSeals::new(sealed, guard.map_or(0, |it| it.time_s).max(sealed_s)),
            looked_ahead: LookedAhead::default(),
            start_check: StartCheck::new(known),
            agreement: Agreement::new((sealed < crossed).then_some(crossed)),
            voting: Voting::new(restored.votes_from),
            gathering: None,
            clocks: Clocks::default(),
            rivals: Rivals::default(),
            ending: Ending::default(),
            sync: Sync::default(),
            shares: Shares::default(),
            resend: Resend::default(),
            faults: Faults::default(),
            wake: None,
            step: Step::new(chain.time()),
            deadline: chain.council().next_deadline(),
            chain: Arc::new(chain),
        }
    }

    /// The chain.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The council's state at the chain's end.
    pub(super) fn state(&self) -> &Council {
        self.chain.council()
    }

    /// The roster that decides `height`, as consensus sees it.
    pub(super) fn voters_at(&self, height: Height) -> Roster {
        voters(self.chain.rosters().at(height))
    }

    /// How many members of the next roster may fail.
    pub(super) fn faults_max(&self) -> usize {
        faulty_max(self.state().roster().members.len())
    }

    /// The node key of this node at the next height.
    pub(super) fn own_key(&self) -> PublicKey {
        self.keys.shown(self.state().roster(), &self.me).public()
    }

    /// The members of the roster of the next block, this node's own left out.
    pub fn other_members(&self) -> impl Iterator<Item = &Code> {
        let members = self.state().roster().members.iter();
        members.map(|member| &member.code).filter(|code| **code != self.me)
    }

    /// The member of the next roster with this node key.
    pub(super) fn member_of(&self, key: &MemberKey) -> Option<Code> {
        let mut members = self.state().roster().members.iter();
        let member = members.find(|member| MemberKey::of(&member.node) == *key);
        member.map(|member| member.code.clone())
    }

    /// Whether this node withholds its votes, having lost track of what it signed.
    pub fn is_observing(&self) -> bool {
        self.voting.withholds_at(self.chain.height().next())
    }

    /// Whether the roster of the next block does not name this member with a node key held here:
    /// then this node follows, and votes on nothing.
    pub fn is_following(&self) -> bool {
        self.keys.node_of(self.state().roster(), &self.me).is_none()
    }

    /// Node keys of those who are admitted and have not taken their seat: they may connect, for an
    /// entrant seals what it has caught up with.
    pub fn entering(&self) -> Vec<(Code, PublicKey)> {
        let admitted = self.state().admitted();
        admitted.map(|it| (it.member.code.clone(), it.member.node)).collect()
    }

    /// Where this node stands, as it tells others.
    pub(super) fn standing(&self) -> Standing {
        Standing {
            height: self.chain.height(),
            sealed: self.seals.standing(self.chain.rosters()),
            certificate: self.certificate.clone(),
        }
    }
}
