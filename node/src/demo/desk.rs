//! The desk of the demo's first member, open while the demo goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nemcon_audit::Screen;
use nemcon_client::client::Client;
use nemcon_client::failure::Failure;
use nemcon_client::session::Session;
use nemcon_desk::{Links, Open, Settings};

/// The interval at which the desk looks whether it is over.
const POLL: Duration = Duration::from_millis(60);

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
