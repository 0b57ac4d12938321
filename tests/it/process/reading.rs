//! What is signed is what was read: on a terminal, in order, and on no other text.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use nemcon_crypto::hash;
use nemcon_tests::process::{Net, Terminal, command, in_workspace, run, with_commitments};

const LISTING: &str = "examples/toolbox/2020-1127.toml";

fn of(net: &Net, code: &str, line: &str) -> Command {
    let mut it = command(line);
    it.args(["--as", code, "--dir"]).arg(net.dir());
    it
}

/// A command at a terminal of 60 columns, with nothing but the terminal.
fn at_terminal(net: &Net, code: &str, line: &str, answer: &str) -> (Option<i32>, String) {
    let terminal = Terminal::open(60);
    let mut it = of(net, code, line);
    it.stdout(terminal.stdio()).stderr(terminal.stdio());
    let said = terminal.run(&mut it, answer);
    (said.status, said.seen)
}

/// A draft with this text beside the network.
fn draft(net: &Net, name: &str, text: &str) -> PathBuf {
    let path = net.beside(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Whether a member has signed on measure `number`.
fn has_signed(net: &Net, code: &str, number: u64) -> bool {
    let measure = net.measure(code, number);
    measure.ballots.iter().any(|it| it.code.as_str() == code && it.position.is_some())
}

#[track_caller]
fn in_order(text: &str, wanted: &[&str]) {
    let mut rest = text;
    for want in wanted {
        let at = rest.find(want).unwrap_or_else(|| panic!("wanted {want} in\n{rest}\nof\n{text}"));
        rest = &rest[at + want.len()..];
    }
}

#[test]
fn before_signing_stand_who_signs_what_then_what_follows_then_the_text_then_the_question() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    let place = format!("reservation place 1 linguistic {}", net.yes(1));
    net.json("DK", &place);
    let file = draft(
        &net,
        "revised.toml",
        &with_commitments(&std::fs::read_to_string(in_workspace(LISTING)).unwrap()),
    );
    let text = std::fs::read_to_string(&file).unwrap();
    let better = text.replace("First listings", "The first listings");
    std::fs::write(&file, better).unwrap();
    net.json("BE", &format!("measure revise 1 {} {}", file.display(), net.yes(1)));
    net.json("DK", &format!("reservation place 1 linguistic {}", net.yes(1)));
    net.cast(1, "in-favour", &["BE", "BG", "CZ"]);

    let (status, seen) = at_terminal(&net, "DK", "ballot cast 1 in-favour", "n");
    assert_eq!(status, Some(1), "{seen}");
    let wanted = [
        "DENMARK signs: IN FAVOUR of REV 2 of measure 1\n",
        "what follows, as the node of DK says:\n",
        "- You are the last: this adopts it.\n",
        "- it lifts your linguistic reservation on measure 1\n",
        "── measure 1 REV 2 ──\n",
        "\nsummary The first listings of the Union's cyber sanctions\n    regime: six",
        "── what DENMARK signs ──\n",
        "\nposition in-favour\n",
        "\nSign as DENMARK: IN FAVOUR of REV 2 of measure 1? [y/N] ",
        "not signed: nothing was sent, nothing has changed",
    ];
    in_order(&seen, &wanted);
    assert!(
        seen.lines().all(|line| line.chars().count() <= 60 || line.contains("Sign as")),
        "{seen}"
    );
    assert!(!has_signed(&net, "DK", 1));

    // The same where it is only prepared, and where it is submitted later.
    let (text, record, signed) = (net.beside("text"), net.beside("record"), net.beside("signed"));
    let line = format!("ballot cast 1 in-favour --prepare {}", text.display());
    in_order(&net.of("DK", &line).done(), &wanted[..5]);
    net.of("DK", &format!("measure record 1 -o {}", record.display())).done();
    let council = net.testnet().council();
    let sign =
        format!("statement sign {} --council {council} -o {}", text.display(), signed.display());
    let key = net.dir().join("members/DK/officer-desk.key");
    let terminal = Terminal::open(200);
    let mut it = command(&sign);
    it.arg("--measure").arg(record).arg("--genesis").arg(net.dir().join("genesis"));
    it.arg("--key").arg(key).stdout(terminal.stdio()).stderr(terminal.stdio());
    let said = terminal.run(&mut it, "y");
    assert_eq!(said.status, Some(0), "{said:?}");
    let away = "what follows at once is not known here";
    in_order(&said.seen, &[wanted[0], away, "\nrevision 2\n", wanted[6], wanted[8]]);
    let said = net.of("BE", &format!("statement submit {}", signed.display())).done();
    let told = "what follows, as the node of BE says:\n";
    in_order(&said, &[wanted[0], told, wanted[2], "measure 1 is adopted"]);
}

#[test]
fn a_deadline_that_moves_while_the_question_stands_is_said_and_asked_about_again() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    let extend = format!("measure extend 1 --until 2098-02-01T00:00:00Z {}", net.yes(1));
    let terminal = Terminal::open(200);
    let mut cast = of(&net, "BG", "ballot cast 1 in-favour");
    cast.stdout(terminal.stdio()).stderr(terminal.stdio());
    let said = terminal.run_while(&mut cast, "y", |question| {
        if question == 1 {
            net.json("BE", &extend);
            net.await_height("BG", "BE");
        }
    });
    assert_eq!(said.status, Some(0), "{said:?}");
    let moved = "SINCE THIS WAS SHOWN the deadline of measure 1 moves from 20";
    let ends = "balloting on measure 1 ends 2098-02-01";
    in_order(&said.seen, &["[y/N] ", moved, " later", ends, "[y/N] ", "ordered in block"]);
    assert_eq!(said.seen.matches("[y/N] ").count(), 2, "{said:?}");
    // How long is left is told of the deadline that stands.
    let (_, after) = said.seen.rsplit_once("ordered in block").unwrap();
    let (left, _) = after.split_once(" days before closing").unwrap();
    let left: u64 = left.rsplit(' ').next().unwrap().parse().unwrap();
    assert!(left > 365 * 20, "{after}");
}

