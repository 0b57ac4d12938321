//! `verify`: verifies one file offline: a certificate or a receipt.

use std::path::{Path, PathBuf};

use clap::Args;
use nemcon_client::certificate;
use nemcon_client::failure::Failure;
use nemcon_client::receipt;
use nemcon_crypto::Digest;
use nemcon_crypto::policy::Policy;
use nemcon_ledger::audit::NOTE_BYTES_MAX;
use nemcon_ledger::audit::certificate::CERTIFICATE_BYTES_MAX;
use nemcon_ledger::text::Show as _;

use crate::certificate::status;
use crate::output;
use crate::screen::Screen;

/// The longest page of a certificate: it holds the certificate twice, escaped.
const PAGE_BYTES_MAX: u64 = 4 * CERTIFICATE_BYTES_MAX;

/// What to verify.
#[derive(Clone, Debug, Args)]
pub struct VerifyArgs {
    /// A certificate, or the page of one; or a receipt, or any other C2SP tlog-proof that holds its record.
    pub file: PathBuf,
    /// For a receipt: the policy that its checkpoint must meet, the `finality.policy` of an export that you
    /// have audited.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
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
        "NOT VERIFIED: {} is neither a certificate nor a receipt",
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

/// Whether the file says that it is a certificate or a receipt.
pub fn is_judged_here(bytes: &[u8]) -> bool {
    receipt::is_one(bytes) || certificate::is_one(bytes)
}

/// Judges a certificate or a receipt.
///
/// # Errors
/// [`Failure`] if it is not verified, or the caller brings nothing to judge it by.
pub fn judge(
    args: &VerifyArgs,
    bytes: &[u8],
    council: Option<Digest>,
    screen: Screen,
) -> Result<(), Failure> {
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
