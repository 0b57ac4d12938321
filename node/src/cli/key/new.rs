//! `nemcon key new`: makes one key, in a file or in a token, or all keys that a new party needs.

use core::fmt::Write as _;
use std::path::{Path, PathBuf};

use nemcon_client::atomic_write::Staged;
use nemcon_client::failure::Failure;
use nemcon_client::founding::{PartyFile, PlannedOfficer};
use nemcon_client::keyfile::{KeyFile, KeyFileError, KeyRole, Passphrase, StoredKey};
use nemcon_client::keyset::{Keyset, NODE_FILE, Officers, RECOVERY_FILE, SEAL_FILE, officer_file};
use nemcon_client::pkcs11::{NewTokenKey, TokenUri};
use nemcon_crypto::PublicKey;
use nemcon_ledger::record::roster::verify_officers;
use nemcon_ledger::text::{Code, Label, Line, Show as _};
use serde_json::json;

use super::show::{show, show_in_token, verify_vacant};
use crate::cli::context::Context;
use crate::cli::key_place::TokenUriParser;
use crate::cli::passphrases::{Given, Opening, new_lock};
use nemcon_audit::Screen;

/// The keys to make.
#[derive(Clone, Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("what").args(["role", "all"]).required(true)))]
#[command(group(clap::ArgGroup::new("place").args(["out", "pkcs11"])))]
pub(in crate::cli) struct NewArgs {
    /// What the key is for: officer, recovery, node, seal, witness or release. A key has one use.
    #[arg(long, requires = "place")]
    role: Option<KeyRole>,
    /// The key file to write.
    #[arg(long, value_name = "FILE", requires = "role")]
    out: Option<PathBuf>,
    /// Have a token make the key of an officer or the recovery key: `pkcs11:token=LABEL;object=LABEL`, where the second is
    /// the label of the new key. The secret half never leaves the token.
    #[arg(long, value_name = "URI", requires = "role", conflicts_with = "no_passphrase", value_parser = TokenUriParser)]
    pkcs11: Option<TokenUri>,
    /// Make all keys of a party in this new folder, with CODE.toml, which holds their public halves: give `--as CODE`.
    /// `nemcon card new` makes the party's card of it.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["role", "out", "pkcs11"])]
    all: Option<PathBuf>,
    /// A file with the passphrase of an officer's or a recovery key, one line, readable by you alone; with
    /// `--all` one for all of them, or once for each: officers, then the recovery key; with `--pkcs11` the PIN of the
    /// token. Otherwise you are asked.
    #[arg(long = "passphrase-file", value_name = "FILE", conflicts_with = "no_passphrase")]
    passphrase_files: Vec<PathBuf>,
    /// Lock no key by a passphrase: whoever reads the file then has the key.
    #[arg(long)]
    no_passphrase: bool,
    #[command(flatten)]
    party: PartyArgs,
}

/// The party whose keys `--all` makes.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "With --all")]
struct PartyArgs {
    /// The party's name for people; by default its code.
    #[arg(long, value_name = "TEXT", conflicts_with = "role")]
    name: Option<Line>,
    /// What the member weighs in fractions of the charter's total.
    #[arg(long, value_name = "N", conflicts_with = "role", default_value_t = 1)]
    weight: u64,
    /// An officer's name within the party; once for each officer.
    #[arg(long = "officer", value_name = "LABEL", conflicts_with = "role", default_value = "desk")]
    officers: Vec<Label>,
    /// How many of the officers must sign what the party says.
    #[arg(long, value_name = "N", conflicts_with = "role", default_value_t = 1)]
    signatures: usize,
    /// The party is no member but a participant of this role in the charter: it has officers only.
    #[arg(long, value_name = "ROLE", conflicts_with_all = ["role", "weight"])]
    participant: Option<Label>,
}

/// Runs `nemcon key new`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(args: &NewArgs, context: Context<'_>) -> Result<(), Failure> {
    if let Some(folder) = &args.all {
        let code = context.global.party.as_ref().ok_or_else(|| {
            Failure::usage("all keys of which party?").next("give `--as CODE`, its code")
        })?;
        return all(folder, code, args, context.screen);
    }
    if args.passphrase_files.len() > 1 {
        return Err(Failure::usage("several passphrase files for one key").next("give one"));
    }
    if let (Some(role), Some(uri)) = (args.role, &args.pkcs11) {
        return in_token(role, uri.clone(), args, context);
    }
    let (Some(role), Some(out)) = (args.role, &args.out) else {
        return Err(Failure::usage("which key?")
            .next("give `--role` with `--out` or `--pkcs11`, or `--all`"));
    };
    verify_vacant(out)?;
    let given = args.given(args.passphrase_files.first());
    let lock = new_lock(role, &out.shown(), &given, context.screen)?;
    let key = KeyFile::generate(role)?;
    key.write(out, lock.as_ref())?;
    show(&StoredKey::read(out)?, out, context.screen)
}

