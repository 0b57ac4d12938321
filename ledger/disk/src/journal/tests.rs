use std::path::PathBuf;

use nemcon_crypto::{Signature, TreeSize, hash};
use nemcon_ledger::durable::{CommittedBlock, Seal};
use nemcon_ledger::text::Show as _;
use nemcon_ledger::{Height, codec};
use proptest::prelude::*;

use super::*;
use crate::frame::{Scanner, encode_frame};
use crate::log_file::Head;
use crate::storage::StorageFile as _;
use crate::storage::faulty::{LOSSES, Memory, STOPS};

const SEGMENT_BYTES: u64 = 450;

fn council() -> Digest {
    hash::sha256(b"council")
}

fn dir() -> &'static Path {
    Path::new("/ledger/journal")
}

fn block(height: u64) -> Entry {
    let records = vec![format!("record of {height}").into_bytes(), vec![0; 5], Vec::new()];
    let certificate = vec![0; usize::try_from(height % 5).unwrap() * 10];
    Entry::Block(CommittedBlock { height: Height(height), records, certificate })
}

fn seal(height: u64) -> Entry {
    Entry::Seal(Seal {
        size: TreeSize(3 * height),
        root: hash::sha256(&height.to_le_bytes()),
        member: "EL".to_owned(),
        time_s: height,
        signature: Signature::from_bytes([0; 64]),
    })
}

fn entry(number: u64) -> Entry {
    if number % 3 == 2 { seal(number) } else { block(number) }
}

fn open(memory: &Memory) -> Result<(Journal<Memory>, Recovered), JournalError> {
    Journal::open_in(memory.clone(), dir(), council(), SEGMENT_BYTES)
}

fn contents(journal: &Journal<Memory>) -> Vec<Entry> {
    journal.entries().unwrap().map(|located| located.unwrap().entry).collect()
}

fn filled(count: u64) -> Memory {
    let memory = Memory::default();
    let (mut journal, _) = open(&memory).unwrap();
    for number in 0..count {
        journal.append(&entry(number)).unwrap();
    }
    journal.sync().unwrap();
    memory
}

fn segments(memory: &Memory) -> Vec<PathBuf> {
    memory.names(dir()).unwrap().iter().map(|name| dir().join(name)).collect()
}

#[test]
fn entries_are_read_back_in_order_and_at_their_positions() {
    let memory = filled(12);
    let (journal, recovered) = open(&memory).unwrap();
    assert_eq!(recovered, Recovered { entries: 12, torn: None });
    assert!(segments(&memory).len() > 2, "the entries span several segments");
    let located: Vec<Located> = journal.entries().unwrap().map(Result::unwrap).collect();
    for (number, found) in located.iter().enumerate() {
        assert_eq!(found.entry, entry(number as u64));
        assert_eq!(journal.read(found.position).unwrap(), found.entry);
        let rest = |from| journal.entries_from(from).unwrap().map(Result::unwrap);
        assert!(rest(found.position).eq(located[number..].iter().cloned()));
        assert!(rest(found.next).eq(located[number + 1..].iter().cloned()));
    }
    assert!(located.is_sorted_by_key(|found| found.position));
    assert_eq!(located[11].next, journal.end());
    assert!(matches!(journal.read(journal.end()), Err(JournalError::NoEntry(_))));
}

/// Appends entries and syncs after each two, until the storage stops. Returns how many entries a
/// successful sync covers, and how many were appended at all.
fn work(memory: &Memory) -> (u64, u64) {
    let Ok((mut journal, _)) = open(memory) else { return (0, 0) };
    let mut synced = 0;
    for number in 0..9 {
        if journal.append(&entry(number)).is_err() {
            assert!(matches!(journal.sync(), Err(JournalError::Poisoned)));
            assert!(matches!(journal.append(&entry(0)), Err(JournalError::Poisoned)));
            assert!(matches!(journal.entries(), Err(JournalError::Poisoned)));
            return (synced, number + 1);
        }
        if number % 2 == 1 {
            if journal.sync().is_err() {
                assert!(matches!(journal.sync(), Err(JournalError::Poisoned)));
                return (synced, number + 1);
            }
            synced = number + 1;
        }
    }
    (synced, 9)
}

