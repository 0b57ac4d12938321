//! Tokens: which are there, and how one is opened by its PIN.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cryptoki::context::Pkcs11;
use cryptoki::error::{Error, RvError};
use cryptoki::session::{Session, SessionState, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::AuthPin;

use super::error::{TokenError, Tries};
use super::module::{Module, candidates};
use super::name::TokenName;
use super::uri::TokenUri;
use crate::keyfile::Passphrase;

/// The most slots of one module that are looked at.
const SLOTS_MAX: usize = 256;

/// Where the PIN of a token comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinFrom {
    /// The token wants none, or has it already.
    Nowhere,
    /// A file that the URI names.
    File(PathBuf),
    /// The device has keys of its own for it.
    Device,
    /// Whoever uses the token gives it.
    Person,
}

/// A token that was found, with a session of its own.
#[derive(Clone, Debug)]
pub struct Token {
    module: Module,
    slot: Slot,
    name: TokenName,
    // A session serves one thread at a time.
    session: Arc<Mutex<Session>>,
}

/// The tokens that match a URI, and whatever else is there.
pub(super) struct Found {
    pub(super) tokens: Vec<Token>,
    modules: Vec<PathBuf>,
    others: Vec<TokenName>,
}

impl Found {
    /// Looks for tokens in one module after the other, until `is_it` finds what it looks for among the tokens of a
    /// module that match.
    ///
    /// # Errors
    /// [`TokenError`] if no module can be used, or a matching token opens no session.
    pub(super) fn of(
        uri: &TokenUri,
        mut is_it: impl FnMut(&[Token]) -> Result<bool, TokenError>,
    ) -> Result<Self, TokenError> {
        let mut found = Self { tokens: Vec::new(), modules: Vec::new(), others: Vec::new() };
        let mut failed = None;
        for path in candidates(uri)? {
            let before = found.tokens.len();
            match Module::load(&path) {
                Ok(module) => found.add(&module, uri)?,
                Err(error) => failed = failed.or(Some(error)),
            }
            if is_it(&found.tokens[before..])? {
                return Ok(found);
            }
        }
        match failed {
            Some(error) if found.modules.is_empty() => Err(error),
            _ => Ok(found),
        }
    }

    fn add(&mut self, module: &Module, uri: &TokenUri) -> Result<(), TokenError> {
        self.modules.push(module.path.clone());
        let slots = module.context.get_slots_with_token().map_err(|error| TokenError::Module {
            module: module.path.clone(),
            why: error.to_string(),
        })?;
        for slot in slots.into_iter().take(SLOTS_MAX) {
            // A token that goes while it is looked at is not there.
            let Ok(info) = module.context.get_token_info(slot) else { continue };
            if !info.token_initialized() {
                continue;
            }
            let name = named(&info);
            if matches(uri, &name, slot) {
                self.tokens.push(Token::begin(module, slot, name)?);
            } else {
                self.others.push(name);
            }
        }
        Ok(())
    }

    /// Why no token matches.
    pub(super) fn none(self, uri: &TokenUri) -> TokenError {
        let uri = Box::new(uri.clone());
        TokenError::NoToken { uri, modules: self.modules, there: self.others }
    }
}

fn named(info: &TokenInfo) -> TokenName {
    TokenName {
        label: info.label().into(),
        serial: info.serial_number().into(),
        manufacturer: info.manufacturer_id().into(),
        model: info.model().into(),
    }
}

/// What a token says, if it says anything.
fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn matches(uri: &TokenUri, name: &TokenName, slot: Slot) -> bool {
    let says = |wanted: &Option<String>, there: &str| wanted.as_ref().is_none_or(|it| it == there);
    says(&uri.token, &name.label)
        && says(&uri.serial, &name.serial)
        && says(&uri.manufacturer, &name.manufacturer)
        && says(&uri.model, &name.model)
        && uri.slot_id.is_none_or(|wanted| wanted == slot.id())
}

impl Token {
    fn begin(module: &Module, slot: Slot, name: TokenName) -> Result<Self, TokenError> {
        let session = module.context.open_ro_session(slot);
        let session = session.map_err(|error| TokenError::of(&name, &error))?;
        let session = Arc::new(Mutex::new(session));
        Ok(Self { module: module.clone(), slot, name, session })
    }

