//! Statements for the minutes, from the command line to the minutes.

use std::path::PathBuf;

use nemcon_crypto::{Digest, hash};
use nemcon_tests::process::{Net, Run, in_workspace};
use serde_json::json;

const LISTING: &str = "examples/toolbox/2020-1127.toml";

/// A text as a file: 40 paragraphs, more than an answer of the node shows.
fn long(net: &Net) -> (PathBuf, Vec<String>, Digest) {
    let line = |at| format!("Paragraph {at} of *the* statement, as read out.");
    let (file, lines) = (net.beside("statement.txt"), (1..=40).map(line).collect::<Vec<_>>());
    let text = lines.join("\n\n");
    std::fs::write(&file, &text).unwrap();
    (file, lines, hash::sha256(text.as_bytes()))
}

fn remark(net: &Net, code: &str, rest: &str) -> Run {
    let yes = net.yes(1);
    net.of(code, &format!("measure remark 1 {rest} {yes}"))
}

/// An adopted act with a statement of BE, made before that, one of the Commission, long and public, and
/// one of the High Representative, whose text stays off the ledger.
fn remarked() -> (Net, Vec<String>, Digest) {
    let net = Net::up("--members 2");
    assert_eq!(net.table("HRVP", &in_workspace(LISTING)), 1);
    let (file, lines, digest) = long(&net);
    let said = remark(&net, "BE", "explanation-of-vote --says Why. --says Why-not.").done();
    let wanted = "sort explanation-of-vote\nsays Why.\nsays Why-not.\npublic no\n";
    assert!(said.contains(wanted), "{said}");
    let wanted = "a statement (explanation-of-vote) on REV 1 of measure 1, not public";
    assert!(said.contains(wanted), "{said}");
    net.cast(1, "in-favour", &["BE", "BG"]);
    let sort = "statement-for-the-minutes";
    let file = file.display();
    remark(&net, "COM", &format!("{sort} --text-file {file} --public")).done();
    remark(&net, "HRVP", &format!("{sort} --digest-of {file}")).done();
    (net, lines, digest)
}

#[test]
fn statements_are_made_on_an_act_and_stand_in_its_minutes() {
    let (net, lines, digest) = remarked();
    let by_secretariat = remark(&net, "GSC", "statement-for-the-minutes --says No.");
    by_secretariat.refused(1, &["may not make a remark on"]);
    remark(&net, "BE", "joke --says No.").refused(1, &["joke"]);
    assert_eq!(remark(&net, "BE", "explanation-of-vote").status, Some(2), "it says nothing");
    assert_eq!(remark(&net, "BE", "joke --says No. --digest-of x").status, Some(2));

    let shown = net.json("BG", "measure show 1");
    let remarks = shown["remarks"].as_array().unwrap();
    let codes: Vec<_> = remarks.iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["BE", "COM", "HRVP"]);
    assert_eq!(remarks[0]["text"], json!(["Why.", "Why-not."]));
    let public: Vec<_> = remarks.iter().map(|it| it["public"].as_bool().unwrap()).collect();
    assert_eq!(public, [false, true, false]);
    let cut = remarks[1]["text"].as_array().unwrap();
    let is_marked = cut.last().unwrap().as_str().unwrap().ends_with('…');
    assert!(cut.len() < lines.len() && is_marked, "{cut:?}");
    assert_eq!(remarks[2]["digest"], json!(digest.to_string()));
    let shown = net.of("BG", "measure show 1").done();
    assert!(shown.contains("remark: explanation-of-vote of BE "), "{shown}");
    assert!(shown.contains(&format!("its text kept off the ledger as {digest}")), "{shown}");

    // The minutes have the whole text, and words of it are no markup.
    assert_eq!(net.json("BG", "minutes 1")[0]["remarks"][1]["text"], json!(lines));
    let minutes = net.of("BG", "minutes 1").done();
    assert!(minutes.contains("\n### Statement\n\nexplanation-of-vote of BE, "), "{minutes}");
    let wanted = "\nParagraph 40 of \\*the\\* statement, as read out.\n";
    assert!(minutes.contains(wanted), "{minutes}");
    let public = net.json("BG", "minutes 1 --public");
    let public = public[0]["remarks"].as_array().unwrap();
    assert_eq!(public.iter().map(|it| &it["code"]).collect::<Vec<_>>(), ["COM"]);
    what_members_alone_may_see_is_marked(&net);
    what_is_too_long_is_refused_with_the_way_out(&net);
}

fn what_members_alone_may_see_is_marked(net: &Net) {
    for command in ["log records --measure 1", "status", "measure show 1"] {
        let said = net.of("BG", command).done();
        assert!(said.starts_with("LIMITE\n"), "{command}: {said}");
    }
}

fn what_is_too_long_is_refused_with_the_way_out(net: &Net) {
    let file = net.beside("long");
    for (length, words) in [(70_000, "longer than the 65535 bytes"), (62_000, "is no record")] {
        let lines = "a line of words\n".repeat(length / 16);
        std::fs::write(&file, lines).unwrap();
        let line = format!("explanation-of-vote --text-file {}", file.display());
        remark(net, "BG", &line).refused(1, &[words, "--digest-of FILE"]);
    }
}

#[test]
fn a_statement_for_the_minutes_is_prepared_to_be_signed_elsewhere() {
    let net = Net::up("--members 4 --charter plain");
    assert_eq!(net.table("CH", &in_workspace("examples/board/reserve-fund.toml")), 1);
    let file = net.beside("remark");
    let line = "measure remark 1 statement-for-the-minutes --says It-was-late.";
    net.of("DC", &format!("{line} --prepare {}", file.display())).done();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("nemcon/v1 remark\n") && text.contains("\nsays It-was-late.\n"),
        "{text}"
    );
}
