//! `simulate`: runs the council from seeds; exit status 0 as it must be, 1 not, 2 could not run.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use nemcon_tests::cluster::burst::burst;
use nemcon_tests::progress::bar;
use nemcon_tests::sim::adversaries::AdversaryKind;
use nemcon_tests::sim::controls::Control;
use nemcon_tests::sim::{SCENARIOS, Summary, Wishes, replay_command, run, run_all};
use nemcon_tests::speaker::Topic;

/// Runs a council of complete nodes in one thread, everything from one seed.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many seeds.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// How many members; the seed chooses otherwise.
    #[arg(long)]
    members: Option<usize>,
    /// One kind of fault alone.
    #[arg(long)]
    scenario: Option<String>,
    /// This adversary, up to f of them.
    #[arg(long)]
    adversary: Option<String>,
    /// Takes a safeguard away: exit status 0 only if that is noticed.
    #[arg(long)]
    control: Option<String>,
    /// Runs this seed alone.
    #[arg(long)]
    replay: Option<u64>,
    /// Prints what happens.
    #[arg(long)]
    trace: bool,
    /// How many seeds run at a time; as many as there are processors otherwise.
    #[arg(long)]
    jobs: Option<usize>,
    /// Has all members cast ballots on so many measures at once, in place of seeds; fails if the council
    /// stands still.
    #[arg(long, value_name = "MEASURES")]
    burst: Option<usize>,
    /// Prints the scenarios, the adversaries and the controls.
    #[arg(long)]
    list: bool,
}

/// A name that is none.
struct Unknown;

impl Arguments {
    /// How many seeds run at a time; what is printed of two would be mixed.
    fn jobs(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        if self.trace { 1 } else { self.jobs.unwrap_or_else(processors).max(1) }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list {
        list();
        return ExitCode::SUCCESS;
    }
    let Ok(wishes) = wishes(&arguments) else {
        eprintln!("simulate: no such scenario, adversary or control; see --list");
        return ExitCode::from(2);
    };
    if wishes.members.is_some_and(|members| !(1..=90).contains(&members)) {
        eprintln!("simulate: a council has 1 to 90 members");
        return ExitCode::from(2);
    }
    let is_expected = match (arguments.burst, wishes.control) {
        (Some(measures), _) => outlast(arguments.members.unwrap_or(27), measures),
        (None, Some(_)) => expose(&arguments, &wishes),
        (None, None) => search(&arguments, &wishes),
    };
    if is_expected { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn wishes(arguments: &Arguments) -> Result<Wishes, Unknown> {
    let scenario = |name: &String| SCENARIOS.iter().position(|(other, ..)| other == name);
    let adversary = |name: &String| AdversaryKind::ALL.into_iter().find(|it| it.name() == name);
    let control = |name: &String| Control::ALL.into_iter().find(|it| it.name() == name);
    Ok(Wishes {
        members: arguments.members,
        scenario: found(arguments.scenario.as_ref(), scenario)?,
        adversary: found(arguments.adversary.as_ref(), adversary)?,
        control: found(arguments.control.as_ref(), control)?,
    })
}

fn found<T>(
    name: Option<&String>,
    find: impl FnOnce(&String) -> Option<T>,
) -> Result<Option<T>, Unknown> {
    name.map(|name| find(name).ok_or(Unknown)).transpose()
}

/// Runs the seeds; whether nothing was violated.
fn search(arguments: &Arguments, wishes: &Wishes) -> bool {
    let (from, seeds) = match arguments.replay {
        Some(seed) => (seed, 1),
        None => (arguments.from, arguments.seeds),
    };
    let (start, mut summary) = (Instant::now(), Summary::default());
    let bar = bar("seeds", seeds);
    let seeds = from..from.saturating_add(seeds);
    run_all(seeds, wishes, arguments.trace, arguments.jobs(), |outcome| {
        if let Some(violation) = &outcome.violation {
            let seed = outcome.seed;
            bar.suspend(|| {
                println!("seed {seed} violates {violation}");
                println!("  replay it with: {}", replay_command(seed, wishes));
            });
        }
        bar.inc(1);
        summary.add(&outcome);
    });
    bar.finish_and_clear();
    print!("{}", summary.render(start.elapsed()));
    summary.violations == 0
}

/// Runs a burst of ballots; whether the council did not stand still.
fn outlast(members: usize, measures: usize) -> bool {
    match burst(members, measures) {
        Ok(it) => {
            println!(
                "{} ballots in {} blocks, {} ms of simulated time; {} messages of {} bytes to {members} nodes, \
                 for {} bytes of ballots",
                it.ballots, it.blocks, it.took_ms, it.messages, it.bytes, it.ballot_bytes
            );
            true
        }
        Err(failed) => {
            println!("the burst FAILED: {failed}");
            false
        }
    }
}

/// Runs seeds until the missing safeguard is noticed; whether it was.
fn expose(arguments: &Arguments, wishes: &Wishes) -> bool {
    let seeds = arguments.replay.map_or(arguments.seeds, |_| 1);
    let from = arguments.replay.unwrap_or(arguments.from);
    for seed in from..from.saturating_add(seeds) {
        let outcome = run(seed, wishes, arguments.trace);
        if let Some(violation) = outcome.violation {
            println!("noticed at seed {seed}: {violation}");
            println!("  replay it with: {}", replay_command(seed, wishes));
            return true;
        }
    }
    println!("{seeds} seeds, and the missing safeguard was not noticed");
    false
}

fn list() {
    println!("adversaries, and what each attacks:");
    for kind in AdversaryKind::ALL {
        println!("  {:24}{}", kind.name(), kind.attacks());
    }
    println!("controls, and what notices each:");
    for control in Control::ALL {
        println!("  {:24}{}", control.name(), control.noticed_by());
    }
    println!("scenarios, each one fault alone:");
    for (name, what, _) in SCENARIOS {
        println!("  {name:24}{what}");
    }
    println!("topics, of which each seed has some:");
    for topic in Topic::ALL.into_iter().filter(|topic| *topic != Topic::Rules) {
        println!("  {:24}{}", topic.name(), topic.what());
    }
}
