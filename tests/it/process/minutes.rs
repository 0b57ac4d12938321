//! What `measure show` and `minutes` say of a measure with a past: two texts, a deadline put off, a reservation
//! that a ballot lifted, a ballot that a freeze voided, a formal declaration.

use nemcon_client::api::MeasureStatus;
use nemcon_tests::process::{Net, nemcon, with_commitments};

const MEASURE: &str = r#"
title = "Decision that shall ~~not~~ apply to two persons"
kind = "listing"
basis = ["Article 29 TEU"]
summary = ["1. Two persons are **listed**.", "The list stands in the annex."]
proportionality = "Aimed at two persons."
targets = { person = 2 }
documents = [{ file = "annex.txt" }]
references = ["st 7592/26 REV 1"]
companion = ["Implementing Regulation (EU) 2020/1125"]
prepared = ["hwpci 2026-10-01", "coreper-ii 2026-11-04"]
item = "a"
closes = "2098-01-01T00:00:00Z"
"#;

/// Has `code` say something on measure 1.
fn say(net: &Net, code: &str, line: &str) {
    net.json(code, &format!("{line} {}", net.yes(1)));
}

/// A net whose measure 1 has such a past, adopted; the digest of the declaration.
fn adopted(net: &Net) -> String {
    let file = net.beside("measure.toml");
    std::fs::write(net.beside("annex.txt"), "what is annexed").unwrap();
    std::fs::write(&file, MEASURE).unwrap();
    assert_eq!(net.table("BE", &file), 1);
    net.cast(1, "in-favour", &["BG"]);
    let text = with_commitments(&MEASURE.replace("in the annex", "annexed"));
    std::fs::write(&file, text).unwrap();
    say(net, "BE", &format!("measure revise 1 {}", file.display()));
    say(net, "BE", "measure extend 1 --until 2098-02-01T00:00:00Z");

    say(net, "CZ", "reservation place 1 linguistic --reason The_Czech_text_is_missing.");
    net.cast(1, "in-favour", &["CZ", "DK"]);
    let freeze = net.of("DK", "key freeze --yes");
    assert_eq!(freeze.status, Some(0), "{freeze:?}");
    thaw(net, "DK");
    let declaration = net.beside("declaration.txt");
    std::fs::write(&declaration, "We do not apply it.").unwrap();
    let declared =
        format!("ballot cast 1 abstain-qualified --declaration {}", declaration.display());
    say(net, "BG", &declared);
    net.cast(1, "in-favour", &["DK", "BE"]);
    let measure = net.measure("BE", 1);
    assert_eq!(measure.status, MeasureStatus::Adopted);
    measure.ballots[1].declaration.unwrap().to_string()
}

/// The same officers speak for a member again, by its recovery key.
fn thaw(net: &Net, code: &str) {
    let keys = net.dir().join("members").join(code);
    let file = net.beside("officers.toml");
    net.of(code, &format!("draft officers --out {}", file.display())).done();
    let new = net.beside("new.key");
    nemcon("key new --no-passphrase --role officer --out", [&new]).done();
    let public = nemcon("key show --json", [&new]).json()["public"].as_str().unwrap().to_owned();
    let text = std::fs::read_to_string(&file).unwrap();
    let old: toml::Table = text.parse().unwrap();
    let old = old["officer"][0]["key"].as_str().unwrap().to_owned();
    std::fs::write(&file, text.replace(&old, &public)).unwrap();
    let line = format!(
        "key officers {} --key {} --key {} --yes",
        file.display(),
        keys.join("recovery.key").display(),
        new.display()
    );
    net.of(code, &line).done();
    std::fs::copy(&new, keys.join("officer-desk.key")).unwrap();
}

#[track_caller]
fn verify_says(text: &str, wants: &[&str]) {
    for want in wants {
        assert!(text.contains(want), "wanted: {want}\n{text}");
    }
}

