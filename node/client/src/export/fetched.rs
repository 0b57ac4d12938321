//! The records of a node's log, fetched in pieces as they are asked for.

use std::vec::IntoIter;

use crate::client::Client;
use crate::failure::Failure;

/// The greatest number of records in one request. The node gives fewer if they are long.
const RECORDS_A_REQUEST: u64 = 4096;

/// Gives the records from one leaf of the log to another.
pub(super) struct Fetched<'a> {
    client: &'a Client,
    /// The leaf index of the next record that was not fetched yet.
    from: u64,
    end: u64,
    piece: IntoIter<String>,
}

impl<'a> Fetched<'a> {
    pub(super) fn new(client: &'a Client, from: u64, end: u64) -> Self {
        Self { client, from, end, piece: Vec::new().into_iter() }
    }

    fn fetch(&mut self) -> Result<(), Failure> {
        let part = self.client.records(self.from, RECORDS_A_REQUEST.min(self.end - self.from))?;
        if part.records.is_empty() {
            return Err(Failure::refused(format_args!(
                "{} gives no record from {} on, and {} are sealed",
                self.client.told(),
                self.from,
                self.end,
            ))
            .next("export from another member's node, and compare"));
        }
        self.from += part.records.len() as u64;
        self.piece = part.records.into_iter();
        Ok(())
    }
}

impl Iterator for Fetched<'_> {
    type Item = Result<Vec<u8>, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.piece.len() == 0
            && self.from < self.end
            && let Err(failure) = self.fetch()
        {
            return Some(Err(failure));
        }
        self.piece.next().map(|record| Ok(record.into_bytes()))
    }
}
