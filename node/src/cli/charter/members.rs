//! The members that a charter is checked with: a number, or those in a file.

use core::convert::Infallible;
use core::str::FromStr;
use std::path::{Path, PathBuf};

use nemcon_client::config::parse_toml;
use nemcon_client::failure::Failure;
use nemcon_client::founding::{Founding, Weighing};
use nemcon_ledger::record::Charter;
use serde::Deserialize;

use nemcon_audit::output;

/// A number of members, or a file that lists them.
#[derive(Clone, Debug)]
pub(in crate::cli) enum Members {
    /// The number of members.
    Count(u64),
    /// The file that lists the members.
    File(PathBuf),
}

impl FromStr for Members {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.parse().map_or_else(|_| Self::File(text.into()), Self::Count))
    }
}

/// The weights in a file: a founding plan, a party's file or a list of members. Other fields are ignored.
#[derive(Deserialize)]
struct WeightsFile {
    #[serde(rename = "member")]
    members: Vec<Weighed>,
}

#[derive(Deserialize)]
#[serde(expecting = "a member: a table with code and weight")]
struct Weighed {
    weight: u64,
}

/// The number of members, and the sum of their weights if files give weights. If no members are
/// given and the charter's file is a genesis, its founders count.
///
/// # Errors
/// [`Failure`] if a file does not list members.
pub(super) fn of(
    given: &[Members],
    file: &Path,
    charter: &Charter,
) -> Result<(Option<u64>, Option<Weighing>), Failure> {
    let mut count = 0;
    let mut weights = Vec::new();
    for members in given {
        match members {
            Members::Count(number) => count += number,
            Members::File(path) => weights.extend(weights_of(path)?),
        }
    }
    if given.is_empty() && is_genesis(&output::read(file)?) {
        weights = weights_of(file)?;
    }
    let members = count + weights.len() as u64;
    let is_said = !given.is_empty() || !weights.is_empty();
    let weighing = (!weights.is_empty()).then(|| Weighing::of(weights, &charter.weight));
    Ok((is_said.then_some(members), weighing))
}

/// Whether the bytes are a genesis.
pub(super) fn is_genesis(bytes: &[u8]) -> bool {
    bytes.starts_with(b"nemcon/v1 genesis\n")
}

fn weights_of(path: &Path) -> Result<Vec<u64>, Failure> {
    let bytes = output::read(path)?;
    if is_genesis(&bytes) {
        let founding = Founding::parse(&bytes)?;
        return Ok(founding.genesis().roster.members.iter().map(|it| it.weight).collect());
    }
    let file: WeightsFile = parse_toml(&String::from_utf8_lossy(&bytes), path)?;
    Ok(file.members.into_iter().map(|it| it.weight).collect())
}
