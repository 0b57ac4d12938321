//! Unpacks an export from one file: a tar archive, such a one packed by gzip, or a zip archive.
//!
//! What it guarantees: only files of an export are written, below the folder that was named, as regular files, each
//! no longer than such a file can be, and all together no longer than [`ARCHIVE_BYTES_MAX`]. What it does not:
//! nothing in it is believed; an audit judges the folder.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Component, Path};

use flate2::read::GzDecoder;
use nemcon_crypto::TreeSize;
use nemcon_ledger::audit::{FileError, NOTE_BYTES_MAX, Strays, TILE_BYTES_MAX};
use nemcon_ledger::export::{CHECKPOINT_FILE, GENESIS_FILE, KEYS_FILE, is_file_of};
use zip::ZipArchive;

use crate::files;

/// The greatest number of bytes that an archive unpacks to.
pub const ARCHIVE_BYTES_MAX: u64 = 8 << 30;
/// The greatest number of entries that are looked at.
const ENTRIES_MAX: usize = 1 << 21;

/// Why an archive was not unpacked.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is none that is known here.
    #[error("no archive: neither tar, tar with gzip, nor zip")]
    Unknown,
    /// It is damaged, or uses what is not known here.
    #[error("the archive is damaged or of an unknown form: {0}")]
    Damaged(String),
    /// It holds several exports, of which one might pass for the other.
    #[error("it holds more than one export: {0} lies beside the first one")]
    Several(String),
    /// It holds two files of one name.
    #[error("it holds {0} twice")]
    Twice(String),
    /// More than any export.
    #[error("it unpacks to more than {ARCHIVE_BYTES_MAX} bytes or {ENTRIES_MAX} entries")]
    TooLarge,
    /// The machine does not let it be written.
    #[error("it cannot be unpacked: {0}")]
    Unwritten(io::Error),
}

/// The form of an archive, told by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Tar,
    Gzip,
    Zip,
}

/// The longest end of a zip archive: 22 bytes and a comment [APPNOTE 4.3.16].
const ZIP_END_BYTES_MAX: u64 = 22 + 65_535;

/// Where the mark of a tar archive stands [POSIX ustar], and how many bytes tell the form.
const USTAR_AT: usize = 257;
const HEAD_BYTES: usize = USTAR_AT + 5;

impl Form {
    fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            Some(Self::Zip)
        } else if head.starts_with(&[0x1f, 0x8b]) {
            Some(Self::Gzip)
        } else if head.get(USTAR_AT..HEAD_BYTES) == Some(b"ustar") {
            Some(Self::Tar)
        } else {
            None
        }
    }
}

/// Unpacks the files of an export from the archive at `path` into the folder `into`, which is empty. An archive may
/// have them in one folder. What else lies in it is told and not written.
///
/// # Errors
/// [`ArchiveError`].
pub fn unpack(path: &Path, into: &Path) -> Result<Strays, ArchiveError> {
    let mut file = files::open(path)?;
    let mut head = Vec::new();
    (&mut file).take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(FileError::from)?;
    file.seek(SeekFrom::Start(0)).map_err(FileError::from)?;
    let mut unpacking = Unpacking::new(into);
    match Form::of(&head).ok_or(ArchiveError::Unknown)? {
        Form::Tar => unpacking.tar(BufReader::new(file)),
        Form::Gzip => unpacking.tar(GzDecoder::new(BufReader::new(file))),
        Form::Zip => unpacking.zip(BufReader::new(file)),
    }?;
    Ok(unpacking.strays)
}

struct Unpacking<'a> {
    into: &'a Path,
    /// The folder in the archive in which the export lies.
    below: Option<String>,
    written: BTreeSet<String>,
    strays: Strays,
    bytes: u64,
    entries: usize,
}

impl<'a> Unpacking<'a> {
    fn new(into: &'a Path) -> Self {
        let (written, strays) = (BTreeSet::new(), Strays::default());
        Self { into, below: None, written, strays, bytes: 0, entries: 0 }
    }

    fn tar(&mut self, from: impl Read) -> Result<(), ArchiveError> {
        let mut archive = tar::Archive::new(from);
        for entry in archive.entries().map_err(damaged)? {
            let mut entry = entry.map_err(damaged)?;
            let path = entry.path().map_err(damaged)?.into_owned();
            let kind = entry.header().entry_type();
            if kind.is_dir() || kind.is_pax_global_extensions() {
                self.count()?;
            } else if kind.is_file() {
                self.entry(&path, &mut entry)?;
            } else {
                self.count()?;
                self.strays.add(&path, Some("not a regular file".to_owned()));
            }
        }
        Ok(())
    }

