//! `testnet.toml`: what makes a folder a test network.

use std::net::SocketAddr;

use nemcon_crypto::Digest;
use nemcon_ledger::text::Code;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// The file; every code stands in it once, and there is a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestnetFile {
    /// The council digest.
    pub council: Digest,
    /// Who takes part without a ballot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<Code>,
    /// The members in protocol order.
    #[serde(rename = "member", deserialize_with = "some_members")]
    pub members: Vec<TestnetMember>,
}

/// One member of a test network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestnetMember {
    /// Its code.
    pub code: Code,
    /// Where other nodes reach its node.
    pub listen: SocketAddr,
    /// Where the command line reaches its node.
    pub http: SocketAddr,
    /// The node's process, if one was started in the background.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
}

impl TestnetFile {
    /// Its text.
    pub fn render(&self) -> String {
        toml::to_string(self).expect("digests, codes, addresses and numbers are TOML")
    }
}

fn some_members<'de, D: Deserializer<'de>>(file: D) -> Result<Vec<TestnetMember>, D::Error> {
    let members = Vec::<TestnetMember>::deserialize(file)?;
    let is_twice = |(at, member): (usize, &TestnetMember)| {
        members[..at].iter().any(|other| other.code == member.code)
    };
    if members.is_empty() {
        return Err(D::Error::custom("a test network has a member"));
    }
    if members.iter().enumerate().any(is_twice) {
        return Err(D::Error::custom("each member stands here once"));
    }
    Ok(members)
}
