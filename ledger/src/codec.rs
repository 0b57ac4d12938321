//! The one binary codec: bincode's fixed-width little-endian form, canonical and bounded.
//!
//! It is for files and wires that this program alone reads. What is signed or hashed never passes
//! through it: records are text.

use bincode::config;
use bincode::enc::write::{SizeWriter, Writer};
use bincode::error::EncodeError;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub mod bytes;
pub(crate) mod shared;

/// Why bytes are not one canonical encoding of the type that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// There are more bytes than the caller's limit.
    #[error("{found} bytes where at most {max} are allowed")]
    TooLong {
        /// How many there are.
        found: usize,
        /// How many were allowed.
        max: usize,
    },
    /// The bytes end early, a length exceeds the limit, or a value is outside its type.
    #[error("not an encoding of this type")]
    Malformed,
    /// A value is followed by further bytes.
    #[error("{0} bytes follow the value")]
    Trailing(usize),
    /// The value encodes to other bytes.
    #[error("not the one encoding of its value")]
    NotCanonical,
}

/// The one encoding of `value`: integers fixed-width little-endian, lengths u64, variants u32.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    bincode::serde::encode_to_vec(value, config::legacy())
        .expect("the types that meet the codec serialize without errors of their own")
}

/// Hands the one encoding of `value` on piece by piece, so that it is never in memory as a whole.
pub fn encode_to<T: Serialize + ?Sized>(value: &T, out: &mut dyn FnMut(&[u8])) {
    bincode::serde::encode_into_writer(value, Pieces(out), config::legacy())
        .expect("the types that meet the codec serialize without errors of their own");
}

/// How many bytes [`encode`] makes of `value`, without making them: a string of bytes in it costs
/// no more than its length does.
pub fn encoded_len<T: Serialize + ?Sized>(value: &T) -> usize {
    let mut counted = SizeWriter::default();
    bincode::serde::encode_into_writer(value, &mut counted, config::legacy())
        .expect("the types that meet the codec serialize without errors of their own");
    counted.bytes_written
}

/// The value of which `bytes`, at most `MAX`, are the one encoding: `encode(decode(x)) == x`.
///
/// A length inside the bytes makes it reserve at most `MAX` bytes, whatever the length says.
///
/// # Errors
/// [`CodecError`], by the first condition that fails.
pub fn decode<T: Serialize + DeserializeOwned, const MAX: usize>(
    bytes: &[u8],
) -> Result<T, CodecError> {
    match decode_front::<T, MAX>(bytes)? {
        (value, []) => Ok(value),
        (_, rest) => Err(CodecError::Trailing(rest.len())),
    }
}

/// The value whose one encoding `bytes`, at most `MAX`, begin with, and the bytes behind it.
///
/// # Errors
/// [`CodecError`], by the first condition that fails.
pub fn decode_front<T: Serialize + DeserializeOwned, const MAX: usize>(
    bytes: &[u8],
) -> Result<(T, &[u8]), CodecError> {
    if bytes.len() > MAX {
        return Err(CodecError::TooLong { found: bytes.len(), max: MAX });
    }
    let limited = config::legacy().with_limit::<MAX>();
    let (value, consumed) = bincode::serde::decode_from_slice::<T, _>(bytes, limited)
        .map_err(|_| CodecError::Malformed)?;
    let (encoding, rest) = bytes.split_at(consumed);
    let mut same = Same(encoding);
    let is_same = bincode::serde::encode_into_writer(&value, &mut same, config::legacy()).is_ok();
    if is_same && same.0.is_empty() { Ok((value, rest)) } else { Err(CodecError::NotCanonical) }
}

/// Hands on what is encoded into it.
struct Pieces<'a>(&'a mut dyn FnMut(&[u8]));

impl Writer for Pieces<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        (self.0)(bytes);
        Ok(())
    }
}

/// Takes only the bytes that it holds: what is encoded into it is compared, and not kept.
struct Same<'a>(&'a [u8]);

