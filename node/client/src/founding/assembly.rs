//! Cards become a founding plan: all that is wrong with any of them is told at once.
//!
//! What it guarantees: the same cards in any order make the same plan; every key of every card has proven that its
//! holder has it; no code and no key stands twice. What it does not: it cannot tell whose cards they are; each party
//! compares its own with the text that founds.

use core::fmt::{self, Write as _};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use nemcon_crypto::PublicKey;
use nemcon_kit::files;
use nemcon_ledger::audit::FileError;
use nemcon_ledger::record::{Charter, Visibility};
use nemcon_ledger::text::{Code, Label, Origin, Show as _};

use super::card::CardParty;
use super::card_error::CardError;
use super::card_file::{CARD_BYTES_MAX, CardFile};
use super::key_use::KeyUse;
use super::plan::{Plan, PlannedMember, PlannedParticipant};

/// The most cards that are assembled.
pub const CARDS_MAX: usize = 500;
/// How the name of a card's file ends.
pub const CARD_SUFFIX: &str = "card";
/// The option that a wrong order is told of.
const ORDER: &str = "--order";

/// A card, and the file that it came in.
#[derive(Clone, Debug)]
pub struct NamedCard {
    /// The path of the file.
    pub path: PathBuf,
    /// The card with its signatures.
    pub file: CardFile,
}

/// What the cards do not say of a council.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// The charter.
    pub charter: &'a Charter,
    /// The charter's file.
    pub charter_file: &'a Path,
    /// Who may read the records.
    pub visibility: Visibility,
    /// The parties that stand first, in this order. The others stand behind them in the order of their codes.
    pub order: &'a [Code],
}

/// Why one card cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CardFault {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is no card, or does not prove what it must.
    #[error(transparent)]
    Card(#[from] CardError),
    /// It is for another council.
    #[error("it is for the council {found}; the others are for {wanted}")]
    Origin {
        /// The council that the card is for.
        found: Origin,
        /// The council that most cards are for.
        wanted: Origin,
    },
    /// Another card has the same code.
    #[error("its code {code} is that of {} too", .other.shown())]
    CodeTwice {
        /// The code.
        code: Code,
        /// The other card's file.
        other: PathBuf,
    },
    /// Another card has the same key.
    #[error("{of} is {other_of} in {} too; each key has one use and one owner", .other.shown())]
    KeyTwice {
        /// What the key is for in this card.
        of: KeyUse,
        /// The other card's file.
        other: PathBuf,
        /// What the key is for there.
        other_of: KeyUse,
    },
    /// The charter has no such role.
    #[error("its role {0} is none of the charter")]
    Role(Label),
    /// A folder without cards.
    #[error("no file in this folder ends in .{CARD_SUFFIX}")]
    NoCards,
    /// More files than are read.
    #[error("more than {CARDS_MAX} cards")]
    TooMany,
    /// The order names a party of which there is no card.
    #[error("the order names {0}, and no card is of this code")]
    Order(Code),
    /// The order names a party twice.
    #[error("the order names {0} twice")]
    OrderTwice(Code),
    /// Another card has the same address.
    #[error("its address {address} is that of {} too", .other.shown())]
    AddressTwice {
        /// The address.
        address: String,
        /// The other card's file.
        other: PathBuf,
    },
}

/// Every card that cannot be used, with the reason.
#[derive(Debug, thiserror::Error)]
pub struct CardsError(pub Vec<(PathBuf, CardFault)>);

impl fmt::Display for CardsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = String::new();
        for (path, fault) in &self.0 {
            writeln!(words, "{}: {fault}", path.shown())?;
        }
        f.write_str(words.trim_end())
    }
}

/// Reads the cards in these files, and of a folder all files that end in `.card`.
///
/// # Errors
/// [`CardsError`] with every file that holds none, beside the cards that could be read.
pub fn read_cards(paths: &[PathBuf]) -> (Vec<NamedCard>, CardsError) {
    let (mut cards, mut faults) = (Vec::new(), Vec::new());
    for path in expanded(paths, &mut faults) {
        if cards.len() + faults.len() >= CARDS_MAX {
            faults.push((path, CardFault::TooMany));
            break;
        }
        match read_card(&path) {
            Ok(file) => cards.push(NamedCard { path, file }),
            Err(fault) => faults.push((path, fault)),
        }
    }
    (cards, CardsError(faults))
}

/// Reads the card in a file.
///
/// # Errors
/// [`CardFault::File`] or [`CardFault::Card`].
pub fn read_card(path: &Path) -> Result<CardFile, CardFault> {
    Ok(CardFile::parse(&files::read(path, CARD_BYTES_MAX)?)?)
}

