//! What an auditor should know although it breaks no rule.

use nemcon_crypto::note::SIGNATURES_MAX;

use crate::Height;
use crate::text::{Code, Time};

/// Something odd. No verdict rests on it: a seal's time is its node's own word, and a block's time that
/// of those who sealed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Remark {
    /// Sealed before the block was made.
    #[error("{code} says that it sealed at {}, before the block that it seals", at(*.time_s))]
    SealEarly {
        /// The member whose seal it is.
        code: Code,
        /// When, in seconds since the Unix epoch.
        time_s: u64,
    },
    /// Sealed later than now.
    #[error("{code} says that it sealed at {}, which is still to come", at(*.time_s))]
    SealAhead {
        /// The member whose seal it is.
        code: Code,
        /// When, in seconds since the Unix epoch.
        time_s: u64,
    },
    /// A block later than now.
    #[error("block {} is of {time}, which is still to come", .height.0)]
    BlockAhead {
        /// The height of the block.
        height: Height,
        /// The time of the block.
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
