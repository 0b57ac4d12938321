//! Tells one address or program of events, one after the other.

use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use nemcon_client::config::{NodeConfig, NotifyConfig};
use nemcon_client::notifying::{Notice, Told, View, facts};
use nemcon_client::webhook::{Webhook, WebhookSecret};
use nemcon_crypto::Digest;
use nemcon_ledger::text::{Code, Show as _};

use super::looking::Looking;
use super::program::Program;
use crate::server::clock::clock;

/// After so many attempts an event is given up.
pub(super) const ATTEMPTS_MAX: u32 = 10;
/// The most events that are told at one look.
const NEWS_MAX: usize = 256;

/// Who is told.
pub(super) enum Sink {
    Webhook(Webhook, WebhookSecret),
    Program(Program),
}

/// What lies between two looks, and between two attempts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pauses {
    /// Between two looks at the node.
    pub(super) look: Duration,
    /// Before the second attempt; four times as long before each further one.
    pub(super) first: Duration,
    /// The longest pause between two attempts.
    pub(super) longest: Duration,
    /// How long after the start a condition that was told may still be found again, before it counts as over.
    pub(super) conditions: Duration,
}

impl Default for Pauses {
    fn default() -> Self {
        Self {
            look: Duration::from_secs(2),
            first: Duration::from_secs(1),
            longest: Duration::from_mins(15),
            conditions: Duration::from_mins(1),
        }
    }
}

/// Tells one address or program.
pub(super) struct Telling {
    sink: Sink,
    council: Digest,
    member: Code,
    notify: NotifyConfig,
    /// The file with what was told.
    file: PathBuf,
    told: Option<Told>,
    pauses: Pauses,
    started: Instant,
}

impl Telling {
    pub(super) fn new(sink: Sink, config: &NodeConfig, file: PathBuf, pauses: Pauses) -> Self {
        let told = Told::read(&file).unwrap_or_else(|error| {
            tracing::warn!(event = %"told-unknown", file = %file.shown(), %error, "what was told is not known: what is past is not told again");
            None
        });
        let notify = config.notify.clone().unwrap_or_default();
        let (council, member) = (config.council, config.member.clone());
        Self { sink, council, member, notify, file, told, pauses, started: Instant::now() }
    }

    /// Looks and tells without end.
    pub(super) fn run(mut self, mut looking: Looking) {
        loop {
            let settled = self.told.as_ref().map_or(0, Told::settled);
            match looking.look(settled) {
                Ok(Some(view)) => {
                    if self.tell(&view) > 0 {
                        // Much may have happened while this was told.
                        looking.forget();
                    }
                }
                Ok(None) => {}
                Err(failure) => {
                    tracing::debug!(why = failure.message(), "the node is not looked at");
                }
            }
            sleep(self.pauses.look);
        }
    }

    /// Tells what is new by this view, and returns how much that was.
    pub(super) fn tell(&mut self, view: &View) -> usize {
        let facts = facts(view);
        let mut told = if let Some(told) = self.told.take() {
            told
        } else {
            let told = Told::begin(&facts);
            self.keep(&told);
            told
        };
        let may_end = self.started.elapsed() >= self.pauses.conditions;
        let news = told.news(&facts, may_end);
        let new = news.len();
        for notice in news.iter().take(NEWS_MAX) {
            if self.notify.tells(notice.kind) {
                self.deliver(notice);
            }
            told.note(notice);
            self.keep(&told);
        }
        if new <= NEWS_MAX && told.forget(view, &facts) {
            self.keep(&told);
        }
        self.told = Some(told);
        new
    }

    /// Tells one event until it is taken or given up.
    fn deliver(&self, notice: &Notice) {
        let id = notice.id(&self.council, &self.member);
        let mut pause = self.pauses.first;
        for attempt in 1..=ATTEMPTS_MAX {
            let now = clock();
            let body = notice.json(&self.council, &self.member, now).to_string();
            let sent = match &self.sink {
                Sink::Webhook(webhook, secret) => webhook
                    .post_signed(secret, (&id, now.as_ms() / 1000), &body)
                    .map_err(|error| error.to_string()),
                Sink::Program(program) => {
                    program.run(notice.kind.as_str(), &id, &body).map_err(|error| error.to_string())
                }
            };
            let Err(why) = sent else {
                tracing::debug!(event = %notice.kind, key = notice.key, "told");
                return;
            };
            if attempt == ATTEMPTS_MAX {
                tracing::error!(event = %notice.kind, key = notice.key, why, "an event is given up: nobody took it");
                return;
            }
            tracing::warn!(event = %notice.kind, key = notice.key, attempt, why, "an event was not taken");
            sleep(pause);
            pause = (pause * 4).min(self.pauses.longest);
        }
    }

    fn keep(&self, told: &Told) {
        if let Err(error) = told.write(&self.file) {
            tracing::warn!(event = %"told-unwritten", %error, "what was told could not be written down: it may be told again");
        }
    }
}
