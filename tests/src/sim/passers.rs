//! Strangers where nodes are dialled that are off: what each of them says comes over a link of no member.

use nemcon_replica::replica::Message;

use super::world::{Event, World};

/// How long until the next one answers, at most, in milliseconds.
const PAUSE_MS: u64 = 1500;

impl World {
    /// A stranger answers; comes again until faults stop, if it is to.
    pub(super) fn pass(&mut self, again: bool) {
        if self.is_calm {
            return;
        }
        self.pass_by();
        if again {
            let next = self.rng.between(20, PAUSE_MS);
            self.schedule(next, Event::Pass { again });
        }
    }

    /// Some stranger answers some node that dials a dead address.
    fn pass_by(&mut self) {
        let up: Vec<_> =
            (0..self.nodes.len()).filter(|at| self.nodes[*at].running.is_some()).collect();
        if let (true, Some(passer)) = (up.len() < self.nodes.len(), &self.passer) {
            let Some(at) = (!up.is_empty()).then(|| *self.rng.pick(&up)) else { return };
            self.tally.note("passer-by");
            for message in passer.says(&mut self.rng, &self.codes[at], &self.codes) {
                let frame = message.encode();
                self.trace.take(&frame);
                self.take_outside(at, None, frame);
            }
        }
    }

    /// A frame that anybody sends is heard by all who pass.
    pub(super) fn overhear(&mut self, message: &Message) {
        if let Some(passer) = &mut self.passer {
            passer.overhear(&mut self.rng, message);
        }
    }
}
