//! Who is a member to whom: links follow the rosters, and links of no member only read [rules.md R29, R32].
//!
//! This is what the shell does about them, without its limits: an entrant's node catches up over such
//! links, and the node of a member that has left follows over them.

use std::sync::Arc;

use nemcon_ledger::Height;
use nemcon_ledger::text::Code;
use nemcon_replica::replica::{Input, Message, Replica};

use super::world::{Event, World};

impl World {
    /// Whether `peer` is a member by the roster that the node `at` has.
    pub(super) fn is_member_to(&self, at: usize, peer: usize) -> bool {
        let council = self.replica(at).map(|replica| replica.chain().council());
        council.is_some_and(|council| council.roster().member(&self.codes[peer]).is_some())
    }

    /// Whether the node `at` lets `peer` in: a member of now or before, or one about to enter.
    fn admits(&self, at: usize, peer: usize) -> bool {
        let code = &self.codes[peer];
        self.replica(at).is_some_and(|replica| {
            let was_member = replica.chain().rosters().member(code).is_some();
            was_member || replica.entering().iter().any(|(other, _)| other == code)
        })
    }

    /// Whether two nodes that are up can connect: whoever dials takes any server.
    pub(super) fn can_meet(&self, one: usize, other: usize) -> bool {
        self.admits(one, other) || self.admits(other, one)
    }

    /// A link has begun.
    pub(super) fn meet(&mut self, at: usize, peer: usize) {
        if self.is_member_to(at, peer) {
            self.nodes[at].members.insert(peer);
            self.take(at, Input::Connected(self.codes[peer].clone()));
        } else {
            self.ask_blocks(at, Some(peer));
        }
    }

    /// A link has ended.
    pub(super) fn miss(&mut self, at: usize, peer: usize) {
        if self.nodes[at].members.remove(&peer) {
            self.take(at, Input::Disconnected(self.codes[peer].clone()));
        }
    }

    /// Another roster is in force at the node `at`, or somebody is about to enter: its links are
    /// sorted anew, and the operators of entrants start their nodes.
    pub(super) fn follow_roster(&mut self, at: usize) {
        for peer in (0..self.nodes.len()).filter(|peer| *peer != at) {
            let is_linked = self.net.view(at, peer).is_some();
            let (is, was) = (self.is_member_to(at, peer), self.nodes[at].members.contains(&peer));
            if was && !is {
                self.miss(at, peer);
            } else if is_linked && is && !was {
                self.meet(at, peer);
            }
        }
        let entering = self.replica(at).map(Replica::entering).unwrap_or_default();
        for (code, _) in entering {
            self.start_entrant(&code);
        }
    }

    /// Counts who has entered and left since the last time.
    pub(super) fn note_seats(&mut self) {
        let seated = self.seated();
        let was = core::mem::replace(&mut self.last_seated, seated.clone());
        for _ in seated.iter().filter(|at| !was.contains(at)) {
            self.tally.note("member entered");
        }
        for _ in was.iter().filter(|at| !seated.contains(at)) {
            self.tally.note("member left");
        }
    }

    fn start_entrant(&mut self, code: &Code) {
        let at = self.position(code);
        if !self.nodes[at].is_expected {
            self.tell(|| format!("{code}'s operator starts its node"));
            self.nodes[at].is_expected = true;
            let after = self.rng.between(10, 5000);
            self.schedule(after, Event::Boot(at));
        }
    }

    /// The ledger of the node `at` has grown: whoever follows asks for what it lacks.
    pub(super) fn tell_outsiders(&mut self, at: usize) {
        let Some(standing) = self.replica(at).map(Replica::where_it_stands) else { return };
        let is_outside = |peer: &usize| {
            self.net.view(at, *peer).is_some() && !self.nodes[at].members.contains(peer)
        };
        let outsiders: Vec<usize> = (0..self.nodes.len()).filter(is_outside).collect();
        for peer in outsiders {
            self.say(at, Some(peer), &standing);
        }
    }

    /// A frame over a link of no member: blocks and seals prove themselves, questions of those whom some
    /// roster names or is about to name are answered. `peer` is none for a stranger whom nobody knows.
    pub(super) fn take_outside(&mut self, at: usize, peer: Option<usize>, frame: Vec<u8>) {
        let Some(before) = self.height_of(at) else { return };
        let may_read = peer.is_some_and(|peer| self.admits(at, peer));
        match Message::decode(&frame) {
            Ok(Message::BlocksWanted { .. }) if !may_read => {}
            Ok(Message::BlocksWanted { from }) => {
                let Some(running) = &self.nodes[at].running else { return };
                let blocks = running.folder.blocks_for_peer(from).expect("the journal is whole");
                self.say(at, peer, &Message::Blocks(blocks));
            }
            Ok(Message::Standing(standing)) => {
                let replica = self.replica(at).filter(|_| may_read);
                let seals = replica.map(|it| it.seals_for(standing.height, &standing.sealed));
                if let Some(seals) = seals.filter(|seals| !seals.is_empty()) {
                    self.say(at, peer, &Message::Seals(seals));
                }
                if standing.height > before {
                    self.ask_blocks(at, peer);
                }
            }
            Ok(Message::Blocks(_)) => {
                self.take(at, Input::Offered(frame));
                if self.height_of(at).is_some_and(|height| height > before) {
                    self.ask_blocks(at, peer);
                } else if let Some(standing) = self.replica(at).map(Replica::where_it_stands) {
                    self.say(at, peer, &standing);
                }
            }
            Ok(Message::Seals(_) | Message::Pending(_)) => self.take(at, Input::Offered(frame)),
            Ok(_) | Err(_) => {}
        }
    }

    fn height_of(&self, at: usize) -> Option<Height> {
        self.replica(at).map(|replica| replica.chain().height())
    }

    fn ask_blocks(&mut self, at: usize, peer: Option<usize>) {
        if let Some(height) = self.height_of(at) {
            self.say(at, peer, &Message::BlocksWanted { from: height.next() });
        }
    }

    fn say(&mut self, at: usize, peer: Option<usize>, message: &Message) {
        self.leave(at, peer.as_slice(), &Arc::from(message.encode()));
    }
}
