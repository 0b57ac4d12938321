//! A long ledger: its size on the disk, the start of a node on it, its audit and export, the catching up of an
//! empty node, the memory of a node.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nemcon_client::client::Client;

use super::child::{Ended, finish};
use super::history::{BlockCost, History, Made};
use super::limits::{Bare, bytes_below, ns, read_and_hash, write_again};
use super::machine::cores;
use super::statistics::Sample;
use super::table::{Amount, Row, Table, Target, Unit};
use super::wishes::Wishes;
use crate::crash::{Failed, Node, binary, ensure};
use crate::usage::Usage;

/// The most memory of a node on a long ledger that is asked for, in KiB.
const NODE_MAX_KIB: u64 = 150 << 10;
/// The most memory of an audit that is asked for, in KiB.
const AUDIT_MAX_KIB: u64 = 300 << 10;
/// Before a node is asked again how far it is.
const PAUSE: Duration = Duration::from_millis(5);
/// A ledger of more records is exported and audited once.
const MANY: u64 = 200_000;
/// Records a second below which something stands still.
const RECORDS_PER_SECOND_MIN: u64 = 200;

/// The limit of an export, which writes files and audits what it has written.
const WRITTEN_AND_AUDITED: &str = "writing the same files, each synced, and their audit";

/// Where a history lies, and what its exports are made from.
struct Long {
    made: Made,
    patience: Duration,
    rounds: usize,
    kept: tempfile::TempDir,
}

/// The decisions of a history beside the bytes of its files.
pub(super) fn disk(wishes: &Wishes, table: &mut Table) -> Result<(), Failed> {
    // 29 records a decision, and the block records.
    let records = if wishes.quick { 3_000 } else { 290_000 };
    let long = Long::make(records)?;
    long.add_sizes(table)
}

/// All that is measured on one long history.
pub(super) fn run(wishes: &Wishes, table: &mut Table) -> Result<(), Failed> {
    let records = if wishes.quick { 5_000 } else { wishes.records };
    let long = Long::make(records)?;
    let Made { records, elapsed, .. } = long.made;
    let rate = Sample::of([per_second(records, ns(elapsed))]);
    let what = format!("{records} records made and written");
    table.add(Row::new("ledger", what, &rate, Unit::PerSecond));
    long.add_costs(table);
    long.add_sizes(table)?;
    let export = long.folder().join("export");
    let (mut node, client) = long.restart(table, if wishes.quick { 1 } else { 3 })?;
    long.export(table, &export, node.pid())?;
    let audited = long.audit(table, &export)?;
    long.catch_up(table, &client, audited)?;
    node.stop()?;
    Ok(())
}

impl Long {
    fn make(records: u64) -> Result<Self, Failed> {
        let folder = tempfile::tempdir()?;
        let made = History { records, ..History::default() }.make(&folder.path().join("net"))?;
        let patience = Duration::from_secs(120 + records / RECORDS_PER_SECOND_MIN);
        let rounds = if (10_000..=MANY).contains(&records) { 3 } else { 1 };
        Ok(Self { made, patience, rounds, kept: folder })
    }

    fn folder(&self) -> &Path {
        self.kept.path()
    }

    /// The folder of the first member, which has the history, or of the second, which has none.
    fn member(&self, at: usize) -> &nemcon_node::testnet::TestnetMember {
        &self.made.testnet.members()[at]
    }

    /// The cost of a block at growing sizes, each beside that at the least size.
    fn add_costs(&self, table: &mut Table) {
        let Some(first) = self.made.costs.first() else { return };
        for (how, is_known) in [("a record", false), ("a known record", true)] {
            let of = |cost: &BlockCost| if is_known { cost.known_ns } else { cost.cpu_ns };
            for cost in &self.made.costs {
                let what = format!("judging a block at {} records, {how}", cost.records);
                table.add(
                    Row::new("ledger", what, &Sample::of([of(cost)]), Unit::Ns)
                        .beside(of(first), format!("at {} records", first.records))
                        .asked(Target::AtMost(1_100)),
                );
            }
        }
    }

    fn add_sizes(&self, table: &mut Table) -> Result<(), Failed> {
        let ledger = self.made.testnet.folder(&self.member(0).code).join("ledger");
        let journal = bytes_below(&ledger.join("journal"))?;
        let index = bytes_below(&ledger.join("index"))?;
        let Made { decisions, record_bytes, .. } = self.made;
        for (what, bytes, most) in
            [("journal", journal, 1_100), ("with index", journal + index, 1_500)]
        {
            let what = format!("{what} after {decisions} decisions of 27");
            table.add(
                Row::new("disk", what, &Sample::of([bytes]), Unit::Bytes)
                    .beside(record_bytes, "the records' bytes")
                    .asked(Target::AtMost(most)),
            );
        }
        Ok(())
    }

