//! The progress of long work, as a bar on a terminal.

use indicatif::{ProgressBar, ProgressStyle};
use nemcon_client::export::Stage;

/// Runs `work` and shows a bar of the records that are done, with their rate and the time left, if
/// standard error is a terminal. The bar is removed when this returns.
pub fn of_records<T>(work: impl FnOnce(&mut dyn FnMut(Stage, u64, u64)) -> T) -> T {
    let template = "{msg} {wide_bar} {human_pos}/{human_len} records, {per_sec}, {eta} left";
    let style = ProgressStyle::with_template(template).expect("the template is one");
    let bar = ProgressBar::new(0).with_style(style);
    let mut stage = None;
    let done = work(&mut |of, done, all| {
        if stage != Some(of) {
            stage = Some(of);
            bar.reset();
            bar.set_message(match of {
                Stage::Fetching => "fetched",
                Stage::Auditing => "audited",
            });
        }
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    done
}

/// As [`of_records`], for an audit alone.
pub fn of_audit<T>(work: impl FnOnce(&mut dyn FnMut(u64, u64)) -> T) -> T {
    of_records(|progress| work(&mut |done, all| progress(Stage::Auditing, done, all)))
}
