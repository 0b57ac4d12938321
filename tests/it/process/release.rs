//! The checksums of a release, the manual pages and the completions, as the command gives them.

use core::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use nemcon_crypto::hash::sha256;
use nemcon_tests::process::{nemcon, run};
use std::process::Command;
use tempfile::TempDir;

const NAME: &str = "nemcon.example/release";

/// A folder with two files, their checksums and a release key.
struct Maker(TempDir);

impl Maker {
    fn new() -> Self {
        let it = Self(tempfile::tempdir().unwrap());
        let mut sums = "# nemcon 0.1.0\n".to_owned();
        for file in ["one.deb", "two.tar.gz"] {
            fs::write(it.at(file), file).unwrap();
            writeln!(sums, "{}  {file}", sha256(file.as_bytes())).unwrap();
        }
        fs::write(it.at("SHA256SUMS"), sums).unwrap();
        nemcon("key new --role release --no-passphrase --out", [it.at("release.key")]).done();
        it
    }

    fn at(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    /// The hash of the text that is signed.
    fn text(&self) -> String {
        sha256(&fs::read(self.at("SHA256SUMS")).unwrap()).to_string()
    }

    fn sign(&self, key: &str, consent: &str) -> nemcon_tests::process::Run {
        let line = format!("note sign --name {NAME} {consent} --release-key");
        let (sums, note) = (self.at("SHA256SUMS"), self.at("note"));
        nemcon(&line, [&self.at(key), &sums, Path::new("--out"), &note])
    }

    /// The key by which others verify.
    fn verifier(&self) -> String {
        let line = format!("note key --json --name {NAME} --release-key");
        let key = nemcon(&line, [self.at("release.key")]).json()["key"].clone();
        key.as_str().unwrap().to_owned()
    }

    fn verify(&self, by: &str, files: &[&str]) -> nemcon_tests::process::Run {
        let files = files.iter().map(|file| self.at(file));
        nemcon(&format!("note verify --by {by}"), [self.at("note")].into_iter().chain(files))
    }
}

#[test]
fn a_file_of_a_release_is_believed_by_its_makers_key_alone() {
    let maker = Maker::new();
    maker.sign("release.key", &format!("--yes --text {}", maker.text())).done();
    let key = maker.verifier();
    let said = maker.verify(&key, &["one.deb", "two.tar.gz"]).done();
    assert!(said.contains("VERIFIED") && said.contains("it lists 2 files"), "{said:?}");
    let stranger = Maker::new();
    maker.verify(&stranger.verifier(), &[]).refused(1, &["NOT VERIFIED", "no signature by"]);
    maker.verify(&key, &["release.key"]).refused(1, &["does not list"]);
    fs::write(maker.at("one.deb"), "another").unwrap();
    maker.verify(&key, &["two.tar.gz"]).done();
    maker.verify(&key, &["one.deb"]).refused(1, &["NOT VERIFIED", "signed was"]);
    let note = fs::read_to_string(maker.at("note")).unwrap();
    fs::write(maker.at("note"), note.replace("one.deb", "two.deb")).unwrap();
    maker.verify(&key, &[]).refused(1, &["does not verify"]);
}

#[test]
fn no_key_but_a_releases_signs_and_nothing_is_signed_unread() {
    let maker = Maker::new();
    nemcon("key new --role officer --no-passphrase --out", [maker.at("officer.key")]).done();
    let read = format!("--yes --text {}", maker.text());
    maker.sign("officer.key", &read).refused(2, &["a key of role release is wanted"]);
    maker.sign("release.key", "--yes").refused(2, &["which text was read?"]);
    maker
        .sign("release.key", &format!("--yes --text {}", sha256(b"another")))
        .refused(1, &["not signed"]);
    fs::write(maker.at("SHA256SUMS"), "an agreement\n").unwrap();
    let read = format!("--yes --text {}", maker.text());
    maker.sign("release.key", &read).refused(1, &["is no checksum"]);
    assert!(!maker.at("note").exists());
}

#[test]
fn manual_pages_are_for_all_and_have_no_time_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let man = folder.path().join("man1");
    nemcon("man --date 2026-11-30 --out", [&man]).done();
    assert_eq!(man.metadata().unwrap().permissions().mode() & 0o777, 0o755);
    let page = man.join("nemcon-ballot-cast.1");
    assert_eq!(page.metadata().unwrap().permissions().mode() & 0o777, 0o644);
    let text = fs::read(&page).unwrap();
    assert!(String::from_utf8_lossy(&text).contains("2026"), "the date stands in the page");
    fs::write(&page, "an older page").unwrap();
    nemcon("man --date 2026-11-30 --out", [&man]).done();
    assert_eq!(fs::read(&page).unwrap(), text);
    for name in ["nemcon.1", "nemcon-audit.1", "nemcon-audit-audit.1", "nemcon-node-token-new.1"] {
        assert!(man.join(name).exists(), "{name}");
    }
    nemcon("man --out", [folder.path().join("no/such")]).refused(2, &["next:"]);
}

#[test]
fn bash_reads_what_completes_the_commands() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nemcon");
    fs::write(&file, nemcon("completions bash", [] as [&Path; 0]).done()).unwrap();
    let script = "source \"$1\"; COMP_WORDS=(nemcon ballot ca); COMP_CWORD=2; _nemcon nemcon ca ballot; echo \"${COMPREPLY[@]}\"";
    let mut bash = Command::new("bash");
    bash.args(["-c", script, "bash"]).arg(&file);
    assert_eq!(run(&mut bash).done().trim(), "cast");
}
