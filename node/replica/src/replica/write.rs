//! What the replica has its disk do: writes, syncs and cuts, in the order in which it says them.
//!
//! What it guarantees: nothing else that the replica says touches the disk, so the disk's keeper matches
//! this enum and no other. The order of writes, and of what leaves the node, is that of the effects.

use nemcon_ledger::Height;
use nemcon_ledger::durable::{Entry, Guard};

use crate::evidence::Evidence;

/// One operation on the disk. After one that fails the node stops: nothing that follows is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Append to the journal; not yet durable.
    Journal(Entry),
    /// Make the journal durable.
    SyncJournal,
    /// Append the guard of a seal to the file `signed`; not yet durable.
    Guard(Guard),
    /// Append to the write-ahead log of the height begun last, in the file `signed`; not yet durable.
    Wal(Height, Vec<u8>),
    /// The write-ahead log of a new height begins; that of the height before is cut.
    BeginHeight(Height),
    /// Append to the file `signed` from which height on this node votes; not yet durable.
    Observe(Height),
    /// Make the file `signed` durable.
    SyncSigned,
    /// Keep evidence of a member's misdeed, once, durably.
    Evidence(Box<Evidence>),
}
