//! Audits the file `genesis`: leaf 0 with the founders' signatures beside it.
//!
//! What it guarantees: a genesis is taken only if its digest is the one that the auditor brings.
//! What it does not: a lacking signature is a fault, and the audit goes on all the same.

use std::collections::BTreeSet;

use nemcon_crypto::note::{NoteError, NoteLines, SIGNATURES_MAX, SignatureLine};
use nemcon_crypto::{Digest, hash, verify_line};

use super::faults::{Fault, Place, Wrong};
use super::report::Report;
use crate::export::GENESIS_FILE;
use crate::record::roster::officer_vkey;
use crate::record::{Genesis, Member, RecordError};
use crate::text::{Code, FieldError};

/// Reads the genesis of the council `wanted`, and names all that is wrong with the file. `record_zero`
/// gives the log's own copy of the text, which is taken where the file's was altered.
pub(super) fn read(
    file: &[u8],
    wanted: &Digest,
    record_zero: impl FnOnce() -> Option<Vec<u8>>,
    report: &mut Report,
) -> Option<Genesis> {
    let read = NoteLines::read(file, SIGNATURES_MAX);
    let (said, lines) = match read {
        Ok(NoteLines { text, lines }) => (text.into_bytes(), lines),
        Err(error) => {
            report.fault(Fault::new(place_in_note(file, &error), Wrong::GenesisNote(error)));
            (text_of(file).to_vec(), Vec::new())
        }
    };
    let text = if hash::sha256(&said) == *wanted {
        said
    } else {
        let own = record_zero().filter(|record| hash::sha256(record) == *wanted);
        let fault = altered(&said, &lines, own.as_deref());
        // A file that is no note is one fault, not two.
        if !lines.is_empty() || own.is_none() {
            report.fault(fault);
        }
        own?
    };
    let genesis = str::from_utf8(&text).map_err(|_| FieldError::NotLines.into());
    match genesis.and_then(Genesis::parse) {
        Ok(genesis) => {
            if lines.is_empty() {
                report.unjudged.founders = true;
            } else {
                verify_founders(&genesis, &text, &lines, report);
            }
            Some(genesis)
        }
        Err(error) => {
            let place = place_of(&error);
            report.fault(Fault::new(place, Wrong::GenesisText(error)));
            None
        }
    }
}

/// Checks every line under the text, and that each founding member has signed enough.
fn verify_founders(
    genesis: &Genesis,
    text: &[u8],
    lines: &[Option<SignatureLine>],
    report: &mut Report,
) {
    // Behind the text, whose last line ends, and a blank line.
    let first = text.split(|byte| *byte == b'\n').count() + 1;
    let mut signed = BTreeSet::new();
    for (at, line) in (first..).zip(lines) {
        let officer = line.as_ref().and_then(|line| officer_of(genesis, line));
        if officer.is_none_or(|officer| !signed.insert(officer)) {
            let place = Place::of_file(GENESIS_FILE).line(at);
            report.fault(Fault::new(place, Wrong::GenesisSignature));
        }
    }
    report.counts.founding_signatures = signed.len();
    report.founded_with = signed
        .iter()
        .filter_map(|(code, label)| {
            let officers = &genesis.roster.member(code)?.officers;
            let officer = officers.iter().find(|officer| officer.label.as_str() == label)?;
            Some((code.clone(), officer.key))
        })
        .collect();
    let has_signed = |member: &&Member| {
        signed.iter().filter(|(code, _)| *code == member.code).count() >= member.threshold
    };
    let members = genesis.roster.members.iter();
    let missing: Vec<Code> =
        members.filter(|member| !has_signed(member)).map(|it| it.code.clone()).collect();
    if !missing.is_empty() {
        report.fault(Fault::new(Place::of_file(GENESIS_FILE), Wrong::GenesisUnsigned(missing)));
    }
}

/// The founding officer that made this line over the genesis's text.
fn officer_of(genesis: &Genesis, line: &SignatureLine) -> Option<(Code, String)> {
    let text = genesis.render();
    genesis.roster.members.iter().find_map(|member| {
        member.officers.iter().find_map(|officer| {
            let vkey = officer_vkey(&genesis.origin, &member.code, officer);
            verify_line(&vkey, &text, line).ok()?;
            Some((member.code.clone(), officer.label.to_string()))
        })
    })
}

/// What is wrong with a text that does not have the digest: the place where it differs from the
/// log's own copy, or whether its founders have signed it, so that it is another council's.
fn altered(said: &[u8], lines: &[Option<SignatureLine>], own: Option<&[u8]>) -> Fault {
    let place = Place::of_file(GENESIS_FILE);
    if let Some(own) = own {
        let at = said.iter().zip(own).take_while(|(said, own)| said == own).count();
        let what = "it was altered here: record 0 has the text of this digest, and another byte";
        let place = Place::behind(GENESIS_FILE, &own[..at]);
        return Fault::new(place, Wrong::GenesisAltered(what.to_owned()));
    }
    let digest = hash::sha256(said);
    let genesis = str::from_utf8(said).ok().map(Genesis::parse);
    match genesis {
        Some(Ok(genesis)) => {
            let mut signed = lines.iter().flatten();
            if signed.any(|line| officer_of(&genesis, line).is_some()) {
                return Fault::new(place, Wrong::GenesisOther(digest));
            }
            let what = format!(
                "it has the digest {digest}, and no founder's signature holds over it: it was \
                 altered, or is nobody's"
            );
            Fault::new(place, Wrong::GenesisAltered(what))
        }
        Some(Err(error)) => Fault::new(place_of(&error), Wrong::GenesisText(error)),
        None => Fault::new(place, Wrong::GenesisNote(NoteError::Utf8 { at: 0 })),
    }
}

/// Where a text breaks the grammar.
fn place_of(error: &RecordError) -> Place {
    let place = Place::of_file(GENESIS_FILE);
    match error {
        RecordError::Field(
            FieldError::Character { line, .. }
            | FieldError::Missing { line, .. }
            | FieldError::Unexpected { line }
            | FieldError::Value { line, .. },
        ) => place.line(*line),
        RecordError::Field(
            FieldError::TooLong { .. } | FieldError::NotLines | FieldError::NotCanonical,
        )
        | RecordError::TooLong { .. }
        | RecordError::Kind
        | RecordError::Note(_)
        | RecordError::Genesis(_) => place,
    }
}

/// Where bytes are no note.
fn place_in_note(file: &[u8], error: &NoteError) -> Place {
    match error {
        NoteError::Utf8 { at } | NoteError::Control { at, .. } => {
            Place::behind(GENESIS_FILE, &file[..(*at).min(file.len())])
        }
        NoteError::Unterminated
        | NoteError::NoBlankLine
        | NoteError::Unsigned
        | NoteError::TooManySignatures { .. }
        | NoteError::Line { .. }
        | NoteError::EmptySignature
        | NoteError::OtherKey { .. }
        | NoteError::Signature { .. }
        | NoteError::Ambiguous { .. } => Place::of_file(GENESIS_FILE),
    }
}

/// What stands before the signatures, also where those are spoilt.
fn text_of(file: &[u8]) -> &[u8] {
    let blank = file.windows(2).position(|pair| pair == b"\n\n");
    blank.map_or(file, |at| &file[..=at])
}
