//! Where the passphrases of keys and the PINs of tokens come from: a person types them where nobody sees them, or
//! files hold them. No passphrase is an argument or stands in the environment.

use std::io;
use std::path::{Path, PathBuf};

use nemcon_client::failure::Failure;
use nemcon_client::keyfile::{ForeignKey, KeyFileError, KeyRole, Passphrase, StoredKey};
use nemcon_client::party_key::{Lock, PartyKey};
use nemcon_client::pkcs11::{PinFrom, Token, Tries};
use nemcon_client::session::Party;
use nemcon_crypto::SecretKey;
use nemcon_ledger::text::Show as _;

use super::terminal::Terminal;
use nemcon_audit::Screen;

/// How often a person may mistype a passphrase.
const TRIES: usize = 3;

/// The passphrases that open keys.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Opening {
    /// A file with the passphrase of the keys, or the PIN of a token, one line, readable by you alone; or once for each locked
    /// key, in the keys' order. Otherwise you are asked.
    #[arg(long = "passphrase-file", value_name = "FILE")]
    passphrase_files: Vec<PathBuf>,
}

impl Opening {
    /// Like `--passphrase-file` for each of these files.
    pub(super) const fn of(passphrase_files: Vec<PathBuf>) -> Self {
        Self { passphrase_files }
    }

    /// Checks that these keys can be opened, before a person reads anything.
    ///
    /// # Errors
    /// [`Failure`] if a passphrase or a PIN locks one of them, no file holds one, and nobody can be asked; if
    /// there are more or fewer files than locked keys; or if a token does not answer.
    pub(super) fn verify_possible(&self, keys: &[PartyKey], screen: Screen) -> Result<(), Failure> {
        let mut locked = Vec::new();
        for key in keys {
            match key.lock()? {
                Lock::Open | Lock::OwnPin(_) => {}
                Lock::Passphrase => locked.push(format!("the passphrase of {}", key.shown())),
                Lock::Pin => locked.push(format!("the PIN for {}", key.shown())),
            }
        }
        self.verify_locked(&locked, screen)
    }

    /// Checks that these secrets can be had: each is named with what it opens.
    fn verify_locked(&self, locked: &[String], screen: Screen) -> Result<(), Failure> {
        let count = locked.len();
        if self.passphrase_files.len() > 1 && self.passphrase_files.len() != count {
            return Err(Failure::usage(format_args!(
                "{} passphrase files for {count} locked keys",
                self.passphrase_files.len()
            ))
            .next("give `--passphrase-file` once for all keys, or once for each locked key"));
        }
        let Some(first) = locked.first() else { return Ok(()) };
        if self.passphrase_files.is_empty() && !can_ask(screen) {
            return Err(nobody(first));
        }
        Ok(())
    }

    /// The party with its keys opened, after a person has agreed to sign.
    ///
    /// # Errors
    /// [`Failure`] if a key does not open.
    pub(super) fn party(&self, party: &Party, screen: Screen) -> Result<Party, Failure> {
        Ok(party.with_keys(self.keys(party.keys(), screen)?))
    }

    /// These keys, opened.
    ///
    /// # Errors
    /// [`Failure`] if one does not open.
    pub(super) fn keys(&self, keys: &[PartyKey], screen: Screen) -> Result<Vec<PartyKey>, Failure> {
        self.verify_possible(keys, screen)?;
        // Which keys are locked is asked before any is opened: two keys may be in one token.
        let locks = keys.iter().map(PartyKey::lock).collect::<Result<Vec<_>, _>>()?;
        let mut files = self.passphrase_files.iter().cycle();
        let mut opened = Vec::new();
        for (key, lock) in keys.iter().zip(locks) {
            let file = match lock {
                Lock::Passphrase | Lock::Pin => files.next(),
                Lock::Open | Lock::OwnPin(_) => None,
            };
            opened.push(open(key, &key.lock()?, file.map(PathBuf::as_path))?);
        }
        Ok(opened)
    }

