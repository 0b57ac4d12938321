//! Which records are public: all kinds of records, under each word that a kind may have for its votes.

use std::collections::BTreeMap;

use nemcon_crypto::{LeafIndex, hash};
use nemcon_ledger::council::Publicity::{self, Internal, Public, Released};
use nemcon_ledger::council::{Consequence, Refusal};
use nemcon_ledger::record::charter::{CharterError, Publication, Votes};
use nemcon_ledger::record::reservation::ReservationAct;
use nemcon_ledger::record::{
    Body, Decision, Genesis, GenesisError, Position, Record, RecordError, Statement,
};
use nemcon_tests::export::leaves;
use nemcon_tests::fixture::{Ledger, code, council_of_equals, day, label, line};

const FOR: Position = Position::InFavour;
const ALL: [&str; 3] = ["M1", "M2", "M3"];

/// Three members and a chair, whose word `votes-released` releases the votes of kinds that wait for it.
fn gated(votes: Option<Votes>) -> Genesis {
    let mut genesis = council_of_equals(3);
    genesis.charter.attests.push(label("votes-released"));
    let released_by = Some(label("votes-released"));
    genesis.charter.publication = Some(Publication { marking: line("LIMITE"), released_by });
    genesis.charter.kinds.iter_mut().for_each(|kind| kind.votes = votes);
    genesis
}

/// The records with their leaves.
fn records(ledger: &Ledger) -> Vec<(LeafIndex, Record)> {
    let parsed = leaves(ledger).into_iter().map(|leaf| Record::parse(&leaf).unwrap());
    (0..).map(LeafIndex).zip(parsed).collect()
}

/// What each record is called in the tables: its kind, and the measure that it is about.
fn named(ledger: &Ledger, record: &Record) -> String {
    let measure = match record {
        Record::Decision(it) => Some(it.measure),
        Record::Lapse(it) => Some(it.measure),
        Record::Statement(it) => {
            let by_text = ledger.council().measure_by_text(&it.text_hash);
            by_text.or_else(|| it.body.measures().first().copied())
        }
        Record::Genesis(_) | Record::Block(_) => None,
    };
    let title = measure.map(|it| ledger.measure(it).terms.title.to_string());
    format!("{} {}", record.kind(), title.unwrap_or_default()).trim_end().to_owned()
}

/// Who may see the records of each name: all that stand under one name are as public.
fn table(ledger: &Ledger) -> BTreeMap<String, Vec<Publicity>> {
    let mut table: BTreeMap<String, Vec<Publicity>> = BTreeMap::new();
    for (leaf, record) in records(ledger) {
        let publicity = ledger.council().publicity(leaf, &record);
        table.entry(named(ledger, &record)).or_default().push(publicity);
    }
    table.values_mut().for_each(Vec::dedup);
    table
}

/// A ledger with all sorts of records. `released`: whether the release of the votes is attested on each
/// measure on which the council has voted.
fn busy(genesis: Genesis, released: bool) -> Ledger {
    let mut ledger = Ledger::found(genesis);
    for title in ["Adopted", "Refused", "Lapsed", "Withdrawn", "Open", "Bound", "Bound too"] {
        let measure = ledger.parties.measure("M1", title);
        ledger.table(measure);
    }
    let package = ledger.package("M1", &[6, 7]);
    ledger.run(&[package]);
    let revision = ledger.revision(1, |measure| measure.summary = vec![line("Again.")]);
    ledger.run(&[ledger.reservation("M2", 1, ("scrutiny", ReservationAct::Place)), revision]);
    ledger.run(&[ledger.reservation("M2", 1, ("scrutiny", ReservationAct::Place))]);
    for (number, closes) in [(1, 50), (3, 40), (5, 60)] {
        ledger.run(&[ledger.extension("M1", number, day(closes))]);
    }
    ledger.empower("M3", 1, "M2");
    ledger.cast(1, &[("M1", FOR)]);
    ledger.run(&[ledger.ballot_for(("M2", "M3"), 1, FOR)]);
    ledger.cast(1, &[("M2", Position::Abstain)]);
    ledger.cast(2, &[("M1", FOR), ("M2", Position::Against), ("M3", FOR)]);
    ledger.run(&[ledger.close("CH", 2)]);
    for number in [1, 2, 5] {
        for (by, is_public) in [("M1", false), ("M2", true)] {
            let remark = ledger.remark(by, number, |it| it.is_public = is_public);
            ledger.run(&[remark]);
        }
    }
    ledger.cast(3, &[("M1", FOR)]);
    ledger.cast(5, &[("M1", FOR)]);
    ledger.run(&[ledger.withdrawal("M1", 4)]);
    for number in [6, 7] {
        ledger.cast(number, &ALL.map(|by| (by, FOR)));
    }
    let incident = ledger.report(ledger.parties.incident("M1", "An incident"));
    for (by, is_public) in [("M1", false), ("M2", true)] {
        let attribution = ledger.parties.attribution(ledger.council(), by, incident);
        let attribution = nemcon_ledger::record::Attribution { is_public, ..attribution };
        ledger.run(&[ledger.sign(&Body::Attribution(attribution))]);
    }
    ledger.run_at(day(40), &[]);
    let published = ledger.attestation("CH", 1);
    ledger.run(&[published]);
    for number in if released { &VOTED[..] } else { &[] } {
        let attested = release(&ledger, *number);
        ledger.run(&[attested]);
    }
    ledger
}