    /// Starts the node of the first member several times; it runs on at the end.
    fn restart(&self, table: &mut Table, rounds: usize) -> Result<(Node, Client), Failed> {
        let journal = self.made.testnet.folder(&self.member(0).code).join("ledger/journal");
        let limit = "reading the journal and hashing the records";
        let bare_start = || read_and_hash(&journal, self.made.record_bytes);
        let (first, node, _) = self.start(0)?;
        table.add(
            Row::new("ledger", "first start to serving", &Sample::of([first]), Unit::Ns)
                .beside(bare_start()?, limit),
        );
        let (mut took, mut bare, mut running) = (Vec::new(), Vec::new(), node);
        let mut client = None;
        for _ in 0..rounds {
            running.stop()?;
            bare.push(bare_start()?);
            let (again, node, its) = self.start(0)?;
            took.push(again);
            (running, client) = (node, Some(its));
        }
        table.add(
            Row::new("ledger", "restart to serving", &Sample::of(took), Unit::Ns)
                .beside(Sample::of(bare).median(), limit)
                .asked(Target::AtMost(4_000)),
        );
        let Usage { rss_kib, peak_kib, .. } = Usage::of(running.pid())?;
        let most = Target::Within(Amount(NODE_MAX_KIB, Unit::Kib));
        for (what, kib) in
            [("memory of the node", rss_kib), ("the most memory of the node", peak_kib)]
        {
            table.add(Row::new("ledger", what, &Sample::of([kib]), Unit::Kib).asked(most));
        }
        Ok((running, client.expect("at least one round")))
    }

    /// Starts the node of a member and waits until it answers.
    fn start(&self, at: usize) -> Result<(u64, Node, Client), Failed> {
        let (testnet, member) = (&self.made.testnet, self.member(at));
        let mut command = Command::new(binary());
        command.args(["node", "run", "--stop-with-parent", "--config"]);
        command.arg(testnet.config(&member.code));
        let client = testnet.client(member);
        let began = Instant::now();
        let mut node = Node::spawn(command, &testnet.log(&member.code))?;
        while client.status().is_err() {
            ensure(node.ended().is_none(), || "the node has ended: its log says why".to_owned())?;
            ensure(began.elapsed() < self.patience, || "the node does not serve".to_owned())?;
            std::thread::sleep(PAUSE);
        }
        Ok((ns(began.elapsed()), node, client))
    }

