//! What a person can do next if a key in a token cannot be used, or a signature that was made elsewhere is wrong.

use super::Failure;
use crate::detached::SignatureFileError;
use crate::party_key::PartyKeyError;
use crate::pkcs11::{TokenError, TokenUriError};
use crate::signer_error::{DetachedError, SignerError};
use crate::statements::AttachError;

impl From<TokenUriError> for Failure {
    fn from(error: TokenUriError) -> Self {
        let failure = Self::usage(&error);
        match error {
            TokenUriError::PinValue => failure.next(
                "take the PIN out of the URI, and out of your shell's history: you are asked for it; in a script give \
                 `--passphrase-file FILE` or `pin-source=file:/PATH`",
            ),
            TokenUriError::PinSource => failure.next(
                "write the PIN, one line, into a file that you alone can read (`chmod 600`)",
            ),
            _ => failure.next(
                "`nemcon key list --pkcs11` prints the URIs of the keys that are there; put the URI between quotes, \
                 because `;` ends a command of the shell",
            ),
        }
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        let advice = advice(&error);
        let is_refused = matches!(
            error,
            TokenError::PinWrong { .. }
                | TokenError::WrongSignature { .. }
                | TokenError::Exists { .. }
                | TokenError::Public { .. }
        );
        let failure = if is_refused { Self::refused(error) } else { Self::usage(error) };
        failure.next(advice)
    }
}

const fn advice(error: &TokenError) -> &'static str {
    match error {
        TokenError::NoModule { .. } => {
            "install the module of the token's maker, and name it: `--pkcs11-module FILE`, `module-path=FILE` behind the \
             `?` of the URI, or NEMCON_PKCS11_MODULE"
        }
        TokenError::Module { .. } => {
            "name the library of the token's maker for this machine: `--pkcs11-module FILE`, or `module-path=FILE` behind \
             the `?` of the URI"
        }
        TokenError::NoToken { .. } => {
            "put the token in, or correct `token` and `serial` in the URI: `nemcon key list --pkcs11` lists what is there"
        }
        TokenError::SeveralTokens { .. } => "say in the URI which one is meant: `serial=...`",
        TokenError::NoKey { .. } => {
            "`nemcon key list --pkcs11` lists the keys that are there. A token that shows no public half without its PIN \
             wants `pin-source=file:/PATH` in the URI, or an object with the public half that is not private"
        }
        TokenError::SeveralKeys { .. } => {
            "say in the URI which one is meant: `id=...`, and `serial=...` if they are in several tokens"
        }
        TokenError::NamesNoKey { .. } => {
            "add `object=LABEL` or `id=...`: the key's label or identifier"
        }
        TokenError::Public { .. } => "make a new key: `nemcon key new --pkcs11 URI --role ROLE`",
        TokenError::NoPrivate { .. } => "name the key pair whose private half is in the token too",
        TokenError::EachTime { .. } => {
            "take a key for which the token wants its PIN once (CKA_ALWAYS_AUTHENTICATE is false)"
        }
        TokenError::PinWrong { .. } => {
            "nothing was signed or made, and no second try was taken by itself: too many wrong PINs lock the token"
        }
        TokenError::PinLength { .. } => {
            "no try was used up; give the command again with the right PIN"
        }
        TokenError::PinLocked { .. } => {
            "nothing was signed; whoever manages the token unlocks it with its SO PIN or PUK, with the tools of its maker"
        }
        TokenError::PinUnset { .. } => "set a user PIN with the tools of the token's maker",
        TokenError::Closed { .. } => {
            "give the command at a terminal, or `--passphrase-file FILE` with the PIN"
        }
        TokenError::Gone { .. } => {
            "nothing was signed; put the token in and give the command again from the beginning"
        }
        TokenError::Unable { .. } => {
            "take a token with CKM_EDDSA and CKM_EC_EDWARDS_KEY_PAIR_GEN (PKCS#11 3.0), or a key file"
        }
        TokenError::Exists { .. } => "name another label, or sign with the key that is there",
        TokenError::WrongSignature { .. } => {
            "do not use this token: it is broken, or its module is another one than it says; ask its maker"
        }
        TokenError::Call { .. } => {
            "nothing was signed; look the error up in PKCS#11 and in the documents of the token's maker"
        }
        TokenError::Random => "see to the system's random source",
    }
}

impl From<PartyKeyError> for Failure {
    fn from(error: PartyKeyError) -> Self {
        match error {
            PartyKeyError::File(error) => error.into(),
            PartyKeyError::Token(error) => (*error).into(),
            PartyKeyError::PinFile(error) => error.into(),
        }
    }
}

impl From<SignerError> for Failure {
    fn from(error: SignerError) -> Self {
        match error {
            SignerError::Locked(_) => Self::usage(error)
                .next("give the passphrase when you are asked; nothing was signed"),
            SignerError::Token(error) => (*error).into(),
            SignerError::Detached(error) => error.into(),
        }
    }
}

impl From<DetachedError> for Failure {
    fn from(error: DetachedError) -> Self {
        let failure = Self::refused(&error);
        failure.next(match error {
            DetachedError::Wrong(_) => {
                "have exactly the bytes signed that `nemcon statement bytes -o FILE` writes, by Ed25519 without a hash \
                 before it, with this very key"
            }
            DetachedError::Other { .. } => {
                "have the bytes themselves signed, as `nemcon statement bytes -o FILE` writes them: Ed25519 (PureEdDSA) \
                 hashes by itself; with OpenSSL `openssl pkeyutl -sign -rawin`"
            }
        })
    }
}

impl From<AttachError> for Failure {
    fn from(error: AttachError) -> Self {
        let failure = Self::refused(&error);
        match error {
            AttachError::NoOfficer { .. } => failure.next(
                "`nemcon member list --json` tells the keys of today: give that with `--seats` if they have changed \
                 since the founding",
            ),
            AttachError::Seal(_) => failure.next("`nemcon statement sign --key FILE` where that file is"),
            AttachError::ByAnother { .. } => failure.next("give the officer whose signature it is"),
            AttachError::Statement(error) => error.into(),
        }
    }
}

impl From<SignatureFileError> for Failure {
    fn from(error: SignatureFileError) -> Self {
        let failure = Self::usage(&error);
        match error {
            SignatureFileError::Io { .. } => failure.next("check the path and who may read it"),
            SignatureFileError::Form(_) => failure
                .next("give the file that holds the 64 bytes of the signature and nothing else"),
        }
    }
}
