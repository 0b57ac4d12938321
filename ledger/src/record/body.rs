//! What a statement says: one enum over all kinds of statement.

use super::ballot::Ballot;
use super::error::RecordError;
use super::grammar::{About, ChainLink, Head, Kind, verify_canonical};
use super::incident::{Attribution, Incident};
use super::keys::{Freeze, Keys, Rotation};
use super::mandate::Mandate;
use super::measure::Measure;
use super::membership::{Entry, Notice};
use super::remark::Remark;
use super::reservation::Reservation;
use super::revision::{Package, Revision};
use super::share::Share;
use super::steering::{Attestation, Close, Extension, Withdrawal};
use crate::text::{Fields, Writer};

/// Lists the kinds of statement once: variant, type, the word of its first line.
macro_rules! bodies {
    ($($(#[$doc:meta])* $variant:ident($type:ty) = $kind:literal,)*) => {
        /// The matter of a statement.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Body {
            $($(#[$doc])* $variant($type),)*
        }

        impl Body {
            /// Every kind of statement there is, as first lines name them.
            pub const KINDS: &[&str] = &[$($kind),*];

            /// Council and signer.
            pub fn head(&self) -> &Head {
                match self {
                    $(Self::$variant(body) => Kind::head(body),)*
                }
            }

            /// The kind, as its first line names it.
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $kind,)*
                }
            }

            /// Its place in a chain; a statement that begins chains stands in none.
            pub fn link(&self) -> Option<ChainLink> {
                match self {
                    $(Self::$variant(body) => Kind::link(body),)*
                }
            }

            /// The measure that it says something on, as it names it.
            pub fn about(&self) -> Option<&About> {
                match self {
                    $(Self::$variant(body) => Kind::about(body),)*
                }
            }

            /// The numbers of the measures that it is about. The text of a new measure names no number of
            /// its own, so it gives none.
            pub fn measures(&self) -> Vec<u64> {
                match self {
                    Self::Revision(revision) => vec![revision.revises.number],
                    Self::Package(package) => {
                        package.measures.iter().map(|cited| cited.number).collect()
                    }
                    body => body.about().map(|about| about.measure).into_iter().collect(),
                }
            }

            fn parse_lines(kind: &str, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
                // A text of another kind is refused for its kind, before anything else in it is read.
                if !Self::KINDS.contains(&kind) {
                    return Err(RecordError::Kind);
                }
                let head =
                    Head { council: fields.required("council")?, by: fields.required("by")? };
                match kind {
                    $($kind => Ok(Self::$variant(Kind::parse_from(head, fields)?)),)*
                    _ => Err(RecordError::Kind),
                }
            }

            fn render_lines(&self, writer: &mut Writer) {
                match self {
                    $(Self::$variant(body) => Kind::render_into(body, writer),)*
                }
            }
        }
    };
}

bodies! {
    /// Tables a measure.
    Measure(Measure) = "measure",
    /// Replaces a measure's text by its proposer's new one.
    Revision(Revision) = "revision",
    /// Has measures adopted together or not at all.
    Package(Package) = "package",
    /// States a position.
    Ballot(Ballot) = "ballot",
    /// Gives a member's mandate to another member, or takes it back.
    Mandate(Mandate) = "mandate",
    /// Says "not yet, because", or lifts it.
    Reservation(Reservation) = "reservation",
    /// Puts a deadline off.
    Extension(Extension) = "extension",
    /// Takes a measure back.
    Withdrawal(Withdrawal) = "withdrawal",
    /// Ends balloting early.
    Close(Close) = "close",
    /// Attests something about a measure.
    Attestation(Attestation) = "attestation",
    /// Makes a statement on a measure, for the minutes.
    Remark(Remark) = "remark",
    /// Tells of an incident.
    Incident(Incident) = "incident",
    /// Says who stands behind it.
    Attribution(Attribution) = "attribution",
    /// Changes who signs for a member.
    Keys(Keys) = "keys",
    /// Stops all that is said for a party.
    Freeze(Freeze) = "freeze",
    /// Gives a member's node other keys.
    Rotation(Rotation) = "rotation",
    /// Says that a member leaves.
    Notice(Notice) = "notice",
    /// Takes an admitted member's seat.
    Entry(Entry) = "entry",
}

impl Body {
    /// Which share of its party it is charged to; the party is the one that signs.
    pub const fn share(&self) -> Share {
        match self {
            Self::Freeze(_) => Share::Freezes,
            Self::Keys(_) => Share::Officers,
            Self::Rotation(_) | Self::Notice(_) | Self::Entry(_) => Share::Seats,
            Self::Ballot(_) => Share::Ballots,
            Self::Measure(_)
            | Self::Revision(_)
            | Self::Package(_)
            | Self::Mandate(_)
            | Self::Reservation(_)
            | Self::Extension(_)
            | Self::Withdrawal(_)
            | Self::Close(_)
            | Self::Attestation(_)
            | Self::Remark(_)
            | Self::Incident(_)
            | Self::Attribution(_) => Share::Rest,
        }
    }

    /// Whether it says who signs for a party, or where a member's node is and whether it sits.
    pub const fn is_of_seats(&self) -> bool {
        matches!(
            self,
            Self::Keys(_) | Self::Freeze(_) | Self::Rotation(_) | Self::Notice(_) | Self::Entry(_)
        )
    }

    /// Parses the text that officers sign.
    ///
    /// # Errors
    /// [`RecordError`] if it breaks the grammar or is of no statement's kind.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        let mut fields = Fields::new(text)?;
        let kind = fields.line()?.strip_prefix("nemcon/v1 ").ok_or(RecordError::Kind)?;
        let body = Self::parse_lines(kind, &mut fields)?;
        fields.end()?;
        verify_canonical(text, &body.render())?;
        Ok(body)
    }

    /// The text that officers sign.
    pub fn render(&self) -> String {
        let mut writer = Writer::new(self.kind());
        let Head { council, by } = self.head();
        writer.field("council", council).field("by", by);
        self.render_lines(&mut writer);
        writer.finish()
    }
}
