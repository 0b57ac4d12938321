//! Statements for the minutes, from the command line to the minutes.

use nemcon_crypto::hash;
use nemcon_tests::process::{Net, in_workspace};
use serde_json::json;

const LISTING: &str = "examples/toolbox/2020-1127.toml";

/// A long text as a file: 40 paragraphs that are more than an answer of the node shows.
fn long(net: &Net) -> (std::path::PathBuf, Vec<String>) {
    let lines: Vec<_> =
        (1..=40).map(|at| format!("Paragraph {at} of *the* statement, as read out.")).collect();
    let file = net.beside("statement.txt");
    std::fs::write(&file, lines.join("\n\n")).unwrap();
    (file, lines)
}

#[test]
fn statements_are_made_on_an_act_and_stand_in_its_minutes() {
    let net = Net::up("--members 2");
    assert_eq!(net.table("HRVP", &in_workspace(LISTING)), 1);
    let yes = net.yes(1);
    let (file, lines) = long(&net);
    let remark = |code: &str, rest: &str| net.of(code, &format!("measure remark 1 {rest} {yes}"));

    remark("GSC", "statement-for-the-minutes --says No.").refused(1, &["may not make a remark on"]);
    remark("BE", "joke --says No.").refused(1, &["joke"]);
    remark("BE", "explanation-of-vote").refused(2, &["--says", "--text-file", "--digest-of"]);
    remark("BE", "explanation-of-vote --says No. --digest-of x").refused(2, &["--digest-of"]);
    let said = remark("BE", "explanation-of-vote --says Why. --says Why-not.").done();
    assert!(
        said.contains("sort explanation-of-vote\nsays Why.\nsays Why-not.\npublic no\n"),
        "{said}"
    );
    assert!(
        said.contains("a statement (explanation-of-vote) on REV 1 of measure 1, not public"),
        "{said}"
    );

    net.cast(1, "in-favour", &["BE", "BG"]);
    let (shown, told) = (file.display(), hash::sha256(&std::fs::read(&file).unwrap()));
    let public = format!("statement-for-the-minutes --text-file {shown} --public");
    net.json("COM", &format!("measure remark 1 {public} {yes}"));
    net.json(
        "HRVP",
        &format!("measure remark 1 statement-for-the-minutes --digest-of {shown} {yes}"),
    );

    let shown = net.json("BG", "measure show 1");
    let remarks = shown["remarks"].as_array().unwrap();
    let codes: Vec<_> = remarks.iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["BE", "COM", "HRVP"]);
    assert_eq!(
        (&remarks[0]["text"], &remarks[0]["public"]),
        (&json!(["Why.", "Why-not."]), &json!(false))
    );
    let cut = remarks[1]["text"].as_array().unwrap();
    assert!(
        cut.len() < lines.len() && cut.last().unwrap().as_str().unwrap().ends_with('…'),
        "{cut:?}"
    );
    assert_eq!(
        (&remarks[2]["text"], &remarks[2]["digest"]),
        (&json!([]), &json!(told.to_string()))
    );
    let shown = net.of("BG", "measure show 1").done();
    assert!(shown.contains("remark: explanation-of-vote of BE "), "{shown}");
    assert!(
        shown.contains(&format!("not public, its text kept off the ledger as {told}")),
        "{shown}"
    );

    // The minutes have the whole text, and words of it are no markup.
    let minutes = net.json("BG", "minutes 1");
    assert_eq!(minutes[0]["remarks"][1]["text"], json!(lines));
    let minutes = net.of("BG", "minutes 1").done();
    assert!(minutes.contains("\n### Statements\n\nexplanation-of-vote of BE, "), "{minutes}");
    assert!(
        minutes.contains("\n> Paragraph 40 of \\*the\\* statement, as read out.\n"),
        "{minutes}"
    );
    let public = net.json("BG", "minutes 1 --public");
    let public: Vec<_> =
        public[0]["remarks"].as_array().unwrap().iter().map(|it| &it["code"]).collect();
    assert_eq!(public, ["COM"]);
}

#[test]
fn a_statement_for_the_minutes_is_prepared_on_one_machine_and_signed_on_another() {
    let net = Net::up("--members 4 --charter plain");
    let draft = in_workspace("examples/board/reserve-fund.toml");
    assert_eq!(net.table("CH", &draft), 1);
    let file = net.beside("remark");
    let line = "measure remark 1 statement-for-the-minutes --says It-was-late.";
    net.of("DC", &format!("{line} --prepare {}", file.display())).done();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("nemcon/v1 remark\n") && text.contains("\nsays It-was-late.\n"),
        "{text}"
    );
}