#[test]
fn every_synced_entry_survives_a_stop_at_every_operation() {
    let all = Memory::default();
    assert_eq!(work(&all), (8, 9));
    for (operation, stop) in (0..=all.operations()).flat_map(|at| STOPS.map(|stop| (at, stop))) {
        for loss in LOSSES {
            let memory = Memory::stopping_at(operation, stop);
            let (synced, written) = work(&memory);
            let left = memory.after_loss(loss);
            let context = format!("operation {operation}, {stop:?}, {loss:?}");
            let (mut journal, recovered) = open(&left).expect(&context);
            let found = contents(&journal);
            let count = found.len() as u64;
            assert!((synced..=written).contains(&count), "{context}: {count} of {synced}");
            assert!(found.iter().eq((0..count).map(entry).collect::<Vec<_>>().iter()), "{context}");
            assert_eq!(recovered.entries, count);

            journal.append(&entry(count)).expect(&context);
            journal.sync().expect(&context);
            let (journal, recovered) = open(&left.after_loss(loss)).expect(&context);
            assert_eq!(recovered, Recovered { entries: count + 1, torn: None }, "{context}");
            assert_eq!(contents(&journal).last(), Some(&entry(count)), "{context}");
        }
    }
}

#[test]
fn what_opening_finds_is_durable_whatever_the_process_before_left_unsynced() {
    let all = Memory::default();
    work(&all);
    for (operation, stop) in (0..=all.operations()).flat_map(|at| STOPS.map(|stop| (at, stop))) {
        for loss in LOSSES {
            let memory = Memory::stopping_at(operation, stop);
            work(&memory);
            memory.restart();
            let found = contents(&open(&memory).unwrap().0);
            let (journal, _) = open(&memory.after_loss(loss)).unwrap();
            assert_eq!(contents(&journal), found, "operation {operation}, {stop:?}, {loss:?}");
        }
    }
}

#[test]
fn a_second_stop_during_recovery_loses_nothing_synced() {
    let torn = || {
        let memory = filled(5);
        let (mut journal, _) = open(&memory).unwrap();
        journal.append(&entry(5)).unwrap();
        let path = segments(&memory).pop().unwrap();
        let bytes = memory.read(&path).unwrap();
        memory.overwrite(&path, &bytes[..bytes.len() - 3]);
        memory
    };
    for (operation, stop) in (0..6).flat_map(|at| STOPS.map(|stop| (at, stop))) {
        for loss in LOSSES {
            let memory = torn();
            memory.stop_at(operation, stop);
            drop(open(&memory));
            let (journal, _) = open(&memory.after_loss(loss)).unwrap();
            assert!(contents(&journal).into_iter().eq((0..5).map(entry)));
        }
    }
}

#[test]
fn every_altered_byte_is_damage_in_its_segment() {
    let memory = filled(7);
    assert!(segments(&memory).len() > 1);
    for path in segments(&memory) {
        let bytes = memory.read(&path).unwrap();
        for (at, flip) in
            (0..bytes.len()).flat_map(|at| [1, 0x80, 0xff, bytes[at]].map(|f| (at, f)))
        {
            if flip == 0 {
                continue;
            }
            let mut altered = bytes.clone();
            altered[at] ^= flip;
            memory.overwrite(&path, &altered);
            match open(&memory).err() {
                Some(JournalError::Damaged { segment, offset }) => {
                    assert!(segment == path && offset <= at as u64);
                }
                other => panic!("byte {at} ^ {flip:#x} of {}: {other:?}", path.shown()),
            }
        }
        memory.overwrite(&path, &bytes);
    }
}

