//! Where choices come from: a seed's stream, or the numbers of a property test, which shrink.

use crate::sim::rng::Rng;

/// A stream of numbers. 0 stands for the plainest choice everywhere.
pub trait Choice {
    /// The next number of the source.
    fn number(&mut self) -> u64;
}

impl Choice for Rng {
    fn number(&mut self) -> u64 {
        Self::number(self)
    }
}

/// Numbers that were fixed before; zeroes follow them.
#[derive(Clone, Debug)]
pub struct Tape<'a>(core::slice::Iter<'a, u16>);

impl<'a> Tape<'a> {
    /// A source of these numbers, in their order.
    pub fn new(numbers: &'a [u16]) -> Self {
        Self(numbers.iter())
    }
}

impl Choice for Tape<'_> {
    fn number(&mut self) -> u64 {
        self.0.next().copied().unwrap_or_default().into()
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, Tape};

    #[test]
    fn a_tape_ends_with_zeroes() {
        let mut tape = Tape::new(&[7, 9]);
        assert_eq!([tape.number(), tape.number(), tape.number()], [7, 9, 0]);
    }
}
