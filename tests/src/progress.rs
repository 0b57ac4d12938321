//! How far long work has come, on standard error where that is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of `total` steps, gone when it is dropped.
pub fn bar(what: &'static str, total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}, {eta} left");
    let bar = ProgressBar::new(total).with_message(what);
    bar.with_style(style.expect("the template is well formed"))
}