    /// Exports through the node, beside writing the same files and auditing them, which an export ends with; `out` is
    /// left with the last export.
    fn export(&self, table: &mut Table, out: &Path, node: u32) -> Result<(), Failed> {
        let (mut took, mut spent, mut bare) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            remove(out)?;
            let mut command = Command::new(binary());
            command.args(["log", "export"]).arg(out).arg("--dir").arg(self.made.testnet.dir());
            command.args(["--as", self.member(0).code.as_str()]);
            let before = Usage::of(node)?.cpu_ns;
            let Ended { elapsed_ns, cpu_ns, .. } = finish(command, self.patience)?;
            spent.push(cpu_ns + Usage::of(node)?.cpu_ns - before);
            took.push(elapsed_ns);
            bare.push(self.write_again(out)? + self.audit_of(out, &[])?.elapsed_ns);
        }
        table.add(
            Row::new("ledger", "export through the node", &Sample::of(took), Unit::Ns)
                .beside(Sample::of(bare).median(), WRITTEN_AND_AUDITED)
                .asked(Target::AtMost(2_000)),
        );
        let what = "processor time of the export, client and node";
        table.add(Row::new("ledger", what, &Sample::of(spent), Unit::Ns));
        self.export_from_folder(table)
    }

    /// The time in which the files of an export are written again.
    fn write_again(&self, export: &Path) -> Result<u64, Failed> {
        let copy = self.folder().join("copy");
        let took = write_again(export, &copy, true)?;
        remove(&copy)?;
        Ok(took)
    }

    /// Exports the folder without a node, where this release can.
    fn export_from_folder(&self, table: &mut Table) -> Result<(), Failed> {
        let help = Command::new(binary()).args(["log", "export", "--help"]).output()?;
        if !String::from_utf8_lossy(&help.stdout).contains("--ledger") {
            table.note("ledger: this release exports only through a node");
            return Ok(());
        }
        let (testnet, code) = (&self.made.testnet, &self.member(0).code);
        let ledger = testnet.folder(code).join("ledger");
        let out = self.folder().join("export-from-folder");
        let mut command = Command::new(binary());
        command.args(["log", "export"]).arg(&out).arg("--ledger").arg(ledger);
        command.arg("--council").arg(testnet.council().to_string());
        let Ended { elapsed_ns, .. } = finish(command, self.patience)?;
        let bare = self.write_again(&out)? + self.audit_of(&out, &[])?.elapsed_ns;
        table.add(
            Row::new("ledger", "export from the folder", &Sample::of([elapsed_ns]), Unit::Ns)
                .beside(bare, WRITTEN_AND_AUDITED)
                .asked(Target::AtMost(2_000)),
        );
        Ok(())
    }

    /// Runs the audit of an export, behind the words of another program if there are any.
    fn audit_of(&self, export: &Path, prefix: &[&str]) -> Result<Ended, Failed> {
        let council = self.made.testnet.council().to_string();
        let mut words = prefix.iter().copied();
        let mut command = match words.next() {
            Some(program) => Command::new(program),
            None => Command::new(binary()),
        };
        if !prefix.is_empty() {
            command.args(words).arg(binary());
        }
        command.arg("audit").arg(export).args(["--council", &council]).stdin(Stdio::null());
        finish(command, self.patience)
    }

    /// Audits the export on one core and on all; returns the rate on all.
    fn audit(&self, table: &mut Table, export: &Path) -> Result<u64, Failed> {
        let rates = |prefix: &[&str]| {
            let rounds = (0..self.rounds).map(|_| {
                let Ended { elapsed_ns, peak_kib, .. } = self.audit_of(export, prefix)?;
                Ok((per_second(self.made.records, elapsed_ns), peak_kib))
            });
            let rounds = rounds.collect::<Result<Vec<(u64, u64)>, Failed>>()?;
            let (rates, peaks): (Vec<u64>, Vec<u64>) = rounds.into_iter().unzip();
            Ok::<_, Failed>((Sample::of(rates), Sample::of(peaks)))
        };
        let limit = Sample::of((0..5).map(|_| Bare::default().rate(1))).median();
        let one = rates(&["taskset", "-c", "0"]);
        let (all, memory) = rates(&[])?;
        let what = format!("audit on {} cores", cores());
        let row = Row::new("ledger", what, &all, Unit::PerSecond);
        match one {
            Ok((one, _)) => {
                table.add(
                    Row::new("ledger", "audit on one core", &one, Unit::PerSecond)
                        .beside(limit, "strict verification on one core")
                        .asked(Target::AtLeast(850)),
                );
                let limit = one.median();
                table.add(row.beside(limit, "the audit on one core").asked(Target::AtLeast(1_800)));
            }
            Err(failed) => {
                table.note(format!("ledger: no audit on one core: {failed}"));
                table.add(row.beside(limit, "strict verification on one core"));
            }
        }
        table.add(
            Row::new("ledger", "the most memory of the audit", &memory, Unit::Kib)
                .asked(Target::Within(Amount(AUDIT_MAX_KIB, Unit::Kib))),
        );
        Ok(all.median())
    }

    /// Starts the node of the second member, which has nothing, and waits until it has all blocks.
    fn catch_up(&self, table: &mut Table, full: &Client, audited: u64) -> Result<(), Failed> {
        let height = full.status()?.height;
        let began = Instant::now();
        let (_, mut node, client) = self.start(1)?;
        let mut reached = 0;
        while reached < height {
            ensure(began.elapsed() < self.patience, || {
                format!("an empty node has {reached} of {height} blocks in the end")
            })?;
            std::thread::sleep(PAUSE);
            reached = client.status()?.height;
        }
        let rate = per_second(self.made.records, ns(began.elapsed()));
        table.add(
            Row::new("ledger", "an empty node catches up", &Sample::of([rate]), Unit::PerSecond)
                .beside(audited, format!("the audit on {} cores", cores()))
                .asked(Target::AtLeast(700)),
        );
        let peak = Sample::of([Usage::of(node.pid())?.peak_kib]);
        table.add(
            Row::new("ledger", "the most memory of the node that catches up", &peak, Unit::Kib)
                .asked(Target::Within(Amount(NODE_MAX_KIB, Unit::Kib))),
        );
        node.stop().map(drop)
    }
}

/// Removes a folder, if it is there.
fn remove(folder: &Path) -> Result<(), Failed> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(())
}

fn per_second(count: u64, ns: u64) -> u64 {
    let rate = u128::from(count) * 1_000_000_000 / u128::from(ns.max(1));
    u64::try_from(rate).unwrap_or(u64::MAX)
}
