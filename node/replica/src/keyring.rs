//! The keys that a node holds: while its member's keys change, the old ones and the new ones.
//!
//! What it guarantees: at each height a node uses only the keys that the roster of that height names.

use nemcon_crypto::{PublicKey, SecretKey};
use nemcon_ledger::record::{Member, Roster};
use nemcon_ledger::text::Code;

/// A node's own keys, at least one of each kind. Which of them it uses at a height is what the
/// roster of that height names.
#[derive(Clone, Debug)]
pub struct Keyring {
    node: Vec<SecretKey>,
    seal: Vec<SecretKey>,
}

impl Keyring {
    /// A ring of these node keys and seal keys; `None` if there is none of a kind.
    pub fn of(node: Vec<SecretKey>, seal: Vec<SecretKey>) -> Option<Self> {
        (!node.is_empty() && !seal.is_empty()).then_some(Self { node, seal })
    }

    /// One node key and one seal key.
    pub fn new(node: SecretKey, seal: SecretKey) -> Self {
        Self { node: vec![node], seal: vec![seal] }
    }

    /// The same ring with another node key.
    #[must_use]
    pub fn with_node(mut self, key: SecretKey) -> Self {
        self.node.push(key);
        self
    }

    /// The same ring with another seal key.
    #[must_use]
    pub fn with_seal(mut self, key: SecretKey) -> Self {
        self.seal.push(key);
        self
    }

    /// The node key that `roster` names for `me`, if it is held.
    pub fn node_of(&self, roster: &Roster, me: &Code) -> Option<&SecretKey> {
        named(&self.node, roster, me, |member| &member.node)
    }

    /// The seal key that `roster` names for `me`, if it is held.
    pub fn seal_of(&self, roster: &Roster, me: &Code) -> Option<&SecretKey> {
        named(&self.seal, roster, me, |member| &member.seal)
    }

    /// The node key to show where `roster` decides: the one that it names, else the first.
    pub fn shown(&self, roster: &Roster, me: &Code) -> &SecretKey {
        self.node_of(roster, me).unwrap_or_else(|| self.node())
    }

    /// The node key that is held first.
    pub fn node(&self) -> &SecretKey {
        &self.node[0]
    }

    /// The seal key that is held first.
    pub fn seal(&self) -> &SecretKey {
        &self.seal[0]
    }

    /// The node keys.
    pub fn node_keys(&self) -> impl Iterator<Item = PublicKey> {
        self.node.iter().map(SecretKey::public)
    }

    /// The seal keys.
    pub fn seal_keys(&self) -> impl Iterator<Item = PublicKey> {
        self.seal.iter().map(SecretKey::public)
    }
}

fn named<'a>(
    keys: &'a [SecretKey],
    roster: &Roster,
    me: &Code,
    of: impl Fn(&Member) -> &PublicKey,
) -> Option<&'a SecretKey> {
    let wanted = of(roster.member(me)?);
    keys.iter().find(|key| key.public() == *wanted)
}
