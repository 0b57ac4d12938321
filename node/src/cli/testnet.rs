//! `nemcon testnet`: runs a council of real nodes on this machine, in the background.

use std::path::Path;
use std::time::{Duration, Instant};

use clap::Subcommand;
use nemcon_client::failure::Failure;
use nemcon_client::shipped::{CharterName, Shipped};
use nemcon_client::words::count;
use nemcon_ledger::text::Show as _;
use serde_json::json;

use super::context::Context;
use super::global::Global;
use crate::testnet::{Child, Lifetime, Testnet, TestnetError, TestnetMember};
use nemcon_audit::Screen;

/// How long nodes may take until they answer.
const START_TIMEOUT: Duration = Duration::from_secs(30);
/// The interval at which the nodes are asked.
const START_POLL: Duration = Duration::from_millis(25);

/// Runs a test network.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum TestnetCommand {
    /// Start a test network, or with `--as` one member's node; a new folder gets keys, configurations
    /// and free ports, an old one keeps its own.
    Up {
        /// How many members a new network has, in protocol order.
        #[arg(long)]
        members: Option<usize>,
        /// The charter of a new network: eu-council, european-council or plain.
        #[arg(long)]
        charter: Option<CharterName>,
    },
    /// End exactly the network's processes, or with `--as` those of one member.
    Down,
    /// Show each member's node.
    Status,
}

/// Runs `nemcon testnet`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &TestnetCommand, context: Context<'_>) -> Result<(), Failure> {
    let dir = context.global.dir.as_ref().ok_or_else(|| {
        Failure::usage("in which folder?").next("give `--dir DIR`, which `testnet up` makes")
    })?;
    match command {
        TestnetCommand::Up { members, charter } => up(dir, *members, *charter, context),
        TestnetCommand::Down => down(&mut Testnet::load(dir)?, context),
        TestnetCommand::Status => status(&Testnet::load(dir)?, context.screen),
    }
}

fn up(
    dir: &Path,
    members: Option<usize>,
    charter: Option<CharterName>,
    context: Context<'_>,
) -> Result<(), Failure> {
    let mut testnet = open(dir, members, charter)?;
    let idle = selected(&testnet, context.global)?;
    let idle: Vec<_> =
        idle.into_iter().filter(|member| testnet.process(member).is_none()).collect();
    if idle.is_empty() {
        return Err(Failure::refused(format_args!(
            "the nodes of {} are running already",
            testnet.dir().shown()
        ))
        .next("`nemcon testnet status --dir DIR` shows them, `down` ends them"));
    }
    let mut started = Vec::new();
    for member in &idle {
        match start(&mut testnet, member) {
            Ok(child) => started.push((member.clone(), child)),
            Err(error) => return Err(undo(&mut testnet, started, error)),
        }
    }
    if let Err(error) = wait(&testnet, &mut started) {
        return Err(undo(&mut testnet, started, error));
    }
    let dir = testnet.dir().shown();
    let words = format!(
        "{} running in {dir}\ncouncil {}\nfor trying only: no passphrase locks the keys of a test network\nnext: nemcon status --dir {dir} --as {}",
        count(idle.len() as u64, "node"),
        testnet.council(),
        testnet.first().code,
    );
    context.screen.result(&describe(&testnet), words)
}

fn open(
    dir: &Path,
    members: Option<usize>,
    charter: Option<CharterName>,
) -> Result<Testnet, Failure> {
    if !Testnet::is_in(dir) {
        let shipped = Shipped::load(charter.unwrap_or_default());
        let members = members.unwrap_or(shipped.seats.len());
        return Ok(Testnet::found(dir, shipped.first(members)?)?);
    }
    let testnet = Testnet::load(dir)?;
    let there = testnet.members().len();
    if members.is_some_and(|members| members != there) || charter.is_some() {
        return Err(Failure::usage(format_args!(
            "{}: a test network of {there} is here already, its council founded",
            dir.shown()
        ))
        .next("leave `--members` and `--charter` out to start it, or name another folder"));
    }
    Ok(testnet)
}

/// The members that the command is about: the one that `--as` names, or all.
fn selected(testnet: &Testnet, global: &Global) -> Result<Vec<TestnetMember>, Failure> {
    match &global.party {
        Some(code) => Ok(vec![testnet.member(code)?.clone()]),
        None => Ok(testnet.members().to_vec()),
    }
}

