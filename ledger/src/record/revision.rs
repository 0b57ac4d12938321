//! What a proposer does with measures on the table: new texts and packages.

use nemcon_crypto::Digest;

use super::error::RecordError;
use super::grammar::{ChainKey, ChainLink, Head, Kind, parse_after, render_after};
use super::measure::Measure;
use super::measure_fields::Cited;
use crate::text::value::parse_number;
use crate::text::{Fields, Writer};

/// A new text for a measure on the table. Ballots, mandates and reservations on the former text are
/// void.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The measure as it shall read; its head is the statement's.
    pub measure: Measure,
    /// The measure's number, and the hash of the text that this one replaces.
    pub revises: Cited,
    /// The revision that this one is, from 2.
    pub revision: u32,
    /// The leaf hash of the signer's last statement on this measure.
    pub after: Option<Digest>,
}

/// Measures that are adopted together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Council and signer: the proposer of them all.
    pub head: Head,
    /// The measures by number and text, in the order of their numbers.
    pub measures: Vec<Cited>,
}

impl Kind for Revision {
    fn head(&self) -> &Head {
        &self.measure.head
    }

    fn link(&self) -> Option<ChainLink> {
        let code = self.measure.head.by.clone();
        Some(ChainLink { chain: ChainKey::Measure(self.revises.number, code), after: self.after })
    }

    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        let revises = fields.required("revises")?;
        let revision = fields.required_with("revision", parse_number)?;
        let measure = Measure::parse_from(head, fields)?;
        Ok(Self { measure, revises, revision, after: parse_after(fields)? })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer.field("revises", self.revises).field("revision", self.revision);
        self.measure.render_into(writer);
        render_after(writer, self.after);
    }
}

impl Kind for Package {
    fn head(&self) -> &Head {
        &self.head
    }

    fn link(&self) -> Option<ChainLink> {
        None
    }

    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        let measures: Vec<Cited> = fields.repeated_with("measure", str::parse)?;
        if measures.len() < 2 || !measures.is_sorted_by(|a, b| a.number < b.number) {
            let wants = "at least two measures, each once, in the order of their numbers";
            return Err(fields.refuse("measure", wants).into());
        }
        Ok(Self { head, measures })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer.repeated("measure", &self.measures);
    }
}
