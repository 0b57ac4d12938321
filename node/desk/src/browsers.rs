//! Which browsers are let in: each by a link that works once, then by a cookie.
//!
//! What it guarantees: a link lets one browser in, and only hashes of links and cookies are kept. What it does not:
//! a program that can read the browser's cookies is that browser.

use std::collections::VecDeque;

use nemcon_client::failure::Failure;
use nemcon_crypto::Digest;

use crate::secret::{kept, secret};

/// The most links that wait to be used. The oldest one ends where there are more.
pub(crate) const LINKS_MAX: usize = 8;
/// The most browsers that are in. The one that came first is out where there are more.
pub(crate) const BROWSERS_MAX: usize = 16;

/// The links that wait, and the browsers that are in.
#[derive(Debug, Default)]
pub(crate) struct Browsers {
    links: VecDeque<Digest>,
    inside: VecDeque<Digest>,
}

impl Browsers {
    /// A new link's word.
    ///
    /// # Errors
    /// [`Failure`] if the system gives no random bytes.
    pub(crate) fn link(&mut self) -> Result<String, Failure> {
        let word = secret()?;
        self.links.push_back(kept(&word));
        if self.links.len() > LINKS_MAX {
            self.links.pop_front();
        }
        Ok(word)
    }

    /// Uses a link up; returns the word of the cookie, and the browser that is out for it.
    ///
    /// # Errors
    /// [`Failure`] if the system gives no random bytes.
    pub(crate) fn enter(
        &mut self,
        link: &str,
    ) -> Result<Option<(String, Option<Digest>)>, Failure> {
        let link = kept(link);
        let Some(at) = self.links.iter().position(|it| *it == link) else { return Ok(None) };
        let word = secret()?;
        self.links.remove(at);
        self.inside.push_back(kept(&word));
        let out = if self.inside.len() > BROWSERS_MAX { self.inside.pop_front() } else { None };
        Ok(Some((word, out)))
    }

    /// Whether a browser has been let in.
    pub(crate) fn any(&self) -> bool {
        !self.inside.is_empty()
    }

    /// The browser with this cookie, if it is in.
    pub(crate) fn known(&self, cookie: &str) -> Option<Digest> {
        let browser = kept(cookie);
        self.inside.contains(&browser).then_some(browser)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_lets_one_browser_in() {
        let mut browsers = Browsers::default();
        let link = browsers.link().unwrap();
        assert!(!browsers.any());
        let (cookie, _) = browsers.enter(&link).unwrap().unwrap();
        assert!(browsers.any() && browsers.enter(&link).unwrap().is_none());
        assert!(browsers.known(&cookie).is_some());
        assert!(browsers.known(&link).is_none() && browsers.known("").is_none());
        assert!(browsers.enter("").unwrap().is_none());
    }

    #[test]
    fn links_and_browsers_are_bounded_and_the_oldest_goes_first() {
        let mut browsers = Browsers::default();
        let first = browsers.link().unwrap();
        for _ in 0..LINKS_MAX {
            browsers.link().unwrap();
        }
        assert!(browsers.enter(&first).unwrap().is_none());
        let mut cookies = Vec::new();
        for _ in 0..=BROWSERS_MAX {
            let link = browsers.link().unwrap();
            cookies.push(browsers.enter(&link).unwrap().unwrap());
        }
        assert!(browsers.known(&cookies[0].0).is_none());
        assert!(browsers.known(&cookies[1].0).is_some());
        let out = cookies.last().unwrap().1;
        assert!(out.is_some(), "whoever is out is told, so that what is kept for it goes");
    }
}
