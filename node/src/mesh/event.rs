//! What the mesh tells its host.
//!
//! What it guarantees: of one peer, `Connected`, its frames, and `Disconnected` follow each other. The frames of
//! each lane keep their order, and urgent ones overtake bulk.

use std::net::SocketAddr;

use nemcon_crypto::PublicKey;

use super::close_reason::{Reason, Refusal};
use super::instance::Rival;

/// What the mesh tells its host.
///
/// Of one peer: `Connected`, its frames, of each lane in their order, `Disconnected`, and so on again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The peer has proven its key and named the same council; it can be sent to.
    Connected(PublicKey),
    /// The connection ended; what was queued is gone.
    Disconnected(PublicKey, Reason),
    /// One whole frame, at most [`FRAME_BYTES_MAX`](super::FRAME_BYTES_MAX) bytes.
    Frame(PublicKey, Vec<u8>),
    /// Another process shows the key of a peer. Left out while too many of these wait: it comes again.
    Rival(Rival),
    /// A connection that came to nothing. Left out while too many of these wait, so that no
    /// stranger delays a peer: [`MeshHandle::counters`](super::MeshHandle::counters) has them all.
    Refused {
        /// The key: the one dialled, or the one proven before the refusal.
        peer: Option<PublicKey>,
        /// The other end.
        address: SocketAddr,
        /// Why it came to nothing.
        why: Refusal,
    },
}
