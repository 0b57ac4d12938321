use nemcon_crypto::hash;

use super::*;
use crate::frame::{FRAME_BYTES_MAX, HEADER_BYTES, Scanner};
use crate::storage::faulty::{LOSSES, Loss, Memory, STOPS, Stop};

/// The length of the frame of each entry in these tests.
const ENTRY_BYTES: u64 = HEADER_BYTES as u64 + 80 + 4;
const ENTRIES: u8 = 7;

fn path() -> &'static Path {
    Path::new("/ledger/log")
}

fn head() -> Vec<u8> {
    Head::new(Purpose::Segment, hash::sha256(b"council"), 0).frame()
}

fn make(memory: &Memory, unsynced_max: u64) -> LogFile<crate::storage::faulty::MemoryFile> {
    let file = LogFile::write_anew(memory, path(), &head()).unwrap();
    LogFile { unsynced_max, ..file }
}

/// Opens the file as the journal and `signed` do, and returns also how many entries it has.
fn open(
    memory: &Memory,
    unsynced_max: u64,
) -> Result<(LogFile<crate::storage::faulty::MemoryFile>, usize), StorageError> {
    let bytes = memory.read(path()).unwrap();
    let frames: Vec<_> = Scanner::new(&bytes, 0).collect();
    let end = usize::try_from(frames.last().unwrap().next).unwrap();
    let is_torn = end < bytes.len();
    let opened = LogFile::open_within(memory, path(), &bytes[..end], is_torn, unsynced_max);
    Ok((opened?, frames.len() - 1))
}

fn append_all(file: &mut LogFile<crate::storage::faulty::MemoryFile>) -> Result<(), WriteError> {
    (0..ENTRIES).try_for_each(|number| file.append(Kind::Entry, &[number; 80]).map(|_| ()))
}

#[test]
fn one_longest_frame_is_less_than_what_may_be_unsynced() {
    let longest = encode_frame(Kind::Entry, &vec![0; FRAME_BYTES_MAX]).unwrap().len() as u64;
    assert!(longest < UNSYNCED_BYTES_MAX);
}

#[test]
fn no_more_than_the_bound_is_ever_unsynced() {
    let memory = Memory::default();
    let mut file = make(&memory, 3 * ENTRY_BYTES);
    for number in 0..ENTRIES {
        file.append(Kind::Entry, &[number; 80]).unwrap();
        assert!(file.size - file.synced <= 3 * ENTRY_BYTES);
        let left = memory.after_loss(Loss::All).read(path()).unwrap();
        assert_eq!(left.len() as u64, file.synced, "what counts as synced is on the disk");
    }
}

/// After a failed sync in one process, the next process opens what the cache shows. What it opens
/// is durable, although only the end is written again, and the longest file needs no room for that.
#[test]
fn what_is_opened_is_durable_though_only_the_end_is_written_again() {
    let bound = 3 * ENTRY_BYTES;
    let all = Memory::default();
    append_all(&mut make(&all, bound)).unwrap();
    let made = 5;
    for at in made..all.operations() {
        for (stop, loss) in STOPS.into_iter().flat_map(|stop| LOSSES.map(|loss| (stop, loss))) {
            let memory = Memory::default();
            let mut file = make(&memory, bound);
            memory.stop_at(at - made, stop);
            append_all(&mut file).unwrap_err();
            memory.restart();
            let Ok((_, found)) = open(&memory, bound) else { panic!("operation {at}, {stop:?}") };
            let (_, again) = open(&memory.after_loss(loss), bound).unwrap();
            assert_eq!(again, found, "operation {at}, {stop:?}, {loss:?}");
        }
    }
}

#[test]
fn a_cut_that_stops_anywhere_leaves_the_whole_frames_and_what_is_cut_never_comes_back() {
    for torn in 1..ENTRY_BYTES {
        for (at, stop) in (0..5).flat_map(|at| STOPS.map(|stop| (at, stop))) {
            for loss in LOSSES {
                let context = format!("{torn} bytes torn, operation {at}, {stop:?}, {loss:?}");
                let memory = Memory::default();
                append_all(&mut make(&memory, UNSYNCED_BYTES_MAX)).unwrap();
                let bytes = memory.read(path()).unwrap();
                let torn = usize::try_from(torn).unwrap();
                memory.overwrite(path(), &bytes[..bytes.len() - torn]);
                memory.stop_at(at, stop);
                let opened = open(&memory, UNSYNCED_BYTES_MAX);
                assert_eq!(opened.is_err(), at < 4, "{context}");
                if let Ok((mut file, _)) = opened {
                    let _ = file.append(Kind::Entry, &[9; 80]);
                }
                let left = memory.after_loss(loss);
                let (mut file, found) = open(&left, UNSYNCED_BYTES_MAX).expect(&context);
                let appended = stop == Stop::DoneButFailed && at == 4 && loss == Loss::None;
                assert_eq!(found, usize::from(ENTRIES) - 1 + usize::from(appended), "{context}");
                file.append(Kind::Entry, &[8; 80]).expect(&context);
                file.sync().expect(&context);
                let last = left.after_loss(Loss::All).read(path()).unwrap();
                assert_eq!(Scanner::new(&last, 0).last().unwrap().payload, [8; 80], "{context}");
            }
        }
    }
}

#[test]
fn an_untorn_file_is_opened_and_cut_without_another_file_beside_it() {
    let memory = Memory::default();
    append_all(&mut make(&memory, UNSYNCED_BYTES_MAX)).unwrap();
    let before = memory.operations();
    drop(open(&memory, UNSYNCED_BYTES_MAX).unwrap());
    assert_eq!(memory.operations() - before, 3, "written over and synced, nothing made or renamed");
}
