//! The progress of long work, on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// Does `work` under a bar of the records that come from a node; the bar is gone when this returns.
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
