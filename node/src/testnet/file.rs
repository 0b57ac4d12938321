//! `testnet.toml`, the file that makes a folder a test network.

use std::net::SocketAddr;

use nemcon_crypto::Digest;
use nemcon_ledger::text::Code;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// The file's content. Each code is in it once, and it has at least one member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestnetFile {
    /// The council digest.
    pub council: Digest,
    /// The codes of the participants.
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
    /// The member's code.
    pub code: Code,
    /// The address where other nodes reach the member's node.
    pub listen: SocketAddr,
    /// The address where the command line reaches the member's node.
    pub http: SocketAddr,
    /// The process number of the node, if it was started in the background.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
}

impl TestnetFile {
    /// The text of the file.
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
