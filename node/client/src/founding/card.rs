//! A party's card: who it is and which public keys it brings into a council that is being founded.
//!
//! ```text
//! nemcon/v1 card
//! origin board.example/reading-room
//! member AA 1 1 Seat AA              the lines that will stand in the genesis
//! officer AA desk BASE64
//! recovery AA BASE64
//! node AA BASE64
//! seal AA BASE64
//! address node.aa.example:4101       if it is known; not part of the genesis
//! ```
//!
//! What it guarantees: `render(parse(x)) == x`, each key stands once. What it does not: it cannot say that the card
//! is the party's own; the party compares it with the text that founds.

use core::fmt;

use nemcon_crypto::PublicKey;
use nemcon_crypto::note::{KeyName, SIGNATURES_MAX, SignatureType, VerifierKey};
use nemcon_ledger::record::roster::{officer_vkey, recovery_vkey, verify_officers};
use nemcon_ledger::record::used::UsedKeys;
use nemcon_ledger::record::{Genesis, Member, Officer, Participant};
use nemcon_ledger::text::value::ValueError;
use nemcon_ledger::text::{Code, FieldError, Fields, Line, Origin, Writer};

use super::card_error::CardError;
use super::key_use::{CARD_HEAD, KeyUse};
use crate::config::NodeAddress;

/// What a party brings into a council that is being founded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The name of the council that the card is for.
    pub origin: Origin,
    /// The party with its public keys.
    pub party: CardParty,
}

/// A party with its public keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardParty {
    /// A member, and the address where its node can be reached, if it is known.
    Member(Box<Member>, Option<NodeAddress>),
    /// A participant, which has officers only.
    Participant(Participant),
}

/// A line in which a card and a genesis differ.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CardDifference {
    /// The line of the card; `None` if the card has none there.
    pub card: Option<String>,
    /// The line of the genesis; `None` if the genesis has none there.
    pub genesis: Option<String>,
}

impl fmt::Display for CardDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.card, &self.genesis) {
            (Some(card), Some(genesis)) => {
                write!(f, "the card says     `{card}`\n  the text says     `{genesis}`")
            }
            (Some(card), None) => write!(f, "the text lacks    `{card}`"),
            (None, Some(genesis)) => write!(f, "the card has no   `{genesis}`"),
            (None, None) => Ok(()),
        }
    }
}

impl Card {
    /// Parses the text of a card.
    ///
    /// # Errors
    /// [`CardError`] if it breaks the grammar or contradicts itself.
    pub fn parse(text: &str) -> Result<Self, CardError> {
        let mut fields = Fields::new(text)?;
        if fields.line()? != CARD_HEAD {
            return Err(CardError::Kind);
        }
        let origin = fields.required("origin")?;
        let party = match Member::parse_if("member", &mut fields)? {
            Some(member) => CardParty::Member(Box::new(member), parse_address(&mut fields)?),
            None => CardParty::Participant(
                Participant::parse_if("participant", &mut fields)?
                    .ok_or(FieldError::Missing { line: 3, field: "member` or `participant" })?,
            ),
        };
        fields.end()?;
        let card = Self { origin, party };
        if card.render() != text {
            return Err(FieldError::NotCanonical.into());
        }
        card.verify()?;
        Ok(card)
    }

    /// The text of the card, which each of its keys signs.
    pub fn render(&self) -> String {
        let mut writer = Writer::new("card");
        writer.field("origin", &self.origin);
        match &self.party {
            CardParty::Member(member, address) => {
                member.render_into("member", &mut writer);
                writer.optional("address", address.as_ref());
            }
            CardParty::Participant(it) => it.render_into("participant", &mut writer),
        }
        writer.finish()
    }

    /// Checks what the grammar cannot say: that the officers can sign, and that each key stands once.
    ///
    /// # Errors
    /// [`CardError`].
    pub fn verify(&self) -> Result<(), CardError> {
        verify_officers(self.threshold(), self.officers())?;
        let keys = self.keys();
        if keys.len() > SIGNATURES_MAX {
            return Err(CardError::Keys { keys: keys.len() });
        }
        let mut used = UsedKeys::default();
        match keys.iter().find(|(_, vkey)| !used.insert(vkey)) {
            None => Ok(()),
            Some((second, vkey)) => {
                let first = keys.iter().find(|(_, other)| other.key == vkey.key);
                let first = first.map_or_else(|| second.clone(), |(first, _)| first.clone());
                Err(CardError::KeyTwice { first, second: second.clone() })
            }
        }
    }

