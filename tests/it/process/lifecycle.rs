//! The life of a measure through the commands, from the incident that it answers to its minutes.

use nemcon_client::api::MeasureStatus;
use std::path::Path;

use nemcon_tests::process::{
    Net, Run, command, in_workspace, nemcon, run, with_commitments, yes_to,
};
use serde_json::json;

const INCIDENT: &str = r#"
title = "Intrusion into a ministry's mail"
category = "intrusion"
from = "2020-11-01T00:00:00Z"
severity = { impact = "high", scope = "medium" }
"#;

const MEASURE: &str = r#"
title = "=Decision listing two persons"
kind = "listing"
basis = ["Article 29 TEU"]
incidents = [1]
summary = ["Two persons are listed."]
proportionality = "Aimed at two persons."
targets = { person = 2 }
procedure = "silence"
documents = [{ file = "annex.txt" }]
closes_in = "14 days"
"#;

/// Writes a file beside the network.
fn write(net: &Net, name: &str, text: &str) -> String {
    let path = net.beside(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// Tables what answers a reported and attributed incident, and revises it when BG has signed.
fn tabled_and_revised(net: &Net) {
    let incident = write(net, "incident.toml", INCIDENT);
    let said = net.json("BE", &format!("incident report {incident} --yes"));
    assert_eq!(said["incident"], 1);
    let line = "incident attribute 1 --finding state --confidence high --joint --yes";
    net.of("BG", line).refused(2, &["which text was read?", "nemcon incident show 1"]);
    let text = net.client("BG").incident(1).unwrap().text_hash;
    assert_eq!(
        net.json("BG", &format!("{line} --text {text}"))["incident"]["attributions"][0]["manner"],
        "joint"
    );
    attributed_offline(net);
    write(net, "annex.txt", "what is annexed");
    let file = write(net, "measure.toml", MEASURE);
    assert_eq!(net.table("BE", Path::new(&file)), 1);
    net.cast(1, "in-favour", &["BG"]);
    let yes = net.yes(1);
    net.json("CZ", &format!("reservation place 1 scrutiny --reason not-yet {yes}"));
    let said = net.of("CZ", &format!("reservation place 1 scrutiny {yes}"));
    said.refused(1, &["stands already"]);
    assert!(flat(net, "CZ", "status").contains("- reservation: scrutiny of CZ"));
    let text = MEASURE.replace("listed.", "listed, with an exception.");
    let file = write(net, "revised.toml", &with_commitments(&text));
    net.of("BG", &format!("measure revise 1 {file} {yes}")).refused(1, &["it is BE's measure"]);
    let said = net.json("BE", &format!("measure revise 1 {file} {yes}"));
    assert_eq!(said["measure"]["revision"], 2);
    assert_eq!(said["measure"]["missing"], json!(["BE", "BG", "CZ", "DK"]));
}

/// CZ attributes the incident with a key that is where no node is, against the incident's record.
fn attributed_offline(net: &Net) {
    let [prepared, record, signed] =
        ["attribution", "incident", "attributed"].map(|it| net.beside(it).display().to_string());
    let line = "incident attribute 1 --finding group --confidence low --prepare";
    let said = net.of("CZ", &format!("{line} {prepared}")).done();
    assert!(said.contains("  nemcon incident record 1 -o RECORD\n"), "{said}");
    net.of("CZ", &format!("incident record 1 -o {record}")).done();
    let unread = sign_offline(net, &prepared, &format!("-o {signed}"));
    unread.refused(1, &["it is about incident 1, whose record is not here", "--incident FILE"]);
    let said = sign_offline(net, &prepared, &format!("--incident {record} -o {signed}")).done();
    assert!(said.contains("title Intrusion into a ministry's mail"), "{said}");
    net.of("CZ", &format!("statement submit {signed}")).done();
    assert_eq!(net.client("BE").incident(1).unwrap().attributions.len(), 2);
}

/// What a command prints, however it is folded.
fn flat(net: &Net, code: &str, line: &str) -> String {
    net.of(code, line).done().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Signs what CZ has prepared with nothing but files.
fn sign_offline(net: &Net, file: &str, options: &str) -> Run {
    let council = net.testnet().council();
    let (genesis, key) = (net.dir().join("genesis"), net.dir().join("members/CZ/officer-desk.key"));
    let yes = yes_to(Path::new(file));
    let line = format!("statement sign {file} {options} --council {council} {yes}");
    run(command(&line).arg("--genesis").arg(genesis).arg("--key").arg(key))
}

#[test]
fn a_measure_lives_through_the_commands() {
    let net = Net::up("--members 4");
    tabled_and_revised(&net);
    let warned = "you signed REV 1; the text is now REV 2";
    for line in ["measure show 1", "status"] {
        assert!(flat(&net, "BG", line).contains(warned));
        assert!(!flat(&net, "DK", line).contains(warned));
    }
    let diff = net.of("DK", "measure diff 1").done();
    assert!(diff.contains("- summary Two persons are listed.\n+ summary Two persons"), "{diff}");

    let yes = net.yes(1);
    net.json("DK", &format!("mandate grant 1 --to BE {yes}"));
    let wants = ["BE holds the mandate of DK", "rule: A member acts for one", "Article 239 TFEU"];
    net.of("CZ", &format!("mandate grant 1 --to BE {yes}")).refused(1, &wants);
    net.of("BG", "ballot cast 1 in-favour --for DK --yes").refused(1, &["holds no mandate of DK"]);
    let may = "you may sign for DK: `nemcon ballot cast 1 POSITION --for DK`";
    assert!(flat(&net, "BE", "status").contains(may));
    net.json("BE", &format!("ballot cast 1 in-favour --for DK {yes}"));
    let closes = net.measure("BE", 1).closes;
    net.of("BG", "measure extend 1 --by 1 --yes").refused(2, &["--by \"3 days\""]);
    let until = format!("measure extend 1 --until 2099-01-01T00:00:00Z {yes}");
    net.of("BG", &until).refused(1, &["may not extend"]);
    net.json("BE", &until);
    assert!(net.measure("BE", 1).closes > closes);
    net.of("BE", &format!("measure attest 1 published {yes}")).refused(1, &["may not attest"]);

    let [ballot, record, signed] = ["ballot", "record", "signed"].map(|name| net.beside(name));
    let (ballot, record, signed) = (ballot.display(), record.display(), signed.display());
    net.of("CZ", &format!("ballot prepare 1 abstain -o {ballot}")).done();
    net.of("CZ", &format!("measure record 1 -o {record}")).done();
    let text = std::fs::read_to_string(net.beside("ballot")).unwrap();
    let other = write(&net, "other", &text.replace("title =Decision", "title Decision"));
    let options = format!("--measure {record} -o {signed}");
    sign_offline(&net, &other, &options)
        .refused(1, &["the ballot's title is not that of the record"]);
    sign_offline(&net, &ballot.to_string(), &options).done();
    net.of("CZ", &format!("ballot submit {signed}")).done();

    net.cast(1, "in-favour", &["BE"]);
    let line = "ballot standing 1 in-favour --before 52000_weeks --yes";
    net.of("BE", &line.replace("52000_weeks", "1_day")).refused(2, &["such as --before"]);
    let mut standing = command(&format!("ballot standing 1 in-favour {yes} --as BG --before"));
    run(standing.arg("5000 weeks").arg("--dir").arg(net.dir())).done();

    let shown = net.json("BG", "measure show 1");
    assert_eq!((&shown["status"], &shown["revision"]), (&json!("adopted"), &json!(2)));
    assert_eq!(shown["answers"][0]["attributions"][0]["code"], "BG");
    assert_eq!(shown["ballots"][1]["tacit"], true);
    assert_eq!(shown["ballots"][3]["cast_by"], "BE");
    let minutes = net.of("BE", "minutes 1").done();
    for want in ["| DK Denmark | in-favour |", "by BE under its mandate", "standing instruction"] {
        assert!(minutes.contains(want), "{minutes}");
    }
    let votes = net.of("BE", "votes export").done();
    assert!(votes.contains("\n'=Decision listing two persons,measure 1,"), "{votes}");
    assert!(votes.contains(",unanimity,3,0,1,0,0,CZ,abstained"), "{votes}");
    documents_are_compared(&net);
}

fn documents_are_compared(net: &Net) {
    let folder = net.beside("annexes");
    std::fs::create_dir(&folder).unwrap();
    let check = || net.of("CZ", &format!("document check {} 1", folder.display()));
    assert_eq!(check().status, Some(1));
    std::fs::write(folder.join("annex.txt"), "what is annexed").unwrap();
    assert!(check().done().contains("matches  annex.txt (en)"));
    std::fs::write(folder.join("annex.txt"), "what is Annexed").unwrap();
    let run = check();
    assert!(run.status == Some(1) && run.out.contains("DIFFERS  annex.txt"), "{run:?}");
}

#[test]
fn measures_of_a_package_are_adopted_together() {
    let net = Net::up("--members 4 --charter plain");
    let file = |name: &str, title: &str| {
        let text = format!(
            "title = \"{title}\"\nkind = \"resolution\"\ncloses = \"2099-01-01T00:00:00Z\"\n"
        );
        write(&net, name, &text)
    };
    for (number, title) in [(1, "First"), (2, "Second")] {
        let path = file(&format!("{title}.toml"), title);
        assert_eq!(net.table("CH", Path::new(&path)), number);
    }
    net.of("CH", "measure package 1 --yes").says(&["2 values required"]);
    net.of("CH", "measure package 1 1 --yes").refused(2, &["stands twice"]);
    // Tabled apart with `closes_in`, they close apart: what to do is told.
    let [early, late] = ["1", "2"].map(|days| {
        let text =
            format!("title = \"In {days}\"\nkind = \"resolution\"\ncloses_in = \"{days} days\"\n");
        write(&net, &format!("in{days}.toml"), &text)
    });
    assert_eq!(net.table("CH", Path::new(&early)), 3);
    assert_eq!(net.table("CH", Path::new(&late)), 4);
    let until = net.measure("CH", 4).closes;
    let way_out = format!("nemcon measure extend 3 --until {until}");
    net.of("CH", "measure package 3 4 --yes").refused(1, &["close apart", &way_out]);
    net.of("CH", &format!("{} {}", way_out.strip_prefix("nemcon ").unwrap(), net.yes(3))).done();
    let bind = |a: u64, b: u64| format!("measure package {a} {b} {} {}", net.yes(a), net.yes(b));
    net.of("CH", &format!("measure package 3 4 {}", net.yes(3)))
        .refused(1, &["`--text` does not name all", "measure 4, text", "nemcon measure show 4"]);
    net.of("CH", &bind(3, 4).replacen("--yes", "", 1)).done();

    // One command, one clock, one deadline.
    let apart = format!("measure table {early} {late} --package --yes");
    net.of("CH", &apart).refused(1, &["these close at", "the same `closes`"]);
    net.of("CH", &format!("measure table {early} {late} --yes")).refused(2, &["`--package`"]);
    let other = write(
        &net,
        "other.toml",
        "title = \"Other\"\nkind = \"resolution\"\ncloses_in = \"1 day\"\n",
    );
    let bound = net.json("CH", &format!("measure table {early} {other} --package --yes"));
    assert_eq!(bound["measures"], json!([5, 6]));
    assert_eq!(net.measure("CH", 5).package.unwrap().measures, [5, 6]);
    net.json("CH", &bind(1, 2).replacen("--yes", "", 1));
    let all = ["CH", "DC", "TR", "SC"];
    net.cast(1, "in-favour", &all);
    assert_eq!(net.measure("CH", 1).status, MeasureStatus::Open);
    net.cast(2, "in-favour", &all);
    for number in [1, 2] {
        assert_eq!(net.measure("CH", number).status, MeasureStatus::Adopted);
    }
}

#[test]
fn commitments_charters_and_the_law_need_no_node() {
    let folder = tempfile::tempdir().unwrap();
    let [file, opening] = ["who", "who.opening"].map(|name| folder.path().join(name));
    std::fs::write(&file, "a person").unwrap();
    let said = nemcon("commit --json", [&file]).json();
    let digest = said["digest"].as_str().unwrap();
    let line = format!("commit check {digest}");
    assert!(nemcon(&line, [&opening]).done().contains("a person"));
    nemcon("commit", [&file]).refused(2, &["exists already"]);
    let other = line.replace(digest, &"0".repeat(64));
    nemcon(&other, [&opening]).refused(1, &["it opens"]);

    let charter = in_workspace("charters/eu-council.toml");
    let said = nemcon("charter check --members 27", [&charter]).done();
    assert!(said.contains("What nobody may do") && said.contains("it is a law"), "{said}");
    nemcon("charter check --members 8", [&charter]).refused(1, &["at least 9 members"]);
    assert!(nemcon("charter show", [&charter]).done().contains("What nobody may do"));
    let bad = folder.path().join("bad.toml");
    let text = std::fs::read_to_string(&charter).unwrap();
    std::fs::write(&bad, text.replace(", authority = \"decision\"", "")).unwrap();
    nemcon("charter check", [&bad]).refused(1, &["the proposer would choose who decides"]);
    let said = nemcon("charter show", [&bad]).done();
    assert!(said.contains("No council can be founded on this charter: "), "{said}");
    let rows = nemcon("law refusals --json --charter", [&charter]).json();
    let row = rows.as_array().unwrap().iter().find(|row| row["code"] == "second-mandate");
    assert_eq!(row.unwrap()["source"], "Article 239 TFEU");
    assert!(rows.as_array().unwrap().iter().all(|row| row["source"].is_string()));
}
