//! One event, as it is told.

use nemcon_crypto::Digest;
use nemcon_crypto::hash::sha256_parts;
use nemcon_ledger::text::{Code, Time};
use serde_json::{Value, json};

use super::kind::EventKind;

/// How many bytes of the hash an id has.
const ID_BYTES: usize = 16;

/// An event that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The kind of the event.
    pub kind: EventKind,
    /// What the event is known by among those of this node: `adopted/4`.
    pub key: String,
    /// The event in words, one line.
    pub words: String,
    /// The number of the measure, if it is about one.
    pub measure: Option<u64>,
    /// The title of that measure.
    pub title: Option<String>,
    /// How the event is marked, if only members may see it.
    pub marking: Option<String>,
    /// The code of the party that it is about, beside the node's own member.
    pub about: Option<Code>,
    /// The time that it is about: a deadline, or since when a condition holds.
    pub time: Option<Time>,
}

impl Notice {
    /// The id of the event: the same whenever this event of this node is told, and another for every other one.
    pub fn id(&self, council: &Digest, member: &Code) -> String {
        // What begins again is another event.
        let since = match self.kind {
            EventKind::ConditionBegins | EventKind::ConditionEnds => {
                self.time.map(|time| time.to_string()).unwrap_or_default()
            }
            _ => String::new(),
        };
        let parts = [self.kind.as_str(), &self.key, member.as_str(), &since].map(str::as_bytes);
        let sum = sha256_parts(&[
            council.as_bytes(),
            parts[0],
            b"\n",
            parts[1],
            b"\n",
            parts[2],
            b"\n",
            parts[3],
        ]);
        let hex: String = sum.to_string().chars().take(2 * ID_BYTES).collect();
        format!("nemcon_{hex}")
    }

    /// The event as JSON: `type`, `timestamp` and `data` [Standard Webhooks].
    pub fn json(&self, council: &Digest, member: &Code, now: Time) -> Value {
        json!({
            "type": self.kind,
            "timestamp": now.to_string(),
            "data": {
                "council": council,
                "member": member,
                "words": self.words,
                "measure": self.measure,
                "title": self.title,
                "marking": self.marking,
                "about": self.about,
                "time": self.time.map(|time| time.to_string()),
            },
        })
    }
}
