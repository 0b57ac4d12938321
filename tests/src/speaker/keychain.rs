//! The secret keys of every party, the founding ones and those that are made on the way.
//!
//! A key is named by the label that its secret is made from: `M1/desk-1`, `M1/node`, `M1/node-2`.

use std::collections::BTreeMap;

use nemcon_crypto::SecretKey;
use nemcon_ledger::text::Code;

use crate::fixture::secret;

/// How many keys of a kind a node holds: the founding one, and those that its member may change to.
const KEYS_HELD: usize = 6;

/// The secrets of each party.
#[derive(Clone, Debug, Default)]
pub struct Keychain {
    parties: BTreeMap<Code, Vec<SecretKey>>,
    /// How many keys were made so far.
    made: usize,
    last: Option<SecretKey>,
}

/// The node keys of a member, the founding one first.
pub fn node_keys(code: &Code) -> Vec<SecretKey> {
    keys(code, "node")
}

/// The seal keys of a member, the founding one first.
pub fn seal_keys(code: &Code) -> Vec<SecretKey> {
    keys(code, "seal")
}

fn keys(code: &Code, role: &str) -> Vec<SecretKey> {
    let label = |at: usize| match at {
        0 => format!("{code}/{role}"),
        _ => format!("{code}/{role}-{}", at + 1),
    };
    (0..KEYS_HELD).map(|at| secret(&label(at))).collect()
}

fn founding(code: &Code) -> Vec<SecretKey> {
    let roles = ["desk-1", "desk-2", "desk-3", "recovery"];
    let own = roles.iter().map(|role| secret(&format!("{code}/{role}")));
    own.chain(node_keys(code)).chain(seal_keys(code)).collect()
}

impl Keychain {
    /// All secrets of a party.
    pub fn of(&mut self, code: &Code) -> &[SecretKey] {
        self.parties.entry(code.clone()).or_insert_with(|| founding(code))
    }

    /// The last key that was made, and its number.
    pub(super) fn last(&self) -> Option<(usize, SecretKey)> {
        Some((self.made, self.last.clone()?))
    }

    /// Makes a key for a party that nobody had before, and its number.
    pub(super) fn make(&mut self, code: &Code) -> (usize, SecretKey) {
        self.made += 1;
        let new = secret(&format!("{code}/made-{}", self.made));
        self.last = Some(new.clone());
        let own = self.parties.entry(code.clone()).or_insert_with(|| founding(code));
        own.push(new.clone());
        (self.made, new)
    }
}
