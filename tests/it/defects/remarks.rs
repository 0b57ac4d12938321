//! Negative vectors of remarks.

use crate::defects::{DIGEST, LABEL, LINE, missing, refuse_all, value, wants, whole};

#[test]
fn a_remark_is_a_text_or_its_digest_and_says_whether_it_is_public() {
    let (name, sort) = ("remark", "sort statement-for-the-minutes\n");
    let kept = &whole("remark-digest", "digest ")[..];
    let says = "says It was late.\nsays It was well.\n";
    refuse_all(
        name,
        &[
            ("no sort", sort, "", missing(10, "sort")),
            ("two words", "for-the-minutes", "for the minutes", wants(name, "sort", LABEL)),
            ("no text", says, "", missing(11, "digest")),
            ("an empty text", "says It was late.", "says ", value(11, "says", LINE)),
            ("both", says, &format!("{says}{kept}"), missing(13, "public")),
            ("public first", says, &format!("public no\n{says}"), missing(11, "digest")),
            ("not said", "public no\n", "", missing(13, "public")),
            ("another word", "public no", "public maybe", wants(name, "public", "`yes` or `no`")),
        ],
    );
    let name = "remark-digest";
    refuse_all(
        name,
        &[
            ("short", kept, "digest 00\n", wants(name, "digest", DIGEST)),
            ("twice", kept, &kept.repeat(2), missing(12, "public")),
            ("a text behind it", kept, &format!("{kept}says It.\n"), missing(12, "public")),
        ],
    );
}