#[test]
fn the_same_ballot_again_is_not_sent_unless_that_is_said_plainly() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    net.cast(1, "against", &["BG"]);
    let (height, cast) = (net.status("BG").height, format!("ballot cast 1 against {}", net.yes(1)));
    let said = net.of("BG", &cast).done();
    assert!(said.contains("nothing was signed: this very ballot of BG stands already"), "{said}");
    assert_eq!(net.status("BG").height, height);
    assert_eq!(net.json("BG", &format!("{cast} --again"))["answer"]["answer"], "ordered");
    net.cast(1, "in-favour", &["BG"]);
}

#[test]
fn at_a_terminal_a_command_for_a_program_says_that_it_asks_nobody_and_what_it_takes() {
    let net = Net::up("--members 4");
    let (status, seen) = at_terminal(&net, "BE", "ballot cast 1 in-favour --json", "y");
    assert_eq!(status, Some(2), "{seen}");
    for wanted in ["`--json` prints for a program and asks nobody", "`--yes --text HASH`"] {
        assert!(seen.contains(wanted), "{seen}");
    }
}

#[test]
fn text_and_question_reach_a_terminal_or_nothing_is_signed() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    let cast = "ballot cast 1 in-favour";
    let heading = "BELGIUM signs: IN FAVOUR of REV 1 of measure 1\n";

    // Standard output is a file: the terminal is the other one, and the file has the result alone.
    let terminal = Terminal::open(80);
    let mut it = of(&net, "BE", cast);
    it.stdout(Stdio::piped()).stderr(terminal.stdio());
    let said = terminal.run(&mut it, "y");
    assert_eq!(said.status, Some(0), "{said:?}");
    in_order(&said.seen, &[heading, "── what BELGIUM signs", "[y/N] "]);
    assert!(said.out.starts_with("ordered in block") && !said.out.contains("signs"), "{said:?}");
    assert!(has_signed(&net, "BE", 1));

    // Nothing shows it: nobody is asked, whatever standard input would answer.
    let terminal = Terminal::open(80);
    let mut nowhere = of(&net, "BG", cast);
    let errors = net.beside("errors");
    nowhere.stdout(Stdio::null()).stderr(std::fs::File::create(&errors).unwrap());
    let said = terminal.run(&mut nowhere, "y");
    assert_eq!(said.status, Some(2), "{said:?}");
    let complaint = std::fs::read_to_string(&errors).unwrap();
    assert!(complaint.contains("nobody is there to be asked"), "{complaint}");
    // A terminal that is full shows nothing.
    let terminal = Terminal::open(80);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut unseen = of(&net, "BG", &format!("{cast} {}", net.yes(1)));
    unseen.stdout(full).stderr(terminal.stdio());
    let said = terminal.run(&mut unseen, "y");
    assert_eq!(said.status, Some(2), "{said:?}");
    assert!(!has_signed(&net, "BG", 1));
}

#[test]
fn what_was_typed_before_the_question_is_no_answer_to_it() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    let terminal = Terminal::open(80);
    terminal.types("y");
    let mut it = of(&net, "BE", "ballot cast 1 in-favour");
    it.stdout(terminal.stdio()).stderr(terminal.stdio());
    let said = terminal.run(&mut it, "n");
    assert_eq!(said.status, Some(1), "{said:?}");
    assert!(said.seen.contains("not signed: nothing was sent"), "{said:?}");
    assert!(!has_signed(&net, "BE", 1));
}

