//! The style sheet, the script and the mark of the desk, which come along in the program.

use std::sync::OnceLock;

use nemcon_client::words::short;
use nemcon_crypto::hash;

/// A file of the desk.
pub(crate) struct Asset {
    name: &'static str,
    ending: &'static str,
    /// Its kind, as HTTP says it.
    pub(crate) kind: &'static str,
    /// What it holds.
    pub(crate) text: &'static str,
    place: OnceLock<String>,
}

/// The style sheet.
pub(crate) static STYLE: Asset =
    Asset::new("desk", "css", "text/css; charset=utf-8", include_str!("assets/desk.css"));
/// The script, which replaces parts of a page when something has changed.
pub(crate) static SCRIPT: Asset =
    Asset::new("desk", "js", "text/javascript; charset=utf-8", include_str!("assets/desk.js"));
/// The mark of the desk.
pub(crate) const MARK: &str = include_str!("assets/mark.svg");

impl Asset {
    const fn new(
        name: &'static str,
        ending: &'static str,
        kind: &'static str,
        text: &'static str,
    ) -> Self {
        Self { name, ending, kind, text, place: OnceLock::new() }
    }

    /// Its path, which is another one when it holds something else.
    pub(crate) fn place(&self) -> &str {
        self.place.get_or_init(|| {
            let hash = short(hash::sha256(self.text.as_bytes()));
            format!("/assets/{}.{hash}.{}", self.name, self.ending)
        })
    }
}
