//! A key in a token: found by its public half, opened by the token's PIN, and never taken out.

use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use nemcon_crypto::signing::PublicKeyError;
use nemcon_crypto::{PublicKey, Signature};

use super::error::TokenError;
use super::token::{Found, PinFrom, Token};
use super::uri::TokenUri;
use crate::keyfile::Passphrase;

/// The most keys of one token that are looked at.
const KEYS_MAX: usize = 256;

/// A key in a token, found by its public half. Whether it can sign shows once the token is open.
#[derive(Clone, Debug)]
pub struct TokenKey {
    uri: TokenUri,
    token: Token,
    public: PublicKey,
    private: Option<ObjectHandle>,
}

/// The public half of a key, as a token shows it.
struct Seen {
    token: Token,
    label: Vec<u8>,
    id: Vec<u8>,
    point: Vec<u8>,
}

impl TokenKey {
    /// Finds the key that this URI names. No PIN is needed, unless the token hides public halves and the URI names
    /// a file with the PIN.
    ///
    /// # Errors
    /// [`TokenError`] unless exactly one key matches.
    pub fn find(uri: &TokenUri) -> Result<Self, TokenError> {
        let boxed = || Box::new(uri.clone());
        if uri.names_no_key() {
            return Err(TokenError::NamesNoKey { uri: boxed() });
        }
        let mut seen = all_seen(uri)?;
        let Some(first) = seen.pop() else {
            let nameless = TokenUri { object: None, id: None, ..uri.clone() };
            let there = all_seen(&nameless)?.iter().map(|it| it.uri(&nameless)).collect();
            return Err(TokenError::NoKey { uri: boxed(), there });
        };
        if !seen.is_empty() {
            seen.push(first);
            let found = seen.iter().map(|it| it.uri(uri)).collect();
            return Err(TokenError::SeveralKeys { uri: boxed(), found });
        }
        let public = public(&first.point);
        let public = public.map_err(|error| TokenError::Public { uri: boxed(), error })?;
        Ok(Self { uri: first.uri(uri), token: first.token, public, private: None })
    }

    /// The public half.
    pub const fn public(&self) -> PublicKey {
        self.public
    }

    /// The URI that names this key in this token alone.
    pub const fn uri(&self) -> &TokenUri {
        &self.uri
    }

    /// The token.
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

    /// The key, once the token is open. A wrong PIN counts at the token, so that one try is made and no second.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn opened(&self, pin: Option<&Passphrase>) -> Result<Self, TokenError> {
        if self.private.is_some() {
            return Ok(self.clone());
        }
        self.token.open(pin)?;
        let private = self.find_private()?;
        Ok(Self { private: Some(private), ..self.clone() })
    }

    fn find_private(&self) -> Result<ObjectHandle, TokenError> {
        let uri = || Box::new(self.uri.clone());
        let session = self.token.session();
        let mut wanted = vec![Attribute::Class(ObjectClass::PRIVATE_KEY), EDWARDS];
        wanted.extend(named(&self.uri));
        let failed = |error| TokenError::of(self.token.name(), &error);
        let mut found = objects(&session, &wanted).map_err(failed)?;
        let private = found.pop().ok_or_else(|| TokenError::NoPrivate { uri: uri() })?;
        if !found.is_empty() {
            // Two private keys of one label and identifier: which one is the public half's?
            let found = vec![self.uri.clone(); found.len() + 1];
            return Err(TokenError::SeveralKeys { uri: uri(), found });
        }
        let each_time = session.get_attributes(private, &[AttributeType::AlwaysAuthenticate]);
        if let Ok([Attribute::AlwaysAuthenticate(true)]) = each_time.as_deref() {
            return Err(TokenError::EachTime { uri: uri() });
        }
        Ok(private)
    }

    /// Signs a message. The signature was verified when this returns.
    ///
    /// # Errors
    /// [`TokenError`]: the token is not open or gone, or has returned what does not verify.
    pub fn sign(&self, message: &[u8]) -> Result<Signature, TokenError> {
        let name = self.token.name();
        let private = self.private.ok_or_else(|| TokenError::Closed { token: name.clone() })?;
        let how = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Ed25519));
        let made = self.token.session().sign(&how, private, message);
        let made = made.map_err(|error| match error {
            Error::Pkcs11(RvError::MechanismInvalid | RvError::KeyFunctionNotPermitted, _) => {
                TokenError::Unable { token: name.clone(), what: "sign with this key by Ed25519" }
            }
            error => TokenError::of(name, &error),
        })?;
        let wrong =
            || TokenError::WrongSignature { token: name.clone(), uri: Box::new(self.uri.clone()) };
        let signature = Signature::from_bytes(made[..].try_into().map_err(|_| wrong())?);
        self.public.verify(message, &signature).map_err(|_| wrong())?;
        Ok(signature)
    }
}

impl Seen {
    /// The URI that names this key in this token alone.
    fn uri(&self, asked: &TokenUri) -> TokenUri {
        let object = String::from_utf8(self.label.clone()).ok().filter(|label| !label.is_empty());
        let id = Some(self.id.clone()).filter(|id| !id.is_empty());
        TokenUri { object, id, ..self.token.uri(asked) }
    }
}

