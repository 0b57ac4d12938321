//! The schemas of what the interface's types hold and the ledger defines: texts with one written form.
//!
//! The ledger has the types; each stands here under the same name, as OpenAPI says it.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{KnownFormat, RefOr, Schema, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

/// Lists texts once: type, pattern, example, description.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident, $pattern:literal, $example:literal, $says:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $name;

            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    text().pattern(Some($pattern)).examples([$example]).description(Some($says)).build().into()
                }
            }

            impl ToSchema for $name {
                fn name() -> Cow<'static, str> {
                    Cow::Borrowed(stringify!($name))
                }
            }
        )*
    };
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::new(Type::String))
}

texts! {
    /// A SHA-256 digest.
    Digest, "^[0-9a-f]{64}$", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "A SHA-256 digest: 64 hexadecimal digits.";
    /// A party's code.
    Code, "^[A-Z][A-Z0-9]{0,7}$", "BE",
        "A party's code: 1 to 8 capital letters and digits, a letter first.";
    /// A name of the council's making.
    Label, "^[a-z0-9][a-z0-9-]{0,39}$", "desk",
        "A name of the council's making: 1 to 40 lowercase letters, digits and hyphens.";
    /// What a member says to a measure.
    Position, "^(in-favour|abstain|abstain-qualified|against|retracted)$", "in-favour",
        "What a member says to a measure.";
    /// Who may see a record.
    Publicity, "^(public|released|internal)$", "internal",
        "Who may see a record: everybody, everybody since its release was attested, or members and participants.";
    /// How a charter is unlike the law that it models.
    How, "^(stricter|looser|not-modelled)$", "stricter",
        "How a charter is unlike the law that it models.";
}

/// A point in time.
#[derive(Debug)]
pub struct Time;

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        let says = "A time, in milliseconds since 1970-01-01T00:00:00Z.";
        let number = ObjectBuilder::new().schema_type(SchemaType::new(Type::Integer));
        let number = number.format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
        number
            .minimum(Some(0))
            .examples([1_796_040_000_000_u64])
            .description(Some(says))
            .build()
            .into()
    }
}

impl ToSchema for Time {}

/// The public half of a key.
#[derive(Debug)]
pub struct PublicKey;

impl PartialSchema for PublicKey {
    fn schema() -> RefOr<Schema> {
        text().description(Some("The public half of an Ed25519 key, in base64.")).build().into()
    }
}

impl ToSchema for PublicKey {}

/// Where a charter is unlike the law that it models.
#[derive(Debug, Serialize, ToSchema)]
pub struct Difference {
    /// How it is unlike.
    #[schema(value_type = How)]
    how: String,
    /// The matter: a section of `docs/law.md`.
    topic: String,
    /// What is unlike, in a sentence.
    says: String,
    /// The kinds of measure that it is about; none: all.
    #[serde(default)]
    kinds: Vec<String>,
}

/// What would follow from a statement.
#[derive(Debug, Serialize, ToSchema)]
pub struct Consequence {
    /// What follows: `tabled`, `adopted`, `frozen` and others. It says which of the other fields are there.
    what: String,
    /// The number of the measure.
    #[serde(skip_serializing_if = "Option::is_none")]
    measure: Option<u64>,
    /// The numbers of the measures.
    #[serde(skip_serializing_if = "Option::is_none")]
    measures: Option<Vec<u64>>,
    /// The reason in the decision or lapse.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The code of the party.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Code>)]
    code: Option<String>,
}

/// A member: code, name, weight, officers and keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlannedMember {
    /// The member's code.
    #[schema(value_type = Code)]
    code: String,
    /// The member's name for people.
    name: String,
    /// The member's weight, of which fractions are taken.
    weight: u64,
    /// The number of officers that must sign a statement of the member.
    signatures: usize,
    /// The public half of the recovery key.
    #[schema(value_type = PublicKey)]
    recovery: String,
    /// The public half of the node key.
    #[schema(value_type = PublicKey)]
    node: String,
    /// The public half of the seal key.
    #[schema(value_type = PublicKey)]
    seal: String,
    /// The member's officers.
    officer: Vec<PlannedOfficer>,
}

/// A participant: code, name, role and officers.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlannedParticipant {
    /// The participant's code.
    #[schema(value_type = Code)]
    code: String,
    /// The participant's name for people.
    name: String,
    /// The participant's role in the charter.
    #[schema(value_type = Label)]
    role: String,
    /// The number of officers that must sign a statement of the participant.
    signatures: usize,
    /// The participant's officers; none if the seat is vacant.
    officer: Vec<PlannedOfficer>,
}

/// An officer's key.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlannedOfficer {
    /// The officer's label within the party.
    #[schema(value_type = Label)]
    label: String,
    /// The public half of the officer's key.
    #[schema(value_type = PublicKey)]
    key: String,
}
