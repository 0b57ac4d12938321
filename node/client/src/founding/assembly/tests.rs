use nemcon_crypto::SecretKey;
use nemcon_ledger::record::{Member, Officer, Participant};

use super::*;
use crate::founding::{Card, Founding};
use crate::shipped::{CharterName, Shipped};

fn secret(party: u8, role: u8) -> SecretKey {
    SecretKey::from_seed(&[party * 8 + role; 32])
}

fn officer(label: &str, key: &SecretKey) -> Officer {
    Officer { label: label.parse().unwrap(), key: key.public() }
}

fn member(at: u8, code: &str) -> Card {
    let member = Member {
        code: code.parse().unwrap(),
        name: format!("Seat {code}").parse().unwrap(),
        weight: 1,
        threshold: 1,
        officers: vec![officer("desk", &secret(at, 0)), officer("node", &secret(at, 4))],
        recovery: secret(at, 1).public(),
        node: secret(at, 2).public(),
        seal: secret(at, 3).public(),
    };
    let address = Some(format!("node.{}.example:4101", code.to_lowercase()).parse().unwrap());
    let party = CardParty::Member(Box::new(member), address);
    Card { origin: "board.example/room".parse().unwrap(), party }
}

fn participant(at: u8, code: &str, role: &str) -> Card {
    let party = Participant {
        code: code.parse().unwrap(),
        name: "The secretary".parse().unwrap(),
        role: role.parse().unwrap(),
        threshold: 1,
        officers: vec![officer("desk", &secret(at, 0))],
    };
    Card { origin: "board.example/room".parse().unwrap(), party: CardParty::Participant(party) }
}

/// The card with the signatures of all its keys, which are those of the party `at`.
fn proven(card: Card, at: u8) -> CardFile {
    let mut file = CardFile::unsigned(card).unwrap();
    for role in [3, 0, 2, 1, 4] {
        let _ = file.prove(&secret(at, role));
    }
    file
}

fn named(file: CardFile) -> NamedCard {
    NamedCard { path: format!("{}.card", file.card().code()).into(), file }
}

fn charter() -> Charter {
    let mut charter = Shipped::load(CharterName::Plain).charter;
    charter.weight.total = 3;
    charter
}

fn plan(cards: &[NamedCard], order: &[&str]) -> Result<Plan, CardsError> {
    let order: Vec<Code> = order.iter().map(|code| code.parse().unwrap()).collect();
    let charter = charter();
    let frame = Frame {
        charter: &charter,
        charter_file: "charter.toml".as_ref(),
        visibility: Visibility::Members,
        order: &order,
    };
    plan_of(cards, &frame)
}

fn cards() -> Vec<NamedCard> {
    let members = [(0, "CC"), (1, "AA"), (2, "BB")];
    let members = members.map(|(at, code)| named(proven(member(at, code), at)));
    let mut cards = Vec::from(members);
    cards.push(named(proven(participant(3, "SG", "secretary"), 3)));
    cards
}

#[test]
fn a_card_has_one_written_form_and_is_read_back_with_any_of_its_signatures() {
    let whole = proven(member(0, "AA"), 0);
    assert_eq!(whole.verify(), Ok(()));
    let bytes = whole.render();
    assert_eq!(CardFile::parse(&bytes).unwrap(), whole);
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(
        text.contains("\naddress node.aa.example:4101\n\n— board.example/room/AA/desk "),
        "{text}"
    );
    let lines: Vec<_> = text.lines().collect();
    let part = |keep: &[usize]| {
        let lines = (0..).zip(&lines).filter(|(at, _)| *at < lines.len() - 5 || keep.contains(at));
        lines.fold(String::new(), |text, (_, line)| text + line + "\n")
    };
    let end = lines.len();
    let some = CardFile::parse(part(&[end - 5, end - 2]).as_bytes()).unwrap();
    let missing = CardError::Unproven {
        keys: vec![KeyUse::Officer("node".parse().unwrap()), KeyUse::Recovery, KeyUse::Seal],
    };
    assert_eq!(some.verify(), Err(missing));
    assert_eq!(CardFile::parse(&some.render()).unwrap(), some);
    let bare = CardFile::parse(whole.text().as_bytes()).unwrap();
    assert_eq!(bare.render(), whole.text().as_bytes());
    // Two lines in the other order, a line twice, and a last line without its end are other bytes.
    let mut swapped = lines.clone();
    swapped.swap(end - 1, end - 2);
    let mut twice = lines.clone();
    twice.push(lines[end - 1]);
    for wrong in [swapped.join("\n") + "\n", twice.join("\n") + "\n", text.trim_end().to_owned()] {
        assert!(CardFile::parse(wrong.as_bytes()).is_err(), "{wrong}");
    }
}

#[test]
fn a_card_that_was_changed_names_every_key_whose_signature_is_wrong() {
    let text = String::from_utf8(proven(member(0, "AA"), 0).render()).unwrap();
    let changed = text.replace("Seat AA", "Seat BB");
    let error = CardFile::parse(changed.as_bytes()).unwrap_err();
    let CardError::Wrong { keys } = &error else { panic!("{error}") };
    assert_eq!(keys.len(), 5);
    let says = "not signed over this text: the key of officer desk, the key of officer node, the recovery key";
    assert!(error.to_string().starts_with(says), "{error}");
    let other = proven(member(0, "BB"), 0);
    let foreign = text.split_once("\n\n").unwrap().1;
    let mixed = format!("{}\n{foreign}", other.text());
    assert_eq!(CardFile::parse(mixed.as_bytes()), Err(CardError::Line { line: 1 }));
}

