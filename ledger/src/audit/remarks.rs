//! What an auditor should know though it breaks no rule.

use nemcon_crypto::note::SIGNATURES_MAX;

use super::report::Report;
use crate::Height;
use crate::text::{Code, Time};

/// How far clocks may be apart without a remark, in milliseconds.
const CLOCKS_APART_MAX_MS: u64 = 60_000;

/// Something odd. No verdict rests on it: a seal's time is its node's own word, and a block's time that
/// of those who sealed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Remark {
    /// Sealed before the block was made.
    #[error("{code} says that it sealed at {}, before the block that it seals", at(*.time_s))]
    SealEarly {
        /// Who.
        code: Code,
        /// When, in seconds since the Unix epoch.
        time_s: u64,
    },
    /// Sealed later than now.
    #[error("{code} says that it sealed at {}, which is still to come", at(*.time_s))]
    SealAhead {
        /// Who.
        code: Code,
        /// When, in seconds since the Unix epoch.
        time_s: u64,
    },
    /// A block later than now.
    #[error("block {} is of {time}, which is still to come", .height.0)]
    BlockAhead {
        /// Which.
        height: Height,
        /// Its time.
        time: Time,
    },
    /// More lines than some libraries read.
    #[error(
        "the checkpoint has {0} signature lines; Go's note library opens none with more than \
         {SIGNATURES_MAX}"
    )]
    ManyLines(usize),
}

impl Remark {
    /// Its stable name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SealEarly { .. } => "seal-early",
            Self::SealAhead { .. } => "seal-ahead",
            Self::BlockAhead { .. } => "block-ahead",
            Self::ManyLines(_) => "many-lines",
        }
    }
}

/// A time in seconds since the Unix epoch, for people.
pub fn at(time_s: u64) -> String {
    let time = time_s.checked_mul(1000).and_then(|ms| Time::from_ms(ms).ok());
    time.map_or_else(
        || format!("second {time_s} since 1970, after the year 9999"),
        |time| format!("{}Z", &time.to_string()[..19]),
    )
}

/// Remarks on times, by the auditor's clock where it has one.
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
