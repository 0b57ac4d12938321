//! Links that are no member's: they may read, and what they give must prove itself (R29, R32).

use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_crypto::PublicKey;
use nemcon_ledger::Height;
use tokio::time::Instant;

use super::worker::{Worker, WorkerError, clock};
use crate::folder::DiskError;
use crate::replica::{Input, Message, Served};

/// How many frames of one link may come to nothing before it is cut off.
const USELESS_MAX: u32 = 60;

/// One such link.
#[derive(Default)]
struct Outsider {
    served: Served,
    /// Frames that came to nothing.
    useless: u32,
}

/// Such links, while they last; the mesh bounds how many there are.
#[derive(Default)]
pub(super) struct Outsiders(BTreeMap<PublicKey, Outsider>);

impl Outsiders {
    pub(super) fn forget(&mut self, key: &PublicKey) {
        self.0.remove(key);
    }
}

impl Worker {
    /// A link of no member has begun: it may have blocks that this node lacks.
    pub(super) fn meet(&mut self, key: &PublicKey) {
        if self.lines.have_room(Instant::now()) {
            tracing::info!(?key, "connected, with a key that is not in the roster: it may read");
        }
        self.ask_blocks(key);
    }

    /// A frame over a link of no member: questions are answered, blocks and seals judged by their
    /// proofs; anything else is left unread.
    pub(super) fn take_outside(
        &mut self,
        key: &PublicKey,
        frame: Vec<u8>,
    ) -> Result<(), WorkerError> {
        let now = clock();
        let outsider = self.outsiders.0.entry(*key).or_default();
        let before = self.replica.chain().height();
        let is_of_use = match Message::decode(&frame) {
            Ok(Message::BlocksWanted { from }) => {
                let may = outsider.served.allows(from, now);
                if may {
                    let blocks = self.folder.blocks_for_peer(from).map_err(DiskError::from)?;
                    self.tell(key, &Message::Blocks(blocks));
                }
                may
            }
            Ok(Message::Standing(standing)) => {
                let may = outsider.served.has_room(now);
                if may {
                    let seals = self.replica.seals_for(&standing);
                    if !seals.is_empty() {
                        self.tell(key, &Message::Seals(seals));
                    }
                    if standing.height > before {
                        self.ask_blocks(key);
                    }
                }
                may
            }
            Ok(Message::Blocks(_)) => {
                self.take(Input::Offered(frame))?;
                let is_news = self.replica.chain().height() > before;
                if is_news {
                    self.ask_blocks(key);
                } else {
                    self.tell(key, &self.replica.where_it_stands());
                }
                is_news
            }
            Ok(Message::Seals(_)) => {
                let faults = self.faults();
                self.take(Input::Offered(frame))?;
                self.faults() == faults
            }
            // An entrant has no other node than its own to say that it enters.
            Ok(Message::Pending(_)) => {
                let waiting = self.replica.waiting().len();
                self.take(Input::Offered(frame))?;
                self.replica.waiting().len() > waiting
            }
            Ok(_) | Err(_) => false,
        };
        self.judge(key, is_of_use);
        Ok(())
    }

    fn faults(&self) -> u64 {
        self.replica.faults().values().sum()
    }

    /// The ledger has grown: whoever follows over such a link asks for what it lacks.
    pub(super) fn tell_outsiders(&self) {
        let mut outsiders = self.peers.outsiders().peekable();
        if outsiders.peek().is_none() {
            return;
        }
        let standing = self.replica.where_it_stands();
        outsiders.for_each(|key| self.tell(key, &standing));
    }

    fn judge(&mut self, key: &PublicKey, is_of_use: bool) {
        let outsider = self.outsiders.0.entry(*key).or_default();
        outsider.useless = if is_of_use { 0 } else { outsider.useless + 1 };
        if outsider.useless > USELESS_MAX {
            self.mesh.cut_off(key);
        }
    }

    fn ask_blocks(&self, key: &PublicKey) {
        let from: Height = self.replica.chain().height().next();
        self.tell(key, &Message::BlocksWanted { from });
    }

    fn tell(&self, key: &PublicKey, message: &Message) {
        // Who is gone asks again when it is back.
        let _ = self.mesh.send(key, &Arc::from(message.encode()));
    }
}
