//! Compares the configuration's peers with the roster: finds peers that are no members, and the
//! member codes that were probably meant.

use std::collections::BTreeSet;

use nemcon_client::config::NodeConfig;
use nemcon_ledger::council::Council;
use nemcon_ledger::record::{CouncilChange, Member};
use nemcon_ledger::{Chain, Code};

use super::addresses::{Addresses, addresses};
use super::error::ServerError;
use crate::server::condition::Stranger;

/// The greatest number of codes that are suggested as the intended ones.
const NEAREST_MAX: usize = 3;

/// Refuses peers that are no members, unless the node follows: then they may have entered in blocks
/// that it lacks.
///
/// # Errors
/// [`ServerError::UnknownPeer`] for the first such peer.
pub(super) fn verify(config: &NodeConfig, chain: &Chain) -> Result<(), ServerError> {
    if config.following {
        return Ok(());
    }
    let unknown = strangers(&addresses(config)?, chain, &config.member);
    match unknown.into_iter().find(|(_, stranger)| !stranger.has_left) {
        None => Ok(()),
        Some((code, Stranger { nearest, .. })) => Err(ServerError::UnknownPeer { code, nearest }),
    }
}

/// The peers in the configuration of the node of `me` that are no members, are not admitted, and
/// are not in an open measure that admits them.
pub(super) fn strangers(addresses: &Addresses, chain: &Chain, me: &Code) -> Vec<(Code, Stranger)> {
    let council = chain.council();
    let tabled: BTreeSet<&Code> = council
        .open_from(0)
        .filter_map(|state| match &state.terms.council_change {
            CouncilChange::Accession(member) => Some(&member.code),
            _ => None,
        })
        .collect();
    let admitted: BTreeSet<&Code> = council.admitted().map(|it| &it.member.code).collect();
    let is_known = |code: &Code| {
        council.roster().member(code).is_some() || tabled.contains(code) || admitted.contains(code)
    };
    let codes = addresses.keys().filter(|code| !is_known(code));
    codes
        .map(|code| {
            let has_left = chain.rosters().all().any(|roster| roster.member(code).is_some());
            let nearest = if has_left { Vec::new() } else { nearest(code, addresses, council, me) };
            (code.clone(), Stranger { has_left, nearest })
        })
        .collect()
}

/// The members whose code was probably meant, best match first. These are the members without an
/// address in the configuration or, if there are none, those whose name begins like the code or
/// whose code differs in one letter.
fn nearest(code: &Code, addresses: &Addresses, council: &Council, me: &Code) -> Vec<Code> {
    let rank = |member: &&Member| {
        let begins = member.name.as_str().to_uppercase().starts_with(code.as_str());
        (!begins, distance(code.as_str(), member.code.as_str()))
    };
    let others = || council.roster().members.iter().filter(|member| member.code != *me);
    let mut near: Vec<_> = others().filter(|it| !addresses.contains_key(&it.code)).collect();
    if near.is_empty() {
        near = others().filter(|it| rank(it) < (true, 2)).collect();
    }
    near.sort_by_key(rank);
    near.truncate(NEAREST_MAX);
    near.into_iter().map(|member| member.code.clone()).collect()
}

/// The number of places in which the two codes differ, plus the difference of their lengths.
fn distance(one: &str, other: &str) -> usize {
    let differ = one.bytes().zip(other.bytes()).filter(|(a, b)| a != b).count();
    differ + one.len().abs_diff(other.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_differ_by_letters_and_by_length() {
        for (one, other, wanted) in
            [("GR", "GR", 0), ("GR", "HR", 1), ("GR", "EL", 2), ("M1", "M10", 1)]
        {
            assert_eq!(distance(one, other), wanted, "{one} {other}");
        }
    }
}
