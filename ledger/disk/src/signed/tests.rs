use nemcon_crypto::{TreeSize, hash};
use nemcon_ledger::durable::GuardError;
use proptest::prelude::*;

use super::*;
use crate::storage::faulty::{LOSSES, Loss, Memory, STOPS};

fn council() -> Digest {
    hash::sha256(b"council")
}

fn path() -> &'static Path {
    Path::new("/ledger/signed")
}

fn guard(height: u64) -> Guard {
    Guard {
        height: Height(height),
        size: TreeSize(height * 10),
        root: hash::sha256(&height.to_le_bytes()),
        time_s: 1000 + height,
    }
}

fn vote(height: u64, number: u8) -> Vec<u8> {
    vec![u8::try_from(height).unwrap(), number, 0, 0, 0]
}

/// The small bound makes about every third height compact the file.
fn create(memory: &Memory) -> Result<SignedFile<Memory>, SignedError> {
    let signed = SignedFile::create_in(memory.clone(), path(), council())?;
    Ok(SignedFile { bytes_max: 500, ..signed })
}

fn open(memory: &Memory) -> Result<(SignedFile<Memory>, SignedState), SignedError> {
    SignedFile::open_in(memory.clone(), path(), council())
}

/// What the file says while this handle keeps it open.
fn look(memory: &Memory) -> SignedState {
    let head = Head::new(Purpose::SignedFile, council(), 0);
    read_state(path(), &head, &memory.read(path()).unwrap()).unwrap().0
}

fn state(guard: Option<Guard>, height: u64, wal: &[Vec<u8>]) -> SignedState {
    SignedState { guard, height: Height(height), wal: wal.to_vec(), ..SignedState::default() }
}

/// Signs for several heights. Notes in `seen` each state that the file may show, and whether a
/// successful sync covers the state.
fn work(memory: &Memory, seen: &mut Vec<(SignedState, bool)>) -> Result<(), SignedError> {
    let mut signed = create(memory)?;
    let mut now = state(None, 0, &[]);
    seen.push((now.clone(), true));
    for height in 1..7 {
        now = state(now.guard, height, &[]);
        seen.push((now.clone(), false));
        signed.start_height(Height(height))?;
        for number in 0..2 {
            now.wal.push(vote(height, number));
            seen.push((now.clone(), false));
            signed.append_wal(Height(height), vote(height, number))?;
            signed.sync()?;
            seen.push((now.clone(), true));
        }
        now.guard = Some(guard(height));
        seen.push((now.clone(), false));
        signed.append_guard(guard(height))?;
        signed.sync()?;
        seen.push((now.clone(), true));
    }
    Ok(())
}

#[test]
fn every_synced_signature_survives_a_stop_at_every_operation() {
    let all = Memory::default();
    work(&all, &mut Vec::new()).unwrap();
    let size = all.read(path()).unwrap().len();
    assert!(size < 1200, "it was written anew on the way: {size} bytes");
    for (operation, stop) in (0..all.operations()).flat_map(|at| STOPS.map(|stop| (at, stop))) {
        for loss in LOSSES {
            let context = format!("operation {operation}, {stop:?}, {loss:?}");
            let memory = Memory::stopping_at(operation, stop);
            let mut seen = Vec::new();
            work(&memory, &mut seen).expect_err(&context);
            let left = memory.after_loss(loss);
            let Some(last_synced) = seen.iter().rposition(|(_, synced)| *synced) else {
                match open(&left) {
                    Ok((_, found)) => assert_eq!(found, state(None, 0, &[]), "{context}"),
                    Err(SignedError::Missing(_)) => drop(create(&left).expect(&context)),
                    Err(other) => panic!("{context}: {other}"),
                }
                continue;
            };
            let (mut signed, mut found) = open(&left).expect(&context);
            found.torn = None;
            let allowed = &seen[last_synced..];
            assert!(allowed.iter().any(|(state, _)| *state == found), "{context}: {found:?}");
            signed.start_height(Height(50)).expect(&context);
            signed.sync().expect(&context);
            let (_, reopened) = open(&left.after_loss(loss)).expect(&context);
            assert_eq!(reopened, state(found.guard, 50, &[]), "{context}");
        }
    }
}