    fn zip(&mut self, mut from: BufReader<File>) -> Result<(), ArchiveError> {
        let counted = entries_counted(&mut from).map_err(damaged)?;
        let mut archive = ZipArchive::new(from).map_err(damaged)?;
        // The library keeps the last of several files of one name, and other programs the first.
        if counted.is_some_and(|counted| counted != archive.len()) {
            return Err(ArchiveError::Twice("a file".to_owned()));
        }
        for at in 0..archive.len() {
            let mut entry = archive.by_index(at).map_err(damaged)?;
            let path = Path::new(entry.name().map_err(damaged)?.as_ref()).to_owned();
            if entry.is_dir() {
                self.count()?;
            } else if entry.is_file() {
                self.entry(&path, &mut entry)?;
            } else {
                self.count()?;
                self.strays.add(&path, Some("not a regular file".to_owned()));
            }
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), ArchiveError> {
        self.entries += 1;
        if self.entries > ENTRIES_MAX { Err(ArchiveError::TooLarge) } else { Ok(()) }
    }

    /// Writes a file, if it is one of an export.
    fn entry(&mut self, path: &Path, content: &mut dyn Read) -> Result<(), ArchiveError> {
        self.count()?;
        let Some(name) = self.name(path) else {
            if is_anothers(path) {
                return Err(ArchiveError::Several(path.to_string_lossy().into_owned()));
            }
            self.strays.add(path, None);
            return Ok(());
        };
        if !self.written.insert(name.clone()) {
            return Err(ArchiveError::Twice(name));
        }
        // The keys are as long as they have changed often.
        let is_long = name == KEYS_FILE || name.starts_with("tile/");
        let limit = if is_long { TILE_BYTES_MAX } else { NOTE_BYTES_MAX };
        let to = self.into.join(&name);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(ArchiveError::Unwritten)?;
        }
        let mut bytes = Vec::new();
        content.take(limit + 1).read_to_end(&mut bytes).map_err(damaged)?;
        self.bytes += bytes.len() as u64;
        if self.bytes > ARCHIVE_BYTES_MAX {
            return Err(ArchiveError::TooLarge);
        }
        // A file that is too long is written with one byte too many: the audit says which it is.
        fs::write(to, bytes).map_err(ArchiveError::Unwritten)
    }

    /// The name of a file of an export, below the one folder in which all of them lie.
    fn name(&mut self, path: &Path) -> Option<String> {
        let mut parts = Vec::new();
        for part in path.components() {
            match part {
                Component::CurDir => {}
                Component::Normal(part) => parts.push(part.to_str()?),
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
            }
        }
        let is_ours = |name: &str| is_file_of(name, TreeSize(0)) || is_tile(name);
        if self.below.is_none() {
            // The first file of an export tells in which folder it lies.
            let at = (0..parts.len()).find(|at| is_ours(&parts[*at..].join("/")))?;
            self.below = Some(parts[..at].join("/"));
        }
        let below = self.below.as_deref().unwrap_or_default();
        let whole = parts.join("/");
        let name = if below.is_empty() {
            whole.as_str()
        } else {
            whole.strip_prefix(below)?.strip_prefix('/')?
        };
        is_ours(name).then(|| name.to_owned())
    }
}

/// Whether a path that is none of this export's is that of what every export has.
fn is_anothers(path: &Path) -> bool {
    let is_plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    let named = [GENESIS_FILE, CHECKPOINT_FILE].map(Path::new);
    is_plain && path.file_name().is_some_and(|name| named.contains(&Path::new(name)))
}

/// How many entries the end of a zip archive counts; none where it says that the number stands elsewhere
/// [APPNOTE 4.3.16].
fn entries_counted(file: &mut (impl Read + Seek)) -> io::Result<Option<usize>> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(ZIP_END_BYTES_MAX)))?;
    let mut end = Vec::new();
    file.take(ZIP_END_BYTES_MAX).read_to_end(&mut end)?;
    file.seek(SeekFrom::Start(0))?;
    let at = end.windows(4).rposition(|window| window == b"PK\x05\x06");
    let count = at.and_then(|at| end.get(at + 10..at + 12));
    let count = count.map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
    Ok(count.filter(|count| *count != u16::MAX).map(usize::from))
}

/// Whether a path is that of a tile of some log.
fn is_tile(name: &str) -> bool {
    name.parse::<nemcon_crypto::tiles::TilePath>().is_ok()
}

