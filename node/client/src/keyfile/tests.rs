use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::*;

fn key() -> KeyFile {
    KeyFile { role: KeyRole::Seal, secret: SecretKey::from_seed(&[7; 32]) }
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.to_owned())).unwrap()
}

fn parse(text: &str) -> Result<StoredKey, KeyTextError> {
    StoredKey::parse(text, Path::new("a.key"))
}

/// A file that OpenSSL reads passphrases from, and what it prints.
fn openssl(folder: &Path, line: &str) -> Option<String> {
    std::fs::write(folder.join("pass"), "correct horse battery\n").unwrap();
    let run = Command::new("openssl").current_dir(folder).args(line.split(' ')).output();
    let run = run.expect("openssl is installed");
    run.status.success().then(|| String::from_utf8(run.stdout).unwrap())
}

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    key().write(&path, None).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(load(&path, KeyRole::Seal).unwrap().seed(), &[7; 32]);
}

#[test]
fn a_key_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    key().write(&path, None).unwrap();
    let other = KeyFile::generate(KeyRole::Node).unwrap();
    assert!(matches!(other.write(&path, None), Err(KeyFileError::Exists(_))));
    assert_eq!(load(&path, KeyRole::Seal).unwrap().seed(), &[7; 32]);
}

#[test]
fn a_key_or_passphrase_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    key().write(&path, None).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o700 | 0o001] {
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let exposed = |error: &PrivateFileError| matches!(error, PrivateFileError::Exposed { .. });
        let read = KeyFile::read(&path);
        assert!(matches!(read, Err(KeyFileError::File(error)) if exposed(&error)), "{mode:o}");
        let read = Passphrase::read(&path);
        assert!(matches!(read, Err(PassphraseFileError::File(error)) if exposed(&error)));
    }
}

#[test]
fn a_key_for_another_use_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    key().write(&path, None).unwrap();
    let error = load(&path, KeyRole::Officer).unwrap_err().to_string();
    assert!(error.ends_with("its role is seal; a key of role officer is wanted here"), "{error}");
}

