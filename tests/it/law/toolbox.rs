//! The thirteen acts of the cyber diplomacy toolbox that come as examples, each tabled and decided on its
//! own date by a council of 27 under the charter that comes along.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use nemcon_client::draft::{Draft, DraftPredecessor, Texts};
use nemcon_crypto::Digest;
use nemcon_ledger::council::{Council, Force, Refusal, Status};
use nemcon_ledger::record::measure_fields::Relation;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{Outcome, Position, Record, Statement};
use nemcon_ledger::text::Time;
use nemcon_tests::fixture::{Ledger, code, label};

use super::union::{judge, union};

/// What is known of an act, read off it and not off its file.
struct Act {
    file: &'static str,
    /// The day of its adoption.
    day: &'static str,
    kind: &'static str,
    /// The rule; `None` where the council does not decide it.
    rule: Option<&'static str>,
    /// Where the initiative was the High Representative's.
    is_of_hr: bool,
    /// Persons, entities and bodies listed.
    targets: [u32; 3],
    /// The act among these that it renews or amends, as the regime stands on that day.
    predecessor: Option<(Relation, &'static str)>,
    expires: Option<&'static str>,
}

const UNANIMITY: Option<&str> = Some("unanimity");
const CONSENSUS: Option<&str> = Some("consensus");

const fn act(
    file: &'static str,
    day: &'static str,
    kind: &'static str,
    rule: Option<&'static str>,
) -> Act {
    Act {
        file,
        day,
        kind,
        rule,
        is_of_hr: false,
        targets: [0; 3],
        predecessor: None,
        expires: None,
    }
}

/// In the order of their dates. After its first term the regime is what renewed it: 2020/651, then
/// 2022/754. What took it from May 2021 to May 2022 is none of the thirteen, so that 2022/754 names no
/// predecessor.
const ACTS: [Act; 13] = [
    act("2017-conclusions", "2017-06-19", "conclusions", CONSENSUS),
    act("2017-guidelines", "2017-10-11", "guidelines", CONSENSUS),
    act("2018-conclusions", "2018-04-16", "conclusions", CONSENSUS),
    Act {
        is_of_hr: true,
        expires: Some("2020-05-18"),
        ..act("2019-797", "2019-05-17", "framework", UNANIMITY)
    },
    act("2019-796", "2019-05-17", "regulation", None),
    Act {
        predecessor: Some((Relation::Renews, "2019-797")),
        expires: Some("2021-05-18"),
        ..act("2020-651", "2020-05-14", "renewal", UNANIMITY)
    },
    Act {
        is_of_hr: true,
        targets: [6, 3, 0],
        predecessor: Some((Relation::Amends, "2020-651")),
        ..act("2020-1127", "2020-07-30", "listing", UNANIMITY)
    },
    Act {
        targets: [2, 0, 1],
        predecessor: Some((Relation::Amends, "2020-651")),
        ..act("2020-1537", "2020-10-22", "listing", UNANIMITY)
    },
    Act { expires: Some("2025-05-18"), ..act("2022-754", "2022-05-16", "renewal", UNANIMITY) },
    Act {
        is_of_hr: true,
        targets: [6, 0, 0],
        predecessor: Some((Relation::Amends, "2022-754")),
        ..act("2024-1779", "2024-06-24", "listing", UNANIMITY)
    },
    Act {
        targets: [3, 0, 0],
        predecessor: Some((Relation::Amends, "2022-754")),
        ..act("2025-listing", "2025-01-27", "listing", UNANIMITY)
    },
    Act { targets: [2, 3, 0], ..act("2026-588", "2026-03-16", "listing", UNANIMITY) },
    Act { targets: [2, 3, 0], ..act("2026-589", "2026-03-16", "implementing-regulation", None) },
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/toolbox")
}

/// The texts of a council's measures, to cite.
struct TextsOf<'a>(&'a Council);

impl Texts for TextsOf<'_> {
    fn measure(&self, number: u64) -> Option<Digest> {
        self.0.measure(number).map(|state| state.text_hash)
    }

    fn incident(&self, _: u64) -> Option<Digest> {
        None
    }
}

/// This hour of that day, as the ledger's clock shows it.
fn at(day: &str, hour: u32) -> Time {
    format!("{day}T{hour:02}:00:00.000Z").parse().unwrap()
}