/// Has a token make a key.
fn in_token(
    role: KeyRole,
    mut uri: TokenUri,
    args: &NewArgs,
    context: Context<'_>,
) -> Result<(), Failure> {
    if !role.is_a_persons() {
        return Err(Failure::usage(format_args!("a {role} key is no key in a token")).next(
            "nodes and witnesses start when nobody is there to give a PIN: `nemcon key new --role ROLE --out FILE`",
        ));
    }
    uri.or_module(context.global.pkcs11_module.as_deref());
    let new = NewTokenKey::begin(&uri)?;
    let opening = Opening::of(args.passphrase_files.clone());
    let pin = opening.pin(new.token(), &new.pin_from()?, context.screen)?;
    let key = new.make(pin.as_ref())?;
    show_in_token(&key, context.screen)?;
    context.screen.say(format_args!(
        "next: give its public half where the party's {role} key is named, and sign with --key '{}'",
        key.uri()
    ))
}

impl NewArgs {
    fn given<'a>(&self, file: Option<&'a PathBuf>) -> Given<'a> {
        let file = file.map(PathBuf::as_path);
        Given { file, option: "--passphrase-file", is_none: self.no_passphrase }
    }

    /// The passphrases of the keys that persons use, each with the name of its file.
    fn locks(&self, screen: Screen) -> Result<Vec<(String, Passphrase)>, Failure> {
        let mut keys: Vec<_> = self.party.officers.iter().map(officer_file).collect();
        let officers = keys.len();
        if self.party.participant.is_none() {
            keys.push(RECOVERY_FILE.to_owned());
        }
        let files = &self.passphrase_files;
        if files.len() > 1 && files.len() != keys.len() {
            let (files, keys) = (files.len(), keys.len());
            return Err(Failure::usage(format_args!("{files} passphrase files for {keys} keys"))
                .next("give `--passphrase-file` once for all keys, or once for each"));
        }
        let mut locks = Vec::new();
        let mut files = files.iter().cycle();
        for (at, key) in keys.into_iter().enumerate() {
            let role = if at < officers { KeyRole::Officer } else { KeyRole::Recovery };
            let lock = new_lock(role, &key, &self.given(files.next()), screen)?;
            locks.extend(lock.map(|lock| (key, lock)));
        }
        Ok(locks)
    }
}

/// Makes every key of a party in a folder, which appears only when all keys are there.
fn all(folder: &Path, code: &Code, all: &NewArgs, screen: Screen) -> Result<(), Failure> {
    let args = &all.party;
    let name =
        args.name.clone().unwrap_or_else(|| code.as_str().parse().expect("a code is a line"));
    let mut party = PartyFile::default();
    let staged = if let Some(role) = &args.participant {
        let keys = Officers::generate(&args.officers)?;
        verify(args, keys.planned())?;
        let locks = vacant(folder).and_then(|()| all.locks(screen))?;
        let planned = keys.participant(code.clone(), name, role.clone(), args.signatures);
        party.participants.push(planned);
        staged(folder, |folder| keys.write(folder, &|file| lock_of(&locks, file)))?
    } else {
        let keys = Keyset::generate(&args.officers)?;
        verify(args, keys.officers().planned())?;
        let locks = vacant(folder).and_then(|()| all.locks(screen))?;
        party.members.push(keys.member(code.clone(), name, args.weight, args.signatures));
        staged(folder, |folder| keys.write(folder, &|file| lock_of(&locks, file)))?
    };
    let file = format!("{code}.toml");
    staged.write(&file, render(&party).as_bytes())?;
    let folder = staged.commit()?;
    let words = said(&folder, &file, args);
    screen.result(
        &json!({
            "folder": folder.to_string_lossy(),
            "plan": folder.join(&file).to_string_lossy(),
            "party": party,
        }),
        words,
    )
}

