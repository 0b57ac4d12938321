//! Tells a finding to an address.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use nemcon_crypto::Digest;
use serde_json::json;

use super::finding::Finding;
use crate::failure::Failure;
use crate::webhook::Webhook;

/// How often a finding is sent, and what lies between two times.
const PAUSES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(4)];

/// Tells a finding, three times at most until it is taken.
///
/// # Errors
/// [`Failure`] if nobody has taken it.
pub fn tell(webhook: &Webhook, council: &Digest, finding: &Finding) -> Result<(), Failure> {
    let evidence = finding.evidence.as_deref().map(Path::to_string_lossy);
    let body = json!({
        "council": council, "sort": finding.sort, "at": finding.at, "words": finding.words,
        "evidence": evidence, "shown": finding.shown(),
    })
    .to_string();
    let mut last = String::new();
    for pause in PAUSES {
        sleep(pause);
        match webhook.post(&body) {
            Ok(()) => return Ok(()),
            Err(error) => last = error.to_string(),
        }
    }
    Err(Failure::usage(format_args!("the webhook did not take what was found: {last}"))
        .next("look at the server of the webhook; what was found stands here"))
}
