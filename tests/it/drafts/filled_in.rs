//! Every draft that `nemcon draft` writes, filled in as its comments say, is accepted by the law of the
//! charter that it was written from.

use std::path::Path;

use nemcon_client::draft::{Draft, IncidentDraft, Texts};
use nemcon_client::shipped::{CharterName, Shipped};
use nemcon_crypto::{Digest, hash};
use nemcon_ledger::council::Council;
use nemcon_ledger::record::charter::{Authority, Effect, Kind, ROLE_MEMBER};
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{CouncilChange, Genesis, Roster, Visibility};
use nemcon_ledger::text::Code;
use nemcon_ledger::text::allowed::verify_line;
use nemcon_tests::fixture::{Ledger, Seat, line, member, participant, secret};
use nemcon_tests::process::{Net, in_workspace, nemcon};

use super::reference;

const CHARTERS: [CharterName; 3] = CharterName::ALL;

/// What a council has to cite.
struct TextsOf<'a>(&'a Council);

impl Texts for TextsOf<'_> {
    fn measure(&self, number: u64) -> Option<Digest> {
        self.0.measure(number).map(|state| state.text_hash)
    }

    fn incident(&self, number: u64) -> Option<Digest> {
        self.0.incident(number).map(|state| state.text_hash)
    }
}

/// A council under a charter that comes along, in which there is something to cite: measure 1 is adopted,
/// measure 2 authorises some to go ahead together, incident 1 is reported, the last member has given notice.
struct Council27 {
    ledger: Ledger,
    name: CharterName,
    folder: tempfile::TempDir,
}

fn draft(words: &str, charter: CharterName) -> String {
    let text = nemcon(&format!("draft {words} --charter {charter} --out -"), [""; 0]).done();
    for line in text.lines() {
        assert_eq!(verify_line(line), Ok(()), "{line}");
        assert!(!line.starts_with("# ") || line.chars().count() <= 100, "{line}");
    }
    text
}

