//! Who takes part without a ballot: what the charter lets them do, that they never count, and who
//! speaks for them.

use nemcon_client::api::MeasureStatus;
use std::path::{Path, PathBuf};

use nemcon_tests::process::{Net, command, in_workspace, nemcon, run, wait_for, yes_to};
use serde_json::json;

#[test]
fn participants_table_extend_close_and_attest_and_never_ballot() {
    let net = Net::up("--members 2");
    let file = in_workspace("examples/toolbox/2020-1127.toml");
    assert_eq!(net.table("HRVP", Path::new(&file)), 1);
    let before = net.measure("BE", 1).closes;
    let yes = net.yes(1);
    let line = format!("measure extend 1 --until 2099-01-01T00:00:00Z {yes}");
    net.of("GSC", &line).refused(1, &["may not extend", "Articles 18, 27 and 30 TEU"]);
    net.json("PRES", &line);
    assert!(net.measure("BE", 1).closes > before);

    for code in ["HRVP", "PRES", "GSC"] {
        net.of(code, &format!("ballot cast 1 in-favour {yes}"))
            .refused(1, &["not entitled to a ballot"]);
    }
    let shown = net.json("BE", "measure show 1");
    assert_eq!(shown["missing"], json!(["BE", "BG"]));
    net.cast(1, "in-favour", &["BE", "BG"]);
    assert_eq!(net.measure("BE", 1).status, MeasureStatus::Adopted);

    net.of("HRVP", &format!("measure attest 1 signed {yes}")).refused(1, &["may not attest"]);
    net.json("GSC", &format!("measure attest 1 published --reference OJ-L-246 {yes}"));
    let shown = net.of("BG", "measure show 1").done();
    assert!(shown.contains("published") && shown.contains("GSC"), "{shown}");
    let unlike = "unlike the law that the charter models in ";
    assert!(shown.contains(unlike) && !shown.contains("331(2)"), "{shown}");
    let differences = net.json("BG", "measure show 1")["differences"].to_string();
    assert!(differences.contains("silence never adopts") && !differences.contains("331(2)"));
    let explained = net.of("BG", "charter show").done();
    assert!(explained.contains("stricter (rules): silence never adopts"), "{explained}");
    assert!(shown.contains("rule unanimity (Articles 29 and 31(1) TEU; "), "{shown}");
    let minutes = net.of("BG", "minutes 1").done();
    assert!(minutes.contains("Articles 29 and 31(1) TEU"), "{minutes}");
    assert!(!minutes.contains("| PRES"), "{minutes}");
    net.of("FR", "status").refused(2, &["takes no part", "BE BG HRVP PRES COM GSC"]);
}

