//! Negative vectors of what is said on measures and incidents beside plain ballots.

use crate::defects::{
    AFTER, CODE, DIGEST, LABEL, LINE, NUMBER, TIME, at, missing, refuse_all, unexpected, value,
    wants, whole,
};

const CITED: &str = "a number and a text hash";

#[test]
fn a_revision_says_what_it_revises_before_all_else() {
    let (name, revises) = ("revision", &whole("revision", "revises ")[..]);
    let digest = revises.trim_end().rsplit(' ').next().expect("a word");
    refuse_all(
        name,
        &[
            ("nothing revised", revises, "", missing(4, "revises")),
            ("no number", "revises 1 ", "revises ", wants(name, "revises", CITED)),
            ("leading zero", "revises 1 ", "revises 01 ", wants(name, "revises", NUMBER)),
            ("uppercase", digest, &digest.to_uppercase(), wants(name, "revises", DIGEST)),
            ("no revision", "revision 2\n", "", missing(5, "revision")),
            ("2^32", "revision 2\n", "revision 4294967296\n", wants(name, "revision", NUMBER)),
            (
                "order",
                &format!("{revises}revision 2\n"),
                &format!("revision 2\n{revises}"),
                missing(4, "revises"),
            ),
            ("no link", "after none\n", "", missing(at(name, "after"), "after")),
            (
                "a field of a ballot",
                "after none\n",
                "for M1\nafter none\n",
                missing(at(name, "after"), "after"),
            ),
        ],
    );
}

#[test]
fn a_package_binds_two_measures_at_least_each_once_in_order() {
    let (name, first, second) =
        ("package", &whole("package", "measure 2 ")[..], &whole("package", "measure 3 ")[..]);
    let order = "at least two measures, each once, in the order of their numbers";
    refuse_all(
        name,
        &[
            ("one", second, "", value(4, "measure", order)),
            ("none", &format!("{first}{second}"), "", value(3, "measure", order)),
            (
                "order",
                &format!("{first}{second}"),
                &format!("{second}{first}"),
                value(5, "measure", order),
            ),
            ("twice", first, &first.repeat(2), value(6, "measure", order)),
            ("number alone", first, "measure 2\n", value(4, "measure", CITED)),
            ("sign", "measure 2 ", "measure +2 ", value(4, "measure", NUMBER)),
            ("a link", second, &format!("{second}after none\n"), unexpected(6)),
        ],
    );
}

#[test]
fn a_mandate_names_its_holder_or_none() {
    let name = "mandate-granted";
    refuse_all(
        name,
        &[
            ("no holder", "to M3\n", "", missing(10, "to")),
            ("empty holder", "to M3\n", "to \n", wants(name, "to", CODE)),
            ("lowercase", "to M3\n", "to m3\n", wants(name, "to", CODE)),
            ("None", "to M3\n", "to None\n", wants(name, "to", CODE)),
            ("two", "to M3\n", "to M3 M4\n", wants(name, "to", CODE)),
            ("twice", "to M3\n", "to M3\nto M4\n", missing(11, "after")),
            ("nobody's", "for M2\n", "", missing(4, "for")),
        ],
    );
}

#[test]
fn a_reservation_has_a_text_or_a_digest_and_a_lifted_one_neither() {
    let digest = &whole("reservation-digest", "digest ")[..];
    let acts = "`place` or `lift`";
    let name = "reservation-placed";
    refuse_all(
        name,
        &[
            ("no sort", "reservation scrutiny\n", "", missing(10, "reservation")),
            ("sort", "scrutiny", "Scrutiny", wants(name, "reservation", LABEL)),
            ("act", "act place", "act placed", wants(name, "act", acts)),
            ("empty reason", "reason Not yet.", "reason ", wants(name, "reason", LINE)),
            (
                "both",
                "reason Not yet.\n",
                &format!("reason Not yet.\n{digest}"),
                value(13, "digest", "a text or its digest, not both"),
            ),
            (
                "digest first",
                "reason Not yet.\n",
                &format!("{digest}reason Not yet.\n"),
                missing(13, "after"),
            ),
            ("lifted with a reason", "act place", "act lift", missing(12, "after")),
        ],
    );
    let name = "reservation-digest";
    refuse_all(
        name,
        &[
            ("short", digest, "digest 00\n", wants(name, "digest", DIGEST)),
            ("lifted with a digest", "act place", "act lift", missing(12, "after")),
        ],
    );
}

