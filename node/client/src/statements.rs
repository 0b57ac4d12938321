//! What a party signs: built from what the node shows, checked before it is signed.

mod incident;
mod intent;
mod offline;
mod sheet;
mod steering;
mod subject;

use nemcon_crypto::note::{NoteError, VerifierKey};
use nemcon_crypto::{Digest, PublicKey, SecretKey, hash};
use nemcon_ledger::record::parts::Cited;
use nemcon_ledger::record::signers::{Part, required, sign_lines};
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{
    About, Ballot, Body, Close, Measure as Said, Position, RecordError, Statement, Withdrawal,
};
use nemcon_ledger::text::value::ValueError;
use nemcon_ledger::text::{Code, Line};

use crate::api::{Measure, PackageView};

pub use incident::{Finding, attribution, verify_incident};
pub use intent::{mandate, reservation};
pub use offline::{OfflineError, verify_about};
pub use sheet::{Sheet, SheetError, Signers, name_signers, who};
pub use steering::{attestation, extension, package, revision};
pub use subject::{Named, Subject, subjects};

/// Why nothing is signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// The text that is shown is not the one that is numbered so.
    #[error("the node's text of measure {measure} hashes to {found}, not to {wanted}: do not sign")]
    TextHash {
        /// The measure.
        measure: u64,
        /// What the text hashes to.
        found: Digest,
        /// What the node says.
        wanted: Digest,
    },
    /// What the node says beside the text is not what the text says.
    #[error("the node gives measure {measure} another {field} than its text: do not sign")]
    Field {
        /// The measure.
        measure: u64,
        /// Which.
        field: &'static str,
    },
    /// The measure was tabled in another council.
    #[error("measure {measure} was tabled in council {found}; this is {wanted}")]
    Council {
        /// The measure.
        measure: u64,
        /// Where.
        found: Digest,
        /// Where it should have been.
        wanted: Digest,
    },
    /// Not a text of a record.
    #[error("the node's text is no record: {0}")]
    Record(#[from] RecordError),
    /// Not a text of a record.
    #[error("the node's words are no record: {0}")]
    Value(#[from] ValueError),
    /// A note that cannot be.
    #[error("no note comes of it: {0}")]
    Note(#[from] NoteError),
    /// No mandate to speak under.
    #[error("{by} holds no mandate of {on_behalf} on measure {measure}")]
    NoMandate {
        /// Who would sign.
        by: Code,
        /// For whom.
        on_behalf: Code,
        /// On what.
        measure: u64,
    },
    /// What the node shows of an incident is not its text.
    #[error("the node's text of incident {0} is not the one that it names: do not sign")]
    IncidentText(u64),
    /// A declaration is missing or one too many.
    #[error("{0}")]
    Declaration(&'static str),
    /// The code is no party.
    #[error("{0} is neither a member nor a participant of this council")]
    UnknownParty(Code),
    /// Nobody speaks for it.
    #[error("the seat of {0} is vacant: nobody speaks for it until somebody is appointed")]
    VacantSeat(Code),
    /// A key that is not this party's.
    #[error("the key {key} is no officer key of {code}")]
    NotAnOfficer {
        /// Whose it should be.
        code: Code,
        /// The key.
        key: Box<PublicKey>,
    },
    /// A key that does not sign a statement of this kind.
    #[error("the key {key} does not sign a `{kind}` statement of {code}")]
    NotASigner {
        /// Whose it should be.
        code: Code,
        /// The statement's kind.
        kind: &'static str,
        /// The key.
        key: Box<PublicKey>,
    },
    /// Keys that must sign are not here; each list names those of which some are lacking.
    #[error(
        "{code}: there is no key for {}",
        .names.iter().map(|any| any.join(" or ")).collect::<Vec<_>>().join(", nor for ")
    )]
    LacksKeys {
        /// Whose.
        code: Code,
        /// The keys' names.
        names: Vec<Vec<String>>,
    },
    /// Not enough officers.
    #[error("{code}'s statements need {required} officer signatures; there are keys for {found}")]
    TooFewOfficers {
        /// Whose.
        code: Code,
        /// How many it needs.
        required: usize,
        /// How many keys are here.
        found: usize,
    },
}

/// Checks that what the node shows of a measure is its text, and names it as statements do.
///
/// # Errors
/// [`StatementError`]; then nobody should sign.
pub fn about(measure: &Measure, council: &Digest) -> Result<About, StatementError> {
    let number = measure.number;
    let found = verify_shown(measure)?;
    if found != *council {
        return Err(StatementError::Council { measure: number, found, wanted: *council });
    }
    let (said, revision) = read(measure)?;
    let package = measure.package.as_ref().map(|package| package.text_hash);
    let (title, rule) = (said.title, said.rule);
    Ok(About { measure: number, revision, text: measure.text_hash, title, rule, package })
}

/// Checks that what a node shows of a measure is what its text says, and of its package what that
/// one's text says; the council that it was tabled in.
///
/// # Errors
/// [`StatementError`]; then nobody should rely on it.
pub fn verify_shown(measure: &Measure) -> Result<Digest, StatementError> {
    let number = measure.number;
    let (said, revision) = read(measure)?;
    let fields = [
        ("title", said.title.as_str() == measure.title),
        ("kind", said.kind.as_str() == measure.kind),
        ("rule", said.rule.as_str() == measure.rule),
        ("revision", revision == measure.revision),
        // A deadline is only ever put off.
        ("deadline", said.closes <= measure.closes),
        ("proposer", said.head.by == measure.by),
    ];
    if let Some((field, _)) = fields.into_iter().find(|(_, same)| !same) {
        return Err(StatementError::Field { measure: number, field });
    }
    measure.package.as_ref().map_or(Ok(()), |package| verify_bound(measure, package))?;
    Ok(said.head.council)
}

/// What the text that the node shows of a measure says, and its revision.
///
/// # Errors
/// [`StatementError`] if it is not the text that the node names.
pub fn read(measure: &Measure) -> Result<(Said, u32), StatementError> {
    let (number, wanted) = (measure.number, measure.text_hash);
    let found = hash::sha256(measure.text.as_bytes());
    if found != wanted {
        return Err(StatementError::TextHash { measure: number, found, wanted });
    }
    match Body::parse(&measure.text)? {
        Body::Measure(said) => Ok((said, 1)),
        Body::Revision(said) if said.revises.number == number => Ok((said.measure, said.revision)),
        _ => Err(RecordError::Kind.into()),
    }
}

/// Checks that a package whose text is shown binds this measure as it reads, and those it is said to.
fn verify_bound(measure: &Measure, package: &PackageView) -> Result<(), StatementError> {
    let (number, found) = (measure.number, hash::sha256(package.text.as_bytes()));
    let Body::Package(said) = Body::parse(&package.text)? else {
        return Err(RecordError::Kind.into());
    };
    let this = Cited { number, text: measure.text_hash };
    let numbers = said.measures.iter().map(|cited| cited.number);
    let is_it = found == package.text_hash && numbers.eq(package.measures.iter().copied());
    if !is_it || !said.measures.contains(&this) {
        return Err(StatementError::Field { measure: number, field: "package" });
    }
    Ok(())
}

/// What a ballot says, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The position.
    pub position: Position,
    /// The digest of the formal declaration; with a qualified abstention only.
    pub declaration: Option<Digest>,
    /// Whose ballot it is, if another member's than the signer's: under its mandate.
    pub on_behalf: Option<Code>,
    /// Whether a standing instruction signs it.
    pub is_tacit: bool,
}

