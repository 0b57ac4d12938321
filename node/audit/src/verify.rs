//! `verify`: verifies one file offline: a certificate, a receipt, or a fork.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use nemcon_client::audit::audited;
use nemcon_client::certificate;
use nemcon_client::failure::Failure;
use nemcon_client::receipt;
use nemcon_crypto::Digest;
use nemcon_crypto::policy::Policy;
use nemcon_ledger::Rosters;
use nemcon_ledger::audit::NOTE_BYTES_MAX;
use nemcon_ledger::audit::certificate::CERTIFICATE_BYTES_MAX;
use nemcon_ledger::council::join;
use nemcon_ledger::fork::{FORK_HEAD, Fork, ForkError};
use nemcon_ledger::text::Show as _;
use serde_json::json;

use crate::certificate::status;
use crate::output;
use crate::progress;
use crate::screen::Screen;

/// The longest page of a certificate: it holds the certificate twice, escaped.
const PAGE_BYTES_MAX: u64 = 4 * CERTIFICATE_BYTES_MAX;

/// What to verify.
#[derive(Clone, Debug, Args)]
pub struct VerifyArgs {
    /// A certificate, or the page of one; a receipt, or any other C2SP tlog-proof that holds its record; or a fork that `watch` has found.
    pub file: PathBuf,
    /// For a receipt: the policy that its checkpoint must meet, the `finality.policy` of an export that you
    /// have audited.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// For a fork or evidence: an export of the ledger, which gives the members' keys as they stood; without it the keys are
    /// those of the genesis.
    #[arg(long, value_name = "DIR")]
    pub export: Option<PathBuf>,
}

/// Runs `verify`.
///
/// # Errors
/// [`Failure`] if the file proves nothing, or the caller brings no digest.
pub fn run(args: &VerifyArgs, council: Option<Digest>, screen: Screen) -> Result<(), Failure> {
    let bytes = read(args)?;
    if is_judged_here(&bytes) {
        return judge(args, &bytes, council, screen);
    }
    Err(of_no_sort(&args.file))
}

/// Refuses a file that is nothing of what is verified.
pub fn of_no_sort(file: &Path) -> Failure {
    Failure::refused(format_args!(
        "NOT VERIFIED: {} is neither a certificate nor a receipt nor a fork",
        file.shown()
    ))
    .next(
        "`nemcon certificate` and `nemcon receipt` write those; `nemcon verify` judges the evidence of a member’s misdeed",
    )
}

/// Reads the file that is to be verified; of the page of a certificate, the certificate that it holds.
///
/// # Errors
/// [`Failure`].
pub fn read(args: &VerifyArgs) -> Result<Vec<u8>, Failure> {
    let bytes = output::read_at_most(&args.file, PAGE_BYTES_MAX)?;
    Ok(certificate::held_in(&bytes).unwrap_or(bytes))
}

/// Whether the file says that it is a certificate, a receipt or a fork.
pub fn is_judged_here(bytes: &[u8]) -> bool {
    receipt::is_one(bytes) || certificate::is_one(bytes) || is_fork(bytes)
}

fn is_fork(bytes: &[u8]) -> bool {
    bytes.starts_with(format!("{FORK_HEAD}\n").as_bytes())
}

/// Judges a certificate, a receipt or a fork.
///
/// # Errors
/// [`Failure`] if it is not verified, or the caller brings nothing to judge it by.
pub fn judge(
    args: &VerifyArgs,
    bytes: &[u8],
    council: Option<Digest>,
    screen: Screen,
) -> Result<(), Failure> {
    if is_fork(bytes) {
        return judge_fork(args, bytes, &council.ok_or_else(no_digest)?, screen);
    }
    if args.export.is_some() {
        return Err(Failure::usage("a certificate and a receipt are judged without an export")
            .next("give the file, and `--council DIGEST` or `--policy FILE`"));
    }
    if receipt::is_one(bytes) {
        return judge_receipt(args, bytes, council, screen);
    }
    let council = council.ok_or_else(no_digest)?;
    judge_certificate(args, bytes, &council, screen)
}

/// Refuses to judge a file by what the file itself says.
pub fn no_digest() -> Failure {
    Failure::usage("verifying needs the council digest from you: a file cannot vouch for itself")
        .next("give `--council DIGEST`, from the founding papers")
}

