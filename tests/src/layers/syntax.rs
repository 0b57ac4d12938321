//! Small questions to a syntax tree.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{Attribute, Item, Meta, Path};

/// An identifier without the mark of a raw one.
pub(super) fn plain(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or(text.clone(), str::to_owned)
}

/// Whether `#[cfg(test)]`, `#[test]` or the feature for other crates' tests leaves the item out of
/// what ships.
pub(super) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("cfg") => holds_in_tests_alone(&list.tokens),
        Meta::List(_) | Meta::NameValue(_) => false,
    })
}

fn holds_in_tests_alone(condition: &TokenStream) -> bool {
    let mut words = Vec::new();
    collect_words(condition, &mut words);
    let is = |word: &str| words.iter().any(|named| named == word);
    let is_alternative = is("any") && !words.iter().all(|word| TEST_WORDS.contains(&word.as_str()));
    is("test") && !is("not") && !is_alternative
}

/// The words of `any(test, feature = "fixture")`, which no shipped program turns on.
const TEST_WORDS: [&str; 4] = ["any", "test", "feature", "\"fixture\""];

fn collect_words(tokens: &TokenStream, words: &mut Vec<String>) {
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) => words.push(ident.to_string()),
            TokenTree::Literal(literal) => words.push(literal.to_string()),
            TokenTree::Group(group) => collect_words(&group.stream(), words),
            TokenTree::Punct(_) => {}
        }
    }
}

/// The attributes of an item.
pub(super) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// The name that an item adds to its module, modules and macros left out.
pub(super) fn name_of(item: &Item) -> Option<&Ident> {
    match item {
        Item::Const(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Static(item) => Some(&item.ident),
        Item::Struct(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        _ => None,
    }
}

/// A path with one name more.
pub(super) fn joined(prefix: &[String], name: &Ident) -> Vec<String> {
    prefix.iter().cloned().chain([plain(name)]).collect()
}

/// The names of a path, generic arguments left out.
pub(super) fn names_of(path: &Path) -> Vec<String> {
    path.segments.iter().map(|segment| plain(&segment.ident)).collect()
}
