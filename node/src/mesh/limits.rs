//! The limits of the mesh, by name.
//!
//! What it guarantees: every queue, and the number of sockets, has one.

use std::time::Duration;

use super::frame::FRAME_BYTES_MAX;

/// The named limits of the mesh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Urgent frames that wait for one peer; one more and the peer is dropped.
    pub urgent_frames_max: usize,
    /// Bytes of urgent frames that wait for one peer; more and the peer is dropped.
    pub urgent_bytes_max: usize,
    /// Bulk frames that wait for one peer; one more is left out.
    pub bulk_frames_max: usize,
    /// Bytes of bulk frames that wait for one peer; what would be more is left out.
    pub bulk_bytes_max: usize,
    /// Frames of one peer and one lane that wait for the host; so many, and the peer is not read.
    pub unheard_frames_max: usize,
    /// Their bytes; so many, and the peer is not read.
    pub unheard_bytes_max: usize,
    /// Inbound connections that have not proven a key yet; beyond it the oldest gives way, from
    /// the address that has the most.
    pub handshakes_max: usize,
    /// Sockets of all connections, proven or not, and of dials; beyond it nobody is let in, and
    /// nobody dialled.
    pub sockets_max: usize,
    /// For TCP connect, TLS and hello together.
    pub handshake_timeout: Duration,
    /// For one frame, in either direction, once its first byte moved.
    pub frame_timeout: Duration,
    /// A silent peer is probed after this long.
    pub keepalive_idle: Duration,
    /// The first wait before dialling again.
    pub backoff_min: Duration,
    /// The longest wait before dialling again.
    pub backoff_max: Duration,
    /// How long the larger key of a pair waits for the smaller to dial.
    pub late_dial: Duration,
    /// How long a peer that was cut off is kept out.
    pub cut_off_for: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            urgent_frames_max: 4_096,
            urgent_bytes_max: 4 * FRAME_BYTES_MAX,
            bulk_frames_max: 10_240,
            bulk_bytes_max: 4 * FRAME_BYTES_MAX,
            unheard_frames_max: 1_024,
            unheard_bytes_max: 1 << 20,
            handshakes_max: 128,
            sockets_max: 1024,
            handshake_timeout: Duration::from_secs(5),
            frame_timeout: Duration::from_secs(30),
            keepalive_idle: Duration::from_secs(10),
            backoff_min: Duration::from_millis(50),
            backoff_max: Duration::from_secs(5),
            late_dial: Duration::from_secs(10),
            cut_off_for: Duration::from_mins(1),
        }
    }
}
