//! What was said on measures that have ended, read from the journal through the index.
//!
//! What it guarantees: an answer about a measure is the same before and after the council has forgotten
//! what was said on the measure. What it does not: without the index there is no such answer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use axum::response::Response;
use nemcon_crypto::LeafIndex;
use nemcon_disk::journal::{JournalError, Position, read_from};
use nemcon_disk::store::BlockPlace;
use nemcon_ledger::Chain;
use nemcon_ledger::council::{Balloting, MeasureState, Told};
use nemcon_ledger::durable::Entry;
use nemcon_ledger::record::Record;
use nemcon_ledger::text::Time;

use super::desk::{Desk, index_is_off, unreadable};
use crate::server::requests::{Filed, Leaves, Request};

/// The number of leaves for which the replica's thread is asked at once.
const LEAVES_ASKED: usize = 512;
/// The bytes of blocks that are read for one answer; no other measure is begun behind them.
const BLOCKS_BYTES_MAX: usize = 16 << 20;

/// The records of a measure: which, and where its leaves are.
struct Wanted {
    number: u64,
    leaves: Vec<(u64, BlockPlace)>,
}

/// What was said on these measures, in their order: on all of them, or on as many as one answer reads
/// blocks for.
pub(super) async fn said_on<'a>(
    desk: &Desk,
    chain: &Arc<Chain>,
    measures: &[&'a MeasureState],
) -> Result<Vec<Cow<'a, Balloting>>, Response> {
    let mut wanted = Vec::new();
    for measure in measures.iter().filter(|it| it.balloting().is_none()) {
        wanted.push(wanted_of(desk, chain, measure).await?);
    }
    let mut retold = if wanted.is_empty() {
        Vec::new().into_iter()
    } else {
        let chain = Arc::clone(chain);
        let read = desk.read_with(move |journal| retell(journal, &chain, &wanted)).await?;
        read.ok_or_else(unreadable)?.into_iter()
    };
    let said = measures.iter().map_while(|measure| match measure.balloting() {
        Some(said) => Some(Cow::Borrowed(said)),
        None => retold.next().map(Cow::Owned),
    });
    Ok(said.collect())
}

/// Where the records are that tell what was said on a measure.
async fn wanted_of(desk: &Desk, chain: &Chain, measure: &MeasureState) -> Result<Wanted, Response> {
    let mut leaves = BTreeMap::new();
    for number in chain.council().told_by(measure) {
        let mut from = 0;
        loop {
            let of = Filed::Measure(number);
            let asked = desk.ask(|to| Request::Filed(of, from, LEAVES_ASKED, to)).await?;
            let found = asked.ok_or_else(index_is_off)?;
            let is_last = found.len() < LEAVES_ASKED;
            from = found.last().map_or(u64::MAX, |last| last.from.saturating_add(1));
            let place = |it: &Leaves| Some((it.from, *it.places.first()?));
            leaves.extend(found.iter().filter_map(place));
            if is_last {
                break;
            }
        }
    }
    // The chain of this answer may end before the journal does.
    let leaves = leaves.into_iter().take_while(|(leaf, _)| *leaf < chain.size().0);
    Ok(Wanted { number: measure.number, leaves: leaves.collect() })
}

/// Retells these measures, as many as the limit of an answer allows; `None` if the records do not tell
/// what the council knows.
fn retell(
    journal: &Path,
    chain: &Chain,
    wanted: &[Wanted],
) -> Result<Option<Vec<Balloting>>, JournalError> {
    let council = chain.council();
    let mut reader = Reader { journal, blocks: BTreeMap::new(), held: 0, read: 0 };
    let mut retold = Vec::new();
    for Wanted { number, leaves } in wanted {
        if reader.read > BLOCKS_BYTES_MAX {
            break;
        }
        let mut failed = None;
        let told = leaves.iter().map_while(|(leaf, place)| {
            reader.told(*leaf, *place).map_err(|error| failed = Some(error)).ok()
        });
        let state = council.measure(*number);
        let said = state.and_then(|state| council.retell(state, told.flatten()));
        if let Some(error) = failed {
            return Err(error);
        }
        let Some(said) = said else { return Ok(None) };
        retold.push(said);
    }
    Ok(Some(retold))
}

/// Blocks of the journal, each read once for the measures that follow each other in it.
struct Reader<'a> {
    journal: &'a Path,
    blocks: BTreeMap<Position, (Time, Vec<Vec<u8>>)>,
    /// The bytes of these blocks.
    held: usize,
    /// The bytes of all blocks that were read.
    read: usize,
}

