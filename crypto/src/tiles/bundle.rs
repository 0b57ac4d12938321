//! Entry bundles: the records of one tile, each after its length [C2SP tlog-tiles].

use super::path::TILE_WIDTH;

/// The longest record that a bundle can hold, in bytes.
pub const RECORD_BYTES_MAX: usize = u16::MAX as usize;

/// Why records do not make a bundle, or bytes are not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// No record, or more than [`TILE_WIDTH`].
    #[error("a bundle has 1 to {TILE_WIDTH} records")]
    Count,
    /// A record is longer than [`RECORD_BYTES_MAX`].
    #[error("record {record} of the bundle has {bytes} bytes, more than {RECORD_BYTES_MAX}")]
    RecordTooLong {
        /// Its position in the bundle, counted from 0.
        record: usize,
        /// Its length.
        bytes: usize,
    },
    /// The bytes end within a record or its length.
    #[error("record {record} of the bundle is cut short")]
    Truncated {
        /// Its position in the bundle, counted from 0.
        record: usize,
    },
}

/// `(length || record)*`: each length 2 bytes, big-endian.
pub fn encode_bundle<R: AsRef<[u8]>>(records: &[R]) -> Result<Vec<u8>, BundleError> {
    check_count(records.len())?;
    let mut bundle = Vec::new();
    for (record, bytes) in records.iter().map(AsRef::as_ref).enumerate() {
        let length = u16::try_from(bytes.len())
            .map_err(|_| BundleError::RecordTooLong { record, bytes: bytes.len() })?;
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(bytes);
    }
    Ok(bundle)
}

/// The records of a bundle, in order. How many there must be is for the tile's path to say.
pub fn decode_bundle(mut bundle: &[u8]) -> Result<Vec<Vec<u8>>, BundleError> {
    let mut records = Vec::new();
    while !bundle.is_empty() {
        let truncated = BundleError::Truncated { record: records.len() };
        let (length, rest) = bundle.split_first_chunk().ok_or(truncated)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (record, rest) = rest.split_at_checked(length).ok_or(truncated)?;
        records.push(record.to_vec());
        check_count(records.len())?;
        bundle = rest;
    }
    check_count(records.len())?;
    Ok(records)
}

fn check_count(records: usize) -> Result<(), BundleError> {
    if (1..=usize::from(TILE_WIDTH)).contains(&records) { Ok(()) } else { Err(BundleError::Count) }
}
