//! Keeps the folder in step with the log of this node, which it asks as any reader does.

use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use nemcon_client::client::{Access, Client};
use nemcon_client::config::{NodeConfig, PublishConfig};
use nemcon_client::export::Head;
use nemcon_client::failure::Failure;
use nemcon_client::publishing::{Opening, Published, Publishing};
use nemcon_client::session::Session;
use nemcon_kit::Cores;

/// How often the node looks for a block that all have sealed.
const EVERY: Duration = Duration::from_secs(2);

/// Begins to publish, on a thread of its own that ends with the process: what it leaves unfinished, the next one
/// finishes.
pub(super) fn spawn(
    config: &NodeConfig,
    publish: &PublishConfig,
    tokens: PathBuf,
) -> io::Result<()> {
    let publishing = Publishing {
        folder: publish.folder.clone(),
        state: Publishing::state_beside(&publish.folder),
        opening: Opening { shows: publish.shows, decision: publish.decision },
        cores: Cores::of(NonZeroUsize::MIN),
    };
    let client = Client::new(&format!("http://{}", config.http), Access::Folder(tokens))
        .of(Some(config.council), Some(config.member.clone()));
    let session = Session::new(client, None, Some(config.council), Vec::new());
    let work = move || {
        let mut told: Option<String> = None;
        loop {
            sleep(EVERY);
            told = tell(step(&publishing, &session), told.as_deref());
        }
    };
    std::thread::Builder::new().name("publisher".to_owned()).spawn(work).map(|_| ())
}

fn step(publishing: &Publishing, session: &Session) -> Result<Option<Published>, Failure> {
    let client = session.client();
    if client.checkpoint()?.note.is_none() {
        return Ok(None);
    }
    let head = Head::of(client)?;
    publishing.publish(client, &session.founding()?, &head, &mut |_, _, _| {})
}

/// Logs what was published, and each new reason why nothing is. Returns the reason.
fn tell(done: Result<Option<Published>, Failure>, told: Option<&str>) -> Option<String> {
    match done {
        Ok(None) => None,
        Ok(Some(done)) => {
            let Published { records, height, files, .. } = done;
            tracing::info!(records, height, files, "the log is published up to this block");
            None
        }
        Err(failure) => {
            let why = failure.message().to_owned();
            if told != Some(&*why) {
                let advice = failure.advice().unwrap_or_default();
                tracing::warn!(advice, "the log is not published: {why}");
            }
            Some(why)
        }
    }
}
