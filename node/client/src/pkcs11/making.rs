//! A new key pair, made by a token and never seen outside of it.

use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, ObjectClass};

use super::error::TokenError;
use super::key::{EDDSA, EDWARDS, TokenKey, named, objects};
use super::token::{Found, PinFrom, Token};
use super::uri::TokenUri;
use crate::keyfile::Passphrase;

/// How the curve is named: by the object identifier of Ed25519 [RFC 8410], or by its name [PKCS #11 v3.1, 6.3.3].
/// Tokens know one or the other.
const CURVES: [&[u8]; 2] = [&[6, 3, 0x2b, 0x65, 0x70], b"\x13\x0cedwards25519"];
/// The length of the identifier that a new key gets, in bytes.
const ID_BYTES: usize = 8;
/// What a new key signs once, to show that the device signs rightly.
const TRIAL: &[u8] = b"a trial of a new key, which says nothing\n";

/// The key that a token is to make.
#[derive(Debug)]
pub struct NewTokenKey {
    uri: TokenUri,
    token: Token,
}

impl NewTokenKey {
    /// Finds the token, and checks that it can make such a key and has none of this label.
    ///
    /// # Errors
    /// [`TokenError`] unless exactly one token matches.
    pub fn begin(uri: &TokenUri) -> Result<Self, TokenError> {
        let boxed = || Box::new(uri.clone());
        if uri.object.is_none() {
            return Err(TokenError::NamesNoKey { uri: boxed() });
        }
        let mut found = Found::of(uri, |tokens| Ok(!tokens.is_empty()))?;
        let Some(token) = found.tokens.pop() else { return Err(found.none(uri)) };
        if !found.tokens.is_empty() {
            found.tokens.push(token);
            let found = found.tokens.iter().map(|token| token.name().clone()).collect();
            return Err(TokenError::SeveralTokens { uri: boxed(), found });
        }
        for (mechanism, what) in [
            (MechanismType::ECC_EDWARDS_KEY_PAIR_GEN, "make Ed25519 keys"),
            (EDDSA, "sign by Ed25519"),
        ] {
            if !token.has(mechanism)? {
                return Err(TokenError::Unable { token: token.name().clone(), what });
            }
        }
        let new = Self { uri: uri.clone(), token: token.writable()? };
        new.verify_vacant()?;
        Ok(new)
    }

    /// The token that makes the key.
    pub const fn token(&self) -> &Token {
        &self.token
    }

    /// Where the token's PIN comes from.
    ///
    /// # Errors
    /// [`TokenError`] if the token does not answer.
    pub fn pin_from(&self) -> Result<PinFrom, TokenError> {
        self.token.pin_from(&self.uri)
    }

    /// Checks that no key has the label, as far as the token shows keys now.
    fn verify_vacant(&self) -> Result<(), TokenError> {
        let label = named(&TokenUri { id: None, ..self.uri.clone() });
        let session = self.token.session();
        for class in [ObjectClass::PUBLIC_KEY, ObjectClass::PRIVATE_KEY] {
            let wanted = [vec![Attribute::Class(class)], label.clone()].concat();
            let found = objects(&session, &wanted);
            if !found.map_err(|error| TokenError::of(self.token.name(), &error))?.is_empty() {
                return Err(TokenError::Exists { uri: Box::new(self.uri.clone()) });
            }
        }
        Ok(())
    }

    /// Has the token make the key pair. The private half cannot be read or taken out.
    ///
    /// # Errors
    /// [`TokenError`], also if the token signs wrongly with the new key.
    pub fn make(self, pin: Option<&Passphrase>) -> Result<TokenKey, TokenError> {
        self.token.open(pin)?;
        // A token may show some keys only once it is open.
        self.verify_vacant()?;
        let mut id = [0; ID_BYTES];
        getrandom::fill(&mut id).map_err(|_| TokenError::Random)?;
        let uri = TokenUri {
            object: self.uri.object.clone(),
            id: Some(self.uri.id.clone().unwrap_or_else(|| id.to_vec())),
            ..self.token.uri(&self.uri)
        };
        self.generate(&uri)?;
        let key = TokenKey::find(&uri)?.opened(pin)?;
        key.sign(TRIAL)?;
        Ok(key)
    }

    fn generate(&self, uri: &TokenUri) -> Result<(), TokenError> {
        let token = self.token.name();
        let unable = TokenError::Unable { token: token.clone(), what: "make Ed25519 keys" };
        for curve in CURVES {
            let mut public = vec![
                EDWARDS,
                Attribute::Token(true),
                Attribute::Private(false),
                Attribute::Verify(true),
                Attribute::EcParams(curve.to_vec()),
            ];
            let mut private = vec![
                EDWARDS,
                Attribute::Token(true),
                Attribute::Private(true),
                Attribute::Sensitive(true),
                Attribute::Extractable(false),
                Attribute::Sign(true),
            ];
            public.extend(named(uri));
            private.extend(named(uri));
            let made = self.token.session().generate_key_pair(
                &Mechanism::EccEdwardsKeyPairGen,
                &public,
                &private,
            );
            match made {
                Ok(_) => return Ok(()),
                Err(Error::Pkcs11(
                    RvError::CurveNotSupported
                    | RvError::DomainParamsInvalid
                    | RvError::AttributeValueInvalid
                    | RvError::MechanismParamInvalid
                    | RvError::GeneralError
                    | RvError::FunctionFailed,
                    _,
                )) => {}
                Err(Error::Pkcs11(RvError::TokenWriteProtected, _)) => {
                    let what = "let anybody write: it is write-protected";
                    return Err(TokenError::Unable { token: token.clone(), what });
                }
                Err(error) => return Err(TokenError::of(token, &error)),
            }
        }
        Err(unable)
    }
}
