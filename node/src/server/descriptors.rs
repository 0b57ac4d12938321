//! File descriptors: how many the process may have open, and how they are shared out.
//!
//! ```text
//! limit = own + disk + HTTP connections + sockets of the mesh
//! ```
//!
//! What it guarantees: the disk's share is never given to connections, because a disk that cannot open a
//! file stops the node. HTTP and the mesh share what is left. What it does not: it does not know what the
//! process had open before its start beyond their number.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use nemcon_client::api::FilesView;
use nemcon_client::config::NodeConfig;

use super::http::{CONNECTIONS_MAX, tls_descriptors};
use super::{meter, read_path};
use crate::mesh::Limits;

/// For standard streams, runtimes, signals and listeners. Descriptors that were open before the
/// start are counted besides.
const OWN: usize = 32;
/// For journal, index, `signed` and evidence, and for the files that readers of them open.
const DISK: usize = 32;
/// The least number of connections with which a node starts, and the least number of
/// the mesh's handshakes.
const FEW: usize = 16;
/// For each member: one link, and a connection that is about to take its place.
const LINKS_PER_MEMBER: usize = 2;
/// For the links of entering members, of keys of past rosters, and of servers with unknown keys.
const OTHER_LINKS: usize = 16;
/// The standard streams, and what is open besides when a node starts.
const STREAMS: usize = 8;

/// The greatest number of descriptors for each use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shares {
    /// The connections of the HTTP interface.
    pub(super) http: usize,
    /// The connections of the mesh that have not proven a key yet; they are part of `mesh`.
    pub(super) handshakes: usize,
    /// All sockets of the mesh.
    pub(super) mesh: usize,
    /// The limit, and what a node needs.
    pub(super) files: FilesView,
}

/// The error for a process whose limit of open files is too low for a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this process may have {limit} files open, and a node among {members} needs {needed}")]
pub struct TooFewDescriptors {
    limit: usize,
    needed: usize,
    members: usize,
}

impl Shares {
    /// Raises the process's limit as far as the system allows, and shares it out.
    /// `others` are for connections that neither of the two has.
    pub(super) fn take(members: usize, others: usize) -> Result<Self, TooFewDescriptors> {
        let (limit, open) = (raised(), open_now() + others);
        let shares = Self::of(limit, open, members)?;
        if shares.http < CONNECTIONS_MAX {
            let Self { http, handshakes, .. } = shares;
            tracing::warn!(
                event = %"few-files",
                limit,
                http,
                handshakes,
                "the limit of open files is low: fewer connections are let in than could be"
            );
        }
        Ok(shares)
    }

    /// Shares out `limit`, of which `open` descriptors are taken already.
    fn of(limit: usize, open: usize, members: usize) -> Result<Self, TooFewDescriptors> {
        let fixed = OWN + open + DISK + LINKS_PER_MEMBER * members + OTHER_LINKS;
        let needed = fixed + 2 * FEW;
        let left = limit.checked_sub(fixed).filter(|left| *left >= 2 * FEW);
        let left = left.ok_or(TooFewDescriptors { limit, needed, members })?;
        // When a connection gives way to a new one, both are open for a moment; so one
        // descriptor stays free.
        let http = (left / 2 - 1).min(CONNECTIONS_MAX);
        let Limits { handshakes_max, sockets_max, .. } = Limits::default();
        let handshakes = (left - http - 1).min(handshakes_max);
        let mesh = (limit - OWN - open - DISK - http - 1).min(sockets_max);
        let files = view(limit, fixed);
        Ok(Self { http, handshakes, mesh, files })
    }
}

fn view(limit: usize, fixed: usize) -> FilesView {
    // So many that both halves of what is left are as large as they can be used.
    let wanted = fixed + 2 * (CONNECTIONS_MAX + 1);
    let of = |files: usize| u64::try_from(files).unwrap_or(u64::MAX);
    FilesView { limit: of(limit), needed: of(fixed + 2 * FEW), wanted: of(wanted) }
}

/// What a node among so many members may have and needs, if it is started with the limits of this process.
pub(crate) fn foreseen(members: usize, config: &NodeConfig) -> FilesView {
    let fixed = OWN + STREAMS + others(config) + DISK + LINKS_PER_MEMBER * members + OTHER_LINKS;
    let limit = getrlimit(Resource::Nofile).maximum;
    view(limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX)), fixed)
}

/// How many descriptors the addresses need that the configuration may open besides mesh and HTTP interface.
pub(super) fn others(config: &NodeConfig) -> usize {
    read_path::descriptors(config) + meter::descriptors(config) + tls_descriptors(config)
}

/// The limit of this process, raised as far as the system allows.
fn raised() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = Rlimit { current: maximum, maximum };
    let limit = if setrlimit(Resource::Nofile, wanted).is_ok() { maximum } else { current };
    // `None` means that there is no limit.
    limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

/// The number of descriptors that are open already. A process inherits those of its parent.
fn open_now() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usual_limit_gives_each_all_that_it_can_use() {
        let shares = Shares::of(1024, 10, 90).unwrap();
        assert_eq!((shares.http, shares.handshakes), (CONNECTIONS_MAX, 128));
        let unlimited = Shares::of(usize::MAX, 10, 90).unwrap();
        assert_eq!(unlimited.mesh, Limits::default().sockets_max);
    }

    #[test]
    fn whatever_the_limit_the_disk_keeps_its_share_and_members_their_links() {
        for members in 1..=90 {
            for limit in 0..2000 {
                let Ok(Shares { http, handshakes, mesh, .. }) = Shares::of(limit, 10, members)
                else {
                    continue;
                };
                let used = http + 1 + mesh + DISK + OWN + 10;
                assert!(used == limit || used < limit && mesh == Limits::default().sockets_max);
                assert!(mesh >= handshakes + LINKS_PER_MEMBER * members + OTHER_LINKS);
                assert!(http + 1 >= FEW && handshakes >= FEW);
            }
        }
    }

    #[test]
    fn too_few_are_told_with_how_many_it_takes() {
        let needed = OWN + DISK + 10 + 2 * 27 + OTHER_LINKS + 2 * FEW;
        assert!(Shares::of(needed, 10, 27).is_ok());
        let error = Shares::of(needed - 1, 10, 27).unwrap_err().to_string();
        assert!(error.ends_with(&format!("a node among 27 needs {needed}")), "{error}");
    }
}
