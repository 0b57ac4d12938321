//! `nemcon genesis`: founding a council, file by file.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use nemcon_crypto::Digest;
use nemcon_ledger::audit::{Folder, NOTE_BYTES_MAX, audit};
use nemcon_ledger::council::join;
use nemcon_ledger::record::{Boundary, Succession};
use nemcon_ledger::text::Code;
use nemcon_ledger::text::Show as _;
use serde_json::json;

use super::consent::Consent;
use super::failure::Failure;
use super::screen::{Screen, count};
use super::{Global, describe_audit, output};
use crate::founding::{Founding, Plan, PlanError};
use crate::keyfile::{self, KeyRole};
use crate::staged::replace_file;

/// Founds a council: assemble, sign by every founding member, verify.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum GenesisCommand {
    /// Make the text that founds a council from a plan: charter, members and public keys.
    Assemble {
        /// The plan (TOML).
        plan: PathBuf,
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
    /// Check that every founding member has signed, and with `--council` that it is this council.
    Verify {
        /// The genesis file.
        file: PathBuf,
    },
    /// Show the text with the council digest.
    Show {
        /// The genesis file.
        file: PathBuf,
    },
}

/// Runs it.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(
    command: &GenesisCommand,
    global: &Global,
    screen: Screen,
) -> Result<(), Failure> {
    match command {
        GenesisCommand::Assemble { plan, out } => assemble(plan, out, screen),
        GenesisCommand::Succeed { plan, export, out } => {
            succeed(plan, export, out, global.council, screen)
        }
        GenesisCommand::Sign { file, consent } => sign(file, *consent, global, screen),
        GenesisCommand::Verify { file } => verify(file, global.council, screen),
        GenesisCommand::Show { file } => {
            let founding = read(file)?;
            let words = format!("council {}\n\n{}", founding.digest(), founding.text().trim_end());
            screen.result(&describe(&founding), words)
        }
    }
}

fn read(path: &Path) -> Result<Founding, Failure> {
    let bytes = output::read_at_most(path, NOTE_BYTES_MAX)?;
    Founding::parse(&bytes).map_err(|error| {
        let failure = Failure::from(error);
        Failure::refused(format_args!("{}: {}", path.shown(), failure.message()))
    })
}

fn describe(founding: &Founding) -> serde_json::Value {
    json!({
        "council": founding.digest(),
        "name": founding.genesis().charter.name,
        "members": founding.genesis().roster.members.len(),
        "signatures": founding.signatures(),
        "missing": founding.missing(),
        "text": founding.text(),
    })
}

fn assemble(plan: &Path, out: &Path, screen: Screen) -> Result<(), Failure> {
    let (plan, charter) = Plan::load(plan).map_err(PlanError::from)?;
    let founding = Founding::unsigned(plan.assemble(charter).map_err(PlanError::from)?);
    write(&founding, out, screen)
}

fn succeed(
    plan: &Path,
    export: &Path,
    out: &Path,
    council: Option<Digest>,
    screen: Screen,
) -> Result<(), Failure> {
    let council = council.ok_or_else(|| {
        Failure::usage("which council is succeeded?").next("give `--council`, its digest")
    })?;
    let (plan, charter) = Plan::load(plan).map_err(PlanError::from)?;
    let report = audit(&Folder(export.to_owned()), &council);
    let (Some(root), true) = (report.root, report.is_verified()) else {
        screen.say(describe_audit(&report))?;
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
    screen.say(format_args!(
        "it succeeds {} at size {}\nleft out: {}",
        report.name,
        report.size.0,
        left_out(&succession.leaves_out),
    ))?;
    let genesis = plan.succeed(charter, Some(succession)).map_err(PlanError::from)?;
    write(&Founding::unsigned(genesis), out, screen)
}

fn left_out(codes: &[Code]) -> String {
    if codes.is_empty() { "nobody".to_owned() } else { join(codes) }
}

/// Writes an unsigned genesis to a new file.
fn write(founding: &Founding, out: &Path, screen: Screen) -> Result<(), Failure> {
    if out.exists() {
        return Err(Failure::usage(format_args!("{}: it exists already", out.shown()))
            .next("name a new file: what others may have signed is not overwritten"));
    }
    replace_file(out, &founding.render())?;
    let words = format!(
        "{} in {}\ncouncil {}\nnext: every founding member signs it with `nemcon genesis sign {} \
         --as CODE --key FILE`",
        summary(founding),
        out.shown(),
        founding.digest(),
        out.shown()
    );
    screen.result(&describe(founding), words)
}

fn summary(founding: &Founding) -> String {
    let genesis = founding.genesis();
    let members = count(genesis.roster.members.len() as u64, "member");
    format!("{}: {members}", genesis.charter.name)
}

fn sign(file: &Path, consent: Consent, global: &Global, screen: Screen) -> Result<(), Failure> {
    consent.verify_possible(screen)?;
    let mut founding = read(file)?;
    let code = global.party.as_ref().ok_or_else(|| {
        Failure::usage("for whom is it signed?").next("give `--as CODE`, a founding member")
    })?;
    if global.keys.is_empty() {
        return Err(Failure::usage("signed with which key?").next("give `--key FILE`"));
    }
    let wanted = global.council.unwrap_or_else(|| founding.digest());
    if wanted != founding.digest() {
        return Err(other_council(file, founding.digest(), wanted));
    }
    let mut labels = Vec::new();
    for path in &global.keys {
        let secret = keyfile::load(path, KeyRole::Officer)?;
        labels.push(founding.sign(code, &secret)?.to_string());
    }
    screen.say(format_args!(
        "── what {code} signs: the founding of council {} ──\n{}",
        founding.digest(),
        founding.text()
    ))?;
    consent.ask("Sign this?")?;
    replace_file(file, &founding.render())?;
    let words = format!(
        "signed by {code} ({}): the founding of {}\ncouncil {}\n{}",
        labels.join(", "),
        summary(&founding),
        founding.digest(),
        still_missing(&founding.missing()),
    );
    screen.result(&describe(&founding), words)
}

fn still_missing(missing: &[Code]) -> String {
    if missing.is_empty() {
        "every founding member has signed: the council is founded".to_owned()
    } else {
        format!("still to sign: {}", join(missing))
    }
}

fn other_council(file: &Path, found: Digest, wanted: Digest) -> Failure {
    Failure::refused(format_args!(
        "{}: this genesis founds the council {found}, not {wanted}",
        file.shown()
    ))
    .next("take the genesis and the digest from the same founding")
}

fn verify(file: &Path, wanted: Option<Digest>, screen: Screen) -> Result<(), Failure> {
    let founding = read(file)?;
    let digest = founding.digest();
    if wanted.is_some_and(|wanted| wanted != digest) {
        return Err(other_council(file, digest, wanted.unwrap_or(digest)));
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
        "verified: {}, {}\ncouncil {digest}\n{by_digest}",
        summary(&founding),
        count(founding.signatures() as u64, "signature"),
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
