//! The answers of a node's interface from its ledger folder, without the node.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use nemcon_client::api::FolderView;
use nemcon_client::client::Answerer;
use nemcon_client::config::NodeConfig;
use nemcon_client::keyfile::{KeyFile, KeyFileError, KeyRole};
use nemcon_crypto::{Digest, LeafIndex};
use nemcon_disk::store::BlockPlace;
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::Show as _;
use nemcon_replica::keyring::Keyring;
use nemcon_replica::replica::Replica;
use tokio::sync::mpsc;

use super::clock::clock;
use super::error::ServerError;
use super::folder::{Identity, ReadLeaves, ReadLedger, Trust, journal_in};
use super::http::InProcess;
use super::identity::{founded, keyring};
use super::requests::{Filed, Request};
use super::standing::{IndexOff, LeafPlaces, Standing};
use super::view::node;

/// The greatest number of requests that wait for their answers.
const REQUESTS_MAX: usize = 16;

impl LeafPlaces for ReadLeaves {
    fn places(&self, from: LeafIndex, leaves: u64) -> Vec<BlockPlace> {
        Self::places(self, from, leaves)
    }

    fn by_hash(&self, text_hash: Digest) -> Result<Option<LeafIndex>, IndexOff> {
        Ok(Self::by_hash(self, &text_hash))
    }

    fn filed(&self, of: &Filed, from: LeafIndex, limit: usize) -> Option<Vec<LeafIndex>> {
        Some(match of {
            Filed::Measure(number) => self.by_measure(*number, from, limit),
            Filed::Party(code) => self.by_party(code.as_str(), from, limit),
        })
    }
}

/// A ledger folder that answers as its node would.
pub(crate) struct Offline {
    /// What answers.
    pub(crate) answerer: Arc<dyn Answerer>,
    /// The height of the last block that is told.
    pub(crate) height: u64,
    /// Why what is told ends before the journal does; `None` if all of it was read.
    pub(crate) ends: Option<String>,
}

/// Reads the ledger in `folder`, of the node with this configuration. The node's keys need not be there.
///
/// # Errors
/// [`ServerError`].
pub(crate) fn open(config: &NodeConfig, folder: &Path) -> Result<Offline, ServerError> {
    let (genesis, genesis_file) = founded(config)?;
    let node = reader(config, genesis)?;
    let (replica, leaves, ends) =
        ReadLedger::open(folder, &node, Trust::OwnPast)?.into_replica(&node);
    let height = replica.chain().height().0;
    let view = FolderView { path: folder.shown(), ends: ends.as_ref().map(|it| it.shown()) };
    let (requests_in, requests) = mpsc::channel(REQUESTS_MAX);
    let answerer = InProcess::new(requests_in, journal_in(folder).into(), genesis_file.into())?;
    // The thread ends with the answerer, which holds the other end of the channel.
    let thread = std::thread::Builder::new().name("folder".to_owned());
    thread.spawn(move || answer(&replica, &leaves, &view, requests))?;
    Ok(Offline { answerer: Arc::new(answerer), height, ends })
}

fn answer(
    replica: &Replica,
    leaves: &ReadLeaves,
    view: &FolderView,
    mut requests: mpsc::Receiver<Request>,
) {
    let standing = Standing { replica, leaves };
    while let Some(request) = requests.blocking_recv() {
        match request {
            Request::Status(to) => {
                let status = node::status(replica, clock(), BTreeMap::new());
                let folder = Some(view.clone());
                let status = nemcon_client::api::Status { folder, ..status };
                drop(to.send((status, standing.now())));
            }
            request => standing.answer(request),
        }
    }
}

/// Whoever reads for the node with this configuration: with its keys, if they are at hand and open.
///
/// # Errors
/// [`ServerError`] if the system gives no random bytes.
pub(crate) fn reader(config: &NodeConfig, genesis: Genesis) -> Result<Identity, ServerError> {
    let keys = match keyring(config) {
        Ok(keys) => keys,
        Err(_) => nobodys_keys()?,
    };
    Ok(Identity { me: config.member.clone(), genesis, council: config.council, keys })
}

/// Keys that no roster names: what is only read is never signed.
fn nobodys_keys() -> Result<Keyring, KeyFileError> {
    let make = |role| KeyFile::generate(role).map(|file| file.secret);
    Ok(Keyring::new(make(KeyRole::Node)?, make(KeyRole::Seal)?))
}
