//! The replica: a council member's node as a pure step machine, `(now, input) -> effects`.
//!
//! What it guarantees: an effect that leaves the node stands behind the ones that make durable what
//! it rests on; nothing is prevoted that the council's law refuses; an idle council asks for
//! nothing. What it does not: it reads no clock, touches no disk and no socket; the shell does, in
//! the order of the effects.
//!
//! ```text
//! submission, gossip ─▶ pending ─▶ block ─▶ consensus ─▶ commit ─▶ seal ─▶ seals of all
//!                                    ▲                      ▲
//!                                  judge             catch-up (blocks of peers)
//! ```

mod api;
mod boundaries;
mod catchup;
mod caution;
mod clocks;
mod commit;
mod faults;
mod gossip;
mod judge;
mod message;
mod nudge;
mod observing;
mod ordering;
mod pending;
mod rejoin;
mod rivals;
mod rules;
mod seals;
mod seen;
mod share;
mod terms;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nemcon_crypto::{Digest, PublicKey, TreeSize};
use nemcon_ledger::council::Council;
use nemcon_ledger::journal::CommittedBlock;
use nemcon_ledger::record::{ChainKey, Statement};
use nemcon_ledger::text::{Code, Time};
use nemcon_ledger::{Chain, Height};

pub use api::{Effect, HEIGHT_UNKNOWN, Halt, Input, Misdeed, Notice, Outcome, Restored, Ticket};
pub use boundaries::Boundary;
pub(crate) use catchup::{Unfit, prove};
pub use clocks::{CLOCK_OFF_MS, CLOCK_RIGHT_MS, Reading, clock_off};
pub use faults::{FAULTS_PER_MINUTE_MAX, Tally};
pub use message::{
    BLOCKS_BYTES_MAX, BLOCKS_PER_MESSAGE_MAX, Message, SEALS_PER_MESSAGE_MAX, STANDING_CODES_MAX,
    Standing,
};
pub use observing::SIGNED_ELSEWHERE_MAX;
pub(crate) use pending::by_how_much;
pub use pending::{
    PENDING_BYTES_PER_MEMBER_MAX, PENDING_CHANGES_PER_MEMBER_MAX, PENDING_PER_MEMBER_MAX, Rejection,
};
pub use rejoin::{NoRejoin, REJOIN_MS, TakenOver};
pub use rivals::{RIVAL_MS, RIVAL_TOLD_AGAIN_MS};
use seals::LookedAhead;
pub use seals::{EARLY_SEALS_LOOKED_AT_MAX, EARLY_SEALS_PER_MEMBER_MAX, SEAL_HEIGHTS_MAX};
pub(crate) use seals::{SealBook, Taken};
pub use seen::Awaited;
pub use share::{
    ANSWER_BYTES_MIN, BLOCK_BYTES_MIN, SERVE_AGAIN_MS, SHARE_BYTES_MAX, SHARE_BYTES_PER_SECOND,
};
pub(crate) use share::{Share, Told, Wish, Wishes};
pub use terms::voters;
pub use write::Write;

use crate::consensus::{CommitCertificate, Engine, MemberKey, Round};
use crate::keyring::Keyring;
use catchup::Fetch;
use caution::{Caution, Sealed};
use clocks::Clocks;
use faults::Faults;
use nudge::Nudge;
use pending::Pending;
use rejoin::Gathering;
use rivals::Rivals;
use share::Shares;

/// The most submissions whose answers are waited for.
pub const TICKETS_MAX: usize = 4096;

