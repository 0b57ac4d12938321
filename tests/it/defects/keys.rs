//! Negative vectors of what is said of keys, seats and effects.

use crate::defects::{
    CODE, DIGEST, LABEL, LINE, NUMBER, at, missing, refuse_all, unexpected, value, wants, whole,
};

const KEY: &str = "a public key: 32 bytes in padded base64";

#[test]
fn new_keys_are_written_in_one_form() {
    let name = "keys-recovery";
    let officer = &whole(name, "officer card ")[..];
    let recovery = &whole(name, "recovery ")[..];
    refuse_all(
        name,
        &[
            ("no threshold", "threshold 1\n", "", missing(4, "threshold")),
            ("sign", "threshold 1", "threshold +1", wants(name, "threshold", NUMBER)),
            (
                "no key",
                officer,
                "officer card\n",
                value(6, "officer", "an officer's label and key"),
            ),
            ("short key", officer, "officer card AAAA\n", value(6, "officer", KEY)),
            ("label", "officer card ", "officer Card ", value(6, "officer", LABEL)),
            ("recovery twice", recovery, &recovery.repeat(2), missing(8, "after")),
            (
                "recovery first",
                &format!("{officer}{recovery}"),
                &format!("{recovery}{officer}"),
                missing(7, "after"),
            ),
            ("unpadded", "=\nafter", "\nafter", wants(name, "recovery", KEY)),
        ],
    );
}

#[test]
fn a_freeze_a_rotation_and_a_notice_say_one_thing() {
    refuse_all(
        "freeze",
        &[
            ("empty", "reason A laptop is stolen.", "reason ", value(4, "reason", LINE)),
            ("twice", "after none\n", "after none\nafter none\n", unexpected(6)),
        ],
    );
    let name = "rotation";
    let (node, seal) = (&whole(name, "node ")[..], &whole(name, "seal ")[..]);
    let one = "a new node key, a new seal key, or both";
    refuse_all(
        name,
        &[
            ("neither", &format!("{node}{seal}"), "", value(3, "node", one)),
            ("order", &format!("{node}{seal}"), &format!("{seal}{node}"), missing(5, "after")),
            ("node twice", node, &node.repeat(2), missing(5, "after")),
        ],
    );
    let (name, acts) = ("notice-given", "`given` or `withdrawn`");
    refuse_all(
        name,
        &[
            ("nothing", "leaves given\n", "", missing(4, "leaves")),
            ("word", "leaves given", "leaves yes", wants(name, "leaves", acts)),
        ],
    );
}

#[test]
fn an_entry_names_its_measure_a_checkpoint_and_a_seal() {
    let name = "entry";
    let sealed = &whole(name, "sealed ")[..];
    let seal = "a cosignature: 72 bytes in padded base64";
    refuse_all(
        name,
        &[
            ("no measure", &whole(name, "admitted-by "), "", missing(4, "admitted-by")),
            (
                "no hash",
                &whole(name, "admitted-by "),
                "admitted-by 1\n",
                wants(name, "admitted-by", "a number and a text hash"),
            ),
            (
                "no root",
                &whole(name, "checkpoint "),
                "checkpoint 10\n",
                wants(name, "checkpoint", "a tree size and its root"),
            ),
            ("size", "checkpoint 10 ", "checkpoint 010 ", wants(name, "checkpoint", NUMBER)),
            ("root", "checkpoint 10 ", "checkpoint 10 x", wants(name, "checkpoint", DIGEST)),
            ("no seal", sealed, "", missing(6, "sealed")),
            ("short seal", sealed, "sealed AAAA\n", wants(name, "sealed", seal)),
        ],
    );
}

#[test]
fn new_weights_are_written_in_one_form() {
    let name = "measure-weights";
    refuse_all(
        name,
        &[
            (
                "no total",
                "total-weight 101\n",
                "",
                value(at(name, "weight M3"), "weight", "the line `total-weight` at the end"),
            ),
            (
                "total first",
                "weight M3 25\ntotal-weight 101\n",
                "total-weight 101\nweight M3 25\n",
                missing(at(name, "total-weight"), "closes"),
            ),
            (
                "leading zero",
                "weight M1 40",
                "weight M1 040",
                value(at(name, "weight M1"), "weight", NUMBER),
            ),
            (
                "no weight",
                "weight M1 40",
                "weight M1",
                value(at(name, "weight M1"), "weight", "a code and a weight"),
            ),
        ],
    );
}

