//! The names of credentials.

use core::fmt;

/// What begins the name of a credential in a configuration.
pub(super) const CREDENTIAL: &str = "credential:";
/// The longest name of a credential, in bytes: that of a file.
const CREDENTIAL_NAME_BYTES_MAX: usize = 255;

/// The name of a credential: the name of a file, of letters, digits, `.`, `_` and `-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialName(String);

/// The error for a text that is no name of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "after `credential:` stands a name of at most {CREDENTIAL_NAME_BYTES_MAX} letters, digits, `.`, `_` and `-`, \
     which does not begin with `.`"
)]
pub struct CredentialNameError;

impl CredentialName {
    /// Parses a name, without `credential:`.
    ///
    /// # Errors
    /// [`CredentialNameError`].
    pub(super) fn parse(text: &str) -> Result<Self, CredentialNameError> {
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let is_short = (1..=CREDENTIAL_NAME_BYTES_MAX).contains(&text.len());
        if is_short && text.bytes().all(is_known) && !text.starts_with('.') {
            Ok(Self(text.to_owned()))
        } else {
            Err(CredentialNameError)
        }
    }

    /// The name, without `credential:`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CredentialName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{CREDENTIAL}{}", self.0)
    }
}
