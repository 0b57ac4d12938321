//! Which records are public: what the charter says of kinds, and what has been released since.
//!
//! What it guarantees: what is public stays public, whatever a ledger goes on with. What it does not: an
//! internal record is no secret from members; every member's node has all records.

use nemcon_crypto::{Digest, LeafIndex};

use super::balloted::Kept;
use super::measure::MeasureState;
use super::state::Council;
use super::status::Status;
use crate::record::charter::Votes;
use crate::record::measure_fields::Cited;
use crate::record::{
    About, Ballot, Body, Close, Extension, Mandate, Package, Record, Reservation, Statement,
    Withdrawal,
};
use crate::text::words::words;

words!(
    /// Who may see a record now.
    Publicity,
    "one of public, released, internal",
    {
        /// Everybody.
        Public = "public",
        /// Everybody, since its release was attested.
        Released = "released",
        /// Members and participants.
        Internal = "internal",
    }
);

impl Publicity {
    /// Whether everybody may see it.
    pub const fn is_for_all(self) -> bool {
        matches!(self, Self::Public | Self::Released)
    }
}

impl Council {
    /// Who may see the record at `leaf`, as the council stands. Under a charter that knows no publication
    /// everything is internal.
    pub fn publicity(&self, leaf: LeafIndex, record: &Record) -> Publicity {
        if self.genesis.charter.publication.is_none() {
            return Publicity::Internal;
        }
        let on = |number: u64| self.measure(number);
        match record {
            Record::Genesis(_) | Record::Block(_) => Publicity::Public,
            Record::Decision(it) => {
                on(it.measure).map_or(Publicity::Internal, MeasureState::of_act)
            }
            Record::Lapse(it) => on(it.measure).map_or(Publicity::Internal, MeasureState::of_votes),
            Record::Statement(statement) => self.publicity_of(leaf, statement),
        }
    }

    fn publicity_of(&self, leaf: LeafIndex, statement: &Statement) -> Publicity {
        match &statement.body {
            Body::Keys(_)
            | Body::Freeze(_)
            | Body::Rotation(_)
            | Body::Notice(_)
            | Body::Entry(_) => Publicity::Public,
            Body::Attribution(it) if it.is_public => Publicity::Public,
            Body::Remark(it) if it.is_public => self.on(&it.said.about, MeasureState::of_act),
            Body::Incident(_) | Body::Attribution(_) | Body::Remark(_) => Publicity::Internal,
            Body::Measure(_) | Body::Revision(_) => {
                let number = self.measure_by_text(&statement.text_hash);
                let state = number.and_then(|number| self.measure(number));
                if_stands(state, &statement.text_hash, MeasureState::of_act)
            }
            Body::Package(package) => self.publicity_of_package(package, statement.text_hash),
            Body::Attestation(it) => self.on(&it.said.about, MeasureState::of_act),
            Body::Ballot(Ballot { said, .. }) | Body::Mandate(Mandate { said, .. }) => {
                self.on(&said.about, |state| {
                    if state.has_counted(leaf) { state.of_votes() } else { Publicity::Internal }
                })
            }
            Body::Reservation(Reservation { said, .. })
            | Body::Extension(Extension { said, .. })
            | Body::Withdrawal(Withdrawal { said, .. })
            | Body::Close(Close { said, .. }) => self.on(&said.about, MeasureState::of_votes),
        }
    }

    /// What is said about a measure is as public as `of` says of it, if it is about the text that stood when
    /// the measure ended.
    fn on(&self, about: &About, of: impl Fn(&MeasureState) -> Publicity) -> Publicity {
        if_stands(self.measure(about.measure), &about.text, of)
    }

    /// A package names measures by their texts: it is as public as the least public of these.
    fn publicity_of_package(&self, package: &Package, text_hash: Digest) -> Publicity {
        let of = |cited: &Cited| {
            let state = self.measure(cited.number);
            let state = state.filter(|state| state.package == Some(text_hash));
            if_stands(state, &cited.text, MeasureState::of_act)
        };
        package.measures.iter().map(of).max().unwrap_or(Publicity::Internal)
    }
}

/// As `of` says of the measure, if this is the text that stood when the measure ended.
fn if_stands(
    state: Option<&MeasureState>,
    text: &Digest,
    of: impl Fn(&MeasureState) -> Publicity,
) -> Publicity {
    state.filter(|state| state.text_hash == *text).map_or(Publicity::Internal, of)
}

impl MeasureState {
    /// Who may see the measure as an act: its text, that it was decided, what is attested of it,
    /// and the remarks on it that their parties make public.
    pub fn of_act(&self) -> Publicity {
        match self.status {
            Status::Adopted { .. } if self.frozen.is_published => Publicity::Public,
            Status::Adopted { .. }
            | Status::NotAdopted { .. }
            | Status::Lapsed { .. }
            | Status::Open
            | Status::Withdrawn => self.of_votes(),
        }
    }

    /// Who may see what was said on its text: its ballots and what else was signed.
    pub fn of_votes(&self) -> Publicity {
        let is_decided = matches!(self.status, Status::Adopted { .. } | Status::NotAdopted { .. });
        let has_ended = is_decided || matches!(self.status, Status::Lapsed { .. });
        match self.frozen.kind.votes {
            Some(Votes::Public) if is_decided => Publicity::Public,
            Some(Votes::Released) if has_ended && self.released.is_some() => Publicity::Released,
            Some(Votes::Public | Votes::Released | Votes::Internal) | None => Publicity::Internal,
        }
    }

    /// Whether the statement at `leaf` is a ballot that counted when the measure was decided, or the mandate
    /// of one; known where such ballots can become public.
    fn has_counted(&self, leaf: LeafIndex) -> bool {
        self.counted_leaves().contains(&leaf)
    }

    /// Where the ballots that counted and the mandates of them stand, where these can become public.
    pub(super) fn counted_leaves(&self) -> &[LeafIndex] {
        match &self.kept {
            Kept::Balloting(_) => &[],
            Kept::Counted(counted) => &counted.leaves,
        }
    }
}
