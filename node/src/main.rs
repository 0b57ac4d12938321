//! The `nemcon` command.

use std::process::ExitCode;

use rustix::fs::Mode;
use rustix::process::umask;

fn main() -> ExitCode {
    // Ledgers, exports and logs are nobody else's on this machine, the database's own files among them:
    // whatever this process and its children make is for its owner, who may open it to others.
    umask(Mode::RWXG | Mode::RWXO);
    nemcon_node::cli::run()
}
