//! Signs a genesis, and merges copies that were signed apart.

use core::fmt::{Display, Write as _};
use std::path::{Path, PathBuf};

use nemcon_client::atomic_write::replace_file;
use nemcon_client::detached::read_signature;
use nemcon_client::failure::Failure;
use nemcon_client::founding::{CardFile, Founding, OtherText};
use nemcon_client::keyfile::KeyRole;
use nemcon_client::party_key::PartyKey;
use nemcon_client::party_names::Names;
use nemcon_client::reading::{Foreseen, Reading};
use nemcon_client::words::count;
use nemcon_ledger::text::{Code, Show as _};

use super::aloud::{compared, sentences, spoken};
use super::shown::{describe, other_council, progress, progress_with, read, summary};
use crate::cli::consent::Consent;
use crate::cli::context::Context;
use nemcon_audit::Screen;
use nemcon_audit::output;

/// Runs `nemcon genesis sign`.
///
/// # Errors
/// [`Failure`], also if the party's own card is not what stands in the text. Then nothing is signed.
pub(super) fn sign(
    file: &Path,
    card: Option<&(PathBuf, CardFile)>,
    consent: &Consent,
    context: Context<'_>,
) -> Result<(), Failure> {
    consent.verify_possible(context.screen).map_err(|failure| unasked(failure, file))?;
    // A link stays a link: the file that it points to is signed.
    let target = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let mut founding = read(&target)?;
    let code = context.global.party.as_ref().or(card.map(|(_, card)| card.card().code()));
    let code = code.ok_or_else(|| {
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
    let own_card = card.map(|(path, card)| own_card(file, path, card, &founding)).transpose()?;
    let keys = context.global.keys.iter().map(|it| PartyKey::find_as(it, KeyRole::Officer));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    consent.opening.verify_possible(&keys, context.screen)?;
    let publics: Vec<_> = keys.iter().map(PartyKey::public).collect();
    let labels: Vec<_> =
        founding.may_sign(code, &publics)?.iter().map(ToString::to_string).collect();
    let mut reading = reading(&founding, code, labels.len());
    reading.about.extend(own_card);
    consent.obtain(&reading, context.screen)?;
    for key in consent.opening.keys(&keys, context.screen)? {
        founding.sign(code, &key)?;
    }
    // Reading takes a person's time. Signatures that others have added to this file meanwhile must
    // stay, so it is read again.
    let now = read(&target)?;
    founding.merge(&now).map_err(|error| other_text(file.shown(), &error))?;
    replace_file(&target, &founding.render())?;
    let words = format!(
        "signed by {code} ({}): the founding of {}\ncouncil {}\n{}\nnext: send the file to whoever merges the copies",
        labels.join(", "),
        summary(&founding),
        founding.digest(),
        progress(&founding),
    );
    context.screen.result(&describe(&founding), words)
}

/// What it takes to sign a founding where nobody can be asked.
fn unasked(failure: Failure, file: &Path) -> Failure {
    failure.next(format_args!(
        "read it: `nemcon genesis show {}`, then give `--yes --council DIGEST`, the digest that stands there",
        file.shown()
    ))
}

/// That the party's own card stands in the text.
fn own_card(
    file: &Path,
    path: &Path,
    card: &CardFile,
    founding: &Founding,
) -> Result<String, Failure> {
    let differences = card.card().differences(founding.genesis());
    let words = compared(path, card, &differences);
    if differences.is_empty() {
        return Ok(words);
    }
    Err(Failure::refused(format_args!("{}: not signed: {words}", file.shown()))
        .next("ask whoever assembled it, by another way than the file came"))
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
        about: vec![summary(founding), spoken(founding.digest())],
        foreseen: Foreseen::Unasked,
        by_text: vec![follows],
        texts: vec![
            ("the founding, read aloud".to_owned(), sentences(founding, Some(code))),
            ("the text that founds it".to_owned(), founding.text().to_owned()),
        ],
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
    if output::is_standard(out) {
        return output::print_raw(&founding.render());
    }
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

/// Puts signatures on a genesis; each shows which officer has made it.
///
/// # Errors
/// [`Failure`] if nobody who founds has made one. Then the file is as it was.
pub(super) fn attach(file: &Path, paths: &[PathBuf], screen: Screen) -> Result<(), Failure> {
    let target = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let mut founding = read(&target)?;
    let mut signed = Vec::new();
    for path in paths {
        let signature = read_signature(path)?;
        let of_path = |error| Failure::from(error).of(path.shown());
        let (code, key) = founding.maker(&signature).map_err(of_path)?;
        let label = founding.add(&code, &key, &signature).map_err(of_path)?;
        signed.push(format!("{code} ({label})"));
    }
    replace_file(&target, &founding.render())?;
    let words = format!(
        "signed by {}: the founding of {}\ncouncil {}\n{}",
        signed.join(", "),
        summary(&founding),
        founding.digest(),
        progress(&founding),
    );
    screen.result(&describe(&founding), words)
}

fn other_text(path: impl Display, error: &OtherText) -> Failure {
    Failure::refused(format_args!("{path}: {error}"))
        .next("nothing was written; ask who assembled them: all sign one and the same text")
}