    /// The key of a file, opened.
    ///
    /// # Errors
    /// [`Failure`] if it does not open.
    pub(super) fn key(&self, key: &StoredKey, screen: Screen) -> Result<StoredKey, Failure> {
        if key.iterations().is_none() {
            self.verify_locked(&[], screen)?;
            return Ok(key.clone());
        }
        self.of_file(key.path(), screen, |passphrase| key.opened(passphrase))
    }

    /// The key of another program, opened.
    ///
    /// # Errors
    /// [`Failure`] if it does not open.
    pub(super) fn foreign(&self, key: &ForeignKey, screen: Screen) -> Result<SecretKey, Failure> {
        if let Some(secret) = key.secret() {
            self.verify_locked(&[], screen)?;
            return Ok(secret.clone());
        }
        self.of_file(key.path(), screen, |passphrase| key.opened(passphrase))
    }

    fn of_file<T>(
        &self,
        path: &Path,
        screen: Screen,
        open: impl Fn(&Passphrase) -> Result<T, KeyFileError>,
    ) -> Result<T, Failure> {
        self.verify_locked(&[format!("the passphrase of {}", path.shown())], screen)?;
        match self.passphrase_files.first() {
            Some(file) => Ok(open(&Passphrase::read(file)?)?),
            None => asked(path, open),
        }
    }

    /// The PIN of a token in which a key is to be made; `None` if the token wants none from here.
    ///
    /// # Errors
    /// [`Failure`] if there is none.
    pub(super) fn pin(
        &self,
        token: &Token,
        from: &PinFrom,
        screen: Screen,
    ) -> Result<Option<Passphrase>, Failure> {
        Ok(match from {
            PinFrom::Nowhere => None,
            PinFrom::File(file) => Some(Passphrase::read(file)?),
            PinFrom::Device => {
                at_device(token)?;
                None
            }
            PinFrom::Person => {
                self.verify_locked(&[format!("the PIN of {}", token.name())], screen)?;
                match self.passphrase_files.first() {
                    Some(file) => Some(Passphrase::read(file)?),
                    None => Some(typed(&pin_prompt(token)?)?),
                }
            }
        })
    }
}

/// Opens one key: what opens it is in the file, comes from elsewhere, or is asked for.
fn open(key: &PartyKey, lock: &Lock, file: Option<&Path>) -> Result<PartyKey, Failure> {
    match (key, lock, file) {
        (PartyKey::Token(key), Lock::OwnPin(PinFrom::Device), _) => at_device(key.token())?,
        (_, Lock::Open | Lock::OwnPin(_), _) => {}
        (_, _, Some(file)) => return Ok(key.opened(&Passphrase::read(file)?)?),
        (PartyKey::File(stored), ..) => {
            let opened = asked(stored.path(), |it| stored.opened(it))?;
            return Ok(PartyKey::File(Box::new(opened)));
        }
        // Tokens count wrong PINs and lock themselves: one question, one try.
        (PartyKey::Token(token), ..) => {
            return Ok(key.opened(&typed(&pin_prompt(token.token())?)?)?);
        }
    }
    Ok(key.opened_alone()?)
}

fn pin_prompt(token: &Token) -> Result<String, Failure> {
    let warning = match token.tries()? {
        Tries::Unsaid => String::new(),
        tries => format!(", {tries}"),
    };
    Ok(format!("PIN of {}{warning}: ", token.name()))
}

/// Says where the PIN is entered, if somebody is there to read it.
fn at_device(token: &Token) -> Result<(), Failure> {
    match Terminal::open() {
        Some(mut terminal) => terminal
            .show(&format!("enter the PIN at the device of {}", token.name()))
            .map_err(|error| unheard(&error)),
        None => Ok(()),
    }
}

/// Asks for the passphrase of the key in this file until it opens, three times.
fn asked<T>(
    path: &Path,
    open: impl Fn(&Passphrase) -> Result<T, KeyFileError>,
) -> Result<T, Failure> {
    let prompt = format!("passphrase of {}: ", path.shown());
    for _ in 1..TRIES {
        match open(&typed(&prompt)?) {
            Err(KeyFileError::NotOpened { error, .. }) => {
                terminal()?.show(&error.to_string()).map_err(|error| unheard(&error))?;
            }
            opened => return Ok(opened?),
        }
    }
    Ok(open(&typed(&prompt)?)?)
}