#[test]
fn an_extension_and_an_attestation_have_their_matter_and_no_more() {
    let name = "extension";
    let closes = &whole(name, "closes ")[..];
    refuse_all(
        name,
        &[
            ("no time", closes, "", missing(10, "closes")),
            ("no milliseconds", "00.000Z", "00Z", wants(name, "closes", TIME)),
            ("an offset", "00.000Z", "00.000+00:00", wants(name, "closes", TIME)),
            ("a reason", "after none", "reason x\nafter none", missing(11, "after")),
        ],
    );
    let name = "attestation";
    let reference = &whole(name, "reference ")[..];
    refuse_all(
        name,
        &[
            ("nothing attested", "attests published\n", "", missing(10, "attests")),
            ("two words", "attests published", "attests it is", wants(name, "attests", LABEL)),
            ("reference twice", reference, &reference.repeat(2), missing(12, "after")),
        ],
    );
}

#[test]
fn a_ballot_names_its_mandate_and_its_assent_in_one_way() {
    let name = "ballot-under-mandate";
    let mandate = &whole(name, "mandate ")[..];
    refuse_all(
        name,
        &[
            ("none", mandate, "mandate none\n", wants(name, "mandate", DIGEST)),
            ("twice", mandate, &mandate.repeat(2), missing(12, "after")),
            (
                "before the position",
                &format!("position in-favour\n{mandate}"),
                &format!("{mandate}position in-favour\n"),
                missing(10, "position"),
            ),
        ],
    );
    let (name, tacit) = ("ballot-tacit", "`tacit`, or no such line");
    refuse_all(
        name,
        &[
            ("another word", "assent tacit", "assent given", wants(name, "assent", tacit)),
            ("no word", "assent tacit", "assent ", wants(name, "assent", tacit)),
            ("twice", "assent tacit\n", "assent tacit\nassent tacit\n", missing(12, "after")),
            ("link", "after ", "after x", wants(name, "after", AFTER)),
        ],
    );
}

#[test]
fn an_incident_has_its_fields_in_their_order() {
    let name = "incident";
    let (from, until) = (&whole(name, "from ")[..], &whole(name, "until ")[..]);
    let evidence = &whole(name, "evidence 6")[..];
    let factor = "a factor and a level";
    refuse_all(
        name,
        &[
            ("no title", "title Intrusion into a ministry\n", "", missing(4, "title")),
            ("no category", "category intrusion\n", "", missing(5, "category")),
            ("no beginning", from, "", missing(6, "from")),
            ("a day", from, "from 2026-11-23\n", wants(name, "from", TIME)),
            ("until twice", until, &until.repeat(2), unexpected(8)),
            ("no level", "scope high", "scope", value(8, "severity", factor)),
            ("two levels", "scope high", "scope high low", value(8, "severity", LABEL)),
            ("short evidence", evidence, "evidence 6\n", value(11, "evidence", DIGEST)),
            ("a link", evidence, &format!("{evidence}after none\n"), unexpected(12)),
        ],
    );
}

#[test]
fn an_attribution_says_how_it_is_made() {
    let name = "attribution-joint";
    refuse_all(
        name,
        &[
            ("no incident", &whole(name, "incident "), "", missing(4, "incident")),
            ("no hash", &whole(name, "incident "), "incident 1\n", wants(name, "incident", CITED)),
            ("no finding", "finding state\n", "", missing(5, "finding")),
            ("empty who", "who A state.\n", "who \n", wants(name, "who", LINE)),
            ("no confidence", "confidence low\n", "", missing(7, "confidence")),
            ("manner", "joint", "jointly", wants(name, "manner", "`alone` or `joint`")),
            ("public", "public no", "public No", wants(name, "public", "`yes` or `no`")),
            (
                "order",
                "manner joint\npublic no\n",
                "public no\nmanner joint\n",
                missing(8, "manner"),
            ),
        ],
    );
}

