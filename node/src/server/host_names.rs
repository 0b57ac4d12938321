//! Resolves the host names of the configuration, also those of peers that connect by themselves, so
//! that a wrong name shows before it is needed.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use nemcon_ledger::Code;
use tokio::net::lookup_host;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::addresses::Addresses;
use crate::mesh::Address;

/// The time limit of one look-up.
const LOOK_UP: Duration = Duration::from_secs(10);
/// The interval until a name that could not be resolved is looked up again.
const AGAIN_UNRESOLVED: Duration = Duration::from_secs(30);
/// The interval until names that were resolved are looked up again.
const AGAIN: Duration = Duration::from_mins(10);

/// Looks the names up as long as the node runs, and publishes the members whose names cannot be resolved.
pub(super) async fn look_up(
    mut addresses: watch::Receiver<Addresses>,
    unresolved: watch::Sender<BTreeSet<Code>>,
) {
    loop {
        let names: Vec<_> = named(&addresses.borrow_and_update()).collect();
        let found = without_address(&names).await;
        let wait = if found.is_empty() { AGAIN } else { AGAIN_UNRESOLVED };
        unresolved.send_replace(found);
        let changed = if names.is_empty() {
            addresses.changed().await
        } else {
            timeout(wait, addresses.changed()).await.unwrap_or(Ok(()))
        };
        if changed.is_err() {
            // The replica's thread has ended, and the process is about to end too.
            sleep(AGAIN).await;
        }
    }
}

/// The addresses that are host names.
fn named(addresses: &Addresses) -> impl Iterator<Item = (Code, Address)> {
    let named = addresses.iter().filter(|(_, at)| at.as_str().parse::<SocketAddr>().is_err());
    named.map(|(code, at)| (code.clone(), at.clone()))
}

async fn without_address(names: &[(Code, Address)]) -> BTreeSet<Code> {
    let mut look_ups = JoinSet::new();
    for (code, at) in names.iter().cloned() {
        look_ups.spawn(async move {
            let found = timeout(LOOK_UP, lookup_host(at.as_str())).await;
            let has_one = found.is_ok_and(|found| found.is_ok_and(|mut it| it.next().is_some()));
            (code, has_one)
        });
    }
    let mut without = BTreeSet::new();
    while let Some(looked_up) = look_ups.join_next().await {
        without.extend(looked_up.ok().filter(|(_, has_one)| !has_one).map(|(code, _)| code));
    }
    without
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(of: &[(&str, &str)]) -> Addresses {
        of.iter().map(|(code, at)| (code.parse().unwrap(), at.parse().unwrap())).collect()
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_told_until_the_configuration_has_another_one() {
        let before = addresses(&[
            ("AA", "node.invalid:7001"),
            ("BB", "127.0.0.1:7001"),
            ("CC", "localhost:7001"),
        ]);
        let (told, addresses_in) = watch::channel(before.clone());
        let (unresolved_out, mut unresolved) = watch::channel(BTreeSet::new());
        let task = tokio::spawn(look_up(addresses_in, unresolved_out));
        let wait = Duration::from_secs(20);
        let seen = timeout(wait, unresolved.wait_for(|it| !it.is_empty())).await;
        let wanted: BTreeSet<Code> = ["AA".parse().unwrap()].into();
        assert_eq!(*seen.expect("in time").unwrap(), wanted);
        told.send_replace(addresses(&[("AA", "localhost:7001")]));
        let over = timeout(wait, unresolved.wait_for(BTreeSet::is_empty)).await;
        over.expect("in time").unwrap();
        task.abort();
    }
}
