//! Tells something to an address: `POST`, JSON, signed where there is a secret [Standard Webhooks].

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nemcon_crypto::hash::hmac_sha256;
use nemcon_ledger::text::Show as _;
use ureq::Agent;
use ureq::http::Uri;
use zeroize::Zeroizing;

use crate::atomic_write::new_file;
use crate::failure::Failure;
use crate::keyfile::{Passphrase, PassphraseFileError};
use crate::tls::tls;

/// How long one attempt may take.
const TIME_MAX: Duration = Duration::from_secs(10);
/// How a secret begins, before its bytes in base64 [Standard Webhooks].
const SECRET_PREFIX: &str = "whsec_";
/// The shortest and the longest secret, in bytes [Standard Webhooks].
const SECRET_BYTES: core::ops::RangeInclusive<usize> = 24..=64;
/// The bytes of a secret that is made here.
const NEW_SECRET_BYTES: usize = 32;

/// An address that hears of something.
#[derive(Clone, Debug)]
pub struct Webhook {
    agent: Agent,
    address: String,
}

/// Why an address did not take what it was told.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// It answers with a status other than success; a redirect is none.
    #[error("it answers with status {0}")]
    Status(u16),
    /// It does not answer.
    #[error("{0}")]
    Unreachable(Box<ureq::Error>),
}

impl Webhook {
    /// The address; nothing is sent yet.
    ///
    /// # Errors
    /// [`Failure`] if it is no `http(s)` address.
    pub fn of(address: &str) -> Result<Self, Failure> {
        if !is_web(address) {
            return Err(Failure::usage("the webhook is no http(s) address")
                .next("give one as `https://example.org/hook`"));
        }
        let config = Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .tls_config(tls())
            .user_agent(concat!("nemcon/", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(TIME_MAX))
            .build();
        Ok(Self { agent: Agent::new_with_config(config), address: address.to_owned() })
    }

    /// Sends the body once.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub fn post(&self, body: &str) -> Result<(), NotTaken> {
        self.send(body, &[])
    }

    /// Sends the body once, with its id, the time in seconds since 1970, and the signature over all three.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub fn post_signed(
        &self,
        secret: &WebhookSecret,
        (id, time_s): (&str, u64),
        body: &str,
    ) -> Result<(), NotTaken> {
        let time_s = time_s.to_string();
        let signature = secret.sign(id, &time_s, body);
        self.send(
            body,
            &[
                ("webhook-id", id),
                ("webhook-timestamp", &time_s),
                ("webhook-signature", &signature),
            ],
        )
    }

    fn send(&self, body: &str, headers: &[(&str, &str)]) -> Result<(), NotTaken> {
        let mut request = self.agent.post(&self.address).content_type("application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match request.send(body) {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(NotTaken::Status(answer.status().as_u16())),
            Err(error) => Err(NotTaken::Unreachable(Box::new(error))),
        }
    }
}

/// Whether the text is an `http(s)` address.
pub fn is_web(address: &str) -> bool {
    let uri: Option<Uri> = address.parse().ok();
    uri.as_ref().is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some()
    })
}

/// The secret that signs what a webhook is told: `whsec_` and 24 to 64 bytes in base64. Both ends have it.
pub struct WebhookSecret(Zeroizing<Vec<u8>>);

/// Why there is no secret of a webhook.
#[derive(Debug, thiserror::Error)]
pub enum WebhookSecretError {
    /// The file cannot be read, or others can read it.
    #[error("the webhook's secret: {0}")]
    File(#[from] PassphraseFileError),
    /// The text of the file is no secret.
    #[error("{}: a webhook's secret is one line `whsec_` and 24 to 64 bytes in base64", .0.shown())]
    Text(PathBuf),
    /// The file cannot be written.
    #[error("{}: {source}", .path.shown())]
    Unwritten {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The operating system gave no random bytes.
    #[error("the system's random source failed: {0}")]
    Random(#[from] getrandom::Error),
}

impl core::fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("WebhookSecret")
    }
}

impl WebhookSecret {
    /// The secret in this file, which its owner alone can read. A secret is made there if the file is not there.
    ///
    /// # Errors
    /// [`WebhookSecretError`].
    pub fn prepare(path: &Path) -> Result<Self, WebhookSecretError> {
        if matches!(path.symlink_metadata(), Err(error) if error.kind() == io::ErrorKind::NotFound)
        {
            let mut bytes = Zeroizing::new(vec![0; NEW_SECRET_BYTES]);
            getrandom::fill(&mut bytes)?;
            let text = Zeroizing::new(format!("{SECRET_PREFIX}{}\n", STANDARD.encode(&*bytes)));
            let unwritten =
                |source| WebhookSecretError::Unwritten { path: path.to_owned(), source };
            new_file(path, text.as_bytes()).map_err(unwritten)?;
        }
        let line = Passphrase::read(path)?;
        let secret = core::str::from_utf8(line.as_bytes()).ok().and_then(Self::parse);
        secret.ok_or_else(|| WebhookSecretError::Text(path.to_owned()))
    }

    fn parse(line: &str) -> Option<Self> {
        let bytes = STANDARD.decode(line.strip_prefix(SECRET_PREFIX)?).ok()?;
        let bytes = Zeroizing::new(bytes);
        SECRET_BYTES.contains(&bytes.len()).then_some(Self(bytes))
    }

    /// `v1,` and HMAC-SHA-256 over `id.time.body` in base64 [Standard Webhooks].
    pub fn sign(&self, id: &str, time_s: &str, body: &str) -> String {
        let parts = [id, ".", time_s, ".", body].map(str::as_bytes);
        format!("v1,{}", STANDARD.encode(hmac_sha256(&self.0, &parts).as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_the_standards_example_is() {
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed =
            secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_made_once_and_kept_from_others() {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("webhook.secret");
        let made = WebhookSecret::prepare(&path).unwrap();
        assert_eq!(made.0, WebhookSecret::prepare(&path).unwrap().0);
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let error = WebhookSecret::prepare(&path).unwrap_err().to_string();
        assert!(error.contains("others can read"), "{error}");
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        for text in ["", "whsec_AAAA\n", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", "whsec_%\n"] {
            std::fs::write(&path, text).unwrap();
            assert!(WebhookSecret::prepare(&path).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_address_is_one_of_the_web() {
        assert!(is_web("https://example.org/hook") && is_web("http://127.0.0.1:8080"));
        assert!(!is_web("ftp://example.org") && !is_web("/hook") && !is_web("https://"));
    }
}
