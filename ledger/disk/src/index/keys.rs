//! The keys by which the index finds a record.

use nemcon_crypto::Digest;

/// The longest member code that the index holds, in bytes. A longer code is not indexed.
pub const CODE_BYTES_MAX: usize = 255;

/// The keys by which the index finds one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordKeys {
    /// The hash of the record's text, without signatures.
    pub text_hash: Digest,
    /// The numbers of the measures that the record is about.
    pub measures: Vec<u64>,
    /// The codes of the members that the record belongs to.
    pub members: Vec<String>,
}

pub(super) fn measure_key(number: u64) -> Vec<u8> {
    [b"m", number.to_be_bytes().as_slice()].concat()
}

pub(super) fn member_key(code: &str) -> Option<Vec<u8>> {
    let length = u8::try_from(code.len()).ok()?;
    Some([&[b'c', length], code.as_bytes()].concat())
}

pub(super) fn list_keys(keys: &RecordKeys) -> impl Iterator<Item = Vec<u8>> {
    let measures = keys.measures.iter().map(|&number| measure_key(number));
    measures.chain(keys.members.iter().filter_map(|code| member_key(code)))
}
