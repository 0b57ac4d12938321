//! Shows the demo also at a desk: it waits for the page, and leaves the council to it at the end.

use std::thread;

use nemcon_client::failure::Failure;

use super::casting::Pace;
use super::desk::{DemoDesk, Show};
use super::{Demo, POLL};
use crate::cli::{all_of, browse};

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
