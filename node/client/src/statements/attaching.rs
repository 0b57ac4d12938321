//! Signatures that were made elsewhere come under a partially signed statement.

use nemcon_crypto::note::{KeyName, SignatureType, VerifierKey};
use nemcon_crypto::{PublicKey, Signature};
use nemcon_ledger::record::Genesis;
use nemcon_ledger::record::signers::Part;
use nemcon_ledger::text::{Code, Label};

use super::partially_signed::{PartiallySigned, PartiallySignedError, name_signers};
use crate::detached::Detached;
use crate::signer_error::SignerError;

/// Why a signature that was made elsewhere does not come under a statement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachError {
    /// No key of this label signs the statement.
    #[error("no officer {label} of {party} signs this statement; there are: {}", .there.join(", "))]
    NoOfficer {
        /// The label that was given.
        label: Label,
        /// The party that says the statement.
        party: Code,
        /// The names of the keys that sign it.
        there: Vec<String>,
    },
    /// A seal key signs other bytes.
    #[error(
        "{0} is a seal key: it signs the text with a time before it, and is a file where its node is"
    )]
    Seal(KeyName),
    /// The signature is good, and another key's.
    #[error("the signature is over this text, and by {by}, not by {named}")]
    ByAnother {
        /// The key that it is said to be by.
        named: KeyName,
        /// The key that it is by.
        by: KeyName,
    },
    /// The signature is not over this text, or the key need not sign.
    #[error(transparent)]
    Statement(#[from] PartiallySignedError),
}

/// The key of this officer among those that sign the statement.
///
/// # Errors
/// [`AttachError::NoOfficer`].
pub fn signer_named(
    statement: &PartiallySigned,
    genesis: &Genesis,
    parts: &[Part],
    label: &Label,
) -> Result<PublicKey, AttachError> {
    let by = &statement.body().head().by;
    let wanted = format!("{}/{by}/{label}", genesis.origin);
    let is_it = |vkey: &&VerifierKey| vkey.name.as_str() == wanted && is_plain(vkey);
    let found = parts.iter().flat_map(|part| &part.keys).find(is_it);
    found.map(|vkey| vkey.key).ok_or_else(|| AttachError::NoOfficer {
        label: label.clone(),
        party: by.clone(),
        there: name_signers(genesis, parts).into_iter().flat_map(|it| it.names).collect(),
    })
}

const fn is_plain(vkey: &VerifierKey) -> bool {
    matches!(vkey.kind, SignatureType::Ed25519)
}

/// Adds the signature line that this signature by `key` makes, and returns the key's name. The statement becomes
/// what it would be if the key had signed here.
///
/// # Errors
/// [`AttachError`]. Then nothing has changed.
pub fn attach(
    statement: &mut PartiallySigned,
    parts: &[Part],
    key: PublicKey,
    signature: Signature,
) -> Result<KeyName, AttachError> {
    let named = statement.signed_by(parts, &[key])?.remove(0);
    let all = || parts.iter().flat_map(|part| &part.keys);
    if let Some(seal) = all().find(|vkey| vkey.key == key && !is_plain(vkey)) {
        return Err(AttachError::Seal(seal.name.clone()));
    }
    match statement.sign(parts, &[Detached::new(key, signature)], 0) {
        Ok(_) => Ok(named),
        Err(error @ PartiallySignedError::Signer(SignerError::Detached(_))) => {
            let text = statement.body().render();
            let by = |vkey: &&VerifierKey| vkey.key.verify(text.as_bytes(), &signature).is_ok();
            Err(match all().find(by) {
                Some(by) => AttachError::ByAnother { named, by: by.name.clone() },
                None => error.into(),
            })
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use nemcon_crypto::SecretKey;
    use nemcon_ledger::record::{Body, Position, signers};

    use super::*;
    use crate::fixture::{genesis, head, officer, shown};
    use crate::signer_error::DetachedError;
    use crate::statements::ballot;

    #[test]
    fn a_signature_from_elsewhere_makes_what_signing_here_makes() {
        let genesis = genesis();
        let code = "CZ";
        let body =
            ballot(head(&genesis, code), &shown(&genesis), Position::Abstain.into()).unwrap();
        let parts = signers::of_founding(&body, &genesis).unwrap();
        let text = body.render();
        let bare = || PartiallySigned::parse(text.as_bytes()).unwrap();
        let secret = officer(2, 0);
        let mut here = bare();
        here.sign(&parts, core::slice::from_ref(&secret), 0).unwrap();
        let label =
            genesis.roster.member(&code.parse().unwrap()).unwrap().officers[0].label.clone();
        let key = signer_named(&bare(), &genesis, &parts, &label).unwrap();
        assert_eq!(key, secret.public());
        let mut elsewhere = bare();
        attach(&mut elsewhere, &parts, key, secret.sign(text.as_bytes())).unwrap();
        assert_eq!(elsewhere, here);
        assert_eq!(elsewhere.render(&parts), here.render(&parts));
        let twice = attach(&mut elsewhere, &parts, key, secret.sign(text.as_bytes()));
        assert!(matches!(
            twice,
            Err(AttachError::Statement(PartiallySignedError::SignedAlready(_)))
        ));
        assert!(matches!(
            signer_named(&bare(), &genesis, &parts, &"nobody".parse().unwrap()),
            Err(AttachError::NoOfficer { .. })
        ));
        // Wrong in every way: of a stranger, over another text, by a stranger in an officer's name.
        let stranger = SecretKey::from_seed(&[99; 32]);
        let mut it = bare();
        let said = attach(&mut it, &parts, stranger.public(), stranger.sign(text.as_bytes()));
        assert!(matches!(said, Err(AttachError::Statement(PartiallySignedError::NoSigner(_)))));
        for signature in [stranger.sign(text.as_bytes()), secret.sign(b"another text\n")] {
            let said = attach(&mut it, &parts, key, signature);
            let wrong = SignerError::Detached(DetachedError::Wrong(Box::new(key)));
            assert_eq!(said, Err(AttachError::Statement(PartiallySignedError::Signer(wrong))));
        }
        assert_eq!(it, bare(), "nothing has changed");
    }

    #[test]
    fn the_signature_of_another_officer_is_named() {
        let genesis = genesis();
        let member = genesis.roster.members.iter().find(|it| it.officers.len() > 1).unwrap();
        let measure = shown(&genesis);
        let body = ballot(head(&genesis, member.code.as_str()), &measure, Position::Abstain.into());
        let body: Body = body.unwrap();
        let parts = signers::of_founding(&body, &genesis).unwrap();
        let at = genesis.roster.members.iter().position(|it| it.code == member.code).unwrap();
        let number = u8::try_from(at).unwrap();
        let (first, second) = (officer(number, 0), officer(number, 1));
        assert_eq!(first.public(), member.officers[0].key);
        let text = body.render();
        let mut it = PartiallySigned::parse(text.as_bytes()).unwrap();
        let said = attach(&mut it, &parts, first.public(), second.sign(text.as_bytes()));
        assert!(matches!(said, Err(AttachError::ByAnother { .. })), "{said:?}");
    }
}