    /// The same token with a session that may write.
    pub(super) fn writable(self) -> Result<Self, TokenError> {
        let session = self.context().open_rw_session(self.slot);
        let session = session.map_err(|error| TokenError::of(&self.name, &error))?;
        Ok(Self { session: Arc::new(Mutex::new(session)), ..self })
    }

    /// What the token says of itself.
    pub const fn name(&self) -> &TokenName {
        &self.name
    }

    const fn context(&self) -> &Pkcs11 {
        &self.module.context
    }

    /// The session, for one call after the other.
    pub(super) fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The URI of this token, reached through its module as `asked` says.
    pub(super) fn uri(&self, asked: &TokenUri) -> TokenUri {
        TokenUri {
            token: said(&self.name.label),
            serial: said(&self.name.serial),
            module: asked.module.clone(),
            pin_source: asked.pin_source.clone(),
            ..TokenUri::default()
        }
    }

    /// Whether the token has this mechanism.
    pub(super) fn has(
        &self,
        mechanism: cryptoki::mechanism::MechanismType,
    ) -> Result<bool, TokenError> {
        let all = self.context().get_mechanism_list(self.slot);
        let all = all.map_err(|error| TokenError::of(&self.name, &error))?;
        Ok(all.contains(&mechanism))
    }

    fn info(&self) -> Result<TokenInfo, TokenError> {
        let info = self.context().get_token_info(self.slot);
        info.map_err(|error| TokenError::of(&self.name, &error))
    }

    /// Where the PIN comes from.
    ///
    /// # Errors
    /// [`TokenError`] if the token does not answer.
    pub fn pin_from(&self, uri: &TokenUri) -> Result<PinFrom, TokenError> {
        let info = self.info()?;
        Ok(if !info.login_required() || self.is_open()? {
            PinFrom::Nowhere
        } else if info.protected_authentication_path() {
            PinFrom::Device
        } else if let Some(file) = &uri.pin_source {
            PinFrom::File(file.clone())
        } else {
            PinFrom::Person
        })
    }

    /// How many tries for the PIN the token reports.
    ///
    /// # Errors
    /// [`TokenError`] if the token does not answer.
    pub fn tries(&self) -> Result<Tries, TokenError> {
        let info = self.info()?;
        Ok(if info.user_pin_locked() {
            Tries::None
        } else if info.user_pin_final_try() {
            Tries::Last
        } else if info.user_pin_count_low() {
            Tries::Few
        } else {
            Tries::Unsaid
        })
    }

    fn is_open(&self) -> Result<bool, TokenError> {
        let info = self.session().get_session_info();
        let info = info.map_err(|error| TokenError::of(&self.name, &error))?;
        Ok(matches!(info.session_state(), SessionState::RoUser | SessionState::RwUser))
    }

    /// Opens the token, once. `pin` is absent where the token wants none or asks for it by itself.
    ///
    /// # Errors
    /// [`TokenError`]; a wrong PIN counts at the token.
    pub(super) fn open(&self, pin: Option<&Passphrase>) -> Result<(), TokenError> {
        let info = self.info()?;
        let token = || self.name.clone();
        if !info.login_required() || self.is_open()? {
            return Ok(());
        }
        if info.user_pin_locked() {
            return Err(TokenError::PinLocked { token: token() });
        }
        let (least, most) = (info.min_pin_length(), info.max_pin_length());
        let pin = match pin {
            None if info.protected_authentication_path() => None,
            None => return Err(TokenError::Closed { token: token() }),
            Some(pin) if most > 0 && !(least..=most).contains(&pin.as_str().len()) => {
                return Err(TokenError::PinLength { token: token(), least, most });
            }
            Some(pin) => Some(AuthPin::from(pin.as_str())),
        };
        let done = self.session().login(UserType::User, pin.as_ref());
        match done {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(Error::Pkcs11(
                RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange,
                _,
            )) => Err(TokenError::PinWrong { token: token(), tries: self.tries()? }),
            Err(Error::Pkcs11(RvError::PinLocked, _)) => {
                Err(TokenError::PinLocked { token: token() })
            }
            Err(Error::Pkcs11(
                said @ (RvError::UserPinNotInitialized | RvError::PinExpired),
                _,
            )) => {
                let is_expired = said == RvError::PinExpired;
                Err(TokenError::PinUnset { token: token(), is_expired })
            }
            Err(error) => Err(TokenError::of(&self.name, &error)),
        }
    }
}
