//! What the disk gives back: journal, `signed`, and the frames of both.

use std::path::Path;

use nemcon_disk::frame::{End, FRAME_BYTES_MAX, Scanner, encode_frame};
use nemcon_disk::journal::JournalReader;
use nemcon_disk::signed::SignedFile;
use nemcon_ledger::codec;
use nemcon_ledger::durable::Entry;
use nemcon_replica::consensus::WalEntry;

use super::council;
use crate::sim::storage::SimDisk;

/// The first segment of a journal.
pub(super) const SEGMENT: &str = "00000000000000000000.seg";

/// The file `signed`, in a folder of its node.
pub(super) const SIGNED: &str = "node/signed";

/// The frames of any log file: they are what their payloads encode to, up to where they end.
pub(super) fn log_frames(bytes: &[u8]) -> bool {
    let mut scanner = Scanner::new(bytes, 0);
    let mut written = Vec::new();
    for frame in scanner.by_ref() {
        assert_eq!(frame.offset, written.len() as u64);
        written.extend(encode_frame(frame.kind, frame.payload).expect("no longer than it was"));
        assert_eq!(frame.next, written.len() as u64);
    }
    assert!(bytes.starts_with(&written));
    match scanner.end().expect("the frames have ended") {
        End::Clean => assert_eq!(written, bytes),
        End::Torn { offset } | End::Damaged { offset } => {
            assert_eq!(offset, written.len() as u64);
            assert!(offset < bytes.len() as u64);
        }
    }
    scanner.end() == Some(End::Clean)
}

/// The payload of a journal's frame.
pub(super) fn journal_entry(bytes: &[u8]) -> bool {
    let Ok(entry) = codec::decode::<Entry, FRAME_BYTES_MAX>(bytes) else { return false };
    assert_eq!(codec::encode(&entry), bytes);
    true
}

/// A segment, opened as the journal is at a node's start, and every entry read in both ways.
pub(super) fn journal_segment(bytes: &[u8]) -> bool {
    let disk = SimDisk::holding(SEGMENT, bytes);
    let before = disk.image();
    let opened = JournalReader::open_in(disk.clone(), Path::new(""), council().digest());
    let Ok((reader, recovered)) = opened else { return false };
    if let Some(torn) = &recovered.torn {
        assert_eq!(torn.offset + torn.bytes, bytes.len() as u64);
    }
    let mut count = 0;
    for located in reader.entries() {
        let Ok(located) = located else { return false };
        assert_eq!(reader.read(located.position).ok(), Some(located.entry));
        count += 1;
    }
    assert_eq!(count, recovered.entries);
    assert_eq!(disk.image(), before, "reading writes nothing");
    true
}

/// The file `signed`: what was cut off once is whole, and says the same.
pub(super) fn signed_file(bytes: &[u8]) -> bool {
    let disk = SimDisk::holding(SIGNED, bytes);
    let open = || SignedFile::open_in(disk.clone(), Path::new(SIGNED), council().digest());
    let Ok((_, mut state)) = open() else { return false };
    let (_, again) = open().expect("what was opened opens again");
    state.torn = None;
    assert_eq!(again, state);
    true
}

/// The payload of an entry of the write-ahead log.
pub(super) fn wal_entry(bytes: &[u8]) -> bool {
    let Ok(entry) = codec::decode::<WalEntry, FRAME_BYTES_MAX>(bytes) else { return false };
    assert_eq!(codec::encode(&entry), bytes);
    true
}