/// One member's node.
pub struct Replica {
    council: Digest,
    me: Code,
    keys: Keyring,
    /// Shared with who reads it elsewhere; each block brings another one.
    chain: Arc<Chain>,
    /// Chains after blocks of the next height that were judged valid, by block id.
    judged: BTreeMap<Digest, Chain>,
    engine: Engine,
    /// Consensus waits for a block of ours.
    asked: Option<(Height, Round)>,
    told_work: bool,
    /// The log that the disk held, until its height is begun or decided.
    recovered_wal: Option<(Height, Vec<Vec<u8>>)>,
    pending: Pending,
    tickets: BTreeMap<Digest, Vec<Ticket>>,
    seals: SealBook,
    own_sealed: Height,
    seal_time_s: u64,
    is_own_seal_unsynced: bool,
    certificate: Option<CommitCertificate>,
    /// The last change of the roster, while too few have confirmed what this node took over.
    unconfirmed: Option<Height>,
    /// Who has since the change.
    agreeing: BTreeSet<Code>,
    /// This node votes from here on; below, it observes.
    votes_from: Height,
    /// Heights at which messages show that this node's own key was used elsewhere: it votes at none.
    signed_elsewhere: BTreeSet<Height>,
    /// This node votes at this height although it lies below: it has taken over what others saw.
    rejoined: Option<Height>,
    gathering: Option<Gathering>,
    /// The heights that others have proven while this node observes.
    shown: BTreeMap<Code, Height>,
    /// The newest certificates that connected members have told.
    told: BTreeMap<Code, Option<CommitCertificate>>,
    caution: Caution,
    was_shown_own_message: bool,
    clocks: Clocks,
    rivals: Rivals,
    stop: Option<Halt>,
    /// When this node stops, and why, if it is about to.
    ending: Option<(Time, Halt)>,
    /// Connected members, with the heights that they have told.
    peers: BTreeMap<Code, Height>,
    fetch: Option<Fetch>,
    /// Members that were asked for blocks in vain, and until when others are asked first.
    barred: BTreeMap<Code, Time>,
    /// What members may have read out, and what they wait for.
    shares: Shares,
    nudge: Nudge,
    faults: Faults,
    /// How many seals above the chain's end were looked at since its last block.
    looked_ahead: LookedAhead,
    wake: Option<Time>,
    now: Time,
    /// Who sent the frame that is being taken in.
    sender: Option<Code>,
    /// Who signed the consensus message in it.
    brought: Option<MemberKey>,
    out: Vec<Effect>,
}

impl Replica {
    /// The replica as its disk has it. [`Input::Begin`] comes next.
    pub fn restore(restored: api::Restored) -> Self {
        let api::Restored { genesis, me, keys, chain, boundaries, .. } = restored;
        let council = chain.council().digest();
        let mut seals = restored.seals;
        let own = || seals.iter().filter(|seal| seal.member == me.as_str());
        // Where the file `signed` is lost, the journal's own seals keep time from going back.
        let sealed_s = own().map(|seal| seal.time_s).max().unwrap_or_default();
        // What the guard names was about to be sealed, and may be again; what is below it was, also
        // where a repaired journal lacks the seal: a later one covers it.
        let guarded = restored.guard.map_or(Height(0), |guard| guard.height);
        let below = Height(guarded.0.saturating_sub(1));
        let mut book = SealBook::new(&genesis, boundaries);
        let own_heights = own().filter_map(|seal| book.height_of(seal));
        let own_sealed = own_heights.max().unwrap_or_default().max(below);
        let known = own().map(Sealed::from).chain(restored.guard.as_ref().map(Sealed::from)).max();
        // Newest first: once all have sealed a height, those below it need no check.
        seals.sort_by_key(|seal| core::cmp::Reverse(seal.size));
        for seal in &seals {
            let _ = book.take(chain.rosters(), seal);
        }
        book.hold_at_most(SEAL_HEIGHTS_MAX);
        let next = chain.council().roster();
        let shown = keys.shown(next, &me).clone();
        let engine = Engine::new(council, shown, restored.timeouts, chain.height(), voters(next));
        let crossed = chain.rosters().nodes_since();
        let unconfirmed = (own_sealed < crossed).then_some(crossed);
        Self {
            council,
            me,
            keys,
            unconfirmed,
            agreeing: BTreeSet::new(),
            judged: BTreeMap::new(),
            engine,
            asked: None,
            told_work: false,
            recovered_wal: Some(restored.wal),
            pending: Pending::new(&chain),
            tickets: BTreeMap::new(),
            seals: book,
            own_sealed,
            seal_time_s: restored.guard.map_or(0, |guard| guard.time_s).max(sealed_s),
            is_own_seal_unsynced: false,
            certificate: restored.certificate,
            votes_from: restored.votes_from,
            signed_elsewhere: BTreeSet::new(),
            rejoined: None,
            gathering: None,
            shown: BTreeMap::new(),
            told: BTreeMap::new(),
            caution: Caution::new(known),
            was_shown_own_message: false,
            clocks: Clocks::default(),
            rivals: Rivals::default(),
            stop: None,
            ending: None,
            peers: BTreeMap::new(),
            fetch: None,
            barred: BTreeMap::new(),
            shares: Shares::default(),
            nudge: Nudge::default(),
            faults: Faults::default(),
            looked_ahead: LookedAhead::default(),
            wake: None,
            now: chain.time(),
            sender: None,
            brought: None,
            out: Vec::new(),
            chain: Arc::new(chain),
        }
    }

