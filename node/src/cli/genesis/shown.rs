//! A genesis as it is shown to people and programs before it is signed.

use core::fmt::Write as _;
use std::path::Path;

use nemcon_client::failure::Failure;
use nemcon_client::founding::{Founding, Progress, Weighing, unheld_roles};
use nemcon_client::words::count;
use nemcon_crypto::Digest;
use nemcon_ledger::audit::NOTE_BYTES_MAX;
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::{Label, Show as _};
use serde_json::json;

use nemcon_audit::output;

pub(super) fn read(path: &Path) -> Result<Founding, Failure> {
    let bytes = output::read_at_most(path, NOTE_BYTES_MAX)?;
    Founding::parse(&bytes).map_err(|error| {
        let failure = Failure::from(error);
        Failure::refused(format_args!("{}: {}", path.shown(), failure.message()))
            .next("take the file anew from whoever gave it; nothing was done")
    })
}

pub(super) fn describe(founding: &Founding) -> serde_json::Value {
    json!({
        "council": founding.digest(),
        "name": founding.genesis().charter.name,
        "members": founding.genesis().roster.members.len(),
        "weights": Weighing::of_founders(founding.genesis()),
        "unheld_roles": unheld_roles(founding.genesis()),
        "signatures": founding.signatures(),
        "signed": founding.progress(),
        "missing": founding.missing().iter().map(|it| &it.code).collect::<Vec<_>>(),
        "text": founding.text(),
    })
}

/// What a person should know of a council before founding it.
pub(super) fn notes(genesis: &Genesis) -> String {
    let mut words = format!("{}\n", Weighing::of_founders(genesis));
    let unheld: Vec<_> = unheld_roles(genesis).into_iter().map(Label::as_str).collect();
    if !unheld.is_empty() {
        let _ = writeln!(
            words,
            "roles of the charter that nobody holds: {}. Is each the word that was meant?",
            unheld.join(", ")
        );
    }
    words.trim_end().to_owned()
}

pub(super) fn summary(founding: &Founding) -> String {
    let genesis = founding.genesis();
    let members = count(genesis.roster.members.len() as u64, "member");
    format!("{}: {members}", genesis.charter.name)
}

pub(super) fn other_council(file: &Path, found: Digest, wanted: Digest) -> Failure {
    Failure::refused(format_args!(
        "{}: this genesis founds the council {found}, not {wanted}",
        file.shown()
    ))
    .next("take the genesis and the digest from the same founding")
}

/// The progress of the signing: members that need more signatures are named with their officers.
pub(super) fn progress(founding: &Founding) -> String {
    progress_with(founding, founding.missing())
}

/// The progress of the signing, where these members still need signatures.
pub(super) fn progress_with(founding: &Founding, missing: Vec<Progress>) -> String {
    if missing.is_empty() {
        return "every founding member has signed: the council is founded".to_owned();
    }
    let members = founding.genesis().roster.members.len();
    let done = members - missing.len();
    let mut words = format!("signed by {done} of {members} members; still to sign:");
    for it in missing {
        let _ = write!(words, "\n  {it}");
    }
    words
}