#[test]
fn what_became_of_a_measure_is_shown_and_stands_in_its_minutes() {
    let net = Net::up("--members 4");
    let declaration = adopted(&net);
    let measure = net.measure("CZ", 1);
    assert!(measure.tabled_leaf < measure.leaf, "{measure:?}");
    let [first, last] = [measure.tabled_leaf, measure.leaf].map(|leaf| format!("record {leaf}\n"));

    let shown = net.of("CZ", "measure show 1").done();
    assert!(shown.starts_with("LIMITE\nmeasure 1 REV 2: adopted"), "{shown}");
    verify_says(
        &shown,
        &[
            "tabled by BE 20",
            &first,
            "\nREV 2 since 20",
            &last,
            "\nno longer: linguistic reservation of CZ, record ",
            ": lifted by its ballot in favour, record ",
            "\nno longer: ballot in-favour of DK, record ",
            ": void, for DK was frozen, 20",
            "\nput off: by BE from 2098-01-01 00:00:00 UTC to 2098-02-01 00:00:00 UTC, 20",
            &format!(", declaration {declaration}"),
            " UTC  record ",
        ],
    );
    let minutes = net.of("CZ", "minutes 1").done();
    verify_says(
        &minutes,
        &[
            "\n## 1. Decision that shall \\~\\~not\\~\\~ apply to two persons\n",
            "\n- Outcome: adopted: ",
            &first,
            "\n- Text: REV 2, since 20",
            &last,
            "\n- Deadline: 2098-02-01 00:00:00 UTC (01:00 in Brussels)\n- Deadline put off: by BE from 2098-01-01 00:00:00 UTC",
            "\n- Legal basis: Article 29 TEU\n",
            "\n- Reference: st 7592/26 REV 1\n- Companion: Implementing Regulation (EU) 2020/1125\n",
            "\n- Prepared by: hwpci 2026-10-01\n- Prepared by: coreper-ii 2026-11-04\n- Item: a\n",
            "\n- Targets: person 2\n",
            "\n### Summary\n\n1\\. Two persons are \\*\\*listed\\*\\*.\n\nThe list stands annexed.\n",
            "\n| annex.txt | ",
            "\n- REV 1, record ",
            "; void since: BG in-favour\n",
            "\n- linguistic reservation of CZ, record ",
            "\n- ballot in-favour of DK, record ",
            &format!("declaration `{declaration}`"),
            " s after tabling",
        ],
    );
    assert!(!minutes.contains("0.0 days") && !minutes.contains("~~"), "{minutes}");
    verify_says(&minutes, &["\n- Marking: LIMITE\n", "\n- Not obliged to apply: BG\n"]);
    what_is_public_says_nothing_of_the_votes(&net);
    programs_read_the_same(&net, &declaration);
    // A node that has read its journal anew says the same.
    net.kill("CZ");
    net.restart();
    assert_eq!(net.measure("CZ", 1).past, measure.past);
}

fn programs_read_the_same(net: &Net, declaration: &str) {
    let json = net.json("CZ", "minutes 1");
    let act = &json[0];
    assert_eq!(act["says"]["summary"][1], "The list stands annexed.");
    assert_eq!(act["past"].as_array().unwrap().len(), 2);
    assert_eq!(act["signed"][1]["declaration"], declaration);
}

fn what_is_public_says_nothing_of_the_votes(net: &Net) {
    let public = net.of("CZ", "minutes 1 --public").done();
    verify_says(&public, &["\n- Outcome: adopted\n", "\nThe votes are not public.\n"]);
    for internal in
        ["LIMITE", "in-favour", "BG", "declaration", "reservation", "REV 1, record", "1 abstained"]
    {
        assert!(!public.contains(internal), "{internal}\n{public}");
    }
    let votes = net.of("CZ", "votes export").done();
    assert!(votes.contains(",3,0,0,1,0,BG,abstained with a declaration,LIMITE\r\n"), "{votes}");
    let votes = net.of("CZ", "votes export --public").done();
    assert!(votes.contains(",adopted,unanimity,,,,,,,not public,\n"), "{votes}");
}

#[test]
fn the_minutes_say_why_a_package_was_withdrawn() {
    let net = Net::up("--members 4");
    std::fs::write(net.beside("annex.txt"), "what is annexed").unwrap();
    for (number, name) in [(1, "one.toml"), (2, "two.toml")] {
        let file = net.beside(name);
        std::fs::write(&file, MEASURE.replace("Decision", &format!("Decision {number}"))).unwrap();
        assert_eq!(net.table("BE", &file), number);
    }
    let texts = format!("{} {}", net.yes(1), net.yes(2).replace("--yes", ""));
    net.json("BE", &format!("measure package 1 2 {texts}"));
    net.json("BE", &format!("measure withdraw 2 --reason Another_text_comes. {}", net.yes(2)));
    for number in [1, 2] {
        let minutes = net.of("BE", &format!("minutes {number}")).done();
        assert!(minutes.contains("withdrawn: Another\\_text\\_comes."), "{minutes}");
        let public = net.of("BE", &format!("minutes {number} --public")).done();
        assert!(!public.contains("Decision"), "what was withdrawn is not public: {public}");
    }
    a_month_is_summed_up(&net);
    a_public_export_has_a_verdict_of_its_own(&net);
}