    /// Takes one input at `now` and returns what the shell must do, in order.
    ///
    /// # Errors
    /// [`Halt`]: the node must stop, and nothing of this step may be executed.
    pub fn step(&mut self, now: Time, input: Input) -> Result<Vec<Effect>, Halt> {
        self.now = now;
        (self.sender, self.brought) = (None, None);
        match input {
            Input::Begin => self.begin(),
            Input::TimerElapsed(timer) => {
                self.drive(crate::consensus::Input::TimerElapsed(timer))?;
            }
            Input::Woken => self.woken(),
            Input::Connected(member) => self.connected(&member),
            Input::Disconnected(member) => self.disconnected(&member),
            Input::Frame(member, frame) => self.frame(member, &frame)?,
            Input::Submitted { ticket, record } => self.submitted(ticket, &record),
            Input::Abandoned(ticket) => self.abandon(ticket),
            Input::Rejoin(ticket) => self.begin_rejoin(ticket)?,
            Input::Offered(frame) => self.offered(&frame)?,
            Input::AskClock(member) => self.ask_clock(&member),
            Input::SeenTwice(member) => self.seen_twice(&member),
            Input::RivalAppears(member) => self.rival_appears(&member),
            Input::ToldOfRival(member) => self.told_of_rival(&member),
            Input::Keys(keys) => {
                self.keys = keys;
                self.use_key();
            }
        }
        self.settle()?;
        self.look_at_rejoin();
        self.set_wake();
        let stop = self.stop.clone().map(Effect::Stop);
        self.out.extend(stop);
        Ok(core::mem::take(&mut self.out))
    }

    /// The chain.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The chain as it stands, to be read elsewhere.
    pub fn shared_chain(&self) -> Arc<Chain> {
        Arc::clone(&self.chain)
    }

    /// This node's member.
    pub const fn me(&self) -> &Code {
        &self.me
    }

    /// The members whose nodes are connected.
    pub fn connected_members(&self) -> impl Iterator<Item = &Code> {
        self.peers.keys()
    }

    /// The round of the block that is being decided, if one is.
    pub fn round(&self) -> Option<u32> {
        self.engine.round().map(|round| round.0)
    }

    /// The statements that wait to be ordered.
    pub fn waiting(&self) -> Vec<&Statement> {
        self.pending.statements()
    }

    /// The statements that wait to be ordered, to be read elsewhere.
    pub fn shared_waiting(&self) -> Vec<Arc<Statement>> {
        self.pending.shared()
    }

    /// The last statement in a chain, waiting ones included.
    pub fn last_statement(&self, chain: &ChainKey) -> Option<Digest> {
        self.pending.last_statement(chain)
    }

    /// The last statement of each party on a measure, waiting ones included.
    pub fn last_on_measure(&self, number: u64) -> BTreeMap<Code, Digest> {
        self.pending.ahead().measure(number).map(|state| state.chain.clone()).unwrap_or_default()
    }

