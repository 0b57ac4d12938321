//! The journal beside a plain file: batches of 27 ballots, each durable before the next.

use std::fs::File;
use std::io::Write as _;
use std::time::Instant;

use nemcon_crypto::hash;
use nemcon_disk::journal::{Journal, SEGMENT_BYTES_MAX};
use nemcon_ledger::Height;
use nemcon_ledger::durable::{CommittedBlock, Entry};

use super::limits::ns;
use super::statistics::Sample;
use super::table::{Row, Table, Target, Unit};
use super::wishes::Wishes;
use crate::crash::Failed;

/// The number of records in a batch.
const RECORDS: usize = 27;
/// The number of bytes of a record, as a ballot has.
const RECORD_BYTES: usize = 560;

/// Appends batches to a journal and to a plain file, in turns.
pub(super) fn run(wishes: &Wishes, table: &mut Table) -> Result<(), Failed> {
    let (rounds, batches) = if wishes.quick { (3, 20) } else { (9, 200) };
    let said = |error: &dyn core::fmt::Display| Failed(error.to_string());
    let folder = tempfile::tempdir()?;
    let council = hash::sha256(b"a council of the benchmark");
    let opened = Journal::open(&folder.path().join("journal"), council, SEGMENT_BYTES_MAX);
    let (mut journal, _) = opened.map_err(|error| said(&error))?;
    let mut plain = File::create(folder.path().join("plain"))?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let began = Instant::now();
        for batch in 0..batches {
            let entry = batch_of(round * batches + batch);
            journal.append(&entry).map_err(|error| said(&error))?;
            journal.sync().map_err(|error| said(&error))?;
        }
        ours.push(per_second(batches, began));
        let began = Instant::now();
        for batch in 0..batches {
            let Entry::Block(block) = batch_of(round * batches + batch) else { continue };
            plain.write_all(&block.records.concat())?;
            plain.sync_data()?;
        }
        bare.push(per_second(batches, began));
    }
    let what = format!("batches of {RECORDS} records, each durable");
    table.add(
        Row::new("journal", what, &Sample::of(ours), Unit::PerSecond)
            .beside(Sample::of(bare).median(), "a plain file with fdatasync")
            .asked(Target::AtLeast(800)),
    );
    Ok(())
}

fn batch_of(number: u64) -> Entry {
    // Ballots on one measure share most of their text; what is each one's own is its signature, a hash.
    let record = |at: usize| {
        let own = hash::sha256(format!("ballot {at} of batch {number}").as_bytes()).to_string();
        let own = [own.as_str(), &hash::sha256(own.as_bytes()).to_string()].concat();
        let mut record = vec![b'.'; RECORD_BYTES - own.len()];
        record.extend(own.into_bytes());
        record
    };
    let records = (0..RECORDS).map(record).collect();
    Entry::Block(CommittedBlock { height: Height(number), records, certificate: Vec::new() })
}

fn per_second(batches: u64, began: Instant) -> u64 {
    batches * 1_000_000_000 / ns(began.elapsed()).max(1)
}