/// The act's file, tabled at ten o'clock of its day, with its predecessor as the ledger numbers it.
fn tabled(ledger: &Ledger, act: &Act, predecessor: Option<(Relation, u64)>) -> Statement {
    let path = folder().join(act.file).with_extension("toml");
    let mut draft = Draft::load(&path).unwrap().list_nobody().unwrap();
    assert_eq!(draft.predecessor, None, "{}: a ledger's numbers are not in a file", act.file);
    draft.predecessor =
        predecessor.map(|(relation, measure)| DraftPredecessor { relation, measure });
    let by = match act.rule {
        _ if act.is_of_hr => "HR1",
        CONSENSUS => "PR1",
        _ => "BE",
    };
    let by = code(by);
    let council = ledger.council();
    let head = Head { council: council.digest(), by };
    let charter = &council.genesis().charter;
    let body = draft.into_body(head, charter, at(act.day, 10), &folder(), &TextsOf(council));
    ledger.parties.sign(&body.unwrap())
}

/// All 27 are in favour at noon of the act's day, and the decision says so.
fn adopt(ledger: &mut Ledger, act: &Act, number: u64) {
    let members = ledger.council().roster().members.clone();
    let ballots: Vec<_> = members
        .iter()
        .map(|member| ledger.ballot(member.code.as_str(), number, Position::InFavour))
        .collect();
    let derived = ledger.run_at(at(act.day, 12), &ballots);
    let [Record::Decision(decision)] = &derived[..] else {
        panic!("{}: {derived:?}", act.file);
    };
    assert_eq!(decision.measure, number);
    assert_eq!(decision.outcome, Outcome::Adopted, "{}", act.file);
    assert_eq!(Some(decision.rule.as_str()), act.rule, "{}", act.file);
    // How the members voted is for them to release: the decision commits to it.
    assert!(decision.votes.is_some() && decision.ballots.is_empty());
    assert_eq!(ledger.measure(number).tally().in_favour, 27);
    assert_eq!((&decision.mandates[..], &decision.excluded[..]), (&[][..], &[][..]));
}

/// What stands in the ledger is what is known of the act, and nothing more.
fn verify(ledger: &Ledger, act: &Act, number: u64, predecessor: Option<(Relation, u64)>) {
    let state = ledger.measure(number);
    let measure = ledger.text(number);
    assert_eq!(measure.kind, label(act.kind), "{}", act.file);
    assert_eq!((state.tabled, state.ended), (at(act.day, 10), Some(at(act.day, 12))));
    assert_eq!(measure.expires, act.expires.map(|day| at(day, 0)), "{}", act.file);
    let hr = measure.initiative.as_ref().is_some_and(|it| it.as_str() == "High Representative");
    assert_eq!(hr, act.is_of_hr, "{}", act.file);
    let count = |sort: &str| {
        let found = measure.targets.iter().find(|targets| targets.sort.as_str() == sort);
        found.map_or(0, |targets| targets.count)
    };
    assert_eq!(["person", "entity", "body"].map(count), act.targets, "{}", act.file);
    assert_eq!(measure.predecessor.map(|it| (it.relation, it.cited.number)), predecessor);
    if let Some((relation, former)) = predecessor {
        let former = ledger.measure(former);
        assert!(former.successors.iter().any(|it| (it.relation, it.number) == (relation, number)));
    }
    // What nobody has confirmed is left out, and the screens say so.
    let unstated = measure.unstated(&ledger.council().genesis().charter);
    assert!(act.kind != "listing" || unstated.contains(&&label("reviews")), "{}", act.file);
    assert!(unstated.contains(&&label("proportionality")) || act.rule == CONSENSUS, "{}", act.file);
}

/// The ledger after those of `acts` that it holds, and their numbers.
fn decided(acts: &[Act]) -> (Ledger, BTreeMap<&'static str, u64>) {
    let (mut ledger, mut numbers) = (union(), BTreeMap::new());
    for act in acts {
        let predecessor = act.predecessor.map(|(relation, former)| (relation, numbers[former]));
        let statement = tabled(&ledger, act, predecessor);
        if act.rule.is_none() {
            let said = judge(&ledger, at(act.day, 11), &statement).unwrap_err();
            assert_eq!(said.law().code, "not-decided-here", "{}", act.file);
            continue;
        }
        assert_eq!(ledger.run_at(at(act.day, 10), std::slice::from_ref(&statement)), []);
        let number = ledger.council().measure_by_text(&statement.text_hash).unwrap();
        adopt(&mut ledger, act, number);
        verify(&ledger, act, number, predecessor);
        numbers.insert(act.file, number);
    }
    (ledger, numbers)
}

