//! What a person can do next if a file is wrong: a draft, a plan, a key file, a configuration.

use nemcon_ledger::text::Show as _;

use super::Failure;
use crate::atomic_write::StagedError;
use crate::config::ConfigError;
use crate::draft::DraftError;
use crate::founding::{CardError, CardFault, CardsError, FingerprintError, PlanError, SignError};
use crate::keyfile::{
    BlockError, ForeignError, KeyFileError, KeyTextError, PassphraseFileError, PrivateFileError,
};
use crate::shipped::SeatsError;

impl From<DraftError> for Failure {
    fn from(error: DraftError) -> Self {
        let is_refused =
            |error: &DraftError| matches!(error, DraftError::Record(_) | DraftError::Kind { .. });
        let failure = match &error {
            DraftError::Config(ConfigError::Io { .. }) => {
                return Self::usage(&error)
                    .next("check the path and who may read it; nothing was done");
            }
            DraftError::At { error: inner, .. } if is_refused(inner) => Self::refused(&error),
            error if is_refused(error) => Self::refused(error),
            error => Self::usage(error),
        };
        failure.next(
            "change the file; nothing was signed. `nemcon draft KIND` writes one of each kind, with every \
             field explained",
        )
    }
}

impl From<SignError> for Failure {
    fn from(error: SignError) -> Self {
        let failure = Self::refused(&error);
        match error {
            SignError::NotAMember(_) | SignError::NotAnOfficer { .. } => {
                failure.next("`nemcon genesis show FILE` lists the members and their officer keys")
            }
            SignError::AlreadySigned { .. } | SignError::Enough(_) => {
                failure.next("`nemcon genesis verify FILE` says whose signatures are missing")
            }
            SignError::Signer(error) => error.into(),
            SignError::NobodysSignature => failure.next(
                "have the device sign the bytes that `nemcon genesis bytes FILE` writes, as they are, by plain Ed25519",
            ),
            _ => failure,
        }
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Config(error) => error.into(),
            PlanError::NoParty(_) => {
                Self::usage(error).next("`nemcon key new --all DIR --as CODE` writes such a file")
            }
            PlanError::Genesis(_) => {
                Self::refused(error).next("change the plan; nothing was written")
            }
        }
    }
}

impl From<CardError> for Failure {
    fn from(error: CardError) -> Self {
        let failure = Self::refused(&error);
        match error {
            CardError::Unproven { .. } => failure.next(
                "each of these keys signs the card: `nemcon card sign FILE --key KEYFILE`; of a key in a device \
                 `nemcon card bytes FILE` gives what it signs, and `nemcon card attach FILE SIGNATURE` takes it",
            ),
            CardError::NotItsKey(_) | CardError::Proven(_) => {
                failure.next("`nemcon card show FILE` lists the keys of the card, and which have signed")
            }
            CardError::NobodysSignature => failure.next(
                "have the device sign the bytes that `nemcon card bytes FILE` writes, as they are, by plain Ed25519",
            ),
            CardError::Signer(error) => error.into(),
            _ => failure.next("take the card anew from whoever made it; nothing was done"),
        }
    }
}

impl From<CardsError> for Failure {
    fn from(error: CardsError) -> Self {
        let is_unread = |(_, fault): &(_, CardFault)| matches!(fault, CardFault::File(_));
        let failure =
            if error.0.iter().all(is_unread) { Self::usage(&error) } else { Self::refused(&error) };
        let is_of_order = |(_, fault): &(_, CardFault)| {
            matches!(fault, CardFault::Order(_) | CardFault::OrderTwice(_))
        };
        failure.next(if error.0.iter().all(is_of_order) {
            "give `--order` with codes of these cards, each once; nothing was written"
        } else {
            "ask for each of these anew; nothing was written"
        })
    }
}

impl From<FingerprintError> for Failure {
    fn from(error: FingerprintError) -> Self {
        let advice = match error {
            FingerprintError::Count { .. } => {
                "nine groups of three words follow one another behind `--fingerprint`; their numbers do as well"
            }
            _ => "have the group read aloud once more; `nemcon genesis fingerprint FILE` prints it",
        };
        Self::usage(format_args!("`--fingerprint`: {error}")).next(advice)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::usage(&error).next(match error {
            ConfigError::Io { .. } => "check the path and who may read it; nothing was done",
            _ => "mend the file there; nothing was done",
        })
    }
}