/// A draft that gives the seat of the Presidency to the officer with this key, or to nobody.
fn appointment(net: &Net, key: Option<&str>) -> PathBuf {
    let file = net.beside(if key.is_some() { "appointment.toml" } else { "vacancy.toml" });
    let officer = key.map_or_else(
        || "signatures = 0\n".to_owned(),
        |key| format!("[[appoints.officer]]\nlabel = \"card\"\nkey = \"{key}\"\n"),
    );
    let text = format!(
        "title = \"The next Presidency\"\nkind = \"appointment\"\ncloses_in = \"1 day\"\n\
         [appoints]\ncode = \"PRES\"\nname = \"The next Presidency\"\nrole = \"presidency\"\n{officer}"
    );
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn a_stolen_presidency_key_is_frozen_in_one_command_and_all_appoint_the_next_one() {
    let net = Net::up("--members 4");
    let listing = in_workspace("examples/toolbox/2020-1127.toml");
    assert_eq!(net.table("BE", &listing), 1);
    let said = net.of("PRES", "key freeze --yes --reason Stolen").done();
    assert!(
        said.contains("nemcon/v1 freeze") && said.contains("`nemcon member appoint`"),
        "{said}"
    );
    let close = format!("measure close 1 {}", net.yes(1));
    net.of("PRES", &close).refused(1, &["PRES is frozen", "nemcon member appoint"]);
    net.of("PRES", "key freeze --yes").refused(1, &["PRES is frozen already"]);
    assert!(
        net.of("BG", "member list").done().contains("no ballot, 1 of 1 officer, FROZEN since 20")
    );
    assert!(
        net.of("BG", "status").done().contains("FROZEN  PRES: nothing is said for it until all")
    );

    // Tabled at one place, signed at another.
    let card = net.beside("card.key");
    let made = nemcon("key new --no-passphrase --json --role officer --out", [&card]).json();
    let file = appointment(&net, made["public"].as_str());
    let text = net.beside("text");
    let mut prepare = command("member appoint --as BE --dir");
    prepare.arg(net.dir()).arg(&file).arg("--prepare").arg(&text);
    let said = run(&mut prepare).done();
    assert!(said.contains("\nappoints PRES 1 presidency The next Presidency\nofficer PRES card "));
    let mut sign = command(&format!("statement sign {} --council", yes_to(&text)));
    sign.arg(net.testnet().council().to_string()).arg(&text).arg("-o").arg(net.beside("signed"));
    sign.arg("--genesis").arg(net.dir().join("genesis"));
    let said = run(sign.arg("--key").arg(net.dir().join("members/BE/officer-desk.key"))).done();
    let follows = "what follows by the text itself:\n- once it is adopted: signing for PRES, ";
    assert!(said.contains(follows), "{said}");
    net.of("CZ", &format!("statement submit {}", net.beside("signed").display())).done();
    let shown = net.of("BG", "measure show 2").done();
    let sentence = "its adoption changes the council: signing for PRES, the presidency, The next \
                    Presidency: card, and nobody else";
    assert!(shown.contains(sentence), "{shown}");
    net.cast(2, "in-favour", &["BE", "BG", "CZ", "DK"]);

    net.of("PRES", &close).refused(1, &["is no officer key of PRES"]);
    let mut close = command(&format!("{close} --as PRES --dir"));
    run(close.arg(net.dir()).arg("--key").arg(&card)).done();
    assert_eq!(net.measure("BE", 1).status, MeasureStatus::Lapsed);
    let seats = net.json("DK", "member list");
    let presidency =
        seats["participants"].as_array().unwrap().iter().find(|it| it["code"] == "PRES");
    let presidency = presidency.expect("the Presidency is listed");
    assert_eq!(
        (&presidency["officer"][0]["label"], &presidency["frozen_since"]),
        (&"card".into(), &().into())
    );

    audit(&net);
}

#[test]
fn a_seat_that_all_leave_vacant_says_nothing() {
    let net = Net::up("--members 2");
    let appoint = |net: &Net, file: &Path| {
        let mut table = command("member appoint --yes --as BE --dir");
        run(table.arg(net.dir()).arg(file))
    };
    appoint(&net, &in_workspace("examples/toolbox/2020-1127.toml")).refused(2, &["[appoints]"]);
    appoint(&net, &appointment(&net, None)).done();
    assert!(net.of("BG", "measure show 1").done().contains("nobody speaks for PRES"));
    net.cast(1, "in-favour", &["BE", "BG"]);
    net.of("PRES", "key freeze --yes")
        .refused(1, &["the seat of PRES is vacant", "member appoint"]);
    assert!(net.of("BG", "member list").done().contains("VACANT: nobody speaks for it"));
}

/// What all have sealed is exported, and holds.
fn audit(net: &Net) {
    let height = net.status("CZ").height;
    wait_for("a size that all have sealed", || {
        (net.status("CZ").sealed_height >= height).then_some(())
    });
    let out = net.beside("export");
    nemcon("log export --as CZ", [out.as_path(), "--dir".as_ref(), net.dir()]).done();
    let council = net.testnet().council().to_string();
    let args = [out.as_os_str(), "--council".as_ref(), council.as_ref()];
    assert!(nemcon("audit", args).done().ends_with("VERIFIED\n"));
}
