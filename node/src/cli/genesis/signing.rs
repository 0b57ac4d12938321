//! Signs a genesis, and merges copies that were signed apart.

use core::fmt::{Display, Write as _};
use std::path::{Path, PathBuf};

use nemcon_client::atomic_write::replace_file;
use nemcon_client::failure::Failure;
use nemcon_client::founding::{Founding, OtherText, Progress};
use nemcon_client::keyfile::KeyRole;
use nemcon_client::party_key::PartyKey;
use nemcon_client::party_names::Names;
use nemcon_client::reading::{Foreseen, Reading};
use nemcon_client::words::count;
use nemcon_ledger::text::{Code, Show as _};

use super::shown::{describe, notes, other_council, read, summary};
use crate::cli::consent::Consent;
use crate::cli::context::Context;
use nemcon_audit::Screen;
use nemcon_audit::output;

pub(super) fn sign(file: &Path, consent: &Consent, context: Context<'_>) -> Result<(), Failure> {
    consent.verify_possible(context.screen)?;
    // A link stays a link: the file that it points to is signed.
    let target = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let mut founding = read(&target)?;
    let code = context.global.party.as_ref().ok_or_else(|| {
        Failure::usage("for whom is it signed?").next("give `--as CODE`, a founding member")
    })?;
    if context.global.keys.is_empty() {
        return Err(Failure::usage("signed with which key?")
            .next("give `--key FILE` or `--key pkcs11:...`"));
    }
    if consent.is_unasked() && context.global.council.is_none() {
        return Err(Failure::usage("`--yes` signs without a question: which founding was read?")
            .next(format_args!(
                "read it: `nemcon genesis show {}`, then give `--council DIGEST`, the digest that \
                 stands there",
                file.shown()
            )));
    }
    let wanted = context.global.council.unwrap_or_else(|| founding.digest());
    if wanted != founding.digest() {
        return Err(other_council(file, founding.digest(), wanted));
    }
    let keys = context.global.keys.iter().map(|it| PartyKey::find_as(it, KeyRole::Officer));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    consent.opening.verify_possible(&keys, context.screen)?;
    let publics: Vec<_> = keys.iter().map(PartyKey::public).collect();
    let labels: Vec<_> =
        founding.may_sign(code, &publics)?.iter().map(ToString::to_string).collect();
    consent.obtain(&reading(&founding, code, labels.len()), context.screen)?;
    for key in consent.opening.keys(&keys, context.screen)? {
        founding.sign(code, &key)?;
    }
    // Reading takes a person's time. Signatures that others have added to this file meanwhile must
    // stay, so it is read again.
    let now = read(&target)?;
    founding.merge(&now).map_err(|error| other_text(file.shown(), &error))?;
    replace_file(&target, &founding.render())?;
    let words = format!(
        "signed by {code} ({}): the founding of {}\ncouncil {}\n{}",
        labels.join(", "),
        summary(&founding),
        founding.digest(),
        progress(&founding),
    );
    context.screen.result(&describe(&founding), words)
}

/// What a founder reads before signing.
fn reading(founding: &Founding, code: &Code, signatures: usize) -> Reading {
    let names = Names { genesis: founding.genesis(), seats: None };
    let mut missing = founding.missing();
    missing.iter_mut().filter(|it| it.code == *code).for_each(|it| it.signed += signatures);
    missing.retain(|it| it.signed < it.needed);
    let follows = if missing.is_empty() {
        "You are the last: this founds the council.".to_owned()
    } else {
        format!("with it, {}", progress_with(founding, missing))
    };
    Reading {
        who: names.loud(code),
        what: format!("the founding of council {}", founding.digest()),
        about: vec![summary(founding), notes(founding.genesis())],
        foreseen: Foreseen::Unasked,
        by_text: vec![follows],
        texts: vec![("the text that founds it".to_owned(), founding.text().to_owned())],
        subjects: Vec::new(),
    }
}

/// Merges the signatures of copies that were signed apart.
pub(super) fn merge(copies: &[PathBuf], out: &Path, screen: Screen) -> Result<(), Failure> {
    let mut founding: Option<Founding> = None;
    let mut words = String::new();
    for path in copies {
        let copy = read(path)?;
        let has = count(copy.signatures() as u64, "signature");
        let path = path.shown();
        let added = match &mut founding {
            None => copy.signatures(),
            Some(founding) => founding.merge(&copy).map_err(|error| other_text(&path, &error))?,
        };
        let _ = writeln!(words, "{path}: {has}, {added} of them new");
        founding.get_or_insert(copy);
    }
    let founding = founding.expect("at least two copies are asked for");
    output::write_new(out, &founding.render())?;
    let _ = write!(
        words,
        "{} in {}\ncouncil {}\n{}",
        summary(&founding),
        out.shown(),
        founding.digest(),
        progress(&founding),
    );
    screen.result(&describe(&founding), words)
}

fn other_text(path: impl Display, error: &OtherText) -> Failure {
    Failure::refused(format_args!("{path}: {error}"))
        .next("nothing was written; ask who assembled them: all sign one and the same text")
}

/// The progress of the signing: members that need more signatures are named with their officers.
pub(super) fn progress(founding: &Founding) -> String {
    progress_with(founding, founding.missing())
}

fn progress_with(founding: &Founding, missing: Vec<Progress>) -> String {
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
