//! The fields of a measure that a charter may ask for.

/// The fields that a charter may ask for.
pub const FIELDS: [&str; 23] = [
    "category",
    "procedure",
    "basis",
    "initiative",
    "reference",
    "companion",
    "prepared",
    "item",
    "amends",
    "predecessor",
    "incident",
    "rests-on",
    "summary",
    "proportionality",
    "targets",
    "target",
    "reasons",
    "applies",
    "exception",
    "document",
    "enters",
    "reviews",
    "expires",
];

/// Whether a charter may ask a measure for this field.
pub fn is_field(name: &str) -> bool {
    FIELDS.contains(&name)
}