impl From<Position> for Choice {
    fn from(position: Position) -> Self {
        Self { position, declaration: None, on_behalf: None, is_tacit: false }
    }
}

/// A ballot of `head.by` on `measure`.
///
/// # Errors
/// [`StatementError`].
pub fn ballot(head: Head, measure: &Measure, choice: Choice) -> Result<Body, StatementError> {
    let Choice { position, declaration, on_behalf, is_tacit } = choice;
    match (position, declaration) {
        (Position::AbstainQualified, None) => {
            return Err(StatementError::Declaration(
                "a qualified abstention needs its formal declaration",
            ));
        }
        (Position::AbstainQualified, Some(_)) | (_, None) => {}
        (_, Some(_)) => {
            return Err(StatementError::Declaration(
                "only `abstain-qualified` goes with a declaration",
            ));
        }
    }
    let on_behalf = on_behalf.unwrap_or_else(|| head.by.clone());
    let mandate = mandate_of(&head.by, &on_behalf, measure)?;
    let (about, after) = (about(measure, &head.council)?, last(measure, &on_behalf));
    Ok(Body::Ballot(Ballot {
        head,
        on_behalf,
        about,
        position,
        declaration,
        mandate,
        is_tacit,
        after,
    }))
}

/// The mandate under which `by` speaks for `on_behalf`; none where it speaks for itself.
fn mandate_of(
    by: &Code,
    on_behalf: &Code,
    measure: &Measure,
) -> Result<Option<Digest>, StatementError> {
    if by == on_behalf {
        return Ok(None);
    }
    let mut standing = measure.mandates.iter();
    let held = standing.find(|it| it.code == *on_behalf && it.holder == *by);
    held.map(|it| Some(it.text_hash)).ok_or_else(|| StatementError::NoMandate {
        by: by.clone(),
        on_behalf: on_behalf.clone(),
        measure: measure.number,
    })
}

