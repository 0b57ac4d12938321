//! Cards on their way to a founding: who has signed them, what is wrong with them, and what the text makes of them.

use std::fs;
use std::path::{Path, PathBuf};

use nemcon_client::keyfile::{self, KeyRole};
use nemcon_tests::process::{Run, nemcon};
use tempfile::TempDir;

/// Three members, the first with two officers of whom both sign, and a secretary; each with keys and a card.
struct Desks(TempDir);

impl Desks {
    fn new() -> Self {
        let desks = Self(tempfile::tempdir().unwrap());
        desks.keys("AA", "--officer minister --officer deputy --signatures 2");
        desks.keys("BB", "");
        desks.keys("CC", "");
        desks.keys("SG", "--participant secretary");
        for code in ["AA", "BB", "CC", "SG"] {
            desks.card(code, "").done();
        }
        nemcon("charter init plain --total 3 --out", [desks.at("charter.toml")]).done();
        desks
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The card of a party, where it was made.
    fn card_at(&self, code: &str) -> PathBuf {
        self.at(&format!("{code}/{code}.card"))
    }

    fn keys(&self, code: &str, options: &str) {
        nemcon(&format!("key new --no-passphrase --as {code} {options} --all"), [self.at(code)])
            .done();
    }

    fn card(&self, code: &str, options: &str) -> Run {
        let line =
            format!("card new --origin board.example/room --as {code} --yes {options} --keys");
        nemcon(&line, [self.at(code)])
    }

    fn assemble(&self, cards: &[&str], options: &str, out: &str) -> Run {
        let cards = cards.iter().map(|name| self.at(name));
        let rest = ["--charter".into(), self.at("charter.toml"), "--out".into(), self.at(out)];
        nemcon(&format!("genesis assemble {options}"), cards.chain(rest))
    }

    fn founding(&self) -> PathBuf {
        self.assemble(&["AA", "BB", "CC", "SG"], "", "genesis").done();
        self.at("genesis")
    }

    /// The signature of a key over these bytes, in a file.
    fn signature(&self, key: &str, role: KeyRole, bytes: &Path, out: &str) -> PathBuf {
        let secret = keyfile::load(&self.at(key), role).unwrap();
        let signature = secret.sign(&fs::read(bytes).unwrap());
        fs::write(self.at(out), signature.as_bytes()).unwrap();
        self.at(out)
    }
}

#[test]
fn cards_in_any_order_found_one_council_and_the_order_that_is_asked_for_another() {
    let desks = Desks::new();
    let genesis = fs::read(desks.founding()).unwrap();
    let said = desks.assemble(&["SG", "CC/CC.card", "BB", "AA"], "", "again").done();
    assert!(said.contains("seats: 3 members weigh 3 of the total of 3, 100 %"), "{said}");
    assert!(said.contains("\n1. ") && said.contains("\n9. "), "{said}");
    assert_eq!(fs::read(desks.at("again")).unwrap(), genesis);
    desks.assemble(&["AA", "BB", "CC", "SG"], "--order CC,AA", "ordered").done();
    let text = fs::read_to_string(desks.at("ordered")).unwrap();
    let codes: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("member ")).collect();
    assert_eq!(codes, ["CC 1 1 CC", "AA 1 2 AA", "BB 1 1 BB"]);
    let plan = nemcon("genesis assemble --out", [desks.at("plan"), desks.card_at("AA")]);
    plan.refused(2, &["AA.card: a card, and no charter is named", "--charter FILE"]);
}

