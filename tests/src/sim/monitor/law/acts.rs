//! What the statements of a block do once all of them have been read.

use nemcon_crypto::Digest;
use nemcon_ledger::record::Measure;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::text::{Code, Time};

use super::Law;
use super::measure::End;

/// What a statement does when its block closes.
pub(super) enum Act {
    Withdraw(u64),
    Revise(u64, Digest, Box<Measure>),
    Close(u64, Code),
    Freeze(Code),
    Thaw(Code),
    Notice(Code, NoticeAct),
}

impl Law {
    /// What the statements of the block do, once they have all been read.
    pub(super) fn settle(&mut self, time: Time) {
        let acts = core::mem::take(&mut self.page.acts);
        let is_silenced =
            |by: &Code| acts.iter().any(|act| matches!(act, Act::Freeze(it) if it == by));
        for act in &acts {
            match act {
                Act::Freeze(code) => {
                    self.frozen.insert(code.clone());
                    self.measures.values_mut().for_each(|seen| seen.void(code));
                }
                Act::Thaw(code) => self.thaw(code),
                Act::Withdraw(number) => self.finish(*number, End::Other),
                Act::Close(_, by) if is_silenced(by) => {}
                Act::Close(number, _) => drop(self.page.closed.insert(*number)),
                Act::Notice(code, act) => self.words.announce(code, *act, time),
                Act::Revise(..) => {}
            }
        }
        for act in acts {
            if let Act::Freeze(code) = &act {
                // Also a notice that came after it: who may have given it is not known.
                self.words.announce(code, NoticeAct::Withdrawn, time);
            }
            if let Act::Revise(number, text, measure) = act
                && let Some(seen) = self.measures.get_mut(&number)
                && seen.end.is_none()
            {
                seen.replace(text, *measure);
                // What goes first of a revision and a close is the revision.
                self.page.closed.remove(&number);
            }
        }
    }

    pub(super) fn thaw(&mut self, code: &Code) {
        if self.frozen.remove(code) {
            self.room.renew(code);
        }
    }

    pub(super) fn finish(&mut self, number: u64, end: End) {
        if let Some(seen) = self.measures.get_mut(&number) {
            seen.end.get_or_insert(end);
        }
    }
}
