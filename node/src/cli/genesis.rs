//! `nemcon genesis`: founds a council, file by file.

mod shown;
mod signing;

use shown::{describe, notes, other_council, read, summary};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use nemcon_client::audit::audited;
use nemcon_client::failure::Failure;
use nemcon_client::founding::{Founding, Plan, PlanError, PlannedMember};
use nemcon_client::words::count;
use nemcon_crypto::Digest;
use nemcon_ledger::audit::Report;
use nemcon_ledger::council::join;
use nemcon_ledger::record::{Boundary, Succession};
use nemcon_ledger::text::{Code, Show as _};

use super::consent::Consent;
use crate::cli::context::Context;
use nemcon_audit::Screen;
use nemcon_audit::audit::describe as describe_audit;
use nemcon_audit::output;
use nemcon_audit::progress;

/// Founds a council: assemble, sign by every founding member, verify.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum GenesisCommand {
    /// Make the text that founds a council from a plan: charter, members and public keys.
    Assemble {
        /// The plan (TOML); `nemcon draft plan` writes one.
        plan: PathBuf,
        /// Files of parties, as `nemcon key new --all` writes them: they stand behind those in the plan,
        /// in this order.
        parties: Vec<PathBuf>,
        /// The genesis file to write; it must not exist.
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Make the text that founds a successor, where keys are lost for good or a member is gone: it
    /// links the old ledger's last checkpoint and names whom it leaves out. Give `--council`, the
    /// old council's digest.
    Succeed {
        /// The successor's plan (TOML).
        plan: PathBuf,
        /// Files of parties, behind those in the plan.
        parties: Vec<PathBuf>,
        /// The old ledger's export, which is audited first.
        #[arg(long, value_name = "DIR")]
        export: PathBuf,
        /// The genesis file to write; it must not exist.
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Add the signature of one founding member's officer, once its text has been read: give `--as
    /// CODE` and `--key FILE`.
    Sign {
        /// The genesis file.
        file: PathBuf,
        #[command(flatten)]
        consent: Consent,
    },
    /// Put the signatures of copies together that were signed apart.
    Merge {
        /// The copies, all of one text.
        #[arg(num_args = 2.., required = true)]
        copies: Vec<PathBuf>,
        /// The genesis file to write; it must not exist.
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Check that every founding member has signed, and with `--council` that it is this council.
    Verify {
        /// The genesis file.
        file: PathBuf,
    },
    /// Show the text with the council digest, what members weigh, and who has signed.
    Show {
        /// The genesis file.
        file: PathBuf,
    },
}

/// Runs `nemcon genesis`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &GenesisCommand, context: Context<'_>) -> Result<(), Failure> {
    match command {
        GenesisCommand::Assemble { plan, parties, out } => {
            assemble(plan, parties, out, context.screen)
        }
        GenesisCommand::Succeed { plan, parties, export, out } => {
            succeed(plan, parties, export, out, context)
        }
        GenesisCommand::Sign { file, consent } => signing::sign(file, consent, context),
        GenesisCommand::Merge { copies, out } => signing::merge(copies, out, context.screen),
        GenesisCommand::Verify { file } => verify(file, context.global.council, context.screen),
        GenesisCommand::Show { file } => {
            let founding = read(file)?;
            let words = format!(
                "council {}\n\n{}\n\n{}\n{}",
                founding.digest(),
                founding.text().trim_end(),
                notes(founding.genesis()),
                signing::progress(&founding),
            );
            context.screen.result(&describe(&founding), words)
        }
    }
}

fn assemble(plan: &Path, parties: &[PathBuf], out: &Path, screen: Screen) -> Result<(), Failure> {
    let (plan, charter) = Plan::load(plan, parties)?;
    let founding = Founding::unsigned(plan.assemble(charter).map_err(PlanError::from)?);
    write(&founding, out, screen)
}

fn succeed(
    plan: &Path,
    parties: &[PathBuf],
    export: &Path,
    out: &Path,
    context: Context<'_>,
) -> Result<(), Failure> {
    let council = context.global.council.ok_or_else(|| {
        Failure::usage("which council is succeeded?").next("give `--council`, its digest")
    })?;
    let (plan, charter) = Plan::load(plan, parties)?;
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
    let genesis = plan.succeed(charter, Some(succession)).map_err(PlanError::from)?;
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

fn left_out(codes: &[Code]) -> String {
    if codes.is_empty() { "nobody".to_owned() } else { join(codes) }
}

fn write(founding: &Founding, out: &Path, screen: Screen) -> Result<(), Failure> {
    output::write_new(out, &founding.render())?;
    let words = format!(
        "{} in {}\n{}\ncouncil {}\nnext: every founding member signs it with `nemcon genesis sign {} \
         --as CODE --key FILE`",
        summary(founding),
        out.shown(),
        notes(founding.genesis()),
        founding.digest(),
        out.shown()
    );
    screen.result(&describe(founding), words)
}

fn verify(file: &Path, wanted: Option<Digest>, screen: Screen) -> Result<(), Failure> {
    let founding = read(file)?;
    let digest = founding.digest();
    if wanted.is_some_and(|wanted| wanted != digest) {
        return Err(other_council(file, digest, wanted.unwrap_or(digest)));
    }
    if !founding.missing().is_empty() {
        return Err(Failure::refused(format_args!(
            "{}: not founded yet; {}",
            file.shown(),
            signing::progress(&founding)
        ))
        .next("they sign it with `nemcon genesis sign`, or `nemcon genesis merge` their copies"));
    }
    founding.verify(&digest).map_err(|error| {
        Failure::refused(format_args!("{}: {error}", file.shown()))
            .next("they sign it with `nemcon genesis sign`")
    })?;
    let by_digest = match wanted {
        Some(_) => "it is the council that was asked for",
        None => "compare this digest with what the other members were told, by another way",
    };
    let mut words = format!(
        "verified: {}, {}\n{}\ncouncil {digest}\n{by_digest}",
        summary(&founding),
        count(founding.signatures() as u64, "signature"),
        notes(founding.genesis()),
    );
    if let Some(link) = &founding.genesis().succeeds {
        words = format!(
            "{words}\nNOT checked: that it goes on from council {} at size {}, and leaves out {}: \
             `nemcon audit --predecessor DIR` checks it with the old ledger",
            link.council,
            link.checkpoint.size,
            left_out(&link.leaves_out)
        );
    }
    screen.result(&describe(&founding), words)
}