#[test]
fn only_the_written_form_parses() {
    let text = key().render(None).unwrap();
    let other = SecretKey::from_seed(&[8; 32]).public().to_string();
    let public = key().secret.public().to_string();
    for (wrong, error) in [
        (String::new(), KeyTextError::Lines),
        (text.replace("role seal", "role chair"), KeyTextError::Role(KeyRoleError)),
        (text.replace("role seal\n", ""), KeyTextError::Lines),
        (format!("{}comment\n", *text), KeyTextError::Block(BlockError::Pem)),
        (format!("{}{}", *text, *text), KeyTextError::Block(BlockError::Pem)),
        (text.replace("-----BEGIN", "comment\n-----BEGIN"), KeyTextError::Lines),
        (text.trim_end().to_owned(), KeyTextError::Lines),
        (text.replace(&public, &other), KeyTextError::Public),
        (text.replace("PRIVATE KEY", "EC PRIVATE KEY"), KeyTextError::Block(BlockError::Label)),
        (text.replace("MC4C", "MC4D"), KeyTextError::Block(BlockError::Damaged)),
    ] {
        assert_eq!(parse(&wrong).unwrap_err(), error, "{wrong}");
    }
    for end in 0..text.len() {
        assert!(parse(&text[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn two_new_keys_differ() {
    let [a, b] = [(); 2].map(|()| KeyFile::generate(KeyRole::Officer).unwrap());
    assert_ne!(a.secret.seed(), b.secret.seed());
}

#[test]
fn a_locked_key_opens_with_its_passphrase_alone_and_shows_its_public_half() {
    let right = passphrase("correct horse battery");
    let text = key().render(Some(&right)).unwrap();
    assert!(text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----"), "{}", *text);
    let stored = parse(&text).unwrap();
    assert_eq!(stored.iterations(), Some(LOCK_ITERATIONS));
    assert_eq!(stored.public(), key().secret.public());
    assert!(stored.secret().is_none());
    assert!(matches!(stored.clone().into_secret(), Err(KeyFileError::Locked(_))));
    let opened = stored.opened(&right).unwrap();
    assert_eq!(opened.secret().unwrap().seed(), &[7; 32]);
    let wrong = stored.opened(&passphrase("correct horse batterx"));
    assert!(matches!(wrong, Err(KeyFileError::NotOpened { .. })));
    // The public line of a locked key is believed only until the key is opened.
    let other = SecretKey::from_seed(&[8; 32]).public().to_string();
    let lied = parse(&text.replace(&key().secret.public().to_string(), &other)).unwrap();
    assert!(matches!(
        lied.opened(&right),
        Err(KeyFileError::Text { error: KeyTextError::Public, .. })
    ));
    assert_ne!(*key().render(Some(&right)).unwrap(), *text, "each lock has its own salt");
    for end in 0..text.len() {
        assert!(parse(&text[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn openssl_opens_what_is_locked_here() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    key().write(&path, Some(&passphrase("correct horse battery"))).unwrap();
    let public = openssl(folder.path(), "pkey -in a.key -passin file:pass -pubout").unwrap();
    key().write(&folder.path().join("open.key"), None).unwrap();
    assert_eq!(openssl(folder.path(), "pkey -in open.key -pubout").unwrap(), public);
    assert_eq!(openssl(folder.path(), "pkey -in a.key -passin pass:wrong -pubout"), None);
}

#[test]
fn what_openssl_has_locked_opens_here_and_other_ways_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    key().write(&folder.path().join("open.key"), None).unwrap();
    let lines = format!("role seal\npublic {}\n", key().secret.public());
    let lock = |how: &str| {
        let line = format!("pkcs8 -topk8 -in open.key -passout file:pass {how}");
        let block = openssl(folder.path(), &line).expect("openssl knows it");
        parse(&format!("{lines}{block}"))
    };
    let sha256 = "-v2 aes-256-cbc -v2prf hmacWithSHA256 -iter";
    let stored = lock(&format!("{sha256} 1000000")).unwrap();
    let opened = stored.opened(&passphrase("correct horse battery")).unwrap();
    assert_eq!(opened.secret().unwrap().seed(), &[7; 32]);
    for (how, wanted) in [
        (format!("{sha256} 2048"), BlockError::Iterations(2048)),
        (
            "-v2 aes-128-cbc -v2prf hmacWithSHA256".to_owned(),
            BlockError::Unsupported("AES-128-CBC"),
        ),
        (
            "-v2 aes-256-cbc -v2prf hmacWithSHA512".to_owned(),
            BlockError::Unsupported("HMAC-SHA-512"),
        ),
        ("-v2 aes-256-cbc -v2prf hmacWithSHA1".to_owned(), BlockError::Unsupported("HMAC-SHA-1")),
        ("-v2 des3 -v2prf hmacWithSHA256".to_owned(), BlockError::Unsupported("3DES-CBC")),
        ("-scrypt -v2 aes-256-cbc".to_owned(), BlockError::Unsupported("scrypt")),
    ] {
        assert_eq!(lock(&how).unwrap_err(), KeyTextError::Block(wanted), "{how}");
    }
}

#[test]
fn a_file_that_wants_endless_hashing_is_refused_before_any() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    let text = key().render(Some(&passphrase("correct horse battery"))).unwrap();
    let (lines, block) = text.split_once("-----BEGIN").unwrap();
    let inner: String = block.lines().filter(|line| !line.contains('-')).collect();
    let mut der = STANDARD.decode(inner).unwrap();
    let at = der.windows(5).position(|it| it == [2, 3, 0x0f, 0x42, 0x40]).unwrap();
    for (count, is_taken) in
        [([0x0f, 0x42, 0x40], true), ([0x0f, 0x42, 0x3f], false), ([0x7f, 0xff, 0xff], true)]
    {
        der[at + 2..at + 5].copy_from_slice(&count);
        assert_eq!(parse(&pem(lines, &der)).is_ok(), is_taken, "{count:x?}");
    }
    // An integer of four bytes makes each of the sequences around it longer by one.
    der.splice(at + 1..at + 5, [4, 0, 0, 0, 0]);
    for outer in [3, 16, 18, 31] {
        assert_eq!(der[outer], 0x30, "a sequence stands there");
        der[outer + 1] += 1;
    }
    assert_eq!(der[..2], [0x30, 0x81]);
    der[2] += 1;
    let mut read = |count: u32| {
        der[at + 2..at + 6].copy_from_slice(&count.to_be_bytes());
        parse(&pem(lines, &der)).map(|key| key.iterations())
    };
    assert_eq!(read(LOCK_ITERATIONS_MAX), Ok(Some(LOCK_ITERATIONS_MAX)));
    for count in [LOCK_ITERATIONS_MAX + 1, 2_147_483_647] {
        assert_eq!(read(count), Err(KeyTextError::Block(BlockError::Iterations(count))));
    }
}

/// A locked key file of these bytes.
fn pem(lines: &str, der: &[u8]) -> String {
    use base64::Engine as _;

    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let rows: Vec<_> = text.as_bytes().chunks(64).map(|row| str::from_utf8(row).unwrap()).collect();
    let label = "ENCRYPTED PRIVATE KEY-----";
    format!("{lines}-----BEGIN {label}\n{}\n-----END {label}\n", rows.join("\n"))
}

#[test]
fn a_passphrase_is_one_line_that_a_person_types() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pass");
    let read = |text: &str| {
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        match Passphrase::read(&path) {
            Ok(it) => Ok(String::from_utf8(it.as_bytes().to_owned()).unwrap()),
            Err(PassphraseFileError::Text { error, .. }) => Err(error),
            Err(PassphraseFileError::File(error)) => panic!("{error}"),
        }
    };
    assert_eq!(read("zwölf Boxkämpfer \n").unwrap(), "zwölf Boxkämpfer ");
    assert_eq!(read("no line end").unwrap(), "no line end");
    assert_eq!(read("\n"), Err(PassphraseError::Empty));
    assert_eq!(read("two\nlines\n"), Err(PassphraseError::Line));
    assert_eq!(read("of Windows\r\n"), Err(PassphraseError::Line));
    assert_eq!(read(&"a".repeat(1025)), Err(PassphraseError::TooLong));
    assert!(read(&format!("{}\n", "a".repeat(1024))).is_ok());
    assert_eq!(passphrase("eleven char").verify_new(), Err(PassphraseError::TooShort));
    assert_eq!(passphrase("twelve chars").verify_new(), Ok(()));
    assert_eq!(format!("{:?}", passphrase("twelve chars")), "Passphrase");
}
