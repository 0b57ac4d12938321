//! The certificates of measures that have ended, each in a file of its own beside the published log.

use nemcon_crypto::tiles::{TilePath, TileRow, decode_bundle, tiles_of};
use nemcon_crypto::{Digest, TreeSize};
use nemcon_kit::Folder;
use nemcon_ledger::audit::certificate::{CERTIFICATE_BYTES_MAX, Certificate};
use nemcon_ledger::audit::{Report, Source as _, TILE_BYTES_MAX};
use nemcon_ledger::council::Status;
use nemcon_ledger::export::{PUBLIC_FILE, certificate_file};

use super::folder::Placed;
use super::overlay::Overlay;
use crate::atomic_write::Staged;
use crate::certificate::{chosen, internal};
use crate::failure::Failure;
use crate::founding::Founding;

/// Which certificates are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// Those that are not there, and all of them where a record is shown that was withheld.
    New,
    /// All of them: those that are there are verified.
    All,
}

/// Writes the certificate of each measure that has ended since the last run, of each of which more is shown now, and in
/// place of each that does not hold or shows what is not public. Returns how many these are.
///
/// # Errors
/// [`Failure`].
pub(super) fn certify(
    overlay: &Overlay<'_>,
    staged: &Staged,
    placed: &Placed,
    report: &Report,
    founding: &Founding,
    which: Which,
) -> Result<usize, Failure> {
    let council = report.state.as_ref().expect("a whole log that is verified has a state");
    let is_public = staged.path().join(PUBLIC_FILE).exists();
    let shows_more = shows_more(&overlay.staged, placed, report.size);
    let mut written = 0;
    let ended = report.measures.iter().filter(|measure| measure.status != Status::Open);
    for number in ended.map(|measure| measure.number) {
        let path = certificate_file(number);
        // Of what is not public there is no certificate to look for.
        let is_shown = council.measure(number).is_some_and(|it| it.of_act().is_for_all());
        if is_public && !is_shown {
            placed.remove(&path)?;
            continue;
        }
        let before = placed.files.read(&path, CERTIFICATE_BYTES_MAX).ok();
        if before.is_some() && !shows_more && which == Which::New {
            continue;
        }
        let before = before.and_then(|bytes| Certificate::parse(&bytes).ok()).filter(|before| {
            let shows_too_much = is_public && !internal(council, before).is_empty();
            !shows_too_much && before.measure == number && holds(before, &founding.digest())
        });
        if before.is_some() && !shows_more {
            continue;
        }
        let Some((made, _)) = chosen(overlay, report, &founding.digest(), number)? else {
            placed.remove(&path)?;
            continue;
        };
        if before.is_none_or(|before| before.records.len() < made.records.len()) {
            staged.write(&path, made.render().as_bytes())?;
            written += 1;
        }
    }
    Ok(written)
}

fn holds(certificate: &Certificate, council: &Digest) -> bool {
    certificate.verify(council).report.fault_count == 0
}

/// Whether a record that was withheld is shown now, as the log has grown to `size`.
fn shows_more(under_construction: &Folder, placed: &Placed, size: TreeSize) -> bool {
    let bundle = |folder: &Folder, path: TilePath| {
        decode_bundle(&folder.read(&path.to_string(), TILE_BYTES_MAX).ok()?).ok()
    };
    let now = tiles_of(size).filter(|path| path.row == TileRow::Entries);
    placed.bundles().zip(now).any(|(former, now)| {
        let before = bundle(&placed.files, former).unwrap_or_default();
        let now = bundle(under_construction, now).unwrap_or_default();
        before.iter().zip(&now).any(|(before, now)| before.is_empty() && !now.is_empty())
    })
}
