//! Drafts for rehearsals: targets that are counted are listed too, and name nobody.

use nemcon_ledger::text::Label;

use super::{Draft, DraftTarget};
use crate::commitment::Opening;

impl Draft {
    /// Lists every target that the draft only counts, each by commitments to words that name nobody.
    /// The openings are thrown away, so that nobody can show more than these words.
    ///
    /// # Errors
    /// [`getrandom::Error`] if the system gives no random bytes.
    pub fn list_nobody(mut self) -> Result<Self, getrandom::Error> {
        let counts: Vec<(Label, u32)> =
            self.targets.iter().map(|(sort, count)| (sort.clone(), *count)).collect();
        for (sort, count) in counts {
            let has = self.target.iter().filter(|it| it.sort == sort).count();
            for at in has..count as usize {
                let commit = |what: &str| {
                    let words = format!("a rehearsal: {what} {} {sort} are not stated", at + 1);
                    Opening::generate(words.into_bytes()).map(|opening| opening.digest())
                };
                let (who, reasons) = (commit("who")?, Some(commit("the reasons for")?));
                self.target.push(DraftTarget { sort: sort.clone(), who, reasons });
            }
        }
        Ok(self)
    }
}
