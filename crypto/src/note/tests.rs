//! Notes signed elsewhere, one named case a defect, and the two directions of the round trip.

use proptest::prelude::*;

use super::*;
use crate::verify_line;

/// The example of the specification.
const EXAMPLE_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const EXAMPLE: &str = "This is an example message.\n\
    \n\
    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKu\
    wHjG1Yu72IneyaQM=\n";

/// The checkpoint behind the example of the checkpoint specification, as its log published it.
const SUM_DB_KEY: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
const SUM_DB: &str = "go.sum database tree\n\
    20852163\n\
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\
    \n\
    — sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+z\
    yWE+xeMcTOAYQ8=\n";

/// A checkpoint of a public Certificate Transparency log, with its witnesses' cosignatures.
const ARCHE_KEYS: [&str; 5] = [
    "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f",
    "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
];
const ARCHE: &str = "arche2025h1.staging.ct.transparency.dev\n\
    1432088532\n\
    U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\
    \n\
    — arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMH\
    bdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=\n\
    — arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3Ny\
    gNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=\n\
    — transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rh\
    IgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==\n\
    — witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ7\
    5W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==\n\
    — remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXT\
    ynk5XeU/zZ0WBxtqB0DrAWfBw==\n\
    — witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY\
    /2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==\n";

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

fn verifier(name: &str, seed: u8) -> VerifierKey {
    let name = name.parse().unwrap();
    VerifierKey { name, kind: SignatureType::Ed25519, key: key(seed).public() }
}

fn signed(text: &str, name: &str, seed: u8) -> SignatureLine {
    sign_note(text, &name.parse().unwrap(), &key(seed)).unwrap()
}

fn keys(texts: &[&str]) -> Vec<VerifierKey> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn notes_signed_elsewhere_verify_and_are_written_back() {
    for (note, known) in
        [(EXAMPLE, &[EXAMPLE_KEY][..]), (SUM_DB, &[SUM_DB_KEY]), (ARCHE, &ARCHE_KEYS)]
    {
        let parsed = SignedNote::parse(note.as_bytes()).unwrap();
        assert_eq!(parsed.render(), note.as_bytes());
        let known = keys(known);
        assert_eq!(parsed.verified_by(&known), Ok(known.iter().collect()));
    }
}

#[test]
fn a_changed_text_fails_under_every_key_known_elsewhere() {
    for (note, known) in [
        (EXAMPLE.replace("This", "That"), &[EXAMPLE_KEY][..]),
        (SUM_DB.replace("20852163", "20852164"), &[SUM_DB_KEY]),
        (ARCHE.replace("1432088532", "1432088531"), &ARCHE_KEYS),
    ] {
        let parsed = SignedNote::parse(note.as_bytes()).unwrap();
        for key in keys(known) {
            let error = NoteError::Signature { name: key.name.clone(), key_id: key.key_id() };
            assert_eq!(parsed.verified_by([&key]), Err(error));
        }
    }
}

#[test]
fn the_first_example_of_the_specification_is_read_with_its_blank_line() {
    let note = "Ognuno sta solo sul cuor della terra\n\
        trafitto da un raggio di sole:\n\
        \n\
        ed è subito sera.\n\
        \n\
        — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMou\
        FSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    let parsed = SignedNote::parse(note.as_bytes()).unwrap();
    assert!(parsed.text().ends_with("sole:\n\ned è subito sera.\n"));
    assert_eq!(parsed.signatures()[0].key_id().to_string(), "367ba04b");
    assert_eq!(parsed.render(), note.as_bytes());
}

