//! A stranger with a fresh key at the address of a node that is off: it answers whoever dials there, offers
//! everything that anybody has ever said, and lies in all that nobody signs.

use nemcon_ledger::text::Code;
use nemcon_replica::replica::Message;

use super::archive::Archive;
use crate::sim::rng::Rng;

/// How much it says to one that has dialled it, at most.
const WORDS_MAX: u64 = 6;

/// Has no key that anybody knows, and has overheard everything.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct PasserBy {
    archive: Archive,
}

impl PasserBy {
    /// Overhears what a node says.
    pub(in crate::sim) fn overhear(&mut self, rng: &mut Rng, message: &Message) {
        self.archive.note(rng, message);
    }

    /// What it says to the node of `victim`, which has dialled it.
    pub(in crate::sim) fn says(
        &self,
        rng: &mut Rng,
        victim: &Code,
        codes: &[Code],
    ) -> Vec<Message> {
        let words = rng.between(1, WORDS_MAX);
        (0..words).map(|_| self.archive.lie(rng, victim, codes)).collect()
    }
}