    /// The last statement of each party on an incident, waiting ones included.
    pub fn last_on_incident(&self, number: u64) -> BTreeMap<Code, Digest> {
        self.pending.ahead().incident(number).map(|state| state.chain.clone()).unwrap_or_default()
    }

    /// The newest height that every member has sealed, and its boundary.
    pub fn sealed_by_all(&self) -> (Height, Option<Boundary>) {
        let height = self.seals.sealed_by_all();
        (height, self.seals.boundary(height))
    }

    /// For each member: up to which height its seals are held without a gap.
    pub fn sealed_heights(&self) -> BTreeMap<Code, Height> {
        self.seals.sealed_heights(self.chain.rosters())
    }

    /// The newest boundary that every one of `codes` that is in the roster of its height has sealed.
    /// What lies below it and only these were entitled to is final (R14).
    pub fn sealed_by(&self, codes: &BTreeSet<&Code>) -> Option<Boundary> {
        self.seals.sealed_by(self.chain.rosters(), codes)
    }

    /// The newest checkpoint that every member has sealed, as a signed note.
    pub fn sealed_checkpoint(
        &self,
    ) -> Option<(Height, nemcon_crypto::Checkpoint, nemcon_crypto::note::SignedNote)> {
        self.seals.sealed_checkpoint(&self.chain, &self.me, &self.keys)
    }

    /// Whether this node withholds its votes, having lost track of what it signed.
    pub fn is_observing(&self) -> bool {
        self.withholds_at(self.chain.height().next())
    }

    /// Node keys of those who are admitted and have not taken their seat: they may connect, for an
    /// entrant seals what it has caught up with.
    pub fn entering(&self) -> Vec<(Code, PublicKey)> {
        let admitted = self.state().admitted();
        admitted.map(|it| (it.member.code.clone(), it.member.node)).collect()
    }

    /// The seals that one who stands there lacks.
    pub fn seals_for(
        &self,
        top: Height,
        sealed: &BTreeMap<Code, TreeSize>,
    ) -> Vec<nemcon_ledger::journal::Seal> {
        self.seals.lacking(top, sealed, SEALS_PER_MESSAGE_MAX)
    }

    /// What an answer with the blocks from `from` on counts for, in bytes.
    pub fn answer_bytes(&self, from: Height) -> u64 {
        self.seals.boundaries().answer_bytes(from)
    }

    /// Where this node stands, for one who asks.
    pub fn where_it_stands(&self) -> Message {
        Message::Standing(self.standing())
    }

    /// Whether the roster of the next block does not name this member with a node key held here:
    /// then this node follows, and votes on nothing.
    pub fn is_following(&self) -> bool {
        self.keys.node_of(self.state().roster(), &self.me).is_none()
    }

    /// The node and seal keys that are held here, their public halves.
    pub fn keys_held(&self) -> impl Iterator<Item = PublicKey> {
        self.keys.node_keys().chain(self.keys.seal_keys())
    }

    fn state(&self) -> &Council {
        self.chain.council()
    }

    fn write(&mut self, write: Write) {
        self.out.push(Effect::Disk(write));
    }

    fn send(&mut self, to: &Code, message: &Message) {
        self.out.push(Effect::Send(to.clone(), Arc::from(message.encode())));
    }

    /// Sends a message; how many bytes it has.
    fn send_counted(&mut self, to: &Code, message: &Message) -> u64 {
        let frame: Arc<[u8]> = Arc::from(message.encode());
        let bytes = frame.len() as u64;
        self.out.push(Effect::Send(to.clone(), frame));
        bytes
    }

    fn broadcast(&mut self, message: &Message) {
        self.out.push(Effect::Broadcast(Arc::from(message.encode())));
    }
}

/// A block as the journal keeps it, for its caller to replay or to send.
pub fn block_of(committed: &CommittedBlock) -> nemcon_ledger::Block {
    nemcon_ledger::Block { records: committed.records.clone() }
}
