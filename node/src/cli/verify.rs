//! `nemcon verify`: verifies one file offline: a certificate, a receipt, a fork, or evidence.

use core::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use nemcon_audit::{Screen, output, progress, verify};
use nemcon_client::audit::audited;
use nemcon_client::failure::Failure;
use nemcon_crypto::merkle::leaf_hash;
use nemcon_crypto::{Digest, TreeSize};
use nemcon_ledger::audit::NOTE_BYTES_MAX;
use nemcon_ledger::council::join;
use nemcon_ledger::record::Genesis;
use nemcon_ledger::record::genesis::verify_founding;
use nemcon_ledger::text::{Code, Show as _};
use nemcon_ledger::{Height, Rosters};
use nemcon_replica::evidence::{
    EVIDENCE_BYTES_MAX, EVIDENCE_HEAD, Evidence, EvidenceError, Known, Place, Proof, Verdict,
};
use serde_json::json;

/// What to verify.
#[derive(Clone, Debug, Args)]
pub(super) struct VerifyCommand {
    #[command(flatten)]
    of: verify::VerifyArgs,
    /// For evidence: the council's genesis, which gives the members' keys; checked against `--council`.
    #[arg(long, value_name = "FILE")]
    genesis: Option<PathBuf>,
}

/// Runs `nemcon verify`.
///
/// # Errors
/// [`Failure`] if the file proves nothing, or the caller brings no digest.
pub(super) fn run(
    args: &VerifyCommand,
    council: Option<Digest>,
    screen: Screen,
) -> Result<(), Failure> {
    let bytes = verify::read(&args.of)?;
    if verify::is_judged_here(&bytes) {
        if args.genesis.is_some() {
            return Err(Failure::usage("only evidence is judged by a genesis")
                .next("give the file, and `--council DIGEST` or `--policy FILE`"));
        }
        return verify::judge(&args.of, &bytes, council, screen);
    }
    if !bytes.starts_with(EVIDENCE_HEAD.as_bytes()) {
        return Err(verify::of_no_sort(&args.of.file));
    }
    let council = council.ok_or_else(verify::no_digest)?;
    let evidence = read(&args.of.file)?;
    let genesis = args.genesis.as_deref().ok_or_else(|| {
        Failure::usage("evidence is judged by the keys of the council’s genesis")
            .next("give `--genesis FILE`: the file `genesis` of an export or of a member")
    })?;
    let genesis = founded(genesis, &council)?;
    let ledger = match &args.of.export {
        Some(export) => Ledger::audited(export, &council, &evidence)?,
        None => Ledger::founded(&genesis, &evidence),
    };
    let known = ledger.known(&genesis);
    let verdict = evidence.judge(&known).map_err(|error| {
        proves_nothing(&args.of.file, &error).next(match args.of.export {
            Some(_) => ASK_AGAIN,
            None => GIVE_LEDGER,
        })
    })?;
    match &verdict {
        Verdict::NotSettled { by_last_keys } => {
            Err(not_settled(&args.of.file, &evidence, by_last_keys, &ledger))
        }
        Verdict::Acquitted { convicts } => Err(acquitted(args, &evidence, convicts, screen)),
        Verdict::ByItsOwnSignatures | Verdict::ByTheLedger { .. } => {
            convicted(&evidence, &verdict, &ledger, screen)
        }
    }
}

/// The advice if a file proves nothing.
const ASK_AGAIN: &str =
    "it convicts nobody; ask whoever gave it for the file as their node wrote it";
const GIVE_LEDGER: &str = "it convicts nobody so far; if members or keys have changed since the founding, give a newer \
     ledger with `--export DIR`";

fn read(path: &Path) -> Result<Evidence, Failure> {
    let bytes = output::read_at_most(path, EVIDENCE_BYTES_MAX)?;
    let text = core::str::from_utf8(&bytes).unwrap_or_default();
    Evidence::parse(text).map_err(|error| proves_nothing(path, &error).next(ASK_AGAIN))
}

fn proves_nothing(path: &Path, error: &EvidenceError) -> Failure {
    let message = format!("NOT verified: {}: {error}", path.shown());
    Failure::coded(error.name(), &message, ASK_AGAIN)
}

/// What the evidence is judged by: the members' keys, and the tree head at its size.
struct Ledger {
    rosters: Arc<Rosters>,
    height: Height,
    size: TreeSize,
    root: Option<Digest>,
    sealed_by: Vec<Code>,
}

impl Ledger {
    /// The keys of the genesis, without a tree head.
    fn founded(genesis: &Genesis, evidence: &Evidence) -> Self {
        let is_it = |size: &TreeSize| *size == TreeSize(1);
        Self {
            rosters: Arc::new(Rosters::founding(genesis)),
            height: Height(0),
            size: TreeSize(1),
            root: evidence.watched().filter(is_it).map(|_| leaf_hash(genesis.render().as_bytes())),
            sealed_by: Vec::new(),
        }
    }

    /// The keys and the tree head of an export, which is audited first.
    fn audited(export: &Path, council: &Digest, evidence: &Evidence) -> Result<Self, Failure> {
        let watched = evidence.watched();
        let report = progress::of_audit(|it| audited(export, council, watched, it))?;
        match report.rosters.as_ref().filter(|_| report.is_verified()) {
            Some(rosters) => Ok(Self {
                rosters: Arc::clone(rosters),
                height: report.height,
                size: report.size,
                root: report.watched,
                sealed_by: report.sealed_by,
            }),
            None => Err(Failure::refused(format_args!("NOT verified: {}", export.shown()))
                .next("`nemcon audit` says what is wrong with the export")),
        }
    }

