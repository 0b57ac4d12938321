//! What a council is founded with, as it is drafted: a charter that comes along, a founding plan.

use std::path::Path;

use nemcon_tests::process::{in_workspace, nemcon};

#[test]
fn a_charter_that_comes_along_is_written_with_another_total_and_is_a_law() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (name, total) in [("eu-council", "12"), ("plain", "5")] {
        let file = at(name);
        nemcon(&format!("charter init {name} --total {total} --out"), [&file]).done();
        let said = nemcon("charter check", [&file]).done();
        assert!(said.contains(&format!("The total is {total}: the whole of which")), "{said}");
        assert!(said.contains("it is a law"), "{said}");
        let plain = nemcon(&format!("charter init {name} --out -"), [""; 0]).done();
        assert!(plain.lines().filter(|line| line.starts_with("# ")).count() > 12, "{plain}");
    }
    let members = in_workspace("charters/plain-members.toml");
    let check = |file: &str| nemcon("charter check", [&at(file), Path::new("--members"), &members]);
    check("plain")
        .refused(1, &["7 members weigh 7 of the total of 5, 140.0 %", "more than the whole"]);
    nemcon("charter init plain --out", [at("seven")]).done();
    let said = check("seven").done();
    assert!(said.contains("seats: 7 members weigh 7 of the total of 7, 100 %"), "{said}");
    let five = nemcon("charter check --members 5", [at("plain")]).done();
    assert!(five.contains("it is a law"), "{five}");
}

#[test]
fn a_founding_plan_is_drafted_and_assembled_with_the_parties_files() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    nemcon("charter init plain --total 2 --out", [at("charter.toml")]).done();
    for code in ["AA", "BB"] {
        nemcon(&format!("key new --no-passphrase --as {code} --all"), [at(code)]).done();
    }
    let plan = at("plan.toml");
    let args = [at("charter.toml"), "--out".into(), plan.clone()];
    nemcon("draft plan --charter", args).done();
    let assemble = |out: &str| {
        let parties = ["AA", "BB"].map(|code| at(code).join(format!("{code}.toml")));
        let words = [plan.clone()].into_iter().chain(parties).chain(["--out".into(), at(out)]);
        nemcon("genesis assemble", words)
    };
    assemble("none").refused(2, &["plan.toml: line", "`origin` is empty: fill it in"]);
    let text = std::fs::read_to_string(&plan).unwrap();
    std::fs::write(&plan, text.replace("origin = \"\"", "origin = \"board.example/room\""))
        .unwrap();
    let said = assemble("genesis").done();
    assert!(said.contains("seats: 2 members weigh 2 of the total of 2, 100 %"), "{said}");
}
