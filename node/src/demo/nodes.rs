//! The demo's node processes.

use std::collections::BTreeMap;

use nemcon_client::api::{Measure, Status};
use nemcon_client::client::{Client, ClientError};
use nemcon_client::failure::Failure;
use nemcon_client::founding::PlannedMember;
use nemcon_client::session::Session;
use nemcon_client::shipped::ShippedSeat;
use nemcon_ledger::text::Code;

use crate::cli::Global;
use crate::testnet::{Child, Lifetime, Testnet};

/// The nodes that the demo has started. They stop when this is dropped.
#[derive(Debug)]
pub(super) struct Nodes {
    testnet: Testnet,
    children: BTreeMap<Code, Child>,
}

impl Nodes {
    /// A test network of which no node runs yet.
    pub(super) const fn new(testnet: Testnet) -> Self {
        Self { testnet, children: BTreeMap::new() }
    }

    /// The test network: folder, council and addresses.
    pub(super) const fn testnet(&self) -> &Testnet {
        &self.testnet
    }

    /// The members' codes in protocol order.
    pub(super) fn codes(&self) -> Vec<Code> {
        self.testnet.members().iter().map(|member| member.code.clone()).collect()
    }

    /// The code of the member at index `place`; of the first member if there are fewer.
    pub(super) fn code(&self, place: usize) -> Code {
        let members = self.testnet.members();
        members.get(place).unwrap_or_else(|| self.testnet.first()).code.clone()
    }

    /// Creates the folder of a further member, whose node does not run yet.
    pub(super) fn add(&mut self, newcomer: &ShippedSeat) -> Result<PlannedMember, Failure> {
        Ok(self.testnet.add(newcomer)?)
    }

    /// Lets all nodes but that of `code` read their configurations again. That node may be too
    /// young to handle the signal.
    pub(super) fn reload_but(&mut self, code: &Code) {
        let others = self.children.iter_mut().filter(|(other, _)| *other != code);
        others.for_each(|(_, child)| child.reload());
    }

    /// Starts the node of a member.
    pub(super) fn start(&mut self, code: &Code) -> Result<(), Failure> {
        let member = self.testnet.member(code)?;
        let child = self.testnet.start(member, Lifetime::WithParent)?;
        self.children.insert(code.clone(), child);
        Ok(())
    }

    /// The number of running nodes that are connected to all other running nodes.
    pub(super) fn connected(&self) -> Result<usize, Failure> {
        let mut count = 0;
        for code in self.children.keys() {
            let client = self.testnet.client(self.testnet.member(code)?);
            // A node that does not answer yet counts as not connected.
            let is_connected = client.status().is_ok_and(|status| {
                let on =
                    |code: &Code| status.members.iter().any(|m| m.code == *code && m.connected);
                self.children.keys().all(on)
            });
            count += usize::from(is_connected);
        }
        Ok(count)
    }

    /// Whether the node of `code` has all blocks of the first node, and the first node has its seals.
    pub(super) fn has_caught_up(&self, code: &Code) -> Result<Option<()>, Failure> {
        let Ok(own) = self.testnet.client(self.testnet.member(code)?).status() else {
            return Ok(None);
        };
        let first = self.first_client().status()?;
        let sealed = first.members.iter().find(|member| member.code == *code);
        let is_sealed = sealed.is_some_and(|member| member.sealed_height >= first.height);
        Ok((own.height >= first.height && is_sealed).then_some(()))
    }

    /// A client of the first member's node.
    pub(super) fn first_client(&self) -> Client {
        self.testnet.client(self.testnet.first())
    }

    /// Whether every running node has the block in which this measure was tabled.
    pub(super) fn all_know(&self, number: u64) -> Result<bool, Failure> {
        self.all_show(number, |_| true)
    }

    /// Whether every running node shows this measure in a state for which the predicate holds.
    pub(super) fn all_show(
        &self,
        number: u64,
        is_so: impl Fn(&Measure) -> bool,
    ) -> Result<bool, Failure> {
        for code in self.children.keys() {
            match self.testnet.client(self.testnet.member(code)?).measure(number) {
                Ok(measure) if is_so(&measure) => {}
                Ok(_) | Err(ClientError::NoMeasure { .. }) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(true)
    }

    /// Whether the node of a party without a seat has all blocks of the first node, and the seals
    /// of all members.
    pub(super) fn follows(&self, code: &Code) -> Result<Option<()>, Failure> {
        let Ok(own) = self.testnet.client(self.testnet.member(code)?).status() else {
            return Ok(None);
        };
        let height = self.first_client().status()?.height;
        Ok((own.height >= height && own.sealed_height >= height).then_some(()))
    }

    /// Whether `is_so` holds for the status of every running node.
    pub(super) fn all_say(&self, is_so: impl Fn(&Status) -> bool) -> Result<Option<()>, Failure> {
        for code in self.children.keys() {
            if !is_so(&self.testnet.client(self.testnet.member(code)?).status()?) {
                return Ok(None);
            }
        }
        Ok(Some(()))
    }

    /// A session with the first member's node.
    pub(super) fn session(&self) -> Result<Session, Failure> {
        let dir = Some(self.testnet.dir().to_owned());
        Global { dir, ..Global::default() }.session()
    }

    /// The text of the record at `leaf`.
    pub(super) fn record(&self, leaf: Option<u64>) -> Result<String, Failure> {
        let Some(leaf) = leaf else { return Ok(String::new()) };
        let mut found = self.first_client().records(leaf, 1)?;
        Ok(found.records.pop().unwrap_or_default())
    }

    /// Checks that every started node still runs.
    pub(super) fn verify_running(&mut self) -> Result<(), Failure> {
        for (code, child) in &mut self.children {
            if child.has_ended() {
                return Err(self.testnet.ended(code).into());
            }
        }
        Ok(())
    }

    /// Stops all nodes, side by side, and returns how many there were.
    pub(super) fn stop(&mut self) -> usize {
        let mut children = std::mem::take(&mut self.children);
        for child in children.values_mut() {
            child.ask_to_stop();
        }
        for child in children.values_mut() {
            child.stop();
        }
        children.len()
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        self.stop();
    }
}
