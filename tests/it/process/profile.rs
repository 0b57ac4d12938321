//! A profile says once who somebody is; everything else can still be said at each command.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use nemcon_client::token::Role;
use nemcon_tests::process::{Net, Run, command, in_workspace, run};

/// A user with a place for profiles, on a machine with a test network.
struct User<'a> {
    net: &'a Net,
    home: PathBuf,
}

impl User<'_> {
    fn command(&self, line: &str) -> Command {
        let mut command = command(line);
        command.env("XDG_CONFIG_HOME", &self.home).env_remove("NEMCON_PROFILE");
        command.current_dir(self.net.beside(""));
        command
    }

    fn says(&self, line: &str) -> Run {
        run(&mut self.command(line))
    }

    /// What `profile new` is given for this member.
    fn make(&self, name: &str, code: &str) -> Run {
        let testnet = self.net.testnet();
        let code = code.parse().unwrap();
        let mut command = self.command(&format!("profile new {name} --as {code}"));
        command.arg("--node").arg(format!("http://{}", testnet.node_of(&code).unwrap().http));
        command.arg("--token").arg(self.net.token(code.as_str(), Role::Submit));
        command.arg("--council").arg(testnet.council().to_string());
        for key in testnet.officer_keys(&code).unwrap() {
            command.arg("--key").arg(key);
        }
        run(&mut command)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.join("nemcon").join(format!("{name}.toml"))
    }
}

#[test]
fn after_a_profile_every_command_is_short() {
    let net = Net::up("--members 4");
    let user = User { net: &net, home: net.beside("home") };
    user.says("status").refused(2, &["which node?", "nemcon profile new"]);
    user.says("profile show").done();
    let said = user.make("default", "BE").done();
    assert!(said.contains("it is used from now on"), "{said}");
    assert_eq!(fs::metadata(user.file("default")).unwrap().permissions().mode() & 0o777, 0o600);
    user.make("default", "BE").refused(2, &["there is a profile default already"]);
    let measure = in_workspace("examples/toolbox/2017-conclusions.toml");
    run(user.command("measure table --yes").arg(&measure)).done();
    let text = net.measure("BE", 1).text_hash;
    user.says(&format!("ballot cast 1 in-favour --yes --text {text}")).done();
    let said = user.says("status").done();
    assert!(said.contains("BE"), "{said}");
    // Another one is named, or stands in the environment; options go before.
    user.make("bg", "BG").done();
    user.says(&format!("ballot cast 1 in-favour --yes --text {text} --profile bg")).done();
    let shown = run(user.command("profile show").env("NEMCON_PROFILE", "bg")).done();
    assert!(
        shown.starts_with("profile bg, which is used\n") && shown.contains("others     default"),
        "{shown}"
    );
    let missing = net.measure("BE", 1).missing;
    assert_eq!(missing.iter().map(ToString::to_string).collect::<Vec<_>>(), ["CZ", "DK"]);
    let dir = net.dir().to_str().unwrap().to_owned();
    let said = run(user.command("status --as CZ --dir").arg(&dir)).done();
    assert!(said.contains("CZ"), "{said}");
}

#[test]
fn a_profile_that_others_could_have_written_or_that_is_none_is_refused() {
    let net = Net::up("--members 1");
    let user = User { net: &net, home: net.beside("home") };
    user.make("default", "BE").done();
    let file = user.file("default");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    user.says("status").refused(2, &["others can write it", "chmod 600"]);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    user.says("status").done();
    // Of another council: nothing of the node is believed.
    let text = fs::read_to_string(&file).unwrap();
    let council = net.testnet().council().to_string();
    fs::write(&file, text.replace(&council, &"00".repeat(32))).unwrap();
    assert_eq!(user.says("status").status, Some(1));
    fs::write(&file, format!("{text}nodes = 1\n")).unwrap();
    user.says("status").refused(2, &["default.toml", "nodes"]);
    user.says("status --profile away").refused(2, &["there is no profile away"]);
    user.says("status --profile ../x").refused(2, &["no name of a profile"]);
    let config = "status --profile default --config node.toml";
    user.says(config).refused(2, &["each name a node"]);
    user.says("profile new other --node http://127.0.0.1:1").refused(2, &["which council?"]);
    user.says("profile new other").refused(2, &["which node?"]);
}
