//! Nodes with nothing to do.

use std::time::Duration;

use super::statistics::Sample;
use super::table::{Amount, Row, Table, Target, Unit};
use super::wishes::Wishes;
use crate::crash::Failed;
use crate::idle::{Idle, watch};

/// The members of the council.
const MEMBERS: usize = 27;
/// The most of a core that an idle node may use: 0.1 %, in millionths.
const SHARE_MAX: u64 = 1_000;
/// The most memory of an idle, young node, in KiB.
const MEMORY_MAX_KIB: u64 = 60 << 10;

/// Watches 27 nodes that have nothing to do.
pub(super) fn run(wishes: &Wishes, table: &mut Table) -> Result<(), Failed> {
    let window = Duration::from_secs(if wishes.quick { 5 } else { 60 });
    let Idle { shares, written, blocks, memory_kib } = watch(MEMBERS, window)?;
    let within = |most, unit| Target::Within(Amount(most, unit));
    let seconds = window.as_secs();
    for (what, sample, unit, most) in [
        ("processor of a node", Sample::of(shares), Unit::CoreMillionths, SHARE_MAX),
        ("bytes written by all", Sample::of([written]), Unit::Bytes, 0),
        ("blocks", Sample::of([blocks]), Unit::Count, 0),
        ("memory of a node", Sample::of(memory_kib), Unit::Kib, MEMORY_MAX_KIB),
    ] {
        let what = format!("{MEMBERS} nodes, {seconds} s: {what}");
        table.add(Row::new("idle", what, &sample, unit).asked(within(most, unit)));
    }
    Ok(())
}
