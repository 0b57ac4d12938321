//! The place of a key as an argument: a path, or the URI of a key in a token.

use std::ffi::OsStr;

use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{Arg, Command};
use nemcon_client::failure::Failure;
use nemcon_client::party_key::KeyPlace;
use nemcon_client::pkcs11::{TokenUri, TokenUriError};

/// Parses the place of a key. An error does not repeat the argument, which could hold a PIN.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyPlaceParser;

impl TypedValueParser for KeyPlaceParser {
    type Value = KeyPlace;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<KeyPlace, clap::Error> {
        KeyPlace::parse(value.into()).map_err(|error| told(command, argument, error))
    }
}

/// Parses the URI of a token or of a key in it, as [`KeyPlaceParser`] does.
#[derive(Clone, Copy, Debug)]
pub(super) struct TokenUriParser;

impl TypedValueParser for TokenUriParser {
    type Value = TokenUri;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<TokenUri, clap::Error> {
        let uri = value.to_str().ok_or(TokenUriError::Scheme).and_then(str::parse);
        uri.map_err(|error| told(command, argument, error))
    }
}

fn told(command: &Command, argument: Option<&Arg>, error: TokenUriError) -> clap::Error {
    let failure = Failure::from(error);
    let of = argument.map_or_else(String::new, |argument| format!("{argument}: "));
    let next = failure.advice().map_or_else(String::new, |next| format!("\nnext: {next}"));
    let words = format!("{of}{}{next}\n", failure.message());
    clap::Error::raw(ErrorKind::ValueValidation, words).with_cmd(command)
}
