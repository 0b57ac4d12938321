//! How the benchmark is to measure.

/// How the benchmark is to measure.
#[derive(Clone, Copy, Debug)]
pub struct Wishes {
    /// Smaller sizes and fewer rounds, to see that it works.
    pub quick: bool,
    /// The number of records of the long history.
    pub records: u64,
}
