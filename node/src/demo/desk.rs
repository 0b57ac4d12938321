//! The desk of the demo's first member, open while the demo goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use nemcon_audit::Screen;
use nemcon_client::client::Client;
use nemcon_client::failure::Failure;
use nemcon_client::session::Session;
use nemcon_desk::{Links, Open, Settings};

use super::casting::Pace;
use super::{Demo, POLL};
use crate::cli::{all_of, browse};

/// Where a demo is seen.
#[derive(Clone, Copy, Debug)]
pub enum Show {
    /// On the terminal alone.
    Terminal,
    /// Also at a desk, to which a link is printed.
    Link,
    /// Also at a desk that the person's browser opens; if none is found, this screen says so.
    Browser(Screen),
}

/// A desk that is served on a thread of its own. It is closed when this is dropped.
pub(super) struct DemoDesk {
    links: Links,
    over: Arc<AtomicBool>,
    serving: Option<JoinHandle<Result<(), Failure>>>,
}

impl DemoDesk {
    /// Opens the desk of the session's party, which asks the nodes of `others` whether they tell the same.
    ///
    /// # Errors
    /// [`Failure`] if the desk cannot be opened.
    pub(super) fn open(session: Session, others: Vec<Client>) -> Result<Self, Failure> {
        let desk = Open::new(Settings { session, others, is_read_only: false, port: None })?;
        let (links, over) = (desk.links(), Arc::new(AtomicBool::new(false)));
        let ended = Arc::clone(&over);
        let is_over = move || {
            while !ended.load(Ordering::Relaxed) {
                thread::sleep(POLL);
            }
        };
        let serving = thread::spawn(move || desk.serve(is_over));
        Ok(Self { links, over, serving: Some(serving) })
    }

    /// Makes links into it.
    pub(super) const fn links(&self) -> &Links {
        &self.links
    }
}

impl Drop for DemoDesk {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(serving) = self.serving.take() {
            let _ = serving.join();
        }
    }
}

impl Demo {
    /// Opens the first member's desk, if one is wanted, and waits until somebody looks.
    pub(super) fn open_desk(&mut self) -> Result<(), Failure> {
        let screen = match self.show {
            Show::Terminal => return Ok(()),
            Show::Link => None,
            Show::Browser(screen) => Some(screen),
        };
        let code = self.nodes.code(0);
        let session = self.session(&code, Vec::new())?;
        let mut others: Vec<_> = all_of(self.nodes.testnet()).collect();
        others.retain(|other| other.base() != session.client().base());
        let desk = DemoDesk::open(session, others)?;
        let links = desk.links().clone();
        self.desk = Some(desk);
        self.stage.event(&format!("the desk of {code}; this link lets one browser in, once:"));
        self.stage.event(&links.new_link()?);
        self.stage.event("the demo goes on when the page is open; Ctrl-C ends all");
        // The file leads the browser to a link. It stays until the browser has read it.
        let _leading = screen.map(|screen| browse(&links, screen));
        while !links.are_used() {
            self.verify_going_on()?;
            thread::sleep(POLL);
        }
        Ok(())
    }

    /// Leaves the council to whoever sits at the desk, until Ctrl-C.
    pub(super) fn leave_to_the_desk(&mut self) -> Result<(), Failure> {
        if self.desk.is_some() {
            self.stage.event("the desk stays open, and all nodes run; Ctrl-C ends them");
            while !self.interrupt.is_raised() {
                self.nodes.verify_running()?;
                thread::sleep(POLL);
            }
            self.desk = None;
        }
        Ok(())
    }

    /// How fast ballots come: as fast as they go, or so that they can be watched on a page.
    pub(super) const fn pace(&self) -> Pace {
        match self.show {
            Show::Terminal => Pace::Full,
            Show::Link | Show::Browser(_) => Pace::ToWatch,
        }
    }
}
