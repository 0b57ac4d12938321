//! The example of the specification in every state, one named case a defect, and round trips.

use proptest::prelude::*;

use super::*;
use crate::checkpoint::CheckpointError;
use crate::cosignature::cosign;
use crate::note::{
    KeyName, NoteError, SignatureLine, SignatureType, SignedNote, VerifierKey, sign_note,
};
use crate::{Checkpoint, SecretKey, TreeSize};

const ORIGIN: &str = "example.com/log";

fn word(text: &str) -> Word {
    Word::try_from(text.as_bytes()).unwrap()
}

fn words(names: &[&str]) -> Vec<Word> {
    names.iter().map(|name| word(name)).collect()
}

fn secret(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

fn vkey(name: &str, kind: SignatureType, seed: u8) -> VerifierKey {
    VerifierKey { name: name.parse().unwrap(), kind, key: secret(seed).public() }
}

fn log_key() -> VerifierKey {
    vkey(ORIGIN, SignatureType::Ed25519, 100)
}

/// Witness number `seed`, by a key name that is not its name in the policy.
fn witness_key(seed: u8) -> VerifierKey {
    vkey(&format!("example.com/w{seed}"), SignatureType::CosignatureV1, seed)
}

/// A checkpoint signed by its log and cosigned by the witnesses of these numbers.
fn note(witnesses: &[u8]) -> SignedNote {
    note_of(ORIGIN, witnesses)
}

fn note_of(origin: &str, witnesses: &[u8]) -> SignedNote {
    let checkpoint = Checkpoint::new(origin, TreeSize(3), crate::merkle::empty_root()).unwrap();
    let log = sign_note(&checkpoint.render(), &log_key().name, &secret(100)).unwrap();
    let cosigned = witnesses.iter().map(|seed| cosignature(&checkpoint, *seed));
    SignedNote::new(checkpoint.render(), [log].into_iter().chain(cosigned).collect()).unwrap()
}

fn cosignature(checkpoint: &Checkpoint, seed: u8) -> SignatureLine {
    let key = witness_key(seed);
    cosign(checkpoint, 1_700_000_000, &secret(seed)).unwrap().line(&key.name, &key.key).unwrap()
}

/// The example of the specification: witnesses X1 to X3 are 1 to 3, Y1 to Y3 are 4 to 6.
fn example() -> Vec<u8> {
    let [x1, x2, x3, y1, y2, y3] = [1, 2, 3, 4, 5, 6].map(witness_key);
    format!(
        "log {}\n\
         \n\
         witness X1 {x1}\n\
         witness X2 {x2}\n\
         witness X3 {x3}\n\
         group X-witnesses 2 X1 X2 X3\n\
         \n\
         witness Y1 {y1}\n\
         witness Y2 {y2}\n\
         witness Y3 {y3}\n\
         group Y-witnesses any Y1 Y2 Y3\n\
         \n\
         group X-and-Y all X-witnesses Y-witnesses\n\
         quorum X-and-Y\n",
        log_key()
    )
    .into_bytes()
}

#[test]
fn the_example_of_the_specification_accepts_exactly_its_quorums() {
    let policy = Policy::parse(&example()).unwrap();
    let names = ["X1", "X2", "X3", "Y1", "Y2", "Y3"];
    for set in 0..64_u8 {
        let is_in = |seed: &u8| set >> (seed - 1) & 1 == 1;
        let (signers, others): (Vec<u8>, Vec<u8>) = (1..=6).partition(is_in);
        let enough = (set & 0b00_0111).count_ones() >= 2 && set & 0b11_1000 != 0;
        let names_of = |seeds: &[u8]| {
            seeds.iter().map(|seed| word(names[usize::from(seed - 1)])).collect::<Vec<_>>()
        };
        match policy.evaluate(&note(&signers)) {
            Ok(accepted) => {
                assert!(enough, "{signers:?}");
                assert_eq!(accepted.witnesses, names_of(&signers).iter().collect::<Vec<_>>());
                assert_eq!(accepted.logs, [&log_key()]);
                assert_eq!(accepted.checkpoint.size(), TreeSize(3));
            }
            Err(error) => {
                assert!(!enough, "{signers:?}");
                let (cosigned, missing) = (names_of(&signers), names_of(&others));
                assert_eq!(error, PolicyError::Quorum { cosigned, missing });
            }
        }
    }
}

#[test]
fn a_quorum_rests_only_on_its_own_members() {
    let mut draft = PolicyDraft::new();
    draft.log(log_key(), None).unwrap();
    for seed in 1..=3 {
        draft.witness(word(&format!("w{seed}")), witness_key(seed), None).unwrap();
    }
    draft.group(word("g"), Threshold::All, &words(&["w1", "w2"])).unwrap();
    draft.quorum(&word("g")).unwrap();
    let policy = draft.finish().unwrap();
    for (signers, cosigned) in [(&[1, 3][..], &["w1", "w3"][..]), (&[1], &["w1"])] {
        let (cosigned, missing) = (words(cosigned), words(&["w2"]));
        let refused = Err(PolicyError::Quorum { cosigned, missing });
        assert_eq!(policy.evaluate(&note(signers)), refused, "{signers:?}");
    }
    assert!(policy.evaluate(&note(&[1, 2])).is_ok());
}

#[test]
fn a_quorum_may_be_one_witness_or_nobody() {
    let policy = |quorum: &str| {
        let (log, witness) = (log_key(), witness_key(1));
        let file = format!("log {log}\nwitness w {witness}\nquorum {quorum}\n");
        Policy::parse(file.as_bytes()).unwrap()
    };
    assert!(policy("w").evaluate(&note(&[1])).is_ok());
    let refused = PolicyError::Quorum { cosigned: vec![], missing: words(&["w"]) };
    assert_eq!(policy("w").evaluate(&note(&[2])), Err(refused));
    assert_eq!(policy("none").evaluate(&note(&[])).unwrap().witnesses, Vec::<&Word>::new());
}

#[test]
fn a_checkpoint_needs_the_log_of_its_own_origin() {
    let file = |log: &VerifierKey| format!("log {log}\nquorum none\n").into_bytes();
    let policy = Policy::parse(&file(&log_key())).unwrap();
    assert!(policy.evaluate(&note(&[])).is_ok());
    assert_eq!(policy.evaluate(&note_of("example.com/other", &[])), Err(PolicyError::Log));
    let other = vkey(ORIGIN, SignatureType::Ed25519, 101);
    let policy = Policy::parse(&file(&other)).unwrap();
    assert_eq!(policy.evaluate(&note(&[])), Err(PolicyError::Log));
    let none = Policy::parse(b"quorum none\n").unwrap();
    assert_eq!(none.evaluate(&note(&[])), Err(PolicyError::Log));
}

#[test]
fn a_forged_cosignature_of_a_known_witness_condemns_the_note() {
    let policy = Policy::parse(&example()).unwrap();
    let other = Checkpoint::new(ORIGIN, TreeSize(4), crate::merkle::empty_root()).unwrap();
    let honest = note(&[1, 2, 4]);
    let lines = [honest.signatures(), &[cosignature(&other, 3)]].concat();
    let note = SignedNote::new(honest.text().to_owned(), lines).unwrap();
    let (name, key_id) = (witness_key(3).name, witness_key(3).key_id());
    let refused = Err(PolicyError::Note(NoteError::Signature { name, key_id }));
    assert_eq!(policy.evaluate(&note), refused);
}

#[test]
fn a_note_that_is_no_checkpoint_is_refused() {
    let policy = Policy::parse(&example()).unwrap();
    let name: KeyName = ORIGIN.parse().unwrap();
    let line = sign_note("text\n", &name, &secret(100)).unwrap();
    let note = SignedNote::new("text\n".into(), vec![line]).unwrap();
    let refused = Err(PolicyError::Checkpoint(CheckpointError::Truncated));
    assert_eq!(policy.evaluate(&note), refused);
}

#[test]
fn spacing_comments_and_urls_are_read_as_specified() {
    let (log, witness) = (log_key(), witness_key(1));
    let file = format!(
        "# a comment\n \t# another, \u{e9}\n\n \t \n\t log\t{log}  https://example.com/log/ \n\
         witness \t#1 {witness} https://\u{e9}.example/\nquorum #1\n"
    );
    let policy = Policy::parse(file.as_bytes()).unwrap();
    let written = format!(
        "log {log} https://example.com/log/\nwitness #1 {witness} https://\u{e9}.example/\n\
         quorum #1\n"
    );
    assert_eq!(policy.render(), written.as_bytes());
    assert_eq!(Policy::parse(&policy.render()), Ok(policy));
}

#[test]
fn names_are_octets_and_not_characters() {
    let (a, b) = (witness_key(1), witness_key(2));
    let mut file = b"witness \xff ".to_vec();
    file.extend_from_slice(format!("{a}\nwitness K {b}\nquorum \u{212a}\n").as_bytes());
    let defect = PolicyDefect::UnknownName { name: word("\u{212a}") };
    assert_eq!(Policy::parse(&file), Err(PolicyParseError::Defect { line: 3, defect }));
}

#[test]
fn each_defect_of_a_file_has_its_refusal() {
    use PolicyParseError::{Control, Items, Keyword, NoQuorum, Threshold, Unterminated};
    let key = witness_key(1);
    let with = |line: &str| format!("witness w {key}\n{line}\nquorum w\n");
    for (name, file, error) in [
        ("nothing", String::new(), NoQuorum),
        ("no quorum", format!("witness w {key}\n"), NoQuorum),
        ("last newline missing", "quorum none".into(), Unterminated),
        ("carriage return", "quorum none\r\n".into(), Control { octet: 13, at: 11 }),
        ("NUL in a comment", "#\0\nquorum none\n".into(), Control { octet: 0, at: 1 }),
        ("DEL", "#\u{7f}\nquorum none\n".into(), Control { octet: 0x7f, at: 1 }),
        ("other keyword", with("mirror m"), Keyword { line: 2 }),
        ("capital keyword", with("Quorum w"), Keyword { line: 2 }),
        ("comment after items", with("quorum w # w"), Items { line: 2 }),
        ("log without key", with("log"), Items { line: 2 }),
        ("log with two URLs", with(&format!("log {} a b", log_key())), Items { line: 2 }),
        ("witness without key", with("witness v"), Items { line: 2 }),
        ("group without threshold", with("group g"), Items { line: 2 }),
        ("quorum without name", with("quorum"), Items { line: 2 }),
        ("word threshold", with("group g most w"), Threshold { line: 2 }),
        ("zero before", with("group g 01 w"), Threshold { line: 2 }),
        ("sign before", with("group g +1 w"), Threshold { line: 2 }),
        (
            "threshold beyond counting",
            with("group g 99999999999999999999 w"),
            Threshold { line: 2 },
        ),
    ] {
        assert_eq!(Policy::parse(file.as_bytes()), Err(error), "{name}");
    }
}

#[test]
fn each_broken_rule_has_its_refusal() {
    use PolicyDefect::{
        AlreadyMember, DuplicateKey, KeyType, NameTaken, SecondQuorum, UnknownName,
    };
    let (a, b, log) = (witness_key(1), witness_key(2), log_key());
    let renamed = vkey("example.com/renamed", SignatureType::CosignatureV1, 1);
    let plain = vkey("example.com/plain", SignatureType::Ed25519, 7);
    let (all, any, count) = (Threshold::All, Threshold::Any, Threshold::Count);
    let taken = |name| NameTaken { name: word(name) };
    let unknown = |name| UnknownName { name: word(name) };
    let member = |name| AlreadyMember { name: word(name) };
    let unmet = |threshold, members| PolicyDefect::Threshold { threshold, members };
    for (name, line, defect) in [
        ("same log", format!("log {log}"), DuplicateKey),
        ("same witness key", format!("witness c {renamed}"), DuplicateKey),
        ("cosigning key as log", format!("log {}", witness_key(9)), KeyType { kind: a.kind }),
        ("note key as witness", format!("witness c {plain}"), KeyType { kind: plain.kind }),
        ("witness named twice", format!("witness a {}", witness_key(9)), taken("a")),
        ("group named as a witness", "group a any b".into(), taken("a")),
        ("witness named none", format!("witness none {}", witness_key(9)), taken("none")),
        ("group named none", "group none any b".into(), taken("none")),
        ("none as member", "group h any none".into(), unknown("none")),
        ("member not defined yet", "group h any later".into(), unknown("later")),
        ("group in itself", "group h any h".into(), unknown("h")),
        ("quorum not defined yet", "quorum later".into(), unknown("later")),
        ("member of two groups", "group h any b a".into(), member("a")),
        ("member twice", "group h any b b".into(), member("b")),
        ("group of nobody, all", "group h all".into(), unmet(all, 0)),
        ("group of nobody, any", "group h any".into(), unmet(any, 0)),
        ("threshold 0", "group h 0 b".into(), unmet(count(0), 1)),
        ("threshold 2 of 1", "group h 2 b".into(), unmet(count(2), 1)),
        ("second quorum", "quorum a\nquorum a".into(), SecondQuorum),
    ] {
        let head = format!("log {log}\nwitness a {a}\nwitness b {b}\ngroup g any a\n");
        let file = format!("{head}{line}\n");
        let line = file.lines().count();
        let error = PolicyParseError::Defect { line, defect };
        assert_eq!(Policy::parse(file.as_bytes()), Err(error), "{name}");
    }
}

#[test]
fn a_key_name_that_no_policy_can_hold_is_refused() {
    let key = vkey("a\u{7f}", SignatureType::Ed25519, 1);
    assert_eq!(PolicyDraft::new().log(key, None), Err(PolicyDefect::KeyName));
    for bad in ["", " ", "a b", "a\t", "\u{7f}"] {
        assert_eq!(Word::try_from(bad.as_bytes()), Err(WordError), "{bad:?}");
    }
}

#[test]
fn no_more_definitions_than_the_limit_are_read() {
    let mut draft = PolicyDraft::new();
    draft.witness(word("0"), witness_key(1), None).unwrap();
    for count in 1..DEFINITIONS_MAX {
        let member = words(&[&(count - 1).to_string()]);
        draft.group(word(&count.to_string()), Threshold::Any, &member).unwrap();
    }
    let last = words(&[&(DEFINITIONS_MAX - 1).to_string()]);
    assert_eq!(draft.group(word("x"), Threshold::Any, &last), Err(PolicyDefect::TooMany));
    // The deepest nesting there can be is decided in one pass.
    draft.log(log_key(), None).unwrap();
    draft.quorum(&last[0]).unwrap();
    let policy = draft.finish().unwrap();
    assert!(policy.evaluate(&note(&[1])).is_ok());
    let refused = PolicyError::Quorum { cosigned: vec![], missing: words(&["0"]) };
    assert_eq!(policy.evaluate(&note(&[])), Err(refused));
}

#[test]
fn a_refused_line_leaves_the_draft_as_it_was() {
    let mut draft = PolicyDraft::new();
    draft.witness(word("a"), witness_key(1), None).unwrap();
    assert!(draft.group(word("g"), Threshold::Any, &words(&["a", "b"])).is_err());
    assert!(draft.group(word("a"), Threshold::Any, &words(&["a"])).is_err());
    assert_eq!(draft.group(word("g"), Threshold::Any, &words(&["a"])), Ok(()));
}

/// A policy of up to six witnesses, each in one group of two layers, or in none.
fn any_policy() -> impl Strategy<Value = Policy> {
    let places = prop::collection::vec((0..3_usize, any::<bool>()), 1..=6);
    (places, 0..4_usize, any::<bool>()).prop_map(|(places, kind, with_quorum)| {
        let mut draft = PolicyDraft::new();
        draft.log(log_key(), with_quorum.then(|| word("https://example.com/"))).unwrap();
        let mut groups = vec![Vec::new(); 3];
        for (seed, (place, with_url)) in (1..).zip(places) {
            let name = word(&format!("w{seed}"));
            let url = with_url.then(|| word("url"));
            draft.witness(name.clone(), witness_key(seed), url).unwrap();
            groups[place].push(name);
        }
        let threshold = [Threshold::Any, Threshold::All, Threshold::Count(1), Threshold::All][kind];
        let mut last = word("none");
        for (at, members) in groups.iter_mut().enumerate().filter(|(_, g)| !g.is_empty()) {
            let name = word(&format!("g{at}"));
            if last != word("none") {
                members.push(last);
            }
            draft.group(name.clone(), threshold, members).unwrap();
            last = name;
        }
        draft.quorum(&if with_quorum { last } else { word("none") }).unwrap();
        draft.finish().unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_rendered_is_parsed(policy in any_policy()) {
        prop_assert_eq!(Policy::parse(&policy.render()), Ok(policy));
    }

    #[test]
    fn any_change_is_refused_or_read_to_a_policy_that_renders_and_parses(
        policy in any_policy(),
        at in any::<prop::sample::Index>(),
        octet: u8,
    ) {
        let mut file = policy.render();
        let at = at.index(file.len());
        file[at] = octet;
        if let Ok(changed) = Policy::parse(&file) {
            prop_assert_eq!(Policy::parse(&changed.render()), Ok(changed));
        }
    }
}