#[test]
fn every_act_of_the_toolbox_is_one_of_the_thirteen() {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name());
    let found: BTreeSet<_> = files.map(|name| name.into_string().unwrap()).collect();
    assert_eq!(found, ACTS.iter().map(|act| format!("{}.toml", act.file)).collect());
}

#[test]
fn the_thirteen_acts_are_decided_on_their_own_dates_by_their_own_rules() {
    let (ledger, numbers) = decided(&ACTS);
    assert_eq!(numbers.len(), 11);
    let council = ledger.council();
    assert!(council.measures().all(|state| matches!(state.status, Status::Adopted { .. })));
    let days = council.genesis().charter.expiring_days();
    let force = |file: &str, day: &str| ledger.measure(numbers[file]).force(at(day, 0), days);
    let expires = at("2025-05-18", 0);
    for (file, day, wants) in [
        ("2017-conclusions", "2026-01-01", Force::InForce),
        ("2019-797", "2026-01-01", Force::Renewed { by: numbers["2020-651"] }),
        ("2020-651", "2020-11-18", Force::Amended { by: numbers["2020-1537"] }),
        ("2020-651", "2021-05-18", Force::Expired { expires: at("2021-05-18", 0) }),
        ("2022-754", "2024-11-18", Force::Amended { by: numbers["2025-listing"] }),
        ("2022-754", "2024-11-19", Force::Expiring { expires }),
        ("2022-754", "2025-05-17", Force::Expiring { expires }),
        ("2022-754", "2025-05-18", Force::Expired { expires }),
        ("2025-listing", "2026-01-01", Force::InForce),
    ] {
        assert_eq!(force(file, day), Some(wants), "{file} on {day}");
    }
}

#[test]
fn acts_by_qualified_majority_are_refused_with_the_charters_reason() {
    let ledger = union();
    for (file, says) in [("2019-796", "qualified majority"), ("2026-589", "the unanimous act")] {
        let act = ACTS.iter().find(|act| act.file == file).unwrap();
        let said = judge(&ledger, at(act.day, 10), &tabled(&ledger, act, None)).unwrap_err();
        let because = match said {
            Refusal::NotDecidedHere { kind, because } if kind == label(act.kind) => because,
            Refusal::BasisElsewhere { basis, because } if act.kind == "regulation" => {
                assert_eq!(basis.as_str(), "Article 215 TFEU");
                because
            }
            said => panic!("{said}"),
        };
        assert!(because.as_str().contains(says), "{because}");
    }
}

#[test]
fn a_regime_past_its_term_is_nothing_to_renew() {
    let place = ACTS.iter().position(|act| act.file == "2022-754").unwrap();
    let (act, (ledger, numbers)) = (&ACTS[place], decided(&ACTS[..place]));
    for former in ["2019-797", "2020-651"] {
        let number = numbers[former];
        let statement = tabled(&ledger, act, Some((Relation::Renews, number)));
        let said = judge(&ledger, at(act.day, 10), &statement).unwrap_err();
        assert!(matches!(said, Refusal::NotInForce(it) if it == number), "{former}: {said}");
    }
    assert!(judge(&ledger, at(act.day, 10), &tabled(&ledger, act, None)).is_ok());
}

/// A draft says when its act ends, so that the day on which somebody tries it decides.
#[test]
fn an_act_whose_term_has_passed_is_refused_today_with_that_reason_and_its_file_says_so() {
    let ledger = union();
    let (today, mut past) = (at("2026-11-29", 10), 0);
    for act in ACTS.iter().filter(|act| act.expires.is_some_and(|day| at(day, 0) < today)) {
        let statement = tabled(&ledger, &Act { day: "2026-11-29", ..*act }, None);
        let said = judge(&ledger, today, &statement).unwrap_err();
        assert!(matches!(said, Refusal::DatesOutOfOrder { .. }), "{}: {said}", act.file);
        assert!(said.to_string().contains("expires"), "{said}");
        let text = fs::read_to_string(folder().join(act.file).with_extension("toml")).unwrap();
        assert!(text.contains("\n# Its term has passed, so a council refuses it today"), "{text}");
        past += 1;
    }
    assert_eq!(past, 3);
}
