//! What real nodes refuse: each refusal has its reason and next step, and nothing has changed.

use nemcon_client::api::Answer;
use nemcon_client::keyfile::{self, KeyRole};
use nemcon_client::statements;
use nemcon_client::token::Role;
use nemcon_crypto::hash;
use nemcon_ledger::record::statement::sign_as_officer;
use nemcon_ledger::record::{Ballot, Body, Position, Statement};
use nemcon_tests::process::{Net, in_workspace, nemcon};

/// A board of CH, DC, TR and SC with three resolutions: 1 is open, 2 adopted, 3 closed.
fn board() -> Net {
    let net = Net::up("--members 4 --charter plain");
    for number in 1..=3 {
        assert_eq!(net.table("CH", &in_workspace("examples/board/reserve-fund.toml")), number);
    }
    net.cast(2, "in-favour", &["CH", "DC", "TR", "SC"]);
    net.of("CH", &format!("measure close 3 {}", net.yes(3))).done();
    net
}

/// What stands, and what waits, on the node of CH.
fn standing(net: &Net) -> (u64, u64, usize) {
    let status = net.status("CH");
    (status.height, status.size, status.pending.len())
}

/// The node of CH refuses these bytes for this reason.
#[track_caller]
fn refuses(net: &Net, record: impl Into<String>, wanted: &str, says: &str) {
    let answer = net.submit("CH", record);
    let Answer::Refused { code, message, advice, .. } = answer else {
        panic!("{wanted}: {answer:?}")
    };
    assert_eq!(code, wanted, "{message}");
    assert!(message.contains(says), "wanted: {says}\n{message}");
    assert!(advice.ends_with('.'), "{advice}");
}

/// The ballot in favour that CH could cast on measure 1 now.
fn ballot(net: &Net) -> Ballot {
    let head = net.party("CH").head;
    let body = statements::ballot(head, &net.measure("CH", 1), Position::InFavour.into());
    let Ok(Body::Ballot(ballot)) = body else { panic!("{body:?}") };
    ballot
}

fn rendered(statement: &Statement) -> String {
    String::from_utf8(statement.render()).unwrap()
}

type Edit = fn(&mut Ballot);

#[test]
fn ballots_that_the_law_refuses_change_nothing() {
    let net = board();
    let before = standing(&net);
    let cases: [(Edit, &str, &str); 8] = [
        (
            |b| b.said.after = Some(hash::sha256(b"x")),
            "wrong-after",
            "the last one for CH on measure 1",
        ),
        (
            |b| b.said.about.title = "Another".parse().unwrap(),
            "mismatch",
            "the title \"Another\"; it is",
        ),
        (|b| b.said.about.rule = "majority".parse().unwrap(), "mismatch", "the rule \"majority\""),
        (|b| b.said.about.text = hash::sha256(b"x"), "mismatch", "the text"),
        (|b| b.said.about.revision = 7, "mismatch", "the revision \"7\""),
        (|b| b.said.about.measure = 99, "unknown-measure", "there is no measure 99"),
        (|b| b.said.head.council = hash::sha256(b"x"), "wrong-council", "this is council"),
        (|b| b.said.on_behalf = "DC".parse().unwrap(), "not-own", "CH may not speak for DC"),
    ];
    for (edit, code, says) in cases {
        let mut ballot = ballot(&net);
        edit(&mut ballot);
        let signed = net.party("CH").sign(&Body::Ballot(ballot)).unwrap();
        refuses(&net, rendered(&signed), code, says);
    }
    for (number, status) in [(2, "adopted"), (3, "lapsed")] {
        let measure = net.measure("CH", number);
        let party = net.party("CH");
        let body = statements::ballot(party.head.clone(), &measure, Position::Against.into());
        let says = format!("measure {number} is {status}");
        refuses(&net, rendered(&party.sign(&body.unwrap()).unwrap()), "ended", &says);
    }
    assert_eq!(standing(&net), before);
}

