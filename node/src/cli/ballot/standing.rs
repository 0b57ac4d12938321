//! A standing instruction where the charter knows tacit assent: this command signs the ballot near the
//! deadline.

mod instruction;

use std::time::{Duration, Instant};

use clap::Args;
use nemcon_client::api::{Answer, Measure};
use nemcon_client::client::ClientError;
use nemcon_client::draft::parse_span_ms;
use nemcon_client::failure::Failure;
use nemcon_client::reading::Basis;
use nemcon_client::session::Party;
use nemcon_client::statements::{self, StatementError};
use nemcon_client::words::{moved, ordered, span, state};
use nemcon_ledger::Time;
use nemcon_ledger::record::{Body, Charter, Position, RecordError};
use nemcon_ledger::text::{Label, Show as _};
use serde_json::json;

use crate::cli::act::looked;
use crate::cli::consent::Consent;
use crate::cli::context::Context;
use crate::cli::handing::{Unanswered, became, hand_in};
use crate::interrupt::Interrupt;
use instruction::{Instruction, LOOK_MS, Sent, Step, tacit};
use nemcon_audit::Screen;

/// The interval at which the node is asked.
const LOOK: Duration = Duration::from_millis(LOOK_MS);
/// What the command prints once the instruction is in force.
const KEPT: &str = "kept as long as this command runs; Ctrl-C takes it back, and nothing is signed";
/// The interval at which the command checks for an interrupt.
const POLL: Duration = Duration::from_millis(50);

/// The standing instruction.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct StandingArgs {
    /// The measure's number.
    number: u64,
    /// The position: in-favour, abstain or against.
    position: Position,
    /// How long before the deadline to sign: "10 minutes".
    #[arg(long, value_name = "SPAN", default_value = "10 minutes")]
    before: String,
    #[command(flatten)]
    consent: Consent,
}

/// Waits for the time, then signs the ballot. An interrupt before that time leaves nothing signed.
///
/// # Errors
/// [`Failure`] if no ballot was ordered.
pub(super) fn run(args: &StandingArgs, context: Context<'_>) -> Result<(), Failure> {
    args.consent.verify_possible(context.screen)?;
    let before_ms = parse_span_ms(&args.before).ok_or_else(|| {
        Failure::usage(format_args!(
            "`--before {}` is no time before a deadline: it is a number, at least 1, and a unit",
            args.before.shown()
        ))
        .next("such as --before \"10 minutes\"")
    })?;
    if !matches!(args.position, Position::InFavour | Position::Abstain | Position::Against) {
        return Err(Failure::usage(format_args!("{} needs a person", args.position))
            .next("a standing instruction is in-favour, abstain or against"));
    }
    let session = context.session()?;
    let party = session.party()?;
    let measure = party.client.measure(args.number)?;
    let (said, _) = statements::read(&measure)?;
    verify_tacit(args.number, said.procedure.as_ref(), &session.founding()?.genesis().charter)?;
    let closes = measure.closes;
    let body = statements::ballot(party.head.clone(), &measure, tacit(args.position))?;
    // A missing key must show now: shortly before the deadline it would be too late to look for it.
    party.verify_keys(&body)?;
    args.consent.opening.verify_possible(party.keys(), context.screen)?;
    let basis = Basis::measure(&party.client, &measure)?.noting(format!(
        "signed by itself {} before {closes}, unless the text is revised, the \
         measure is bound into another package, or {} signs before",
        span(before_ms),
        party.head.by
    ));
    let later = |refused: Failure| {
        Ok(vec![format!("signed now it would be refused: {}", refused.message())])
    };
    args.consent.obtain(&basis.reading(&party, &body, later)?, context.screen)?;
    let party = args.consent.opening.party(&party, context.screen)?;
    let Body::Ballot(ballot) = body else {
        return Err(StatementError::from(RecordError::Kind).into());
    };
    keep(&party, args, &Instruction { ballot, closes, before_ms }, context.screen)
}

/// Checks that the charter knows tacit assent in the measure's procedure.
fn verify_tacit(number: u64, procedure: Option<&Label>, charter: &Charter) -> Result<(), Failure> {
    if charter.is_tacit(procedure) {
        return Ok(());
    }
    let tacit = charter.procedures.iter().filter(|it| it.tacit).map(|it| it.name.as_str());
    let tacit: Vec<_> = tacit.collect();
    let works = match &tacit[..] {
        [] => "this charter knows it nowhere".to_owned(),
        names => format!("a standing instruction works in {} alone", names.join(", ")),
    };
    let why = match procedure {
        Some(name) => format!("measure {number} is decided by {name}: it knows no tacit assent"),
        None => format!("measure {number} names no procedure: it knows no tacit assent"),
    };
    Err(Failure::refused(format_args!("{why}; {works}"))
        .next("cast the ballot yourself: `nemcon ballot cast`"))
}

/// A kept standing instruction, with what was printed about it and whether its ballot was sent.
struct Kept<'a> {
    party: &'a Party,
    instruction: &'a Instruction,
    screen: Screen,
    interrupt: Interrupt,
    /// The node in words: `the node of BE`.
    whose: String,
    is_told: bool,
    has_warned: bool,
    /// The deadline in the node's last answer.
    closes: Time,
    sent: Option<Sent>,
}

