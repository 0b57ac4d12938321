use std::process::{Command, Stdio};

use super::*;
use crate::keyfile::OPENSSH_ROUNDS;
use crate::keyfile::{BlockError, OPENSSH_ROUNDS_MAX};

const RIGHT: &str = "correct horse battery";

fn key() -> SecretKey {
    SecretKey::from_seed(&[7; 32])
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.to_owned())).unwrap()
}

fn parse(text: &str) -> Result<ForeignKey, ForeignError> {
    ForeignKey::parse(text, Path::new("a.pem"))
}

fn render(form: ForeignForm, lock: Option<&Passphrase>) -> Zeroizing<String> {
    render_foreign(&key(), KeyRole::Officer, form, lock).unwrap()
}

/// What a program of this line prints, in `folder`; the words are separated by `|`.
fn program(folder: &Path, line: &str) -> Option<String> {
    let words: Vec<_> = line.split('|').collect();
    let mut command = Command::new(words[0]);
    let run = command.args(&words[1..]).current_dir(folder).stdin(Stdio::null()).output();
    let run = run.expect("openssl and ssh-keygen are installed");
    run.status.success().then(|| String::from_utf8(run.stdout).unwrap())
}

fn private(path: &Path, text: &str) {
    crate::atomic_write::new_file(path, text.as_bytes()).unwrap();
}

fn name_of(key: &SecretKey) -> [u8; 32] {
    *key.public().as_bytes()
}

#[test]
fn a_key_that_goes_out_in_any_form_comes_in_as_the_same_key() {
    let right = passphrase(RIGHT);
    for form in ForeignForm::ALL {
        assert_eq!(form.as_str().parse(), Ok(form));
        let open = parse(&render(form, None)).unwrap();
        assert_eq!(open.secret().unwrap().seed(), &[7; 32]);
        let text = render(form, Some(&right));
        let locked = parse(&text).unwrap();
        assert!(locked.secret().is_none());
        assert_eq!(locked.opened(&right).unwrap().seed(), &[7; 32]);
        let wrong = locked.opened(&passphrase("correct horse batterx"));
        assert!(matches!(wrong, Err(KeyFileError::NotOpened { .. })));
        assert_ne!(*render(form, Some(&right)), *text, "each lock has a salt of its own");
    }
}

#[test]
fn openssh_opens_what_is_written_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    private(&at("open"), &render(ForeignForm::Openssh, None));
    private(&at("locked"), &render(ForeignForm::Openssh, Some(&passphrase(RIGHT))));
    let open = program(folder.path(), "ssh-keygen|-y|-f|open").unwrap();
    assert!(open.trim_end().ends_with("nemcon officer"), "{open}");
    let line = format!("ssh-keygen|-y|-P|{RIGHT}|-f|locked");
    assert_eq!(program(folder.path(), &line).unwrap(), open);
    assert_eq!(program(folder.path(), "ssh-keygen|-y|-P|wrong|-f|locked"), None);
}

#[test]
fn what_openssh_has_made_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, lock: &str| {
        let line = format!("ssh-keygen|-q|-t|ed25519|-C|a comment|-N|{lock}|-f|{name}");
        program(folder.path(), &line).unwrap();
        let public = std::fs::read_to_string(folder.path().join(format!("{name}.pub"))).unwrap();
        (ForeignKey::read(&folder.path().join(name)).unwrap(), public)
    };
    let (open, public) = make("open", "");
    let inner = base64_of(public.split(' ').nth(1).unwrap());
    assert_eq!(inner[inner.len() - 32..], name_of(open.secret().unwrap()));
    let (locked, public) = make("locked", RIGHT);
    let inner = base64_of(public.split(' ').nth(1).unwrap());
    let opened = locked.opened(&passphrase(RIGHT)).unwrap();
    assert_eq!(inner[inner.len() - 32..], name_of(&opened));
}

