//! The full mesh: TCP and TLS 1.3 between nodes that prove roster keys to each other.
//!
//! What it guarantees: every frame handed to the host came from the holder of the node key it is
//! reported under, who named the same council; whoever dials this node holds a key that the host
//! admits; one connection a pair; a frame is whole or not delivered; every queue has a limit. What it
//! does not: a frame that was queued may be lost with its connection, a bulk frame also where the peer takes
//! bulk too slowly, and of what a frame means nothing is known here but its lane.
//!
//! Where a dialled address answers with a key that nobody here knows, the link is kept all the same,
//! and reported under that key: a node that was away while others changed their keys finds its
//! ledger again only so. What comes over it must prove itself [rules.md R29].
//!
//! ```text
//!            accept                          dial (the smaller key of a pair; later, the larger)
//! stranger ──────────┐                   ┌───────── back-off
//!                    v                   v
//!          TLS 1.3, raw public keys [RFC 7250], both ends    limits: handshakes, time
//!                    v                   v
//!                  hello: version, council      -> refused, told, counted
//!                          v
//! MeshHandle ── queue, two lanes ─> link <─ frames ─ peer  -> Events, two lanes a link (bounded: back-pressure)
//! ```
//!
//! One task owns the state; a task a connection reads and writes. A dead peer is noticed by the
//! kernel: TCP keep-alive while idle, `TCP_USER_TIMEOUT` while data is not acknowledged. An idle
//! mesh therefore wakes no task at all.
//!
//! Each process says its instance, drawn at random, in its hello. Where two that run show one key, the
//! newer connection still replaces the older, and the host is told ([`Event::Rival`]).

mod address;
mod backoff;
mod bound;
mod close_reason;
mod event;
mod events;
mod eviction;
mod frame;
mod handle;
mod hello;
mod identity;
mod inbox;
mod instance;
mod limits;
mod link;
mod outage;
mod peers;
mod probe;
mod queue;
mod row;
mod run;
mod slot;

pub use address::{Address, AddressError};
pub use bound::{Mesh, MeshConfig, MeshError};
pub use close_reason::{PeerVerdict, REFUSAL_LABELS, Reason, Refusal};
pub use event::Event;
pub use events::{Events, EventsIn, events};
pub use frame::{FRAME_BYTES_MAX, payload_bytes};
pub use handle::{Counters, MeshHandle};
pub use hello::{Hello, PROTOCOL_VERSION};
pub use identity::{parse_spki, spki};
pub use instance::{Instance, Rival};
pub use limits::Limits;
pub use outage::{Outage, Outages};
pub use peers::Peer;
pub use probe::probe;
pub use queue::SendError;

#[cfg(test)]
mod tests;