fn keep(
    party: &Party,
    args: &StandingArgs,
    instruction: &Instruction,
    screen: Screen,
) -> Result<(), Failure> {
    let mut kept = Kept {
        party,
        instruction,
        screen,
        interrupt: Interrupt::listen()?,
        whose: party.client.whose(),
        is_told: false,
        has_warned: false,
        closes: instruction.closes,
        sent: None,
    };
    loop {
        match look(party, args.number) {
            Ok((measure, now)) => match instruction.step(&measure, now, kept.sent) {
                Step::Ordered => return signed(party, None, &measure, screen),
                Step::Sign => {
                    if let Some(answer) = kept.sign(&measure)? {
                        return signed(party, Some(&answer), &measure, screen);
                    }
                }
                Step::Refuse(why) => return Err(ended(&why, kept.sent)),
                Step::Wait { ms } => kept.wait(&measure, ms)?,
            },
            // A node that restarts may answer again in time; if it does not, the deadline ends the wait.
            Err(error) => kept.ask_again(&error)?,
        }
    }
}

impl Kept<'_> {
    /// Signs and submits the ballot; `None` if the node gave no answer.
    fn sign(&mut self, measure: &Measure) -> Result<Option<Answer>, Failure> {
        let statement = self.party.sign(&self.instruction.due(measure)?)?;
        match hand_in(&self.party.client, &statement) {
            Ok(answer) => Ok(Some(self.party.accepted(answer)?)),
            Err(error @ (Unanswered::Interrupted { .. } | Unanswered::Unsent(_))) => {
                Err(error.into())
            }
            Err(error @ Unanswered::Client(_)) => {
                if self.sent.replace(Sent::of(&statement)).is_none() {
                    self.screen.say(format_args!("{error}; handed in again every second"))?;
                }
                self.rest(LOOK)?;
                Ok(None)
            }
        }
    }

    /// Prints once that the instruction is kept, and each new deadline; waits until the next look.
    fn wait(&mut self, measure: &Measure, ms: u64) -> Result<(), Failure> {
        if !self.is_told {
            self.screen.say(KEPT)?;
            self.is_told = true;
        }
        if let Some(words) = moved(self.closes, measure.closes) {
            self.screen.say(format_args!(
                "the deadline {words}: signed {} before it",
                span(self.instruction.before_ms)
            ))?;
        }
        self.has_warned = false;
        self.closes = measure.closes;
        self.rest(LOOK.min(Duration::from_millis(ms)))
    }

    /// Prints once that the node gives no answer, and waits until the next attempt.
    fn ask_again(&mut self, error: &impl core::fmt::Display) -> Result<(), Failure> {
        if !self.has_warned {
            self.screen.say(format_args!("{error}; asked again every second"))?;
            self.has_warned = true;
        }
        self.rest(LOOK)
    }

    fn rest(&self, at_most: Duration) -> Result<(), Failure> {
        rest(at_most, &self.interrupt, &self.whose, self.sent)
    }
}

/// The failure of an instruction that has ended without an ordered ballot, as far as is known.
fn ended(why: &str, sent: Option<Sent>) -> Failure {
    match sent {
        None => Failure::refused(format_args!("not signed: {why}"))
            .next("read `nemcon measure show`, then `nemcon ballot cast` if you wish"),
        Some(Sent { text, .. }) => {
            Failure::refused(format_args!("signed, handed in, and not known to be ordered: {why}"))
                .next(format_args!(
                    "the node may have passed the ballot on, text {text}: see `nemcon measure show`"
                ))
        }
    }
}

/// The measure, and the time by the node's clock, which decides when balloting ends.
fn look(party: &Party, number: u64) -> Result<(Measure, Time), ClientError> {
    Ok((party.client.measure(number)?, party.client.status()?.now))
}

fn rest(
    long: Duration,
    interrupt: &Interrupt,
    whose: &str,
    sent: Option<Sent>,
) -> Result<(), Failure> {
    let until = Instant::now() + long;
    while Instant::now() < until {
        if let (true, Some(Sent { text, .. })) = (interrupt.is_raised(), sent) {
            return Err(Unanswered::Interrupted { by: whose.to_owned(), text }.into());
        }
        if interrupt.is_raised() {
            return Err(Failure::usage("the instruction is taken back: nothing was signed")
                .next("`nemcon ballot cast` signs at once"));
        }
        std::thread::sleep(POLL.min(until.saturating_duration_since(Instant::now())));
    }
    Ok(())
}

/// Prints what became of the ballot; if the node gave no answer, says that the node has the ballot.
fn signed(
    party: &Party,
    answer: Option<&Answer>,
    measure: &Measure,
    screen: Screen,
) -> Result<(), Failure> {
    let number = measure.number;
    let (after, now) = looked(party.client.measure(number), |after| {
        format!("measure {number} is {}", state(after))
    });
    let closes = after.as_ref().map(|after| after.closes);
    let how = answer.map_or_else(
        || "ordered, though the node did not say so at once".to_owned(),
        |answer| ordered(answer, closes),
    );
    let said = format!("signed by the standing instruction: {how}\n{now}");
    let value = json!({ "answer": answer, "measure": after });
    match answer {
        Some(answer) => became(screen, answer, &value, said),
        None => screen.result(&value, said),
    }
}
