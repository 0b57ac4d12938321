//! The texts that a draft may cite.

use nemcon_crypto::Digest;

/// The texts of the ledger that a draft may cite.
pub trait Texts {
    /// The hash of the current text of measure `number`.
    fn measure(&self, number: u64) -> Option<Digest>;
    /// The hash of the text of incident `number`.
    fn incident(&self, number: u64) -> Option<Digest>;
}

/// A ledger without any text to cite.
#[derive(Clone, Copy, Debug)]
pub struct NoTexts;

impl Texts for NoTexts {
    fn measure(&self, _: u64) -> Option<Digest> {
        None
    }

    fn incident(&self, _: u64) -> Option<Digest> {
        None
    }
}
