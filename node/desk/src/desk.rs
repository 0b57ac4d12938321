//! The desk: the session with its node, the copy of the log, the browsers and their forms.

use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use nemcon_client::api::{Records, Status};
use nemcon_client::client::{Client, ClientError};
use nemcon_client::export::Head;
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
use crate::own_copy::{ASKED_AT_A_TIME, OwnCopy};
use crate::sheet::Sheet;
use crate::trouble::Trouble;

/// How many answers of records a page waits for. The copy goes on behind it.
const BATCHES_OF_A_PAGE: usize = 4;
/// How long a page waits for an answer of a node.
const PAGE_WAIT: Duration = Duration::from_secs(1);

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
    /// The client of the node that pages ask.
    pub(crate) quick: Client,
    /// Whether the node was asked last without an answer in time.
    is_stalled: AtomicBool,
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
            quick: session.client().clone().within(PAGE_WAIT),
            is_stalled: AtomicBool::new(false),
            others: others.into_iter().map(|other| other.within(PAGE_WAIT)).collect(),
            session,
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

    /// What the node answers within a short time. While it is known to stall it is not asked at all: the thread that
    /// follows it finds out when it answers again.
    ///
    /// # Errors
    /// [`Trouble::Lost`] if the node does not answer in time.
    pub(crate) fn ask<T>(
        &self,
        ask: impl FnOnce(&Client) -> Result<T, ClientError>,
    ) -> Result<T, Trouble> {
        self.verify_known()?;
        let answer = ask(&self.quick);
        if matches!(answer, Err(ClientError::Timeout { .. })) {
            self.is_stalled.store(true, Ordering::Relaxed);
        }
        Ok(answer?)
    }

    /// Checks that the node is not known to stall. It is not asked.
    ///
    /// # Errors
    /// [`Trouble::Lost`].
    pub(crate) fn verify_known(&self) -> Result<(), Trouble> {
        if self.is_stalled.load(Ordering::Relaxed) {
            let base = self.quick.base().to_owned();
            return Err(ClientError::Timeout { base }.into());
        }
        Ok(())
    }

    /// Checks that the node answers in a short time, before it is asked for what may take longer.
    ///
    /// # Errors
    /// [`Trouble::Lost`].
    pub(crate) fn verify_answers(&self) -> Result<(), Trouble> {
        self.status().map(drop)
    }

    /// The state of a node that may stall: what pages ask waits until it answers this.
    ///
    /// # Errors
    /// [`Trouble::Lost`] if the node does not answer in time.
    pub(crate) fn try_status(&self) -> Result<Status, Trouble> {
        let status = self.quick.status();
        let is_stalled = matches!(status, Err(ClientError::Timeout { .. }));
        if self.is_stalled.swap(is_stalled, Ordering::Relaxed) && !is_stalled {
            // A page that was made meanwhile lacks what the node tells.
            self.tell(false);
        }
        Ok(status?)
    }

    /// The party that the desk speaks for; none if it reads alone.
    pub(crate) fn party(&self) -> Option<&Code> {
        self.session.code().filter(|_| !self.is_read_only)
    }

    /// The founding text, verified to found the council that is meant. The node is asked once.
    ///
    /// # Errors
    /// [`Trouble`].
    pub(crate) fn founding(&self) -> Result<&Founding, Trouble> {
        if let Some(founding) = self.founding.get() {
            return Ok(founding);
        }
        let founding = self.session.founding_in(&self.ask(Client::genesis)?)?;
        Ok(self.founding.get_or_init(|| founding))
    }

    /// The charter of the council.
    ///
    /// # Errors
    /// [`Trouble`].
    pub(crate) fn charter(&self) -> Result<&Charter, Trouble> {
        Ok(&self.founding()?.genesis().charter)
    }

    /// The state of the node.
    ///
    /// # Errors
    /// [`Trouble::Lost`] if the node does not answer.
    pub(crate) fn status(&self) -> Result<Status, Trouble> {
        self.ask(Client::status)
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
            (Some(copy), Ok(()) | Err(Trouble::Lost(_))) => Ok(work(copy)),
            (_, Err(trouble)) => Err(trouble),
            (None, Ok(())) => Err(Trouble::NotFound),
        }
    }

    /// Takes over what the node has more, so many answers at most.
    ///
    /// # Errors
    /// [`Trouble`] if the node does not answer.
    pub(crate) fn advance(&self, batches: usize) -> Result<(), Trouble> {
        let status = self.status()?;
        self.take_over(&status, batches, &|from| {
            self.ask(|client| client.records(from, ASKED_AT_A_TIME))
        })
    }

    /// Takes over what the node has more, and waits for it as long as it may take.
    ///
    /// # Errors
    /// [`Trouble`] if the node does not answer.
    pub(crate) fn catch_up(&self, status: &Status, batches: usize) -> Result<(), Trouble> {
        let client = self.session.client();
        self.take_over(status, batches, &|from| Ok(client.records(from, ASKED_AT_A_TIME)?))
    }

    /// The copy is not locked while the node is asked, so that no page waits for a node that another page asks.
    fn take_over(
        &self,
        status: &Status,
        batches: usize,
        records: &dyn Fn(u64) -> Result<Records, Trouble>,
    ) -> Result<(), Trouble> {
        let founding = self.founding()?;
        let mut wanted = {
            let mut copy = lock(&self.copy);
            let copy = copy.get_or_insert_with(|| OwnCopy::found(founding.genesis()));
            if !copy.hear(status.size, status.root) {
                return Ok(());
            }
            copy.wanted()
        };
        for _ in 0..batches {
            let Some(from) = wanted else { break };
            let found = records(from)?;
            let mut copy = lock(&self.copy);
            let Some(copy) = copy.as_mut() else { break };
            if !copy.take(from, found.records) {
                return Ok(());
            }
            wanted = copy.wanted();
        }
        let view = self.ask(Client::checkpoint)?;
        let head = Head::in_view(&self.quick, view)?;
        if let (Some(head), Some(copy)) = (head, lock(&self.copy).as_mut()) {
            copy.take_seals(&head);
        }
        Ok(())
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