#[test]
fn each_defect_of_a_note_has_its_refusal() {
    use NoteError::{Control, Line, NoBlankLine, Unsigned, Unterminated, Utf8};
    let line = "— n AAAAAAE=";
    for (name, note, error) in [
        ("nothing", String::new(), NoBlankLine),
        ("no blank line", format!("t\n{line}\n"), NoBlankLine),
        ("a blank line first, no text", format!("\n{line}\n"), NoBlankLine),
        ("no signature", "t\n\n".to_owned(), Unsigned),
        ("blank line after the signature", format!("t\n\n{line}\n\n"), Unsigned),
        ("last newline missing", format!("t\n\n{line}"), Unterminated),
        ("tab in the text", format!("t\t\n\n{line}\n"), Control { byte: 9, at: 1 }),
        ("CR LF", format!("t\r\n\n{line}\n"), Control { byte: 13, at: 1 }),
        ("NUL in a signature line", "t\n\n— n\0 AAAAAAE=\n".into(), Control { byte: 0, at: 8 }),
        ("text between the signatures", format!("t\n\n{line}\nx\n{line}\n"), Line { line: 2 }),
        ("hyphen for em dash", "t\n\n- n AAAAAAE=\n".into(), Line { line: 1 }),
        ("en dash for em dash", "t\n\n– n AAAAAAE=\n".into(), Line { line: 1 }),
        ("no name", "t\n\n—  AAAAAAE=\n".into(), Line { line: 1 }),
        ("plus in the name", "t\n\n— n+m AAAAAAE=\n".into(), Line { line: 1 }),
        ("no-break space in the name", "t\n\n— n\u{a0}m AAAAAAE=\n".into(), Line { line: 1 }),
        ("two spaces", "t\n\n— n  AAAAAAE=\n".into(), Line { line: 1 }),
        ("space at the end", "t\n\n— n AAAAAAE= \n".into(), Line { line: 1 }),
        ("no signature on the line", "t\n\n— n\n".into(), Line { line: 1 }),
        ("key id alone", "t\n\n— n AAAAAA==\n".into(), Line { line: 1 }),
        ("three bytes", "t\n\n— n AAAA\n".into(), Line { line: 1 }),
        ("padding missing", "t\n\n— n AAAAAAE\n".into(), Line { line: 1 }),
        ("bits after the end", "t\n\n— n AAAAAAF=\n".into(), Line { line: 1 }),
        ("url alphabet", "t\n\n— n AAAAA_E=\n".into(), Line { line: 1 }),
    ] {
        assert_eq!(SignedNote::parse(note.as_bytes()), Err(error), "{name}");
    }
    assert_eq!(SignedNote::parse(b"\xff\n\n\xe2\x80\x94 n AAAAAAE=\n"), Err(Utf8 { at: 0 }));
}

#[test]
fn a_hundred_signatures_are_read_and_no_more() {
    let lines = |count| format!("t\n\n{}", "— n AAAAAAE=\n".repeat(count)).into_bytes();
    let full = SignedNote::parse(&lines(SIGNATURES_MAX)).unwrap();
    assert_eq!(full.signatures().len(), SIGNATURES_MAX);
    let over = SignedNote::parse(&lines(SIGNATURES_MAX + 1));
    assert_eq!(over, Err(NoteError::TooManySignatures { most: 100 }));
    let more = [full.signatures(), &full.signatures()[..1]].concat();
    assert_eq!(
        SignedNote::new("t\n".into(), more),
        Err(NoteError::TooManySignatures { most: 100 })
    );
}

#[test]
fn a_key_signs_only_what_can_be_the_text_of_a_note() {
    let name = "n".parse().unwrap();
    let sign = |text: &str| sign_note(text, &name, &key(1)).map(|_| ());
    assert_eq!(sign("t\n"), Ok(()));
    assert_eq!(sign("t"), Err(NoteError::Unterminated));
    assert_eq!(sign(""), Err(NoteError::Unterminated));
    assert_eq!(sign("\0vote\n"), Err(NoteError::Control { byte: 0, at: 0 }));
}