#[test]
fn what_else_changes_in_the_council_is_written_in_one_form() {
    let name = "measure-rules";
    refuse_all(
        name,
        &[
            (
                "no release",
                "next-rules 2 nemcon 2.0",
                "next-rules 2",
                wants(name, "next-rules", "a version and the first release that knows it"),
            ),
            ("empty release", "2 nemcon 2.0", "2 ", wants(name, "next-rules", LINE)),
        ],
    );
    let name = "measure-departure";
    refuse_all(
        name,
        &[
            ("two", "departs M3", "departs M3 M2", wants(name, "departs", CODE)),
            (
                "twice",
                "departs M3\n",
                "departs M3\ndeparts M3\n",
                missing(at(name, "departs") + 1, "closes"),
            ),
        ],
    );
    let name = "measure-accession";
    refuse_all(
        name,
        &[
            (
                "another's officer",
                "officer M4 ",
                "officer M5 ",
                value(at(name, "officer"), "officer", "the code of the party above"),
            ),
            ("no seal", &whole(name, "seal "), "", missing(at(name, "seal "), "seal")),
            (
                "as a genesis has it",
                "admits M4",
                "member M4",
                missing(at(name, "admits"), "closes"),
            ),
        ],
    );
}

#[test]
fn a_successors_genesis_and_participants_are_written_in_one_form() {
    let name = "genesis-successor";
    let (succeeds, out) = (&whole(name, "succeeds ")[..], "leaves-out M3\n");
    refuse_all(
        name,
        &[
            (
                "no checkpoint",
                succeeds,
                &format!("{}\n", &succeeds[.."succeeds ".len() + 64]),
                wants(name, "succeeds", "a council digest, a tree size and its root"),
            ),
            ("of none", succeeds, "", missing(5, "charter-name")),
            (
                "order",
                &format!("{succeeds}{out}"),
                &format!("{out}{succeeds}"),
                missing(5, "charter-name"),
            ),
        ],
    );
    let name = "genesis-participants";
    refuse_all(
        name,
        &[
            (
                "no role",
                "participant SG 2 secretariat ",
                "participant SG 2 ",
                value(
                    at(name, "participant SG"),
                    "participant",
                    "a code, a number of signatures, a role and a name",
                ),
            ),
            (
                "another's officer",
                "officer SG card",
                "officer CH card",
                value(at(name, "officer SG card"), "officer", "the code of the party above"),
            ),
        ],
    );
}

#[test]
fn an_appointment_is_written_in_one_form() {
    let name = "measure-appointment";
    let line = &whole(name, "appoints ")[..];
    let words = "a code, a number of signatures, a role and a name";
    refuse_all(
        name,
        &[
            (
                "no name",
                line,
                "appoints CH 2 chair\n",
                value(at(name, "appoints"), "appoints", words),
            ),
            ("sign", "appoints CH 2 ", "appoints CH +2 ", wants(name, "appoints", NUMBER)),
            ("twice", line, &line.repeat(2), missing(at(name, "appoints") + 1, "closes")),
            (
                "as a genesis has it",
                "appoints CH",
                "participant CH",
                missing(at(name, "appoints"), "closes"),
            ),
            (
                "another's officer",
                "officer CH card",
                "officer M1 card",
                value(at(name, "officer CH card"), "officer", "the code of the party above"),
            ),
            (
                "with a recovery key",
                "closes ",
                &format!("recovery CH {}\ncloses ", "A".repeat(43)),
                missing(at(name, "closes"), "closes"),
            ),
        ],
    );
    refuse_all(
        "measure-appointment-vacant",
        &[("nobody named", "appoints CH 0 chair Whoever is appointed\n", "appoints\n", {
            let at = at("measure-appointment-vacant", "appoints");
            missing(at, "closes")
        })],
    );
}
