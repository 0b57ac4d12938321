//! A council of real nodes with the keys of all its members, and what they hand in.

use std::time::{Duration, Instant};

use nemcon_client::clock::now;
use nemcon_client::session::record;
use nemcon_client::shipped::CharterName;
use nemcon_ledger::record::{About, Position, Statement};
use nemcon_ledger::text::Time;

use super::council::Signers;
use super::log::Log;
use super::machine::cores;
use super::wire::{Said, Wire};
use crate::crash::{Failed, Net};
use crate::usage::Usage;

/// How long anything may take that is not measured.
const PATIENCE: Duration = Duration::from_mins(4);
/// On how many connections a node gets records: on one alone, each record would wait for the answer to the
/// record before.
const CONNECTIONS: usize = 8;
/// Before a record is submitted again for which there was no room.
const FULL_PAUSE: Duration = Duration::from_millis(20);
/// Before the log is looked at again.
const LOOK_PAUSE: Duration = Duration::from_millis(50);
/// Before a node is asked again whether it has all seals.
const SEALED_PAUSE: Duration = Duration::from_millis(1);
/// How long a measure is open, in milliseconds.
const OPEN_MS: u64 = 7 * 86_400_000;

/// Nodes that run, and what their log says.
pub(super) struct Running {
    /// The nodes.
    pub(super) net: Net,
    /// The keys of all members.
    pub(super) signers: Signers,
    /// The log of the first member's node.
    pub(super) log: Log,
    tabled: usize,
}

impl Running {
    /// Founds a council and starts all its nodes.
    pub(super) fn start(members: usize) -> Result<Self, Failed> {
        let mut net = Net::found(CharterName::EuCouncil, members)?;
        for at in 0..members {
            let command = net.command(at, &[]);
            net.spawn(at, command)?;
        }
        (0..members).try_for_each(|at| net.answering(at))?;
        let signers = Signers::load(&net.testnet)?;
        let log = Log::of(wire(&net, 0)?);
        Ok(Self { net, signers, log, tabled: 0 })
    }

    /// A connection to the node of the member at this place.
    pub(super) fn wire(&self, at: usize) -> Result<Wire, Failed> {
        wire(&self.net, at)
    }

    /// Tables so many measures, the members in turn, and waits until all members have sealed them.
    pub(super) fn table(&mut self, count: usize) -> Result<Vec<About>, Failed> {
        let closes = Time::from_ms(now()?.as_ms() + OPEN_MS).expect("times of this age");
        let (first, members) = (self.tabled, self.signers.len());
        self.tabled += count;
        let signed = |number: usize| {
            let title = format!("Decision {number} on the list of restrictive measures");
            self.signers.measure(number % members, &title, closes)
        };
        let measures: Vec<Statement> = (first..first + count).map(signed).collect();
        let mut of_each = vec![Vec::new(); members];
        for (number, measure) in (first..).zip(&measures) {
            of_each[number % members].push(record(measure));
        }
        self.hand_in(of_each)?;
        let is_there =
            |log: &Log| measures.iter().all(|it| log.measures.contains_key(&it.text_hash));
        self.log.read_until(PATIENCE, LOOK_PAUSE, is_there)?;
        self.all_final(self.log.height(), PATIENCE)?;
        let about = |it: &Statement| Signers::about(it, self.log.measures[&it.text_hash]);
        Ok(measures.iter().map(about).collect())
    }

    /// The ballots of these members on these measures, in favour, signed on all cores: of each member in
    /// the order of the measures.
    pub(super) fn ballots(&self, on: &[About], by: &[usize]) -> Vec<Vec<String>> {
        let of = |by: usize| {
            let ballots =
                on.iter().map(move |it| self.signers.ballot(by, it, Position::InFavour, None));
            ballots.map(|it| record(&it)).collect::<Vec<_>>()
        };
        let mut of_each = vec![Vec::new(); self.signers.len()];
        std::thread::scope(|scope| {
            let portions = by.chunks(by.len().div_ceil(cores()).max(1));
            let sign = |part: &[usize]| part.iter().map(|at| (*at, of(*at))).collect::<Vec<_>>();
            let threads = portions.map(|part| scope.spawn(move || sign(part))).collect::<Vec<_>>();
            for thread in threads {
                for (at, ballots) in thread.join().expect("a signer does not panic") {
                    of_each[at] = ballots;
                }
            }
        });
        of_each
    }

    /// Submits records, those at each place at the node of the member at that place, on a few connections, at
    /// all nodes at once. A record for which there is no room is submitted again; how
    /// often that was.
    pub(super) fn hand_in(&self, of_each: Vec<Vec<String>>) -> Result<u64, Failed> {
        let deadline = Instant::now() + PATIENCE;
        let submit = |mut wire: Wire, records: Vec<String>| {
            let mut again = 0;
            for record in records {
                loop {
                    match wire.submit(record.clone(), Duration::ZERO)? {
                        Said::Ordered { .. } | Said::Pending => break,
                        Said::Refused(why) => return Err(Failed(why)),
                        Said::Full if Instant::now() > deadline => {
                            return Err(Failed("no room for a record until the end".to_owned()));
                        }
                        Said::Full => std::thread::sleep(FULL_PAUSE),
                    }
                    again += 1;
                }
            }
            Ok(again)
        };
        std::thread::scope(|scope| {
            let mut threads = Vec::new();
            for (at, records) in of_each.into_iter().enumerate().filter(|(_, it)| !it.is_empty()) {
                for part in records.chunks(records.len().div_ceil(CONNECTIONS)) {
                    let (wire, part) = (self.wire(at)?, part.to_vec());
                    threads.push(scope.spawn(move || submit(wire, part)));
                }
            }
            let again =
                threads.into_iter().map(|it| it.join().expect("a submitter does not panic"));
            again.sum()
        })
    }

    /// Waits until every node that runs holds the seals of all members at this height.
    pub(super) fn all_final(&self, height: u64, patience: Duration) -> Result<(), Failed> {
        let mut wires =
            (0..self.net.len()).map(|at| self.wire(at)).collect::<Result<Vec<_>, _>>()?;
        all_final(&mut wires, height, patience)
    }

    /// What the process of each node has used.
    pub(super) fn usages(&mut self) -> Result<Vec<Usage>, Failed> {
        (0..self.net.len()).map(|at| Usage::of(self.net.node(at)?.pid())).collect()
    }
}

/// Waits until the nodes behind these connections hold the seals of all members at this height.
pub(super) fn all_final(wires: &mut [Wire], height: u64, patience: Duration) -> Result<(), Failed> {
    let deadline = Instant::now() + patience;
    for (at, wire) in wires.iter_mut().enumerate() {
        loop {
            let sealed = wire.checkpoint()?.height;
            if sealed >= height {
                break;
            }
            if Instant::now() > deadline {
                return Err(Failed(format!(
                    "node {at} has the seals of all at block {sealed}, not at {height}, after {} s",
                    patience.as_secs()
                )));
            }
            std::thread::sleep(SEALED_PAUSE);
        }
    }
    Ok(())
}

fn wire(net: &Net, at: usize) -> Result<Wire, Failed> {
    Wire::new(net.member(at).http, &net.testnet.folder(net.code(at)))
}