/// The kind of keys that Ed25519 is of.
pub(super) const EDWARDS: Attribute = Attribute::KeyType(KeyType::EC_EDWARDS);

/// The attributes by which a URI names a key.
pub(super) fn named(uri: &TokenUri) -> Vec<Attribute> {
    let label = uri.object.as_ref().map(|label| Attribute::Label(label.clone().into_bytes()));
    let id = uri.id.as_ref().map(|id| Attribute::Id(id.clone()));
    label.into_iter().chain(id).collect()
}

/// The objects that have these attributes.
pub(super) fn objects(
    session: &Session,
    wanted: &[Attribute],
) -> cryptoki::error::Result<Vec<ObjectHandle>> {
    session.iter_objects(wanted)?.take(KEYS_MAX).collect()
}

/// The public halves that match the URI, in all matching tokens of the first module that shows one.
fn all_seen(uri: &TokenUri) -> Result<Vec<Seen>, TokenError> {
    let mut seen = Vec::new();
    let found = Found::of(uri, |tokens| {
        for token in tokens {
            seen.append(&mut seen_with_pin(token, uri)?);
        }
        Ok(!seen.is_empty())
    })?;
    if found.tokens.is_empty() {
        return Err(found.none(uri));
    }
    Ok(seen)
}

/// The public halves in this token. Some tokens show nothing until they are open: then a file that the URI names
/// gives the PIN, so that nobody has to be asked.
fn seen_with_pin(token: &Token, uri: &TokenUri) -> Result<Vec<Seen>, TokenError> {
    let seen = seen_in(token, uri)?;
    if seen.is_empty()
        && let PinFrom::File(file) = token.pin_from(uri)?
        && let Ok(pin) = Passphrase::read(&file)
    {
        token.open(Some(&pin))?;
        return seen_in(token, uri);
    }
    Ok(seen)
}

fn seen_in(token: &Token, uri: &TokenUri) -> Result<Vec<Seen>, TokenError> {
    let session = token.session();
    let mut wanted = vec![Attribute::Class(ObjectClass::PUBLIC_KEY), EDWARDS];
    wanted.extend(named(uri));
    let failed = |error| TokenError::of(token.name(), &error);
    let mut seen = Vec::new();
    for object in objects(&session, &wanted).map_err(failed)? {
        let asked = [AttributeType::Label, AttributeType::Id, AttributeType::EcPoint];
        let said = session.get_attributes(object, &asked).map_err(failed)?;
        let mut it =
            Seen { token: token.clone(), label: Vec::new(), id: Vec::new(), point: Vec::new() };
        for attribute in said {
            match attribute {
                Attribute::Label(label) => it.label = label,
                Attribute::Id(id) => it.id = id,
                Attribute::EcPoint(point) => it.point = point,
                _ => {}
            }
        }
        seen.push(it);
    }
    Ok(seen)
}

/// The keys that match the URI and show their public half without a PIN, each by the URI that names it alone.
///
/// # Errors
/// [`TokenError`] if no token matches, or none answers.
pub fn list(uri: &TokenUri) -> Result<Vec<(TokenUri, Option<PublicKey>)>, TokenError> {
    let seen = all_seen(uri)?;
    Ok(seen.iter().map(|it| (it.uri(uri), public(&it.point).ok())).collect())
}

/// The key that `CKA_EC_POINT` holds: its 32 bytes, or these as an `OCTET STRING` in DER [PKCS #11 v3.1, 6.3.5].
fn public(point: &[u8]) -> Result<PublicKey, PublicKeyError> {
    let bytes = match point {
        [4, 32, bytes @ ..] if bytes.len() == 32 => bytes,
        bytes => bytes,
    };
    PublicKey::from_bytes(bytes.try_into().map_err(|_| PublicKeyError::Encoding)?)
}

/// The mechanism by which Ed25519 signs.
pub(super) const EDDSA: MechanismType = MechanismType::EDDSA;

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_crypto::SecretKey;

    #[test]
    fn a_point_is_read_raw_and_in_der_and_in_no_third_way() {
        let key = SecretKey::from_seed(&[7; 32]).public();
        let raw = key.as_bytes().to_vec();
        let der = [&[4, 32][..], &raw].concat();
        assert_eq!(public(&raw), Ok(key));
        assert_eq!(public(&der), Ok(key));
        for wrong in [
            Vec::new(),
            raw[1..].to_vec(),
            [&[4, 33][..], &raw].concat(),
            [&[3, 33, 0][..], &raw].concat(),
            [&der[..], &[0]].concat(),
        ] {
            assert_eq!(public(&wrong), Err(PublicKeyError::Encoding), "{wrong:?}");
        }
        assert_eq!(public(&[0; 32]), Err(PublicKeyError::SmallOrder));
    }

    #[test]
    fn a_raw_point_that_begins_like_der_stays_itself() {
        // 32 bytes are never an OCTET STRING of 32 bytes.
        let mut point = [0; 32];
        point[..2].copy_from_slice(&[4, 32]);
        assert_ne!(public(&point), Err(PublicKeyError::Encoding));
    }
}
