//! What happened, as a number that two equal runs share, and as lines that a person reads.

/// The offset basis of FNV-1a with 64 bits.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
/// Its prime.
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// The trace of a run.
#[derive(Clone, Copy, Debug)]
pub struct Trace {
    hash: u64,
    is_loud: bool,
}

impl Trace {
    /// A trace, printed line by line if it is loud.
    pub const fn new(is_loud: bool) -> Self {
        Self { hash: BASIS, is_loud }
    }

    /// Takes bytes into the hash.
    pub fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
    }

    /// Prints what happened at `now_ms` after the start, if anybody listens.
    pub fn tell(&self, now_ms: u64, line: impl FnOnce() -> String) {
        if self.is_loud {
            println!("{:>7}.{:03} {}", now_ms / 1000, now_ms % 1000, line());
        }
    }

    /// The hash of all that happened.
    pub const fn hash(&self) -> u64 {
        self.hash
    }
}
