//! What a form sends: its words, and its files, which are hashed as they come and not kept.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::header;
use nemcon_crypto::Digest;
use nemcon_crypto::hash::Hasher;
use zeroize::Zeroizing;

use crate::trouble::Trouble;

/// The most bytes of a form's words together.
pub(crate) const FORM_BYTES_MAX: usize = 256 << 10;
/// The most fields of a form.
const FORM_FIELDS_MAX: usize = 512;
/// The most bytes of one file that is dropped on a page. It is hashed as it comes.
pub(crate) const DROPPED_FILE_BYTES_MAX: u64 = 256 << 20;
/// The most files of one form.
const FORM_FILES_MAX: usize = 16;

/// A form as it was sent.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    words: Vec<(String, Zeroizing<String>)>,
    /// The files, in the form's order.
    pub(crate) files: Vec<SentFile>,
}

/// A file of which its digest is known.
#[derive(Clone, Debug)]
pub(crate) struct SentFile {
    /// The name of the form's field.
    pub(crate) field: String,
    /// The name that the browser gave.
    pub(crate) name: String,
    /// The number of its bytes.
    pub(crate) length: u64,
    /// Its SHA-256.
    pub(crate) digest: Digest,
}

impl Sent {
    /// The words of a field, without white space at their ends; empty if the form has none.
    pub(crate) fn get(&self, field: &str) -> &str {
        let found = self.words.iter().find(|(name, _)| name == field);
        found.map_or("", |(_, words)| words.trim())
    }

    /// The words of a field as they were typed, and wiped when they are dropped.
    pub(crate) fn secret(&self, field: &str) -> Zeroizing<String> {
        let found = self.words.iter().find(|(name, _)| name == field);
        found.map_or_else(|| Zeroizing::new(String::new()), |(_, words)| words.clone())
    }

    /// The words of every field of this name that are not empty.
    pub(crate) fn all<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.words.iter().filter(move |(name, _)| name == field);
        found.map(|(_, words)| words.trim()).filter(|words| !words.is_empty())
    }

    /// The lines of a field that are not empty.
    pub(crate) fn lines<'a>(&'a self, field: &str) -> impl Iterator<Item = &'a str> {
        self.get(field).lines().map(str::trim).filter(|line| !line.is_empty())
    }

    /// The words of a query.
    pub(crate) fn of_query(query: &str) -> Self {
        Self::of_words(query.as_bytes())
    }

    fn of_words(bytes: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(bytes).take(FORM_FIELDS_MAX);
        let words =
            pairs.map(|(name, words)| (name.into_owned(), Zeroizing::new(words.into_owned())));
        Self { words: words.collect(), files: Vec::new() }
    }

    /// Reads the form that a request sends.
    ///
    /// # Errors
    /// [`Trouble::TooLarge`].
    pub(crate) async fn read(request: Request) -> Result<Self, Trouble> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
        if kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            return Self::of_parts(request).await;
        }
        Self::of_body(request.into_body()).await
    }

    async fn of_body(body: Body) -> Result<Self, Trouble> {
        let bytes = to_bytes(body, FORM_BYTES_MAX).await.map_err(|_| Trouble::TooLarge)?;
        let sent = Self::of_words(&bytes);
        // A passphrase may be among them: what can be wiped is.
        if let Ok(mut bytes) = bytes.try_into_mut() {
            zeroize::Zeroize::zeroize(&mut bytes[..]);
        }
        Ok(sent)
    }

    async fn of_parts(request: Request) -> Result<Self, Trouble> {
        let parts = Multipart::from_request(request, &()).await;
        let mut parts = parts.map_err(|_| Trouble::NoForm)?;
        let (mut sent, mut room) = (Self::default(), FORM_BYTES_MAX);
        while let Some(mut part) = parts.next_field().await.map_err(|_| Trouble::TooLarge)? {
            let field = part.name().unwrap_or_default().to_owned();
            if sent.words.len() >= FORM_FIELDS_MAX || sent.files.len() >= FORM_FILES_MAX {
                return Err(Trouble::TooLarge);
            }
            if let Some(name) = part.file_name().map(str::to_owned) {
                let (mut hasher, mut length) = (Hasher::default(), 0_u64);
                while let Some(chunk) = part.chunk().await.map_err(|_| Trouble::TooLarge)? {
                    hasher.update(&chunk);
                    length += chunk.len() as u64;
                    if length > DROPPED_FILE_BYTES_MAX {
                        return Err(Trouble::TooLarge);
                    }
                }
                // A field for a file that nobody has chosen is sent without a name.
                if !name.is_empty() {
                    sent.files.push(SentFile { field, name, length, digest: hasher.finish() });
                }
                continue;
            }
            let mut words = Vec::new();
            while let Some(chunk) = part.chunk().await.map_err(|_| Trouble::TooLarge)? {
                room = room.checked_sub(chunk.len()).ok_or(Trouble::TooLarge)?;
                words.extend_from_slice(&chunk);
            }
            let words = String::from_utf8_lossy(&words).into_owned();
            sent.words.push((field, Zeroizing::new(words)));
        }
        Ok(sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_form_are_found_by_their_field() {
        let sent = Sent::of_query("a=1&b=+x+y%0d%0a%0d%0az+&b=2&c=");
        assert_eq!((sent.get("a"), sent.get("c"), sent.get("d")), ("1", "", ""));
        assert_eq!(sent.lines("b").collect::<Vec<_>>(), ["x y", "z"]);
        assert_eq!(sent.all("b").count(), 2);
        assert_eq!(*sent.secret("b"), " x y\r\n\r\nz ");
    }
}
