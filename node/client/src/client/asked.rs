//! What a node answers, compared with what it was asked for: at every call, in this one place.
//!
//! A node may be another council's, another party's, broken, or hostile. What it says of a text must be
//! the text's own; what was asked for by number must be that; and no words of it steer a terminal.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::SignedNote;
use nemcon_crypto::{Digest, hash};
use nemcon_ledger::record::Body;
use nemcon_ledger::text::Code;
use nemcon_ledger::text::shown::is_harmless;
use serde_json::Value;

use crate::api::{Answer, CheckpointView, Foresight, Incident, Measure, Records, Status};
use crate::seats::Seats;
use crate::statements::{self, StatementError};

/// Fields that hold texts of several lines; all others are words on one line.
const TEXTS: [&str; 4] = ["text", "note", "record", "records"];

/// Whom the caller means to ask.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) council: Option<Digest>,
    pub(super) member: Option<Code>,
    /// Whether the node was found to hold this council's genesis; shared by all copies.
    pub(super) is_this_council: Arc<OnceLock<()>>,
}

/// How an answer is not one to what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    /// Another council's.
    #[error("it is another council's: {found}, not {wanted}")]
    Council {
        /// Which.
        found: Digest,
        /// Which was meant.
        wanted: Digest,
    },
    /// What founds no council.
    #[error("its genesis founds no council: {0}")]
    Genesis(String),
    /// Another member's node.
    #[error("it is the node of {found}, not of {wanted}")]
    Member {
        /// Whose.
        found: Code,
        /// Whose was meant.
        wanted: Code,
    },
    /// Another one than was asked for.
    #[error("it gives number {found} where {wanted} was asked for")]
    Number {
        /// Which.
        found: u64,
        /// Which was asked for.
        wanted: u64,
    },
    /// A list that is not in the order of its numbers, or names one twice.
    #[error("its list gives number {0} out of order, or twice")]
    Order(u64),
    /// What is said beside a text is not what the text says.
    #[error(transparent)]
    Text(#[from] StatementError),
    /// Ballots that disagree with who is said to be missing.
    #[error("of measure {0} it names other members as missing than have no ballot")]
    Missing(u64),
    /// A code that stands twice.
    #[error("it names {0} twice")]
    Twice(Code),
    /// Other records than those asked for.
    #[error(
        "it gives {count} records from {first} on where at most {limit} from {from} were asked for"
    )]
    Records {
        /// How many.
        count: usize,
        /// From where.
        first: u64,
        /// How many were asked for.
        limit: u64,
        /// From where.
        from: u64,
    },
    /// A tree head that is not the one it is said to be.
    #[error("its checkpoint is not the one that it names")]
    Checkpoint,
    /// An answer about another statement than was submitted.
    #[error("it speaks of the statement {found}; submitted was {wanted}")]
    Statement {
        /// Which.
        found: Digest,
        /// Which was submitted.
        wanted: Digest,
    },
    /// The record of another statement.
    #[error("it gives the record of the statement {found} where that of {wanted} was asked for")]
    Other {
        /// Which.
        found: Digest,
        /// Which was asked for.
        wanted: Digest,
    },
    /// It judges a statement that it was not shown.
    #[error("it judges statement {0}, which it was not shown")]
    At(usize),
    /// It refuses a statement in a look ahead, and answers as if that were submitted and let in.
    #[error("its look ahead refuses a statement, and says of it that it is let in")]
    Refusal,
    /// A character that moves a terminal's cursor, hides or reorders.
    #[error("its `{field}` holds the character U+{codepoint:04X}")]
    Character {
        /// Where.
        field: String,
        /// Which.
        codepoint: u32,
    },
}

impl Asked {
    fn verify_council(&self, found: Digest) -> Result<(), Contradiction> {
        match self.council {
            Some(wanted) if wanted != found => Err(Contradiction::Council { found, wanted }),
            _ => Ok(()),
        }
    }

    /// The genesis that the node holds.
    pub(super) fn verify_genesis(&self, note: &[u8]) -> Result<(), Contradiction> {
        let note = SignedNote::parse(note);
        let note = note.map_err(|error| Contradiction::Genesis(error.to_string()))?;
        self.verify_council(hash::sha256(note.text().as_bytes()))
    }

