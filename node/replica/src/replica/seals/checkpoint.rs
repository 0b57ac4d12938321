//! The newest checkpoint that every member has sealed, as a signed note [C2SP tlog-checkpoint].

use nemcon_crypto::Checkpoint;
use nemcon_crypto::cosignature::Cosignature;
use nemcon_crypto::note::{SignatureLine, SignedNote, sign_note};
use nemcon_ledger::durable::Seal;
use nemcon_ledger::record::roster::{log_vkey, seal_vkey};
use nemcon_ledger::record::{Genesis, Member};
use nemcon_ledger::text::Code;
use nemcon_ledger::{Chain, Height};

use super::book::SealBook;
use crate::keyring::Keyring;

impl SealBook {
    /// The checkpoint that every member has sealed, with the signature of `me` as the log, by the
    /// node key of its roster, and all seals in roster order [C2SP tlog-checkpoint]. A node whose party
    /// had no seat at that height, an entrant's, is no log of it: there are the seals alone.
    pub fn sealed_checkpoint(
        &self,
        chain: &Chain,
        me: &Code,
        keys: &Keyring,
    ) -> Option<(Height, Checkpoint, SignedNote)> {
        let height = self.sealed_by_all;
        let checkpoint = self.checkpoint(self.boundary(height)?);
        let text = checkpoint.render();
        let roster = chain.rosters().at(height);
        let log_line = match roster.member(me) {
            // Without the key of that height there is nothing to say.
            Some(log) => {
                let (key, name) = (keys.node_of(roster, me)?, log_vkey(&self.origin, log).name);
                Some(sign_note(&text, &name, key).expect("a checkpoint is a note's text"))
            }
            None => None,
        };
        let sealed = self.seals.at(height)?;
        let seals = roster.members.iter().filter_map(|member| {
            let seal = sealed.get(&member.code)?;
            Some(seal_line(chain.council().genesis(), member, seal))
        });
        let lines = log_line.into_iter().chain(seals).collect();
        let note = SignedNote::new(text, lines).expect("91 lines at most");
        Some((height, checkpoint, note))
    }
}

fn seal_line(genesis: &Genesis, member: &Member, seal: &Seal) -> SignatureLine {
    let vkey = seal_vkey(&genesis.origin, member);
    Cosignature::new(seal.time_s, seal.signature)
        .expect("verified when it was taken")
        .line(&vkey.name, &member.seal)
        .expect("a seal's line is never empty")
}
