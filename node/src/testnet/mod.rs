//! A test network: a council whose members' nodes all run on this machine, as real processes.
//!
//! ```text
//! DIR/testnet.toml              council, and each member's addresses and process
//! DIR/genesis                   signed by all
//! DIR/members/BE/officer-desk.key  recovery.key  node.key  seal.key
//! DIR/members/BE/node.toml  read.token  submit.token  operate.token  node.log  ledger/
//! DIR/participants/HRVP/officer-desk.key
//! ```

mod entrant;
mod error;
mod file;
mod layout;
mod ports;
mod process;
mod setup;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use nemcon_crypto::Digest;
use nemcon_ledger::text::Code;

pub use error::TestnetError;
pub use file::{TestnetFile, TestnetMember};
pub use layout::{GENESIS_FILE, LOG_FILE, TESTNET_FILE};
pub use process::{Child, Lifetime, NodeProcess};

use layout::PARTICIPANTS_FOLDER;
use nemcon_client::atomic_write::replace_file;
use nemcon_client::client::{Access, Client, ClientError};
use nemcon_client::config::{ConfigError, NODE_CONFIG_FILE, load_toml};
use nemcon_client::shipped::Shipped;

/// The number of lines of a log that are shown when a node has stopped.
const LOG_LINES_SHOWN: usize = 6;

/// A test network in its folder.
#[derive(Clone, Debug)]
pub struct Testnet {
    dir: PathBuf,
    file: TestnetFile,
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

impl Testnet {
    /// Founds a council and creates its members' folders. No node runs yet.
    ///
    /// # Errors
    /// [`TestnetError`]. Then `dir` is as it was.
    pub fn found(dir: &Path, shipped: Shipped) -> Result<Self, TestnetError> {
        let (dir, file) = setup::found(dir, shipped)?;
        Ok(Self { dir, file })
    }

    /// Reads the test network in `dir`.
    ///
    /// # Errors
    /// [`TestnetError`].
    pub fn load(dir: &Path) -> Result<Self, TestnetError> {
        let path = dir.join(TESTNET_FILE);
        let file = load_toml(&path).map_err(|error| match &error {
            ConfigError::Io { source, .. } if is_absent(source) => {
                TestnetError::None(dir.to_owned())
            }
            _ => error.into(),
        })?;
        let dir = std::fs::canonicalize(dir);
        let dir = dir.map_err(|source| ConfigError::Io { path: path.clone(), source })?;
        Ok(Self { dir, file })
    }

    /// Whether `dir` holds a test network.
    pub fn is_in(dir: &Path) -> bool {
        dir.join(TESTNET_FILE).exists()
    }

    /// The folder of the network.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The digest of the council.
    pub const fn council(&self) -> Digest {
        self.file.council
    }

    /// The members in protocol order.
    pub fn members(&self) -> &[TestnetMember] {
        &self.file.members
    }

    /// The first member in protocol order.
    pub fn first(&self) -> &TestnetMember {
        self.file.members.first().expect("a council has a member")
    }

    /// The member with this code.
    ///
    /// # Errors
    /// [`TestnetError::UnknownMember`].
    pub fn member(&self, code: &Code) -> Result<&TestnetMember, TestnetError> {
        let member = self.file.members.iter().find(|member| member.code == *code);
        member.ok_or_else(|| TestnetError::UnknownMember {
            code: code.clone(),
            members: self.file.members.iter().map(|member| member.code.clone()).collect(),
        })
    }

    /// The member whose node a party uses: the party's own, or the first member's if the party
    /// is a participant.
    ///
    /// # Errors
    /// [`TestnetError::UnknownParty`].
    pub fn node_of(&self, code: &Code) -> Result<&TestnetMember, TestnetError> {
        if self.file.participants.contains(code) {
            return Ok(self.first());
        }
        let member = self.file.members.iter().find(|member| member.code == *code);
        member.ok_or_else(|| {
            let members = self.file.members.iter().map(|member| &member.code);
            let parties = members.chain(&self.file.participants).cloned().collect();
            TestnetError::UnknownParty { code: code.clone(), parties }
        })
    }

