//! What a start takes on trust.

/// What a start takes on trust.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// What this node verified and made durable: signatures are not verified again, and the law is
    /// applied from the snapshot on. The sums of the journal, the hash chain, the Merkle tree and the guard
    /// are compared.
    #[default]
    OwnPast,
    /// Nothing: every signature, certificate and seal is verified, the law is applied from block 1 on, and
    /// the index is built anew. A snapshot of another state than the law leads to is removed.
    Nothing,
}
