//! Defects of what the council derives: decisions, lapses and block records.

use nemcon_ledger::text::FieldError;

use super::{CODE, NUMBER, TIME, missing, refuse_all, unexpected, value};

#[test]
fn derived_records_end_where_they_end() {
    let ballot = "a code, a position, a leaf index and a text hash";
    refuse_all(
        "decision-adopted",
        &[
            (
                "outcome",
                "outcome adopted",
                "outcome Adopted",
                value(9, "outcome", "`adopted` or `not-adopted`"),
            ),
            ("number", "number 1", "number 00", value(3, "number", NUMBER)),
            ("leaf", "M1 in-favour 5 ", "M1 in-favour 05 ", value(12, "ballot", NUMBER)),
            (
                "short line",
                "ballot M1 in-favour 5 ",
                "ballot M1 in-favour ",
                value(12, "ballot", ballot),
            ),
            ("kind", "v1 decision", "v1 lapse", missing(3, "measure")),
        ],
    );
    refuse_all(
        "lapse",
        &[
            ("no end of line", "missing M1\n", "missing M1", FieldError::NotLines.into()),
            ("two codes", "missing M1\n", "missing M1 M2\n", value(8, "missing", CODE)),
            ("more", "missing M1\n", "missing M1\nmore\n", unexpected(9)),
        ],
    );
    refuse_all(
        "block",
        &[
            ("round", "round 0", "round 4294967296", value(7, "round", NUMBER)),
            ("height", "height 7", "height -7", value(3, "height", NUMBER)),
            ("proposer", "proposer M2", "proposer m2", value(6, "proposer", CODE)),
            ("time", "05.000Z", "05.000z", value(5, "time", TIME)),
        ],
    );
}