/// The measures of [`busy`] on which the council has voted: all but the withdrawn and the open one.
const VOTED: [u64; 5] = [1, 2, 3, 6, 7];

/// The attestation that releases the votes on a measure.
fn release(ledger: &Ledger, number: u64) -> Statement {
    let attested = ledger.parties.attestation(ledger.council(), "CH", number, "votes-released");
    ledger.sign(&Body::Attestation(attested))
}

/// The records of which not all are internal, by their names; each row as [`table`] has it.
fn public_of(votes: Option<Votes>, released: bool) -> BTreeMap<String, Vec<Publicity>> {
    let mut table = table(&busy(gated(votes), released));
    table.retain(|_, publicity| *publicity != [Internal]);
    table
}

/// A row: the name of records, and who may see them in the order of the log.
type Row = (&'static str, &'static [Publicity]);

/// What is public whatever the votes are.
const ACTS: [Row; 9] = [
    ("attestation Adopted", &[Public]),
    ("block", &[Public]),
    ("decision Adopted", &[Public]),
    ("decision Bound", &[Public]),
    ("decision Bound too", &[Public]),
    ("genesis", &[Public]),
    // The first is its party's own, the second it makes public.
    ("remark Adopted", &[Internal, Public]),
    ("measure Bound", &[Public]),
    ("measure Bound too", &[Public]),
];

fn rows(more: &[Row]) -> BTreeMap<String, Vec<Publicity>> {
    // The text with which it was tabled was replaced; the attributions are one of each sort.
    let mut all: BTreeMap<_, _> = ACTS.into_iter().collect();
    all.insert("revision Adopted", &[Public]);
    all.insert("package Bound", &[Public]);
    all.insert("attribution", &[Internal, Public]);
    all.extend(more.iter().copied());
    all.into_iter().map(|(name, publicity)| (name.to_owned(), publicity.to_vec())).collect()
}

#[test]
fn of_votes_that_are_internal_the_act_alone_is_public() {
    for votes in [Some(Votes::Internal), None] {
        assert_eq!(public_of(votes, false), rows(&[]));
    }
}

/// A word that would release nothing is not kept: whoever reads it later would take it for a release.
#[test]
fn votes_are_released_of_what_was_voted_on_and_where_they_wait_for_it() {
    let refused = |ledger: &Ledger, number: u64| {
        let said = ledger.try_apply(&release(ledger, number));
        matches!(said, Err(Refusal::NothingToRelease { measure, .. }) if measure == number)
    };
    let ledger = busy(gated(Some(Votes::Released)), false);
    assert!((1..=7).all(|number| refused(&ledger, number) != VOTED.contains(&number)));
    for votes in [None, Some(Votes::Internal), Some(Votes::Public)] {
        let ledger = busy(gated(votes), false);
        assert!((1..=7).all(|number| refused(&ledger, number)), "{votes:?}");
    }
}

#[test]
fn whoever_releases_votes_is_told_so() {
    let ledger = busy(gated(Some(Votes::Released)), false);
    let body = &release(&ledger, 1).body;
    let follows = ledger.council().foresee(day(41), &[], std::slice::from_ref(body));
    assert_eq!(follows.unwrap(), [Consequence::Released { measure: 1 }]);
    let chair = code("CH");
    let measure = ledger.measure(1);
    let reminded = ledger.council().unattested(&chair, measure, &ledger.said_on(1));
    assert!(!reminded.contains(&label("votes-released")), "{reminded:?}");
}

