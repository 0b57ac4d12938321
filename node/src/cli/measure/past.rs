//! What stands no more on a measure, and how its deadline moved, as people read it.

use nemcon_client::api::{ExtensionView, PastView};

use crate::cli::screen::dated;

/// One thing that stands no more, and why.
pub(in crate::cli) fn gone(past: &PastView) -> String {
    let PastView { code, said, leaf, .. } = past;
    let by = past.by.as_ref().map(|by| format!(", signed by {by} under its mandate"));
    let what = match past.was.as_str() {
        "mandate" => format!("mandate of {code} to {said}"),
        "reservation" => format!("{said} reservation of {code}"),
        was => format!("{was} {said} of {code}{}", by.unwrap_or_default()),
    };
    format!("{what}, record {leaf}: {}, {}", why(past), dated(past.time))
}

fn why(past: &PastView) -> String {
    let who = past.ended_code.as_ref().unwrap_or(&past.code);
    match (past.ended.as_str(), past.ended_leaf, past.ended_revision) {
        ("ballot", Some(leaf), _) if past.was == "reservation" => {
            format!("lifted by its ballot in favour, record {leaf}")
        }
        ("ballot", Some(leaf), _) => format!("revoked by its own ballot, record {leaf}"),
        ("freeze", ..) => format!("void, for {who} was frozen"),
        ("departure", ..) => format!("void, for {who} has left the council"),
        ("revision", _, Some(revision)) => format!("void, for the text became REV {revision}"),
        (ended, ..) => format!("void by a {ended}"),
    }
}

/// A deadline that was put off.
pub(in crate::cli) fn put_off(it: &ExtensionView) -> String {
    let (by, leaf) = (&it.by, it.leaf);
    format!(
        "by {by} from {} to {}, {}, record {leaf}",
        dated(it.from),
        dated(it.to),
        dated(it.time)
    )
}
