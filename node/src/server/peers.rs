//! The live links, sorted by what the roster says of their keys.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::PublicKey;
use nemcon_ledger::Rosters;
use nemcon_ledger::record::Roster;
use nemcon_ledger::text::Code;
use nemcon_replica::replica::Input;

use super::addresses::Addresses;
use crate::mesh::Peer;

/// The live links: those of members, and others with keys of past rosters, keys that are about to
/// enter, or unknown keys of servers that were dialled.
pub(super) struct Peers {
    me: Code,
    pub(super) addresses: Addresses,
    live: BTreeSet<PublicKey>,
    /// The links with keys of the current roster, as the replica knows of them.
    members: BTreeMap<Code, PublicKey>,
    codes: BTreeMap<PublicKey, Code>,
}

impl Peers {
    pub(super) fn new(me: Code, addresses: Addresses) -> Self {
        let (live, members, codes) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        Self { me, addresses, live, members, codes }
    }

    /// The member whose key in the current roster this is.
    pub(super) fn member(&self, key: &PublicKey) -> Option<&Code> {
        self.codes.get(key)
    }

    /// The keys of the connected members.
    pub(super) fn members(&self) -> impl Iterator<Item = &PublicKey> {
        self.members.values()
    }

    /// The keys of the links that belong to no member.
    pub(super) fn non_members(&self) -> impl Iterator<Item = &PublicKey> {
        self.live.iter().filter(|key| !self.codes.contains_key(*key))
    }

    /// The key of a connected member.
    pub(super) fn key_of(&self, code: &Code) -> Option<&PublicKey> {
        self.members.get(code)
    }

    /// Adds a link. Returns the replica's input if the key is a member's.
    pub(super) fn connected(&mut self, key: PublicKey) -> Option<Input> {
        self.live.insert(key);
        let code = self.codes.get(&key)?.clone();
        self.members.insert(code.clone(), key);
        Some(Input::Connected(code))
    }

    /// Removes a link. Returns the replica's input if the key was a member's.
    pub(super) fn disconnected(&mut self, key: &PublicKey) -> Option<Input> {
        self.live.remove(key);
        let code = self.codes.get(key).filter(|code| self.members.contains_key(*code))?.clone();
        self.members.remove(&code);
        Some(Input::Disconnected(code))
    }

    /// Sorts the links anew by another roster. Returns the replica's inputs.
    pub(super) fn follow(&mut self, roster: &Roster) -> Vec<Input> {
        let others = roster.members.iter().filter(|member| member.code != self.me);
        self.codes = others.map(|member| (member.node, member.code.clone())).collect();
        let live = self.codes.iter().filter(|(key, _)| self.live.contains(key));
        let now: BTreeMap<_, _> = live.map(|(key, code)| (code.clone(), *key)).collect();
        let was = core::mem::replace(&mut self.members, now);
        let gone = was.iter().filter(|(code, key)| self.members.get(code) != Some(key));
        let gone = gone.map(|(code, _)| Input::Disconnected(code.clone()));
        let new = self.members.iter().filter(|(code, key)| was.get(code) != Some(key));
        gone.chain(new.map(|(code, _)| Input::Connected(code.clone()))).collect()
    }
}

/// The keys that the mesh admits: those of the next block's roster and of `entering`, which are
/// dialled at their addresses, and those of past rosters, which may read [rules.md R32].
pub(crate) fn admitted(
    rosters: &Rosters,
    entering: &[(Code, PublicKey)],
    addresses: &Addresses,
) -> Vec<Peer> {
    let past = rosters.all().flat_map(|roster| &roster.members);
    let mut peers: BTreeMap<_, _> = past.map(|member| (member.node, None)).collect();
    let now = rosters.newest().members.iter().map(|member| (&member.code, member.node));
    for (code, key) in now.chain(entering.iter().map(|(code, key)| (code, *key))) {
        peers.insert(key, addresses.get(code).cloned());
    }
    peers.into_iter().map(|(key, address)| Peer { key, address }).collect()
}