#[test]
fn every_card_that_cannot_be_used_is_named_at_once_and_nothing_is_written() {
    let desks = Desks::new();
    desks.keys("DD", "");
    // A card that was changed, one of another council, one with BB's recovery key, and no card at all.
    let text = fs::read_to_string(desks.card_at("CC")).unwrap();
    fs::write(desks.at("changed.card"), text.replace("CC 1 1", "CC 2 1")).unwrap();
    nemcon("card new --origin board.example/other --as DD --yes --keys", [desks.at("DD")]).done();
    desks.keys("EE", "");
    let plan = fs::read_to_string(desks.at("EE/EE.toml")).unwrap();
    let public = |code: &str, role: &str| {
        let text = fs::read_to_string(desks.at(&format!("{code}/{code}.toml"))).unwrap();
        let line = text.lines().find(|line| line.starts_with(&format!("{role} = "))).unwrap();
        line.split('"').nth(1).unwrap().to_owned()
    };
    let stolen = plan.replace(&public("EE", "recovery"), &public("BB", "recovery"));
    fs::write(desks.at("EE/EE.toml"), &stolen).unwrap();
    desks.card("EE", "").refused(1, &["recovery.key: it is another key than the card names"]);
    fs::remove_file(desks.at("EE/recovery.key")).unwrap();
    let said = desks.card("EE", "").done();
    assert!(
        said.contains("NOT whole: of its 4 keys these have still to sign it: the recovery key")
    );
    fs::write(desks.at("words.card"), "a letter\n").unwrap();
    let cards = ["AA", "BB", "CC", "DD", "EE", "changed.card", "words.card", "nothing.card"];
    let refused = desks.assemble(&cards, "", "none");
    refused.refused(
        1,
        &[
            "DD.card: it is for the council board.example/other",
            "EE.card: possession is not proven of the recovery key",
            "EE.card: the recovery key is the recovery key in",
            "changed.card: not signed over this text: the key of officer desk",
            "words.card: it is no card",
            "nothing.card: no such file",
            "nothing was written",
        ],
    );
    assert!(!desks.at("none").exists());
    let check = nemcon("card check", [desks.at("changed.card"), desks.at("EE")]);
    check.refused(1, &["changed.card: not signed", "EE.card: possession is not proven"]);
    nemcon("card check", [desks.at("AA"), desks.at("SG")]).done();
    // Within one card a key stands once.
    fs::write(desks.at("EE/EE.toml"), plan.replace(&public("EE", "node"), &public("EE", "seal")))
        .unwrap();
    fs::remove_file(desks.card_at("EE")).unwrap();
    desks.card("EE", "").refused(1, &["each key has one use"]);
}

#[test]
fn a_party_whose_card_is_not_what_stands_in_the_text_is_told_and_signs_nothing() {
    let desks = Desks::new();
    let genesis = desks.founding();
    let check = |code: &str, card: &Path| {
        let words = [genesis.clone(), "--card".into(), card.to_owned()];
        nemcon(&format!("genesis check --as {code}"), words)
    };
    let said = check("AA", &desks.card_at("AA")).done();
    for wants in [
        "3 members found it and sit in this order:\n  1. AA AA: weighs 1 of 3, 33.3 %; 2 of 2 officers sign for it\n",
        "SG SG: secretary, has no ballot; its one officer signs for it",
        "A measure of kind resolution is decided by unanimity: it needs every member's ballot.",
        "AA is AA, a member that weighs 1; 2 of 2 officers sign for it.",
        "all that it says of AA stands in this text, byte by byte.",
        "its fingerprint, to be read aloud",
    ] {
        assert!(said.contains(wants), "wanted {wants}\n{said}");
    }
    // The secretariat has another key of BB in the text.
    let again = tempfile::tempdir().unwrap();
    let own = again.path().join("BB");
    nemcon("key new --no-passphrase --as BB --all", [&own]).done();
    nemcon("card new --origin board.example/room --as BB --yes --keys", [&own]).done();
    let refused = check("BB", &own.join("BB.card"));
    refused.refused(1, &["NOT to be signed: your card is not what stands there"]);
    assert!(refused.out.contains("DIFFER:"), "{refused:?}");
    assert_eq!(refused.out.matches("the card says").count(), 4, "{refused:?}");
    check("ZZ", &desks.card_at("AA")).refused(2, &["the card of AA, not of ZZ"]);
    nemcon("genesis check --as ZZ", [&genesis]).refused(1, &["you do not stand there"]);
    let before = fs::read(&genesis).unwrap();
    let words = [
        genesis.clone(),
        "--card".into(),
        own.join("BB.card"),
        "--key".into(),
        desks.at("BB/officer-desk.key"),
        "--fingerprint".into(),
        fingerprint(&genesis).into(),
    ];
    nemcon("genesis sign --yes", words).refused(1, &["not signed:", "DIFFER:"]);
    assert_eq!(fs::read(&genesis).unwrap(), before);
}