/// The files, each folder replaced by the cards in it, in the order of their names.
fn expanded(paths: &[PathBuf], faults: &mut Vec<(PathBuf, CardFault)>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => {
                faults.push((path.clone(), FileError::Unreadable(error).into()));
                continue;
            }
        };
        let is_card = |path: &PathBuf| path.extension().is_some_and(|it| it == CARD_SUFFIX);
        let found = entries.filter_map(Result::ok).map(|it| it.path()).filter(is_card);
        let mut found: Vec<_> = found.take(CARDS_MAX + 1).collect();
        found.sort();
        if found.is_empty() {
            faults.push((path.clone(), CardFault::NoCards));
        }
        files.extend(found);
    }
    files
}

/// The founding plan that these cards make.
///
/// # Errors
/// [`CardsError`] with every card that cannot be used.
pub fn plan_of(cards: &[NamedCard], frame: &Frame<'_>) -> Result<Plan, CardsError> {
    let mut faults = Vec::new();
    let Some(origin) = origin_of(cards) else { return Err(CardsError(faults)) };
    let mut owners: BTreeMap<PublicKey, (&Path, KeyUse)> = BTreeMap::new();
    let mut codes: BTreeMap<&Code, &Path> = BTreeMap::new();
    for NamedCard { path, file } in cards {
        let found = faults_of(file, &origin, frame).into_iter().map(|it| (path.clone(), it));
        faults.extend(found);
        if let Some(other) = codes.insert(file.card().code(), path) {
            let (code, other) = (file.card().code().clone(), other.to_owned());
            faults.push((path.clone(), CardFault::CodeTwice { code, other }));
        }
        for proof in file.proofs() {
            if let Some((other, other_of)) = owners.get(&proof.key) {
                let (other, other_of) = ((*other).to_owned(), other_of.clone());
                faults.push((path.clone(), CardFault::KeyTwice { of: proof.of, other, other_of }));
            } else {
                owners.insert(proof.key, (path, proof.of));
            }
        }
    }
    faults.extend(addresses_twice(cards));
    let (mut seen, mut told) = (BTreeSet::new(), BTreeSet::new());
    for code in frame.order {
        let is_first = seen.insert(code);
        let fault = match codes.contains_key(code) {
            false => CardFault::Order(code.clone()),
            true if !is_first => CardFault::OrderTwice(code.clone()),
            true => continue,
        };
        if told.insert(code) {
            faults.push((PathBuf::from(ORDER), fault));
        }
    }
    if faults.is_empty() { Ok(in_order(cards, origin, frame)) } else { Err(CardsError(faults)) }
}

/// The cards whose node has the address of another card's.
fn addresses_twice(cards: &[NamedCard]) -> Vec<(PathBuf, CardFault)> {
    let (mut owners, mut faults) = (BTreeMap::new(), Vec::new());
    for NamedCard { path, file } in cards {
        let Some(address) = file.card().address().map(ToString::to_string) else { continue };
        match owners.get(&address) {
            Some(other) => {
                let other = PathBuf::clone(other);
                faults.push((path.clone(), CardFault::AddressTwice { address, other }));
            }
            None => drop(owners.insert(address, path.clone())),
        }
    }
    faults
}

/// The council that most cards are for; of several the first by name.
fn origin_of(cards: &[NamedCard]) -> Option<Origin> {
    let mut counts: BTreeMap<&str, (usize, &Origin)> = BTreeMap::new();
    for card in cards {
        let origin = &card.file.card().origin;
        counts.entry(origin.as_str()).or_insert((0, origin)).0 += 1;
    }
    let most = counts.values().map(|(count, _)| *count).max()?;
    counts.values().find(|(count, _)| *count == most).map(|(_, origin)| (*origin).clone())
}

/// What is wrong with a card by itself and under this charter.
fn faults_of(file: &CardFile, origin: &Origin, frame: &Frame<'_>) -> Vec<CardFault> {
    let card = file.card();
    let mut faults = Vec::new();
    if card.origin != *origin {
        faults.push(CardFault::Origin { found: card.origin.clone(), wanted: origin.clone() });
    }
    if let Err(error) = file.verify() {
        faults.push(error.into());
    }
    if let CardParty::Participant(it) = &card.party
        && !frame.charter.gives(&it.role)
    {
        faults.push(CardFault::Role(it.role.clone()));
    }
    faults
}

/// The plan with its parties in order.
fn in_order(cards: &[NamedCard], origin: Origin, frame: &Frame<'_>) -> Plan {
    let mut parties: Vec<_> = cards.iter().map(|it| it.file.card()).collect();
    let place = |code: &Code| frame.order.iter().position(|it| it == code).unwrap_or(usize::MAX);
    parties.sort_by_key(|card| (place(card.code()), card.code().clone()));
    let (mut members, mut participants) = (Vec::new(), Vec::new());
    for card in parties {
        match &card.party {
            CardParty::Member(member, _) => members.push(PlannedMember::of(member)),
            CardParty::Participant(it) => participants.push(PlannedParticipant::of(it)),
        }
    }
    let charter = frame.charter_file.to_owned();
    Plan { origin, visibility: frame.visibility, charter, members, participants }
}

#[cfg(test)]
mod tests;
