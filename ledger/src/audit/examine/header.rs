//! Compares the block record with the law's, field by field.

use nemcon_crypto::LeafIndex;

use super::Examiner;
use crate::audit::faults::{Field, Wrong};
use crate::record::BlockRecord;

impl Examiner<'_> {
    /// Checks the block's height first: if it is another one, every other field may differ because
    /// of it.
    pub(super) fn height(&mut self, at: usize, found: &BlockRecord) {
        if found.height == self.height {
            return;
        }
        let (found, expected) = (found.height.0.to_string(), self.height.0.to_string());
        let because = self.taints.of_all();
        self.find(at, Wrong::Header { field: Field::Height, found, expected }, because);
        // Somebody has taken a block out or put one in.
        self.taints.spoil_everything(self.leaf(at));
    }

    /// Compares the block record with the one that follows; whether it names the audit's roster.
    pub(super) fn header(&mut self, at: usize, found: &BlockRecord, law: &BlockRecord) -> bool {
        let all = self.taints.of_all();
        let fields: [(Field, String, String, Option<LeafIndex>); 6] = [
            (Field::Council, found.council.to_string(), law.council.to_string(), None),
            (
                Field::Previous,
                found.previous.to_string(),
                law.previous.to_string(),
                self.taints.of_previous().or(all),
            ),
            (
                Field::Proposer,
                found.proposer.to_string(),
                law.proposer.to_string(),
                self.taints.of_roster().or(all),
            ),
            (
                Field::Roster,
                found.roster.to_string(),
                law.roster.to_string(),
                self.taints.of_roster(),
            ),
            (
                Field::Size,
                found.size.0.to_string(),
                law.size.0.to_string(),
                self.taints.of_size(found.size, law.size),
            ),
            (Field::Root, found.root.to_string(), law.root.to_string(), self.taints.of_tree()),
        ];
        let leaf = self.leaf(at);
        let (mut first, mut entails) = (all.filter(|_| found.height != law.height), None);
        for (field, found, expected, because) in fields {
            if found == expected {
                continue;
            }
            // A wrong size explains a wrong root.
            let entailed = entails.filter(|_| field == Field::Root);
            let because = because.or(entailed);
            self.find(at, Wrong::Header { field, found, expected }, because);
            let cause = because.unwrap_or(leaf);
            first.get_or_insert(cause);
            if field == Field::Size {
                entails = Some(cause);
                if because.is_none() {
                    // Somebody has taken records out or put them in.
                    self.taints.spoil_everything(leaf);
                }
            }
        }
        if let Some(cause) = first {
            self.taints.spoil_tree(cause);
        }
        self.taints.set_previous(first);
        if found.root == law.root {
            self.taints.redraw();
        }
        found.roster == law.roster
    }
}