#[test]
fn the_fingerprint_names_the_council_wherever_its_digest_does() {
    let desks = Desks::new();
    let genesis = desks.founding();
    let words = fingerprint(&genesis);
    let numbers = nemcon("genesis fingerprint --json", [&genesis]).json()["numbers"].clone();
    let numbers: Vec<_> =
        numbers.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect();
    let check = |given: &str| {
        nemcon("genesis check", ["--fingerprint".into(), given.into(), genesis.clone()])
    };
    check(&words).done();
    check(&numbers.join(" ")).done();
    let apart = words.split(' ').map(PathBuf::from);
    let apart = ["--fingerprint".into()].into_iter().chain(apart).chain([genesis.clone()]);
    nemcon("genesis check", apart).done();
    let mut wrong: Vec<_> = words.split(' ').collect();
    let heard = format!("{}e", wrong[11]);
    wrong[11] = &heard;
    check(&wrong.join(" ")).refused(2, &["word 12, `", "the nearest is `"]);
    let mut swapped: Vec<_> = words.split(' ').collect();
    swapped.swap(3, 20);
    check(&swapped.join(" ")).refused(2, &["two have changed places"]);
    // Another council's fingerprint is read well, and is not this council's.
    desks.assemble(&["AA", "BB", "CC"], "", "other").done();
    let other = fingerprint(&desks.at("other"));
    check(&other).refused(1, &["this genesis founds the council"]);
    let both =
        ["--council".into(), "0".repeat(64).into(), "--fingerprint".into(), words.into(), genesis];
    nemcon("genesis check", both).refused(2, &["`--council` names 0000", "`--fingerprint` names"]);
}