#[test]
fn a_line_is_refused_by_any_key_but_its_own() {
    let line = signed("t\n", "n", 1);
    assert_eq!(verify_line(&verifier("n", 1), "t\n", &line), Ok(()));
    for other in [verifier("n", 2), verifier("m", 1)] {
        let error = NoteError::OtherKey { name: other.name.clone(), key_id: other.key_id() };
        assert_eq!(verify_line(&other, "t\n", &line), Err(error));
    }
    let (name, key_id) = (line.name().clone(), line.key_id());
    for blob in [&line.blob()[..63], &[line.blob(), &[0]].concat()] {
        let cut = SignatureLine::new(name.clone(), key_id, blob.to_vec()).unwrap();
        let error = NoteError::Signature { name: name.clone(), key_id };
        assert_eq!(verify_line(&verifier("n", 1), "t\n", &cut), Err(error));
    }
}

#[test]
fn unknown_signers_are_ignored_and_doubled_ones_count_once() {
    let lines = vec![signed("t\n", "b", 2), signed("t\n", "a", 1), signed("t\n", "b", 2)];
    let note = SignedNote::new("t\n".into(), lines).unwrap();
    let (a, b, c) = (verifier("a", 1), verifier("b", 2), verifier("c", 3));
    assert_eq!(note.verified_by([&a, &b, &c]), Ok(vec![&b, &a]));
    assert_eq!(note.verified_by([&a]), Ok(vec![&a]));
    assert_eq!(note.verified_by([&c]), Ok(vec![]));
    // One name alone, or one id alone, is not a known key.
    assert_eq!(note.verified_by([&verifier("a", 2)]), Ok(vec![]));
}

#[test]
fn one_forged_line_of_a_known_key_condemns_the_note() {
    let forged = signed("other\n", "b", 2);
    let (name, key_id) = (forged.name().clone(), forged.key_id());
    let genuine = [signed("t\n", "a", 1), signed("t\n", "b", 2)];
    let lines = genuine.into_iter().chain([forged]).collect();
    let note = SignedNote::new("t\n".into(), lines).unwrap();
    let (a, b) = (verifier("a", 1), verifier("b", 2));
    assert_eq!(note.verified_by([&a, &b]), Err(NoteError::Signature { name, key_id }));
    assert_eq!(note.verified_by([&a]), Ok(vec![&a]));
}

/// Key ids have 32 bits: these two were found by trying 50,086 seeds.
#[test]
fn known_keys_of_one_name_and_id_are_refused() {
    let [a, b] = [16_036_u32, 50_085].map(|count| {
        let mut seed = [0; 32];
        seed[..4].copy_from_slice(&count.to_be_bytes());
        let key = SecretKey::from_seed(&seed).public();
        VerifierKey { name: "n".parse().unwrap(), kind: SignatureType::Ed25519, key }
    });
    assert_eq!(a.key_id(), b.key_id());
    let note = SignedNote::new("t\n".into(), vec![signed("t\n", "m", 1)]).unwrap();
    let error = NoteError::Ambiguous { name: a.name.clone(), key_id: a.key_id() };
    assert_eq!(note.verified_by([&a, &b]), Err(error));
    assert_eq!(note.verified_by([&a, &a]), Ok(vec![]));
}

#[test]
fn verifier_keys_have_one_written_form() {
    for text in [&[EXAMPLE_KEY, SUM_DB_KEY][..], &ARCHE_KEYS].concat() {
        assert_eq!(text.parse::<VerifierKey>().unwrap().to_string(), text);
    }
}

#[test]
fn each_defect_of_a_verifier_key_has_its_refusal() {
    use VerifierKeyError::{Format, UnknownType};
    let id = |text: &str| parse_id(text);
    let material = "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    let wrong_id = VerifierKeyError::KeyId { found: id("530d903b"), computed: id("530d903a") };
    let weak = crate::signing::PublicKeyError::SmallOrder.into();
    for (name, text, error) in [
        ("nothing", String::new(), Format),
        ("two parts", format!("n+{material}"), Format),
        ("no name", format!("+530d903a+{material}"), Format),
        ("space in the name", format!("a b+530d903a+{material}"), Format),
        ("capital digits", format!("example.com/foo+530D903A+{material}"), Format),
        ("seven digits", format!("example.com/foo+530d903+{material}"), Format),
        ("nine digits", format!("example.com/foo+0530d903a+{material}"), Format),
        ("wrong id", format!("example.com/foo+530d903b+{material}"), wrong_id),
        ("no type", "example.com/foo+530d903a+".into(), Format),
        ("key too short", format!("example.com/foo+530d903a+{}", &material[..40]), Format),
        ("key too long", format!("example.com/foo+530d903a+{material}AAAA"), Format),
        ("line end", format!("{EXAMPLE_KEY}\n"), Format),
        ("ECDSA", "example.com/foo+530d903a+AgAA".into(), UnknownType { kind: 2 }),
        ("small order", format!("n+00000000+AQ{}", "A".repeat(42)), weak),
    ] {
        assert_eq!(text.parse::<VerifierKey>(), Err(error), "{name}");
    }
}