/// Judges a receipt by the policy that was given.
fn judge_receipt(
    args: &VerifyArgs,
    bytes: &[u8],
    council: Option<Digest>,
    screen: Screen,
) -> Result<(), Failure> {
    let policy = args.policy.as_deref().ok_or_else(|| {
        Failure::usage("a receipt is judged by a policy that you trust: it cannot vouch for itself")
            .next("give `--policy FILE`: the `finality.policy` of an export that you have audited")
    })?;
    let file = output::read_at_most(policy, NOTE_BYTES_MAX)?;
    let read = Policy::parse(&file).map_err(|error| {
        Failure::usage(format_args!("{} is no policy: {error}", policy.shown()))
            .next("give the file `finality.policy` of an export")
    })?;
    let shown = receipt::verify(&args.file, bytes, &read)?;
    if let Some((found, wanted)) = shown.council().zip(council)
        && found != wanted
    {
        return Err(Failure::refused(format_args!(
            "NOT VERIFIED: {}: its record is of council {found}, and not of {wanted}",
            args.file.shown()
        ))
        .next("it shows nothing of that council; ask for the receipt of a ballot there"));
    }
    screen.result(&shown.json(), shown.words())
}

/// Judges a certificate, and says what it shows.
fn judge_certificate(
    args: &VerifyArgs,
    bytes: &[u8],
    council: &Digest,
    screen: Screen,
) -> Result<(), Failure> {
    if args.policy.is_some() {
        return Err(Failure::usage("a certificate needs no policy: it holds what it needs")
            .next("give the file and `--council DIGEST` alone"));
    }
    let certificate = certificate::parse(&args.file, bytes)?;
    let proven = certificate.verify(council);
    // The line is the council's own word only where nothing is wrong.
    let marking = certificate.marking.as_ref().filter(|_| proven.is_faultless());
    let marking = marking.map(|marking| format!("{marking}\n"));
    let words = format!("{}{}", marking.unwrap_or_default(), certificate::describe(&proven));
    screen.result(&certificate::json(&proven), words)?;
    status(&args.file, &proven, screen)
}

/// Judges a fork by the keys of an export, or without one by those of the founding.
fn judge_fork(
    args: &VerifyArgs,
    bytes: &[u8],
    council: &Digest,
    screen: Screen,
) -> Result<(), Failure> {
    if args.policy.is_some() {
        return Err(Failure::usage("a fork needs no policy").next(
            "give the file and `--council DIGEST`, and `--export DIR` if keys have changed",
        ));
    }
    let rosters = args.export.as_deref().map(|export| rosters_of(export, council)).transpose()?;
    let judged = Fork::parse(bytes).and_then(|fork| fork.judge(council, rosters.as_deref()));
    let (genesis, forked) = judged.map_err(|error| {
        Failure::refused(format_args!("NOT VERIFIED: {}: {error}", args.file.shown())).next(
            match (&error, &rosters) {
                (ForkError::Nobody, None) => {
                    "if members or keys have changed since the founding, give an export with `--export DIR`"
                }
                _ => "it convicts nobody; ask whoever gave it for the file as their watch wrote it",
            },
        )
    })?;
    let [old, new] = forked.sizes;
    let by_both = join(&forked.by_both);
    let value = json!({
        "verified": true, "sort": "fork", "council": council, "sizes": [old, new],
        "by_both": forked.by_both, "sealed_by": forked.sealed_by,
    });
    let of = if rosters.is_some() { "the export" } else { "the founding" };
    let words = format!(
        "two logs of {} ({council}) are sealed that contradict each other:\n\
         one of size {old}, sealed by {}\n\
         one of size {new}, sealed by {}; it does not hold the first one\n\
         VERIFIED: {by_both} sealed both, with the seal keys of {of}. No honest node does",
        genesis.charter.name,
        join(&forked.sealed_by[0]),
        join(&forked.sealed_by[1]),
    );
    screen.result(&value, words)
}

/// The rosters of an export, which is audited first.
fn rosters_of(export: &Path, council: &Digest) -> Result<Arc<Rosters>, Failure> {
    let report = progress::of_audit(|it| audited(export, council, None, it))?;
    let is_sound = report.is_verified() || report.is_verified_in_public();
    report.rosters.filter(|_| is_sound).ok_or_else(|| {
        Failure::refused(format_args!("NOT verified: {}", export.shown()))
            .next("`nemcon audit` says what is wrong with the export")
    })
}
