//! Defects of ballots and measures.

use nemcon_ledger::record::RecordError;

use super::{AFTER, CODE, LABEL, LINE, NUMBER, TIME, missing, refuse_all, unexpected, value};

#[test]
fn the_lines_of_a_ballot_stand_all_of_them_once_in_their_order() {
    let positions = "one of in-favour, abstain, abstain-qualified, against, retracted";
    refuse_all(
        "ballot-in-favour",
        &[
            ("another version", "nemcon/v1", "nemcon/v2", RecordError::Kind),
            ("another kind", "v1 ballot", "v1 ballots", RecordError::Kind),
            ("space after the kind", "v1 ballot\n", "v1 ballot \n", RecordError::Kind),
            ("space before the kind", "v1 ballot", "v1  ballot", RecordError::Kind),
            ("no signer", "by M1\n", "", missing(3, "by")),
            ("no revision", "revision 1\n", "", missing(6, "revision")),
            ("no position", "position in-favour\n", "", missing(10, "position")),
            ("no link", "after none\n", "", missing(11, "after")),
            ("order", "by M1\nfor M1\n", "for M1\nby M1\n", missing(3, "by")),
            ("twice", "for M1\n", "for M1\nfor M1\n", missing(5, "measure")),
            ("last twice", "after none\n", "after none\nafter none\n", unexpected(12)),
            ("unknown field", "after none\n", "colour blue\nafter none\n", missing(11, "after")),
            ("unknown at the end", "after none\n", "after none\ncolour blue\n", unexpected(12)),
            ("blank line", "for M1\n", "for M1\n\n", missing(5, "measure")),
            ("no value", "for M1\n", "for\n", missing(4, "for")),
            ("empty value", "for M1\n", "for \n", value(4, "for", CODE)),
            ("trailing space", "for M1\n", "for M1 \n", value(4, "for", CODE)),
            ("two spaces", "for M1\n", "for  M1\n", value(4, "for", CODE)),
            ("leading space", "for M1\n", " for M1\n", missing(4, "for")),
            ("lowercase code", "for M1\n", "for m1\n", value(4, "for", CODE)),
            ("lowercase signer", "by M1\n", "by m1\n", value(3, "by", CODE)),
            ("leading zero", "measure 1\n", "measure 01\n", value(5, "measure", NUMBER)),
            ("sign", "measure 1\n", "measure +1\n", value(5, "measure", NUMBER)),
            ("2^64", "measure 1\n", "measure 18446744073709551616\n", value(5, "measure", NUMBER)),
            ("2^32", "revision 1\n", "revision 4294967296\n", value(6, "revision", NUMBER)),
            ("position", "in-favour", "In-favour", value(10, "position", positions)),
            ("link", "after none", "after None", value(11, "after", AFTER)),
            ("title", "title Extend", "title  Extend", value(8, "title", LINE)),
            (
                "a declaration to a plain position",
                "after none\n",
                "declaration 0\nafter none\n",
                missing(11, "after"),
            ),
        ],
    );
}

#[test]
fn a_measure_has_its_fields_in_order_and_its_times_too() {
    refuse_all(
        "measure",
        &[
            ("kind", "kind listing", "kind Listing", value(5, "kind", LABEL)),
            ("no rule", "rule unanimity\n", "", missing(6, "rule")),
            (
                "late category",
                "category restrictive-measures\nbasis Article 29 TEU\n",
                "basis Article 29 TEU\ncategory restrictive-measures\n",
                missing(8, "closes"),
            ),
            (
                "targets",
                "targets person 8",
                "targets person",
                value(18, "targets", "a sort of targets and their number"),
            ),
            (
                "no such day of preparation",
                "prepared council 2026-10-01",
                "prepared council 2026-02-29",
                value(12, "prepared", "a day like 2026-10-01"),
            ),
            ("count", "targets person 8", "targets person 08", value(18, "targets", NUMBER)),
            (
                "document",
                " 8 en Draft decision.pdf",
                " 8 en",
                value(20, "document", "a digest, a length, a language and a name"),
            ),
            (
                "time",
                "closes 2026-12-23T00:00:00.000Z",
                "closes 2026-12-23T00:00:00Z",
                value(22, "closes", TIME),
            ),
            ("no such day", "closes 2026-12-23", "closes 2026-12-32", value(22, "closes", TIME)),
            (
                "long line",
                "summary Extends",
                &format!("summary {}", "x".repeat(2000)),
                value(15, "summary", LINE),
            ),
        ],
    );
}
