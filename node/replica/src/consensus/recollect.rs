//! Telling a member that has lost its log what this node saw it sign, and checking what others tell.
//!
//! What it guarantees: an answer is bounded in bytes and in messages; of what others tell, only
//! messages with good signatures are kept.

use core::cmp::Reverse;

use nemcon_crypto::PublicKey;
use nemcon_ledger::{Height, codec};

use super::engine::Engine;
use super::limits::{RECOLLECTION_BYTES_MAX, RECOLLECTION_MESSAGES_MAX};
use super::member_key::MemberKey;
use super::message::{ConsensusMessage, WalEntry};
use super::recollection::Recollection;
use super::translate::polka_in;

impl Engine {
    /// What this node holds of `height`, for the member of the key `asker`: at most
    /// [`RECOLLECTION_BYTES_MAX`] bytes and [`RECOLLECTION_MESSAGES_MAX`] messages, the asker's own first,
    /// blocks last, the latest rounds before the earlier. With it, how many messages were looked at,
    /// those that are left out included.
    pub fn remembered(&self, height: Height, asker: &PublicKey) -> (Recollection, usize) {
        let asker = MemberKey::of(asker);
        let mut memory = Recollection::default();
        let mut messages: Vec<_> = self.progress.held_from(height, asker).cloned().collect();
        if let Some(session) = self.session.as_ref().filter(|_| self.height == height) {
            let turn = |round| self.roster.proposer(height, round) == asker;
            memory.headers = session.checks.headers(turn).take(RECOLLECTION_MESSAGES_MAX).collect();
            messages.extend(session.state.recorded.iter().filter_map(WalEntry::message));
        }
        messages.sort_by_key(|it| {
            let is_block = matches!(it, ConsensusMessage::Proposal(_));
            let is_polka = matches!(it, ConsensusMessage::Polka(_));
            (is_block, it.signer() != Some(asker), !is_polka, Reverse(it.round()))
        });
        let looked_at = messages.len();
        let mut bytes = 0;
        memory.messages = messages.into_iter().take(RECOLLECTION_MESSAGES_MAX).collect();
        memory.messages.retain(|message| {
            let more = codec::encoded_len(message);
            let fits = bytes + more <= RECOLLECTION_BYTES_MAX;
            bytes += if fits { more } else { 0 };
            fits
        });
        (memory, looked_at)
    }

    /// Keeps, of what another node tells about `height`, only messages whose signatures hold, and of later
    /// heights only this node's own messages. `false` if something was dropped.
    pub fn keep_genuine(&mut self, height: Height, memory: &mut Recollection) -> bool {
        let told = memory.headers.len() + memory.messages.len();
        let me = self.keys.me();
        memory.headers.retain(|(header, signature)| {
            header.height >= height && self.keys.is_own_header_good(header, signature, &self.roster)
        });
        memory.messages.retain(|message| {
            let is_due = message.height() == height
                || message.height() > height && message.signer() == Some(me);
            is_due && self.is_genuine(message)
        });
        told == memory.headers.len() + memory.messages.len()
    }

    fn is_genuine(&mut self, message: &ConsensusMessage) -> bool {
        match message {
            ConsensusMessage::Polka(polka) => {
                polka.signatures.len() <= self.roster.len()
                    && self.keys.is_polka_good(&polka_in(polka), &self.roster)
            }
            signed => self.is_signed(signed),
        }
    }
}
