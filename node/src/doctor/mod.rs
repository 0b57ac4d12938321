//! `nemcon doctor`: examines a node and its machine, whether the node runs or not, and says what to do.
//!
//! ```text
//! node.toml ─▶ files, ledger, machine ─┐
//! the node, if it runs ─▶ its status ──┼─▶ findings: ok, warning, WRONG, or not told here
//! each peer's address ─▶ who listens ──┘
//! ```
//!
//! What it guarantees: nothing is changed, no lock is kept, no key's secret half is printed, and every wait has an end. A peer
//! is shown a key that is made for the question, so that the examination is never taken for a second node with the
//! member's key. What it does not: it decides nothing, and what it calls ok may break the next moment.

mod answering;
mod files;
mod finding;
mod ledger;
mod machine;
mod peers;
mod ports;
mod running;

use std::path::Path;

use nemcon_client::atomic_write::folder_of;
use nemcon_client::config::NodeConfig;
use nemcon_crypto::Digest;
use nemcon_ledger::text::Code;

use answering::Answering;
pub use finding::{Finding, Verdict};
use ledger::Seen;

/// What an examination has found.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Examined {
    /// The code of the node's member; `None` if the configuration cannot be read.
    pub member: Option<Code>,
    /// The council digest of the configuration.
    pub council: Option<Digest>,
    /// Whether the node answers.
    pub running: bool,
    /// What was found, part by part.
    pub findings: Vec<Finding>,
}

impl Examined {
    /// How many findings have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.findings.iter().filter(|finding| finding.verdict == verdict).count()
    }
}

/// Examines the node of the configuration in `file`.
pub fn examine(file: &Path) -> Examined {
    let config = match NodeConfig::load(file) {
        Ok(config) => config,
        Err(error) => {
            let finding = Finding::wrong(
                "config",
                error,
                "mend it; `nemcon node config --print` prints every setting",
            );
            return Examined {
                member: None,
                council: None,
                running: false,
                findings: vec![finding],
            };
        }
    };
    let folder = folder_of(file);
    let mut findings = vec![files::config(&config, file)];
    let genesis = files::genesis(&config, &mut findings);
    findings.extend(files::tokens(folder));
    let answering = Answering::ask(&config, folder);
    let seen = genesis.map_or_else(Seen::default, |genesis| {
        ledger::look(&config, &genesis, &answering, &mut findings)
    });
    files::keys(&config, seen.members.as_ref(), &mut findings);
    findings.push(files::backup(&config));
    machine::look(&config, &answering, &seen, &mut findings);
    ports::look(&config, &answering, &mut findings);
    peers::look(&config, &answering, &seen, &mut findings);
    running::look(&config, &answering, &mut findings);
    Examined {
        member: Some(config.member),
        council: Some(config.council),
        running: answering.status().is_some(),
        findings,
    }
}
