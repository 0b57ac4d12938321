//! Where an adversary sits: between its node and the network.

use std::sync::Arc;

use nemcon_replica::replica::Message;

use super::adversaries::{Adversary, Hand};
use super::network::Flight;
use super::world::{Event, World};

impl World {
    /// Lets the twist of a node act, and sends what it wants sent.
    fn twist<T>(
        &mut self,
        at: usize,
        act: impl FnOnce(&mut dyn Adversary, &mut Hand<'_>) -> T,
    ) -> Option<T> {
        let mut twist = self.nodes[at].twist.take()?;
        let mut rng = self.rng.fork();
        let now = self.nodes[at].clock(self.now);
        let mut result = None;
        let mut sends = Vec::new();
        if let Some(replica) = self.nodes[at].replica() {
            let mut hand = Hand {
                me: at,
                identity: &self.nodes[at].identity,
                codes: &self.codes,
                parties: &self.parties,
                replica,
                leaves: self.monitor.leaves(),
                rng: &mut rng,
                now,
                sends: Vec::new(),
            };
            result = Some(act(&mut *twist, &mut hand));
            sends = hand.sends;
        }
        self.nodes[at].twist = Some(twist);
        for (to, message) in sends {
            let frame: Arc<[u8]> = Arc::from(message.encode());
            self.monitor.left(at, &frame, self.now);
            self.overhear(&message);
            self.send(at, to, frame);
        }
        result
    }

    /// A frame leaves a node that has a twist.
    pub(super) fn leave_twisted(&mut self, at: usize, to: usize, frame: &[u8]) {
        let message = Message::decode(frame).expect("a replica sends messages");
        self.twist(at, |twist, hand| twist.outgoing(hand, to, message));
    }

    /// Whether the twist of the node that a frame reaches keeps it from its replica.
    pub(super) fn is_twisted_frame(&mut self, flight: &Flight) -> bool {
        if self.nodes[flight.to].twist.is_none() {
            return false;
        }
        let Ok(message) = Message::decode(&flight.frame) else { return false };
        let from = flight.from;
        self.twist(flight.to, |twist, hand| twist.incoming(hand, from, &message)).unwrap_or(false)
    }

    /// An adversary acts unasked; it tires when faults have stopped.
    pub(super) fn tick(&mut self, at: usize) {
        if self.is_calm {
            return;
        }
        self.twist(at, |twist, hand| twist.tick(hand));
        let next = self.rng.between(200, 3000);
        self.schedule(next, Event::Tick(at));
    }
}
