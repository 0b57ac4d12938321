//! The desk: the session with its node, the copy of the log, the browsers and their forms.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use nemcon_client::api::Status;
use nemcon_client::client::Client;
use nemcon_client::failure::Failure;
use nemcon_client::founding::Founding;
use nemcon_client::session::{Party, Session};
use nemcon_crypto::Digest;
use nemcon_ledger::record::Charter;
use nemcon_ledger::text::Code;
use tokio::sync::{Semaphore, watch};

use crate::browsers::Browsers;
use crate::forms::Forms;
use crate::live::{LISTENING_PAGES_MAX, News};
use crate::own_copy::OwnCopy;
use crate::sheet::Sheet;
use crate::trouble::Trouble;

/// How many answers of records a page waits for. The copy goes on behind it.
const BATCHES_OF_A_PAGE: usize = 4;

/// The desk.
pub(crate) struct Desk {
    /// The node, the council and the party.
    pub(crate) session: Session,
    /// Other nodes of the council, which are asked whether they tell the same.
    pub(crate) others: Vec<Client>,
    /// Whether the desk shows and signs nothing.
    pub(crate) is_read_only: bool,
    /// The desk's own address, as the header `Host` has it.
    pub(crate) host: String,
    /// The name of the cookie by which a browser is known.
    pub(crate) cookie: String,
    /// What open pages are told.
    pub(crate) news: watch::Sender<News>,
    /// The places of pages that listen.
    pub(crate) listening: Arc<Semaphore>,
    founding: OnceLock<Founding>,
    copy: Mutex<Option<OwnCopy>>,
    browsers: Mutex<Browsers>,
    fills: Mutex<Forms<String>>,
    sheets: Mutex<Forms<Arc<Sheet>>>,
    read: Mutex<BTreeMap<u64, u32>>,
    signing: Mutex<()>,
}

impl Desk {
    /// A desk at this address.
    pub(crate) fn new(
        session: Session,
        others: Vec<Client>,
        is_read_only: bool,
        (host, cookie): (String, String),
    ) -> Self {
        Self {
            session,
            others,
            is_read_only,
            host,
            cookie,
            news: watch::Sender::new(News::default()),
            listening: Arc::new(Semaphore::new(LISTENING_PAGES_MAX)),
            founding: OnceLock::new(),
            copy: Mutex::default(),
            browsers: Mutex::default(),
            fills: Mutex::default(),
            sheets: Mutex::default(),
            read: Mutex::default(),
            signing: Mutex::default(),
        }
    }

    /// The client of the node.
    pub(crate) const fn client(&self) -> &Client {
        self.session.client()
    }

    /// The party that the desk speaks for; none if it reads alone.
    pub(crate) fn party(&self) -> Option<&Code> {
        self.session.code().filter(|_| !self.is_read_only)
    }

    /// The founding text, verified to found the council that is meant. The node is asked once.
    ///
    /// # Errors
    /// [`Failure`].
    pub(crate) fn founding(&self) -> Result<&Founding, Failure> {
        if let Some(founding) = self.founding.get() {
            return Ok(founding);
        }
        let founding = self.session.founding()?;
        Ok(self.founding.get_or_init(|| founding))
    }

    /// The charter of the council.
    ///
    /// # Errors
    /// [`Failure`].
    pub(crate) fn charter(&self) -> Result<&Charter, Failure> {
        Ok(&self.founding()?.genesis().charter)
    }

    /// The state of the node.
    ///
    /// # Errors
    /// [`Trouble::Lost`] if the node does not answer.
    pub(crate) fn status(&self) -> Result<Status, Trouble> {
        Ok(self.client().status()?)
    }

    /// The party with its officers' keys, which passphrases may lock.
    ///
    /// # Errors
    /// [`Failure`].
    pub(crate) fn signer(&self) -> Result<Party, Failure> {
        self.session.party()
    }

    /// Works on the copy of the log after it took over what the node has more.
    ///
    /// # Errors
    /// [`Trouble`] if the node does not answer.
    pub(crate) fn with_copy<T>(&self, work: impl FnOnce(&OwnCopy) -> T) -> Result<T, Trouble> {
        let advanced = self.advance(BATCHES_OF_A_PAGE);
        match (lock(&self.copy).as_ref(), advanced) {
            // Where the node is lost, its pages say so, and the copy is read as it is.
            (Some(copy), Ok(_) | Err(Trouble::Lost(_))) => Ok(work(copy)),
            (_, Err(trouble)) => Err(trouble),
            (None, Ok(_)) => Err(Trouble::NotFound),
        }
    }

    /// Takes over what the node has more, so many answers at most; whether the copy is level with the node.
    ///
    /// # Errors
    /// [`Trouble`] if the node does not answer.
    pub(crate) fn advance(&self, batches: usize) -> Result<bool, Trouble> {
        let founding = self.founding()?;
        let status = self.status()?;
        let mut copy = lock(&self.copy);
        let copy = copy.get_or_insert_with(|| OwnCopy::found(founding.genesis()));
        copy.advance(self.client(), (status.size, status.root), batches)?;
        Ok(copy.is_level() || copy.fault().is_some())
    }

    /// The links and the browsers.
    pub(crate) fn browsers(&self) -> MutexGuard<'_, Browsers> {
        lock(&self.browsers)
    }

    /// The forms that are filled in, each with the page that it belongs to.
    pub(crate) fn fills(&self) -> MutexGuard<'_, Forms<String>> {
        lock(&self.fills)
    }

    /// The statements that are shown to be signed.
    pub(crate) fn sheets(&self) -> MutexGuard<'_, Forms<Arc<Sheet>>> {
        lock(&self.sheets)
    }

    /// Holds back every other signature meanwhile: what is signed next is built on what was signed before.
    pub(crate) fn sign_alone(&self) -> MutexGuard<'_, ()> {
        lock(&self.signing)
    }

    /// Notes that a text was read here; returns the revision that was read before.
    pub(crate) fn note_read(&self, measure: u64, revision: u32) -> Option<u32> {
        lock(&self.read).insert(measure, revision)
    }

    /// The revision of a measure that was read here last.
    pub(crate) fn was_read(&self, measure: u64) -> Option<u32> {
        lock(&self.read).get(&measure).copied()
    }

    /// Drops what is kept for a browser that is out.
    pub(crate) fn forget(&self, browser: &Digest) {
        self.fills().forget(browser);
        self.sheets().forget(browser);
    }

    /// Tells open pages that something has changed, or that the node is lost.
    pub(crate) fn tell(&self, is_lost: bool) {
        self.news.send_modify(|news| {
            news.changes += 1;
            news.is_lost = is_lost;
        });
    }
}

/// The guard; a thread that failed with the lock leaves what it guards whole.
fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
