//! The remarks that are annexed to the minutes of an act, with their whole texts.

use nemcon_ledger::record::{Body, Record, RemarkText};

use crate::api::RemarkView;
use crate::client::Client;
use crate::failure::Failure;

/// The remarks with their whole texts, which are read from their records where the node has cut them.
///
/// # Errors
/// [`Failure`] if the node does not give a record.
pub(super) fn whole(
    client: &Client,
    mut remarks: Vec<RemarkView>,
) -> Result<Vec<RemarkView>, Failure> {
    for remark in &mut remarks {
        let is_cut = remark.text.last().is_none_or(|line| line.ends_with('…'));
        if !is_cut || remark.digest.is_some() {
            continue;
        }
        let record = client.records(remark.leaf, 1)?.records.pop().unwrap_or_default();
        if let Ok(Record::Statement(statement)) = Record::parse(record.as_bytes())
            && let Body::Remark(said) = statement.body
            && let RemarkText::Lines(lines) = said.text
            && said.said.head.by == remark.code
        {
            remark.text = lines.iter().map(ToString::to_string).collect();
        }
    }
    Ok(remarks)
}
