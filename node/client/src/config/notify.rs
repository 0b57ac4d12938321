//! Who is told of events, as the configuration says.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::ConfigError;
use crate::notifying::EventKind;
use crate::webhook::is_web;

/// The file with the secret of the webhook, where the configuration names none.
const SECRET_FILE: &str = "webhook.secret";

/// Who is told of events, and of which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotifyConfig {
    /// The `http(s)` address that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<String>,
    /// The file with the secret that signs what the webhook is told; by default `webhook.secret`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<PathBuf>,
    /// The program that is run for each event, and its arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exec: Option<Vec<String>>,
    /// The kinds of events that are told; by default all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<EventKind>>,
}

impl NotifyConfig {
    /// Whether events of this kind are told.
    pub fn tells(&self, kind: EventKind) -> bool {
        self.events.as_ref().is_none_or(|kinds| kinds.contains(&kind))
    }

    /// The file with the secret of the webhook.
    pub fn secret_file(&self) -> &Path {
        self.secret.as_deref().unwrap_or(Path::new(SECRET_FILE))
    }

    pub(super) fn verify(&self, path: &Path) -> Result<(), ConfigError> {
        let wrong = |what| Err(ConfigError::Notify { path: path.to_owned(), what });
        if self.webhook.as_deref().is_some_and(|address| !is_web(address)) {
            return wrong("`webhook` is no http(s) address, such as \"https://example.org/hook\"");
        }
        if self.exec.as_ref().is_some_and(|words| words.first().is_none_or(String::is_empty)) {
            return wrong("`exec` names no program");
        }
        if self.webhook.is_none() && self.exec.is_none() {
            return wrong("neither `webhook` nor `exec` says whom to tell");
        }
        Ok(())
    }

    /// Takes relative paths from this folder. The name of a program without `/` is looked up in `PATH`.
    pub(super) fn take_from(&mut self, folder: &Path) {
        if self.webhook.is_some() {
            self.secret = Some(folder.join(self.secret_file()));
        }
        if let Some(program) = self.exec.as_mut().and_then(|words| words.first_mut())
            && program.contains('/')
            && let Some(joined) = folder.join(&*program).to_str()
        {
            joined.clone_into(program);
        }
    }
}
