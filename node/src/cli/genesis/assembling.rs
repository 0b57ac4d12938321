//! Makes the text that founds a council or its successor, from cards or from a plan.

use std::path::{Path, PathBuf};

use nemcon_audit::audit::describe as describe_audit;
use nemcon_audit::{Screen, output, progress};
use nemcon_client::audit::audited;
use nemcon_client::failure::Failure;
use nemcon_client::founding::{
    CARD_HEAD, CardsError, Founding, Frame, Plan, PlanError, PlannedMember, Visibility, plan_of,
    read_cards,
};
use nemcon_ledger::audit::Report;
use nemcon_ledger::council::join;
use nemcon_ledger::record::{Boundary, Charter, GenesisError, Succession};
use nemcon_ledger::text::value::ValueError;
use nemcon_ledger::text::{Code, Show as _};

use super::aloud::spoken;
use super::shown::{describe, notes, summary};
use crate::cli::charter;
use crate::cli::context::Context;

/// What cards do not say of a council.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::cli) struct Law {
    /// The charter (TOML): the files are cards then.
    #[arg(long, value_name = "FILE")]
    charter: Option<PathBuf>,
    /// The codes of the parties in protocol order, with commas; those that are not named stand behind them by code.
    #[arg(long, value_name = "CODES", value_delimiter = ',', requires = "charter")]
    order: Vec<Code>,
    /// Who reads the records: `members`, or `public` for whoever is given an export.
    #[arg(long, value_name = "WHO", requires = "charter", value_parser = visibility)]
    visibility: Option<Visibility>,
}

fn visibility(text: &str) -> Result<Visibility, ValueError> {
    text.parse()
}

/// The plan and the charter: of cards, if a charter is named, otherwise of a plan with the files of parties.
fn plan(files: &[PathBuf], law: &Law) -> Result<(Plan, Charter), Failure> {
    let Some(charter_file) = &law.charter else {
        if let Some(card) = files.iter().find(|path| is_card(path)) {
            return Err(Failure::usage(format_args!(
                "{}: a card, and no charter is named",
                card.shown()
            ))
            .next("give `--charter FILE`; `nemcon charter init` writes one"));
        }
        let (plan, parties) = files.split_first().expect("at least one file is asked for");
        return Ok(Plan::load(plan, parties)?);
    };
    let charter = charter::load(charter_file)?;
    let (cards, CardsError(mut faults)) = read_cards(files);
    let visibility = law.visibility.unwrap_or_default();
    let frame = Frame { charter: &charter, charter_file, visibility, order: &law.order };
    match plan_of(&cards, &frame) {
        Ok(plan) if faults.is_empty() => return Ok((plan, charter)),
        Ok(_) => {}
        Err(CardsError(more)) => faults.extend(more),
    }
    Err(CardsError(faults).into())
}

/// The failure for a genesis that would contradict itself.
fn unfounded(error: GenesisError, law: &Law) -> Failure {
    if law.charter.is_none() {
        return PlanError::from(error).into();
    }
    Failure::refused(format_args!("these cards found no council under this charter: {error}")).next(
        "correct the charter, or ask for cards with other weights; `nemcon card check` shows what each weighs. \
         Nothing was written",
    )
}

/// Whether a file begins as a card does.
fn is_card(path: &Path) -> bool {
    path.is_dir() || output::read(path).is_ok_and(|bytes| bytes.starts_with(CARD_HEAD.as_bytes()))
}

/// Runs `nemcon genesis assemble`.
///
/// # Errors
/// [`Failure`]. Then nothing is written.
pub(super) fn assemble(
    files: &[PathBuf],
    law: &Law,
    out: &Path,
    screen: Screen,
) -> Result<(), Failure> {
    let (plan, charter) = plan(files, law)?;
    let founding =
        Founding::unsigned(plan.assemble(charter).map_err(|error| unfounded(error, law))?);
    write(&founding, out, screen)
}

/// Runs `nemcon genesis succeed`.
///
/// # Errors
/// [`Failure`]. Then nothing is written.
pub(super) fn succeed(
    files: &[PathBuf],
    law: &Law,
    export: &Path,
    out: &Path,
    context: Context<'_>,
) -> Result<(), Failure> {
    let council = context.global.council.ok_or_else(|| {
        Failure::usage("which council is succeeded?").next("give `--council`, its digest")
    })?;
    let (plan, charter) = plan(files, law)?;
    let report = progress::of_audit(|it| audited(export, &council, None, it))?;
    let (Some(root), true) = (report.root, report.is_verified()) else {
        context.screen.say(describe_audit(&report))?;
        return Err(Failure::refused(format_args!(
            "NOT verified: nothing goes on from {}",
            export.shown()
        ))
        .next("take an export from another member"));
    };
    let is_left_out = |code: &&Code| !plan.members.iter().any(|member| member.code == **code);
    let succession = Succession {
        council,
        checkpoint: Boundary { size: report.size, root },
        leaves_out: report.members.iter().filter(is_left_out).cloned().collect(),
    };
    context.screen.say(format_args!(
        "it succeeds {} at size {}\nleft out: {}\n{}",
        report.name,
        report.size.0,
        left_out(&succession.leaves_out),
        old_keys(&plan, &report),
    ))?;
    let genesis = plan.succeed(charter, Some(succession)).map_err(|error| unfounded(error, law))?;
    write(&Founding::unsigned(genesis), out, context.screen)
}

/// The members that found with a key of the old council, by which an auditor recognises them.
fn old_keys(plan: &Plan, report: &Report) -> String {
    let has_old = |member: &&PlannedMember| {
        let old = report.roster.as_ref().and_then(|roster| roster.member(&member.code));
        let is_old = |key| {
            old.is_some_and(|old| {
                old.recovery == key || old.officers.iter().any(|officer| officer.key == key)
            })
        };
        member.officers.iter().any(|officer| is_old(officer.key))
    };
    let codes: Vec<Code> =
        plan.members.iter().filter(has_old).map(|member| member.code.clone()).collect();
    if codes.is_empty() {
        "old keys among the officers: nobody's. `nemcon audit --predecessor` does not take it for a \
         successor, since anybody could found it: let a member keep an officer, or name its recovery \
         key as one"
            .to_owned()
    } else {
        format!("old keys among the officers: {}; let them sign with these", join(&codes))
    }
}

pub(super) fn left_out(codes: &[Code]) -> String {
    if codes.is_empty() { "nobody".to_owned() } else { join(codes) }
}

fn write(founding: &Founding, out: &Path, screen: Screen) -> Result<(), Failure> {
    if output::is_standard(out) {
        return output::print_raw(&founding.render());
    }
    output::write_new(out, &founding.render())?;
    let words = format!(
        "{} in {}\n{}\n{}\nnext: send it to all, and read the fingerprint to each by another way; every founding member \
         reads it with `nemcon genesis check {} --as CODE --card FILE`, and signs it with `nemcon genesis sign`",
        summary(founding),
        out.shown(),
        notes(founding.genesis()),
        spoken(founding.digest()),
        out.shown()
    );
    screen.result(&describe(founding), words)
}