impl Council27 {
    fn found(name: CharterName) -> Self {
        let shipped = Shipped::load(name);
        let seats = shipped.seats.iter();
        let members =
            seats.map(|it| member(it.code.as_str(), it.name.as_str(), Seat::weighing(it.weight)));
        let places = shipped.places.iter();
        let ledger = Ledger::found(Genesis {
            origin: shipped.origin,
            visibility: Visibility::Members,
            succeeds: None,
            charter: shipped.charter,
            roster: Roster { members: members.collect() },
            participants: places
                .map(|it| participant(it.code.as_str(), it.name.as_str(), it.role.as_str()))
                .collect(),
        });
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("annex.txt"), "what is annexed").unwrap();
        let mut council = Self { ledger, name, folder };
        council.fill();
        council
    }

    fn fill(&mut self) {
        let all = self.members();
        let kinds = self.ledger.parties.genesis.charter.kinds.clone();
        let first = all[0].as_str();
        let plain = kinds.iter().find(|kind| kind.effect.is_none()).unwrap();
        let mut measure = self.ledger.parties.measure(first, "What is cited");
        (measure.kind, measure.category) = (plain.name.clone(), None);
        (measure.rule, measure.basis) = (plain.decided[0].by.clone(), plain.decided[0].on.clone());
        self.ledger.table(measure);
        self.ledger.all_in_favour(1);
        if let Some(kind) = kinds.iter().find(|kind| kind.effect == Some(Effect::Authorisation)) {
            let council_change = CouncilChange::Participation(all[..9].to_vec());
            let mut measure = self.ledger.effect(first, kind.name.as_str(), council_change);
            (measure.category, measure.basis) = (None, kind.decided[0].on.clone());
            let number = self.ledger.table(measure);
            self.ledger.all_in_favour(number);
        }
        if self.ledger.parties.genesis.charter.incidents.is_some() {
            self.ledger.report(self.ledger.parties.incident(first, "What is answered"));
        }
        let notice = self.ledger.notice(self.leaving().as_str(), NoticeAct::Given);
        self.ledger.run(&[self.ledger.sign(&notice)]);
    }

    fn members(&self) -> Vec<Code> {
        self.ledger.council().roster().members.iter().map(|member| member.code.clone()).collect()
    }

    fn leaving(&self) -> Code {
        self.members().pop().unwrap()
    }

    fn head(&self) -> Head {
        Head { council: self.ledger.council().digest(), by: self.members()[0].clone() }
    }

    /// Who may table a measure of this kind: a member, or else a participant.
    fn tabler(&self, kind: &Kind) -> Code {
        let genesis = self.ledger.council().genesis();
        let may = genesis.charter.may_table(&kind.name);
        let mut participants = genesis.participants.iter();
        let other = participants.find(|it| may.contains(&it.role));
        match other {
            Some(other) if !may.iter().any(|it| it.as_str() == ROLE_MEMBER) => other.code.clone(),
            _ => self.members()[0].clone(),
        }
    }

    /// What a person writes into the empty places of a line.
    fn answer(&self, field: &str, kind: &Kind) -> String {
        let charter = &self.ledger.council().genesis().charter;
        let leaving = self.leaving();
        let notice = kind.decided[0].authority == Some(Authority::Notice);
        let commitment = hash::sha256(b"a commitment");
        let key = |of: &str| format!("\"{}\"", secret(&format!("new/{of}")).public());
        let first = |labels: &[nemcon_ledger::text::Label], otherwise: &str| {
            format!("\"{}\"", labels.first().map_or(otherwise, |it| it.as_str()))
        };
        match field {
            "category" => {
                let names: Vec<_> = charter.categories.iter().map(|it| it.name.clone()).collect();
                first(&names, "general")
            }
            "basis" => {
                let basis = kind.decided[0].on.first().cloned();
                format!("[\"{}\"]", basis.unwrap_or_else(|| line("Article 1 TEU")))
            }
            "references" => reference(charter),
            "prepared" => format!("[\"{} 2026-10-01\"]", charter.bodies[0]),
            "item" => format!("\"{}\"", charter.items[0]),
            "companion" | "amends" | "summary" | "exceptions" => "[\"One.\", \"Two.\"]".to_owned(),
            "predecessor" => "{ relation = \"amends\", measure = 1 }".to_owned(),
            "incidents" => "[1]".to_owned(),
            "rests_on" => {
                format!("[{{ council = \"{commitment}\", measure = 3, leaf = \"{commitment}\" }}]")
            }
            "targets" => {
                let sorts: Vec<_> = charter.targets.iter().map(|it| format!("{it} = 1")).collect();
                format!("{{ {} }}", sorts.join(", "))
            }
            "target" => {
                let commitments = format!("who = \"{commitment}\", reasons = \"{commitment}\"");
                let one = |sort| format!("{{ sort = \"{sort}\", {commitments} }}");
                let all: Vec<_> = charter.targets.iter().map(one).collect();
                format!("[{}]", all.join(", "))
            }
            "procedure" => format!("\"{}\"", charter.procedures[0].name),
            "applies" => format!("[\"{}\"]", charter.applies[0].name),
            "documents" => "[{ file = \"annex.txt\", language = \"en\" }]".to_owned(),
            "opens" => "\"2026-11-25T00:00:00Z\"".to_owned(),
            "enters" => "\"2027-12-30T00:00:00Z\"".to_owned(),
            "reviews" | "expires" => "\"2027-12-31T23:59:59Z\"".to_owned(),
            "concerns" if notice => format!("\"{leaving}\""),
            "concerns" => format!("\"{}\"", self.members()[1]),
            "authorised_by" => "2".to_owned(),
            "participating" => format!("{:?}", &self.members()[..9]),
            "departs" => format!("\"{leaving}\""),
            "weights" => format!("[{{ code = \"{leaving}\", weight = 1 }}]"),
            "total_weight" => charter.weight.total.to_string(),
            "rules" => "{ version = 2, release = \"nemcon 0.2.0\" }".to_owned(),
            "code" => "\"NEW\"".to_owned(),
            "weight" => "1".to_owned(),
            "role" => first(&charter.may_table[1..], ""),
            "recovery" | "node" | "seal" | "key" => key(field),
            _ => format!("\"What stands in {field}.\""),
        }
    }

    /// Fills in what is empty; with `all` also what may be used.
    fn filled(&self, text: &str, kind: &Kind, all: bool) -> String {
        let is_reduced = kind.decided[0].authority.is_some();
        let lines = text.lines().map(|text| {
            let may = text
                .strip_prefix('#')
                .filter(|rest| !rest.starts_with([' ', '#']) && !rest.is_empty());
            let text = match may {
                Some(rest) if all => rest,
                _ => text,
            };
            match text.split_once(" = ") {
                // A reduced set does not amend what all decided; one deadline is given already.
                Some(("predecessor", _)) if is_reduced => String::new(),
                Some((field, value)) if !text.starts_with('#') && value.contains("\"\"") => {
                    format!("{field} = {}", self.answer(field, kind))
                }
                _ => text.to_owned(),
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Tables it, so far as the law lets.
    #[track_caller]
    fn verify_tabled(&self, text: &str, kind: &Kind) {
        let path = Path::new("draft.toml");
        let read = Draft::parse(text, path).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let council = self.ledger.council();
        let (charter, texts) = (&council.genesis().charter, TextsOf(council));
        let now = self.ledger.next_time();
        let head = Head { by: self.tabler(kind), ..self.head() };
        let body = read.into_body(head, charter, now, self.folder.path(), &texts);
        let body = body.unwrap_or_else(|error| panic!("{}: {error}\n{text}", kind.name));
        let judged = self.ledger.try_apply(&self.ledger.sign(&body));
        assert_eq!(judged, Ok(()), "{}\n{text}", kind.name);
    }
}

#[test]
fn a_draft_of_every_kind_of_every_charter_is_tabled_once_it_is_filled_in() {
    for name in CHARTERS {
        let council = Council27::found(name);
        for kind in &Shipped::load(name).charter.kinds {
            let text = draft(kind.name.as_str(), name);
            for all in [false, true] {
                council.verify_tabled(&council.filled(&text, kind, all), kind);
            }
        }
    }
}

#[test]
fn a_draft_that_is_not_filled_in_names_the_first_empty_line() {
    for name in CHARTERS {
        let council = Council27::found(name);
        for kind in &Shipped::load(name).charter.kinds {
            let text = draft(kind.name.as_str(), name);
            let mut read = text.clone();
            let mut rounds = 0;
            while let Err(error) = Draft::parse(&read, Path::new("d.toml")) {
                let said = error.to_string();
                let at = said.strip_prefix("d.toml: line ").and_then(|it| it.split(':').next());
                let at: usize = at.unwrap_or_else(|| panic!("{said}")).parse().unwrap();
                let lines: Vec<_> = read.lines().map(str::to_owned).collect();
                let (field, value) = lines[at - 1].split_once(" = ").unwrap();
                let named = [format!("`{field}"), format!(".{field}`")];
                assert!(named.iter().any(|it| said.contains(it)), "{said}\n{read}");
                assert!(value.contains("\"\""), "{said}\n{read}");
                assert!(
                    said.contains(" is empty: fill it in") || said.contains(" is \"\""),
                    "{said}"
                );
                let answer = format!("{field} = {}", council.answer(field, kind));
                read = [&lines[..at - 1], &[answer], &lines[at..]].concat().join("\n");
                rounds += 1;
                assert!(rounds < 20, "{read}");
            }
            council.verify_tabled(&read, kind);
        }
    }
}

#[test]
fn a_draft_of_an_incident_is_reported_once_it_is_filled_in() {
    let council = Council27::found(CharterName::EuCouncil);
    let text = draft("incident", council.name);
    for all in [false, true] {
        let lines = text.lines().map(|text| {
            let may = text
                .strip_prefix('#')
                .filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
            let text = may.filter(|_| all).unwrap_or(text);
            match text.split_once(" = ") {
                Some((field, _)) if !text.starts_with('#') => match field {
                    "title" => "title = \"What happened\"".to_owned(),
                    "category" => "category = \"intrusion\"".to_owned(),
                    "from" | "until" => format!("{field} = \"2026-11-01T20:47:00Z\""),
                    "severity" => text.replace("\"\"", "\"high\""),
                    "evidence" => format!("evidence = [\"{}\"]", hash::sha256(b"evidence")),
                    _ => text.replace("\"\"", "\"In words.\""),
                },
                _ => text.to_owned(),
            }
        });
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("incident.toml");
        std::fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
        let read = IncidentDraft::load(&path).unwrap();
        let charter = &council.ledger.council().genesis().charter;
        let body = read.into_body(council.head(), charter).unwrap();
        assert_eq!(council.ledger.try_apply(&council.ledger.sign(&body)), Ok(()));
    }
}

#[test]
fn a_kind_that_is_decided_elsewhere_or_unknown_is_not_drafted() {
    let of = |words: &str| nemcon(&format!("draft {words} --out -"), [""; 0]);
    of("implementing-regulation --charter eu-council")
        .refused(1, &["not decided here: it gives effect to a CFSP decision"]);
    of("coup --charter plain").refused(1, &["knows no kind `coup`", "draft one of: resolution, "]);
    of("incident --charter plain").refused(1, &["incidents are not shared"]);
    of("resolution 4 --charter plain").refused(2, &["only a revision has a number"]);
    of("revision --charter plain").refused(2, &["a revision of which measure?"]);
    of("revision 1 --charter plain")
        .refused(2, &["of which ledger?", "`--config`, `--dir` or `--node`"]);
    of("resolution").refused(2, &["a draft for which council?", "eu-council"]);
    let list = nemcon("draft --charter eu-council", [""; 0]).done();
    for kind in &Shipped::load(CharterName::EuCouncil).charter.kinds {
        assert!(list.contains(&format!("\n  {} ", kind.name)), "{list}");
    }
    assert!(
        list.contains("not here: Article 215 TFEU: the Council decides by qualified majority"),
        "{list}"
    );
}

#[test]
fn a_draft_never_stands_in_the_place_of_another_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    std::fs::write(&path, "mine").unwrap();
    for command in ["draft resolution --charter plain --out", "charter init plain --out"] {
        nemcon(command, [&path]).refused(2, &["exists already"]);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    }
}

#[test]
fn what_stands_in_a_ledger_is_drafted_and_only_what_is_changed_changes() {
    let net = Net::up("--members 4 --charter plain");
    assert_eq!(net.table("CH", &in_workspace("examples/board/reserve-fund.toml")), 1);
    let write = |words: &str, name: &str, edit: &dyn Fn(String) -> String| {
        let path = net.beside(name);
        net.of("CH", &format!("draft {words} --out {}", path.display())).done();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, edit(text)).unwrap();
        path
    };
    let file = write("revision 1", "revised.toml", &|text| {
        text.replace("title = \"Move a tenth", "title = \"Move a fifth")
    });
    let revised = net.json("CH", &format!("measure revise 1 {} {}", file.display(), net.yes(1)));
    assert_eq!(revised["measure"]["revision"], 2);
    let diff = net.of("CH", "measure diff 1").done();
    let changed = |mark: &str| diff.lines().filter(|line| line.starts_with(mark)).count();
    assert!(diff.contains("Move a fifth"), "{diff}");
    assert_eq!((changed("- title"), changed("+ title")), (1, 1), "{diff}");
    assert!(!diff.contains("- summary") && !diff.contains("- closes"), "{diff}");

    let file = write("seats", "seats.toml", &|text| {
        assert!(text.contains("{ code = \"CH\", weight = 1 },"), "{text}");
        text.replace("title = \"\"", "title = \"Seats\"")
    });
    assert_eq!(net.table("DC", &file), 2);
    let file = write("officers", "officers.toml", &|text| text);
    let officers: toml::Table = std::fs::read_to_string(&file).unwrap().parse().unwrap();
    let key = net.dir().join("members/CH/officer-desk.key");
    let public = nemcon("key show --json", [&key]).json()["public"].as_str().unwrap().to_owned();
    assert_eq!(officers["officer"][0]["key"].as_str(), Some(public.as_str()));
}
