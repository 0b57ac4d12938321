//! `netns`: a council in network namespaces; exit status 0 held or skipped, 1 did not.

use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let started = Instant::now();
    match nemcon_tests::netns::run() {
        Ok(said) => {
            println!("netns: {said} ({} s)", started.elapsed().as_secs());
            ExitCode::SUCCESS
        }
        Err(failed) => {
            eprintln!("netns: FAILED: {failed}");
            ExitCode::FAILURE
        }
    }
}
