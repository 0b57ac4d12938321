use super::*;
use crate::shipped::{CharterName, Shipped};

fn head() -> Head {
    Head { council: nemcon_crypto::hash::sha256(b"council"), by: "BE".parse().unwrap() }
}

fn now() -> Time {
    "2026-11-23T20:47:00.000Z".parse().unwrap()
}

fn draft(text: &str) -> Draft {
    Draft::parse(text, Path::new("draft.toml")).unwrap()
}

fn text_of(draft: Draft, charter: CharterName) -> Result<String, DraftError> {
    let charter = Shipped::load(charter).charter;
    Ok(draft.into_body(head(), &charter, now(), Path::new("."), &NoTexts)?.render())
}

const MINIMAL: &str = "title = \"A\"\nkind = \"listing\"\ncloses_in = \"14 days\"\n";

#[test]
fn a_draft_becomes_the_text_that_is_signed() {
    let text =
        text_of(draft(Shipped::load(CharterName::EuCouncil).measures[0]), CharterName::EuCouncil);
    let text = text.unwrap();
    for line in [
        "title Council Decision (CFSP) 2020/1127 amending Decision (CFSP) 2019/797",
        "rule unanimity",
        "initiative High Representative",
        "targets entity 3",
        "targets person 6",
        "reference oj L 246, 30.7.2020, p. 12",
        "companion Implementing Regulation (EU) 2020/1125",
        "closes 2026-12-07T20:47:00.000Z",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(!text.contains("expires") && !text.contains("proportionality"));
}

#[test]
fn every_measure_that_comes_along_can_be_tabled() {
    for name in CharterName::ALL {
        for measure in Shipped::load(name).measures {
            text_of(draft(measure), name).unwrap();
        }
    }
    text_of(
        draft(include_str!("../../../../examples/toolbox/2022-754.toml")),
        CharterName::EuCouncil,
    )
    .unwrap();
}

#[test]
fn a_draft_names_a_kind_of_the_charter() {
    let error = text_of(draft(MINIMAL), CharterName::Plain).unwrap_err();
    assert_eq!(
        error.to_string(),
        "draft.toml: line 2: the charter knows no kind `listing`; it has: resolution, \
         conflict-of-interest, new-director, resignation, secretary, seats, rules-version"
    );
}

#[test]
fn times_may_leave_out_the_decimals() {
    let draft = draft(&MINIMAL.replace("_in = \"14 days\"", " = \"2027-01-01T00:00:00Z\""));
    let text = text_of(draft, CharterName::EuCouncil).unwrap();
    assert!(text.contains("closes 2027-01-01T00:00:00.000Z\n"));
}

#[test]
fn a_document_is_bound_by_what_its_file_holds() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("text.txt"), "abc").unwrap();
    let draft = draft(&format!("{MINIMAL}documents = [{{ file = \"text.txt\" }}]"));
    let charter = Shipped::load(CharterName::EuCouncil).charter;
    let body = draft.into_body(head(), &charter, now(), folder.path(), &NoTexts).unwrap();
    let line = format!("document {} 3 en text.txt\n", nemcon_crypto::hash::sha256(b"abc"));
    assert!(body.render().contains(&line), "{}", body.render());
}

#[test]
fn bad_drafts_are_refused_with_the_reason() {
    for (add, wants) in [
        ("closes = \"2027-01-01T00:00:00Z\"", "draft.toml: line 4: give one of `closes`"),
        ("opens = \"tomorrow\"", "draft.toml: line 4: `opens`: a time is written like"),
        ("documents = [{ name = \"x\" }]", "draft.toml: line 4: document 1: give `file`"),
        ("documents = [{ file = \"/nowhere\" }]", "draft.toml: line 4: document /nowhere: "),
        (
            "incidents = [7]",
            "draft.toml: line 4: `incidents`: there is no such record with number 7",
        ),
    ] {
        let error = text_of(draft(&format!("{MINIMAL}{add}")), CharterName::EuCouncil);
        let error = error.unwrap_err().to_string();
        assert!(error.contains(wants), "{error}");
    }
    for (from, to, wants) in [
        (
            "\"A\"",
            "\"A\u{202e}B\"",
            "d.toml: line 1, column 11: the character U+202E may not stand in a record",
        ),
        ("title", "titel", "line 1: there is no field `titel`; is `title` meant?"),
        ("kind = \"listing\"\n", "", "d.toml: `kind` is missing"),
    ] {
        let error = Draft::parse(&MINIMAL.replace(from, to), Path::new("d.toml")).unwrap_err();
        assert!(error.to_string().contains(wants), "{error}");
        assert!(error.to_string().starts_with("d.toml: "), "{error}");
    }
}

#[test]
fn spans_are_a_number_and_a_unit() {
    assert_eq!(parse_span_ms("1 second"), Some(1000));
    assert_eq!(parse_span_ms("2 weeks"), Some(14 * 86_400_000));
    for wrong in ["", "14", "days", "0 days", "-1 days", "1.5 days", "99999999 days", "1  day"] {
        assert_eq!(parse_span_ms(wrong), None, "{wrong}");
    }
}
