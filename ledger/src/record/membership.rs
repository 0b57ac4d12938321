//! What a party says of its membership: that it leaves, that it enters.

use core::fmt;
use core::str::FromStr;

use nemcon_crypto::cosignature::{Cosignature, CosignatureError};
use nemcon_crypto::{Digest, TreeSize};
use serde::{Deserialize, Serialize};

use super::error::RecordError;
use super::grammar::{ChainKey, ChainLink, Head, Kind, parse_after, render_after};
use super::measure_fields::Cited;
use super::roster::{Member, Part, log_vkey, officer_vkeys, recovery_vkey, seal_vkey};
use crate::text::fields::split_words;
use crate::text::value::{ValueError, parse_number};
use crate::text::words::words;
use crate::text::{Fields, Origin, Writer};

words!(
    /// Whether a member leaves.
    NoticeAct,
    "`given` or `withdrawn`",
    {
        /// It says that it will.
        Given = "given",
        /// It takes that back.
        Withdrawn = "withdrawn",
    }
);

/// A member's own notice that it leaves, or that it stays after all [rules.md R23] [TEU 50(2)].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Council and member.
    pub head: Head,
    /// Given or withdrawn.
    pub act: NoticeAct,
    /// The leaf hash of the member's last statement about itself.
    pub after: Option<Digest>,
}

/// The end of a block as an entrant's node has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boundary {
    /// How many leaves.
    pub size: TreeSize,
    /// Their root.
    pub root: Digest,
}

/// An admitted entrant takes its seat [rules.md R20, R23].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Council and entrant.
    pub head: Head,
    /// The adopted measure that admits it.
    pub admitted_by: Cited,
    /// A checkpoint of these days.
    pub checkpoint: Boundary,
    /// Its node's seal of that checkpoint: the node has the ledger.
    pub sealed: Cosignature,
    /// The leaf hash of the party's last statement about itself.
    pub after: Option<Digest>,
}

impl Entry {
    /// Who signs: k officers, the recovery key, the node key, the seal key of the `admitted` member.
    pub fn signers(origin: &Origin, log: &str, admitted: &Member) -> Vec<Part> {
        vec![
            Part::some(admitted.threshold, officer_vkeys(origin, admitted)),
            Part::all([
                recovery_vkey(origin, &admitted.code, admitted.recovery),
                log_vkey(log, admitted),
                seal_vkey(origin, admitted),
            ]),
        ]
    }
}

impl fmt::Display for Boundary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.size.0, self.root)
    }
}

impl FromStr for Boundary {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let [size, root] = split_words(text).ok_or(ValueError("a tree size and its root"))?;
        Ok(Self { size: TreeSize(parse_number(size)?), root: root.parse::<Digest>()? })
    }
}

impl From<CosignatureError> for ValueError {
    fn from(_: CosignatureError) -> Self {
        Self("a cosignature: 72 bytes in padded base64")
    }
}

impl Kind for Notice {
    fn head(&self) -> &Head {
        &self.head
    }

    fn link(&self) -> Option<ChainLink> {
        Some(ChainLink { chain: ChainKey::Own(self.head.by.clone()), after: self.after })
    }

    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self { head, act: fields.required("leaves")?, after: parse_after(fields)? })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer.field("leaves", self.act);
        render_after(writer, self.after);
    }
}

impl Kind for Entry {
    fn head(&self) -> &Head {
        &self.head
    }

    fn link(&self) -> Option<ChainLink> {
        Some(ChainLink { chain: ChainKey::Own(self.head.by.clone()), after: self.after })
    }

    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self {
            head,
            admitted_by: fields.required("admitted-by")?,
            checkpoint: fields.required("checkpoint")?,
            sealed: fields.required("sealed")?,
            after: parse_after(fields)?,
        })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer
            .field("admitted-by", self.admitted_by)
            .field("checkpoint", self.checkpoint)
            .field("sealed", self.sealed);
        render_after(writer, self.after);
    }
}