/// The passphrase that locks a new key; `None` where the key lies open.
///
/// # Errors
/// [`Failure`] if a node's key shall have one, and as [`new_passphrase`].
pub(super) fn new_lock(
    role: KeyRole,
    of: &str,
    given: &Given<'_>,
    screen: Screen,
) -> Result<Option<Passphrase>, Failure> {
    if !role.is_a_persons() {
        return match given.file {
            None => Ok(None),
            Some(_) => Err(Failure::usage(format_args!("a {role} key has no passphrase"))
                .next("nodes and witnesses start when nobody is there: leave the passphrase out")),
        };
    }
    new_passphrase(of, given, screen)
}

/// The passphrase that locks a new file; `None` where a person said that it lies open.
///
/// # Errors
/// [`Failure`] if nobody said what locks the file, if the two that a person types differ, or if the passphrase
/// is easily guessed.
pub(super) fn new_passphrase(
    of: &str,
    given: &Given<'_>,
    screen: Screen,
) -> Result<Option<Passphrase>, Failure> {
    if given.is_none {
        return Ok(None);
    }
    let passphrase = match given.file {
        Some(file) => Passphrase::read(file)?,
        None if can_ask(screen) => {
            let first = typed(&format!("new passphrase of {of}: "))?;
            first.verify_new().map_err(unfit)?;
            if typed("the same once more: ")? != first {
                return Err(Failure::usage("the two passphrases differ")
                    .next("nothing was written; give the command again"));
            }
            first
        }
        None => {
            let why = format!("nobody is there to be asked for the new passphrase of {of}");
            return Err(Failure::usage(why).next(format_args!(
                "give the command at a terminal without `--json`; or `{} FILE`, a file of mode 0600 with one \
                 line; or `--no-passphrase`, and whoever reads the file has the key",
                given.option
            )));
        }
    };
    passphrase.verify_new().map_err(unfit)?;
    Ok(Some(passphrase))
}

/// The passphrase that locks what must not lie open.
///
/// # Errors
/// [`Failure`] as [`new_passphrase`].
pub(super) fn locking(
    of: &str,
    file: Option<&Path>,
    screen: Screen,
) -> Result<Passphrase, Failure> {
    if file.is_none() && !can_ask(screen) {
        return Err(nobody(format_args!("the passphrase of {of}")));
    }
    let given = Given { file, option: "--passphrase-file", is_none: false };
    let none = || Failure::usage(format_args!("{of} must be locked"));
    new_passphrase(of, &given, screen)?.ok_or_else(none)
}

/// What a person says about the passphrase of a new key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'a> {
    /// The file that holds it.
    pub(super) file: Option<&'a Path>,
    /// The option that names such a file.
    pub(super) option: &'static str,
    /// There shall be none.
    pub(super) is_none: bool,
}

fn unfit(error: impl core::fmt::Display) -> Failure {
    Failure::usage(error).next("nothing was written; several words are a good passphrase")
}

fn can_ask(screen: Screen) -> bool {
    !screen.is_json() && Terminal::open().is_some()
}

fn nobody(what: impl core::fmt::Display) -> Failure {
    Failure::usage(format_args!("nobody is there to be asked for {what}")).next(
        "give the command at a terminal without `--json`, or `--passphrase-file FILE`: a file of mode 0600 \
         with one line",
    )
}

fn terminal() -> Result<Terminal, Failure> {
    Terminal::open().ok_or_else(|| nobody("the passphrase of the key"))
}

fn typed(prompt: &str) -> Result<Passphrase, Failure> {
    let line = terminal()?.ask_secret(prompt).map_err(|error| unheard(&error))?;
    Passphrase::new(line).map_err(|error| {
        Failure::usage(error).next("nothing was signed or written; give the command again")
    })
}

fn unheard(error: &io::Error) -> Failure {
    Failure::usage(format_args!("no passphrase or PIN was read: {error}"))
        .next("nothing was signed or written; give the command again at a terminal")
}
