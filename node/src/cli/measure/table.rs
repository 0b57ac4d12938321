//! `nemcon measure table`: tables one measure, or several as a package.

use nemcon_client::acts::{number_of, tabling};
use nemcon_client::clock::now;
use nemcon_client::failure::Failure;
use nemcon_client::reading::Basis;
use nemcon_client::session::Session;
use nemcon_client::words::ordered;
use std::path::{Path, PathBuf};

use nemcon_client::atomic_write::folder_of;
use nemcon_client::draft::Draft;
use serde_json::json;

use super::bundle;
use crate::cli::act::looked;
use crate::cli::handing::became;
use crate::cli::signing::Signing;
use nemcon_audit::Screen;

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

/// Runs `nemcon measure table`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(args: &TableArgs, session: &Session, screen: Screen) -> Result<(), Failure> {
    match (&args.files[..], args.package) {
        ([file], false) => table_asked(session, file, Draft::load(file)?, &args.signing, screen),
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

/// Tables the measure of a draft after a person has read it. Document files are taken from
/// the draft's folder.
///
/// # Errors
/// [`Failure`].
pub(in crate::cli) fn table_asked(
    session: &Session,
    file: &Path,
    draft: Draft,
    signing: &Signing,
    screen: Screen,
) -> Result<(), Failure> {
    signing.verify_possible(screen)?;
    let party = signing.party(session)?;
    let body = tabling(&party, draft, folder_of(file), now()?)?;
    let basis = Basis::default();
    let Some(answer) = signing.submit(&party, &body, basis, screen)? else { return Ok(()) };
    let (tabled, said) = looked(number_of(session.client(), &answer), |tabled| {
        tabled.map(|number| format!("measure {number} is tabled: ")).unwrap_or_default()
    });
    let (tabled, said) = match tabled {
        Some(tabled) => (tabled, format!("{said}{}", ordered(&answer, None))),
        None => (None, format!("{}\n{said}", ordered(&answer, None))),
    };
    became(screen, &answer, &json!({ "measure": tabled, "answer": answer }), said)
}