#[test]
fn signing_without_a_question_names_the_text_that_was_read() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    let (yes, other) = (net.yes(1), hash::sha256(b"another text"));
    let cast = |rest: &str| net.of("BG", &format!("ballot cast 1 in-favour {rest}"));
    cast("--yes").refused(2, &["which text was read?", "nemcon measure show 1", "--text HASH"]);
    let wants = [&*format!("`--text {other}` is not what it would be about: measure 1 REV 1")];
    cast(&format!("--yes --text {other}")).refused(1, &wants);
    // Half a hash is no hash: two texts with one beginning are quickly found.
    let cut = &yes[..yes.len() - 48];
    assert_eq!(cast(cut).status, Some(2));

    // What was read is REV 1; what stands is REV 2.
    let text = std::fs::read_to_string(in_workspace(LISTING)).unwrap();
    let text = with_commitments(&text);
    let file = draft(&net, "second.toml", &text.replace("First listings", "Second thoughts"));
    net.json("BE", &format!("measure revise 1 {} {yes}", file.display()));
    cast(&yes).refused(1, &["measure 1 REV 2, text"]);
    for line in
        ["withdraw 1", "close 1", "attest 1 published", "remark 1 explanation-of-vote --says Why."]
    {
        let wants = ["is not what it would be about: measure 1 REV 2, text "];
        net.of("BE", &format!("measure {line} {yes}")).refused(1, &wants);
    }
    assert!(!has_signed(&net, "BG", 1));
    cast(&net.yes(1)).done();
    assert!(has_signed(&net, "BG", 1));

    // What is about nothing that is there needs no text.
    let said = net.of("CZ", &format!("member notice --yes --text {other}"));
    said.refused(2, &["about no text that is there already"]);
    net.of("CZ", "member notice --yes").done();
}

#[test]
fn a_ballot_on_a_measure_that_was_bound_since_names_the_package() {
    let net = Net::up("--members 4 --charter plain");
    let [a, b] = ["One", "Two"].map(|title| {
        let text = format!(
            "title = \"{title}\"\nkind = \"resolution\"\ncloses = \"2099-01-01T00:00:00Z\"\n"
        );
        draft(&net, &format!("{title}.toml"), &text)
    });
    assert_eq!((net.table("CH", &a), net.table("CH", &b)), (1, 2));
    let (read, both) = (net.yes(1), format!("{} {}", net.yes(1), net.yes(2).replace("--yes", "")));
    net.of("CH", &format!("measure package 1 2 {both}")).done();
    let bound = net.of("DC", &format!("ballot cast 1 in-favour {read}"));
    bound.refused(1, &["does not name all", "in package", "nemcon measure show 1"]);
    let shown = net.of("DC", "measure show 1").done();
    let package = net.measure("DC", 1).package.unwrap().text_hash;
    assert!(shown.contains(&format!("package {package}: measures 1, 2 together")), "{shown}");
    let said = net.of("DC", &format!("ballot cast 1 in-favour --yes --text {package}")).done();
    let together =
        format!("measures 1, 2 are adopted TOGETHER or not at all, as package {package}");
    let numbers = "── package of measures 1, 2 ──\n";
    in_order(
        &said,
        &[
            &together,
            "\n2: “Two”\n",
            "── measure 1 REV 1",
            "── measure 2 REV 1",
            "title Two",
            numbers,
        ],
    );
}

#[test]
fn all_measures_of_a_package_are_judged_before_the_first_is_sent() {
    let net = Net::up("--members 4");
    let good = draft(
        &net,
        "good.toml",
        &with_commitments(
            "title = \"Good\"\nkind = \"listing\"\nbasis = [\"Article 29 TEU\"]\n\
             closes = \"2099-01-01T00:00:00Z\"\nproportionality = \"Aimed\"\n\
             targets = { person = 1 }\n",
        ),
    );
    let bad = draft(
        &net,
        "bad.toml",
        "title = \"Bad\"\nkind = \"listing\"\nbasis = [\"Article 29 TEU\"]\n\
         closes = \"2099-01-01T00:00:00Z\"\nproportionality = \"Aimed\"\n",
    );
    let mut table = of(&net, "BE", "measure table --package --yes");
    let said = run(table.arg(&good).arg(&bad));
    said.refused(1, &["nothing was tabled", "bad.toml", "target"]);
    assert_eq!(net.json("BE", "measure list"), serde_json::json!([]));
}
