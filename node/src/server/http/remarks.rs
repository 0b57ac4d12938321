//! The texts of remarks, which the council does not keep, read from the journal.
//!
//! What it guarantees: each remark that the council has is told. What it does not: of many remarks the last
//! ones are told without their text.

use axum::response::Response;
use nemcon_client::api::RemarkView;
use nemcon_ledger::council::{Balloting, RemarkState};
use nemcon_ledger::record::{Body, Record, RemarkText};
use nemcon_ledger::text::Line;

use super::desk::{Desk, index_is_off};
use crate::server::requests::{Request, Wanted};
use crate::server::view::remark::remark;

/// The number of remarks whose texts are in an answer, if these fit into it.
const TEXTS_TOLD_MAX: usize = 64;

/// The remarks on a measure, with their texts.
pub(super) async fn remarks_on(desk: &Desk, said: &Balloting) -> Result<Vec<RemarkView>, Response> {
    let has_text = |it: &&RemarkState| it.digest.is_none();
    let mut leaves = Vec::new();
    for it in said.remarks.iter().filter(has_text).take(TEXTS_TOLD_MAX) {
        let asked = desk.ask(|to| Request::Leaves(Wanted::Range(it.leaf.0, 1), to)).await?;
        leaves.push(asked.ok_or_else(index_is_off)?);
    }
    let records = if leaves.is_empty() { Vec::new() } else { desk.read_each(leaves).await? };
    let mut texts = records.iter().map(|record| lines_of(record));
    let told = said.remarks.iter().map(|it| {
        let lines = if has_text(&it) { texts.next().unwrap_or_default() } else { Vec::new() };
        remark(it, &lines)
    });
    Ok(told.collect())
}

/// The lines of the remark in this record.
fn lines_of(record: &str) -> Vec<Line> {
    match Record::parse(record.as_bytes()) {
        Ok(Record::Statement(statement)) => match statement.body {
            Body::Remark(said) => match said.text {
                RemarkText::Lines(lines) => lines,
                RemarkText::Digest(_) => Vec::new(),
            },
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
