//! The file of a card: its text with the signatures by which each key proves its possession.
//!
//! What it guarantees: one written form; every signature line of a card that was read is of one of its keys, over this
//! very text. What it does not: a card may still lack signatures; [`CardFile::verify`] says so.

use nemcon_crypto::note::{SignatureLine, SignedNote, VerifierKey};
use nemcon_crypto::{PublicKey, Signature, verify_named};

use super::card::Card;
use super::card_error::CardError;
use super::key_use::KeyUse;
use crate::signer::Signer;

/// The longest file of a card, in bytes: a text and a signature line of each key.
pub const CARD_BYTES_MAX: u64 = 128 * 1024;

/// A card with the signatures so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardFile {
    card: Card,
    text: String,
    signatures: Vec<SignatureLine>,
}

/// A key of a card, and whether it has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What the key is for.
    pub of: KeyUse,
    /// The public key.
    pub key: PublicKey,
    /// Whether it has signed the card.
    pub is_proven: bool,
}

impl CardFile {
    /// A card without signatures.
    ///
    /// # Errors
    /// [`CardError`] if the card contradicts itself.
    pub fn unsigned(card: Card) -> Result<Self, CardError> {
        card.verify()?;
        Ok(Self { text: card.render(), card, signatures: Vec::new() })
    }

    /// Parses the file of a card, and verifies the signatures that it has.
    ///
    /// # Errors
    /// [`CardError`]. Of wrong signatures it names all.
    pub fn parse(bytes: &[u8]) -> Result<Self, CardError> {
        if let Ok(text) = str::from_utf8(bytes)
            && !text.contains("\n\n")
        {
            return Self::unsigned(Card::parse(text)?);
        }
        let note = SignedNote::parse(bytes)?;
        let card = Card::parse(note.text())?;
        let keys = card.keys();
        // The iterator goes on behind the key of the line before, and so fixes the order.
        let mut in_order = keys.iter();
        let mut wrong = Vec::new();
        for (line, signature) in (1..).zip(note.signatures()) {
            let (of, vkey) =
                in_order.find(|(_, vkey)| signature.names(vkey)).ok_or(CardError::Line { line })?;
            if verify_named(vkey, note.text(), signature).is_err() {
                wrong.push(of.clone());
            }
        }
        if !wrong.is_empty() {
            return Err(CardError::Wrong { keys: wrong });
        }
        let signatures = note.signatures().to_vec();
        Ok(Self { card, text: note.text().to_owned(), signatures })
    }

    /// The bytes of the file: a signed note, or the bare text if no key has signed.
    pub fn render(&self) -> Vec<u8> {
        match SignedNote::new(self.text.clone(), self.signatures.clone()) {
            Ok(note) => note.render(),
            Err(_) => self.text.clone().into_bytes(),
        }
    }

    /// The card.
    pub const fn card(&self) -> &Card {
        &self.card
    }

    /// The text that the keys sign, byte by byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Every key of the card, in the order of its lines.
    pub fn proofs(&self) -> Vec<Proof> {
        let proof = |(of, vkey): (KeyUse, VerifierKey)| {
            let is_proven = self.signatures.iter().any(|line| line.names(&vkey));
            Proof { of, key: vkey.key, is_proven }
        };
        self.card.keys().into_iter().map(proof).collect()
    }

    /// Checks that every key has signed.
    ///
    /// # Errors
    /// [`CardError::Unproven`].
    pub fn verify(&self) -> Result<(), CardError> {
        let proofs = self.proofs().into_iter().filter(|it| !it.is_proven);
        let keys: Vec<_> = proofs.map(|it| it.of).collect();
        if keys.is_empty() { Ok(()) } else { Err(CardError::Unproven { keys }) }
    }

    /// What this key is for, if it is one of the card's and has not signed.
    ///
    /// # Errors
    /// [`CardError::NotItsKey`] or [`CardError::Proven`].
    pub fn may_prove(&self, key: &PublicKey) -> Result<KeyUse, CardError> {
        let proof = self.proofs().into_iter().find(|it| it.key == *key);
        match proof {
            None => Err(CardError::NotItsKey(Box::new(*key))),
            Some(Proof { of, is_proven: true, .. }) => Err(CardError::Proven(of)),
            Some(Proof { of, .. }) => Ok(of),
        }
    }

    /// Adds the signature of a key, made here or by a token.
    ///
    /// # Errors
    /// As [`Self::may_prove`], or [`CardError::Signer`]. Then nothing has changed.
    pub fn prove(&mut self, signer: &impl Signer) -> Result<KeyUse, CardError> {
        self.may_prove(&signer.public())?;
        let signature = signer.sign(self.text.as_bytes())?;
        self.add(&signer.public(), &signature)
    }

    /// Adds a signature over [`Self::text`] that `key` has made somewhere, and verifies it.
    ///
    /// # Errors
    /// As [`Self::may_prove`], or [`CardError::NobodysSignature`]. Then nothing has changed.
    pub fn add(&mut self, key: &PublicKey, signature: &Signature) -> Result<KeyUse, CardError> {
        let of = self.may_prove(key)?;
        key.verify(self.text.as_bytes(), signature).map_err(|_| CardError::NobodysSignature)?;
        let keys = self.card.keys();
        let own = keys.iter().find(|(_, vkey)| vkey.key == *key).map(|(_, vkey)| vkey);
        let vkey = own.ok_or_else(|| CardError::NotItsKey(Box::new(*key)))?;
        let blob = signature.as_bytes().to_vec();
        let made = SignatureLine::new(vkey.name.clone(), vkey.key_id(), blob)?;
        self.signatures.push(made);
        let place = |line: &SignatureLine| keys.iter().position(|(_, vkey)| line.names(vkey));
        self.signatures.sort_by_key(place);
        Ok(of)
    }

    /// Adds a signature over [`Self::text`] that one of the card's keys has made somewhere; which one, the signature
    /// shows.
    ///
    /// # Errors
    /// [`CardError::NobodysSignature`] or [`CardError::Proven`]. Then nothing has changed.
    pub fn attach(&mut self, signature: &Signature) -> Result<KeyUse, CardError> {
        let has_made = |it: &Proof| it.key.verify(self.text.as_bytes(), signature).is_ok();
        let maker = self.proofs().into_iter().find(has_made);
        let maker = maker.ok_or(CardError::NobodysSignature)?;
        self.add(&maker.key, signature)
    }
}
