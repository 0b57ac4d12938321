//! The work of an audit on several cores.

use core::num::NonZeroUsize;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use nemcon_ledger::audit::{Looked, OneByOne, Workers};
use nemcon_ledger::council::Council;

/// How many records a thread takes at a time.
const RECORDS_AT_A_TIME: usize = 16;

/// Threads that look at the records of an audit. They live as long as one call, and none of them is left
/// behind.
#[derive(Clone, Copy, Debug)]
pub struct Cores(NonZeroUsize);

impl Cores {
    /// One thread for each core that this process may use.
    pub fn all() -> Self {
        Self(thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
    }

    /// So many threads, with the caller's.
    pub const fn of(threads: NonZeroUsize) -> Self {
        Self(threads)
    }
}

impl Workers for Cores {
    fn look(
        &self,
        council: &Council,
        records: &[Vec<u8>],
        meanwhile: &mut dyn FnMut(),
    ) -> Vec<Looked> {
        if self.0 == NonZeroUsize::MIN {
            return OneByOne.look(council, records, meanwhile);
        }
        let next = AtomicUsize::new(0);
        let take = || {
            let from = next.fetch_add(RECORDS_AT_A_TIME, Ordering::Relaxed);
            records.get(from..).filter(|rest| !rest.is_empty()).map(|rest| {
                let part = &rest[..rest.len().min(RECORDS_AT_A_TIME)];
                (from, part.iter().map(|record| Looked::at(council, record)).collect::<Vec<_>>())
            })
        };
        let work = || core::iter::from_fn(take).collect::<Vec<_>>();
        let mut parts = thread::scope(|scope| {
            // Where the system gives no thread, the caller's does the work.
            let begin = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
            let helpers: Vec<_> = (1..self.0.get()).map_while(begin).collect();
            meanwhile();
            let mut parts = work();
            for helper in helpers {
                parts
                    .extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            parts
        });
        parts.sort_unstable_by_key(|(from, _)| *from);
        parts.into_iter().flat_map(|(_, part)| part).collect()
    }
}