fn damaged(error: impl core::fmt::Display) -> ArchiveError {
    ArchiveError::Damaged(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    const FILES: [(&str, &[u8]); 4] =
        [("genesis", b"g"), ("checkpoint", b"c"), ("tile/0/000.p/1", b"t"), ("notes.txt", b"?")];

    fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (name, bytes) in files {
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            // As it stands: the library itself refuses some names.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            tar.append(&header, *bytes).unwrap();
        }
        tar.into_inner().unwrap()
    }

    fn gzip_of(bytes: &[u8]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    }

    fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// What the archive unpacks to, and how many strays it has.
    fn unpacked(archive: &[u8]) -> Result<(Vec<String>, u64), ArchiveError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive");
        fs::write(&path, archive).unwrap();
        let into = folder.path().join("below/into");
        fs::create_dir_all(&into).unwrap();
        let strays = unpack(&path, &into)?;
        let mut found = Vec::new();
        files::walk(
            folder.path(),
            &mut |path, other| {
                assert_eq!(other, None);
                found.push(path.to_str().unwrap().replace("below/into/", ""));
            },
            &mut |_, _| {},
        );
        found.retain(|name| name != "archive");
        found.sort();
        Ok((found, strays.count))
    }

    #[test]
    fn each_form_gives_the_files_of_an_export_and_tells_the_others() {
        let below: Vec<_> =
            FILES.iter().map(|(name, bytes)| (format!("out/{name}"), *bytes)).collect();
        let below: Vec<_> = below.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        let wanted = ["checkpoint", "genesis", "tile/0/000.p/1"].map(str::to_owned).to_vec();
        for files in [&FILES[..], &below] {
            let tar = tar_of(files);
            for archive in [tar.clone(), gzip_of(&tar), zip_of(files)] {
                assert_eq!(unpacked(&archive).unwrap(), (wanted.clone(), 1));
            }
        }
    }

    #[test]
    fn nothing_is_written_outside_the_folder() {
        let files: [(&str, &[u8]); 5] = [
            ("genesis", b"g"),
            ("../genesis", b"x"),
            ("tile/../../checkpoint", b"x"),
            ("/checkpoint", b"x"),
            ("tile/0/../../../x", b"x"),
        ];
        for archive in [tar_of(&files), zip_of(&files)] {
            assert_eq!(unpacked(&archive).unwrap(), (vec!["genesis".to_owned()], 4));
        }
        let mut tar = tar::Builder::new(Vec::new());
        let mut link = tar::Header::new_ustar();
        link.set_entry_type(tar::EntryType::Symlink);
        link.set_size(0);
        tar.append_link(&mut link, "checkpoint", "/etc/passwd").unwrap();
        assert_eq!(unpacked(&tar.into_inner().unwrap()).unwrap(), (vec![], 1));
    }

    #[test]
    fn what_is_damaged_doubled_or_endless_is_refused_or_cut() {
        let twice: [(&str, &[u8]); 2] = [("genesis", b"1"), ("genesis", b"2")];
        assert!(matches!(unpacked(&tar_of(&twice)), Err(ArchiveError::Twice(_))));
        // As no writer makes it: the second name altered behind the writer's back.
        let near: [(&str, &[u8]); 2] = [("genesis", b"1"), ("genesiz", b"2")];
        let mut zip = zip_of(&near);
        while let Some(at) = zip.windows(7).position(|window| window == b"genesiz") {
            zip[at + 6] = b's';
        }
        assert!(matches!(unpacked(&zip), Err(ArchiveError::Twice(_))));
        let two: [(&str, &[u8]); 2] = [("a/genesis", b"1"), ("b/genesis", b"2")];
        for archive in [tar_of(&two), zip_of(&two)] {
            assert!(matches!(unpacked(&archive), Err(ArchiveError::Several(_))));
        }
        let tar = tar_of(&FILES);
        assert!(matches!(unpacked(b"no archive"), Err(ArchiveError::Unknown)));
        assert!(matches!(unpacked(&[]), Err(ArchiveError::Unknown)));
        let gzip = gzip_of(&tar);
        assert!(matches!(unpacked(&gzip[..gzip.len() / 2]), Err(ArchiveError::Damaged(_))));
        let zip = zip_of(&FILES);
        assert!(matches!(unpacked(&zip[..zip.len() / 2]), Err(ArchiveError::Damaged(_))));
        // Of a file that is longer than such a file can be, one byte too many is written: the audit names it.
        let much = vec![0; usize::try_from(NOTE_BYTES_MAX).unwrap() * 4];
        let bomb: [(&str, &[u8]); 2] = [("genesis", &much), ("keys", &much)];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bomb");
        fs::write(&path, gzip_of(&tar_of(&bomb))).unwrap();
        unpack(&path, folder.path()).unwrap();
        assert_eq!(fs::metadata(folder.path().join("genesis")).unwrap().len(), NOTE_BYTES_MAX + 1);
        // The keys of a log are as long as they have changed often.
        assert_eq!(fs::metadata(folder.path().join("keys")).unwrap().len(), NOTE_BYTES_MAX * 4);
    }
}
