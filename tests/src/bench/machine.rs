//! The machine on which the benchmark runs.

/// The number of processors.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