impl Reader<'_> {
    /// The statement at this leaf; `None` if another record stands there.
    fn told(&mut self, leaf: u64, place: BlockPlace) -> Result<Option<Told>, JournalError> {
        let BlockPlace { position, first_leaf } = place;
        let missing = || JournalError::NoEntry(position);
        if !self.blocks.contains_key(&position) {
            self.read_block(position)?;
        }
        let (time, records) = self.blocks.get(&position).ok_or_else(missing)?;
        let at = usize::try_from(leaf - first_leaf.0).map_err(|_| missing())?;
        let record = records.get(at).ok_or_else(missing)?;
        let Ok(Record::Statement(statement)) = Record::parse(record) else { return Ok(None) };
        Ok(Some(Told { leaf: LeafIndex(leaf), time: *time, statement: *statement }))
    }

    fn read_block(&mut self, position: Position) -> Result<(), JournalError> {
        let Entry::Block(block) = read_from(self.journal, position)? else {
            return Err(JournalError::NoEntry(position));
        };
        let bytes = block.bytes();
        if self.held + bytes > BLOCKS_BYTES_MAX {
            self.blocks.clear();
            self.held = 0;
        }
        self.held += bytes;
        self.read += bytes;
        let last = block.records.last().map(|record| Record::parse(record));
        let Some(Ok(Record::Block(record))) = last else {
            return Err(JournalError::NoEntry(position));
        };
        self.blocks.insert(position, (record.time, block.records));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use nemcon_client::fixture::{another, genesis, head, now, officer};
    use nemcon_client::statements;
    use nemcon_crypto::hash;
    use nemcon_disk::journal::{Journal, SEGMENT_BYTES_MAX};
    use nemcon_ledger::chain::{Block, Proposal};
    use nemcon_ledger::durable::CommittedBlock;
    use nemcon_ledger::record::{Body, Position, Statement, signers};
    use tokio::sync::mpsc;

    use super::*;

    /// A chain on which a measure was tabled, balloted on and withdrawn; its blocks; and what was said.
    fn withdrawn() -> (Arc<Chain>, Vec<Block>, Balloting) {
        let genesis = genesis();
        let measure = another(1, "First");
        let mut chain = Chain::found(genesis.clone());
        let mut blocks = Vec::new();
        let mut say = |body: &Body| {
            let parts = signers::of_founding(body, &genesis).unwrap();
            let signed = statements::sign(body, &parts, &[officer(1, 0)], 0).unwrap();
            let signed = Statement::parse(&signed.render()).unwrap();
            let time = chain.next_time(now());
            let (block, next) = chain.assemble(&Proposal { time, round: 0 }, &[&signed]).unwrap();
            chain = next;
            blocks.push(block);
            signed.leaf_hash
        };
        say(&Body::parse(&measure.text).unwrap());
        let mut shown = measure;
        let in_favour = Position::InFavour.into();
        let ballot = statements::ballot(head(&genesis, "BG"), &shown, in_favour).unwrap();
        shown.last.insert("BG".parse().unwrap(), say(&ballot));
        say(&statements::withdrawal(head(&genesis, "BG"), &shown, None).unwrap());
        let said = chain.council().just_ended().map(|(_, said)| said.clone()).next().unwrap();
        (Arc::new(chain), blocks, said)
    }

    /// A desk over a journal of these blocks, whose index knows their statements or is off.
    fn desk(blocks: Vec<Block>, folder: &Path, has_index: bool) -> Desk {
        let council = hash::sha256(b"council");
        let (mut journal, _) = Journal::open(folder, council, SEGMENT_BYTES_MAX).unwrap();
        let (mut first, mut places) = (1, Vec::new());
        for (height, Block { records }) in (1..).zip(blocks) {
            let block = CommittedBlock {
                height: nemcon_ledger::Height(height),
                records,
                certificate: Vec::new(),
            };
            let (leaf, leaves) = (first, block.records.len() as u64);
            let position = journal.append(&Entry::Block(block)).unwrap();
            places.push((leaf, BlockPlace { position, first_leaf: LeafIndex(leaf) }));
            first += leaves;
        }
        journal.sync().unwrap();
        let (to, mut requests) = mpsc::channel(1);
        tokio::spawn(async move {
            while let Some(request) = requests.recv().await {
                let Request::Filed(Filed::Measure(1), from, _, to) = request else {
                    panic!("another request")
                };
                let leaves = places.iter().filter(|(leaf, _)| *leaf >= from);
                let leaves = leaves.map(|(leaf, place)| Leaves {
                    from: *leaf,
                    places: vec![*place],
                    limit: 1,
                    size: first,
                });
                let found = has_index.then(|| leaves.collect());
                drop(to.send(found));
            }
        });
        Desk::new(to, folder.into())
    }

    #[tokio::test]
    async fn what_was_said_on_a_measure_is_the_same_after_it_has_left_memory() {
        let folder = tempfile::tempdir().unwrap();
        let (chain, blocks, said) = withdrawn();
        let desk = desk(blocks, folder.path(), true);
        let measure = chain.council().measure(1).unwrap();
        assert!(measure.balloting().is_none(), "it has left memory");
        let retold = said_on(&desk, &chain, &[measure]).await.unwrap();
        assert_eq!(retold.first().map(AsRef::as_ref), Some(&said));
        assert_eq!(said.ballots.len(), 1);
    }

    #[tokio::test]
    async fn records_that_do_not_tell_what_the_council_knows_are_no_answer() {
        let folder = tempfile::tempdir().unwrap();
        let (chain, mut blocks, _) = withdrawn();
        // Without the ballot, the records tell another outcome than the council has.
        blocks.remove(1);
        let desk = desk(blocks, folder.path(), true);
        let refused = said_on(&desk, &chain, &[chain.council().measure(1).unwrap()]).await;
        assert_eq!(refused.unwrap_err().status(), StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[tokio::test]
    async fn without_the_index_the_answer_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let (chain, blocks, _) = withdrawn();
        let desk = desk(blocks, folder.path(), false);
        let refused = said_on(&desk, &chain, &[chain.council().measure(1).unwrap()]).await;
        assert_eq!(refused.unwrap_err().status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
