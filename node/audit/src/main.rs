//! The command `nemcon-audit`.

use std::process::ExitCode;

use rustix::fs::Mode;
use rustix::process::umask;

fn main() -> ExitCode {
    // What is audited may be internal: whatever this process writes is for its owner alone.
    umask(Mode::RWXG | Mode::RWXO);
    nemcon_audit::cli::run()
}
