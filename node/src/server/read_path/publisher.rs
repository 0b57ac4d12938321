//! Keeps the folder in step with the log of this node, which it asks as any reader does.

use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nemcon_client::client::{Access, Client};
use nemcon_client::config::{NodeConfig, PublishConfig};
use nemcon_client::export::Head;
use nemcon_client::failure::Failure;
use nemcon_client::publishing::{NotPublished, Opening, Published, Publishing};
use nemcon_client::session::Session;
use nemcon_client::witnessing::Witnesses;
use nemcon_crypto::TreeSize;
use nemcon_kit::Cores;

/// How often the node looks for a block that all have sealed.
const EVERY: Duration = Duration::from_secs(2);
/// After how long it is asked again whether the decision holds that opens the log, if no block has come.
const ASK_AGAIN: Duration = Duration::from_mins(10);

/// Begins to publish, on a thread of its own that ends with the process: what it leaves unfinished, the next one
/// finishes. `open` tells whether the folder may be given out.
pub(super) fn spawn(
    config: &NodeConfig,
    publish: &PublishConfig,
    tokens: PathBuf,
    open: Arc<AtomicBool>,
) -> io::Result<()> {
    let (folder, state) = (publish.folder.clone(), Publishing::state_beside(&publish.folder));
    let opening = Opening { shows: publish.shows, decision: publish.decision };
    let witnesses = publish.witnesses.as_deref().map(Witnesses::read).transpose();
    let witnesses = witnesses.map_err(|failure| io::Error::other(failure.message().to_owned()))?;
    let publishing = Publishing::new(folder, state, opening, Cores::of(NonZeroUsize::MIN))
        .witnessed_by(witnesses);
    let client = Client::new(&format!("http://{}", config.http), Access::Folder(tokens))
        .of(Some(config.council), Some(config.member.clone()));
    let session = Session::new(client, None, Some(config.council), Vec::new());
    let mut publisher = Publisher { publishing, session, open, done: None, told: None };
    let work = move || {
        loop {
            sleep(EVERY);
            publisher.step();
        }
    };
    std::thread::Builder::new().name("publisher".to_owned()).spawn(work).map(|_| ())
}

struct Publisher {
    publishing: Publishing,
    session: Session,
    /// Whether the folder may be given out.
    open: Arc<AtomicBool>,
    /// The size at which the folder was found to be in step and open, and when.
    done: Option<(TreeSize, Instant)>,
    /// The last reason that was logged why nothing is published.
    told: Option<String>,
}

impl Publisher {
    fn step(&mut self) {
        match self.publish() {
            Ok(done) => {
                self.open.store(true, Ordering::Relaxed);
                self.told = None;
                if let Some(Published { records, height, files, decision, witnesses, .. }) = done {
                    for missing in witnesses.into_iter().flat_map(|asked| asked.missing) {
                        tracing::warn!(event = %"witness-missing", %missing, "a witness from outside has not cosigned the checkpoint");
                    }
                    let by = decision.map_or_else(|| "the charter".to_owned(), |by| by.to_string());
                    tracing::info!(event = %"published", records, height, files, opened_by = %by, "the log is published up to this block");
                }
            }
            Err(error) => {
                if matches!(error, NotPublished::Closed(_)) {
                    self.open.store(false, Ordering::Relaxed);
                    self.done = None;
                }
                self.tell(&error.into());
            }
        }
    }

    /// Publishes what is new; asks again from time to time whether a decision holds that may expire.
    fn publish(&mut self) -> Result<Option<Published>, NotPublished> {
        let client = self.session.client();
        let Some(head) = Head::newest(client).map_err(NotPublished::from)? else {
            return Err(
                Failure::not_ordered("no block has been sealed by every member so far").into()
            );
        };
        let size = head.checkpoint.size();
        let is_known = |(done, at): (TreeSize, Instant)| done == size && at.elapsed() < ASK_AGAIN;
        if self.done.is_some_and(is_known) {
            return Ok(None);
        }
        let founding = self.session.founding()?;
        let done = self.publishing.publish(client, &founding, &head, &mut |_, _, _| {})?;
        self.done = Some((size, Instant::now()));
        Ok(done)
    }

    /// Logs each new reason why nothing is published.
    fn tell(&mut self, failure: &Failure) {
        let why = failure.message();
        if self.told.as_deref() != Some(why) {
            let advice = failure.advice().unwrap_or_default();
            tracing::warn!(event = %"not-published", advice, "the log is not published: {why}");
            self.told = Some(why.to_owned());
        }
    }
}