    /// The party's code.
    pub fn code(&self) -> &Code {
        match &self.party {
            CardParty::Member(member, _) => &member.code,
            CardParty::Participant(it) => &it.code,
        }
    }

    /// The party's name for people.
    pub fn name(&self) -> &Line {
        match &self.party {
            CardParty::Member(member, _) => &member.name,
            CardParty::Participant(it) => &it.name,
        }
    }

    /// The member's node address, if the card has one.
    pub const fn address(&self) -> Option<&NodeAddress> {
        match &self.party {
            CardParty::Member(_, address) => address.as_ref(),
            CardParty::Participant(_) => None,
        }
    }

    const fn threshold(&self) -> usize {
        match &self.party {
            CardParty::Member(member, _) => member.threshold,
            CardParty::Participant(it) => it.threshold,
        }
    }

    fn officers(&self) -> &[Officer] {
        match &self.party {
            CardParty::Member(member, _) => &member.officers,
            CardParty::Participant(it) => &it.officers,
        }
    }

    /// All keys of the card with their uses, under the names by which they sign it, in the order of its lines.
    pub fn keys(&self) -> Vec<(KeyUse, VerifierKey)> {
        let (origin, code) = (&self.origin, self.code());
        let officer =
            |it: &Officer| (KeyUse::Officer(it.label.clone()), officer_vkey(origin, code, it));
        let mut keys: Vec<_> = self.officers().iter().map(officer).collect();
        if let CardParty::Member(member, _) = &self.party {
            keys.push((KeyUse::Recovery, recovery_vkey(origin, code, member.recovery)));
            keys.push((KeyUse::Node, named(origin, code, "node", member.node)));
            keys.push((KeyUse::Seal, named(origin, code, "seal", member.seal)));
        }
        keys
    }

    /// The lines in which the card and the genesis differ; none if every line of the card but its address stands in
    /// the genesis, byte by byte, and no other line of this party.
    pub fn differences(&self, genesis: &Genesis) -> Vec<CardDifference> {
        let origin = (self.origin.to_string(), genesis.origin.to_string());
        let mut found = Vec::new();
        if origin.0 != origin.1 {
            found.push(CardDifference {
                card: Some(format!("origin {}", origin.0)),
                genesis: Some(format!("origin {}", origin.1)),
            });
        }
        let (own, theirs) = (party_lines(&self.party), genesis_lines(genesis, self.code()));
        for at in 0..own.len().max(theirs.len()) {
            let (card, genesis) = (own.get(at).cloned(), theirs.get(at).cloned());
            if card != genesis {
                found.push(CardDifference { card, genesis });
            }
        }
        found
    }
}

/// The verifier key of a member's node or seal key under its card: `<origin>/<code>/<what>`, plain Ed25519.
fn named(origin: &Origin, code: &Code, what: &str, key: PublicKey) -> VerifierKey {
    let name = KeyName::try_from(format!("{origin}/{code}/{what}"));
    let name = name.expect("origins and codes hold no space and no plus");
    VerifierKey { name, kind: SignatureType::Ed25519, key }
}

fn parse_address(fields: &mut Fields<'_>) -> Result<Option<NodeAddress>, FieldError> {
    fields.optional_with("address", |text| text.parse().map_err(|_| ValueError("host:port")))
}

/// The lines of a party as they stand in a genesis.
fn party_lines(party: &CardParty) -> Vec<String> {
    let mut writer = Writer::default();
    match party {
        CardParty::Member(member, _) => member.render_into("member", &mut writer),
        CardParty::Participant(it) => it.render_into("participant", &mut writer),
    }
    writer.finish().lines().map(str::to_owned).collect()
}

/// The lines that a genesis has of the party of this code.
fn genesis_lines(genesis: &Genesis, code: &Code) -> Vec<String> {
    let member = genesis.roster.member(code);
    let member = member.map(|it| CardParty::Member(Box::new(it.clone()), None));
    let participant = || {
        let found = genesis.participants.iter().find(|party| party.code == *code);
        found.map(|it| CardParty::Participant(it.clone()))
    };
    member.or_else(participant).map(|party| party_lines(&party)).unwrap_or_default()
}
