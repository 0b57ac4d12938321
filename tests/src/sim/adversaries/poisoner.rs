//! Sends each text under other signatures before the genuine record comes, so that whoever keeps what it has
//! verified keeps the wrong thing.

use std::collections::BTreeSet;

use nemcon_crypto::Digest;
use nemcon_crypto::note::{SignatureLine, SignedNote};
use nemcon_ledger::record::Statement;
use nemcon_replica::replica::Message;

use super::{Adversary, Hand};

/// How many ordered records it sends again at a turn, under other signatures.
const AGAIN: usize = 4;

/// Gives every record a twin.
#[derive(Clone, Debug, Default)]
pub(super) struct Poisoner {
    /// The texts that it has given a twin when it heard of them: two of it that answered each other would never
    /// end.
    heard: BTreeSet<Digest>,
}

impl Adversary for Poisoner {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        if let Message::Pending(records) = &message {
            let twins = twins_of(hand, records);
            hand.send(to, Message::Pending(twins));
        }
        hand.send(to, message);
    }

    fn incoming(&mut self, hand: &mut Hand<'_>, _from: usize, message: &Message) -> bool {
        if let Message::Pending(records) = message {
            let statements = records.iter().filter_map(|record| Statement::parse(record).ok());
            let new = statements.filter(|statement| self.heard.insert(statement.text_hash));
            let twins: Vec<_> = new.filter_map(|statement| twin_of(hand, &statement)).collect();
            if !twins.is_empty() {
                hand.send_all(&Message::Pending(twins));
            }
        }
        false
    }

    fn tick(&mut self, hand: &mut Hand<'_>) {
        let again = (0..AGAIN).map(|_| hand.leaves[hand.rng.index(hand.leaves.len())].clone());
        let again: Vec<_> = again.collect();
        let mut records = twins_of(hand, &again);
        records.extend(again);
        hand.send_all(&Message::Pending(records));
    }
}

/// The same texts under other lines, where they are statements.
fn twins_of(hand: &mut Hand<'_>, records: &[Vec<u8>]) -> Vec<Vec<u8>> {
    records.iter().filter_map(|record| twin_of(hand, &Statement::parse(record).ok()?)).collect()
}

/// The same text with its lines twice, with a line fewer, by its own officer whoever speaks, or, where it speaks
/// itself, by the key that its officer had at the founding. Seldom under a line that no key made: for that it is
/// cut off.
fn twin_of(hand: &mut Hand<'_>, statement: &Statement) -> Option<Vec<u8>> {
    let mut lines = statement.note.signatures().to_vec();
    match hand.rng.below(16) {
        0 => {
            let line = lines.first()?;
            let blob = vec![7; line.blob().len()];
            lines[0] = SignatureLine::new(line.name().clone(), line.key_id(), blob).ok()?;
        }
        1..5 => lines.extend(lines.clone()),
        5..8 => drop(lines.pop()?),
        _ => lines[0] = hand.parties.signature(statement.note.text(), hand.code(), 0),
    }
    let note = SignedNote::new(statement.note.text().to_owned(), lines).ok()?;
    Some(Statement { note, ..statement.clone() }.render())
}
