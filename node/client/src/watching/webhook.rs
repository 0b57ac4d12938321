//! Tells a finding to an address.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use nemcon_crypto::Digest;
use serde_json::json;
use ureq::Agent;
use ureq::http::Uri;

use super::finding::Finding;
use crate::failure::Failure;
use crate::tls::tls;

/// How often a finding is sent, and what lies between two times.
const PAUSES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(4)];
const TIME_MAX: Duration = Duration::from_secs(10);

/// An address that hears of findings: `POST`, JSON.
#[derive(Clone, Debug)]
pub struct Webhook {
    agent: Agent,
    address: String,
}

impl Webhook {
    /// The address; nothing is sent yet.
    ///
    /// # Errors
    /// [`Failure`] if it is no `http(s)` address.
    pub fn of(address: &str) -> Result<Self, Failure> {
        let uri: Option<Uri> = address.parse().ok();
        let is_web = uri.as_ref().is_some_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some()
        });
        if !is_web {
            return Err(Failure::usage("the webhook is no http(s) address")
                .next("give one as `https://example.org/hook`"));
        }
        let config = Agent::config_builder()
            .max_redirects(0)
            .tls_config(tls())
            .user_agent(concat!("nemcon/", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(TIME_MAX))
            .build();
        Ok(Self { agent: Agent::new_with_config(config), address: address.to_owned() })
    }

    /// Tells a finding, three times at most until it is taken.
    ///
    /// # Errors
    /// [`Failure`] if nobody has taken it.
    pub fn tell(&self, council: &Digest, finding: &Finding) -> Result<(), Failure> {
        let evidence = finding.evidence.as_deref().map(Path::to_string_lossy);
        let body = json!({
            "council": council, "sort": finding.sort, "at": finding.at, "words": finding.words,
            "evidence": evidence, "shown": finding.shown(),
        })
        .to_string();
        let mut last = String::new();
        for pause in PAUSES {
            sleep(pause);
            let request = self.agent.post(&self.address).content_type("application/json");
            match request.send(&body) {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) => last = format!("it answers with status {}", answer.status().as_u16()),
                Err(error) => last = error.to_string(),
            }
        }
        Err(Failure::usage(format_args!("the webhook did not take what was found: {last}"))
            .next("look at the server of the webhook; what was found stands here"))
    }
}
