//! Asks who listens at an address, and shows no key that anybody knows.
//!
//! What it guarantees: the other end has proven the key that is returned. The key that is shown is made for this one
//! handshake, so that no node takes the caller for a second process with its own key.

use std::sync::Arc;
use std::time::Duration;

use nemcon_crypto::{PublicKey, SecretKey};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::address::Address;
use super::close_reason::Refusal;
use super::identity::{Admits, Identity, proven_key, refusal_of, server_name};
use super::link::connect;
use super::outage::Outage;

/// The node key that whoever listens at `at` proves, shown the key `made_for_this`; asked within twice `within`.
///
/// # Errors
/// [`Outage`].
pub async fn probe(
    at: &Address,
    made_for_this: SecretKey,
    within: Duration,
) -> Result<PublicKey, Outage> {
    let tcp: TcpStream = timeout(within, connect(at)).await.unwrap_or(Err(Outage::Silent))?;
    let client = Identity::new(made_for_this).client(Admits::Any);
    let shake = async {
        let stream = TlsConnector::from(Arc::clone(&client)).connect(server_name(), tcp).await;
        let stream = stream.map_err(|error| refusal_of(&error))?;
        proven_key(stream.get_ref().1)
    };
    let proven = timeout(within, shake).await.unwrap_or(Err(Refusal::Timeout));
    proven.map_err(Outage::Refused)
}