#[test]
fn keys_that_are_elsewhere_sign_a_card_and_a_genesis() {
    let desks = Desks::new();
    // The deputy has its key on another machine, and the node key is in a device.
    fs::remove_file(desks.card_at("AA")).unwrap();
    for key in ["officer-deputy.key", "node.key"] {
        fs::rename(desks.at("AA").join(key), desks.at(key)).unwrap();
    }
    let said = desks.card("AA", "").done();
    assert!(said.contains("these have still to sign it: the key of officer deputy, the node key"));
    let card = desks.card_at("AA");
    let key = |name: &str| ["--key".into(), desks.at(name)];
    let sign = |text: &str, name: &str| {
        nemcon(&format!("card sign --yes {text}"), [card.clone()].into_iter().chain(key(name)))
    };
    sign("", "officer-deputy.key").refused(2, &["which text was read?"]);
    let hash = nemcon("card show --json", [&card]).json()["text_hash"].clone();
    let hash = format!("--text {}", hash.as_str().unwrap());
    sign(&hash, "BB/officer-desk.key").refused(1, &["the card does not name the key"]);
    sign(&hash, "officer-deputy.key").done();
    sign(&hash, "officer-deputy.key").refused(1, &["has signed this card already"]);
    nemcon("card bytes", [card.clone(), "--out".into(), desks.at("bytes")]).done();
    let attach =
        |signature: PathBuf| nemcon("card attach", [card.clone(), "--signature".into(), signature]);
    let wrong = desks.signature("node.key", KeyRole::Node, &desks.at("charter.toml"), "wrong");
    attach(wrong).refused(1, &["wrong: no key of the card has made this signature"]);
    attach(desks.at("charter.toml")).refused(2, &["it is no Ed25519 signature: 64 bytes"]);
    let made = desks.signature("node.key", KeyRole::Node, &desks.at("bytes"), "made");
    let said = attach(made).done();
    assert!(said.contains("whole: signed by every key of the card, 5 keys"), "{said}");

    let genesis = desks.founding();
    nemcon("genesis bytes", [genesis.clone(), "--out".into(), desks.at("to-sign")]).done();
    assert_eq!(fs::read(desks.at("to-sign")).unwrap(), fs::read(&genesis).unwrap());
    let attach = |signature: PathBuf| {
        nemcon("genesis attach", [genesis.clone(), "--signature".into(), signature])
    };
    let officer =
        |key: &str, out: &str| desks.signature(key, KeyRole::Officer, &desks.at("to-sign"), out);
    let said = attach(officer("officer-deputy.key", "deputy")).done();
    assert!(
        said.contains("signed by AA (deputy)") && said.contains("AA: 1 of 2 officers"),
        "{said}"
    );
    attach(officer("officer-deputy.key", "deputy"))
        .refused(1, &["has signed this genesis already"]);
    attach(officer("SG/officer-desk.key", "secretary"))
        .refused(1, &["no officer of a founding member"]);
    for (key, out) in [("AA/officer-minister.key", "m"), ("BB/officer-desk.key", "b")] {
        attach(officer(key, out)).done();
    }
    let said = attach(officer("CC/officer-desk.key", "c")).done();
    assert!(said.contains("every founding member has signed: the council is founded"), "{said}");
    nemcon("genesis verify", [&genesis]).done();
}

#[test]
fn a_node_is_configured_from_the_genesis_and_the_cards() {
    let desks = Desks::new();
    for code in ["BB", "CC"] {
        fs::remove_file(desks.card_at(code)).unwrap();
        desks.card(code, &format!("--address node.{}.example:4111", code.to_lowercase())).done();
    }
    let genesis = desks.founding();
    let words = fingerprint(&genesis);
    let configure = |code: &str, options: &[&str]| {
        let cards = ["AA", "BB", "CC"].map(|code| desks.at(code));
        let rest = ["--out".into(), desks.at("node.toml")];
        let options = options.iter().map(PathBuf::from);
        let words = [genesis.clone()].into_iter().chain(cards).chain(rest).chain(options);
        nemcon(&format!("genesis configure --as {code}"), words)
    };
    configure("BB", &[]).refused(2, &["which council?"]);
    configure("BB", &["--fingerprint", &words]).refused(1, &["lacks signatures of: AA BB CC"]);
    for (code, officer) in [("AA", "minister"), ("AA", "deputy"), ("BB", "desk"), ("CC", "desk")] {
        let key = desks.at(&format!("{code}/officer-{officer}.key"));
        let words =
            [genesis.clone(), "--key".into(), key, "--fingerprint".into(), (&*words).into()];
        nemcon(&format!("genesis sign --yes --as {code}"), words).done();
    }
    configure("SG", &["--fingerprint", &words]).refused(2, &["SG is no member"]);
    let said = configure("BB", &["--fingerprint", &words]).done();
    assert!(said.contains("1 other node\nNO address is known of AA"), "{said}");
    let config = nemcon_client::config::NodeConfig::load(&desks.at("node.toml")).unwrap();
    assert_eq!((config.member.as_str(), config.listen.port()), ("BB", 4111));
    assert_eq!(config.genesis, desks.at("genesis"));
    assert_eq!((config.peers.len(), &*config.peers[0].address), (1, "node.cc.example:4111"));
    configure("BB", &["--fingerprint", &words]).refused(2, &["it exists already"]);
}

fn fingerprint(file: &Path) -> String {
    let told = nemcon("genesis fingerprint --json", [file]).json();
    told["fingerprint"].as_str().unwrap().to_owned()
}
