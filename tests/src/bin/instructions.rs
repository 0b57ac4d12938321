//! `instructions [--only NAME] [--renew] [--list]`: counts the instructions of the pure paths under
//! callgrind; exit status 0 as the baseline has it, 1 not, 2 could not measure.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use nemcon_tests::instructions::{
    Baseline, Counts, PATHS, Path, Profile, Unmeasured, compare, made_with, profile_of, run,
};

/// Counts the instructions of the pure paths, and compares them with the baseline.
#[derive(Debug, Parser)]
struct Arguments {
    /// One path alone.
    #[arg(long)]
    only: Option<String>,
    /// Writes what was counted as the new baseline.
    #[arg(long, conflicts_with = "only")]
    renew: bool,
    /// Prints the paths.
    #[arg(long)]
    list: bool,
    /// Prints this many functions of each path, those that cost most first.
    #[arg(long, default_value_t = 0)]
    functions: usize,
    /// The baseline's file.
    #[arg(long, default_value = "tests/instructions.toml")]
    baseline: PathBuf,
    /// Runs this path once, as the process that callgrind watches.
    #[arg(long, hide = true)]
    run: Option<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list {
        for path in PATHS {
            println!("{:24}{}", path.name, path.what);
        }
        return ExitCode::SUCCESS;
    }
    let wanted = arguments.run.as_ref().or(arguments.only.as_ref());
    let is_wanted = |path: &&Path| wanted.is_none_or(|name| name == path.name);
    let paths: Vec<&Path> = PATHS.iter().filter(is_wanted).collect();
    if paths.is_empty() {
        eprintln!("instructions: no such path; see --list");
        return ExitCode::from(2);
    }
    if arguments.run.is_some() {
        paths.into_iter().for_each(run);
        return ExitCode::SUCCESS;
    }
    if cfg!(debug_assertions) {
        eprintln!("instructions: the baseline is of release builds; build with --release");
        return ExitCode::from(2);
    }
    check(&arguments, &paths).unwrap_or_else(|error| {
        eprintln!("instructions: {error}");
        ExitCode::from(2)
    })
}

fn check(arguments: &Arguments, paths: &[&Path]) -> Result<ExitCode, Unmeasured> {
    let mut measured = BTreeMap::new();
    for path in paths {
        let profile = profile_of(path)?;
        print(path, &profile, arguments.functions);
        measured.insert(path.name.to_owned(), profile);
    }
    let made_with = made_with()?;
    let io = |cause| Unmeasured::Io { what: arguments.baseline.display().to_string(), cause };
    if arguments.renew {
        let counts = measured.iter().map(|(path, profile)| (path.clone(), Counts::of(profile)));
        let baseline = Baseline { made_with, paths: counts.collect() };
        std::fs::write(&arguments.baseline, baseline.render()?).map_err(io)?;
        return Ok(ExitCode::SUCCESS);
    }
    let baseline = Baseline::parse(&std::fs::read_to_string(&arguments.baseline).map_err(io)?)?;
    let findings = compare(&baseline, &measured, arguments.only.is_none());
    if findings.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    for finding in &findings {
        println!("{finding}");
    }
    if baseline.made_with != made_with {
        eprintln!(
            "instructions: the baseline was made with {}, this program with {made_with}",
            baseline.made_with
        );
    }
    eprintln!("instructions: where a change is meant, --renew writes the baseline anew");
    Ok(ExitCode::FAILURE)
}

fn print(path: &Path, profile: &Profile, functions: usize) {
    println!(
        "{:24}{:>12} instructions {:>7} allocations {:>12} left out",
        path.name,
        profile.instructions(),
        profile.allocations,
        profile.left_out
    );
    let mut costs: Vec<_> = profile.functions.iter().collect();
    costs.sort_by_key(|(_, cost)| std::cmp::Reverse(**cost));
    costs.iter().take(functions).for_each(|(name, cost)| println!("    {cost:>10} {name}"));
}
