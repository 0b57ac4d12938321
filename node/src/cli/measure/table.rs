//! Tabling: one measure, or several that are bound together.

use std::path::{Path, PathBuf};

use nemcon_client::api::Answer;
use nemcon_client::client::ClientError;
use nemcon_client::draft::Draft;
use nemcon_client::staged::folder_of;
use nemcon_ledger::Time;
use nemcon_ledger::record::Body;
use serde_json::json;

use super::cited::CitedTexts;
use super::{bundle, looked, now, ordered};
use crate::cli::failure::Failure;
use crate::cli::screen::Screen;
use crate::cli::session::{Party, Session};
use crate::cli::signing::{Basis, Signing};

/// What to table.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::cli) struct TableArgs {
    /// The measure (TOML): title, kind, basis, summary, `closes_in`, and so on.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Table several files, and have them adopted together or not at all.
    #[arg(long)]
    package: bool,
    #[command(flatten)]
    signing: Signing,
}

/// Runs it.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(args: &TableArgs, session: &Session, screen: Screen) -> Result<(), Failure> {
    match (&args.files[..], args.package) {
        ([file], false) => table_asked(session, (file, Draft::load(file)?), &args.signing, screen),
        ([_], true) => {
            Err(Failure::usage("a package has two measures at least").next("name their files"))
        }
        (_, false) => Err(Failure::usage("these are several measures")
            .next("table them one by one, or give `--package` to have them adopted together")),
        (_, true) if args.signing.is_elsewhere() => {
            Err(Failure::usage("`--prepare` writes one statement").next(
                "prepare each file apart with one and the same `closes`, and once they are tabled \
                 `nemcon measure package` with `--prepare`",
            ))
        }
        (files, true) => bundle::table(session, files, &args.signing, screen),
    }
}

/// Tables what a draft says, once it was read; documents are taken from the file's folder.
///
/// # Errors
/// [`Failure`].
pub(in crate::cli) fn table_asked(
    session: &Session,
    (file, draft): (&Path, Draft),
    signing: &Signing,
    screen: Screen,
) -> Result<(), Failure> {
    signing.verify_possible(screen)?;
    let party = signing.party(session)?;
    let body = tabling(&party, draft, folder_of(file), now()?)?;
    let basis = Basis::default();
    let Some(answer) = signing.submit(&party, &body, basis, screen)? else { return Ok(()) };
    let (tabled, said) = looked(number_of(session, &answer), |tabled| {
        tabled.map(|number| format!("measure {number} is tabled: ")).unwrap_or_default()
    });
    let (tabled, said) = match tabled {
        Some(tabled) => (tabled, format!("{said}{}", ordered(&answer, None))),
        None => (None, format!("{}\n{said}", ordered(&answer, None))),
    };
    screen.became(&answer, &json!({ "measure": tabled, "answer": answer }), said)
}

/// Tables what a draft describes, at once; what became of it.
///
/// # Errors
/// [`Failure`].
pub fn table(party: &Party, draft: Draft, folder: &Path) -> Result<Answer, Failure> {
    party.submit(&party.sign(&tabling(party, draft, folder, now()?)?)?)
}

/// The text of a draft that is tabled at `now`.
pub(super) fn tabling(
    party: &Party,
    draft: Draft,
    folder: &Path,
    now: Time,
) -> Result<Body, Failure> {
    let texts = CitedTexts::fetch(&party.client, &draft)?;
    let charter = &party.genesis.charter;
    Ok(draft.into_body(party.head.clone(), charter, now, folder, &texts)?)
}

/// The number that the tabled text got, once it is ordered.
///
/// # Errors
/// [`ClientError`].
pub(in crate::cli) fn number_of(
    session: &Session,
    answer: &Answer,
) -> Result<Option<u64>, ClientError> {
    let Answer::Ordered { text_hash, .. } = answer else { return Ok(None) };
    session.client().measure_by_text(*text_hash)
}
