//! Signing a statement with the keys of all that must sign it.

use nemcon_crypto::PublicKey;
use nemcon_crypto::note::VerifierKey;
use nemcon_ledger::record::signers::{Part, required};
use nemcon_ledger::record::{Body, Statement};

use super::error::StatementError;
use crate::signer::{Signer, sign_line};

/// Checks that these `keys` suffice for all `parts` that must sign `body`, and that
/// none is superfluous.
///
/// # Errors
/// [`StatementError`] if a key does not sign this statement, or keys are lacking.
pub fn verify_keys(body: &Body, parts: &[Part], keys: &[PublicKey]) -> Result<(), StatementError> {
    let code = body.head().by.clone();
    let signs = |key: &PublicKey| parts.iter().flat_map(|it| &it.keys).any(|it| it.key == *key);
    if let Some(key) = keys.iter().copied().find(|key| !signs(key)) {
        let (key, kind) = (Box::new(key), body.kind());
        let is_officers_alone =
            !matches!(body, Body::Keys(_) | Body::Freeze(_) | Body::Rotation(_) | Body::Entry(_));
        return Err(if is_officers_alone {
            StatementError::NotAnOfficer { code, key }
        } else {
            StatementError::NotASigner { code, kind, key }
        });
    }
    let has = |vkey: &&VerifierKey| keys.contains(&vkey.key);
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

/// Has these `signers` sign `body` for the `parts` that must sign it, in the order of the parts.
/// The lines of seal keys carry the time `time_s`.
///
/// # Errors
/// [`StatementError`], as for [`verify_keys`], or if one of them does not sign.
pub fn sign(
    body: &Body,
    parts: &[Part],
    signers: &[impl Signer],
    time_s: u64,
) -> Result<Statement, StatementError> {
    let keys: Vec<_> = signers.iter().map(Signer::public).collect();
    verify_keys(body, parts, &keys)?;
    let text = body.render();
    let mut lines = Vec::new();
    for part in parts {
        let here =
            |vkey: &VerifierKey| Some((vkey.clone(), keys.iter().position(|it| *it == vkey.key)?));
        for (vkey, at) in part.keys.iter().filter_map(here).take(part.count) {
            lines.push(sign_line(&vkey, &text, time_s, &signers[at])?);
        }
    }
    Ok(Statement::new(body, lines)?)
}
