//! `policy`: what C2SP tools verify a checkpoint of any size by, made from one export that reaches beyond it.

use std::path::PathBuf;

use clap::Args;
use nemcon_client::audit::policy_of_size;
use nemcon_client::failure::Failure;
use nemcon_crypto::{Digest, TreeSize};

use crate::output::print_text;
use crate::progress;
use crate::screen::Screen;
use crate::usage::named;

/// The policy of which size.
#[derive(Clone, Debug, Args)]
pub struct PolicyArgs {
    /// The export, which is audited first: a folder, a .tar, .tar.gz or .zip of one, or an http(s) address.
    pub export: PathBuf,
    /// The size of the checkpoint, its second line; by default that of the export.
    #[arg(long, value_name = "N")]
    pub size: Option<u64>,
}

/// Runs `policy`: prints the policy alone.
///
/// # Errors
/// [`Failure`] if the export is not verified or ends before this size, or the caller brings no digest.
pub fn run(args: &PolicyArgs, council: Option<Digest>, screen: Screen) -> Result<(), Failure> {
    let (council, size) = (named(council)?, args.size.map(TreeSize));
    let policy = progress::of_audit(|it| policy_of_size(&args.export, &council, size, it))?;
    print_text(&policy, screen)
}
