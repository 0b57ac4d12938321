//! `idle [--members N] [--seconds N] [--flood N]`: the cost of nothing to do, then of a flood;
//! exit status 0 within the targets, 1 not.

use std::process::ExitCode;
use std::time::Duration;

use nemcon_tests::idle::{flood, idle};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, usual: u64| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(usual)
    };
    let members = usize::try_from(number("--members", 27)).unwrap_or(usize::MAX);
    let window = Duration::from_secs(number("--seconds", 60));
    for said in [idle(members, window), flood(number("--flood", 2_000))] {
        match said {
            Ok(said) => println!("idle: {said}"),
            Err(failed) => {
                eprintln!("idle: FAILED: {failed}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