#[test]
fn other_keys_and_locks_of_openssh_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, how: &str| {
        program(folder.path(), &format!("ssh-keygen|-q|-f|{name}|{how}")).unwrap();
        parse(&std::fs::read_to_string(folder.path().join(name)).unwrap()).unwrap_err()
    };
    assert_eq!(make("rsa", "-t|rsa|-b|2048|-N|"), ForeignError::KeyType("RSA"));
    let locked = format!("-t|ecdsa|-N|{RIGHT}");
    assert_eq!(make("ecdsa", &locked), ForeignError::KeyType("ECDSA"));
    let gcm = format!("-t|ed25519|-Z|aes256-gcm@openssh.com|-N|{RIGHT}");
    assert_eq!(make("gcm", &gcm), ForeignError::Locked("aes256-gcm"));
    let pem = make("pem", "-t|rsa|-b|2048|-m|PEM|-N|");
    assert_eq!(pem, ForeignError::Label("an RSA key (PKCS#1)"));
    // What `ssh-keygen -p` makes of the third one is opened.
    let line = format!("ssh-keygen|-q|-p|-Z|aes256-ctr|-a|2|-P|{RIGHT}|-N|{RIGHT}|-f|gcm");
    program(folder.path(), &line).unwrap();
    let again = ForeignKey::read(&folder.path().join("gcm")).unwrap();
    assert!(again.opened(&passphrase(RIGHT)).is_ok());
}

#[test]
fn what_openssl_has_made_is_opened_however_weak_its_lock() {
    let folder = tempfile::tempdir().unwrap();
    let taken = |name: &str| ForeignKey::read(&folder.path().join(name));
    let make = |line: &str| {
        program(folder.path(), line).unwrap();
        let public =
            "openssl|pkey|-in|a.pem|-passin|pass:correct horse battery|-pubout|-outform|DER";
        let folder = folder.path().to_owned();
        let words: Vec<_> = public.split('|').collect();
        let run = Command::new(words[0]).args(&words[1..]).current_dir(folder).output().unwrap();
        run.stdout[run.stdout.len() - 32..].to_vec()
    };
    let public = make("openssl|genpkey|-algorithm|ed25519|-out|a.pem");
    assert_eq!(public, name_of(taken("a.pem").unwrap().secret().unwrap()));
    let public = make(
        "openssl|genpkey|-algorithm|ed25519|-aes256|-pass|pass:correct horse battery|-out|a.pem",
    );
    let locked = taken("a.pem").unwrap();
    assert_eq!(public, name_of(&locked.opened(&passphrase(RIGHT)).unwrap()));
    make("openssl|genpkey|-algorithm|x25519|-out|a.pem");
    let refused = |error: &KeyFileError, wanted: ForeignError| matches!(error, KeyFileError::Foreign { error, .. } if *error == wanted);
    let error = taken("a.pem").unwrap_err();
    assert!(refused(&error, ForeignError::Block(BlockError::Algorithm)), "{error}");
}

#[test]
fn a_file_of_openssh_that_is_altered_anywhere_gives_no_other_key() {
    let text = render(ForeignForm::Openssh, None);
    let bytes = bytes_of(&text);
    let comment = bytes.windows(14).position(|it| it == b"nemcon officer").unwrap();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut altered = bytes.clone();
            altered[at] ^= 1 << bit;
            let read = openssh::parse(&altered);
            let is_comment = (comment..comment + 14).contains(&at);
            match read {
                Ok(Openssh::Open(read)) => assert!(is_comment && *read.seed() == [7; 32], "{at}"),
                Ok(Openssh::Locked(_)) => panic!("nothing locks it: {at}"),
                Err(_) => assert!(!is_comment, "{at}"),
            }
        }
    }
    for end in 0..bytes.len() {
        assert!(openssh::parse(&bytes[..end]).is_err(), "cut at {end}");
    }
    assert!(openssh::parse(&[&bytes[..], &[0]].concat()).is_err());
    // The secret's own public half counts, and not only the three that stand there.
    let seed = bytes.windows(32).position(|it| it == [7; 32]).unwrap();
    let mut other = bytes;
    other[seed..seed + 32].fill(8);
    assert_eq!(openssh::parse(&other).unwrap_err(), ForeignError::Public);
}