/// Checks that the folder can be made, before a person is asked for passphrases.
fn vacant(folder: &Path) -> Result<(), Failure> {
    Ok(Staged::begin(folder).map(drop)?)
}

fn lock_of<'a>(locks: &'a [(String, Passphrase)], file: &str) -> Option<&'a Passphrase> {
    locks.iter().find(|(name, _)| name == file).map(|(_, lock)| lock)
}

fn staged(
    folder: &Path,
    write: impl Fn(&Path) -> Result<(), KeyFileError>,
) -> Result<Staged, Failure> {
    let staged = Staged::begin(folder)?;
    write(staged.path())?;
    Ok(staged)
}

/// Checks that the officers have different labels and are at least as many as must sign.
fn verify(args: &PartyArgs, officers: Vec<PlannedOfficer>) -> Result<(), Failure> {
    let officers: Vec<_> = officers.into_iter().map(PlannedOfficer::into_officer).collect();
    verify_officers(args.signatures, &officers).map_err(|fault| {
        Failure::usage(fault).next(
            "give `--officer LABEL` once for each officer, each with a name of its own, and with \
             `--signatures` how many of them must sign",
        )
    })
}

/// A line that says where a file belongs.
fn said(folder: &Path, file: &str, args: &PartyArgs) -> String {
    let officers: Vec<_> = args.officers.iter().map(officer_file).collect();
    let mut rows =
        vec![(officers.join(" "), "to whoever signs what the party says, each to its own machine")];
    if args.participant.is_none() {
        rows.push((
            RECOVERY_FILE.to_owned(),
            "into a safe, without a network: it alone changes officers",
        ));
        rows.push((format!("{NODE_FILE} {SEAL_FILE}"), "to the machine of the node"));
    }
    rows.push((file.to_owned(), "public halves: `nemcon card new` makes your card of it"));
    let width = rows.iter().map(|(files, _)| files.len()).max().unwrap_or_default();
    let rows: Vec<_> =
        rows.into_iter().map(|(files, to)| format!("  {files:<width$}  {to}")).collect();
    format!("in {}:\n{}", folder.shown(), rows.join("\n"))
}

/// The text of the file that the party sends to the author of the founding plan.
fn render(party: &PartyFile) -> String {
    let mut text = "# Who this party is, with the public halves of its keys. Nothing here is secret. `nemcon card new` makes\n\
                    # the party's card of it, for a council that is being founded.\n"
        .to_owned();
    for it in &party.members {
        let _ = write!(
            text,
            "\n[[member]]\ncode = \"{}\"\nname = {}\n\
             weight = {}          # in fractions of the charter's total\n\
             signatures = {}      # how many of the officers must sign what the member says\n\
             recovery = \"{}\"\nnode = \"{}\"\nseal = \"{}\"\n",
            it.code,
            quoted(&it.name),
            it.weight,
            it.signatures,
            it.recovery,
            it.node,
            it.seal
        );
        text += &officers("member", &it.officers);
    }
    for it in &party.participants {
        let _ = write!(
            text,
            "\n[[participant]]\ncode = \"{}\"\nname = {}\nrole = \"{}\"\n\
             signatures = {}      # how many of the officers must sign what the participant says\n",
            it.code,
            quoted(&it.name),
            it.role,
            it.signatures
        );
        text += &officers("participant", &it.officers);
    }
    text
}

fn officers(of: &str, officers: &[PlannedOfficer]) -> String {
    let officer = |label: &Label, key: &PublicKey| {
        format!("[[{of}.officer]]\nlabel = \"{label}\"\nkey = \"{key}\"\n")
    };
    officers.iter().map(|it| officer(&it.label, &it.key)).collect()
}

/// The line as a TOML string.
fn quoted(line: &Line) -> String {
    toml::Value::String(line.to_string()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_for_the_plan_is_read_back() {
        let desk: Label = "desk".parse().unwrap();
        let code = || "AA".parse().unwrap();
        let name = "A \"quoted\" \\ name".parse::<Line>().unwrap();
        let keys = Keyset::generate(&[desk.clone(), "deputy".parse().unwrap()]).unwrap();
        let officers = Officers::generate(&[desk]).unwrap();
        let role = "chair".parse().unwrap();
        let party = PartyFile {
            members: vec![keys.member(code(), name.clone(), 7, 2)],
            participants: vec![officers.participant(code(), name, role, 1)],
        };
        assert_eq!(toml::from_str::<PartyFile>(&render(&party)).unwrap(), party);
    }
}
