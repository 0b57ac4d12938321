//! The mesh over loopback.
