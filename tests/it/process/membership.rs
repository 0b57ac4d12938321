//! Keys and seats by command, on real nodes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use nemcon_tests::process::{Net, command, in_workspace, nemcon, run};

const LISTING: &str = "examples/toolbox/2020-1127.toml";

fn key_of(net: &Net, code: &str, file: &str) -> PathBuf {
    net.dir().join("members").join(code).join(file)
}

fn public(key: &Path) -> String {
    nemcon("key show --json", [key]).json()["public"].as_str().unwrap().to_owned()
}

/// A new officer's key beside the network.
fn new_key(net: &Net, name: &str) -> PathBuf {
    let path = net.beside(name);
    nemcon("key new --no-passphrase --role officer --out", [&path]).done();
    path
}

#[test]
fn a_stolen_laptop_is_frozen_in_one_command_and_the_recovery_key_ends_it() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    net.cast(1, "in-favour", &["DK"]);
    let said = net.of("DK", "key freeze --yes --reason Stolen").done();
    assert!(said.contains("nemcon/v1 freeze") && said.contains("ordered in block"), "{said}");
    let list = net.of("BE", "member list").done();
    assert!(list.contains("DK       ") && list.contains("FROZEN since 20"), "{list}");
    assert_eq!(net.measure("BE", 1).missing.len(), 4, "its ballot is void");
    let cast = format!("ballot cast 1 in-favour {}", net.yes(1));
    net.of("DK", &cast).refused(1, &["DK is frozen", "recovery key"]);
    let other = format!("key freeze --yes --key {}", key_of(&net, "BG", "recovery.key").display());
    net.of("DK", &other).refused(1, &["does not sign a `freeze` statement of DK"]);
    net.of("DK", "key freeze --yes").refused(1, &["DK is frozen already"]);

    let card = new_key(&net, "card.key");
    let officers = net.beside("officers.toml");
    let text =
        format!("signatures = 1\n[[officer]]\nlabel = \"card\"\nkey = \"{}\"\n", public(&card));
    std::fs::write(&officers, text).unwrap();
    let change = |keys: &[&Path]| {
        let mut command = command("key officers --yes --as DK --dir");
        command.arg(net.dir()).arg(&officers);
        for key in keys {
            command.arg("--key").arg(key);
        }
        run(&mut command)
    };
    let recovery = key_of(&net, "DK", "recovery.key");
    change(&[&card]).refused(1, &["there is no key for", "/DK/recovery"]);
    change(&[&recovery]).refused(1, &["there is no key for", "/DK/card"]);
    let said = change(&[&recovery, &card]).done();
    assert!(said.contains("it ends the freeze"), "{said}");
    let seats = net.json("BG", "member list");
    let denmark = &seats["members"][3];
    assert_eq!((&denmark["code"], &denmark["frozen_since"]), (&"DK".into(), &().into()));
    assert_eq!(denmark["officer"][0]["label"], "card");

    // The old key signs no more; the new one does.
    net.of("DK", &cast).refused(1, &["is no officer key of DK"]);
    let mut with_card = command(&cast);
    with_card.args(["--as", "DK", "--dir"]).arg(net.dir()).arg("--key").arg(&card);
    let said = run(&mut with_card).done();
    assert!(said.contains("ordered in block"), "{said}");
}