fn start(testnet: &mut Testnet, member: &TestnetMember) -> Result<Child, TestnetError> {
    let mut child = testnet.start(member, Lifetime::Background)?;
    // A process that is not recorded could not be stopped later, so it is stopped now.
    if let Err(error) = testnet.record(&member.code, Some(child.pid())) {
        child.stop();
        return Err(error);
    }
    Ok(child)
}

/// Waits until every node answers as its member's node.
fn wait(testnet: &Testnet, started: &mut [(TestnetMember, Child)]) -> Result<(), TestnetError> {
    let deadline = Instant::now() + START_TIMEOUT;
    for (member, child) in started {
        loop {
            if child.has_ended() {
                return Err(testnet.ended(&member.code));
            }
            match testnet.is_answering(member) {
                Ok(true) => break,
                Err(error) if Instant::now() > deadline => {
                    let code = member.code.clone();
                    let error = Box::new(error);
                    return Err(TestnetError::Silent { code, error });
                }
                Ok(false) => {
                    let code = member.code.clone();
                    let address = member.http;
                    return Err(TestnetError::PortInUse { code, address });
                }
                Err(_) => std::thread::sleep(START_POLL),
            }
        }
    }
    Ok(())
}

/// Stops the nodes that were started, because half a network is of no use.
fn undo(
    testnet: &mut Testnet,
    started: Vec<(TestnetMember, Child)>,
    error: TestnetError,
) -> Failure {
    for (member, mut child) in started {
        child.stop();
        // The command reports its first error, so an error here is dropped.
        let _ = testnet.record(&member.code, None);
    }
    error.into()
}

fn down(testnet: &mut Testnet, context: Context<'_>) -> Result<(), Failure> {
    let members = selected(testnet, context.global)?;
    let running = members
        .iter()
        .filter_map(|member| testnet.process(member).map(|process| (member.code.clone(), process)));
    let running: Vec<_> = running.collect();
    for (_, process) in &running {
        process.ask_to_stop();
    }
    let mut left = Vec::new();
    for (code, process) in &running {
        if process.wait() {
            testnet.record(code, None)?;
        } else {
            left.push(format!("{code} (process {})", process.pid()));
        }
    }
    if !left.is_empty() {
        return Err(Failure::usage(format_args!("could not end the nodes of {}", left.join(", "))));
    }
    let words = match running.len() {
        0 => "no node of this test network is running".to_owned(),
        ended => format!(
            "{} ended; ledgers and keys stay in {}",
            count(ended as u64, "node"),
            testnet.dir().shown()
        ),
    };
    context.screen.result(&describe(testnet), words)
}

fn status(testnet: &Testnet, screen: Screen) -> Result<(), Failure> {
    let lines: Vec<_> = testnet.members().iter().map(|member| line(testnet, member)).collect();
    let words = format!("council {}\n{}", testnet.council(), lines.join("\n"));
    screen.result(&describe(testnet), words)
}

fn line(testnet: &Testnet, member: &TestnetMember) -> String {
    let Some(process) = testnet.process(member) else {
        return format!("{:<8} off", member.code);
    };
    let state = match testnet.client(member).status() {
        Ok(status) => {
            let on = status.members.iter().filter(|member| member.connected).count();
            let all = status.members.len();
            let sealed = status.sealed_height;
            format!("block {}, sealed by all to {sealed}, {on} of {all} connected", status.height)
        }
        Err(error) => error.to_string(),
    };
    format!("{:<8} process {}, http://{}: {state}", member.code, process.pid(), member.http)
}

fn describe(testnet: &Testnet) -> serde_json::Value {
    let member = |member: &TestnetMember| {
        json!({
            "code": member.code,
            "listen": member.listen,
            "http": member.http,
            "pid": testnet.process(member).map(|process| process.pid()),
            "folder": testnet.folder(&member.code).to_string_lossy(),
            "status": testnet.client(member).status().ok(),
        })
    };
    json!({
        "dir": testnet.dir().to_string_lossy(),
        "council": testnet.council(),
        "members": testnet.members().iter().map(member).collect::<Vec<_>>(),
    })
}
