//! How consensus is driven: when a height begins, what is proposed, what its effects mean here.

use nemcon_ledger::chain::Proposal;
use nemcon_ledger::{Height, codec};

use super::judge::{self, JUDGED_MAX, Judge};
use super::message::Message;
use super::{Effect, Halt, Misdeed, Replica, Write};
use crate::consensus::{self, WalEntry};
use crate::evidence::Evidence;
use crate::mesh::FRAME_BYTES_MAX;

impl Replica {
    /// Restored from disk. A height that was under way is resumed as soon as there is nothing in its
    /// way.
    pub(super) fn begin(&mut self) {
        self.stop_at_unknown_rules();
        if self.has_log_of(self.chain.height().next()) {
            // A height is begun only when its roster is confirmed.
            self.unconfirmed = None;
        }
        self.confirm();
    }

    /// Whether the disk held a log of this height, and it was not read yet.
    fn has_log_of(&self, height: Height) -> bool {
        self.recovered_wal.as_ref().is_some_and(|(of, log)| *of == height && !log.is_empty())
    }

    /// Begins to decide a height, with the node key that its roster names. What this node said of it
    /// before a restart binds it whenever that is, also where the key came late.
    fn start_height(&mut self, height: Height) -> Result<(), Halt> {
        let roster = self.chain.rosters().at(height);
        let Some(key) = self.keys.node_of(roster, &self.me) else { return Ok(()) };
        self.engine.set_key(key.clone());
        self.engine.set_observing(self.withholds_at(height));
        let log = self.recovered_wal.take().filter(|(of, _)| *of == height);
        let restart = log.map(|(_, log)| read_log(height, &log)).transpose()?;
        let roster = self.voters_at(height);
        self.drive(consensus::Input::StartHeight { height, roster, restart })
    }

    /// Gives the engine one input and obeys what it says.
    pub(super) fn drive(&mut self, input: consensus::Input) -> Result<(), Halt> {
        let mut host = Judge { chain: &self.chain, judged: &mut self.judged };
        let effects = self.engine.step(self.now.as_ms(), input, &mut host)?;
        effects.into_iter().try_for_each(|effect| self.obey(effect))
    }

    fn obey(&mut self, effect: consensus::Effect) -> Result<(), Halt> {
        use consensus::Effect as E;
        match effect {
            E::Wal(entry) => {
                let bytes = codec::encode(&entry);
                self.write(Write::Wal(self.engine.height(), bytes));
            }
            E::SyncWal => self.write(Write::SyncSigned),
            E::Broadcast(message) if self.may_speak() => {
                self.broadcast(&Message::Consensus(message));
            }
            // Others signed it: there is nothing in it for which this node's caution is.
            E::TellProposals(proposals) => self.broadcast(&Message::Proposed(proposals)),
            E::GetValue { height, round } => self.asked = Some((height, round)),
            E::Schedule { timer, after } => self.out.push(Effect::Schedule(timer, after)),
            E::Cancel(timer) => self.out.push(Effect::Cancel(timer)),
            E::Decided(decision) => self.decided(*decision)?,
            E::Evidence(found) => self.equivocated(&found),
            E::Fault(fault) => match &fault.signer {
                Some(signer) => {
                    self.fault_of_key(signer, Misdeed::Consensus(fault.kind));
                    // No honest node passes such a message on. Another one than the frame's was held.
                    if self.brought == Some(*signer) {
                        self.charge_connection();
                    }
                }
                None => self.fault(Misdeed::Consensus(fault.kind)),
            },
            E::Behind { height } => self.answer_behind(height),
            // Below the height from which it votes again, others may know more of it than it does.
            E::OwnKeyElsewhere { height, .. } if height < self.votes_from => {}
            // Whoever brings it only passes on what was signed with this node's own key.
            E::OwnKeyElsewhere { height, .. } => self.is_shown_own_vote(height),
            E::Broadcast(_) | E::Anomaly(_) => {}
        }
        Ok(())
    }

    pub(super) fn equivocated(&mut self, found: &consensus::Evidence) {
        self.fault_of_key(&found.signer(), Misdeed::Equivocation);
        let roster = self.chain.rosters().at(found.height());
        let evidence = Evidence::of_consensus(self.council, roster, found);
        if let Some(evidence) = evidence {
            self.write(Write::Evidence(Box::new(evidence)));
        }
    }

    /// Whether something waits to be ordered: a statement, or a deadline that is due.
    fn has_work(&self) -> bool {
        let deadline = self.state().next_deadline();
        !self.pending.is_empty() || deadline.is_some_and(|due| due <= self.now)
    }

    /// Brings consensus to rest in what is known now: tells it of work, begins a height when there
    /// is reason to (R26), proposes when asked. A node that is about to stop begins nothing.
    pub(super) fn settle(&mut self) -> Result<(), Halt> {
        self.end_caution();
        if self.stop.is_none() {
            // What was committed and not sealed, now that nothing stands against it.
            self.seal_boundaries();
        }
        while self.stop.is_none() && self.ending.is_none() {
            let before = (self.chain.height(), self.engine.is_running(), self.asked);
            let has_work = self.has_work();
            if has_work != self.told_work {
                self.told_work = has_work;
                self.drive(consensus::Input::WorkChanged(has_work))?;
            }
            self.begin_height(has_work)?;
            if has_work {
                self.propose()?;
            }
            if before == (self.chain.height(), self.engine.is_running(), self.asked) {
                break;
            }
        }
        Ok(())
    }

    fn begin_height(&mut self, has_work: bool) -> Result<(), Halt> {
        let height = self.chain.height().next();
        let began = self.engine.began_height();
        if began.is_some_and(|began| began > height) {
            self.catch_up();
        }
        let has_log = self.has_log_of(height);
        let has_reason = has_log || has_work || began == Some(height);
        if self.engine.is_running() || !has_reason || !self.may_vote() {
            return Ok(());
        }
        if !has_log {
            self.write(Write::BeginHeight(height));
        }
        self.start_height(height)
    }

    fn propose(&mut self) -> Result<(), Halt> {
        let Some((height, round)) = self.asked else { return Ok(()) };
        if height != self.chain.height().next() {
            self.asked = None;
            return Ok(());
        }
        let proposal = Proposal { time: self.chain.next_time(self.now), round: round.0 };
        let Some((block, next)) = self.chain.assemble(&proposal, &self.pending.statements()) else {
            self.rebase_pending();
            return Ok(());
        };
        self.asked = None;
        let value = judge::value_of(&block).expect("a block of our own ends with its record");
        if self.judged.len() < JUDGED_MAX {
            self.judged.insert(value.id, next);
        }
        self.drive(consensus::Input::Propose { height, round, value })
    }
}

fn read_log(height: Height, log: &[Vec<u8>]) -> Result<Vec<WalEntry>, Halt> {
    let entries = log.iter().map(|bytes| codec::decode::<WalEntry, FRAME_BYTES_MAX>(bytes));
    entries.collect::<Result<_, _>>().map_err(|_| Halt::Log(height))
}
