//! What the machine can do at best: bare verifications, syncs, hashing and writing, measured in the same run.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nemcon_crypto::{PublicKey, SecretKey, Signature, hash};

use super::machine::cores;
use crate::crash::Failed;

/// The number of bytes that a ballot signs.
const BALLOT_BYTES: usize = 480;
/// How many verifications one measurement of their rate makes.
const VERIFIED: u64 = 4_000;
/// The size of the pieces in which files are read and written.
const PIECE: usize = 1 << 20;

/// A signature as of a ballot, to verify again and again.
#[derive(Clone, Debug)]
pub(super) struct Bare {
    key: PublicKey,
    message: Vec<u8>,
    signature: Signature,
}

impl Default for Bare {
    fn default() -> Self {
        let secret = SecretKey::from_seed(&[7; 32]);
        let message = vec![b'x'; BALLOT_BYTES];
        Self { key: secret.public(), signature: secret.sign(&message), message }
    }
}

impl Bare {
    /// The time in which `threads` threads verify `count` signatures together.
    pub(super) fn verify(&self, count: u64, threads: usize) -> Duration {
        let began = Instant::now();
        if threads == 1 {
            self.verify_here(count);
            return began.elapsed();
        }
        let each = count.div_ceil(threads as u64);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| self.verify_here(each));
            }
        });
        began.elapsed()
    }

    fn verify_here(&self, count: u64) {
        for _ in 0..count {
            let Self { key, message, signature } = std::hint::black_box(self);
            key.verify(message, signature).expect("the signature is its key's");
        }
    }

    /// How many signatures `threads` threads verify in a second.
    pub(super) fn rate(&self, threads: usize) -> u64 {
        let ns = ns(self.verify(VERIFIED, threads)).max(1);
        u64::try_from(u128::from(VERIFIED) * 1_000_000_000 / u128::from(ns)).unwrap_or(u64::MAX)
    }

    /// How long `threads` threads take for `count` verifications, by a measurement of fewer.
    pub(super) fn time(&self, count: u64, threads: usize) -> u64 {
        let sample = count.clamp(1, VERIFIED);
        let ns = u128::from(ns(self.verify(sample, threads)));
        u64::try_from(ns * u128::from(count) / u128::from(sample)).unwrap_or(u64::MAX)
    }

    /// As [`Self::time`], on all cores.
    pub(super) fn time_on_all(&self, count: u64) -> u64 {
        self.time(count, cores())
    }
}

/// The nanoseconds of a duration.
pub(super) fn ns(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The time in which `nodes` threads, each with a file of its own in `folder`, go through `steps`: at each
/// step a thread verifies so many signatures, then appends `bytes` bytes to its file and syncs the file.
pub(super) fn steps(
    folder: &Path,
    nodes: usize,
    steps: &[u64],
    bytes: usize,
) -> Result<u64, Failed> {
    let (bare, piece) = (Bare::default(), vec![b'x'; bytes]);
    let write = |file: &mut File| file.write_all(&piece).and_then(|()| file.sync_data());
    let open = |at: usize| {
        let mut file = File::create(folder.join(format!("bare-{at}")))?;
        // The first sync of a file makes its name durable too, which nodes have done long ago.
        write(&mut file).map(|()| file)
    };
    let files = (0..nodes).map(open).collect::<Result<Vec<_>, _>>()?;
    let go = |mut file: File| {
        steps.iter().try_for_each(|count| {
            bare.verify(*count, 1);
            write(&mut file)
        })
    };
    let began = Instant::now();
    std::thread::scope(|scope| {
        let go = &go;
        let threads: Vec<_> = files.into_iter().map(|file| scope.spawn(move || go(file))).collect();
        threads.into_iter().try_for_each(|it| it.join().expect("a thread does not panic"))
    })?;
    Ok(ns(began.elapsed()))
}

/// All regular files below a folder, in a fixed order.
pub(super) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Failed> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The bytes of all files below a folder.
pub(super) fn bytes_below(folder: &Path) -> Result<u64, Failed> {
    files_below(folder)?.iter().map(|path| Ok(std::fs::metadata(path)?.len())).sum()
}

/// The time in which one thread reads all files below a folder, and hashes as many bytes as their records have,
/// which the files keep compressed.
pub(super) fn read_and_hash(folder: &Path, record_bytes: u64) -> Result<u64, Failed> {
    let began = Instant::now();
    for path in files_below(folder)? {
        std::hint::black_box(std::fs::read(path)?);
    }
    let piece = vec![7; PIECE];
    for _ in 0..record_bytes.div_ceil(PIECE as u64) {
        std::hint::black_box(hash::sha256(std::hint::black_box(&piece)));
    }
    Ok(ns(began.elapsed()))
}

/// The time in which one thread writes the files below a folder anew, at `copy`, and syncs each, where the
/// bytes are in memory before.
pub(super) fn write_again(folder: &Path, copy: &Path, is_synced: bool) -> Result<u64, Failed> {
    let mut spent = Duration::ZERO;
    for path in files_below(folder)? {
        let name = path.strip_prefix(folder).expect("the file is below the folder");
        let bytes = std::fs::read(&path)?;
        let target = copy.join(name);
        let began = Instant::now();
        std::fs::create_dir_all(target.parent().expect("a file is in a folder"))?;
        let mut file = File::create(target)?;
        file.write_all(&bytes)?;
        if is_synced {
            file.sync_all()?;
        }
        spent += began.elapsed();
    }
    Ok(ns(spent))
}