    pub(super) fn verify_status(&self, status: &Status) -> Result<(), Contradiction> {
        self.verify_council(status.council)?;
        verify_once(status.members.iter().map(|member| &member.code))?;
        match &self.member {
            Some(wanted) if *wanted != status.member => {
                let (found, wanted) = (status.member.clone(), wanted.clone());
                Err(Contradiction::Member { found, wanted })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn verify_measure(
        &self,
        number: u64,
        measure: &Measure,
    ) -> Result<(), Contradiction> {
        let (found, wanted) = (measure.number, number);
        if found != wanted {
            return Err(Contradiction::Number { found, wanted });
        }
        let council = statements::verify_shown(measure)?;
        self.verify_council(council)?;
        verify_once(measure.ballots.iter().map(|ballot| &ballot.code))?;
        let missing = measure.ballots.iter().filter(|ballot| ballot.position.is_none());
        if !missing.map(|ballot| &ballot.code).eq(&measure.missing) {
            return Err(Contradiction::Missing(number));
        }
        Ok(())
    }

    pub(super) fn verify_incident(
        &self,
        number: u64,
        incident: &Incident,
    ) -> Result<(), Contradiction> {
        let (found, wanted) = (incident.number, number);
        if found != wanted {
            return Err(Contradiction::Number { found, wanted });
        }
        self.verify_council(statements::verify_incident(incident)?)
    }

    /// A checkpoint's origin ends with the digest's beginning; its seals are for the audit.
    pub(super) fn verify_checkpoint(&self, view: &CheckpointView) -> Result<(), Contradiction> {
        let Some(note) = &view.note else {
            return if view.size == 0 { Ok(()) } else { Err(Contradiction::Checkpoint) };
        };
        let note = SignedNote::parse(note.as_bytes()).map_err(|_| Contradiction::Checkpoint)?;
        let checkpoint = Checkpoint::parse(note.text()).map_err(|_| Contradiction::Checkpoint)?;
        let is_of_council = |council: Digest| {
            let digits = council.to_string();
            checkpoint.origin().ends_with(&format!("/{}", &digits[..16]))
        };
        let is_it = checkpoint.size().0 == view.size && self.council.is_none_or(is_of_council);
        if is_it { Ok(()) } else { Err(Contradiction::Checkpoint) }
    }
}

/// The seats that a node tells.
pub(super) fn verify_seats(seats: &Seats) -> Result<(), Contradiction> {
    let members = seats.members.iter().map(|seat| &seat.member.code);
    let participants = seats.participants.iter().map(|seat| &seat.participant.code);
    let admitted = seats.admitted.iter().map(|it| &it.seat.member.code);
    verify_once(members.chain(participants).chain(admitted))
}

/// The records that were asked for: not more, and from the same place.
pub(super) fn verify_records(
    records: &Records,
    (from, limit): (u64, u64),
) -> Result<(), Contradiction> {
    let (first, count) = (records.first, records.records.len());
    let end = first.saturating_add(count as u64);
    if first == from && count as u64 <= limit && (count == 0 || end <= records.size) {
        return Ok(());
    }
    Err(Contradiction::Records { count, first, limit, from })
}

/// The record of the statement with this text, or none.
pub(super) fn verify_record_of(records: &Records, wanted: Digest) -> Result<(), Contradiction> {
    let Some(record) = records.records.first() else { return Ok(()) };
    let note = SignedNote::parse(record.as_bytes());
    let found = hash::sha256(note.as_ref().map_or(record.as_str(), SignedNote::text).as_bytes());
    if found == wanted { Ok(()) } else { Err(Contradiction::Other { found, wanted }) }
}

/// What became of the record that was submitted, and of no other.
pub(super) fn verify_answer(answer: &Answer, record: &str) -> Result<(), Contradiction> {
    let found = match answer {
        Answer::Ordered { text_hash, .. } | Answer::Pending { text_hash } => *text_hash,
        Answer::Refused { .. } => return Ok(()),
    };
    let text = SignedNote::parse(record.as_bytes());
    let wanted = text.map(|note| hash::sha256(note.text().as_bytes())).ok();
    match wanted {
        Some(wanted) if wanted != found => Err(Contradiction::Statement { found, wanted }),
        _ => Ok(()),
    }
}

/// A look ahead at these bodies.
pub(super) fn verify_foresight(
    foresight: &Foresight,
    bodies: &[Body],
) -> Result<(), Contradiction> {
    match foresight {
        Foresight::Refused { at, .. } if *at >= bodies.len() => Err(Contradiction::At(*at)),
        Foresight::Refused { answer: Answer::Refused { .. }, .. } | Foresight::Follows { .. } => {
            Ok(())
        }
        Foresight::Refused { .. } => Err(Contradiction::Refusal),
    }
}

/// No words of an answer steer a terminal: they are made of what is seen for what it is, on one line
/// but for texts.
pub(super) fn verify_words(value: &Value) -> Result<(), Contradiction> {
    verify_words_of("answer", value)
}

fn verify_words_of(field: &str, value: &Value) -> Result<(), Contradiction> {
    match value {
        Value::String(words) => {
            let is_text = TEXTS.contains(&field);
            let steers = |c: &char| !(is_harmless(*c) || *c == '\n' && is_text);
            match words.chars().find(steers) {
                None => Ok(()),
                Some(character) => Err(Contradiction::Character {
                    field: field.chars().filter(|c| is_harmless(*c)).collect(),
                    codepoint: u32::from(character),
                }),
            }
        }
        Value::Array(values) => values.iter().try_for_each(|value| verify_words_of(field, value)),
        Value::Object(fields) => fields.iter().try_for_each(|(field, value)| {
            // A field's name may be a node's own word too: a kind of fault, a code.
            verify_words_of(field, &Value::String(field.clone()))?;
            verify_words_of(field, value)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// The numbers of one page of a list: from where it was asked for, each greater than the one before.
pub(super) fn verify_ascending(
    from: u64,
    numbers: impl Iterator<Item = u64>,
) -> Result<(), Contradiction> {
    let mut last = from.max(1) - 1;
    for number in numbers {
        if number <= last {
            return Err(Contradiction::Order(number));
        }
        last = number;
    }
    Ok(())
}

fn verify_once<'a>(codes: impl Iterator<Item = &'a Code>) -> Result<(), Contradiction> {
    let mut seen = BTreeSet::new();
    for code in codes {
        if !seen.insert(code) {
            return Err(Contradiction::Twice(code.clone()));
        }
    }
    Ok(())
}
