//! A card as it is shown to people and programs.

use std::path::Path;

use nemcon_client::founding::{CardFile, CardParty, Proof};
use nemcon_client::reading::{Foreseen, Reading};
use nemcon_client::words::count;
use nemcon_crypto::hash;
use nemcon_ledger::text::Show as _;
use serde_json::{Value, json};

/// What a person reads before keys sign a card.
pub(super) fn reading(file: &CardFile, keys: usize) -> Reading {
    let card = file.card();
    let signs = format!("{} here", count(keys as u64, "key"));
    Reading {
        who: card.name().to_string().to_uppercase(),
        what: format!("its card for the council {}", card.origin),
        about: vec![signs],
        foreseen: Foreseen::Unasked,
        by_text: vec![
            "whoever puts the founding together takes these keys for yours; nothing is founded before your officers \
             have read and signed the text that founds"
                .to_owned(),
        ],
        texts: vec![("the card".to_owned(), file.text().to_owned())],
        subjects: Vec::new(),
    }
}

/// A line about a card, and what its keys still have to do.
pub(super) fn words(file: &CardFile, path: &Path) -> String {
    let card = file.card();
    let what = match &card.party {
        CardParty::Member(member, _) => format!("a member that weighs {}", member.weight),
        CardParty::Participant(it) => format!("a participant of role {}", it.role),
    };
    format!(
        "{}: {} {}, {what}, in {}\n{}",
        path.shown(),
        card.code(),
        card.name(),
        card.origin,
        standing(file)
    )
}

/// Which keys have signed the card.
pub(super) fn standing(file: &CardFile) -> String {
    let proofs = file.proofs();
    let keys = count(proofs.len() as u64, "key");
    let lacking: Vec<_> = proofs.iter().filter(|it| !it.is_proven).collect();
    if lacking.is_empty() {
        return format!("  whole: signed by every key of the card, {keys}");
    }
    let lacking: Vec<_> = lacking.iter().map(|it| it.of.to_string()).collect();
    format!(
        "  NOT whole: of its {keys} these have still to sign it: {}\n  next: `nemcon card sign FILE --key KEYFILE` where \
         each key is, or `nemcon card bytes FILE` and `nemcon card attach FILE` for a key in a device",
        lacking.join(", ")
    )
}

pub(super) fn describe(file: &CardFile, path: &Path) -> Value {
    let card = file.card();
    let (weight, role) = match &card.party {
        CardParty::Member(member, _) => (Some(member.weight), None),
        CardParty::Participant(it) => (None, Some(&it.role)),
    };
    let key = |it: Proof| json!({ "key": it.key, "of": it.of.to_string(), "proven": it.is_proven });
    json!({
        "file": path.to_string_lossy(), "origin": card.origin, "code": card.code(), "name": card.name(),
        "weight": weight, "role": role, "address": card.address().map(ToString::to_string),
        "keys": file.proofs().into_iter().map(key).collect::<Vec<_>>(),
        "whole": file.verify().is_ok(), "text": file.text(), "text_hash": hash::sha256(file.text().as_bytes()),
    })
}
