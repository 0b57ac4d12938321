//! The progress of long work, as a bar on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// Runs `work` and shows a bar of the records that arrive from a node. The bar is removed
/// when this returns.
pub(crate) fn of_records<T>(work: impl FnOnce(&mut dyn FnMut(u64, u64)) -> T) -> T {
    let style = ProgressStyle::with_template("records {wide_bar} {pos}/{len}")
        .expect("the template is one");
    let bar = ProgressBar::new(0).with_style(style);
    let done = work(&mut |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    done
}
