//! The table of refusals: one row each.
//!
//! What it guarantees: no refusal is without its text, its rule and its way out, and [`LAWS`]
//! lists every
//! rule once. The rows stand in files by what is refused; each file hands its rows on to the next.

use nemcon_crypto::{Digest, PublicKey, TreeSize};

use super::day::DaySpent;
use super::law::{Law, law};
use super::parties::party_rows;
use super::role::{NotInRole, who};
use super::standing::standing_rows;
use super::statements::statement_rows;
use super::tabling::tabling_rows;
use crate::council::limits::{
    BOUNDARIES_KEPT, OFFICERS_MAX, OPEN_PER_PARTY_MAX, PACKAGE_MEASURES_MAX, PARTICIPANTS_MAX,
    REMARKS_MAX,
};
use crate::council::status::Status;
use crate::record::charter::{Effect, percent};
use crate::record::limits::MEMBERS_MAX;
use crate::record::roster::OfficersFault;
use crate::record::statement::{ChainKey, SignatureFault};
use crate::text::{Code, FileName, Label, Line, Time};

/// Makes the enum, its texts and its laws of the rows:
///
/// ```text
/// /// What is wrong.
/// Name(types) or Name { fields }
/// says("the text for the person who is refused, as thiserror takes it")
/// => law(code, topic, rule, way out);         its own law
/// = LAW;                                      the law of a row before
/// [by field] { pattern => law(...), };        one law for each form of a field
/// ```
macro_rules! refusals {
    (; $(
        $(#[$doc:meta])*
        $variant:ident
        $(($($type:ty),+))?
        $({ $($(#[$field_doc:meta])* $field:ident: $field_type:ty),+ $(,)? })?
        says($($says:tt)*)
        $(=> $law:expr;)?
        $(= $same:expr;)?
        $([by $by:ident] { $($form:pat => $form_law:expr,)+ };)?
    )*) => {
        /// A statement that the council's law does not let in. Nothing has changed by it.
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        pub enum Refusal {
            $(
                $(#[$doc])*
                #[error($($says)*)]
                $variant
                $(($($type),+))?
                $({ $(
                    #[doc = concat!("The `", stringify!($field), "` that the text names.")]
                    $(#[$field_doc])*
                    $field: $field_type,
                )+ })?,
            )*
        }

        /// Every rule that a refusal stands on, each once.
        pub const LAWS: &[Law] = &[$($($law,)? $($($form_law,)+)?)*];

        impl Refusal {
            /// The law that it breaks.
            pub const fn law(&self) -> &'static Law {
                match self {
                    $(
                        $(Self::$variant { .. } => const { &$law },)?
                        $(Self::$variant { .. } => const { &$same },)?
                        $($(Self::$variant { $by: $form, .. } => const { &$form_law },)+)?
                    )*
                }
            }
        }
    };
}

const READ_AGAIN: &str = "Read `nemcon measure show` again and sign what stands there.";
const NEXT_BLOCK: &str = "It waits for the next block.";
const SIGN_WITH: &str = "Sign the very text with officer keys that the council has for this party.";
const TAKE_KIND: &str = "Take a kind and its rule from `nemcon charter show`.";
const TABLE_ANEW: &str = "If it is still wanted, table the measure anew.";
const MAY: Law = law(
    "may-not",
    "roles",
    "The charter says who may table, extend, close, attest and make remarks.",
    "`nemcon charter show` says who may.",
);
const NOT_HERE: Law = law(
    "not-decided-here",
    "kinds",
    "What the council decides otherwise than by all is not decided in this ledger.",
    "Have it decided where the refusal says.",
);
const NO_MANDATES: Law = law(
    "no-mandates",
    "mandates",
    "A member casts another's ballot only where the charter and the rule say so.",
    "Each member casts its own ballot.",
);

statement_rows! { tabling_rows standing_rows party_rows refusals; }

impl Refusal {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        self.law().code
    }
}

fn list<T: core::fmt::Display>(items: &[T]) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}

fn council_change(wanted: Option<Effect>) -> String {
    wanted.map_or_else(
        || "changes nothing in the council itself".to_owned(),
        |effect| format!("says what it changes in the council: {effect}"),
    )
}

fn none_or(digest: Option<Digest>) -> String {
    digest.map_or_else(|| "nothing".to_owned(), |digest| digest.to_string())
}