#[test]
fn what_opening_finds_is_durable_whatever_the_process_before_left_unsynced() {
    let all = Memory::default();
    work(&all, &mut Vec::new()).unwrap();
    for (operation, stop) in (0..all.operations()).flat_map(|at| STOPS.map(|stop| (at, stop))) {
        let memory = Memory::stopping_at(operation, stop);
        work(&memory, &mut Vec::new()).unwrap_err();
        memory.restart();
        let Ok((_, found)) = open(&memory) else { continue };
        let (_, again) = open(&memory.after_loss(Loss::All)).unwrap();
        let found = SignedState { torn: None, ..found };
        assert_eq!(again, found, "operation {operation}, {stop:?}");
    }
}

#[test]
fn every_altered_byte_is_damage() {
    let memory = Memory::default();
    let mut signed = create(&memory).unwrap();
    signed.start_height(Height(1)).unwrap();
    signed.append_wal(Height(1), vote(1, 0)).unwrap();
    signed.append_guard(guard(1)).unwrap();
    let bytes = memory.read(path()).unwrap();
    for (at, flip) in (0..bytes.len()).flat_map(|at| [1, 0x80, 0xff, bytes[at]].map(|f| (at, f))) {
        let mut altered = bytes.clone();
        altered[at] ^= flip;
        memory.overwrite(path(), &altered);
        let found = open(&memory).map(|(_, found)| found);
        let is_refused = matches!(found, Err(SignedError::Damaged { .. }));
        assert!(is_refused || flip == 0, "byte {at} ^ {flip:#x}: {found:?}");
    }
}

#[test]
fn a_guard_never_goes_back() {
    let memory = Memory::default();
    let mut signed = create(&memory).unwrap();
    let sealed = guard(5);
    signed.append_guard(sealed).unwrap();
    let refused = |signed: &mut SignedFile<Memory>, guard| match signed.append_guard(guard) {
        Err(SignedError::Guard(error)) => error,
        other => panic!("{other:?}"),
    };
    let (size, root, time_s) = (TreeSize(49), guard(4).root, 1004);
    assert_eq!(
        refused(&mut signed, Guard { size, ..sealed }),
        GuardError::SmallerSize { sealed: sealed.size, found: size }
    );
    assert_eq!(
        refused(&mut signed, Guard { root, ..sealed }),
        GuardError::OtherRoot { size: sealed.size, sealed: sealed.root, found: root }
    );
    assert_eq!(
        refused(&mut signed, Guard { time_s, ..guard(6) }),
        GuardError::EarlierTime { sealed_s: 1005, found_s: 1004 }
    );
    assert_eq!(
        refused(&mut signed, Guard { height: Height(5), ..guard(6) }),
        GuardError::WrongHeight { sealed: Height(5), found: Height(5) }
    );
    signed.append_guard(sealed).unwrap();
    signed.append_guard(Guard { time_s: 2000, ..sealed }).unwrap();
    let (mut signed, found) = open(&memory).unwrap();
    assert_eq!(found.guard, Some(Guard { time_s: 2000, ..sealed }));
    refused(&mut signed, Guard { size, ..sealed });
    signed.append_guard(Guard { time_s: 2000, ..guard(6) }).unwrap();
}

#[test]
fn the_log_is_of_the_height_under_way() {
    let memory = Memory::default();
    let mut signed = create(&memory).unwrap();
    signed.start_height(Height(3)).unwrap();
    signed.append_wal(Height(3), vote(3, 0)).unwrap();
    signed.start_height(Height(3)).unwrap();
    for wrong in [2, 4] {
        let error = signed.append_wal(Height(wrong), vote(3, 0)).unwrap_err();
        assert!(matches!(error, SignedError::OtherHeight { current: Height(3), .. }));
    }
    assert!(matches!(signed.start_height(Height(2)), Err(SignedError::OtherHeight { .. })));
    assert_eq!(look(&memory), state(None, 3, &[vote(3, 0)]), "started twice, kept");
    signed.start_height(Height(4)).unwrap();
    assert_eq!(look(&memory), state(None, 4, &[]));
}

