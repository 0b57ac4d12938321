//! `nemcon measure remark`: a statement of a party's own on a measure, for the minutes.

use std::path::{Path, PathBuf};

use nemcon_client::failure::Failure;
use nemcon_client::statements;
use nemcon_crypto::Digest;
use nemcon_kit::files;
use nemcon_ledger::audit::FileError;
use nemcon_ledger::record::{RECORD_BYTES_MAX, RemarkText};
use nemcon_ledger::text::{Label, Line, Show as _};

use crate::cli::act::act;
use crate::cli::context::Context;
use crate::cli::signing::Signing;
use nemcon_audit::output;

/// What the statement says: a text in the ledger, or the digest of one that stays off it.
#[derive(Clone, Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(in crate::cli) struct Wording {
    /// The statement's text; it enters the ledger. Give it again for each further paragraph.
    #[arg(long, value_name = "TEXT")]
    says: Vec<Line>,
    /// A file with the statement's text, a line a paragraph; the text enters the ledger.
    #[arg(long, value_name = "FILE")]
    text_file: Option<PathBuf>,
    /// A file with the statement that stays off the ledger; its SHA-256 enters the ledger.
    #[arg(long, value_name = "FILE")]
    digest_of: Option<PathBuf>,
    /// The commitment to the statement's text, as `nemcon commit` makes it.
    #[arg(long)]
    digest: Option<Digest>,
}

impl Wording {
    /// What the record holds of it.
    ///
    /// # Errors
    /// [`Failure`] if a file cannot be read, or is no text of a record.
    fn read(&self) -> Result<RemarkText, Failure> {
        if let Some(file) = &self.text_file {
            return Ok(RemarkText::Lines(paragraphs(file)?));
        }
        if let Some(file) = &self.digest_of {
            return Ok(RemarkText::Digest(output::digest_of(file, u64::MAX)?.0));
        }
        Ok(self.digest.map_or_else(|| RemarkText::Lines(self.says.clone()), RemarkText::Digest))
    }
}

/// The lines of a text file that are not empty.
fn paragraphs(file: &Path) -> Result<Vec<Line>, Failure> {
    let bytes = files::read(file, RECORD_BYTES_MAX as u64).map_err(|error| match error {
        FileError::TooLong { bytes_max } => Failure::refused(format_args!(
            "{}: longer than the {bytes_max} bytes that a record may have",
            file.shown()
        ))
        .next("`--digest-of FILE` takes a file of any length, and keeps it off the ledger"),
        error => output::unread(file, &error),
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::usage(format_args!("{}: no text in UTF-8", file.shown()))
            .next("`--digest-of FILE` takes a file of any form, and keeps it off the ledger")
    })?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let lines: Vec<Line> = lines
        .map(|(at, line)| {
            line.trim().parse().map_err(|error| {
                Failure::usage(format_args!("{}, line {at}: {error}", file.shown()))
                    .next("each line of the file is a paragraph of the statement")
            })
        })
        .collect::<Result<_, _>>()?;
    if lines.is_empty() {
        return Err(Failure::usage(format_args!("{} has no text", file.shown()))
            .next("write the statement into it, a line a paragraph"));
    }
    Ok(lines)
}

pub(super) fn run(
    number: u64,
    sort: &Label,
    (text, is_public): (&Wording, bool),
    signing: &Signing,
    context: Context<'_>,
) -> Result<(), Failure> {
    signing.verify_possible(context.screen)?;
    let what = (sort.clone(), text.read()?);
    act(number, signing, context, |party, measure| {
        statements::remark(party.head.clone(), measure, what, is_public)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_a_file_that_is_not_empty_is_a_paragraph() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("statement.txt");
        let read = |bytes: &[u8]| {
            std::fs::write(&file, bytes).unwrap();
            paragraphs(&file).map(|lines| lines.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(read(b"One.\r\n\n  Two. \n").unwrap(), ["One.", "Two."]);
        for (bytes, want) in [
            (&b" \n\n"[..], "has no text"),
            (b"One.\nTwo\x07.", "line 2"),
            (b"\xff", "no text in UTF-8"),
        ] {
            let refused = read(bytes).unwrap_err();
            assert!(refused.message().contains(want), "{}", refused.message());
        }
    }
}
