//! Why a connection was refused, and why one ended.
//!
//! What it guarantees: each reason has a type and a label, by which it is counted.

use std::io;

use nemcon_crypto::Digest;

/// Why a connection came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Refusal {
    /// It had not proven a key when too many others came.
    #[error("gave way to newer connections before it proved a key")]
    Crowded,
    /// It took longer than the handshake may take.
    #[error("the handshake took too long")]
    Timeout,
    /// The other end closed before the handshake was over.
    #[error("closed during the handshake")]
    Closed,
    /// Not TLS 1.3, or broken TLS.
    #[error("not a TLS 1.3 handshake")]
    Garbage,
    /// It offered no raw public key [RFC 7250], or none of Ed25519.
    #[error("offered no Ed25519 raw public key")]
    NoKey,
    /// Its key is not in the roster, or not the one that was dialled.
    #[error("proved a key that is not the one expected or not in the roster")]
    Stranger,
    /// It did not prove the key that it showed.
    #[error("did not prove the key that it showed")]
    BadSignature,
    /// Its hello cannot be read.
    #[error("sent a malformed hello")]
    Hello,
    /// It speaks another version of the protocol.
    #[error("speaks mesh version {theirs}: run the same release on both nodes")]
    Version {
        /// The version in its hello.
        theirs: u16,
    },
    /// It belongs to another council.
    #[error("belongs to the council {theirs}: check both genesis files")]
    Council {
        /// The digest in its hello.
        theirs: Digest,
    },
    /// The host has cut it off a short while ago.
    #[error("was cut off for what it sent, and is back too soon")]
    TooSoon,
    /// Of a pair that is connected only the smaller key may dial again.
    #[error("dialled, though it is connected and its key is the larger of the pair")]
    Direction,
    /// Another process with its key is connected.
    #[error("another process with the same node key is connected")]
    Rival {
        /// Whether both are known to run.
        is_proven: bool,
    },
    /// The other end refused this node.
    #[error("the other node refused this one: {0}")]
    ByPeer(PeerVerdict),
}

/// What a peer that refuses says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum PeerVerdict {
    /// A TLS alert: most often that the key is not in its roster.
    #[error("this node's key is not in its roster, or TLS failed there")]
    Tls,
    /// Another version.
    #[error("it speaks another mesh version")]
    Version,
    /// Another council.
    #[error("it belongs to another council")]
    Council,
    /// The larger key dialled.
    #[error("it dials this node, not the other way round")]
    Direction,
    /// Another process with this node's key is connected, and runs.
    #[error("another process with this node's key is connected there")]
    Rival,
    /// A verdict that this release does not know.
    #[error("for a reason that this release does not know")]
    Unknown,
}

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Reason {
    /// The peer closed it, or its process ended.
    #[error("closed by the peer")]
    Closed,
    /// The network failed, or keep-alive got no answer.
    #[error("the connection failed: {0}")]
    Io(io::ErrorKind),
    /// The peer announced a frame over the limit.
    #[error("announced a frame of {bytes} bytes")]
    FrameTooLong {
        /// The length announced.
        bytes: u32,
    },
    /// The peer takes frames more slowly than they are made.
    #[error("too slow: its queue is full")]
    QueueFull,
    /// A frame stopped half-way.
    #[error("too slow: a frame stopped half-way")]
    Stalled,
    /// The peer has connected anew.
    #[error("replaced by a newer connection of the same node")]
    Replaced,
    /// Its key is no longer in the roster.
    #[error("its key is no longer in the roster")]
    LeftRoster,
    /// This node shows another key from now on.
    #[error("this node's key has changed")]
    KeyChanged,
    /// The host has cut it off.
    #[error("cut off for what it sent")]
    CutOff,
    /// This node is stopping.
    #[error("this node is stopping")]
    Shutdown,
}

/// The names under which connections that came to nothing are counted.
pub const REFUSAL_LABELS: [&str; 14] = [
    "crowded",
    "timeout",
    "closed",
    "garbage",
    "no-key",
    "stranger",
    "bad-signature",
    "hello",
    "version",
    "council",
    "too-soon",
    "direction",
    "rival",
    "by-peer",
];

impl Refusal {
    /// The name under which it is counted.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Crowded => "crowded",
            Self::Timeout => "timeout",
            Self::Closed => "closed",
            Self::Garbage => "garbage",
            Self::NoKey => "no-key",
            Self::Stranger => "stranger",
            Self::BadSignature => "bad-signature",
            Self::Hello => "hello",
            Self::Version { .. } => "version",
            Self::Council { .. } => "council",
            Self::TooSoon => "too-soon",
            Self::Direction => "direction",
            Self::Rival { .. } => "rival",
            Self::ByPeer(_) => "by-peer",
        }
    }
}

impl Reason {
    /// The name under which it is counted.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Io(_) => "io",
            Self::FrameTooLong { .. } => "frame-too-long",
            Self::QueueFull => "queue-full",
            Self::Stalled => "stalled",
            Self::Replaced => "replaced",
            Self::LeftRoster => "left-roster",
            Self::KeyChanged => "key-changed",
            Self::CutOff => "cut-off",
            Self::Shutdown => "shutdown",
        }
    }
}

impl Reason {
    /// The reason behind a failed read or write. An end without TLS's close is an end like any
    /// other: frames carry their length, so nothing can be cut unnoticed.
    pub(super) fn of(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Self::Closed,
            kind => Self::Io(kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_labels_has_each_of_them() {
        let theirs = nemcon_crypto::hash::sha256(b"council");
        let all = [
            Refusal::Crowded,
            Refusal::Timeout,
            Refusal::Closed,
            Refusal::Garbage,
            Refusal::NoKey,
            Refusal::Stranger,
            Refusal::BadSignature,
            Refusal::Hello,
            Refusal::Version { theirs: 2 },
            Refusal::Council { theirs },
            Refusal::TooSoon,
            Refusal::Direction,
            Refusal::Rival { is_proven: true },
            Refusal::ByPeer(PeerVerdict::Tls),
        ];
        assert_eq!(all.map(Refusal::label), REFUSAL_LABELS);
    }
}
