//! The forms that the pages show, each with a token of its own.
//!
//! What it guarantees: a form is sent by the browser that it was shown to, and by no other; one browser's forms throw
//! out none of another's. What it does not: it does not know what a form asks for.

use std::collections::{BTreeMap, VecDeque};

use nemcon_client::failure::Failure;
use nemcon_crypto::Digest;

use crate::secret::{kept, secret};

/// The most forms of one sort that are kept for one browser. The oldest one ends where there are more.
pub(crate) const FORMS_PER_BROWSER_MAX: usize = 64;

/// Forms of one sort, with what is kept of each.
#[derive(Debug)]
pub(crate) struct Forms<T> {
    by_browser: BTreeMap<Digest, VecDeque<(Digest, T)>>,
}

impl<T> Default for Forms<T> {
    fn default() -> Self {
        Self { by_browser: BTreeMap::new() }
    }
}

impl<T: Clone> Forms<T> {
    /// Keeps a form for a browser; returns its token.
    ///
    /// # Errors
    /// [`Failure`] if the system gives no random bytes.
    pub(crate) fn open(&mut self, browser: Digest, form: T) -> Result<String, Failure> {
        let word = secret()?;
        let forms = self.by_browser.entry(browser).or_default();
        forms.push_back((kept(&word), form));
        if forms.len() > FORMS_PER_BROWSER_MAX {
            forms.pop_front();
        }
        Ok(word)
    }

    /// What is kept of the form with this token, if it is this browser's.
    pub(crate) fn get(&self, browser: &Digest, token: &str) -> Option<T> {
        let token = kept(token);
        let forms = self.by_browser.get(browser)?;
        forms.iter().find(|(it, _)| *it == token).map(|(_, form)| form.clone())
    }

    /// The same, and the form is used up.
    pub(crate) fn take(&mut self, browser: &Digest, token: &str) -> Option<T> {
        let token = kept(token);
        let forms = self.by_browser.get_mut(browser)?;
        let at = forms.iter().position(|(it, _)| *it == token)?;
        forms.remove(at).map(|(_, form)| form)
    }

    /// Drops all forms of a browser that is out.
    pub(crate) fn forget(&mut self, browser: &Digest) {
        self.by_browser.remove(browser);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_its_browsers_alone_and_is_used_once() {
        let (one, other) = (kept("one"), kept("other"));
        let mut forms = Forms::default();
        let token = forms.open(one, 7).unwrap();
        assert_eq!(forms.get(&other, &token), None);
        assert_eq!(forms.get(&one, &token), Some(7));
        assert_eq!(forms.take(&other, &token), None);
        assert_eq!(forms.take(&one, &token), Some(7));
        assert_eq!(forms.take(&one, &token), None);
    }

    #[test]
    fn many_forms_of_one_browser_throw_out_none_of_another() {
        let (one, other) = (kept("one"), kept("other"));
        let mut forms = Forms::default();
        let own = forms.open(one, 0).unwrap();
        for at in 0..2 * FORMS_PER_BROWSER_MAX {
            forms.open(other, at).unwrap();
        }
        assert_eq!(forms.get(&one, &own), Some(0));
        let first = forms.open(other, 1).unwrap();
        for at in 0..FORMS_PER_BROWSER_MAX {
            forms.open(other, at).unwrap();
        }
        assert_eq!(forms.get(&other, &first), None);
    }
}