impl From<KeyFileError> for Failure {
    fn from(error: KeyFileError) -> Self {
        let failure = Self::usage(&error);
        match error {
            KeyFileError::Io { .. } | KeyFileError::File(PrivateFileError::Io { .. }) => {
                failure.next("check the path and who may read it")
            }
            KeyFileError::Exists(_) => failure.next("name a new file"),
            KeyFileError::Text { error, .. } => failure.next(mend(error)),
            KeyFileError::NoCredentials(name) => failure.next(format_args!(
                "put `LoadCredential={}:FILE` into the unit of the service and start the service, or name a file",
                name.as_str()
            )),
            KeyFileError::Foreign { error, .. } => failure.next(convert(error)),
            KeyFileError::Locked(_) => failure.next(
                "nodes and witnesses start when nobody is there: their keys have no passphrase; `nemcon key \
                 passphrase FILE --no-passphrase` takes it away",
            ),
            KeyFileError::NotOpened { .. } => {
                failure.next(
                "nothing was signed or changed; give the command again. Nobody opens a key whose passphrase is \
                 lost: docs/changing-keys.md says how another key takes its place",
            )
            }
            KeyFileError::Role { wanted, .. } => failure.next(format_args!(
                "give a key of role {wanted}; `nemcon key show FILE` says what a key is for"
            )),
            KeyFileError::File(PrivateFileError::Exposed { path, .. }) => failure.next(format_args!(
                "if nobody else can have read it, `chmod 600 {}`; otherwise take a new key: docs/changing-keys.md",
                path.shown()
            )),
            KeyFileError::Random(_) => failure.next("see to the system's random source; nothing was written"),
        }
    }
}

/// What to do about a text that is no key file.
fn mend(error: KeyTextError) -> &'static str {
    match error {
        KeyTextError::Former => {
            "make a new key: `nemcon key new`; a test network begins anew in a new folder"
        }
        KeyTextError::Foreign => {
            "make a key file of it: `nemcon key import FILE --role ROLE --out KEYFILE`"
        }
        KeyTextError::Block(BlockError::Unsupported(_) | BlockError::Iterations(_)) => RELOCK,
        KeyTextError::Lines
        | KeyTextError::Role(_)
        | KeyTextError::Block(_)
        | KeyTextError::Public => "take the file from its backup",
    }
}

/// The way out where OpenSSL has locked a key in another way.
const RELOCK: &str = "OpenSSL opens it: `umask 077; openssl pkey -in FILE -out OPEN`, then `nemcon key import OPEN --role \
     ROLE --out KEYFILE`; then delete OPEN";

/// What to do about a file of another program that gives no key.
fn convert(error: ForeignError) -> &'static str {
    match error {
        ForeignError::KeyFile => {
            "use it as it is; a key has one use, so for another use make a new key: `nemcon key new`"
        }
        ForeignError::Locked(_) | ForeignError::Rounds(_) => {
            "lock it anew in the usual way, on this machine: `ssh-keygen -p -Z aes256-ctr -a 64 -f FILE`"
        }
        ForeignError::Block(BlockError::Unsupported(_)) | ForeignError::Iterations(_) => RELOCK,
        ForeignError::KeyType(_)
        | ForeignError::Label(_)
        | ForeignError::Block(BlockError::Algorithm) => {
            "make a key of Ed25519: `nemcon key new`, `openssl genpkey -algorithm ed25519` or `ssh-keygen -t \
             ed25519`"
        }
        ForeignError::Several(_) => "put one key into a file of its own",
        ForeignError::Pem
        | ForeignError::Block(_)
        | ForeignError::Damaged
        | ForeignError::Public => {
            "take the file from its backup, or have its program write it again"
        }
    }
}

impl From<PassphraseFileError> for Failure {
    fn from(error: PassphraseFileError) -> Self {
        Self::usage(error).next(
            "write the passphrase, one line, into a file that you alone can read (`chmod 600`)",
        )
    }
}

impl From<SeatsError> for Failure {
    fn from(error: SeatsError) -> Self {
        Self::usage(error)
    }
}

impl From<StagedError> for Failure {
    fn from(error: StagedError) -> Self {
        let failure = Self::usage(&error);
        match error {
            StagedError::NotEmpty(_) => {
                failure.next("name a folder that does not exist yet, or is empty")
            }
            StagedError::NotAFile(_) => {
                failure.next("name a regular file; what is there was left as it is")
            }
            StagedError::Io { .. } => failure.next(
                "see to the disk's room, the path and who may write there, then give the command again: nothing \
                 has appeared under the name that was given",
            ),
        }
    }
}
