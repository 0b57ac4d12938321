//! `nemcon key`: making and looking at keys.

use std::path::PathBuf;

use clap::Subcommand;

use super::failure::Failure;
use super::screen::Screen;
use crate::keyfile::{KeyFile, KeyRole};

/// Makes and shows keys.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Make a new key; the file is readable by you alone and is never overwritten.
    New {
        /// What it is for: officer, recovery, node or seal. A key has one use.
        #[arg(long)]
        role: KeyRole,
        /// The file to write.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Show a key's role and its public half.
    Show {
        /// The key file.
        file: PathBuf,
    },
}

/// Runs it.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &KeyCommand, screen: Screen) -> Result<(), Failure> {
    let (key, path) = match command {
        KeyCommand::New { role, out } => {
            let key = KeyFile::generate(*role)?;
            key.write(out)?;
            (key, out)
        }
        KeyCommand::Show { file } => (KeyFile::read(file)?, file),
    };
    let public = key.secret.public();
    let value = serde_json::json!({ "file": path, "role": key.role, "public": public });
    screen.result(&value, format_args!("{} key in {}\npublic {public}", key.role, path.display()));
    Ok(())
}
