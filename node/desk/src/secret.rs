//! Random words that only their holder knows: links, cookies, the tokens of forms.

use core::fmt::Write as _;

use nemcon_client::failure::Failure;
use nemcon_crypto::{Digest, hash};

/// The number of random bytes of a word.
const SECRET_BYTES: usize = 32;

/// A new word: 64 hexadecimal digits from the system's random source.
///
/// # Errors
/// [`Failure`] if the system gives no random bytes.
pub(crate) fn secret() -> Result<String, Failure> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| {
        Failure::usage(format_args!("the system gives no random bytes: {error}"))
            .next("nothing was signed; start the desk again")
    })?;
    let mut word = String::with_capacity(2 * SECRET_BYTES);
    for byte in bytes {
        let _ = write!(word, "{byte:02x}");
    }
    Ok(word)
}

/// What is kept of a word. Comparing hashes tells nobody how much of a guess was right.
pub(crate) fn kept(word: &str) -> Digest {
    hash::sha256(word.as_bytes())
}
