//! Adds a further member to a test network: its folder, and its address in the
//! other members' configurations.

use std::fs;

use nemcon_client::atomic_write::{StagedError, replace_file};
use nemcon_client::config::{ConfigError, NodeConfig};
use nemcon_client::founding::{Founding, PlannedMember};
use nemcon_client::shipped::ShippedSeat;
use nemcon_client::token::Tokens;

use super::setup::{LEDGER_FOLDER, make_keys, node_config, planned, seat};
use super::{GENESIS_FILE, Testnet, TestnetError};
use crate::server::folder::Folder;

impl Testnet {
    /// Creates the keys, folder, configuration and ledger of a further member, whose node follows
    /// until the member has entered, and adds its address to the others' configurations. Running
    /// nodes read those again when they get the signal.
    ///
    /// # Errors
    /// [`TestnetError`].
    pub fn add(&mut self, newcomer: &ShippedSeat) -> Result<PlannedMember, TestnetError> {
        let code = &newcomer.code;
        let folder = self.folder(code);
        let failed = |source| StagedError::Io { path: folder.clone(), source };
        fs::create_dir(&folder).map_err(failed)?;
        replace_file(&self.log(code), b"")?;
        let keys = make_keys()?;
        keys.write(&folder, &|_| None)?;
        let member = planned(newcomer, &keys);
        let added = seat(vec![code.clone()])?.remove(0);
        let config = NodeConfig { following: true, ..node_config(&self.file, &added) };
        replace_file(&self.config(code), config.render().as_bytes())?;
        Tokens::prepare(&folder)?;
        Folder::init(&folder.join(LEDGER_FOLDER), self.founding()?.genesis())?;
        for other in &self.file.members {
            let path = self.config(&other.code);
            let failed = |source| ConfigError::Io { path: path.clone(), source };
            let before = fs::read_to_string(&path).map_err(failed)?;
            let peer = format!("\n[[peer]]\ncode = \"{code}\"\naddress = \"{}\"\n", added.listen);
            replace_file(&path, (before + &peer).as_bytes())?;
        }
        self.file.members.push(added);
        self.save()?;
        Ok(member)
    }

    fn founding(&self) -> Result<Founding, TestnetError> {
        let path = self.dir.join(GENESIS_FILE);
        let bytes = fs::read(&path).map_err(|source| ConfigError::Io { path, source })?;
        Ok(Founding::parse(&bytes)?)
    }
}
