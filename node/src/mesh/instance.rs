//! Which process a connection comes from, so that two processes that show one key are told apart.
//!
//! A node that restarts, or that connects anew, shows its key twice too. Two processes with one key at a
//! time differ from that in one thing: the former one comes back.

use nemcon_crypto::PublicKey;

/// How many processes of one key are remembered: so many with one key at a time are told apart.
const REMEMBERED_MAX: usize = 8;

/// Names one running process: drawn at random when its mesh is bound, and said in its hello.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instance(pub [u8; 16]);

impl Instance {
    /// Another one than any before.
    ///
    /// # Errors
    /// [`getrandom::Error`] if the system has no random bytes.
    pub(super) fn draw() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }
}

/// The processes that have shown one key, in the order of their coming.
#[derive(Clone, Debug, Default)]
pub(super) struct Instances(Vec<Instance>);

impl Instances {
    /// One has connected; true if another one has connected since it was last here. Then both run.
    pub(super) fn note(&mut self, instance: Instance) -> bool {
        let Some(at) = self.0.iter().position(|known| *known == instance) else {
            if self.0.len() == REMEMBERED_MAX {
                self.0.remove(0);
            }
            self.0.push(instance);
            return false;
        };
        let is_back = at + 1 < self.0.len();
        self.0.remove(at);
        self.0.push(instance);
        is_back
    }
}

/// What was seen of a second process with the key of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rival {
    /// Two processes connect by turns: both run.
    Alternates(PublicKey),
    /// Another process has shown the key of the peer that is connected, and was refused. Whether the one
    /// that is connected still runs is not known: the system may not have noticed its end.
    Appears(PublicKey),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_comes_back_after_another_one_runs_beside_it() {
        let instance = |n| Instance([n; 16]);
        let mut instances = Instances::default();
        // One process, however often; then the one that is started after it.
        for n in [1, 1, 1, 2, 2] {
            assert!(!instances.note(instance(n)), "{n}");
        }
        assert!(instances.note(instance(1)));
        assert!(!instances.note(instance(1)));
        assert!(instances.note(instance(2)));
        // Three by turns.
        for (n, is_back) in [(3, false), (1, true), (2, true), (3, true)] {
            assert_eq!(instances.note(instance(n)), is_back, "{n}");
        }
    }

    #[test]
    fn restarts_without_number_are_remembered_up_to_a_bound() {
        let mut instances = Instances::default();
        assert!((0..=255).all(|n| !instances.note(Instance([n; 16]))));
        assert_eq!(instances.0.len(), REMEMBERED_MAX);
    }
}
