//! Every kind of the Union's two charters on every legal basis, by every proposer and in every procedure, against
//! tables written out by hand: each row has the source that it was written from (`docs/law.md` says which were
//! read). What the tables do not have, the charters do not have either.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::hash::sha256;
use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::council_change::{NextRules, Weights};
use nemcon_ledger::record::measure_fields::Target;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{Ballot, Body, CouncilChange, Measure, Position};
use nemcon_tests::fixture::{Ledger, Seat, appointee, cited, code, label, line, member};

use super::union::{act, european_council, tabling, union};

/// What the law says of a kind on some legal bases.
struct Row {
    kind: &'static str,
    /// Each is tried by itself; none: the kind needs no basis.
    on: &'static [&'static str],
    /// Who may table it, of the members (`DE`) and the participants.
    may: &'static [&'static str],
    rule: &'static str,
    /// Who has no ballot.
    without: Without,
    /// Whether a member may abstain, qualify its abstention, let another cast its ballot.
    knows: [bool; 3],
    source: &'static str,
}

/// Who has no ballot.
#[derive(Clone, Copy)]
enum Without {
    Nobody,
    /// The member that the measure is about.
    One(&'static str),
    /// All but the nine that an authorisation names.
    AllButNine,
}

const MEMBER: &str = "DE";
const HR: &str = "HR1";
const PRESIDENCY: &str = "PR1";
const PRESIDENT: &str = "PEC1";
const COMMISSION: &str = "COM1";
const SECRETARIAT: &str = "SG1";
/// It has given notice that it leaves.
const LEAVING: &str = "SE";
/// The breach is its.
const ACCUSED: &str = "FR";

const ALL: [bool; 3] = [true, true, true];
const PLAIN: [bool; 3] = [true, false, true];
const NONE: [bool; 3] = [false, false, false];

const fn row(kind: &'static str, on: &'static [&'static str], source: &'static str) -> Row {
    let (may, without): (&[&str], _) = (&[MEMBER], Without::Nobody);
    Row { kind, on, may, rule: "unanimity", without, knows: PLAIN, source }
}

const FOREIGN: &[&str] = &[MEMBER, HR];
const HOUSE: &[&str] = &[MEMBER, PRESIDENCY];
const LEADERS: &[&str] = &[MEMBER, PRESIDENT];

fn council() -> Vec<Row> {
    let mut rows = foreign_policy();
    rows.extend(other_acts());
    rows
}

fn foreign_policy() -> Vec<Row> {
    let foreign = |kind, on, source| Row { may: FOREIGN, knows: ALL, ..row(kind, on, source) };
    vec![
        foreign("framework", &["Article 29 TEU"], "29, 30(1), 31(1) TEU"),
        foreign("listing", &["Article 29 TEU"], "29, 31(1) TEU; 2019/797, Article 6(1)"),
        foreign("renewal", &["Article 29 TEU"], "29, 30(1), 31(1) TEU"),
        foreign(
            "cfsp-decision",
            &[
                "Article 28 TEU",
                "Article 28(1) TEU",
                "Article 29 TEU",
                "Article 37 TEU",
                "Article 41(2) TEU",
                "Article 42(4) TEU",
                "Article 43(2) TEU",
                "Article 44 TEU",
            ],
            "30(1), 31(1) TEU; 2023/994 rests on 28(1), 41(2), 42(4) and 43(2)",
        ),
    ]
}

fn other_acts() -> Vec<Row> {
    let house = |kind, on, source| Row { may: HOUSE, ..row(kind, on, source) };
    vec![
        Row {
            may: &[MEMBER, HR, PRESIDENCY],
            rule: "consensus",
            knows: NONE,
            ..row("conclusions", &[], "practice; no vote in the treaties")
        },
        Row {
            may: &[MEMBER, HR, PRESIDENCY],
            rule: "consensus",
            knows: NONE,
            ..row("guidelines", &[], "practice; no vote in the treaties")
        },
        Row {
            rule: "common-accord",
            knows: NONE,
            ..house("governments-decision", &[], "253, 341 TFEU; C-59/18, C-182/18")
        },
        Row {
            may: &[COMMISSION],
            ..row(
                "unanimous-act",
                &["Article 113 TFEU", "Article 352 TFEU"],
                "238(4) TFEU; the basis asks for a proposal of the Commission",
            )
        },
        Row {
            may: &[MEMBER, COMMISSION],
            ..row("enhanced-cooperation", &["Article 329(2) TFEU"], "20 TEU; 329(2) TFEU")
        },
        Row {
            may: &[MEMBER, COMMISSION],
            rule: "unanimity-participating",
            without: Without::AllButNine,
            ..row("cooperation-act", &["Article 28 TEU"], "20(3) TEU; 330 TFEU")
        },
        house("accession", &["Article 49 TEU"], "49 TEU"),
        Row {
            rule: "unanimity-minus-concerned",
            without: Without::One(LEAVING),
            ..house("departure", &["Article 50 TEU", "Article 50(1) TEU"], "50(4) TEU")
        },
        house("appointment", &[], "none: the ledger's own"),
        house("populations", &[], "RoP 11(6); 240(3) TFEU"),
        house("rules-version", &[], "none: the ledger's own"),
    ]
}

fn leaders() -> Vec<Row> {
    let leaders = |kind, on, source| Row { may: LEADERS, ..row(kind, on, source) };
    vec![
        Row {
            may: &[MEMBER, PRESIDENT, HR],
            ..row(
                "strategic-decision",
                &["Article 22(1) TEU", "Article 26(1) TEU", "Article 31(3) TEU"],
                "18(2), 22(1), 26(1), 31 TEU; 235(1) TFEU: abstention does not prevent it, and the words on \
                 qualified abstention are of members of the Council",
            )
        },
        Row {
            may: &[MEMBER, COMMISSION],
            rule: "unanimity-minus-concerned",
            without: Without::One(ACCUSED),
            ..row("breach-determination", &["Article 7(2) TEU"], "7(2) TEU; 354 TFEU")
        },
        Row {
            rule: "unanimity-minus-concerned",
            without: Without::One(LEAVING),
            ..leaders("withdrawal-period", &["Article 50(3) TEU"], "50(3) and (4) TEU; 2019/476")
        },
        Row {
            may: &[MEMBER, COMMISSION],
            ..row("treaty-revision", &["Article 48(6) TEU"], "48(6) TEU; 235(1) TFEU")
        },
        Row { rule: "consensus", knows: NONE, ..leaders("conclusions", &[], "15(4) TEU") },
        leaders("accession", &["Article 49 TEU"], "15(2), 49 TEU"),
        Row {
            rule: "unanimity-minus-concerned",
            without: Without::One(LEAVING),
            ..leaders("departure", &["Article 50 TEU"], "50(4) TEU")
        },
        leaders("appointment", &[], "none: the ledger's own"),
        leaders("rules-version", &[], "none: the ledger's own"),
    ]
}

/// A council in which some may go ahead together, if the charter knows that, and a member leaves.
fn ground(mut ledger: Ledger) -> Ledger {
    if ledger.parties.genesis.charter.kind(&label("enhanced-cooperation")).is_some() {
        let nine = first_nine(&ledger);
        let mut authorises =
            ledger.effect(MEMBER, "enhanced-cooperation", CouncilChange::Participation(nine));
        (authorises.category, authorises.basis) = (None, vec![line("Article 329(2) TFEU")]);
        let number = ledger.table(authorises);
        ledger.all_in_favour(number);
    }
    let notice = ledger.sign(&ledger.notice(LEAVING, NoticeAct::Given));
    ledger.run(&[notice]);
    ledger
}

fn first_nine(ledger: &Ledger) -> Vec<nemcon_ledger::text::Code> {
    ledger.council().roster().members.iter().take(9).map(|it| it.code.clone()).collect()
}

/// A measure of the row's kind on this basis, with what its kind is about.
fn measure(ledger: &Ledger, by: &str, row: &Row, basis: Option<&str>) -> Measure {
    let mut measure = act(ledger, by, row.kind, basis.as_slice());
    match row.without {
        Without::Nobody => {}
        Without::One(concerned) => measure.concerns = Some(code(concerned)),
        Without::AllButNine => measure.authorised_by = Some(cited(ledger.council(), 1)),
    }
    if row.kind == "listing" {
        let reasons = Some(sha256(b"the reasons"));
        measure.listed = vec![Target { sort: label("person"), who: sha256(b"who"), reasons }];
        measure.applies = vec![label("asset-freeze")];
    }
    measure.council_change = match row.kind {
        "enhanced-cooperation" => CouncilChange::Participation(first_nine(ledger)),
        "accession" => {
            CouncilChange::Accession(Box::new(member("XE", "Exemplaria", Seat::weighing(1))))
        }
        "departure" => CouncilChange::Departure(code(LEAVING)),
        "appointment" => {
            CouncilChange::Appointment(Box::new(appointee(SECRETARIAT, "secretariat", &["new"])))
        }
        "populations" => {
            let total = ledger.parties.genesis.charter.weight.total;
            CouncilChange::Weights(Weights { weights: vec![(code("MT"), 1)], total })
        }
        "rules-version" => {
            CouncilChange::Rules(NextRules { version: 2, release: line("nemcon 2.0") })
        }
        _ => CouncilChange::None,
    };
    measure
}

/// The bases that a row is tried on.
fn bases(row: &Row) -> Vec<Option<&'static str>> {
    if row.on.is_empty() { vec![None] } else { row.on.iter().copied().map(Some).collect() }
}

fn both() -> [(Ledger, Vec<Row>, [&'static str; 5]); 2] {
    [
        (ground(union()), council(), [MEMBER, HR, PRESIDENCY, COMMISSION, SECRETARIAT]),
        (ground(european_council()), leaders(), [MEMBER, HR, PRESIDENT, COMMISSION, SECRETARIAT]),
    ]
}

#[test]
fn each_kind_is_tabled_by_whom_the_law_lets_on_its_bases_in_every_procedure() {
    for (ledger, rows, parties) in both() {
        let charter = &ledger.parties.genesis.charter;
        let named = charter.procedures.iter().map(|it| Some(it.name.clone()));
        let procedures: Vec<_> = named.chain([None]).collect();
        for row in &rows {
            for (basis, by) in bases(row).into_iter().flat_map(|it| parties.map(|by| (it, by))) {
                for procedure in &procedures {
                    let procedure = procedure.clone();
                    let measure = Measure { procedure, ..measure(&ledger, by, row, basis) };
                    let said = tabling(&ledger, measure);
                    let about =
                        format!("{} on {basis:?} by {by} ({}): {said:?}", row.kind, row.source);
                    if row.may.contains(&by) {
                        assert_eq!(said, Ok(()), "{about}");
                    } else {
                        assert!(matches!(said, Err(Refusal::MayNotTable { .. })), "{about}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_tables_hold_every_kind_and_every_basis_of_the_charters() {
    for (ledger, rows, _) in both() {
        let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in &rows {
            let bases = known.entry(row.kind.to_owned()).or_default();
            bases.extend(row.on.iter().map(|basis| (*basis).to_owned()));
        }
        let charter = &ledger.parties.genesis.charter;
        let kinds: BTreeSet<_> = charter.kinds.iter().map(|kind| kind.name.to_string()).collect();
        assert_eq!(known.keys().cloned().collect::<BTreeSet<_>>(), kinds);
        for kind in &charter.kinds {
            assert_eq!(kind.decided.len(), 1, "{}", kind.name);
            for basis in &kind.decided[0].on {
                assert!(
                    known[kind.name.as_str()].contains(basis.as_str()),
                    "{}: {basis}",
                    kind.name
                );
            }
        }
    }
}

#[test]
fn each_kind_is_decided_by_its_rule_with_the_ballots_that_the_law_gives() {
    for (ground, rows, _) in both() {
        for row in &rows {
            let mut ledger = ground.clone();
            let number = ledger.table(measure(&ledger, row.may[0], row, bases(row)[0]));
            let about = format!("{} ({})", row.kind, row.source);
            let frozen = ledger.measure(number).frozen.clone();
            assert_eq!(frozen.rule.name, label(row.rule), "{about}");
            let without = frozen.excluded.iter().map(|it| it.code.to_string()).collect::<Vec<_>>();
            match row.without {
                Without::Nobody => assert_eq!(without, [""; 0], "{about}"),
                Without::One(concerned) => assert_eq!(without, [concerned], "{about}"),
                Without::AllButNine => assert_eq!(without.len(), 18, "{about}"),
            }
            assert_eq!(frozen.entitled.len() + without.len(), 27, "{about}");
            let is_let = |body: &Body| ledger.try_apply(&ledger.sign(body));
            let ballot = |position| ledger.parties.ballot(ledger.council(), "BE", number, position);
            let abstains = is_let(&Body::Ballot(ballot(Position::Abstain)));
            let qualifies = is_let(&Body::Ballot(ballot(Position::AbstainQualified)));
            let mandate = ledger.parties.mandate(ledger.council(), "BE", number, Some("BG"));
            let empowers = is_let(&Body::Mandate(mandate));
            let knows = [abstains.is_ok(), qualifies.is_ok(), empowers.is_ok()];
            assert_eq!(knows, row.knows, "{about}: {abstains:?}, {qualifies:?}, {empowers:?}");
            assert!(is_let(&Body::Ballot(ballot(Position::InFavour))).is_ok(), "{about}");
        }
    }
}

/// Silence is by COREU, Article 12(2) of the Council's Rules of Procedure; the European Council has none.
#[test]
fn tacit_assent_is_known_in_the_councils_silence_procedure_alone() {
    for (ground, rows, _) in both() {
        let procedures = ground.parties.genesis.charter.procedures.clone();
        for (row, procedure) in
            rows.iter().flat_map(|row| procedures.iter().map(move |it| (row, it)))
        {
            let mut ledger = ground.clone();
            let mut measure = measure(&ledger, row.may[0], row, bases(row)[0]);
            measure.procedure = Some(procedure.name.clone());
            let number = ledger.table(measure);
            let ballot = ledger.parties.ballot(ledger.council(), "BE", number, Position::InFavour);
            let tacit = Body::Ballot(Ballot { is_tacit: true, ..ballot });
            let said = ledger.try_apply(&ledger.sign(&tacit));
            let is_silence = procedure.name.as_str() == "silence";
            assert_eq!(said.is_ok(), is_silence, "{} in {}: {said:?}", row.kind, procedure.name);
        }
    }
}

#[test]
fn a_basis_of_another_kind_is_refused_with_those_that_the_kind_has() {
    for (ledger, rows, _) in both() {
        for row in rows.iter().filter(|row| !row.on.is_empty() && row.kind != "unanimous-act") {
            let wrong = measure(&ledger, row.may[0], row, Some("Article 114 TFEU"));
            let said = tabling(&ledger, wrong);
            let is_free = row.kind == "cooperation-act";
            let is_refused = matches!(said, Err(Refusal::WrongBasis { .. }));
            assert_eq!(is_refused, !is_free, "{}: {said:?}", row.kind);
        }
    }
}