#[test]
fn a_signature_by_anyone_else_speaks_for_nobody() {
    let net = board();
    let before = standing(&net);
    let party = net.party("CH");
    let key = |code: &str| {
        let path = net.dir().join(format!("members/{code}/officer-desk.key"));
        keyfile::load(&path, KeyRole::Officer).unwrap()
    };
    let forged = |by: &str, secret: &str| {
        let mut ballot = ballot(&net);
        ballot.said.head.by = by.parse().unwrap();
        ballot.said.on_behalf = ballot.said.head.by.clone();
        let body = Body::Ballot(ballot);
        let (origin, desk) = (&party.genesis.origin, "desk".parse().unwrap());
        let line = sign_as_officer(&body.render(), origin, &body.head().by, &desk, &key(secret));
        rendered(&Statement::new(&body, vec![line]).unwrap())
    };
    refuses(&net, forged("ZZ", "CH"), "unknown-party", "ZZ is neither a member nor a participant");
    refuses(&net, forged("CH", "DC"), "wrong-signer", "for CH");
    let other = net.party("DC").sign(&Body::Ballot({
        let mut ballot = ballot(&net);
        ballot.said.head.by = "DC".parse().unwrap();
        ballot.said.on_behalf = ballot.said.head.by.clone();
        ballot.position = Position::Against;
        ballot
    }));
    // The signature of one text under another one: what DC signed, said to be in favour.
    let moved = rendered(&other.unwrap()).replace("position against", "position in-favour");
    refuses(&net, moved, "invalid-signature", "for DC");
    assert_eq!(standing(&net), before);
}

#[test]
fn what_is_no_record_byte_for_byte_is_not_let_in() {
    let net = board();
    let before = standing(&net);
    let party = net.party("CH");
    let good = rendered(&party.sign(&Body::Ballot(ballot(&net))).unwrap());
    let signature = good.lines().last().unwrap().to_owned() + "\n";
    for (record, says) in [
        (String::new(), ""),
        ("hello".to_owned(), ""),
        (good.replace('\n', "\r\n"), ""),
        (format!("{good}\n"), ""),
        (good.replace(&signature, ""), ""),
        (good.replace("position in-favour", "position  in-favour"), ""),
        (good.replace("position in-favour", "position in-favour\nposition against"), ""),
        (good.replace("measure 1\n", "measure 01\n"), ""),
        (good.replace("title Move", "title \u{202e}Move"), "U+202E"),
        (good.replace("title Move", "title M\u{43e}ve"), "mixes Latin and Cyrillic"),
        (good.replace("title Move", &format!("title {}", "long ".repeat(12_000))), "bytes"),
    ] {
        refuses(&net, record, "malformed", says);
    }
    refuses(&net, format!("{good}{signature}"), "wrong-signature-count", "for CH");
    let body = "x".repeat(1 << 20);
    let error = net.client("CH").submit(body, std::time::Duration::ZERO).unwrap_err().to_string();
    // The node closes without reading it to its end: that may be noticed before the answer is.
    let is_cut = ["answers 413", "Broken pipe", "reset"].iter().any(|it| error.contains(it));
    assert!(is_cut, "{error}");
    assert_eq!(standing(&net), before);
    // All of them were near a good one.
    assert!(matches!(net.submit("CH", good), Answer::Pending { .. } | Answer::Ordered { .. }));
}

#[test]
fn the_command_line_refuses_with_reason_and_next_step() {
    let net = board();
    let before = standing(&net);
    let cast = |code, number, rest: &str| {
        let yes = if number == 9 { "--yes".to_owned() } else { net.yes(number) };
        net.of(code, &format!("ballot cast {number} in-favour {yes} {rest}"))
    };
    cast("ZZ", 1, "").refused(2, &["ZZ takes no part in this test network", "CH DC TR SC"]);
    cast("CH", 9, "").refused(1, &["has no measure 9", "nemcon measure list"]);
    cast("CH", 2, "").refused(1, &["measure 2 is adopted", "table the measure anew"]);
    cast("CH", 3, "").refused(1, &["measure 3 is lapsed"]);
    let digest = hash::sha256(b"another council").to_string();
    cast("CH", 1, &format!("--council {digest}")).refused(1, &["not the one given by --council"]);
    let other = net.dir().join("members/DC/officer-desk.key").display().to_string();
    cast("CH", 1, &format!("--key {other}")).refused(1, &["is no officer key of CH"]);
    let seal = net.dir().join("members/CH/seal.key").display().to_string();
    cast("CH", 1, &format!("--key {seal}")).refused(2, &["its role is seal"]);
    net.of("CH", "ballot cast 1 in-favour").refused(2, &["nobody is there to be asked"]);
    net.of("CH", "ballot cast 1 abstain-qualified --yes").refused(1, &["--declaration FILE"]);
    let yes = net.yes(1);
    net.of("DC", &format!("measure close 1 {yes}"))
        .refused(1, &["DC may not close", "nemcon charter show"]);
    let others = &["it is CH's measure", "DC cannot withdraw measure 1"];
    net.of("DC", &format!("measure withdraw 1 {yes}")).refused(1, others);
    let usage = net.of("CH", "ballot cast 1 yes");
    assert_eq!(usage.status, Some(2), "{usage:?}");
    assert_eq!(standing(&net), before);
}

