//! `layers [ROOT]`: the layer check; exit status 0 kept, 1 not kept, 2 could not run.

use std::path::PathBuf;
use std::process::ExitCode;

use nemcon_tests::layers::{Workspace, check};

fn main() -> ExitCode {
    let root = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    let workspace = match Workspace::read(&root) {
        Ok(workspace) => workspace,
        Err(error) => {
            eprintln!("layers: {error}");
            return ExitCode::from(2);
        }
    };
    let report = check(&workspace);
    report.checked.iter().for_each(|line| println!("rule: {line}"));
    report.findings.iter().for_each(|finding| eprintln!("{finding}"));
    if report.findings.is_empty() {
        println!("layers: every rule is kept");
        return ExitCode::SUCCESS;
    }
    eprintln!("layers: {} findings", report.findings.len());
    ExitCode::FAILURE
}
