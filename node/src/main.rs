//! The `nemcon` command.

use std::process::ExitCode;

use rustix::fs::Mode;
use rustix::process::umask;

fn main() -> ExitCode {
    // Ledgers, exports and logs are private: whatever this process, its children and the database
    // create is for its owner alone. The owner may open files to others.
    umask(Mode::RWXG | Mode::RWXO);
    nemcon_node::cli::run()
}
