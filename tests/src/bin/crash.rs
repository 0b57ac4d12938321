//! `crash SUITE [--rounds N] [--stride N] [--seed N]`: crashes of real nodes; exit status 0 held, 1 did not, 2
//! wrong usage. `crash all` runs every suite at the size of CI.

use std::process::ExitCode;
use std::time::Instant;

use nemcon_tests::crash::{self, Failed};

const USAGE: &str =
    "usage: crash kill|faults|full|power|flip|repair|all [--rounds N] [--stride N] [--seed N]";
const SUITES: [&str; 6] = ["kill", "faults", "full", "power", "flip", "repair"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse::<u64>().ok()
    };
    let suite = arguments.first().map_or("", String::as_str);
    let (rounds, stride) = (number("--rounds"), number("--stride").unwrap_or(5));
    let seed = number("--seed").unwrap_or(1);
    let suites = match suite {
        "all" => SUITES.to_vec(),
        one if SUITES.contains(&one) => vec![one],
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    for suite in suites {
        let started = Instant::now();
        match run(suite, rounds, stride, seed) {
            Ok(said) => println!("{suite}: {said} ({} s)", started.elapsed().as_secs()),
            Err(Failed(why)) => {
                eprintln!("{suite}: FAILED, seed {seed}: {why}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// What `rounds` counts: kills, file systems, images, or positions a file.
fn run(suite: &str, rounds: Option<u64>, stride: u64, seed: u64) -> Result<String, Failed> {
    match suite {
        "kill" => crash::kill(rounds.unwrap_or(10), seed),
        "faults" => crash::faults(stride),
        "full" => crash::full(rounds.unwrap_or(2)),
        "power" => crash::power(rounds.unwrap_or(3), seed),
        "flip" => crash::flip(rounds.unwrap_or(8), seed),
        _ => crash::repair(),
    }
}
