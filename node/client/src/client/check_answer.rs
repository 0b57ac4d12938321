//! Compares a node's answer with the request. Every call goes through this one module.
//!
//! The node that answers may be another council's, another party's, broken, or hostile. A text in
//! the answer must have the hash that the answer names, a number must be the requested one, and no
//! word may hold characters that steer a terminal.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::SignedNote;
use nemcon_crypto::{Digest, hash};
use nemcon_ledger::record::{Body, Record};
use nemcon_ledger::text::Code;
use nemcon_ledger::text::shown::is_harmless;
use serde_json::Value;

use crate::api::{
    Answer, CheckpointView, FiledRecord, Foresight, Incident, Measure, Records, Status,
};
use crate::seats::Seats;
use crate::statements::{self, StatementError};

/// The fields that hold texts of several lines. Every other field holds words on one line.
const TEXTS: [&str; 4] = ["text", "note", "record", "records"];

/// The council and the member that the caller means to ask.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) council: Option<Digest>,
    pub(super) member: Option<Code>,
    /// Set once the node was found to hold this council's genesis; shared by all clones of the client.
    pub(super) is_this_council: Arc<OnceLock<()>>,
}

/// How an answer contradicts the request or itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    /// The node belongs to another council.
    #[error("it is another council's: {found}, not {wanted}")]
    Council {
        /// The digest of the node's council.
        found: Digest,
        /// The digest of the council that the caller means.
        wanted: Digest,
    },
    /// The genesis of the node founds no council.
    #[error("its genesis founds no council: {0}")]
    Genesis(String),
    /// The node belongs to another member.
    #[error("it is the node of {found}, not of {wanted}")]
    Member {
        /// The code of the node's member.
        found: Code,
        /// The code of the member that the caller means.
        wanted: Code,
    },
    /// The measure or incident has another number than the requested one.
    #[error("it gives number {found} where {wanted} was asked for")]
    Number {
        /// The number in the answer.
        found: u64,
        /// The requested number.
        wanted: u64,
    },
    /// A list has this number out of order or twice.
    #[error("its list gives number {0} out of order, or twice")]
    Order(u64),
    /// What the answer says beside a text is not what the text says.
    #[error(transparent)]
    Text(#[from] StatementError),
    /// The list of missing members does not fit the ballots of the measure with this number.
    #[error("of measure {0} it names other members as missing than have no ballot")]
    Missing(u64),
    /// The answer names this member twice.
    #[error("it names {0} twice")]
    Twice(Code),
    /// The records are not the requested ones.
    #[error(
        "it gives {count} records from {first} on where at most {limit} from {from} were asked for"
    )]
    Records {
        /// The number of records in the answer.
        count: usize,
        /// The leaf index of the first record in the answer.
        first: u64,
        /// The greatest number of records that was requested.
        limit: u64,
        /// The leaf index from which records were requested.
        from: u64,
    },
    /// The checkpoint is not of the size or council that the answer names.
    #[error("its checkpoint is not the one that it names")]
    Checkpoint,
    /// The answer is about another statement than the submitted one.
    #[error("it speaks of the statement {found}; submitted was {wanted}")]
    Statement {
        /// The text hash in the answer.
        found: Digest,
        /// The text hash of the submitted statement.
        wanted: Digest,
    },
    /// The record is that of another statement.
    #[error("it gives the record of the statement {found} where that of {wanted} was asked for")]
    Other {
        /// The text hash of the record in the answer.
        found: Digest,
        /// The requested text hash.
        wanted: Digest,
    },
    /// The record at this leaf is not about the requested measure, or not the requested party's.
    #[error("its record {0} is not one of those that were asked for")]
    NotFiled(u64),
    /// The look ahead refuses a statement at an index that the request does not have.
    #[error("it judges statement {0}, which it was not shown")]
    At(usize),
    /// The look ahead refuses a statement with an answer that says that the statement is accepted.
    #[error("its look ahead refuses a statement, and says of it that it is let in")]
    Refusal,
    /// A character that moves a terminal's cursor, is invisible or reorders text.
    #[error("its `{field}` holds the character U+{codepoint:04X}")]
    Character {
        /// The name of the field with the character.
        field: String,
        /// The character's code point.
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

    /// Checks that the node's genesis founds the council that the caller means.
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

    /// Checks a checkpoint's size, and that its origin ends with the beginning of the council
    /// digest. The seals on the checkpoint are checked by the audit, not here.
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

/// Checks the list of members and participants.
pub(super) fn verify_seats(seats: &Seats) -> Result<(), Contradiction> {
    let members = seats.members.iter().map(|seat| &seat.member.code);
    let participants = seats.participants.iter().map(|seat| &seat.participant.code);
    let admitted = seats.admitted.iter().map(|it| &it.seat.member.code);
    verify_once(members.chain(participants).chain(admitted))
}

/// Checks that the records begin where the request said and are not more than it asked for.
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

/// Checks that the record, if there is one, is that of the statement with this text hash.
pub(super) fn verify_record_of(records: &Records, wanted: Digest) -> Result<(), Contradiction> {
    let Some(record) = records.records.first() else { return Ok(()) };
    let note = SignedNote::parse(record.as_bytes());
    let found = hash::sha256(note.as_ref().map_or(record.as_str(), SignedNote::text).as_bytes());
    if found == wanted { Ok(()) } else { Err(Contradiction::Other { found, wanted }) }
}

/// Checks that each record is about the measure with this number. The text of a measure does not say
/// its own number, so a measure's first text is not checked.
pub(super) fn verify_about_measure(all: &[FiledRecord], number: u64) -> Result<(), Contradiction> {
    verify_filed(all, |record| match record {
        Record::Statement(statement) => match &statement.body {
            Body::Measure(_) => true,
            body => body.measures().contains(&number),
        },
        Record::Decision(decision) => decision.measure == number,
        Record::Lapse(lapse) => lapse.measure == number,
        Record::Genesis(_) | Record::Block(_) => false,
    })
}

/// Checks that each record is a statement of this party.
pub(super) fn verify_of_party(all: &[FiledRecord], code: &Code) -> Result<(), Contradiction> {
    verify_filed(all, |record| match record {
        Record::Statement(statement) => statement.body.head().by == *code,
        Record::Genesis(_) | Record::Decision(_) | Record::Lapse(_) | Record::Block(_) => false,
    })
}

fn verify_filed(all: &[FiledRecord], is_it: impl Fn(&Record) -> bool) -> Result<(), Contradiction> {
    let is_wrong =
        |it: &&FiledRecord| !Record::parse(it.record.as_bytes()).is_ok_and(|record| is_it(&record));
    all.iter().find(is_wrong).map_or(Ok(()), |wrong| Err(Contradiction::NotFiled(wrong.leaf)))
}

/// Checks that the answer is about the submitted record and no other.
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

/// Checks that a look ahead fits the bodies in the request.
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

/// Checks that no word of the answer can steer a terminal: all characters are visible and, except
/// in texts, on one line.
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
            // The name of a field can also be a word of the node's: a kind of fault, or a code.
            verify_words_of(field, &Value::String(field.clone()))?;
            verify_words_of(field, value)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// Checks the numbers on one page of a list: the first is not below the requested one, and each is
/// greater than the one before.
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
