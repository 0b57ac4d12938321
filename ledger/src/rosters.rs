//! Which roster decides which block: the history of a chain's rosters [rules.md R13].
//!
//! `roster(h)` is the council's state after block `h - 1`. It decides block `h`, verifies its
//! certificate and judges the seals of the size that ends `h`.

use core::cmp::Reverse;
use core::ops::Bound;
use std::sync::Arc;

use nemcon_crypto::{PublicKey, TreeSize};
use rpds::RedBlackTreeMapSync;
use serde::{Deserialize, Serialize};

use crate::Height;
use crate::record::{Genesis, Member, Roster};
use crate::text::Code;

/// Every roster that a chain has had, by the first height that it decides. Grows with the changes
/// of the roster, not with the blocks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rosters {
    terms: RedBlackTreeMapSync<Height, Term>,
    /// Of each code that a roster has named: since when the newest one that names it decides.
    named_since: RedBlackTreeMapSync<Code, Height>,
    /// Of each node key that a roster has named: whose it is, by the newest one.
    nodes: RedBlackTreeMapSync<PublicKey, Code>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Term {
    /// The log's size before the first block that this roster decides.
    above: TreeSize,
    #[serde(with = "crate::codec::shared")]
    roster: Arc<Roster>,
    /// Whether other nodes vote and seal than before.
    has_other_nodes: bool,
}

impl Rosters {
    /// The founding roster, which decides from block 1 on.
    pub fn found(roster: Arc<Roster>) -> Self {
        let founding = Term { above: TreeSize(0), roster, has_other_nodes: true };
        let mut rosters = Self {
            terms: RedBlackTreeMapSync::default(),
            named_since: RedBlackTreeMapSync::default(),
            nodes: RedBlackTreeMapSync::default(),
        };
        rosters.add(Height(0), founding);
        rosters
    }

    fn add(&mut self, first: Height, term: Term) {
        for member in &term.roster.members {
            self.named_since.insert_mut(member.code.clone(), first);
            self.nodes.insert_mut(member.node, member.code.clone());
        }
        self.terms.insert_mut(first, term);
    }

    /// The same from the genesis.
    pub fn founding(genesis: &Genesis) -> Self {
        Self::found(Arc::new(genesis.roster.clone()))
    }

    /// From `first` on, whose block begins at the size `above`, another roster decides. `first` is
    /// above the first heights of all rosters before it.
    pub fn change(&mut self, first: Height, above: TreeSize, roster: Arc<Roster>) {
        let has_other_nodes = !nodes_of(&roster).eq(nodes_of(self.newest()));
        self.add(first, Term { above, roster, has_other_nodes });
    }

    /// The roster that decides `height`, as far as is known: beyond the chain's next block it may be
    /// another one.
    pub fn at(&self, height: Height) -> &Arc<Roster> {
        let term = self.terms.range(..=height).next_back();
        &term.expect("the founding roster has no height below it").1.roster
    }

    /// The roster that seals the log at `size`, where a block ends.
    pub fn sealing(&self, size: TreeSize) -> &Arc<Roster> {
        let mut terms = self.terms.values().rev();
        let term = terms.find(|term| term.above < size);
        &term.or_else(|| self.terms.values().next()).expect("there is a founding roster").roster
    }

    /// The roster that decides the chain's next block.
    pub fn newest(&self) -> &Arc<Roster> {
        &self.terms.values().next_back().expect("there is a founding roster").roster
    }

    /// Since which height the nodes of the newest roster vote and seal, with these keys; 0 for those
    /// of the founding one. Other officers or weights change nothing here.
    pub fn nodes_since(&self) -> Height {
        let newest = self.terms.iter().rev().find(|(_, term)| term.has_other_nodes);
        newest.map_or(Height(0), |(since, _)| *since)
    }

    /// The rosters that decide `first` and what follows it, oldest first, each with the first height
    /// that it decides.
    pub fn since(&self, first: Height) -> impl DoubleEndedIterator<Item = (Height, &Arc<Roster>)> {
        let at = self.terms.range(..=first).next_back();
        let from = at.map_or(first, |(since, _)| *since);
        self.terms.range(from..).map(|(since, term)| (*since, &term.roster))
    }

    /// The rosters that have sealed a size up to `size`, oldest first, each with the size that it seals none up to:
    /// its own sizes are those above, up to the one of the roster behind it.
    pub fn sealed_up_to(&self, size: TreeSize) -> impl Iterator<Item = (TreeSize, &Arc<Roster>)> {
        let terms = self.terms.values().take_while(move |term| term.above < size);
        terms.map(|term| (term.above, &term.roster))
    }

    /// The last height that the roster which decides `height` decides; none while it is the newest.
    pub fn decides_to(&self, height: Height) -> Option<Height> {
        let after = (Bound::Excluded(height), Bound::Unbounded);
        let (next, _) = self.terms.range(after).next()?;
        Some(Height(next.0 - 1))
    }

    /// Who is named by a roster that decides `first` or what follows it, whoever was named last first.
    pub fn named_since(&self, first: Height) -> Vec<&Code> {
        let at = self.terms.range(..=first).next_back();
        let from = at.map_or(first, |(since, _)| *since);
        let mut named: Vec<_> = self.named_since.iter().filter(|(_, at)| **at >= from).collect();
        named.sort_by_key(|(_, at)| Reverse(**at));
        named.into_iter().map(|(code, _)| code).collect()
    }

    /// Whose node key this is or was, by any roster.
    pub fn member_of_node(&self, key: &PublicKey) -> Option<&Code> {
        self.nodes.get(key)
    }

    /// The member of this code as it stands, or stood last.
    pub fn member(&self, code: &Code) -> Option<&Member> {
        self.terms.get(self.named_since.get(code)?)?.roster.member(code)
    }

    /// Whether there is a roster for every block up to the next one after `height`, and each part names
    /// what the others have.
    pub(crate) fn is_whole(&self, height: Height, size: TreeSize) -> bool {
        let has_founding = self.terms.keys().next() == Some(&Height(0));
        let is_past = |(first, term): (&Height, &Term)| {
            *first <= height.next() && term.above <= size && term.roster.is_distinct()
        };
        let is_member = |(code, first): (&Code, &Height)| {
            self.terms.get(first).is_some_and(|term| term.roster.member(code).is_some())
        };
        let is_named = |code: &Code| self.named_since.contains_key(code);
        has_founding
            && self.terms.iter().all(is_past)
            && self.named_since.iter().all(is_member)
            && self.nodes.values().all(is_named)
    }

    /// All rosters, oldest first.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Arc<Roster>> {
        self.terms.values().map(|term| &term.roster)
    }
}

/// Who votes and seals, with which keys.
fn nodes_of(roster: &Roster) -> impl Iterator<Item = (&Code, PublicKey, PublicKey)> {
    roster.members.iter().map(|member| (&member.code, member.node, member.seal))
}