fn parse_id(digits: &str) -> KeyId {
    KeyId(u32::from_str_radix(digits, 16).unwrap().to_be_bytes())
}

#[test]
fn key_names_are_not_empty_and_have_no_spaces_plus_or_controls() {
    for good in ["n", "example.com/FR/officer", "é", "\u{7f}"] {
        assert_eq!(good.parse::<KeyName>().unwrap().as_str(), good);
    }
    for bad in
        ["", " ", "a b", "a+b", "a\n", "a\u{1}", "a\u{a0}", "a\u{85}", "\u{2028}", "\u{3000}"]
    {
        assert_eq!(bad.parse::<KeyName>(), Err(KeyNameError), "{bad:?}");
    }
}

#[test]
fn one_key_of_two_types_has_two_ids() {
    let plain = verifier("n", 1);
    let sealing = VerifierKey { kind: SignatureType::CosignatureV1, ..plain.clone() };
    assert_ne!(plain.key_id(), sealing.key_id());
}

fn any_line() -> impl Strategy<Value = SignatureLine> {
    let name = "[a-z./é]{1,12}";
    (name, any::<[u8; 4]>(), prop::collection::vec(any::<u8>(), 1..80)).prop_map(
        |(name, id, blob)| SignatureLine::new(name.parse().unwrap(), KeyId(id), blob).unwrap(),
    )
}

proptest! {
    #[test]
    fn what_is_rendered_is_parsed(
        text in "([^\\x00-\\x1f]|\n){0,60}\n",
        lines in prop::collection::vec(any_line(), 1..6),
    ) {
        let note = SignedNote::new(text, lines).unwrap();
        prop_assert_eq!(SignedNote::parse(&note.render()), Ok(note));
    }

    #[test]
    fn what_is_parsed_renders_to_the_same_bytes(
        at in 0..ARCHE.len(),
        cut in 0..3_usize,
        with in prop::collection::vec(any::<u8>(), 0..3),
    ) {
        let mut bytes = ARCHE.as_bytes().to_vec();
        bytes.splice(at..(at + cut).min(ARCHE.len()), with);
        if let Ok(note) = SignedNote::parse(&bytes) {
            prop_assert_eq!(note.render(), bytes);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(note) = SignedNote::parse(&bytes) {
            prop_assert_eq!(note.render(), bytes);
        }
    }

    #[test]
    fn verifier_keys_are_read_as_they_were_written(name in "[a-z./é]{1,12}", seed: u8) {
        let key = verifier(&name, seed);
        prop_assert_eq!(key.to_string().parse(), Ok(key));
    }
}

#[test]
fn a_malformed_line_spoils_no_other_and_a_checkpoint_may_have_more_of_them() {
    let line = "— n AAAAAAE=";
    let note = format!("t\n\n{line}\nspoilt\n{line}\n");
    let read = NoteLines::read(note.as_bytes(), SIGNATURES_MAX).unwrap();
    assert_eq!(read.text, "t\n");
    assert_eq!(read.lines.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true]);
    let many = |count| format!("t\n\n{}", format!("{line}\n").repeat(count));
    let read = |count| NoteLines::read(many(count).as_bytes(), CHECKPOINT_SIGNATURES_MAX);
    assert_eq!(read(512).unwrap().lines.len(), 512);
    assert_eq!(read(513), Err(NoteError::TooManySignatures { most: 512 }));
}
