//! Negative vectors: one defect a case, each with the error that names it.

mod derived;
mod genesis;
mod keys;
mod on_measures;
mod remarks;
mod statements;
mod text;

use nemcon_ledger::record::{Record, RecordError};
use nemcon_ledger::text::FieldError;
use nemcon_ledger::text::value::ValueError;

/// The golden text of this record.
pub(crate) fn golden(name: &str) -> String {
    let vector = crate::vectors::all().iter().find(|vector| vector.name == name);
    let bytes = vector.expect("the test names a vector").record.render();
    String::from_utf8(bytes).expect("records are text")
}

/// Which line of the golden record begins with `start`, counted from 1.
pub(crate) fn at(name: &str, start: &str) -> usize {
    let text = golden(name);
    text.lines().position(|line| line.starts_with(start)).expect("a line of the record") + 1
}

/// A golden record with `from`, which stands in it once, replaced by `to`.
fn edited(name: &str, from: &str, to: &str) -> Vec<u8> {
    let text = golden(name);
    assert_eq!(text.matches(from).count(), 1, "{from:?} in {text}");
    text.replace(from, to).into_bytes()
}

pub(crate) fn missing(line: usize, field: &'static str) -> RecordError {
    FieldError::Missing { line, field }.into()
}

pub(crate) fn unexpected(line: usize) -> RecordError {
    FieldError::Unexpected { line }.into()
}

pub(crate) fn value(line: usize, field: &'static str, wants: &'static str) -> RecordError {
    FieldError::Value { line, field, error: ValueError(wants) }.into()
}

/// What `field`, which stands in the golden record once, wants.
pub(crate) fn wants(name: &str, field: &'static str, wants: &'static str) -> RecordError {
    value(at(name, &format!("{field} ")), field, wants)
}

/// The whole line of the golden record that begins with `start`.
pub(crate) fn whole(name: &str, start: &str) -> String {
    let text = golden(name);
    let line = text.lines().find(|line| line.starts_with(start)).expect("a line of the record");
    format!("{line}\n")
}

pub(crate) const NUMBER: &str = "a decimal number without leading zeroes";
pub(crate) const LINE: &str =
    "a line of text: 1 to 2,000 bytes, no space at its ends, allowed characters only";
pub(crate) const DIGEST: &str = "64 lowercase hexadecimal digits";
pub(crate) const LABEL: &str =
    "a label: 1 to 40 lowercase letters, digits and hyphens, a letter or digit first";
pub(crate) const CODE: &str = "a code: 1 to 8 capital letters and digits, a letter first";
pub(crate) const TIME: &str = "a time like 2026-11-23T20:47:00.000Z";
pub(crate) const AFTER: &str = "`none` or the leaf hash of the last statement on this measure";

/// Refuses each edit of the golden record `name`: the defect, from, to, the error.
pub(crate) fn refuse_all(name: &str, cases: &[(&str, &str, &str, RecordError)]) {
    for (defect, from, to, error) in cases {
        let parsed = Record::parse(&edited(name, from, to));
        assert_eq!(parsed.as_ref(), Err(error), "{name}: {defect}");
    }
}
