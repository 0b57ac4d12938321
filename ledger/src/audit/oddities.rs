//! Looking for what is odd in the times of an export and in its checkpoint.

use nemcon_crypto::note::SIGNATURES_MAX;

use super::remarks::Remark;
use super::report::Report;
use crate::text::Time;

/// How far clocks may be apart without a remark, in milliseconds.
const CLOCKS_APART_MAX_MS: u64 = 60_000;

/// Adds remarks on times, by the auditor's clock if there is one, and on the number of signature lines.
pub(super) fn remark(report: &mut Report, lines: usize, now: Option<Time>) {
    if lines > SIGNATURES_MAX {
        report.remarks.push(Remark::ManyLines(lines));
    }
    let is_ahead =
        |ms: u64| now.is_some_and(|now| ms > now.as_ms().saturating_add(CLOCKS_APART_MAX_MS));
    if let Some(time) = report.time.filter(|time| is_ahead(time.as_ms())) {
        report.remarks.push(Remark::BlockAhead { height: report.height, time });
    }
    let block_ms = report.time.map_or(0, Time::as_ms);
    for (code, time_s) in &report.seal_times {
        let (code, ms) = (code.clone(), time_s.saturating_mul(1000));
        if ms.saturating_add(CLOCKS_APART_MAX_MS) < block_ms {
            report.remarks.push(Remark::SealEarly { code, time_s: *time_s });
        } else if is_ahead(ms) {
            report.remarks.push(Remark::SealAhead { code, time_s: *time_s });
        }
    }
}