#[test]
fn a_torn_end_is_cut_in_the_last_segment_and_refused_in_others() {
    let memory = filled(7);
    let paths = segments(&memory);
    let last = paths.last().unwrap();
    let whole = memory.read(last).unwrap();
    memory.overwrite(last, &whole[..whole.len() - 1]);
    let (reader, seen) = JournalReader::open_in(memory.clone(), dir(), council()).unwrap();
    assert_eq!(reader.entries().count(), 6);
    assert_eq!(memory.read(last).unwrap().len(), whole.len() - 1, "a reader cuts nothing");
    let (journal, recovered) = open(&memory).unwrap();
    assert_eq!(contents(&journal).len(), 6);
    let torn = recovered.torn.clone().unwrap();
    assert_eq!((&torn.file, torn.offset + torn.bytes), (last, whole.len() as u64 - 1));
    assert_eq!(memory.read(last).unwrap().len() as u64, torn.offset);
    assert_eq!(seen, recovered);

    let first = &paths[0];
    let bytes = memory.read(first).unwrap();
    memory.overwrite(first, &bytes[..bytes.len() - 1]);
    let error = open(&memory).err().unwrap();
    assert!(matches!(error, JournalError::CutShort { segment, .. } if segment == *first));
}

#[test]
fn a_missing_segment_is_named() {
    let memory = filled(12);
    let paths = segments(&memory);
    for missing in &paths[..paths.len() - 1] {
        let bytes = memory.read(missing).unwrap();
        memory.remove(missing).unwrap();
        let error = open(&memory).err().unwrap();
        assert!(
            matches!(&error, JournalError::SegmentMissing { expected, .. } if expected == missing),
            "{error}"
        );
        memory.overwrite(missing, &bytes);
    }
    memory.overwrite(&dir().join("7.seg"), b"");
    assert!(matches!(open(&memory).err(), Some(JournalError::NotASegment(_))));
}

#[test]
fn a_journal_of_another_council_or_version_is_refused() {
    let memory = filled(1);
    let other = hash::sha256(b"other");
    let error = Journal::open_in(memory.clone(), dir(), other, SEGMENT_BYTES).err().unwrap();
    assert!(matches!(error, JournalError::OtherCouncil { found, .. } if found == council()));
    let newer = crate::frame::encode_frame(crate::frame::Kind::Head, &[3, 0, 0, 0, 9]).unwrap();
    memory.overwrite(&segments(&memory)[0], &newer);
    assert!(matches!(open(&memory).err(), Some(JournalError::OtherVersion { found: 3, .. })));
}

/// The first segment of a journal of format version 1 with these entries.
fn first_version(entries: &[Entry]) -> Vec<u8> {
    let head = Head::new(Purpose::Segment, council(), 0).frame();
    let mut payload = Scanner::new(&head, 0).next().unwrap().payload.to_vec();
    payload[0] = 1;
    let mut bytes = encode_frame(Kind::Head, &payload).unwrap();
    for entry in entries {
        bytes.extend(encode_frame(Kind::Entry, &codec::encode(entry)).unwrap());
    }
    bytes
}

#[test]
fn a_journal_of_the_first_version_is_read_and_goes_on_in_a_segment_of_its_own() {
    for count in [0, 1, 5] {
        let memory = Memory::default();
        let old: Vec<_> = (0..count).map(entry).collect();
        let path = dir().join("00000000000000000000.seg");
        let mut bytes = first_version(&old);
        memory.overwrite(&path, &[&bytes[..], b"nem"].concat());
        let (reader, _) = JournalReader::open_in(memory.clone(), dir(), council()).unwrap();
        assert!(reader.entries().map(|it| it.unwrap().entry).eq(old.iter().cloned()));
        for number in count..count + 3 {
            let (mut journal, _) = open(&memory).unwrap();
            journal.append(&entry(number)).unwrap();
            journal.sync().unwrap();
        }
        let (journal, _) = open(&memory).unwrap();
        assert!(contents(&journal).into_iter().eq((0..count + 3).map(entry)));
        for located in journal.entries().unwrap().map(Result::unwrap) {
            assert_eq!(journal.read(located.position).unwrap(), located.entry);
        }
        if count > 0 {
            assert_eq!(memory.read(&path).unwrap(), bytes, "what was written stays");
        }
        *bytes.last_mut().unwrap() ^= 1;
        memory.overwrite(&path, &bytes);
        assert!(open(&memory).is_err());
    }
}

