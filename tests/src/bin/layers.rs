//! `layers [ROOT]`: the check of the house; exit status 0 kept, 1 not kept, 2 could not run.

use std::path::PathBuf;
use std::process::ExitCode;

use nemcon_tests::layers::{House, check};

fn main() -> ExitCode {
    let root = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    let house = match House::read(&root) {
        Ok(house) => house,
        Err(error) => {
            eprintln!("layers: {error}");
            return ExitCode::from(2);
        }
    };
    let report = check(&house);
    report.figures.iter().for_each(|figure| println!("{figure}"));
    report.findings.iter().for_each(|finding| println!("{finding}"));
    if report.findings.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("layers: {} findings", report.findings.len());
    ExitCode::FAILURE
}
