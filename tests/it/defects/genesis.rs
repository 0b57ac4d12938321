//! Defects of a genesis and of the charter in it.

use nemcon_ledger::record::charter::CharterError;
use nemcon_ledger::record::{GenesisError, Record, RecordError};
use nemcon_ledger::text::FieldError;

use super::{LABEL, NUMBER, at, golden, missing, refuse_all, value};

#[test]
fn a_genesis_is_written_in_one_form() {
    let scope = "`public` or `members`";
    let origin =
        "an origin: 1 to 64 of a-z, 0-9, '.', '-' and single '/', a letter or digit at both ends";
    let own = "the code of the party above";
    refuse_all(
        "genesis",
        &[
            ("rules", "rules 1", "rules 2", GenesisError::Rules(2).into()),
            ("visibility", "ility members", "ility none", value(4, "visibility", scope)),
            ("origin", "org/test\nrules", "org/test/\nrules", value(2, "origin", origin)),
            (
                "weight",
                "member M2 30",
                "member M2 030",
                value(at("genesis", "member M2"), "member", NUMBER),
            ),
            ("another's node", "node M2", "node M3", value(at("genesis", "node M2"), "node", own)),
            ("no seal", "seal M3", "saal M3", missing(at("genesis", "seal M3"), "seal")),
        ],
    );
}

/// The council's own words: each once, in order.
fn refuse_words() {
    let not_canonical = || RecordError::from(FieldError::NotCanonical);
    let again = "charter-word member State\n";
    let words = "charter-word member State\ncharter-word members States\n";
    let swapped = "charter-word members States\ncharter-word member State\n";
    refuse_all(
        "genesis",
        &[
            ("a word twice", again, &again.repeat(2), not_canonical()),
            ("words out of order", words, swapped, not_canonical()),
            (
                "a word anew",
                words,
                &format!("{words}{}", again.replace("State", "Land")),
                not_canonical(),
            ),
        ],
    );
}

#[test]
fn a_charter_is_written_in_one_form() {
    refuse_words();
    let kind = "charter-kind listing qualified";
    let (rule, rules) = ("charter-rule common-accord all no-abstention", "charter-rule common");
    let rule_wants =
        "a rule, whose ballots it asks for, `no-abstention`, `no-mandates`, `at-least N`";
    let kind_at = at("genesis", kind);
    let fraction = || value(7, "charter-qualified", "a fraction like 1/3, above 0 and at most 1");
    let (table, gap) = ("charter-table member chair", "charter-table member  chair");
    refuse_all(
        "genesis",
        &[
            (
                "qualified twice",
                kind,
                &format!("{kind} qualified"),
                value(kind_at, "charter-kind", LABEL),
            ),
            (
                "qualified first",
                kind,
                "charter-kind qualified listing",
                value(kind_at, "charter-kind", LABEL),
            ),
            (
                "a rule without its set",
                rule,
                "charter-rule common-accord no-abstention",
                value(
                    at("genesis", rules),
                    "charter-rule",
                    "one of all, minus-concerned, participating",
                ),
            ),
            (
                "a rule with more",
                rule,
                &format!("{rule} more"),
                value(at("genesis", rules), "charter-rule", rule_wants),
            ),
            ("more than the whole", "1/3 1/3", "1/3 4/3", fraction()),
            ("nothing", "1/3 1/3", "1/3 0/3", fraction()),
            ("by zero", "1/3 1/3", "1/3 1/0", fraction()),
            (
                "nobody tables",
                &format!("{table}\n"),
                "",
                GenesisError::Charter(CharterError::NobodyTables).into(),
            ),
            ("an empty role", table, gap, value(at("genesis", table), "charter-table", LABEL)),
        ],
    );
}

#[test]
fn weak_keys_found_nothing() {
    let text = golden("genesis");
    let line = text.lines().find(|line| line.starts_with("seal M1 ")).unwrap();
    let at = text.lines().position(|other| other == line).unwrap() + 1;
    let order_four = format!("{}=", "A".repeat(43));
    let above_p = format!("7v{}38=", "/".repeat(39));
    let minus_zero = format!("AQ{}IA=", "A".repeat(39));
    for (key, wants) in [
        (&order_four[..], "a public key that is not of small order"),
        (&above_p[..], "a public key that is the canonical encoding of a curve point"),
        (&minus_zero[..], "a public key that is the canonical encoding of a curve point"),
        ("AAAA", "a public key: 32 bytes in padded base64"),
        (order_four.trim_end_matches('='), "a public key: 32 bytes in padded base64"),
    ] {
        let bytes = text.replace(line, &format!("seal M1 {key}")).into_bytes();
        assert_eq!(Record::parse(&bytes), Err(value(at, "seal", wants)), "{key}");
    }
}
