//! What a member says of its keys: officers and recovery, a node's rotation, a freeze.
//!
//! What it guarantees: every new key signs the text that brings it in, so its holder has it and
//! nobody can bring in the key of another. What it does not: whether a key is new to the council is
//! for the council to judge.

use nemcon_crypto::{Digest, PublicKey};

use super::error::RecordError;
use super::grammar::{ChainKey, ChainLink, Head, Kind, parse_after, render_after};
use super::roster::{
    Member, Officer, Part, log_key, new_officers, officer_vkey, officer_vkeys, parse_officer_words,
    recovery_vkey, seal_key,
};
use crate::text::value::parse_number;
use crate::text::{Fields, Line, Origin, Writer};

/// A member's officers from now on, all of them, and its recovery key if that changes too [rules.md
/// R21].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Council and member.
    pub head: Head,
    /// How many officers must sign.
    pub threshold: usize,
    /// The officers: those that stay, with label and key as they are, and new ones.
    pub officers: Vec<Officer>,
    /// The new recovery key.
    pub recovery: Option<PublicKey>,
    /// The leaf hash of the last statement about who signs for the member.
    pub after: Option<Digest>,
}

/// New keys for a member's node [rules.md R20]: one of the two at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// Council and member.
    pub head: Head,
    /// The new node key.
    pub node: Option<PublicKey>,
    /// The new seal key.
    pub seal: Option<PublicKey>,
    /// The leaf hash of the member's last statement about itself.
    pub after: Option<Digest>,
}

/// Nothing more is said for this party: for a member until its recovery key says so [rules.md R22],
/// for a participant until it is appointed anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// Council and party.
    pub head: Head,
    /// Why the party is frozen, in words.
    pub reason: Option<Line>,
    /// The leaf hash of the last statement about who signs for the party.
    pub after: Option<Digest>,
}

impl Keys {
    /// The officers that `current` does not have: label and key.
    pub fn new_officers(&self, current: &Member) -> Vec<&Officer> {
        new_officers(&self.officers, &current.officers)
    }

    /// Who signs. `current` is the member as it stands.
    ///
    /// `[k officers,] recovery key, [new recovery key,] each new officer`; what stands in brackets
    /// is there when the recovery key changes.
    pub fn signers(&self, origin: &Origin, current: &Member) -> Vec<Part> {
        let code = &current.code;
        let mut parts = Vec::new();
        if self.recovery.is_some() {
            parts.push(Part::some(current.threshold, officer_vkeys(origin, current)));
        }
        parts.push(Part::all([recovery_vkey(origin, code, current.recovery)]));
        parts.push(Part::all(self.recovery.map(|key| recovery_vkey(origin, code, key))));
        let new = self.new_officers(current).into_iter();
        parts.push(Part::all(new.map(|officer| officer_vkey(origin, code, officer))));
        parts
    }
}

impl Rotation {
    /// Who signs: k officers, the new node key, the new seal key.
    pub fn signers(&self, origin: &Origin, log: &str, current: &Member) -> Vec<Part> {
        vec![
            Part::some(current.threshold, officer_vkeys(origin, current)),
            Part::all(self.node.map(|key| log_key(log, key))),
            Part::all(self.seal.map(|key| seal_key(origin, &current.code, key))),
        ]
    }
}

impl Freeze {
    /// Who signs for a member: one officer, or the recovery key.
    pub fn signers(&self, origin: &Origin, current: &Member) -> Vec<Part> {
        let recovery = recovery_vkey(origin, &current.code, current.recovery);
        vec![Part::some(1, officer_vkeys(origin, current).chain([recovery]))]
    }
}

impl Kind for Keys {
    fn head(&self) -> &Head {
        &self.head
    }

    fn link(&self) -> Option<ChainLink> {
        Some(ChainLink { chain: ChainKey::Keys(self.head.by.clone()), after: self.after })
    }

    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self {
            head,
            threshold: fields.required_with("threshold", parse_number)?,
            officers: fields.repeated_with("officer", parse_officer_words)?,
            recovery: fields.optional("recovery")?,
            after: parse_after(fields)?,
        })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer
            .field("threshold", self.threshold)
            .repeated("officer", self.officers.iter().map(|it| format!("{} {}", it.label, it.key)))
            .optional("recovery", self.recovery);
        render_after(writer, self.after);
    }
}

impl Kind for Rotation {
    fn head(&self) -> &Head {
        &self.head
    }

    fn link(&self) -> Option<ChainLink> {
        Some(ChainLink { chain: ChainKey::Own(self.head.by.clone()), after: self.after })
    }

    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        let (node, seal) = (fields.optional("node")?, fields.optional("seal")?);
        if node.is_none() && seal.is_none() {
            return Err(fields.refuse("node", "a new node key, a new seal key, or both").into());
        }
        Ok(Self { head, node, seal, after: parse_after(fields)? })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer.optional("node", self.node).optional("seal", self.seal);
        render_after(writer, self.after);
    }
}

impl Kind for Freeze {
    fn head(&self) -> &Head {
        &self.head
    }

    fn link(&self) -> Option<ChainLink> {
        Some(ChainLink { chain: ChainKey::Keys(self.head.by.clone()), after: self.after })
    }

    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self { head, reason: fields.optional("reason")?, after: parse_after(fields)? })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer.optional("reason", self.reason.as_ref());
        render_after(writer, self.after);
    }
}
