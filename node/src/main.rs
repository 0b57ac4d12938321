//! The `nemcon` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    nemcon_node::cli::run()
}
