//! `nemcon node repair` on real damage.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{Failed, Load, Net, binary, ensure};

/// The node that is damaged.
const VICTIM: usize = 1;
const BLOCKS: usize = 12;

/// What is done to a journal: its name, and the doing.
type Damage = (&'static str, fn(&Path) -> std::io::Result<()>);

const DAMAGES: [Damage; 5] = [
    ("a byte in the middle is flipped", |ledger| {
        let path = segment(ledger);
        let mut bytes = fs::read(&path)?;
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes)
    }),
    ("the first byte is flipped", |ledger| {
        let path = segment(ledger);
        let mut bytes = fs::read(&path)?;
        bytes[0] ^= 1;
        fs::write(path, bytes)
    }),
    ("the second half is gone", |ledger| {
        let path = segment(ledger);
        let bytes = fs::read(&path)?;
        fs::write(path, &bytes[..bytes.len() / 2])
    }),
    ("the segment is gone", |ledger| fs::remove_file(segment(ledger))),
    ("the middle is flipped and `signed` is gone", |ledger| {
        DAMAGES[0].1(ledger)?;
        fs::remove_file(ledger.join("signed"))
    }),
];

fn segment(ledger: &Path) -> PathBuf {
    ledger.join("journal").join(format!("{:020}.seg", 0))
}

/// Damages a journal in several ways and repairs each.
pub fn repair() -> Result<String, Failed> {
    let mut net = Net::busy(4)?;
    for (name, damage) in &DAMAGES {
        let told = |Failed(why): Failed| Failed(format!("{name}: {why}"));
        one(&mut net, *damage).map_err(told)?;
    }
    without_peers(&mut net)?;
    Ok(format!(
        "{} kinds of damage told with the command, repaired from peers, no acknowledged record \
         lost; without peers the journal stayed as it was",
        DAMAGES.len()
    ))
}

fn work(net: &Net, load: &Load) -> Result<(), Failed> {
    let from = load.count();
    super::wait_for("records are acknowledged", || (load.count() >= from + BLOCKS).then_some(()))?;
    net.faultless(&net.all())
}

fn one(net: &mut Net, damage: fn(&Path) -> std::io::Result<()>) -> Result<(), Failed> {
    let mut load = Load::begin(net, &[0, VICTIM, 2]);
    work(net, &load)?;
    net.kill(VICTIM);
    load.verify(net, VICTIM)?;
    damage(&net.ledger(VICTIM))?;
    let is_told = fs::metadata(segment(&net.ledger(VICTIM))).is_ok();
    refused(net, is_told)?;
    let repaired = run(net, "60")?;
    ensure(repaired.status.success(), || text(&repaired))?;
    ensure(text(&repaired).contains("journal.damaged-"), || text(&repaired))?;
    load.end();
    load.verify(net, VICTIM)?;
    net.start(VICTIM)?;
    // A node without `signed` votes from three heights further on: others must order something.
    let mut load = Load::begin(net, &[0, VICTIM, 2]);
    work(net, &load)?;
    load.end();
    net.converged(&net.all())?;
    net.faultless(&net.all())
}

/// The node does not run, and says what is wrong and what to do.
fn refused(net: &mut Net, has_segment: bool) -> Result<(), Failed> {
    let before = net.log(VICTIM).len();
    net.spawn(VICTIM, net.command(VICTIM, &[]))?;
    let node = net.node(VICTIM)?;
    let status = super::wait_for("the node refuses", || node.ended())?;
    let said = net.log(VICTIM).split_off(before);
    let command = format!("nemcon node repair --config {}", net.config(VICTIM).display());
    let names = if has_segment { ".seg is damaged at byte" } else { "the journal is gone" };
    let is_told = status == 2
        && said.contains(&command)
        && (said.contains(names) || said.contains("its end is lost"));
    ensure(is_told, || format!("status {status}: {said}"))
}

fn run(net: &Net, patience: &str) -> Result<Output, Failed> {
    let mut command = Command::new(binary());
    command.args(["node", "repair", "--patience", patience, "--config"]).arg(net.config(VICTIM));
    Ok(command.output()?)
}

fn text(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    format!("{}: {}", output.status, String::from_utf8_lossy(&both))
}

/// Nobody is there to give what is lost: nothing changes.
fn without_peers(net: &mut Net) -> Result<(), Failed> {
    for at in net.all() {
        net.kill(at);
    }
    let ledger = net.ledger(VICTIM);
    DAMAGES[0].1(&ledger)?;
    let before = fs::read(segment(&ledger))?;
    let output = run(net, "1")?;
    ensure(output.status.code() == Some(1), || text(&output))?;
    ensure(text(&output).contains("nothing was changed"), || text(&output))?;
    let is_same = fs::read(segment(&ledger))? == before && !ledger.join("journal.mending").exists();
    ensure(is_same, || "a repair that failed has changed the ledger".to_owned())
}