/// A third measure is adopted by written procedure, and the month has all three.
fn a_month_is_summed_up(net: &Net) {
    let file = net.beside("three.toml");
    let text =
        MEASURE.replace("title = \"Decision", "procedure = \"written\"\ntitle = \"Decision 3:");
    std::fs::write(&file, text).unwrap();
    assert_eq!(net.table("BE", &file), 3);
    net.cast(3, "in-favour", &["BE", "BG", "CZ", "DK"]);
    let ended = net.measure("BE", 3).ended.unwrap().to_string();
    let month = |options: &str| format!("minutes --month {} {options}", &ended[..7]);
    let numbers = |options: &str| -> Vec<u64> {
        let json = net.json("BE", &month(options));
        json.as_array().unwrap().iter().map(|act| act["number"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers(""), [3, 1, 2], "what was decided comes first");
    assert_eq!(numbers("--procedure written"), [3]);
    assert_eq!(numbers("--public"), [3]);
    let text = net.of("BE", &month("")).done();
    verify_says(
        &text,
        &[
            " (UTC)\n\nMarking: LIMITE\n\n## Overview\n",
            "| written |",
            "\n## Decided\n\n### 3. Decision 3",
            "\n## Lapsed or withdrawn\n\n### 1. Decision 1",
        ],
    );
    let public = net.of("BE", &month("--public --procedure written")).done();
    verify_says(&public, &["\n### 3. Decision 3", "\nThe votes are not public.\n"]);
    assert!(!public.contains("LIMITE") && !public.contains("in-favour"), "{public}");
    let html = net.beside("month.html");
    let write = month(&format!("--format html --out {}", html.display()));
    assert!(net.of("BE", &write).done().contains("3 acts in "));
    net.of("BE", &write).refused(2, &["it exists already"]);
    let written = std::fs::read_to_string(html).unwrap();
    assert!(written.starts_with("<!DOCTYPE html>\n"), "{written}");
    verify_says(&written, &["<h3>3. Decision 3", "<p class=\"marking\">LIMITE</p>"]);
    let json = net.of("BE", &month("--format json")).done();
    let as_always = net.of("BE", &month("--json")).done();
    assert_eq!(json, as_always);

    let none = net.of("BE", "minutes --month 1999-01").done();
    assert!(none.ends_with("\nNo act was decided in January 1999.\n"), "{none}");
    let wrong = ["a month is written like 2026-11: the year, then the month in two digits"];
    for bad in ["2026-13", "november"] {
        let said = net.of("BE", &format!("minutes --month {bad}"));
        assert_eq!(said.status, Some(2), "{said:?}");
        said.says(&wrong);
    }
    let unknown = ["no procedure oral", "written, silence, meeting"];
    net.of("BE", &month("--procedure oral")).refused(1, &unknown);
}

fn a_public_export_has_a_verdict_of_its_own(net: &Net) {
    let out = net.beside("public");
    let export = format!("log export {} --public", out.display());
    let said = net.of("BE", &export).done();
    assert!(said.contains(" are withheld"), "{said}");
    let council = net.testnet().council().to_string();
    let digest = [out.as_os_str(), "--council".as_ref(), council.as_ref()];
    // A public export continues as a public one, and as no other.
    for _ in 0..2 {
        let audited = nemcon("audit", digest);
        assert_eq!(audited.status, Some(4), "{audited:?}");
        assert!(audited.out.ends_with("\nVERIFIED AS FAR AS IT IS PUBLIC\n"), "{audited:?}");
        let json: serde_json::Value =
            serde_json::from_str(&nemcon("audit --json", digest).out).unwrap();
        assert_eq!((&json["verified"], &json["public"]["verified"]), (&false.into(), &true.into()));
        net.of("BE", &export).done();
    }
    let whole = net.of("BE", &format!("log export {}", out.display()));
    whole.refused(2, &["a public export, which withholds records"]);
}
