use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use rustix::process::geteuid;

use super::*;
use crate::keyfile::{KeyFile, PrivateFileError};

fn name(text: &str) -> CredentialName {
    CredentialName::parse(text).unwrap()
}

#[test]
fn a_credential_is_named_as_a_file_is_and_everything_else_is_a_path() {
    for text in
        ["credential:node", "credential:node.key-2_a", &format!("credential:{}", "a".repeat(255))]
    {
        let source = KeySource::parse(text.into()).unwrap();
        assert!(matches!(&source, KeySource::Credential(name) if name.to_string() == text));
    }
    let too_long = "a".repeat(256);
    for text in ["", ".", "..", ".node", "../node", "a/b", "a b", "zwölf", &too_long] {
        let source = KeySource::parse(format!("credential:{text}").into());
        assert_eq!(source, Err(CredentialNameError), "{text}");
    }
    for text in ["node.key", "/etc/node.key", "a/credential:node", "credentials:node"] {
        assert_eq!(KeySource::parse(text.into()), Ok(KeySource::File(text.into())));
    }
}

#[test]
fn a_credential_lies_in_the_folder_of_the_service_and_others_cannot_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node");
    KeyFile::generate(KeyRole::Node).unwrap().write(&path, None).unwrap();
    let read = |role| credential(&name("node"), Some(folder.path()), role);
    let exposed = |read: Result<SecretKey, KeyFileError>| {
        let Err(KeyFileError::File(PrivateFileError::Exposed { .. })) = read else { return false };
        true
    };
    // systemd gives a file to the group only where root owns it: then the group is the service's own.
    for (mode, is_taken) in [
        (0o400, true),
        (0o600, true),
        (0o440, geteuid().is_root()),
        (0o640, geteuid().is_root()),
        (0o460, false),
        (0o444, false),
        (0o404, false),
        (0o402, false),
    ] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        assert_eq!(read(KeyRole::Node).is_ok(), is_taken, "{mode:o}");
        assert_eq!(exposed(read(KeyRole::Node)), !is_taken, "{mode:o}");
    }
    fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
    assert!(matches!(read(KeyRole::Seal), Err(KeyFileError::Role { .. })));
}

#[test]
fn a_credential_that_nobody_handed_over_is_refused_with_its_name() {
    for folder in [None, Some(Path::new("")), Some(Path::new("relative"))] {
        let error = credential(&name("node"), folder, KeyRole::Node).unwrap_err();
        assert!(error.to_string().starts_with("credential:node: "), "{error}");
        assert!(matches!(error, KeyFileError::NoCredentials(_)));
    }
    let folder = tempfile::tempdir().unwrap();
    let missing = credential(&name("node"), Some(folder.path()), KeyRole::Node);
    assert!(matches!(missing, Err(KeyFileError::File(PrivateFileError::Io { .. }))));
}