/// Ends balloting early.
///
/// # Errors
/// [`StatementError`].
pub fn close(head: Head, measure: &Measure) -> Result<Body, StatementError> {
    let (about, after) = (about(measure, &head.council)?, last(measure, &head.by));
    let on_behalf = head.by.clone();
    Ok(Body::Close(Close { head, on_behalf, about, after }))
}

/// Takes a measure back.
///
/// # Errors
/// [`StatementError`].
pub fn withdrawal(
    head: Head,
    measure: &Measure,
    reason: Option<Line>,
) -> Result<Body, StatementError> {
    let (about, after) = (about(measure, &head.council)?, last(measure, &head.by));
    let on_behalf = head.by.clone();
    Ok(Body::Withdrawal(Withdrawal { head, on_behalf, about, reason, after }))
}

fn last(measure: &Measure, code: &Code) -> Option<Digest> {
    measure.last.get(code).copied()
}

/// Checks that these `secrets` are the keys of all `parts` that must sign `body`, and no others.
///
/// # Errors
/// [`StatementError`] if a key is none that signs this, or there are too few.
pub fn verify_keys(
    body: &Body,
    parts: &[Part],
    secrets: &[SecretKey],
) -> Result<(), StatementError> {
    let code = body.head().by.clone();
    let signs = |key: &PublicKey| parts.iter().flat_map(|it| &it.keys).any(|it| it.key == *key);
    if let Some(key) = secrets.iter().map(SecretKey::public).find(|key| !signs(key)) {
        let (key, kind) = (Box::new(key), body.kind());
        let is_officers_alone =
            !matches!(body, Body::Keys(_) | Body::Freeze(_) | Body::Rotation(_) | Body::Entry(_));
        return Err(if is_officers_alone {
            StatementError::NotAnOfficer { code, key }
        } else {
            StatementError::NotASigner { code, kind, key }
        });
    }
    let has = |vkey: &&VerifierKey| secrets.iter().any(|secret| secret.public() == vkey.key);
    let here = |part: &Part| part.keys.iter().filter(has).count().min(part.count);
    let (found, required) = (parts.iter().map(here).sum(), required(parts));
    if found == required {
        return Ok(());
    }
    if let [_] = parts {
        return Err(StatementError::TooFewOfficers { code, required, found });
    }
    let lacking = parts.iter().filter(|part| here(part) < part.count);
    let names = lacking.map(|it| it.keys.iter().map(|key| key.name.to_string()).collect());
    Err(StatementError::LacksKeys { code, names: names.collect() })
}

/// Signs `body` with these `secrets` for the `parts` that must sign it, in their order; `time_s`
/// stands in the lines of seal keys.
///
/// # Errors
/// [`StatementError`] as [`verify_keys`] says.
pub fn sign(
    body: &Body,
    parts: &[Part],
    secrets: &[SecretKey],
    time_s: u64,
) -> Result<Statement, StatementError> {
    verify_keys(body, parts, secrets)?;
    Ok(Statement::new(body, sign_lines(&body.render(), parts, secrets, time_s))?)
}

#[cfg(test)]
pub(crate) mod tests;
