//! Power loss: the image of a mounted file system as it is at one moment.
//!
//! The node is halted, the image copied, the node killed, the copy mounted in its place. What the
//! kernel still had in memory is not in the copy, as after a power cut.

use std::path::Path;
use std::time::Duration;

use super::{Failed, Load, Mount, Net, Random, ensure, run_tool, snapshots};
use crate::progress::bar;

const VICTIM: usize = 1;
/// The longest that the node works on one image, in milliseconds.
const WORK_MS_MAX: u64 = 700;

/// Cuts the power `images` times.
pub fn power(images: u64, seed: u64) -> Result<String, Failed> {
    let mut random = Random::new(seed);
    let mut net = Net::busy(4)?;
    net.stop(VICTIM)?;
    let ledger = net.ledger(VICTIM);
    let image = |number: u64| net_dir(&net).join(format!("disk-{number}.img"));
    let first = image(0);
    run_tool("truncate", ["-s", "48M", &text(&first)])?;
    run_tool("mkfs.ext4", ["-q", "-F", &text(&first)])?;
    let kept = ledger.with_file_name("kept");
    std::fs::rename(&ledger, &kept)?;
    let mut mount = match Mount::image(&first, &ledger) {
        Ok(mount) => mount,
        Err(Failed(why)) => return Ok(format!("skipped: an image cannot be mounted here ({why})")),
    };
    run_tool("cp", ["-a", &format!("{}/.", text(&kept)), &format!("{}/", text(&ledger))])?;
    run_tool("sync", ["-f", &text(&ledger)])?;
    let images_of: Vec<_> = (0..=images).map(image).collect();
    net.start(VICTIM)?;
    let mut load = Load::begin(&net, &[0, VICTIM, 2]);
    let mut verified = 0;
    for pair in bar("power", images).wrap_iter(images_of.windows(2)) {
        std::thread::sleep(Duration::from_millis(200 + random.below(WORK_MS_MAX)));
        net.faultless(&[0, 2, 3])?;
        // Acknowledged before the cut: later ones may be lost with the machine that said so.
        let acknowledged = load.of(VICTIM);
        signal(&net.node(VICTIM)?.pid().to_string(), "-STOP")?;
        run_tool("cp", ["--sparse=always", &text(&pair[0]), &text(&pair[1])])?;
        net.kill(VICTIM);
        drop(mount);
        std::fs::remove_file(&pair[0])?;
        mount = Mount::image(&pair[1], &ledger)?;
        verified += load.verify_in(&net, VICTIM, &ledger, &acknowledged)?;
        snapshots::leave(&net, VICTIM, &ledger, &mut random)?;
        net.start(VICTIM)?;
    }
    load.end();
    net.converged(&net.all())?;
    net.faultless(&[0, 2, 3])?;
    ensure(verified > 0, || "no record was acknowledged by the node in time".to_owned())?;
    net.kill(VICTIM);
    drop(mount);
    Ok(format!(
        "power cut {images} times: {verified} acknowledged records looked for on the images, none \
         lost; the node went on from each, no fault counted"
    ))
}

fn net_dir(net: &Net) -> std::path::PathBuf {
    net.testnet.dir().to_owned()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn signal(pid: &str, signal: &str) -> Result<(), Failed> {
    run_tool("kill", [signal, pid]).map(|_| ())
}