#[test]
fn seals_lie_together_and_are_read_one_by_one() {
    let memory = Memory::default();
    let (mut journal, _) = open(&memory).unwrap();
    let seals = [1, 1, 2, 1].map(|height| {
        let Entry::Seal(seal) = seal(height) else { unreachable!() };
        seal
    });
    journal.append_seals(&[]).unwrap();
    journal.append_seals(&seals).unwrap();
    journal.append(&block(1)).unwrap();
    journal.sync().unwrap();
    assert_eq!(journal.next_sequence(), Sequence(2));
    let located: Vec<_> = journal.entries().unwrap().map(Result::unwrap).collect();
    let entries = located.iter().map(|found| found.entry.clone());
    assert!(entries.eq(seals.into_iter().map(Entry::Seal).chain([block(1)])));
    assert_eq!(journal.read(located[3].position).unwrap(), seal(1));
    let rest = journal.entries_from(located[0].next).unwrap();
    assert!(rest.map(|found| found.unwrap().entry).eq([block(1)]));
}

#[test]
fn an_entry_that_fits_no_frame_is_refused_and_harms_nothing() {
    let memory = filled(1);
    let (mut journal, _) = open(&memory).unwrap();
    let records = vec![vec![1; FRAME_BYTES_MAX]];
    let long = CommittedBlock { height: Height(1), records, certificate: Vec::new() };
    assert!(matches!(journal.append(&Entry::Block(long)), Err(JournalError::TooLong(_))));
    journal.append(&entry(1)).unwrap();
    journal.sync().unwrap();
    assert_eq!(contents(&journal), [entry(0), entry(1)]);
}

#[test]
fn a_folder_on_disk_is_open_once_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("a/journal");
    assert!(!Journal::is_at(&dir).unwrap());
    let (mut journal, _) = Journal::open(&dir, council(), 400).unwrap();
    assert!(matches!(Journal::open(&dir, council(), 400).err(), Some(JournalError::InUse(_))));
    let positions: Vec<Position> =
        (0..9).map(|number| journal.append(&entry(number)).unwrap()).collect();
    journal.sync().unwrap();
    drop(journal);
    assert!(Journal::is_at(&dir).unwrap());
    let (reader, _) = JournalReader::open(&dir, council()).unwrap();
    let (journal, recovered) = Journal::open(&dir, council(), 400).unwrap();
    assert_eq!(recovered, Recovered { entries: 9, torn: None });
    for (number, &position) in positions.iter().enumerate() {
        assert_eq!(journal.read(position).unwrap(), entry(number as u64));
        assert_eq!(reader.read(position).unwrap(), entry(number as u64));
    }
}

proptest! {
    #[test]
    fn any_entries_in_segments_of_any_size_are_found_again(
        sizes in prop::collection::vec(0..300_usize, 1..20),
        segment_bytes_max in 0..2000_u64,
    ) {
        let memory = Memory::default();
        let open = || Journal::open_in(memory.clone(), dir(), council(), segment_bytes_max);
        let entries: Vec<Entry> = sizes.iter().map(|&size| {
            let records = vec![vec![7; size]];
            Entry::Block(CommittedBlock { height: Height(1), records, certificate: vec![0; size] })
        }).collect();
        for entry in &entries {
            let (mut journal, _) = open().unwrap();
            journal.append(entry).unwrap();
            journal.sync().unwrap();
        }
        prop_assert_eq!(contents(&open().unwrap().0), entries);
    }
}

#[test]
fn what_stands_before_the_damage_is_read_for_a_repair() {
    let memory = filled(20);
    let damaged = segments(&memory).into_iter().filter(|path| path.extension().is_some()).nth(1);
    let damaged = damaged.unwrap();
    let mut bytes = memory.read(&damaged).unwrap();
    let at = bytes.len() - 30;
    bytes[at] ^= 1;
    memory.remove(&damaged).unwrap();
    memory.create(&damaged).unwrap().append(&bytes).unwrap();
    let refused = open(&memory).err().unwrap();
    assert!(refused.is_damage(), "{refused}");
    let sound = JournalReader::open_sound_in(memory, dir(), council()).unwrap();
    let (reader, recovered, damage) = sound;
    assert_eq!(damage.unwrap().to_string(), refused.to_string());
    let read: Vec<_> = reader.entries().map(|located| located.unwrap().entry).collect();
    assert_eq!(read.len() as u64, recovered.entries);
    assert!(!read.is_empty() && read == (0..recovered.entries).map(entry).collect::<Vec<_>>());
}
