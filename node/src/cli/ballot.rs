//! `nemcon ballot`: signs a member's ballot after it was read.

mod standing;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use nemcon_client::api::{Answer, BallotView, Measure};
use nemcon_client::failure::Failure;
use nemcon_client::reading::Basis;
use nemcon_client::statements::{self, Choice};
use nemcon_client::words::{ordered, state};
use nemcon_crypto::Digest;
use nemcon_ledger::record::{Body, Position};
use nemcon_ledger::text::Code;
use serde_json::json;

use super::handing::became;
use super::signing::Signing;
use super::statement::{self, SignArgs, SubmitArgs, Taken};
use crate::cli::act::looked;
use crate::cli::context::Context;
use crate::cli::receipt;
use nemcon_audit::output::{self, verify_new};

/// Casts ballots: at once, offline, or by a standing instruction.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum BallotCommand {
    /// Sign a position on a measure and have it ordered; a later ballot replaces it while the
    /// measure is open.
    Cast {
        /// The measure's number.
        number: u64,
        /// The position: in-favour, abstain, abstain-qualified, against or retracted.
        position: Position,
        /// The formal declaration that goes with abstain-qualified; its digest enters the ledger.
        #[arg(long, value_name = "FILE")]
        declaration: Option<PathBuf>,
        /// The member whose ballot it is, if not your own: it has given you a mandate.
        #[arg(long = "for", value_name = "CODE")]
        on_behalf: Option<Code>,
        /// Sign the ballot once more, though this very ballot stands already.
        #[arg(long)]
        again: bool,
        /// Write the receipt to this file once all members have sealed the ballot.
        #[arg(long, value_name = "FILE", conflicts_with = "prepare")]
        receipt: Option<PathBuf>,
        #[command(flatten)]
        signing: Signing,
    },
    /// Write a ballot to be signed on another machine: needs a node and no key.
    Prepare {
        /// The measure's number.
        number: u64,
        /// The position: in-favour, abstain, abstain-qualified, against or retracted.
        position: Position,
        /// The formal declaration that goes with abstain-qualified.
        #[arg(long, value_name = "FILE")]
        declaration: Option<PathBuf>,
        /// The member whose ballot it is, if not your own: it has given you a mandate.
        #[arg(long = "for", value_name = "CODE")]
        on_behalf: Option<Code>,
        /// The file to write.
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Sign a prepared ballot offline: needs the measure's record, the genesis and keys.
    Sign(SignArgs),
    /// Have a ballot that was signed offline ordered.
    Submit(SubmitArgs),
    /// Keep an instruction where the charter's procedure knows tacit assent, and sign shortly before the
    /// deadline unless you have spoken or the text was revised. It ends with this command.
    Standing(standing::StandingArgs),
}

/// Runs `nemcon ballot`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &BallotCommand, context: Context<'_>) -> Result<(), Failure> {
    match command {
        BallotCommand::Cast {
            number,
            position,
            declaration,
            on_behalf,
            again,
            receipt,
            signing,
        } => {
            signing.verify_possible(context.screen)?;
            receipt.as_deref().map(verify_new).transpose()?;
            if receipt.is_some() && *position == Position::Retracted {
                return Err(Failure::usage("a ballot that is retracted has no receipt")
                    .next("leave `--receipt` out"));
            }
            let choice = choice(*position, declaration.as_deref(), on_behalf.as_ref())?;
            let code = choice.on_behalf.clone();
            let leaf = cast_asked(*number, choice, signing, *again, context)?;
            match receipt.as_deref().zip(leaf) {
                Some((out, leaf)) => receipt::once_sealed(out, *number, code, leaf, context),
                None => Ok(()),
            }
        }
        BallotCommand::Prepare { number, position, declaration, on_behalf, out } => {
            let choice = choice(*position, declaration.as_deref(), on_behalf.as_ref())?;
            cast_asked(*number, choice, &Signing::elsewhere(out), true, context).map(drop)
        }
        BallotCommand::Sign(args) => statement::sign(args, Taken::Ballots, context),
        BallotCommand::Submit(args) => statement::submit(args, Taken::Ballots, context),
        BallotCommand::Standing(args) => standing::run(args, context),
    }
}

fn choice(
    position: Position,
    declaration: Option<&Path>,
    on_behalf: Option<&Code>,
) -> Result<Choice, Failure> {
    let declaration = declaration.map(digest_of).transpose()?;
    Ok(Choice { declaration, on_behalf: on_behalf.cloned(), ..position.into() })
}

/// Casts a ballot; where it stands in the log, if it is ordered, also if it stood there before.
fn cast_asked(
    number: u64,
    choice: Choice,
    signing: &Signing,
    is_again: bool,
    context: Context<'_>,
) -> Result<Option<u64>, Failure> {
    let party = signing.party(&context.session()?)?;
    let measure = party.client.measure(number)?;
    let body = statements::ballot(party.head.clone(), &measure, choice)?;
    if let (Some((words, leaf)), false) = (stands_already(&measure, &body), is_again) {
        context.screen.result(&json!({ "answer": null, "measure": measure }), words)?;
        return Ok(leaf);
    }
    let basis = Basis::measure(&party.client, &measure)?;
    let Some(answer) = signing.submit(&party, &body, basis, context.screen)? else {
        return Ok(None);
    };
    let (after, now) = looked(party.client.measure(number), |after| {
        format!("measure {number} is {}", state(after))
    });
    // The deadline may have moved since the measure was shown.
    let closes = after.as_ref().map(|after| after.closes);
    let said = format!("{}\n{now}", ordered(&answer, closes));
    became(context.screen, &answer, &json!({ "answer": answer, "measure": after }), said)?;
    Ok(match answer {
        Answer::Ordered { leaf, .. } => Some(leaf),
        Answer::Pending { .. } | Answer::Refused { .. } => None,
    })
}

/// A message if the measure has this very ballot already: the same position of the same member, by
/// the same signer. `None` otherwise.
fn stands_already(measure: &Measure, body: &Body) -> Option<(String, Option<u64>)> {
    let Body::Ballot(new) = body else { return None };
    let is_it = |it: &&BallotView| {
        it.code == new.said.on_behalf
            && it.position == Some(new.position)
            && it.cast_by.as_ref().unwrap_or(&it.code) == &new.said.head.by
            && (it.declaration, it.tacit) == (new.declaration, new.is_tacit)
    };
    let stands =
        measure.ballots.iter().find(is_it).filter(|it| measure.is_open() && !it.pending)?;
    let record = stands.leaf.map(|leaf| format!(", record {leaf}")).unwrap_or_default();
    let words = format!(
        "nothing was signed: this very ballot of {} stands already, {}{record}\n\
         next: `--again` signs it once more",
        stands.code, new.position
    );
    Some((words, stands.leaf))
}

fn digest_of(path: &Path) -> Result<Digest, Failure> {
    Ok(output::digest_of(path, u64::MAX)?.0)
}
