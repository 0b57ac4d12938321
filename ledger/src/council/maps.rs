//! Ordered maps and sets for all that grows with the ledger: a copy costs the same at every length, a change
//! what it changes.

/// A map whose copies share all that they have in common.
pub(super) type Map<K, V> = rpds::RedBlackTreeMapSync<K, V>;
/// A set of that sort.
pub(super) type Set<T> = rpds::RedBlackTreeSetSync<T>;