#[test]
fn votes_that_wait_for_their_release_are_internal_until_it_is_attested() {
    assert_eq!(public_of(Some(Votes::Released), false), rows(&[]));
    let now = [
        // What stood on the former text, and what was taken back, is never released.
        ("reservation Adopted", &[Internal, Released][..]),
        ("mandate Adopted", &[Released]),
        ("ballot Adopted", &[Released]),
        ("extension Adopted", &[Released]),
        ("measure Refused", &[Released]),
        ("ballot Refused", &[Released]),
        ("close Refused", &[Released]),
        ("decision Refused", &[Released]),
        ("attestation Refused", &[Released]),
        ("remark Refused", &[Internal, Released]),
        ("measure Lapsed", &[Released]),
        ("extension Lapsed", &[Released]),
        ("lapse Lapsed", &[Released]),
        ("attestation Lapsed", &[Released]),
        ("ballot Bound", &[Released]),
        ("ballot Bound too", &[Released]),
        ("attestation Bound", &[Public]),
        ("attestation Bound too", &[Public]),
        // A measure that lapsed has counted one ballot.
        ("ballot Lapsed", &[Released]),
    ];
    assert_eq!(public_of(Some(Votes::Released), true), rows(&now));
}

#[test]
fn votes_that_are_public_are_so_with_the_decision() {
    let with_the_decision = [
        ("reservation Adopted", &[Internal, Public][..]),
        ("mandate Adopted", &[Public]),
        ("ballot Adopted", &[Public]),
        ("extension Adopted", &[Public]),
        ("measure Refused", &[Public]),
        ("ballot Refused", &[Public]),
        ("close Refused", &[Public]),
        ("decision Refused", &[Public]),
        ("remark Refused", &[Internal, Public]),
        ("ballot Bound", &[Public]),
        ("ballot Bound too", &[Public]),
    ];
    assert_eq!(public_of(Some(Votes::Public), false), rows(&with_the_decision));
}

#[test]
fn a_ballot_that_was_replaced_is_not_released() {
    let mut ledger = Ledger::found(gated(Some(Votes::Released)));
    let number = ledger.table(ledger.parties.measure("M1", "Adopted"));
    ledger.cast(number, &[("M1", FOR), ("M2", Position::Against)]);
    ledger.cast(number, &[("M2", FOR), ("M3", FOR)]);
    let word = "votes-released";
    let attested = ledger.parties.attestation(ledger.council(), "CH", number, word);
    ledger.run(&[ledger.sign(&Body::Attestation(attested))]);
    let said = records(&ledger).into_iter().filter_map(|(leaf, record)| {
        let Record::Statement(statement) = &record else { return None };
        let Body::Ballot(ballot) = &statement.body else { return None };
        Some((ballot.position, ledger.council().publicity(leaf, &record)))
    });
    let (kept, shown): (Vec<_>, Vec<_>) = said.partition(|(_, it)| *it == Internal);
    assert_eq!(kept, [(Position::Against, Internal)]);
    assert_eq!(shown, [(FOR, Released); 3]);
}

#[test]
fn keys_and_seats_are_public() {
    let mut ledger = nemcon_tests::fixture::changing();
    let mut genesis = ledger.parties.genesis.clone();
    assert!(
        records(&ledger).iter().all(|(leaf, it)| ledger.council().publicity(*leaf, it) == Internal)
    );
    genesis.charter.publication = Some(Publication { marking: line("LIMITE"), released_by: None });
    let kinds = ["keys", "freeze", "rotation", "notice", "entry"];
    let records = records(&ledger);
    ledger = Ledger::found(genesis);
    for kind in kinds {
        let (leaf, record) = records.iter().find(|(_, it)| it.kind() == kind).expect(kind);
        assert_eq!(ledger.council().publicity(*leaf, record), Public, "{kind}");
    }
}

#[test]
fn under_a_charter_without_publication_nothing_is_public() {
    let mut genesis = gated(None);
    genesis.charter.publication = None;
    let ledger = busy(genesis, true);
    assert!(table(&ledger).values().all(|publicity| *publicity == [Internal]));
}

/// What a ledger has shown it goes on to show.
#[test]
fn what_is_public_stays_public() {
    for votes in Votes::ALL {
        let whole = busy(gated(Some(votes)), votes == Votes::Released);
        let mut chain = nemcon_ledger::chain::Chain::found(whole.parties.genesis.clone());
        let mut shown: Vec<bool> = Vec::new();
        let records = records(&whole);
        for block in &whole.blocks {
            chain = chain.apply(block).unwrap();
            for (leaf, record) in &records[..shown.len()] {
                let now = chain.council().publicity(*leaf, record).is_for_all();
                let before = &mut shown[usize::try_from(leaf.0).unwrap()];
                assert!(now || !*before, "{} is shown no more", record.kind());
                *before = now;
            }
            shown.resize(usize::try_from(chain.size().0).unwrap(), false);
        }
    }
}

