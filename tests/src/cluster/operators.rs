//! What operators and delegations do: keys, nodes that start and end, statements, links that heal.

use nemcon_crypto::SecretKey;
use nemcon_ledger::Height;
use nemcon_ledger::record::Statement;
use nemcon_ledger::text::Code;
use nemcon_replica::keyring::Keyring;
use nemcon_replica::replica::{Input, Message, Outcome, Ticket};

use super::Cluster;

impl Cluster {
    /// Gives a node another node key to hold.
    pub fn hold_node_key(&mut self, code: &Code, key: SecretKey) {
        let node = self.nodes.get_mut(code).expect("a member");
        node.identity.keys = node.identity.keys.clone().with_node(key);
        let keys = node.identity.keys.clone();
        self.step(code, Input::Keys(keys));
    }

    /// Gives a node that is down another node key in place of the one that it holds.
    pub fn swap_node_key(&mut self, code: &Code, key: SecretKey) {
        let node = self.nodes.get_mut(code).expect("a member");
        node.identity.keys = Keyring::new(key, node.identity.keys.seal().clone());
    }

    /// Gives a node another seal key to hold.
    pub fn hold_seal_key(&mut self, code: &Code, key: SecretKey) {
        let node = self.nodes.get_mut(code).expect("a member");
        node.identity.keys = node.identity.keys.clone().with_seal(key);
        let keys = node.identity.keys.clone();
        self.step(code, Input::Keys(keys));
    }

    /// Starts a node from its disk and connects it.
    pub fn boot(&mut self, code: &Code) {
        self.nodes.get_mut(code).expect("a member").start();
        self.step(code, Input::Begin);
        for other in self.codes.clone() {
            if self.is_linked(code, &other) {
                self.step(code, Input::Connected(other.clone()));
                self.step(&other, Input::Connected(code.clone()));
            }
        }
    }

    /// Ends a node; what it had not synced is gone.
    pub fn crash(&mut self, code: &Code) {
        self.nodes.get_mut(code).expect("a member").end();
        self.queue.retain(|(from, to, _)| from != code && to != code);
        for other in self.codes.clone() {
            if self.nodes[&other].replica.is_some() {
                self.step(&other, Input::Disconnected(code.clone()));
            }
        }
    }

    /// What was cut passes again, and those who are up find each other.
    pub fn heal(&mut self) {
        for (one, other) in core::mem::take(&mut self.cut) {
            if self.is_linked(&one, &other) {
                self.step(&one, Input::Connected(other.clone()));
                self.step(&other, Input::Connected(one.clone()));
            }
        }
    }

    /// Submits a record at a node and returns the ticket of its outcomes.
    pub fn submit(&mut self, at: &Code, statement: &Statement) -> Ticket {
        self.submit_record(at, statement.render())
    }

    /// The same for any bytes.
    pub fn submit_record(&mut self, at: &Code, record: Vec<u8>) -> Ticket {
        let ticket = Ticket(self.tickets);
        self.tickets += 1;
        self.step(at, Input::Submitted { ticket, record });
        ticket
    }

    /// Hands a node the blocks that lie on another one's disk, from the first on, as if that one
    /// had sent them; it may be down.
    pub fn hand_blocks(&mut self, from: &Code, to: &Code) {
        let blocks = Message::Blocks(self.nodes[from].disk.blocks_from(Height(1)));
        self.step(to, Input::Frame(from.clone(), blocks.encode()));
    }

    /// A node's operator wants it to rejoin.
    pub fn rejoin(&mut self, at: &Code) {
        let ticket = Ticket(self.tickets);
        self.tickets += 1;
        self.step(at, Input::Rejoin(ticket));
    }

    /// What became of a submission last.
    pub fn outcome(&self, at: &Code, ticket: Ticket) -> Option<&Outcome> {
        self.nodes[at].outcomes.get(&ticket)?.last()
    }
}
