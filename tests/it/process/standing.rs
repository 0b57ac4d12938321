//! Standing instructions in a written procedure: kept by a running command, ended by what happens.

use std::io::{BufRead as _, BufReader, Lines, Read as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Stdio};

use nemcon_ledger::Time;
use nemcon_tests::process::{Net, Signal, command, run, signal, wait_for, with_commitments};

/// A command that keeps an instruction.
struct Standing {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Standing {
    /// Begins it for `code` on measure 1; it stands when this returns.
    fn begin(net: &Net, code: &str, before: &str) -> Self {
        let mut standing = Self::spawn(net, code, before, &[]);
        standing.says("kept as long as this command runs");
        standing
    }

    fn spawn(net: &Net, code: &str, before: &str, options: &[&str]) -> Self {
        let mut command = command(&format!("ballot standing 1 in-favour {} --before", net.yes(1)));
        command.arg(before).args(["--as", code, "--dir"]).arg(net.dir());
        command.args(options).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Reads on until it says so.
    fn says(&mut self, wanted: &str) {
        let found = self.lines.by_ref().map(Result::unwrap).any(|line| line.contains(wanted));
        assert!(found, "it never said: {wanted}");
    }

    /// Waits for its end: exit status, and what it complained of.
    fn ended(mut self) -> (Option<i32>, String) {
        let status = wait_for("the instruction to end", || self.child.try_wait().unwrap());
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (status.code(), said)
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        // Both fail only if it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn draft(net: &Net, name: &str, summary: &str, closes: &str) -> PathBuf {
    let path = net.beside(name);
    let text = format!(
        "title = \"Decision\"\nkind = \"listing\"\nbasis = [\"Article 29 TEU\"]\n\
         summary = [\"{summary}\"]\nproportionality = \"Aimed\"\ntargets = {{ person = 1 }}\n\
         procedure = \"silence\"\n{closes}\n"
    );
    std::fs::write(&path, with_commitments(&text)).unwrap();
    path
}

/// Whether nothing of this member stands or waits on measure 1.
fn is_unsigned(net: &Net, code: &str) -> bool {
    let measure = net.measure(code, 1);
    let mut ballots = measure.ballots.iter();
    ballots.any(|it| it.code.as_str() == code && it.position.is_none() && !it.pending)
}

#[test]
fn an_instruction_ends_when_it_is_taken_back_or_overtaken() {
    let net = Net::up("--members 4");
    let file = draft(&net, "first.toml", "As it was.", "closes_in = \"1 day\"");
    assert_eq!(net.table("BE", &file), 1);
    let key = net.dir().join("members/BG/officer-desk.key");
    let key = key.display().to_string();
    let (status, said) = Standing::spawn(&net, "CZ", "10 minutes", &["--key", &key]).ended();
    assert!(status == Some(1) && said.contains("is no officer key of CZ"), "{said}");
    let [taken_back, overtaken, revised] =
        ["BG", "CZ", "DK"].map(|code| Standing::begin(&net, code, "10 minutes"));

    signal(taken_back.child.id(), Signal::INT);
    let (status, said) = taken_back.ended();
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("taken back: nothing was signed") && said.contains("next: "), "{said}");
    assert!(is_unsigned(&net, "BG"));

    net.cast(1, "against", &["CZ"]);
    let (status, said) = overtaken.ended();
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("not signed: CZ has signed on measure 1 already"), "{said}");

    let mut in_vain = Standing::spawn(&net, "CZ", "10 minutes", &[]);
    assert!(!in_vain.lines.by_ref().map(Result::unwrap).any(|line| line.contains("kept as long")));
    assert_eq!(in_vain.ended().0, Some(1));

    let read = net.yes(1);
    let file = draft(&net, "second.toml", "As it is.", "closes_in = \"2 days\"");
    let said = net.of("BE", &format!("measure revise 1 {} {}", file.display(), net.yes(1))).done();
    assert!(said.contains("THE DEADLINE moves from 20") && said.contains(", 24 h later"), "{said}");
    let (status, said) = revised.ended();
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("was for REV 1; the text of measure 1 is now REV 2"), "{said}");
    assert!(is_unsigned(&net, "DK"));
    let unread = net.of("DK", &format!("ballot standing 1 in-favour {read}"));
    unread.refused(1, &["is not what it would be about: measure 1 REV 2, text "]);
    let diff = net.of("DK", "measure diff 1").done();
    assert!(diff.contains("\nthe deadline moves from 20"), "{diff}");

    let closes = net.measure("BE", 1).closes;
    let file = draft(&net, "third.toml", "As it stays.", "");
    let unseen = net.of("BE", &format!("measure revise 1 {} {}", file.display(), net.yes(1)));
    unseen.refused(2, &["third.toml gives no deadline", "nemcon measure show 1"]);
    let file = draft(&net, "third.toml", "As it stays.", &format!("closes = \"{closes}\""));
    let said = net.of("BE", &format!("measure revise 1 {} {}", file.display(), net.yes(1))).done();
    assert!(!said.contains("DEADLINE"), "{said}");
    assert_eq!((net.measure("BE", 1).revision, net.measure("BE", 1).closes), (3, closes));
}

#[test]
fn an_instruction_signs_no_package_that_was_not_read() {
    let net = Net::up("--members 4");
    let closes = "closes = \"2099-01-01T00:00:00Z\"";
    for (number, name) in [(1, "first.toml"), (2, "second.toml")] {
        let file = draft(&net, name, &format!("As {name} says."), closes);
        assert_eq!(net.table("BE", &file), number);
    }
    let standing = Standing::begin(&net, "BG", "10 minutes");
    // Bound, the first is adopted with what BG has not read; its own text stays.
    let texts = format!("{} {}", net.yes(1), net.yes(2).replace("--yes", ""));
    net.of("BE", &format!("measure package 1 2 {texts}")).done();
    let (status, said) = standing.ended();
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("the package of measure 1 is not the one that was read"), "{said}");
    assert!(said.contains("measures 1, 2 are adopted together"), "{said}");
    assert!(is_unsigned(&net, "BG"));

    // Once it is read, the package's hash stands for both texts; an instruction on it stands.
    Standing::begin(&net, "CZ", "10 minutes");
}

#[test]
fn a_deadline_that_is_put_off_puts_the_signature_off() {
    let net = Net::up("--members 4");
    let file = draft(&net, "first.toml", "As it is.", "closes_in = \"24 seconds\"");
    assert_eq!(net.table("BE", &file), 1);
    let mut standing = Standing::begin(&net, "BG", "12 seconds");
    let mut unseen = command(&format!("measure extend 1 {} --as BE --by", net.yes(1)));
    run(unseen.args(["12 seconds", "--dir"]).arg(net.dir()))
        .refused(2, &["unseen", "--until TIME"]);
    let later = Time::from_ms(net.measure("BE", 1).closes.as_ms() + 12_000).unwrap();
    net.of("BE", &format!("measure extend 1 {} --until {later}", net.yes(1))).done();
    standing.says("the deadline moves from 20");
    standing.says("signed by the standing instruction: ordered in block");
    assert_eq!(standing.ended(), (Some(0), String::new()));
    let measure = net.measure("BE", 1);
    let ballot = measure.ballots.iter().find(|it| it.code.as_str() == "BG").unwrap();
    assert!(ballot.tacit);
    let before_ms = measure.closes.as_ms() - ballot.time.unwrap().as_ms();
    assert!(before_ms <= 12_000, "{before_ms} ms before the new deadline");
}
