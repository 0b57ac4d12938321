//! Who looks at a page, and in which language.

use nemcon_crypto::Digest;

use crate::words::Words;

/// A look at a page.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    /// The browser, which is in.
    pub(crate) browser: Digest,
    /// The words of the browser's language.
    pub(crate) words: &'static Words,
    /// The path and the query that were asked for.
    pub(crate) place: String,
}
