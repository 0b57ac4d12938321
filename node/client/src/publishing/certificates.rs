//! The certificates of measures that have ended, each in a file of its own beside the published log.

use nemcon_crypto::TreeSize;
use nemcon_crypto::tiles::{TilePath, TileRow, decode_bundle, tiles_of};
use nemcon_kit::Folder;
use nemcon_ledger::audit::certificate::{CERTIFICATE_BYTES_MAX, Certificate};
use nemcon_ledger::audit::{Report, Source as _, TILE_BYTES_MAX};
use nemcon_ledger::council::Status;
use nemcon_ledger::export::certificate_file;

use super::folder::Placed;
use super::overlay::Overlay;
use crate::atomic_write::Staged;
use crate::certificate::chosen;
use crate::failure::Failure;
use crate::founding::Founding;

/// Writes the certificate of each measure that has ended since the last run, and of each of which more is shown now.
/// Returns how many these are.
///
/// # Errors
/// [`Failure`].
pub(super) fn certify(
    overlay: &Overlay<'_>,
    staged: &Staged,
    placed: &Placed,
    report: &Report,
    founding: &Founding,
) -> Result<usize, Failure> {
    let shows_more = shows_more(&overlay.staged, placed, report.size);
    let mut written = 0;
    for measure in report.measures.iter().filter(|measure| measure.status != Status::Open) {
        let path = certificate_file(measure.number);
        let before = placed.files.read(&path, CERTIFICATE_BYTES_MAX).ok();
        if before.is_some() && !shows_more {
            continue;
        }
        let made = chosen(overlay, report, &founding.digest(), measure.number)?;
        let Some((made, _)) = made else { continue };
        let before = before.and_then(|bytes| Certificate::parse(&bytes).ok());
        if before.is_none_or(|before| before.records.len() < made.records.len()) {
            staged.write(&path, made.render().as_bytes())?;
            written += 1;
        }
    }
    Ok(written)
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