#[test]
fn after_a_failed_sync_nothing_is_accepted() {
    for stop in STOPS {
        let memory = Memory::default();
        let mut signed = create(&memory).unwrap();
        signed.append_guard(guard(1)).unwrap();
        memory.stop_at(0, stop);
        assert!(matches!(signed.sync(), Err(SignedError::Storage(_))));
        assert!(matches!(signed.sync(), Err(SignedError::Poisoned)));
        assert!(matches!(signed.append_guard(guard(2)), Err(SignedError::Poisoned)));
        assert!(matches!(signed.append_wal(Height(0), vec![]), Err(SignedError::Poisoned)));
        assert!(matches!(signed.start_height(Height(1)), Err(SignedError::Poisoned)));
    }
}

#[test]
fn the_file_is_made_once_and_belongs_to_one_council() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signed");
    assert!(matches!(SignedFile::open(&path, council()), Err(SignedError::Missing(_))));
    let mut signed = SignedFile::create(&path, council()).unwrap();
    assert!(matches!(SignedFile::create(&path, council()), Err(SignedError::Exists(_))));
    signed.append_guard(guard(1)).unwrap();
    signed.sync().unwrap();
    let other = SignedFile::open(&path, hash::sha256(b"other")).unwrap_err();
    assert!(matches!(other, SignedError::OtherCouncil { found, .. } if found == council()));
    assert_eq!(SignedFile::open(&path, council()).unwrap().1, state(Some(guard(1)), 0, &[]));
    std::fs::write(&path, b"").unwrap();
    assert!(matches!(
        SignedFile::open(&path, council()),
        Err(SignedError::Damaged { offset: 0, .. })
    ));
}

proptest! {
    #[test]
    fn the_file_shows_what_a_model_shows(
        steps in prop::collection::vec((0..3_u8, 0..4_u64), 0..60),
    ) {
        let memory = Memory::default();
        let mut signed = create(&memory).unwrap();
        let mut model = state(None, 0, &[]);
        for (kind, by) in steps {
            match kind {
                0 => {
                    let next = guard(model.guard.map_or(0, |guard| guard.height.0) + by);
                    signed.append_guard(next).unwrap();
                    model.guard = Some(next);
                }
                1 => {
                    let bytes = vec![7; usize::try_from(by).unwrap() * 20];
                    signed.append_wal(model.height, bytes.clone()).unwrap();
                    model.wal.push(bytes);
                }
                _ => {
                    signed.start_height(Height(model.height.0 + by)).unwrap();
                    if by > 0 {
                        model = state(model.guard, model.height.0 + by, &[]);
                    }
                }
            }
            prop_assert_eq!(&look(&memory), &model);
        }
        prop_assert_eq!(open(&memory).unwrap().1, model);
    }
}

#[test]
fn a_node_that_lost_track_stays_marked_through_restarts_and_compaction() {
    let memory = Memory::default();
    let unknown = Height(u64::MAX);
    drop(SignedFile::create_voting_from(memory.clone(), path(), council(), unknown).unwrap());
    let (signed, state) = open(&memory).unwrap();
    assert_eq!(state.votes_from, unknown);
    let mut signed = SignedFile { bytes_max: 200, ..signed };
    signed.append_observe(Height(9)).unwrap();
    for height in 1..8 {
        signed.start_height(Height(height)).unwrap();
        signed.append_wal(Height(height), vote(height, 0)).unwrap();
        signed.sync().unwrap();
        assert_eq!(look(&memory).votes_from, Height(9), "at height {height}");
    }
}