#[test]
fn a_notice_is_given_and_taken_back_and_weights_are_tabled() {
    let net = Net::up("--members 4");
    let said = net.of("CZ", "member notice --yes").done();
    assert!(said.contains("leaves given"), "{said}");
    assert!(net.of("BE", "member list").done().contains("has given notice"));
    net.of("CZ", "member notice --yes").refused(1, &["the notice of CZ stands already"]);
    net.of("CZ", "member notice --withdraw --yes").done();
    net.of("CZ", "member notice --withdraw --yes").refused(1, &["has given no notice"]);
    net.of("CZ", "member enter --yes").refused(1, &["no adopted measure admits CZ"]);

    let file = net.beside("weights.toml");
    let draft = "title = \"Weights for the new year\"\nkind = \"populations\"\ncloses_in = \"1 day\"\n\
                 basis = [\"Article 16(4) TEU\"]\ntotal_weight = 100\n";
    let table = |draft: String| {
        std::fs::write(&file, draft).unwrap();
        let mut command = command("member weights --yes --as BE --dir");
        run(command.arg(net.dir()).arg(&file))
    };
    table(draft.to_owned() + "departs = \"CZ\"\n").refused(2, &["give one of"]);
    let weigh = |weights: &[(&str, u64)]| {
        let line = |(code, weight)| format!("{{ code = \"{code}\", weight = {weight} }}");
        let lines: Vec<_> = weights.iter().copied().map(line).collect();
        format!("{draft}weights = [{}]\n", lines.join(", "))
    };
    // Two of them keep the millions that they weigh.
    let too_heavy = table(weigh(&[("BE", 60), ("CZ", 40)]));
    too_heavy.refused(1, &["of the total 100: the parts cannot be more than the whole"]);
    assert!(too_heavy.out.contains("members cannot weigh more than the whole"), "{too_heavy:?}");
    let weights = weigh(&[("BE", 40), ("BG", 20), ("CZ", 30), ("DK", 10)]);
    let said = table(weights).done();
    assert!(
        said.contains("once adopted, population: 4 members weigh 100 of the total of 100, 100 %\n")
    );
    assert!(said.contains("\nweight CZ 30\nweight DK 10\ntotal-weight 100\n"), "{said}");
    net.cast(1, "in-favour", &["BE", "BG", "CZ", "DK"]);
    assert_eq!(net.json("DK", "member list")["total_weight"], 100);
    let said = table(weigh(&[("CZ", 25)])).done();
    assert!(said.contains("4 members weigh 95 of the total of 100, 95.0 %\n"), "{said}");
    assert!(said.contains("write `total_weight = 95` in the draft"), "{said}");
}

#[test]
fn a_successor_links_the_old_ledger_and_names_whom_it_leaves_out() {
    let net = Net::up("--members 4");
    assert_eq!(net.table("BE", &in_workspace(LISTING)), 1);
    let export = net.beside("export");
    nemcon("log export --as CZ", [export.as_path(), "--dir".as_ref(), net.dir()]).done();
    let council = net.testnet().council().to_string();
    let seats = net.json("BE", "member list");
    let mut plan = "origin = \"nemcon.example/next\"\ncharter = \"charter.toml\"\n".to_owned();
    for seat in &seats["members"].as_array().unwrap()[..3] {
        write!(
            plan,
            "[[member]]\ncode = {}\nname = {}\nweight = {}\nrecovery = {}\nnode = {}\nseal = {}\n\
             [[member.officer]]\nlabel = {}\nkey = {}\n",
            seat["code"],
            seat["name"],
            seat["weight"],
            seat["recovery"],
            seat["node"],
            seat["seal"],
            seat["officer"][0]["label"],
            seat["officer"][0]["key"],
        )
        .unwrap();
    }
    std::fs::write(net.beside("plan.toml"), plan).unwrap();
    let charter = std::fs::read_to_string(in_workspace("charters/plain.toml")).unwrap();
    let charter = charter.replace("total = 7", "total = 30000000");
    std::fs::write(net.beside("charter.toml"), charter).unwrap();
    let succeed = |council: &str, out: &str| {
        let mut command = command("genesis succeed --export");
        command.arg(&export).args(["--council", council, "--out"]).arg(net.beside(out));
        run(command.arg(net.beside("plan.toml")))
    };
    let other = succeed(&"0".repeat(64), "other");
    assert_eq!(other.status, Some(1));
    other.says(&["NOT verified: nothing goes on from"]);
    let said = succeed(&council, "genesis").done();
    assert!(said.contains("left out: DK"), "{said}");
    assert!(said.contains("old keys among the officers: BE BG CZ; let them sign"), "{said}");
    let text = nemcon("genesis show", [net.beside("genesis")]).done();
    assert!(text.contains(&format!("\nsucceeds {council} ")), "{text}");
    assert!(text.contains("\nleaves-out DK\n"), "{text}");
}