#[test]
fn a_card_in_which_a_key_stands_twice_is_none() {
    let mut card = member(0, "AA");
    if let CardParty::Member(member, _) = &mut card.party {
        member.seal = member.recovery;
    }
    let error = CardFile::unsigned(card).unwrap_err();
    assert_eq!(error.to_string(), "the seal key is the recovery key too; each key has one use");
}

#[test]
fn a_signature_made_elsewhere_is_taken_by_the_key_that_made_it_and_once() {
    let mut file = CardFile::unsigned(member(0, "AA")).unwrap();
    let signature = secret(0, 2).sign(file.text().as_bytes());
    assert_eq!(file.attach(&signature), Ok(KeyUse::Node));
    assert_eq!(file.attach(&signature), Err(CardError::Proven(KeyUse::Node)));
    let other = secret(1, 2).sign(file.text().as_bytes());
    assert_eq!(file.attach(&other), Err(CardError::NobodysSignature));
    let over_another = secret(0, 3).sign(b"another text");
    assert_eq!(file.attach(&over_another), Err(CardError::NobodysSignature));
    assert!(matches!(file.prove(&secret(1, 0)), Err(CardError::NotItsKey(_))));
    assert_eq!(CardFile::parse(&file.render()).unwrap(), file);
}

#[test]
fn cards_in_any_order_found_the_same_council() {
    let mut cards = cards();
    let found = |cards: &[NamedCard], order: &[&str]| {
        plan(cards, order).unwrap().assemble(charter()).unwrap().render()
    };
    let first = found(&cards, &[]);
    for _ in 0..cards.len() {
        cards.rotate_left(1);
        assert_eq!(found(&cards, &[]), first);
    }
    cards.reverse();
    assert_eq!(found(&cards, &[]), first);
    let codes = |plan: Plan| plan.members.iter().map(|it| it.code.to_string()).collect::<Vec<_>>();
    assert_eq!(codes(plan(&cards, &[]).unwrap()), ["AA", "BB", "CC"]);
    assert_eq!(codes(plan(&cards, &["CC", "BB"]).unwrap()), ["CC", "BB", "AA"]);
    let genesis = plan(&cards, &[]).unwrap().assemble(charter()).unwrap();
    let founding = Founding::unsigned(genesis);
    for card in &cards {
        assert_eq!(card.file.card().differences(founding.genesis()), []);
    }
}

#[test]
fn all_wrong_cards_are_named_at_once_with_their_reasons() {
    let mut cards = cards();
    let mut other = member(4, "DD");
    other.origin = "board.example/other".parse().unwrap();
    cards.push(named(proven(other, 4)));
    cards.push(named(CardFile::unsigned(member(5, "EE")).unwrap()));
    cards.push(NamedCard { path: "again.card".into(), file: proven(member(6, "AA"), 6) });
    let mut thief = member(7, "FF");
    if let CardParty::Member(member, _) = &mut thief.party {
        member.seal = secret(0, 1).public();
    }
    let mut thief = proven(thief, 7);
    thief.prove(&secret(0, 1)).unwrap();
    cards.push(named(thief));
    cards.push(named(proven(participant(8, "CH", "chair-of-chairs"), 8)));
    let said = plan(&cards, &["ZZ", "AA", "ZZ"]).unwrap_err().to_string();
    for wants in [
        "DD.card: it is for the council board.example/other; the others are for board.example/room",
        "EE.card: possession is not proven of the key of officer desk, the key of officer node, the \
         recovery key, the node key, the seal key",
        "again.card: its code AA is that of AA.card too",
        "again.card: its address node.aa.example:4101 is that of AA.card too",
        "FF.card: the seal key is the recovery key in CC.card too",
        "CH.card: its role chair-of-chairs is none of the charter",
        "--order: the order names ZZ, and no card is of this code",
    ] {
        assert!(said.contains(wants), "wanted {wants}\n{said}");
    }
    assert_eq!(said.lines().count(), 7, "{said}");
    let twice = plan(&self::cards(), &["CC", "CC", "CC"]).unwrap_err().to_string();
    assert_eq!(twice, "--order: the order names CC twice");
}

#[test]
fn files_and_folders_of_cards_are_read_and_what_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("cards")).unwrap();
    fs::create_dir(at("empty")).unwrap();
    for card in cards() {
        fs::write(at("cards").join(&card.path), card.file.render()).unwrap();
    }
    fs::write(at("cards/notes.txt"), "no card").unwrap();
    let (cards, faults) = read_cards(&[at("cards")]);
    assert_eq!((cards.len(), faults.0.len()), (4, 0));
    fs::write(at("cards/ZZ.card"), "nemcon/v1 genesis\n").unwrap();
    fs::write(at("long.card"), vec![b'a'; usize::try_from(CARD_BYTES_MAX).unwrap() + 1]).unwrap();
    let (_, faults) = read_cards(&[at("cards"), at("empty"), at("nothing"), at("long.card")]);
    let said = faults.to_string();
    for wants in [
        "ZZ.card: it is no card",
        "empty: no file in this folder ends in .card",
        "nothing: no such file",
        "long.card: longer than",
    ] {
        assert!(said.contains(wants), "wanted {wants}\n{said}");
    }
}

#[test]
fn a_card_tells_where_the_text_that_founds_differs() {
    let cards = cards();
    let genesis = plan(&cards, &[]).unwrap().assemble(charter()).unwrap();
    let mut card = cards[0].file.card().clone();
    if let CardParty::Member(member, _) = &mut card.party {
        member.weight = 2;
        member.node = secret(9, 2).public();
    }
    let said: Vec<_> = card.differences(&genesis).iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].contains("`member CC 2 1 Seat CC`") && said[0].contains("`member CC 1 1 Seat CC`")
    );
    let stranger = member(9, "ZZ");
    assert_eq!(stranger.differences(&genesis).len(), 6);
}