    /// The folder of a party.
    pub fn folder(&self, code: &Code) -> PathBuf {
        let is_participant = self.file.participants.contains(code);
        let folder = if is_participant { PARTICIPANTS_FOLDER } else { "members" };
        self.dir.join(folder).join(code.as_str())
    }

    /// The configuration file of a member's node.
    pub fn config(&self, code: &Code) -> PathBuf {
        self.folder(code).join(NODE_CONFIG_FILE)
    }

    /// The log file of a member's node.
    pub fn log(&self, code: &Code) -> PathBuf {
        self.folder(code).join(LOG_FILE)
    }

    /// The files of a party's officer keys.
    ///
    /// # Errors
    /// [`ConfigError::Io`] if the party's folder cannot be read.
    pub fn officer_keys(&self, code: &Code) -> Result<Vec<PathBuf>, TestnetError> {
        let folder = self.folder(code);
        let entries = std::fs::read_dir(&folder)
            .map_err(|source| ConfigError::Io { path: folder.clone(), source })?;
        let is_officers = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.strip_prefix("officer-").is_some_and(|rest| rest.strip_suffix(".key").is_some())
        };
        let mut keys: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        keys.retain(is_officers);
        keys.sort();
        Ok(keys)
    }

    /// A client of a member's node, with the tokens in the node's folder.
    pub fn client(&self, member: &TestnetMember) -> Client {
        Client::new(&format!("http://{}", member.http), self.access(member))
    }

    /// The tokens of a member's node.
    pub fn access(&self, member: &TestnetMember) -> Access {
        Access::Folder(self.folder(&member.code))
    }

    /// The process of a member's node, if the recorded process still is that node.
    pub fn process(&self, member: &TestnetMember) -> Option<NodeProcess> {
        NodeProcess::find(member.pid?, &self.config(&member.code))
    }

    /// Starts the node of a member. Its ports must be free.
    ///
    /// # Errors
    /// [`TestnetError`].
    pub fn start(&self, member: &TestnetMember, lifetime: Lifetime) -> Result<Child, TestnetError> {
        let code = &member.code;
        if let Some(address) =
            [member.listen, member.http].into_iter().find(|a| !ports::is_free(*a))
        {
            return Err(TestnetError::PortInUse { code: code.clone(), address });
        }
        let failed = |source| TestnetError::Process { code: code.clone(), source };
        let log = File::options().create(true).append(true).open(self.log(code)).map_err(failed)?;
        Child::spawn(&self.config(code), log, lifetime).map_err(failed)
    }

    /// Records which processes run, so that `nemcon testnet down` stops exactly those.
    ///
    /// # Errors
    /// [`TestnetError::Staged`].
    pub fn record(&mut self, code: &Code, pid: Option<u32>) -> Result<(), TestnetError> {
        for member in &mut self.file.members {
            if member.code == *code {
                member.pid = pid;
            }
        }
        self.save()
    }

    fn save(&self) -> Result<(), TestnetError> {
        Ok(replace_file(&self.dir.join(TESTNET_FILE), self.file.render().as_bytes())?)
    }

    /// Whether a member's node answers as the node of that member in this council.
    ///
    /// # Errors
    /// [`ClientError`] if the node does not answer.
    pub fn is_answering(&self, member: &TestnetMember) -> Result<bool, ClientError> {
        let status = self.client(member).status()?;
        Ok(status.member == member.code && status.council == self.council())
    }

    /// The error for a node that has stopped, with the end of its log.
    pub fn ended(&self, code: &Code) -> TestnetError {
        let log = self.log(code);
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        let lines: Vec<_> = said.lines().map(|line| format!("    {line}")).collect();
        let said = lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..].join("\n");
        TestnetError::Ended { code: code.clone(), log, said }
    }
}

#[cfg(test)]
mod tests;