#[test]
fn drafts_that_make_no_record_are_not_signed() {
    let net = Net::up("--members 4 --charter plain");
    let good = std::fs::read_to_string(in_workspace("examples/board/reserve-fund.toml")).unwrap();
    let file = net.beside("draft.toml");
    let lines = format!("\"{}\", ", "long ".repeat(390).trim_end()).repeat(40);
    let long = format!("summary = [{lines}");
    for (from, to, status, says) in [
        ("title = \"Move", "title = \"\u{202e}Move", 2, "U+202E"),
        ("summary = [", long.as_str(), 1, "bytes"),
        ("kind = \"resolution\"", "kind = \"coup\"", 1, "the charter knows no kind `coup`"),
        ("closes_in = \"7 days\"", "closes_in = \"soon\"", 2, "\"36 hours\""),
        ("closes_in = \"7 days\"", "closes = \"2020-01-01T00:00:00.000Z\"", 1, "would close at"),
        (
            "closes_in",
            "closes_on",
            2,
            "line 11: there is no field `closes_on`; is `closes_in` meant?",
        ),
    ] {
        std::fs::write(&file, good.replace(from, to)).unwrap();
        let said = net.of("CH", &format!("measure table --yes {}", file.display()));
        said.refused(status, &[says]);
    }
    assert_eq!(standing(&net), (0, 1, 0));
}

#[test]
fn folders_and_councils_that_are_not_the_right_ones_are_refused() {
    let net = board();
    let full = net.beside("full");
    std::fs::create_dir(&full).unwrap();
    std::fs::write(full.join("mine"), "kept").unwrap();
    let wants = ["not an empty folder", "that does not exist yet, or is empty"];
    nemcon("testnet up --members 4 --dir", [&full]).refused(2, &wants);
    nemcon("demo --members 4 --dir", [&full]).refused(2, &wants);
    net.of("CH", &format!("log export {}", full.display())).refused(2, &wants);
    assert_eq!(std::fs::read_dir(&full).unwrap().count(), 1);
    nemcon("testnet up --dir", [net.dir()]).refused(1, &["running already"]);
    nemcon("testnet up --members 5 --dir", [net.dir()]).refused(2, &["a test network of 4"]);
    nemcon("testnet status --dir", [&full]).refused(2, &["no test network is here"]);

    let export = net.beside("export");
    net.of("CH", &format!("log export {}", export.display())).done();
    let wants = ["a ledger cannot vouch for itself", "give `--council DIGEST`"];
    nemcon("audit", [&export]).refused(2, &wants);
    let other = hash::sha256(b"another council").to_string();
    let run = nemcon("audit", [export.as_os_str(), "--council".as_ref(), other.as_ref()]);
    run.refused(1, &["NOT verified: 1 fault"]);
    assert!(run.out.contains("it is another council's"), "{run:?}");
    nemcon("audit /nowhere --council", [&other]).refused(2, &["/nowhere: no such folder"]);
}

#[test]
fn a_wrong_council_is_refused_by_every_command_that_asks_a_node() {
    let net = Net::up("--members 4");
    let draft = in_workspace("examples/toolbox/2020-1127.toml");
    assert_eq!(net.table("BE", &draft), 1);
    let base = net.client("BE").base().to_owned();
    let (token, out) = (net.token("BE", Role::Submit), net.beside("record"));
    let (token, written) = (token.display(), out.display());
    let here = in_workspace("examples/toolbox");
    let (right, wrong) = (net.testnet().council().to_string(), "7".repeat(64));
    let asks = [
        "status".to_owned(),
        "measure list".to_owned(),
        "measure show 1".to_owned(),
        "measure diff 1".to_owned(),
        format!("measure record 1 -o {written}"),
        "member list".to_owned(),
        "incident list".to_owned(),
        "incident show 1".to_owned(),
        "minutes 1".to_owned(),
        "votes export".to_owned(),
        format!("document check {} 1", here.display()),
    ];
    for line in asks {
        let at = format!("{line} --node {base} --token {token} --council");
        let said = nemcon(&at, [&wrong]);
        assert_eq!(said.status, Some(1), "{line}: {said:?}");
        assert!(
            said.err.contains("another council's") && said.err.contains(&wrong),
            "{line}: {said:?}"
        );
        assert_eq!(said.out, "", "{line}");
        let right = nemcon(&at, [&right]);
        assert!(!right.err.contains("another council's"), "{line}: {right:?}");
        let said = net.of("BE", &format!("{line} --council {wrong}"));
        assert_eq!(said.status, Some(1), "a test network's own is known: {line}: {said:?}");
    }
    assert!(!std::fs::read_to_string(&out).unwrap_or_default().contains(&wrong));
}
