//! What a running node reads again at SIGHUP: addresses, keys, tokens, the certificate.

use std::path::{Path, PathBuf};

use nemcon_client::atomic_write::folder_of;
use nemcon_client::config::NodeConfig;
use nemcon_client::token::Tokens;
use tokio::signal::unix::Signal;
use tokio::sync::{mpsc, watch};

use super::addresses::addresses;
use super::error::ServerError;
use super::http::Shown;
use super::identity::keyring;
use super::requests::Request;

/// What a configuration that is read again can change.
pub(super) struct Reload {
    path: PathBuf,
    requests: mpsc::Sender<Request>,
    tokens: watch::Sender<Tokens>,
    shown: Option<watch::Sender<Shown>>,
}

impl Reload {
    /// The configuration in `path`, with the channels to what it changes.
    pub(super) fn of(
        path: &Path,
        requests: mpsc::Sender<Request>,
        tokens: watch::Sender<Tokens>,
        shown: Option<watch::Sender<Shown>>,
    ) -> Self {
        Self { path: path.to_owned(), requests, tokens, shown }
    }

    /// Reads the configuration again at each SIGHUP. A part that cannot be used is logged and left as it was.
    pub(super) async fn on(self, mut hangup: Signal) {
        while hangup.recv().await.is_some() {
            match self.again() {
                Ok((request, tokens)) => {
                    drop(self.requests.send(request).await);
                    self.tokens.send_replace(tokens);
                    tracing::info!(
                        event = %"reloaded",
                        "the peers' addresses, the keys and the tokens are read again"
                    );
                }
                Err(error) => {
                    tracing::error!(event = %"not-reloaded", %error, "the configuration stays as it was");
                }
            }
            self.certificate();
        }
    }

    fn again(&self) -> Result<(Request, Tokens), ServerError> {
        let config = NodeConfig::load(&self.path)?;
        let tokens = Tokens::prepare(folder_of(&self.path))?;
        Ok((Request::Reload(addresses(&config)?, keyring(&config)?), tokens))
    }

    /// Reads the certificate again. The address stays the one of the start.
    fn certificate(&self) {
        let (Some(shown), Ok(config)) = (&self.shown, NodeConfig::load(&self.path)) else { return };
        let Some(tls) = &config.http_tls else {
            tracing::warn!(
                event = %"tls-gone",
                "`[http_tls]` is gone from the configuration: the node closes that address when it starts again"
            );
            return;
        };
        match Shown::read(tls) {
            Ok(read) => {
                shown.send_replace(read);
                tracing::info!(event = %"certificate-reloaded", "the certificate of the HTTP interface is read again");
            }
            Err(error) => {
                tracing::error!(event = %"certificate-kept", %error, "the certificate stays as it was");
            }
        }
    }
}
