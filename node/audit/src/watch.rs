//! `watch`: follows the logs that several members give out.

use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use clap::Args;
use nemcon_client::audit::Times;
use nemcon_client::draft::parse_span_ms;
use nemcon_client::failure::Failure;
use nemcon_client::watching::{
    Finding, Memory, Round, Sort, Watch, look_at_all, tell as tell_finding,
};
use nemcon_client::webhook::Webhook;
use nemcon_client::words::count;
use nemcon_crypto::Digest;
use nemcon_ledger::text::Show as _;
use serde_json::json;

use crate::progress;
use crate::screen::Screen;
use crate::usage::named;

/// What to watch.
#[derive(Clone, Debug, Args)]
pub struct WatchArgs {
    /// Where the logs lie: http(s) addresses, or folders and archives. Name those of several members.
    #[arg(required = true, value_name = "LOG")]
    pub logs: Vec<PathBuf>,
    /// The file for what was seen and verified, from which the next round goes on. It is made if it is not there.
    #[arg(long, value_name = "FILE")]
    pub state: PathBuf,
    /// Go on, and look so often: "10 minutes", "1 hour". Without it, look once.
    #[arg(long, value_name = "SPAN", value_parser = span)]
    pub every: Option<Duration>,
    /// Call seals stale that are older, by this machine's clock: "36 hours", "7 days".
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub max_age: Option<u64>,
    /// The folder for what shows a finding to others; by default `FILE.evidence`, beside the state.
    #[arg(long, value_name = "DIR")]
    pub evidence: Option<PathBuf>,
    /// Send each new finding to this http(s) address as JSON.
    #[arg(long, value_name = "URL")]
    pub webhook: Option<String>,
    /// Go on after something was found, too.
    #[arg(long, requires = "every")]
    pub go_on: bool,
}

fn age(text: &str) -> Result<u64, String> {
    parse_span_ms(text)
        .ok_or_else(|| "a number and a unit, such as \"36 hours\" or \"7 days\"".to_owned())
}

fn span(text: &str) -> Result<Duration, String> {
    let ms = parse_span_ms(text).filter(|ms| *ms >= 1000);
    ms.map(Duration::from_millis)
        .ok_or_else(|| "a number and a unit, such as \"10 minutes\" or \"1 hour\"".to_owned())
}

/// Runs `watch`.
///
/// # Errors
/// [`Failure`] if something is wrong with a log, no log can be read, or the caller brings no digest.
pub fn run(args: &WatchArgs, council: Option<Digest>, screen: Screen) -> Result<(), Failure> {
    let council = named(council)?;
    let webhook = args.webhook.as_deref().map(Webhook::of).transpose()?;
    let _lock = Memory::lock(&args.state)?;
    let mut memory = Memory::read(&args.state, council)?;
    let watch = Watch {
        council,
        logs: args.logs.clone(),
        age_max_ms: args.max_age,
        times: Times::default(),
    };
    let mut former: Option<Round> = None;
    loop {
        let mut round = progress::of_audit(|progress| look_at_all(&watch, &mut memory, progress))?;
        let folder = args.evidence.clone().unwrap_or_else(|| Watch::evidence_beside(&args.state));
        let mut unwritten = Vec::new();
        for finding in &mut round.findings {
            unwritten.extend(finding.write(&folder).err());
        }
        // What was found is told before anything that failed here.
        if former.as_ref() != Some(&round) {
            screen.result(&report(&round, &council), words(&round))?;
            tell(&round, former.as_ref(), webhook.as_ref(), &council, screen);
        }
        unwritten.extend(memory.write(&args.state).err());
        for failure in &unwritten {
            let _ = screen.failure(failure);
        }
        let ends = !args.go_on && round.has_faults() || !unwritten.is_empty();
        let Some(every) = args.every.filter(|_| !ends) else {
            let ended = conclude(&round, screen);
            return match unwritten.pop() {
                Some(_) if !round.has_faults() => {
                    Err(Failure::usage("the watch could not keep what it has seen")
                        .next("see to the room and to who may write there"))
                }
                _ => ended,
            };
        };
        former = Some(round);
        sleep(every);
    }
}

/// Tells what was not found in the round before.
fn tell(
    round: &Round,
    former: Option<&Round>,
    webhook: Option<&Webhook>,
    council: &Digest,
    screen: Screen,
) {
    let Some(webhook) = webhook else { return };
    let is_old = |finding: &Finding| {
        former.is_some_and(|former| former.findings.iter().any(|old| old.is_same(finding)))
    };
    for finding in round.findings.iter().filter(|finding| !is_old(finding)) {
        if let Err(failure) = tell_finding(webhook, council, finding) {
            let _ = screen.failure(&failure);
        }
    }
}

fn report(round: &Round, council: &Digest) -> serde_json::Value {
    json!({ "council": council, "size": round.size, "logs": round.logs, "findings": round.findings })
}

fn words(round: &Round) -> String {
    let mut lines = Vec::new();
    for log in &round.logs {
        let behind = match log.behind {
            0 => String::new(),
            behind => format!(", {} behind", count(behind, "record")),
        };
        lines.push(format!("{}: size {}{behind}", log.at, log.size));
    }
    for finding in &round.findings {
        lines.push(format!("{}: {}", finding.at, finding.words));
        if let Some(file) = &finding.evidence {
            lines.push(format!("  kept in {}", file.shown()));
        }
    }
    let size = round.size.map(|size| format!("; verified up to size {size}")).unwrap_or_default();
    lines.push(match round.findings.len() as u64 {
        0 => format!("OK: {} of one history{size}", count(round.logs.len() as u64, "log")),
        many => format!("{}{size}", count(many, "finding")),
    });
    lines.join("\n")
}

/// The exit status of a round that was printed.
fn conclude(round: &Round, screen: Screen) -> Result<(), Failure> {
    let is_there = |sort| round.findings.iter().any(|finding| finding.sort == sort);
    if round.has_faults() {
        if screen.is_json() {
            return Err(Failure::silent());
        }
        let advice = if is_there(Sort::Fork) {
            "keep the file: `nemcon verify FILE --council DIGEST` shows to anybody who has sealed both; tell all members, and rely on neither log"
        } else if is_there(Sort::NotVerified) || is_there(Sort::Rollback) {
            "ask the member whose log it is, and compare with an export of another member"
        } else {
            "ask the members why they seal nothing; a log without business needs no new seals"
        };
        return Err(Failure::refused("something is wrong with what was watched").next(advice));
    }
    match round.findings.len() {
        0 => Ok(()),
        _ if is_there(Sort::NotCompared) => Err(Failure::usage("not all logs could be compared")
            .next("name a log that has what was verified; until one does, a fork between that and these would not be seen")),
        _ if round.logs.is_empty() => Err(Failure::usage("no log could be read")
            .next("check the addresses and the network; nothing was judged")),
        _ => Err(Failure::usage("not all logs could be read")
            .next("check the address and the network; the others were judged")),
    }
}