impl Writer for Same<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        let Some(rest) = self.0.strip_prefix(bytes) else {
            return Err(EncodeError::Other("other bytes"));
        };
        self.0 = rest;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Sample {
        Blob(#[serde(with = "bytes")] Vec<u8>),
        Lists(#[serde(with = "bytes::lists")] Vec<Vec<u8>>),
        Other { flag: bool, name: Option<String>, number: u64 },
    }

    fn sample() -> impl Strategy<Value = Sample> {
        let blob = prop::collection::vec(any::<u8>(), 0..40);
        prop_oneof![
            blob.clone().prop_map(Sample::Blob),
            prop::collection::vec(blob, 0..5).prop_map(Sample::Lists),
            (any::<bool>(), any::<Option<String>>(), any::<u64>())
                .prop_map(|(flag, name, number)| Sample::Other { flag, name, number }),
        ]
    }

    #[test]
    fn a_length_that_asks_for_terabytes_is_refused() {
        let mut input = vec![0; 10];
        input[..8].copy_from_slice(&(1_u64 << 47).to_le_bytes());
        assert_eq!(decode::<Vec<u8>, 100>(&input), Err(CodecError::Malformed));
        assert_eq!(decode::<Vec<String>, 100>(&input), Err(CodecError::Malformed));
        assert_eq!(decode::<String, 8_388_608>(&input), Err(CodecError::Malformed));
        input[..8].copy_from_slice(&u64::MAX.to_le_bytes());
        assert_eq!(decode::<Vec<u64>, 100>(&input), Err(CodecError::Malformed));
        let mut blob = vec![0; 4];
        blob.extend(&input);
        assert_eq!(decode::<Sample, 100>(&blob), Err(CodecError::Malformed));
        blob[0] = 1;
        assert_eq!(decode::<Sample, 100>(&blob), Err(CodecError::Malformed));
    }

    #[test]
    fn trailing_bytes_are_refused() {
        let mut bytes = encode(&7_u64);
        bytes.push(0);
        assert_eq!(decode::<u64, 100>(&bytes), Err(CodecError::Trailing(1)));
    }

    #[test]
    fn bytes_past_the_limit_are_refused() {
        assert_eq!(decode::<u64, 8>(&encode(&7_u64)), Ok(7));
        let refusal = CodecError::TooLong { found: 8, max: 7 };
        assert_eq!(decode::<u64, 7>(&encode(&7_u64)), Err(refusal));
    }

    #[test]
    fn a_second_encoding_of_one_value_is_refused() {
        let sorted = encode(&vec![1_u8, 2]);
        let unsorted = encode(&vec![2_u8, 1]);
        assert_eq!(decode::<BTreeSet<u8>, 100>(&sorted), Ok(BTreeSet::from([1, 2])));
        assert_eq!(decode::<BTreeSet<u8>, 100>(&unsorted), Err(CodecError::NotCanonical));
        assert_eq!(decode::<bool, 1>(&[2]), Err(CodecError::Malformed));
    }

    #[test]
    fn digests_keys_and_signatures_lie_as_their_bytes() {
        let digest = nemcon_crypto::hash::sha256(b"");
        assert_eq!(encode(&digest), digest.as_bytes());
        assert_eq!(decode::<_, 32>(digest.as_bytes()), Ok(digest));
        let secret = nemcon_crypto::SecretKey::from_seed(&[7; 32]);
        let (key, signature) = (secret.public(), secret.sign(b"m"));
        assert_eq!(encode(&key), key.as_bytes());
        assert_eq!(decode::<_, 32>(key.as_bytes()), Ok(key));
        assert_eq!(encode(&signature), signature.as_bytes());
        assert_eq!(decode::<_, 64>(signature.as_bytes()), Ok(signature));
    }

    #[test]
    fn byte_strings_lie_as_length_and_bytes() {
        assert_eq!(encode(&Sample::Blob(vec![9, 8])), [0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 9, 8]);
        let listed = Sample::Lists(vec![vec![5], vec![]]);
        assert_eq!(encode(&listed)[4..], encode(&vec![vec![5_u8], vec![]]));
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes_to_itself(value in sample()) {
            prop_assert_eq!(encoded_len(&value), encode(&value).len());
            let mut pieces = Vec::new();
            encode_to(&value, &mut |piece| pieces.extend(piece));
            prop_assert_eq!(&pieces, &encode(&value));
            pieces.extend(b"behind");
            let front = decode_front::<Sample, 10_000>(&pieces);
            prop_assert_eq!(front, Ok((value.clone(), &b"behind"[..])));
            prop_assert_eq!(decode::<Sample, 10_000>(&encode(&value)), Ok(value));
        }

        #[test]
        fn what_decodes_encodes_to_itself(bytes in prop::collection::vec(0..4_u8, 0..30)) {
            if let Ok(value) = decode::<Sample, 100>(&bytes) {
                prop_assert_eq!(encode(&value), bytes);
            }
        }
    }
}