/// Who makes a remark public on an act that is public already is told that it can be read at once.
#[test]
fn whoever_says_something_public_of_a_public_act_is_told_so() {
    let mut genesis = gated(Some(Votes::Released));
    genesis.charter.may_remark = vec![label("member")];
    genesis.charter.remarks = vec![label("statement")];
    let mut ledger = Ledger::found(genesis);
    let number = ledger.table(ledger.parties.measure("M1", "Adopted"));
    let follows = |ledger: &Ledger, is_public: bool| {
        let remark = ledger.remark("M2", number, |it| {
            (it.sort, it.is_public) = (label("statement"), is_public);
        });
        let body = std::slice::from_ref(&remark.body);
        ledger.council().foresee(ledger.next_time(), &[], body).unwrap()
    };
    assert_eq!(follows(&ledger, true), [], "nobody may read what is open");
    ledger.all_in_favour(number);
    assert_eq!(follows(&ledger, false), []);
    assert_eq!(follows(&ledger, true), [Consequence::ReadByAll { measure: number }]);
}

/// Adopts a measure with these ballots; its decision, and the statements of the ballots in roster order.
fn decision(genesis: Genesis, ballots: [Position; 3]) -> (Decision, Ledger) {
    let mut ledger = Ledger::found(genesis);
    let number = ledger.table(ledger.parties.measure("M1", "Adopted"));
    let derived =
        ledger.cast(number, &[("M1", ballots[0]), ("M2", ballots[1]), ("M3", ballots[2])]);
    let [Record::Decision(decision)] = &derived[..] else { panic!("{derived:?}") };
    (decision.clone(), ledger)
}

#[test]
fn a_decision_that_is_public_before_its_votes_commits_to_them() {
    let ballots = [FOR, FOR, Position::Abstain];
    let (open, _) = decision(gated(Some(Votes::Public)), ballots);
    assert!(open.votes.is_none() && open.ballots.len() == 3);
    for votes in [Some(Votes::Released), Some(Votes::Internal), None] {
        let (kept, ledger) = decision(gated(votes), ballots);
        assert_eq!((kept.ballots.len(), kept.mandates.len()), (0, 0));
        assert_eq!(kept.reason.as_str(), "the rule is met");
        let text = kept.render();
        assert!(!text.contains("abstain") && !text.contains("M3"), "{text}");
        // The commitment by the letter of docs/formats.md.
        let mut said: Vec<_> = records(&ledger)
            .into_iter()
            .filter_map(|(leaf, record)| match record {
                Record::Statement(it) if it.body.kind() == "ballot" => Some((leaf, it)),
                _ => None,
            })
            .collect();
        said.sort_by_key(|(_, it)| it.body.head().by.clone());
        let line = |(leaf, it): &(LeafIndex, Box<nemcon_ledger::record::Statement>)| {
            let Body::Ballot(ballot) = &it.body else { unreachable!() };
            let blobs: Vec<u8> =
                it.note.signatures().iter().flat_map(|line| line.blob().to_vec()).collect();
            let (by, hash) = (&it.body.head().by, hash::sha256(&blobs));
            format!("ballot {by} {} {} {} {hash}\n", ballot.position, leaf.0, it.text_hash)
        };
        let lines: String = said.iter().map(line).collect();
        let text = format!(
            "nemcon/v1 votes\ncouncil {}\nmeasure 1\ntext {}\nreason 2 in favour, 1 abstained, none \
             against\n{lines}",
            kept.council, kept.text,
        );
        assert_eq!(kept.votes, Some(hash::sha256(text.as_bytes())));
    }
}

#[test]
fn the_council_tells_the_reason_that_a_decision_keeps() {
    let (kept, ledger) = decision(gated(None), [FOR; 3]);
    let told = ledger.council().reason_of(ledger.measure(1), &kept.reason);
    assert_eq!(told.as_str(), "all 3 in favour");
}

#[test]
fn what_is_public_is_said_by_a_charter_that_has_publication() {
    let law = |error| Err(RecordError::Genesis(Box::new(GenesisError::Charter(error))));
    let with = |edit: &dyn Fn(&mut Genesis)| {
        let mut genesis = gated(Some(Votes::Released));
        edit(&mut genesis);
        Genesis::parse(&genesis.render()).map(|again| assert_eq!(again, genesis))
    };
    assert_eq!(with(&|_| ()), Ok(()));
    let listing = || label("listing");
    let none = with(&|genesis| genesis.charter.publication = None);
    assert_eq!(none, law(CharterError::NoPublication(listing())));
    let of = |word: Option<&str>| {
        let released_by = word.map(label);
        let marking = line("LIMITE");
        let publication = Publication { marking, released_by };
        with(&|genesis| genesis.charter.publication = Some(publication.clone()))
    };
    assert_eq!(of(Some("told")), law(CharterError::Releases(label("told"))));
    assert_eq!(of(None), law(CharterError::NeverReleased(listing())));
}
