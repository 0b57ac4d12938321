//! The limits of the mesh, by name.
//!
//! What it guarantees: every queue, and the number of sockets, has one.

use std::time::Duration;

use super::frame::FRAME_BYTES_MAX;

/// The named limits of the mesh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Frames that wait for one peer; one more and the peer is dropped.
    pub queue_frames_max: usize,
    /// Bytes that wait for one peer; more and the peer is dropped.
    pub queue_bytes_max: usize,
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
            queue_frames_max: 10_240,
            queue_bytes_max: 4 * FRAME_BYTES_MAX,
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