    fn known<'a>(&'a self, genesis: &'a Genesis) -> Known<'a> {
        let Self { rosters, height, size, root, sealed_by } = self;
        Known { genesis, rosters, height: *height, size: *size, root: *root, sealed_by }
    }
}

/// The failure if the signatures fit only the last keys known here, since the member may have newer keys.
fn not_settled(
    file: &Path,
    evidence: &Evidence,
    by_last_keys: &Result<(), EvidenceError>,
    ledger: &Ledger,
) -> Failure {
    let member = &evidence.member;
    let place = said(evidence.place());
    let why = match evidence.proof {
        Proof::ForkedSeal { .. } => "which of the two tree heads is the ledger's own",
        _ => "whether its keys were still the same",
    };
    let by_last_keys = match by_last_keys {
        Ok(()) => "all signatures hold".to_owned(),
        Err(error) => format!("they do not hold so far: {error}"),
    };
    let message = format!(
        "NOT settled: {}: the ledger given here ends at block {}, before {place}: it does not tell \
         {why}. By the keys of that block {by_last_keys}",
        file.shown(),
        ledger.height.0,
    );
    let advice = format!(
        "give a ledger that reaches {place} with `--export DIR`: until then this convicts nobody, \
         {member} or others"
    );
    Failure::coded("not-settled", &message, &advice)
}

/// The result if the accusers are the guilty ones: they accuse a member for its seal of the
/// ledger's true tree head, and hold a false tree head against it.
fn acquitted(
    args: &VerifyCommand,
    evidence: &Evidence,
    convicts: &[Code],
    screen: Screen,
) -> Failure {
    let member = &evidence.member;
    let place = said(evidence.place());
    let others = join(convicts);
    let value = json!({
        "verified": false, "settled": true, "member": member, "misdeed": evidence.proof.kind(),
        "at": place, "convicts": convicts,
    });
    let words = format!(
        "{member} is not guilty: it sealed the ledger's own tree head of {place}\n\
         GUILTY: {others}, who sealed another tree head of {place} and hold it against {member}; \
         each of these seals is by its member's key"
    );
    if let Err(unwritten) = screen.result(&value, words) {
        return unwritten;
    }
    if screen.is_json() {
        return Failure::silent();
    }
    let file = args.of.file.shown();
    Failure::refused(format_args!("NOT verified: {file}: what it says of {member} is false"))
        .next(format_args!("keep it all the same: it convicts {others}"))
}

fn convicted(
    evidence: &Evidence,
    verdict: &Verdict,
    ledger: &Ledger,
    screen: Screen,
) -> Result<(), Failure> {
    let member = &evidence.member;
    let place = said(evidence.place());
    let what = describe(&evidence.proof);
    let is_by_a_former_key = evidence.is_by_a_former_key(&ledger.rosters);
    let convicts = convicts(evidence, verdict);
    let value = json!({
        "verified": true, "settled": true, "member": member, "misdeed": evidence.proof.kind(),
        "words": what, "at": place, "convicts": convicts, "by_a_former_key": is_by_a_former_key,
    });
    let mut words = format!("{member} {what}, at {place}\n");
    if is_by_a_former_key {
        let _ = writeln!(
            words,
            "note: {member} has another key now. Whoever got hold of the old one since could have \
             signed this"
        );
    }
    let _ = write!(words, "VERIFIED: {}", grounds(evidence, verdict, &place));
    screen.result(&value, words)
}

/// Whose signatures were checked, and what the verdict rests on.
fn grounds(evidence: &Evidence, verdict: &Verdict, place: &str) -> String {
    let member = &evidence.member;
    let key = match evidence.proof {
        Proof::DoubleVote(..) | Proof::DoubleProposal(..) => "node key",
        Proof::DoubleSeal(..) | Proof::ForkedSeal { .. } => "seal key",
    };
    let Verdict::ByTheLedger { has_sealed_both, witnesses, is_theirs_own } = verdict else {
        return format!("both signatures are by the {key} that {member} had at {place}");
    };
    let others = join(witnesses);
    let rests = if *has_sealed_both {
        format!("{member} has sealed this ledger too, at its end")
    } else {
        format!(
            "{member} has not sealed the end of this ledger: its members' word stands against it"
        )
    };
    let theirs = if *is_theirs_own {
        format!("the ledger's own tree head of {place} is sealed by {others}")
    } else {
        format!("{others} have sealed a third one: it convicts them too")
    };
    format!(
        "the seal is by the {key} that {member} had at {place}, and the ledger has another root \
         there. {rests}; {theirs}; each of their seals was checked"
    )
}

/// The codes of the members that the evidence convicts.
fn convicts(evidence: &Evidence, verdict: &Verdict) -> Vec<Code> {
    let others = match verdict {
        Verdict::ByTheLedger { witnesses, is_theirs_own: false, .. } => &witnesses[..],
        _ => &[],
    };
    [&evidence.member].into_iter().chain(others).cloned().collect()
}

fn said(place: Result<Place, EvidenceError>) -> String {
    place.expect("evidence that was judged has a place").to_string()
}

const fn describe(proof: &Proof) -> &'static str {
    match proof {
        Proof::DoubleVote(..) => "cast two votes in one round of consensus",
        Proof::DoubleProposal(..) => "proposed two blocks in one round of consensus",
        Proof::DoubleSeal(..) => "sealed two ledgers of one size",
        Proof::ForkedSeal { .. } => "sealed another tree head than the ledger's own",
    }
}

fn founded(path: &Path, council: &Digest) -> Result<Genesis, Failure> {
    verify_founding(&output::read_at_most(path, NOTE_BYTES_MAX)?, council).map_err(|error| {
        Failure::refused(format_args!("{}: {error}", path.shown()))
            .next("take the genesis of the council that the digest names")
    })
}