#[test]
fn each_part_of_openssh_s_form_is_checked_by_name() {
    let bytes = bytes_of(&render(ForeignForm::Openssh, None));
    let with = |at: usize, part: &[u8]| {
        let mut altered = bytes.clone();
        altered[at..at + part.len()].copy_from_slice(part);
        openssh::parse(&altered).unwrap_err()
    };
    // 15 bytes of magic, two strings "none", an empty one; then the number of keys.
    assert_eq!(with(35, &[0, 0, 0, 2]), ForeignError::Several(2));
    assert_eq!(with(35, &[0, 0, 0, 0]), ForeignError::Several(0));
    assert_eq!(with(47, b"ssh-ed25518"), ForeignError::KeyType("an unknown type"));
    assert_eq!(with(19, b"nonn"), ForeignError::Locked("a cipher that nemcon does not know"));
    assert_eq!(with(31, &[0xff; 4]), ForeignError::Damaged);
    let check = 98;
    assert_eq!(bytes[check..check + 4], bytes[check + 4..check + 8]);
    assert_eq!(with(check, &[0; 4]), ForeignError::Damaged);
    let filling = bytes.len() - 1;
    assert_eq!(with(filling, &[0]), ForeignError::Damaged);
}

#[test]
fn nothing_follows_within_the_parts_of_openssh_s_form() {
    // The length at `length_at` grows by what is put in at `at`.
    let longer = |bytes: &[u8], length_at: usize, at: usize, more: &[u8]| {
        let mut longer = bytes.to_owned();
        longer[length_at + 3] += u8::try_from(more.len()).unwrap();
        longer.splice(at..at, more.iter().copied());
        openssh::parse(&longer).map(drop)
    };
    let open = bytes_of(&render(ForeignForm::Openssh, None));
    assert_eq!(longer(&open, 39, 94, &[]), Ok(()));
    assert_eq!(longer(&open, 39, 94, &[0]), Err(ForeignError::Damaged), "the public part");
    let filling = [8, 9, 10, 11, 12, 13, 14, 15];
    assert_eq!(open[open.len() - 7..], [1, 2, 3, 4, 5, 6, 7]);
    let whole = longer(&open, 94, open.len(), &filling);
    assert_eq!(whole, Err(ForeignError::Damaged), "a whole block of filling");
    let locked = bytes_of(&render(ForeignForm::Openssh, Some(&passphrase(RIGHT))));
    assert_eq!(longer(&locked, 39, 67, &[]), Ok(()));
    assert_eq!(longer(&locked, 39, 67, &[0]), Err(ForeignError::Damaged), "how it is locked");
}

#[test]
fn the_rounds_of_a_file_are_bounded_before_any_is_run() {
    let bytes = bytes_of(&render(ForeignForm::Openssh, Some(&passphrase(RIGHT))));
    let at = bytes.windows(4).position(|it| it == OPENSSH_ROUNDS.to_be_bytes()).unwrap();
    let with = |rounds: u32| {
        let mut altered = bytes.clone();
        altered[at..at + 4].copy_from_slice(&rounds.to_be_bytes());
        openssh::parse(&altered).map(drop)
    };
    for rounds in [1, OPENSSH_ROUNDS_MAX] {
        assert_eq!(with(rounds), Ok(()));
    }
    for rounds in [0, OPENSSH_ROUNDS_MAX + 1, u32::MAX] {
        assert_eq!(with(rounds), Err(ForeignError::Rounds(rounds)));
    }
    for end in 0..bytes.len() {
        assert!(openssh::parse(&bytes[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn what_is_no_key_of_another_program_is_refused_by_name() {
    use crate::keyfile::KeyFile;

    let own = KeyFile { role: KeyRole::Seal, secret: key() }.render(None).unwrap();
    let open = render(ForeignForm::Pkcs8, None);
    for (text, wanted) in [
        (String::new(), ForeignError::Pem),
        ((*own).clone(), ForeignError::KeyFile),
        (format!("{}{}", *open, *open), ForeignError::Pem),
        (format!("{}more\n", *open), ForeignError::Pem),
        (
            open.replace("PRIVATE KEY", "EC PRIVATE KEY"),
            ForeignError::Label("an ECDSA key (SEC 1)"),
        ),
        (open.replace("PRIVATE", "PUBLIC"), ForeignError::Label("a public key")),
        (open.replace("MC4C", "MC4D"), ForeignError::Block(BlockError::Damaged)),
        (open.replace("PRIVATE KEY", OPENSSH), ForeignError::Damaged),
    ] {
        assert_eq!(parse(&text).unwrap_err(), wanted, "{text}");
    }
}

fn base64_of(text: &str) -> Vec<u8> {
    use base64::Engine as _;

    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

/// The bytes in a PEM block.
fn bytes_of(text: &str) -> Vec<u8> {
    base64_of(&text.lines().filter(|line| !line.contains('-')).collect::<String>())
}
