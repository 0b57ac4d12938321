//! Digests of files of any size.

use std::io::{self, Read};

use nemcon_crypto::Digest;
use nemcon_crypto::hash::Hasher;

/// The number of bytes that are read at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// The digest and the length of what `from` yields, up to `bytes_max` bytes. A longer source is not
/// read to its end; its digest means nothing.
pub fn digest_of(mut from: impl Read, bytes_max: u64) -> io::Result<(Digest, u64)> {
    let (mut hasher, mut length) = (Hasher::default(), 0);
    let mut chunk = vec![0; CHUNK_BYTES];
    while length <= bytes_max {
        match from.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => {
                hasher.update(&chunk[..read]);
                length += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok((hasher.finish(), length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_crypto::hash::sha256;

    #[test]
    fn a_file_is_hashed_piece_by_piece_and_no_further_than_asked() {
        let bytes = vec![7; 3 * CHUNK_BYTES + 5];
        assert_eq!(digest_of(&bytes[..], u64::MAX).unwrap(), (sha256(&bytes), bytes.len() as u64));
        let (_, read) = digest_of(io::repeat(1), 1000).unwrap();
        assert!((1001..=CHUNK_BYTES as u64).contains(&read), "{read}");
    }
}