#[test]
fn a_listing_is_written_in_one_form() {
    let name = "measure-listing";
    let entity = &whole(name, "target entity ")[..];
    let bare = &whole(name, "target person 8")[..];
    let target = "a sort of target, its commitment, and that to the reasons";
    refuse_all(
        name,
        &[
            (
                "no commitment",
                entity,
                "target entity\n",
                value(at(name, "target entity "), "target", target),
            ),
            (
                "more",
                bare,
                &bare.replace('\n', " x\n"),
                value(at(name, "target person 8"), "target", DIGEST),
            ),
            (
                "a space at the end",
                bare,
                &bare.replace('\n', " \n"),
                value(at(name, "target person 8"), "target", DIGEST),
            ),
            (
                "counts after targets",
                "applies entry-ban\n",
                "targets person 2\napplies entry-ban\n",
                missing(at(name, "applies entry-ban"), "closes"),
            ),
            (
                "two words",
                "applies entry-ban",
                "applies entry ban",
                value(at(name, "applies entry-ban"), "applies", LABEL),
            ),
            (
                "empty",
                "exception Basic needs.",
                "exception ",
                value(at(name, "exception "), "exception", LINE),
            ),
            (
                "2^32",
                "targets entity 1",
                "targets entity 4294967296",
                value(at(name, "targets entity 1"), "targets", NUMBER),
            ),
        ],
    );
}

#[test]
fn what_is_done_to_a_predecessor_is_written_in_one_form() {
    let name = "measure-renews";
    let relations = "one of renews, amends, repeals";
    refuse_all(
        name,
        &[
            ("relation", "sor renews 1", "sor replaces 1", wants(name, "predecessor", relations)),
            (
                "short",
                &whole(name, "predecessor "),
                "predecessor renews\n",
                wants(name, "predecessor", "renews, amends or repeals, a number and a text hash"),
            ),
            (
                "number",
                &whole(name, "predecessor "),
                "predecessor renews 1\n",
                wants(name, "predecessor", CITED),
            ),
        ],
    );
}

#[test]
fn a_reduced_entitled_set_is_named_in_one_form() {
    let name = "measure-authorised";
    refuse_all(
        name,
        &[(
            "number alone",
            &whole(name, "authorised-by "),
            "authorised-by 3\n",
            wants(name, "authorised-by", CITED),
        )],
    );
    let name = "measure-concerns";
    refuse_all(
        name,
        &[
            ("two", "concerns M2", "concerns M2 M3", wants(name, "concerns", CODE)),
            ("twice", "concerns M2\n", "concerns M2\nconcerns M3\n", missing(8, "closes")),
        ],
    );
    let name = "measure-participating";
    refuse_all(
        name,
        &[
            (
                "on one line",
                "participating M1\n",
                "participating M1 M3\n",
                value(at(name, "participating M1"), "participating", CODE),
            ),
            (
                "and departs",
                "participating M3\n",
                "participating M3\ndeparts M4\n",
                missing(at(name, "closes"), "closes"),
            ),
        ],
    );
}

#[test]
fn a_decision_lists_mandates_and_who_is_not_entitled_in_one_form() {
    let name = "decision-mandate";
    let mandate = &whole(name, "mandate ")[..];
    let four = "two codes, a leaf index and a text hash";
    refuse_all(
        name,
        &[
            ("no holder", "mandate M2 M3 ", "mandate M2 ", wants(name, "mandate", four)),
            ("leaf", "mandate M2 M3 ", "mandate M2 M3 0", wants(name, "mandate", NUMBER)),
            (
                "before the ballots",
                &format!("{}{mandate}", whole(name, "ballot M4")),
                &format!("{mandate}{}", whole(name, "ballot M4")),
                unexpected(at(name, "mandate ")),
            ),
        ],
    );
    let (name, why) = ("decision-participating", "a code and why");
    let line = at(name, "not-entitled M2");
    let first = &whole(name, "not-entitled M2")[..];
    refuse_all(
        name,
        &[
            ("no reason", first, "not-entitled M2\n", value(line, "not-entitled", why)),
            ("empty reason", first, "not-entitled M2 \n", value(line, "not-entitled", LINE)),
            ("before the code", first, "not-entitled  M2 x\n", value(line, "not-entitled", CODE)),
        ],
    );
    let name = "decision-package";
    refuse_all(
        name,
        &[(
            "no package's hash",
            &whole(name, "package "),
            "package none\n",
            wants(name, "package", DIGEST),
        )],
    );
}
